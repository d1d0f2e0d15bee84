//! Relation types: settings, and what goes with a deleted one.
//!
//! The functions that write are parts of a transaction, as in [`crate::databases`].

use roster_model::history::Noun;
use roster_model::relation::{MAX_RELATION_TYPES, Property};
use roster_model::{
    DatabaseId, ProfileId, RelationType, RelationTypeId, RelationTypeSettings, Timestamp,
};
use serde_json::value::RawValue;

use crate::catalogue::Author;
use crate::define::{self, Subject};
use crate::packed::corrupt;
use crate::{Cell, Error, Row, Sql, databases};

/// A relation type with the number of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationTypeRow {
    /// Counts its changes from 1.
    pub revision: i64,
    /// How many relations it has.
    pub relations: i64,
    /// The relation type.
    pub relation_type: RelationType,
}

/// Relation types in a packed text:
/// `[[id, revision, created_at, updated_at, relations, settings], …]`.
pub(crate) fn packed(text: &str) -> Result<Vec<RelationTypeRow>, Error> {
    let packed: Vec<(i64, i64, i64, i64, i64, Box<RawValue>)> =
        serde_json::from_str(text).map_err(corrupt)?;
    packed
        .into_iter()
        .map(
            |(id, revision, created_at, updated_at, relations, settings)| {
                let relation_type = RelationType {
                    id: RelationTypeId::new(id).ok_or_else(|| corrupt("a relation type's id"))?,
                    settings: serde_json::from_str(settings.get()).map_err(corrupt)?,
                    created_at: Timestamp::from_ms(created_at),
                    updated_at: Timestamp::from_ms(updated_at),
                };
                Ok(RelationTypeRow {
                    revision,
                    relations,
                    relation_type,
                })
            },
        )
        .collect()
}

fn subject(id: RelationTypeId) -> Subject {
    Subject::of_all(Noun::RelationType, id)
}

fn answer(mut rows: Vec<Row>) -> Result<Vec<RelationTypeRow>, Error> {
    let text = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?;
    text.flatten()
        .map_or_else(|| Ok(Vec::new()), |text| packed(&text))
}

/// One relation type.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: RelationTypeId) -> Result<Option<RelationTypeRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/relation_types/get.sql"), parameters)
        .await?;
    Ok(answer(rows)?.pop())
}

/// The relation types after the one with id `after` (0 for all), at most `limit`; only
/// those whose databases are both in `only`, if given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: i64,
    limit: i64,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<RelationTypeRow>, Error> {
    let parameters = vec![
        Cell::Integer(after),
        Cell::Integer(limit),
        Cell::from(only.map(databases::numbers).transpose()?),
    ];
    let rows = sql
        .query(include_str!("sql/relation_types/page.sql"), parameters)
        .await?;
    answer(rows)
}

/// The relation types that a database is part of.
///
/// # Errors
/// As [`Sql::query`].
pub async fn of_database(sql: &impl Sql, id: DatabaseId) -> Result<Vec<RelationTypeRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(
            include_str!("sql/relation_types/of_database.sql"),
            parameters,
        )
        .await?;
    answer(rows)
}

/// The relation type of the same databases that has the name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(
    sql: &impl Sql,
    settings: &RelationTypeSettings,
) -> Result<Option<RelationTypeId>, Error> {
    let parameters = vec![
        Cell::Integer(settings.database_a.get()),
        Cell::Integer(settings.database_b.get()),
        Cell::from(settings.name.as_str()),
    ];
    let rows = sql
        .query(include_str!("sql/relation_types/named.sql"), parameters)
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(RelationTypeId::new))
}

/// Whether one of the databases is part of as many relation types as it may be: each has its
/// own share, so that anyone who may make types of some uses up nobody else's.
///
/// # Errors
/// As [`Sql::query`].
pub async fn is_full(sql: &impl Sql, settings: &RelationTypeSettings) -> Result<bool, Error> {
    let parameters = vec![
        Cell::Integer(settings.database_a.get()),
        Cell::Integer(settings.database_b.get()),
    ];
    let rows = sql
        .query(include_str!("sql/relation_types/count.sql"), parameters)
        .await?;
    let count = rows.first().map_or(Ok(0), |row| row.integer(0))?;
    Ok(count >= MAX_RELATION_TYPES)
}

/// Makes a relation type; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: RelationTypeSettings,
    author: &Author<'_>,
) -> Result<Option<RelationTypeRow>, Error> {
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Integer(author.at.ms()),
        Cell::Integer(settings.database_a.get()),
        Cell::Integer(settings.database_b.get()),
        Cell::Text(crate::json(&settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/relation_types/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = RelationTypeId::new(row.integer(0)?);
    let id = id.ok_or_else(|| corrupt("a relation type's id"))?;
    subject(id).created(sql, &settings, author).await?;
    Ok(Some(RelationTypeRow {
        revision: 1,
        relations: 0,
        relation_type: RelationType {
            id,
            settings,
            created_at: author.at,
            updated_at: author.at,
        },
    }))
}

/// Gives a relation type other settings; the name must be free. Gives the new revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &RelationType,
    settings: &RelationTypeSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/relation_types/update.sql"), parameters)
        .await?;
    subject(before.id)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a relation type has gone inside a transaction")),
    }
}

/// Deletes a relation type with its relations.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    before: &RelationTypeRow,
    author: &Author<'_>,
) -> Result<(), Error> {
    let id = before.relation_type.id;
    for statement in [
        include_str!("sql/relation_types/delete_relations.sql"),
        include_str!("sql/relation_types/delete.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(id.get())]).await?;
    }
    let settings = &before.relation_type.settings;
    let settings = define::with(settings, "relations", before.relations.into())?;
    subject(id).deleted(sql, &settings, author).await
}

/// Deletes the relations of a database's profiles: all of each type that it is part of.
///
/// # Errors
/// As [`Sql::query`].
pub async fn wipe(sql: &impl Sql, id: DatabaseId) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(id.get())];
    sql.query(include_str!("sql/relation_types/wipe.sql"), parameters)
        .await?;
    Ok(())
}

/// How many relations have a value of a property, and some of the pairs.
///
/// # Errors
/// As [`Sql::query`].
pub async fn with_value(
    sql: &impl Sql,
    id: RelationTypeId,
    property: &Property,
) -> Result<(i64, Vec<(ProfileId, ProfileId)>), Error> {
    let path = format!("$.\"{}\"", property.name);
    let parameters = vec![Cell::Integer(id.get()), Cell::Text(path)];
    let mut rows = sql
        .query(
            include_str!("sql/relation_types/with_value.sql"),
            parameters,
        )
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no count"))?;
    let pairs: Vec<(i64, i64)> = serde_json::from_str(&row.text(1)?).map_err(corrupt)?;
    let pairs = pairs.into_iter().map(|(a, b)| {
        let pair = ProfileId::from_pk(a).zip(ProfileId::from_pk(b));
        pair.ok_or_else(|| corrupt("a profile's key"))
    });
    Ok((row.integer(0)?, pairs.collect::<Result<_, _>>()?))
}
