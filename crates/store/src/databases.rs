//! Databases: settings, counters, and everything that goes with them.
//!
//! The functions that write are parts of a transaction: their caller begins and
//! ends it, so that a definition, the catalogue's version and the history
//! change together.

use roster_model::history::Change;
use roster_model::{
    Database, DatabaseId, DatabaseSettings, Field, Fields, Status, Timestamp, Zone,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::catalogue::{self, Author, Target};
use crate::define::{self, Subject};
use crate::packed::{corrupt, database_id, status_of};
use crate::search::pending;
use crate::{Cell, Error, Row, Sql, control, jobs, relation_types, suppressions};

/// A database with the number of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseRow {
    /// Counts the changes of its settings and fields from 1.
    pub revision: i64,
    /// The database.
    pub database: Database,
}

/// Settings as they are stored: what `DatabaseSettings` serialises to. They
/// were checked when they were written, so nothing is looked up again.
#[derive(Deserialize)]
struct StoredSettings {
    name: String,
    description: String,
    region: Option<String>,
    time_zone: String,
    language: String,
    manager_title: String,
    #[serde(default)]
    manager_color: String,
    #[serde(default)]
    card: Vec<String>,
    #[serde(default)]
    sex_from_one: bool,
    tags: Vec<String>,
}

/// A database from its stored parts; `fields` is a JSON array of definitions.
pub(crate) fn database(
    id: DatabaseId,
    created_at: i64,
    updated_at: i64,
    definition: &str,
    fields: Option<&str>,
) -> Result<Database, Error> {
    let stored: StoredSettings = serde_json::from_str(definition).map_err(corrupt)?;
    let region = stored
        .region
        .map(|region| region.parse())
        .transpose()
        .map_err(|_| corrupt("a database's region"))?;
    let fields: Vec<Field> = match fields {
        Some(fields) => serde_json::from_str(fields).map_err(corrupt)?,
        None => Vec::new(),
    };
    Ok(Database {
        id,
        settings: DatabaseSettings {
            name: stored.name,
            description: stored.description,
            region,
            time_zone: Zone::stored(&stored.time_zone),
            language: stored.language,
            manager_title: stored.manager_title,
            manager_color: stored.manager_color,
            card: stored.card,
            sex_from_one: stored.sex_from_one,
            tags: stored.tags,
        },
        created_at: Timestamp::from_ms(created_at),
        updated_at: Timestamp::from_ms(updated_at),
        fields: Fields::from(fields),
    })
}

/// One database.
///
/// # Errors
/// As [`Sql::query`].
pub async fn get(sql: &impl Sql, id: DatabaseId) -> Result<Option<DatabaseRow>, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let rows = sql
        .query(include_str!("sql/databases/get.sql"), parameters)
        .await?;
    Ok(packed(rows)?.pop())
}

/// The databases after the one with id `after` (0 for all), at most `limit`;
/// only those of `only`, if given.
///
/// # Errors
/// As [`Sql::query`].
pub async fn page(
    sql: &impl Sql,
    after: i64,
    limit: i64,
    only: Option<&[DatabaseId]>,
) -> Result<Vec<DatabaseRow>, Error> {
    let parameters = vec![
        Cell::Integer(after),
        Cell::Integer(limit),
        Cell::from(only.map(numbers).transpose()?),
    ];
    let rows = sql
        .query(include_str!("sql/databases/page.sql"), parameters)
        .await?;
    packed(rows)
}

/// Those of `ids` that exist.
///
/// # Errors
/// As [`Sql::query`].
pub async fn existing(sql: &impl Sql, ids: &[DatabaseId]) -> Result<Vec<DatabaseId>, Error> {
    let parameters = vec![Cell::Text(numbers(ids)?)];
    let mut rows = sql
        .query(include_str!("sql/databases/existing.sql"), parameters)
        .await?;
    let text = rows
        .first_mut()
        .map_or(Ok("[]".to_owned()), |r| r.text(0))?;
    serde_json::from_str(&text).map_err(corrupt)
}

/// The database that has a name.
///
/// # Errors
/// As [`Sql::query`].
pub async fn named(sql: &impl Sql, name: &str) -> Result<Option<DatabaseId>, Error> {
    let rows = sql
        .query(
            include_str!("sql/databases/named.sql"),
            vec![Cell::from(name)],
        )
        .await?;
    let id = rows.first().map(|row| row.integer(0)).transpose()?;
    Ok(id.and_then(DatabaseId::new))
}

