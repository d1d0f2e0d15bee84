//! What a source's columns are.

use crate::SourceError;
use roster_model::Code;
use roster_model::error::excerpt;

/// What is known of a source's columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Those that are read, in order.
    pub columns: Vec<ReadColumn>,
    /// Those that can't be read, and are not used: left out.
    pub left_out: Vec<String>,
    /// The key.
    pub key: Option<OrderColumn>,
    /// The watermark.
    pub watermark: Option<OrderColumn>,
}

/// A column that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadColumn {
    /// Its name.
    pub name: String,
    /// What is asked for, with `x` for the source.
    pub sql: String,
    /// What its values are.
    pub meaning: Meaning,
    /// Whether the import needs it: a value that can't be read is left out otherwise.
    pub needed: bool,
}

/// What values of a column are, where the database hands over text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// What they are.
    Plain,
    /// JSON.
    Json,
    /// Times of UTC, without saying so.
    Utc,
    /// Text, or JSON that a database keeps as text.
    TextOrJson,
    /// What the database made text of: a date, a decimal number, JSON or bytes.
    Unsure,
}

/// A column that orders rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderColumn {
    /// The column, as statements name it, with `x` for the source.
    pub sql: String,
    /// Its value as a text that a parameter takes back without loss.
    pub text: String,
    /// The condition that a value isn't infinite, for types that have such.
    pub finite: Option<String>,
    /// Its type, as statements cast to it; none where a parameter has it by itself.
    pub cast: Option<String>,
    /// Whether it holds whole numbers.
    pub whole: bool,
}

/// The place of a column that a source names; it must be there once.
///
/// # Errors
/// `source_column`.
pub(crate) fn place(names: &[String], name: &str, what: &str) -> Result<usize, SourceError> {
    let mut places = names.iter().enumerate().filter(|(_, other)| *other == name);
    match (places.next(), places.next()) {
        (Some((at, _)), None) => Ok(at),
        (Some(_), Some(_)) => Err(twice(name)),
        (None, _) => {
            let known: Vec<&str> = names.iter().take(20).map(String::as_str).collect();
            let detail = format!(
                "The source has no column {} for the {what}. It has {}.",
                excerpt(name),
                known.join(", ")
            );
            Err(SourceError::permanent(Code::SourceColumn, detail))
        }
    }
}

/// Refuses a source with two columns of one name: nobody could say which is meant.
///
/// # Errors
/// `query_failed`.
pub(crate) fn distinct(names: &[String]) -> Result<(), SourceError> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    let double = sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .find(|(one, other)| one == other);
    match double {
        Some((name, _)) => Err(twice(name)),
        None => Ok(()),
    }
}

fn twice(name: &str) -> SourceError {
    let detail = format!(
        "Two columns of the query are called {}: give one another name with AS.",
        excerpt(name)
    );
    SourceError::permanent(Code::QueryFailed, detail)
}

/// A column of a type that no field can hold.
pub(crate) fn unreadable(name: &str, kind: &str) -> SourceError {
    let detail = format!(
        "The column {} is of the type {kind}, which can't be read: leave it out, or make text \
         of it in a query.",
        excerpt(name)
    );
    SourceError::permanent(Code::ColumnUnreadable, detail)
}

/// A value that is cut off where it is read.
pub(crate) fn too_long(name: &str, characters: usize) -> SourceError {
    let detail = format!(
        "The column {} has a value of {characters} characters or more, which is not read whole: \
         leave it out, or read a part of it in a query.",
        excerpt(name)
    );
    SourceError::permanent(Code::ColumnUnreadable, detail)
}

/// A key or watermark of a type whose values can't be put in order.
pub(crate) fn unordered(what: &str, name: &str, kind: &str) -> SourceError {
    let code = match what {
        "key" => Code::KeyNotOrdered,
        _ => Code::WatermarkNotOrdered,
    };
    let detail = format!(
        "{name} is of the type {kind}, whose values can't be put in order: choose another column as the {what}."
    );
    SourceError::permanent(code, detail)
}
