//! Reading profiles: one, one by what it is matched by, a page.

use roster_model::control::ControlState;
use roster_model::matching::MatchKey;
use roster_model::profile::Profile;
use roster_model::subscription::Subscription;
use roster_model::{DatabaseId, ProfileId, SegmentId, Status, Timestamp};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::packed::{
    PackedControl, control, corrupt, database_id, profiles, status_of, subscription,
};
use crate::{Cell, Error, Row, Sql};

/// A profile as it is read for showing: its values stay the text they are
/// stored as, since nothing looks into them.
#[derive(Debug)]
pub struct ProfileRow {
    /// Its id.
    pub id: ProfileId,
    /// Its database.
    pub database: DatabaseId,
    /// Counts its changes from 1.
    pub revision: i64,
    /// Its global status.
    pub status: Status,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Its values, a JSON object.
    pub data: Box<RawValue>,
    /// Its subscriptions, deleted ones too.
    pub subscriptions: Vec<Subscription>,
    /// The static segments that it is in, ascending.
    pub segments: Vec<SegmentId>,
    /// Where it stands in the control group.
    pub control: ControlState,
}

/// One profile that is asked for.
#[derive(Clone, Debug)]
pub enum Single {
    /// By its id.
    Id(DatabaseId, ProfileId),
    /// By a unique match key.
    Key(DatabaseId, MatchKey),
}

/// One profile of a database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(
    sql: &impl Sql,
    database: DatabaseId,
    id: ProfileId,
) -> Result<Option<ProfileRow>, Error> {
    let (found, _) = singles(sql, &[Single::Id(database, id)]).await?;
    Ok(found.into_iter().next().flatten())
}

type PackedRow = (
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    Box<RawValue>,
    Vec<serde_json::Value>,
    i64,
    PackedControl,
    IgnoredAny,
);

/// Profiles asked for one by one: for each what was found, in order, and the
/// version of the definitions.
///
/// # Errors
/// As [`Sql::query`].
pub async fn singles(
    sql: &impl Sql,
    asked: &[Single],
) -> Result<(Vec<Option<ProfileRow>>, i64), Error> {
    let mut ids: Vec<(usize, i64, i64)> = Vec::new();
    let mut keys: Vec<(usize, i64, i64, &str)> = Vec::new();
    for (place, single) in asked.iter().enumerate() {
        match single {
            Single::Id(database, id) => ids.push((place, database.get(), id.pk())),
            Single::Key(database, key) => {
                keys.push((place, database.get(), key.kind, key.value.as_str()));
            }
        }
    }
    let parameters = vec![
        Cell::Text(crate::json(&ids)?),
        Cell::Text(crate::json(&keys)?),
    ];
    let mut rows = sql
        .query(include_str!("sql/profiles/singles.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let mut found: Vec<Option<ProfileRow>> = asked.iter().map(|_| None).collect();
    if let Some(text) = row.optional_text(0)? {
        let packed: Vec<(usize, PackedRow, Vec<SegmentId>)> =
            serde_json::from_str(&text).map_err(corrupt)?;
        for (place, packed, segments) in packed {
            if let Some(found) = found.get_mut(place) {
                *found = Some(shown(packed, segments)?);
            }
        }
    }
    Ok((found, row.integer(1)?))
}

/// Profiles, and the version of the definitions at the moment they were read.
#[derive(Debug)]
pub struct ProfileBatch {
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// After which key to go on; none when there is nothing more.
    pub next: Option<i64>,
    /// The version of the definitions.
    pub version: i64,
}

/// How much a statement gives of profiles at once.
#[derive(Clone, Copy, Debug)]
pub struct SizeLimit {
    /// At most so many.
    pub rows: i64,
    /// No more once these have so many bytes, as stored: a row of an answer may
    /// not grow without end, nor may a page.
    pub bytes: i64,
}

/// The profiles that hold a match key, in order of creation: those after
/// `after` (0 for all).
///
/// # Errors
/// As [`Sql::query`].
pub async fn by_key(
    sql: &impl Sql,
    database: DatabaseId,
    key: &MatchKey,
    after: i64,
    most: SizeLimit,
) -> Result<ProfileBatch, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(key.kind),
        Cell::from(key.value.as_str()),
        Cell::Integer(after),
        Cell::Integer(most.rows),
        Cell::Integer(most.bytes),
    ];
    found(
        sql.query(include_str!("sql/profiles/by_key.sql"), parameters)
            .await?,
    )
}

