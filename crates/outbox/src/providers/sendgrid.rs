//! SendGrid: <https://www.twilio.com/docs/sendgrid/api-reference/mail-send>.

use super::{Body, Members, header_map};
use crate::mail::Mail;
use crate::text::metadata_with_id;
use serde_json::{Value, json};

pub(crate) fn mail(mail: &Mail) -> Body {
    let address = |email: &str, name: &str| {
        let members = Members::default().put("email", email).put("name", name);
        Value::Object(members.0)
    };
    let reply_to = match mail.reply_to.as_str() {
        "" => Value::Null,
        email => address(email, ""),
    };
    // Empty parts are refused, and so is HTML before text.
    let parts = [("text/plain", &mail.text), ("text/html", &mail.html)];
    let content: Vec<Value> = parts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(kind, value)| json!({"type": kind, "value": value}))
        .collect();
    Members::default()
        .put(
            "personalizations",
            json!([{
                "to": [address(&mail.to, "")],
                "custom_args": metadata_with_id(&mail.metadata, &mail.id),
            }]),
        )
        .put("from", address(&mail.from, &mail.from_name))
        .put("reply_to", reply_to)
        .put("subject", mail.subject.as_str())
        .put("content", content)
        .put("headers", header_map(&mail.headers))
        .put("categories", Vec::from_iter(mail.tag.clone()))
        .body()
}
