//! Headers of records: what is read from a task's, and what is written.

use uuid::Uuid;

use crate::context::TraceContext;
use crate::log::iso_now;
use crate::wire::result::ResultItem;

pub const ID: &str = "windlass-id";
const ATTEMPT: &str = "windlass-attempt";
const HOME_PARTITION: &str = "windlass-home-partition";
const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// Name and value.
pub type Header = (String, Option<Vec<u8>>);

/// Absent and repeated ones count as absent.
pub fn header_text(headers: &[Header], name: &str) -> Option<String> {
    let mut found = headers.iter().filter(|(key, _)| key == name);
    let (_, value) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    value.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

pub fn header(name: &str, text: impl Into<String>) -> Header {
    (name.to_owned(), Some(text.into().into_bytes()))
}

pub fn trace_of(headers: &[Header]) -> Option<TraceContext> {
    Some(TraceContext {
        traceparent: header_text(headers, TRACEPARENT)?,
        tracestate: header_text(headers, TRACESTATE),
    })
}

/// CloudEvents headers of what an instance writes, and what is repeated of the task's.
pub fn event_headers(family: &str, source: String, caused_by: &[Header]) -> Vec<Header> {
    let mut made = vec![
        header("ce_specversion", "1.0"),
        header("ce_id", Uuid::new_v4().to_string()),
        header("ce_type", format!("io.windlass.{family}.v1")),
        header("ce_source", source),
        header("ce_time", iso_now()),
        header("content-type", "application/avro"),
    ];
    for name in [TRACEPARENT, TRACESTATE, ATTEMPT] {
        if let Some(text) = header_text(caused_by, name) {
            made.push(header(name, text));
        }
    }
    made
}

/// Where a task's answer goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub task_id: String,
    pub home: i32,
}

/// What the headers alone say about a task: enough to answer one whose body cannot be read. None: not enough.
pub fn address_of(headers: &[Header]) -> Option<(Address, Vec<ResultItem>)> {
    let task_id = header_text(headers, ID).filter(|id| !id.is_empty())?;
    let home = header_text(headers, HOME_PARTITION)?
        .parse()
        .ok()
        .filter(|home| *home >= 0)?;
    let attempts = header_text(headers, ATTEMPT)?;
    let items: Vec<ResultItem> = attempts.split(',').filter_map(begun).collect();
    (!items.is_empty()).then_some((Address { task_id, home }, items))
}

fn begun(pair: &str) -> Option<ResultItem> {
    let (execution_id, attempt) = pair.split_once(':')?;
    (!execution_id.is_empty()).then_some(ResultItem {
        execution_id: execution_id.to_owned(),
        attempt: attempt.parse().ok()?,
        ..ResultItem::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_there_twice_counts_as_absent() {
        let headers = [header("a", "1"), header("a", "1"), header("b", "2")];
        assert_eq!(
            (header_text(&headers, "a"), header_text(&headers, "b")),
            (None, Some("2".into()))
        );
    }

    #[test]
    fn headers_tell_what_to_answer_where_they_say_enough() {
        let headers = |attempts: &str| {
            vec![
                header(ID, "task"),
                header(HOME_PARTITION, "2"),
                header(ATTEMPT, attempts),
            ]
        };
        let (address, items) = address_of(&headers("e1:4,bad,e2:1")).unwrap();
        assert_eq!((address.task_id.as_str(), address.home), ("task", 2));
        let told: Vec<_> = items
            .iter()
            .map(|item| (item.execution_id.as_str(), item.attempt))
            .collect();
        assert_eq!(told, [("e1", 4), ("e2", 1)]);
        assert!(address_of(&headers("bad")).is_none());
        assert!(address_of(&headers("e1:1")[1..]).is_none());
    }
}
