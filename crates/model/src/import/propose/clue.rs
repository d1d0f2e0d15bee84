//! Why a column may be what is proposed: in parts from which any language can say it, and the
//! English that is made of them.

use crate::channel::Channel;
use crate::error::excerpt;
use crate::id::ResourceId;
use serde::Serialize;

/// What values look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// There are none.
    Empty,
    /// E-mail addresses.
    Email,
    /// Phone numbers.
    Phone,
    /// IP addresses.
    Ip,
    /// Dates.
    Date,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Words for true and false.
    Boolean,
    /// JSON.
    Json,
    /// Words for male and female.
    Sex,
    /// Countries.
    Country,
    /// Any text.
    Text,
}

impl Look {
    fn name(self) -> &'static str {
        match self {
            Look::Empty => "nothing",
            Look::Email => "e-mail addresses",
            Look::Phone => "phone numbers",
            Look::Ip => "IP addresses",
            Look::Date => "dates",
            Look::Integer => "whole numbers",
            Look::Number => "numbers",
            Look::Boolean => "words for true and false",
            Look::Json => "JSON",
            Look::Sex => "words for male and female",
            Look::Country => "countries",
            Look::Text => "text",
        }
    }

    fn predicate(self) -> String {
        match self {
            Look::Empty => "are empty".to_owned(),
            Look::Text => "are text".to_owned(),
            other => format!("look like {}", other.name()),
        }
    }
}

/// How many values look like something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LookCount {
    /// How many do.
    pub count: usize,
    /// Of how many.
    pub total: usize,
    /// Like what.
    pub look: Look,
}

impl LookCount {
    fn text(&self) -> String {
        let Self { count, total, look } = self;
        format!("{} look like {}", of(*count, *total), look.name())
    }
}

