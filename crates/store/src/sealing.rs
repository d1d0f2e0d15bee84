//! Secrets that are stored plain, or sealed with an older key: found and sealed a few dozen
//! at a time. What seals them is the caller's.
//!
//! A row is written only if its secrets are still those that were read, so that nobody's
//! change is overwritten: not even one that was made in between. No revision moves and no
//! history is written, since nothing changes for anybody.

use serde_json::{Map, Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// How many rows are read and written by one statement.
const ROWS: i64 = 48;

/// Where secrets are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretPlace {
    /// Webhooks: a list of objects with `secret`.
    Hooks,
    /// Watchers: a list of texts.
    Watchers,
    /// Schedules: one text.
    Schedules,
    /// Headers of schedules: an object of texts.
    Headers,
    /// Keys of apps, as far as they are secrets: one text.
    AppKeys,
    /// Connectors: one text.
    Connectors,
}

/// How a secret is sealed: what is stored before, and what is to be after; none if it may
/// stay, or can't be opened.
pub type Seal<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What one round has done.
#[derive(Clone, Debug, PartialEq)]
pub struct SealingRound {
    /// How many rows were written.
    pub written: usize,
    /// Where the next round begins; none if this was the last.
    pub next: Option<Value>,
}

impl SecretPlace {
    /// All of them.
    pub const ALL: [SecretPlace; 6] = [
        SecretPlace::Hooks,
        SecretPlace::Watchers,
        SecretPlace::Schedules,
        SecretPlace::Headers,
        SecretPlace::AppKeys,
        SecretPlace::Connectors,
    ];

    /// Where the first round begins: before every id.
    #[must_use]
    pub fn first(self) -> Value {
        match self {
            SecretPlace::Hooks => json!(""),
            _ => json!(0),
        }
    }

    const fn behind(self) -> &'static str {
        match self {
            SecretPlace::Hooks => include_str!("sql/sealing/hooks_behind.sql"),
            SecretPlace::Watchers => include_str!("sql/sealing/watchers_behind.sql"),
            SecretPlace::Schedules => include_str!("sql/sealing/schedules_behind.sql"),
            SecretPlace::Headers => include_str!("sql/sealing/headers_behind.sql"),
            SecretPlace::AppKeys => include_str!("sql/sealing/app_keys_behind.sql"),
            SecretPlace::Connectors => include_str!("sql/sealing/connectors_behind.sql"),
        }
    }

    const fn put(self) -> &'static str {
        match self {
            SecretPlace::Hooks => include_str!("sql/sealing/hooks_put.sql"),
            SecretPlace::Watchers => include_str!("sql/sealing/watchers_put.sql"),
            SecretPlace::Schedules => include_str!("sql/sealing/schedules_put.sql"),
            SecretPlace::Headers => include_str!("sql/sealing/headers_put.sql"),
            SecretPlace::AppKeys => include_str!("sql/sealing/app_keys_put.sql"),
            SecretPlace::Connectors => include_str!("sql/sealing/connectors_put.sql"),
        }
    }

    /// What is stored with its secrets sealed; none if none of them is another.
    fn sealed(self, stored: &str, seal: Seal<'_>) -> Result<Option<String>, Error> {
        let one = [
            SecretPlace::Schedules,
            SecretPlace::AppKeys,
            SecretPlace::Connectors,
        ];
        if one.contains(&self) {
            return Ok(seal(stored).filter(|after| after != stored));
        }
        let mut value: Value = serde_json::from_str(stored).map_err(corrupt)?;
        let mut is_other = false;
        for text in texts(self, &mut value) {
            let Some(before) = text.as_str() else {
                continue;
            };
            if let Some(after) = seal(before).filter(|after| after != before) {
                *text = after.into();
                is_other = true;
            }
        }
        is_other.then(|| crate::json(&value)).transpose()
    }
}

/// The secrets in what is stored.
fn texts(place: SecretPlace, value: &mut Value) -> Vec<&mut Value> {
    match (place, value) {
        (SecretPlace::Hooks, Value::Array(all)) => {
            let members = all.iter_mut().filter_map(Value::as_object_mut);
            let secrets = members.filter_map(|one: &mut Map<String, Value>| one.get_mut("secret"));
            secrets.collect()
        }
        (_, Value::Array(all)) => all.iter_mut().collect(),
        (_, Value::Object(members)) => members.values_mut().collect(),
        _ => Vec::new(),
    }
}

/// Seals secrets of one place that don't begin with `mark`, which is what those have that
/// were sealed as they should be: a few dozen after those of the round before.
///
/// # Errors
/// As [`Sql::query`].
pub async fn seal_some(
    sql: &impl Sql,
    place: SecretPlace,
    after: &Value,
    mark: &str,
    seal: Seal<'_>,
) -> Result<SealingRound, Error> {
    let after = match after {
        Value::String(text) => Cell::from(text.as_str()),
        number => Cell::Integer(number.as_i64().ok_or_else(|| corrupt("no id"))?),
    };
    let parameters = vec![after, Cell::from(mark), Cell::Integer(ROWS)];
    let rows = sql.query(place.behind(), parameters).await?;
    let is_last = rows.len() < usize::try_from(ROWS).map_err(corrupt)?;
    let mut last = None;
    let mut changes = Vec::new();
    for mut row in rows {
        let id = id(place, &mut row)?;
        let stored = row.text(1)?;
        if let Some(sealed) = place.sealed(&stored, seal)? {
            changes.push(json!([id, stored, sealed]));
        }
        last = Some(id);
    }
    let written = match changes.is_empty() {
        true => 0,
        false => {
            let parameters = vec![Cell::Text(crate::json(&changes)?)];
            sql.query(place.put(), parameters).await?.len()
        }
    };
    Ok(SealingRound {
        written,
        next: last.filter(|_| !is_last),
    })
}

fn id(place: SecretPlace, row: &mut Row) -> Result<Value, Error> {
    Ok(match place {
        SecretPlace::Hooks => row.text(0)?.into(),
        _ => row.integer(0)?.into(),
    })
}
