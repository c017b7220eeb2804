//! How a task that kills its process is found.
//!
//! The metadata of a partition's committed offset says who held it and whether the task at that offset was being run alone. A holder
//! that vanished without handing back has died; from then on one task is run at a time, each announced before it starts, and a task
//! that was announced when its process died has that death counted against it. The first death is shared by everything that was in
//! flight, so it counts for the offset itself.

use serde::Serialize;

/// After how many deaths a task is answered POISONED instead of being run again.
pub const POISON_DEATHS: i64 = 3;

/// Bounds what was in flight when a process died.
pub const SUSPECT_OFFSETS: i64 = 1_000;

/// The metadata of a committed offset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Claim {
    /// The process that holds the partition; empty: handed back.
    pub holder: String,
    /// Counted against the task at the committed offset.
    pub deaths: i64,
    /// The task at the committed offset was started alone.
    pub alone: bool,
}

impl Claim {
    /// As metadata.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("two scalars and a text always are JSON")
    }

    /// What is not ours (another tool has committed) says nothing.
    pub fn decode(metadata: &str) -> Self {
        let Ok(told) = serde_json::from_str::<serde_json::Value>(metadata.trim_end_matches('\0')) else {
            return Self::default();
        };
        Self {
            holder: told["holder"].as_str().unwrap_or_default().to_owned(),
            deaths: told["deaths"].as_i64().unwrap_or_default(),
            alone: told["alone"] == true,
        }
    }
}

/// What taking a partition means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TakeOver {
    pub first: i64,
    /// Counted against the first task.
    pub deaths: i64,
    /// Tasks below it are run alone; `first`: none.
    pub suspect_until: i64,
}

impl TakeOver {
    /// Nothing is suspect.
    pub fn clean(first: i64) -> Self {
        Self {
            first,
            deaths: 0,
            suspect_until: first,
        }
    }

    /// The first task's own; the others in flight share the one that began it.
    pub fn deaths_at(&self, offset: i64) -> i64 {
        match offset {
            _ if offset >= self.suspect_until => 0,
            _ if offset == self.first => self.deaths,
            _ => self.deaths.min(1),
        }
    }
}

/// What is known when a partition is taken.
pub struct Taking<'a> {
    pub previous: Claim,
    /// Where `previous` was committed; -1: nowhere.
    pub committed: i64,
    /// The first to be read.
    pub offset: i64,
    pub end: i64,
    /// This process.
    pub instance: &'a str,
    /// Whether a holder is still a member of the group: a rebalance is no death.
    pub is_alive: &'a dyn Fn(&str) -> bool,
}

impl Taking<'_> {
    /// Who died, and what is suspect.
    pub fn judge(&self) -> TakeOver {
        if self.end <= self.offset {
            return TakeOver::clean(self.offset);
        }
        let is_same = self.committed == self.offset;
        let (mut deaths, alone) = if is_same {
            (self.previous.deaths, self.previous.alone)
        } else {
            (0, false)
        };
        let holder = self.previous.holder.as_str();
        let died = !holder.is_empty() && holder != self.instance && !(self.is_alive)(holder);
        if died && (alone || deaths == 0) {
            deaths += 1;
        }
        TakeOver {
            first: self.offset,
            deaths,
            suspect_until: if deaths > 0 {
                self.end.min(self.offset + SUSPECT_OFFSETS)
            } else {
                self.offset
            },
        }
    }
}
