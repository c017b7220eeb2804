//! Answers whoever watches over processes.

use std::convert::Infallible;
use std::net::SocketAddr;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::log::Log;

/// `starting`, `running` or `draining`.
pub struct Health {
    state: watch::Sender<&'static str>,
    serving: Option<JoinHandle<()>>,
}

impl Health {
    /// At a host and port; none: nowhere. An error: it cannot listen there.
    pub async fn serve(at: Option<&(String, u16)>, log: &Log) -> std::io::Result<Self> {
        let (state, seen) = watch::channel("starting");
        let Some((host, port)) = at else {
            return Ok(Self { state, serving: None });
        };
        let listener = TcpListener::bind((host.as_str(), *port)).await?;
        log.info("health is served", json!({ "port": listener.local_addr()?.port() }));
        let serving = Some(tokio::spawn(accept(listener, seen)));
        Ok(Self { state, serving })
    }

    pub fn tell(&self, state: &'static str) {
        self.state.send_replace(state);
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn accept(listener: TcpListener, state: watch::Receiver<&'static str>) {
    loop {
        let Ok((stream, _)): Result<(_, SocketAddr), _> = listener.accept().await else {
            // For instance too many open files: they are closed again.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let state = state.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, *state.borrow()));
            // A caller that goes away is no trouble.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(
    request: Request<Incoming>,
    state: &'static str,
) -> impl Future<Output = Result<Response<Full<Bytes>>, Infallible>> {
    let (status, body) = match (request.method(), request.uri().path()) {
        (&Method::GET, "/healthz") => (StatusCode::OK, told(true, state)),
        (&Method::GET, "/readyz") if state == "running" => (StatusCode::OK, told(true, state)),
        (&Method::GET, "/readyz") => (StatusCode::SERVICE_UNAVAILABLE, told(false, state)),
        _ => (StatusCode::NOT_FOUND, String::new()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        "content-type",
        hyper::header::HeaderValue::from_static("application/json"),
    );
    headers.insert("cache-control", hyper::header::HeaderValue::from_static("no-store"));
    std::future::ready(Ok(response))
}

fn told(ok: bool, state: &str) -> String {
    json!({ "ok": ok, "state": state }).to_string()
}
