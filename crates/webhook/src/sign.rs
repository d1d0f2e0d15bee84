//! Signing what goes out, by Standard Webhooks.

use crate::header::MAX_ID;
use crate::secret::Secret;
use crate::verify::{ID, SIGNATURE, TIMESTAMP, code_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roster_model::Code;
use roster_model::{Invalid, Timestamp};

/// The headers of a signed message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeaders {
    /// `webhook-id`: the same whenever the message is sent again.
    pub id: String,
    /// `webhook-timestamp`: when it was signed, in seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: `v1,<base64>` for each secret, with spaces between.
    pub signature: String,
}

impl SignatureHeaders {
    /// Names and values, as they are sent.
    pub fn headers(&self) -> [(&'static str, &str); 3] {
        [
            (ID, &self.id),
            (TIMESTAMP, &self.timestamp),
            (SIGNATURE, &self.signature),
        ]
    }
}

/// Signs a message with each of the secrets: of a receiver that is changing
/// them it may know either.
///
/// Codes: `invalid_id` (an id is 1 to 255 visible ASCII characters without a
/// dot, which parts it from the time), `no_secret`, `out_of_range` (a time
/// before 1970).
pub fn sign(
    id: &str,
    at: Timestamp,
    body: &[u8],
    secrets: &[Secret],
) -> Result<SignatureHeaders, Invalid> {
    let fits = |b: u8| b.is_ascii_graphic() && b != b'.';
    if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(fits) {
        let detail = format!("A message's id is 1 to {MAX_ID} visible characters without a dot.");
        return Err(Invalid::new(Code::InvalidId, detail));
    }
    if secrets.is_empty() {
        let detail = "A message can't be signed without a secret.";
        return Err(Invalid::new(Code::NoSecret, detail));
    }
    if at.ms() < 0 {
        let detail = "A message can't have been signed before 1970.";
        return Err(Invalid::new(Code::OutOfRange, detail));
    }
    let timestamp = (at.ms() / 1000).to_string();
    let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    let codes = secrets
        .iter()
        .filter_map(|secret| code_of(secret.key(), &parts))
        .map(|code| format!("v1,{}", STANDARD.encode(code)));
    let signature = codes.collect::<Vec<_>>().join(" ");
    Ok(SignatureHeaders {
        id: id.to_owned(),
        timestamp,
        signature,
    })
}
