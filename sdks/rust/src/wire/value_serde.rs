//! A value as Avro (a record of one union, see schemas/results.avsc) and as JSON (which says its type).

use std::cell::Cell;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::double::Double;
use super::limits::MAX_RESULT_DEPTH;
use super::value::{Field, Struct, Value};

/// The union's branches, in their order: a branch is told by its place.
#[derive(Serialize)]
enum Branch<'a> {
    Null,
    Boolean(bool),
    Long(i64),
    Double(f64),
    String(&'a str),
    Bytes(Bytes<'a>),
    DoubleArray { items: &'a [f64] },
    ValueList { items: &'a [Value] },
    ValueMap { fields: &'a [Field] },
}

#[derive(Serialize)]
#[serde(rename = "Value")]
struct Written<'a> {
    value: Branch<'a>,
}

#[derive(Deserialize)]
enum ReadBranch {
    Null,
    Boolean(bool),
    Long(i64),
    Double(f64),
    String(String),
    Bytes(ReadBytes),
    DoubleArray { items: Vec<f64> },
    ValueList { items: Vec<Value> },
    ValueMap { fields: Vec<Field> },
}

#[derive(Deserialize)]
#[serde(rename = "Value")]
struct Read {
    value: ReadBranch,
}

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

struct ReadBytes(Vec<u8>);

impl<'de> Deserialize<'de> for ReadBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct BytesVisitor;
        impl Visitor<'_> for BytesVisitor {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_byte_buf(BytesVisitor).map(ReadBytes)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", content = "value", rename_all = "lowercase")]
enum Typed {
    Null,
    Boolean(bool),
    Long(String),
    Double(Double),
    String(String),
    Bytes(String),
    Array(Vec<Double>),
    List(Vec<Value>),
    Struct(Vec<Field>),
}

fn typed(value: &Value) -> Typed {
    match value {
        Value::Null => Typed::Null,
        Value::Boolean(one) => Typed::Boolean(*one),
        Value::Long(one) => Typed::Long(one.to_string()),
        Value::Double(one) => Typed::Double(Double(*one)),
        Value::String(one) => Typed::String(one.clone()),
        Value::Bytes(one) => Typed::Bytes(STANDARD.encode(one)),
        Value::Array(items) => Typed::Array(items.iter().copied().map(Double).collect()),
        Value::List(items) => Typed::List(items.clone()),
        Value::Struct(Struct(fields)) => Typed::Struct(fields.clone()),
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return typed(self).serialize(serializer);
        }
        let value = match self {
            Value::Null => Branch::Null,
            Value::Boolean(one) => Branch::Boolean(*one),
            Value::Long(one) => Branch::Long(*one),
            Value::Double(one) => Branch::Double(*one),
            Value::String(one) => Branch::String(one),
            Value::Bytes(one) => Branch::Bytes(Bytes(one)),
            Value::Array(items) => Branch::DoubleArray { items },
            Value::List(items) => Branch::ValueList { items },
            Value::Struct(Struct(fields)) => Branch::ValueMap { fields },
        };
        Written { value }.serialize(serializer)
    }
}

/// One level of a value that this thread reads, while it lives. Whoever writes to a topic says how deep its values are, and a thread's
/// stack ends somewhere.
struct Level;

thread_local! {
    static LEVELS: Cell<usize> = const { Cell::new(0) };
}

impl Level {
    fn enter<E: de::Error>() -> Result<Self, E> {
        let around = LEVELS.get();
        if around > MAX_RESULT_DEPTH {
            return Err(E::custom(format!(
                "a value deeper than {MAX_RESULT_DEPTH} levels (resultDepth)"
            )));
        }
        LEVELS.set(around + 1);
        Ok(Self)
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get() - 1);
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return from_typed(Typed::deserialize(deserializer)?).map_err(de::Error::custom);
        }
        let _level = Level::enter()?;
        Ok(match Read::deserialize(deserializer)?.value {
            ReadBranch::Null => Value::Null,
            ReadBranch::Boolean(one) => Value::Boolean(one),
            ReadBranch::Long(one) => Value::Long(one),
            ReadBranch::Double(one) => Value::Double(one),
            ReadBranch::String(one) => Value::String(one),
            ReadBranch::Bytes(ReadBytes(one)) => Value::Bytes(one),
            ReadBranch::DoubleArray { items } => Value::Array(items),
            ReadBranch::ValueList { items } => Value::List(items),
            ReadBranch::ValueMap { fields } => Value::Struct(Struct(fields)),
        })
    }
}

fn from_typed(typed: Typed) -> Result<Value, String> {
    Ok(match typed {
        Typed::Null => Value::Null,
        Typed::Boolean(one) => Value::Boolean(one),
        Typed::Long(digits) => Value::Long(digits.parse().map_err(|_| format!("'{digits}' is no 64-bit integer"))?),
        Typed::Double(Double(one)) => Value::Double(one),
        Typed::String(one) => Value::String(one),
        Typed::Bytes(text) => Value::Bytes(STANDARD.decode(text).map_err(|error| error.to_string())?),
        Typed::Array(items) => Value::Array(items.into_iter().map(|Double(one)| one).collect()),
        Typed::List(items) => Value::List(items),
        Typed::Struct(fields) => Value::Struct(Struct(fields)),
    })
}
