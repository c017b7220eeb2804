//! Names of the world, as they may travel.

use super::limits::MAX_NAME_LENGTH;

/// 1 to so many characters (UTF-16 units, as the hub counts them), none a control character.
pub fn is_text(text: &str, most: usize) -> bool {
    !text.is_empty() && text.encode_utf16().count() <= most && !text.chars().any(char::is_control)
}

/// Of a source or a group: no white space at its ends.
pub fn is_source_name(text: &str) -> bool {
    is_text(text, MAX_NAME_LENGTH) && text.trim() == text
}
