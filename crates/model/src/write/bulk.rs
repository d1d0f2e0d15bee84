//! What is done alike to many profiles: the changes of a bulk update.

use super::Schema;
use super::act::{ACT_MEMBERS, Act};
use super::asking::BulkConfirmation;
use super::bulk_scope;
use super::command::{Action, Command, Target};
use super::edits::{Edits, ParsedData, ReadOptions};
use super::leniency::{INVALID, Leniency, Omissions};
use super::memberships::{MEMBERS, Memberships};
use super::prepare::{reason_of, unique_keys};
use super::refusal::Refusal;
use super::template::Template;
use crate::Code;
use crate::condition::{Condition, Statuses};
use crate::contact::Contact;
use crate::error::{Invalid, valid};
use crate::id::{ProfileId, ResourceId};
use crate::matching::MatchKey;
use crate::profile::Profile;
use crate::read::{Members, any};
use crate::readers::{choice, flag};
use crate::revise;
use crate::standing::ChangeContext;
use crate::status::Status;
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// The most subscriptions that one bulk update may name.
pub const MAX_TEMPLATES: usize = 50;

/// What is done to every one of many profiles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bulk {
    delete: bool,
    /// The status and the fields.
    edits: Edits,
    /// Which global statuses are changed, where the one who chose the profiles said so.
    statuses: Option<Statuses>,
    subscriptions: Vec<Template>,
    memberships: Option<Arc<Memberships>>,
    ask: Option<BulkConfirmation>,
    act: Act,
    leniency: Leniency,
    keys: Vec<MatchKey>,
}

/// What a profile comes to: itself as changed, or nothing if nothing changes;
/// and what was left out.
pub(crate) type BulkResult = (Option<Profile>, Omissions);

impl Bulk {
    /// Reads what is to be done from an object that has other members too:
    /// `set`, `status`, `subscriptions`, `add_to_segments`,
    /// `remove_from_segments`, `ask_confirmation`, or `delete` alone; and `resubscribe`, `reason`,
    /// `consent` and `invalid` as in other writes.
    pub(crate) fn take(members: &mut Members, json: &Value, schema: &Schema) -> Self {
        let mut bulk = Bulk::default();
        let wrong_before = members.wrong();
        let set = members.take("set", |given| fields(given, schema));
        if let Some(edits) = set.flatten() {
            bulk.edits = edits;
        }
        if let Some(status) = members.optional("status", Status::from_json) {
            bulk.edits.status = Some(status);
        }
        let subscriptions = members.take("subscriptions", |given| templates(given, schema));
        bulk.subscriptions = subscriptions.flatten().unwrap_or_default();
        let ask = members.optional("ask_confirmation", |given| {
            BulkConfirmation::parse(given, schema)
        });
        bulk.ask = ask;
        // Read together: they depend on each other.
        for name in MEMBERS.into_iter().chain(ACT_MEMBERS) {
            members.take(name, any);
        }
        if let Some(object) = json.as_object() {
            match Memberships::parse(object, schema) {
                Ok(memberships) => bulk.memberships = memberships,
                Err(wrong) => members.refuse_all(wrong),
            }
            match Act::parse(object) {
                Ok(act) => bulk.act = act,
                Err(wrong) => members.refuse_all(wrong),
            }
        }
        let invalid = members.optional("invalid", |v| choice(v, &INVALID));
        bulk.leniency.values = invalid.unwrap_or_default();
        bulk.delete = members.optional("delete", flag).unwrap_or(false);
        let changes = !bulk.changes_nothing();
        if bulk.delete && changes {
            let detail = "Who is deleted can't be changed too: delete stands alone.";
            members.refuse("delete", Invalid::new(Code::Contradiction, detail));
        } else if !bulk.delete && !changes && members.wrong() == wrong_before {
            let detail = "Say what to do: set, status, subscriptions, add_to_segments, remove_from_segments, ask_confirmation or delete.";
            members.refuse_all(vec![Invalid::new(Code::Required, detail)]);
        }
        bulk.keys = unique_keys(&bulk.edits.fields, schema);
        bulk
    }

    /// Takes over what the condition by which profiles are chosen says of what is
    /// changed in them.
    pub(crate) fn about(&mut self, condition: &Condition) {
        if self.edits.status.is_some() {
            self.statuses = condition.statuses();
        }
        for template in &mut self.subscriptions {
            template.about(condition);
        }
    }

    /// One that puts profiles into segments and takes them out of others.
    #[must_use]
    pub fn of_memberships(memberships: Arc<Memberships>) -> Self {
        Bulk {
            memberships: Some(memberships),
            ..Bulk::default()
        }
    }

    fn changes_nothing(&self) -> bool {
        self.edits == Edits::default()
            && self.subscriptions.is_empty()
            && self.memberships.is_none()
            && self.ask.is_none()
    }

    /// Whether profiles are deleted.
    pub fn deletes(&self) -> bool {
        self.delete
    }

    /// The segments that profiles enter and leave.
    pub fn memberships(&self) -> Option<&Memberships> {
        self.memberships.as_deref()
    }

    /// Whether nothing but memberships changes: then nothing need be known of
    /// the profiles.
    pub fn is_memberships_only(&self) -> bool {
        let others = Bulk {
            memberships: None,
            leniency: Leniency::default(),
            ..self.clone()
        };
        others == Bulk::default()
    }

