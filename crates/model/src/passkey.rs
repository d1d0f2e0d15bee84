//! Passkeys of people, as far as they are called something.

use crate::error::Invalid;
use crate::readers::name_text;
use serde_json::Value;

/// The most passkeys of one person: a few devices, and a security key in the safe.
pub const MAX_PASSKEYS: i64 = 10;

/// What somebody calls a passkey of theirs: `My phone`.
///
/// # Errors
/// `empty`, `too_long`, `wrong_type` and what else a text can be wrong with.
pub fn passkey_name(value: &Value) -> Result<String, Invalid> {
    name_text(value)
}
