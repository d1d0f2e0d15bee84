//! What a job did, from its last step to its first: for an undoing to take back. Steps are
//! found by the entries of the history that they made ([`crate::jobs::Step`]).

use roster_model::history::{Change, Kind};
use roster_model::relation::Side;
use roster_model::{DatabaseId, JobId, Profile, ProfileId, SegmentId};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::history::shown_changes;
use crate::packed::{self, corrupt};
use crate::{Cell, Error, Sql, json};

/// A step that did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoneStep {
    /// Its number.
    pub step: i64,
    /// The first entry that it made, and the first after those.
    pub entries: (i64, i64),
    /// Who entered which segment by it.
    pub entered: Vec<(SegmentId, ProfileId)>,
    /// Who left which.
    pub went: Vec<(SegmentId, ProfileId)>,
}

/// An entry of the history that a job made.
#[derive(Clone, Debug)]
pub struct DoneEntry {
    /// Its id.
    pub id: i64,
    /// The profile that it is of now.
    pub profile: ProfileId,
    /// What happened; none where it was nothing that is taken back.
    pub kind: Option<Kind>,
    /// What changed.
    pub changes: Vec<Change>,
    /// Whether it came to the profile by a merge.
    pub is_merged: bool,
    /// What was done with the profile since, in order: the last [`MAX_LATER`].
    pub later: Vec<LaterEntry>,
    /// The profile as it was when the job removed it.
    pub removed: Option<Profile>,
    /// The side on which it stood, where a relation changed whose sides are of one database.
    pub side: Option<Side>,
}

/// An entry of the same profile that was made later.
#[derive(Clone, Debug)]
pub struct LaterEntry {
    /// Its id.
    pub id: i64,
    /// What happened.
    pub kind: Kind,
    /// What that changed.
    pub changes: Vec<Change>,
    /// Whether an undoing did it.
    pub is_undoing: bool,
    /// As [`DoneEntry::side`].
    pub side: Option<Side>,
}

/// How many later entries of a profile come with one.
pub const MAX_LATER: usize = 200;

/// The entries of the history that a job made, as ranges of their ids.
#[derive(Clone, Debug, Default)]
pub struct EntryRanges(Vec<(i64, i64)>);

impl EntryRanges {
    /// Those of a job.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn of(sql: &impl Sql, job: JobId) -> Result<Self, Error> {
        let statement = include_str!("sql/undo/ranges.sql");
        let mut rows = sql.query(statement, vec![Cell::Integer(job.get())]).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let mut found: Vec<(i64, i64)> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        found.sort_unstable();
        Ok(EntryRanges(found))
    }

    /// Whether an entry is among them.
    #[must_use]
    pub fn has(&self, entry: i64) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= entry);
        let last = after.checked_sub(1).and_then(|place| self.0.get(place));
        last.is_some_and(|(first, count)| entry < first.saturating_add(*count))
    }
}

/// The last step of a job before one that made entries or moved members.
///
/// # Errors
/// As [`Sql::query`].
pub async fn step_before(
    sql: &impl Sql,
    job: JobId,
    before: i64,
) -> Result<Option<DoneStep>, Error> {
    let parameters = vec![Cell::Integer(job.get()), Cell::Integer(before)];
    let mut rows = sql
        .query(include_str!("sql/undo/steps.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let first = row.optional_integer(1)?.unwrap_or(0);
    Ok(Some(DoneStep {
        step: row.integer(0)?,
        entries: (first, first.saturating_add(row.integer(2)?)),
        entered: members(&row.text(3)?)?,
        went: members(&row.text(4)?)?,
    }))
}

/// How many entries a job made, and how many members it moved.
///
/// # Errors
/// As [`Sql::query`].
pub async fn total(sql: &impl Sql, job: JobId) -> Result<(i64, i64), Error> {
    let rows = sql
        .query(
            include_str!("sql/undo/total.sql"),
            vec![Cell::Integer(job.get())],
        )
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok((row.integer(0)?, row.integer(1)?))
}

/// The last entries from one on and before another, the latest first; at most `limit`. With
/// the profiles that the job `removed_by` removed.
///
/// # Errors
/// As [`Sql::query`].
pub async fn entries(
    sql: &impl Sql,
    (first, before): (i64, i64),
    limit: i64,
    removed_by: JobId,
) -> Result<Vec<DoneEntry>, Error> {
    let parameters = vec![
        Cell::Integer(first),
        Cell::Integer(before),
        Cell::Integer(limit),
        Cell::Integer(removed_by.get()),
        Cell::Integer(MAX_LATER as i64),
    ];
    let mut rows = sql
        .query(include_str!("sql/undo/entries.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<PackedEntry> = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    let entries = packed.into_iter().map(entry);
    let mut entries = entries.collect::<Result<Vec<_>, Error>>()?;
    for entry in &mut entries {
        entry.later.sort_unstable_by_key(|one| one.id);
    }
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
    Ok(entries)
}

type PackedEntry = (
    i64,
    i64,
    String,
    Box<RawValue>,
    i64,
    Value,
    Option<String>,
    Vec<PackedLater>,
);

fn entry(
    (id, profile, kind, changes, is_merged, removed, side, later): PackedEntry,
) -> Result<DoneEntry, Error> {
    let changes = shown_changes(changes)?;
    let removed = match removed {
        Value::Null => None,
        packed => packed::profiles(&Value::Array(vec![packed]).to_string())?.pop(),
    };
    Ok(DoneEntry {
        id,
        profile: profile_id(profile)?,
        kind: kind.parse().ok(),
        changes: serde_json::from_str(changes.get()).map_err(corrupt)?,
        is_merged: is_merged != 0,
        removed,
        side: side.and_then(|side| side.parse().ok()),
        later: later
            .into_iter()
            .map(later_entry)
            .collect::<Result<_, _>>()?,
    })
}

type PackedLater = (i64, String, Box<RawValue>, i64, Option<String>);

fn later_entry((id, kind, changes, undoes, side): PackedLater) -> Result<LaterEntry, Error> {
    let changes = shown_changes(changes)?;
    Ok(LaterEntry {
        id,
        kind: kind.parse().map_err(corrupt)?,
        changes: serde_json::from_str(changes.get()).map_err(corrupt)?,
        is_undoing: undoes != 0,
        side: side.and_then(|side| side.parse().ok()),
    })
}

/// Which of some profiles a database has, with their revisions.
///
/// # Errors
/// As [`Sql::query`].
pub async fn present(
    sql: &impl Sql,
    database: DatabaseId,
    profiles: &[i64],
) -> Result<Vec<(i64, i64)>, Error> {
    let parameters = vec![Cell::Integer(database.get()), Cell::Text(json(profiles)?)];
    let mut rows = sql
        .query(include_str!("sql/undo/present.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

fn members(text: &str) -> Result<Vec<(SegmentId, ProfileId)>, Error> {
    let pairs: Vec<(i64, i64)> = serde_json::from_str(text).map_err(corrupt)?;
    let pairs = pairs.into_iter().map(|(segment, profile)| {
        let segment = SegmentId::new(segment).ok_or_else(|| corrupt("a segment's id"))?;
        Ok((segment, profile_id(profile)?))
    });
    pairs.collect()
}

fn profile_id(pk: i64) -> Result<ProfileId, Error> {
    ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))
}
