//! Everything an algorithm sees.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::definition::dependency::Dependency;
use crate::execution::emissions::Emissions;
use crate::failure::{Failure, Outcome};
use crate::log::Log;
use crate::needs::Input;
use crate::wire::metadata::{Metadata, Scalar};
use crate::wire::task::{KeptSignal, Lane, Pane, Phase, SourceAttributes, Timing};
use crate::wire::value::Value;

/// The firing of the window that the algorithm is run on. Half-open: `start_us` ≤ t < `end_us`, microseconds since 1970, UTC.
#[derive(Debug, Clone)]
pub struct Window {
    pub window_id: String,
    /// `name@version`.
    pub window_type: String,
    pub key: String,
    pub start_us: i64,
    pub end_us: i64,
    pub generation: i32,
    pub revision: i32,
    pub timing: Timing,
    pub is_final: bool,
    pub elements: i64,
    pub added: i64,
    /// 0..1; none: unknown, as below.
    pub completeness: Option<f64>,
    pub gap_us: Option<i64>,
    pub watermark_us: Option<i64>,
    pub parent_window_id: Option<String>,
    pub metadata: Metadata,
    /// What the source was at the window's start; none: nobody has declared it, or the window is a group's.
    pub source: Option<SourceAttributes>,
    pub lane: Lane,
}

impl Window {
    /// A number of the metadata; absent or of another type: 0.
    pub fn number(&self, name: &str) -> f64 {
        match self.metadata.get(name) {
            Some(Scalar::Double(number)) => *number,
            _ => 0.0,
        }
    }

    /// A text of the metadata.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.metadata.get(name) {
            Some(Scalar::String(text)) => Some(text),
            _ => None,
        }
    }

    /// How long it is.
    pub fn seconds(&self) -> f64 {
        (self.end_us - self.start_us) as f64 / 1e6
    }
}

impl From<Pane> for Window {
    fn from(pane: Pane) -> Self {
        Self {
            window_id: pane.window_id,
            window_type: pane.window_type,
            key: pane.key,
            start_us: pane.start_us,
            end_us: pane.end_us,
            generation: pane.generation,
            revision: pane.revision,
            timing: pane.timing,
            is_final: pane.is_final,
            elements: pane.elements,
            added: pane.added,
            completeness: pane.completeness.map(|one| one.0),
            gap_us: pane.gap_us,
            watermark_us: pane.watermark_us,
            parent_window_id: pane.parent_window_id,
            metadata: pane.metadata,
            source: pane.source,
            lane: pane.lane,
        }
    }
}

/// A signal that the window kept.
#[derive(Debug, Clone)]
pub struct Signal {
    pub id: String,
    pub name: String,
    pub event_time_us: i64,
    pub phase: Phase,
    pub values: BTreeMap<String, f64>,
    /// Samples it stands for.
    pub count: i64,
    pub correlation: Option<String>,
    pub metadata: Metadata,
}

impl Signal {
    /// A value; absent: 0.
    pub fn value(&self, name: &str) -> f64 {
        self.values.get(name).copied().unwrap_or_default()
    }
}

impl From<KeptSignal> for Signal {
    fn from(kept: KeptSignal) -> Self {
        Self {
            id: kept.id,
            name: kept.name,
            event_time_us: kept.event_time_us,
            phase: kept.phase,
            values: kept.values.into_iter().map(|(name, value)| (name, value.0)).collect(),
            count: kept.count,
            correlation: kept.correlation,
            metadata: kept.metadata,
        }
    }
}

/// W3C trace context as it travels: what to go on from in OpenTelemetry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    pub traceparent: String,
    pub tracestate: Option<String>,
}

/// A child window that an algorithm found.
///
/// ```
/// use windlass::ChildWindow;
///
/// let peak = ChildWindow::new("peak@1", 0, 1_000_000).with("height", 120.5);
/// ```
#[derive(Debug, Clone)]
pub struct ChildWindow {
    /// `name@version`.
    pub window_type: String,
    pub start_us: i64,
    pub end_us: i64,
    pub metadata: Metadata,
    /// None: that of this window.
    pub key: Option<String>,
    /// Tells apart two windows with one start.
    pub emission_key: Option<String>,
}

impl ChildWindow {
    pub fn new(window_type: &str, start_us: i64, end_us: i64) -> Self {
        Self {
            window_type: window_type.to_owned(),
            start_us,
            end_us,
            metadata: Metadata::new(),
            key: None,
            emission_key: None,
        }
    }

    /// With a field of metadata.
    pub fn with(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.metadata.insert(name.to_owned(), value.into());
        self
    }
}

/// What a dependency brought.
#[derive(Debug)]
pub enum Given {
    Nothing,
    One(Arc<Value>),
    Many(Vec<Input<Value>>),
}

/// Everything an algorithm sees. It is stopped when the hub cancels the work or its limit has passed. Clones are the same context.
#[derive(Clone)]
pub struct Context(Arc<Seen>);

/// The fields of a [`Context`].
pub struct Seen {
    pub window: Arc<Window>,
    /// Those that the window kept, in its order.
    pub signals: Arc<[Signal]>,
    pub execution_id: String,
    /// Counts from 1.
    pub attempt: i32,
    /// Of the pane that the task came from; none: the task brings none.
    pub trace: Option<TraceContext>,
    pub log: Log,
    pub(crate) inputs: Vec<(Arc<Dependency>, Given)>,
    pub(crate) emissions: Mutex<Emissions>,
    pub(crate) tell: Box<dyn Fn() + Send + Sync>,
    /// Why it is stopped; empty: it is not.
    pub(crate) stopped: watch::Receiver<String>,
}

impl Deref for Context {
    type Target = Seen;

    fn deref(&self) -> &Seen {
        &self.0
    }
}

impl Context {
    pub(crate) fn new(seen: Seen) -> Self {
        Self(Arc::new(seen))
    }

    /// Opens a child window when the result is accepted. The failure says why it cannot be, and should be returned.
    pub fn emit(&self, child: ChildWindow) -> Outcome<()> {
        let mut emissions = self.emissions.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        emissions.add(child)
    }

    /// Tells the hub that long work is alive; sent at most once a second.
    pub fn progress(&self) {
        if !self.is_stopped() {
            (self.tell)();
        }
    }

    /// The hub has cancelled the work, or its limit has passed: nobody waits for its result.
    pub fn is_stopped(&self) -> bool {
        !self.stopped.borrow().is_empty()
    }

    /// A failure when it is stopped: `c.check()?` in loops ends the work then.
    pub fn check(&self) -> Outcome<()> {
        match self.stopped.borrow().as_str() {
            "" => Ok(()),
            reason => Err(Failure::of_class("Stopped", reason)),
        }
    }

    /// Waits so long, or until it is stopped, which is a failure. For algorithms that are not async.
    pub fn wait(&self, duration: Duration) -> Outcome<()> {
        let _ = Handle::current().block_on(tokio::time::timeout(duration, self.stopped()));
        self.check()
    }

    /// Resolves when it is stopped.
    pub async fn stopped(&self) {
        let mut stopped = self.stopped.clone();
        if stopped.wait_for(|reason| !reason.is_empty()).await.is_err() {
            // Nobody is left who could stop it.
            std::future::pending::<()>().await;
        }
    }
}
