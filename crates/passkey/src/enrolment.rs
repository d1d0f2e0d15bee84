//! A new key: the question, and what an authenticator answers.

use crate::question::{Question, QuestionError, Refusal, challenge_hash};
use crate::site::RelyingSite;
use crate::{HANDLE_BYTES, STATE_BYTES, question};
use serde_json::Value;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::PublicKeyCredentialDescriptor;
use webauthn_rp::request::register::{
    CoseAlgorithmIdentifier, CoseAlgorithmIdentifiers, CredProtect,
    PublicKeyCredentialCreationOptions, RegistrationServerState, RegistrationVerificationOptions,
    UserHandle,
};
use webauthn_rp::response::register::Registration;
use webauthn_rp::response::{AuthTransports, CredentialId};

/// ES256, EdDSA and RS256: what authenticators have.
const ALGORITHMS: CoseAlgorithmIdentifiers =
    CoseAlgorithmIdentifiers::ALL.remove(CoseAlgorithmIdentifier::Es384);

/// Who gets a key.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// What authenticators know them by.
    pub handle: [u8; HANDLE_BYTES],
    /// What their device calls the account by: their e-mail.
    pub email: &'a str,
    /// Their name.
    pub name: &'a str,
}

/// A key that its owner has already: an authenticator that has it makes no second one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// What its authenticator calls it.
    pub credential: Vec<u8>,
    /// How its authenticator is reached; a set of bits.
    pub transports: u8,
}

/// A key that was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// What its authenticator calls it: 16 to 1023 bytes.
    pub credential: Vec<u8>,
    /// How its authenticator is reached; a set of bits.
    pub transports: u8,
    /// The public key.
    pub key: Vec<u8>,
    /// How often it signed, and the like.
    pub state: [u8; STATE_BYTES],
}

impl Question {
    /// Asks for a new key of somebody.
    ///
    /// # Errors
    /// Where a known key isn't one.
    pub fn enrolment(
        site: &RelyingSite,
        owner: &Owner<'_>,
        known: Vec<KnownKey>,
    ) -> Result<Self, QuestionError> {
        let Ok(handle) = UserHandle::<HANDLE_BYTES>::decode(owner.handle);
        let known = known.into_iter().map(|one| {
            Ok(PublicKeyCredentialDescriptor {
                id: CredentialId::<Vec<u8>>::decode(one.credential).map_err(QuestionError::new)?,
                transports: AuthTransports::decode(one.transports).map_err(QuestionError::new)?,
            })
        });
        let known = known.collect::<Result<_, QuestionError>>()?;
        let mut asked =
            PublicKeyCredentialCreationOptions::passkey(&site.id, (&handle).into(), known);
        asked.timeout = question::TIMEOUT;
        asked.pub_key_cred_params = ALGORITHMS;
        // That its owner is seen to be there is checked with each use, here.
        asked.extensions.cred_protect = CredProtect::None;
        let (state, client) = asked.start_ceremony().map_err(QuestionError::new)?;
        let challenge = challenge_hash(std::borrow::Borrow::borrow(&state));
        let state = state.encode().map_err(QuestionError::new)?;
        let mut options = serde_json::to_value(&client).map_err(QuestionError::new)?;
        // The crate's own type of names refuses some that people have.
        if let Some(user) = options.get_mut("user").and_then(Value::as_object_mut) {
            user.insert("name".to_owned(), owner.email.into());
            user.insert("displayName".to_owned(), owner.name.into());
        }
        Ok(Question {
            challenge,
            state,
            options,
        })
    }
}

/// What an authenticator answers that made a key: `RegistrationResponseJSON`.
#[derive(Debug)]
pub struct Enrolment {
    said: Registration,
    challenge: [u8; 32],
}

impl Enrolment {
    /// Reads it; nothing in it is believed yet.
    ///
    /// # Errors
    /// [`Refusal::Answer`] where it is none.
    pub fn read(json: &str) -> Result<Self, Refusal> {
        let said = Registration::from_json_relaxed(json.as_bytes()).map_err(Refusal::answer)?;
        let challenge = said.challenge_relaxed().map_err(Refusal::answer)?;
        Ok(Enrolment {
            said,
            challenge: challenge_hash(&challenge),
        })
    }

    /// Under what the state of its question was kept.
    #[must_use]
    pub fn challenge(&self) -> [u8; 32] {
        self.challenge
    }

    /// The key that it made, if all is as it was asked for.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn check(&self, site: &RelyingSite, state: &[u8]) -> Result<Passkey, Refusal> {
        let state = RegistrationServerState::<HANDLE_BYTES>::decode(state);
        let state = state.map_err(Refusal::stored)?;
        let origins = [site.origin()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &origins,
            // Password managers add some of their own; none is used.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = state.verify(&site.id, &self.said, &options);
        let made = made.map_err(Refusal::answer)?;
        let Ok(transports) = made.transports().encode();
        let Ok(key) = made.static_state().encode();
        let Ok(state) = made.dynamic_state().encode();
        Ok(Passkey {
            credential: made.id().as_ref().to_vec(),
            transports,
            key,
            state,
        })
    }
}
