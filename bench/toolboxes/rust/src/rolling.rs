use windlass::{Algorithm, double, record};

use crate::{declared, values};

/// Values that follow each other and are looked at together.
const COUNT: usize = 32;

record! {
    /// Its fields are named as elsewhere.
    #[allow(non_snake_case)]
    pub struct Rolled {
        mean: f64 = double(""),
        deviation: f64 = double(""),
        highestMean: f64 = double(""),
        highestDeviation: f64 = double(""),
    }
}

pub fn algorithm() -> Algorithm<Rolled> {
    declared("rolling").run(Rolled::result(), |c| {
        let all = values(c);
        let (mean, deviation) = mean_and_deviation(&all);
        let mut rolled = Rolled {
            mean,
            deviation,
            highestMean: f64::NEG_INFINITY,
            highestDeviation: 0.0,
        };
        for (mean, deviation) in all.windows(COUNT).map(mean_and_deviation) {
            rolled.highestMean = rolled.highestMean.max(mean);
            rolled.highestDeviation = rolled.highestDeviation.max(deviation);
        }
        Ok(rolled)
    })
}

/// Of the population.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (mean, variance.sqrt())
}
