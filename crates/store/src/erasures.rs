//! Erasing a person from everything that is kept, and what is kept of it.
//!
//! | where | what of a person may be there | what finds it |
//! | --- | --- | --- |
//! | `profiles`, `subscriptions`, `match_keys`, `segment_members`, `relations`, `control_*`, `search*` | the profile | deleting it |
//! | `history` of the profile and of those merged into it | everything | [`remember`] |
//! | `history`, `outbox` of others | relations to them; what a merge gave that was undone; copies by splits | [`forget_traces`] |
//! | `merges`, `merged_profiles`, `distinct_profiles` | who was merged into them: goes with the profile | deleting it |
//! | `merges` of others | relations to them; what those had of them meanwhile; that they were a source | [`forget_traces`] |
//! | `undone_profiles`, `job_results`, `job_failures`, `deliveries` | keys, contacts | [`forget`] |
//! | `job_files`, `job_chunks` | rows of files: removed whole | [`forget`] |
//! | `jobs`, `import_settings`, `schedules`, `definitions`, `segments`, `control_groups`, their `history` | texts that name them: masked | [`forget`] |
//! | `suppression_*` | contacts: hashed | [`forget`], [`remember`] |
//! | `idempotency` | ids, contacts | [`remember`] |
//! | `standing`, `erasures` | hashes, which stay | |
//!
//! A person is the profile, who was merged into it, and each of these in its own database
//! ([`Traces`]).

use roster_model::erasure::Person;
use roster_model::history::Change;
use roster_model::suppression::Forms;
use roster_model::{Database, DatabaseId, JobId, ProfileId, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use crate::catalogue::{self, Author, Target};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql, jobs};

mod clearing;
mod settings;
mod traces;

pub use clearing::forget_traces;
pub use traces::{KeptMerge, Traces, kept_merges};

pub use settings::MaskedSettings;

/// How many reported rows or deliveries are looked through at once, and about how
/// many bytes of the latter.
const ROWS: i64 = 1000;
const BYTES: i64 = 4 << 20;

/// A contact that was erased, as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErasedContact {
    /// SHA-256 of the contact, see [`Person::hashes`].
    pub hash: String,
    /// `email` or `phone`.
    pub kind: String,
    /// When it was erased last.
    pub at: Timestamp,
    /// Who did it: the name of the token.
    pub actor: String,
}

/// Which contacts of a person were erased from a database before.
///
/// # Errors
/// As [`Sql::query`].
pub async fn find(
    sql: &impl Sql,
    database: DatabaseId,
    person: &Person,
) -> Result<Vec<ErasedContact>, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Text(crate::json(&person.hashes())?),
    ];
    let found: Vec<(String, String, i64, String)> =
        list(sql, include_str!("sql/erasures/find.sql"), parameters).await?;
    let erased = found
        .into_iter()
        .map(|(hash, kind, at, actor)| ErasedContact {
            hash,
            kind,
            at: Timestamp::from_ms(at),
            actor,
        });
    Ok(erased.collect())
}

/// A job that has or had to do with a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelatedJob {
    /// Its id.
    pub id: String,
    /// `import`, `update` or `export`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The jobs of databases that did something to a person, as far as their reports are kept.
///
/// # Errors
/// As [`Sql::query`].
pub async fn touched(
    sql: &impl Sql,
    databases: &[DatabaseId],
    profiles: &[ProfileId],
) -> Result<Vec<RelatedJob>, Error> {
    let databases: Vec<i64> = databases.iter().map(|id| id.get()).collect();
    let profiles: Vec<i64> = profiles.iter().map(|id| id.pk()).collect();
    let parameters = vec![
        Cell::Text(crate::json(&databases)?),
        Cell::Text(crate::json(&profiles)?),
    ];
    let found: Vec<(i64, String, String, i64)> =
        list(sql, include_str!("sql/erasures/touched.sql"), parameters).await?;
    let touched = found.into_iter().map(|(id, kind, name, at)| RelatedJob {
        id: id.to_string(),
        kind,
        name,
        created_at: Timestamp::from_ms(at),
    });
    Ok(touched.collect())
}

/// A job whose files or settings may still name a person, because work on it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfinishedJob {
    /// Its database.
    pub database_id: DatabaseId,
    /// Its id.
    pub id: String,
    /// `import`, `update` or `export`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// Where it stands.
    pub state: String,
}

