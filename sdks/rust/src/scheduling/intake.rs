use std::collections::{HashMap, VecDeque};

use super::keyed_queue::KeyedQueue;
use super::offset_tracker::OffsetTracker;
use super::take_over::TakeOver;

/// A task that has come and is not finished. `P` is the caller's.
#[derive(Debug, Clone)]
pub struct Entry<P> {
    pub partition: i32,
    pub offset: i64,
    /// Of the record: the source (or group).
    pub key: String,
    pub bytes: usize,
    pub payload: P,
    /// Which time the partition is held: what runs of an earlier one is finished without effect.
    round: u64,
}

impl<P> Entry<P> {
    pub fn new(partition: i32, offset: i64, key: String, bytes: usize, payload: P) -> Self {
        Self {
            partition,
            offset,
            key,
            bytes,
            payload,
            round: 0,
        }
    }
}

/// What is committed for a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub partition: i32,
    pub offset: i64,
    /// Counted against the task at this offset.
    pub deaths: i64,
}

/// The next thing to run.
pub struct Turn<P> {
    pub entry: Entry<P>,
    /// Nothing else may run beside it.
    pub alone: bool,
    /// Processes it has killed, as far as is known.
    pub deaths: i64,
}

/// Beyond which partitions are paused: unfinished tasks of one, bytes of all. `enough_bytes`: no more is asked for while so many bytes
/// are unfinished and something among them can run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub open_per_partition: usize,
    pub open_bytes: usize,
    pub enough_bytes: usize,
}

struct Partition {
    round: u64,
    tracker: OffsetTracker,
    take_over: TakeOver,
    committed: i64,
    end: i64,
    paused: bool,
}

/// Everything a processor has been given and has not finished: which task runs next (sources in order, sources beside each other,
/// suspects alone), what may be committed, which partitions are full.
pub struct Intake<P> {
    limits: Limits,
    rounds: u64,
    partitions: HashMap<i32, Partition>,
    queue: KeyedQueue<Entry<P>>,
    suspects: VecDeque<Entry<P>>,
    running: usize,
    alone: bool,
    bytes: usize,
}

