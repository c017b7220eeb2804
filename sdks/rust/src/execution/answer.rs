//! Result records of one instance.

use super::algorithm_error::Code;
use crate::wire::codec::{Family, encode};
use crate::wire::limits::MAX_RECORD_BYTES;
use crate::wire::result::{AlgorithmError, ResultItem, ResultKind, ResultRecord};

/// Encodes what one instance answers.
#[derive(Debug, Clone)]
pub struct AnswerCodec {
    pub processor: String,
    pub version: String,
    pub instance: String,
    pub schema_id: u32,
}

impl AnswerCodec {
    /// A record that would be too large ends with the first item that no longer fits, failed as PAYLOAD_TOO_LARGE.
    pub fn encode(&self, task_id: &str, kind: ResultKind, items: Vec<ResultItem>) -> Result<Vec<u8>, String> {
        let mut record = ResultRecord {
            task_id: task_id.to_owned(),
            kind,
            items,
            processor: self.processor.clone(),
            processor_version: self.version.clone(),
            instance: self.instance.clone(),
        };
        loop {
            let encoded = encode(Family::Results, self.schema_id, &record)?;
            if encoded.len() <= MAX_RECORD_BYTES {
                return Ok(encoded);
            }
            cut(&mut record.items, encoded.len());
        }
    }
}

fn cut(items: &mut Vec<ResultItem>, bytes: usize) {
    let is_cut = |item: &ResultItem| {
        let code = item.error.as_ref().and_then(|error| error.code.as_deref());
        code == Some(Code::PayloadTooLarge.name())
    };
    if items.len() > 1 && items.last().is_some_and(is_cut) {
        items.pop();
    }
    let message = format!("record of {bytes} bytes, limit recordBytes is {MAX_RECORD_BYTES}");
    if let Some(last) = items.last_mut() {
        *last = failed_item(last, Code::PayloadTooLarge.error(message));
    }
}

/// Says only why there is no result.
pub fn failed_item(item: &ResultItem, error: AlgorithmError) -> ResultItem {
    ResultItem {
        execution_id: item.execution_id.clone(),
        attempt: item.attempt,
        error: Some(error),
        started_at_us: item.started_at_us,
        ended_at_us: item.ended_at_us,
        ..ResultItem::default()
    }
}
