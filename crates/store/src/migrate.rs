//! Brings a database file to the schema that this code knows.
//!
//! The migrations are compiled in. Each is applied once, all that are missing
//! in one transaction that takes the write lock before it looks, so that any
//! number of instances may start on the same file at the same moment.
//!
//! A migration makes and changes tables and indexes. Views and triggers stand in
//! `migrations/always`, each once, as it is: they are dropped and made again whenever
//! the version moves. So a change of one needs a migration beside it, if only with a
//! comment that says why; `migrations/schema.sql` shows the whole.

mod rekey;

use crate::transaction::{is_taken_back, whole};
use crate::{Cell, Error, Sql, standing};

/// The migrations in order; the version of a schema is how many it has seen.
pub const MIGRATIONS: &[(&str, &str)] = &[
    (
        "0001_core",
        include_str!("../../../migrations/0001_core.sql"),
    ),
    (
        "0002_writes",
        include_str!("../../../migrations/0002_writes.sql"),
    ),
    (
        "0003_bulk",
        include_str!("../../../migrations/0003_bulk.sql"),
    ),
    (
        "0004_suppression",
        include_str!("../../../migrations/0004_suppression.sql"),
    ),
    (
        "0005_consent",
        include_str!("../../../migrations/0005_consent.sql"),
    ),
    (
        "0006_traces",
        include_str!("../../../migrations/0006_traces.sql"),
    ),
    (
        "0007_texts",
        include_str!("../../../migrations/0007_texts.sql"),
    ),
    (
        STANDING,
        include_str!("../../../migrations/0008_standing.sql"),
    ),
    (
        "0009_speakers",
        include_str!("../../../migrations/0009_speakers.sql"),
    ),
    (
        "0010_lanes",
        include_str!("../../../migrations/0010_lanes.sql"),
    ),
    (
        "0011_definitions",
        include_str!("../../../migrations/0011_definitions.sql"),
    ),
    (
        "0012_definitions_table",
        include_str!("../../../migrations/0012_definitions_table.sql"),
    ),
    (
        "0013_pending_search",
        include_str!("../../../migrations/0013_pending_search.sql"),
    ),
    (
        "0014_vocabulary",
        include_str!("../../../migrations/0014_vocabulary.sql"),
    ),
    (
        "0015_relations",
        include_str!("../../../migrations/0015_relations.sql"),
    ),
    (
        "0016_control_groups",
        include_str!("../../../migrations/0016_control_groups.sql"),
    ),
    (
        "0017_living_segments",
        include_str!("../../../migrations/0017_living_segments.sql"),
    ),
    (
        "0018_merges",
        include_str!("../../../migrations/0018_merges.sql"),
    ),
    (
        "0019_empty_lists",
        include_str!("../../../migrations/0019_empty_lists.sql"),
    ),
    (
        "0020_users",
        include_str!("../../../migrations/0020_users.sql"),
    ),
    (
        "0021_day_counts",
        include_str!("../../../migrations/0021_day_counts.sql"),
    ),
    (
        "0022_passkeys",
        include_str!("../../../migrations/0022_passkeys.sql"),
    ),
    (
        "0023_apps",
        include_str!("../../../migrations/0023_apps.sql"),
    ),
    (
        "0024_messages",
        include_str!("../../../migrations/0024_messages.sql"),
    ),
    (
        "0025_connectors",
        include_str!("../../../migrations/0025_connectors.sql"),
    ),
];

/// Views and triggers, in the order in which they are made.
pub const ALWAYS: &[(&str, &str)] = &[
    (
        "counts",
        include_str!("../../../migrations/always/counts.sql"),
    ),
    (
        "control_writes",
        include_str!("../../../migrations/always/control_writes.sql"),
    ),
    (
        "packed_profiles",
        include_str!("../../../migrations/always/packed_profiles.sql"),
    ),
    (
        "profile_tellings",
        include_str!("../../../migrations/always/profile_tellings.sql"),
    ),
    (
        "profile_merges",
        include_str!("../../../migrations/always/profile_merges.sql"),
    ),
    (
        "source_pages",
        include_str!("../../../migrations/always/source_pages.sql"),
    ),
    (
        "job_steps",
        include_str!("../../../migrations/always/job_steps.sql"),
    ),
    (
        "search_folds",
        include_str!("../../../migrations/always/search_folds.sql"),
    ),
    (
        "profile_removals",
        include_str!("../../../migrations/always/profile_removals.sql"),
    ),
    (
        "relation_writes",
        include_str!("../../../migrations/always/relation_writes.sql"),
    ),
    (
        "profile_writes",
        include_str!("../../../migrations/always/profile_writes.sql"),
    ),
    (
        "segment_refreshes",
        include_str!("../../../migrations/always/segment_refreshes.sql"),
    ),
];

