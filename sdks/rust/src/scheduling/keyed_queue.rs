use std::collections::{HashMap, VecDeque};

/// Holds work in the order it came, but never gives two of one key at a time.
pub struct KeyedQueue<T> {
    lanes: HashMap<String, Lane<T>>,
    /// Keys that are free and have something waiting.
    ready: VecDeque<String>,
}

struct Lane<T> {
    items: VecDeque<T>,
    taken: bool,
}

impl<T> Default for KeyedQueue<T> {
    fn default() -> Self {
        Self {
            lanes: HashMap::new(),
            ready: VecDeque::new(),
        }
    }
}

impl<T> KeyedQueue<T> {
    /// Behind the others of its key.
    pub fn add(&mut self, key: &str, item: T) {
        let lane = self.lanes.entry(key.to_owned()).or_insert_with(|| Lane {
            items: VecDeque::new(),
            taken: false,
        });
        lane.items.push_back(item);
        if !lane.taken && lane.items.len() == 1 {
            self.ready.push_back(key.to_owned());
        }
    }

    /// The next item whose key is free; the key is taken until [`KeyedQueue::done`].
    pub fn take(&mut self) -> Option<T> {
        let lane = self.lanes.get_mut(&self.ready.pop_front()?)?;
        lane.taken = true;
        lane.items.pop_front()
    }

    /// Something could be taken.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Frees a key.
    pub fn done(&mut self, key: &str) {
        let Some(lane) = self.lanes.get_mut(key) else { return };
        lane.taken = false;
        if lane.items.is_empty() {
            self.lanes.remove(key);
        } else {
            self.ready.push_back(key.to_owned());
        }
    }

    /// Takes out waiting items; taken ones stay taken.
    pub fn remove(&mut self, unwanted: impl Fn(&T) -> bool) -> Vec<T> {
        let mut removed = Vec::new();
        for lane in self.lanes.values_mut() {
            let (out, kept): (VecDeque<T>, VecDeque<T>) = lane.items.drain(..).partition(&unwanted);
            removed.extend(out);
            lane.items = kept;
        }
        self.lanes.retain(|_, lane| lane.taken || !lane.items.is_empty());
        let lanes = &self.lanes;
        self.ready
            .retain(|key| lanes.get(key).is_some_and(|lane| !lane.items.is_empty()));
        removed
    }
}
