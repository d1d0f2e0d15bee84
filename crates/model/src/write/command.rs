//! One item of a write: what is to happen, and what must be known before it does.

use super::Bulk;
use super::Mode;
use super::Schema;
use super::control::ControlMove;
use super::edits::{Edits, FieldEdit};
use super::event::MessageEvent;
use super::leniency::{Leniency, Omissions};
use super::memberships::Memberships;
use super::merge::{Merge, Reference, Split, Unmerge};
use super::outcome::Mark;
use super::relate::{ProfilePair, Relate, RelationEdit};
use super::subscribe::{CategoryOp, SubscriptionEdit};
use super::undo::PreparedUndo;
use crate::contact::Contact;
use crate::error::Invalid;
use crate::id::{DatabaseId, ProfileId, ResourceId};
use crate::matching::{MatchKey, Selector};
use crate::profile::Profile;
use crate::relation::Side;
use crate::time::Timestamp;
use serde_json::{Map, Value};
use std::sync::Arc;

/// One item of a write, checked and ready to be applied.
///
/// Pointers of what may still go wrong, and of subscriptions left out, start
/// where those of the function that prepared it start.
#[derive(Clone, Debug)]
pub struct Command {
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
    /// Whether those who left agreed again.
    pub(crate) resubscribe: bool,
    /// What makes a repeat harmless.
    pub(crate) once: Option<Mark>,
    /// What is told in order, and the time of this.
    pub(crate) order: Option<(Mark, Timestamp)>,
    /// Whether a unique value that somebody else has is left out, not refused.
    pub(crate) leaves_taken: bool,
    /// What watchers are asked to start for the profile, once it is written.
    pub(crate) start: Option<Arc<Value>>,
    /// The fields whose values the outcome has.
    pub(crate) show: Option<Arc<[String]>>,
    /// Relations of the profile, made once it is written.
    pub(crate) relations: Vec<RelationEdit>,
}

/// Why subscriptions change.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    pub text: String,
    /// Whether it is why somebody who left is subscribed again.
    pub resubscribe: bool,
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
    Event(Box<MessageEvent>),
    /// Asks once more for a confirmation.
    Ask {
        target: Target,
        resource: ResourceId,
        contact: Contact,
    },
    SubscriptionDeleted {
        target: Target,
        which: SubscriptionRef,
        deleted: bool,
    },
    Relate(Box<Relate>),
    Merge(Box<Merge>),
    Split(Box<Split>),
    Unmerge(Box<Unmerge>),
    Undo(Box<PreparedUndo>),
    Control(Box<ControlMove>),
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
    /// Whether anyone who matches is left alone.
    pub only_new: bool,
    /// Whether anyone who matches keeps what they have, and only lacks are filled.
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
pub(crate) enum SubscriptionRef {
    Identity(ResourceId, Contact),
    HashId(String),
}

impl Command {
    /// The database it is for.
    pub fn database(&self) -> DatabaseId {
        self.database
    }

    /// The keys whose holders must be known before it is applied: what it
    /// matches by, and the unique values that it sets. May repeat itself.
    pub fn lookups(&self) -> impl Iterator<Item = (DatabaseId, &MatchKey)> {
        let matched = self.selectors().flat_map(|(database, selector)| {
            let keys = selector.keys().iter();
            keys.map(move |key| (database, key))
        });
        let unique = self.keys.iter().map(|key| (self.database, key));
        let restored: &[_] = match &self.action {
            Action::Unmerge(undo) => &undo.keys,
            Action::Undo(prepared) => &prepared.keys,
            _ => &[],
        };
        let restored = restored.iter();
        let restored = restored.map(|(database, key)| (*database, key));
        matched.chain(unique).chain(restored)
    }

    /// All that it matches by, each with its database.
    pub fn selectors(&self) -> impl Iterator<Item = (DatabaseId, &Selector)> {
        let own = self.selector().map(|selector| (self.database, selector));
        let named = self.references().into_iter();
        let named = named.map(|one| (one.database.id, &one.selector));
        own.into_iter().chain(self.related()).chain(named)
    }

