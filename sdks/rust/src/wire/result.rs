//! What a processor writes.

use serde::{Deserialize, Serialize};

use super::double::Double;
use super::metadata::Metadata;
use super::value::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResultKind {
    Result,
    Progress,
}

/// Answers a task, or tells that work on it is alive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultRecord {
    pub task_id: String,
    pub kind: ResultKind,
    pub items: Vec<ResultItem>,
    pub processor: String,
    pub processor_version: String,
    pub instance: String,
}

/// What became of one execution.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultItem {
    pub execution_id: String,
    pub attempt: i32,
    pub result: Option<Value>,
    pub error: Option<AlgorithmError>,
    pub emissions: Vec<ResultEmission>,
    pub started_at_us: i64,
    pub ended_at_us: i64,
    pub cpu_ms: Option<Double>,
}

/// Why an execution failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlgorithmError {
    pub class: String,
    pub message: String,
    pub stack: Option<String>,
    pub retryable: bool,
    pub code: Option<String>,
}

/// A child window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultEmission {
    pub window_type: String,
    pub key: String,
    pub start_us: i64,
    pub end_us: i64,
    pub emission_key: Option<String>,
    pub metadata: Metadata,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstanceState {
    Running,
    Draining,
    Stopped,
}

/// Tells that an instance lives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heartbeat {
    pub processor: String,
    pub processor_version: String,
    pub instance: String,
    pub host: String,
    pub sdk: String,
    pub state: InstanceState,
    pub algorithms: Vec<String>,
    pub in_flight: i32,
    pub lag_records: Option<i64>,
    pub started_at_us: i64,
    pub at_us: i64,
}
