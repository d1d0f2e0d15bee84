//! Whether a delivery is genuine: one scheme for each way in which senders
//! prove it.

mod bearer;
mod code;
mod definition;
mod standard;
mod stripe;

pub(crate) use code::code_of;
pub use definition::{ALGORITHMS, ENCODINGS, SCHEMES};
pub(crate) use standard::{ID, SIGNATURE, TIMESTAMP, key as key_of_standard};

use crate::header::{Headers, id};
use crate::secret::Secret;
use code::BodyCode;
use roster_model::Code;
use roster_model::{Invalid, Timestamp};
use serde_json::Value;
use std::fmt;

/// How a sender proves that it knows the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// How far the sender's clock may be off, in seconds.
    Standard(i64),
    /// As in `Standard`.
    Stripe(i64),
    Shopify,
    Github,
    Typeform,
    Hmac(BodyCode),
    /// The header with the bare token, if it is not `Authorization`.
    Bearer(Option<String>),
    None,
}

/// What is known of a delivery that was accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifiedMessage {
    /// The sender's id of the message, the same when it is sent again. Where it
    /// stands in a header of its own (Shopify, GitHub) no code covers it.
    pub id: Option<String>,
    /// When the sender says that it happened or was sent.
    pub at: Option<Timestamp>,
}

/// Why a delivery was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable name: `no_secret`, `signature_missing`, `signature_malformed`,
    /// `signature_wrong`, `timestamp_too_old`, `timestamp_too_new`,
    /// `token_missing` or `token_wrong`.
    pub code: Code,
    /// A sentence for the receiver's own people: never a secret, and nothing
    /// of the code that would have been right.
    pub detail: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Refusal {
            code,
            detail: detail.into(),
        }
    }

    fn missing(header: &str) -> Self {
        let detail = format!("The request has no header {header}.");
        Refusal::new(Code::SignatureMissing, detail)
    }

    fn malformed(header: &str, right: &str) -> Self {
        let detail = format!("The header {header} must be like {right}.");
        Refusal::new(Code::SignatureMalformed, detail)
    }

    fn wrong() -> Self {
        let detail = "The signature was made with another secret, or of another body.";
        Refusal::new(Code::SignatureWrong, detail)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

impl Scheme {
    /// The scheme's name, as its definition has it.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Standard(_) => "standard",
            Kind::Stripe(_) => "stripe",
            Kind::Shopify => "shopify",
            Kind::Github => "github",
            Kind::Typeform => "typeform",
            Kind::Hmac(_) => "hmac",
            Kind::Bearer(_) => "bearer",
            Kind::None => "none",
        }
    }

    /// Whether it needs a secret: all but `none`.
    pub fn needs_secret(&self) -> bool {
        self.kind != Kind::None
    }

    /// Reads a secret of this scheme: see [`Secret::standard`] and
    /// [`Secret::text`]. Code: `invalid_secret`.
    pub fn secret(&self, text: &str) -> Result<Secret, Invalid> {
        match self.kind {
            Kind::Standard(_) => Secret::standard(text),
            _ => Secret::text(text),
        }
    }

    /// Checks a delivery against its raw body. Any of the secrets will do, so
    /// that one can take another's place. The secrets are those that
    /// [`Scheme::secret`] of this scheme read.
    ///
    /// Codes are compared in constant time. A message is old or new only if its
    /// signature is right, so that anyone who has no secret learns nothing else.
    pub fn check(
        &self,
        headers: &Headers,
        body: &[u8],
        secrets: &[Secret],
        now: Timestamp,
    ) -> Result<VerifiedMessage, Refusal> {
        if self.needs_secret() && secrets.is_empty() {
            let detail = "No secret is set, so nobody can know it.";
            return Err(Refusal::new(Code::NoSecret, detail));
        }
        let header_id = |name: &str| headers(name).and_then(id).map(str::to_owned);
        match &self.kind {
            Kind::Standard(tolerance) => standard::check(headers, body, secrets, *tolerance, now),
            Kind::Stripe(tolerance) => stripe::check(headers, body, secrets, *tolerance, now),
            Kind::Shopify => {
                BodyCode::shopify().check(headers, body, secrets)?;
                Ok(VerifiedMessage {
                    id: header_id("x-shopify-webhook-id"),
                    at: headers("x-shopify-triggered-at").and_then(|at| at.parse().ok()),
                })
            }
            Kind::Github => {
                BodyCode::github().check(headers, body, secrets)?;
                Ok(VerifiedMessage {
                    id: header_id("x-github-delivery"),
                    at: None,
                })
            }
            Kind::Typeform => {
                BodyCode::typeform().check(headers, body, secrets)?;
                Ok(VerifiedMessage {
                    id: body_id(body, "event_id"),
                    at: None,
                })
            }
            Kind::Hmac(code) => {
                code.check(headers, body, secrets)?;
                Ok(VerifiedMessage::default())
            }
            Kind::Bearer(header) => {
                bearer::check(header.as_deref(), headers, secrets)?;
                Ok(VerifiedMessage::default())
            }
            Kind::None => Ok(VerifiedMessage::default()),
        }
    }

    /// The header of its definition that carries a code or a token.
    pub(crate) fn own_header(&self) -> Option<&str> {
        match &self.kind {
            Kind::Hmac(code) => Some(code.header()),
            Kind::Bearer(header) => header.as_deref(),
            _ => None,
        }
    }
}

/// A member of a JSON body that is the message's id.
fn body_id(body: &[u8], name: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    id(body.get(name)?.as_str()?).map(str::to_owned)
}

/// Seconds since 1970, as senders write them in headers.
fn seconds(text: &str) -> Option<i64> {
    let sound = (1..=11).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| sound)
}

/// Refuses what was sent too long ago, or comes from the future.
fn in_time(seconds: i64, tolerance: i64, now: Timestamp) -> Result<Timestamp, Refusal> {
    let at = Timestamp::from_ms(seconds.saturating_mul(1000));
    let age = now.ms().saturating_sub(at.ms());
    let most = tolerance.saturating_mul(1000);
    if age > most {
        let detail = format!("The message was signed at {at}, more than {tolerance} seconds ago.");
        return Err(Refusal::new(Code::TimestampTooOld, detail));
    }
    if age < -most {
        let detail = format!(
            "The message was signed at {at}, more than {tolerance} seconds ahead of our clock."
        );
        return Err(Refusal::new(Code::TimestampTooNew, detail));
    }
    Ok(at)
}
