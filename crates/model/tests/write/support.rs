//! A database, resources, and a store in memory that keeps profiles and match
//! keys the way the real one does.

use roster_model::Origin;
use roster_model::define::Settings;
use roster_model::history::Entry;
use roster_model::write::{BlockedContact, ConfirmationRequest, Mark, MergeRecord};
use roster_model::write::{
    Command, Env, Outcome, OutcomeKind, Refusal, Schema, WorkingSet, prepare_write,
};
use roster_model::{
    Contact, Database, DatabaseId, DatabaseSettings, Endings, Field, FieldId, FieldType, Fields,
    KnownSegment, MatchKey, Profile, ProfileId, Resource, ResourceId, ResourceSettings, SegmentId,
    Timestamp, profile_keys, standard_fields,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(1_795_000_000_000 + ms)
}

pub fn database() -> Database {
    database_with(|_| {})
}

/// The database of most tests, with some fields changed.
pub fn database_with(change: impl Fn(&mut Field)) -> Database {
    let mut fields = standard_fields();
    let custom = [
        ("code", FieldType::String),
        ("score", FieldType::Integer),
        ("rate", FieldType::Float),
        ("labels", FieldType::Tags),
        ("meta", FieldType::Object),
        ("items", FieldType::Objects),
        ("level", FieldType::Enum),
        ("tier", FieldType::String),
        ("number", FieldType::Integer),
    ];
    for ((name, kind), id) in custom.into_iter().zip(100..) {
        let mut field = Field::new(FieldId::new(id).unwrap(), name, kind);
        field.position = id;
        field.unique = name == "code" || name == "number";
        field.matchable = field.unique || name == "labels" || name == "tier";
        if name == "level" {
            field.options = vec!["low".to_owned(), "high".to_owned()];
        }
        fields.push(field);
    }
    fields.iter_mut().for_each(change);
    Database {
        id: DatabaseId::new(1).unwrap(),
        settings: DatabaseSettings::create(&json!({"name": "people"})).unwrap(),
        created_at: at(0),
        updated_at: at(0),
        fields: Fields::from(fields),
    }
}

/// 1 has all channels, two categories and fields for e-mail; 2 raises
/// priority; 3 serves another database.
pub fn resources() -> Vec<Resource> {
    let db = database();
    let channels = json!([
        "email",
        "sms",
        "push",
        "telegram_bot",
        "whatsapp",
        "viber",
        "notify"
    ]);
    let fields = json!([
        {"channel": "email", "name": "note", "type": "string"},
        {"channel": "email", "name": "points", "type": "integer", "default": 5},
        {"channel": "sms", "name": "note", "type": "string", "required": true}
    ]);
    [
        json!({"name": "all", "databases": [1], "channels": channels, "fields": fields,
            "categories": [{"name": "news"}, {"name": "offers"}]}),
        json!({"name": "raises", "databases": [1], "channels": ["email"], "raise_priority": true}),
        json!({"name": "other", "databases": [2], "channels": ["email"]}),
    ]
    .into_iter()
    .zip(1..)
    .map(|(json, id)| Resource {
        id: ResourceId::new(id).unwrap(),
        settings: ResourceSettings::create(&json, &db.context()).unwrap(),
        created_at: at(0),
        updated_at: at(0),
    })
    .collect()
}

type SlotKey = (DatabaseId, MatchKey, i64);

/// Everything that is stored.
#[derive(Clone)]
pub struct Store {
    pub database: Database,
    pub resources: Vec<Resource>,
    pub segments: Vec<KnownSegment>,
    pub profiles: BTreeMap<ProfileId, Profile>,
    pub keys: BTreeMap<SlotKey, ProfileId>,
    pub history: Vec<Entry>,
    /// Who is in which segment.
    pub members: BTreeSet<(SegmentId, ProfileId)>,
    /// Through what kind of door requests come.
    pub origin: Origin,
    /// Whether requests come with a token for every database.
    pub speaks_for_all: bool,
    /// Who was asked to confirm, and who was banned.
    pub asks: Vec<ConfirmationRequest>,
    pub banned: Vec<BlockedContact>,
    pub marks: BTreeMap<Mark, i64>,
    /// How contacts stand.
    pub endings: Endings,
    /// Who was merged into whom, and how that is undone.
    pub merged: BTreeMap<ProfileId, ProfileId>,
    pub merges: Vec<MergeRecord>,
    pub clock: i64,
    next: i64,
}

impl Store {
    pub fn new() -> Self {
        Self::of(database())
    }

