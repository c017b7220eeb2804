//! Sends records in the order they were given, and repeats until they are acknowledged: an answer may be sent twice, and is never lost.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Header as KafkaHeader, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Partitioner, Producer, ProducerContext, ThreadedProducer};
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::headers::Header;
use super::kafka::{connection, tell};
use crate::config::Config;
use crate::log::Log;
use crate::wire::keys::partition_of;
use crate::wire::limits::{MAX_RECORD_BYTES, RECORD_OVERHEAD_BYTES};

const REPEAT_AFTER: Duration = Duration::from_secs(1);
const ASK: Duration = Duration::from_secs(10);
const FULL_WAIT: Duration = Duration::from_millis(5);

/// What is written.
pub struct Written {
    pub topic: String,
    pub partition: Partition,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<Header>,
}

/// Why a record will never be taken.
#[derive(Debug)]
pub enum Refusal {
    TooLarge(String),
    /// The topic has no such partition, and Kafka has been asked again.
    Misplaced(String),
}

/// Called once: all in-sync replicas have it, or it will never be taken.
pub type Done = Box<dyn FnOnce(Result<(), Refusal>) + Send + Sync>;

/// A record on its way.
pub struct Outgoing {
    pub written: Arc<Written>,
    pub done: Done,
}

#[derive(Debug, Clone, Copy)]
pub enum Partition {
    At(i32),
    OfKey,
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Partition::At(partition) => write!(f, "{partition}"),
            Partition::OfKey => f.write_str("of its key"),
        }
    }
}

type Kafka = ThreadedProducer<Deliveries, BySlot>;

/// Records of a key lie where the hub looks for them; librdkafka's default would put them elsewhere.
struct BySlot;

impl Partitioner for BySlot {
    fn partition(&self, _: &str, key: Option<&[u8]>, partitions: i32, _: impl Fn(i32) -> bool) -> i32 {
        partition_of(key.unwrap_or_default(), partitions)
    }
}

struct Deliveries {
    by_slot: BySlot,
    log: Log,
    /// And whether its partition may not exist.
    again: mpsc::UnboundedSender<(Outgoing, bool)>,
    open: watch::Sender<usize>,
    closed: Arc<AtomicBool>,
    fatal: mpsc::Sender<String>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, _: &str, message: &str) {
        tell(&self.log, level, message);
    }

    fn error(&self, _: KafkaError, _: &str) {}
}

impl ProducerContext<BySlot> for Deliveries {
    type DeliveryOpaque = Box<Outgoing>;

    fn get_custom_partitioner(&self) -> Option<&BySlot> {
        Some(&self.by_slot)
    }

    fn delivery(&self, result: &DeliveryResult<'_>, outgoing: Box<Outgoing>) {
        match result {
            Ok(_) => self.done(outgoing.done, Ok(())),
            Err((error, _)) => self.failed(error, *outgoing),
        }
    }
}

impl Deliveries {
    fn done(&self, done: Done, with: Result<(), Refusal>) {
        done(with);
        self.open.send_modify(|open| *open -= 1);
    }

    fn failed(&self, error: &KafkaError, outgoing: Outgoing) {
        let told = error.to_string();
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessage) => {
                self.done(outgoing.done, Err(Refusal::TooLarge(told)));
            }
            _ if self.closed.load(Ordering::Relaxed) => {}
            Some(RDKafkaErrorCode::Fatal) => {
                // Told once; the process ends, and the task comes again.
                let _ = self.fatal.try_send(format!("the producer is of no more use: {told}"));
            }
            code => {
                let fields = json!({ "topic": outgoing.written.topic, "error": told });
                self.log.warn("cannot publish, trying again", fields);
                let is_doubtful = code == Some(RDKafkaErrorCode::UnknownPartition);
                let _ = self.again.send((outgoing, is_doubtful));
            }
        }
    }
}

/// Clones are the same publisher.
#[derive(Clone)]
pub struct Publisher {
    queue: mpsc::UnboundedSender<Outgoing>,
    open: watch::Sender<usize>,
    closed: Arc<AtomicBool>,
}

