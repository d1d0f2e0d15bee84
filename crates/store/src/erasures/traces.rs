//! Where a person is, and where they were: the profiles that are part of theirs by merges, in
//! every database; those that they were part of until a merge was undone; those that were
//! split from theirs; those that they were related to.

use std::collections::{BTreeMap, BTreeSet};

use roster_model::erasure::Person;
use roster_model::write::MergeRecord;
use roster_model::{DatabaseId, MergeId, Profile, ProfileId, Timestamp};
use serde_json::Value;

use super::{BYTES, ROWS, list, packed};
use crate::packed::{corrupt, database_id};
use crate::{Cell, Error, Sql, json, merges};

/// The most profiles that splits are followed to.
const MAX_KIN: usize = 1000;

/// A merge as it is stored: id, database, destination, time, when it was undone, record.
type MergeRow = (i64, i64, i64, i64, Option<i64>, Value);

/// A relation's field, a merge, its sources, whom a profile was split from and into.
type Link = (
    Option<String>,
    Option<i64>,
    Vec<ProfileId>,
    Option<ProfileId>,
    Vec<ProfileId>,
);

/// A merge into somebody, as it is kept until it is undone.
#[derive(Clone, Debug)]
pub struct KeptMerge {
    /// When.
    pub at: Timestamp,
    /// What was merged, and what of relations.
    pub record: MergeRecord,
}

/// The time that a person was part of another profile by a merge that was undone.
#[derive(Clone, Debug)]
pub(super) struct Stay {
    /// The merge.
    pub merge: i64,
    /// The other profile.
    pub profile: i64,
    /// Its database.
    pub database: DatabaseId,
    /// When they came, and when they went.
    pub during: (i64, i64),
}

/// All that is a person's, and who else may have something of them.
#[derive(Clone, Debug)]
pub struct Traces {
    /// The profile.
    pub profile: ProfileId,
    /// What tells them apart, in every database.
    pub person: Person,
    /// The profile and those that were merged into it, also as they were before other merges.
    pub versions: Vec<Profile>,
    /// The profiles that are theirs, with their databases.
    pub(super) parts: BTreeMap<i64, DatabaseId>,
    pub(super) stays: Vec<Stay>,
    /// Who was part of them until a merge was undone.
    pub(super) guests: BTreeSet<i64>,
    /// Who was split from them, or they from whom.
    pub(super) kin: BTreeSet<i64>,
    /// Who they are or were related to.
    pub(super) related: BTreeSet<i64>,
    /// Merges that were undone and had them as their destination.
    pub(super) undone: BTreeSet<i64>,
}

/// The merges into a profile that are kept, the first one first.
///
/// # Errors
/// As [`Sql::query`].
pub async fn kept_merges(sql: &impl Sql, profile: ProfileId) -> Result<Vec<KeptMerge>, Error> {
    Ok(parts(sql, profile).await?.1)
}

impl Traces {
    /// Finds all traces of the person of a profile.
    ///
    /// # Errors
    /// As [`Sql::query`].
    pub async fn find(sql: &impl Sql, profile: &Profile) -> Result<Self, Error> {
        let (merged, kept) = parts(sql, profile.id).await?;
        let mut traces = Traces {
            profile: profile.id,
            person: Person::of(profile),
            versions: Vec::new(),
            parts: merged.into_iter().collect(),
            stays: Vec::new(),
            guests: BTreeSet::new(),
            kin: BTreeSet::new(),
            related: BTreeSet::new(),
            undone: BTreeSet::new(),
        };
        traces.parts.insert(profile.id.pk(), profile.database);
        for one in kept {
            let MergeRecord {
                before,
                after,
                sources,
                ..
            } = one.record;
            traces.versions.extend(sources);
            traces.versions.extend(before);
            traces.versions.push(after);
        }
        traces.versions.push(profile.clone());
        for pk in traces.parts.keys() {
            traces.person.add_id(id_of(*pk)?);
        }
        for version in &traces.versions {
            traces.person.add(version);
        }
        let merges = traces.follow_histories(sql).await?;
        traces.follow_merges(sql, merges).await?;
        traces.follow_splits(sql).await?;
        Ok(traces)
    }

