//! Why an algorithm failed.

use std::any::type_name;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::error::Error;
use std::fmt;

/// More causes are left out.
const MAX_CAUSES: usize = 8;

/// Why an algorithm failed. Any error becomes one with `?`: its type's name is the class by which the algorithm's retry policy knows
/// it, its chain of causes (and with `RUST_BACKTRACE=1` its backtrace) the stack. The hub tries again unless it is not retryable.
pub struct Failure {
    pub(crate) class: String,
    pub(crate) message: String,
    pub(crate) stack: String,
    pub(crate) retryable: bool,
    /// Of what the SDK itself finds wrong.
    pub(crate) code: Option<&'static str>,
}

/// What an algorithm's function returns.
pub type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// Of the class `Error`.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of_class("Error", message)
    }

    /// Of any class: a name by which a retry policy may know it.
    pub fn of_class(class: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let stack = format!("{class}: {message}{}", backtrace());
        Self {
            class: class.to_owned(),
            message,
            stack,
            retryable: true,
            code: None,
        }
    }

    /// The same input would fail again.
    pub fn non_retryable(mut self) -> Self {
        self.retryable = false;
        self
    }
}

/// As a failure that the hub does not retry: the same input would fail again.
///
/// ```
/// # fn parsed(text: &str) -> windlass::Outcome<f64> {
/// Ok(text.parse::<f64>().map_err(windlass::non_retryable)?)
/// # }
/// # assert!(parsed("no number").is_err());
/// ```
pub fn non_retryable<E: Error + 'static>(error: E) -> Failure {
    Failure::from(error).non_retryable()
}

impl<E: Error + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        let class = class_of(type_name::<E>());
        let mut stack = format!("{class}: {error}");
        let mut cause = error.source();
        for _ in 1..MAX_CAUSES {
            let Some(one) = cause else { break };
            stack.push_str(&format!("\nCaused by: {one}"));
            cause = one.source();
        }
        stack.push_str(&backtrace());
        Self {
            class: class.to_owned(),
            message: error.to_string(),
            stack,
            retryable: true,
            code: None,
        }
    }
}

/// The last part of a type's path, without what is generic.
fn class_of(path: &str) -> &str {
    let bare = path.split('<').next().unwrap_or(path);
    bare.rsplit("::").next().unwrap_or(bare)
}

/// Of here, where the user asks for one.
fn backtrace() -> String {
    let captured = Backtrace::capture();
    match captured.status() {
        BacktraceStatus::Captured => format!("\n{captured}"),
        _ => String::new(),
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.stack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_keeps_the_name_of_its_type_and_its_causes() {
        #[derive(Debug)]
        struct OutOfRange(std::num::ParseFloatError);
        impl fmt::Display for OutOfRange {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("out of range")
            }
        }
        impl Error for OutOfRange {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                Some(&self.0)
            }
        }
        let failure = non_retryable(OutOfRange("x".parse::<f64>().unwrap_err()));
        assert_eq!((failure.class.as_str(), failure.retryable), ("OutOfRange", false));
        assert!(
            failure
                .stack
                .starts_with("OutOfRange: out of range\nCaused by: invalid float literal")
        );
    }
}
