//! Results as they travel.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Any result. 64-bit floats keep NaN and infinities; integers keep all their bits.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    #[default]
    Null,
    Boolean(bool),
    Long(i64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    /// A dense array of 64-bit floats.
    Array(Vec<f64>),
    /// An ordered list of any values.
    List(Vec<Value>),
    Struct(Struct),
}

/// One field of a [`Struct`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename = "ValueField")]
pub struct Field {
    pub name: String,
    pub value: Value,
}

/// An ordered record: its fields travel in this order, each name once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Struct(pub Vec<Field>);

impl Struct {
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more field behind the others.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.push(Field {
            name: name.to_owned(),
            value: value.into(),
        });
        self
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// A field that is a double; absent, null or of another type: none.
    pub fn double(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Value::Double(number)) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! into_value {
    ($($type:ty => $branch:ident),+ $(,)?) => {
        $(impl From<$type> for Value {
            fn from(one: $type) -> Self {
                Value::$branch(one)
            }
        })+
    };
}

into_value! {
    bool => Boolean, i64 => Long, f64 => Double, String => String,
    Vec<u8> => Bytes, Vec<f64> => Array, Vec<Value> => List, Struct => Struct,
}

impl From<&str> for Value {
    fn from(one: &str) -> Self {
        Value::String(one.to_owned())
    }
}

/// A struct, its fields ordered by name.
impl<T: Into<Value>> From<BTreeMap<String, T>> for Value {
    fn from(fields: BTreeMap<String, T>) -> Self {
        let each = fields.into_iter().map(|(name, value)| Field {
            name,
            value: value.into(),
        });
        Value::Struct(Struct(each.collect()))
    }
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Value::Null
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(one: Option<T>) -> Self {
        one.map_or(Value::Null, Into::into)
    }
}

impl Value {
    /// What it is called in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "boolean",
            Value::Long(_) => "long",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::Array(_) => "array of doubles",
            Value::List(_) => "list",
            Value::Struct(_) => "struct",
        }
    }
}
