use std::collections::{HashMap, VecDeque};

/// Of one task; the same hint again, or one about other executions: a handful is kept.
const MAX_HINTS: usize = 16;

/// A hint of the hub about one task.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// Empty: all of the task's.
    pub execution_ids: Vec<String>,
    pub reason: String,
}

impl Cancellation {
    pub fn concerns(&self, execution_id: &str) -> bool {
        self.execution_ids.is_empty() || self.execution_ids.iter().any(|one| one == execution_id)
    }
}

/// Remembers the newest so many: a hint may overtake its task.
pub struct RecentlyCancelled {
    limit: usize,
    order: VecDeque<String>,
    by_task: HashMap<String, Vec<Cancellation>>,
}

impl RecentlyCancelled {
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            order: VecDeque::new(),
            by_task: HashMap::new(),
        }
    }

    /// Forgets the oldest task over the limit.
    pub fn add(&mut self, task_id: &str, one: Cancellation) {
        if !self.by_task.contains_key(task_id) {
            self.order.push_back(task_id.to_owned());
            if self.order.len() > self.limit
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_task.remove(&oldest);
            }
        }
        let known = self.by_task.entry(task_id.to_owned()).or_default();
        if known.len() < MAX_HINTS {
            known.push(one);
        }
    }

    /// Why an execution is cancelled; none: it is not.
    pub fn reason(&self, task_id: &str, execution_id: &str) -> Option<String> {
        let known = self.by_task.get(task_id)?;
        known
            .iter()
            .find(|one| one.concerns(execution_id))
            .map(|one| one.reason.clone())
    }
}
