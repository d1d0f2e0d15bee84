//! The floor for batches: the least that a native program does that upserts
//! the same rows into one bare table with one unique index. No HTTP, no rules,
//! no history, no search text.

use std::{path::Path, time::Instant};

use anyhow::{Context as _, Result};
use rusqlite::{Connection, params};
use serde_json::Value;

/// A bare table in a file of its own.
pub struct Floor(Connection);

impl Floor {
    /// Makes it.
    ///
    /// # Errors
    /// When the file can't be made.
    pub fn new(file: &Path, durability: &str) -> Result<Self> {
        for end in ["", "-wal", "-shm"] {
            // Left over from the last run, if there.
            let _ = std::fs::remove_file(format!("{}{end}", file.display()));
        }
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", durability)?;
        connection.execute_batch(
            "CREATE TABLE people (
                id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, data TEXT NOT NULL
            ) STRICT",
        )?;
        Ok(Floor(connection))
    }

    /// Upserts the items of a batch's body in one transaction.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn batch(&mut self, body: &str) -> Result<usize> {
        let body: Value = serde_json::from_str(body)?;
        let items = body.get("data").and_then(Value::as_array).context("data")?;
        let transaction = self.0.transaction()?;
        {
            let mut upsert = transaction.prepare_cached(
                "INSERT INTO people (email, data) VALUES (?1, ?2)
                 ON CONFLICT (email) DO UPDATE SET data = excluded.data",
            )?;
            for item in items {
                let email = item.get("email").and_then(Value::as_str);
                upsert.execute(params![email, item.to_string()])?;
            }
        }
        transaction.commit()?;
        Ok(items.len())
    }

    /// Upserts all bodies; rows per second.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn rows_per_second(&mut self, bodies: &[String]) -> Result<f64> {
        let start = Instant::now();
        let mut rows = 0;
        for body in bodies {
            rows += self.batch(body)?;
        }
        Ok(rows as f64 / start.elapsed().as_secs_f64())
    }
}