impl Publisher {
    /// `fatal` is told when it can no longer send. Must be called on a runtime.
    pub fn new(config: &Config, log: Log, fatal: mpsc::Sender<String>) -> KafkaResult<Self> {
        let (queue, sent) = mpsc::unbounded_channel();
        let (again, repeated) = mpsc::unbounded_channel();
        let made = Self {
            queue,
            open: watch::Sender::new(0),
            closed: Arc::default(),
        };
        let deliveries = Deliveries {
            by_slot: BySlot,
            log,
            again,
            open: made.open.clone(),
            closed: Arc::clone(&made.closed),
            fatal,
        };
        let kafka: Kafka = connection(config)
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("linger.ms", "1")
            .set(
                "message.max.bytes",
                (MAX_RECORD_BYTES + RECORD_OVERHEAD_BYTES).to_string(),
            )
            .set("message.timeout.ms", "0")
            .create_with_context(deliveries)?;
        let kafka = Arc::new(kafka);
        tokio::spawn(send_all(Arc::clone(&kafka), sent));
        tokio::spawn(repeat_all(Arc::downgrade(&kafka), Arc::clone(&made.closed), repeated));
        Ok(made)
    }

    pub fn push(&self, outgoing: Outgoing) {
        self.open.send_modify(|open| *open += 1);
        // The other end is gone only when the processor has stopped.
        let _ = self.queue.send(outgoing);
    }

    /// Waits, at most so long, until everything pushed so far has been acknowledged or refused.
    pub async fn flush(&self, timeout: Duration) {
        let mut open = self.open.subscribe();
        let _ = tokio::time::timeout(timeout, open.wait_for(|open| *open == 0)).await;
    }

    /// Gives up what is not sent.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}

async fn send_all(kafka: Arc<Kafka>, mut sent: mpsc::UnboundedReceiver<Outgoing>) {
    while let Some(outgoing) = sent.recv().await {
        send(&kafka, outgoing).await;
    }
}

async fn repeat_all(
    kafka: Weak<Kafka>,
    closed: Arc<AtomicBool>,
    mut repeated: mpsc::UnboundedReceiver<(Outgoing, bool)>,
) {
    while let Some((outgoing, is_doubtful)) = repeated.recv().await {
        let (kafka, closed) = (kafka.clone(), Arc::clone(&closed));
        tokio::spawn(async move {
            tokio::time::sleep(REPEAT_AFTER).await;
            let Some(kafka) = kafka.upgrade() else { return };
            if closed.load(Ordering::Relaxed) {
                return;
            }
            if is_doubtful && is_misplaced(&kafka, &outgoing.written).await {
                let Written { topic, partition, .. } = &*outgoing.written;
                let reason = format!("{topic} has no partition {partition}");
                return kafka
                    .client()
                    .context()
                    .done(outgoing.done, Err(Refusal::Misplaced(reason)));
            }
            send(&kafka, outgoing).await;
        });
    }
}

/// Asks Kafka: what is known here may be older than the partition.
async fn is_misplaced(kafka: &Arc<Kafka>, written: &Arc<Written>) -> bool {
    let (kafka, written) = (Arc::clone(kafka), Arc::clone(written));
    let asked = tokio::task::spawn_blocking(move || {
        let Partition::At(wanted) = written.partition else {
            return false;
        };
        let Ok(metadata) = kafka.client().fetch_metadata(Some(&written.topic), ASK) else {
            return false;
        };
        let mut topics = metadata.topics().iter().filter(|topic| topic.error().is_none());
        topics.any(|topic| topic.partitions().iter().all(|partition| partition.id() != wanted))
    });
    asked.await.unwrap_or(false)
}

async fn send(kafka: &Kafka, outgoing: Outgoing) {
    let written = Arc::clone(&outgoing.written);
    let mut outgoing = Box::new(outgoing);
    loop {
        let mut record = BaseRecord::<[u8], [u8], _>::with_opaque_to(&written.topic, outgoing);
        record.headers = Some(kafka_headers(&written.headers));
        record.key = written.key.as_deref();
        record.payload = written.value.as_deref();
        record.partition = match written.partition {
            Partition::At(partition) => Some(partition),
            Partition::OfKey => None,
        };
        let Err((error, refused)) = kafka.send(record) else {
            return;
        };
        outgoing = refused.delivery_opaque;
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::QueueFull) {
            return kafka.client().context().failed(&error, *outgoing);
        }
        tokio::time::sleep(FULL_WAIT).await;
    }
}

fn kafka_headers(headers: &[Header]) -> OwnedHeaders {
    let begin = OwnedHeaders::new_with_capacity(headers.len());
    headers.iter().fold(begin, |made, (key, value)| {
        made.insert(KafkaHeader {
            key,
            value: value.as_ref(),
        })
    })
}
