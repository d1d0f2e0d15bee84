//! What nobody can guess: ids and secrets, from the host's random source.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roster_http::Problem;
use roster_webhook::{Scheme, Secret};

/// A new webhook's id: 32 characters, 192 random bits.
pub(super) fn id() -> Result<String, Problem> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<24>()?))
}

/// A new secret of a scheme: 256 random bits.
pub(super) fn secret(scheme: &Scheme) -> Result<Secret, Problem> {
    let bytes = bytes::<32>()?;
    let made = match scheme.name() {
        "standard" => Secret::from_bytes(&bytes),
        _ => scheme.secret(&URL_SAFE_NO_PAD.encode(bytes)),
    };
    made.map_err(|invalid| Problem::internal(&invalid))
}

fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Problem::internal(&error))?;
    Ok(bytes)
}
