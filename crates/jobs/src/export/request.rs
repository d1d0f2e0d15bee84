//! What is asked of an export of profiles.

use roster_model::Code;
use roster_model::error::excerpt_json;
use roster_model::export::{Column, take_columns};
use roster_model::import::MAX_SEPARATOR_CHARS;
use roster_model::read::{Members, any};
use roster_model::write::Schema;
use roster_model::{Invalid, ProfileQuery};
use roster_sheets::Options;
use serde_json::Value;

/// What is asked of an export of profiles, checked against a database.
///
/// | member | what it says | without it |
/// | --- | --- | --- |
/// | `condition` | only profiles that meet it | all |
/// | `segment` | only members of this segment | all |
/// | `range` | only those in this window | all |
/// | `limit` | at most so many profiles, the oldest ones | all |
/// | `fields` | names in the order of the columns: fields, `id`, `_status`, `created_at`, `updated_at`, `control_group`, `relations/<type>` | `id`, all fields, `_status` |
/// | `subscriptions` | `none`; `json`, a column with all; or `[{resource_id, channel, status}]`, a column of contacts each | `none` |
/// | `separator` | between the values of a cell that holds several; not in JSON Lines | `,` |
/// | `format`, `gzip`, `delimiter`, … | [`Options::take`] | CSV |
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Which profiles.
    pub query: ProfileQuery,
    /// The columns.
    pub columns: Vec<Column>,
    /// Between the values of a cell.
    pub separator: String,
    /// The format.
    pub options: Options,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// Everything that is wrong, with JSON pointers.
    pub fn parse(body: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        Self::read(body, schema, |members| take_columns(members, schema))
    }

    /// Reads a request again whose columns were settled when it was read
    /// first: their fields may have gone meanwhile.
    ///
    /// # Errors
    /// As [`Request::parse`].
    pub fn resume(body: &Value, columns: &[Column], schema: &Schema) -> Result<Self, Vec<Invalid>> {
        Self::read(body, schema, |members| {
            members.take("fields", any);
            members.take("subscriptions", any);
            columns.to_vec()
        })
    }

    fn read(
        body: &Value,
        schema: &Schema,
        columns: impl FnOnce(&mut Members) -> Vec<Column>,
    ) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(body)?;
        let query = ProfileQuery::take(&mut members, schema);
        let columns = columns(&mut members);
        let separator = members.optional("separator", separator);
        let options = Options::take(&mut members);
        if let Err(error) = options.check_columns(columns.len()) {
            members.refuse("fields", Invalid::new(Code::TooMany, error.to_string()));
        }
        members.finish()?;
        Ok(Request {
            query,
            columns,
            separator: separator.unwrap_or_else(|| ",".to_owned()),
            options,
        })
    }
}

/// What stands between the values of a cell that holds several: 1 to 10 characters, no
/// quotation mark.
///
/// # Errors
/// [`Code::InvalidSeparator`].
pub fn separator(value: &Value) -> Result<String, Invalid> {
    let given = value.as_str().unwrap_or_default();
    let fits = (1..=MAX_SEPARATOR_CHARS).contains(&given.chars().count());
    if fits && !given.contains('"') {
        return Ok(given.to_owned());
    }
    let detail = format!(
        "{} is no separator: it must be 1 to {MAX_SEPARATOR_CHARS} characters and no quotation mark.",
        excerpt_json(value)
    );
    Err(Invalid::new(Code::InvalidSeparator, detail))
}
