//! Where messages are sent, in what format, and with what secret.

use crate::format::Format;
use crate::mail::Mail;
use crate::note::Note;
use crate::outgoing::OutgoingRequest;
use crate::providers::{self, Body};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use std::fmt;
use url::Url;

/// The longest secret, in bytes.
const MAX_SECRET_BYTES: usize = 4_096;
/// The stream that every Postmark server has.
const DEFAULT_STREAM: &str = "outbound";

/// Where messages are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
    secret: Option<String>,
    format: Format,
    stream: String,
}

impl fmt::Debug for Endpoint {
    /// Without the secret, and without the URL's path and query, which a
    /// gateway may have put one in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("format", &self.format)
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint. An empty `url` is the provider's own, where it has one for
    /// everybody (Postmark, SendGrid); a Mailpit's may lack its path. The secret
    /// is Postmark's server token, Mailgun's or SendGrid's API key, the bearer
    /// token of our own format, `user:password` of a Mailpit; the last two can
    /// do without.
    ///
    /// Codes: `invalid_url` at `url`, `required` and `invalid_secret` at
    /// `secret`. No message quotes the secret.
    pub fn parse(format: Format, url: &str, secret: Option<&str>) -> Result<Self, Vec<Invalid>> {
        let secret = secret.map(str::trim).filter(|secret| !secret.is_empty());
        let wrong = |checked: &Result<_, Invalid>, name: &str| match checked {
            Ok(()) => None,
            Err(invalid) => Some(invalid.clone().at(name)),
        };
        let read = read_url(format, url);
        let checked = check_secret(format, secret);
        let complaints = [
            wrong(&read.as_ref().map(|_| ()).map_err(Clone::clone), "url"),
            wrong(&checked, "secret"),
        ];
        match read {
            Ok(url) if checked.is_ok() => Ok(Endpoint {
                url,
                secret: secret.map(str::to_owned),
                format,
                stream: DEFAULT_STREAM.to_owned(),
            }),
            _ => Err(complaints.into_iter().flatten().collect()),
        }
    }

    /// The same endpoint with another of Postmark's message streams than
    /// `outbound`, such as `broadcast`; others have none. Code `invalid_stream`.
    pub fn with_stream(mut self, stream: &str) -> Result<Self, Invalid> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if stream.is_empty() || stream.len() > 100 || !stream.bytes().all(plain) {
            let detail = format!("{} is no id of a message stream.", excerpt(stream));
            return Err(Invalid::new(Code::InvalidStream, detail));
        }
        stream.clone_into(&mut self.stream);
        Ok(self)
    }

    /// The format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Where messages are sent.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The request that sends a mail. The complaints are about the mail: see
    /// [`Mail`] for what is right.
    pub fn request(&self, mail: &Mail) -> Result<OutgoingRequest, Vec<Invalid>> {
        let mail = mail.checked()?;
        let body = match self.format {
            Format::Json => providers::json::mail(&mail),
            Format::Postmark => providers::postmark::mail(&mail, &self.stream),
            Format::Mailgun => providers::mailgun::mail(&mail),
            Format::SendGrid => providers::sendgrid::mail(&mail),
            Format::Mailpit => providers::mailpit::mail(&mail),
        };
        Ok(self.outgoing(&mail.id, body))
    }

    /// The request that sends a message of another channel than e-mail. Only
    /// our own format can: code `invalid_format` for the others.
    pub fn request_note(&self, note: &Note) -> Result<OutgoingRequest, Vec<Invalid>> {
        if self.format != Format::Json {
            let detail = format!(
                "{} sends e-mail only: messages of channel {} need an endpoint of format json.",
                self.format, note.channel
            );
            return Err(vec![Invalid::new(Code::InvalidFormat, detail)]);
        }
        note.check()?;
        Ok(self.outgoing(&note.id, providers::json::note(note)))
    }

    fn outgoing(&self, id: &str, body: Body) -> OutgoingRequest {
        let (content_type, body) = match body {
            Body::Json(value) => ("application/json", value.to_string().into_bytes()),
            Body::Form(text) => ("application/x-www-form-urlencoded", text.into_bytes()),
        };
        let mut headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), content_type.to_owned()),
            ("idempotency-key".to_owned(), id.to_owned()),
        ];
        headers.extend(self.credentials());
        OutgoingRequest {
            method: "POST",
            url: self.url.clone(),
            headers,
            body,
        }
    }

    /// The header that shows the secret.
    fn credentials(&self) -> Option<(String, String)> {
        let secret = self.secret.as_deref()?;
        let basic = |text: String| format!("Basic {}", STANDARD.encode(text));
        let (name, value) = match self.format {
            Format::Postmark => ("x-postmark-server-token", secret.to_owned()),
            Format::Mailgun => ("authorization", basic(format!("api:{secret}"))),
            Format::Mailpit => ("authorization", basic(secret.to_owned())),
            Format::SendGrid | Format::Json => ("authorization", format!("Bearer {secret}")),
        };
        Some((name.to_owned(), value))
    }

    /// `text` without the secret, in any form in which it is sent.
    pub(crate) fn masked(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if let Some((_, value)) = self.credentials() {
            let sent = value.rsplit(' ').next().unwrap_or_default();
            text = text.replace(sent, "…");
        }
        let Some(secret) = self.secret.as_deref() else {
            return text;
        };
        let password = match self.format {
            // The name of the user is no secret.
            Format::Mailpit => secret
                .split_once(':')
                .map_or(secret, |(_, password)| password),
            Format::Json | Format::Postmark | Format::Mailgun | Format::SendGrid => secret,
        };
        match password {
            "" => text,
            password => text.replace(password, "…"),
        }
    }
}

