//! Sending signals to the hub.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use serde_json::json;

use crate::config::Config;
use crate::definition::problem_of_name;
use crate::log::{Level, Log};
use crate::spoke::{SignalLimits, SignalSender, Unsent};
use crate::wire::codec::{Family, encode};
use crate::wire::double::Double;
use crate::wire::limits::{MAX_ID_LENGTH, MAX_METADATA_BYTES, MAX_NAME_LENGTH, MAX_SIGNAL_BYTES, MAX_SIGNAL_VALUES};
use crate::wire::metadata::{Metadata, Scalar, bytes_of};
use crate::wire::names::{is_source_name, is_text};
use crate::wire::signal::Signal;
use crate::wire::task::Phase;

const BUFFER_BYTES: usize = 64 << 20;
const CLOSE_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest whole number that every language reads exactly.
const MAX_WHOLE: i64 = (1 << 53) - 1;

/// One event about a source, as a program sends it.
///
/// ```
/// use windlass::NewSignal;
///
/// let sample = NewSignal::new("unit-07", "unit-07:1", "sample", 1_795_400_000_000_000).value("heap", 41.0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NewSignal {
    /// The asset; also the record key, so everything about one source stays in order.
    pub source: String,
    /// Unique per event: a repeated id is a duplicate and changes nothing.
    pub id: String,
    /// What kind of event; window types read signals by it.
    pub name: String,
    /// When it happened at the source: microseconds since 1970, UTC.
    pub event_time_us: i64,
    /// WATERMARK: everything of this source before its time has been sent.
    pub phase: Phase,
    /// By channel, at most 64.
    pub values: BTreeMap<String, f64>,
    /// UCUM, by channel: the hub refuses a value in another unit than its channel has.
    pub units: BTreeMap<String, String>,
    /// Samples it stands for.
    pub count: i64,
    /// Matches a STOP to its START.
    pub correlation: Option<String>,
    /// At most 16 KiB.
    pub metadata: Metadata,
}

impl NewSignal {
    /// A POINT without values.
    pub fn new(source: &str, id: &str, name: &str, event_time_us: i64) -> Self {
        Self {
            source: source.to_owned(),
            id: id.to_owned(),
            name: name.to_owned(),
            event_time_us,
            phase: Phase::Point,
            values: BTreeMap::new(),
            units: BTreeMap::new(),
            count: 1,
            correlation: None,
            metadata: Metadata::new(),
        }
    }

    pub fn value(mut self, channel: &str, value: f64) -> Self {
        self.values.insert(channel.to_owned(), value);
        self
    }

    pub fn unit(mut self, channel: &str, unit: &str) -> Self {
        self.units.insert(channel.to_owned(), unit.to_owned());
        self
    }

    pub fn with(mut self, name: &str, value: impl Into<Scalar>) -> Self {
        self.metadata.insert(name.to_owned(), value.into());
        self
    }

    /// None: nothing is wrong with it.
    fn problem(&self) -> Option<String> {
        let id_rule = |what| format!("{what} has 1 to {MAX_ID_LENGTH} characters (idLength), none a control character");
        if !is_source_name(&self.source) {
            return Some(format!(
                "a source has 1 to {MAX_NAME_LENGTH} characters, no control characters, no white space at its ends"
            ));
        }
        if !is_text(&self.id, MAX_ID_LENGTH) {
            return Some(id_rule("an id"));
        }
        if self
            .correlation
            .as_ref()
            .is_some_and(|one| !is_text(one, MAX_ID_LENGTH))
        {
            return Some(id_rule("a correlation"));
        }
        if let Some(problem) = problem_of_name("name", &self.name) {
            return Some(problem);
        }
        if !(-MAX_WHOLE..=MAX_WHOLE).contains(&self.event_time_us) {
            let at = self.event_time_us;
            return Some(format!(
                "event_time_us is {at}; possible are -{MAX_WHOLE} to {MAX_WHOLE}"
            ));
        }
        if !(1..=MAX_WHOLE).contains(&self.count) {
            return Some(format!("count is {}; possible are 1 to {MAX_WHOLE}", self.count));
        }
        if self.values.len() > MAX_SIGNAL_VALUES {
            return Some(format!(
                "{} values, the limit signalValues is {MAX_SIGNAL_VALUES}",
                self.values.len()
            ));
        }
        let bytes = bytes_of(&self.metadata);
        (bytes > MAX_METADATA_BYTES)
            .then(|| format!("metadata of {bytes} bytes, limit metadataBytes is {MAX_METADATA_BYTES}"))
    }

