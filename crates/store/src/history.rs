//! Reading history: of one profile, of a whole database, of definitions.

mod compact;
mod definitions;
mod message;

pub(crate) use compact::{Compact, shown as shown_changes};
pub use definitions::{DefinitionChange, DefinitionFilter, of_definitions};
pub use message::{MessageRecipient, of_message};

use roster_model::{DatabaseId, ProfileId, Timestamp, first_pk};
use serde_json::value::RawValue;

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// One change, as it is shown.
#[derive(Debug)]
pub struct Entry {
    /// Its id; greater than every earlier one's.
    pub id: i64,
    /// What was changed; none when it was the database itself.
    pub profile: Option<ProfileId>,
    /// When.
    pub at: Timestamp,
    /// `profile.created`, `profile.updated`, `profile.deleted`, or a change of
    /// a definition such as `field.created`.
    pub kind: String,
    /// The name of the token that made it.
    pub actor: String,
    /// The interface that it was made through.
    pub interface: String,
    /// `[{field, before, after}, …]` as JSON.
    pub changes: Box<RawValue>,
    /// What is known of the act: consent, a reason, an event; an object.
    pub about: Option<Box<RawValue>>,
}

impl Entry {
    /// How many bytes it has, as it is shown.
    #[must_use]
    pub fn size(&self) -> usize {
        self.changes.get().len() + self.about.as_ref().map_or(0, |about| about.get().len())
    }
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only entries of this kind.
    pub kind: Option<String>,
    /// Only entries at or after this time.
    pub from: Option<Timestamp>,
    /// Only entries before this time.
    pub to: Option<Timestamp>,
    /// Only entries older than the one with this id.
    pub before: Option<i64>,
}

/// How much of a history is read at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At most so many entries.
    pub take: i64,
    /// Looks at so many at most, whatever their kind.
    pub look: i64,
    /// No more once they have so many bytes.
    pub bytes: i64,
}

/// A piece of a history, newest first.
#[derive(Debug)]
pub struct Stretch {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Before which entry to go on; none when there is nothing more.
    pub next: Option<i64>,
}

/// How much later than it was asked for a change may be written, at most, and
/// still be found by its time: a request waits for the database's lock and for
/// the group before it, and two servers' clocks may differ.
const LATE_MS: i64 = 60_000;

/// History of a profile, or with none of a whole database; newest first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn list(
    sql: &impl Sql,
    database: DatabaseId,
    profile: Option<ProfileId>,
    filter: &Filter,
    limits: Limits,
) -> Result<Stretch, Error> {
    // No id is of an earlier time than its entry. One of a later time has what was
    // written later than it was asked for, and all that was written after the clock
    // was ahead: those have an index of their own.
    let bound = |ms: i64| first_pk(ms, 0);
    let (from, to) = (filter.from.map(Timestamp::ms), filter.to.map(Timestamp::ms));
    let end = to.map_or(i64::MAX, |to| bound(to.saturating_add(LATE_MS)));
    let (statement, scope) = match profile {
        Some(profile) => (
            include_str!("sql/history/of_profile.sql"),
            Cell::Integer(profile.pk()),
        ),
        None => (
            include_str!("sql/history/of_database.sql"),
            Cell::Integer(end),
        ),
    };
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(filter.before.unwrap_or(i64::MAX)),
        Cell::from(filter.kind.clone()),
        Cell::Integer(from.map_or(0, bound)),
        scope,
        Cell::Integer(limits.take),
        Cell::Integer(from.unwrap_or(i64::MIN)),
        Cell::Integer(to.unwrap_or(i64::MAX)),
        Cell::Integer(limits.look),
        Cell::Integer(limits.bytes),
    ];
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<PackedRow> = match row.optional_text(0)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
        None => Vec::new(),
    };
    let entries = packed.into_iter().map(entry);
    let mut entries = entries.collect::<Result<Vec<Entry>, Error>>()?;
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
    Ok(Stretch {
        entries,
        next: row.optional_integer(1)?,
    })
}

/// Which entries an export asks for, and how much of them at once.
#[derive(Clone, Debug)]
pub struct Span {
    /// Only entries after the one with this id; 0 for all.
    pub after: i64,
    /// Only entries up to the one with this id.
    pub until: i64,
    /// Only entries at or after this time.
    pub from: Option<Timestamp>,
    /// Only entries before this time.
    pub to: Option<Timestamp>,
    /// Only entries of these kinds; all if none is named.
    pub kinds: Vec<String>,
    /// Names of fields whose values now come with each entry.
    pub fields: Vec<String>,
}

/// A piece of a history in order.
#[derive(Debug)]
pub struct HistorySlice {
    /// The entries, each with what its profile has now in the fields that were
    /// asked for: `null` where it has nothing, or is gone.
    pub entries: Vec<(Entry, Vec<serde_json::Value>)>,
    /// The last entry that was looked at; none behind the end.
    pub last: Option<i64>,
}

/// The id of the newest entry of a database's history; 0 if there is none.
///
/// # Errors
/// As [`Sql::query`].
pub async fn newest(sql: &impl Sql, database: DatabaseId) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let rows = sql
        .query(include_str!("sql/history/newest.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    Ok(row.optional_integer(0)?.unwrap_or(0))
}

/// The next piece of a database's history, oldest first: looks at no more than
/// `limit` entries, nor at many more bytes than `bytes`.
///
/// # Errors
/// As [`Sql::query`].
pub async fn in_order(
    sql: &impl Sql,
    database: DatabaseId,
    span: &Span,
    limit: i64,
    bytes: i64,
) -> Result<HistorySlice, Error> {
    let (from, to) = (span.from.map(Timestamp::ms), span.to.map(Timestamp::ms));
    let first = from.map_or(0, |from| first_pk(from, 0).saturating_sub(1));
    let end = to.map_or(i64::MAX, |to| first_pk(to.saturating_add(LATE_MS), 0));
    let some = |list: Vec<String>| {
        let text = (!list.is_empty()).then(|| crate::json(&list));
        text.transpose().map(Cell::from)
    };
    let paths = span.fields.iter().map(|name| format!("$.\"{name}\""));
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(span.after.max(first)),
        Cell::Integer(span.until.saturating_add(1)),
        Cell::Integer(bytes),
        Cell::Integer(limit),
        Cell::Integer(from.unwrap_or(i64::MIN)),
        Cell::Integer(to.unwrap_or(i64::MAX)),
        some(span.kinds.clone())?,
        some(paths.collect())?,
        Cell::Integer(end),
    ];
    let mut rows = sql
        .query(include_str!("sql/history/in_order.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let found: Vec<(PackedRow, Vec<serde_json::Value>)> = match row.optional_text(0)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
        None => Vec::new(),
    };
    let entries = found.into_iter();
    let entries = entries.map(|(packed, values)| Ok((entry(packed)?, values)));
    let mut entries = entries.collect::<Result<Vec<_>, Error>>()?;
    entries.sort_unstable_by_key(|(entry, _)| entry.id);
    Ok(HistorySlice {
        entries,
        last: row.optional_integer(1)?,
    })
}

type PackedRow = (
    i64,
    i64,
    i64,
    String,
    String,
    String,
    Box<RawValue>,
    Option<Box<RawValue>>,
);

fn entry(packed: PackedRow) -> Result<Entry, Error> {
    let (id, profile, at, kind, actor, interface, changes, about) = packed;
    Ok(Entry {
        id,
        profile: ProfileId::from_pk(profile),
        at: Timestamp::from_ms(at),
        kind,
        actor,
        interface,
        changes: compact::shown(changes)?,
        about,
    })
}
