//! Mailpit: <https://mailpit.axllent.org/docs/api-v1/>. It knows no metadata, so
//! that becomes headers.

use super::{Body, Members, header_map};
use crate::mail::Mail;
use crate::text::metadata_with_id;
use serde_json::{Value, json};

pub(crate) fn mail(mail: &Mail) -> Body {
    let address = |email: &str, name: &str| match email {
        "" => None,
        _ => Some(Value::Object(
            Members::default().put("Email", email).put("Name", name).0,
        )),
    };
    let mut headers = header_map(&mail.headers);
    for (name, value) in metadata_with_id(&mail.metadata, &mail.id) {
        headers.insert(format!("X-Metadata-{}", name.replace('_', "-")), value);
    }
    Members::default()
        .put("From", address(&mail.from, &mail.from_name))
        .put("To", json!([address(&mail.to, "")]))
        .put("ReplyTo", Vec::from_iter(address(&mail.reply_to, "")))
        .put("Subject", mail.subject.as_str())
        .put("Text", mail.text.as_str())
        .put("HTML", mail.html.as_str())
        .put("Headers", headers)
        .put("Tags", Vec::from_iter(mail.tag.clone()))
        .body()
}
