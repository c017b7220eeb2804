//! From one task to its answer.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinHandle;

use super::answers::{Acknowledged, Answers, Record};
use super::headers::{Address, trace_of};
use super::task_loop::{Job, TaskLoop};
use crate::execution::algorithm_error::Code;
use crate::execution::run_task::{Around, Fetching, Hooks, run_task};
use crate::log::now_us;
use crate::scheduling::intake::Turn;
use crate::scheduling::take_over::POISON_DEATHS;
use crate::wire::result::{AlgorithmError, ResultItem, ResultKind};
use crate::wire::task::Task;

const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// What is sent about a task.
pub enum Answer {
    Items(Address, Vec<ResultItem>),
    /// It was not run.
    Error(AlgorithmError),
}

impl Answer {
    pub fn send(self, answers: &Answers, record: &Arc<Record>, acknowledged: Acknowledged) {
        match self {
            Answer::Items(to, items) => answers.send(record, &to, ResultKind::Result, items, acknowledged),
            Answer::Error(error) => answers.send_error(record, error, acknowledged),
        }
    }
}

impl TaskLoop {
    pub async fn answer(self: &Arc<Self>, turn: &Turn<Arc<Job>>) -> Answer {
        if turn.deaths >= POISON_DEATHS {
            let text = format!("the task has ended its process {POISON_DEATHS} times");
            return self.not_run(turn, Code::Poisoned, text);
        }
        if turn.alone {
            self.announce(turn).await;
        }
        let job = &turn.entry.payload;
        let read = self
            .readers
            .read::<Task>(job.record.value.as_deref().unwrap_or_default())
            .await;
        let task = match read {
            Ok(task) if task.executions.is_empty() => {
                return self.not_run(turn, Code::BadTask, "the task has no executions".into());
            }
            Ok(task) => task,
            Err(problem) => return self.not_run(turn, Code::BadTask, problem),
        };
        let to = Address {
            task_id: task.task_id.clone(),
            home: task.home_partition,
        };
        let around = Around {
            hooks: Arc::new(OfTask {
                tasks: Arc::clone(self),
                record: Arc::clone(&job.record),
                to: to.clone(),
                last_progress: Mutex::default(),
            }),
            news: Arc::clone(&job.news),
            with_limits: true,
            trace: trace_of(&job.record.headers),
            log: self.log.clone(),
        };
        Answer::Items(to, run_task(task, &self.algorithms, &around).await)
    }

    fn not_run(&self, turn: &Turn<Arc<Job>>, code: Code, reason: String) -> Answer {
        let fields = json!({
            "partition": turn.entry.partition, "offset": turn.entry.offset, "code": code.name(), "reason": reason,
        });
        self.log.error("a task cannot be run", fields);
        Answer::Error(code.error(reason))
    }
}

/// What a running task tells, and asks.
struct OfTask {
    tasks: Arc<TaskLoop>,
    record: Arc<Record>,
    to: Address,
    last_progress: Mutex<Option<Instant>>,
}

impl Hooks for OfTask {
    fn cancelled(&self, execution_id: &str) -> Option<String> {
        self.tasks.cancelled(&self.to.task_id, execution_id)
    }

    fn progress(&self, execution_id: &str, attempt: i32) {
        let mut last = self.last_progress.lock().expect("nothing panics while it is held");
        if last.is_some_and(|last| last.elapsed() < PROGRESS_INTERVAL) {
            return;
        }
        *last = Some(Instant::now());
        let now = now_us();
        let item = ResultItem {
            execution_id: execution_id.to_owned(),
            attempt,
            started_at_us: now,
            ended_at_us: now,
            ..ResultItem::default()
        };
        let answers = &self.tasks.answers;
        answers.send(
            &self.record,
            &self.to,
            ResultKind::Progress,
            vec![item],
            Box::new(|| ()),
        );
    }

    fn fetch(&self, reference: &str) -> Fetching {
        Box::pin(self.tasks.results.clone().fetch(reference.to_owned()))
    }

    fn abandoned(&self, algorithm: &str, until: JoinHandle<()>) {
        self.tasks.abandoned(algorithm, until);
    }
}