/// A part of the reason for a proposal. Several stand one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[allow(missing_docs, reason = "members are called what they hold")]
pub enum Clue {
    /// The header is what a field is called.
    NamedLikeField { column: String, field: String },
    /// The header is what others call a field.
    UsualName { column: String, field: String },
    /// The field takes any text.
    TakesAnyText,
    /// There are no values to compare.
    NoValues,
    /// The values fit the field.
    ValuesFit(LookCount),
    /// Half of them and more do.
    HalfFit(LookCount),
    /// Few of them do.
    FewFit(LookCount),
    /// The header says nothing, the values do.
    ValuesLook(LookCount),
    /// Neither says which field it could be.
    NoField { look: Look },
    /// Phone numbers are without country code.
    NeedsRegion,
    /// The values are ids of profiles.
    ProfileIds,
    /// They are ids of profiles elsewhere.
    ForeignIds,
    /// The system keeps it itself.
    KeptBySystem { column: String },
    /// First names are whole names.
    NamesAreWhole { count: usize, total: usize },
    /// It is a whole name.
    WholeName { column: String },
    /// The values are statuses.
    Statuses,
    /// It may say who agreed to be written to, and for what.
    OptIn {
        column: String,
        resource: ResourceId,
        name: String,
    },
    /// It may, and several resources could be meant.
    OptInOfSeveral { column: String },
    /// It may, and no resource could be meant.
    OptInOfNone { column: String },
    /// Whole subscriptions, as an export writes them.
    Subscriptions,
    /// Contacts of a resource, as an export writes them.
    Contacts { resource: ResourceId, name: String },
    /// Contacts of a resource that isn't here.
    ContactsOfNone {
        resource: ResourceId,
        channel: Channel,
    },
    /// Contacts without the column that says how each stands.
    ContactsWithoutStatus { name: String, column: String },
    /// The column that this one belongs to isn't there.
    NoColumn { column: String },
    /// Relations, as an export writes them.
    Relations,
    /// Relations that this database can't have.
    RelationsOfNone { problem: String },
    /// How many relations there are.
    RelationsCounted { column: String },
    /// Another column gives the field better.
    BetterGiven { field: String, column: String },
    /// The format of its dates.
    DateFormat { format: &'static str },
    /// They could be of another format too.
    DateFormatUnsure { format: &'static str },
}

impl Clue {
    /// What the clues say, in English.
    pub(super) fn sentence(all: &[Clue]) -> String {
        all.iter().map(Clue::text).collect()
    }

    /// How it goes on with what stands before.
    fn text(&self) -> String {
        match self {
            Clue::NamedLikeField { column, field } => {
                format!("{} is what the field {field} is called", excerpt(column))
            }
            Clue::UsualName { column, field } => {
                format!("{} is a usual name for {field}", excerpt(column))
            }
            Clue::TakesAnyText => ".".to_owned(),
            Clue::NoValues => "; there are no values to compare.".to_owned(),
            Clue::ValuesFit(seen) => format!(", and {}.", seen.text()),
            Clue::HalfFit(seen) => format!(", but only {}.", seen.text()),
            Clue::FewFit(seen) => format!(", but only {}: look at it before.", seen.text()),
            Clue::ValuesLook(seen) => format!("{}.", seen.text()),
            Clue::NoField { look } => {
                let values = look.predicate();
                format!("No field is called like this, and the values {values}.")
            }
            Clue::NeedsRegion => {
                " The numbers have no + and country code, so the region must be right.".to_owned()
            }
            Clue::ProfileIds => {
                "All values are ids of profiles, for matching by profile_id.".to_owned()
            }
            Clue::ForeignIds => {
                "The values are ids of profiles, but of none in this database.".to_owned()
            }
            Clue::KeptBySystem { column } => {
                format!("{column} is kept by the system: events write it.")
            }
            Clue::NamesAreWhole { count, total } => format!(
                "{} of several words, beside no last name, are whole names, and no field holds those.",
                of(*count, *total)
            ),
            Clue::WholeName { column } => format!(
                "{} is a whole name, and no field holds one: split it into first and last name before.",
                excerpt(column)
            ),
            Clue::Statuses => {
                "The values are statuses; this is the global one of a profile.".to_owned()
            }
            Clue::OptIn { column, name, .. } => format!(
                "{} says true or false, and {} is the only resource with e-mail: true would subscribe, false unsubscribe.",
                excerpt(column),
                excerpt(name)
            ),
            Clue::OptInOfSeveral { column } => format!(
                "{} says true or false, but several resources could be meant: say which.",
                excerpt(column)
            ),
            Clue::OptInOfNone { column } => format!(
                "{} says true or false, but no resource of the database has e-mail.",
                excerpt(column)
            ),
            Clue::Subscriptions => "The values are whole subscriptions in JSON, as an export writes them: look whether the resources are the same here.".to_owned(),
            Clue::Contacts { resource, name } => format!(
                "An export names so what it has of subscriptions to resource {resource}, which is {} here: look whether it is the same.",
                excerpt(name)
            ),
            Clue::ContactsOfNone { resource, channel } => format!(
                "An export names contacts of a resource so, but the database has no resource {resource} with {channel}: say which is meant."
            ),
            Clue::ContactsWithoutStatus { name, column } => format!(
                "An export names contacts of {} so, but no column {column} says how each of them stands, and nothing said is no yes: map it yourself if they agreed.",
                excerpt(name)
            ),
            Clue::NoColumn { column } => format!("There is no column {}.", excerpt(column)),
            Clue::Relations => "The values are relations as an export writes them, with the ids of the profiles across.".to_owned(),
            Clue::RelationsOfNone { problem } => format!(
                "An export names relations so, but not of this database: {problem}"
            ),
            Clue::RelationsCounted { column } => {
                format!("{} only counts relations.", excerpt(column))
            }
            Clue::BetterGiven { field, column } => {
                format!(" But {field} is better given by {}.", excerpt(column))
            }
            Clue::DateFormat { format } => format!(" Their format is {format}."),
            Clue::DateFormatUnsure { format } => {
                format!(" It could as well be {format}: only you can say.")
            }
        }
    }
}

fn of(count: usize, total: usize) -> String {
    if count == total {
        format!("all {total} values")
    } else {
        format!("{count} of {total} values")
    }
}
