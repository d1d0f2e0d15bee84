//! A file as the source of a schedule: a URL, with headers and a secret.

use crate::Code;
use crate::error::{Invalid, excerpt, valid};
use crate::read::Members;
use crate::readers::text_of;
use crate::resource::MAX_URL_CHARS;
use serde_json::{Map, Value, json};
use url::Url;

/// The most headers of a source.
pub const MAX_HEADERS: usize = 50;
/// The longest value of a header, user's name or secret, in bytes.
pub const MAX_HEADER_BYTES: usize = 4096;
/// What values of headers begin with that are stored sealed. None comes from outside:
/// requests with such a one are refused before they are read.
const SEALED: &str = "sealed:";
/// The longest value of a header that is stored sealed, in bytes: a third more, and what
/// says how it is sealed.
const MAX_SEALED_BYTES: usize = MAX_HEADER_BYTES / 3 * 4 + 128;

/// What stands in the place of a header's value where a source is shown.
pub(super) const HIDDEN: &str = "***";

/// Headers that the secret, the connection or the application decide.
const RESERVED: [&str; 19] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "proxy-authorization",
    "range",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Where a file is fetched from. The secret is no part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// An http or https URL without user, password and fragment.
    pub url: Url,
    /// Headers to send, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// How the secret is sent.
    pub auth: Auth,
}

/// How the secret is sent to a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// As the password of this user (RFC 7617).
    Basic {
        /// The user's name, without a colon.
        user: String,
    },
    /// As a bearer token (RFC 6750).
    Bearer,
    /// As the value of this header.
    Header {
        /// The header's name, in lower case.
        name: String,
    },
}

impl FileSource {
    /// Reads `{url, headers, auth, secret}` but for the secret, which is only checked; `auth` is `{type: "basic", user}`,
    /// `{type: "bearer"}` or `{type: "header", name}`. With a source before,
    /// this is a merge patch of it.
    ///
    /// Codes: `required`, `invalid_url`, `invalid_header`, `reserved_header`,
    /// `too_many`, `not_an_option`, `contradiction` (a secret that is not sent).
    pub fn parse(value: &Value, before: Option<&FileSource>) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let url = match before {
            Some(before) => members.not_null("url", url).or(Some(before.url.clone())),
            None => members.required("url", url),
        };
        let mut source = before.cloned();
        let mut headers = source.as_mut().map(|s| std::mem::take(&mut s.headers));
        if let Some(given) = members.take("headers", |v| patched(headers.take(), v)) {
            headers = given;
        }
        let auth = match members.take("auth", auth) {
            Some(given) => given.unwrap_or_default(),
            None => source.map(|s| s.auth).unwrap_or_default(),
        };
        let secret = members.optional("secret", |v| header_value(text_of(v)?));
        if secret.is_some() && auth == Auth::None {
            let detail = "A secret is of no use without auth, which says how it is sent.";
            members.refuse("secret", Invalid::new(Code::Contradiction, detail));
        }
        members.finish()?;
        let missing = || vec![Invalid::new(Code::Required, "url must be there.").at("url")];
        Ok(FileSource {
            url: url.ok_or_else(missing)?,
            headers: headers.unwrap_or_default(),
            auth,
        })
    }

    /// The same for people: values of headers, which may be secrets, are hidden.
    /// Read as a patch, it changes none of them.
    pub fn to_shown(&self) -> Value {
        let mut shown = self.to_json();
        if let Some(Value::Object(headers)) = shown.get_mut("headers") {
            for value in headers.values_mut() {
                *value = HIDDEN.into();
            }
        }
        shown
    }

    /// The same as JSON, as [`FileSource::parse`] reads it.
    pub fn to_json(&self) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let auth = match &self.auth {
            Auth::None => Value::Null,
            Auth::Basic { user } => json!({"type": "basic", "user": user}),
            Auth::Bearer => json!({"type": "bearer"}),
            Auth::Header { name } => json!({"type": "header", "name": name}),
        };
        json!({"url": self.url.as_str(), "headers": headers, "auth": auth})
    }
}

