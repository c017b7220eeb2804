//! The Confluent-compatible registry, as far as a spoke needs it.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::http::{Answered, Asked, ask, text};
use crate::retrying::Trouble;
use crate::wire::codec::Family;

const TIMEOUT: Duration = Duration::from_secs(10);

pub struct SchemaRegistry {
    pub url: String,
}

#[derive(Deserialize)]
struct SchemaAnswer {
    schema: String,
}

#[derive(Deserialize)]
struct IdAnswer {
    id: u32,
}

impl SchemaRegistry {
    /// Final: no schema has this id; whatever was written with it cannot be read.
    pub async fn schema(&self, id: u32) -> Result<String, Trouble> {
        let answered = self.ask("GET", &format!("/schemas/ids/{id}"), None).await?;
        if answered.0 == 404 {
            return Err(Trouble::Final(format!("the registry knows no schema {id}")));
        }
        read::<SchemaAnswer>(answered).map(|answer| answer.schema)
    }

    /// Registers a family's current schema; where the subject is new, its level first.
    pub async fn id_of(&self, prefix: &str, family: Family) -> Result<u32, Trouble> {
        let subject = format!("{prefix}.{}.v1-value", family.name());
        let versions = format!("/subjects/{subject}/versions");
        let known = self.ask("GET", &versions, None).await?;
        if known.0 == 404 {
            let level = json!({ "compatibility": "BACKWARD_TRANSITIVE" }).to_string();
            done(self.ask("PUT", &format!("/config/{subject}"), Some(level)).await?)?;
        } else {
            done(known)?;
        }
        let body = json!({ "schema": family.schema() }).to_string();
        read::<IdAnswer>(self.ask("POST", &versions, Some(body)).await?).map(|answer| answer.id)
    }

    async fn ask(&self, method: &'static str, path: &str, body: Option<String>) -> Result<Answered, Trouble> {
        let asked = Asked {
            method,
            url: format!("{}{path}", self.url),
            headers: vec![("content-type", "application/vnd.schemaregistry.v1+json".to_owned())],
            body: body.unwrap_or_default(),
            timeout: TIMEOUT,
        };
        ask(asked)
            .await
            .map_err(|error| Trouble::World(format!("registry: {method} {path}: {error}")))
    }
}

fn done((status, body): Answered) -> Result<String, Trouble> {
    let body = text(&body);
    match status {
        200..300 => Ok(body),
        _ => Err(Trouble::World(format!("registry: HTTP {status}: {body}"))),
    }
}

fn read<T: serde::de::DeserializeOwned>(answered: Answered) -> Result<T, Trouble> {
    let body = done(answered)?;
    serde_json::from_str(&body).map_err(|error| Trouble::World(format!("registry: {error}: {body}")))
}
