//! Profiles that may be one person: found by what they share, and pairs of which somebody
//! said that they are two.

use std::collections::BTreeSet;

use roster_model::{DatabaseId, ProfileId, Timestamp};

use crate::packed::corrupt;
use crate::{Cell, Error, Sql, json};

/// Profiles that share something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedValue {
    /// What they share, as it is matched by.
    pub value: String,
    /// How many they are; 1,001 for more than 1,000.
    pub holders: i64,
    /// The first of them, by id.
    pub profiles: Vec<ProfileId>,
}

/// A slice of the keys of one kind.
#[derive(Clone, Debug)]
pub struct KeySlice {
    /// What is shared among them.
    pub shared: Vec<SharedValue>,
    /// After which value to go on; none at the end.
    pub next: Option<String>,
    /// The version of the definitions.
    pub version: i64,
}

/// Looks through `look` match keys of one kind after a value. Keys of `kinds` mean the same;
/// what they share stands at the first of them alone. Of each at most `most` profiles.
///
/// # Errors
/// As [`Sql::query`].
pub async fn by_key(
    sql: &impl Sql,
    database: DatabaseId,
    (kind, kinds): (i64, &[i64]),
    after: &str,
    look: i64,
    most: i64,
) -> Result<KeySlice, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(kind),
        Cell::from(after),
        Cell::Text(json(kinds)?),
        Cell::Integer(look),
        Cell::Integer(most),
    ];
    let mut rows = sql
        .query(include_str!("sql/duplicates/by_key.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<(String, i64, Vec<i64>)> =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let shared = packed.into_iter().map(|(value, holders, profiles)| {
        Ok(SharedValue {
            value,
            holders,
            profiles: ids(profiles)?,
        })
    });
    Ok(KeySlice {
        shared: shared.collect::<Result<_, Error>>()?,
        next: row.optional_text(1)?,
        version: row.integer(2)?,
    })
}

/// A profile's key with its first name, last name and date of birth, as they are stored.
pub type NamedRow = (i64, String, String, String);

/// The names of the next `look` profiles after a key, and the key to go on after.
///
/// # Errors
/// As [`Sql::query`].
pub async fn names(
    sql: &impl Sql,
    database: DatabaseId,
    after: i64,
    look: i64,
) -> Result<(Vec<NamedRow>, Option<i64>), Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(look),
    ];
    let mut rows = sql
        .query(include_str!("sql/duplicates/names.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let named = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Ok((named, row.optional_integer(1)?))
}

/// The pairs among some profiles of which somebody said that they are two, the lower id
/// first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn distinct(
    sql: &impl Sql,
    profiles: &[ProfileId],
) -> Result<BTreeSet<(ProfileId, ProfileId)>, Error> {
    let pks: Vec<i64> = profiles.iter().map(|id| id.pk()).collect();
    let parameters = vec![Cell::Text(json(&pks)?)];
    let mut rows = sql
        .query(include_str!("sql/duplicates/distinct.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let pairs: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let pairs = pairs.into_iter().map(|(a, b)| Ok((id(a)?, id(b)?)));
    pairs.collect()
}

/// Remembers that each of some profiles is another person than the others, or forgets it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn dismiss(
    sql: &impl Sql,
    database: DatabaseId,
    profiles: &BTreeSet<ProfileId>,
    revoke: bool,
    at: Timestamp,
    actor: &str,
) -> Result<(), Error> {
    let all: Vec<i64> = profiles.iter().map(|id| id.pk()).collect();
    let lower = all.iter().enumerate();
    let pairs: Vec<(i64, i64)> = lower
        .flat_map(|(place, a)| all.iter().skip(place + 1).map(move |b| (*a, *b)))
        .collect();
    let mut parameters = vec![Cell::Integer(database.get()), Cell::Text(json(&pairs)?)];
    let statement = match revoke {
        true => include_str!("sql/duplicates/revoke.sql"),
        false => {
            parameters.extend([Cell::Integer(at.ms()), Cell::from(actor)]);
            include_str!("sql/duplicates/dismiss.sql")
        }
    };
    sql.query(statement, parameters).await?;
    Ok(())
}

fn ids(pks: Vec<i64>) -> Result<Vec<ProfileId>, Error> {
    pks.into_iter().map(id).collect()
}

fn id(pk: i64) -> Result<ProfileId, Error> {
    ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))
}
