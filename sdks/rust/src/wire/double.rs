//! A 64-bit float whose JSON is a number, or the text of what JSON lacks.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Double(pub f64);

impl Serialize for Double {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_f64(self.0);
        }
        match self.0 {
            f if f.is_nan() => serializer.serialize_str("NaN"),
            f64::INFINITY => serializer.serialize_str("Infinity"),
            f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            f if f == 0.0 && f.is_sign_negative() => serializer.serialize_str("-0"),
            f => serializer.serialize_f64(f),
        }
    }
}

struct DoubleVisitor;

impl Visitor<'_> for DoubleVisitor {
    type Value = Double;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a number, NaN, Infinity, -Infinity or -0")
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Double, E> {
        Ok(Double(number))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Double, E> {
        Ok(Double(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Double, E> {
        Ok(Double(number as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Double, E> {
        match text {
            "NaN" => Ok(Double(f64::NAN)),
            "Infinity" => Ok(Double(f64::INFINITY)),
            "-Infinity" => Ok(Double(f64::NEG_INFINITY)),
            "-0" => Ok(Double(-0.0)),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(DoubleVisitor)
        } else {
            deserializer.deserialize_f64(DoubleVisitor)
        }
    }
}
