//! Settings from the environment: docs/reference/processor-protocol.md tells of them. An empty variable counts as absent.

use std::fmt::Display;
use std::fs;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::thread::available_parallelism;
use std::time::Duration;

use crate::log::Level;

/// Of a running processor.
#[derive(Debug, Clone)]
pub struct Config {
    pub brokers: String,
    pub schema_registry_url: String,
    pub hub_url: String,
    /// Where results are that travel by reference; none: what the hub tells.
    pub result_collector_url: Option<String>,
    pub token: Option<String>,
    pub workers: usize,
    pub host: String,
    pub instance: String,
    /// New with each start, so that a process that died is told from the next of its name.
    pub client_id: String,
    pub log_level: Level,
    pub session_timeout: Duration,
    pub drain_timeout: Duration,
    /// Host and port; none: health is not served.
    pub health: Option<(String, u16)>,
    pub tls: Option<Tls>,
    pub sasl: Option<Sasl>,
}

/// PEM files.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    pub ca_file: Option<String>,
    pub cert_file: Option<String>,
    pub key_file: Option<String>,
}

#[derive(Clone)]
pub struct Sasl {
    /// As librdkafka calls it.
    pub mechanism: &'static str,
    pub username: String,
    pub password: String,
}

impl std::fmt::Debug for Sasl {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "Sasl({}, {})", self.mechanism, self.username)
    }
}

type Problem<T> = Result<T, String>;

struct Environment<'a>(&'a dyn Fn(&str) -> Option<String>);

impl Config {
    /// An error names the variable that is missing or wrong.
    pub fn from_env() -> Problem<Self> {
        Self::read(&|name| std::env::var(name).ok())
    }

    fn read(variables: &dyn Fn(&str) -> Option<String>) -> Problem<Self> {
        let env = Environment(variables);
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let cores = available_parallelism().map_or(1, usize::from);
        let instance = env
            .text("WINDLASS_INSTANCE")
            .unwrap_or_else(|| format!("{host}-{}", random_hex()));
        let health_host = env.text("WINDLASS_HEALTH_HOST").unwrap_or_else(|| "127.0.0.1".into());
        let health_port = env.optional("WINDLASS_HEALTH_PORT", 0..=u16::MAX)?;
        Ok(Self {
            brokers: env.required("WINDLASS_KAFKA_BROKERS")?,
            schema_registry_url: without_slash(env.required("WINDLASS_SCHEMA_REGISTRY_URL")?),
            hub_url: without_slash(
                env.text("WINDLASS_HUB_URL")
                    .unwrap_or_else(|| "http://127.0.0.1:4100".into()),
            ),
            result_collector_url: env.text("WINDLASS_RESULT_COLLECTOR_URL").map(without_slash),
            token: env.text("WINDLASS_TOKEN"),
            workers: env
                .optional("WINDLASS_WORKERS", 0..=256)?
                .unwrap_or_else(|| cores.saturating_sub(1).max(1)),
            host,
            client_id: format!("{instance}#{}", random_hex()),
            instance,
            log_level: env.level()?,
            session_timeout: env.milliseconds("WINDLASS_SESSION_TIMEOUT_MS", 6_000, 1_000)?,
            drain_timeout: env.milliseconds("WINDLASS_DRAIN_TIMEOUT_MS", 25_000, 0)?,
            health: health_port.map(|port| (health_host, port)),
            tls: env.tls()?,
            sasl: env.sasl()?,
        })
    }
}

pub fn without_slash(url: String) -> String {
    url.trim_end_matches('/').to_owned()
}

fn random_hex() -> String {
    uuid::Uuid::new_v4().simple().to_string()[..8].to_owned()
}

