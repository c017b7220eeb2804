//! From tasks on the window topic to answers on the result topic.
//!
//! Redelivery: a task runs again and is answered again, which the hub drops. A crash repeats what was not committed. A poison record is
//! answered from its headers or dead-lettered. Back-pressure: partitions pause while too much is unfinished.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::answers::{Answers, Record};
use super::headers::{ID, header_text};
use super::readers::Readers;
use super::result_collector::ResultCollector;
use super::task_source::{Position, Receiver, TaskSource};
use crate::execution::run_task::Algorithms;
use crate::log::Log;
use crate::retrying::{Trouble, retrying};
use crate::scheduling::intake::{Entry, Intake, Limits, Progress, Turn};
use crate::scheduling::recently_cancelled::{Cancellation, RecentlyCancelled};
use crate::scheduling::take_over::{Claim, TakeOver};
use crate::wire::task::Control;

const REMEMBERED_CANCELLATIONS: usize = 10_000;
const COMMIT_INTERVAL: Duration = Duration::from_millis(100);
/// Executions that may be left to themselves; beyond it the process drains and ends, for whoever watches over it to start it anew:
/// each may keep a core busy and memory alive.
const MAX_ABANDONED: usize = 16;
/// WINDLASS_WORKERS=0.
const SLOTS_WITHOUT_WORKERS: usize = 16;

/// Memory under load is mostly what waits, and a few megabytes are enough to keep every slot busy.
const INTAKE_LIMITS: Limits = Limits {
    open_per_partition: 1_000,
    open_bytes: 64 << 20,
    enough_bytes: 1 << 20,
};

/// A task that has come.
pub struct Job {
    pub record: Arc<Record>,
    /// As its headers say.
    task_id: Option<String>,
    /// It may have been cancelled.
    pub news: Arc<Notify>,
}

pub struct TaskLoop {
    pub algorithms: Algorithms,
    pub answers: Answers,
    pub readers: Arc<Readers>,
    pub results: ResultCollector,
    pub log: Log,
    source: TaskSource,
    /// The client id: what is committed names it.
    holder: String,
    slots: usize,
    runtime: Handle,
    /// Told when more work was left to itself than may be.
    failed: mpsc::Sender<String>,
    state: Mutex<State>,
    idle: Notify,
    committing: tokio::sync::Mutex<()>,
    /// What waits for the world to mend gives up.
    ended: watch::Sender<bool>,
}

struct State {
    intake: Intake<Arc<Job>>,
    jobs: HashMap<String, Arc<Job>>,
    cancelled: RecentlyCancelled,
    draining: bool,
    commit_soon: bool,
    abandoned: usize,
    /// Whoever polls waits for room.
    room_wanted: bool,
}

pub struct Parts {
    pub algorithms: Algorithms,
    pub answers: Answers,
    pub readers: Arc<Readers>,
    pub results: ResultCollector,
    pub source: TaskSource,
    pub holder: String,
    pub workers: usize,
    pub failed: mpsc::Sender<String>,
    pub log: Log,
}

