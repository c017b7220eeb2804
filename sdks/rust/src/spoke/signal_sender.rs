//! Writes to the hub's signals topic.

use std::sync::Arc;
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

/// How long closing waits for what is being sent.
const CLOSE: Duration = Duration::from_secs(30);

pub struct SignalSender {
    /// Of the signals' current schema.
    pub schema_id: u32,
    publisher: Publisher,
    topic: String,
    origin: String,
    /// What became of the client, if it can no longer send.
    _failure: mpsc::Receiver<String>,
}

impl SignalSender {
    /// Waits until the schema registry is up; the client finds Kafka when it sends.
    pub async fn connect(config: &Config, prefix: &str, log: Log) -> Result<Self, String> {
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
            _failure: failure,
        })
    }

    /// It is on its way when this returns; the answer says whether it is safe, or why it never will be.
    pub fn send(&self, source: &str, id: &str, value: Vec<u8>) -> impl Future<Output = Result<(), String>> + use<> {
        let mut headers = event_headers("signals", self.origin.clone(), &[]);
        headers.retain(|(name, _)| name != "ce_id");
        headers.extend([header("ce_id", id), header(ID, id)]);
        let written = Written {
            topic: self.topic.clone(),
            partition: Partition::OfKey,
            key: Some(source.as_bytes().to_vec()),
            value: Some(value),
            headers,
        };
        let (done, is_done) = oneshot::channel();
        self.publisher.push(Outgoing {
            written: Arc::new(written),
            done: Box::new(move |sent| drop(done.send(sent))),
        });
        async move {
            match is_done.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(Refusal::TooLarge(reason) | Refusal::Misplaced(reason))) => Err(reason),
                Err(_) => Err("the publisher was closed before it was sent".to_owned()),
            }
        }
    }

    pub async fn close(self) {
        self.publisher.flush(CLOSE).await;
        self.publisher.close();
    }
}
