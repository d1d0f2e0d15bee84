//! What each kind of item does to the image.

use super::stranger::edits_for;
use super::{WorkingSet, refuse, under};
use crate::Code;
use crate::contact::Contact;
use crate::error::Invalid;
use crate::id::{ProfileId, ResourceId};
use crate::matching::Selector;
use crate::origin::Origin;
use crate::profile::Profile;
use crate::revise;
use crate::standing::{self, ChangeContext};
use crate::status::Status;
use crate::write::asking::may_be_asked;
use crate::write::command::{Action, Command, SubscriptionRef, Write};
use crate::write::create::{blank, create};
use crate::write::leniency::Omissions;
use crate::write::outcome::{ConfirmationRequest, Env, Outcome};
use crate::write::refusal::{Refusal, RefusalKind};
use crate::write::select::without_matched;
use crate::write::{Mode, Schema};
use std::borrow::Cow;

/// The most profiles that a refusal for matching several names.
const MAX_CANDIDATES: usize = 100;

impl WorkingSet {
    pub(super) fn act(
        &mut self,
        schema: &Schema,
        item: &Command,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        match &item.action {
            Action::Write(write) => self.write(schema, item, write, env),
            Action::Patch { target, edits } => {
                let before = self.target(schema, target)?;
                let mut after = before.clone();
                let mut by = self.by(item, env, true);
                by.global = after.status;
                let mut late = Omissions::default();
                let wrong =
                    revise::apply(&mut after, edits, schema, &mut by, item.leniency, &mut late);
                refuse(wrong, item)?;
                self.changed(schema, item, after, by, late, env)
            }
            Action::Delete(target) => {
                let id = self.target(schema, target)?.id;
                Ok(self.delete(schema, item, id, env))
            }
            Action::Bulk { target, bulk } => {
                let before = self.target(schema, target)?;
                let (id, revision) = (before.id, before.revision);
                let mut by = self.by(item, env, false);
                let changed = bulk.apply(before, schema, &mut by);
                let (after, left_out) = changed.map_err(|error| error.under(item.base))?;
                match after {
                    Some(after) => self.changed(schema, item, after, by, left_out, env),
                    None => {
                        let mut outcome = Outcome::unchanged(id, revision).without(left_out);
                        outcome.asked = self.ask(schema, id, by.into_parts().2);
                        Ok(outcome)
                    }
                }
            }
            Action::SubscriptionSet { target, edit } => {
                let mut after = self.target(schema, target)?.clone();
                let list = &mut after.subscriptions;
                let all = std::slice::from_ref(&**edit);
                let mut by = self.by(item, env, true);
                let mut late = Omissions::default();
                match revise::apply_subscription(list, edit, all, schema, &mut by, item.leniency) {
                    Ok(told) => late.told = told,
                    Err(wrong) => refuse(wrong, item)?,
                }
                self.changed(schema, item, after, by, late, env)
            }
            Action::Ask {
                target,
                resource,
                contact,
            } => {
                let profile = self.target(schema, target)?;
                let mut list = profile.subscriptions.iter();
                let found = list.find(|s| s.is(*resource, contact) && !s.deleted);
                let found = found
                    .ok_or_else(|| Refusal::not_found("The profile has no such subscription."))?;
                let against = self.endings.against(contact, profile.database, *resource);
                let standing = standing::effective(found, against);
                // Only they themselves may be asked again once they have left.
                let themselves = matches!(env.origin, Origin::Person | Origin::Form);
                if standing.is_protected() && !themselves {
                    let kept = standing::kept(standing);
                    return Err(Refusal::conflict(kept.code, kept.detail));
                }
                if !matches!(found.status, Status::Unconfirmed | Status::Unsubscribed) {
                    let detail = "The subscription doesn't wait for a confirmation.";
                    return Err(Refusal::conflict(Code::NotWaiting, detail));
                }
                if env.origin != Origin::Person {
                    let resource = schema.resources.iter().find(|r| r.id == *resource);
                    let may = may_be_asked(profile, found, resource);
                    may.map_err(|invalid| Refusal::from(invalid).as_kind(RefusalKind::Conflict))?;
                }
                let (id, revision) = (profile.id, profile.revision);
                let mut by = self.by(item, env, true);
                by.asks.push((*resource, contact.clone()));
                let (_, _, asks) = by.into_parts();
                let mut outcome = Outcome::unchanged(id, revision);
                outcome.asked = self.ask(schema, id, asks);
                Ok(outcome)
            }
            Action::Event(happened) => self.happen(schema, item, happened, env),
            Action::Relate(relate) => self.relate(item, relate, env),
            Action::Merge(merge) => self.merge(schema, item, merge, env),
            Action::Split(split) => self.split(schema, item, split, env),
            Action::Unmerge(undo) => self.unmerge(schema, item, undo, env),
            Action::Undo(prepared) => self.undo(schema, item, prepared, env),
            Action::Control(moved) => self.move_by_hand(schema, item, moved, env),
            Action::SubscriptionDeleted {
                target,
                which,
                deleted,
            } => {
                let mut after = self.target(schema, target)?.clone();
                let by = self.by(item, env, true);
                let mut meant = after.subscriptions.iter_mut().filter(|s| match which {
                    SubscriptionRef::Identity(resource, contact) => s.is(*resource, contact),
                    SubscriptionRef::HashId(id) => s.hash_id() == *id,
                });
                match (meant.next(), meant.next()) {
                    (Some(one), None) => {
                        one.deleted = *deleted;
                        // What comes back is as its contact stands.
                        if let Some(ending) = by.against(&one.contact, one.resource)
                            && !deleted
                        {
                            standing::end(one, &ending);
                        }
                    }
                    (None, _) => {
                        return Err(Refusal::not_found("The profile has no such subscription."));
                    }
                    (Some(_), Some(_)) => {
                        let detail = "Several subscriptions have this id: name resource_id, channel and contact.";
                        return Err(Refusal::conflict(Code::AmbiguousMatch, detail));
                    }
                }
                drop(by);
                self.update(schema, item, after, Omissions::default(), &[], env)
            }
        }
    }

