//! A running processor: registration, tasks, answers, heartbeats, health, draining.

mod answers;
mod control_listener;
mod headers;
mod health;
mod heartbeats;
mod http;
mod hub;
mod kafka;
mod publisher;
mod readers;
mod result_collector;
mod run;
mod schema_registry;
mod signal_sender;
mod task_loop;
mod task_run;
mod task_source;

pub use run::{Spoke, run};
pub use signal_sender::{SignalLimits, SignalSender, Unsent};
