//! Stripe: a code of time and body, both in one header.

use super::code::{Algorithm, is_code};
use super::standard::MAX_SIGNATURES;
use super::{Refusal, VerifiedMessage, body_id, in_time, seconds};
use crate::header::Headers;
use crate::secret::Secret;
use roster_model::Timestamp;

const HEADER: &str = "stripe-signature";

/// Checks a message; see [`super::Scheme::check`]. Signatures of other versions
/// than `v1` are not looked at: `v0` is for tests.
pub(super) fn check(
    headers: &Headers,
    body: &[u8],
    secrets: &[Secret],
    tolerance: i64,
    now: Timestamp,
) -> Result<VerifiedMessage, Refusal> {
    let given = headers(HEADER).ok_or_else(|| Refusal::missing(HEADER))?;
    let malformed = || Refusal::malformed(HEADER, "t=1492774577,v1=<hex>");
    let parts = given
        .split(',')
        .filter_map(|part| part.trim().split_once('='));
    let times: Vec<&str> = parts
        .clone()
        .filter_map(|(name, value)| (name == "t").then_some(value))
        .collect();
    // With two times it would be open which of them was signed.
    let &[time] = times.as_slice() else {
        return Err(malformed());
    };
    let sent = seconds(time).ok_or_else(malformed)?;
    let codes: Vec<Vec<u8>> = parts
        .filter_map(|(name, value)| (name == "v1").then_some(value))
        .take(MAX_SIGNATURES)
        .filter_map(|code| hex::decode(code).ok())
        .collect();
    if codes.is_empty() {
        return Err(malformed());
    }
    let signed = [time.as_bytes(), b".", body];
    if !is_code(Algorithm::Sha256, &signed, secrets, &codes) {
        return Err(Refusal::wrong());
    }
    Ok(VerifiedMessage {
        at: Some(in_time(sent, tolerance, now)?),
        id: body_id(body, "id"),
    })
}
