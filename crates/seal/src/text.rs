//! How a sealed secret is written down: `sealed:1:<key id>:<base64>`.

use crate::key::KeyId;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What every sealed text begins with, of whatever version. No secret that a client sends
/// may begin so, or it could bring one in that was sealed elsewhere.
pub const PREFIX: &str = "sealed:";

/// What this version writes.
const VERSION: &str = "sealed:1:";

/// How many random bytes stand before what is sealed.
pub(crate) const NONCE_BYTES: usize = 24;

/// Whether a stored text is sealed; else it is the secret itself, from before there was a
/// key.
#[must_use]
pub fn is_sealed(stored: &str) -> bool {
    stored.starts_with(VERSION)
}

/// What every text begins with that is sealed with a key.
pub(crate) fn mark(key: &KeyId) -> String {
    format!("{VERSION}{key}:")
}

/// A sealed text in its parts.
pub(crate) struct SealedText {
    pub key: KeyId,
    pub nonce: [u8; NONCE_BYTES],
    /// The secret as it is encrypted, and the code that says whether it is whole.
    pub body: Vec<u8>,
}

impl SealedText {
    /// Reads what [`SealedText::write`] wrote; none for anything else.
    pub fn read(stored: &str) -> Option<Self> {
        let (key, rest) = stored.strip_prefix(VERSION)?.split_once(':')?;
        let bytes = URL_SAFE_NO_PAD.decode(rest).ok()?;
        let (nonce, body) = bytes.split_first_chunk()?;
        Some(SealedText {
            key: KeyId::read(key)?,
            nonce: *nonce,
            body: body.to_vec(),
        })
    }

    /// As it is stored.
    pub fn write(&self) -> String {
        let bytes = [&self.nonce[..], &self.body].concat();
        format!("{}{}", mark(&self.key), URL_SAFE_NO_PAD.encode(bytes))
    }
}
