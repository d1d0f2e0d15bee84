//! The words that query parameters can be, for the OpenAPI document.

#![allow(dead_code, reason = "only the description mentions them")]

use roster_model::history::{KINDS, Noun};
use roster_model::{Channel, suppression};
use roster_store::deliveries::Outcome;
use roster_store::outbox::{Kind, State};
use utoipa::openapi::{ObjectBuilder, Schema, Type};

fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.enum_values(Some(words)).into()
}

/// The channel of a contact.
pub(crate) fn channel() -> Schema {
    one_of(Channel::ALL.map(Channel::as_str))
}

/// What is defined.
pub(crate) fn noun() -> Schema {
    one_of(Noun::ALL.map(Noun::as_str))
}

/// What a history tells.
pub(crate) fn change() -> Schema {
    one_of(KINDS.iter().copied())
}

/// What became of a webhook's delivery.
pub(crate) fn delivered() -> Schema {
    one_of(Outcome::ALL.map(Outcome::as_str))
}

/// Where a message is.
pub(crate) fn message_state() -> Schema {
    one_of(State::ALL.map(State::as_str))
}

/// What a message is.
pub(crate) fn message_kind() -> Schema {
    one_of(Kind::ALL.map(Kind::as_str))
}

/// What an entry of a suppression list is.
pub(crate) fn suppressed() -> Schema {
    one_of(suppression::Kind::ALL.map(suppression::Kind::as_str))
}

/// How the values of a suppression list are shown.
pub(crate) fn hashed() -> Schema {
    one_of(["no", "md5", "sha256"])
}

/// Where is searched.
pub(crate) fn searched() -> Schema {
    one_of(["all", "profiles", "subscriptions"])
}

/// Which rows a report has.
pub(crate) fn reported() -> Schema {
    one_of(["failed", "skipped", "warning", "all"])
}

/// The form that progress is sent in.
pub(crate) fn progress() -> Schema {
    one_of(["events", "lines"])
}

/// What a file is written as.
pub(crate) fn format() -> Schema {
    one_of(["csv", "jsonl", "xlsx"])
}

/// Which cells stand in quotation marks.
pub(crate) fn quoted() -> Schema {
    one_of(["minimal", "all"])
}

/// How lines end.
pub(crate) fn line_end() -> Schema {
    one_of(["crlf", "lf"])
}
