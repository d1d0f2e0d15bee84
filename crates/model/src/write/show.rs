//! Which values of a profile the answer to its write has: ids by which others know it.

use super::Schema;
use crate::Code;
use crate::contact::present;
use crate::error::{Invalid, excerpt};
use crate::profile::Profile;
use crate::readers::{distinct, each, text_of};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The member that names them.
pub(crate) const SHOW: &str = "show";
/// The most fields that it names: a batch has ten thousand answers.
const MAX_SHOWN: usize = 5;

/// Reads `show`: names of at most [`MAX_SHOWN`] fields that profiles are found by; `null`
/// counts as absent.
///
/// # Errors
/// `wrong_type`, `too_many`, `unknown_field` and `not_matchable`, with pointers inside the
/// request.
pub(crate) fn show(
    members: &Map<String, Value>,
    schema: &Schema,
) -> Result<Option<Arc<[String]>>, Vec<Invalid>> {
    let Some(given) = present(members, SHOW) else {
        return Ok(None);
    };
    let at_show = |one: Invalid| vec![one.at(SHOW)];
    let names = given.as_array().ok_or_else(|| {
        let wrong = Invalid::wrong_type(given, "an array of names of fields");
        at_show(wrong)
    })?;
    if names.len() > MAX_SHOWN {
        let detail = format!("{} names: at most {MAX_SHOWN} are shown.", names.len());
        return Err(at_show(Invalid::new(Code::TooMany, detail)));
    }
    let read = each(names, |name| shown(name, schema));
    let names = read.map_err(|all| all.into_iter().map(|one| one.at(SHOW)).collect::<Vec<_>>())?;
    Ok(Some(distinct(names).into()))
}

fn shown(name: &Value, schema: &Schema) -> Result<String, Invalid> {
    let name = text_of(name)?;
    let field = schema.database.field(name).ok_or_else(|| {
        let detail = format!("The database has no field {}.", excerpt(name));
        Invalid::new(Code::UnknownField, detail)
    })?;
    if !field.matchable && !field.unique {
        let detail = format!("Field {name} is not matchable: read the profile for its values.");
        return Err(Invalid::new(Code::NotMatchable, detail));
    }
    Ok(name.to_owned())
}

/// The values that are asked for, by field; without those that the profile lacks.
pub(crate) fn values(names: &[String], profile: &Profile) -> Map<String, Value> {
    let value = |name: &String| Some((name.clone(), profile.data.get(name)?.clone()));
    names.iter().filter_map(value).collect()
}