/// Makes a database; none if its name is taken.
///
/// # Errors
/// As [`Sql::query`].
pub async fn create(
    sql: &impl Sql,
    settings: DatabaseSettings,
    fields: Vec<Field>,
    author: &Author<'_>,
) -> Result<Option<DatabaseRow>, Error> {
    let first_free = roster_model::standard::FIRST_CUSTOM_FIELD.get();
    let last = fields.iter().map(|field| field.id.get()).max();
    let parameters = vec![
        Cell::from(settings.name.as_str()),
        Cell::Integer(last.map_or(first_free, |last| first_free.max(last + 1))),
        Cell::Integer(author.at.ms()),
        Cell::Text(crate::json(&settings)?),
    ];
    let rows = sql
        .query(include_str!("sql/databases/create.sql"), parameters)
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let id = database_id(row.integer(0)?)?;
    let mut rows = Vec::with_capacity(fields.len());
    for field in &fields {
        rows.push((field.id.get(), &field.name, crate::json(field)?));
    }
    let parameters = vec![Cell::Integer(id.get()), Cell::Text(crate::json(&rows)?)];
    sql.query(include_str!("sql/databases/create_fields.sql"), parameters)
        .await?;
    Subject::database(id)
        .created(sql, &settings, author)
        .await?;
    Ok(Some(DatabaseRow {
        revision: 1,
        database: Database {
            id,
            settings,
            created_at: author.at,
            updated_at: author.at,
            fields: Fields::from(fields),
        },
    }))
}

/// Gives a database other settings; the name must be free. Gives the new
/// revision.
///
/// # Errors
/// As [`Sql::query`].
pub async fn update(
    sql: &impl Sql,
    before: &Database,
    settings: &DatabaseSettings,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let parameters = vec![
        Cell::Integer(before.id.get()),
        Cell::from(settings.name.as_str()),
        Cell::Text(crate::json(settings)?),
        Cell::Integer(author.at.ms()),
    ];
    let rows = sql
        .query(include_str!("sql/databases/update.sql"), parameters)
        .await?;
    Subject::database(before.id)
        .updated(sql, &before.settings, settings, [], author)
        .await?;
    revision(&rows)
}

/// Counts a change of one of its fields; gives the new revision.
pub(crate) async fn touch(sql: &impl Sql, id: DatabaseId, at: Timestamp) -> Result<i64, Error> {
    let parameters = vec![Cell::Integer(id.get()), Cell::Integer(at.ms())];
    let rows = sql
        .query(include_str!("sql/databases/touch.sql"), parameters)
        .await?;
    revision(&rows)
}

fn revision(rows: &[Row]) -> Result<i64, Error> {
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(corrupt("a database has gone inside a transaction")),
    }
}

/// Deletes all profiles of a database with all that belongs to them; gives how
/// many there were. Segments stay, with nobody in them; jobs that wait or run
/// are cancelled, since they would fill it again or find nobody. Messages about
/// them go too.
///
/// # Errors
/// As [`Sql::query`].
pub async fn wipe(sql: &impl Sql, id: DatabaseId, author: &Author<'_>) -> Result<i64, Error> {
    jobs::cancel_of_database(sql, id, author.at).await?;
    let total = remove_profiles(sql, id, author.at).await?;
    for statement in [
        include_str!("sql/databases/wipe_history.sql"),
        include_str!("sql/databases/delete_outbox.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(id.get())]).await?;
    }
    let changes = [Change {
        field: "profiles".to_owned(),
        before: total.into(),
        after: 0.into(),
    }];
    catalogue::record(
        sql,
        Target::Database(id),
        "database.wiped",
        &changes,
        author,
    )
    .await?;
    Ok(total)
}

/// Deletes a database, its profiles and all that belongs to them, its segments,
/// jobs, schedules, webhooks and the relation types that it is part of; gives how many profiles there were. Who was
/// erased stays known as a hash.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete(
    sql: &impl Sql,
    database: &Database,
    author: &Author<'_>,
) -> Result<i64, Error> {
    let relation_types = relation_types::of_database(sql, database.id).await?;
    let total = remove_profiles(sql, database.id, author.at).await?;
    for one in &relation_types {
        relation_types::delete(sql, one, author).await?;
    }
    jobs::delete_of_database(sql, database.id).await?;
    suppressions::leave(sql, database.id, author.at).await?;
    let id = || Cell::Integer(database.id.get());
    let leave = vec![id(), Cell::Integer(author.at.ms())];
    sql.query(include_str!("sql/databases/leave_resources.sql"), leave)
        .await?;
    for statement in [
        include_str!("sql/apps/forget_keys.sql"),
        include_str!("sql/control/delete_sets.sql"),
        include_str!("sql/control/delete.sql"),
        include_str!("sql/databases/delete_forms.sql"),
        include_str!("sql/databases/delete_definitions.sql"),
        include_str!("sql/databases/delete_segments.sql"),
        include_str!("sql/databases/delete_import_settings.sql"),
        include_str!("sql/databases/delete_schedule_runs.sql"),
        include_str!("sql/databases/delete_schedules.sql"),
        include_str!("sql/databases/delete_deliveries.sql"),
        include_str!("sql/databases/delete_hooks.sql"),
        include_str!("sql/databases/delete_history.sql"),
        include_str!("sql/databases/delete_outbox.sql"),
        include_str!("sql/databases/delete_profile_counts.sql"),
        include_str!("sql/databases/delete_subscription_counts.sql"),
        include_str!("sql/databases/delete_day_counts.sql"),
        include_str!("sql/databases/delete.sql"),
    ] {
        sql.query(statement, vec![id()]).await?;
    }
    let before = define::with(&database.settings, "profiles", total.into())?;
    Subject::database(database.id)
        .deleted(sql, &before, author)
        .await?;
    Ok(total)
}

