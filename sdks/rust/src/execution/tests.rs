//! One execution at a time, in all the ways in which it can end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::conform::{conform, shallow};
use super::run_task::{Around, Fetching, Hooks, run_task};
use crate::log::{Level, Log};
use crate::result_type::{ResultType, avro, double, field, long, none, optional_field, string, struct_of};
use crate::retrying::Trouble;
use crate::testing::{Answered, Relation, Task, given, load_task, run_local, task_for};
use crate::wire::result::ResultItem;
use crate::wire::value::{Struct, Value};
use crate::{AnyAlgorithm, Context, Failure, Outcome, algorithm, remote, same};

#[derive(Default)]
struct Told {
    abandoned: AtomicUsize,
    cancelled: Mutex<Option<String>>,
    fetched: Mutex<Vec<String>>,
}

impl Hooks for Told {
    fn cancelled(&self, _: &str) -> Option<String> {
        self.cancelled.lock().unwrap().clone()
    }

    fn progress(&self, _: &str, _: i32) {}

    fn fetch(&self, reference: &str) -> Fetching {
        self.fetched.lock().unwrap().push(reference.to_owned());
        let known = match reference {
            "/v1/known" => Ok(Value::Double(7.0)),
            _ => Err(Trouble::Final("HTTP 409".into())),
        };
        Box::pin(std::future::ready(known))
    }

    fn abandoned(&self, _: &str, _: JoinHandle<()>) {
        self.abandoned.fetch_add(1, Ordering::Relaxed);
    }
}

fn one(run: impl Fn(&Context) -> Outcome<f64> + Send + Sync + 'static) -> AnyAlgorithm {
    algorithm("a", "1").on("cycle@1").run(double(""), run).into()
}

async fn supervised(timeout_ms: i64, one: AnyAlgorithm, told: &Arc<Told>, news: Arc<Notify>) -> ResultItem {
    let mut task = task_for(std::slice::from_ref(&one));
    task.executions[0].timeout_ms = timeout_ms;
    run_one(task, one, told, news).await
}

async fn run_one(task: Task, one: AnyAlgorithm, told: &Arc<Told>, news: Arc<Notify>) -> ResultItem {
    let around = Around {
        hooks: Arc::<Told>::clone(told),
        news,
        with_limits: true,
        trace: None,
        log: Log::new(Level::Off, json!(null)),
    };
    let mut items = run_task(task, &[("a@1".to_owned(), one.0)].into(), &around).await;
    items.remove(0)
}

