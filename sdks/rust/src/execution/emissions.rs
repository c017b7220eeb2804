//! The child windows of one execution.

use crate::context::ChildWindow;
use crate::failure::{Failure, Outcome};
use crate::wire::limits::{MAX_EMISSIONS, MAX_ID_LENGTH, MAX_METADATA_BYTES, MAX_NAME_LENGTH};
use crate::wire::metadata::bytes_of;
use crate::wire::names::{is_source_name, is_text};
use crate::wire::result::ResultEmission;

/// Collects what an algorithm emits, and refuses what cannot be: a failure of the class BadEmission, which no retry mends.
pub struct Emissions {
    pub key: String,
    pub allowed: Vec<String>,
    pub items: Vec<ResultEmission>,
}

impl Emissions {
    pub fn add(&mut self, child: ChildWindow) -> Outcome<()> {
        let ChildWindow {
            window_type,
            start_us,
            end_us,
            ..
        } = &child;
        if !self.allowed.contains(window_type) {
            let declared = if self.allowed.is_empty() {
                "none".to_owned()
            } else {
                self.allowed.join(", ")
            };
            return bad(format!("emits {window_type}, declared are {declared}"));
        }
        if end_us <= start_us {
            return bad(format!(
                "a window [{start_us}, {end_us}) is no window: the end lies after the start"
            ));
        }
        let key = child.key.unwrap_or_else(|| self.key.clone());
        if !is_source_name(&key) {
            let shown: String = key.chars().take(60).collect();
            return bad(format!(
                "key '{shown}' must have 1 to {MAX_NAME_LENGTH} characters, no control characters, no white space at its ends"
            ));
        }
        if child
            .emission_key
            .as_ref()
            .is_some_and(|key| !is_text(key, MAX_ID_LENGTH))
        {
            return bad(format!(
                "emissionKey must have 1 to {MAX_ID_LENGTH} characters (idLength), none a control character"
            ));
        }
        if self.items.len() >= MAX_EMISSIONS {
            return bad(format!("more than {MAX_EMISSIONS} windows (emissionsPerResult)"));
        }
        let bytes = bytes_of(&child.metadata);
        if bytes > MAX_METADATA_BYTES {
            return bad(format!(
                "metadata of {bytes} bytes, limit metadataBytes is {MAX_METADATA_BYTES}"
            ));
        }
        self.items.push(ResultEmission {
            window_type: child.window_type,
            key,
            start_us: child.start_us,
            end_us: child.end_us,
            emission_key: child.emission_key,
            metadata: child.metadata,
        });
        Ok(())
    }
}

fn bad(message: String) -> Outcome<()> {
    Err(Failure::of_class("BadEmission", message).non_retryable())
}
