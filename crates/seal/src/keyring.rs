//! The keys that there are: sealing with the first, opening with any.

use crate::MIN_KEY_CHARS;
use crate::flaw::{KeyringError, OpenError, SealError};
use crate::key::{KeyId, SealingKey};
use crate::plain::Plain;
use crate::purpose::Purpose;
use crate::text::{NONCE_BYTES, SealedText, is_sealed, mark};
use chacha20poly1305::aead::{Aead, Payload};
use std::fmt;

/// The keys of the variable `secrets_key`, or none if it is empty.
#[derive(Clone, Default)]
pub struct Keyring(Vec<SealingKey>);

impl Keyring {
    /// Reads one key or several with commas between them. A key is any text of at least
    /// [`MIN_KEY_CHARS`] characters, white space around it left out; an empty variable has
    /// no key.
    ///
    /// # Errors
    /// The first key that is none.
    pub fn parse(variable: &str) -> Result<Self, KeyringError> {
        if variable.trim().is_empty() {
            return Ok(Keyring::default());
        }
        let keys = variable.split(',').zip(1..).map(|(text, place)| {
            let text = text.trim();
            if text.is_empty() {
                Err(KeyringError::Empty(place))
            } else if text.chars().any(char::is_control) {
                Err(KeyringError::Control(place))
            } else if text.chars().count() < MIN_KEY_CHARS {
                Err(KeyringError::Short(place))
            } else {
                Ok(SealingKey::of(text))
            }
        });
        keys.collect::<Result<_, _>>().map(Keyring)
    }

    /// Whether there is no key: nothing can be sealed then.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of the key that seals.
    #[must_use]
    pub fn sealing(&self) -> Option<&KeyId> {
        self.0.first().map(|key| &key.id)
    }

    /// A secret as it is stored, sealed with the first key: another text each time.
    ///
    /// # Errors
    /// There is no key, the host has no random bytes, or the secret has 256 GiB.
    pub fn seal(&self, purpose: Purpose, plain: &str) -> Result<String, SealError> {
        let key = self.0.first().ok_or(SealError::NoKey)?;
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Random)?;
        let payload = Payload {
            msg: plain.as_bytes(),
            aad: purpose.label(),
        };
        let body = key.cipher.encrypt(&nonce.into(), payload);
        let body = body.map_err(|_| SealError::TooLong)?;
        let key = key.id.clone();
        Ok(SealedText { key, nonce, body }.write())
    }

    /// A secret as it is stored where it may be kept plain: sealed if there is a key, else
    /// as it is.
    ///
    /// # Errors
    /// As [`Keyring::seal`], but for a key that isn't there.
    pub fn seal_if_any(&self, purpose: Purpose, plain: &str) -> Result<String, SealError> {
        match self.is_empty() {
            true => Ok(plain.to_owned()),
            false => self.seal(purpose, plain),
        }
    }

    /// A stored secret as it is used. One that isn't sealed is itself.
    ///
    /// # Errors
    /// It is sealed with another key, or for another purpose, or damaged.
    pub fn open(&self, purpose: Purpose, stored: &str) -> Result<Plain, OpenError> {
        if !is_sealed(stored) {
            return Ok(Plain::new(stored.to_owned()));
        }
        let sealed = SealedText::read(stored).ok_or(OpenError::Broken)?;
        if self.is_empty() {
            return Err(OpenError::NoKey(sealed.key));
        }
        let key = self.0.iter().find(|key| key.id == sealed.key);
        let key = key.ok_or_else(|| OpenError::OtherKey {
            needed: sealed.key.clone(),
            present: self.0.iter().map(|key| key.id.clone()).collect(),
        })?;
        let payload = Payload {
            msg: &sealed.body,
            aad: purpose.label(),
        };
        let opened = key.cipher.decrypt(&sealed.nonce.into(), payload);
        let opened = opened.map_err(|_| OpenError::Broken)?;
        let text = String::from_utf8(opened).map_err(|_| OpenError::Broken)?;
        Ok(Plain::new(text))
    }

    /// What a secret that is given becomes in the store: the text that is there already if it
    /// is the same secret, sealed with the first key, so that giving it again changes
    /// nothing; else as [`Keyring::seal_if_any`] has it.
    ///
    /// # Errors
    /// As [`Keyring::seal_if_any`].
    pub fn keep(
        &self,
        purpose: Purpose,
        stored: Option<&str>,
        plain: &str,
    ) -> Result<String, SealError> {
        let is_same = |stored: &&str| {
            let opened = self.open(purpose, stored);
            !self.is_behind(stored) && opened.is_ok_and(|opened| opened.reveal() == plain)
        };
        match stored.filter(is_same) {
            Some(stored) => Ok(stored.to_owned()),
            None => self.seal_if_any(purpose, plain),
        }
    }

    /// A stored text sealed with the first key, if it is plain or sealed with another one;
    /// none if it may stay as it is, or can't be opened.
    #[must_use]
    pub fn renew(&self, purpose: Purpose, stored: &str) -> Option<String> {
        if !self.is_behind(stored) {
            return None;
        }
        let plain = self.open(purpose, stored).ok()?;
        self.seal(purpose, &plain).ok()
    }

    /// What texts begin with that are sealed with the first key, and no others.
    #[must_use]
    pub fn mark(&self) -> Option<String> {
        self.sealing().map(mark)
    }

    /// Whether there is a key, and a stored text isn't sealed with the first one.
    #[must_use]
    pub fn is_behind(&self, stored: &str) -> bool {
        self.mark().is_some_and(|mark| !stored.starts_with(&mark))
    }
}

impl fmt::Debug for Keyring {
    /// With the names of the keys alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|key| key.id.as_str());
        f.debug_list().entries(names).finish()
    }
}
