//! JSON lines on standard output.

use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value as Json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
    /// Nothing is written.
    Off,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Off => "off",
        }
    }
}

/// Writes lines with `time`, `level`, `msg`, the fields of the program and those of the event: an object, or null for none.
#[derive(Debug, Clone)]
pub struct Log {
    least: Level,
    fields: Arc<Map<String, Json>>,
}

impl Log {
    pub(crate) fn new(least: Level, fields: Json) -> Self {
        Self {
            least,
            fields: Arc::new(object(fields)),
        }
    }

    pub fn debug(&self, msg: &str, fields: Json) {
        self.write(Level::Debug, msg, fields);
    }

    pub fn info(&self, msg: &str, fields: Json) {
        self.write(Level::Info, msg, fields);
    }

    pub fn warn(&self, msg: &str, fields: Json) {
        self.write(Level::Warn, msg, fields);
    }

    pub fn error(&self, msg: &str, fields: Json) {
        self.write(Level::Error, msg, fields);
    }

    fn write(&self, level: Level, msg: &str, fields: Json) {
        if level < self.least {
            return;
        }
        let mut line = self.line(level, msg, fields).to_string();
        line.push('\n');
        // A log that cannot be written must not end the work.
        let _ = std::io::stdout().lock().write_all(line.as_bytes());
    }

    fn line(&self, level: Level, msg: &str, fields: Json) -> Json {
        let mut line = Map::new();
        line.insert("time".into(), iso_now().into());
        line.insert("level".into(), level.name().into());
        line.insert("msg".into(), msg.into());
        line.extend(self.fields.as_ref().clone());
        line.extend(object(fields));
        Json::Object(line)
    }
}

fn object(fields: Json) -> Map<String, Json> {
    match fields {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// ISO 8601, UTC.
pub(crate) fn iso_now() -> String {
    humantime::format_rfc3339_millis(SystemTime::now()).to_string()
}

/// Microseconds since 1970, UTC.
pub(crate) fn now_us() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    since.as_micros() as i64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_tells_what_happened_to_whom() {
        let log = Log::new(Level::Info, json!({ "processor": "condition" }));
        let line = log.line(Level::Warn, "a warning", json!({ "code": "UNIT" }));
        assert_eq!((&line["level"], &line["msg"]), (&json!("warn"), &json!("a warning")));
        assert_eq!(
            (&line["processor"], &line["code"]),
            (&json!("condition"), &json!("UNIT"))
        );
        assert!(line["time"].as_str().is_some_and(|time| time.ends_with('Z')));
    }
}
