//! Which profiles hold which match keys, kept up with every applied item.

use super::Schema;
use super::command::Command;
use super::refusal::{Refusal, RefusalKind};
use super::working::duplicate;
use crate::field::Field;
use crate::id::{DatabaseId, ProfileId};
use crate::matching::{KeyDelta, MatchKey, Selector};
use std::collections::{BTreeSet, HashMap, HashSet};

/// By database, so that a key can be looked up without making a pair of it.
#[derive(Debug, Default)]
pub(crate) struct Holders(HashMap<DatabaseId, HashMap<MatchKey, Vec<ProfileId>>>);

impl Holders {
    pub fn hold(&mut self, database: DatabaseId, key: MatchKey, id: ProfileId) {
        let holders = self.0.entry(database).or_default().entry(key).or_default();
        if !holders.contains(&id) {
            holders.push(id);
        }
    }

    pub fn release(&mut self, database: DatabaseId, key: &MatchKey, id: ProfileId) {
        let keys = self.0.get_mut(&database);
        if let Some(holders) = keys.and_then(|keys| keys.get_mut(key)) {
            holders.retain(|holder| *holder != id);
        }
    }

    fn of(&self, database: DatabaseId, key: &MatchKey) -> &[ProfileId] {
        let keys = self.0.get(&database);
        keys.and_then(|keys| keys.get(key))
            .map_or(&[], Vec::as_slice)
    }

    /// The holders of any, or of all, keys of the selector, by ascending id.
    pub fn matching(&self, database: DatabaseId, selector: &Selector) -> Vec<ProfileId> {
        let mut found: BTreeSet<ProfileId> = BTreeSet::new();
        for (index, key) in selector.keys().iter().enumerate() {
            let holders = self.of(database, key);
            if selector.all && index > 0 {
                let also: HashSet<&ProfileId> = holders.iter().collect();
                found.retain(|id| also.contains(id));
            } else {
                found.extend(holders);
            }
        }
        found.into_iter().collect()
    }

    /// Unique keys that come to a profile and that another one has, each with its
    /// field and the other.
    pub fn taken<'a>(
        &self,
        schema: &Schema<'a>,
        keys: &KeyDelta,
        id: ProfileId,
    ) -> Vec<(MatchKey, &'a Field, ProfileId)> {
        let unique = keys.new.iter().filter(|(_, unique)| *unique);
        let taken = unique.filter_map(|(key, _)| {
            let mut others = self.of(schema.database.id, key).iter();
            let holder = others.find(|holder| **holder != id)?;
            let mut fields = schema.database.fields.iter();
            let field = fields.find(|field| field.id.get() == key.kind)?;
            Some((key.clone(), field, *holder))
        });
        taken.collect()
    }

    /// Refuses values that another profile has and only one may have.
    pub fn check_unique(
        &self,
        schema: &Schema,
        item: &Command,
        keys: &KeyDelta,
        id: ProfileId,
    ) -> Result<(), Refusal> {
        let taken = self.taken(schema, keys, id);
        let errors = taken
            .iter()
            .map(|(_, field, holder)| duplicate(field, *holder));
        let Some(mut error) = Refusal::all(errors.collect()) else {
            return Ok(());
        };
        error.field = taken
            .first()
            .map(|(_, field, _)| field.name.as_str().into());
        let holders: BTreeSet<ProfileId> = taken.iter().map(|(_, _, holder)| *holder).collect();
        error.candidates = holders.into_iter().collect();
        Err(error.as_kind(RefusalKind::Conflict).under(item.base))
    }
}
