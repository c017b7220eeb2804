use std::collections::BTreeSet;

/// Knows which offsets of one partition are finished, so that a position is committed only when everything before it is: a crash
/// then repeats work, and never loses any.
#[derive(Debug)]
pub struct OffsetTracker {
    position: i64,
    next: i64,
    open: BTreeSet<i64>,
}

impl OffsetTracker {
    /// Everything below the position is finished.
    pub fn new(position: i64) -> Self {
        Self {
            position,
            next: position,
            open: BTreeSet::new(),
        }
    }

    /// What may be committed: the lowest unfinished offset, or the next one that will come.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// Seen and not finished.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// False: the offset was seen before. Offsets come in ascending order, with gaps.
    pub fn see(&mut self, offset: i64) -> bool {
        if offset < self.next {
            return false;
        }
        if self.open.is_empty() {
            self.position = offset;
        }
        self.next = offset + 1;
        self.open.insert(offset)
    }

    /// True: the position has moved. Finishing twice is harmless.
    pub fn finish(&mut self, offset: i64) -> bool {
        if !self.open.remove(&offset) {
            return false;
        }
        let before = self.position;
        self.position = self.open.first().copied().unwrap_or(self.next);
        self.position != before
    }
}
