//! Preparing: reads what a client sent for one profile and checks all of it
//! that can be checked without knowing any stored profile.

use super::act::{ACT_MEMBERS, Act};
use super::edits::{Edits, FieldEdit, Read, Reading};
use super::error::ItemError;
use super::event::Happened;
use super::leniency::{LeftOut, Leniency, lenience};
use super::memberships::{MEMBERS, Memberships};
use super::outcome::Mark;
use super::request::Request;
use super::select::{Selection, select};
use super::subscribe::{CategoryOp, SubscriptionEdit};
use super::{Bulk, Mode, Schema};
use crate::Code;
use crate::contact::Contact;
use crate::error::{Invalid, excerpt_json};
use crate::functional::Op;
use crate::id::{DatabaseId, ProfileId, ResourceId};
use crate::matching::{MatchKey, Matching, Selector};
use crate::profile::Profile;
use crate::status::Status;
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;

/// One item of a write, checked and ready to be applied.
///
/// Pointers of what may still go wrong, and of subscriptions left out, start
/// where those of the function that prepared it start.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) database: DatabaseId,
    pub(crate) action: Action,
    /// What else must be looked up: the keys of unique values to be set.
    pub(crate) keys: Vec<MatchKey>,
    /// Put before the pointers of complaints that come up later.
    pub(crate) base: &'static str,
    /// What was left out already.
    pub(crate) left_out: Vec<Invalid>,
    /// Whether a subscription is among that.
    pub(crate) not_subscribed: bool,
    /// What may be left out when it is applied.
    pub(crate) leniency: Leniency,
    /// Segments that the profile enters and leaves; the same for all items of a
    /// request.
    pub(crate) memberships: Option<Arc<Memberships>>,
    /// What history keeps of the act.
    pub(crate) about: Option<Arc<Value>>,
    /// Whether whoever left agreed anew.
    pub(crate) resubscribe: bool,
    /// What makes a repeat harmless.
    pub(crate) once: Option<Mark>,
    /// What is told in order, and the time of this.
    pub(crate) order: Option<(Mark, Timestamp)>,
    /// Whether a unique value that somebody else has is left out, not refused.
    pub(crate) leaves_taken: bool,
}

/// What is to happen.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Write(Box<Write>),
    Patch {
        target: Target,
        edits: Edits,
    },
    Delete(Target),
    Bulk {
        target: Target,
        bulk: Arc<Bulk>,
    },
    SubscriptionSet {
        target: Target,
        edit: Box<SubscriptionEdit>,
    },
    Event(Box<Happened>),
    /// Asks once more for a confirmation.
    Ask {
        target: Target,
        resource: ResourceId,
        contact: Contact,
    },
    SubscriptionDeleted {
        target: Target,
        which: Which,
        deleted: bool,
    },
}

/// An import, add or update.
#[derive(Clone, Debug)]
pub(crate) struct Write {
    pub mode: Mode,
    /// `None` if nothing is looked up.
    pub selector: Option<Selector>,
    pub edits: Edits,
    /// For a new profile only: what matched, where its data lacks it.
    pub new_fields: Vec<FieldEdit>,
    pub new_subscriptions: Vec<SubscriptionEdit>,
    /// Whether whoever matches is left alone.
    pub only_new: bool,
    /// Whether whoever matches keeps what they have, and only lacks are filled.
    pub only_empty: bool,
}

/// A profile by id, and the revision that it must have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    pub id: ProfileId,
    pub if_revision: Option<i64>,
}

/// Which subscription of a profile is meant.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    Identity(ResourceId, Contact),
    HashId(String),
}

impl Prepared {
    /// The database it is for.
    pub fn database(&self) -> DatabaseId {
        self.database
    }

    /// The keys whose holders must be known before it is applied: what it
    /// matches by, and the unique values that it sets. May repeat itself.
    pub fn lookups(&self) -> impl Iterator<Item = &MatchKey> {
        let selector = self.selector();
        let matched = selector.map_or(&[][..], |selector| selector.keys());
        matched.iter().chain(&self.keys)
    }

    /// What it matches by.
    pub fn selector(&self) -> Option<&Selector> {
        match &self.action {
            Action::Write(write) => write.selector.as_ref(),
            Action::Event(happened) => Some(&happened.selector),
            _ => None,
        }
    }

