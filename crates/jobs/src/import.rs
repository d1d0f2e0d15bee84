//! A file import: unpacks what was uploaded, then applies its rows.

use crate::{Held, Why};
use roster_store::Sql;

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`Why`] the work stopped.
pub async fn run(_: &impl Sql, _: &mut Held<'_>) -> Result<(), Why> {
    Err(Why::Failed(
        "no_worker",
        "Nothing here does such jobs.".to_owned(),
    ))
}