    /// One profile's part of it, which must have the revision.
    pub fn prepare(self: &Arc<Self>, id: ProfileId, revision: i64, schema: &Schema) -> Command {
        let target = Target {
            id,
            if_revision: Some(revision),
        };
        let action = if self.delete {
            Action::Delete(target)
        } else {
            Action::Bulk {
                target,
                bulk: Arc::clone(self),
            }
        };
        let mut command = Command::of(action, schema);
        command.keys.clone_from(&self.keys);
        command.base = "/set";
        command.memberships.clone_from(&self.memberships);
        command.about.clone_from(&self.act.about);
        command.resubscribe = self.act.resubscribe;
        command.because(reason_of(self.subscriptions.iter().map(Template::edit)));
        command
    }

    /// The contacts of the subscriptions that a profile would get or have changed.
    pub(crate) fn contacts(
        &self,
        profile: &Profile,
        schema: &Schema,
    ) -> Vec<(ResourceId, Contact)> {
        let mut all = Vec::new();
        for template in &self.subscriptions {
            // Anyone who has no such contact is told when it is applied.
            let contacts = template.contacts(profile, schema).unwrap_or_default();
            all.extend(contacts.into_iter().map(|one| (template.resource, one)));
        }
        all
    }

    /// The categories that those subscriptions would get, each with the contact.
    pub(crate) fn categories(&self, profile: &Profile, schema: &Schema) -> Vec<(Contact, &str)> {
        let mut all = Vec::new();
        for template in &self.subscriptions {
            let contacts = template.contacts(profile, schema).unwrap_or_default();
            for name in template.categories() {
                all.extend(contacts.iter().map(|one| (one.clone(), name.as_str())));
            }
        }
        all
    }

    /// Changes a profile. A subscription that can't be had is left out; a field
    /// that can't be changed refuses the profile, unless `invalid` skips it.
    pub(crate) fn apply(
        &self,
        before: &Profile,
        schema: &Schema,
        by: &mut ChangeContext,
    ) -> Result<BulkResult, Refusal> {
        let mut left_out = Omissions::default();
        let mut values = Omissions::default();
        let mut edits = Cow::Borrowed(&self.edits);
        if let Some(kept) = self.kept(before, by) {
            left_out.subscription = true;
            left_out.told.push(kept.at("status"));
            edits.to_mut().status = None;
        }
        let mut subscriptions = Edits::default();
        for template in &self.subscriptions {
            let list = &mut subscriptions.subscriptions;
            let wrong = template.edits(before, schema, by, list);
            left_out.subscription |= !wrong.is_empty();
            left_out.told.extend(wrong);
        }
        if subscriptions.subscriptions.is_empty() && revise::is_as_asked(before, &edits) {
            self.ask(before, schema, by, &mut left_out);
            return Ok((None, left_out));
        }
        let mut after = before.clone();
        let wrong = revise::apply(&mut after, &edits, schema, by, self.leniency, &mut values);
        left_out
            .told
            .extend(values.told.into_iter().map(|one| one.at("set")));
        if let Some(error) = Refusal::all(wrong) {
            return Err(error);
        }
        let subscriptions_only = Leniency {
            subscriptions: true,
            ..self.leniency
        };
        let merged = revise::apply(
            &mut after,
            &subscriptions,
            schema,
            by,
            subscriptions_only,
            &mut left_out,
        );
        // Nothing is left to refuse.
        left_out.told.extend(merged);
        self.ask(&after, schema, by, &mut left_out);
        Ok((Some(after), left_out))
    }

    fn ask(
        &self,
        profile: &Profile,
        schema: &Schema,
        by: &mut ChangeContext,
        left_out: &mut Omissions,
    ) {
        if let Some(ask) = &self.ask {
            let (contacts, told) = ask.contacts(profile, schema);
            // Who was subscribed by this very update is asked already.
            let new = contacts.into_iter().filter(|one| !by.asks.contains(one));
            let new: Vec<_> = new.collect();
            by.asks.extend(new);
            left_out.told.extend(told);
        }
    }

    /// Why the global status stays, if the change isn't about it.
    fn kept(&self, before: &Profile, by: &ChangeContext) -> Option<Invalid> {
        let to = self.edits.status?;
        let standing = before.standing();
        let meant = match self.statuses {
            Some(statuses) => statuses.has(standing.status),
            None => by.resubscribe || bulk_scope::is_about(standing, to),
        };
        (!meant).then(|| bulk_scope::kept(standing, to, by.party, "the condition"))
    }
}

/// The fields of `set`, read as in a write.
fn fields(given: &Value, schema: &Schema) -> Result<Edits, Vec<Invalid>> {
    let Value::Object(data) = given else {
        return Err(vec![Invalid::wrong_type(given, "an object")]);
    };
    for name in ["_status", "subscriptions"] {
        if data.contains_key(name) {
            let detail = "set has fields alone: status and subscriptions stand beside it.";
            return Err(vec![Invalid::new(Code::UnknownField, detail).at(name)]);
        }
    }
    let reading = ReadOptions {
        outright: true,
        ..ReadOptions::default()
    };
    let read = ParsedData::data(data, schema, reading);
    if read.errors.is_empty() {
        Ok(read.edits)
    } else {
        Err(read.errors)
    }
}

fn templates(given: &Value, schema: &Schema) -> Result<Vec<Template>, Vec<Invalid>> {
    let Value::Array(items) = given else {
        return Err(vec![Invalid::wrong_type(given, "an array")]);
    };
    if items.len() > MAX_TEMPLATES {
        let detail = format!(
            "{} subscriptions: at most {MAX_TEMPLATES} fit.",
            items.len()
        );
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    let mut templates = Vec::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match Template::parse(item, index, schema) {
            Ok(template) => templates.push(template),
            Err(all) => wrong.extend(all.into_iter().map(|one| one.at_index(index))),
        }
    }
    valid(templates, wrong)
}
