//! What an execution is given by reference is fetched before it begins.

use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;

use super::algorithm_error::Code;
use super::run_task::{Hooks, Running, limit_of};
use crate::definition::Definition;
use crate::failure::{Failure, Outcome};
use crate::retrying::retrying;
use crate::wire::task::{TaskExecution, TaskInput};
use crate::wire::value::Value;

/// Results for one execution.
const FETCHED_AT_ONCE: usize = 4;

/// What was wrong last, of any of them.
type Last = Arc<Mutex<String>>;

impl Running<'_> {
    /// For at most as long as the execution may work itself: its own limit runs from then on. It ends early when it is cancelled. A
    /// failure says what could not be fetched, and why.
    pub(super) async fn fetch_inputs(
        &mut self,
        definition: &Definition,
        execution: &TaskExecution,
        cancelled: &(dyn Fn() -> Option<String> + Sync),
    ) -> Outcome<()> {
        let referred = self.inputs.referred(&definition.needs, execution);
        if referred.is_empty() {
            return Ok(());
        }
        let last = Last::default();
        let all = fetch_all(Arc::clone(&self.around.hooks), &self.inputs.inputs, referred, &last);
        let fetched = tokio::select! {
            fetched = all => fetched?,
            reason = self.cancellation(cancelled) => return Err(Code::Cancelled.failure(reason)),
            () = tokio::time::sleep(limit_of(execution)) => return Err(unavailable(&last)),
        };
        for (place, value) in fetched {
            self.inputs.inputs[place].result = Some(value);
        }
        // News that came meanwhile are not told again.
        cancelled().map_or(Ok(()), |reason| Err(Code::Cancelled.failure(reason)))
    }

    async fn cancellation(&self, cancelled: &(dyn Fn() -> Option<String> + Sync)) -> String {
        loop {
            self.around.news.notified().await;
            if let Some(reason) = cancelled() {
                return reason;
            }
        }
    }
}

/// By their places, as they were asked for.
async fn fetch_all(
    hooks: Arc<dyn Hooks>,
    inputs: &[TaskInput],
    places: Vec<usize>,
    last: &Last,
) -> Outcome<Vec<(usize, Value)>> {
    let mut fetched = Vec::with_capacity(places.len());
    let mut fetching = JoinSet::new();
    for place in places {
        if fetching.len() == FETCHED_AT_ONCE {
            fetched.extend(next(&mut fetching, last).await?);
        }
        fetching.spawn(fetch(
            Arc::clone(&hooks),
            place,
            inputs[place].clone(),
            Arc::clone(last),
        ));
    }
    while !fetching.is_empty() {
        fetched.extend(next(&mut fetching, last).await?);
    }
    Ok(fetched)
}

async fn next(fetching: &mut JoinSet<Option<(usize, Value)>>, last: &Last) -> Outcome<Option<(usize, Value)>> {
    match fetching.join_next().await {
        Some(Ok(Some(one))) => Ok(Some(one)),
        None => Ok(None),
        _ => Err(unavailable(last)),
    }
}

/// None: it cannot be had.
async fn fetch(hooks: Arc<dyn Hooks>, place: usize, input: TaskInput, last: Last) -> Option<(usize, Value)> {
    let reference = input.reference.as_deref().unwrap_or_default();
    let about = format!(
        "the result of {} on window {}: {reference}",
        input.algorithm, input.window_id
    );
    let tell =
        |error: &str| *last.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = format!("{about}: {error}");
    tell("it did not answer in time");
    match retrying(tell, || hooks.fetch(reference)).await {
        Ok(value) => Some((place, value)),
        Err(error) => {
            tell(&error);
            None
        }
    }
}

fn unavailable(last: &Last) -> Failure {
    let last = last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    Code::InputUnavailable.failure(last.as_str())
}
