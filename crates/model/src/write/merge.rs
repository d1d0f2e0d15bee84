//! Merging profiles, splitting one, and undoing a merge: what a request says
//! (spec/people.md §3).

use super::Schema;
use super::command::{Action, Command};
use super::edits::{Edits, ParsedData, ReadOptions};
use super::outcome::MergeRecord;
use super::prepare::{object, several, unique_keys};
use super::refusal::Refusal;
use super::relate::{REFERENCE_MEMBERS, reference};
use crate::Code;
use crate::channel::Channel;
use crate::contact::Contact;
use crate::control::ControlGroup;
use crate::database::Database;
use crate::error::Invalid;
use crate::id::{DatabaseId, RelationTypeId, ResourceId};
use crate::matching::{MatchKey, Selector, profile_keys};
use crate::profile::Profile;
use crate::read::{Members, any};
use crate::readers::{flag, text_of};
use crate::relation::RelationType;
use crate::subscription::Subscription;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The most profiles that are merged into one at once.
pub const MAX_SOURCES: usize = 100;
/// The most profiles that one is split into at once.
pub const MAX_DESTINATIONS: usize = 20;
/// The most relations that profiles may have which are merged.
pub const MAX_MERGED_RELATIONS: usize = 10_000;
/// The most filters of one destination.
const MAX_FILTERS: usize = 100;

/// One profile, by what it matches.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Its database.
    pub database: Arc<Database>,
    /// By what it is found.
    pub selector: Selector,
}

/// Profiles that become one.
#[derive(Clone, Debug)]
pub struct Merge {
    /// Those that go.
    pub sources: Vec<Reference>,
    /// The one that stays; none for a new one.
    pub destination: Option<Reference>,
    pub(crate) if_revision: Option<i64>,
    pub(crate) edits: Edits,
    pub(crate) subscriptions: bool,
    pub(crate) history: bool,
    pub(crate) segments: bool,
}

/// A profile that becomes several.
#[derive(Clone, Debug)]
pub struct Split {
    /// The one that is split; it stays, with what nobody takes.
    pub source: Reference,
    pub(crate) if_revision: Option<i64>,
    /// Who takes something of it.
    pub destinations: Vec<SplitDestination>,
}

/// Who takes something of a profile that is split.
#[derive(Clone, Debug)]
pub struct SplitDestination {
    /// One who is there; none for a new profile.
    pub profile: Option<Reference>,
    pub(crate) edits: Edits,
    pub(crate) filters: Vec<SubscriptionFilter>,
    pub(crate) history: bool,
    pub(crate) segments: bool,
}

/// Which subscriptions are meant: those that fit all that is given.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct SubscriptionFilter {
    resource: Option<ResourceId>,
    channel: Option<Channel>,
    contact: Option<Contact>,
}

impl SubscriptionFilter {
    pub fn takes(&self, one: &Subscription) -> bool {
        self.resource.is_none_or(|id| id == one.resource)
            && self
                .channel
                .is_none_or(|channel| channel == one.contact.channel())
            && self
                .contact
                .as_ref()
                .is_none_or(|contact| contact.same(&one.contact))
    }
}

/// A merge that is undone.
#[derive(Clone, Debug)]
pub struct Unmerge {
    /// What was merged.
    pub record: Arc<MergeRecord>,
    /// The databases of the merge that still exist, the destination's first.
    pub databases: Vec<MergedDatabase>,
    /// The keys of the sources, which must be free or the destination's, and those of what the
    /// destination gets back.
    pub(crate) keys: Vec<(DatabaseId, MatchKey)>,
}

/// A database of profiles that come back.
#[derive(Clone, Debug)]
pub struct MergedDatabase {
    /// The database.
    pub database: Arc<Database>,
    /// The relation types that it is part of.
    pub relation_types: Vec<RelationType>,
    /// By what its people are drawn into its control group.
    pub control: Option<ControlGroup>,
}

impl MergedDatabase {
    fn of(schema: &Schema) -> Self {
        MergedDatabase {
            database: Arc::new(schema.database.clone()),
            relation_types: schema.relation_types.to_vec(),
            control: schema.control.cloned(),
        }
    }

    /// What profiles of it must fit; resources are those of all databases.
    pub(crate) fn schema<'a>(&'a self, all: &Schema<'a>) -> Schema<'a> {
        Schema {
            database: &self.database,
            relation_types: &self.relation_types,
            control: self.control.as_ref(),
            ..*all
        }
    }
}

impl Unmerge {
    /// A database of the merge; none if it is gone.
    pub(crate) fn database(&self, id: DatabaseId) -> Option<&MergedDatabase> {
        self.databases.iter().find(|one| one.database.id == id)
    }

