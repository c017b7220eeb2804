//! HTTP as far as a spoke needs it: a text, and an answer with a status.

use std::time::Duration;

use ureq::http::Request;
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

/// Status and body.
pub type Answered = (u16, Vec<u8>);

/// A larger answer is no answer.
const MAX_BODY_BYTES: u64 = 16 << 20;

/// A body as text, for messages and JSON.
pub fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

pub struct Asked {
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub timeout: Duration,
}

/// An error: no answer.
pub async fn ask(asked: Asked) -> Result<Answered, String> {
    let answered = tokio::task::spawn_blocking(move || ask_now(asked));
    answered
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
}

fn ask_now(asked: Asked) -> Result<Answered, ureq::Error> {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::NativeTls)
        .root_certs(RootCerts::PlatformVerifier);
    let agent = ureq::Agent::config_builder()
        .tls_config(tls.build())
        .timeout_global(Some(asked.timeout))
        .http_status_as_error(false)
        .build()
        .new_agent();
    let mut request = Request::builder().method(asked.method).uri(&asked.url);
    for (name, value) in &asked.headers {
        request = request.header(*name, value);
    }
    let mut answer = match asked.method {
        "GET" => agent.run(request.body(())?)?,
        _ => agent.run(request.body(asked.body)?)?,
    };
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(MAX_BODY_BYTES).read_to_vec()?;
    Ok((status, body))
}
