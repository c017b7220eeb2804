//! The one place that makes settings of Kafka clients.

use rdkafka::ClientConfig;

use crate::config::Config;

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
