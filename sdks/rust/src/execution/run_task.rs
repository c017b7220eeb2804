//! A task's executions in order, up to the first that fails: what follows it is a new task of the hub.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::algorithm_error::Code;
use super::conform::conform;
use super::emissions::Emissions;
use super::supervise::Supervision;
use super::task_inputs::TaskInputs;
use crate::context::{Context, Given, Seen, Signal, TraceContext, Window};
use crate::definition::Definition;
use crate::definition::dependency::Dependency;
use crate::failure::{Failure, Outcome};
use crate::log::{Log, now_us};
use crate::retrying::Trouble;
use crate::wire::codec::encoded_bytes;
use crate::wire::double::Double;
use crate::wire::limits::MAX_RESULT_BYTES;
use crate::wire::result::{ResultEmission, ResultItem};
use crate::wire::task::{Task, TaskExecution};
use crate::wire::value::Value;

/// By `name@version`.
pub type Algorithms = HashMap<String, Arc<Definition>>;

/// A result, or why it is not there.
pub type Fetching = Pin<Box<dyn Future<Output = Result<Value, Trouble>> + Send>>;

/// What a running task tells, and asks.
pub trait Hooks: Send + Sync + 'static {
    /// Why the hub has cancelled an execution.
    fn cancelled(&self, execution_id: &str) -> Option<String>;
    /// Long work is alive.
    fn progress(&self, execution_id: &str, attempt: i32);
    /// Tries once to fetch a result that travels by reference.
    fn fetch(&self, reference: &str) -> Fetching;
    /// An execution is left to itself until this ends.
    fn abandoned(&self, algorithm: &str, until: JoinHandle<()>);
}

/// What surrounds a running task.
pub struct Around {
    pub hooks: Arc<dyn Hooks>,
    /// [`Hooks::cancelled`] may have changed.
    pub news: Arc<Notify>,
    /// Limits of time are kept.
    pub with_limits: bool,
    pub trace: Option<TraceContext>,
    pub log: Log,
}

pub(super) struct Running<'a> {
    pub(super) around: &'a Around,
    algorithms: &'a Algorithms,
    window: Arc<Window>,
    signals: Arc<[Signal]>,
    pub(super) inputs: TaskInputs,
}

type Answer = (Outcome<(Value, Vec<ResultEmission>)>, Option<f64>);

pub async fn run_task(mut task: Task, algorithms: &Algorithms, around: &Around) -> Vec<ResultItem> {
    let signals = task.pane.signals.take().unwrap_or_default();
    let inputs = TaskInputs {
        inputs: task.inputs,
        previous: std::mem::take(&mut task.pane.previous),
        made: HashMap::new(),
    };
    let mut running = Running {
        around,
        algorithms,
        window: Arc::new(task.pane.into()),
        signals: signals.into_iter().map(Signal::from).collect(),
        inputs,
    };
    let mut items = Vec::with_capacity(task.executions.len());
    for execution in &task.executions {
        let item = running.item(execution).await;
        let is_last = item.error.is_some();
        items.push(item);
        if is_last {
            break;
        }
    }
    items
}

impl Running<'_> {
    async fn item(&mut self, execution: &TaskExecution) -> ResultItem {
        let started_at_us = now_us();
        let id = &execution.execution_id;
        let (mut outcome, cpu_ms) = match self.algorithms.get(&execution.algorithm) {
            None => (Err(not_here(execution)), None),
            Some(definition) => {
                let (mut outcome, cpu_ms) = self.answer(Arc::clone(definition), execution).await;
                if let Some(reason) = self.around.hooks.cancelled(id) {
                    outcome = Err(Code::Cancelled.failure(reason));
                }
                (outcome, cpu_ms)
            }
        };
        if let Ok((value, _)) = &mut outcome {
            self.inputs
                .made
                .insert(execution.algorithm.clone(), Arc::new(value.clone()));
        }
        let mut item = ResultItem {
            execution_id: id.clone(),
            attempt: execution.attempt,
            started_at_us,
            ended_at_us: now_us().max(started_at_us),
            cpu_ms: cpu_ms.map(Double),
            ..ResultItem::default()
        };
        match outcome {
            Ok((value, emissions)) => (item.result, item.emissions) = (Some(value), emissions),
            Err(failure) => item.error = Some(failure.into()),
        }
        item
    }

    async fn answer(&mut self, definition: Arc<Definition>, execution: &TaskExecution) -> Answer {
        let hooks = Arc::clone(&self.around.hooks);
        let cancelled = || hooks.cancelled(&execution.execution_id);
        let ready = match cancelled() {
            Some(reason) => Err(Code::Cancelled.failure(reason)),
            None => self.fetch_inputs(&definition, execution, &cancelled).await,
        };
        if let Err(failure) = ready {
            return (Err(failure), None);
        }
        let inputs = match self.inputs.of(&definition.needs, execution) {
            Ok(inputs) => inputs,
            Err(failure) => return (Err(failure), None),
        };
        let (stop, stopped) = watch::channel(String::new());
        let context = self.context(&definition, execution, inputs, stopped);
        let supervision = Supervision {
            limit: self.around.with_limits.then(|| limit_of(execution)),
            cancelled: &cancelled,
            news: &self.around.news,
            stop,
        };
        let ended = supervision.run(Arc::clone(&definition), context.clone()).await;
        if let Some(until) = ended.abandoned {
            self.around.hooks.abandoned(&execution.algorithm, until);
        }
        let outcome = ended.outcome.and_then(|returned| {
            let value = fitting(&definition, returned)?;
            let mut emissions = context
                .emissions
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            Ok((value, std::mem::take(&mut emissions.items)))
        });
        (outcome, ended.cpu_ms)
    }

    fn context(
        &self,
        definition: &Definition,
        execution: &TaskExecution,
        inputs: Vec<(Arc<Dependency>, Given)>,
        stopped: watch::Receiver<String>,
    ) -> Context {
        let (hooks, id, attempt) = (
            Arc::clone(&self.around.hooks),
            execution.execution_id.clone(),
            execution.attempt,
        );
        Context::new(Seen {
            window: Arc::clone(&self.window),
            signals: Arc::clone(&self.signals),
            execution_id: execution.execution_id.clone(),
            attempt,
            trace: self.around.trace.clone(),
            log: self.around.log.clone(),
            inputs,
            emissions: Mutex::new(Emissions {
                key: self.window.key.clone(),
                allowed: definition.emits.clone(),
                items: Vec::new(),
            }),
            tell: Box::new(move || hooks.progress(&id, attempt)),
            stopped,
        })
    }
}

/// Start to close.
pub(super) fn limit_of(execution: &TaskExecution) -> Duration {
    Duration::from_millis(execution.timeout_ms.max(0) as u64)
}

fn not_here(execution: &TaskExecution) -> Failure {
    Code::NotHere.failure(format!("{} is not an algorithm of this instance", execution.algorithm))
}

/// What was returned as it travels, within its limits.
fn fitting(definition: &Definition, returned: Value) -> Outcome<Value> {
    let value = conform(&definition.result, returned, "result")?;
    let bytes = encoded_bytes(&value);
    let limits = [
        ("resultBytes", Some(MAX_RESULT_BYTES)),
        ("maxResultBytes", definition.max_result_bytes),
    ];
    for (name, limit) in limits {
        if let Some(limit) = limit.filter(|limit| bytes > *limit) {
            let text = format!("result of {bytes} bytes, limit {name} is {limit}");
            return Err(Code::PayloadTooLarge.failure(text));
        }
    }
    Ok(value)
}
