//! A processor from its registration to its last word.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::sync::mpsc;

use super::answers::Answers;
use super::control_listener::ControlListener;
use super::health::Health;
use super::heartbeats::Heartbeats;
use super::hub::{Registered, register};
use super::publisher::Publisher;
use super::readers::Readers;
use super::result_collector::ResultCollector;
use super::schema_registry::SchemaRegistry;
use super::task_loop::{Parts, Receiving, TaskLoop};
use super::task_source::{Polling, TaskSource};
use crate::VERSION;
use crate::config::{Config, without_slash};
use crate::execution::answer::AnswerCodec;
use crate::execution::run_task::Algorithms;
use crate::log::{Log, now_us};
use crate::retrying::retrying;
use crate::wire::codec::Family;
use crate::wire::result::{Heartbeat, InstanceState};

/// How long the last heartbeat may take when stopping.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What runs.
pub struct Spoke {
    pub name: String,
    pub version: String,
    /// The body of the registration.
    pub registration: Json,
    pub algorithms: Algorithms,
    /// All of them as `name@version`, in the order of their declaration.
    pub references: Vec<String>,
}

/// Registers a processor, takes tasks until `stop` resolves, and drains. An error says why it cannot run.
pub async fn run(spoke: Spoke, config: Config, log: Log, stop: impl Future<Output = ()>) -> Result<(), String> {
    let health = Health::serve(config.health.as_ref(), &log).await;
    let health = health.map_err(|error| format!("WINDLASS_HEALTH_PORT: cannot listen: {error}"))?;
    let (failed, mut failure) = mpsc::channel(1);
    let mut stop = std::pin::pin!(stop);
    let running = tokio::select! {
        started = Running::start(spoke, &config, &log, failed) => started?,
        () = &mut stop => return Ok(()),
    };
    health.tell("running");
    let end = tokio::select! {
        () = stop => Ok(()),
        Some(reason) = failure.recv() => Err(reason),
    };
    if let Err(reason) = &end {
        log.error("the processor ends, to be started anew", json!({ "error": reason }));
    }
    health.tell("draining");
    running.stop(config.drain_timeout).await;
    log.info("the processor has stopped", Json::Null);
    end
}

struct Running {
    tasks: Arc<TaskLoop>,
    source: TaskSource,
    polling: JoinHandle<()>,
    beats: Arc<Heartbeats>,
    publisher: Publisher,
    _control: ControlListener,
}

impl Running {
    async fn start(spoke: Spoke, config: &Config, log: &Log, failed: mpsc::Sender<String>) -> Result<Self, String> {
        let hub = register(&spoke.registration, config, log).await?;
        let registry = SchemaRegistry {
            url: config.schema_registry_url.clone(),
        };
        let on_retry = |error: &str| log.warn("not ready, trying again", json!({ "error": error }));
        let prefix = &hub.kafka_prefix;
        let results = retrying(on_retry, || registry.id_of(prefix, Family::Results)).await?;
        let heartbeats = retrying(on_retry, || registry.id_of(prefix, Family::Heartbeats)).await?;
        let publisher = Publisher::new(config, log.clone(), failed.clone()).map_err(|error| error.to_string())?;
        let readers = Arc::new(Readers::new(registry, log.clone()));
        let answers = answers(&spoke, config, &hub, results, publisher.clone(), log);
        let (source, asked) = TaskSource::new();
        let (name, version, references) = (spoke.name, spoke.version, spoke.references);
        let tasks = TaskLoop::new(Parts {
            algorithms: spoke.algorithms,
            answers,
            readers: Arc::clone(&readers),
            results: ResultCollector {
                url: config
                    .result_collector_url
                    .clone()
                    .or(hub.result_collector_url.map(without_slash)),
                token: config.token.clone(),
            },
            source: source.clone(),
            holder: config.client_id.clone(),
            workers: config.workers,
            failed,
            log: log.clone(),
        });
        let cancelling = Arc::clone(&tasks);
        let on_cancel = Box::new(move |control| cancelling.cancel(control));
        let control = format!("{prefix}.control.v1");
        let control = ControlListener::listen(config, control, &name, readers, log.clone(), on_cancel).await;
        let control = control.map_err(|error| error.to_string())?;
        let receiving = Arc::new(Receiving(Arc::clone(&tasks)));
        let group = format!("{prefix}.{name}");
        let polling = Polling::new(config, &hub.window_topic, &group, receiving, asked, log.clone());
        let polling = polling.map_err(|error| error.to_string())?.start();
        let loading = Arc::clone(&tasks);
        let beats = Heartbeats {
            publisher: publisher.clone(),
            topic: format!("{prefix}.heartbeats.v1"),
            schema_id: heartbeats,
            beat: Mutex::new(first_beat(name, version, references, config)),
            load: Box::new(move || loading.load()),
        };
        let fields = json!({
            "revision": hub.revision, "windowTopic": hub.window_topic, "resultTopic": hub.result_topic, "workers": config.workers,
        });
        log.info("the processor runs", fields);
        Ok(Self {
            tasks,
            source,
            polling,
            beats: beats.start(),
            publisher,
            _control: control,
        })
    }

    /// Answers what runs, hands back what does not, leaves the group.
    async fn stop(self, drain_timeout: Duration) {
        self.beats.say(InstanceState::Draining);
        self.tasks.drain(drain_timeout).await;
        self.source.stop();
        let polling = self.polling;
        let _ = tokio::task::spawn_blocking(move || polling.join()).await;
        self.beats.say(InstanceState::Stopped);
        self.publisher.flush(LAST_WORDS).await;
        self.tasks.end();
        self.publisher.close();
    }
}

fn answers(
    spoke: &Spoke,
    config: &Config,
    hub: &Registered,
    schema_id: u32,
    publisher: Publisher,
    log: &Log,
) -> Answers {
    Answers {
        publisher,
        codec: AnswerCodec {
            processor: spoke.name.clone(),
            version: spoke.version.clone(),
            instance: config.instance.clone(),
            schema_id,
        },
        window_topic: hub.window_topic.clone(),
        result_topic: hub.result_topic.clone(),
        dead_letter_topic: format!("{}.dlq.v1", hub.kafka_prefix),
        log: log.clone(),
    }
}

fn first_beat(name: String, version: String, references: Vec<String>, config: &Config) -> Heartbeat {
    let now = now_us();
    Heartbeat {
        processor: name,
        processor_version: version,
        instance: config.instance.clone(),
        host: config.host.clone(),
        sdk: format!("rust {VERSION}"),
        state: InstanceState::Running,
        algorithms: references,
        in_flight: 0,
        lag_records: None,
        started_at_us: now,
        at_us: now,
    }
}
