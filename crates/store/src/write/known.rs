//! What a group of writes must know before it decides: one statement asks for
//! all of it.

use std::collections::{HashMap, HashSet};
use std::mem::take;

use roster_model::ending::Endings;
use roster_model::matching::{MatchKey, Selector};
use roster_model::profile::Profile;
use roster_model::relation::Side;
use roster_model::write::{Command, Mark, ProfilePair, Relation, RelationKey, WorkingSet};
use roster_model::{Contact, Database, DatabaseId, MergeId, ProfileId, RelationTypeId, Timestamp};

use super::suppressed::{self, ListEntries};
use super::{Batch, moving};
use crate::idempotency::{Answer, unhex};
use crate::merges::Chain;
use crate::packed::{corrupt, profiles};
use crate::profiles::many;
use crate::relations;
use crate::standing::{self, StandingLookup};
use crate::{Cell, Error, Row, Sql, json};

/// What a group must know before it decides.
pub(super) struct Preload {
    pub(super) version: i64,
    pub(super) profiles: Vec<Profile>,
    pub(super) holders: Vec<(DatabaseId, MatchKey, ProfileId)>,
    /// The stored answers by key: the request's digest and the answer.
    pub(super) answers: HashMap<String, (Vec<u8>, Answer)>,
    /// The marks that are there, with their times.
    pub(super) marks: Vec<(Mark, i64)>,
    /// Which of the contacts that were asked for stand on a suppression list.
    pub(super) suppressed: ListEntries,
    /// How the contacts that were asked for stand.
    pub(super) endings: Endings,
    /// The relations of the pairs that were asked for, and their weights as they are stored.
    pub(super) relations: Vec<(RelationKey, Relation)>,
    pub(super) weights: HashMap<RelationKey, String>,
    /// The pairs that were asked for, related or not.
    pub(super) asked_pairs: Vec<RelationKey>,
    /// Who holds each match key, by its place; kept where pairs are asked for.
    by_place: HashMap<usize, Vec<ProfileId>>,
    /// Profiles that were merged, among those who are named, each with the one they are
    /// part of.
    pub(super) merged: Vec<(ProfileId, ProfileId)>,
    /// Merges that can't be undone any more.
    pub(super) undone: Vec<MergeId>,
    /// Who is part of the profiles of merges that are undone.
    pub(super) chains: Vec<Chain>,
    /// Those of them whose new profile others have touched.
    pub(super) touched: Vec<MergeId>,
    /// What became of those whom their relations lead to.
    pub(super) ends: Vec<(ProfileId, Option<ProfileId>)>,
    /// Contacts of profiles that are merged from another database, which get no messages
    /// there by a suppression list that doesn't hold where they go.
    pub(super) blocked: Vec<(ProfileId, Contact)>,
    /// How many holders each match key has, by its place.
    pub(super) counts: HashMap<usize, i64>,
    /// The keys that too many profiles share.
    pub(super) crowded: HashSet<(DatabaseId, MatchKey)>,
    /// The match keys that were asked for, as the guard wants them.
    pub(super) asked: String,
}

/// How many profiles come in one packed row, more or less.
const PACKED: usize = 256;

/// The profiles that match a selector, for reading, by ascending id; and the version of the
/// definitions. Somebody who was merged is found as part of the one that they are now.
///
/// # Errors
/// As [`Sql::query`].
pub async fn matching(
    sql: &impl Sql,
    own: &Database,
    selector: &Selector,
) -> Result<(Vec<Profile>, i64), Error> {
    let database = own.id;
    let asked: Vec<(DatabaseId, &MatchKey)> =
        selector.keys().iter().map(|key| (database, key)).collect();
    let named: Vec<(i64, i64)> = selector
        .profile_id()
        .map(|id| (database.get(), id.pk()))
        .into_iter()
        .collect();
    let also = ExtraLookups::default();
    let mut known = ask(sql, asked, &named, &also, Timestamp::from_ms(0)).await?;
    for (database, selector) in known.narrow([(database, selector)]) {
        known.find_among_crowd(sql, database, selector).await?;
    }
    let named = selector.profile_id();
    let into = named.and_then(|id| known.merged.iter().find(|(from, _)| *from == id));
    let mut found = known.profiles;
    match into {
        Some((_, into)) => found.retain(|one| one.id == *into && one.database == database),
        None => found.retain(|one| selector.matches(one, own)),
    }
    found.sort_unstable_by_key(|one| one.id);
    found.dedup_by_key(|one| one.id);
    Ok((found, known.version))
}

