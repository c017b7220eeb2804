use std::f64::consts::TAU;

use realfft::RealFftPlanner;
use windlass::{Algorithm, double, doubles, record};

use crate::{declared, values};

record! {
    /// Its fields are named as elsewhere.
    #[allow(non_snake_case)]
    pub struct Spectrum {
        peakHz: f64 = double("Hz"),
        peakAmplitude: f64 = double(""),
        amplitudes: Vec<f64> = doubles(""),
    }
}

pub fn algorithm() -> Algorithm<Spectrum> {
    declared("spectrum").run(Spectrum::result(), |c| {
        let mut all = values(c);
        let count = all.len();
        let mean = all.iter().sum::<f64>() / count as f64;
        let mut total = 0.0;
        for (i, value) in all.iter_mut().enumerate() {
            let weight = 0.5 - 0.5 * (TAU * i as f64 / count as f64).cos();
            *value = (*value - mean) * weight;
            total += weight;
        }
        let fft = RealFftPlanner::new().plan_fft_forward(count);
        let mut coefficients = fft.make_output_vec();
        fft.process(&mut all, &mut coefficients)?;
        let amplitudes: Vec<f64> = coefficients.iter().map(|one| 2.0 * one.norm() / total).collect();
        let highest = |best: usize, k: usize| if amplitudes[k] > amplitudes[best] { k } else { best };
        let peak = (2..amplitudes.len()).fold(1, highest);
        Ok(Spectrum {
            peakHz: peak as f64 * c.window.number("rate") / count as f64,
            peakAmplitude: amplitudes[peak],
            amplitudes,
        })
    })
}
