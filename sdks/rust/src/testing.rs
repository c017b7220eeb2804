//! Runs algorithms here and now, without servers: on built tasks, and on those that `windlass task save` has written.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;
use tokio::runtime::Builder;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::algorithm::AnyAlgorithm;
use crate::execution::run_task::{Around, Fetching, Hooks, run_task};
use crate::log::{Level, Log};
use crate::retrying::Trouble;
use crate::wire::metadata::Metadata;
use crate::wire::task::{Lane, Pane, TaskExecution, TaskInput, Timing};

pub use crate::wire::result::{AlgorithmError, ResultEmission};
pub use crate::wire::task::{KeptSignal, Phase, Relation, Task};
pub use crate::wire::value::Value;

const FILE_FORMAT: &str = "windlass-task/1";

/// What one algorithm answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// `name@version`.
    pub algorithm: String,
    /// As it travels; none: it failed.
    pub value: Option<Value>,
    pub error: Option<AlgorithmError>,
    pub emissions: Vec<ResultEmission>,
}

#[derive(Deserialize)]
struct TaskFile {
    format: String,
    #[serde(default)]
    task: Json,
}

/// Reads a file of `windlass task save`.
pub fn load_task(path: impl AsRef<Path>) -> Result<Task, String> {
    let path = path.as_ref();
    let at = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    let text = fs::read_to_string(path).map_err(|error| at(&error))?;
    let file: TaskFile = serde_json::from_str(&text).map_err(|error| at(&error))?;
    if file.format != FILE_FORMAT {
        return Err(at(&format!(
            "a task file has the format '{FILE_FORMAT}', this has '{}'",
            file.format
        )));
    }
    serde_json::from_value(file.task).map_err(|error| at(&error))
}

/// A task of a chain, in the order given: a window of one second, on time, of the first bound type. Change what should differ, and add
/// inputs with [`given`].
pub fn task_for(algorithms: &[AnyAlgorithm]) -> Task {
    let window_type = algorithms
        .iter()
        .flat_map(|one| &one.0.bindings)
        .map(|binding| binding.window_type.clone());
    let executions = algorithms.iter().enumerate().map(|(place, one)| TaskExecution {
        execution_id: format!("execution-{place}"),
        algorithm: one.0.reference(),
        run: 1,
        attempt: 1,
        timeout_ms: 60_000,
        after: Vec::new(),
        resolved: Vec::new(),
        withheld: Vec::new(),
    });
    Task {
        task_id: "task".into(),
        pane: pane_of(window_type.into_iter().next().unwrap_or_default()),
        home_partition: 0,
        executions: executions.collect(),
        inputs: Vec::new(),
    }
}

fn pane_of(window_type: String) -> Pane {
    Pane {
        window_id: "window".into(),
        generation: 0,
        version: 1,
        window_type,
        key: "source".into(),
        start_us: 0,
        end_us: 1_000_000,
        revision: 0,
        timing: Timing::OnTime,
        is_final: false,
        elements: 0,
        added: 0,
        completeness: None,
        gap_us: None,
        watermark_us: None,
        parent_window_id: None,
        previous: Vec::new(),
        metadata: Metadata::new(),
        signals: None,
        opened_by: None,
        depth: 0,
        dag_revision: 1,
        policy_revision: 1,
        lane: Lane::Try,
        fired_at_us: 0,
        source: None,
        members: None,
    }
}

/// Adds an upstream result; oldest first.
pub fn given(task: &mut Task, algorithm: &str, relation: Relation, value: impl Into<Value>) {
    let number = task.inputs.len();
    task.inputs.push(TaskInput {
        algorithm: algorithm.to_owned(),
        relation,
        execution_id: format!("input-{number}"),
        window_id: format!("window-{number}"),
        generation: 0,
        revision: 0,
        start_us: task.pane.start_us,
        end_us: task.pane.end_us,
        is_final: false,
        metadata: Metadata::new(),
        result: Some(value.into()),
        reference: None,
        completeness: None,
        key: None,
    });
}

/// Nobody cancels, nobody listens.
struct Nobody;

impl Hooks for Nobody {
    fn cancelled(&self, _: &str) -> Option<String> {
        None
    }

    fn progress(&self, _: &str, _: i32) {}

    fn fetch(&self, _: &str) -> Fetching {
        Box::pin(std::future::ready(Err(Trouble::Final(
            "a local run fetches nothing; `windlass task save` writes results into the file".into(),
        ))))
    }

    fn abandoned(&self, _: &str, _: JoinHandle<()>) {}
}

/// Runs a task's chain up to its first failure. Values are checked and pass as in production; limits of time are not kept.
pub fn run_local(task: &Task, algorithms: &[AnyAlgorithm]) -> Vec<Answered> {
    let references: Vec<String> = task.executions.iter().map(|one| one.algorithm.clone()).collect();
    let by_reference = algorithms
        .iter()
        .map(|one| (one.0.reference(), Arc::clone(&one.0)))
        .collect();
    let around = Around {
        hooks: Arc::new(Nobody),
        news: Arc::new(Notify::new()),
        with_limits: false,
        trace: None,
        log: Log::new(Level::Off, Json::Null),
    };
    // A thread of its own: the caller may be on a runtime.
    let items = std::thread::scope(|scope| {
        let running = scope.spawn(|| {
            let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
            Ok::<_, std::io::Error>(runtime.block_on(run_task(task.clone(), &by_reference, &around)))
        });
        running
            .join()
            .expect("an algorithm's panic is its failure")
            .expect("a runtime can be made")
    });
    let each = references.into_iter().zip(items);
    each.map(|(algorithm, item)| Answered {
        algorithm,
        value: item.result,
        error: item.error,
        emissions: item.emissions,
    })
    .collect()
}
