//! What an algorithm returned is brought into its declared type before it travels.

use super::algorithm_error::Code;
use super::conform_avro::conform_avro;
use crate::definition::{Declared, FieldOf, Shape};
use crate::failure::{Failure, Outcome};
use crate::wire::limits::MAX_RESULT_DEPTH;
use crate::wire::value::{Field, Struct, Value};

/// Larger floats do not hold every whole number.
const MAX_WHOLE_FLOAT: f64 = 9_007_199_254_740_991.0;
/// Of a text in a message.
const SHOWN_CHARACTERS: usize = 100;

/// A failure is BAD_RESULT, and names the place.
pub fn conform(declared: &Declared, value: Value, path: &str) -> Outcome<Value> {
    match (&declared.shape, value) {
        (_, Value::Null) if declared.optional => Ok(Value::Null),
        (Shape::None, Value::Null) => Ok(Value::Null),
        (Shape::Double, one @ Value::Double(_))
        | (Shape::Boolean, one @ Value::Boolean(_))
        | (Shape::String, one @ Value::String(_))
        | (Shape::Bytes, one @ Value::Bytes(_))
        | (Shape::Array, one @ (Value::Array(_) | Value::List(_))) => Ok(one),
        (Shape::Long, one) => whole(&one).map(Value::Long).ok_or_else(|| mismatch(path, "long", &one)),
        (Shape::Struct(fields), Value::Struct(given)) => conform_struct(fields, given, path),
        (Shape::Avro(avro), one) => conform_avro(avro, one, path),
        (shape, one) => Err(mismatch(path, shape.name(), &one)),
    }
}

fn conform_struct(fields: &[FieldOf], Struct(mut given): Struct, path: &str) -> Outcome<Value> {
    let mut made = Vec::with_capacity(fields.len());
    for FieldOf { name, declared } in fields {
        let path = format!("{path}.{name}");
        let value = match given.iter().position(|field| field.name == *name) {
            Some(place) => given.remove(place).value,
            None if matches!(declared.shape, Shape::None) => Value::Null,
            None => return Err(missing(&path, declared.shape.name())),
        };
        made.push(Field {
            name: name.clone(),
            value: conform(declared, value, &path)?,
        });
    }
    match given.first() {
        Some(unknown) => Err(mismatch(
            &format!("{path}.{}", unknown.name),
            "no such field",
            &unknown.value,
        )),
        None => Ok(Value::Struct(Struct(made))),
    }
}

/// A whole number of 64 bits.
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Long(one) => Some(*one),
        Value::Double(one) if one.trunc() == *one && one.abs() <= MAX_WHOLE_FLOAT => Some(*one as i64),
        _ => None,
    }
}

/// A value deeper than its limit, or with a field twice, cannot travel. To be asked in the thread that made the value: one that is
/// too deep goes no further, because dropping it where the stack is small would end the process.
pub fn shallow(value: Value) -> Outcome<Value> {
    match depth_within(&value, 0) {
        Ok(()) => Ok(value),
        Err(failure) => {
            take_apart(value);
            Err(failure)
        }
    }
}

/// Drops level by level: Rust's own drop calls itself for each of them.
fn take_apart(value: Value) {
    let mut rest = vec![value];
    while let Some(one) = rest.pop() {
        match one {
            Value::List(items) => rest.extend(items),
            Value::Struct(Struct(fields)) => rest.extend(fields.into_iter().map(|field| field.value)),
            _ => {}
        }
    }
}

fn depth_within(value: &Value, depth: usize) -> Outcome<()> {
    if depth > MAX_RESULT_DEPTH {
        let text = format!("a value deeper than {MAX_RESULT_DEPTH} levels (resultDepth)");
        return Err(Code::BadResult.failure(text));
    }
    match value {
        Value::List(items) => items.iter().try_for_each(|item| depth_within(item, depth + 1)),
        Value::Struct(Struct(fields)) => {
            let mut names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            names.sort_unstable();
            if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Code::BadResult.failure(format!("a struct has the field '{}' twice", twice[0])));
            }
            fields
                .iter()
                .try_for_each(|field| depth_within(&field.value, depth + 1))
        }
        _ => Ok(()),
    }
}

pub(super) fn mismatch(path: &str, expected: &str, found: &Value) -> Failure {
    let shown = match found {
        Value::Boolean(one) => format!(" {one}"),
        Value::Long(one) => format!(" {one}"),
        Value::Double(one) => format!(" {one}"),
        Value::String(one) => format!(" {}", one.chars().take(SHOWN_CHARACTERS).collect::<String>()),
        _ => String::new(),
    };
    Code::BadResult.failure(format!("{path} is {}{shown}, declared is {expected}", found.kind()))
}

pub(super) fn missing(path: &str, expected: &str) -> Failure {
    Code::BadResult.failure(format!("{path} is missing, declared is {expected}"))
}
