//! Codes that a secret makes of bytes (HMAC, RFC 2104), and senders that put
//! one of the whole body into a header.

use super::Refusal;
use crate::header::Headers;
use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// The hash that a code is made with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Sha1,
    #[default]
    Sha256,
    Sha512,
}

/// How a code is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    #[default]
    Hex,
    Base64,
}

impl Encoding {
    fn read(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Encoding::Hex => hex::decode(text).ok(),
            Encoding::Base64 => STANDARD.decode(text).ok(),
        }
    }
}

/// Whether one of the codes is that of the parts, one after the other, by one
/// of the secrets.
pub(crate) fn is_code(
    algorithm: Algorithm,
    parts: &[&[u8]],
    secrets: &[Secret],
    codes: &[Vec<u8>],
) -> bool {
    secrets.iter().any(|secret| match algorithm {
        Algorithm::Sha1 => matches::<Hmac<Sha1>>(secret.key(), parts, codes),
        Algorithm::Sha256 => matches::<Hmac<Sha256>>(secret.key(), parts, codes),
        Algorithm::Sha512 => matches::<Hmac<Sha512>>(secret.key(), parts, codes),
    })
}

/// The code of the parts, one after the other; none only if the key can't be
/// one, and every text can.
pub(crate) fn code_of(key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
    let code = fed::<Hmac<Sha256>>(key, parts)?;
    Some(code.finalize().into_bytes().to_vec())
}

fn matches<M: Mac + hmac::digest::KeyInit + Clone>(
    key: &[u8],
    parts: &[&[u8]],
    codes: &[Vec<u8>],
) -> bool {
    let Some(made) = fed::<M>(key, parts) else {
        return false;
    };
    codes
        .iter()
        .any(|code| made.clone().verify_slice(code).is_ok())
}

fn fed<M: Mac + hmac::digest::KeyInit>(key: &[u8], parts: &[&[u8]]) -> Option<M> {
    let mut code = <M as Mac>::new_from_slice(key).ok()?;
    for part in parts {
        code.update(part);
    }
    Some(code)
}

/// A code of the whole body, in one header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyCode {
    /// The header, in lower case.
    pub header: String,
    pub algorithm: Algorithm,
    pub encoding: Encoding,
    /// What stands before the code.
    pub prefix: String,
}

impl BodyCode {
    /// What Shopify sends.
    pub fn shopify() -> Self {
        BodyCode::of("x-shopify-hmac-sha256", Encoding::Base64, "")
    }

    /// What GitHub sends; the older header with SHA-1 is not looked at.
    pub fn github() -> Self {
        BodyCode::of("x-hub-signature-256", Encoding::Hex, "sha256=")
    }

    /// What Typeform sends.
    pub fn typeform() -> Self {
        BodyCode::of("typeform-signature", Encoding::Base64, "sha256=")
    }

    fn of(header: &str, encoding: Encoding, prefix: &str) -> Self {
        BodyCode {
            header: header.to_owned(),
            algorithm: Algorithm::Sha256,
            encoding,
            prefix: prefix.to_owned(),
        }
    }

    /// The header that the code stands in.
    pub fn header(&self) -> &str {
        &self.header
    }

    /// Refuses a body with no code, or one that is not right.
    pub fn check(&self, headers: &Headers, body: &[u8], secrets: &[Secret]) -> Result<(), Refusal> {
        let given = headers(&self.header).ok_or_else(|| Refusal::missing(&self.header))?;
        let code = given.trim().strip_prefix(&*self.prefix);
        let code = code.and_then(|code| self.encoding.read(code));
        let code = code.filter(|code| !code.is_empty()).ok_or_else(|| {
            let encoding = match self.encoding {
                Encoding::Hex => "hex",
                Encoding::Base64 => "base64",
            };
            let right = format!("{}<{encoding}>", self.prefix);
            Refusal::malformed(&self.header, &right)
        })?;
        if is_code(self.algorithm, &[body], secrets, &[code]) {
            Ok(())
        } else {
            Err(Refusal::wrong())
        }
    }
}