/// The migration after which match keys are made again: SQL can't fold texts.
const TEXTS: &str = "0007_texts";

/// The migration after which old statuses are taken over: SQL can't hash contacts.
const STANDING: &str = "0008_standing";

/// The schema version of a database made by this code.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// The statements of a migration: each ends with a semicolon that an empty
/// line follows (a trigger's body has semicolons, but no empty line after one
/// … unless indented statements follow, which belong to it).
pub fn statements(script: &str) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        let mut from = 0;
        loop {
            let Some(found) = rest[from..].find(";\n\n") else {
                let last = rest.trim();
                rest = "";
                // A script may be a comment alone, which says why views are made again.
                let mut lines = last.lines();
                let says_something = lines.any(|line| !line.is_empty() && !line.starts_with("--"));
                return says_something.then_some(last);
            };
            let end = from + found;
            let after = &rest[end + 3..];
            if after.starts_with([' ', '\t']) {
                from = end + 3;
                continue;
            }
            let statement = rest[..end].trim();
            rest = after;
            return Some(statement);
        }
    })
    .filter(|statement| !is_comment(statement))
}

/// The file's schema version: 0 for an empty file.
///
/// # Errors
/// As [`Sql::query`].
pub async fn version(sql: &impl Sql) -> Result<i64, Error> {
    // The usual case in one statement: a file that has been migrated. One that
    // has not has no such table, which only an error can say.
    let asked = sql
        .query("SELECT coalesce(max(version), 0) FROM migrations", vec![])
        .await;
    match asked {
        Ok(rows) => rows.first().map_or(Ok(0), |row| row.integer(0)),
        Err(Error::Database(text)) if text.contains("no such table") => Ok(0),
        Err(error) => Err(error),
    }
}

/// Applies what is missing, up to schema version `target` (normally
/// [`VERSION`]; a smaller one has tables alone). Does nothing, with one read, on a
/// file that is up to date.
///
/// # Errors
/// [`Error::Newer`] when the file is newer than this code; otherwise as
/// [`Sql::query`], and then nothing was applied.
pub async fn migrate(sql: &impl Sql, target: i64) -> Result<(), Error> {
    if check(version(sql).await?)? >= target {
        return Ok(());
    }
    let applied = async || apply(sql, target).await;
    whole(sql, applied, is_taken_back).await
}

async fn apply(sql: &impl Sql, target: i64) -> Result<(), Error> {
    // Somebody else may have been faster while this one waited for the lock.
    let from = check(version(sql).await?)?;
    if from == 0 {
        sql.query(
            "CREATE TABLE IF NOT EXISTS migrations (
                version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL
            ) STRICT",
            vec![],
        )
        .await?;
    }
    drop_views_and_triggers(sql).await?;
    let missing = (1..)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > from && *version <= target);
    for (version, (name, script)) in missing.clone() {
        for statement in statements(script) {
            sql.query(statement, vec![]).await?;
        }
        sql.query(
            "INSERT INTO migrations (version, name, applied_at)
             VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
            vec![Cell::Integer(version), Cell::from(*name)],
        )
        .await?;
    }
    if target < VERSION {
        return Ok(());
    }
    for (_, script) in ALWAYS {
        for statement in statements(script) {
            sql.query(statement, vec![]).await?;
        }
    }
    // What SQL alone can't do, on the tables of this version and with its triggers.
    for (_, (name, _)) in missing {
        match *name {
            TEXTS => rekey::all(sql).await?,
            STANDING => standing::adopt(sql).await?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether nothing is to be done.
fn is_comment(statement: &str) -> bool {
    statement.lines().all(|line| line.starts_with("--"))
}

/// Tables may change under views only while there are none.
async fn drop_views_and_triggers(sql: &impl Sql) -> Result<(), Error> {
    let names =
        "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type";
    for mut row in sql.query(names, vec![]).await? {
        let (kind, name) = (row.text(0)?, row.text(1)?);
        sql.query(&format!("DROP {kind} \"{name}\""), vec![])
            .await?;
    }
    Ok(())
}

fn check(file: i64) -> Result<i64, Error> {
    if file > VERSION {
        return Err(Error::Newer {
            file,
            known: VERSION,
        });
    }
    Ok(file)
}