    fn encoded(&self, schema_id: u32) -> Result<Vec<u8>, String> {
        if let Some(problem) = self.problem() {
            return Err(problem);
        }
        let one = self.clone();
        let record = Signal {
            source: one.source,
            id: one.id,
            name: one.name,
            event_time_us: one.event_time_us,
            phase: one.phase,
            values: one
                .values
                .into_iter()
                .map(|(channel, value)| (channel, Double(value)))
                .collect(),
            count: one.count,
            correlation: one.correlation,
            metadata: one.metadata,
            cause: None,
            units: one.units,
        };
        let value = encode(Family::Signals, schema_id, &record)?;
        if value.len() > MAX_SIGNAL_BYTES {
            return Err(format!(
                "{} bytes, the limit signalBytes is {MAX_SIGNAL_BYTES}",
                value.len()
            ));
        }
        Ok(value)
    }
}

/// A signal that the hub could not take.
#[derive(Debug, Clone)]
pub struct SignalRefused {
    pub signal: NewSignal,
    pub reason: String,
}

impl fmt::Display for SignalRefused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (NewSignal { id, source, .. }, reason) = (&self.signal, &self.reason);
        write!(f, "signal '{id:.200}' of '{source:.100}': {reason}")
    }
}

impl Error for SignalRefused {}

/// Why signals were not published.
#[derive(Debug, Clone)]
pub enum PublishError {
    /// The first that is not valid (then nothing of this call is sent), or that the broker refuses.
    Refused(Box<SignalRefused>),
    /// So many bytes of signals wait already, because Kafka is away or slow. Nothing of this call is sent: keep it, and call again
    /// later.
    BufferFull(String),
    /// The publisher was closed, or can no longer send; whether Kafka has taken the signals is not known. Sent again, they change
    /// nothing.
    Closed,
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::BufferFull(told) => f.write_str(told),
            Self::Closed => f.write_str("the publisher was closed before Kafka had taken all signals"),
        }
    }
}

impl Error for PublishError {}

fn refused(signal: NewSignal, reason: String) -> PublishError {
    PublishError::Refused(Box::new(SignalRefused { signal, reason }))
}

/// How a publisher is connected: as the environment says, with what differs.
///
/// ```no_run
/// # async fn connected() -> Result<windlass::SignalPublisher, String> {
/// let publisher = windlass::SignalPublisher::to("plant").buffer_bytes(1 << 20).connect().await?;
/// # Ok(publisher)
/// # }
/// ```
pub struct Connecting {
    prefix: String,
    limits: SignalLimits,
}

impl Connecting {
    /// Encoded signals that may wait for Kafka's acknowledgement. Default 64 MiB.
    pub fn buffer_bytes(mut self, bytes: usize) -> Self {
        self.limits.buffer_bytes = bytes;
        self
    }

    /// How long [`SignalPublisher::close`] waits for what is being sent. Default 30 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.limits.close_timeout = timeout;
        self
    }

    /// Waits until the schema registry is up. An error names a wrong setting. On a runtime of tokio.
    pub async fn connect(self) -> Result<SignalPublisher, String> {
        let config = Config::from_env()?;
        let log = Log::new(
            config.log_level.max(Level::Warn),
            json!({ "instance": config.instance }),
        );
        let sender = SignalSender::connect(&config, &self.prefix, self.limits, log).await?;
        Ok(SignalPublisher(sender))
    }
}

