//! Named limits of what travels; the same numbers in every SDK.

pub const MAX_NAME_LENGTH: usize = 100;
pub const MAX_ID_LENGTH: usize = 200;
pub const MAX_RESULT_BYTES: usize = 4 << 20;
/// Levels of lists and structs in one value.
pub const MAX_RESULT_DEPTH: usize = 32;
pub const MAX_RECORD_BYTES: usize = 8 << 20;
pub const MAX_METADATA_BYTES: usize = 16 << 10;
pub const MAX_SIGNAL_BYTES: usize = 64 << 10;
pub const MAX_SIGNAL_VALUES: usize = 64;
pub const MAX_EMISSIONS: usize = 1_000;
/// What headers, key and batch add to the largest record.
pub const RECORD_OVERHEAD_BYTES: usize = 256 << 10;