    /// A relation type of those databases; none if it is gone.
    pub(crate) fn relation_type(&self, id: RelationTypeId) -> Option<&RelationType> {
        let mut types = self.databases.iter().flat_map(|one| &one.relation_types);
        types.find(|one| one.id == id)
    }
}

impl Merge {
    /// All profiles that it names.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.sources.iter().chain(&self.destination)
    }
}

impl Merge {
    /// The keys of a source that come to the destination's database.
    pub(crate) fn former_keys(&self, source: &Profile, into: &Database) -> Vec<MatchKey> {
        let database = self
            .sources
            .iter()
            .map(|one| &*one.database)
            .find(|one| one.id == source.database);
        let keys = database.map(|from| moved_keys(source, from, into));
        keys.unwrap_or_default()
    }
}

/// By what a profile is found, as another database has it: keys of fields with the same name
/// that are matched by there too.
pub(crate) fn moved_keys(source: &Profile, from: &Database, into: &Database) -> Vec<MatchKey> {
    let keys = profile_keys(source, from).into_iter();
    keys.flat_map(|(key, _)| moved_key(key, source, from, into))
        .collect()
}

fn moved_key(key: MatchKey, source: &Profile, from: &Database, into: &Database) -> Vec<MatchKey> {
    if from.id == into.id || key.is_contact() {
        return vec![key];
    }
    let field = from.fields.iter().find(|f| f.id.get() == key.kind);
    let same = field.and_then(|field| Some((field, into.field(&field.name)?)));
    let Some((field, other)) = same.filter(|(_, other)| other.matchable || other.unique) else {
        return Vec::new();
    };
    let value = source.data.get(&field.name);
    match value.map(|value| other.normalise(value, &into.context())) {
        Some(Ok(value)) => MatchKey::of_field(other, &value).collect(),
        Some(Err(_)) => Vec::new(),
        // One of those who were merged into the source.
        None => vec![MatchKey {
            kind: other.id.get(),
            value: key.value,
        }],
    }
}

impl Split {
    /// All profiles that it names.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        let others = self.destinations.iter();
        std::iter::once(&self.source).chain(others.filter_map(|one| one.profile.as_ref()))
    }
}

