//! What the hub sends. Field by field as in schemas/windows and schemas/control; what an older hub leaves out has its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::double::Double;
use super::metadata::Metadata;
use super::value::Value;

/// One message to a processor: a pane and the executions to run on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    pub task_id: String,
    pub pane: Pane,
    pub home_partition: i32,
    pub executions: Vec<TaskExecution>,
    #[serde(default)]
    pub inputs: Vec<TaskInput>,
}

/// When a pane fired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Timing {
    Early,
    OnTime,
    Late,
}

/// Why a pane is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Lane {
    #[default]
    Live,
    Replay,
    Try,
}

/// One firing of a window; times are microseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pane {
    pub window_id: String,
    #[serde(default)]
    pub generation: i32,
    pub version: i64,
    pub window_type: String,
    pub key: String,
    pub start_us: i64,
    pub end_us: i64,
    pub revision: i32,
    pub timing: Timing,
    pub is_final: bool,
    pub elements: i64,
    pub added: i64,
    #[serde(default)]
    pub completeness: Option<Double>,
    #[serde(default)]
    pub gap_us: Option<i64>,
    #[serde(default)]
    pub watermark_us: Option<i64>,
    #[serde(default)]
    pub parent_window_id: Option<String>,
    #[serde(default)]
    pub previous: Vec<PreviousWindows>,
    #[serde(default)]
    pub metadata: Metadata,
    #[serde(default)]
    pub signals: Option<Vec<KeptSignal>>,
    #[serde(default)]
    pub opened_by: Option<OpenedBy>,
    #[serde(default)]
    pub depth: i32,
    pub dag_revision: i64,
    pub policy_revision: i64,
    #[serde(default)]
    pub lane: Lane,
    pub fired_at_us: i64,
    #[serde(default)]
    pub source: Option<SourceAttributes>,
    #[serde(default)]
    pub members: Option<i32>,
}

/// Which windows a previous dependency means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviousWindows {
    pub dependency: String,
    pub window_ids: Vec<String>,
}

/// What a signal is for the windows that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    #[default]
    Point,
    Start,
    Stop,
    Watermark,
}

/// A signal that the window kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptSignal {
    pub id: String,
    pub name: String,
    pub event_time_us: i64,
    #[serde(default)]
    pub phase: Phase,
    #[serde(default)]
    pub values: BTreeMap<String, Double>,
    #[serde(default = "one")]
    pub count: i64,
    #[serde(default)]
    pub correlation: Option<String>,
    #[serde(default)]
    pub metadata: Metadata,
}

fn one() -> i64 {
    1
}

/// The result that opened a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenedBy {
    pub window_id: String,
    pub algorithm: String,
    #[serde(default)]
    pub execution_id: Option<String>,
}

/// What the source registry says of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceAttributes {
    pub kind: String,
    #[serde(default)]
    pub parents: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    #[serde(default)]
    pub zone: Option<String>,
}

/// One algorithm to run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskExecution {
    pub execution_id: String,
    pub algorithm: String,
    pub run: i32,
    pub attempt: i32,
    pub timeout_ms: i64,
    #[serde(default)]
    pub after: Vec<String>,
    #[serde(default)]
    pub resolved: Vec<ResolvedAlgorithm>,
    #[serde(default)]
    pub withheld: Vec<Withheld>,
}

/// The version that a range stands for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResolvedAlgorithm {
    pub asked: String,
    pub algorithm: String,
}

/// Inputs that are in the task for others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Withheld {
    pub dependency: i32,
    pub execution_ids: Vec<String>,
}

/// How an upstream result is related to the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Relation {
    Same,
    Parent,
    Children,
    Previous,
    Members,
}

/// An upstream result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskInput {
    pub algorithm: String,
    pub relation: Relation,
    pub execution_id: String,
    pub window_id: String,
    #[serde(default)]
    pub generation: i32,
    pub revision: i32,
    pub start_us: i64,
    pub end_us: i64,
    pub is_final: bool,
    #[serde(default)]
    pub metadata: Metadata,
    #[serde(default)]
    pub result: Option<Value>,
    #[serde(default)]
    pub reference: Option<String>,
    #[serde(default)]
    pub completeness: Option<Double>,
    #[serde(default)]
    pub key: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ControlKind {
    Cancel,
}

/// A hint of the hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    pub processor: String,
    pub kind: ControlKind,
    pub task_id: String,
    pub execution_ids: Vec<String>,
    pub reason: String,
    pub at_us: i64,
}