async fn remove_profiles(sql: &impl Sql, id: DatabaseId, at: Timestamp) -> Result<i64, Error> {
    let total = counters(sql, id).await?.iter().map(|(_, n)| n).sum();
    pending::fold_all(sql).await?;
    relation_types::wipe(sql, id).await?;
    crate::merges::wipe(sql, id).await?;
    control::wipe(sql, id, at).await?;
    for statement in [
        include_str!("sql/databases/wipe_search.sql"),
        include_str!("sql/databases/wipe_keys.sql"),
        include_str!("sql/databases/wipe_members.sql"),
        include_str!("sql/databases/wipe_subscriptions.sql"),
        include_str!("sql/databases/wipe_deliveries.sql"),
        include_str!("sql/databases/forget_marks.sql"),
        include_str!("sql/databases/wipe_profiles.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(id.get())]).await?;
    }
    Ok(total)
}

/// How many profiles a database has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By status; statuses that none has may be missing.
    pub statuses: Vec<(Status, i64)>,
    /// In the control group, if one is in force.
    pub control: Option<i64>,
}

impl Counts {
    /// From the numbers of statuses, as statements give them.
    pub(crate) fn new(counted: Vec<(i64, i64)>, control: Option<i64>) -> Result<Self, Error> {
        let counted = counted.into_iter();
        let statuses = counted.map(|(status, count)| Ok((status_of(status)?, count)));
        Ok(Counts {
            statuses: statuses.collect::<Result<_, Error>>()?,
            control,
        })
    }
}

/// How many profiles a database has, by status and in its control group.
///
/// # Errors
/// As [`Sql::query`].
pub async fn counts(sql: &impl Sql, id: DatabaseId) -> Result<Counts, Error> {
    let parameters = vec![Cell::Integer(id.get())];
    let mut rows = sql
        .query(include_str!("sql/databases/counters.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no counts"))?;
    let counted = serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    Counts::new(counted, row.optional_integer(1)?)
}

/// [`Counts::statuses`] alone.
///
/// # Errors
/// As [`Sql::query`].
pub async fn counters(sql: &impl Sql, id: DatabaseId) -> Result<Vec<(Status, i64)>, Error> {
    Ok(counts(sql, id).await?.statuses)
}

/// Ids as a JSON array of numbers, as the statements compare them.
pub(crate) fn numbers(ids: &[DatabaseId]) -> Result<String, Error> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    crate::json(&numbers)
}

type PackedRow = (i64, i64, i64, i64, Box<RawValue>, Option<Box<RawValue>>);

fn packed(mut rows: Vec<Row>) -> Result<Vec<DatabaseRow>, Error> {
    let text = rows
        .first_mut()
        .map(|row| row.optional_text(0))
        .transpose()?;
    let Some(text) = text.flatten() else {
        return Ok(Vec::new());
    };
    let packed: Vec<PackedRow> = serde_json::from_str(&text).map_err(corrupt)?;
    packed
        .into_iter()
        .map(
            |(id, revision, created_at, updated_at, definition, fields)| {
                let id = database_id(id)?;
                let fields = fields.as_ref().map(|fields| fields.get());
                let database = database(id, created_at, updated_at, definition.get(), fields)?;
                Ok(DatabaseRow { revision, database })
            },
        )
        .collect()
}
