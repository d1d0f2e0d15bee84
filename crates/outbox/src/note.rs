//! A message of a channel other than e-mail.

use crate::text;
use roster_model::Code;
use roster_model::error::valid;
use roster_model::{Channel, Invalid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest recipient, in bytes: `provider:token` of a push service.
const MAX_TO_BYTES: usize = 9_000;
/// The longest text, in bytes.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// A text for one person: a text message, a push message, one for a chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Names the message, the same at each try; like [`crate::Mail::id`].
    pub id: String,
    /// Any channel but [`Channel::Email`].
    pub channel: Channel,
    /// The contact's key: a number in E.164, `provider:token`, a chat's id.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Like [`crate::Mail::tag`].
    #[serde(default)]
    pub tag: Option<String>,
    /// Like [`crate::Mail::metadata`].
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

impl Note {
    /// Codes: `invalid_channel`, `invalid_id`, `required`, `invalid_contact`,
    /// `too_long`, `invalid_tag`, `too_many`, `invalid_metadata`.
    pub(crate) fn check(&self) -> Result<(), Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut refuse = |name: &str, code, detail: &str| {
            wrong.push(Invalid::new(code, detail).at(name));
        };
        if self.channel == Channel::Email {
            refuse(
                "channel",
                Code::InvalidChannel,
                "An e-mail is sent as a mail.",
            );
        }
        if self.to.is_empty() || self.text.is_empty() {
            let name = if self.to.is_empty() { "to" } else { "text" };
            refuse(
                name,
                Code::Required,
                "A message needs a recipient and a text.",
            );
        }
        if self
            .to
            .contains(|c: char| c.is_control() || c.is_whitespace())
        {
            refuse("to", Code::InvalidContact, "A contact has no white space.");
        }
        if self.to.len() > MAX_TO_BYTES {
            refuse("to", Code::TooLong, "This is too long for a contact.");
        }
        if self.text.len() > MAX_TEXT_BYTES {
            refuse("text", Code::TooLong, "A text is at most 64 KiB long.");
        }
        wrong.extend(text::id(&self.id).err().map(|invalid| invalid.at("id")));
        if let Some(tag) = &self.tag {
            wrong.extend(text::tag(tag).err().map(|invalid| invalid.at("tag")));
        }
        let metadata = text::metadata(&self.metadata).err().unwrap_or_default();
        wrong.extend(metadata.into_iter().map(|invalid| invalid.at("metadata")));
        valid((), wrong)
    }
}
