//! What comes to suppression lists and what goes from them. Each change is told
//! in the list's history in the same transaction.

use std::collections::{BTreeMap, BTreeSet};

use roster_model::SuppressionId;
use roster_model::suppression::{Entry, Forms, Suppression};

use super::history::Action;
use crate::catalogue::{self, Author};
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// The most entries that one statement takes.
pub const SLICE: usize = 20_000;

/// Why entries come or go.
#[derive(Clone, Copy, Debug)]
pub struct ChangeContext<'a> {
    /// What history calls it.
    pub action: Action,
    /// The reason that somebody gave; may be empty.
    pub reason: &'a str,
    /// Who, and when.
    pub author: Author<'a>,
}

/// What became of entries that were to be added; each is counted once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddCounts {
    /// How many are new.
    pub added: usize,
    /// How many were there and have another reason or meaning now.
    pub updated: usize,
    /// How many were there just so, or several times among what was given.
    pub repeated: usize,
}

impl AddCounts {
    /// Counts those of another slice too.
    pub fn count(&mut self, other: AddCounts) {
        self.added += other.added;
        self.updated += other.updated;
        self.repeated += other.repeated;
    }
}

/// Puts entries on a list, at most [`SLICE`] at a time. An entry that is there
/// keeps its reason and source unless another reason is given, and a domain its
/// subdomains. The catalogue is bumped if the list has had none of their forms;
/// `list` learns them.
///
/// Part of a transaction that holds the write lock; 20,000 take a few tenths of a second.
///
/// # Errors
/// As [`Sql::query`].
pub async fn add(
    sql: &impl Sql,
    list: &mut Suppression,
    entries: &[Entry],
    source: &str,
    why: &ChangeContext<'_>,
) -> Result<AddCounts, Error> {
    let mut forms = Forms::NONE;
    let mut distinct: BTreeMap<&str, (i64, i64, bool)> = BTreeMap::new();
    for entry in entries {
        forms = forms.with(entry.forms());
        let new = (entry.kind.number(), entry.form.number(), entry.subdomains);
        let place = distinct.entry(&entry.key).or_insert(new);
        *place = (new.0, new.1, new.2 || place.2);
    }
    if distinct.is_empty() {
        return Ok(AddCounts::default());
    }
    let rows: Vec<(&str, i64, i64, i64)> = distinct
        .into_iter()
        .map(|(key, (kind, form, subdomains))| (key, kind, form, i64::from(subdomains)))
        .collect();
    let count = rows.len();
    let rows = crate::json(&rows)?;
    let id = || Cell::Integer(list.id.get());

    let parameters = vec![id(), Cell::Text(rows.clone()), Cell::from(why.reason)];
    let standing = sql
        .query(include_str!("../sql/suppressions/standing.sql"), parameters)
        .await?;
    let standing = standing.first().ok_or_else(|| corrupt("no answer"))?;
    let number = |index| -> Result<usize, Error> {
        usize::try_from(standing.integer(index)?).map_err(|_| corrupt("a count"))
    };
    let (held, updated) = (number(0)?, number(1)?);
    let added = AddCounts {
        added: count.saturating_sub(held),
        updated,
        repeated: entries.len() - count + held.saturating_sub(updated),
    };
    if added.added > 0 {
        let mut parameters = told(list.id, why);
        parameters.push(Cell::Integer(integer(added.added)));
        parameters.push(Cell::Text(rows.clone()));
        let statement = include_str!("../sql/suppressions/record_added.sql");
        sql.query(statement, parameters).await?;
    }
    if added.added + added.updated > 0 {
        let parameters = vec![
            id(),
            Cell::Text(rows),
            Cell::Integer(why.author.at.ms()),
            Cell::from(why.reason),
            Cell::from(source),
        ];
        sql.query(include_str!("../sql/suppressions/put.sql"), parameters)
            .await?;
    }
    if !list.forms.has_all(forms) {
        let parameters = vec![id(), Cell::Integer(forms.bits())];
        sql.query(include_str!("../sql/suppressions/learn.sql"), parameters)
            .await?;
        catalogue::bump(sql).await?;
        list.forms = list.forms.with(forms);
    }
    list.entries += integer(added.added);
    Ok(added)
}

