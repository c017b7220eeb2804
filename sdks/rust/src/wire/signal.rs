//! What programs send about sources.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::double::Double;
use super::metadata::Metadata;
use super::task::Phase;

/// One event about a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Signal {
    pub source: String,
    pub id: String,
    pub name: String,
    pub event_time_us: i64,
    pub phase: Phase,
    pub values: BTreeMap<String, Double>,
    pub count: i64,
    pub correlation: Option<String>,
    pub metadata: Metadata,
    pub cause: Option<String>,
    pub units: BTreeMap<String, String>,
}
