//! The window topic as a member of the processor's group.
//!
//! Redelivery: tasks come again after a crash or a rebalance, and are harmless. Rebalance: tasks of lost partitions are dropped unless
//! they run already, whose answers are duplicates at worst. Poison: see `scheduling::take_over`. Back-pressure: while the receiver has
//! enough hardly anything is taken; beyond its limits it pauses partitions. The thread that polls only hands over and never waits for
//! work to end, so the group's session goes on.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::error::{KafkaError, KafkaResult};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::statistics::Statistics;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use rdkafka::types::RDKafkaRespErr;
use serde_json::json;
use tokio::sync::oneshot;

use super::answers::Record;
use super::kafka::{connection, tell};
use crate::config::Config;
use crate::log::Log;
use crate::retrying::backoff;
use crate::scheduling::take_over::{Claim, TakeOver, Taking};

/// How long a commit may wait for the thread that polls.
const POLL: Duration = Duration::from_millis(20);
/// How long it may not poll where there is enough to do.
const POLL_AT_LEAST: Duration = Duration::from_millis(100);
/// Records handed over at a time.
const BATCH: usize = 500;
const ASK: Duration = Duration::from_secs(10);
/// What the client keeps for each partition before it is polled.
const QUEUED_MESSAGES: &str = "1000";
const QUEUED_KBYTES: &str = "2048";
/// Of one partition in one fetch; a larger task comes alone.
const FETCHED_BYTES: &str = "524288";
/// How soon it is fetched again when that much is kept. librdkafka's own is a second, which is as good as idle for quick tasks.
const QUEUE_BACKOFF_MS: &str = "10";
/// How often it is known where partitions end.
const STATISTICS_MS: &str = "5000";
const MAX_POLL_INTERVAL_MS: u128 = 3_600_000;

/// What is committed for a partition.
#[derive(Debug, Clone)]
pub struct Position {
    pub partition: i32,
    pub offset: i64,
    pub claim: Claim,
}

/// Called by the thread that polls; must not wait.
pub trait Receiver: Send + Sync + 'static {
    /// A partition is ours from here on.
    fn taken(&self, partition: i32, over: TakeOver);
    fn lost(&self, partitions: &[i32]);
    fn received(&self, partition: i32, records: Vec<Record>);
    /// No more need come; [`TaskSource::tell_room`] tells when that changes.
    fn has_enough(&self) -> bool;
    /// Where a partition ends, as far as is known.
    fn ends(&self, partition: i32, end: i64);
}

enum Ask {
    Commit(Vec<Position>, oneshot::Sender<Result<(), String>>),
    Steer {
        pause: Vec<i32>,
        resume: Vec<i32>,
    },
    /// Nothing but to look again.
    Room,
}

/// Asks the thread that polls. Clones ask the same one.
#[derive(Clone)]
pub struct TaskSource {
    asks: mpsc::Sender<Ask>,
    stopping: Arc<AtomicBool>,
}

impl TaskSource {
    /// Not polled yet: see [`Polling::start`].
    pub fn new() -> (Self, Asked) {
        let (asks, asked) = mpsc::channel();
        let stopping = Arc::<AtomicBool>::default();
        let made = Self {
            asks,
            stopping: Arc::clone(&stopping),
        };
        (made, Asked { asked, stopping })
    }

    /// Fails when the membership has changed or Kafka cannot be reached.
    pub async fn commit(&self, positions: Vec<Position>) -> Result<(), String> {
        let (done, is_done) = oneshot::channel();
        let gone = "the processor has stopped";
        self.asks.send(Ask::Commit(positions, done)).map_err(|_| gone)?;
        is_done.await.map_err(|_| gone)?
    }

    pub fn steer(&self, (pause, resume): (Vec<i32>, Vec<i32>)) {
        if !pause.is_empty() || !resume.is_empty() {
            let _ = self.asks.send(Ask::Steer { pause, resume });
        }
    }

    /// More work can be used.
    pub fn tell_room(&self) {
        let _ = self.asks.send(Ask::Room);
    }

    /// The thread ends when it has done what it is asked, and leaves the group.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

/// What the thread that polls is asked.
pub struct Asked {
    asked: mpsc::Receiver<Ask>,
    stopping: Arc<AtomicBool>,
}

/// The thread that polls.
pub struct Polling {
    consumer: BaseConsumer<Group>,
    asked: mpsc::Receiver<Ask>,
}

/// What the consumer calls back, in the thread that polls.
struct Group {
    topic: String,
    group: String,
    holder: String,
    receiver: Arc<dyn Receiver>,
    stopping: Arc<AtomicBool>,
    log: Log,
}

impl ClientContext for Group {
    fn stats(&self, statistics: Statistics) {
        let topic = statistics.topics.get(&self.topic);
        for (number, partition) in topic.iter().flat_map(|topic| &topic.partitions) {
            self.receiver.ends(*number, partition.hi_offset);
        }
    }

