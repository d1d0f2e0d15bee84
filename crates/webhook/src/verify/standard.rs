//! Standard Webhooks: a code of id, time and body, by a secret that is written
//! in base64. Svix sends the same under names of its own.

use super::code::{Algorithm, is_code};
use super::{Refusal, VerifiedMessage, in_time, seconds};
use crate::header::{Headers, id};
use crate::secret::{PREFIX, Secret};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use roster_model::Timestamp;

/// The header with the message's id.
pub(crate) const ID: &str = "webhook-id";
/// The header with the time of signing, in seconds since 1970.
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures.
pub(crate) const SIGNATURE: &str = "webhook-signature";

const OURS: [&str; 3] = [ID, TIMESTAMP, SIGNATURE];
const SVIX: [&str; 3] = ["svix-id", "svix-timestamp", "svix-signature"];
/// The most signatures that are looked at.
pub(super) const MAX_SIGNATURES: usize = 32;

/// Checks a message; see [`super::Scheme::check`].
pub(super) fn check(
    headers: &Headers,
    body: &[u8],
    secrets: &[Secret],
    tolerance: i64,
    now: Timestamp,
) -> Result<VerifiedMessage, Refusal> {
    // One family or the other: a mixture is nobody's.
    let svix = SVIX.iter().any(|name| headers(name).is_some())
        && !OURS.iter().any(|name| headers(name).is_some());
    let [id_name, time_name, code_name] = if svix { SVIX } else { OURS };
    let ask = |name| headers(name).ok_or_else(|| Refusal::missing(name));
    let (given_id, given_time, codes) = (ask(id_name)?, ask(time_name)?, ask(code_name)?);
    let message = id(given_id)
        .ok_or_else(|| Refusal::malformed(id_name, "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"))?;
    let sent = seconds(given_time)
        .ok_or_else(|| Refusal::malformed(time_name, "1674087231, seconds since 1970"))?;
    let codes: Vec<Vec<u8>> = codes
        .split_ascii_whitespace()
        .filter_map(|code| code.strip_prefix("v1,"))
        .take(MAX_SIGNATURES)
        .filter_map(|code| STANDARD.decode(code).ok())
        .collect();
    if codes.is_empty() {
        return Err(Refusal::malformed(code_name, "v1,<base64>"));
    }
    let signed = [message.as_bytes(), b".", given_time.as_bytes(), b".", body];
    if !is_code(Algorithm::Sha256, &signed, secrets, &codes) {
        return Err(Refusal::wrong());
    }
    Ok(VerifiedMessage {
        id: Some(message.to_owned()),
        at: Some(in_time(sent, tolerance, now)?),
    })
}

/// The key that a secret stands for: base64 of 16 to 128 bytes, with or
/// without `whsec_` and padding.
pub(crate) fn key(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &ALPHABET,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = text.strip_prefix(PREFIX).unwrap_or(text);
    let key = LENIENT.decode(text).ok()?;
    (16..=128).contains(&key.len()).then_some(key)
}