    pub fn of(database: Database) -> Self {
        Store {
            database,
            resources: resources(),
            segments: [1, 2, 3, 5]
                .into_iter()
                .filter_map(SegmentId::new)
                .map(KnownSegment::of_static)
                .collect(),
            profiles: BTreeMap::new(),
            keys: BTreeMap::new(),
            history: Vec::new(),
            members: BTreeSet::new(),
            origin: Origin::Api,
            speaks_for_all: true,
            asks: Vec::new(),
            banned: Vec::new(),
            marks: BTreeMap::new(),
            endings: Endings::default(),
            merged: BTreeMap::new(),
            merges: Vec::new(),
            clock: 0,
            next: 1,
        }
    }

    pub fn schema(&self) -> Schema<'_> {
        Schema {
            database: &self.database,
            resources: &self.resources,
            segments: &self.segments,
            relation_types: &[],
            neighbours: &[],
            control: None,
        }
    }

    pub fn id(&self, number: i64) -> ProfileId {
        ProfileId::from_pk(number).unwrap()
    }

    pub fn get(&self, number: i64) -> &Profile {
        &self.profiles[&self.id(number)]
    }

    /// Prepares a request that has `data` beside its other members.
    pub fn prepare(&self, request: &Value) -> Result<Command, Refusal> {
        let mut members = request.as_object().cloned().unwrap_or_default();
        let data = members.remove("data").unwrap_or(json!({}));
        prepare_write(&members, &data, &self.schema())
    }

    /// Runs one request.
    pub fn write(&mut self, request: Value) -> Result<Outcome, Refusal> {
        let command = self.prepare(&request)?;
        self.run(&[command]).remove(0)
    }

    /// Imports data that is matched by itself.
    pub fn import(&mut self, matching: &str, data: Value) -> Result<Outcome, Refusal> {
        self.write(json!({"matching": matching, "data": data}))
    }

    /// Runs items as one group: looks up what they ask for and nothing else,
    /// applies them, and writes what changed.
    pub fn run(&mut self, items: &[Command]) -> Vec<Result<Outcome, Refusal>> {
        let mut working = self.load(items);
        let mut next = self.next;
        let mut next_id = || {
            next += 1;
            ProfileId::from_pk(next - 1).unwrap()
        };
        let mut env = Env {
            now: at(self.clock),
            actor: "tester",
            interface: "test",
            origin: self.origin,
            speaks_for_all: self.speaks_for_all,
            next_id: &mut next_id,
        };
        let schema = self.schema();
        let results = items.iter().map(|i| working.apply(&schema, i, &mut env));
        let results = results.collect();
        self.next = next;
        self.save(working);
        results
    }

    /// The image that the real store would give for these items.
    pub fn load(&self, items: &[Command]) -> WorkingSet {
        let lookups = items.iter().flat_map(Command::lookups);
        let asked: BTreeSet<&MatchKey> = lookups.map(|(_, key)| key).collect();
        let held = self
            .keys
            .iter()
            .filter(|((_, key, _), _)| asked.contains(key));
        let held: Vec<_> = held
            .map(|((db, key, _), id)| (*db, key.clone(), *id))
            .collect();
        let merged: Vec<(ProfileId, ProfileId)> =
            self.merged.iter().map(|(from, to)| (*from, *to)).collect();
        let named = items.iter().flat_map(Command::profile_ids);
        let named: Vec<ProfileId> = named.map(|(_, id)| id).collect();
        let follow = named.iter().filter_map(|id| self.merged.get(id)).copied();
        let named = named.iter().copied().chain(follow.collect::<Vec<_>>());
        let ids: BTreeSet<ProfileId> = held.iter().map(|h| h.2).chain(named).collect();
        let profiles = ids.iter().filter_map(|id| self.profiles.get(id).cloned());
        let marks = self.marks.iter().map(|(mark, at)| (mark.clone(), *at));
        let profiles: Vec<Profile> = profiles.collect();
        let endings = self.endings_for(items, &profiles);
        WorkingSet::new(profiles, held)
            .with_marks(marks)
            .with_endings(endings)
            .with_merged(merged)
    }

    /// How those contacts stand that items ask for, and no others.
    fn endings_for(&self, items: &[Command], profiles: &[Profile]) -> Endings {
        let schema = self.schema();
        if items.iter().any(Command::moves_profiles) {
            return self.endings.clone();
        }
        let mut found = Endings::default();
        for item in items {
            for (contact, name) in item.standing_categories() {
                self.know_category(contact, name, &mut found);
            }
            let named = item.standing_contacts();
            let mut contacts: Vec<Contact> = named.map(|(_, contact)| contact.clone()).collect();
            let profile = profiles
                .iter()
                .find(|one| Some(one.id) == item.profile_id());
            if let Some(profile) = profile {
                let late = item.late_contacts(profile, &schema).into_iter();
                contacts.extend(late.map(|(_, contact)| contact));
                for (contact, name) in item.late_categories(profile, &schema) {
                    self.know_category(&contact, name, &mut found);
                }
            }
            for contact in contacts {
                for ending in self.endings.of(&contact) {
                    found.put(ending.clone());
                }
            }
        }
        found
    }

    fn know_category(&self, contact: &Contact, name: &str, found: &mut Endings) {
        for ending in self.endings.of_category(contact, name) {
            found.put(ending.clone());
        }
    }

    /// Writes what changed, refusing what the real store's constraints refuse.
    pub fn save(&mut self, working: WorkingSet) {
        let changes = working.finish();
        self.history.extend(changes.history);
        self.asks.extend(changes.asks);
        self.banned.extend(changes.banned);
        for change in changes.endings {
            self.endings.take(&change);
        }
        for marked in changes.marks {
            self.marks.insert(marked.mark, marked.at);
        }
        for profile in changes.deleted {
            self.members.retain(|(_, id)| *id != profile.id);
            assert_eq!(self.profiles.remove(&profile.id), Some(profile));
        }
        for (loaded, now) in changes.updated {
            assert!(now.revision > loaded.revision);
            assert_eq!(self.profiles.insert(now.id, now), Some(loaded));
        }
        for profile in changes.created {
            assert_eq!(self.profiles.insert(profile.id, profile), None);
        }
        for gone in changes.keys_gone {
            let removed = self.keys.remove(&(gone.database, gone.key, gone.slot));
            assert_eq!(removed, Some(gone.profile));
        }
        for new in changes.keys_new {
            let old = self
                .keys
                .insert((new.database, new.key, new.slot), new.profile);
            assert_eq!(old, None, "a key is held twice");
        }
        for merge in changes.merges {
            for source in &merge.sources {
                self.merged.insert(source.id, merge.destination);
                for into in self.merged.values_mut().filter(|into| **into == source.id) {
                    *into = merge.destination;
                }
            }
            self.merges.push(merge);
        }
        for undone in changes.merges_undone {
            for source in &undone.sources {
                self.merged.remove(&source.id);
            }
        }
        for gone in changes.members_gone {
            self.members.remove(&gone);
        }
        self.members.extend(changes.members_put);
        self.check();
    }

    /// Who is in a segment, by number.
    pub fn members_of(&self, segment: i64) -> Vec<i64> {
        let found = self.members.iter().filter(|(id, _)| id.get() == segment);
        found.map(|(_, profile)| profile.pk()).collect()
    }

    /// The stored keys are exactly those of the stored profiles, and only stored
    /// profiles are members of segments.
    fn check(&self) {
        let mut expected = BTreeMap::new();
        for profile in self.profiles.values() {
            for (key, unique) in profile_keys(profile, &self.database) {
                let slot = if unique { 0 } else { profile.id.pk() };
                let old = expected.insert((profile.database, key, slot), profile.id);
                assert_eq!(old, None, "a unique key is held twice");
            }
        }
        assert_eq!(self.keys, expected);
        let mut members = self.members.iter();
        assert!(members.all(|(_, id)| self.profiles.contains_key(id)));
    }
}

/// What an outcome says, for short assertions.
pub fn kind(result: &Result<Outcome, Refusal>) -> &'static str {
    match result {
        Ok(outcome) => outcome.kind.as_str(),
        Err(error) => error.code.as_str(),
    }
}

pub fn code(result: Result<impl std::fmt::Debug, Refusal>) -> &'static str {
    result.unwrap_err().code.as_str()
}

/// Codes and pointers of everything that is wrong.
pub fn wrongs(result: Result<impl std::fmt::Debug, Refusal>) -> Vec<(&'static str, String)> {
    let error = result.unwrap_err();
    let errors = error.errors.iter();
    errors
        .map(|e| (e.code.as_str(), e.pointer.clone()))
        .collect()
}

pub fn created(result: Result<Outcome, Refusal>) -> ProfileId {
    let outcome = result.unwrap();
    assert_eq!(outcome.kind, OutcomeKind::Created);
    outcome.id
}

pub fn map(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// An e-mail subscription to resource 1.
pub fn mail(address: &str) -> Value {
    json!({"resource_id": 1, "channel": "email", "email": address})
}
