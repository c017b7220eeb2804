//! The baseline in Rust. It answers what ../../../src/model/baseline.ts answers, which tells what the fields mean.

mod quantile;

use std::io::Error;
use std::process::ExitCode;

use quantile::quantile;
use windlass::{Context, Processor, algorithm, double, non_retryable, record};

record! {
    /// Its fields are named as elsewhere.
    #[allow(non_snake_case)]
    struct Baseline {
        samples: f64 = double("1"),
        medianHeapBytes: f64 = double("By"),
        heapP05Bytes: f64 = double("By"),
        heapP95Bytes: f64 = double("By"),
        medianEventLoopDelayMs: f64 = double("ms"),
        eventLoopDelayP95Ms: f64 = double("ms"),
        requestLatencyP95Ms: Option<f64> = double("ms").optional(),
    }
}

/// The values of one channel; what was not measured is absent.
fn measured(c: &Context, channel: &str) -> Vec<f64> {
    c.signals
        .iter()
        .filter_map(|signal| signal.values.get(channel).copied())
        .collect()
}

fn main() -> ExitCode {
    let baseline = algorithm("baseline", "1").on("run-in@1").run(Baseline::result(), |c| {
        if c.signals.is_empty() {
            return Err(non_retryable(Error::other(
                "the window carries no samples: does its type keep signals?",
            )));
        }
        let (heaps, delays) = (measured(c, "heapUsedBytes"), measured(c, "eventLoopDelayMs"));
        let latencies = measured(c, "requestLatencyMs");
        Ok(Baseline {
            samples: c.signals.len() as f64,
            medianHeapBytes: quantile(&heaps, 0.5),
            heapP05Bytes: quantile(&heaps, 0.05),
            heapP95Bytes: quantile(&heaps, 0.95),
            medianEventLoopDelayMs: quantile(&delays, 0.5),
            eventLoopDelayP95Ms: quantile(&delays, 0.95),
            requestLatencyP95Ms: (!latencies.is_empty()).then(|| quantile(&latencies, 0.95)),
        })
    });
    windlass::main(Processor::new("rust").algorithm(baseline))
}
