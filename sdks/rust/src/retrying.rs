//! Repeating while the world is in trouble, without end.

use std::future::Future;
use std::time::Duration;

/// Why an action did not succeed.
pub enum Trouble {
    /// Of the world: again.
    World(String),
    /// Repeating does not mend it.
    Final(String),
}

/// How long to wait after so many failures: `min(5 s, 100 ms × 2^failures)` times a random factor from 0.5 to 1.
pub fn backoff(failures: u32) -> Duration {
    let most = Duration::from_millis(100 << failures.min(10)).min(Duration::from_secs(5));
    most.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Ends with success or with a final trouble.
pub async fn retrying<T, F>(on_retry: impl Fn(&str), mut action: impl FnMut() -> F) -> Result<T, String>
where
    F: Future<Output = Result<T, Trouble>>,
{
    let mut failures = 0;
    loop {
        match action().await {
            Ok(value) => return Ok(value),
            Err(Trouble::Final(reason)) => return Err(reason),
            Err(Trouble::World(reason)) => on_retry(&reason),
        }
        tokio::time::sleep(backoff(failures)).await;
        failures += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_five_seconds_and_are_never_longer() {
        for failures in 0..40 {
            let wait = backoff(failures);
            let most = 100.0 * 2_f64.powi(failures as i32).min(50.0);
            let ms = wait.as_secs_f64() * 1e3;
            assert!(ms >= most * 0.499 && ms <= most + 0.001, "{failures}: {ms}");
        }
    }
}
