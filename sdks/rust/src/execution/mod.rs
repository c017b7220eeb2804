//! Runs the executions of a task, wherever the task comes from.

pub mod algorithm_error;
pub mod answer;
pub mod conform;
mod conform_avro;
pub mod emissions;
mod fetch_inputs;
mod panics;
pub mod run_task;
mod supervise;
mod task_inputs;

#[cfg(test)]
mod tests;
