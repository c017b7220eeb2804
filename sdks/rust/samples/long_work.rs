//! Long work: it tells that it is alive, and ends when its context is stopped.

use std::process::ExitCode;
use std::time::Duration;

use windlass::{Processor, algorithm, double};

fn main() -> ExitCode {
    let fit = algorithm("fit", "1")
        .on("cycle@1")
        .timeout(Duration::from_secs(600))
        .run(double(""), |c| {
            let mut residual = 1.0;
            for _ in 0..1_000 {
                c.check()?; // Cancelled, or over its limit: nobody waits for the result.
                c.progress();
                residual *= 0.99;
            }
            Ok(residual)
        });
    windlass::main(Processor::new("fit").algorithm(fit))
}
