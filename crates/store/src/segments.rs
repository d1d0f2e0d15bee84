//! Segments: settings, who is in them, and moving people in and out of static ones.
//!
//! The functions that write are parts of a transaction, as in
//! [`crate::databases`]. A member is never without its profile: anyone who deletes
//! profiles takes them out of the segments in the same transaction. How many
//! members a segment has is counted by triggers.

mod counters;
mod refresh;
mod rows;

pub use counters::{ChannelCounts, SegmentCounts, counters};
pub use refresh::{Moved, begin, between, due, keep_count, refresh_step, rules, total_bytes};
pub(crate) use rows::{PackedSegment, known};

use std::collections::{BTreeSet, HashMap};

use roster_model::history::Noun;
use roster_model::{DatabaseId, JobId, ProfileId, Segment, SegmentId, SegmentSettings};

use crate::catalogue::{self, Author};
use crate::define::{self, Subject};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};
use rows::{packed, stored};

/// A segment with the number of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentRow {
    /// Counts the changes of its settings from 1; members don't count.
    pub revision: i64,
    /// The segment.
    pub segment: Segment,
    /// The job that refreshes it, or did it last.
    pub refresh_job: Option<JobId>,
}

fn subject(database: DatabaseId, id: SegmentId) -> Subject {
    Subject::of_database(Noun::Segment, database, id)
}

/// One segment of a database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(
    sql: &impl Sql,
    database: DatabaseId,
    id: SegmentId,
) -> Result<Option<SegmentRow>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/segments/get.sql"), parameters)
        .await?;
    Ok(packed(rows)?.pop())
}

/// The segments of a database after the one with id `after` (0 for all), at
/// most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    database: DatabaseId,
    after: i64,
    limit: i64,
) -> Result<Vec<SegmentRow>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(limit),
    ];
    let rows = sql
        .query(include_str!("sql/segments/page.sql"), parameters)
        .await?;
    packed(rows)
}

/// The segment of a database that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
) -> Result<Option<SegmentId>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::from(name)];
    let rows = sql
        .query(include_str!("sql/segments/named.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(SegmentId::new))
}

/// How many segments a database has.
///
/// # Errors
/// As [`Sql::query`].
pub async fn count(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/segments/count.sql"), parameters)
        .await?;
    rows.first().ok_or_else(|| corrupt("no count"))?.integer(0)
}

/// Makes a segment with nobody in it; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    database: DatabaseId,
    settings: SegmentSettings,
    author: &Author<'_>,
) -> Result<Option<SegmentRow>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::from(settings.name.as_str()),
        Cell::from(settings.description.as_str()),
        Cell::Integer(author.at.ms()),
    ];
    let parameters = [parameters, stored(&settings, author.at)?].concat();
    let rows = sql
        .query(include_str!("sql/segments/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = SegmentId::new(row.integer(0)?).ok_or_else(|| corrupt("a segment's id"))?;
    subject(database, id)
        .created(sql, &settings, author)
        .await?;
    Ok(Some(SegmentRow {
        revision: 1,
        segment: Segment {
            id,
            database,
            settings,
            members: 0,
            counted_at: None,
            refreshed_at: None,
            created_at: author.at,
            updated_at: author.at,
        },
        refresh_job: None,
    }))
}

/// Gives a segment other settings; the name must be free. Gives the new
/// revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Segment,
    settings: &SegmentSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::from(settings.description.as_str()),
        Cell::Integer(author.at.ms()),
    ];
    let parameters = [parameters, stored(settings, author.at)?].concat();
    let rows = sql
        .query(include_str!("sql/segments/update.sql"), parameters)
        .await?;
    subject(before.database, before.id)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a segment has gone inside a transaction")),
    }
}

/// Deletes a segment; its members stay what they are.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(sql: &impl Sql, segment: &Segment, author: &Author<'_>) -> Result<(), Error> {
    // The segment first: then there is nothing left to count down.
    for statement in [
        include_str!("sql/segments/delete.sql"),
        include_str!("sql/segments/delete_members.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(segment.id.get())])
            .await?;
    }
    let before = define::with(&segment.settings, "members", segment.members.into())?;
    subject(segment.database, segment.id)
        .deleted(sql, &before, author)
        .await
}

/// Gives a new database the static segments of another one, with nobody in them.
///
/// # Errors
/// As [`Sql::query`].
pub async fn copy(
    sql: &impl Sql,
    from: DatabaseId,
    to: DatabaseId,
    author: &Author<'_>,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(from.get()),
        Cell::Integer(to.get()),
        Cell::Integer(author.at.ms()),
    ];
    sql.query(include_str!("sql/segments/copy.sql"), parameters)
        .await?;
    catalogue::bump(sql).await?;
    Ok(())
}