fn read_url(format: Format, text: &str) -> Result<Url, Invalid> {
    let text = match text.trim() {
        "" => format.default_url().unwrap_or_default(),
        given => given,
    };
    let refuse = |why: &str| {
        let like = match format {
            Format::Json => "https://gateway.example.org/messages",
            Format::Postmark => "https://api.postmarkapp.com/email",
            Format::Mailgun => "https://api.mailgun.net/v3/example.org/messages",
            Format::SendGrid => "https://api.sendgrid.com/v3/mail/send",
            Format::Mailpit => "http://localhost:8025",
        };
        let detail = format!("This is no URL of {format}: {why}. It must be like {like}.");
        Invalid::new(Code::InvalidUrl, detail)
    };
    let mut url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("user and password don't stand in it"));
    }
    url.set_fragment(None);
    if format == Format::Mailpit && url.path() == "/" {
        url.set_path("/api/v1/send");
    }
    if format == Format::Mailgun {
        let path: Vec<&str> = url.path().split('/').collect();
        if !matches!(path.as_slice(), ["", "v3", domain, "messages"] if !domain.is_empty()) {
            return Err(refuse("it must end with /v3/<your domain>/messages"));
        }
    }
    Ok(url)
}

fn check_secret(format: Format, secret: Option<&str>) -> Result<(), Invalid> {
    let Some(secret) = secret else {
        return match format {
            Format::Json | Format::Mailpit => Ok(()),
            Format::Postmark | Format::Mailgun | Format::SendGrid => {
                let detail = format!("{format} takes no messages without a secret.");
                Err(Invalid::new(Code::Required, detail))
            }
        };
    };
    let visible = |b: u8| b.is_ascii_graphic();
    if secret.len() > MAX_SECRET_BYTES || !secret.bytes().all(visible) {
        let detail =
            format!("A secret has 1 to {MAX_SECRET_BYTES} visible ASCII characters and no spaces.");
        return Err(Invalid::new(Code::InvalidSecret, detail));
    }
    if format == Format::Mailpit && !secret.contains(':') {
        let detail = "The secret of a Mailpit is a user and a password with a colon between them.";
        return Err(Invalid::new(Code::InvalidSecret, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
