//! The body of `POST /v1/processors`; what the user did not say is left out.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::dependency::{Action, Dependency, OnRevision, Span};
use super::{Declared, Definition, Fires, RetryPolicy, Shape};
use crate::wire::task::Relation;

pub fn registration<'a>(
    name: &str,
    version: &str,
    team: &str,
    algorithms: impl Iterator<Item = &'a Definition>,
) -> Json {
    let algorithms: Vec<Json> = algorithms.map(of_algorithm).collect();
    json!({ "name": name, "version": version, "team": team, "algorithms": algorithms })
}

/// An object whose absent fields are left out.
#[derive(Default)]
struct Object(Map<String, Json>);

impl Object {
    fn put(mut self, name: &str, value: Option<impl Into<Json>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    fn is(self, name: &str, value: impl Into<Json>) -> Self {
        self.put(name, Some(value))
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Json::Object(object.0)
    }
}

fn of_algorithm(one: &Definition) -> Json {
    let windows = one.bindings.iter().map(|binding| {
        let on: Vec<Json> = binding.on.iter().map(|fires| fires_name(*fires).into()).collect();
        let made = Object::default()
            .is("windowType", binding.window_type.as_str())
            .is("on", on);
        Json::from(made.put("minCompleteness", binding.min_completeness))
    });
    let needs = one.needs.iter().map(|need| of_dependency(need));
    Object::default()
        .is("name", one.name.as_str())
        .is("version", one.version.as_str())
        .is("windows", windows.collect::<Vec<_>>())
        .is("dependencies", needs.collect::<Vec<_>>())
        .is("result", of_result(&one.result))
        .put("emits", some(&one.emits))
        .put("timeout", one.timeout.map(milliseconds))
        .put("scheduleToClose", one.schedule_to_close.map(milliseconds))
        .put("retry", one.retry.as_ref().map(of_retry))
        .put("maxResultBytes", one.max_result_bytes)
        .into()
}

fn of_retry(retry: &RetryPolicy) -> Json {
    Object::default()
        .put("attempts", retry.attempts)
        .put("backoff", retry.backoff.map(milliseconds))
        .put("backoffFactor", retry.backoff_factor)
        .put("maxBackoff", retry.max_backoff.map(milliseconds))
        .put("jitter", retry.jitter)
        .put("nonRetryable", some(&retry.non_retryable))
        .put("retryable", some(&retry.retryable))
        .into()
}

fn of_dependency(need: &Dependency) -> Json {
    let relation = match (need.relation, need.span) {
        (_, Some(span)) => json!({ "previous": of_span(span) }),
        (relation, None) => relation_name(relation).into(),
    };
    let rules = &need.rules;
    let action = |rule: Option<Action>| rule.map(action_name);
    Object::default()
        .is("algorithm", need.algorithm.as_str())
        .is("relation", relation)
        .put("reads", need.reads.as_ref().map(of_result))
        .put("onMissing", action(rules.on_missing))
        .put("onFailed", action(rules.on_failed))
        .put("onProvisional", action(rules.on_provisional))
        .put("onIncomplete", action(rules.on_incomplete))
        .put("minCompleteness", rules.min_completeness)
        .put("wait", rules.wait.map(milliseconds))
        .put("afterWait", action(rules.after_wait))
        .put("onRevision", rules.on_revision.map(of_revision))
        .into()
}

fn of_span(span: Span) -> Json {
    match span {
        Span::Count {
            count,
            gap: None,
            within: None,
        } => count.into(),
        Span::Count { count, gap, within } => {
            let made = Object::default().is("count", count).put("gap", gap);
            made.put("within", within.map(microseconds)).into()
        }
        Span::Time { duration, gap: None } => microseconds(duration).into(),
        Span::Time { duration, gap } => {
            let made = Object::default().is("duration", microseconds(duration));
            made.put("gap", gap.map(microseconds)).into()
        }
    }
}

fn of_revision(one: OnRevision) -> Json {
    match one {
        OnRevision::Rerun => "rerun".into(),
        OnRevision::Keep => "keep".into(),
        OnRevision::RerunDepth(depth) => json!({ "rerunDepth": depth }),
    }
}

fn of_result(declared: &Declared) -> Json {
    let unit = (!declared.unit.is_empty()).then_some(declared.unit.as_str());
    if let Shape::Avro(avro) = &declared.shape {
        return Object::default().is("avro", avro.json.clone()).put("unit", unit).into();
    }
    let fields = match &declared.shape {
        Shape::Struct(fields) => {
            let each = fields
                .iter()
                .map(|field| (field.name.clone(), of_result(&field.declared)));
            Some(each.collect::<Map<String, Json>>())
        }
        _ => None,
    };
    Object::default()
        .is("type", declared.shape.name())
        .put("unit", unit)
        .put("optional", declared.optional.then_some(true))
        .put("fields", fields)
        .into()
}

fn some(texts: &[String]) -> Option<Vec<String>> {
    (!texts.is_empty()).then(|| texts.to_vec())
}

fn milliseconds(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}

fn microseconds(duration: Duration) -> String {
    format!("{}us", duration.as_micros())
}

fn fires_name(one: Fires) -> &'static str {
    match one {
        Fires::Early => "EARLY",
        Fires::OnTime => "ON_TIME",
        Fires::Late => "LATE",
        Fires::Final => "FINAL",
    }
}

fn relation_name(one: Relation) -> &'static str {
    match one {
        Relation::Same => "same",
        Relation::Parent => "parent",
        Relation::Children => "children",
        Relation::Previous => "previous",
        Relation::Members => "members",
    }
}

fn action_name(one: Action) -> &'static str {
    match one {
        Action::Accept => "accept",
        Action::Wait => "wait",
        Action::RunWithout => "runWithout",
        Action::Skip => "skip",
        Action::Fail => "fail",
    }
}
