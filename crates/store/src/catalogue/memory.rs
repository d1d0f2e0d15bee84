//! The definitions that an instance remembers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roster_model::write::RelationSides;
use roster_model::{DatabaseId, RelationTypeId};

use super::{Definitions, load, version};
use crate::{Error, Sql, relation_types};

/// How many databases an instance remembers.
const REMEMBERED: usize = 32;

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

    /// Forgets what is older than the store's version.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn refresh(&self, sql: &impl Sql) -> Result<(), Error> {
        self.forget_before(version(sql).await?);
        Ok(())
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

    /// A relation type with the definitions of its databases, if all are remembered.
    pub fn remembered_relation(&self, id: RelationTypeId) -> Option<RelationDefinitions> {
        let (a, b) = {
            let memory = self.memory();
            let (_, sides) = memory.relations.get(&id)?;
            let of = |id| memory.databases.get(&id).cloned();
            (of(sides.a.id)?, of(sides.b.id)?)
        };
        self.joined(id, &a, &b)
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