    /// The profile that it names by id, which must be loaded.
    pub fn profile_id(&self) -> Option<ProfileId> {
        match &self.action {
            Action::Write(write) => write.selector.as_ref().and_then(Selector::profile_id),
            Action::Event(happened) => happened.selector.profile_id(),
            Action::Patch { target, .. }
            | Action::Delete(target)
            | Action::Ask { target, .. }
            | Action::Bulk { target, .. }
            | Action::SubscriptionSet { target, .. }
            | Action::SubscriptionDeleted { target, .. } => Some(target.id),
        }
    }

    pub(crate) fn of(action: Action, schema: &Schema) -> Self {
        Prepared {
            database: schema.database.id,
            action,
            keys: Vec::new(),
            base: "",
            left_out: Vec::new(),
            not_subscribed: false,
            leniency: Leniency::default(),
            memberships: None,
            about: None,
            resubscribe: false,
            once: None,
            order: None,
            leaves_taken: false,
        }
    }

    /// The contacts whose subscriptions it writes, each with the place of the
    /// subscription.
    pub fn contacts(&self) -> impl Iterator<Item = (String, &Contact)> {
        let asked = match &self.action {
            Action::Ask { contact, .. } => Some((String::new(), contact)),
            _ => None,
        };
        let written = self.subscription_edits().map(|edit| {
            let place = match edit.index {
                Some(index) => format!("{}/subscriptions/{index}", self.base),
                None => self.base.to_owned(),
            };
            (place, &edit.contact)
        });
        written.chain(asked)
    }

    fn subscription_edits(&self) -> impl Iterator<Item = &SubscriptionEdit> {
        let (edits, new): (&[SubscriptionEdit], &[SubscriptionEdit]) = match &self.action {
            Action::Write(write) => (&write.edits.subscriptions, &write.new_subscriptions),
            Action::Patch { edits, .. } => (&edits.subscriptions, &[]),
            Action::SubscriptionSet { edit, .. } => (std::slice::from_ref(edit), &[]),
            _ => (&[], &[]),
        };
        edits.iter().chain(new)
    }

    /// The contacts of which must be known how they stand before it is applied,
    /// with the resource where one is named. May repeat itself.
    pub fn standing_contacts(&self) -> impl Iterator<Item = (Option<ResourceId>, &Contact)> {
        let named = match &self.action {
            Action::Ask {
                resource, contact, ..
            } => Some((Some(*resource), contact)),
            Action::Event(happened) => {
                let contact = happened.contact.as_ref();
                contact.map(|contact| (happened.resource, contact))
            }
            _ => None,
        };
        let edits = self.subscription_edits();
        let edits = edits.map(|edit| (Some(edit.resource), &edit.contact));
        edits.chain(named)
    }

    /// The categories that it gives, each with the contact of the subscription: of which
    /// must be known whether they were left. May repeat itself.
    pub fn standing_categories(&self) -> impl Iterator<Item = (&Contact, &str)> {
        self.subscription_edits().flat_map(|edit| {
            let op = edit.categories.iter();
            let named = op.flat_map(CategoryOp::named);
            named.map(|name| (&edit.contact, name.as_str()))
        })
    }

    /// Whether there are contacts that only the profile tells.
    pub fn has_late_contacts(&self) -> bool {
        matches!(
            self.action,
            Action::Bulk { .. } | Action::SubscriptionDeleted { deleted: false, .. }
        )
    }

