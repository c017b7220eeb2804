//! What a window's metadata holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::double::Double;

/// Fields of a window's metadata, by name.
pub type Metadata = BTreeMap<String, Scalar>;

/// What a field of metadata takes beside its text.
const FIELD_BYTES: usize = 10;

/// About what it takes encoded.
pub fn bytes_of(metadata: &Metadata) -> usize {
    let each = metadata.iter().map(|(name, value)| match value {
        Scalar::String(text) => name.len() + text.len() + FIELD_BYTES,
        _ => name.len() + FIELD_BYTES,
    });
    each.sum()
}

/// A value of a window's metadata. All its numbers are doubles.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    Null,
    Boolean(bool),
    Double(f64),
    String(String),
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Scalar::Boolean(value)
    }
}

impl From<f64> for Scalar {
    fn from(value: f64) -> Self {
        Scalar::Double(value)
    }
}

impl From<i32> for Scalar {
    fn from(value: i32) -> Self {
        Scalar::Double(value.into())
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Scalar::String(value.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(value: String) -> Self {
        Scalar::String(value)
    }
}

/// As Avro has it: branches of a union, told apart by their place.
#[derive(Serialize, Deserialize)]
enum Branch {
    Null,
    Boolean(bool),
    Double(Double),
    String(String),
}

/// As JSON has it: a text that a double's JSON could be is a text here.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Bare {
    Null,
    Boolean(bool),
    Double(f64),
    String(String),
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = self.clone();
        if !serializer.is_human_readable() {
            return match one {
                Scalar::Null => Branch::Null,
                Scalar::Boolean(one) => Branch::Boolean(one),
                Scalar::Double(one) => Branch::Double(Double(one)),
                Scalar::String(one) => Branch::String(one),
            }
            .serialize(serializer);
        }
        match one {
            Scalar::Null => Bare::Null.serialize(serializer),
            Scalar::Boolean(one) => Bare::Boolean(one).serialize(serializer),
            Scalar::Double(one) => Double(one).serialize(serializer),
            Scalar::String(one) => Bare::String(one).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Ok(match Bare::deserialize(deserializer)? {
                Bare::Null => Scalar::Null,
                Bare::Boolean(one) => Scalar::Boolean(one),
                Bare::Double(one) => Scalar::Double(one),
                Bare::String(one) => Scalar::String(one),
            });
        }
        Ok(match Branch::deserialize(deserializer)? {
            Branch::Null => Scalar::Null,
            Branch::Boolean(one) => Scalar::Boolean(one),
            Branch::Double(Double(one)) => Scalar::Double(one),
            Branch::String(one) => Scalar::String(one),
        })
    }
}
