//! Going through all profiles that have a value of a field.

use roster_model::{Database, DatabaseId, Field, FieldType, ProfileId, search};
use serde_json::{Map, Value};

use super::{Conflict, FieldError, ValueChanges, kind, path};
use crate::catalogue::Author;
use crate::packed::{corrupt, subscription};
use crate::search::pending;
use crate::{Cell, Error, Sql};

/// How many profiles a slice has at most.
const SLICE: i64 = 2000;

/// How many bytes of values a slice has at most, or one profile's.
const SLICE_BYTES: i64 = 1_500_000;

/// What is done to each profile that has a value of the field.
pub(super) struct Work<'a> {
    /// Whether its value must be read again.
    pub(super) values: bool,
    /// Whether its match keys are written.
    pub(super) keys: bool,
    /// The database whose search text it gets, if that changes.
    pub(super) text: Option<&'a Database>,
    /// Whether anything is written.
    pub(super) writes: bool,
}

type PackedRow = (i64, Value, Option<Map<String, Value>>, Vec<Value>);

/// Does `work` for all profiles of a database that have a value of `field`; gives the values
/// that became others.
pub(super) async fn walk(
    sql: &impl Sql,
    database: &Database,
    field: &Field,
    work: &Work<'_>,
    author: &Author<'_>,
) -> Result<ValueChanges, FieldError> {
    let mut changes = ValueChanges::default();
    let mut conflict = Conflict {
        member: "type",
        count: 0,
        examples: Vec::new(),
    };
    if field.field_type == FieldType::Enum {
        conflict.member = "options";
    }
    if work.text.is_some() {
        pending::fold_all(sql).await?;
        // All at once and before anything is written: the index keeps what is
        // new apart from what is deleted, and going back and forth between the
        // two makes it sort both again each time (ten times slower).
        let parameters = vec![Cell::Integer(database.id.get()), Cell::Text(path(field))];
        sql.query(include_str!("../sql/fields/search_gone.sql"), parameters)
            .await?;
    }
    let mut after = 0;
    loop {
        let (slice, last) = slice(sql, database.id, field, after, work.text.is_some()).await?;
        let Some(last) = last else { break };
        after = last;
        let mut values = Vec::new();
        let mut keys = Vec::new();
        let mut texts = Vec::new();
        for (pk, stored, data, subscriptions) in slice {
            let mut value = stored;
            if work.values {
                match converted(field, &value, database) {
                    Some(new) if new == value => {}
                    Some(new) => {
                        values.push((pk, new.to_string()));
                        changes.add(pk, value, &new);
                        value = new;
                    }
                    None => {
                        conflict.add(pk, value);
                        continue;
                    }
                }
            }
            if work.keys {
                let own = field.keys(&value).into_iter();
                keys.extend(own.map(|key| (key, pk)));
            }
            if let Some(target) = work.text {
                let mut data = data.ok_or_else(|| corrupt("a profile without values"))?;
                data.insert(field.name.clone(), value);
                texts.push(text(pk, &data, &subscriptions, target)?);
            }
        }
        // Nothing will be kept: only the counting goes on.
        if conflict.count > 0 || !work.writes {
            continue;
        }
        if !values.is_empty() {
            let parameters = vec![
                Cell::Text(crate::json(&values)?),
                Cell::Text(path(field)),
                Cell::Integer(author.at.ms()),
            ];
            sql.query(include_str!("../sql/fields/set_values.sql"), parameters)
                .await?;
        }
        if !keys.is_empty() {
            let mut parameters = kind(database.id, field);
            parameters.push(Cell::Text(crate::json(&keys)?));
            sql.query(include_str!("../sql/fields/put_keys.sql"), parameters)
                .await?;
        }
        put_texts(sql, &texts).await?;
    }
    if conflict.count > 0 {
        return Err(FieldError::Values(conflict));
    }
    Ok(changes)
}

async fn slice(
    sql: &impl Sql,
    database: DatabaseId,
    field: &Field,
    after: i64,
    whole: bool,
) -> Result<(Vec<PackedRow>, Option<i64>), Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after),
        Cell::Integer(SLICE),
        Cell::Text(path(field)),
        Cell::Integer(i64::from(whole)),
        Cell::Integer(SLICE_BYTES),
    ];
    let mut rows = sql
        .query(include_str!("../sql/fields/slice.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok((Vec::new(), None));
    };
    let slice = match row.optional_text(0)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt)?,
        None => Vec::new(),
    };
    Ok((slice, row.optional_integer(1)?))
}

/// A stored value as the changed field keeps it. What a client could not send
/// but is clear enough is turned too: numbers and truths into their text.
fn converted(field: &Field, value: &Value, database: &Database) -> Option<Value> {
    let read = field.normalise(value, &database.context());
    match (read, value) {
        (Ok(read), _) => Some(read),
        (Err(_), Value::Number(_) | Value::Bool(_)) => {
            let text = Value::String(value.to_string());
            field.normalise(&text, &database.context()).ok()
        }
        (Err(_), _) => None,
    }
}

/// One profile's search text: its key, that of its fields, that of its contacts, its words.
pub(crate) type Text = (i64, String, String, Vec<String>);

/// A document as it is written.
pub(crate) fn text_of(pk: i64, document: search::Document) -> Text {
    let words = document.words();
    (pk, document.profile, document.contacts, words)
}

fn text(
    pk: i64,
    data: &Map<String, Value>,
    subscriptions: &[Value],
    database: &Database,
) -> Result<Text, Error> {
    let subscriptions = subscriptions
        .iter()
        .map(subscription)
        .collect::<Result<Vec<_>, _>>()?;
    let contacts = subscriptions.iter().filter(|one| !one.deleted);
    let id = ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))?;
    let document = search::document(id, data, contacts.map(|one| &one.contact), database);
    Ok(text_of(pk, document))
}

/// Writes the search text of profiles that have none.
pub(crate) async fn put_texts(sql: &impl Sql, texts: &[Text]) -> Result<(), Error> {
    if texts.is_empty() {
        return Ok(());
    }
    let rows = vec![Cell::Text(crate::json(texts)?)];
    sql.query(include_str!("../sql/fields/search_put.sql"), rows)
        .await?;
    Ok(())
}
