//! The twin's tables: Roster's rows, written by prepared statements.

use std::{collections::BTreeMap, path::Path, sync::Mutex, time::SystemTime};

use anyhow::{Context as _, Result, anyhow};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("schema.sql");

/// As many texts are folded into the index at once; as Roster does it.
const FOLD: usize = 512;

/// What Roster's keys call an e-mail and a phone number.
const EMAIL: i64 = 1;
const PHONE: i64 = 2;

/// Reads from one connection.
pub struct Reader(Mutex<Connection>);

impl Reader {
    /// Opens the file for reading.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn open(file: &Path) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(Reader(Mutex::new(connection)))
    }

    /// The person of a number, as JSON.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn by_id(&self, id: i64) -> Result<String> {
        self.one("SELECT revision, data, pk FROM profiles WHERE pk = ?1", id)
    }

    /// The person who has an e-mail, as JSON.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn by_email(&self, email: &str) -> Result<String> {
        self.one(
            "SELECT revision, data, pk FROM match_keys JOIN profiles ON pk = profile
             WHERE match_keys.database_id = 1 AND kind = 1 AND value = ?1",
            email,
        )
    }

    fn one(&self, statement: &str, key: impl rusqlite::ToSql) -> Result<String> {
        let connection = self.0.lock().map_err(|_| anyhow!("a reader failed"))?;
        let mut statement = connection.prepare_cached(statement)?;
        let person = statement.query_row([key], |row| {
            let (revision, data, pk): (i64, &str, i64) = (
                row.get(0)?,
                row.get_ref(1)?.as_str().unwrap_or_default(),
                row.get(2)?,
            );
            Ok(format!(
                "{{\"id\":\"{pk}\",\"revision\":{revision},\"data\":{data}}}"
            ))
        });
        Ok(person?)
    }
}

/// Writes through the one connection that does.
pub struct Writer {
    connection: Connection,
    /// Texts that wait for the index.
    pending: usize,
}

impl Writer {
    /// Opens the file, and makes its tables where there are none.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn open(file: &Path, durability: &str) -> Result<Self> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", durability)?;
        connection.pragma_update(None, "cache_size", -32_768)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        connection.set_prepared_statement_cache_capacity(32);
        connection.execute_batch(SCHEMA)?;
        let pending =
            connection.query_row("SELECT count(*) FROM search_pending", [], |row| row.get(0))?;
        Ok(Writer {
            connection,
            pending,
        })
    }

    /// Writes the items of each request in one transaction; an answer for each request.
    ///
    /// # Errors
    /// When SQLite refuses, or an item has no e-mail. Then nothing is written.
    pub fn transaction<'a>(
        &mut self,
        requests: impl Iterator<Item = &'a [Value]>,
    ) -> Result<Vec<String>> {
        let transaction = self.connection.transaction()?;
        let mut added = 0;
        let mut answers = Vec::new();
        for items in requests {
            let mut results = Vec::with_capacity(items.len());
            for item in items {
                let (pk, revision) = upsert(&transaction, item)?;
                added += usize::from(revision == 1);
                results.push(json!({"id": pk.to_string(), "revision": revision}));
            }
            answers.push(json!({ "results": results }).to_string());
        }
        transaction
            .prepare_cached("UPDATE profile_counts SET count = count + ?1")?
            .execute([added])?;
        transaction.commit()?;
        self.pending += added;
        Ok(answers)
    }

    /// Takes the texts that wait into the index, once there are enough.
    ///
    /// # Errors
    /// When SQLite refuses.
    pub fn fold(&mut self) -> Result<()> {
        if self.pending < FOLD {
            return Ok(());
        }
        let transaction = self.connection.transaction()?;
        transaction
            .prepare_cached(
                "INSERT INTO search (rowid, profile, contacts)
                 SELECT pk, profile, contacts FROM search_pending ORDER BY pk",
            )?
            .execute([])?;
        transaction
            .prepare_cached("DELETE FROM search_pending")?
            .execute([])?;
        transaction.commit()?;
        self.pending = 0;
        Ok(())
    }
}

/// Adds a person, or changes the one who has the e-mail; key and revision.
fn upsert(transaction: &Transaction<'_>, item: &Value) -> Result<(i64, i64)> {
    let email = item.get("email").and_then(Value::as_str);
    let email = email.context("an item without an e-mail")?.to_lowercase();
    let found = transaction
        .prepare_cached(
            "SELECT pk, revision, data FROM match_keys JOIN profiles ON pk = profile
             WHERE match_keys.database_id = 1 AND kind = 1 AND value = ?1",
        )?
        .query_row([&email], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
        })
        .optional()?;
    match found {
        Some((pk, revision, data)) => update(transaction, item, pk, revision + 1, &data),
        None => add(transaction, item, &email),
    }
}

fn add(transaction: &Transaction<'_>, item: &Value, email: &str) -> Result<(i64, i64)> {
    let (data, now) = (item.to_string(), now());
    transaction
        .prepare_cached(
            "INSERT INTO profiles (database_id, revision, status, created_at, updated_at, data)
             VALUES (1, 1, 0, ?1, ?1, ?2)",
        )?
        .execute(params![now, data])?;
    let pk = transaction.last_insert_rowid();
    let phone = item.pointer("/phones/0").and_then(Value::as_str);
    let mut key =
        transaction.prepare_cached("INSERT INTO match_keys VALUES (1, ?1, ?2, ?3, ?4)")?;
    key.execute(params![EMAIL, email, 0, pk])?;
    key.execute(params![PHONE, phone.unwrap_or_default(), pk, pk])?;
    history(transaction, pk, now, "profile.created", &data)?;
    let names = ["_fname", "_lname", "_city"]
        .map(|name| item.get(name).and_then(Value::as_str).unwrap_or_default());
    let contacts = format!("\u{1}{email}\n\u{1}{}", phone.unwrap_or_default());
    transaction
        .prepare_cached("INSERT INTO search_pending VALUES (?1, ?2, ?3)")?
        .execute(params![pk, names.join("\n").to_lowercase(), contacts])?;
    Ok((pk, 1))
}

fn update(
    transaction: &Transaction<'_>,
    item: &Value,
    pk: i64,
    revision: i64,
    data: &str,
) -> Result<(i64, i64)> {
    let before: BTreeMap<String, Value> = serde_json::from_str(data)?;
    let fields = item.as_object().context("an item that is no object")?;
    let changes: Vec<Value> = fields
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, value)| json!([name, before.get(name), value]))
        .collect();
    if changes.is_empty() {
        return Ok((pk, revision));
    }
    let now = now();
    transaction
        .prepare_cached(
            "UPDATE profiles SET revision = ?2, updated_at = ?3, data = ?4 WHERE pk = ?1",
        )?
        .execute(params![pk, revision, now, item.to_string()])?;
    let changes = Value::Array(changes).to_string();
    history(transaction, pk, now, "profile.updated", &changes)?;
    Ok((pk, revision))
}

fn history(
    transaction: &Transaction<'_>,
    pk: i64,
    now: i64,
    kind: &str,
    changes: &str,
) -> Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes)
             VALUES (1, ?1, ?2, ?3, 'benchmark', 'api', ?4)",
        )?
        .execute(params![pk, now, kind, changes])?;
    Ok(())
}

fn now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}
