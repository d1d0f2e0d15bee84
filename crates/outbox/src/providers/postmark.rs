//! Postmark: <https://postmarkapp.com/developer/api/email-api>.

use super::{Body, Members};
use crate::mail::Mail;
use crate::text::{mailbox, metadata_with_id};
use serde_json::{Value, json};

pub(crate) fn mail(mail: &Mail, stream: &str) -> Body {
    let headers = mail.headers.iter();
    let headers: Vec<Value> = headers
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect();
    Members::default()
        .put("From", mailbox(&mail.from_name, &mail.from))
        .put("To", mail.to.as_str())
        .put("ReplyTo", mail.reply_to.as_str())
        .put("Subject", mail.subject.as_str())
        .put("TextBody", mail.text.as_str())
        .put("HtmlBody", mail.html.as_str())
        .put("Headers", headers)
        .put("Tag", mail.tag.as_deref())
        .put("Metadata", metadata_with_id(&mail.metadata, &mail.id))
        .put("MessageStream", stream)
        .body()
}
