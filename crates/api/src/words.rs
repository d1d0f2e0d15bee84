//! What query parameters and some members can be, for the OpenAPI document.

#![allow(dead_code, reason = "only the description mentions them")]

use roster_model::history::{KINDS, Noun};
use roster_model::import::RowOutcome;
use roster_model::{Channel, Status, suppression};
use roster_store::deliveries::Outcome;
use roster_store::outbox::{Kind, State};
use serde_json::json;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, Type};

fn like(pattern: &str) -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.pattern(Some(pattern)).into()
}

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

/// A global status by name or number.
pub(crate) fn status() -> Schema {
    let names = Status::ALL.map(Status::as_str);
    let numbers = (0..names.len()).map(|number| number.to_string());
    let all: Vec<String> = names
        .map(str::to_owned)
        .into_iter()
        .chain(numbers)
        .collect();
    one_of(all.iter().map(String::as_str))
}

/// Which rows of an import are meant: `all`, or some outcomes.
pub(crate) fn chosen_outcomes() -> Schema {
    let outcomes = RowOutcome::ALL.map(RowOutcome::as_str);
    let several = ArrayBuilder::new().items(RefOr::T(one_of(outcomes)));
    let either = OneOfBuilder::new().item(one_of(["all"])).item(several);
    let about = "Which rows are meant: of some outcomes, or `\"all\"`.";
    let either = either.description(Some(about));
    either.examples([json!("all")]).into()
}

/// An id of a definition.
pub(crate) fn id() -> Schema {
    like("^[1-9][0-9]{0,14}$")
}

/// An id of a profile.
pub(crate) fn profile_id() -> Schema {
    like("^[0-9a-f]{24}$")
}

/// One line of text.
pub(crate) fn line() -> Schema {
    like(r"^[^\x00-\x1f\x7f-\x9f]{0,100}$")
}
