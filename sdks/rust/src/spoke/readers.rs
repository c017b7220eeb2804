//! Records as they were written: one codec for each schema id, kept for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::de::DeserializeOwned;
use serde_json::json;

use super::schema_registry::SchemaRegistry;
use crate::log::Log;
use crate::retrying::retrying;
use crate::wire::codec::{Codec, split};

pub struct Readers {
    registry: SchemaRegistry,
    log: Log,
    known: Mutex<HashMap<u32, Arc<Result<Codec, String>>>>,
}

impl Readers {
    pub fn new(registry: SchemaRegistry, log: Log) -> Self {
        Self {
            registry,
            log,
            known: Mutex::default(),
        }
    }

    /// An error says why it cannot be read. The world's trouble is waited for.
    pub async fn read<T: DeserializeOwned>(&self, value: &[u8]) -> Result<T, String> {
        let (id, body) = split(value)?;
        match &*self.codec(id).await? {
            Ok(codec) => codec.read(body),
            Err(problem) => Err(problem.clone()),
        }
    }

    async fn codec(&self, id: u32) -> Result<Arc<Result<Codec, String>>, String> {
        let known = self
            .known
            .lock()
            .expect("nothing panics while it is held")
            .get(&id)
            .cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let on_retry = |error: &str| {
            let fields = json!({ "schemaId": id, "error": error });
            self.log.warn("cannot read a schema, trying again", fields);
        };
        let schema = retrying(on_retry, || self.registry.schema(id)).await?;
        let mut known = self.known.lock().expect("nothing panics while it is held");
        Ok(Arc::clone(
            known.entry(id).or_insert_with(|| Arc::new(Codec::new(&schema))),
        ))
    }
}