    fn write(
        &mut self,
        schema: &Schema,
        item: &Command,
        write: &Write,
        env: &mut Env,
    ) -> Result<Outcome, Refusal> {
        let found = match &write.selector {
            Some(selector) => self.matches(selector, schema),
            None => Vec::new(),
        };
        let mut late = Omissions::default();
        match found[..] {
            [_, ..] if write.only_new => {
                let detail = "Somebody matches already, and only new profiles are added.";
                let mut error = Refusal::conflict(Code::Exists, detail);
                // The number says how many there are; some are enough to see why.
                error.candidates = found.into_iter().take(MAX_CANDIDATES).collect();
                Err(error)
            }
            [id] => {
                let Some(before) = self.profiles.get(&id) else {
                    return Err(Refusal::not_found("The profile that matched is gone."));
                };
                let edits = edits_for(write, before);
                let (edits, kept) = match &write.selector {
                    Some(selector) => without_matched(&edits, selector, before, schema.database),
                    None => (Cow::Borrowed(&*edits), Vec::new()),
                };
                let notes: Vec<Invalid> = under(item.base, kept).collect();
                if revise::is_as_asked(before, &edits) {
                    let unchanged = Outcome::unchanged(id, before.revision);
                    let mut unchanged = unchanged.without(left_out(item, late));
                    unchanged.notes = notes;
                    return Ok(unchanged);
                }
                let mut after = before.clone();
                let mut by = self.by(item, env, false);
                let wrong = revise::apply(
                    &mut after,
                    &edits,
                    schema,
                    &mut by,
                    item.leniency,
                    &mut late,
                );
                refuse(wrong, item)?;
                if item.leaves_taken {
                    let taken = self.leave_taken(schema, Some(before), &mut after);
                    late.told.extend(taken);
                }
                let mut outcome = self.changed(schema, item, after, by, late, env)?;
                outcome.notes.extend(notes);
                Ok(outcome)
            }
            [] => {
                let names_one = write
                    .selector
                    .as_ref()
                    .is_some_and(|s| s.profile_id().is_some());
                if write.mode == Mode::Update || (write.mode == Mode::Import && names_one) {
                    return Err(Refusal::not_found("No profile matches."));
                }
                let mut by = self.by(item, env, false);
                let mut profile = blank(schema, &by, env);
                let wrong = create(
                    &mut profile,
                    write,
                    schema,
                    &mut by,
                    item.leniency,
                    &mut late,
                );
                refuse(wrong, item)?;
                keep(&mut late, &mut by);
                if item.leaves_taken {
                    let mut rest = profile.clone();
                    let taken = self.leave_taken(schema, None, &mut rest);
                    let is_found = |s: &Selector| s.matches(&rest, schema.database);
                    // Without what it is matched by it would be made again and again.
                    if write.selector.as_ref().is_none_or(is_found) {
                        profile = rest;
                        late.told.extend(taken);
                    }
                }
                let id = profile.id;
                let left_out = left_out(item, late);
                let (_, lifted, asks) = by.into_parts();
                let mut outcome = self.insert(schema, item, profile, left_out, &lifted, env)?;
                outcome.asked = self.ask(schema, id, asks);
                Ok(outcome)
            }
            _ => {
                let detail = format!("{} profiles match: nothing was written.", found.len());
                let mut error = Refusal::conflict(Code::AmbiguousMatch, detail);
                error.candidates = found.into();
                Err(error)
            }
        }
    }

