//! Algorithms that feed each other: one task runs the whole chain.

use std::process::ExitCode;

use windlass::{Algorithm, Failure, Processor, algorithm, double, previous, record, same};

record! {
    /// How far an indicator is from what was usual over the last twenty windows.
    struct Deviation {
        score: f64 = double(""),
        usual: f64 = double("MB/s"),
    }
}

fn indicator() -> Algorithm<f64> {
    algorithm("indicator", "1").on("cycle@1").run(double("MB/s"), |c| {
        let (Some(first), Some(last)) = (c.signals.first(), c.signals.last()) else {
            return Err(Failure::new("the window keeps no signals"));
        };
        let seconds = (last.event_time_us - first.event_time_us) as f64 / 1e6;
        Ok((last.value("heap") - first.value("heap")) / seconds / c.window.number("load").max(1.0))
    })
}

fn deviation(indicator: &Algorithm<f64>) -> Algorithm<Deviation> {
    let (now, recent) = (same(indicator), previous(indicator, 20));
    algorithm("deviation", "1")
        .on("cycle@1")
        .needs(&now)
        .needs(&recent)
        .run(Deviation::result(), move |c| {
            let values = recent.values(c)?;
            let usual = values.iter().sum::<f64>() / values.len().max(1) as f64;
            let score = now.get(c)? - usual;
            Ok(Deviation { score, usual })
        })
}

fn main() -> ExitCode {
    let indicator = indicator();
    let deviation = deviation(&indicator);
    windlass::main(Processor::new("condition").algorithm(indicator).algorithm(deviation))
}

#[cfg(test)]
mod tests {
    use windlass::testing::{Relation, given, load_task, run_local, task_for};
    use windlass::{Struct, Value};

    use super::*;

    fn found(score: f64, usual: f64) -> Option<Value> {
        Some(Struct::new().with("score", score).with("usual", usual).into())
    }

    #[test]
    fn the_deviation_is_from_what_was_usual() {
        let deviation = [(&deviation(&indicator())).into()];
        let mut task = task_for(&deviation);
        given(&mut task, "indicator@1", Relation::Same, 5.0);
        given(&mut task, "indicator@1", Relation::Previous, 1.0);
        given(&mut task, "indicator@1", Relation::Previous, 3.0);
        assert_eq!(run_local(&task, &deviation)[0].value, found(3.0, 2.0));
    }

    #[test]
    fn a_chain_gives_its_own_results() {
        let indicator = indicator();
        let chain = [(&indicator).into(), deviation(&indicator).into()];
        let mut task = task_for(&chain);
        let recorded = load_task("../python/samples/tasks/chain.json").unwrap();
        (task.pane.signals, task.pane.metadata) = (recorded.pane.signals, recorded.pane.metadata);
        let answered = run_local(&task, &chain);
        assert_eq!(answered[0].value, Some(Value::Double(5.0)));
        assert_eq!(answered[1].value, found(5.0, 0.0));
    }

    #[test]
    fn a_recorded_task_runs_with_the_inputs_it_had() {
        let task = load_task("../python/samples/tasks/chain.json").unwrap();
        let deviation = [(&deviation(&indicator())).into()];
        assert_eq!(run_local(&task, &deviation)[0].value, found(0.0, 5.0));
    }
}
