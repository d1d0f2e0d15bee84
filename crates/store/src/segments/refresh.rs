//! Refreshing updatable segments, and what is kept of dynamic ones.

use roster_model::history::{Change, Entry, Kind};
use roster_model::watcher::ChangeType;
use roster_model::{DatabaseId, JobId, ProfileId, SegmentId, Timestamp, Watcher};
use serde_json::Value;

use crate::jobs::Step;
use crate::packed::corrupt;
use crate::write::change_messages;
use crate::{Cell, Error, Sql, json};

/// Who enters a segment and who leaves it with one step of a refresh.
#[derive(Debug)]
pub struct Moved<'a> {
    /// The segment.
    pub segment: SegmentId,
    /// Its database.
    pub database: DatabaseId,
    /// The keys of those who enter, none of whom is a member.
    pub entered: &'a [i64],
    /// The keys of members who leave.
    pub gone: &'a [i64],
    /// Who watches the database.
    pub watchers: &'a [Watcher],
    /// When.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: &'a str,
    /// Through which interface.
    pub interface: &'a str,
    /// When everybody was looked at, with the last step.
    pub refreshed: Option<Timestamp>,
}

impl Moved<'_> {
    /// The watchers' messages; nothing is built where none asks.
    fn messages(&self) -> Result<Vec<Value>, Error> {
        let mut messages = Vec::new();
        for (pks, kind) in [(self.entered, Kind::Entered), (self.gone, Kind::Left)] {
            let change = match kind {
                Kind::Entered => ChangeType::SegmentEntered,
                _ => ChangeType::SegmentLeft,
            };
            let mut watchers = self.watchers.iter();
            if !watchers.any(|one| one.settings.asks_for(change)) {
                continue;
            }
            for pk in pks {
                let entry = Entry {
                    profile: ProfileId::from_pk(*pk).ok_or_else(|| corrupt("a profile's key"))?,
                    database: self.database,
                    at: self.at,
                    kind,
                    actor: self.actor.to_owned(),
                    interface: self.interface.to_owned(),
                    changes: vec![Change {
                        field: format!("segments/{}", self.segment),
                        before: is_in(kind == Kind::Left),
                        after: is_in(kind == Kind::Entered),
                    }],
                    about: None,
                };
                change_messages(&entry, self.watchers, &|_, _| true, &mut messages)?;
            }
        }
        Ok(messages)
    }
}

fn is_in(is_in: bool) -> Value {
    if is_in { true.into() } else { Value::Null }
}

/// Writes one step of a refresh, with definitions of the version.
///
/// # Errors
/// [`Error::Stale`]: [`crate::Guard::Catalogue`] when the definitions are of another version,
/// [`crate::Guard::Profiles`] when somebody who moves is gone, [`crate::Guard::Job`] when the
/// job is no longer held; and as [`Sql::query`].
pub async fn refresh_step(
    sql: &impl Sql,
    version: i64,
    moved: &Moved<'_>,
    step: &Step,
) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(version),
        Cell::Integer(moved.at.ms()),
        Cell::Integer(moved.segment.get()),
        Cell::Text(json(moved.entered)?),
        Cell::Text(json(moved.gone)?),
        Cell::Text(json(&[step.to_row()])?),
        Cell::Text(json(&moved.messages()?)?),
        Cell::from(moved.actor),
        Cell::from(moved.interface),
        Cell::from(moved.refreshed.map(Timestamp::ms)),
    ];
    sql.query(include_str!("../sql/segments/refresh_step.sql"), parameters)
        .await?;
    Ok(())
}

/// The keys of members behind `after` and up to `until`, ascending, at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn between(
    sql: &impl Sql,
    id: SegmentId,
    after: i64,
    until: i64,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    let parameters = [id.get(), after, until, limit].map(Cell::Integer).to_vec();
    let mut rows = sql
        .query(include_str!("../sql/segments/between.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// Notes which job refreshes a segment, and when it is due of itself again.
///
/// # Errors
/// As [`Sql::query`].
pub async fn begin(
    sql: &impl Sql,
    id: SegmentId,
    job: JobId,
    next: Timestamp,
) -> Result<(), Error> {
    let parameters = [id.get(), job.get(), next.ms()].map(Cell::Integer).to_vec();
    sql.query(include_str!("../sql/segments/refreshing.sql"), parameters)
        .await?;
    Ok(())
}

/// The segments that are to be refreshed of themselves, with their databases; at most `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn due(
    sql: &impl Sql,
    at: Timestamp,
    limit: i64,
) -> Result<Vec<(SegmentId, DatabaseId)>, Error> {
    let parameters = vec![Cell::Integer(at.ms()), Cell::Integer(limit)];
    let mut rows = sql
        .query(include_str!("../sql/segments/due.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// Keeps how many members a dynamic segment has, as its settings of a revision say.
///
/// # Errors
/// As [`Sql::query`].
pub async fn keep_count(
    sql: &impl Sql,
    id: SegmentId,
    revision: i64,
    members: i64,
    at: Timestamp,
) -> Result<(), Error> {
    let parameters = [id.get(), members, at.ms(), revision].map(Cell::Integer);
    sql.query(
        include_str!("../sql/segments/counted.sql"),
        parameters.to_vec(),
    )
    .await?;
    Ok(())
}

/// The segments of a database that have a condition, with their names and conditions.
///
/// # Errors
/// As [`Sql::query`].
pub async fn rules(
    sql: &impl Sql,
    database: DatabaseId,
) -> Result<Vec<(SegmentId, String, Value)>, Error> {
    let mut row = asked(sql, database).await?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

/// How many bytes the rules of a database's segments have together.
///
/// # Errors
/// As [`Sql::query`].
pub async fn total_bytes(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    asked(sql, database).await?.integer(1)
}

async fn asked(sql: &impl Sql, database: DatabaseId) -> Result<crate::Row, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("../sql/segments/rules.sql"), parameters)
        .await?;
    rows.into_iter().next().ok_or_else(|| corrupt("no answer"))
}
