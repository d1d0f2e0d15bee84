//! The providers whose requests we can write.

use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use std::fmt;
use std::str::FromStr;

/// How requests to an endpoint look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Our own: any channel, for a gateway that somebody writes.
    Json,
    /// Postmark's `/email`.
    Postmark,
    /// Mailgun's `/v3/<domain>/messages`.
    Mailgun,
    /// SendGrid's `/v3/mail/send`.
    SendGrid,
    /// Mailpit's `/api/v1/send`, which delivers nothing: for trying things out.
    Mailpit,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 5] = [
        Format::Json,
        Format::Postmark,
        Format::Mailgun,
        Format::SendGrid,
        Format::Mailpit,
    ];

    /// The name, as in settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Postmark => "postmark",
            Format::Mailgun => "mailgun",
            Format::SendGrid => "sendgrid",
            Format::Mailpit => "mailpit",
        }
    }

    /// Where the provider takes messages, if that is the same for everybody.
    pub fn default_url(self) -> Option<&'static str> {
        match self {
            Format::Postmark => Some("https://api.postmarkapp.com/email"),
            Format::SendGrid => Some("https://api.sendgrid.com/v3/mail/send"),
            Format::Json | Format::Mailgun | Format::Mailpit => None,
        }
    }
}

impl FromStr for Format {
    type Err = Invalid;

    /// Refuses anything but a format's name, with code `invalid_format`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == text)
            .ok_or_else(|| {
                let detail = format!(
                    "{} is no format: it must be one of {}.",
                    excerpt(text),
                    Self::ALL.map(Self::as_str).join(", ")
                );
                Invalid::new(Code::InvalidFormat, detail)
            })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_read_as_it_is_written() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        for text in ["", "SendGrid", "smtp"] {
            assert_eq!(
                text.parse::<Format>().unwrap_err().code.as_str(),
                "invalid_format",
                "{text}"
            );
        }
    }
}
