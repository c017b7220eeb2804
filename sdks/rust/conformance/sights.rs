//! Algorithms that tell what they see: the window, its signals, their inputs, the trace.

use std::time::Duration;

use windlass::{
    Action, AnyAlgorithm, Binding, Context, Fires, Lane, Outcome, Phase, Rules, Scalar, Several, Signal, Single,
    Timing, Value, algorithm, children, list, members, parent, previous, remote, same, string,
};

use crate::{WINDOW_TYPE, declared};

pub fn all() -> Vec<AnyAlgorithm> {
    let traces = declared("traces").run(string(), |c| {
        Ok(c.trace
            .as_ref()
            .map_or("none".into(), |trace| trace.traceparent.clone()))
    });
    vec![inputs(), window(), traces.into()]
}

fn one(c: &Context, word: &str, single: &Single<String>) -> Outcome<Vec<Value>> {
    let text = single.lookup(c)?.unwrap_or_else(|| "none".into());
    Ok(vec![format!("{word}:{text}").into()])
}

fn each(c: &Context, word: &str, several: &Several<String>) -> Outcome<Vec<Value>> {
    let inputs = several.get(c)?.into_iter();
    Ok(inputs
        .map(|input| format!("{word}:{}={}", input.window_id, input.value).into())
        .collect())
}

fn inputs() -> AnyAlgorithm {
    let (given, far) = (remote::<String>("given@1"), remote::<String>("ranged@^1.0"));
    let run_without = Rules {
        on_missing: Some(Action::RunWithout),
        ..Rules::default()
    };
    let (own, above) = (same(&given).rules(run_without), parent(&given).rules(run_without));
    let below = children(&given);
    let three = previous(&given, 3);
    let hour = previous(&given, Duration::from_secs(3_600));
    let ranged = same(&far).rules(run_without);
    let group = members(&given);
    let declared = declared("inputs")
        .needs(&own)
        .needs(&above)
        .needs(&below)
        .needs(&three)
        .needs(&hour);
    let declared = declared.needs(&ranged).needs(&group);
    let told = move |c: &Context| {
        let texts = [
            one(c, "same", &own)?,
            one(c, "parent", &above)?,
            each(c, "child", &below)?,
            each(c, "three", &three)?,
            each(c, "hour", &hour)?,
            one(c, "ranged", &ranged)?,
            each(c, "member", &group)?,
        ];
        Ok(texts.into_iter().flatten().collect())
    };
    declared.run(list(""), told).into()
}

fn window() -> AnyAlgorithm {
    let binding = Binding {
        on: vec![Fires::Early, Fires::OnTime, Fires::Late, Fires::Final],
        min_completeness: Some(0.5),
        ..Binding::to(WINDOW_TYPE)
    };
    let told = |c: &Context| {
        let w = &c.window;
        let metadata = |name: &str| w.metadata.get(name).map_or(Value::Null, scalar);
        let seen: [Value; 20] = [
            w.key.clone().into(),
            w.window_type.clone().into(),
            w.start_us.into(),
            w.end_us.into(),
            i64::from(w.generation).into(),
            i64::from(w.revision).into(),
            timing(w.timing).into(),
            w.is_final.into(),
            w.elements.into(),
            w.added.into(),
            w.completeness.into(),
            w.gap_us.into(),
            w.watermark_us.into(),
            w.parent_window_id.clone().into(),
            lane(w.lane).into(),
            w.source.as_ref().map(|source| source.kind.clone()).into(),
            metadata("load"),
            metadata("shift"),
            c.execution_id.clone().into(),
            i64::from(c.attempt).into(),
        ];
        Ok(seen.into_iter().chain(c.signals.iter().map(signal)).collect())
    };
    algorithm("window", "1").bound(binding).run(list(""), told).into()
}

fn signal(one: &Signal) -> Value {
    Value::List(vec![
        one.id.clone().into(),
        one.name.clone().into(),
        one.event_time_us.into(),
        phase(one.phase).into(),
        one.count.into(),
        one.values.get("heap").copied().into(),
        one.correlation.clone().into(),
    ])
}

fn scalar(one: &Scalar) -> Value {
    match one {
        Scalar::Null => Value::Null,
        Scalar::Boolean(one) => (*one).into(),
        Scalar::Double(one) => (*one).into(),
        Scalar::String(one) => one.clone().into(),
    }
}

fn timing(one: Timing) -> &'static str {
    match one {
        Timing::Early => "EARLY",
        Timing::OnTime => "ON_TIME",
        Timing::Late => "LATE",
    }
}

fn lane(one: Lane) -> &'static str {
    match one {
        Lane::Live => "LIVE",
        Lane::Replay => "REPLAY",
        Lane::Try => "TRY",
    }
}

fn phase(one: Phase) -> &'static str {
    match one {
        Phase::Point => "POINT",
        Phase::Start => "START",
        Phase::Stop => "STOP",
        Phase::Watermark => "WATERMARK",
    }
}
