//! A program that holds algorithms.

use std::future::Future;
use std::process::ExitCode;

use serde_json::json;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

use crate::algorithm::AnyAlgorithm;
use crate::config::Config;
use crate::definition::problem_of_name;
use crate::definition::registration::registration;
use crate::execution::run_task::Algorithms;
use crate::log::Log;
use crate::spoke::{self, Spoke};

/// Threads that talk to Kafka and the hub; algorithms have threads of their own.
const TALKING_THREADS: usize = 2;

/// A program that holds algorithms.
pub struct Processor {
    name: String,
    version: String,
    team: String,
    algorithms: Vec<AnyAlgorithm>,
}

impl Processor {
    /// The name, `[a-z][a-z0-9-]*`, names the window topic.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: "1".to_owned(),
            team: "default".to_owned(),
            algorithms: Vec::new(),
        }
    }

    /// Of the program; told with every result. Default 1.
    pub fn version(mut self, version: &str) -> Self {
        self.version = version.to_owned();
        self
    }

    /// Names the result topic. Default: default.
    pub fn team(mut self, team: &str) -> Self {
        self.team = team.to_owned();
        self
    }

    pub fn algorithm(mut self, one: impl Into<AnyAlgorithm>) -> Self {
        self.algorithms.push(one.into());
        self
    }

    pub fn algorithms(mut self, more: impl IntoIterator<Item = AnyAlgorithm>) -> Self {
        self.algorithms.extend(more);
        self
    }

    /// Checked, as it is run.
    fn spoke(&self) -> Result<Spoke, String> {
        let mut problems: Vec<String> = [("processor", &self.name), ("team", &self.team)]
            .into_iter()
            .filter_map(|(what, name)| problem_of_name(what, name))
            .collect();
        if self.algorithms.is_empty() {
            problems.push(format!("processor '{}' holds no algorithms", self.name));
        }
        let mut algorithms = Algorithms::new();
        let mut references = Vec::new();
        for AnyAlgorithm(one) in &self.algorithms {
            problems.extend(problem_of_name("algorithm", &one.name));
            let reference = one.reference();
            if algorithms.insert(reference.clone(), one.clone()).is_some() {
                problems.push(format!("processor '{}' holds {reference} twice", self.name));
            }
            references.push(reference);
        }
        if !problems.is_empty() {
            return Err(problems.join("\n"));
        }
        let definitions = self.algorithms.iter().map(|AnyAlgorithm(one)| &**one);
        Ok(Spoke {
            name: self.name.clone(),
            version: self.version.clone(),
            registration: registration(&self.name, &self.version, &self.team, definitions),
            algorithms,
            references,
        })
    }
}

/// Runs a processor until SIGTERM or SIGINT: what `main` returns. Success when it has drained, 1 and a line on standard error when it
/// cannot run.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     windlass::main(windlass::Processor::new("condition"))
/// }
/// ```
pub fn main(processor: Processor) -> ExitCode {
    let runtime = match Builder::new_multi_thread()
        .worker_threads(TALKING_THREADS)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    let end = runtime.block_on(async { run(processor, signalled()?).await });
    // Work that was left to itself must not keep the process.
    runtime.shutdown_background();
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &str) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}

fn signalled() -> Result<impl Future<Output = ()>, String> {
    let listen = |kind| signal(kind).map_err(|error| error.to_string());
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Registers a processor with everything from the environment, takes tasks until `stop` resolves, and drains; on a multi-threaded
/// runtime of tokio. An error says why it cannot run: a wrong declaration or setting, a refused registration, too much work that does
/// not end.
pub async fn run(processor: Processor, stop: impl Future<Output = ()>) -> Result<(), String> {
    let config = Config::from_env()?;
    let spoke = processor.spoke()?;
    let log = Log::new(
        config.log_level,
        json!({ "processor": spoke.name, "instance": config.instance }),
    );
    spoke::run(spoke, config, log, stop).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{algorithm, double};

    #[test]
    fn a_wrong_declaration_is_refused_with_every_problem() {
        let twice = algorithm("Load", "1").on("cycle@1").run(double(""), |_| Ok(0.0));
        let problems = Processor::new("9")
            .algorithm(&twice)
            .algorithm(&twice)
            .spoke()
            .err()
            .unwrap();
        for problem in [
            "processor '9' must match",
            "algorithm 'Load' must match",
            "holds Load@1 twice",
        ] {
            assert!(problems.contains(problem), "{problems}");
        }
        assert!(
            Processor::new("empty")
                .spoke()
                .err()
                .unwrap()
                .contains("holds no algorithms")
        );
    }
}
