//! A secret that a sender and a receiver share.

use crate::verify::key_of_standard;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roster_model::Code;
use roster_model::Invalid;
use std::fmt;

/// What a secret of Standard Webhooks begins with.
pub(crate) const PREFIX: &str = "whsec_";
/// How many bytes a secret made here may have.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// How many characters a secret that is mere text may have.
const CHARS: std::ops::RangeInclusive<usize> = 8..=512;

/// A shared secret: the text that people copy, and the key that it stands for.
///
/// It shows itself only by [`Secret::reveal`], and is compared with nothing.
#[derive(Clone)]
pub struct Secret {
    text: String,
    key: Vec<u8>,
}

impl Secret {
    /// The secret of Standard Webhooks made of 24 to 64 random bytes, which are
    /// the caller's to bring; else code `invalid_secret`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Invalid> {
        if !BYTES.contains(&bytes.len()) {
            let detail = format!(
                "A secret is made of {} to {} bytes, not of {}.",
                BYTES.start(),
                BYTES.end(),
                bytes.len()
            );
            return Err(Invalid::new(Code::InvalidSecret, detail));
        }
        Ok(Secret {
            text: format!("{PREFIX}{}", STANDARD.encode(bytes)),
            key: bytes.to_vec(),
        })
    }

    /// Reads a secret of Standard Webhooks: base64 of 16 to 128 bytes, usually
    /// after `whsec_`. Code: `invalid_secret`.
    pub fn standard(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let key = key_of_standard(text).ok_or_else(|| {
            // The text itself is not quoted: it may be somebody's secret.
            let detail = "This is no secret of Standard Webhooks: it must be whsec_ and then base64 of 16 to 128 bytes.";
            Invalid::new(Code::InvalidSecret, detail)
        })?;
        Ok(Secret {
            text: text.to_owned(),
            key,
        })
    }

    /// Reads a secret whose text is the key, as most senders have it: 8 to 512
    /// characters, without white space around them. Code: `invalid_secret`.
    pub fn text(text: &str) -> Result<Self, Invalid> {
        let trimmed = text.trim() == text && !text.chars().any(char::is_control);
        if !trimmed || !CHARS.contains(&text.chars().count()) {
            let detail = format!(
                "A secret must be {} to {} characters, without white space around them.",
                CHARS.start(),
                CHARS.end()
            );
            return Err(Invalid::new(Code::InvalidSecret, detail));
        }
        Ok(Secret {
            text: text.to_owned(),
            key: text.as_bytes().to_vec(),
        })
    }

    /// The secret as people copy it: for anyone who may see it, and the store.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What gives it away, with or without `whsec_`.
    pub(crate) fn essence(&self) -> &str {
        let bare = self.text.strip_prefix(PREFIX);
        bare.filter(|bare| !bare.is_empty()).unwrap_or(&self.text)
    }

    /// The key of the codes made with it.
    pub(crate) fn key(&self) -> &[u8] {
        &self.key
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
