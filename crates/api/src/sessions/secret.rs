//! Secrets of sessions and invitations: 256 random bits, of which the store has a digest.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roster_http::{Problem, secret_hash};

/// How many random bytes a secret has.
const BYTES: usize = 32;

/// A new secret.
pub(crate) struct Secret(String);

impl Secret {
    /// One from the host's random source.
    pub(crate) fn random() -> Result<Self, Problem> {
        let mut random = [0; BYTES];
        getrandom::fill(&mut random).map_err(|error| Problem::internal(&error))?;
        Ok(Secret(URL_SAFE_NO_PAD.encode(random)))
    }

    /// What its holder gets.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// What the store keeps.
    pub(crate) fn hash(&self) -> [u8; 32] {
        secret_hash(&self.0)
    }
}