    fn log(&self, level: RDKafkaLogLevel, _: &str, message: &str) {
        tell(&self.log, level, message);
    }

    /// It was logged.
    fn error(&self, _: KafkaError, _: &str) {}
}

impl ConsumerContext for Group {
    fn rebalance(&self, consumer: &BaseConsumer<Self>, error: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let numbers: Vec<i32> = partitions.elements().iter().map(|one| one.partition()).collect();
        let done = if error == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            self.assign(consumer, &numbers)
        } else {
            self.receiver.lost(&numbers);
            // A client may remember what was paused.
            let _ = consumer.resume(partitions);
            consumer.unassign()
        };
        if let Err(error) = done {
            self.log.warn(
                "a rebalance failed",
                json!({ "topic": self.topic, "error": error.to_string() }),
            );
        }
    }
}

impl Group {
    fn assign(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> KafkaResult<()> {
        let Some(taken) = self.take_until_stopped(consumer, partitions) else {
            return consumer.unassign();
        };
        let mut starts = TopicPartitionList::new();
        for (partition, over) in &taken {
            starts.add_partition_offset(&self.topic, *partition, Offset::Offset(over.first))?;
        }
        consumer.assign(&starts)?;
        let claims = taken.iter().map(|(partition, over)| Position {
            partition: *partition,
            offset: over.first,
            claim: Claim {
                holder: self.holder.clone(),
                deaths: over.deaths,
                alone: false,
            },
        });
        // Where it fails another rebalance is on its way; who has the partition then claims it.
        if let Err(error) = commit(consumer, &self.topic, &claims.collect::<Vec<_>>()) {
            self.log
                .debug("partitions are not claimed yet", json!({ "error": error.to_string() }));
        }
        for (partition, over) in taken {
            if over.deaths > 0 {
                let fields = json!({ "partition": partition, "first": over.first, "deaths": over.deaths });
                self.log
                    .warn("tasks are run one at a time: their last holder died", fields);
            }
            self.receiver.taken(partition, over);
        }
        Ok(())
    }

    /// None: it stops.
    fn take_until_stopped(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> Option<Vec<(i32, TakeOver)>> {
        let mut failures = 0;
        loop {
            match self.take(consumer, partitions) {
                Ok(taken) => return Some(taken),
                Err(error) => {
                    let fields = json!({ "topic": self.topic, "error": error.to_string() });
                    self.log.warn("cannot take partitions yet, trying again", fields);
                }
            }
            if self.stopping.load(Ordering::Relaxed) {
                return None;
            }
            thread::sleep(backoff(failures));
            failures += 1;
        }
    }

    fn take(&self, consumer: &BaseConsumer<Self>, partitions: &[i32]) -> KafkaResult<Vec<(i32, TakeOver)>> {
        if partitions.is_empty() {
            return Ok(Vec::new());
        }
        let mut asked = TopicPartitionList::new();
        for partition in partitions {
            asked.add_partition(&self.topic, *partition);
        }
        let committed = consumer.committed_offsets(asked, ASK)?;
        let claimed: Vec<(i32, i64, Claim)> = committed
            .elements()
            .iter()
            .map(|one| {
                one.error()?;
                let offset = one.offset().to_raw().unwrap_or(-1).max(-1);
                // The client panics on metadata that is not UTF-8: some other tool's, which says nothing.
                let claim = catch_unwind(AssertUnwindSafe(|| Claim::decode(one.metadata()))).unwrap_or_default();
                Ok((one.partition(), offset, claim))
            })
            .collect::<KafkaResult<_>>()?;
        let is_held = claimed.iter().any(|(_, _, claim)| !claim.holder.is_empty());
        let members = if is_held {
            self.members(consumer)?
        } else {
            HashSet::new()
        };
        let each = claimed.into_iter().map(|(partition, committed, previous)| {
            let (low, end) = consumer.fetch_watermarks(&self.topic, partition, ASK)?;
            let taking = Taking {
                previous,
                committed,
                offset: if committed < 0 { low } else { committed.max(low) },
                end,
                instance: &self.holder,
                is_alive: &|holder| members.contains(holder),
            };
            Ok((partition, taking.judge()))
        });
        each.collect()
    }

    /// Client ids in the group.
    fn members(&self, consumer: &BaseConsumer<Self>) -> KafkaResult<HashSet<String>> {
        let groups = consumer.fetch_group_list(Some(&self.group), ASK)?;
        let members = groups.groups().iter().flat_map(|group| group.members());
        Ok(members.map(|member| member.client_id().to_owned()).collect())
    }
}

fn commit(consumer: &BaseConsumer<Group>, topic: &str, positions: &[Position]) -> KafkaResult<()> {
    if positions.is_empty() {
        return Ok(());
    }
    let mut list = TopicPartitionList::new();
    for one in positions {
        let mut element = list.add_partition(topic, one.partition);
        element.set_offset(Offset::Offset(one.offset))?;
        element.set_metadata(one.claim.encode());
    }
    consumer.commit(&list, CommitMode::Sync)
}

impl Polling {
    pub fn new(
        config: &Config,
        topic: &str,
        group: &str,
        receiver: Arc<dyn Receiver>,
        asked: Asked,
        log: Log,
    ) -> KafkaResult<Self> {
        let session_ms = config.session_timeout.as_millis();
        let context = Group {
            topic: topic.to_owned(),
            group: group.to_owned(),
            holder: config.client_id.clone(),
            receiver,
            stopping: asked.stopping,
            log,
        };
        let consumer: BaseConsumer<Group> = connection(config)
            .set("group.id", group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("session.timeout.ms", session_ms.to_string())
            .set("heartbeat.interval.ms", (session_ms / 5).to_string())
            .set("max.poll.interval.ms", MAX_POLL_INTERVAL_MS.max(session_ms).to_string())
            .set("partition.assignment.strategy", "roundrobin")
            .set("fetch.wait.max.ms", "100")
            .set("queued.min.messages", QUEUED_MESSAGES)
            .set("queued.max.messages.kbytes", QUEUED_KBYTES)
            .set("fetch.message.max.bytes", FETCHED_BYTES)
            .set("fetch.queue.backoff.ms", QUEUE_BACKOFF_MS)
            .set("statistics.interval.ms", STATISTICS_MS)
            .create_with_context(context)?;
        consumer.subscribe(&[topic])?;
        Ok(Self {
            consumer,
            asked: asked.asked,
        })
    }

    /// Polls until it is stopped; then leaves the group.
    pub fn start(self) -> thread::JoinHandle<()> {
        thread::spawn(move || {
            let group = Arc::clone(self.consumer.context());
            while !group.stopping.load(Ordering::Relaxed) {
                self.do_what_is_asked(&group);
                if group.receiver.has_enough() {
                    self.await_room(&group);
                } else {
                    self.take_in(&group, BATCH);
                }
            }
            self.do_what_is_asked(&group);
        })
    }

    fn do_what_is_asked(&self, group: &Group) {
        self.asked.try_iter().for_each(|ask| self.answer(ask, group));
    }

    fn answer(&self, ask: Ask, group: &Group) {
        match ask {
            Ask::Commit(positions, done) => {
                let result = commit(&self.consumer, &group.topic, &positions);
                let _ = done.send(result.map_err(|error| error.to_string()));
            }
            Ask::Steer { pause, resume } => {
                let list = |numbers: Vec<i32>| {
                    let mut made = TopicPartitionList::new();
                    for number in numbers {
                        made.add_partition(&group.topic, number);
                    }
                    made
                };
                // Fails for what has been lost meanwhile.
                let _ = self.consumer.pause(&list(pause));
                let _ = self.consumer.resume(&list(resume));
            }
            Ask::Room => {}
        }
    }

    /// Does what is asked meanwhile. A rebalance is told only to who polls, so now and then a record is taken all the same; what
    /// comes so is bounded by what pauses partitions.
    fn await_room(&self, group: &Group) {
        let end = Instant::now() + POLL_AT_LEAST;
        while let Ok(ask) = self.asked.recv_timeout(end.saturating_duration_since(Instant::now())) {
            self.answer(ask, group);
            if group.stopping.load(Ordering::Relaxed) || !group.receiver.has_enough() {
                return;
            }
        }
        self.take_in(group, 1);
    }

    /// Waits for one record, and takes at most so many of those that are there.
    fn take_in(&self, group: &Group, most: usize) {
        let mut by_partition: BTreeMap<i32, Vec<Record>> = BTreeMap::new();
        let mut wait = if most > 1 { POLL } else { Duration::ZERO };
        for _ in 0..most {
            match self.consumer.poll(wait) {
                None => break,
                Some(Ok(message)) => by_partition
                    .entry(message.partition())
                    .or_default()
                    .push(record_of(&message)),
                Some(Err(error)) => {
                    let fields = json!({ "topic": group.topic, "error": error.to_string() });
                    group.log.warn("cannot consume, trying again", fields);
                }
            }
            wait = Duration::ZERO;
        }
        for (partition, records) in by_partition {
            group.receiver.received(partition, records);
        }
    }
}

fn record_of(message: &BorrowedMessage) -> Record {
    let headers = message
        .headers()
        .map(|headers| headers.iter().collect::<Vec<_>>())
        .unwrap_or_default();
    let owned = headers
        .into_iter()
        .map(|one| (one.key.to_owned(), one.value.map(<[u8]>::to_vec)));
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: owned.collect(),
    }
}
