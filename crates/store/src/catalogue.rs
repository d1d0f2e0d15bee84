//! Definitions as an instance remembers them.
//!
//! Reading a database with its fields and all resources costs one statement
//! and some parsing, which is too much for every request. An instance keeps
//! what it has read; one number in the store grows with every change of any
//! definition, every write checks it in the statement that writes
//! ([`crate::Guard::Catalogue`]), and every read that needs definitions gets it
//! from a statement that it runs anyway. Anyone who sees another number forgets
//! and reads again.

mod memory;

pub use memory::{Catalogue, RelationDefinitions};

use roster_model::control::ControlGroup;
use roster_model::history::Change;
use roster_model::suppression::Forms;
use roster_model::write::{Neighbour, Schema};
use roster_model::{
    Database, DatabaseId, KnownSegment, RelationType, Resource, SuppressionId, Timestamp, Watcher,
    WatcherId, WatcherSettings,
};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::packed::{corrupt, database_id};
use crate::segments::{self, PackedSegment};
use crate::standing::StandingKeys;
use crate::{Cell, Error, Row, Sql, control, databases, relation_types, resources};

/// One database and what its profiles can subscribe to, at one version.
#[derive(Clone, Debug)]
pub struct Definitions {
    /// The version of all definitions when these were read.
    pub version: i64,
    /// Counts the changes of the database and its fields from 1.
    pub revision: i64,
    /// The database with its fields.
    pub database: Database,
    /// All resources, those that don't serve the database too: a subscription
    /// to one of them gets another error than one to nothing.
    pub resources: Vec<Resource>,
    /// The segments of the database, ascending.
    pub segments: Vec<KnownSegment>,
    /// The suppression lists that are attached to the database, and what their
    /// entries look like.
    pub suppression: Vec<(SuppressionId, Forms)>,
    /// Who is told of changes in the database.
    pub watchers: Vec<Watcher>,
    /// What contacts are hashed with, and whether anybody ever left.
    pub standing: StandingKeys,
    /// The relation types that the database is part of.
    pub relation_types: Vec<RelationType>,
    /// The databases that they join it with.
    pub neighbours: Vec<Neighbour>,
    /// By what new profiles are drawn into the control group.
    pub control: Option<ControlGroup>,
}

impl Definitions {
    /// What values and subscriptions must fit.
    #[must_use]
    pub fn schema(&self) -> Schema<'_> {
        Schema {
            database: &self.database,
            resources: &self.resources,
            segments: &self.segments,
            relation_types: &self.relation_types,
            neighbours: &self.neighbours,
            control: self.control.as_ref(),
        }
    }
}

impl Definitions {
    /// Whether relations lead only to databases that pass a test.
    pub fn is_within(&self, may_see: impl Fn(DatabaseId) -> bool) -> bool {
        let mut neighbours = self.neighbours.iter();
        neighbours.all(|one| may_see(one.database.id))
    }

    /// The same without relation types that lead to databases which don't pass a test.
    #[must_use]
    pub fn within(&self, may_see: impl Fn(DatabaseId) -> bool) -> Self {
        let mut known = self.clone();
        known.neighbours.retain(|one| may_see(one.database.id));
        let own = self.database.id;
        let passes = |id| id == own || may_see(id);
        let types = &mut known.relation_types;
        types.retain(|one| passes(one.database_a) && passes(one.database_b));
        known
    }
}

/// Reads definitions; none if there is no such database.
///
/// # Errors
/// As [`Sql::query`], and [`Error::Corrupt`].
pub async fn load(sql: &impl Sql, id: DatabaseId) -> Result<Option<Definitions>, Error> {
    let rows = sql
        .query(
            include_str!("sql/catalogue/load.sql"),
            vec![Cell::Integer(id.get())],
        )
        .await?;
    rows.into_iter()
        .next()
        .map(|row| definitions(id, row))
        .transpose()
}

fn definitions(id: DatabaseId, mut row: Row) -> Result<Definitions, Error> {
    let fields = row.optional_text(5)?;
    let resources = match row.optional_text(6)? {
        Some(text) => resources::packed(&text)?,
        None => Vec::new(),
    };
    let segments = segments::known(listed(&mut row, 7)?)?;
    let lists: Vec<(SuppressionId, i64)> = listed(&mut row, 8)?;
    let watchers: Vec<(WatcherId, WatcherSettings)> = listed(&mut row, 9)?;
    let keys = listed(&mut row, 10)?;
    let standing = StandingKeys::read(keys, row.integer(11)? != 0, row.integer(12)? != 0)?;
    let watchers = watchers.into_iter();
    let watchers = watchers.map(|(id, settings)| Watcher { id, settings });
    let relation_types = match row.optional_text(13)? {
        Some(text) => relation_types::packed(&text)?,
        None => Vec::new(),
    };
    let mut definitions = Definitions {
        version: row.integer(0)?,
        revision: row.integer(1)?,
        database: databases::database(
            id,
            row.integer(2)?,
            row.integer(3)?,
            &row.text(4)?,
            fields.as_deref(),
        )?,
        resources: resources.into_iter().map(|one| one.resource).collect(),
        segments,
        suppression: lists
            .into_iter()
            .map(|(list, bits)| (list, Forms::from_bits(bits)))
            .collect(),
        watchers: watchers
            .filter(|watcher| watcher.settings.watches(id))
            .collect(),
        standing,
        neighbours: neighbours(&mut row)?,
        relation_types: relation_types
            .into_iter()
            .map(|one| one.relation_type)
            .collect(),
        control: None,
    };
    // Its conditions are about all the rest.
    definitions.control = match row.optional_text(15)? {
        Some(text) => Some(control::packed(&text, &definitions.schema())?),
        None => None,
    };
    Ok(definitions)
}

