//! Sends signals: a stretch of a unit's life with three samples in it, and word that nothing of it is missing.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use windlass::{NewSignal, Phase, SignalPublisher};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let publisher = SignalPublisher::connect().await?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    publisher.publish(life("unit-07", now.as_micros() as i64)).await?;
    publisher.close().await?;
    Ok(())
}

fn life(unit: &str, start_us: i64) -> Vec<NewSignal> {
    let at = |second: i64| start_us + second * 1_000_000;
    let id = |what: &str| format!("{unit}:{start_us}:{what}");
    let edge = |phase: Phase, second, what: &str| NewSignal {
        phase,
        correlation: Some(id("life")),
        ..NewSignal::new(unit, &id(what), "life", at(second))
    };
    let sample = |second: i64| {
        let made = NewSignal::new(unit, &id(&second.to_string()), "sample", at(second));
        made.value("heap", 40.0 + second as f64).unit("heap", "MB")
    };
    let end = NewSignal {
        phase: Phase::Watermark,
        ..NewSignal::new(unit, &id("end"), "watermark", at(4))
    };
    let begun = [edge(Phase::Start, 0, "start")].into_iter().chain((0..3).map(sample));
    begun.chain([edge(Phase::Stop, 3, "stop"), end]).collect()
}
