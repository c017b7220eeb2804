//! Long work: it tells that it is alive, ends when its context is stopped, and says which errors are not worth a retry.

use std::process::ExitCode;
use std::time::Duration;

use windlass::{Algorithm, Failure, Processor, RetryPolicy, algorithm, doubles};

const PASSES: usize = 200;

fn smooth() -> Algorithm<Vec<f64>> {
    let retry = RetryPolicy {
        attempts: Some(3),
        backoff: Some(Duration::from_secs(5)),
        ..RetryPolicy::default()
    };
    let declared = algorithm("smooth", "1").on("run@1").timeout(Duration::from_secs(600));
    declared.retry(retry).run(doubles("MB"), |c| {
        if c.signals.is_empty() {
            return Err(Failure::new("the window keeps no signals").non_retryable());
        }
        let mut series: Vec<f64> = c.signals.iter().map(|signal| signal.value("heap")).collect();
        for _ in 0..PASSES {
            c.check()?; // Cancelled, or over its limit: nobody waits for the result.
            series = smoothed(&series);
            c.progress();
        }
        Ok(series)
    })
}

fn smoothed(series: &[f64]) -> Vec<f64> {
    let at = |i: usize| series[i.min(series.len() - 1)];
    let each = (0..series.len()).map(|i| (at(i.saturating_sub(1)) + at(i) + at(i + 1)) / 3.0);
    each.collect()
}

fn main() -> ExitCode {
    windlass::main(Processor::new("long-work").algorithm(smooth()))
}

#[cfg(test)]
mod tests {
    use windlass::Value;
    use windlass::testing::{load_task, run_local, task_for};

    use super::*;

    #[test]
    fn a_recorded_window_is_smooth() {
        let task = load_task("../python/samples/tasks/long_work.json").unwrap();
        let Some(Value::Array(series)) = run_local(&task, &[smooth().into()]).remove(0).value else {
            panic!("no array");
        };
        let mean = [110.0, 190.0, 195.0, 120.0, 185.0, 105.0].iter().sum::<f64>() / 6.0;
        assert_eq!(series.len(), 6);
        assert!(series.iter().all(|one| (one - mean).abs() < 1e-6 * mean), "{series:?}");
    }

    #[test]
    fn a_window_without_signals_is_not_tried_again() {
        let smooth = [smooth().into()];
        let error = run_local(&task_for(&smooth), &smooth).remove(0).error.unwrap();
        assert!(!error.retryable);
    }
}
