//! Signing in: the question, and what an authenticator answers.

use crate::question::{Question, QuestionError, Refusal, challenge_hash};
use crate::site::RelyingSite;
use crate::{HANDLE_BYTES, STATE_BYTES, question};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{
    AuthenticationVerificationOptions, DiscoverableCredentialRequestOptions,
    SignatureCounterEnforcement,
};
use webauthn_rp::request::register::UserHandle;
use webauthn_rp::response::CredentialId;
use webauthn_rp::response::auth::DiscoverableAuthentication16;
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::{AuthenticatedCredential, DiscoverableAuthenticationServerState};

/// A key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// What authenticators know its owner by.
    pub handle: [u8; HANDLE_BYTES],
    /// The public key.
    pub key: Vec<u8>,
    /// How often it signed, and the like, as of its last use.
    pub state: [u8; STATE_BYTES],
}

impl Question {
    /// Asks for a key of somebody who is there, and names nobody.
    ///
    /// # Errors
    /// None is expected.
    pub fn assertion(site: &RelyingSite) -> Result<Self, QuestionError> {
        let mut asked = DiscoverableCredentialRequestOptions::passkey(&site.id);
        asked.0.timeout = question::TIMEOUT;
        let (state, client) = asked.start_ceremony().map_err(QuestionError::new)?;
        let challenge = challenge_hash(std::borrow::Borrow::borrow(&state));
        Ok(Question {
            challenge,
            state: state.encode().map_err(QuestionError::new)?,
            options: serde_json::to_value(&client).map_err(QuestionError::new)?,
        })
    }
}

/// What an authenticator answers that has a key: `AuthenticationResponseJSON`.
#[derive(Debug)]
pub struct Assertion {
    said: DiscoverableAuthentication16,
    challenge: [u8; 32],
}

impl Assertion {
    /// Reads it; nothing in it is believed yet.
    ///
    /// # Errors
    /// [`Refusal::Answer`] where it is none.
    pub fn read(json: &str) -> Result<Self, Refusal> {
        let said = DiscoverableAuthentication16::from_json_relaxed(json.as_bytes());
        let said = said.map_err(Refusal::answer)?;
        let challenge = said.challenge_relaxed().map_err(Refusal::answer)?;
        Ok(Assertion {
            said,
            challenge: challenge_hash(&challenge),
        })
    }

    /// Under what the state of its question was kept.
    #[must_use]
    pub fn challenge(&self) -> [u8; 32] {
        self.challenge
    }

    /// What the authenticator calls the key.
    #[must_use]
    pub fn credential(&self) -> &[u8] {
        self.said.raw_id().into_inner()
    }

    /// The key's state from now on, if it is this key that signed, and all is as it was
    /// asked for. A counter that doesn't grow is a copy of the key at work; one that stays
    /// at 0 is none.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(
        &self,
        site: &RelyingSite,
        state: &[u8],
        stored: &StoredKey,
    ) -> Result<[u8; STATE_BYTES], Refusal> {
        let state = DiscoverableAuthenticationServerState::decode(state);
        let state = state.map_err(Refusal::stored)?;
        let Ok(handle) = UserHandle::<HANDLE_BYTES>::decode(stored.handle);
        let key = StaticState::decode(stored.key.as_slice()).map_err(Refusal::stored)?;
        let before = DynamicState::decode(stored.state).map_err(Refusal::stored)?;
        let id = CredentialId::<&[u8]>::decode(self.credential()).map_err(Refusal::answer)?;
        let key = AuthenticatedCredential::new(id, &handle, key, before);
        let mut key = key.map_err(Refusal::stored)?;
        let origins = [site.origin()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Password managers add some of their own; none is used.
            error_on_unsolicited_extensions: false,
            sig_counter_enforcement: SignatureCounterEnforcement::Fail,
            ..AuthenticationVerificationOptions::default()
        };
        let checked = state.verify(&site.id, &self.said, &mut key, &options);
        checked.map_err(Refusal::answer)?;
        let Ok(after) = key.dynamic_state().encode();
        Ok(after)
    }
}
