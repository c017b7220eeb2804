//! What a processor declares, apart from the types of its results: what the hub is told, and what is run.

pub mod avro_shape;
pub mod dependency;
pub mod registration;

use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::failure::Failure;
use crate::wire::limits::MAX_NAME_LENGTH;
use crate::wire::value::Value;
use avro_shape::AvroShape;
use dependency::Dependency;

/// What an algorithm answers with.
#[derive(Debug, Clone)]
pub struct Declared {
    pub shape: Shape,
    /// UCUM, for instance MB/s or %; empty: none.
    pub unit: String,
    /// May be null; for a field of a struct.
    pub optional: bool,
}

#[derive(Debug, Clone)]
pub enum Shape {
    Double,
    Long,
    Boolean,
    String,
    Bytes,
    Array,
    None,
    /// In the order in which the fields travel.
    Struct(Vec<FieldOf>),
    /// A schema of the user's own.
    Avro(Arc<AvroShape>),
}

impl Shape {
    pub fn name(&self) -> &'static str {
        match self {
            Shape::Double => "double",
            Shape::Long => "long",
            Shape::Boolean => "boolean",
            Shape::String => "string",
            Shape::Bytes => "bytes",
            Shape::Array => "array",
            Shape::None => "none",
            Shape::Struct(_) => "struct",
            Shape::Avro(_) => "avro",
        }
    }
}

/// One field of a struct.
#[derive(Debug, Clone)]
pub struct FieldOf {
    pub(crate) name: String,
    pub(crate) declared: Declared,
}

/// Which panes of a window type an algorithm takes.
#[derive(Debug, Clone)]
pub struct Binding {
    /// `name@version`.
    pub window_type: String,
    /// EARLY, ON_TIME, LATE, FINAL.
    pub on: Vec<Fires>,
    /// 0..1; panes below it, or of unknown completeness, are not taken. None: all are.
    pub min_completeness: Option<f64>,
}

/// When a window fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fires {
    Early,
    OnTime,
    Late,
    Final,
}

impl Binding {
    /// The default: ON_TIME and LATE.
    pub fn to(window_type: &str) -> Self {
        Self {
            window_type: window_type.to_owned(),
            on: vec![Fires::OnTime, Fires::Late],
            min_completeness: None,
        }
    }
}

/// Of an algorithm; what is none or empty, the hub decides.
#[derive(Debug, Clone, Default)]
pub struct RetryPolicy {
    pub attempts: Option<u32>,
    pub backoff: Option<Duration>,
    pub backoff_factor: Option<f64>,
    pub max_backoff: Option<Duration>,
    /// The part of each wait that is drawn, 0..1.
    pub jitter: Option<f64>,
    /// Error classes or codes (TIMEOUT) that are not retried.
    pub non_retryable: Vec<String>,
    /// The only ones that are.
    pub retryable: Vec<String>,
}

/// A function of an algorithm, without its types.
pub type Run = Box<dyn Fn(&Context) -> Result<Value, Failure> + Send + Sync>;

/// A declared algorithm without its types.
pub struct Definition {
    pub name: String,
    pub version: String,
    pub bindings: Vec<Binding>,
    pub needs: Vec<Arc<Dependency>>,
    pub result: Declared,
    pub emits: Vec<String>,
    pub timeout: Option<Duration>,
    pub schedule_to_close: Option<Duration>,
    pub retry: Option<RetryPolicy>,
    pub max_result_bytes: Option<usize>,
    pub run: Run,
}

impl Definition {
    /// `name@version`.
    pub fn reference(&self) -> String {
        format!("{}@{}", self.name, self.version)
    }
}

/// What is wrong with a name; none: nothing.
pub fn problem_of_name(what: &str, name: &str) -> Option<String> {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_lowercase());
    let goes_on = letters.all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-');
    if begins && goes_on && name.len() <= MAX_NAME_LENGTH {
        return None;
    }
    Some(format!(
        "{what} '{name}' must match [a-z][a-z0-9-]* and have at most {MAX_NAME_LENGTH} characters"
    ))
}
