//! Algorithms that work, fail, and misbehave, each in its own way.

use std::io;
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};
use windlass::{
    AnyAlgorithm, ChildWindow, Context, Outcome, RetryPolicy, Scalar, Struct, Value, avro, double, list, non_retryable,
    none, same, string,
};

use crate::declared;

fn milliseconds(c: &Context, name: &str) -> Duration {
    Duration::from_secs_f64(c.window.number(name) / 1e3)
}

fn letters(c: &Context) -> Outcome<String> {
    Ok("x".repeat(c.window.number("bytes") as usize))
}

/// An ordinary error of this language.
fn fail(c: &Context) -> Outcome<f64> {
    let text = match c.window.number("characters") as usize {
        0 => "out of range".to_owned(),
        characters => "x".repeat(characters),
    };
    Err(io::Error::other(text))?
}

pub fn all() -> Vec<AnyAlgorithm> {
    let load = declared("load").run(double("%"), |c| Ok(c.window.number("load")));
    let needs_load = same(&load);
    let doubled = declared("doubled").needs(&needs_load).run(double(""), move |c| {
        if c.window.metadata.get("fail") == Some(&Scalar::Boolean(true)) {
            return fail(c);
        }
        Ok(needs_load.get(c)? * 2.0)
    });
    let needs_doubled = same(&doubled);
    let plus = declared("plus")
        .needs(&needs_doubled)
        .run(double(""), move |c| Ok(needs_doubled.get(c)? + 1.0));
    let mut all: Vec<AnyAlgorithm> = vec![load.into(), doubled.into(), plus.into()];
    all.extend(misbehaving());
    all
}

const NODE: &str = r#"{
  "type": "record", "name": "Node",
  "fields": [{ "name": "next", "type": ["null", "Node"], "default": null }]
}"#;

fn misbehaving() -> [AnyAlgorithm; 11] {
    [
        refuses(),
        declared("emits").emits("found@1").run(none(), emit).into(),
        declared("throws").run(double(""), fail).into(),
        declared("sleeps").run(string(), sleep).into(),
        declared("busy").run(string(), busy).into(),
        declared("dies")
            .run(none(), |_| std::panic::resume_unwind(Box::new(())))
            .into(),
        declared("kills")
            .run(none(), |_| Ok(kill_process(getpid(), Signal::KILL)?))
            .into(),
        declared("giant").run(string(), letters).into(),
        declared("small").max_result_bytes(100).run(string(), letters).into(),
        declared("deep")
            .run(list(""), |c| {
                Ok(nested(c, Vec::new(), |inner| vec![Value::List(inner)]))
            })
            .into(),
        declared("deep-avro")
            .run(avro(NODE), |c| {
                Ok(nested(c, Struct::new(), |inner| Struct::new().with("next", inner)))
            })
            .into(),
    ]
}

/// Metadata `levels` of it.
fn nested<T>(c: &Context, last: T, around: impl Fn(T) -> T) -> T {
    (1..c.window.number("levels") as u32).fold(last, |inner, _| around(inner))
}

fn busy(c: &Context) -> Outcome<String> {
    let end = Instant::now() + milliseconds(c, "busyMs");
    while Instant::now() < end {
        std::hint::spin_loop();
    }
    Ok("busy".into())
}

fn sleep(c: &Context) -> Outcome<String> {
    let began = Instant::now();
    let until = c
        .window
        .metadata
        .contains_key("sleepMs")
        .then(|| milliseconds(c, "sleepMs"));
    c.progress();
    while until.is_none_or(|until| began.elapsed() < until) {
        let rest = until.map_or(Duration::MAX, |until| until.saturating_sub(began.elapsed()));
        c.wait(rest.min(Duration::from_millis(100)))?;
        c.progress();
    }
    Ok("slept".into())
}

fn refuses() -> AnyAlgorithm {
    let retry = RetryPolicy {
        attempts: Some(3),
        backoff: Some(Duration::from_millis(100)),
        backoff_factor: Some(2.0),
        max_backoff: Some(Duration::from_secs(1)),
        jitter: Some(0.0),
        non_retryable: vec!["TIMEOUT".into()],
        ..RetryPolicy::default()
    };
    let limits = declared("refuses")
        .timeout(Duration::from_secs(30))
        .schedule_to_close(Duration::from_secs(120));
    let refuse = |_: &Context| -> Outcome<f64> { Err(non_retryable(io::Error::other("never"))) };
    limits.retry(retry).run(double(""), refuse).into()
}

fn emit(c: &Context) -> Outcome<()> {
    let start = c.window.start_us;
    let one = ChildWindow::new("found@1", start, start + 1);
    match c.window.text("as") {
        Some("key") => c.emit(ChildWindow {
            key: Some("unit-other".into()),
            emission_key: Some("second".into()),
            ..one
        }),
        Some("undeclared") => c.emit(ChildWindow::new("other@1", start, start + 1)),
        Some("empty") => c.emit(ChildWindow::new("found@1", start, start)),
        _ => {
            let is_told = c.window.metadata.contains_key("windows");
            let windows = if is_told { c.window.number("windows") as i32 } else { 1 };
            (0..windows).try_for_each(|i| {
                let at = start + i64::from(i);
                c.emit(ChildWindow::new("found@1", at, at + 1).with("index", i))
            })
        }
    }
}
