//! What can be wrong with keys and sealed texts, in sentences for those who set them.

use crate::key::KeyId;
use crate::{MIN_KEY_CHARS, VARIABLE};
use std::fmt;

/// Why the variable can't be read. The keys themselves are not quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyringError {
    /// There is nothing between two commas; the number is the key's place, from 1.
    Empty(usize),
    /// The key at this place, from 1, has too few characters.
    Short(usize),
    /// The key at this place, from 1, has a line break or another control character in it.
    Control(usize),
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, wrong) = match self {
            KeyringError::Empty(place) => (place, "is empty".to_owned()),
            KeyringError::Short(place) => {
                let wrong = format!("has fewer than {MIN_KEY_CHARS} characters");
                (place, wrong)
            }
            KeyringError::Control(place) => {
                let wrong = "has a line break or another control character in it";
                (place, wrong.to_owned())
            }
        };
        write!(
            f,
            "Key {place} of the variable {VARIABLE} {wrong}. Set one key, or several with commas \
             between them; openssl rand -hex 32 makes one."
        )
    }
}

impl std::error::Error for KeyringError {}

/// Why a secret could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The variable is not set.
    NoKey,
    /// The host has no random bytes.
    Random,
    /// The secret is longer than the cipher takes: 256 GiB.
    TooLong,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SealError::NoKey => write!(
                f,
                "The variable {VARIABLE} is not set, and this secret is kept under it alone. \
                 Set it to what openssl rand -hex 32 prints, and keep that apart from backups."
            ),
            SealError::Random => f.write_str("The host gave no random bytes."),
            SealError::TooLong => f.write_str("The secret is longer than 256 GiB."),
        }
    }
}

impl std::error::Error for SealError {}

/// Why a stored secret could not be opened. All of them have the code
/// `secret_unreadable`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It is sealed with this key, and the variable is not set.
    NoKey(KeyId),
    /// It is sealed with a key that the variable doesn't have.
    OtherKey {
        /// The key that it is sealed with.
        needed: KeyId,
        /// The keys that there are.
        present: Vec<KeyId>,
    },
    /// It was cut or changed, or stands where another kind of secret was.
    Broken,
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let help = "set it again or give the secret again";
        match self {
            OpenError::NoKey(needed) => write!(
                f,
                "The secret is sealed with a key that {VARIABLE} doesn't have (key {needed}; \
                 {VARIABLE} is not set): {help}."
            ),
            OpenError::OtherKey { needed, present } => {
                let present: Vec<&str> = present.iter().map(KeyId::as_str).collect();
                let present = present.join(", ");
                write!(
                    f,
                    "The secret is sealed with a key that {VARIABLE} doesn't have (key {needed}; \
                     {VARIABLE} has {present}): {help}."
                )
            }
            OpenError::Broken => f.write_str(
                "The secret was damaged in the store, or moved there from another place: \
                 give the secret again.",
            ),
        }
    }
}

impl std::error::Error for OpenError {}
