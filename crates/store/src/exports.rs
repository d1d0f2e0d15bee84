//! Reading many profiles in order, without ever holding many: keys first, then
//! whole profiles as long as they fit into so many bytes.

use roster_model::profile::Profile;
use roster_model::{DatabaseId, SegmentId};

use crate::packed::{corrupt, profiles};
use crate::{Cell, Error, Sql};

/// The key of the newest profile of a database; 0 if there is none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn newest(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/exports/newest.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok(row.optional_integer(0)?.unwrap_or(0))
}

/// A stretch of keys, ascending.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// After this one.
    pub after: i64,
    /// Up to this one.
    pub until: i64,
    /// At most so many.
    pub limit: i64,
}

/// Keys of a database's profiles.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_database(
    sql: &impl Sql,
    database: DatabaseId,
    stretch: Stretch,
) -> Result<Vec<i64>, Error> {
    let statement = include_str!("sql/exports/of_database.sql");
    keys(sql, statement, database.get(), stretch).await
}

/// Keys of a segment's members.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_segment(
    sql: &impl Sql,
    segment: SegmentId,
    stretch: Stretch,
) -> Result<Vec<i64>, Error> {
    let statement = include_str!("sql/exports/of_segment.sql");
    keys(sql, statement, segment.get(), stretch).await
}

async fn keys(
    sql: &impl Sql,
    statement: &str,
    of: i64,
    stretch: Stretch,
) -> Result<Vec<i64>, Error> {
    let parameters = vec![
        Cell::Integer(of),
        Cell::Integer(stretch.after),
        Cell::Integer(stretch.until),
        Cell::Integer(stretch.limit),
    ];
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// Whole profiles, as many as fitted.
#[derive(Debug)]
pub struct Whole {
    /// The profiles, in order.
    pub profiles: Vec<Profile>,
    /// The key of the last of them, where more of the asked ones follow; none
    /// when these were all.
    pub more_after: Option<i64>,
}

/// Those of the profiles with these keys, ascending, that exist in the
/// database: the first ones until they have `bytes` together, at least one.
///
/// # Errors
/// As [`Sql::query`].
pub async fn whole(
    sql: &impl Sql,
    database: DatabaseId,
    keys: &[i64],
    bytes: i64,
) -> Result<Whole, Error> {
    let parameters = vec![
        Cell::Text(crate::json(keys)?),
        Cell::Integer(database.get()),
        Cell::Integer(bytes),
    ];
    let mut rows = sql
        .query(include_str!("sql/exports/whole.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let mut found = match row.optional_text(0)? {
        Some(packed) => profiles(&packed)?,
        None => Vec::new(),
    };
    found.sort_unstable_by_key(|profile| profile.id);
    let (last, end) = (row.optional_integer(1)?, row.optional_integer(2)?);
    Ok(Whole {
        profiles: found,
        more_after: if last == end { None } else { last },
    })
}