/// A page of a database in order of creation: the profiles after `after`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    after: i64,
    most: SizeLimit,
) -> Result<ProfileBatch, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(most.rows),
        Cell::Integer(most.bytes),
    ];
    found(
        sql.query(include_str!("sql/profiles/page.sql"), parameters)
            .await?,
    )
}

fn found(rows: Vec<Row>) -> Result<ProfileBatch, Error> {
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    let (version, next) = (row.integer(1)?, row.optional_integer(2)?);
    let mut profiles = packed_answer(rows)?;
    profiles.sort_unstable_by_key(|profile| profile.id);
    Ok(ProfileBatch {
        profiles,
        next,
        version,
    })
}

/// The first of some profiles, as many as have `bytes` together (one at least),
/// in no certain order, and those of the keys that were not come to.
///
/// # Errors
/// As [`Sql::query`].
pub async fn first<'a>(
    sql: &impl Sql,
    pks: &'a [i64],
    bytes: i64,
) -> Result<(Vec<Profile>, &'a [i64]), Error> {
    let parameters = vec![Cell::Text(crate::json(pks)?), Cell::Integer(bytes)];
    let rows = sql
        .query(include_str!("sql/profiles/first.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    let rest = match row.optional_integer(1)? {
        None => &[][..],
        Some(passed) => usize::try_from(passed)
            .ok()
            .and_then(|passed| pks.get(passed..))
            .ok_or_else(|| corrupt("a place"))?,
    };
    Ok((packed_answer(rows)?, rest))
}

/// The profiles with these keys that exist, in no certain order.
///
/// # Errors
/// As [`Sql::query`].
pub async fn many(sql: &impl Sql, pks: &[i64]) -> Result<Vec<Profile>, Error> {
    let parameters = vec![Cell::Text(crate::json(&pks)?)];
    packed_answer(
        sql.query(include_str!("sql/profiles/many.sql"), parameters)
            .await?,
    )
}

/// The profile of a database that a link or a message names: it, or the one of the same
/// database that it was merged into.
///
/// # Errors
/// As [`Sql::query`].
pub async fn followed(
    sql: &impl Sql,
    database: DatabaseId,
    id: ProfileId,
) -> Result<Option<Profile>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(id.pk())];
    let found = packed_answer(
        sql.query(include_str!("sql/profiles/followed.sql"), parameters)
            .await?,
    );
    Ok(found?.pop())
}

/// How many profiles a database has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/profiles/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// The key of the newest profile of a database; 0 if there is none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn newest(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/profiles/newest.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok(row.optional_integer(0)?.unwrap_or(0))
}

/// One field's values in a slice of a database.
#[derive(Debug)]
pub struct Slice {
    /// Keys of profiles with their values, where they have one.
    pub values: Vec<(i64, serde_json::Value)>,
    /// Where the next slice begins; none after the last.
    pub next: Option<i64>,
    /// The version of the definitions.
    pub version: i64,
}

/// Reads one field's values from profiles beyond `from`; what bounds them is the
/// values, not whole profiles. This is how a field without an index is looked
/// through: a piece at a time.
///
/// # Errors
/// As [`Sql::query`].
pub async fn values(
    sql: &impl Sql,
    database: DatabaseId,
    field: &str,
    from: i64,
    most: SizeLimit,
) -> Result<Slice, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(from),
        Cell::Integer(most.rows),
        Cell::Text(format!("$.\"{field}\"")),
        Cell::Integer(most.bytes),
    ];
    let mut rows = sql
        .query(include_str!("sql/profiles/values.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no slice"))?;
    let values = match row.optional_text(0)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
        None => Vec::new(),
    };
    Ok(Slice {
        version: row.integer(2)?,
        values,
        next: row.optional_integer(1)?,
    })
}

/// The profiles in the single packed cell of an answer.
pub(crate) fn packed_answer(mut rows: Vec<Row>) -> Result<Vec<Profile>, Error> {
    match rows.first_mut().map(|row| row.optional_text(0)) {
        Some(text) => text?.map_or_else(|| Ok(Vec::new()), |text| profiles(&text)),
        None => Ok(Vec::new()),
    }
}

fn shown(packed: PackedRow, segments: Vec<SegmentId>) -> Result<ProfileRow, Error> {
    let (pk, database, revision, status, created_at, updated_at, data, subscriptions, _, place, _) =
        packed;
    Ok(ProfileRow {
        id: ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))?,
        database: database_id(database)?,
        revision,
        status: status_of(status)?,
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
        data,
        subscriptions: subscriptions
            .iter()
            .map(subscription)
            .collect::<Result<_, _>>()?,
        segments,
        control: control(place),
    })
}
