//! What query parameters and some members can be, for the OpenAPI document.

#![allow(dead_code, reason = "only the description mentions them")]

use roster_model::contact::{MAX_PROVIDER_CHARS, MAX_TOKEN_CHARS};
use roster_model::history::{KINDS, Noun};
use roster_model::import::{APOSTROPHES, DECIMALS, EMPTY_CELLS, OTHERS, RowOutcome};
use roster_model::relation::Side;
use roster_model::write::{self, INVALID};
use roster_model::{Channel, Matching, Party, Status, suppression};
use roster_sheets::{FORMATS, LINE_ENDS, QUOTES};
use roster_store::deliveries::Outcome;
use roster_store::outbox::{Kind, State};
use roster_webhook::{ALGORITHMS, ENCODINGS, SCHEMES, presets};
use serde_json::{Value, json};
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::{ArrayBuilder, ObjectBuilder, OneOfBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// Types of members that are one of a few words.
macro_rules! words {
    ($($(#[doc = $about:literal])+ $name:ident: $words:expr;)+) => {$(
        $(#[doc = $about])+
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let about = concat!($($about,)+).trim();
                let text = ObjectBuilder::new().schema_type(Type::String);
                let text = text.enum_values(Some($words)).description(Some(about));
                RefOr::T(text.into())
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// How a write treats those who are there and those who aren't.
    WriteMode: write::Mode::ALL.map(write::Mode::as_str);
    /// By what a profile is found.
    MatchingMode: Matching::ALL.map(Matching::as_str);
    /// Values that can't be read are left out, or refuse what they come with.
    InvalidValues: INVALID.map(|(word, _)| word);
    /// Line breaks and tabs become a space, or are refused.
    LineBreaks: write::LINE_BREAKS.map(|(word, _)| word);
    /// JSON records are taken as they are.
    WholeRecords: ["data"];
    /// What becomes of columns that no rule names.
    OtherColumns: OTHERS.map(|(word, _)| word);
    /// What stands before fractions.
    DecimalMark: DECIMALS.map(|(word, _)| word);
    /// What an empty cell does to a value.
    EmptyCells: EMPTY_CELLS.map(|(word, _)| word);
    /// What becomes of apostrophes before what could be a formula.
    Apostrophes: APOSTROPHES.map(|(word, _)| word);
    /// Who ended a subscription.
    LeftBy: Party::ALL.into_iter().filter_map(Party::as_left_by);
    /// What a file is written as.
    TableFormat: FORMATS;
    /// Which cells of a CSV stand in quotation marks.
    Quotes: QUOTES;
    /// How lines of a CSV end.
    LineEnds: LINE_ENDS;
    /// How a sender proves that a delivery is genuine.
    VerificationScheme: SCHEMES;
    /// The hash of an HMAC.
    SignatureAlgorithm: ALGORITHMS;
    /// How a signature is written.
    SignatureEncoding: ENCODINGS;
    /// A ready mapping of a webhook.
    PresetName: presets::ALL.map(|preset| preset.name);
    /// Whether profiles enter a segment or leave it.
    MembershipAction: ["add", "remove"];
}

/// A status of a profile or subscription: a word or its number.
pub(crate) struct StatusWord;

impl PartialSchema for StatusWord {
    fn schema() -> RefOr<Schema> {
        let words = Status::ALL.iter().map(|one| Value::from(one.as_str()));
        let numbers = Status::ALL.iter().map(|one| Value::from(one.number()));
        let either = text_or_number().enum_values(Some(words.chain(numbers)));
        let about = "A status of a profile or subscription: a word or its number.";
        RefOr::T(either.description(Some(about)).into())
    }
}

impl ToSchema for StatusWord {}

fn text_or_number() -> ObjectBuilder {
    let either = SchemaType::from_iter([Type::String, Type::Integer]);
    ObjectBuilder::new().schema_type(either)
}

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

/// A side of a relation.
pub(crate) fn side() -> Schema {
    one_of(Side::ALL.map(Side::as_str))
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

/// What the file of a suppression list is.
pub(crate) fn suppression_file() -> Schema {
    one_of(["csv", "txt", "zip"])
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
    one_of(FORMATS)
}

/// What a report is written as.
pub(crate) fn report_format() -> Schema {
    one_of(["json", "csv"])
}

/// Which cells stand in quotation marks.
pub(crate) fn quoted() -> Schema {
    one_of(QUOTES)
}

/// How lines end.
pub(crate) fn line_end() -> Schema {
    one_of(LINE_ENDS)
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

/// A column of a file: its header, or its place counted from 1.
pub(crate) fn column() -> Schema {
    let about = "Its header, or its place counted from 1; of JSON a member or a JSON pointer.";
    let either = text_or_number().description(Some(about));
    either.examples([json!("E-mail")]).into()
}

/// An id of a definition.
pub(crate) fn id() -> Schema {
    like("^[1-9][0-9]{0,14}$")
}

/// An id of a profile.
pub(crate) fn profile_id() -> Schema {
    like("^[0-9a-f]{24}$")
}

/// The name of a push provider.
pub(crate) fn provider() -> Schema {
    like(&format!("^[A-Za-z0-9._-]{{1,{MAX_PROVIDER_CHARS}}}$"))
}

/// A device token or a chat's id.
pub(crate) fn token() -> Schema {
    let signs = r"[^\s\x00-\x1f\x7f-\x9f]";
    like(&format!("^{signs}{{1,{MAX_TOKEN_CHARS}}}$"))
}

/// One line of text.
pub(crate) fn line() -> Schema {
    like(r"^[^\x00-\x1f\x7f-\x9f]{0,100}$")
}
