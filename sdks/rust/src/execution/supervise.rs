//! An algorithm in a thread of its own, waited for no longer than it may take.
//!
//! Rust cannot end a thread (ADR 30): work that does not end in time is left to itself, and whatever it still does has no effect.

use std::sync::Arc;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::algorithm_error::Code;
use super::panics::caught;
use crate::context::Context;
use crate::definition::Definition;
use crate::failure::{Failure, Outcome};
use crate::wire::value::Value;

/// How long cancelled work may take to end before it is left to itself.
const CANCEL_GRACE: Duration = Duration::from_secs(1);

/// What became of an algorithm's function.
pub struct Ended {
    pub outcome: Outcome<Value>,
    /// CPU time of its thread; none: it was left to itself.
    pub cpu_ms: Option<f64>,
    /// It is left to itself, until this ends.
    pub abandoned: Option<JoinHandle<()>>,
}

pub struct Supervision<'a> {
    /// None: limits are not kept.
    pub limit: Option<Duration>,
    /// Why it is cancelled; may change when there are news.
    pub cancelled: &'a (dyn Fn() -> Option<String> + Sync),
    pub news: &'a Notify,
    /// Tells the context that it is stopped, and why.
    pub stop: watch::Sender<String>,
}

impl Supervision<'_> {
    pub async fn run(self, definition: Arc<Definition>, context: Context) -> Ended {
        let mut work = tokio::task::spawn_blocking(move || timed(&definition, &context));
        let limit = self.limit.map(|limit| (limit, Instant::now() + limit));
        let mut grace: Option<Instant> = None;
        loop {
            tokio::select! {
                biased;
                ended = &mut work => return self.ended(ended.unwrap_or_else(|_| died())),
                () = at(limit.map(|(_, end)| end)) => {
                    let limit = limit.map(|(limit, _)| limit).unwrap_or_default();
                    return self.abandoned(work, timeout(limit));
                }
                () = at(grace) => return self.abandoned(work, Code::Cancelled.failure("cancelled")),
                () = self.news.notified() => {
                    if let Some(reason) = (self.cancelled)() && grace.is_none() {
                        self.stop.send_replace(format!("cancelled: {reason}"));
                        grace = Some(Instant::now() + CANCEL_GRACE);
                    }
                }
            }
        }
    }

    fn ended(&self, (outcome, cpu_ms): (Outcome<Value>, Option<f64>)) -> Ended {
        Ended {
            outcome,
            cpu_ms,
            abandoned: None,
        }
    }

    fn abandoned(&self, work: JoinHandle<(Outcome<Value>, Option<f64>)>, failure: Failure) -> Ended {
        self.stop.send_if_modified(|reason| {
            let is_new = reason.is_empty();
            if is_new {
                reason.clone_from(&failure.message);
            }
            is_new
        });
        let end = tokio::spawn(async move { drop(work.await) });
        Ended {
            outcome: Err(failure),
            cpu_ms: None,
            abandoned: Some(end),
        }
    }
}

fn timeout(limit: Duration) -> Failure {
    Code::Timeout.failure(format!("start-to-close limit of {} ms exceeded", limit.as_millis()))
}

fn died() -> (Outcome<Value>, Option<f64>) {
    (Err(Code::WorkerDied.failure("the algorithm's thread ended")), None)
}

/// Never, for none.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

fn timed(definition: &Definition, context: &Context) -> (Outcome<Value>, Option<f64>) {
    let before = thread_cpu_ms();
    let outcome = caught(|| (definition.run)(context));
    (outcome, Some((thread_cpu_ms() - before).max(0.0)))
}

fn thread_cpu_ms() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}