impl<P> Intake<P> {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            rounds: 0,
            partitions: HashMap::new(),
            queue: KeyedQueue::default(),
            suspects: VecDeque::new(),
            running: 0,
            alone: false,
            bytes: 0,
        }
    }

    pub fn running(&self) -> usize {
        self.running
    }

    pub fn holds(&self, partition: i32) -> bool {
        self.partitions.contains_key(&partition)
    }

    /// Records on the topic that are not finished; none: none of it is known yet.
    pub fn lag(&self) -> Option<i64> {
        let each = self
            .partitions
            .values()
            .map(|one| (one.end - one.tracker.position()).max(0));
        (!self.partitions.is_empty()).then(|| each.sum())
    }

    /// Where a partition's topic ends, as far as is known.
    pub fn ends(&mut self, partition: i32, end: i64) {
        if let Some(at) = self.partitions.get_mut(&partition) {
            at.end = at.end.max(end);
        }
    }

    /// Begins a partition.
    pub fn take(&mut self, partition: i32, take_over: TakeOver) {
        self.rounds += 1;
        let first = take_over.first;
        let made = Partition {
            round: self.rounds,
            tracker: OffsetTracker::new(first),
            take_over,
            committed: first,
            end: first,
            paused: false,
        };
        self.partitions.insert(partition, made);
    }

    /// Forgets a partition; returns its tasks that do not run.
    pub fn lose(&mut self, partition: i32) -> Vec<Entry<P>> {
        self.partitions.remove(&partition);
        let mut dropped = self.queue.remove(|entry| entry.partition == partition);
        let (out, kept) = self.suspects.drain(..).partition(|entry| entry.partition == partition);
        self.suspects = kept;
        dropped.extend::<VecDeque<_>>(out);
        self.bytes -= dropped.iter().map(|entry| entry.bytes).sum::<usize>();
        dropped
    }

    /// Takes tasks of one partition in; returns those that were dropped for it. Offsets below what was committed mean that someone
    /// has set the group back: the partition begins anew. `added` is told of what is new.
    pub fn add(&mut self, partition: i32, entries: Vec<Entry<P>>, mut added: impl FnMut(&Entry<P>)) -> Vec<Entry<P>> {
        let (Some(at), Some(first)) = (self.partitions.get(&partition), entries.first()) else {
            return Vec::new();
        };
        let mut dropped = Vec::new();
        if first.offset < at.committed {
            let first = first.offset;
            dropped = self.lose(partition);
            self.take(partition, TakeOver::clean(first));
        }
        let Some(at) = self.partitions.get_mut(&partition) else {
            return dropped;
        };
        for mut entry in entries {
            if !at.tracker.see(entry.offset) {
                continue;
            }
            at.end = at.end.max(entry.offset + 1);
            entry.round = at.round;
            self.bytes += entry.bytes;
            added(&entry);
            if entry.offset < at.take_over.suspect_until {
                self.suspects.push_back(entry);
            } else {
                let key = entry.key.clone();
                self.queue.add(&key, entry);
            }
        }
        dropped
    }

    /// There is enough to go on with. What waits behind work of its own source is none: others may be behind it on the topic.
    pub fn is_stocked(&self) -> bool {
        self.bytes >= self.limits.enough_bytes && self.can_go_on()
    }

    /// Who stopped because it was stocked asks for more: at half, so that it is not woken for every task.
    pub fn is_low(&self) -> bool {
        self.bytes * 2 < self.limits.enough_bytes || !self.can_go_on()
    }

    fn can_go_on(&self) -> bool {
        self.queue.is_ready() || !self.suspects.is_empty()
    }

    /// The next task to start with so many slots; none: nothing can start now.
    pub fn next(&mut self, slots: usize) -> Option<Turn<P>> {
        if self.alone {
            return None;
        }
        if !self.suspects.is_empty() {
            if self.running > 0 {
                return None;
            }
            let entry = self.suspects.pop_front()?;
            let deaths = self
                .partitions
                .get(&entry.partition)
                .map_or(0, |at| at.take_over.deaths_at(entry.offset));
            self.running += 1;
            self.alone = true;
            return Some(Turn {
                entry,
                alone: true,
                deaths,
            });
        }
        if self.running >= slots {
            return None;
        }
        let entry = self.queue.take()?;
        self.running += 1;
        Some(Turn {
            entry,
            alone: false,
            deaths: 0,
        })
    }

    /// It no longer runs; its key is free, its answer is on the way.
    pub fn ran(&mut self, alone: bool, key: &str) {
        self.running -= 1;
        if !alone {
            self.queue.done(key);
        }
    }

    /// Its answer is safe, or it needs none. True: there is something new to commit.
    pub fn finish(&mut self, turn: &Turn<P>) -> bool {
        if turn.alone {
            self.alone = false;
        }
        self.bytes -= turn.entry.bytes;
        match self.partitions.get_mut(&turn.entry.partition) {
            Some(at) if at.round == turn.entry.round => at.tracker.finish(turn.entry.offset),
            _ => false,
        }
    }

    /// Where every held partition stands.
    pub fn positions(&self) -> Vec<Progress> {
        self.positions_of(|_| true)
    }

    /// Positions that Kafka does not know yet.
    pub fn uncommitted(&self) -> Vec<Progress> {
        self.positions_of(|at| at.tracker.position() > at.committed)
    }

    fn positions_of(&self, wanted: impl Fn(&Partition) -> bool) -> Vec<Progress> {
        let chosen = self.partitions.iter().filter(|(_, at)| wanted(at));
        let told = chosen.map(|(number, at)| {
            let offset = at.tracker.position();
            Progress {
                partition: *number,
                offset,
                deaths: at.take_over.deaths_at(offset),
            }
        });
        told.collect()
    }

    /// Kafka knows these.
    pub fn committed(&mut self, progress: &[Progress]) {
        for one in progress {
            if let Some(at) = self.partitions.get_mut(&one.partition) {
                at.committed = at.committed.max(one.offset);
            }
        }
    }

    /// Partitions to pause and to resume, each told once. A full one resumes at half of what filled it.
    pub fn flow(&mut self) -> (Vec<i32>, Vec<i32>) {
        let (mut pause, mut resume) = (Vec::new(), Vec::new());
        for (number, at) in &mut self.partitions {
            let open = at.tracker.open();
            let full = open >= self.limits.open_per_partition || self.bytes >= self.limits.open_bytes;
            let low = open * 2 <= self.limits.open_per_partition && self.bytes * 2 <= self.limits.open_bytes;
            if full && !at.paused {
                pause.push(*number);
            }
            if low && at.paused {
                resume.push(*number);
            }
            at.paused = full || (at.paused && !low);
        }
        (pause, resume)
    }
}
