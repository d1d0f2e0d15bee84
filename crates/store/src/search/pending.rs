//! Search text that waits for the index: a profile's text is written beside the index, and
//! taken into it with many others, since one alone costs the index as much as ten together.

use crate::{Cell, Error, Sql};

/// How many documents wait before they are taken into the index. Each search looks through
/// those that wait.
const ENOUGH: i64 = 512;

/// How many are taken at once: the write lock is held meanwhile.
const AT_ONCE: i64 = 512;

/// After how many single profiles that one instance wrote it looks whether enough wait.
pub(crate) const LOOK: usize = 64;

/// Takes documents into the index if enough wait, after so many were written: at least as
/// many as those, or more and more would wait.
///
/// # Errors
/// As [`Sql::query`].
pub async fn fold_if_enough(sql: &impl Sql, written: usize) -> Result<(), Error> {
    let written = i64::try_from(written).unwrap_or(i64::MAX);
    for _ in 0..=written / AT_ONCE {
        fold(sql, ENOUGH, Some(AT_ONCE)).await?;
    }
    Ok(())
}

/// Takes some documents into the index if any wait: for when there is nothing else to do.
///
/// # Errors
/// As [`Sql::query`].
pub async fn fold_some(sql: &impl Sql) -> Result<(), Error> {
    fold(sql, 1, Some(AT_ONCE)).await
}

/// Takes all that waits into the index: what changes or drops the text of many profiles
/// finds it there alone.
///
/// # Errors
/// As [`Sql::query`].
pub(crate) async fn fold_all(sql: &impl Sql) -> Result<(), Error> {
    fold(sql, 1, None).await
}

async fn fold(sql: &impl Sql, least: i64, most: Option<i64>) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(least), most.map_or(Cell::Null, Cell::Integer)];
    sql.query(include_str!("../sql/search/fold.sql"), parameters)
        .await?;
    Ok(())
}
