//! What stands on suppression lists: looking keys up, paging, counting.

use roster_model::suppression::{Entry, Form, Kind};
use roster_model::{SuppressionId, Timestamp};

use super::{list_id, only_text};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql};

/// Sorts behind every key: no address has this character, which no alphabet has.
const BEHIND_ALL: &str = "\u{10ffff}";

/// Sorts right behind a key itself: no key has control characters.
const RIGHT_BEHIND: &str = "\u{1}";

/// An entry as it stands on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The list.
    pub list: SuppressionId,
    /// The entry.
    pub entry: Entry,
    /// When it was added, or its reason last changed.
    pub at: Timestamp,
    /// Why it is there; may be empty.
    pub reason: String,
    /// Where it came from; may be empty.
    pub source: String,
}

type PackedRow = (i64, String, i64, i64, i64, i64, String, String);

fn packed(rows: Vec<Row>) -> Result<Vec<EntryRow>, Error> {
    let packed: Vec<PackedRow> = serde_json::from_str(&only_text(rows)?).map_err(corrupt)?;
    packed.into_iter().map(kept).collect()
}

fn kept(packed: PackedRow) -> Result<EntryRow, Error> {
    let (list, key, kind, form, subdomains, at, reason, source) = packed;
    Ok(EntryRow {
        list: list_id(list)?,
        entry: Entry {
            kind: Kind::from_number(kind).ok_or_else(|| corrupt("an entry's kind"))?,
            form: Form::from_number(form).ok_or_else(|| corrupt("an entry's form"))?,
            subdomains: subdomains != 0,
            key,
        },
        at: Timestamp::from_ms(at),
        reason,
        source,
    })
}

/// What stands on any of some lists under any of some keys, in one statement. A
/// domain above an address is found too: see [`roster_model::suppression::is_hit`].
///
/// # Errors
/// As [`Sql::query`].
pub async fn find(
    sql: &impl Sql,
    lists: &[SuppressionId],
    keys: &[String],
) -> Result<Vec<EntryRow>, Error> {
    if lists.is_empty() || keys.is_empty() {
        return Ok(Vec::new());
    }
    let lists: Vec<i64> = lists.iter().map(|list| list.get()).collect();
    let parameters = vec![
        Cell::Text(crate::json(&lists)?),
        Cell::Text(crate::json(keys)?),
    ];
    let rows = sql
        .query(include_str!("../sql/suppressions/find.sql"), parameters)
        .await?;
    packed(rows)
}

/// Which entries of a list are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only those of a kind.
    pub kind: Option<Kind>,
    /// Only those whose key begins with this; empty for all.
    pub prefix: String,
}

/// A page of a list in the order of keys: those behind the key `after`, at most
/// `limit`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    list: SuppressionId,
    asked: &EntryFilter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<EntryRow>, Error> {
    let prefix = asked.prefix.as_str();
    let from = match after {
        Some(after) if after >= prefix => format!("{after}{RIGHT_BEHIND}"),
        _ => prefix.to_owned(),
    };
    let mut parameters = vec![
        Cell::Integer(list.get()),
        Cell::Text(from),
        Cell::Text(format!("{prefix}{BEHIND_ALL}")),
        Cell::Integer(limit),
    ];
    let statement = match asked.kind {
        None => include_str!("../sql/suppressions/entries.sql"),
        Some(kind) => {
            parameters.push(Cell::Integer(kind.number()));
            include_str!("../sql/suppressions/entries_of_kind.sql")
        }
    };
    packed(sql.query(statement, parameters).await?)
}

/// How many entries a list has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// By kind and form, in the order of both.
    pub by_form: Vec<(Kind, Form, i64)>,
    /// How many domains with their subdomains.
    pub subdomains: i64,
}

/// Counts the entries of a list, which walks an index of them: a million takes
/// up to a second. How many there are in all is known to the list.
///
/// # Errors
/// As [`Sql::query`].
pub async fn totals(sql: &impl Sql, list: SuppressionId) -> Result<Totals, Error> {
    let parameters = vec![Cell::Integer(list.get())];
    let rows = sql
        .query(include_str!("../sql/suppressions/totals.sql"), parameters)
        .await?;
    let counts: Vec<i64> = serde_json::from_str(&only_text(rows)?).map_err(corrupt)?;
    let mut counts = counts.into_iter();
    let mut by_form = Vec::new();
    for kind in Kind::ALL {
        for form in Form::ALL {
            by_form.push((kind, form, counts.next().unwrap_or_default()));
        }
    }
    let subdomains = counts.next().unwrap_or_default();
    Ok(Totals {
        by_form,
        subdomains,
    })
}
