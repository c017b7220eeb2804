//! What travels between a processor and the hub.

pub mod codec;
pub mod double;
pub mod keys;
pub mod limits;
pub mod metadata;
pub mod names;
pub mod result;
pub mod signal;
pub mod task;
pub mod value;
mod value_serde;

#[cfg(test)]
mod golden_tests;
