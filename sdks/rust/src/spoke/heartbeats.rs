//! Tells the hub every 5 s that this instance lives, what it runs and how far it is behind.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::headers::event_headers;
use super::publisher::{Outgoing, Partition, Publisher, Written};
use crate::log::now_us;
use crate::wire::codec::{Family, encode};
use crate::wire::result::{Heartbeat, InstanceState};

const INTERVAL: Duration = Duration::from_secs(5);

/// In flight, and records behind.
pub type Load = Box<dyn Fn() -> (i32, Option<i64>) + Send + Sync>;

pub struct Heartbeats {
    pub publisher: Publisher,
    pub topic: String,
    pub schema_id: u32,
    /// What each beat begins with; its state is that from now on.
    pub beat: Mutex<Heartbeat>,
    pub load: Load,
}

impl Heartbeats {
    pub fn start(self) -> Arc<Self> {
        let made = Arc::new(self);
        let own = Arc::clone(&made);
        tokio::spawn(async move {
            let mut ticks = interval(INTERVAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let state = own.beat.lock().expect("nothing panics while it is held").state;
                if state == InstanceState::Stopped {
                    return;
                }
                own.say(state);
            }
        });
        made
    }

    /// A state, now and from now on; nothing follows STOPPED.
    pub fn say(&self, state: InstanceState) {
        let mut beat = self.beat.lock().expect("nothing panics while it is held");
        if beat.state == InstanceState::Stopped {
            return;
        }
        beat.state = state;
        beat.at_us = now_us();
        (beat.in_flight, beat.lag_records) = (self.load)();
        let value = encode(Family::Heartbeats, self.schema_id, &*beat).expect("texts and numbers always are Avro");
        let written = Written {
            topic: self.topic.clone(),
            partition: Partition::OfKey,
            key: Some(beat.processor.clone().into_bytes()),
            value: Some(value),
            headers: event_headers(
                "heartbeats",
                format!("/processors/{}/{}", beat.processor, beat.instance),
                &[],
            ),
        };
        self.publisher.push(Outgoing {
            written: Arc::new(written),
            done: Box::new(|_| ()),
        });
    }
}
