//! The child windows of one execution.

use crate::context::ChildWindow;
use crate::failure::{Failure, Outcome};
use crate::wire::limits::{MAX_EMISSIONS, MAX_ID_LENGTH, MAX_METADATA_BYTES, MAX_NAME_LENGTH};
use crate::wire::metadata::{Metadata, Scalar};
use crate::wire::result::ResultEmission;

/// What a field of metadata takes beside its text.
const FIELD_BYTES: usize = 10;

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
        if !is_text(&key, MAX_NAME_LENGTH) || key.trim() != key {
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

fn is_text(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn bytes_of(metadata: &Metadata) -> usize {
    let each = metadata.iter().map(|(name, value)| match value {
        Scalar::String(text) => name.len() + text.len() + FIELD_BYTES,
        _ => name.len() + FIELD_BYTES,
    });
    each.sum()
}