    /// The keys of the profiles that are theirs, as JSON.
    pub(super) fn pks(&self) -> Result<Cell, Error> {
        Ok(Cell::Text(json(&self.parts.keys().collect::<Vec<_>>())?))
    }

    /// The ids of the profiles that are theirs, as JSON.
    pub(super) fn ids(&self) -> Result<Cell, Error> {
        Ok(Cell::Text(json(&self.person.ids().collect::<Vec<_>>())?))
    }

    /// The databases in which they are.
    pub fn databases(&self) -> BTreeSet<DatabaseId> {
        self.parts.values().copied().collect()
    }

    /// The databases in which they are or were.
    pub fn all_databases(&self) -> BTreeSet<DatabaseId> {
        let stays = self.stays.iter().map(|stay| stay.database);
        self.databases().into_iter().chain(stays).collect()
    }

    /// What their histories tell of others; the merges that these name.
    async fn follow_histories(&mut self, sql: &impl Sql) -> Result<Vec<i64>, Error> {
        let mut merges = Vec::new();
        for (field, merge, sources, from, into) in links(sql, self.pks()?).await? {
            let other = field.and_then(|field| field.rsplit('/').next()?.parse().ok());
            self.related.extend(other.map(ProfileId::pk));
            merges.extend(merge);
            self.guests.extend(sources.into_iter().map(ProfileId::pk));
            let kin = from.into_iter().chain(into);
            self.kin.extend(kin.map(ProfileId::pk));
        }
        self.guests.retain(|pk| !self.parts.contains_key(pk));
        Ok(merges)
    }

    /// Whose part they were, and whose part those were meanwhile.
    async fn follow_merges(&mut self, sql: &impl Sql, named: Vec<i64>) -> Result<(), Error> {
        let mut found = rows_named(sql, &named).await?;
        let all: Vec<i64> = self.parts.keys().copied().collect();
        found.extend(rows_about(sql, &all).await?);
        for (id, _, destination, _, undone_at, record) in &found {
            if undone_at.is_some() && self.parts.contains_key(destination) {
                self.undone.insert(*id);
                let guests = sources_of(record).filter(|pk| !self.parts.contains_key(pk));
                self.guests.extend(guests);
            }
            let keys = relations_of(record)
                .filter(|(a, b)| self.parts.contains_key(a) || self.parts.contains_key(b));
            self.related.extend(keys.flat_map(|(a, b)| [a, b]));
        }
        self.related.retain(|pk| !self.parts.contains_key(pk));
        found.retain(|(id, _, _, _, _, record)| {
            named.contains(id) || sources_of(record).any(|pk| self.parts.contains_key(&pk))
        });
        let mut time = (i64::MIN, i64::MAX);
        let mut next = 0;
        loop {
            for (id, database, destination, at, undone_at, _) in found {
                let Some(until) = undone_at.filter(|until| *until >= time.0 && at <= time.1) else {
                    continue;
                };
                if self.parts.contains_key(&destination)
                    || self.stays.iter().any(|stay| stay.merge == id)
                {
                    continue;
                }
                let database = DatabaseId::new(database).ok_or_else(|| corrupt("a database"))?;
                self.stays.push(Stay {
                    merge: id,
                    profile: destination,
                    database,
                    during: (at, until),
                });
            }
            let Some(stay) = self.stays.get(next) else {
                return Ok(());
            };
            (next, time) = (next + 1, stay.during);
            let host = stay.profile;
            found = rows_about(sql, &[host]).await?;
            found.retain(|row| sources_of(&row.5).any(|pk| pk == host));
        }
    }

    /// Those who were split from others of them.
    async fn follow_splits(&mut self, sql: &impl Sql) -> Result<(), Error> {
        let mut fresh: Vec<i64> = self.kin.iter().copied().collect();
        while !fresh.is_empty() && self.kin.len() < MAX_KIN {
            let asked = Cell::Text(json(&holders(sql, &fresh).await?)?);
            let mut more = BTreeSet::new();
            for (.., from, into) in links(sql, asked).await? {
                more.extend(from.into_iter().chain(into).map(ProfileId::pk));
            }
            fresh = more.difference(&self.kin).copied().collect();
            fresh.retain(|pk| !self.parts.contains_key(pk));
            self.kin.extend(&fresh);
        }
        self.kin.retain(|pk| !self.parts.contains_key(pk));
        Ok(())
    }
}

