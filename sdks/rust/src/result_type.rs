//! What algorithms answer with: name, unit and the Rust type of their results.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::definition::avro_shape::AvroShape;
use crate::definition::{Declared, FieldOf, Shape};
use crate::wire::value::{Struct, Value};

/// A Rust type whose values travel as results.
pub trait Travels: Into<Value> + Send + 'static {
    /// None: the value is of another type.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! travels {
    ($($type:ty => $branch:ident),+ $(,)?) => {
        $(impl Travels for $type {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::$branch(one) => Some(one.clone()),
                    _ => None,
                }
            }
        })+
    };
}

travels! {
    bool => Boolean, i64 => Long, f64 => Double, String => String,
    Vec<u8> => Bytes, Vec<f64> => Array, Vec<Value> => List, Struct => Struct,
}

impl Travels for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl Travels for () {
    fn from_value(value: &Value) -> Option<Self> {
        matches!(value, Value::Null).then_some(())
    }
}

impl<T: Travels> Travels for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// What an algorithm answers with; its values are `T`.
#[derive(Debug, Clone)]
pub struct ResultType<T> {
    pub(crate) declared: Declared,
    rust: PhantomData<fn() -> T>,
}

impl<T> ResultType<T> {
    fn of(shape: Shape, unit: &str) -> Self {
        Self {
            declared: Declared {
                shape,
                unit: unit.to_owned(),
                optional: false,
            },
            rust: PhantomData,
        }
    }

    /// A record of named fields whose Rust type is `T`; for [`record!`](crate::record).
    #[doc(hidden)]
    pub fn of_fields(fields: impl IntoIterator<Item = FieldOf>) -> Self {
        Self::of(Shape::Struct(fields.into_iter().collect()), "")
    }

    /// May also be null; for a field of a struct.
    pub fn optional(self) -> ResultType<Option<T>> {
        let mut declared = self.declared;
        declared.optional = true;
        ResultType {
            declared,
            rust: PhantomData,
        }
    }

    /// Forgets the Rust type: the value is checked when it is returned. For programs that do not know it.
    pub fn any(self) -> ResultType<Value> {
        ResultType {
            declared: self.declared,
            rust: PhantomData,
        }
    }
}

/// A 64-bit float; NaN and infinities travel unchanged. The unit is UCUM, for instance MB/s; it may be empty.
pub fn double(unit: &str) -> ResultType<f64> {
    ResultType::of(Shape::Double, unit)
}

/// A 64-bit integer.
pub fn long(unit: &str) -> ResultType<i64> {
    ResultType::of(Shape::Long, unit)
}

pub fn boolean() -> ResultType<bool> {
    ResultType::of(Shape::Boolean, "")
}

pub fn string() -> ResultType<String> {
    ResultType::of(Shape::String, "")
}

pub fn bytes() -> ResultType<Vec<u8>> {
    ResultType::of(Shape::Bytes, "")
}

/// A dense array of 64-bit floats.
pub fn doubles(unit: &str) -> ResultType<Vec<f64>> {
    ResultType::of(Shape::Array, unit)
}

/// An ordered list of any values.
pub fn list(unit: &str) -> ResultType<Vec<Value>> {
    ResultType::of(Shape::Array, unit)
}

/// No value: the algorithm is there for what it emits.
pub fn none() -> ResultType<()> {
    ResultType::of(Shape::None, "")
}

/// A field of a struct, which must be there.
pub fn field<T>(name: &str, result: ResultType<T>) -> FieldOf {
    FieldOf {
        name: name.to_owned(),
        declared: result.declared,
    }
}

/// A field that may also be null.
pub fn optional_field<T>(name: &str, result: ResultType<T>) -> FieldOf {
    field(name, result.optional())
}

/// A record of named fields, each with its own type and unit; they travel in this order, whatever the order given.
/// [`record!`](crate::record) makes one whose Rust type is a struct of your own.
pub fn struct_of(fields: impl IntoIterator<Item = FieldOf>) -> ResultType<Struct> {
    ResultType::of_fields(fields)
}

/// What an Avro schema of your own says: a record is a [`Struct`], an enum its symbol, an int or long an `i64`.
///
/// # Panics
///
/// On what is no Avro schema: it is part of the program.
pub fn avro(schema: &str) -> ResultType<Struct> {
    match AvroShape::new(schema) {
        Ok(shape) => ResultType::of(Shape::Avro(Arc::new(shape)), ""),
        Err(problem) => panic!("{problem}"),
    }
}
