//! Reading the history of definitions, over all databases.

use roster_model::history::{Change, Noun};
use roster_model::{DatabaseId, Timestamp};
use serde_json::value::RawValue;

use super::{Entry, Limits, PackedRow, entry};
use crate::databases::numbers;
use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// One change of a definition.
#[derive(Debug)]
pub struct DefinitionChange {
    /// The change.
    pub entry: Entry,
    /// Of what; none for acts that are of no definition.
    pub noun: Option<Noun>,
    /// The id of the definition; the name of a field or of import settings.
    pub definition: Option<String>,
    /// In which database; none where it belongs to none.
    pub database: Option<DatabaseId>,
}

/// Which changes are asked for.
#[derive(Clone, Debug, Default)]
pub struct DefinitionFilter {
    /// Only of this kind of definition.
    pub noun: Option<Noun>,
    /// Only of the definition with this id; needs `noun`.
    pub definition: Option<String>,
    /// Only in these databases; none for all, and for what belongs to none.
    pub databases: Option<Vec<DatabaseId>>,
    /// Only by whom has this name.
    pub actor: Option<String>,
    /// Only at or after this time.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub to: Option<Timestamp>,
    /// Only older than the one with this id.
    pub before: Option<i64>,
}

/// Changes of definitions, newest first, and before which entry to go on; none when
/// there is nothing more.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_definitions(
    sql: &impl Sql,
    filter: &DefinitionFilter,
    limits: Limits,
) -> Result<(Vec<DefinitionChange>, Option<i64>), Error> {
    // The changes of a database itself name its members alone.
    let path = match (filter.noun, &filter.definition) {
        (Some(noun), Some(id)) if noun != Noun::Database => Some(noun.path(id)),
        _ => None,
    };
    let parameters = vec![
        Cell::Integer(filter.before.unwrap_or(i64::MAX)),
        Cell::from(filter.databases.as_deref().map(numbers).transpose()?),
        Cell::from(filter.noun.map(|noun| noun.as_str().to_owned())),
        Cell::from(path),
        Cell::from(filter.actor.clone()),
        Cell::Integer(filter.from.map_or(i64::MIN, Timestamp::ms)),
        Cell::Integer(filter.to.map_or(i64::MAX, Timestamp::ms)),
        Cell::Integer(limits.take),
        Cell::Integer(limits.look),
        Cell::Integer(limits.bytes),
    ];
    let statement = include_str!("../sql/history/of_definitions.sql");
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<(i64, PackedRow)> = match row.optional_text(0)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
        None => Vec::new(),
    };
    let mut changes = Vec::with_capacity(packed.len());
    for (database, packed) in packed {
        changes.push(change(DatabaseId::new(database), entry(packed)?)?);
    }
    changes.sort_unstable_by_key(|change| std::cmp::Reverse(change.entry.id));
    Ok((changes, row.optional_integer(1)?))
}

fn change(database: Option<DatabaseId>, entry: Entry) -> Result<DefinitionChange, Error> {
    let word = entry.kind.split('.').next().unwrap_or_default();
    let noun = word.parse::<Noun>().ok();
    let definition = match noun {
        None => None,
        Some(noun) => {
            let named = first_field(&entry.changes)?.and_then(|field| noun.id_in(&field));
            match (noun, named, database) {
                (Noun::Database, None, Some(id)) => Some(id.to_string()),
                (_, named, _) => named,
            }
        }
    };
    Ok(DefinitionChange {
        entry,
        noun,
        definition,
        database,
    })
}

fn first_field(changes: &RawValue) -> Result<Option<String>, Error> {
    let changes: Vec<Change> = serde_json::from_str(changes.get()).map_err(corrupt)?;
    Ok(changes.into_iter().next().map(|change| change.field))
}
