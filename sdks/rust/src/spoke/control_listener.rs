//! Hints of the hub to all instances of a processor: each reads all of the control topic from now on, in no group, committing nothing.
//! A hint that is lost or comes twice changes nothing that matters.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaResult;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::kafka::{Telling, connection};
use super::readers::Readers;
use crate::config::Config;
use crate::log::Log;
use crate::retrying::backoff;
use crate::wire::task::{Control, ControlKind};

const POLL: Duration = Duration::from_millis(200);
const ASK: Duration = Duration::from_secs(10);

pub struct ControlListener {
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Listening {
    consumer: BaseConsumer<Telling>,
    topic: String,
    processor: String,
    readers: Arc<Readers>,
    on_cancel: Box<dyn Fn(Control) + Send>,
    stopping: Arc<AtomicBool>,
    log: Log,
}

impl ControlListener {
    /// Resolves when it is known where the topic ends: hints from then on are heard.
    pub async fn listen(
        config: &Config,
        topic: String,
        processor: &str,
        readers: Arc<Readers>,
        log: Log,
        on_cancel: Box<dyn Fn(Control) + Send>,
    ) -> KafkaResult<Self> {
        let consumer = connection(config)
            .set("group.id", format!("{}.control", config.client_id))
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "latest")
            .create_with_context(Telling(log.clone()))?;
        let stopping = Arc::<AtomicBool>::default();
        let listening = Listening {
            consumer,
            topic,
            processor: processor.to_owned(),
            readers,
            on_cancel,
            stopping: Arc::clone(&stopping),
            log,
        };
        let (begun, has_begun) = oneshot::channel();
        let runtime = Handle::current();
        let thread = thread::spawn(move || listening.run(&runtime, begun));
        // Held from here on: dropped while it waits, it stops the thread.
        let made = Self {
            stopping,
            thread: Some(thread),
        };
        let _ = has_begun.await;
        Ok(made)
    }
}

impl Drop for ControlListener {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        // The thread ends by itself within a poll; nothing it still reads matters.
        drop(self.thread.take());
    }
}

impl Listening {
    fn run(&self, runtime: &Handle, begun: oneshot::Sender<()>) {
        let mut failures = 0;
        while let Err(error) = self.begin() {
            if self.stopping.load(Ordering::Relaxed) {
                return;
            }
            let fields = json!({ "topic": self.topic, "error": error.to_string() });
            self.log.warn("cannot read the control topic, trying again", fields);
            thread::sleep(backoff(failures));
            failures += 1;
        }
        let _ = begun.send(());
        while !self.stopping.load(Ordering::Relaxed) {
            match self.consumer.poll(POLL) {
                None => {}
                Some(Ok(message)) => self.hear(runtime, &message),
                Some(Err(error)) => {
                    let fields = json!({ "topic": self.topic, "error": error.to_string() });
                    self.log.debug("cannot read the control topic", fields);
                }
            }
        }
    }

    fn begin(&self) -> KafkaResult<()> {
        let metadata = self.consumer.fetch_metadata(Some(&self.topic), ASK)?;
        let mut ends = TopicPartitionList::new();
        for partition in metadata.topics().iter().flat_map(|topic| topic.partitions()) {
            let (_, end) = self.consumer.fetch_watermarks(&self.topic, partition.id(), ASK)?;
            ends.add_partition_offset(&self.topic, partition.id(), Offset::Offset(end))?;
        }
        self.consumer.assign(&ends)
    }

    /// Records of other keys need not be decoded.
    fn hear(&self, runtime: &Handle, message: &BorrowedMessage) {
        if message.key() != Some(self.processor.as_bytes()) {
            return;
        }
        match runtime.block_on(self.readers.read::<Control>(message.payload().unwrap_or_default())) {
            Ok(control) if control.processor == self.processor && control.kind == ControlKind::Cancel => {
                (self.on_cancel)(control);
            }
            Ok(_) => {}
            Err(error) => {
                let fields = json!({ "offset": message.offset(), "error": error });
                self.log.warn("a control record cannot be read", fields);
            }
        }
    }
}
