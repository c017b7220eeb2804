//! An algorithm that panics fails; the process goes on.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

use super::algorithm_error::Code;
use crate::failure::{Failure, Outcome};

thread_local! {
    static RUNS_AN_ALGORITHM: Cell<bool> = const { Cell::new(false) };
    static WHERE: RefCell<String> = const { RefCell::new(String::new()) };
}

static HOOK: Once = Once::new();

/// A panic with a text is an error of the class Panic, with where it happened. Unwinding with anything else
/// (`panic::resume_unwind`) is how a thread of Rust ends itself: WORKER_DIED.
pub fn caught<T>(run: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if RUNS_AN_ALGORITHM.get() {
                WHERE.set(place_of(info));
            } else {
                before(info);
            }
        }));
    });
    RUNS_AN_ALGORITHM.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(run));
    RUNS_AN_ALGORITHM.set(false);
    outcome.unwrap_or_else(|payload| Err(failure_of(&*payload)))
}

fn place_of(info: &PanicHookInfo) -> String {
    let at = info.location().map(|at| format!("\n  at {at}")).unwrap_or_default();
    let captured = Backtrace::capture();
    match captured.status() {
        BacktraceStatus::Captured => format!("{at}\n{captured}"),
        _ => at,
    }
}

fn failure_of(payload: &(dyn Any + Send)) -> Failure {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let Some(message) = text.or_else(|| payload.downcast_ref::<String>().cloned()) else {
        return Code::WorkerDied.failure("the algorithm ended its thread");
    };
    Failure {
        class: "Panic".to_owned(),
        stack: format!("Panic: {message}{}", WHERE.take()),
        message,
        retryable: true,
        code: None,
    }
}
