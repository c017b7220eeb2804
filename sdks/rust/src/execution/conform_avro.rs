//! Values as an Avro schema of the user's own says: for what is written, and for what is read.

use apache_avro::Schema;
use apache_avro::schema::{RecordField, RecordSchema, UnionSchema, UuidSchema};
use serde_json::Value as Json;

use super::conform::{mismatch, missing, whole};
use crate::definition::avro_shape::AvroShape;
use crate::failure::Outcome;
use crate::wire::value::{Field, Struct, Value};

/// A result of this processor's own: unknown fields are refused.
pub fn conform_avro(avro: &AvroShape, value: Value, path: &str) -> Outcome<Value> {
    Taking { avro, reading: false }.take(&avro.root, value, path)
}

/// A result of another algorithm, by the rules of Avro schema resolution: unknown fields are left out, aliases count.
pub fn read_avro(avro: &AvroShape, value: Value, path: &str) -> Outcome<Value> {
    Taking { avro, reading: true }.take(&avro.root, value, path)
}

struct Taking<'a> {
    avro: &'a AvroShape,
    reading: bool,
}

impl Taking<'_> {
    fn take(&self, schema: &Schema, value: Value, path: &str) -> Outcome<Value> {
        let schema = self.avro.resolve(schema);
        match (schema, value) {
            (Schema::Union(union), value) => self.union(union, value, path),
            (Schema::Record(record), Value::Struct(given)) => self.record(record, given, path),
            (Schema::Array(array), Value::List(items)) => {
                let each = items.into_iter().enumerate();
                let taken = each.map(|(i, item)| self.take(&array.items, item, &format!("{path}[{i}]")));
                taken.collect::<Outcome<_>>().map(Value::List)
            }
            (Schema::Array(array), Value::Array(doubles)) if is_floating(self.avro.resolve(&array.items)) => {
                Ok(Value::Array(doubles))
            }
            (Schema::Map(map), Value::Struct(Struct(fields))) => {
                let taken = fields.into_iter().map(|Field { name, value }| {
                    let value = self.take(&map.types, value, &format!("{path}.{name}"))?;
                    Ok(Field { name, value })
                });
                taken
                    .collect::<Outcome<_>>()
                    .map(|fields| Value::Struct(Struct(fields)))
            }
            (schema, value) => match self.scalar(schema, &value) {
                Some(taken) => Ok(taken),
                None => Err(mismatch(path, &expected(schema), &value)),
            },
        }
    }

    /// None: it does not fit.
    fn scalar(&self, schema: &Schema, value: &Value) -> Option<Value> {
        match (made_of(schema), value) {
            (Schema::Null, Value::Null) => Some(Value::Null),
            (Schema::Boolean, Value::Boolean(one)) => Some(Value::Boolean(*one)),
            (Schema::Int, one) => whole(one).filter(|one| i32::try_from(*one).is_ok()).map(Value::Long),
            (Schema::Long, one) => whole(one).map(Value::Long),
            (Schema::Double, Value::Double(one)) => Some(Value::Double(*one)),
            (Schema::Double, one) => whole(one).map(|one| Value::Double(one as f64)),
            (Schema::String, Value::String(one)) => Some(Value::String(one.clone())),
            (Schema::String, Value::Bytes(one)) if self.reading => {
                String::from_utf8(one.clone()).ok().map(Value::String)
            }
            (Schema::Bytes, Value::Bytes(one)) => Some(Value::Bytes(one.clone())),
            (Schema::Bytes, Value::String(one)) if self.reading => Some(Value::Bytes(one.clone().into_bytes())),
            (Schema::Enum(symbols), Value::String(one)) => {
                symbols.symbols.contains(one).then(|| Value::String(one.clone()))
            }
            (Schema::Fixed(fixed), Value::Bytes(one)) => (one.len() == fixed.size).then(|| Value::Bytes(one.clone())),
            _ => None,
        }
    }

    fn union(&self, union: &UnionSchema, value: Value, path: &str) -> Outcome<Value> {
        let branches = union.variants();
        if value == Value::Null && branches.iter().any(|branch| matches!(branch, Schema::Null)) {
            return Ok(Value::Null);
        }
        // The hub takes unions of null and one other.
        match branches.iter().find(|branch| !matches!(branch, Schema::Null)) {
            Some(other) => self.take(other, value, path),
            None => Err(mismatch(path, "null", &value)),
        }
    }

    fn record(&self, record: &RecordSchema, Struct(mut given): Struct, path: &str) -> Outcome<Value> {
        let mut made = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let path = format!("{path}.{}", field.name);
            let is_named = |one: &Field| one.name == field.name || (self.reading && field.aliases.contains(&one.name));
            let value = match given.iter().position(is_named) {
                Some(place) => self.take(&field.schema, given.remove(place).value, &path)?,
                None => self.default(field, &path)?,
            };
            made.push(Field {
                name: field.name.clone(),
                value,
            });
        }
        match given.first() {
            Some(unknown) if !self.reading => Err(mismatch(
                &format!("{path}.{}", unknown.name),
                "no such field",
                &unknown.value,
            )),
            _ => Ok(Value::Struct(Struct(made))),
        }
    }

    fn default(&self, field: &RecordField, path: &str) -> Outcome<Value> {
        let schema = self.avro.resolve(&field.schema);
        match &field.default {
            Some(default) => self.take(schema, from_default(self.avro, schema, default), path),
            None => Err(missing(path, &expected(schema))),
        }
    }
}

