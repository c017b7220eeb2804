//! The conformance processor of this SDK (sdks/conformance/README.md says what it must do).

mod echoes;
mod sights;
mod work;

use std::process::ExitCode;

use windlass::{Declaring, Processor, algorithm};

const WINDOW_TYPE: &str = "conformance@1";

fn declared(name: &str) -> Declaring {
    algorithm(name, "1").on(WINDOW_TYPE)
}

fn main() -> ExitCode {
    let all = work::all().into_iter().chain(echoes::all()).chain(sights::all());
    windlass::main(Processor::new("conformance").version("7").algorithms(all))
}
