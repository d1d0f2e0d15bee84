//! Which query parameters a route takes.

use crate::problem::Problem;
use roster_model::error::excerpt;

/// Query parameters that a struct describes, one for each field; see
/// [`query`](macro@crate::query).
pub trait QueryNames {
    /// Their names.
    const NAMES: &'static [&'static str];
}

/// Refuses query parameters other than `known`, and repeated ones.
///
/// # Errors
/// [`kinds::INVALID_PARAMETER`](crate::kinds::INVALID_PARAMETER).
pub(crate) fn only(given: &[(String, String)], known: &[&str]) -> Result<(), Problem> {
    for (index, (name, _)) in given.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let shown = excerpt(name);
            let detail = match known {
                [] => format!("There is no query parameter {shown} here, nor any other."),
                known => format!(
                    "There is no query parameter {shown} here; there are {}.",
                    known.join(", ")
                ),
            };
            return Err(Problem::parameter(name, detail));
        }
        if given.iter().take(index).any(|(other, _)| other == name) {
            let detail = format!("The query parameter {name} is given twice.");
            return Err(Problem::parameter(name, detail));
        }
    }
    Ok(())
}