fn is_floating(schema: &Schema) -> bool {
    matches!(schema, Schema::Double | Schema::Float)
}

/// A logical type is what it is made of; a float is a double.
fn made_of(schema: &Schema) -> &Schema {
    match schema {
        Schema::Date | Schema::TimeMillis => &Schema::Int,
        Schema::TimeMicros
        | Schema::TimestampMillis
        | Schema::TimestampMicros
        | Schema::TimestampNanos
        | Schema::LocalTimestampMillis
        | Schema::LocalTimestampMicros
        | Schema::LocalTimestampNanos => &Schema::Long,
        Schema::Float => &Schema::Double,
        Schema::BigDecimal | Schema::Decimal(_) | Schema::Duration(_) | Schema::Uuid(UuidSchema::Bytes) => {
            &Schema::Bytes
        }
        Schema::Uuid(UuidSchema::String) => &Schema::String,
        other => other,
    }
}

fn expected(schema: &Schema) -> String {
    match schema {
        Schema::Enum(one) => format!("one of {}", one.symbols.join(", ")),
        Schema::Fixed(one) => format!("{} bytes", one.size),
        Schema::Record(one) => format!("record {}", one.name.name()),
        other => format!("{other}").to_lowercase(),
    }
}

/// A default as JSON, by its schema: bytes are text there, of one character each.
fn from_default(avro: &AvroShape, schema: &Schema, default: &Json) -> Value {
    match (made_of(avro.resolve(schema)), default) {
        (Schema::Bytes | Schema::Fixed(_), Json::String(text)) => {
            Value::Bytes(text.chars().map(|one| one as u8).collect())
        }
        (Schema::Union(union), _) => {
            let first = union.variants().first().unwrap_or(&Schema::Null);
            from_default(avro, first, default)
        }
        (Schema::Array(array), Json::Array(items)) => Value::List(
            items
                .iter()
                .map(|item| from_default(avro, &array.items, item))
                .collect(),
        ),
        (Schema::Map(map), Json::Object(fields)) => of_fields(fields, |_, one| from_default(avro, &map.types, one)),
        (Schema::Record(record), Json::Object(fields)) => of_fields(fields, |name, one| {
            let field = record.fields.iter().find(|field| field.name == name);
            field.map_or(Value::Null, |field| from_default(avro, &field.schema, one))
        }),
        (_, Json::Bool(one)) => Value::Boolean(*one),
        (_, Json::Number(number)) => match number.as_i64() {
            Some(whole) => Value::Long(whole),
            None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        (_, Json::String(text)) => Value::String(text.clone()),
        _ => Value::Null,
    }
}

fn of_fields(fields: &serde_json::Map<String, Json>, value: impl Fn(&str, &Json) -> Value) -> Value {
    let made = fields.iter().map(|(name, one)| Field {
        name: name.clone(),
        value: value(name, one),
    });
    Value::Struct(Struct(made.collect()))
}
