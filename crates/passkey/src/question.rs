//! Questions to an authenticator, and why an answer isn't taken.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::{self, Display};
use std::num::NonZeroU32;
use webauthn_rp::response::SentChallenge;

/// [`crate::QUESTION_MS`], as browsers read it.
pub(crate) const TIMEOUT: NonZeroU32 = NonZeroU32::new(crate::QUESTION_MS as u32).unwrap();

/// What an authenticator is asked.
#[derive(Debug)]
pub struct Question {
    /// SHA-256 of the challenge: under this the state is kept.
    pub challenge: [u8; 32],
    /// What is needed to check the answer.
    pub state: Vec<u8>,
    /// What the browser is given: `PublicKeyCredentialCreationOptionsJSON` or
    /// `PublicKeyCredentialRequestOptionsJSON` of the standard.
    pub options: Value,
}

/// A question could not be made, or what was kept of it can't be read: a fault of ours.
#[derive(Debug)]
pub struct QuestionError(pub(crate) String);

impl QuestionError {
    pub(crate) fn new(error: impl Display) -> Self {
        QuestionError(error.to_string())
    }
}

impl Display for QuestionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "passkey: {}", self.0)
    }
}

/// Why an answer isn't taken.
#[derive(Debug)]
pub enum Refusal {
    /// It is not right; the sentence is for its sender.
    Answer(String),
    /// What we kept can't be read.
    Stored(QuestionError),
}

impl Refusal {
    pub(crate) fn answer(error: impl Display) -> Self {
        Refusal::Answer(error.to_string())
    }

    pub(crate) fn stored(error: impl Display) -> Self {
        Refusal::Stored(QuestionError::new(error))
    }
}

/// Under what a challenge is kept.
pub(crate) fn challenge_hash(challenge: &SentChallenge) -> [u8; 32] {
    Sha256::digest(challenge.0.to_le_bytes()).into()
}
