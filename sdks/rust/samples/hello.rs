//! The smallest processor: the mean of one channel over each window.

use std::process::ExitCode;

use windlass::{Processor, algorithm, double};

fn main() -> ExitCode {
    let mean = algorithm("mean", "1").on("cycle@1").run(double("MB"), |c| {
        let sum: f64 = c.signals.iter().map(|signal| signal.value("heap")).sum();
        Ok(sum / c.signals.len() as f64)
    });
    windlass::main(Processor::new("hello").algorithm(mean))
}