    /// [`WorkingSet::update`] with what else came of the change; `late` is what was
    /// left out only now.
    fn changed(
        &mut self,
        schema: &Schema,
        item: &Command,
        after: Profile,
        mut by: ChangeContext,
        mut late: Omissions,
        env: &Env,
    ) -> Result<Outcome, Refusal> {
        keep(&mut late, &mut by);
        let id = after.id;
        let again = std::mem::take(&mut by.again);
        let (_, lifted, asks) = by.into_parts();
        let left_out = left_out(item, late);
        let mut outcome = self.update(schema, item, after, left_out, &lifted, env)?;
        self.leave_again(again, schema, env);
        outcome.asked = self.ask(schema, id, asks);
        Ok(outcome)
    }

    /// Has people asked; how often.
    fn ask(
        &mut self,
        schema: &Schema,
        profile: ProfileId,
        asks: Vec<(ResourceId, Contact)>,
    ) -> usize {
        let database = schema.database.id;
        let count = asks.len();
        let asks = asks.into_iter();
        self.asks
            .extend(asks.map(|(resource, contact)| ConfirmationRequest {
                database,
                profile,
                resource,
                contact,
            }));
        count
    }

    /// Who matches, by ascending id.
    pub(super) fn matches(&self, selector: &Selector, schema: &Schema) -> Vec<ProfileId> {
        if let Some(id) = selector.profile_id() {
            let id = match self.merged.get(id) {
                Some(into) if !self.profiles.contains_key(&id) => into,
                _ => id,
            };
            let profile = self.profiles.get(&id);
            let here = profile.filter(|p| p.database == schema.database.id);
            return Vec::from_iter(here.map(|p| p.id));
        }
        let mut candidates = self.holders.matching(schema.database.id, selector);
        if selector.resource.is_some() {
            candidates.retain(|id| {
                let profile = self.profiles.get(id);
                profile.is_none_or(|profile| selector.matches(profile, schema.database))
            });
        }
        candidates
    }
}

/// Statuses that stayed are left out of what was asked for.
fn keep(late: &mut Omissions, by: &mut ChangeContext) {
    late.subscription |= !by.kept.is_empty();
    late.told.append(&mut by.kept);
}

/// What was left out of an item, first when it was read, then when it was
/// applied.
fn left_out(item: &Command, late: Omissions) -> Omissions {
    // A bulk update tells of its members itself.
    let base = match &item.action {
        Action::Bulk { .. } => "",
        _ => item.base,
    };
    let mut told = item.left_out.clone();
    told.extend(under(base, late.told));
    Omissions {
        told,
        subscription: item.not_subscribed || late.subscription,
    }
}