/// The databases across relations:
/// `[[id, created_at, updated_at, definition, fields, segments], …]`.
fn neighbours(row: &mut Row) -> Result<Vec<Neighbour>, Error> {
    type Packed = (
        i64,
        i64,
        i64,
        Box<RawValue>,
        Box<RawValue>,
        Vec<PackedSegment>,
    );
    let packed: Vec<Packed> = listed(row, 14)?;
    let read = |(id, created, updated, definition, fields, segments): Packed| {
        let id = database_id(id)?;
        let fields = Some(fields.get());
        let database = databases::database(id, created, updated, definition.get(), fields)?;
        let segments = segments::known(segments)?;
        Ok(Neighbour { database, segments })
    };
    packed.into_iter().map(read).collect()
}

/// A list that a column holds as JSON; none where it holds nothing.
fn listed<T: serde::de::DeserializeOwned>(row: &mut Row, column: usize) -> Result<Vec<T>, Error> {
    match row.optional_text(column)? {
        Some(text) => serde_json::from_str(&text).map_err(corrupt),
        None => Ok(Vec::new()),
    }
}

/// Who changes a definition, and when.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The name of the token.
    pub actor: &'a str,
    /// The interface, such as `api`.
    pub interface: &'a str,
    /// The time.
    pub at: Timestamp,
}

/// In whose history a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A database's.
    Database(DatabaseId),
    /// What belongs to no database: resources, tokens, deleted databases.
    All,
}

/// The differences of two JSON objects, one change for each member; `null` and
/// absence are the same.
pub fn differences(before: &Value, after: &Value) -> Vec<Change> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (mut before, after) = (members(before), members(after));
    let mut changes = Vec::new();
    for (field, after) in after {
        let before = before.remove(&field).unwrap_or_default();
        if before != after {
            changes.push(Change {
                field,
                before,
                after,
            });
        }
    }
    for (field, before) in before.into_iter().filter(|(_, value)| !value.is_null()) {
        changes.push(Change {
            field,
            before,
            after: Value::Null,
        });
    }
    changes
}

/// [`record`]s a change of a definition and [`bump`]s the version.
///
/// # Errors
/// As [`Sql::query`].
pub async fn changed(
    sql: &impl Sql,
    target: Target,
    kind: &str,
    changes: &[Change],
    author: &Author<'_>,
) -> Result<(), Error> {
    bump(sql).await?;
    record(sql, target, kind, changes, author).await
}

/// Writes an entry into a history.
///
/// # Errors
/// As [`Sql::query`].
pub async fn record(
    sql: &impl Sql,
    target: Target,
    kind: &str,
    changes: &[Change],
    author: &Author<'_>,
) -> Result<(), Error> {
    // Anyone who asks for entries of a kind must be able to name it.
    let kind = roster_model::history::kind(kind).map_err(|_| corrupt(kind))?;
    let database = match target {
        Target::Database(id) => id.get(),
        Target::All => 0,
    };
    let parameters = vec![
        Cell::Integer(database),
        Cell::Integer(author.at.ms()),
        Cell::from(kind),
        Cell::from(author.actor),
        Cell::from(author.interface),
        Cell::Text(crate::json(changes)?),
    ];
    sql.query(include_str!("sql/catalogue/record.sql"), parameters)
        .await?;
    Ok(())
}

/// The version of the definitions.
///
/// # Errors
/// As [`Sql::query`].
pub async fn version(sql: &impl Sql) -> Result<i64, Error> {
    let rows = sql
        .query(include_str!("sql/catalogue/version.sql"), vec![])
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(Error::Corrupt("the catalogue has no version".to_owned())),
    }
}

/// All databases, and the version of the definitions.
///
/// # Errors
/// As [`Sql::query`], and [`Error::Corrupt`].
pub async fn all(sql: &impl Sql) -> Result<(i64, Vec<Database>), Error> {
    let rows = sql
        .query(include_str!("sql/catalogue/all.sql"), vec![])
        .await?;
    let mut version = 0;
    let mut all = Vec::with_capacity(rows.len());
    for mut row in rows {
        version = row.integer(0)?;
        let Some(id) = row.optional_integer(1)?.and_then(DatabaseId::new) else {
            continue;
        };
        let fields = row.optional_text(5)?;
        all.push(databases::database(
            id,
            row.integer(2)?,
            row.integer(3)?,
            &row.text(4)?,
            fields.as_deref(),
        )?);
    }
    Ok((version, all))
}

/// Says that a definition has changed; gives the new version. Part of the
/// transaction that changes it.
///
/// # Errors
/// As [`Sql::query`].
pub async fn bump(sql: &impl Sql) -> Result<i64, Error> {
    let rows = sql
        .query(include_str!("sql/catalogue/bump.sql"), vec![])
        .await?;
    match rows.first() {
        Some(row) => row.integer(0),
        None => Err(Error::Corrupt("the catalogue has no version".to_owned())),
    }
}