/// What was removed of a person beside the profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasureReport {
    /// How many rows of reports were about them.
    pub reported: usize,
    /// Jobs whose files or settings stay until they end, see [`forget`].
    pub unfinished: Vec<UnfinishedJob>,
    /// Settings in use in which they were masked.
    pub masked: Vec<MaskedSettings>,
}

impl ErasureReport {
    /// Tells of a job that goes on, once.
    fn go_on(&mut self, job: UnfinishedJob) {
        if !self.unfinished.iter().any(|one| one.id == job.id) {
            self.unfinished.push(job);
        }
    }
}

/// Removes a person from everything in a database but the profile itself: from what jobs did
/// and reported, what webhooks received and could not apply, the history of
/// suppression lists, and with the files of jobs that are over, since nobody can
/// take one row out of a compressed file. Exports that are
/// being made begin again. A file that is still to be imported stays, and so do settings
/// of a job that goes on: they are named, for anyone who erases to decide. In other settings
/// texts that name the person are masked.
///
/// Each statement is by itself, so the lock is held for moments only; called
/// again after a crash, it goes on. `forgotten` is added to: a person may be in several
/// databases.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget(
    sql: &impl Sql,
    database: &Database,
    traces: &Traces,
    at: Timestamp,
    forgotten: &mut ErasureReport,
) -> Result<(), Error> {
    let person = &traces.person;
    let id = || Cell::Integer(database.id.get());
    let reported = include_str!("sql/erasures/reported.sql");
    let reporting: Vec<i64> = list(sql, reported, vec![id()]).await?;
    for job in reporting.into_iter().filter_map(JobId::new) {
        forgotten.reported += forget_reported(sql, job, database, person).await?;
    }
    let parameters = vec![id(), traces.pks()?];
    sql.query(include_str!("sql/erasures/forget_results.sql"), parameters)
        .await?;
    let parameters = vec![
        id(),
        traces.pks()?,
        Cell::Text(crate::json(&person.names().collect::<Vec<_>>())?),
    ];
    sql.query(include_str!("sql/erasures/forget_undone.sql"), parameters)
        .await?;
    let parameters = vec![id(), Cell::Integer(at.ms())];
    sql.query(include_str!("sql/erasures/restart_exports.sql"), parameters)
        .await?;
    for statement in [
        include_str!("sql/erasures/delete_chunks.sql"),
        include_str!("sql/erasures/delete_files.sql"),
    ] {
        sql.query(statement, vec![id()]).await?;
    }
    forget_deliveries(sql, database, person).await?;
    let parameters = vec![id(), Cell::Text(hashes(person)?)];
    sql.query(include_str!("sql/erasures/hash_told.sql"), parameters)
        .await?;
    let left: Vec<(i64, String, String, String)> =
        list(sql, include_str!("sql/erasures/unfinished.sql"), vec![id()]).await?;
    let left = left
        .into_iter()
        .map(|(id, kind, name, state)| UnfinishedJob {
            database_id: database.id,
            id: id.to_string(),
            kind,
            name,
            state,
        });
    forgotten.unfinished.extend(left);
    settings::mask(sql, database, person, at, forgotten).await
}

/// Forgets what webhooks received of a person and is kept though nobody came of it:
/// replayed, it would bring them back.
async fn forget_deliveries(
    sql: &impl Sql,
    database: &Database,
    person: &Person,
) -> Result<(), Error> {
    let mut after = 0;
    loop {
        let parameters = vec![
            Cell::Integer(database.id.get()),
            Cell::Integer(after),
            Cell::Integer(ROWS),
            Cell::Integer(BYTES),
        ];
        let statement = include_str!("sql/erasures/deliveries.sql");
        let mut rows = sql.query(statement, parameters).await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let Some(last) = row.optional_integer(1)? else {
            return Ok(());
        };
        let found: Vec<(i64, String, Value, Value)> =
            serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let about = found.iter().filter(|(_, sender_id, detail, request)| {
            let body = request.get("body").and_then(Value::as_str);
            person.is_part_of(sender_id)
                || person.is_in(detail, database.region)
                || person.is_in(request, database.region)
                || body.is_some_and(|body| person.is_in_body(body, database.region))
        });
        let about: Vec<i64> = about.map(|(id, ..)| *id).collect();
        if !about.is_empty() {
            let parameters = vec![Cell::Text(crate::json(&about)?)];
            let statement = include_str!("sql/erasures/delete_deliveries.sql");
            sql.query(statement, parameters).await?;
        }
        after = last;
    }
}

