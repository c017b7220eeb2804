//! The toolbox on the Rust SDK and realfft; what it must do is told in ../README.md.

mod rolling;
mod spectrum;

use std::process::ExitCode;

use rolling::Rolled;
use spectrum::Spectrum;
use windlass::{Algorithm, Context, Declaring, Processor, algorithm, boolean, double, record, same};

fn declared(name: &str) -> Declaring {
    algorithm(name, "1").on("bench@1")
}

fn values(c: &Context) -> Vec<f64> {
    c.signals.iter().map(|signal| signal.value("value")).collect()
}

record! {
    struct Threshold {
        score: f64 = double(""),
        alarm: bool = boolean(),
    }
}

fn threshold(rolling: &Algorithm<Rolled>, spectrum: &Algorithm<Spectrum>) -> Algorithm<Threshold> {
    let (statistics, peaks) = (same(rolling), same(spectrum));
    declared("threshold")
        .needs(&statistics)
        .needs(&peaks)
        .run(Threshold::result(), move |c| {
            let rolled = statistics.get(c)?;
            let score = peaks.get(c)?.peakAmplitude / c.window.number("limit");
            let alarm = score > 1.0 || rolled.highestDeviation > 3.0 * rolled.deviation;
            Ok(Threshold { score, alarm })
        })
}

fn main() -> ExitCode {
    let (rolling, spectrum) = (rolling::algorithm(), spectrum::algorithm());
    let threshold = threshold(&rolling, &spectrum);
    let trivial = declared("trivial").run(double(""), |c| Ok(2.0 * c.window.number("load")));
    let toolbox = Processor::new("toolbox")
        .algorithm(rolling)
        .algorithm(spectrum)
        .algorithm(threshold);
    windlass::main(toolbox.algorithm(trivial))
}