fn url(value: &Value) -> Result<Url, Invalid> {
    let text = text_of(value)?.trim();
    let refuse = |why: &str| {
        let detail = format!(
            "{} is no URL of a file: {why}. It must be like https://example.org/people.csv.",
            excerpt(text)
        );
        Invalid::new(Code::InvalidUrl, detail)
    };
    if text.chars().count() > MAX_URL_CHARS {
        return Err(refuse("it is too long"));
    }
    let mut url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Without the text: it holds a password.
        return Err(Invalid::new(
            Code::InvalidUrl,
            "User and password don't stand in the URL, which everybody sees: give auth and secret.",
        ));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Headers as a merge patch changes them: `null` takes one away.
fn patched(
    before: Option<Vec<(String, String)>>,
    value: &Value,
) -> Result<Vec<(String, String)>, Vec<Invalid>> {
    let Value::Object(members) = value else {
        let detail = "This must be an object of names and values.";
        return Err(vec![Invalid::new(Code::WrongType, detail)]);
    };
    let mut headers = before.unwrap_or_default();
    let mut wrong = Vec::new();
    for (name, value) in members {
        let read = header_name(name).and_then(|name| {
            if value == HIDDEN {
                return kept(&headers, name);
            }
            let value = match value {
                Value::Null => None,
                value => Some(header_value(text_of(value)?)?),
            };
            Ok((name, value))
        });
        match read {
            Ok((name, value)) => {
                headers.retain(|(other, _)| *other != name);
                headers.extend(value.map(|value| (name, value)));
            }
            Err(invalid) => wrong.push(invalid.at(name)),
        }
    }
    if headers.len() > MAX_HEADERS {
        let detail = format!("{} headers: at most {MAX_HEADERS} fit.", headers.len());
        wrong.push(Invalid::new(Code::TooMany, detail));
    }
    valid(headers, wrong)
}

/// A header that comes back as it was shown: it stays what it is.
fn kept(headers: &[(String, String)], name: String) -> Result<(String, Option<String>), Invalid> {
    let known = headers.iter().find(|(other, _)| *other == name);
    let value = known.map(|(_, value)| value.clone()).ok_or_else(|| {
        let detail =
            format!("{HIDDEN} hides the value of a header that is there; this one is not.");
        Invalid::new(Code::InvalidHeader, detail)
    })?;
    Ok((name, Some(value)))
}

fn header_name(text: &str) -> Result<String, Invalid> {
    let name = text.trim().to_ascii_lowercase();
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(token) {
        let detail = format!("{} is no name of a header.", excerpt(text));
        return Err(Invalid::new(Code::InvalidHeader, detail));
    }
    if RESERVED.contains(&&*name) {
        let detail = format!(
            "{name} can't be set: secrets are sent by auth, the rest is decided by the connection."
        );
        return Err(Invalid::new(Code::ReservedHeader, detail));
    }
    Ok(name)
}

/// The value of a header, or a secret that becomes one. The message does not
/// quote it.
fn header_value(text: &str) -> Result<String, Invalid> {
    let text = text.trim();
    let visible = |b: u8| (b' '..=b'~').contains(&b);
    let most = match text.starts_with(SEALED) {
        true => MAX_SEALED_BYTES,
        false => MAX_HEADER_BYTES,
    };
    if text.is_empty() || text.len() > most || !text.bytes().all(visible) {
        let detail = format!(
            "This must be 1 to {MAX_HEADER_BYTES} visible ASCII characters, as headers are."
        );
        return Err(Invalid::new(Code::InvalidHeader, detail));
    }
    Ok(text.to_owned())
}

fn auth(value: &Value) -> Result<Auth, Vec<Invalid>> {
    let mut members = Members::of(value)?;
    let kind = members.required("type", |v| {
        let text = text_of(v)?;
        if ["basic", "bearer", "header"].contains(&text) {
            return Ok(text.to_owned());
        }
        let detail = format!("{} must be basic, bearer or header.", excerpt(text));
        Err(Invalid::new(Code::NotAnOption, detail))
    });
    let auth = match kind.as_deref() {
        Some("basic") => {
            let user = members.required("user", |v| {
                let user = header_value(text_of(v)?)?;
                if user.contains(':') {
                    let detail = "The name of a user has no colon.";
                    return Err(Invalid::new(Code::InvalidHeader, detail));
                }
                Ok(user)
            });
            user.map(|user| Auth::Basic { user })
        }
        Some("bearer") => Some(Auth::Bearer),
        Some("header") => {
            let name = members.required("name", |v| header_name(text_of(v)?));
            name.map(|name| Auth::Header { name })
        }
        _ => None,
    };
    members.finish()?;
    auth.ok_or_else(|| vec![Invalid::new(Code::Required, "auth needs a type.").at("type")])
}