/// Takes entries off a list by their keys, those that are there; at most
/// [`SLICE`] at a time. Gives how many went.
///
/// # Errors
/// As [`Sql::query`].
pub async fn remove(
    sql: &impl Sql,
    list: SuppressionId,
    keys: &[String],
    why: &ChangeContext<'_>,
) -> Result<usize, Error> {
    let distinct: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let keys = crate::json(&distinct)?;
    let named = || vec![Cell::Integer(list.get()), Cell::from(keys.as_str())];
    let held = sql
        .query(include_str!("../sql/suppressions/held.sql"), named())
        .await?;
    let held = held
        .first()
        .ok_or_else(|| corrupt("no count"))?
        .integer(0)?;
    if held > 0 {
        let mut parameters = told(list, why);
        parameters.push(Cell::from(keys.as_str()));
        let statement = include_str!("../sql/suppressions/record_removed.sql");
        sql.query(statement, parameters).await?;
        sql.query(include_str!("../sql/suppressions/remove.sql"), named())
            .await?;
    }
    usize::try_from(held).map_err(|_| corrupt("a count"))
}

/// How far a list was cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClearProgress {
    /// How many entries went.
    pub removed: i64,
    /// The last key that went; go on behind it.
    pub last: String,
}

/// Takes the first [`SLICE`] entries behind the key `after` off a list (`""` for
/// the first of all); none if there are none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn clear_slice(
    sql: &impl Sql,
    list: SuppressionId,
    after: &str,
    why: &ChangeContext<'_>,
) -> Result<Option<ClearProgress>, Error> {
    let Some(slice) = slice(sql, list, after).await? else {
        return Ok(None);
    };
    let mut parameters = told(list, why);
    parameters.push(Cell::from(after));
    parameters.push(Cell::from(slice.last.as_str()));
    let statement = include_str!("../sql/suppressions/record_cleared.sql");
    sql.query(statement, parameters).await?;
    remove_slice(sql, list, after, slice).await.map(Some)
}

/// The same for a list that is to be deleted: nothing is told.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget_slice(
    sql: &impl Sql,
    list: SuppressionId,
    after: &str,
) -> Result<Option<ClearProgress>, Error> {
    match slice(sql, list, after).await? {
        Some(slice) => remove_slice(sql, list, after, slice).await.map(Some),
        None => Ok(None),
    }
}

async fn slice(
    sql: &impl Sql,
    list: SuppressionId,
    after: &str,
) -> Result<Option<ClearProgress>, Error> {
    let parameters = vec![
        Cell::Integer(list.get()),
        Cell::from(after),
        Cell::Integer(integer(SLICE)),
    ];
    let mut rows = sql
        .query(include_str!("../sql/suppressions/slice.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let removed = row.integer(1)?;
    let last = row.optional_text(0)?;
    Ok(last.map(|last| ClearProgress { removed, last }))
}

async fn remove_slice(
    sql: &impl Sql,
    list: SuppressionId,
    after: &str,
    slice: ClearProgress,
) -> Result<ClearProgress, Error> {
    let parameters = vec![
        Cell::Integer(list.get()),
        Cell::from(after),
        Cell::from(slice.last.as_str()),
    ];
    let statement = include_str!("../sql/suppressions/remove_slice.sql");
    sql.query(statement, parameters).await?;
    Ok(slice)
}

/// The first parameters of every statement that tells of a change.
fn told(list: SuppressionId, why: &ChangeContext<'_>) -> Vec<Cell> {
    vec![
        Cell::Integer(list.get()),
        Cell::Integer(why.author.at.ms()),
        Cell::from(why.author.actor),
        Cell::from(why.author.interface),
        Cell::from(why.action.as_str()),
        Cell::from(why.reason),
    ]
}

fn integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
