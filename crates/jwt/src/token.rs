//! A token: read, then checked.

use crate::flaw::Flaw;
use crate::key::{Algorithm, Key};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The longest token that is looked at. An app's has a few hundred bytes.
pub const MAX_TOKEN_BYTES: usize = 8192;
/// By how many seconds clocks may differ.
pub const LEEWAY_S: i64 = 60;

/// A token that was read and not checked: what it says is anybody's word.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    algorithm: Algorithm,
    claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    /// Reads a token.
    ///
    /// # Errors
    /// It is none, or signed by nothing that counts here.
    pub fn read(text: &'a str) -> Result<Self, Flaw> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(Flaw::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(Flaw::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Flaw::Malformed)?;
        let header = object(header)?;
        if header.contains_key("crit") {
            return Err(Flaw::Critical);
        }
        let name = header.get("alg").and_then(Value::as_str);
        Ok(Token {
            algorithm: name.and_then(Algorithm::named).ok_or(Flaw::Algorithm)?,
            claims: object(claims)?,
            signed,
            signature: decoded(signature)?,
        })
    }

    /// How it says that it is signed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What it says, by anybody: good for finding the keys that may have signed it.
    #[must_use]
    pub fn unproven(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The place among `keys` of the one that signed it. Keys of another algorithm are not
    /// tried.
    ///
    /// # Errors
    /// [`Flaw::Signature`].
    pub fn signer(&self, keys: &[Key]) -> Result<usize, Flaw> {
        let may = |key: &Key| key.algorithm() == self.algorithm;
        let did = |key: &Key| may(key) && key.signed(self.signed.as_bytes(), &self.signature);
        keys.iter().position(did).ok_or(Flaw::Signature)
    }

    /// Whether it holds at `now`, in seconds since 1970; with `endless`, also without `exp`.
    ///
    /// # Errors
    /// Its time is over or has not begun, or it has none.
    pub fn holds(&self, now: i64, endless: bool) -> Result<(), Flaw> {
        let late = now.saturating_sub(LEEWAY_S);
        let early = now.saturating_add(LEEWAY_S);
        match self.claims.get("exp").filter(|exp| !exp.is_null()) {
            None if endless => {}
            None => return Err(Flaw::Endless),
            Some(exp) if seconds(exp).ok_or(Flaw::Endless)? <= late => return Err(Flaw::Expired),
            Some(_) => {}
        }
        match self.claims.get("nbf").filter(|nbf| !nbf.is_null()) {
            Some(nbf) if seconds(nbf).is_none_or(|begin| begin > early) => Err(Flaw::NotYet),
            _ => Ok(()),
        }
    }
}

/// A time as RFC 7519 has it: a number, perhaps with a fraction.
fn seconds(value: &Value) -> Option<i64> {
    let whole = value.as_i64();
    whole.or_else(|| format!("{:.0}", value.as_f64()?.floor()).parse().ok())
}

fn object(part: &str) -> Result<Map<String, Value>, Flaw> {
    let read = serde_json::from_slice(&decoded(part)?);
    read.map_err(|_| Flaw::Malformed)
}

fn decoded(part: &str) -> Result<Vec<u8>, Flaw> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Flaw::Malformed)
}