impl TaskLoop {
    /// Must be called on a runtime.
    pub fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            algorithms: parts.algorithms,
            answers: parts.answers,
            readers: parts.readers,
            results: parts.results,
            log: parts.log,
            source: parts.source,
            holder: parts.holder,
            slots: if parts.workers == 0 {
                SLOTS_WITHOUT_WORKERS
            } else {
                parts.workers
            },
            runtime: Handle::current(),
            failed: parts.failed,
            state: Mutex::new(State {
                intake: Intake::new(INTAKE_LIMITS),
                jobs: HashMap::new(),
                cancelled: RecentlyCancelled::new(REMEMBERED_CANCELLATIONS),
                draining: false,
                commit_soon: false,
                abandoned: 0,
                room_wanted: false,
            }),
            idle: Notify::new(),
            committing: tokio::sync::Mutex::new(()),
            ended: watch::Sender::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it is held")
    }

    /// In flight, and records behind.
    pub fn load(&self) -> (i32, Option<i64>) {
        let state = self.state();
        (
            i32::try_from(state.intake.running()).unwrap_or(i32::MAX),
            state.intake.lag(),
        )
    }

    /// A hint: losing it, or reading it twice, changes nothing but work.
    pub fn cancel(&self, control: Control) {
        let mut state = self.state();
        let one = Cancellation {
            execution_ids: control.execution_ids,
            reason: control.reason,
        };
        state.cancelled.add(&control.task_id, one);
        if let Some(job) = state.jobs.get(&control.task_id) {
            job.news.notify_one();
        }
    }

    pub fn cancelled(&self, task_id: &str, execution_id: &str) -> Option<String> {
        self.state().cancelled.reason(task_id, execution_id)
    }

    /// Starts what can start.
    fn pump(self: &Arc<Self>, state: &mut State) {
        while !state.draining
            && let Some(turn) = state.intake.next(self.slots)
        {
            self.runtime.spawn(Arc::clone(self).run(turn));
        }
        if state.room_wanted && state.intake.is_low() {
            state.room_wanted = false;
            self.source.tell_room();
        }
    }

    async fn run(self: Arc<Self>, turn: Turn<Arc<Job>>) {
        let (alone, key) = (turn.alone, turn.entry.key.clone());
        let job = Arc::clone(&turn.entry.payload);
        let mut ended = self.ended.subscribe();
        let answer = tokio::select! {
            answer = self.answer(&turn) => Some(answer),
            _ = ended.wait_for(|ended| *ended) => None,
        };
        if let Some(answer) = answer {
            let own = Arc::clone(&self);
            answer.send(&self.answers, &job.record, Box::new(move || own.finish(&turn)));
        }
        let mut state = self.state();
        state.intake.ran(alone, &key);
        if state.intake.running() == 0 {
            self.idle.notify_waiters();
        }
        self.pump(&mut state);
    }

    /// Its answer is safe.
    fn finish(self: &Arc<Self>, turn: &Turn<Arc<Job>>) {
        let mut state = self.state();
        forget(&mut state.jobs, &turn.entry);
        if state.intake.finish(turn) && !state.commit_soon && !state.draining {
            state.commit_soon = true;
            self.runtime.spawn(Arc::clone(self).commit_later());
        }
        self.source.steer(state.intake.flow());
        if turn.alone || state.room_wanted {
            self.pump(&mut state);
        }
    }

    async fn commit_later(self: Arc<Self>) {
        loop {
            tokio::time::sleep(COMMIT_INTERVAL).await;
            let _one = self.committing.lock().await;
            let progress = {
                let mut state = self.state();
                state.commit_soon = false;
                if state.draining {
                    return;
                }
                state.intake.uncommitted()
            };
            let done = self.source.commit(self.positions(&progress, &self.holder)).await;
            let mut state = self.state();
            match done {
                Ok(()) => return state.intake.committed(&progress),
                Err(error) => self
                    .log
                    .debug("positions are not committed yet", json!({ "error": error })),
            }
            if state.commit_soon {
                return;
            }
            state.commit_soon = true;
        }
    }

    fn positions(&self, progress: &[Progress], holder: &str) -> Vec<Position> {
        let each = progress.iter().map(|one| Position {
            partition: one.partition,
            offset: one.offset,
            claim: Claim {
                holder: holder.to_owned(),
                deaths: one.deaths,
                alone: false,
            },
        });
        each.collect()
    }

    /// Kafka knows that this task is run alone before it is, so its next death is its own.
    pub async fn announce(&self, turn: &Turn<Arc<Job>>) {
        let claim = Claim {
            holder: self.holder.clone(),
            deaths: turn.deaths,
            alone: true,
        };
        let (partition, offset) = (turn.entry.partition, turn.entry.offset);
        let position = Position {
            partition,
            offset,
            claim,
        };
        let on_retry = |error: &str| self.log.warn("cannot commit, trying again", json!({ "error": error }));
        let announced = retrying(on_retry, || async {
            let _one = self.committing.lock().await;
            // Lost in the meantime: others announce it.
            if !self.state().intake.holds(partition) {
                return Ok(());
            }
            self.source.commit(vec![position.clone()]).await.map_err(Trouble::World)
        });
        // It has no final trouble.
        let _ = announced.await;
    }

    /// An execution is left to itself until this ends; Rust cannot end it.
    pub fn abandoned(self: &Arc<Self>, algorithm: &str, until: JoinHandle<()>) {
        let count = {
            let mut state = self.state();
            state.abandoned += 1;
            state.abandoned
        };
        let fields = json!({ "algorithm": algorithm, "abandoned": count });
        self.log
            .warn("work over its limit, or cancelled, is left to itself", fields);
        if count > MAX_ABANDONED {
            let _ = self.failed.try_send(format!(
                "{count} executions do not end although their limit has passed, at most {MAX_ABANDONED} may (maxAbandoned): \
                 algorithms should look at their context"
            ));
        }
        let own = Arc::clone(self);
        self.runtime.spawn(async move {
            let _ = until.await;
            own.state().abandoned -= 1;
        });
    }

    /// Starts nothing more; ends when what runs is answered, or at the deadline. What has not run stays uncommitted.
    pub async fn drain(&self, timeout: Duration) {
        let deadline = Instant::now() + timeout;
        self.state().draining = true;
        loop {
            let mut idle = std::pin::pin!(self.idle.notified());
            idle.as_mut().enable();
            if self.state().intake.running() == 0 || tokio::time::timeout_at(deadline, idle).await.is_err() {
                break;
            }
        }
        self.answers.publisher.flush(deadline - Instant::now()).await;
        let _one = self.committing.lock().await;
        let positions = self.positions(&self.state().intake.positions(), "");
        if let Err(error) = self.source.commit(positions).await {
            self.log
                .warn("positions could not be handed back", json!({ "error": error }));
        }
    }

    /// What still runs is forgotten.
    pub fn end(&self) {
        self.ended.send_replace(true);
    }
}