/// Sends signals to the hub.
pub struct SignalPublisher(SignalSender);

impl SignalPublisher {
    /// [Connects](Connecting::connect) with everything from the environment; the topics' prefix is that of `WINDLASS_PREFIX`, else
    /// `windlass`.
    pub async fn connect() -> Result<Self, String> {
        let prefix = std::env::var("WINDLASS_PREFIX")
            .ok()
            .filter(|prefix| !prefix.is_empty());
        Self::to(prefix.as_deref().unwrap_or("windlass")).connect().await
    }

    /// For the topics of this prefix.
    pub fn to(prefix: &str) -> Connecting {
        Connecting {
            prefix: prefix.to_owned(),
            limits: SignalLimits {
                buffer_bytes: BUFFER_BYTES,
                close_timeout: CLOSE_TIMEOUT,
            },
        }
    }

    /// Sends signals in the order given, after those of earlier calls, and returns when all in-sync replicas have them. While Kafka is
    /// away it waits; a signal may then arrive twice, which its id makes harmless.
    pub async fn publish(&self, signals: impl IntoIterator<Item = NewSignal>) -> Result<(), PublishError> {
        let mut encoded = Vec::new();
        for signal in signals {
            match signal.encoded(self.0.schema_id) {
                Ok(value) => encoded.push((signal, value)),
                Err(reason) => return Err(refused(signal, reason)),
            }
        }
        let bytes = encoded.iter().map(|(_, value)| value.len()).sum();
        self.0.hold(bytes).map_err(PublishError::BufferFull)?;
        let sent: Vec<_> = encoded
            .into_iter()
            .map(|(signal, value)| (self.0.send(&signal.source, &signal.id, value), signal))
            .collect();
        let mut failed = None;
        for (answer, signal) in sent {
            match answer.await {
                Ok(()) => {}
                Err(Unsent::Closed) => return Err(PublishError::Closed),
                Err(Unsent::Refused(reason)) => drop(failed.get_or_insert_with(|| refused(signal, reason))),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Waits for what is being sent by calls whose futures were dropped, at most [so long](Connecting::close_timeout), and disconnects.
    /// An error: not all of it was.
    pub async fn close(self) -> Result<(), PublishError> {
        match self.0.close().await {
            0 => Ok(()),
            _ => Err(PublishError::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal() -> NewSignal {
        NewSignal::new("unit-07", "unit-07:1", "sample", 1_795_400_000_000_000)
    }

    #[test]
    fn a_signal_is_sent_as_elsewhere() {
        let golden: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string("../conformance/golden/signals.json").unwrap()).unwrap();
        let hex: String = signal()
            .encoded(1)
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(golden["records"][0]["hex"], hex.as_str());
    }

    #[test]
    fn what_is_not_valid_is_refused_with_what_would_be() {
        let wrong = |change: &dyn Fn(&mut NewSignal), text: &str| {
            let mut one = signal();
            change(&mut one);
            let reason = one.encoded(1).unwrap_err();
            assert!(reason.contains(text), "{reason}");
        };
        wrong(&|one| one.source = " unit".into(), "white space");
        wrong(&|one| one.id = String::new(), "idLength");
        wrong(&|one| one.correlation = Some("\n".into()), "a correlation");
        wrong(&|one| one.name = "Sample".into(), "[a-z][a-z0-9-]*");
        wrong(&|one| one.event_time_us = i64::MIN, "event_time_us");
        wrong(&|one| one.count = 0, "possible are 1");
        wrong(
            &|one| one.values = (0..65).map(|i| (i.to_string(), 0.0)).collect(),
            "signalValues",
        );
        wrong(
            &|one| drop(one.metadata.insert("a".into(), "x".repeat(17_000).into())),
            "metadataBytes",
        );
        wrong(
            &|one| drop(one.units.insert("a".into(), "x".repeat(70_000))),
            "signalBytes",
        );
    }
}
