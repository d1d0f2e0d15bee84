//! Senders that sign nothing and just show the secret.

use super::Refusal;
use crate::header::Headers;
use crate::secret::Secret;
use roster_model::Code;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Refuses a request that doesn't show one of the secrets: after `Bearer` in
/// `Authorization`, or alone in the header that is named.
pub(super) fn check(
    header: Option<&str>,
    headers: &Headers,
    secrets: &[Secret],
) -> Result<(), Refusal> {
    let token = match header {
        Some(name) => headers(name).map(str::trim),
        None => headers("authorization").and_then(after_bearer),
    };
    let token = token.filter(|token| !token.is_empty()).ok_or_else(|| {
        let detail = match header {
            Some(name) => format!("The request has no token in the header {name}."),
            None => "The request has no header like Authorization: Bearer <token>.".to_owned(),
        };
        Refusal::new(Code::TokenMissing, detail)
    })?;
    // Of digests only the equal length is told, not that of the secret.
    let shown = Sha256::digest(token);
    let known = secrets
        .iter()
        .any(|secret| Sha256::digest(secret.key()).ct_eq(&shown).into());
    if known {
        return Ok(());
    }
    Err(Refusal::new(
        Code::TokenWrong,
        "The token is not the secret.",
    ))
}

fn after_bearer(given: &str) -> Option<&str> {
    let (scheme, token) = given.trim().split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start())
}
