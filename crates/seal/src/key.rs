//! A key, and the name by which a sealed text calls it.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

/// What is hashed before a text for the cipher's key. Like a purpose's label, it never
/// changes.
const CIPHER: &[u8] = b"roster secrets_key 1 cipher\0";
/// What is hashed before a text for the key's name.
const NAME: &[u8] = b"roster secrets_key 1 name\0";
/// How many bytes of a hash name a key.
const NAME_BYTES: usize = 6;

/// The name of a key: the first bytes of a hash of it, as 12 hexadecimal digits. It says
/// nothing of the key, and may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// Reads a name; none if a key can't have it.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = text.len() == NAME_BYTES * 2 && text.bytes().all(is_digit);
        fits.then(|| KeyId(text.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A key that seals and opens. The cipher clears its memory when it goes.
#[derive(Clone)]
pub(crate) struct SealingKey {
    pub id: KeyId,
    pub cipher: XChaCha20Poly1305,
}

impl SealingKey {
    /// The key that a text stands for, which may be of any form: hashes of it, one for each
    /// use, so that neither gives the other away.
    pub fn of(text: &str) -> Self {
        let hash = |label| {
            let hash = Sha256::new_with_prefix(label).chain_update(text);
            Zeroizing::new(<[u8; 32]>::from(hash.finalize()))
        };
        let name = hash(NAME);
        let digits = name.iter().take(NAME_BYTES);
        let digits = digits.map(|byte| format!("{byte:02x}"));
        SealingKey {
            id: KeyId(digits.collect()),
            cipher: XChaCha20Poly1305::new((&*hash(CIPHER)).into()),
        }
    }
}
