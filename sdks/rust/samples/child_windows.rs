//! Child windows: each peak that an algorithm finds is a window of its own, for other algorithms.

use std::process::ExitCode;

use windlass::{ChildWindow, Processor, algorithm, long};

fn main() -> ExitCode {
    let peaks = algorithm("peaks", "1")
        .on("cycle@1")
        .emits("peak@1")
        .run(long(""), |c| {
            let mut found = 0;
            for signal in c.signals.iter().filter(|signal| signal.value("heap") > 100.0) {
                let at = signal.event_time_us;
                c.emit(ChildWindow::new("peak@1", at, at + 1_000_000).with("height", signal.value("heap")))?;
                found += 1;
            }
            Ok(found)
        });
    windlass::main(Processor::new("peaks").algorithm(peaks))
}
