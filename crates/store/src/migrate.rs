//! Brings a database file to the schema that this code knows.
//!
//! The migrations are compiled in. Each is applied once, all that are missing
//! in one transaction that takes the write lock before it looks, so that any
//! number of instances may start on the same file at the same moment.

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
];

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
                return (!last.is_empty()).then_some(last);
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
/// [`VERSION`]). Does nothing, with one read, on a file that is up to date.
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
    for (version, (name, script)) in (1..).zip(MIGRATIONS) {
        if version <= from || version > target {
            continue;
        }
        for statement in statements(script) {
            sql.query(statement, vec![]).await?;
        }
        if name.ends_with("_texts") {
            rekey::all(sql).await?;
        }
        if *name == STANDING {
            standing::adopt(sql).await?;
        }
        sql.query(
            "INSERT INTO migrations (version, name, applied_at)
             VALUES (?1, ?2, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))",
            vec![Cell::Integer(version), Cell::from(*name)],
        )
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
