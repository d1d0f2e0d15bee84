//! Hiding what a delivery's headers give away before it is kept or shown.

use crate::secret::Secret;
use crate::verify::Scheme;
use std::borrow::Cow;

/// What stands in the place of a value that is hidden.
pub const MASK: &str = "***";

/// Headers that carry a secret, or a code that would let a message pass again.
const NAMES: [&str; 15] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "stripe-signature",
    "svix-signature",
    "typeform-signature",
    "webhook-signature",
    "x-api-key",
    "x-auth-token",
    "x-hub-signature",
    "x-hub-signature-256",
    "x-shopify-access-token",
    "x-shopify-hmac-sha256",
    "x-webhook-secret",
];
/// Parts of names that speak for themselves.
const PARTS: [&str; 9] = [
    "apikey",
    "api-key",
    "auth",
    "cookie",
    "hmac",
    "password",
    "secret",
    "signature",
    "token",
];

/// The headers that are always hidden, in lower case. Others are too: see
/// [`Scheme::mask`].
pub fn masked_headers() -> &'static [&'static str] {
    &NAMES
}

impl Scheme {
    /// A header's value as it may be kept: [`MASK`] if the name is one of
    /// [`masked_headers`], is this scheme's own, or sounds as if it carried a
    /// secret, or if the value has one of the secrets in it.
    pub fn mask<'v>(&self, name: &str, value: &'v str, secrets: &[Secret]) -> Cow<'v, str> {
        let name = name.to_ascii_lowercase();
        let hidden = NAMES.contains(&&*name)
            || self.own_header() == Some(&*name)
            || PARTS.iter().any(|part| name.contains(part))
            || secrets
                .iter()
                .any(|secret| value.contains(secret.essence()));
        if hidden {
            Cow::Borrowed(MASK)
        } else {
            Cow::Borrowed(value)
        }
    }
}
