//! The one place that makes settings of Kafka clients.

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::KafkaError;
use rdkafka::{ClientConfig, ClientContext};
use serde_json::json;

use crate::config::Config;
use crate::log::Log;

/// What librdkafka says is trouble of the world: it tries again by itself.
pub fn tell(log: &Log, level: RDKafkaLogLevel, message: &str) {
    let fields = json!({ "reason": message });
    match level {
        RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical | RDKafkaLogLevel::Error => {
            log.warn("trouble with Kafka", fields);
        }
        _ => log.debug("librdkafka", fields),
    }
}

/// Of a client that calls nothing back.
pub struct Telling(pub Log);

impl ClientContext for Telling {
    fn log(&self, level: RDKafkaLogLevel, _: &str, message: &str) {
        tell(&self.0, level, message);
    }

    /// It was logged.
    fn error(&self, _: KafkaError, _: &str) {}
}

impl ConsumerContext for Telling {}

/// What every client needs. The group's members are known by `client.id`.
pub fn connection(config: &Config) -> ClientConfig {
    let mut made = ClientConfig::new();
    made.set("bootstrap.servers", &config.brokers)
        .set("client.id", &config.client_id)
        .set("socket.nagle.disable", "true")
        .set("socket.keepalive.enable", "true")
        .set("reconnect.backoff.ms", "100")
        .set("reconnect.backoff.max.ms", "2000")
        .set("allow.auto.create.topics", "false");
    if let Some(tls) = &config.tls {
        let files = [
            ("ssl.ca.location", &tls.ca_file),
            ("ssl.certificate.location", &tls.cert_file),
            ("ssl.key.location", &tls.key_file),
        ];
        for (name, path) in files {
            if let Some(path) = path {
                made.set(name, path);
            }
        }
    }
    if let Some(sasl) = &config.sasl {
        made.set("sasl.mechanism", sasl.mechanism)
            .set("sasl.username", &sasl.username)
            .set("sasl.password", &sasl.password);
    }
    let protocol = match (&config.sasl, &config.tls) {
        (None, None) => "PLAINTEXT",
        (None, Some(_)) => "SSL",
        (Some(_), None) => "SASL_PLAINTEXT",
        (Some(_), Some(_)) => "SASL_SSL",
    };
    made.set("security.protocol", protocol);
    made
}
