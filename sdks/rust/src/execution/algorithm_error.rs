//! Why an execution failed, as it travels.

use crate::failure::Failure;
use crate::wire::result::AlgorithmError;

const MAX_CLASS: usize = 200;
const MAX_MESSAGE: usize = 4_096;
const MAX_STACK: usize = 16_384;

/// What the SDK itself answers with; the codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Timeout,
    Poisoned,
    NotHere,
    Cancelled,
    PayloadTooLarge,
    BadResult,
    InputUnavailable,
    BadTask,
    WorkerDied,
}

impl Code {
    /// Code, class, and whether a retry may help.
    fn told(self) -> (&'static str, &'static str, bool) {
        match self {
            Code::Timeout => ("TIMEOUT", "StartToCloseTimeout", true),
            Code::Poisoned => ("POISONED", "PoisonedTask", false),
            Code::NotHere => ("NOT_HERE", "AlgorithmNotHere", true),
            Code::Cancelled => ("CANCELLED", "Cancelled", false),
            Code::PayloadTooLarge => ("PAYLOAD_TOO_LARGE", "PayloadTooLarge", false),
            Code::BadResult => ("BAD_RESULT", "BadResult", false),
            Code::InputUnavailable => ("INPUT_UNAVAILABLE", "InputUnavailable", true),
            Code::BadTask => ("BAD_TASK", "UnreadableTask", false),
            Code::WorkerDied => ("WORKER_DIED", "WorkerDied", true),
        }
    }

    pub fn name(self) -> &'static str {
        self.told().0
    }

    /// As a failure of the execution.
    pub fn failure(self, message: impl Into<String>) -> Failure {
        let (code, class, retryable) = self.told();
        let message = message.into();
        Failure {
            class: class.to_owned(),
            message,
            stack: String::new(),
            retryable,
            code: Some(code),
        }
    }

    pub fn error(self, message: impl Into<String>) -> AlgorithmError {
        self.failure(message).into()
    }
}

impl From<Failure> for AlgorithmError {
    fn from(failure: Failure) -> Self {
        Self {
            class: cut(&failure.class, MAX_CLASS),
            message: cut(&failure.message, MAX_MESSAGE),
            stack: (!failure.stack.is_empty()).then(|| cut(&failure.stack, MAX_STACK)),
            retryable: failure.retryable,
            code: failure.code.map(str::to_owned),
        }
    }
}

/// Characters are code points.
fn cut(text: &str, characters: usize) -> String {
    if text.len() <= characters || text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters - 1).chain(['…']).collect()
}