/// `[[plain, hash], …]` of a person's contacts.
fn hashes(person: &Person) -> Result<String, Error> {
    let pairs = person.suppressed().into_iter();
    let pairs: Vec<_> = pairs.map(|(plain, hashed)| (plain, hashed.key)).collect();
    crate::json(&pairs)
}

async fn forget_reported(
    sql: &impl Sql,
    job: JobId,
    database: &Database,
    person: &Person,
) -> Result<usize, Error> {
    let outcomes = ["failed", "skipped", "warning"];
    let (mut after, mut removed) = (0, 0);
    loop {
        let rows = jobs::failures(sql, job, &outcomes, after, ROWS).await?;
        let Some(last) = rows.last() else {
            return Ok(removed);
        };
        after = last.row;
        let about: Vec<_> = rows
            .iter()
            .filter(|row| person.is_in(&row.body, database.region))
            .map(|row| json!([row.row, row.outcome]))
            .collect();
        if !about.is_empty() {
            let parameters = vec![Cell::Integer(job.get()), Cell::Text(crate::json(&about)?)];
            sql.query(include_str!("sql/erasures/delete_reported.sql"), parameters)
                .await?;
            removed += about.len();
        }
    }
}

/// Anyone who is on a suppression list stays there, by a hash: nobody may write to
/// them, and nobody need know who they are.
async fn hash_suppressed(
    sql: &impl Sql,
    database: DatabaseId,
    person: &Person,
) -> Result<(), Error> {
    let mut forms = Forms::NONE;
    for (_, hashed) in person.suppressed() {
        forms = forms.with(hashed.forms());
    }
    let named = hashes(person)?;
    let parameters = || vec![Cell::Integer(database.get()), Cell::from(named.as_str())];
    let mut learning = parameters();
    learning.push(Cell::Integer(forms.bits()));
    let learn = include_str!("sql/erasures/learn_hashes.sql");
    if sql.query(learn, learning).await?.is_empty() {
        return Ok(());
    }
    for statement in [
        include_str!("sql/erasures/put_hashes.sql"),
        include_str!("sql/erasures/delete_plain.sql"),
    ] {
        sql.query(statement, parameters()).await?;
    }
    catalogue::bump(sql).await?;
    Ok(())
}

/// Ends an erasure, in the transaction that deletes the profile: removes its
/// history and kept answers, leaves hashes on suppression lists, and remembers
/// hashes of its contacts. The histories of the databases that it was in tell that somebody
/// was erased, and by whom.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remember(sql: &impl Sql, traces: &Traces, author: &Author<'_>) -> Result<(), Error> {
    let person = &traces.person;
    let parameters = vec![traces.pks()?];
    sql.query(include_str!("sql/erasures/delete_history.sql"), parameters)
        .await?;
    let names: Vec<String> = person.names().map(str::to_lowercase).collect();
    let parameters = vec![Cell::Text(crate::json(&names)?)];
    sql.query(include_str!("sql/erasures/delete_answers.sql"), parameters)
        .await?;
    for database in traces.databases() {
        hash_suppressed(sql, database, person).await?;
        let parameters = vec![
            Cell::Integer(database.get()),
            Cell::Text(crate::json(&person.hashes())?),
            Cell::Integer(author.at.ms()),
            Cell::from(author.actor),
        ];
        sql.query(include_str!("sql/erasures/put.sql"), parameters)
            .await?;
        let changes: [Change; 0] = [];
        let target = Target::Database(database);
        catalogue::record(sql, target, "profile.erased", &changes, author).await?;
    }
    Ok(())
}

async fn list<T: serde::de::DeserializeOwned>(
    sql: &impl Sql,
    statement: &str,
    parameters: Vec<Cell>,
) -> Result<Vec<T>, Error> {
    packed(sql, statement, parameters).await
}

/// What a statement gives as the JSON of one row.
async fn packed<T: serde::de::DeserializeOwned>(
    sql: &impl Sql,
    statement: &str,
    parameters: Vec<Cell>,
) -> Result<T, Error> {
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}
