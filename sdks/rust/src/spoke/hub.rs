//! Registering with the hub.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::http::{Asked, ask, text};
use crate::config::Config;
use crate::log::Log;
use crate::retrying::{Trouble, retrying};

const TIMEOUT: Duration = Duration::from_secs(30);
/// How long what is missing may take to be brought by others.
const WAIT_FOR_OTHERS: Duration = Duration::from_secs(30);
const OTHERS_BRING: [&str; 3] = ["UNKNOWN_ALGORITHM", "UNKNOWN_WINDOW_TYPE", "STARVED"];

#[derive(Debug, Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    mend: String,
}

/// What the hub answers to a registration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Registered {
    pub revision: i64,
    pub window_topic: String,
    pub result_topic: String,
    pub kafka_prefix: String,
    pub result_collector_url: Option<String>,
    #[serde(default)]
    warnings: Vec<Problem>,
    #[serde(default)]
    hints: Vec<Problem>,
}

#[derive(Debug, Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    problems: Vec<Problem>,
}

/// Waits for a hub that is not up yet, and a while for what others bring. An error: the hub refused the processor, with every reason.
pub async fn register(registration: &Json, config: &Config, log: &Log) -> Result<Registered, String> {
    let began = Instant::now();
    let on_retry = |error: &str| {
        log.warn(
            "not registered yet, trying again",
            json!({ "hubUrl": config.hub_url, "error": error }),
        );
    };
    retrying(on_retry, || async {
        let (status, body) = ask(request(registration, config)).await.map_err(Trouble::World)?;
        let body = text(&body);
        match status {
            200..300 => registered(&body, log),
            409 | 429 | 500.. => Err(Trouble::World(format!("HTTP {status}: {body}"))),
            _ => Err(refused(status, &body, began.elapsed() < WAIT_FOR_OTHERS)),
        }
    })
    .await
}

fn request(registration: &Json, config: &Config) -> Asked {
    let mut headers = vec![("content-type", "application/json".to_owned())];
    if let Some(token) = &config.token {
        headers.push(("authorization", format!("Bearer {token}")));
    }
    Asked {
        method: "POST",
        url: format!("{}/v1/processors", config.hub_url),
        headers,
        body: registration.to_string(),
        timeout: TIMEOUT,
    }
}

fn registered(body: &str, log: &Log) -> Result<Registered, Trouble> {
    let answer: Registered = serde_json::from_str(body).map_err(|error| Trouble::World(error.to_string()))?;
    for one in &answer.warnings {
        log.warn(&one.message, json!({ "code": one.code, "mend": one.mend }));
    }
    for one in &answer.hints {
        log.info(&one.message, json!({ "code": one.code, "path": one.path }));
    }
    Ok(answer)
}

fn refused(status: u16, body: &str, has_patience: bool) -> Trouble {
    let Refusal { problems } = serde_json::from_str(body).unwrap_or_default();
    let mut text = format!("the hub refused the processor (HTTP {status})");
    if problems.is_empty() {
        return Trouble::Final(format!("{text}: {body}"));
    }
    for Problem {
        code,
        path,
        message,
        mend,
    } in &problems
    {
        let path = if path.is_empty() {
            String::new()
        } else {
            format!(" at {path}")
        };
        let mend = if mend.is_empty() {
            String::new()
        } else {
            format!(" ({mend})")
        };
        text.push_str(&format!("\n  {code}{path}: {message}{mend}"));
    }
    let others_may = problems.iter().all(|one| OTHERS_BRING.contains(&one.code.as_str()));
    if others_may && has_patience {
        Trouble::World(text)
    } else {
        Trouble::Final(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_every_problem_and_is_final_unless_others_may_mend_it() {
        let body =
            r#"{"problems":[{"code":"STARVED","path":"algorithms[0]","message":"never runs","mend":"open it"}]}"#;
        assert!(matches!(refused(422, body, true), Trouble::World(_)));
        let Trouble::Final(text) = refused(422, body, false) else {
            panic!("it is final")
        };
        assert!(text.contains("STARVED at algorithms[0]: never runs (open it)"));
        let mixed = r#"{"problems":[{"code":"STARVED"},{"code":"CYCLE"}]}"#;
        assert!(matches!(refused(422, mixed, true), Trouble::Final(_)));
        assert!(matches!(refused(401, "no token", true), Trouble::Final(_)));
    }
}
