//! Sends signals as it is told, line by line (sdks/conformance/README.md says how).

use std::error::Error;
use std::io::{BufRead, stdin};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use windlass::{NewSignal, Phase, PublishError, SignalPublisher};

const START_US: i64 = 1_795_400_000_000_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limits {
    buffer_bytes: usize,
    close_timeout_ms: u64,
}

#[derive(Deserialize)]
struct Call {
    call: String,
    source: String,
    count: i64,
    padding: usize,
}

fn life(call: &Call) -> Vec<NewSignal> {
    let source = call.source.as_str();
    let made =
        |what: &str, name: &str, at: i64| NewSignal::new(source, &format!("{source}:{what}"), name, START_US + at);
    let edge = |what: &str, phase: Phase, at: i64| NewSignal {
        phase,
        correlation: Some(source.to_owned()),
        ..made(what, "life", at)
    };
    let sample = |n: i64| {
        let one = made(&n.to_string(), "sample", n);
        let measured = one.value("heap", n as f64).unit("heap", "MB");
        measured.with("padding", "x".repeat(call.padding))
    };
    let end = NewSignal {
        phase: Phase::Watermark,
        ..made("end", "watermark", call.count)
    };
    let begun = [edge("start", Phase::Start, 0)]
        .into_iter()
        .chain((0..call.count).map(sample));
    begun.chain([edge("stop", Phase::Stop, call.count), end]).collect()
}

fn told(call: &str, sent: Result<(), PublishError>) {
    match sent {
        Ok(()) => println!("{}", json!({ "call": call, "ok": true })),
        Err(error) => println!("{}", json!({ "call": call, "error": error.to_string() })),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (line, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        stdin()
            .lock()
            .lines()
            .map_while(Result::ok)
            .try_for_each(|one| line.send(one))
    });
    let limits: Limits = serde_json::from_str(&lines.recv().await.ok_or("no limits")?)?;
    let connecting = SignalPublisher::to(&std::env::var("WINDLASS_PREFIX")?).buffer_bytes(limits.buffer_bytes);
    let timeout = Duration::from_millis(limits.close_timeout_ms);
    let publisher = Arc::new(connecting.close_timeout(timeout).connect().await?);
    println!("{}", json!({ "ready": true }));
    let mut calls = JoinSet::new();
    while let Some(line) = lines.recv().await {
        let (call, publisher): (Call, _) = (serde_json::from_str(&line)?, Arc::clone(&publisher));
        let mut sent = Box::pin(async move { told(&call.call, publisher.publish(life(&call)).await) });
        // Asked once, it has begun.
        tokio::select! {
            biased;
            () = &mut sent => {}
            () = std::future::ready(()) => drop(calls.spawn(sent)),
        }
    }
    // A publisher that is in use cannot be closed; what was handed over stays with it.
    let _ = tokio::time::timeout(Duration::from_millis(100), async {
        while calls.join_next().await.is_some() {}
    })
    .await;
    calls.shutdown().await;
    if let Some(publisher) = Arc::into_inner(publisher)
        && let Err(error) = publisher.close().await
    {
        println!("{}", json!({ "error": error.to_string() }));
    }
    println!("{}", json!({ "closed": true }));
    Ok(())
}
