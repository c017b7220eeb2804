//! Child windows: each stretch above a level becomes a window of its own, on which other algorithms run.

use std::process::ExitCode;

use windlass::{Algorithm, ChildWindow, Processor, algorithm, none};

const LEVEL: f64 = 80.0;

fn peaks() -> Algorithm<()> {
    algorithm("peaks", "1").on("run@1").emits("peak@1").run(none(), |c| {
        let mut inside: Option<(i64, f64)> = None;
        for signal in c.signals.iter() {
            let (at, load) = (signal.event_time_us, signal.value("load"));
            inside = match inside {
                Some((start, height)) if load > LEVEL => Some((start, height.max(load))),
                None if load > LEVEL => Some((at, load)),
                Some((start, height)) => {
                    c.emit(ChildWindow::new("peak@1", start, at).with("height", height))?;
                    None
                }
                None => None,
            };
        }
        Ok(()) // A stretch that goes on at the end of the window is not over yet.
    })
}

fn main() -> ExitCode {
    windlass::main(Processor::new("peaks").algorithm(peaks()))
}

#[cfg(test)]
mod tests {
    use windlass::Scalar;
    use windlass::testing::{load_task, run_local};

    use super::*;

    #[test]
    fn each_stretch_above_the_level_of_a_recorded_window_is_a_window() {
        let task = load_task("../python/samples/tasks/child_windows.json").unwrap();
        let found = run_local(&task, &[peaks().into()]).remove(0);
        let told: Vec<_> = found
            .emissions
            .iter()
            .map(|one| (one.key.as_str(), &one.metadata["height"]))
            .collect();
        let heights = [Scalar::from(95.0), Scalar::from(85.0)];
        assert_eq!(told, [("pump-3", &heights[0]), ("pump-3", &heights[1])]);
    }
}
