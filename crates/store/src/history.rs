//! Reading history: of one profile, of a whole database.

use roster_model::{DatabaseId, ProfileId, Timestamp, first_pk};
use serde_json::value::RawValue;

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// One change, as it is shown.
#[derive(Debug)]
pub struct Entry {
    /// Its id; greater than every earlier one's.
    pub id: i64,
    /// What was changed; none when it was the database itself.
    pub profile: Option<ProfileId>,
    /// When.
    pub at: Timestamp,
    /// `profile.created`, `profile.updated`, `profile.deleted`, or a change of
    /// a definition such as `field.created`.
    pub kind: String,
    /// The name of the token that made it.
    pub actor: String,
    /// The interface that it was made through.
    pub interface: String,
    /// `[{field, before, after}, …]` as JSON.
    pub changes: Box<RawValue>,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only entries of this kind.
    pub kind: Option<String>,
    /// Only entries at or after this time.
    pub from: Option<Timestamp>,
    /// Only entries before this time.
    pub to: Option<Timestamp>,
    /// Only entries older than the one with this id.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: i64,
}

/// How much later than it was asked for a change may be written, at most, and
/// still be found by its time: a request waits for the database's lock and for
/// the group before it, and two servers' clocks may differ.
const LATE_MS: i64 = 60_000;

/// History of a profile, or with none of a whole database; newest first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn list(
    sql: &impl Sql,
    database: DatabaseId,
    profile: Option<ProfileId>,
    filter: &Filter,
) -> Result<Vec<Entry>, Error> {
    // Ids grow with time, so a range of time is a range of ids, but for those
    // that were written later than they were asked for.
    let bound = |ms: i64| first_pk(ms, 0);
    let (from, to) = (filter.from.map(Timestamp::ms), filter.to.map(Timestamp::ms));
    let mut parameters = vec![
        Cell::Integer(filter.before.unwrap_or(i64::MAX)),
        Cell::from(filter.kind.clone()),
        Cell::Integer(from.map_or(0, bound)),
        Cell::Integer(to.map_or(i64::MAX, |to| bound(to.saturating_add(LATE_MS)))),
        Cell::Integer(filter.limit),
        Cell::Integer(from.unwrap_or(i64::MIN)),
        Cell::Integer(to.unwrap_or(i64::MAX)),
    ];
    parameters.insert(0, Cell::Integer(database.get()));
    let statement = match profile {
        Some(profile) => {
            parameters.insert(0, Cell::Integer(profile.pk()));
            include_str!("sql/history/of_profile.sql")
        }
        None => include_str!("sql/history/of_database.sql"),
    };
    entries(sql.query(statement, parameters).await?)
}

type Packed = (i64, i64, i64, String, String, String, Box<RawValue>);

fn entries(mut rows: Vec<Row>) -> Result<Vec<Entry>, Error> {
    let Some(text) = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?
        .flatten()
    else {
        return Ok(Vec::new());
    };
    let packed: Vec<Packed> = serde_json::from_str(&text).map_err(corrupt)?;
    Ok(packed
        .into_iter()
        .map(|(id, profile, at, kind, actor, interface, changes)| Entry {
            id,
            profile: ProfileId::from_pk(profile),
            at: Timestamp::from_ms(at),
            kind,
            actor,
            interface,
            changes,
        })
        .collect())
}
