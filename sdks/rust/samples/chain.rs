//! A chain: an indicator, and how far it is from what was usual over the last twenty windows.

use std::process::ExitCode;

use windlass::{Algorithm, Processor, algorithm, double, previous, same};

fn indicator() -> Algorithm<f64> {
    algorithm("indicator", "1").on("cycle@1").run(double("MB/s"), |c| {
        let (Some(first), Some(last)) = (c.signals.first(), c.signals.last()) else {
            return Ok(0.0);
        };
        Ok((last.value("heap") - first.value("heap")) / c.window.seconds())
    })
}

fn deviation(indicator: &Algorithm<f64>) -> Algorithm<f64> {
    let (now, recent) = (same(indicator), previous(indicator, 20));
    algorithm("deviation", "1")
        .on("cycle@1")
        .needs(&now)
        .needs(&recent)
        .run(double("MB/s"), move |c| {
            let values = recent.values(c)?;
            let usual: f64 = values.iter().map(|value| value / values.len() as f64).sum();
            Ok(now.get(c)? - usual)
        })
}

fn main() -> ExitCode {
    let indicator = indicator();
    let deviation = deviation(&indicator);
    windlass::main(Processor::new("condition").algorithm(indicator).algorithm(deviation))
}

#[cfg(test)]
mod tests {
    use windlass::Value;
    use windlass::testing::{Relation, given, run_local, task_for};

    use super::*;

    #[test]
    fn the_deviation_is_from_what_was_usual() {
        let deviation = [(&deviation(&indicator())).into()];
        let mut task = task_for(&deviation);
        given(&mut task, "indicator@1", Relation::Same, 5.0);
        given(&mut task, "indicator@1", Relation::Previous, 1.0);
        given(&mut task, "indicator@1", Relation::Previous, 3.0);
        assert_eq!(run_local(&task, &deviation)[0].value, Some(Value::Double(3.0)));
    }

    #[test]
    fn a_chain_gives_its_own_results() {
        let indicator = indicator();
        let chain = [(&indicator).into(), deviation(&indicator).into()];
        let answered = run_local(&task_for(&chain), &chain);
        assert_eq!(answered[1].value, Some(Value::Double(0.0)));
    }
}