    /// The same contacts where only the profile tells them, once it is known: of
    /// subscriptions that are made for many alike, or come back.
    pub fn late_contacts(&self, profile: &Profile, schema: &Schema) -> Vec<(ResourceId, Contact)> {
        match &self.action {
            Action::Bulk { bulk, .. } => bulk.contacts(profile, schema),
            Action::SubscriptionDeleted { deleted: false, .. } => {
                let all = profile.subscriptions.iter();
                all.map(|one| (one.resource, one.contact.clone())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same categories where only the profile tells the contacts, once it is known.
    pub fn late_categories(&self, profile: &Profile, schema: &Schema) -> Vec<(Contact, &str)> {
        match &self.action {
            Action::Bulk { bulk, .. } => bulk.categories(profile, schema),
            _ => Vec::new(),
        }
    }

    /// The marks that must be known before it is applied.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        let order = self.order.as_ref().map(|(mark, _)| mark);
        self.once.iter().chain(order)
    }

    /// What is left out of it, each with its reason.
    pub fn left_out(&self) -> &[Invalid] {
        &self.left_out
    }

    /// The same, with what a door couldn't read and left out before;
    /// `subscription` says whether a whole subscription is among it.
    #[must_use]
    pub fn without(
        mut self,
        left_out: impl IntoIterator<Item = Invalid>,
        subscription: bool,
    ) -> Self {
        self.left_out.extend(left_out);
        if subscription {
            self.not_subscribed();
        }
        self
    }

    /// A subscription is left out. What somebody is matched by subscribes nobody
    /// then: perhaps it is the one that nothing was said of.
    fn not_subscribed(&mut self) {
        self.not_subscribed = true;
        if let Action::Write(write) = &mut self.action {
            write.new_subscriptions.clear();
        }
    }

    /// The same, with more that history keeps of the act.
    #[must_use]
    pub fn about(mut self, more: &Map<String, Value>) -> Self {
        let mut about = self.about_members();
        about.extend(more.clone());
        self.about = Some(Arc::new(Value::Object(about)));
        self
    }

    /// The same, done once: a repeat is refused with `repeated` (409).
    #[must_use]
    pub fn once(mut self, mark: Mark) -> Self {
        self.once = Some(mark);
        self
    }

    /// The same, told in order: what is older than what was told last under the
    /// mark is refused with `late` (409).
    #[must_use]
    pub fn in_order(mut self, mark: Mark, at: Timestamp) -> Self {
        self.order = Some((mark, at));
        self
    }

    /// The same, with unique values that another profile has left out instead of
    /// refused: `skipped` and history tell of them (code `duplicate`), so that no
    /// answer need tell that somebody is known.
    #[must_use]
    pub fn leaving_taken(mut self) -> Self {
        self.leaves_taken = true;
        self
    }

    /// The same, as a stranger may write it: whoever matches keeps what they have,
    /// also where and when they subscribed; only what is empty is filled.
    #[must_use]
    pub fn filling_empty(mut self) -> Self {
        if let Action::Write(write) = &mut self.action {
            write.only_empty = true;
        }
        self
    }

    /// A status was to be given, and none is.
    pub(crate) fn no_status(&mut self, told: Invalid) {
        if let Action::Write(write) = &mut self.action {
            write.edits.status_unread = true;
        }
        self.left_out.push(told);
    }

    fn leave_out(&mut self, left_out: LeftOut, leniency: Leniency) {
        self.left_out = left_out.told;
        if left_out.subscription {
            self.not_subscribed();
        }
        self.leniency = leniency;
    }

    fn about_members(&self) -> Map<String, Value> {
        match self.about.as_deref() {
            Some(Value::Object(members)) => members.clone(),
            _ => Map::new(),
        }
    }

    /// Adds why somebody is subscribed anew to what history keeps.
    pub(crate) fn because(&mut self, reason: Option<String>) {
        let Some(reason) = reason else {
            return;
        };
        let mut about = self.about_members();
        about.insert("resubscribe".to_owned(), true.into());
        about.insert("reason".to_owned(), reason.into());
        self.about = Some(Arc::new(Value::Object(about)));
    }
}

/// Why subscriptions are subscribed anew, if one of them is.
pub(super) fn reason_of(edits: &[SubscriptionEdit]) -> Option<String> {
    let mut anew = edits.iter().filter(|edit| edit.resubscribe);
    anew.find_map(|edit| edit.reason.clone())
}

/// The keys of the unique values that the edits set.
pub(crate) fn unique_keys<'a>(
    edits: impl IntoIterator<Item = &'a FieldEdit>,
    schema: &Schema,
) -> Vec<MatchKey> {
    let mut keys = Vec::new();
    for edit in edits {
        if let Some(field) = schema.database.field(&edit.name)
            && field.unique
        {
            match &edit.op {
                Op::Set(value) => keys.extend(MatchKey::of_field(field, value)),
                Op::Add(items) => {
                    let list = Value::Array(items.clone());
                    keys.extend(MatchKey::of_field(field, &list));
                }
                // A unique value is neither a number that is counted up nor an
                // object; going away needs no look.
                Op::Clear | Op::Incr(_) | Op::Delete(_) | Op::Upsert(..) | Op::Merge(_) => {}
            }
        }
    }
    keys
}

impl Request {
    /// Prepares one item: an object with a profile's fields, `_status` and
    /// `subscriptions`. Pointers are inside the item.
    ///
    /// Codes: `match_value_missing`, `unknown_field`, `read_only`,
    /// `unknown_resource`, `resource_not_for_database`,
    /// `channel_not_of_resource`, `unknown_category`, and those of values and
    /// contacts.
    pub fn prepare(&self, data: &Value, schema: &Schema) -> Result<Prepared, ItemError> {
        let members = object(data)?;
        let reading = Reading {
            merge: false,
            outright: false,
            leniency: self.leniency,
            join_lines: self.join_lines,
            id_allowed: self.matching == Matching::ProfileId && self.mode != Mode::Add,
        };
        let mut read = Read::data(members, schema, reading);
        if let Some(error) = ItemError::all(std::mem::take(&mut read.errors)) {
            return Err(error);
        }
        let selection = match select(self, &read.edits, read.id.as_ref(), schema) {
            Ok(selection) => Some(selection),
            // Whoever would be meant by what can't be read is told that.
            Err(invalid) if invalid.code == Code::MatchValueMissing && self.is_unread(&read) => {
                let told = read.left_out.told.into_iter();
                let told = told.filter(|one| self.is_match_value(one));
                return Err(ItemError::all(told.collect()).unwrap_or_else(|| invalid.into()));
            }
            // Adding looks nothing up.
            Err(invalid) if self.mode == Mode::Add && invalid.code == Code::MatchValueMissing => {
                None
            }
            Err(invalid) => return Err(invalid.into()),
        };
        let (selector, new_fields, new_subscriptions) = match selection {
            Some(Selection {
                selector,
                fields,
                subscriptions,
            }) => (Some(selector), fields, subscriptions),
            None => (None, Vec::new(), Vec::new()),
        };
        let mut edits = read.edits.subscriptions.iter();
        let new_subscriptions = match edits.any(|edit| edit.status_unsaid) {
            true => Vec::new(),
            false => new_subscriptions,
        };
        let write = Write {
            mode: self.mode,
            selector: selector.filter(|_| self.mode != Mode::Add),
            edits: read.edits,
            new_fields,
            new_subscriptions,
            only_new: self.only_new,
            only_empty: false,
        };
        let keys = unique_keys(write.edits.fields.iter().chain(&write.new_fields), schema);
        let reason = reason_of(&write.edits.subscriptions);
        let mut prepared = Prepared::of(Action::Write(Box::new(write)), schema);
        prepared.about = self.about.clone();
        prepared.resubscribe = self.resubscribe;
        prepared.because(reason);
        prepared.keys = keys;
        prepared.leave_out(read.left_out, self.leniency);
        prepared.memberships = self.memberships.clone();
        Ok(prepared)
    }

    fn is_unread(&self, read: &Read) -> bool {
        let mut told = read.left_out.told.iter();
        told.any(|one| self.is_match_value(one))
    }

    /// Whether a complaint, with a pointer inside the request, is about what says
    /// who is meant.
    pub fn is_about(&self, invalid: &Invalid) -> bool {
        let mut steps = invalid.pointer.split('/').skip(1);
        let first = steps.next();
        let member = if first == Some("data") {
            steps.next()
        } else {
            first
        };
        member.is_some_and(|member| self.matches_by(member))
    }

    /// The same with a pointer inside the data.
    fn is_match_value(&self, invalid: &Invalid) -> bool {
        let mut steps = invalid.pointer.split('/').skip(1);
        steps.next().is_some_and(|member| self.matches_by(member))
    }
}

/// Prepares a write of one profile: `request` has the members beside `data`
/// (see [`Request::parse`]). Pointers are inside the request, so those of the
/// item begin with `/data`.
pub fn prepare_write(
    request: &Map<String, Value>,
    data: &Value,
    schema: &Schema,
) -> Result<Prepared, ItemError> {
    let request = Request::parse(request, schema, false)?;
    match request.prepare(data, schema) {
        Ok(prepared) => Ok(in_data(prepared).without(request.unread, false)),
        Err(error) if error.code == Code::MatchValueMissing => {
            Err(ItemError::all(request.unread).unwrap_or_else(|| error.under("/data")))
        }
        Err(error) => Err(error.under("/data")),
    }
}

fn in_data(mut prepared: Prepared) -> Prepared {
    prepared.base = "/data";
    for invalid in &mut prepared.left_out {
        invalid.pointer.insert_str(0, prepared.base);
    }
    prepared
}

/// Prepares a JSON merge patch (RFC 7396) of one profile: `{data: {…}, status,
/// add_to_segments: […], remove_from_segments: […]}`, and `invalid` and
/// `line_breaks` as in other writes.
/// In `data` `null` clears, absent fields stay, objects are merged, and
/// functional updates work as in other writes; `subscriptions` in it adds and
/// changes some, as in other writes. Pointers are inside the patch.
pub fn prepare_patch(
    id: ProfileId,
    patch: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Prepared, ItemError> {
    let members = object(patch)?;
    let mut read = Read::default();
    let mut errors = Vec::new();
    let (leniency, join_lines) = match lenience(members) {
        Ok(read) => read,
        Err(wrong) => {
            errors.extend(wrong);
            Default::default()
        }
    };
    for (name, given) in members {
        match (&**name, given) {
            ("data", Value::Object(data)) => {
                let reading = Reading {
                    merge: true,
                    outright: true,
                    leniency,
                    join_lines,
                    ..Reading::default()
                };
                let status = read.edits.status;
                read = Read::data(data, schema, reading);
                read.edits.status = read.edits.status.or(status);
                let wrong = std::mem::take(&mut read.errors);
                errors.extend(wrong.into_iter().map(|mut invalid| {
                    invalid.pointer.insert_str(0, "/data");
                    invalid
                }));
            }
            ("data", other) => {
                let detail = format!("This must be an object, not {}.", excerpt_json(other));
                errors.push(Invalid::new(Code::WrongType, detail).at(name));
            }
            ("status", given) => match Status::from_json(given) {
                Ok(status) => read.edits.status = Some(status),
                Err(invalid) => errors.push(invalid.at(name)),
            },
            ("subscriptions", _) => {
                let detail = "A patch would replace the whole list: use the routes under subscriptions, or data.subscriptions.";
                errors.push(Invalid::new(Code::ReadOnly, detail).at(name));
            }
            ("id" | "database_id" | "revision" | "created_at" | "updated_at", _) => {
                let detail = format!("{name} is kept by the system and can't be written.");
                errors.push(Invalid::new(Code::ReadOnly, detail).at(name));
            }
            // Read together below.
            (name, _) if MEMBERS.contains(&name) || ACT_MEMBERS.contains(&name) => {}
            ("invalid" | "line_breaks", _) => {}
            _ => {
                let detail = "A profile has data and status to change, add_to_segments and remove_from_segments beside them; fields stand inside data.";
                errors.push(Invalid::new(Code::UnknownMember, detail).at(name));
            }
        }
    }
    let memberships = Memberships::parse(members, schema).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        None
    });
    let act = Act::parse(members).unwrap_or_else(|wrong| {
        errors.extend(wrong);
        Act::default()
    });
    if let Some(error) = ItemError::all(errors) {
        return Err(error);
    }
    let edits = read.edits;
    let reason = reason_of(&edits.subscriptions);
    let keys = unique_keys(&edits.fields, schema);
    let target = Target { id, if_revision };
    let mut prepared = Prepared::of(Action::Patch { target, edits }, schema);
    prepared.keys = keys;
    prepared.memberships = memberships;
    prepared.about = act.about;
    prepared.resubscribe = act.resubscribe;
    prepared.because(reason);
    prepared.leave_out(read.left_out, leniency);
    Ok(in_data(prepared))
}

/// Prepares the removal of one profile with everything that belongs to it.
pub fn prepare_delete(id: ProfileId, if_revision: Option<i64>, schema: &Schema) -> Prepared {
    Prepared::of(Action::Delete(Target { id, if_revision }), schema)
}

pub(super) fn object(value: &Value) -> Result<&Map<String, Value>, ItemError> {
    value.as_object().ok_or_else(|| {
        let detail = format!("This must be an object, not {}.", excerpt_json(value));
        Invalid::new(Code::WrongType, detail).into()
    })
}

/// One refusal of several complaints, of which there is at least one.
pub(super) fn several(errors: Vec<Invalid>) -> ItemError {
    let none = || ItemError::new(422, Code::Invalid, "This is not as it should be.");
    ItemError::all(errors).unwrap_or_else(none)
}
