//! Profiles as the rows of a table.

use super::Request;
use roster_model::Profile;
use roster_model::export::Column;
use roster_model::import::cell;
use roster_model::restrictions::Outlook;
use roster_sheets::{Cell, Error, Format, Writer};
use serde_json::Value;
use std::borrow::Cow;

/// Writes profiles as rows.
#[derive(Debug)]
pub struct Table<'a> {
    columns: &'a [Column],
    /// What lists are joined with, where the format has no lists.
    separator: Option<&'a str>,
}

impl<'a> Table<'a> {
    /// The table that is asked for.
    #[must_use]
    pub fn new(request: &'a Request) -> Self {
        let flat = !matches!(request.options.format, Format::JsonLines);
        Table {
            columns: &request.columns,
            separator: flat.then_some(&*request.separator),
        }
    }

    /// The names of its columns.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(Column::name).collect()
    }

    /// Writes a profile's row.
    ///
    /// # Errors
    /// As [`Writer::row`].
    pub fn write(
        &self,
        profile: &Profile,
        outlook: &Outlook,
        writer: &mut Writer,
    ) -> Result<(), Error> {
        writer.row(&self.cells(profile, outlook))
    }

    /// A profile's cells.
    #[must_use]
    pub fn cells(&self, profile: &Profile, outlook: &Outlook) -> Vec<Cell<'static>> {
        let cell = |column: &Column| match (column.value(profile, outlook), self.separator) {
            (Some(value @ Value::Array(_)), Some(separator)) => {
                Cell::from(column.text(&value, separator).into_owned())
            }
            (value, _) => value_cell(value, self.separator),
        };
        self.columns.iter().map(cell).collect()
    }
}

/// A value as a cell: lists of texts are joined with `separator`, if there is
/// one, everything else stays what it is.
#[must_use]
pub fn value_cell(value: Option<Value>, separator: Option<&str>) -> Cell<'static> {
    match (value, separator) {
        (None | Some(Value::Null), _) => Cell::Empty,
        (Some(Value::Bool(truth)), _) => Cell::Boolean(truth),
        (Some(Value::String(text)), _) => Cell::from(text),
        (Some(Value::Number(number)), _) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Integer(whole),
            // Beyond 63 bits: its digits, not the nearest float.
            (None, _) if number.is_u64() => Cell::Json(Cow::Owned(Value::Number(number))),
            (None, Some(float)) => Cell::Float(float),
            (None, None) => Cell::Empty,
        },
        (Some(value @ Value::Array(_)), Some(separator)) => {
            Cell::from(cell::write(&value, separator).into_owned())
        }
        (Some(value @ (Value::Array(_) | Value::Object(_))), _) => Cell::Json(Cow::Owned(value)),
    }
}