    /// The profiles that a merge or a split names.
    pub fn references(&self) -> Vec<&Reference> {
        match &self.action {
            Action::Merge(merge) => merge.references().collect(),
            Action::Split(split) => split.references().collect(),
            _ => Vec::new(),
        }
    }

    /// The merge that it undoes.
    pub fn unmerge(&self) -> Option<&Unmerge> {
        match &self.action {
            Action::Unmerge(undo) => Some(undo),
            _ => None,
        }
    }

    /// The profile that it brings back, if it may.
    pub fn removed(&self) -> Option<&Profile> {
        match &self.action {
            Action::Undo(prepared) => prepared.undo.removed.as_deref(),
            _ => None,
        }
    }

    /// Whether it takes relations and subscriptions of profiles elsewhere.
    pub fn moves_profiles(&self) -> bool {
        match self.action {
            Action::Merge(_) | Action::Split(_) | Action::Unmerge(_) | Action::Undo(_) => true,
            Action::Write(_)
            | Action::Patch { .. }
            | Action::Delete(_)
            | Action::Bulk { .. }
            | Action::SubscriptionSet { .. }
            | Action::Event(_)
            | Action::Ask { .. }
            | Action::SubscriptionDeleted { .. }
            | Action::Relate(_)
            | Action::Control(_) => false,
        }
    }

    /// The unique keys that come to the destination of a merge from other databases: of them
    /// must be known who holds them.
    pub fn keys_elsewhere(
        &self,
        profiles: &[&Profile],
        schema: &Schema,
    ) -> Vec<(DatabaseId, MatchKey)> {
        let Action::Merge(merge) = &self.action else {
            return Vec::new();
        };
        let here = schema.database.id;
        let away = profiles.iter().filter(|one| one.database != here);
        let fields = schema.database.fields.iter().filter(|field| field.unique);
        let fields: Vec<_> = fields.collect();
        let keys = away.flat_map(|one| {
            let values = fields
                .iter()
                .filter_map(|field| Some((*field, one.data.get(&field.name)?)));
            let values = values.filter_map(|(field, value)| {
                let value = field.normalise(value, &schema.database.context()).ok()?;
                Some(MatchKey::of_field(field, &value).collect::<Vec<_>>())
            });
            let former = merge.former_keys(one, schema.database);
            values.flatten().chain(former).map(move |key| (here, key))
        });
        keys.collect()
    }