/// What a request for merging or splitting is read against: the schemas of the databases
/// that it names.
pub type Schemas<'a> = &'a [Schema<'a>];

/// Reads `{"sources", "destination", "data", "subscriptions", "history", "segments"}`.
/// References without `database_id` are to profiles of the first schema, which is the
/// destination's.
///
/// Codes: `wrong_type`, `required`, `unknown_field`, `too_many`, `read_only`, and those of
/// matching and values.
///
/// # Errors
/// What is wrong, by pointer.
pub fn prepare_merge(
    body: &Value,
    if_revision: Option<i64>,
    schemas: Schemas,
) -> Result<Command, Refusal> {
    let read = || -> Result<(Merge, Vec<MatchKey>), Vec<Invalid>> {
        let own = own(schemas)?;
        let mut members = Members::of(body)?;
        let sources = members.required("sources", |given| {
            list(given, MAX_SOURCES, |one| place(one, schemas))
        });
        let destination = members.required("destination", |given| destination(given, schemas));
        let edits = members.optional("data", |given| edits(given, own));
        let subscriptions = members.optional("subscriptions", flag);
        let history = members.optional("history", flag);
        let segments = members.optional("segments", flag);
        // The edge reads the first; there are no triggers yet.
        members.optional("dry_run", flag);
        members.optional("skip_triggers", flag);
        if sources.as_ref().is_some_and(Vec::is_empty) {
            let detail = "Name at least one profile to merge.";
            members.refuse("sources", Invalid::new(Code::Required, detail));
        }
        if if_revision.is_some() && matches!(destination, Some(None)) {
            let detail = "A new profile has no revision yet: leave If-Match out.";
            members.refuse("destination", Invalid::new(Code::Contradiction, detail));
        }
        members.finish()?;
        let (edits, keys) = edits.unwrap_or_default();
        let merge = Merge {
            sources: sources.unwrap_or_default(),
            destination: destination.flatten(),
            if_revision,
            edits,
            subscriptions: subscriptions.unwrap_or(true),
            history: history.unwrap_or(true),
            segments: segments.unwrap_or(false),
        };
        Ok((merge, keys))
    };
    let (merge, keys) = read().map_err(several)?;
    let own = own(schemas).map_err(several)?;
    let mut command = Command::of(Action::Merge(Box::new(merge)), own);
    command.keys = keys;
    Ok(command)
}

/// Reads `{"source", "destinations": [{"new": true} or a reference, with "data",
/// "subscriptions", "history", "segments"]}`. All are profiles of the one schema.
///
/// Codes: as [`prepare_merge`].
///
/// # Errors
/// What is wrong, by pointer.
pub fn prepare_split(
    body: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Command, Refusal> {
    let schemas = std::slice::from_ref(schema);
    let mut keys = Vec::new();
    let mut read = || -> Result<Split, Vec<Invalid>> {
        let mut members = Members::of(body)?;
        let source = members.required("source", |given| place(given, schemas));
        let destinations = members.required("destinations", |given| {
            list(given, MAX_DESTINATIONS, |one| {
                split_destination(one, schema, &mut keys)
            })
        });
        members.optional("dry_run", flag);
        members.optional("skip_triggers", flag);
        if destinations.as_ref().is_some_and(Vec::is_empty) {
            let detail = "Name at least one profile that takes something.";
            members.refuse("destinations", Invalid::new(Code::Required, detail));
        }
        members.finish()?;
        let missing = || vec![Invalid::new(Code::Required, "A member is missing.")];
        Ok(Split {
            source: source.ok_or_else(missing)?,
            if_revision,
            destinations: destinations.ok_or_else(missing)?,
        })
    };
    let split = read().map_err(several)?;
    let mut command = Command::of(Action::Split(Box::new(split)), schema);
    command.keys = keys;
    Ok(command)
}

/// Undoes a merge. `schemas` are those of its databases that still exist, the destination's
/// first.
///
/// # Errors
/// Where there is none.
pub fn prepare_unmerge(record: Arc<MergeRecord>, schemas: Schemas) -> Result<Command, Refusal> {
    let own = own(schemas).map_err(several)?;
    let back = record.sources.iter().chain(&record.before);
    let keys = back.flat_map(|profile| {
        let schema = schemas
            .iter()
            .find(|one| one.database.id == profile.database);
        let keys = schema.map(|schema| profile_keys(profile, schema.database));
        let keys = keys.unwrap_or_default().into_iter();
        keys.map(|(key, _)| (profile.database, key))
    });
    let undo = Unmerge {
        keys: keys.collect(),
        databases: schemas.iter().map(MergedDatabase::of).collect(),
        record,
    };
    Ok(Command::of(Action::Unmerge(Box::new(undo)), own))
}

fn own<'a>(schemas: Schemas<'a>) -> Result<&'a Schema<'a>, Vec<Invalid>> {
    schemas.first().ok_or_else(|| {
        let detail = "There is no database to read this against.";
        vec![Invalid::new(Code::UnknownDatabase, detail)]
    })
}

fn list<T>(
    given: &Value,
    most: usize,
    mut read: impl FnMut(&Value) -> Result<T, Vec<Invalid>>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let Value::Array(items) = given else {
        return Err(vec![Invalid::wrong_type(given, "an array")]);
    };
    if items.len() > most {
        let detail = format!("These are {}: at most {most} go at once.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut wrong = Vec::new();
    let mut all = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        match read(item) {
            Ok(one) => all.push(one),
            Err(errors) => wrong.extend(errors.into_iter().map(|error| error.at_index(index))),
        }
    }
    if wrong.is_empty() {
        Ok(all)
    } else {
        Err(wrong)
    }
}

/// One profile, with the `database_id` that it is in.
fn place(given: &Value, schemas: Schemas) -> Result<Reference, Vec<Invalid>> {
    let mut own = own(schemas)?;
    let mut members = given.as_object().cloned().unwrap_or_default();
    if let Some(named) = members.remove("database_id").filter(|id| !id.is_null()) {
        let wrong = |invalid: Invalid| vec![invalid.at("database_id")];
        let id = DatabaseId::from_json(&named).map_err(wrong)?;
        let mut known = schemas.iter();
        own = known
            .find(|schema| schema.database.id == id)
            .ok_or_else(|| {
                let detail = format!("There is no database {id} that these could be in.");
                wrong(Invalid::new(Code::UnknownDatabase, detail))
            })?;
    }
    let selector = match given {
        Value::Object(_) => reference(&Value::Object(members), own)?,
        _ => return Err(vec![Invalid::wrong_type(given, "an object")]),
    };
    Ok(Reference {
        database: Arc::new(own.database.clone()),
        selector,
    })
}

/// A reference, or `{"new": true}`.
fn destination(given: &Value, schemas: Schemas) -> Result<Option<Reference>, Vec<Invalid>> {
    let is_new = given.get("new").is_some_and(|new| new == true);
    if !is_new {
        return place(given, schemas).map(Some);
    }
    let mut members = Members::of(given)?;
    members.optional("new", flag);
    members.optional("database_id", any);
    let named = REFERENCE_MEMBERS
        .iter()
        .filter(|name| members.optional(name, any).is_some());
    if named.count() > 0 {
        let detail = "This names a profile and asks for a new one: keep one of them.";
        return Err(vec![Invalid::new(Code::Contradiction, detail)]);
    }
    members.finish()?;
    Ok(None)
}

/// The data that the result gets last, and the keys of the unique values in it.
fn edits(given: &Value, schema: &Schema) -> Result<(Edits, Vec<MatchKey>), Vec<Invalid>> {
    let Value::Object(data) = given else {
        return Err(vec![Invalid::wrong_type(given, "an object")]);
    };
    let statuses = ["_status", "subscriptions"].into_iter();
    let said = statuses.filter(|name| data.contains_key(*name));
    let mut wrong: Vec<Invalid> = said
        .map(|name| {
            let detail = format!("{name} can't be set here: who is reachable follows from those who are merged. Change it afterwards.");
            Invalid::new(Code::ReadOnly, detail).at(name)
        })
        .collect();
    let rest: Map<String, Value> = data
        .iter()
        .filter(|(name, _)| !matches!(&***name, "_status" | "subscriptions"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let reading = ReadOptions {
        merge: true,
        outright: true,
        ..ReadOptions::default()
    };
    let read = ParsedData::data(&rest, schema, reading);
    wrong.extend(read.errors);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let keys = unique_keys(&read.edits.fields, schema);
    Ok((read.edits, keys))
}

fn split_destination(
    given: &Value,
    schema: &Schema,
    keys: &mut Vec<MatchKey>,
) -> Result<SplitDestination, Vec<Invalid>> {
    let mut members = Members::of(given)?;
    let is_new = members.optional("new", flag).unwrap_or(false);
    let named: Map<String, Value> = object(given)
        .map_err(|refusal| refusal.errors.into_vec())?
        .iter()
        .filter(|(name, _)| REFERENCE_MEMBERS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for name in REFERENCE_MEMBERS {
        members.optional(name, any);
    }
    let data = members.optional("data", |given| edits(given, schema));
    let filters = members.optional("subscriptions", |given| {
        list(given, MAX_FILTERS, |one| filter(one, schema))
    });
    let history = members.optional("history", flag);
    let segments = members.optional("segments", flag);
    members.finish()?;
    let profile = match (is_new, named.is_empty()) {
        (true, true) => None,
        (false, _) => Some(Reference {
            database: Arc::new(schema.database.clone()),
            selector: reference(&Value::Object(named), schema)?,
        }),
        (true, false) => {
            let detail = "This names a profile and asks for a new one: keep one of them.";
            return Err(vec![Invalid::new(Code::Contradiction, detail)]);
        }
    };
    let (edits, unique) = data.unwrap_or_default();
    keys.extend(unique);
    Ok(SplitDestination {
        profile,
        edits,
        filters: filters.unwrap_or_default(),
        history: history.unwrap_or(false),
        segments: segments.unwrap_or(false),
    })
}

/// `{"resource_id", "channel", "email" | "phone" | …}`, at least one of them.
fn filter(given: &Value, schema: &Schema) -> Result<SubscriptionFilter, Vec<Invalid>> {
    let mut members = Members::of(given)?;
    let resource = members.optional("resource_id", |given| {
        schema.resource(given).map(|one| one.id)
    });
    let channel = members.optional("channel", |given| text_of(given)?.parse::<Channel>());
    let contacts = ["email", "phone", "provider", "subscription_id", "cc_data"];
    for name in contacts {
        members.optional(name, any);
    }
    members.finish()?;
    let plain = object(given).map_err(|refusal| refusal.errors.into_vec())?;
    let has = |name: &&str| plain.get(*name).is_some_and(|value| !value.is_null());
    let named = contacts.iter().find(|name| has(name));
    let implied = match named {
        Some(&"email") => Some(Channel::Email),
        Some(&"phone") => Some(Channel::Sms),
        Some(&"provider" | &"subscription_id") => Some(Channel::Push),
        _ => None,
    };
    let channel = channel.or(implied);
    let contact = match (named, channel) {
        (None, _) => None,
        (Some(_), Some(channel)) => {
            Some(Contact::parse(channel, plain, &schema.database.context())?)
        }
        (Some(name), None) => {
            let detail = format!("Say of which channel {name} is.");
            return Err(vec![Invalid::new(Code::Required, detail).at("channel")]);
        }
    };
    let filter = SubscriptionFilter {
        resource,
        channel,
        contact,
    };
    if filter == SubscriptionFilter::default() {
        let detail = "A filter says at least one of resource_id, channel and a contact.";
        return Err(vec![Invalid::new(Code::Empty, detail)]);
    }
    Ok(filter)
}