/// Who is part of a profile, each with its database, and the merges that made it so.
async fn parts(
    sql: &impl Sql,
    profile: ProfileId,
) -> Result<(Vec<(i64, DatabaseId)>, Vec<KeptMerge>), Error> {
    let parameters = vec![Cell::Integer(profile.pk())];
    let merged: Vec<(i64, i64, i64)> =
        list(sql, include_str!("../sql/erasures/parts.sql"), parameters).await?;
    let merges: BTreeSet<i64> = merged.iter().map(|(.., merge)| *merge).collect();
    let mut kept = Vec::new();
    for (id, database, destination, at, _, record) in
        rows_named(sql, &merges.into_iter().collect::<Vec<_>>()).await?
    {
        let id = MergeId::new(id).ok_or_else(|| corrupt("a merge's id"))?;
        let database = database_id(database)?;
        kept.push(KeptMerge {
            at: Timestamp::from_ms(at),
            record: merges::unpacked(id, database, destination, &record)?,
        });
    }
    kept.sort_by_key(|one| (one.at, one.record.id));
    let parts = merged.into_iter().map(|(pk, database, _)| {
        let database = database_id(database)?;
        Ok((pk, database))
    });
    Ok((parts.collect::<Result<_, Error>>()?, kept))
}

async fn links(sql: &impl Sql, profiles: Cell) -> Result<Vec<Link>, Error> {
    list(
        sql,
        include_str!("../sql/erasures/links.sql"),
        vec![profiles],
    )
    .await
}

async fn rows_named(sql: &impl Sql, merges: &[i64]) -> Result<Vec<MergeRow>, Error> {
    let parameters = vec![Cell::Text(json(merges)?)];
    list(
        sql,
        include_str!("../sql/erasures/merges_named.sql"),
        parameters,
    )
    .await
}

/// The merges that have to do with profiles. All are looked through: who is named by a record
/// is in no index.
pub(super) async fn rows_about(sql: &impl Sql, profiles: &[i64]) -> Result<Vec<MergeRow>, Error> {
    let named = json(profiles)?;
    let (mut after, mut all) = (i64::MIN, Vec::new());
    loop {
        let parameters = vec![
            Cell::Integer(after),
            Cell::from(named.as_str()),
            Cell::Integer(ROWS),
            Cell::Integer(BYTES),
        ];
        let statement = include_str!("../sql/erasures/merges_asked.sql");
        let (found, last): (Vec<MergeRow>, Option<i64>) =
            packed(sql, statement, parameters).await?;
        all.extend(found);
        match last {
            Some(last) => after = last,
            None => return Ok(all),
        }
    }
}

/// Profiles, and those that they are part of now: who has their histories.
pub(super) async fn holders(sql: &impl Sql, profiles: &[i64]) -> Result<Vec<i64>, Error> {
    let parameters = vec![Cell::Text(json(profiles)?)];
    let statement = include_str!("../sql/erasures/holders.sql");
    let merged: Vec<(i64, i64)> = list(sql, statement, parameters).await?;
    let into = merged.into_iter().map(|(_, into)| into);
    let all: BTreeSet<i64> = profiles.iter().copied().chain(into).collect();
    Ok(all.into_iter().collect())
}

/// The sources of a record: whole profiles, or their keys alone after it was undone.
fn sources_of(record: &Value) -> impl Iterator<Item = i64> {
    let sources = record["sources"].as_array().into_iter().flatten();
    sources.filter_map(|one| one.as_i64().or_else(|| one[0].as_i64()))
}

/// The pairs whose relations a record keeps.
fn relations_of(record: &Value) -> impl Iterator<Item = (i64, i64)> {
    let relations = record["relations"].as_array().into_iter().flatten();
    relations.filter_map(|one| Some((one[0][1].as_i64()?, one[0][2].as_i64()?)))
}

fn id_of(pk: i64) -> Result<ProfileId, Error> {
    ProfileId::from_pk(pk).ok_or_else(|| corrupt("a profile's key"))
}