    /// The profiles of a merge, a split or an undoing among those who are known.
    pub fn moved_among<'a>(
        &self,
        known: &'a [Profile],
        merged: &[(ProfileId, ProfileId)],
    ) -> Vec<&'a Profile> {
        let references = self.references();
        let unmerge = self.unmerge();
        let now = |id| merged.iter().find(|(from, _)| *from == id);
        let is_meant = |one: &&Profile| {
            references.iter().any(|reference| {
                let selector = &reference.selector;
                let into = selector.profile_id().and_then(now);
                into.is_some_and(|(_, into)| *into == one.id)
                    || selector.matches(one, &reference.database)
            }) || unmerge.is_some_and(|undo| undo.record.destination == one.id)
        };
        known.iter().filter(is_meant).collect()
    }

    /// The relation that it is about.
    fn relate(&self) -> Option<&Relate> {
        match &self.action {
            Action::Relate(relate) => Some(relate),
            _ => None,
        }
    }

    /// Those whom relations are about, but for the profile that it writes itself.
    fn related(&self) -> impl Iterator<Item = (DatabaseId, &Selector)> {
        let sides = self.relate().into_iter().flat_map(Relate::selectors);
        let across = self.relations.iter().map(RelationEdit::selector);
        let parted = match &self.action {
            Action::Undo(prepared) => prepared.pair(),
            _ => None,
        };
        let parted = parted.into_iter().flat_map(|pair| {
            Side::ALL.map(|side| (pair.sides.database(side).id, pair.selector(side)))
        });
        sides.chain(across).chain(parted)
    }

    /// The pairs of which must be known whether they are related.
    pub fn pairs(&self) -> impl Iterator<Item = ProfilePair<'_>> {
        let own = match &self.action {
            Action::Relate(relate) => Some(relate.pair()),
            Action::Undo(prepared) => prepared.pair(),
            _ => None,
        };
        // Who is made by it is related to nobody yet.
        let profile = self.selector();
        let more = self.relations.iter().filter_map(move |edit| {
            let profile = profile?;
            Some(ProfilePair::with(
                &edit.sides,
                edit.own,
                profile,
                &edit.across,
            ))
        });
        own.into_iter().chain(more)
    }

    /// What the profile that it writes is matched by.
    pub fn selector(&self) -> Option<&Selector> {
        match &self.action {
            Action::Write(write) => write.selector.as_ref(),
            Action::Event(happened) => Some(&happened.selector),
            Action::Control(moved) => Some(&moved.selector),
            _ => None,
        }
    }

    /// The profiles that it names by id, which must be loaded, each with its database.
    pub fn profile_ids(&self) -> impl Iterator<Item = (DatabaseId, ProfileId)> {
        let own = self.profile_id().map(|id| (self.database, id));
        let sides = self.related();
        let sides = sides.filter_map(|(database, one)| Some((database, one.profile_id()?)));
        let named = self.references().into_iter();
        let named = named.filter_map(|one| Some((one.database.id, one.selector.profile_id()?)));
        own.into_iter().chain(sides).chain(named)
    }

    /// The profile to be written that it names by id.
    pub fn profile_id(&self) -> Option<ProfileId> {
        match &self.action {
            Action::Write(write) => write.selector.as_ref().and_then(Selector::profile_id),
            Action::Event(happened) => happened.selector.profile_id(),
            Action::Control(moved) => moved.selector.profile_id(),
            Action::Patch { target, .. }
            | Action::Delete(target)
            | Action::Ask { target, .. }
            | Action::Bulk { target, .. }
            | Action::SubscriptionSet { target, .. }
            | Action::SubscriptionDeleted { target, .. } => Some(target.id),
            Action::Unmerge(undo) => Some(undo.record.destination),
            Action::Undo(prepared) => Some(prepared.undo.profile),
            Action::Relate(_) | Action::Merge(_) | Action::Split(_) => None,
        }
    }

    pub(crate) fn of(action: Action, schema: &Schema) -> Self {
        Command {
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
            start: None,
            show: None,
            relations: Vec::new(),
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

    /// The same, with relations that the profile gets once it is written. Without somebody
    /// to look up they are those of a new profile.
    #[must_use]
    pub(crate) fn relating(mut self, relations: Vec<RelationEdit>) -> Self {
        self.relations = relations;
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

    /// The same, as a stranger may write it: anyone who matches keeps what they have,
    /// also where and when they subscribed; only what is empty is filled.
    #[must_use]
    pub fn filling_empty(mut self) -> Self {
        if let Action::Write(write) = &mut self.action {
            write.only_empty = true;
        }
        self
    }

    /// The same seen from further out: the item is the member `data` of a request.
    #[must_use]
    pub(super) fn in_data(mut self) -> Self {
        self.base = "/data";
        for invalid in &mut self.left_out {
            invalid.pointer.insert_str(0, self.base);
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

    pub(super) fn leave_out(&mut self, left_out: Omissions, leniency: Leniency) {
        self.left_out = left_out.told;
        if left_out.subscription {
            self.not_subscribed();
        }
        self.leniency = leniency;
    }

    pub(crate) fn about_members(&self) -> Map<String, Value> {
        match self.about.as_deref() {
            Some(Value::Object(members)) => members.clone(),
            _ => Map::new(),
        }
    }

    /// Adds why subscriptions change to what history keeps.
    pub(crate) fn because(&mut self, reason: Option<Reason>) {
        let Some(reason) = reason else {
            return;
        };
        let mut about = self.about_members();
        if reason.resubscribe {
            about.insert("resubscribe".to_owned(), true.into());
        }
        about.insert("reason".to_owned(), reason.text.into());
        self.about = Some(Arc::new(Value::Object(about)));
    }
}