/// What polls is handed over to: none of it waits.
pub struct Receiving(pub Arc<TaskLoop>);

impl Receiver for Receiving {
    fn taken(&self, partition: i32, over: TakeOver) {
        self.0.state().intake.take(partition, over);
    }

    fn lost(&self, partitions: &[i32]) {
        let mut state = self.0.state();
        for partition in partitions {
            let dropped = state.intake.lose(*partition);
            dropped.iter().for_each(|entry| forget(&mut state.jobs, entry));
        }
        self.0.pump(&mut state);
    }

    fn received(&self, partition: i32, records: Vec<Record>) {
        let mut state = self.0.state();
        if state.draining {
            return;
        }
        let entries = records.into_iter().map(entry_of).collect();
        let State { intake, jobs, .. } = &mut *state;
        let mut added = Vec::new();
        let dropped = intake.add(partition, entries, |entry| added.push(Arc::clone(&entry.payload)));
        dropped.iter().for_each(|entry| forget(jobs, entry));
        for job in added {
            if let Some(id) = &job.task_id {
                jobs.insert(id.clone(), Arc::clone(&job));
            }
        }
        self.0.source.steer(state.intake.flow());
        self.0.pump(&mut state);
    }

    fn has_enough(&self) -> bool {
        let mut state = self.0.state();
        state.room_wanted = if state.room_wanted {
            !state.intake.is_low()
        } else {
            state.intake.is_stocked()
        };
        state.room_wanted
    }

    fn ends(&self, partition: i32, end: i64) {
        self.0.state().intake.ends(partition, end);
    }
}

fn entry_of(record: Record) -> Entry<Arc<Job>> {
    let key = String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()).into_owned();
    let bytes = record.value.as_ref().map_or(0, Vec::len);
    let (partition, offset) = (record.partition, record.offset);
    let job = Job {
        task_id: header_text(&record.headers, ID),
        record: Arc::new(record),
        news: Arc::default(),
    };
    Entry::new(partition, offset, key, bytes, Arc::new(job))
}

fn forget(jobs: &mut HashMap<String, Arc<Job>>, entry: &Entry<Arc<Job>>) {
    if let Some(id) = &entry.payload.task_id
        && jobs.get(id).is_some_and(|known| Arc::ptr_eq(known, &entry.payload))
    {
        jobs.remove(id);
    }
}
