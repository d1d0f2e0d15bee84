//! One value of a row.

use serde_json::Value;
use std::borrow::Cow;

/// One value of a row; each format writes it in its own way.
///
/// | | CSV | JSON Lines | XLSX |
/// | --- | --- | --- | --- |
/// | `Empty` | nothing | the key is left out | no cell |
/// | `Text` | as it is, if need be neutralised | a string | an inline string |
/// | `Integer` | digits | a number | a number, or a string beyond 15 digits |
/// | `Float` | as JSON has it | a number | a number, or a string where a spreadsheet has none like it |
/// | `Boolean` | `true`, `false` | the same | a truth value |
/// | `Json` | compact JSON | as it is | compact JSON |
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// No value.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A finite number; others count as [`Cell::Empty`].
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// An array, an object, or any other JSON.
    Json(Cow<'a, Value>),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Cell::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Cell::Text(Cow::Owned(text))
    }
}

impl Cell<'_> {
    /// The text of the cell where a format knows nothing but text; none for
    /// [`Cell::Empty`]. Numbers are spelt as in JSON, so `12.0` stays a float.
    pub(crate) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Cell::Empty => return None,
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Integer(number) => Cow::Owned(number.to_string()),
            // What is not finite is no JSON number and becomes `null`.
            Cell::Float(number) if number.is_finite() => {
                Cow::Owned(Value::from(*number).to_string())
            }
            Cell::Float(_) => return None,
            Cell::Boolean(truth) => Cow::Borrowed(if *truth { "true" } else { "false" }),
            Cell::Json(value) => Cow::Owned(value.to_string()),
        })
    }
}
