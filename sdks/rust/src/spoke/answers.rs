//! Sends answers to where their tasks came from, with the trace context of the task.

use std::sync::Arc;

use serde_json::json;

use super::headers::{Address, Header, ID, address_of, event_headers, header};
use super::publisher::{Outgoing, Partition, Publisher, Refusal, Written};
use crate::execution::algorithm_error::Code;
use crate::execution::answer::{AnswerCodec, failed_item};
use crate::log::{Log, iso_now, now_us};
use crate::wire::result::{AlgorithmError, ResultItem, ResultKind};

/// A task's record as it came.
#[derive(Debug)]
pub struct Record {
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<Header>,
}

/// The answer is safe, or nothing more can be said.
pub type Acknowledged = Box<dyn FnOnce() + Send + Sync>;

#[derive(Clone)]
pub struct Answers {
    pub publisher: Publisher,
    pub codec: AnswerCodec,
    pub window_topic: String,
    pub result_topic: String,
    pub dead_letter_topic: String,
    pub log: Log,
}

impl Answers {
    /// Encodes and sends a record about a task.
    pub fn send(
        &self,
        task: &Arc<Record>,
        to: &Address,
        kind: ResultKind,
        items: Vec<ResultItem>,
        acknowledged: Acknowledged,
    ) {
        let short = failed(&items, &Code::BadResult.error("the answer cannot be encoded"));
        let value = self.codec.encode(&to.task_id, kind, items).or_else(|error| {
            // What was checked as a value always is Avro; if not, the task must not block its source for ever.
            self.log.error(
                "an answer cannot be encoded",
                json!({ "taskId": to.task_id, "error": error }),
            );
            self.codec.encode(&to.task_id, kind, short.clone())
        });
        let Ok(value) = value else { return acknowledged() };
        let source = format!("/processors/{}/{}", self.codec.processor, self.codec.instance);
        let mut headers = event_headers("results", source, &task.headers);
        headers.push(header(ID, &to.task_id));
        let bytes = value.len();
        let written = Written {
            topic: self.result_topic.clone(),
            partition: Partition::At(to.home),
            key: task.key.clone(),
            value: Some(value),
            headers,
        };
        let (answers, task, to) = (self.clone(), Arc::clone(task), to.clone());
        self.push(written, move |sent| match sent {
            Ok(()) => acknowledged(),
            Err(Refusal::TooLarge(error)) => answers.too_large((&task, &to, kind), bytes, &short, error, acknowledged),
            Err(Refusal::Misplaced(error)) => answers.nowhere(&task, kind, error, acknowledged),
        });
    }

    /// Every item fails as too large; where even that is refused, nothing can be said.
    fn too_large(
        &self,
        (task, to, kind): (&Arc<Record>, &Address, ResultKind),
        bytes: usize,
        short: &[ResultItem],
        error: String,
        acknowledged: Acknowledged,
    ) {
        self.log.error(
            "the broker refuses an answer",
            json!({ "taskId": to.task_id, "bytes": bytes, "error": error }),
        );
        if bytes > SMALL_BYTES {
            let items = failed(short, &Code::PayloadTooLarge.error(error));
            self.send(task, to, kind, items, acknowledged);
        } else {
            acknowledged();
        }
    }

    /// A task whose home partition the result topic has not cannot be answered, because nobody would read it.
    fn nowhere(&self, task: &Arc<Record>, kind: ResultKind, error: String, acknowledged: Acknowledged) {
        let fields = json!({ "partition": task.partition, "offset": task.offset, "error": error });
        self.log.error("a task cannot be answered", fields);
        match kind {
            ResultKind::Result => self.dead_letter(task, Code::BadTask.error(error), acknowledged),
            ResultKind::Progress => acknowledged(),
        }
    }

    /// Answers a task that was not run: from its headers, or with a dead letter where they do not say enough.
    pub fn send_error(&self, task: &Arc<Record>, error: AlgorithmError, acknowledged: Acknowledged) {
        let Some((to, mut items)) = address_of(&task.headers) else {
            return self.dead_letter(task, error, acknowledged);
        };
        let now = now_us();
        for item in &mut items {
            (item.started_at_us, item.ended_at_us) = (now, now);
        }
        self.send(task, &to, ResultKind::Result, failed(&items, &error), acknowledged);
    }

    fn dead_letter(&self, task: &Arc<Record>, error: AlgorithmError, acknowledged: Acknowledged) {
        let about = [
            ("code", error.code.unwrap_or_default()),
            ("message", error.message),
            ("topic", self.window_topic.clone()),
            ("partition", task.partition.to_string()),
            ("offset", task.offset.to_string()),
            ("stage", self.codec.processor.clone()),
            ("time", iso_now()),
        ];
        let about = about.map(|(name, text)| header(&format!("windlass-error-{name}"), text));
        let is_kept = |(name, _): &&Header| about.iter().all(|(told, _)| told != name);
        let kept: Vec<Header> = task.headers.iter().filter(is_kept).cloned().collect();
        let written = Written {
            topic: self.dead_letter_topic.clone(),
            partition: Partition::OfKey,
            key: task.key.clone(),
            value: task.value.clone(),
            headers: kept.into_iter().chain(about).collect(),
        };
        let (log, offset) = (self.log.clone(), task.offset);
        self.push(written, move |sent| {
            if let Err(Refusal::TooLarge(error) | Refusal::Misplaced(error)) = sent {
                log.error(
                    "the broker refuses a dead letter: it is lost",
                    json!({ "offset": offset, "error": error }),
                );
            }
            acknowledged();
        });
    }

    fn push(&self, written: Written, done: impl FnOnce(Result<(), Refusal>) + Send + Sync + 'static) {
        self.publisher.push(Outgoing {
            written: Arc::new(written),
            done: Box::new(done),
        });
    }
}

/// An answer of failures alone is never larger.
const SMALL_BYTES: usize = 1 << 20;

fn failed(items: &[ResultItem], error: &AlgorithmError) -> Vec<ResultItem> {
    items.iter().map(|item| failed_item(item, error.clone())).collect()
}