impl Environment<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let text = (self.0)(name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn required(&self, name: &str) -> Problem<String> {
        self.text(name).ok_or_else(|| format!("{name} is not set"))
    }

    fn optional<T: FromStr + PartialOrd + Display>(
        &self,
        name: &str,
        possible: RangeInclusive<T>,
    ) -> Problem<Option<T>> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if possible.contains(&number) => Ok(Some(number)),
            _ => Err(format!(
                "{name} is '{text}'; possible are {} to {}",
                possible.start(),
                possible.end()
            )),
        }
    }

    fn milliseconds(&self, name: &str, default: u64, least: u64) -> Problem<Duration> {
        let given = self.optional(name, least..=3_600_000)?;
        Ok(Duration::from_millis(given.unwrap_or(default)))
    }

    fn level(&self) -> Problem<Level> {
        let text = self.text("WINDLASS_LOG_LEVEL").unwrap_or_else(|| "info".into());
        let levels = [Level::Debug, Level::Info, Level::Warn, Level::Error];
        let found = levels.into_iter().find(|level| level.name() == text);
        found.ok_or_else(|| format!("WINDLASS_LOG_LEVEL is '{text}'; possible are debug, info, warn, error"))
    }

    /// Its path, once it is known that it can be read.
    fn file(&self, name: &str) -> Problem<Option<String>> {
        let Some(path) = self.text(name) else { return Ok(None) };
        fs::File::open(&path).map_err(|error| format!("{name}: cannot read {path}: {error}"))?;
        Ok(Some(path))
    }

    fn tls(&self) -> Problem<Option<Tls>> {
        let tls = Tls {
            ca_file: self.file("WINDLASS_KAFKA_CA_FILE")?,
            cert_file: self.file("WINDLASS_KAFKA_CERT_FILE")?,
            key_file: self.file("WINDLASS_KAFKA_KEY_FILE")?,
        };
        let is_asked = self.text("WINDLASS_KAFKA_TLS").as_deref() == Some("1");
        Ok((is_asked || tls.ca_file.is_some() || tls.cert_file.is_some()).then_some(tls))
    }

    fn sasl(&self) -> Problem<Option<Sasl>> {
        let Some(text) = self.text("WINDLASS_KAFKA_SASL_MECHANISM") else {
            return Ok(None);
        };
        let mechanism = match text.as_str() {
            "plain" => "PLAIN",
            "scram-sha-256" => "SCRAM-SHA-256",
            "scram-sha-512" => "SCRAM-SHA-512",
            _ => {
                return Err(format!(
                    "WINDLASS_KAFKA_SASL_MECHANISM is '{text}'; possible are plain, scram-sha-256, scram-sha-512"
                ));
            }
        };
        let password = match self.file("WINDLASS_KAFKA_PASSWORD_FILE")? {
            Some(path) => fs::read_to_string(&path)
                .map_err(|error| format!("WINDLASS_KAFKA_PASSWORD_FILE: cannot read {path}: {error}"))?
                .trim_end()
                .to_owned(),
            None => self.required("WINDLASS_KAFKA_PASSWORD")?,
        };
        Ok(Some(Sasl {
            mechanism,
            username: self.required("WINDLASS_KAFKA_USERNAME")?,
            password,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Problem<Config> {
        let needed = [
            ("WINDLASS_KAFKA_BROKERS", "a:1,b:2"),
            ("WINDLASS_SCHEMA_REGISTRY_URL", "http://r/"),
        ];
        let all: Vec<_> = needed
            .iter()
            .chain(variables)
            .map(|(name, value)| (*name, *value))
            .collect();
        Config::read(&|name| {
            let found = all.iter().rev().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn defaults_are_those_of_the_protocol() {
        let config = read(&[("WINDLASS_TOKEN", "")]).unwrap();
        assert_eq!(
            (config.session_timeout, config.drain_timeout),
            (Duration::from_secs(6), Duration::from_secs(25))
        );
        assert_eq!(
            (config.schema_registry_url.as_str(), config.hub_url.as_str()),
            ("http://r", "http://127.0.0.1:4100")
        );
        assert!(config.token.is_none() && config.tls.is_none() && config.sasl.is_none() && config.health.is_none());
        assert!(config.client_id.starts_with(&format!("{}#", config.instance)));
    }

    #[test]
    fn a_wrong_variable_is_named_with_what_would_be_right() {
        let wrong = |name, value, text: &str| {
            let problem = read(&[(name, value)]).unwrap_err();
            assert!(problem.starts_with(name) && problem.contains(text), "{problem}");
        };
        wrong("WINDLASS_KAFKA_BROKERS", "", "is not set");
        wrong("WINDLASS_WORKERS", "257", "0 to 256");
        wrong("WINDLASS_SESSION_TIMEOUT_MS", "1s", "1000 to 3600000");
        wrong("WINDLASS_LOG_LEVEL", "loud", "debug, info, warn, error");
        wrong("WINDLASS_KAFKA_CA_FILE", "/nowhere/ca.pem", "cannot read");
        wrong("WINDLASS_KAFKA_SASL_MECHANISM", "gssapi", "scram-sha-512");
    }

    #[test]
    fn a_mechanism_needs_a_name_and_a_password() {
        let sasl = [
            ("WINDLASS_KAFKA_SASL_MECHANISM", "scram-sha-512"),
            ("WINDLASS_KAFKA_USERNAME", "spoke"),
            ("WINDLASS_KAFKA_PASSWORD", "secret"),
        ];
        let config = read(&sasl).unwrap();
        assert_eq!(config.sasl.as_ref().map(|sasl| sasl.mechanism), Some("SCRAM-SHA-512"));
        assert!(!format!("{config:?}").contains("secret"));
        assert!(read(&sasl[..2]).unwrap_err().contains("WINDLASS_KAFKA_PASSWORD"));
    }
}
