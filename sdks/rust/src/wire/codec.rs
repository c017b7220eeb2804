//! Avro in the Confluent wire format.
//!
//! A record is read with the schema it was written with, straight into the type of this SDK, field by field by name: fields that are
//! not known here are passed over, those that are missing have their default. Branches of a union are told by their place, which the
//! compatibility that the hub keeps does not let change.

use std::sync::LazyLock;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::value::Value;

/// A family of schemas that a processor writes. What it reads has the schema it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    Results,
    Heartbeats,
    Signals,
}

impl Family {
    pub fn name(self) -> &'static str {
        match self {
            Family::Results => "results",
            Family::Heartbeats => "heartbeats",
            Family::Signals => "signals",
        }
    }

    /// The current schema as it is registered.
    pub fn schema(self) -> &'static str {
        match self {
            Family::Results => include_str!("schemas/results.avsc"),
            Family::Heartbeats => include_str!("schemas/heartbeats.avsc"),
            Family::Signals => include_str!("schemas/signals.avsc"),
        }
    }

    fn codec(self) -> &'static Codec {
        static RESULTS: LazyLock<Codec> = LazyLock::new(|| own(Family::Results.schema()));
        static HEARTBEATS: LazyLock<Codec> = LazyLock::new(|| own(Family::Heartbeats.schema()));
        static SIGNALS: LazyLock<Codec> = LazyLock::new(|| own(Family::Signals.schema()));
        match self {
            Family::Results => &RESULTS,
            Family::Heartbeats => &HEARTBEATS,
            Family::Signals => &SIGNALS,
        }
    }
}

fn own(schema: &str) -> Codec {
    Codec::new(schema).expect("the SDK's own schemas are Avro")
}

/// Splits the schema's id from the Avro body; an error: it is not in the Confluent wire format.
pub fn split(value: &[u8]) -> Result<(u32, &[u8]), String> {
    match value {
        [0, a, b, c, d, body @ ..] => Ok((u32::from_be_bytes([*a, *b, *c, *d]), body)),
        _ => Err("not in the Confluent wire format: a zero byte and a schema id".into()),
    }
}

/// Reads and writes bodies of one schema.
pub struct Codec {
    reader: GenericDatumReader<'static>,
    writer: GenericDatumWriter<'static>,
}

impl Codec {
    /// A schema is kept for ever once it is parsed, as the registry keeps it.
    pub fn new(schema: &str) -> Result<Self, String> {
        let parsed: &'static Schema = Box::leak(Box::new(Schema::parse_str(schema).map_err(text)?));
        let reader = GenericDatumReader::builder(parsed).human_readable(false).build();
        let writer = GenericDatumWriter::builder(parsed).human_readable(false).build();
        Ok(Self {
            reader: reader.map_err(text)?,
            writer: writer.map_err(text)?,
        })
    }

    /// Bytes that remain are an error.
    pub fn read<T: DeserializeOwned>(&self, mut body: &[u8]) -> Result<T, String> {
        let record = self.reader.read_deser(&mut body).map_err(text)?;
        match body.len() {
            0 => Ok(record),
            rest => Err(format!("{rest} bytes follow the record")),
        }
    }

    /// A record in the wire format.
    pub fn encode<T: Serialize>(&self, schema_id: u32, record: &T) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0];
        bytes.extend(schema_id.to_be_bytes());
        self.writer.write_ser(&mut bytes, record).map_err(text)?;
        Ok(bytes)
    }
}

fn text(error: apache_avro::Error) -> String {
    error.to_string()
}

/// A record of a family in the wire format. An error is a mistake of this SDK's own.
pub fn encode<T: Serialize>(family: Family, schema_id: u32, record: &T) -> Result<Vec<u8>, String> {
    family.codec().encode(schema_id, record)
}

/// A value alone, without the wire format.
pub fn read_value(body: &[u8]) -> Result<Value, String> {
    static ALONE: LazyLock<Codec> = LazyLock::new(|| {
        let results = serde_json::from_str(Family::Results.schema()).expect("a schema is JSON");
        let mut value = named(&results, "Value").expect("results have values").clone();
        value["namespace"] = results["namespace"].clone();
        own(&value.to_string())
    });
    ALONE.read(body)
}

/// The definition of a type in a schema.
fn named<'a>(schema: &'a serde_json::Value, name: &str) -> Option<&'a serde_json::Value> {
    match schema {
        serde_json::Value::Object(_) if schema["name"] == name && schema["type"] == "record" => Some(schema),
        serde_json::Value::Object(fields) => fields.values().find_map(|inner| named(inner, name)),
        serde_json::Value::Array(items) => items.iter().find_map(|inner| named(inner, name)),
        _ => None,
    }
}

/// The size of a value alone, encoded.
pub fn encoded_bytes(value: &Value) -> usize {
    match value {
        Value::Null => 1,
        Value::Boolean(_) => 2,
        Value::Long(number) => 1 + long_bytes(*number),
        Value::Double(_) => 9,
        Value::String(text) => 1 + sized(text.len()),
        Value::Bytes(bytes) => 1 + sized(bytes.len()),
        Value::Array(items) => 1 + blocks(items.len(), 8 * items.len()),
        Value::List(items) => 1 + blocks(items.len(), items.iter().map(encoded_bytes).sum()),
        Value::Struct(fields) => {
            let each = fields
                .0
                .iter()
                .map(|field| sized(field.name.len()) + encoded_bytes(&field.value));
            1 + blocks(fields.0.len(), each.sum())
        }
    }
}

fn sized(bytes: usize) -> usize {
    long_bytes(bytes as i64) + bytes
}

fn blocks(items: usize, bytes: usize) -> usize {
    if items == 0 {
        1
    } else {
        long_bytes(items as i64) + bytes + 1
    }
}

/// Of a zigzag varint.
fn long_bytes(number: i64) -> usize {
    let zigzag = ((number << 1) ^ (number >> 63)) as u64;
    (64 - zigzag.leading_zeros() as usize).div_ceil(7).max(1)
}