/// A match key that more profiles share is not read to its end: it can't tell
/// anybody apart, and its profiles would fill the memory.
const CROWD: i64 = 1000;

pub(super) async fn look_up(
    sql: &impl Sql,
    batches: &[&Batch],
    now: Timestamp,
) -> Result<Preload, Error> {
    let mut asked: Vec<(DatabaseId, &MatchKey)> = Vec::new();
    let mut places: HashMap<(DatabaseId, &MatchKey), usize> = HashMap::new();
    let mut named: Vec<(i64, i64)> = Vec::new();
    let mut pairs = Vec::new();
    for batch in batches {
        for item in batch.items.iter().flatten() {
            for lookup in item.lookups() {
                places.entry(lookup).or_insert_with(|| {
                    asked.push(lookup);
                    asked.len() - 1
                });
            }
            let ids = item.profile_ids();
            named.extend(ids.map(|(database, id)| (database.get(), id.pk())));
            for pair in item.pairs() {
                pairs.extend(pairs_of(pair, &places));
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    let also = ExtraLookups {
        keys: batches
            .iter()
            .filter_map(|batch| batch.repeatable.as_ref())
            .map(|repeatable| repeatable.asked.key.as_str())
            .collect(),
        marks: batches
            .iter()
            .flat_map(|batch| batch.items.iter().flatten())
            .flat_map(Command::marks)
            .map(|mark| (mark.scope.as_str(), mark.key.as_str()))
            .collect(),
        suppressed: suppressed::asked(batches),
        standing: standing_of(batches),
        pairs,
    };
    let mut known = ask(sql, asked, &named, &also, now).await?;
    known.ask_late(sql, batches).await?;
    moving::ask(&mut known, sql, batches, now).await?;
    Ok(known)
}

/// How those stand whose subscriptions are written; nobody where nobody ever left.
fn standing_of(batches: &[&Batch]) -> StandingLookup {
    let mut asked = StandingLookup::default();
    for batch in batches {
        let keys = &batch.definitions.standing;
        if keys.is_idle() {
            continue;
        }
        for item in batch.items.iter().flatten() {
            for (resource, contact) in item.standing_contacts() {
                asked.contact(keys, contact);
                if let Some(resource) = resource {
                    asked.link(keys, resource, contact);
                }
            }
            for (contact, name) in item.standing_categories() {
                asked.category(keys, contact, name);
            }
        }
    }
    asked
}

/// What else is asked for, beside profiles.
#[derive(Default)]
pub(super) struct ExtraLookups<'a> {
    /// Idempotency keys.
    keys: Vec<&'a str>,
    /// Marks: scope and key.
    marks: Vec<(&'a str, &'a str)>,
    /// Lists and keys of contacts on them.
    suppressed: Vec<(i64, String)>,
    /// Contacts of which is asked how they stand.
    standing: StandingLookup,
    /// Pairs of which is asked how they are related: the type, and for each side the place
    /// of a key, or the profile's own key.
    pairs: Vec<PairLookup>,
}

impl ExtraLookups<'_> {
    /// Entries of suppression lists alone.
    pub(super) fn of_lists(suppressed: Vec<(i64, String)>) -> Self {
        ExtraLookups {
            suppressed,
            ..ExtraLookups::default()
        }
    }
}

type PairLookup = (i64, Option<usize>, Option<i64>, Option<usize>, Option<i64>);

/// All that may be meant by a pair: each key of one side with each of the other.
fn pairs_of<'a>(
    pair: ProfilePair<'a>,
    places: &HashMap<(DatabaseId, &'a MatchKey), usize>,
) -> Vec<PairLookup> {
    let side = |side: Side| -> Vec<(Option<usize>, Option<i64>)> {
        let (database, selector) = (pair.sides.database(side).id, pair.selector(side));
        if let Some(id) = selector.profile_id() {
            return vec![(None, Some(id.pk()))];
        }
        let keys = selector.keys().iter();
        let places = keys.filter_map(|key| places.get(&(database, key)));
        places.map(|place| (Some(*place), None)).collect()
    };
    let (a, b) = (side(Side::A), side(Side::B));
    let id = pair.sides.relation_type.id.get();
    let pairs = a.iter().flat_map(|(place, pk)| {
        b.iter()
            .map(move |(other, other_pk)| (id, *place, *pk, *other, *other_pk))
    });
    pairs.collect()
}

/// Asks who holds the match keys, for profiles by name, and for stored answers.
pub(super) async fn ask(
    sql: &impl Sql,
    asked: Vec<(DatabaseId, &MatchKey)>,
    named: &[(i64, i64)],
    also: &ExtraLookups<'_>,
    now: Timestamp,
) -> Result<Preload, Error> {
    let asked_rows: Vec<(i64, i64, &str)> = asked
        .iter()
        .map(|(database, key)| (database.get(), key.kind, key.value.as_str()))
        .collect();
    let asked_json = json(&asked_rows)?;
    let groups = (asked.len() + named.len()) / PACKED + 1;
    let parameters = vec![
        Cell::from(asked_json.as_str()),
        Cell::Text(json(named)?),
        Cell::Text(json(&also.keys)?),
        Cell::Integer(groups as i64),
        Cell::Integer(now.ms() - crate::idempotency::KEPT_MS),
        Cell::Integer(CROWD),
        Cell::Text(json(&also.marks)?),
        Cell::Text(json(&also.suppressed)?),
        Cell::Text(json(&also.standing.hashes())?),
        Cell::Text(json(&also.pairs)?),
    ];
    let statement = include_str!("../sql/write/lookup.sql");
    let rows = sql.query(statement, parameters).await?;
    let mut known = Preload {
        version: 0,
        profiles: Vec::new(),
        holders: Vec::new(),
        answers: HashMap::new(),
        marks: Vec::new(),
        suppressed: ListEntries::default(),
        endings: Endings::default(),
        relations: Vec::new(),
        weights: HashMap::new(),
        asked_pairs: Vec::new(),
        by_place: HashMap::new(),
        merged: Vec::new(),
        undone: Vec::new(),
        chains: Vec::new(),
        touched: Vec::new(),
        ends: Vec::new(),
        blocked: Vec::new(),
        counts: HashMap::new(),
        crowded: HashSet::new(),
        asked: String::new(),
    };
    let keeps_places = !also.pairs.is_empty();
    for row in rows {
        known.take(row, &asked, &also.standing, keeps_places)?;
    }
    known.resolve(&also.pairs);
    // The guard can't hold for a key whose holders are not all known. Anyone who
    // is matched by it alone is ambiguous, whatever is added to them meanwhile.
    let crowded = known.crowded();
    let keys = crowded.iter().filter_map(|place| asked.get(*place));
    known.crowded = keys
        .map(|(database, key)| (*database, (*key).clone()))
        .collect();
    known.asked = if crowded.is_empty() {
        asked_json
    } else {
        let kept = asked_rows.iter().enumerate();
        let kept = kept.filter(|(place, _)| !crowded.contains(place));
        json(&kept.map(|(_, row)| row).collect::<Vec<_>>())?
    };
    Ok(known)
}

impl Preload {
    /// The image that items are applied to. What it holds is taken out.
    pub(super) fn image(&mut self) -> WorkingSet {
        WorkingSet::new(take(&mut self.profiles), take(&mut self.holders))
            .with_marks(take(&mut self.marks))
            .with_endings(take(&mut self.endings))
            .with_relations(take(&mut self.relations))
            .with_asked_pairs(take(&mut self.asked_pairs))
            .with_merged(take(&mut self.merged))
            .with_undone(take(&mut self.undone))
            .with_touched(take(&mut self.touched))
            .with_ends(take(&mut self.ends))
            .with_blocked(take(&mut self.blocked))
    }

    /// The places of keys that too many profiles share.
    fn crowded(&self) -> HashSet<usize> {
        let crowded = self.counts.iter().filter(|(_, count)| **count > CROWD);
        crowded.map(|(place, _)| *place).collect()
    }

    /// The selectors that may mean somebody among a crowd who isn't known yet.
    pub(super) fn narrow<'a>(
        &self,
        selectors: impl IntoIterator<Item = (DatabaseId, &'a Selector)>,
    ) -> Vec<(DatabaseId, &'a Selector)> {
        let crowded = |database: DatabaseId, key: &MatchKey| {
            self.crowded
                .iter()
                .any(|(other, crowd)| *other == database && crowd == key)
        };
        let mut narrow: Vec<(DatabaseId, &Selector)> = Vec::new();
        for (database, selector) in selectors {
            let keys = selector.keys();
            if selector.is_narrow()
                && keys.iter().any(|key| crowded(database, key))
                && !narrow.contains(&(database, selector))
            {
                narrow.push((database, selector));
            }
        }
        narrow
    }

    /// Asks how contacts stand that only profiles tell: of subscriptions that are
    /// made for many alike, or come back. Nothing where nobody ever left.
    async fn ask_late(&mut self, sql: &impl Sql, batches: &[&Batch]) -> Result<(), Error> {
        let mut asked = StandingLookup::default();
        for batch in batches.iter().filter(|b| !b.definitions.standing.is_idle()) {
            let keys = &batch.definitions.standing;
            let schema = batch.definitions.schema();
            for item in batch.items.iter().flatten() {
                let id = item.profile_id().filter(|_| item.has_late_contacts());
                let profile = id.and_then(|id| self.profiles.iter().find(|one| one.id == id));
                let Some(profile) = profile else { continue };
                for (resource, contact) in item.late_contacts(profile, &schema) {
                    asked.contact(keys, &contact);
                    asked.link(keys, resource, &contact);
                }
                for (contact, name) in item.late_categories(profile, &schema) {
                    asked.category(keys, &contact, name);
                }
            }
        }
        standing::ask(sql, &asked, &mut self.endings).await
    }

    /// Finds the relations of those who are known only now, because a crowd shares what
    /// they are matched by.
    pub(super) async fn find_relations(
        &mut self,
        sql: &impl Sql,
        batches: &[&Batch],
    ) -> Result<(), Error> {
        let items = batches
            .iter()
            .flat_map(|batch| batch.items.iter().flatten());
        let mut pairs = Vec::new();
        for pair in items.flat_map(Command::pairs) {
            let [a, b] = Side::ALL.map(|side| {
                let (selector, database) = (pair.selector(side), pair.sides.database(side));
                selector.select(&self.profiles, database)
            });
            // Where more than one matches, nothing is done.
            if let ([a], [b]) = (&a[..], &b[..]) {
                pairs.push(RelationKey {
                    relation_type: pair.sides.relation_type.id,
                    a: *a,
                    b: *b,
                });
            }
        }
        self.find_pairs(sql, &pairs).await
    }

    /// Finds how these pairs are related.
    pub(super) async fn find_pairs(
        &mut self,
        sql: &impl Sql,
        pairs: &[RelationKey],
    ) -> Result<(), Error> {
        if !pairs.is_empty() {
            let keys = pairs
                .iter()
                .map(|key| (key.relation_type.get(), key.a.pk(), key.b.pk()));
            let keys: Vec<(i64, i64, i64)> = keys.collect();
            let stored = relations::of_pairs(sql, &keys).await?;
            self.take_relations(stored);
            self.asked_pairs.extend(pairs);
        }
        Ok(())
    }

    /// Notes whom the pairs that were asked for are.
    fn resolve(&mut self, pairs: &[PairLookup]) {
        let side = |place: Option<usize>, pk: Option<i64>| match (place, pk) {
            (Some(place), _) => self.by_place.get(&place).cloned().unwrap_or_default(),
            (None, Some(pk)) => {
                let named = ProfileId::from_pk(pk);
                let into = named.and_then(|id| self.merged.iter().find(|(from, _)| *from == id));
                into.map(|(_, into)| *into).or(named).into_iter().collect()
            }
            (None, None) => Vec::new(),
        };
        let mut asked = Vec::with_capacity(pairs.len());
        for (id, place, pk, other, other_pk) in pairs {
            let Some(relation_type) = RelationTypeId::new(*id) else {
                continue;
            };
            let others = side(*other, *other_pk);
            for a in side(*place, *pk) {
                let keys = others.iter().map(|b| RelationKey {
                    relation_type,
                    a,
                    b: *b,
                });
                asked.extend(keys);
            }
        }
        self.asked_pairs = asked;
    }

    pub(super) fn take_relations(&mut self, stored: Vec<(relations::KeyedRelation, String)>) {
        for ((key, relation), weights) in stored {
            self.relations.push((key, relation));
            self.weights.insert(key, weights);
        }
    }

    /// Finds those who are meant by a selector one of whose keys a crowd
    /// shares, and knows them too.
    pub(super) async fn find_among_crowd(
        &mut self,
        sql: &impl Sql,
        database: DatabaseId,
        selector: &Selector,
    ) -> Result<(), Error> {
        let mut keys: Vec<&MatchKey> = selector.keys().iter().collect();
        keys.sort_by_key(|key| self.crowded.contains(&(database, (*key).clone())));
        let rows: Vec<(i64, &str)> = keys.iter().map(|k| (k.kind, k.value.as_str())).collect();
        let parameters = vec![
            Cell::Integer(database.get()),
            Cell::Text(json(&rows)?),
            Cell::from(selector.resource().map(|resource| resource.get())),
            Cell::Integer(CROWD + 1),
        ];
        let mut rows = sql
            .query(include_str!("../sql/write/among_crowd.sql"), parameters)
            .await?;
        let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
        let found: Vec<(i64, Option<usize>)> =
            serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
        let mut seen: HashSet<i64> = self.profiles.iter().map(|one| one.id.pk()).collect();
        let mut new = Vec::new();
        for (pk, place) in found {
            let id = ProfileId::from_pk(pk).ok_or_else(|| corrupt("a key"))?;
            let held = keys
                .iter()
                .enumerate()
                .filter(|(at, _)| place.is_none_or(|place| place == *at))
                .map(|(_, key)| (database, (*key).clone(), id));
            self.holders.extend(held);
            if seen.insert(pk) {
                new.push(pk);
            }
        }
        for chunk in new.chunks(PACKED) {
            self.profiles.extend(many(sql, chunk).await?);
        }
        Ok(())
    }

    fn take_holders(
        &mut self,
        packed: &str,
        asked: &[(DatabaseId, &MatchKey)],
        keeps_places: bool,
    ) -> Result<(), Error> {
        let held: Vec<(usize, i64)> = serde_json::from_str(packed).map_err(corrupt)?;
        for (place, pk) in held {
            *self.counts.entry(place).or_default() += 1;
            let (database, key) = asked.get(place).ok_or_else(|| corrupt("a place"))?;
            let id = ProfileId::from_pk(pk).ok_or_else(|| corrupt("a key"))?;
            self.holders.push((*database, (*key).clone(), id));
            if keeps_places {
                self.by_place.entry(place).or_default().push(id);
            }
        }
        Ok(())
    }

    /// Takes one row of the look-up, whose first column says what it is.
    fn take(
        &mut self,
        mut row: Row,
        asked: &[(DatabaseId, &MatchKey)],
        standing: &StandingLookup,
        keeps_places: bool,
    ) -> Result<(), Error> {
        let part = row.text(0)?;
        let Some(content) = row.optional_text(1)? else {
            return Ok(());
        };
        match part.as_str() {
            "first" => {
                self.version = content.parse().map_err(corrupt)?;
                if let Some(held) = row.optional_text(2)? {
                    self.take_holders(&held, asked, keeps_places)?;
                }
                if let Some(packed) = row.optional_text(3)? {
                    self.profiles.extend(profiles(&packed)?);
                }
            }
            "profiles" => self.profiles.extend(profiles(&content)?),
            "answers" => {
                let answers: Vec<(String, String, u16, String)> =
                    serde_json::from_str(&content).map_err(corrupt)?;
                for (key, request, status, body) in answers {
                    let request = unhex(&request).ok_or_else(|| corrupt("a digest"))?;
                    self.answers.insert(key, (request, Answer { status, body }));
                }
            }
            "marks" => {
                let marks: Vec<(String, String, i64)> =
                    serde_json::from_str(&content).map_err(corrupt)?;
                let marks = marks.into_iter();
                self.marks
                    .extend(marks.map(|(scope, key, at)| (Mark { scope, key }, at)));
            }
            "standing" | "links" => standing.read(&content, &mut self.endings)?,
            "merged" => {
                let merged: Vec<(i64, i64)> = serde_json::from_str(&content).map_err(corrupt)?;
                let ids = merged.into_iter();
                let ids = ids.map(|(from, into)| {
                    Some((ProfileId::from_pk(from)?, ProfileId::from_pk(into)?))
                });
                self.merged.extend(ids.flatten());
            }
            "relations" => self.take_relations(relations::stored(&content)?),
            "suppressed" => self.suppressed = ListEntries::read(&content)?,
            other => return Err(corrupt(other)),
        }
        Ok(())
    }
}
