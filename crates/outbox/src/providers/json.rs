//! Our own format, for a gateway that somebody writes: `docs/OUTBOX.md`.

use super::{Body, Members, header_map};
use crate::mail::Mail;
use crate::note::Note;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

pub(crate) fn mail(mail: &Mail) -> Body {
    let from = Members::default()
        .put("email", mail.from.as_str())
        .put("name", mail.from_name.as_str());
    Members::default()
        .put("id", mail.id.as_str())
        .put("channel", "email")
        .put("to", mail.to.as_str())
        .put("from", from.0)
        .put("reply_to", mail.reply_to.as_str())
        .put("subject", mail.subject.as_str())
        .put("text", mail.text.as_str())
        .put("html", mail.html.as_str())
        .put("headers", header_map(&mail.headers))
        .put("tag", mail.tag.as_deref())
        .put("metadata", metadata(&mail.metadata))
        .body()
}

pub(crate) fn note(note: &Note) -> Body {
    Members::default()
        .put("id", note.id.as_str())
        .put("channel", note.channel.as_str())
        .put("to", note.to.as_str())
        .put("text", note.text.as_str())
        .put("tag", note.tag.as_deref())
        .put("metadata", metadata(&note.metadata))
        .body()
}

fn metadata(given: &BTreeMap<String, String>) -> Map<String, Value> {
    let pairs = given.iter().map(|(k, v)| (k.clone(), v.as_str().into()));
    pairs.collect()
}
