//! What each kind of item does to the image.

use super::{Working, refuse, under};
use crate::contact::Contact;
use crate::error::Invalid;
use crate::id::{ProfileId, ResourceId};
use crate::matching::Selector;
use crate::merge;
use crate::origin::Origin;
use crate::profile::Profile;
use crate::standing::{self, By};
use crate::status::Status;
use crate::write::create::{blank, create};
use crate::write::error::ItemError;
use crate::write::outcome::{Ask, Env, Outcome, OutcomeKind};
use crate::write::prepare::{Action, Prepared, Which, Write};
use crate::write::{Mode, Schema};

impl Working {
    pub(super) fn act(
        &mut self,
        schema: &Schema,
        item: &Prepared,
        env: &mut Env,
    ) -> Result<Outcome, ItemError> {
        match &item.action {
            Action::Write(write) => self.write(schema, item, write, env),
            Action::Patch { target, edits } => {
                let before = self.target(schema, target)?;
                let mut after = before.clone();
                let mut by = self.by(item, env, true);
                let wrong = merge::apply(&mut after, edits, schema, &mut by, None);
                refuse(wrong, item)?;
                self.changed(schema, item, after, by, Vec::new(), env)
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
                let (after, skipped) = changed.map_err(|error| error.under(item.base))?;
                match after {
                    Some(after) => self.changed(schema, item, after, by, skipped, env),
                    None => Ok(Outcome {
                        kind: OutcomeKind::Unchanged,
                        id,
                        revision,
                        skipped,
                        notes: Vec::new(),
                    }),
                }
            }
            Action::SubscriptionSet { target, edit } => {
                let mut after = self.target(schema, target)?.clone();
                let list = &mut after.subscriptions;
                let all = std::slice::from_ref(&**edit);
                let mut by = self.by(item, env, true);
                let wrong = merge::apply_subscription(list, edit, all, schema, &mut by);
                refuse(wrong.err().unwrap_or_default(), item)?;
                self.changed(schema, item, after, by, Vec::new(), env)
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
                    .ok_or_else(|| ItemError::not_found("The profile has no such subscription."))?;
                let against = self.endings.against(contact, profile.database, *resource);
                let standing = standing::effective(found, against);
                // Only they themselves may be asked again once they have left.
                let themselves = matches!(env.origin, Origin::Person | Origin::Form);
                if standing.is_protected() && !themselves {
                    let kept = standing::kept(standing);
                    return Err(ItemError::new(409, kept.code, kept.detail));
                }
                if !matches!(found.status, Status::Unconfirmed | Status::Unsubscribed) {
                    let detail = "The subscription doesn't wait for a confirmation.";
                    return Err(ItemError::new(409, "not_waiting", detail));
                }
                let (id, revision) = (profile.id, profile.revision);
                let mut by = self.by(item, env, true);
                by.asks.push((*resource, contact.clone()));
                let (_, _, asks) = by.into_parts();
                self.ask(schema, id, asks);
                Ok(Outcome {
                    kind: OutcomeKind::Unchanged,
                    id,
                    revision,
                    skipped: Vec::new(),
                    notes: Vec::new(),
                })
            }
            Action::Event(happened) => self.happen(schema, item, happened, env),
            Action::SubscriptionDeleted {
                target,
                which,
                deleted,
            } => {
                let mut after = self.target(schema, target)?.clone();
                let by = self.by(item, env, true);
                let mut meant = after.subscriptions.iter_mut().filter(|s| match which {
                    Which::Identity(resource, contact) => s.is(*resource, contact),
                    Which::HashId(id) => s.hash_id() == *id,
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
                        return Err(ItemError::not_found(
                            "The profile has no such subscription.",
                        ));
                    }
                    (Some(_), Some(_)) => {
                        let detail = "Several subscriptions have this id: name resource_id, channel and contact.";
                        return Err(ItemError::new(409, "ambiguous_match", detail));
                    }
                }
                drop(by);
                self.update(schema, item, after, Vec::new(), &[], env)
            }
        }
    }

    fn write(
        &mut self,
        schema: &Schema,
        item: &Prepared,
        write: &Write,
        env: &mut Env,
    ) -> Result<Outcome, ItemError> {
        let found = match &write.selector {
            Some(selector) => self.matches(selector, schema),
            None => Vec::new(),
        };
        let mut skipped = item.skipped.clone();
        let mut left_out = Vec::new();
        let skip = write.skip_invalid_subscriptions.then_some(&mut left_out);
        match found[..] {
            [_, ..] if write.only_new => {
                let detail = "Somebody matches already, and only new profiles are added.";
                let mut error = ItemError::new(409, "exists", detail);
                error.candidates = found.into();
                Err(error)
            }
            [id] => {
                let Some(before) = self.profiles.get(&id) else {
                    return Err(ItemError::not_found("The profile that matched is gone."));
                };
                if merge::is_as_asked(before, &write.edits) {
                    return Ok(Outcome {
                        kind: OutcomeKind::Unchanged,
                        id,
                        revision: before.revision,
                        skipped,
                        notes: Vec::new(),
                    });
                }
                let mut after = before.clone();
                let mut by = self.by(item, env, false);
                let wrong = merge::apply(&mut after, &write.edits, schema, &mut by, skip);
                refuse(wrong, item)?;
                skipped.extend(under(item.base, left_out));
                self.changed(schema, item, after, by, skipped, env)
            }
            [] => {
                let names_one = write
                    .selector
                    .as_ref()
                    .is_some_and(|s| s.profile_id().is_some());
                if write.mode == Mode::Update || (write.mode == Mode::Import && names_one) {
                    return Err(ItemError::not_found("No profile matches."));
                }
                let mut by = self.by(item, env, false);
                let mut profile = blank(schema, &by, env);
                let wrong = create(&mut profile, write, schema, &mut by, skip);
                refuse(wrong, item)?;
                skipped.extend(under(item.base, left_out));
                let (kept, lifted, asks) = by.into_parts();
                skipped.extend(under(item.base, kept));
                let id = profile.id;
                let outcome = self.insert(schema, item, profile, skipped, &lifted, env)?;
                self.ask(schema, id, asks);
                Ok(outcome)
            }
            _ => {
                let detail = format!("{} profiles match: nothing was written.", found.len());
                let mut error = ItemError::new(409, "ambiguous_match", detail);
                error.candidates = found.into();
                Err(error)
            }
        }
    }

    /// [`Working::update`] with what else came of the change.
    fn changed(
        &mut self,
        schema: &Schema,
        item: &Prepared,
        after: Profile,
        by: By,
        mut skipped: Vec<Invalid>,
        env: &Env,
    ) -> Result<Outcome, ItemError> {
        let (kept, lifted, asks) = by.into_parts();
        skipped.extend(under(item.base, kept));
        let id = after.id;
        let outcome = self.update(schema, item, after, skipped, &lifted, env)?;
        self.ask(schema, id, asks);
        Ok(outcome)
    }

    fn ask(&mut self, schema: &Schema, profile: ProfileId, asks: Vec<(ResourceId, Contact)>) {
        let database = schema.database.id;
        let asks = asks.into_iter();
        self.asks.extend(asks.map(|(resource, contact)| Ask {
            database,
            profile,
            resource,
            contact,
        }));
    }

    /// Who matches, by ascending id.
    pub(super) fn matches(&self, selector: &Selector, schema: &Schema) -> Vec<ProfileId> {
        if let Some(id) = selector.profile_id() {
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
