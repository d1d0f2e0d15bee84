//! An e-mail that is to be sent.

use crate::text;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::valid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes of a mail's text and HTML, each. Providers take 5 MB and
/// more; mail programs cut far earlier.
pub const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// An e-mail that is to be sent to one person. What can be empty is left out
/// of requests where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// Names the message, the same at each try: 1 to 80 letters, digits, dots,
    /// underscores, colons and hyphens.
    pub id: String,
    /// The address that it goes to.
    pub to: String,
    /// The address that it comes from, one the provider lets us use.
    pub from: String,
    /// The name beside it; may be empty.
    pub from_name: String,
    /// The address that answers go to; may be empty.
    pub reply_to: String,
    /// The subject. Line breaks become spaces.
    pub subject: String,
    /// The plain text; may be empty if there is HTML.
    pub text: String,
    /// The HTML; may be empty if there is text.
    pub html: String,
    /// More headers, such as `List-Unsubscribe`; at most 20, each name once.
    pub headers: Vec<(String, String)>,
    /// A word by which the provider groups messages: 1 to 100 letters, digits,
    /// spaces, dots, underscores and hyphens.
    pub tag: Option<String>,
    /// What the provider's reports about the message will bring back; at most
    /// 9 pairs. Some providers show it to the recipient.
    pub metadata: BTreeMap<String, String>,
}

impl Mail {
    /// The same mail, fit to be written into a request: addresses as providers
    /// take them, names and subject in one line.
    ///
    /// Codes: `invalid_id`, `invalid_email`, `required`, `too_long`,
    /// `invalid_header`, `reserved_header`, `duplicate`, `too_many`,
    /// `invalid_tag`, `invalid_metadata`.
    pub(crate) fn checked(&self) -> Result<Mail, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut mail = Mail {
            from_name: text::name(&self.from_name),
            ..self.clone()
        };
        let reply_to = match self.reply_to.as_str() {
            "" => Ok(String::new()),
            given => text::address(given),
        };
        for (name, place, checked) in [
            ("id", &mut mail.id, text::id(&self.id)),
            ("to", &mut mail.to, text::address(&self.to)),
            ("from", &mut mail.from, text::address(&self.from)),
            ("reply_to", &mut mail.reply_to, reply_to),
            ("subject", &mut mail.subject, text::subject(&self.subject)),
        ] {
            match checked {
                Ok(checked) => *place = checked,
                Err(invalid) => wrong.push(invalid.at(name)),
            }
        }
        if self.text.is_empty() && self.html.is_empty() {
            let detail = "A mail needs a text or HTML.";
            wrong.push(Invalid::new(Code::Required, detail).at("text"));
        }
        for (name, body) in [("text", &self.text), ("html", &self.html)] {
            if body.len() > MAX_BODY_BYTES {
                let detail = format!("{} bytes: at most {MAX_BODY_BYTES} fit.", body.len());
                wrong.push(Invalid::new(Code::TooLong, detail).at(name));
            }
        }
        let mut all = |name: &str, checked: Result<(), Vec<Invalid>>| {
            let complaints = checked.err().unwrap_or_default();
            wrong.extend(complaints.into_iter().map(|invalid| invalid.at(name)));
        };
        all("headers", text::headers(&self.headers));
        all("metadata", text::metadata(&self.metadata));
        if let Some(tag) = &self.tag {
            all("tag", text::tag(tag).map_err(|invalid| vec![invalid]));
        }
        valid(mail, wrong)
    }
}
