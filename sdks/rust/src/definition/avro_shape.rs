//! A schema of the user's own.

use std::collections::HashMap;
use std::fmt;

use apache_avro::Schema;
use apache_avro::schema::Name;

/// Parsed, with the types it names.
pub struct AvroShape {
    /// As it is told to the hub.
    pub json: serde_json::Value,
    pub root: Schema,
    named: HashMap<Name, Schema>,
}

impl fmt::Debug for AvroShape {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "AvroShape({})", self.json)
    }
}

impl AvroShape {
    pub fn new(text: &str) -> Result<Self, String> {
        let json = serde_json::from_str(text).map_err(|error| format!("an Avro schema is JSON: {error}"))?;
        let root = Schema::parse_str(text).map_err(|error| format!("no Avro schema: {error}"))?;
        let mut named = HashMap::new();
        collect(&root, &mut named);
        Ok(Self { json, root, named })
    }

    /// What a reference stands for; everything else is itself.
    pub fn resolve<'a>(&'a self, schema: &'a Schema) -> &'a Schema {
        match schema {
            Schema::Ref { name } => self.named.get(name).unwrap_or(schema),
            other => other,
        }
    }
}

fn collect(schema: &Schema, named: &mut HashMap<Name, Schema>) {
    match schema {
        Schema::Record(record) => {
            named.insert(record.name.clone(), schema.clone());
            record.fields.iter().for_each(|field| collect(&field.schema, named));
        }
        Schema::Enum(one) => drop(named.insert(one.name.clone(), schema.clone())),
        Schema::Fixed(one) => drop(named.insert(one.name.clone(), schema.clone())),
        Schema::Array(one) => collect(&one.items, named),
        Schema::Map(one) => collect(&one.types, named),
        Schema::Union(one) => one.variants().iter().for_each(|branch| collect(branch, named)),
        _ => {}
    }
}
