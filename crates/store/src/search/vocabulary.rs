//! The vocabulary: the words that search text has. Text brings its words along when it is
//! taken into the index; what was there before the vocabulary is listed bit by bit, and words
//! that nobody has any more are dropped, both by the tick.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use roster_model::Database;
use roster_model::profile::Profile;
use roster_model::search::{document, live_contacts};

use crate::profiles::packed_answer;
use crate::{Cell, Error, Sql, databases};

/// How many profiles are listed at once.
const LISTED: i64 = 500;

/// How many bytes of profiles are listed at once.
const LISTED_BYTES: i64 = 1 << 20;

/// How many words a sweep looks at before it lets others write.
const SWEPT: i64 = 500;

/// What there is to do for the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// Whether text waits for it.
    pub waiting: bool,
    /// The words of profiles before this key are not in the vocabulary.
    pub unlisted: Option<i64>,
    /// Whether the vocabulary may have words that nobody has.
    pub stale: bool,
}

/// What there is to do.
///
/// # Errors
/// As [`Sql::query`].
pub async fn upkeep(sql: &impl Sql) -> Result<Upkeep, Error> {
    let rows = sql
        .query(include_str!("../sql/search/upkeep.sql"), vec![])
        .await?;
    let Some(row) = rows.first() else {
        return Ok(Upkeep::default());
    };
    Ok(Upkeep {
        waiting: row.integer(0)? != 0,
        unlisted: row.optional_integer(1)?,
        stale: row.integer(2)? != 0,
    })
}

/// Lists the words of some profiles before the key `before`; gives the key to go on before.
///
/// # Errors
/// As [`Sql::query`].
pub async fn list_some(sql: &impl Sql, before: i64) -> Result<Option<i64>, Error> {
    let parameters = [before, LISTED, LISTED_BYTES].map(Cell::Integer);
    let rows = sql
        .query(
            include_str!("../sql/search/unlisted.sql"),
            parameters.to_vec(),
        )
        .await?;
    let profiles = packed_answer(rows)?;
    let mut known = HashMap::new();
    let mut words = BTreeSet::new();
    for profile in &profiles {
        if let Entry::Vacant(place) = known.entry(profile.database) {
            place.insert(databases::get(sql, profile.database).await?);
        }
        // None if it was deleted meanwhile.
        if let Some(Some(loaded)) = known.get(&profile.database) {
            words.extend(words_of(profile, &loaded.database));
        }
    }
    let words = vec![Cell::Text(crate::json(&words)?)];
    sql.query(include_str!("../sql/search/list.sql"), words)
        .await?;
    let next = profiles.iter().map(|profile| profile.id.pk()).min();
    let listed = vec![next.map_or(Cell::Null, Cell::Integer)];
    sql.query(include_str!("../sql/search/listed.sql"), listed)
        .await?;
    Ok(next)
}

/// Drops the words that only a profile had, whose text is gone.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget_words(
    sql: &impl Sql,
    profile: &Profile,
    database: &Database,
) -> Result<(), Error> {
    let words = words_of(profile, database);
    let parameters = vec![Cell::Text(crate::json(&words)?)];
    sql.query(include_str!("../sql/search/forget_words.sql"), parameters)
        .await?;
    Ok(())
}

fn words_of(profile: &Profile, database: &Database) -> Vec<String> {
    let contacts = live_contacts(profile);
    document(profile.id, &profile.data, contacts, database).words()
}

/// Looks through the next words and drops those that nobody has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn sweep_some(sql: &impl Sql) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(SWEPT)];
    sql.query(include_str!("../sql/search/sweep.sql"), parameters)
        .await?;
    Ok(())
}
