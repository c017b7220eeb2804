//! The bookkeeping of a processor: what runs next, what may be committed, who died. Nothing in it waits, reads a clock or locks.

pub mod intake;
pub mod keyed_queue;
pub mod offset_tracker;
pub mod recently_cancelled;
pub mod take_over;

#[cfg(test)]
mod tests;
