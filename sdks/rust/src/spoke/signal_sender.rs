//! Writes to the hub's signals topic.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::headers::{ID, event_headers, header};
use super::publisher::{Outgoing, Partition, Publisher, Refusal, Written};
use super::schema_registry::SchemaRegistry;
use crate::config::Config;
use crate::log::Log;
use crate::retrying::retrying;
use crate::wire::codec::Family;

/// How much may wait, and for how long at the end.
#[derive(Debug, Clone, Copy)]
pub struct SignalLimits {
    /// Encoded bytes that may be unacknowledged.
    pub buffer_bytes: usize,
    /// How long closing waits for what is being sent.
    pub close_timeout: Duration,
}

pub struct SignalSender {
    /// Of the signals' current schema.
    pub schema_id: u32,
    publisher: Publisher,
    topic: String,
    origin: String,
    limits: SignalLimits,
    /// Bytes that are not acknowledged.
    unsent: Arc<AtomicUsize>,
    /// What became of the client, if it can no longer send.
    _failure: mpsc::Receiver<String>,
}

/// Why a signal is not on the topic.
pub enum Unsent {
    /// It never will be.
    Refused(String),
    Closed,
}

impl SignalSender {
    /// Waits until the schema registry is up; the client finds Kafka when it sends.
    pub async fn connect(config: &Config, prefix: &str, limits: SignalLimits, log: Log) -> Result<Self, String> {
        let registry = SchemaRegistry {
            url: config.schema_registry_url.clone(),
        };
        let on_retry = |error: &str| log.warn("not ready, trying again", json!({ "error": error }));
        let schema_id = retrying(on_retry, || registry.id_of(prefix, Family::Signals)).await?;
        let (failed, failure) = mpsc::channel(1);
        let publisher = Publisher::new(config, log.clone(), failed).map_err(|error| error.to_string())?;
        Ok(Self {
            schema_id,
            publisher,
            topic: format!("{prefix}.signals.v1"),
            origin: format!("/windlass/sdk/{}", config.instance),
            limits,
            unsent: Arc::default(),
            _failure: failure,
        })
    }

    /// Counts the bytes of a call that is about to be sent; an error: there are too many beside those that wait. A call that is alone
    /// may be of any size.
    pub fn hold(&self, bytes: usize) -> Result<(), String> {
        let limit = self.limits.buffer_bytes;
        let held = self
            .unsent
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |unsent| {
                (unsent == 0 || unsent + bytes <= limit).then_some(unsent + bytes)
            });
        held.map(drop).map_err(|unsent| {
            format!(
                "{bytes} bytes of signals beside {unsent} that Kafka has not taken yet, limit signalBufferBytes is {limit}"
            )
        })
    }

    /// It is on its way when this returns, and was held before; the answer says whether it is safe.
    pub fn send(&self, source: &str, id: &str, value: Vec<u8>) -> impl Future<Output = Result<(), Unsent>> + use<> {
        let mut headers = event_headers("signals", self.origin.clone(), &[]);
        headers.retain(|(name, _)| name != "ce_id");
        headers.extend([header("ce_id", id), header(ID, id)]);
        let bytes = value.len();
        let written = Written {
            topic: self.topic.clone(),
            partition: Partition::OfKey,
            key: Some(source.as_bytes().to_vec()),
            value: Some(value),
            headers,
        };
        let (done, is_done) = oneshot::channel();
        let unsent = Arc::clone(&self.unsent);
        self.publisher.push(Outgoing {
            written: Arc::new(written),
            done: Box::new(move |sent| {
                unsent.fetch_sub(bytes, Ordering::Relaxed);
                let _ = done.send(sent);
            }),
        });
        async move {
            match is_done.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(Refusal::TooLarge(reason) | Refusal::Misplaced(reason))) => Err(Unsent::Refused(reason)),
                Err(_) => Err(Unsent::Closed),
            }
        }
    }

    /// Bytes that were given up.
    pub async fn close(self) -> usize {
        self.publisher.flush(self.limits.close_timeout).await;
        self.publisher.close();
        self.unsent.load(Ordering::Relaxed)
    }
}
