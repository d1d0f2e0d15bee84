//! Definitions as an instance remembers them.
//!
//! Reading a database with its fields and all resources costs one statement
//! and some parsing, which is too much for every request. An instance keeps
//! what it has read; one number in the store grows with every change of any
//! definition, every write checks it in the statement that writes
//! ([`crate::Guard::Catalogue`]), and every read that needs definitions gets it
//! from a statement that it runs anyway. Anyone who sees another number forgets
//! and reads again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roster_model::history::Change;
use roster_model::suppression::Forms;
use roster_model::write::{Neighbour, RelationSides, Schema};
use roster_model::{
    Database, DatabaseId, RelationType, RelationTypeId, Resource, SegmentId, SuppressionId,
    Timestamp, Watcher, WatcherId, WatcherSettings,
};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::packed::corrupt;
use crate::standing::StandingKeys;
use crate::{Cell, Error, Row, Sql, databases, relation_types, resources};

/// How many databases an instance remembers.
const REMEMBERED: usize = 32;

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
    /// The static segments of the database, ascending.
    pub segments: Vec<SegmentId>,
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
    let segments = listed(&mut row, 7)?;
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
    Ok(Definitions {
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
    })
}

/// The databases across relations:
/// `[[id, created_at, updated_at, definition, fields, segments], …]`.
fn neighbours(row: &mut Row) -> Result<Vec<Neighbour>, Error> {
    type Packed = (i64, i64, i64, Box<RawValue>, Box<RawValue>, Vec<SegmentId>);
    let packed: Vec<Packed> = listed(row, 14)?;
    let read = |(id, created, updated, definition, fields, segments): Packed| {
        let id = DatabaseId::new(id).ok_or_else(|| corrupt("a database's id"))?;
        let fields = Some(fields.get());
        let database = databases::database(id, created, updated, definition.get(), fields)?;
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

/// The definitions that an instance remembers.
#[derive(Debug, Default)]
pub struct Catalogue(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    databases: BTreeMap<DatabaseId, Arc<Definitions>>,
    /// With the versions of both databases that they were made of.
    relations: BTreeMap<RelationTypeId, ([i64; 2], Arc<RelationSides>)>,
}

/// A relation type, with the definitions of both sides.
#[derive(Clone, Debug)]
pub struct RelationDefinitions {
    /// The type and its databases.
    pub sides: Arc<RelationSides>,
    /// Those of side A.
    pub a: Arc<Definitions>,
    /// Those of side B.
    pub b: Arc<Definitions>,
}

impl RelationDefinitions {
    /// Those of two databases; none where the first has no such type.
    #[must_use]
    pub fn of(id: RelationTypeId, a: Arc<Definitions>, b: Arc<Definitions>) -> Option<Self> {
        let relation_type = a.relation_types.iter().find(|one| one.id == id)?;
        let sides = Arc::new(RelationSides {
            relation_type: relation_type.clone(),
            a: a.database.clone(),
            b: b.database.clone(),
        });
        Some(RelationDefinitions { sides, a, b })
    }
}

impl Catalogue {
    /// Remembers nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Catalogue(Mutex::new(Memory {
            databases: BTreeMap::new(),
            relations: BTreeMap::new(),
        }))
    }

    /// The definitions of a database: the remembered ones, else those in the
    /// store. None if there is no such database.
    ///
    /// # Errors
    /// As [`load`].
    pub async fn get(
        &self,
        sql: &impl Sql,
        id: DatabaseId,
    ) -> Result<Option<Arc<Definitions>>, Error> {
        if let Some(known) = self.remembered(id) {
            return Ok(Some(known));
        }
        let Some(read) = load(sql, id).await? else {
            return Ok(None);
        };
        let read = Arc::new(read);
        let databases = &mut self.memory().databases;
        if databases.len() >= REMEMBERED {
            databases.clear();
        }
        databases.insert(id, Arc::clone(&read));
        Ok(Some(read))
    }

    /// A relation type with the definitions of its databases; none if there is no such type.
    ///
    /// # Errors
    /// As [`load`].
    pub async fn relation(
        &self,
        sql: &impl Sql,
        id: RelationTypeId,
    ) -> Result<Option<RelationDefinitions>, Error> {
        let remembered = self
            .memory()
            .relations
            .get(&id)
            .map(|(_, sides)| sides.clone());
        // The databases of a type never change.
        let (a, b) = match &remembered {
            Some(sides) => (sides.a.id, sides.b.id),
            None => match relation_types::get(sql, id).await? {
                Some(row) => (row.relation_type.database_a, row.relation_type.database_b),
                None => return Ok(None),
            },
        };
        for _ in 0..2 {
            let (Some(a), Some(b)) = (self.get(sql, a).await?, self.get(sql, b).await?) else {
                break;
            };
            if let Some(found) = self.joined(id, &a, &b) {
                return Ok(Some(found));
            }
            // They may be older than the type.
            self.forget(a.database.id);
            self.forget(b.database.id);
        }
        self.memory().relations.remove(&id);
        Ok(None)
    }

    /// A type as two definitions have it; none where the first lacks it.
    fn joined(
        &self,
        id: RelationTypeId,
        a: &Arc<Definitions>,
        b: &Arc<Definitions>,
    ) -> Option<RelationDefinitions> {
        let (a, b) = (Arc::clone(a), Arc::clone(b));
        let versions = [a.version, b.version];
        let relations = &mut self.memory().relations;
        if let Some((known, sides)) = relations.get(&id)
            && *known == versions
        {
            let sides = Arc::clone(sides);
            return Some(RelationDefinitions { sides, a, b });
        }
        let found = RelationDefinitions::of(id, a, b)?;
        if relations.len() >= REMEMBERED {
            relations.clear();
        }
        relations.insert(id, (versions, Arc::clone(&found.sides)));
        Some(found)
    }

    /// The definitions of a database, if they are remembered.
    pub fn remembered(&self, id: DatabaseId) -> Option<Arc<Definitions>> {
        self.memory().databases.get(&id).cloned()
    }

    /// Forgets what is known of a database, because it was seen to be old.
    pub fn forget(&self, id: DatabaseId) {
        self.memory().databases.remove(&id);
    }

    /// Forgets everything older than `version`.
    pub fn forget_before(&self, version: i64) {
        let databases = &mut self.memory().databases;
        databases.retain(|_, known| known.version >= version);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // It is whole even if somebody panicked while holding it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