fn code(item: &ResultItem) -> Option<&str> {
    item.error.as_ref()?.code.as_deref()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_loop_is_answered_at_its_limit_and_left_to_itself() {
    let (told, stop) = (Arc::<Told>::default(), Arc::new(AtomicBool::new(false)));
    let stopped = Arc::clone(&stop);
    let busy = one(move |_| {
        while !stopped.load(Ordering::Relaxed) {
            std::hint::spin_loop();
        }
        Ok(1.0)
    });
    let item = supervised(20, busy, &told, Arc::default()).await;
    stop.store(true, Ordering::Relaxed);
    assert_eq!(
        (code(&item), told.abandoned.load(Ordering::Relaxed)),
        (Some("TIMEOUT"), 1)
    );
    assert_eq!(item.error.unwrap().message, "start-to-close limit of 20 ms exceeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_looks_at_its_context_ends_when_it_is_cancelled() {
    let (told, news) = (Arc::<Told>::default(), Arc::<Notify>::default());
    let has_begun = Arc::<Notify>::default();
    let tell = Arc::clone(&has_begun);
    let waiting = one(move |c| {
        tell.notify_one();
        c.wait(Duration::from_secs(600))?;
        Ok(1.0)
    });
    let cancelling = async {
        has_begun.notified().await;
        *told.cancelled.lock().unwrap() = Some("withdrawn".into());
        news.notify_one();
    };
    let (item, ()) = tokio::join!(supervised(600_000, waiting, &told, Arc::clone(&news)), cancelling);
    assert_eq!(
        (code(&item), told.abandoned.load(Ordering::Relaxed)),
        (Some("CANCELLED"), 0)
    );
    assert_eq!(item.error.unwrap().message, "withdrawn");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_travels_by_reference_is_fetched_for_whom_it_is() {
    let far = remote::<f64>("far@1");
    let input = same(&far);
    let reads: AnyAlgorithm = algorithm("a", "1")
        .on("cycle@1")
        .needs(&input)
        .run(double(""), move |c| input.get(c))
        .into();
    for (reference, value) in [("/v1/known", Some(Value::Double(7.0))), ("/v1/unknown", None)] {
        let told = Arc::<Told>::default();
        let mut task = task_for(std::slice::from_ref(&reads));
        given(&mut task, "far@1", Relation::Same, 0.0);
        given(&mut task, "other@1", Relation::Same, 0.0);
        for input in &mut task.inputs {
            (input.result, input.reference) = (None, Some(reference.to_owned()));
        }
        let item = run_one(task, reads.clone(), &told, Arc::default()).await;
        assert_eq!(*told.fetched.lock().unwrap(), [reference]);
        assert_eq!(item.result, value);
        if let Some(error) = item.error {
            assert_eq!(
                (error.code.as_deref(), error.retryable),
                (Some("INPUT_UNAVAILABLE"), true)
            );
            assert!(error.message.ends_with("/v1/unknown: HTTP 409"), "{}", error.message);
        }
    }
}

fn answered(one: AnyAlgorithm) -> Answered {
    let chain = [one];
    run_local(&task_for(&chain), &chain).remove(0)
}

fn class_and_code(answered: &Answered) -> (&str, Option<&str>, bool) {
    let error = answered.error.as_ref().unwrap();
    (&error.class, error.code.as_deref(), error.retryable)
}

#[test]
fn a_panic_is_an_error_of_the_algorithm() {
    let it = answered(one(|_| panic!("no such channel")));
    assert_eq!(class_and_code(&it), ("Panic", None, true));
    let error = it.error.unwrap();
    assert_eq!(error.message, "no such channel");
    assert!(error.stack.unwrap().contains("tests.rs"));
}

#[test]
fn a_thread_that_ends_itself_has_died() {
    let it = answered(one(|_| std::panic::resume_unwind(Box::new(()))));
    assert_eq!(class_and_code(&it), ("WorkerDied", Some("WORKER_DIED"), true));
}

#[test]
fn an_error_keeps_its_class_and_whether_a_retry_helps() {
    let it = answered(one(|_| Ok("x".parse::<f64>()?)));
    assert_eq!(class_and_code(&it), ("ParseFloatError", None, true));
    let it = answered(one(|_| {
        Err(Failure::of_class("OutOfRange", "x".repeat(10_000)).non_retryable())
    }));
    assert_eq!(class_and_code(&it), ("OutOfRange", None, false));
    assert_eq!(it.error.unwrap().message.chars().count(), 4_096);
}

#[test]
fn an_async_function_is_run_as_well_and_cpu_time_is_told() {
    let waits = algorithm("a", "1")
        .on("cycle@1")
        .run_async(double(""), |c: Context| async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            Ok(c.window.seconds())
        });
    assert_eq!(answered(waits.into()).value, Some(Value::Double(1.0)));
}

fn conforms<T>(declared: &ResultType<T>, value: impl Into<Value>) -> Outcome<Value> {
    conform(&declared.declared, value.into(), "result")
}

fn problem<T>(declared: &ResultType<T>, value: impl Into<Value>) -> String {
    conforms(declared, value).unwrap_err().message
}

#[test]
fn a_whole_float_within_its_range_is_a_long_and_a_long_is_no_double() {
    assert_eq!(conforms(&long(""), 3.0).unwrap(), Value::Long(3));
    assert_eq!(conforms(&long(""), i64::MIN).unwrap(), Value::Long(i64::MIN));
    for number in [0.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0] {
        assert!(conforms(&long(""), number).is_err());
    }
    assert_eq!(problem(&double(""), 3_i64), "result is long 3, declared is double");
    assert!(conforms(&none(), Value::Null).is_ok() && conforms(&none(), 0.0).is_err());
}

/// Tasks that a hub has sent: the samples of every SDK run on them.
const RECORDED: &str = "../python/samples/tasks";

#[test]
fn a_recorded_task_runs_as_it_did() {
    let mean = algorithm("mean", "1").on("cycle@1").run(double("MB"), |c| {
        let sum: f64 = c.signals.iter().map(|signal| signal.value("heap")).sum();
        Ok(sum / c.signals.len() as f64)
    });
    let task = load_task(format!("{RECORDED}/hello.json")).unwrap();
    let answered = run_local(&task, &[mean.into()]).remove(0);
    assert_eq!((answered.value, answered.error), (Some(Value::Double(109.0)), None));
}

#[test]
fn a_file_that_is_no_recorded_task_says_what_it_is() {
    let told = load_task("Cargo.toml").unwrap_err();
    assert!(told.starts_with("Cargo.toml: "), "{told}");
    let golden = load_task("../conformance/golden/keys.json").unwrap_err();
    assert!(golden.contains("format"), "{golden}");
}

#[test]
fn a_struct_is_put_in_order_and_what_does_not_fit_is_named_with_its_place() {
    let nested = struct_of([field("x", double("")), optional_field("maybe", string())]);
    let declared = struct_of([field("count", long("")), field("nested", nested)]);
    let inner = |x: Value| Struct::new().with("maybe", Value::Null).with("x", x);
    let made = conforms(
        &declared,
        Struct::new().with("nested", inner(1.0.into())).with("count", 2_i64),
    )
    .unwrap();
    let Value::Struct(made) = made else { panic!("{made:?}") };
    assert_eq!(
        made.0.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(),
        ["count", "nested"]
    );
    let wrong = Struct::new().with("count", 2_i64).with("nested", inner("text".into()));
    assert_eq!(
        problem(&declared, wrong),
        "result.nested.x is string text, declared is double"
    );
    assert!(problem(&declared, Struct::new().with("count", 2_i64)).contains("result.nested is missing"));
    let more = Struct::new()
        .with("count", 2_i64)
        .with("nested", inner(1.0.into()))
        .with("other", 1.0);
    assert!(problem(&declared, more).contains("result.other"));
}

#[test]
fn an_avro_record_has_its_order_its_defaults_and_its_symbols() {
    let schema = r#"{ "type": "record", "name": "Level", "fields": [
        { "name": "level", "type": "double" },
        { "name": "mode", "type": { "type": "enum", "name": "Mode", "symbols": ["LOW", "HIGH"] } },
        { "name": "small", "type": "int", "default": 7 },
        { "name": "raw", "type": "bytes", "default": "\u00ff" },
        { "name": "next", "type": ["null", "Level"], "default": null } ] }"#;
    let given = Struct::new().with("mode", "LOW").with("level", 1_i64);
    let next = given.clone().with("next", given.clone());
    let of = |level: Value| {
        Struct::new()
            .with("level", 1.0)
            .with("mode", "LOW")
            .with("small", 7_i64)
            .with("raw", vec![255])
            .with("next", level)
    };
    assert_eq!(
        conforms(&avro(schema), next).unwrap(),
        of(of(Value::Null).into()).into()
    );
    assert!(problem(&avro(schema), given.clone().with("small", 1_i64 << 31)).contains("result.small"));
    assert!(problem(&avro(schema), given.with("other", 1.0)).contains("result.other"));
    let mode = Struct::new().with("mode", "MIDDLE").with("level", 1.0);
    assert!(problem(&avro(schema), mode).contains("one of LOW, HIGH"));
}

#[test]
fn a_value_is_thirty_two_levels_deep_at_most_and_names_its_fields_once() {
    let deep = |levels| (0..levels).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    assert!(shallow(deep(32)).is_ok());
    for levels in [33, 1_000_000] {
        assert!(shallow(deep(levels)).unwrap_err().message.contains("resultDepth"));
    }
    let twice = Struct::new().with("a", 1.0).with("a", 2.0);
    assert!(shallow(twice.into()).unwrap_err().message.contains("'a' twice"));
}