/// Who is in a segment, in order of creation: those after `after` (0 for all),
/// at most `limit`. None if the database has no such segment.
///
/// # Errors
/// As [`Sql::query`].
pub async fn members(
    sql: &impl Sql,
    database: DatabaseId,
    id: SegmentId,
    after: i64,
    limit: i64,
) -> Result<Option<Vec<ProfileId>>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(id.get()),
        Cell::Integer(after),
        Cell::Integer(limit),
    ];
    let mut rows = sql
        .query(include_str!("sql/segments/members.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    if row.integer(1)? == 0 {
        return Ok(None);
    }
    let pks: Vec<i64> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let ids = pks.into_iter().map(ProfileId::from_pk);
    let ids: Option<Vec<ProfileId>> = ids.collect();
    ids.ok_or_else(|| corrupt("a member's key")).map(Some)
}

/// In which segments profiles are, ascending, by the profiles' keys; those that
/// are in none are left out.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_profiles(
    sql: &impl Sql,
    pks: &[i64],
) -> Result<HashMap<i64, Vec<SegmentId>>, Error> {
    let parameters = vec![Cell::Text(crate::json(pks)?)];
    let mut rows = sql
        .query(include_str!("sql/segments/of_profiles.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let pairs: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let mut found: HashMap<i64, Vec<SegmentId>> = HashMap::new();
    for (pk, segment) in pairs {
        let segment = SegmentId::new(segment).ok_or_else(|| corrupt("a segment's id"))?;
        found.entry(pk).or_default().push(segment);
    }
    Ok(found)
}

/// What became of profiles that were to enter or leave a segment; each of them
/// is counted once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembershipResult {
    /// How many entered.
    pub added: usize,
    /// How many left.
    pub removed: usize,
    /// How many were, or weren't, in it already.
    pub unchanged: usize,
    /// Those that are no profiles of the segment's database, ascending.
    pub unknown: Vec<ProfileId>,
}

/// Puts profiles into a segment and takes others out of it; nobody may be in
/// both lists. Ids may repeat.
///
/// Part of a transaction that holds the write lock. The caller bounds how many
/// ids there are: ten thousand take some 20 ms.
///
/// # Errors
/// As [`Sql::query`].
pub async fn change(
    sql: &impl Sql,
    segment: &Segment,
    add: &[ProfileId],
    remove: &[ProfileId],
) -> Result<MembershipResult, Error> {
    let pks = |ids: &[ProfileId]| ids.iter().map(|id| id.pk()).collect::<BTreeSet<i64>>();
    let (add, remove) = (pks(add), pks(remove));
    let mut unknown: BTreeSet<i64> = add.union(&remove).copied().collect();
    let mut moved = MembershipResult::default();
    if unknown.is_empty() {
        return Ok(moved);
    }
    let parameters = vec![
        Cell::Integer(segment.database.get()),
        Cell::Integer(segment.id.get()),
        Cell::Text(crate::json(&unknown)?),
    ];
    let mut rows = sql
        .query(include_str!("sql/segments/standing.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let standing: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let (mut entering, mut leaving) = (Vec::new(), Vec::new());
    for (pk, is_member) in standing {
        unknown.remove(&pk);
        match (add.contains(&pk), is_member != 0) {
            (true, false) => entering.push(pk),
            (false, true) => leaving.push(pk),
            (true, true) | (false, false) => moved.unchanged += 1,
        }
    }
    let ids = unknown.into_iter().filter_map(ProfileId::from_pk);
    moved.unknown = ids.collect();
    moved.added = entering.len();
    moved.removed = leaving.len();
    put(sql, segment.id, &entering).await?;
    remove_all(sql, segment.id, &leaving).await?;
    Ok(moved)
}

/// Puts those of some profiles, by their keys, into a segment that belong to
/// its database. One statement, so it is whole by itself.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put(sql: &impl Sql, id: SegmentId, pks: &[i64]) -> Result<(), Error> {
    change_members(sql, include_str!("sql/segments/put.sql"), id, pks).await
}

/// Takes profiles, by their keys, out of a segment. One statement, so it is
/// whole by itself.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remove_all(sql: &impl Sql, id: SegmentId, pks: &[i64]) -> Result<(), Error> {
    change_members(sql, include_str!("sql/segments/remove.sql"), id, pks).await
}

async fn change_members(
    sql: &impl Sql,
    statement: &str,
    id: SegmentId,
    pks: &[i64],
) -> Result<(), Error> {
    if pks.is_empty() {
        return Ok(());
    }
    let parameters = vec![Cell::Integer(id.get()), Cell::Text(crate::json(pks)?)];
    sql.query(statement, parameters).await?;
    Ok(())
}
