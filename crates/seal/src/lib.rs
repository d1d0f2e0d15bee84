//! Secrets that the application keeps, sealed with a key that is not in its store: a copy
//! of the store alone is then of no use to anyone who wants to sign as us or to log in where
//! we do.
//!
//! 1. [`Keyring`] is the variable `secrets_key`: the first of its keys seals, all of them
//!    open, so that one can take another's place.
//! 2. What it seals for one [`Purpose`] opens for that one alone: a text that is moved to
//!    another table is broken.
//! 3. A stored text that isn't sealed is from before there was a key, and opens as itself.
//!
//! A sealed text is `sealed:1:<key id>:<base64>`, where the last part has 24 random bytes
//! and what XChaCha20-Poly1305 makes with them. The random bytes are too many to ever come
//! twice, so no counter has to be kept.

mod flaw;
mod key;
mod keyring;
mod plain;
mod purpose;
mod text;

pub use flaw::{KeyringError, OpenError, SealError};
pub use key::KeyId;
pub use keyring::Keyring;
pub use plain::Plain;
pub use purpose::Purpose;
pub use text::{PREFIX, is_sealed};

/// The variable that has the keys.
pub const VARIABLE: &str = "secrets_key";

/// The fewest characters of a key, without white space around it.
pub const MIN_KEY_CHARS: usize = 32;
