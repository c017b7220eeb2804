//! Results that travel by reference.

use std::time::Duration;

use super::http::{Asked, ask, text};
use crate::retrying::Trouble;
use crate::wire::codec::read_value;
use crate::wire::value::Value;

const TIMEOUT: Duration = Duration::from_secs(30);

/// Where they are; no URL: neither the hub nor the environment tells it.
#[derive(Debug, Clone)]
pub struct ResultCollector {
    pub url: Option<String>,
    pub token: Option<String>,
}

impl ResultCollector {
    /// Tries once. Who stores it may be behind: that it is not there is no final trouble.
    pub async fn fetch(self, reference: String) -> Result<Value, Trouble> {
        let Some(url) = self.url else {
            let text = "the hub tells no address of its result-collector (WINDLASS_RESULT_COLLECTOR_URL)";
            return Err(Trouble::Final(text.into()));
        };
        if !reference.starts_with("/v1/") {
            return Err(Trouble::Final("not a reference that this SDK can read".into()));
        }
        let asked = Asked {
            method: "GET",
            url: format!("{url}{reference}"),
            headers: self
                .token
                .map(|token| ("authorization", format!("Bearer {token}")))
                .into_iter()
                .collect(),
            body: String::new(),
            timeout: TIMEOUT,
        };
        let (status, body) = ask(asked).await.map_err(Trouble::World)?;
        let problem = || format!("HTTP {status}: {}", text(&body));
        match status {
            200..300 => read_value(&body).map_err(Trouble::Final),
            404 | 408 | 429 | 500.. => Err(Trouble::World(problem())),
            _ => Err(Trouble::Final(problem())),
        }
    }
}
