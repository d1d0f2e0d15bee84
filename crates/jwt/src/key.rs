//! Keys that check signatures: a shared secret, or the public half of a pair.

use crate::flaw::KeyFlaw;
use hmac::{Hmac, Mac};
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey};
use rsa::signature::Verifier;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPublicKey};
use sha2::Sha256;

/// The fewest bytes of a secret: as many as the digest has (RFC 7518, 3.2).
pub const MIN_SECRET_BYTES: usize = 32;
/// The most bytes of a secret.
pub const MAX_SECRET_BYTES: usize = 1024;
/// The fewest bits of a key of RSA (RFC 7518, 3.3).
const MIN_BITS: usize = 2048;
/// The most, since each check costs more with them.
const MAX_BITS: usize = 4096;

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256, by a secret that both sides have.
    Hs256,
    /// RSA (PKCS #1, version 1.5) with SHA-256.
    Rs256,
}

impl Algorithm {
    /// Both.
    pub const ALL: [Algorithm; 2] = [Algorithm::Hs256, Algorithm::Rs256];

    /// The name, as in a token's header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Algorithm::Hs256 => "HS256",
            Algorithm::Rs256 => "RS256",
        }
    }

    /// The algorithm with this name, spelled exactly so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What checks signatures of one algorithm.
#[derive(Clone)]
pub struct Key(Material);

#[derive(Clone)]
enum Material {
    Secret(Vec<u8>),
    Public(Box<RsaPublicKey>),
}

impl Key {
    /// A secret of [`MIN_SECRET_BYTES`] to [`MAX_SECRET_BYTES`].
    ///
    /// # Errors
    /// It has fewer or more.
    pub fn secret(secret: &[u8]) -> Result<Self, KeyFlaw> {
        match secret.len() {
            ..MIN_SECRET_BYTES => Err(KeyFlaw::ShortSecret),
            MIN_SECRET_BYTES..=MAX_SECRET_BYTES => Ok(Key(Material::Secret(secret.to_vec()))),
            _ => Err(KeyFlaw::LongSecret),
        }
    }

    /// A public key of RSA in PEM, `PUBLIC KEY` (RFC 5280) or `RSA PUBLIC KEY` (PKCS #1).
    ///
    /// # Errors
    /// It is none, or has not 2,048 to 4,096 bits.
    pub fn public(pem: &str) -> Result<Self, KeyFlaw> {
        let pem = pem.trim();
        let read = RsaPublicKey::from_public_key_pem(pem).ok();
        let read = read.or_else(|| RsaPublicKey::from_pkcs1_pem(pem).ok());
        sized(read.ok_or(KeyFlaw::Unreadable)?)
    }

    /// The algorithm that it belongs to.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            Material::Secret(_) => Algorithm::Hs256,
            Material::Public(_) => Algorithm::Rs256,
        }
    }

    /// What [`Key::stored`] reads again: the secret, or the public key in DER.
    ///
    /// # Errors
    /// [`KeyFlaw::Unreadable`], which no key that was read is.
    pub fn to_stored(&self) -> Result<Vec<u8>, KeyFlaw> {
        match &self.0 {
            Material::Secret(secret) => Ok(secret.clone()),
            Material::Public(key) => {
                let der = key.to_public_key_der().map_err(|_| KeyFlaw::Unreadable)?;
                Ok(der.into_vec())
            }
        }
    }

    /// A key as it is stored.
    ///
    /// # Errors
    /// It is none.
    pub fn stored(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, KeyFlaw> {
        match algorithm {
            Algorithm::Hs256 => Key::secret(bytes),
            Algorithm::Rs256 => {
                let read = RsaPublicKey::from_public_key_der(bytes);
                sized(read.map_err(|_| KeyFlaw::Unreadable)?)
            }
        }
    }

    /// Whether it signed a message. Secrets are compared in constant time.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Material::Secret(secret) => {
                let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
                    return false;
                };
                mac.update(message);
                mac.verify_slice(signature).is_ok()
            }
            Material::Public(key) => {
                let key = VerifyingKey::<Sha256>::new(key.as_ref().clone());
                let signature = Signature::try_from(signature);
                signature.is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
        }
    }
}

fn sized(key: RsaPublicKey) -> Result<Key, KeyFlaw> {
    let bits = key.n().bits();
    // An exponent of 1 would leave every message its own signature.
    let is_sound = *key.e() >= BigUint::from(3_u8);
    match (MIN_BITS..=MAX_BITS).contains(&bits) && is_sound {
        true => Ok(Key(Material::Public(Box::new(key)))),
        false => Err(KeyFlaw::Size),
    }
}

impl std::fmt::Debug for Key {
    /// Without what is secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Key").field(&self.algorithm()).finish()
    }
}
