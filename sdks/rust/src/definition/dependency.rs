//! What an algorithm needs of others.

use std::time::Duration;

use super::Declared;
use crate::wire::task::Relation;

/// What to do about an input that is not there as wished. Not each suits each rule: the hub refuses what does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Accept,
    Wait,
    RunWithout,
    Skip,
    Fail,
}

/// What becomes of a result when this input is revised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRevision {
    Rerun,
    Keep,
    /// Reruns go at most so deep.
    RerunDepth(u32),
}

/// What happens when an input is not there as wished; what is none, the hub decides.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    pub on_missing: Option<Action>,
    pub on_failed: Option<Action>,
    pub on_provisional: Option<Action>,
    pub on_incomplete: Option<Action>,
    /// 0..1.
    pub min_completeness: Option<f64>,
    pub wait: Option<Duration>,
    pub after_wait: Option<Action>,
    pub on_revision: Option<OnRevision>,
}

impl Rules {
    /// It may run although this input is not there.
    pub(crate) fn may_lack(&self) -> bool {
        let rules = [
            self.on_missing,
            self.on_failed,
            self.on_provisional,
            self.on_incomplete,
            self.after_wait,
        ];
        rules.contains(&Some(Action::RunWithout)) || self.after_wait == Some(Action::Accept)
    }
}

/// Which windows before this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// So many. `gap` leaves out the nearest so many; `within` bounds how far back they reach.
    Count {
        count: u32,
        gap: Option<u32>,
        within: Option<Duration>,
    },
    /// Those that begin within so long; `gap` moves that so much earlier.
    Time { duration: Duration, gap: Option<Duration> },
}

impl From<u32> for Span {
    fn from(count: u32) -> Self {
        Span::Count {
            count,
            gap: None,
            within: None,
        }
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Span::Time { duration, gap: None }
    }
}

impl Span {
    /// The text by which a pane names a previous dependency.
    pub(crate) fn key(&self) -> String {
        match self {
            Span::Count { count, gap, within } => {
                let gap = gap.map(|gap| format!(", gap {gap}")).unwrap_or_default();
                let within = within
                    .map(|within| format!(", within {}us", within.as_micros()))
                    .unwrap_or_default();
                format!("previous({count}{gap}{within})")
            }
            Span::Time { duration, gap } => {
                let gap = gap
                    .map(|gap| format!(", gap {}us", gap.as_micros()))
                    .unwrap_or_default();
                format!("previous({}us{gap})", duration.as_micros())
            }
        }
    }
}

/// One input of an algorithm.
#[derive(Debug)]
pub struct Dependency {
    /// `name@version`, or `name@range`.
    pub algorithm: String,
    pub relation: Relation,
    /// Of a previous dependency.
    pub span: Option<Span>,
    pub rules: Rules,
    /// What is expected of its results; none: not told.
    pub reads: Option<Declared>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde::Deserialize;

    use super::Span;

    #[derive(Deserialize)]
    struct File {
        texts: Vec<Case>,
    }

    #[derive(Deserialize)]
    struct Case {
        previous: Previous,
        text: String,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Previous {
        count: Option<u32>,
        gap: Option<u32>,
        within_us: Option<u64>,
        duration_us: Option<u64>,
        gap_us: Option<u64>,
    }

    #[test]
    fn previous_dependencies_are_named_as_elsewhere() {
        let text = std::fs::read_to_string("../conformance/golden/previous.json").unwrap();
        let file: File = serde_json::from_str(&text).unwrap();
        assert!(!file.texts.is_empty());
        for Case { previous, text } in file.texts {
            let span = match previous.count {
                Some(count) => Span::Count {
                    count,
                    gap: previous.gap,
                    within: previous.within_us.map(Duration::from_micros),
                },
                None => Span::Time {
                    duration: Duration::from_micros(previous.duration_us.unwrap()),
                    gap: previous.gap_us.map(Duration::from_micros),
                },
            };
            assert_eq!(span.key(), text);
        }
    }
}
