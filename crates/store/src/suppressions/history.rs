//! What is told of suppression lists: what came, what went, who did it and why.

use roster_model::{SuppressionId, Timestamp};

use super::only_text;
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Entries came with a request.
    Added,
    /// Entries came with a file.
    Imported,
    /// Entries were taken off one by one.
    Removed,
    /// All were taken off.
    Cleared,
}

impl Action {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Added => "added",
            Action::Imported => "imported",
            Action::Removed => "removed",
            Action::Cleared => "cleared",
        }
    }
}

/// One thing that is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its number; newer ones are greater.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By which interface.
    pub interface: String,
    /// An [`Action`]'s name.
    pub action: String,
    /// Why; may be empty.
    pub reason: String,
    /// How many entries.
    pub count: i64,
    /// Their keys: all that went, at most a thousand of those that came. None
    /// unless they were asked for.
    pub keys: Option<Vec<String>>,
}

type PackedRow = (
    i64,
    i64,
    String,
    String,
    String,
    String,
    i64,
    Option<Vec<String>>,
);

/// What is told of a list, newest first: at most `limit` before the one with the
/// number `before` (`i64::MAX` for the newest), with their keys if `keys`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    list: SuppressionId,
    before: i64,
    limit: i64,
    keys: bool,
) -> Result<Vec<HistoryEntry>, Error> {
    let parameters = vec![
        Cell::Integer(list.get()),
        Cell::Integer(before),
        Cell::Integer(limit),
        Cell::Integer(i64::from(keys)),
    ];
    let rows = sql
        .query(include_str!("../sql/suppressions/history.sql"), parameters)
        .await?;
    let packed: Vec<PackedRow> = serde_json::from_str(&only_text(rows)?).map_err(corrupt)?;
    let told = packed
        .into_iter()
        .map(
            |(id, at, actor, interface, action, reason, count, keys)| HistoryEntry {
                id,
                at: Timestamp::from_ms(at),
                actor,
                interface,
                action,
                reason,
                count,
                keys,
            },
        );
    Ok(told.collect())
}
