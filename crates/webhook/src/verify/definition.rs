//! Reading which scheme a receiver was set to.

use super::code::{Algorithm, BodyCode, Encoding};
use super::{Kind, Scheme};
use crate::header;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::{excerpt, excerpt_json};
use roster_model::read::Members;
use serde_json::Value;

/// The names of the schemes.
pub const SCHEMES: [&str; 8] = [
    "standard", "stripe", "shopify", "github", "typeform", "hmac", "bearer", "none",
];
/// The words of `algorithm`.
pub const ALGORITHMS: [&str; 3] = ["sha256", "sha1", "sha512"];
/// The words of `encoding`.
pub const ENCODINGS: [&str; 2] = ["hex", "base64"];
/// How far a sender's clock may be off, in seconds, unless it is said.
const TOLERANCE: i64 = 300;
/// The largest tolerance, in seconds: a day.
const MAX_TOLERANCE: i64 = 86_400;
/// The longest text before a code, in bytes.
const MAX_PREFIX: usize = 32;

impl Scheme {
    /// Reads `{"scheme": "standard" | "stripe" | "shopify" | "github" |
    /// "typeform" | "hmac" | "bearer" | "none"}` and what belongs to it:
    /// `tolerance_seconds` for `standard` and `stripe`; `header`, `algorithm`
    /// (`sha256`, `sha1`, `sha512`), `encoding` (`hex`, `base64`) and `prefix`
    /// for `hmac`; `header` for `bearer`.
    ///
    /// Codes: `wrong_type`, `required`, `invalid_scheme`, `invalid_header`,
    /// `invalid_algorithm`, `invalid_encoding`, `invalid_prefix`,
    /// `out_of_range`, `not_supported` (belongs to another scheme),
    /// `unknown_field`.
    pub fn parse(definition: &Value) -> Result<Scheme, Vec<Invalid>> {
        let mut members = Members::of(definition)?;
        let name = members.required("scheme", |v| one_of(v, Code::InvalidScheme, &SCHEMES));
        let tolerance = members.optional("tolerance_seconds", tolerance);
        let header = members.optional("header", header::name);
        let algorithm = members.optional("algorithm", |v| {
            one_of(v, Code::InvalidAlgorithm, &ALGORITHMS)
        });
        let encoding =
            members.optional("encoding", |v| one_of(v, Code::InvalidEncoding, &ENCODINGS));
        let prefix = members.optional("prefix", prefix);
        if let Some(name) = name {
            let timed = matches!(name, "standard" | "stripe");
            let hmac = name == "hmac";
            for (setting, fits) in [
                ("tolerance_seconds", timed),
                ("header", hmac || name == "bearer"),
                ("algorithm", hmac),
                ("encoding", hmac),
                ("prefix", hmac),
            ] {
                let given = definition.get(setting).is_some_and(|v| !v.is_null());
                if given && !fits {
                    let detail = format!("The scheme {name} has no {setting}.");
                    members.refuse(setting, Invalid::new(Code::NotSupported, detail));
                }
            }
            if hmac && definition.get("header").is_none_or(Value::is_null) {
                let detail = "The scheme hmac needs the header that the code stands in.";
                members.refuse("header", Invalid::new(Code::Required, detail));
            }
        }
        members.finish()?;
        let tolerance = tolerance.unwrap_or(TOLERANCE);
        let kind = match name.unwrap_or("none") {
            "standard" => Kind::Standard(tolerance),
            "stripe" => Kind::Stripe(tolerance),
            "shopify" => Kind::Shopify,
            "github" => Kind::Github,
            "typeform" => Kind::Typeform,
            "hmac" => Kind::Hmac(BodyCode {
                header: header.unwrap_or_default(),
                algorithm: match algorithm {
                    Some("sha1") => Algorithm::Sha1,
                    Some("sha512") => Algorithm::Sha512,
                    _ => Algorithm::Sha256,
                },
                encoding: match encoding {
                    Some("base64") => Encoding::Base64,
                    _ => Encoding::Hex,
                },
                prefix: prefix.unwrap_or_default(),
            }),
            "bearer" => Kind::Bearer(header.filter(|name| name != "authorization")),
            _ => Kind::None,
        };
        Ok(Scheme { kind })
    }
}

fn one_of<'a>(value: &'a Value, code: Code, names: &[&str]) -> Result<&'a str, Invalid> {
    match value {
        Value::String(name) if names.contains(&&**name) => Ok(name),
        _ => {
            let detail = format!(
                "{} is not one of {}.",
                excerpt_json(value),
                names.join(", ")
            );
            Err(Invalid::new(code, detail))
        }
    }
}

fn tolerance(value: &Value) -> Result<i64, Invalid> {
    let seconds = value.as_i64();
    let seconds = seconds.filter(|seconds| (1..=MAX_TOLERANCE).contains(seconds));
    seconds.ok_or_else(|| {
        let detail = format!("The tolerance must be 1 to {MAX_TOLERANCE} seconds.");
        Invalid::new(Code::OutOfRange, detail)
    })
}

fn prefix(value: &Value) -> Result<String, Invalid> {
    match value {
        Value::String(text)
            if text.len() <= MAX_PREFIX && text.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok(text.clone())
        }
        Value::String(text) => {
            let detail = format!(
                "{} can't stand before a code: it must be at most {MAX_PREFIX} visible ASCII characters.",
                excerpt(text)
            );
            Err(Invalid::new(Code::InvalidPrefix, detail))
        }
        _ => Err(Invalid::wrong_type(value, "a string")),
    }
}
