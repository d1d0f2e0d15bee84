//! A profile as it was: its history is taken back from the newest entry on
//! (spec/people.md §5.3). Unlike undoing it changes nobody, so nothing stands in its way.
//!
//! A profile may have been away for a while: merged into another one, or removed by an
//! undoing. It came back with an entry that says all it had, so the way goes on behind that.

use crate::history::{Change, Kind};
use crate::id::ProfileId;
use crate::profile::Profile;
use crate::status::Status;
use crate::subscription::Subscription;
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// An entry of a profile's history.
#[derive(Clone, Copy, Debug)]
pub struct PastEntry<'a> {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: Kind,
    /// What that changed.
    pub changes: &'a [Change],
    /// What is known of the act.
    pub about: Option<&'a Value>,
}

/// What a profile was at a time.
#[derive(Clone, Debug, PartialEq)]
pub enum Past {
    /// This.
    There(Box<Profile>),
    /// It was not there, but part of this one if it is named.
    Away(Option<ProfileId>),
    /// Nothing is known before this time.
    Unknown(Timestamp),
}

/// A profile on the way back to a time.
#[derive(Clone, Debug)]
pub struct Rewind {
    profile: Profile,
    at: Timestamp,
    presence: Presence,
    /// Whether it is as it was at the time; then only times are missing.
    is_there: bool,
    /// The oldest of its own entries so far.
    oldest: Option<Timestamp>,
    /// Whether it is still to be found when it was changed last.
    is_dated: bool,
    /// The subscriptions of which that is to be found, by their fields.
    undated: BTreeMap<String, Undated>,
}

/// Whether a profile was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    There,
    /// It had gone; into whom is known where it went.
    Away(Option<ProfileId>),
    /// It had not come to be.
    Before,
}

/// What is to be found of a subscription: when it changed last, and its status.
#[derive(Clone, Copy, Debug, Default)]
struct Undated {
    change: bool,
    status: bool,
}

impl Rewind {
    /// Begins with a profile as it is.
    pub fn new(profile: Profile, at: Timestamp) -> Self {
        Rewind {
            profile,
            at,
            presence: Presence::There,
            is_there: false,
            oldest: None,
            is_dated: true,
            undated: BTreeMap::new(),
        }
    }

    /// Passes one entry, each older than the one before; says whether the rest isn't needed.
    pub fn pass(&mut self, entry: &PastEntry) -> bool {
        if !is_own(entry) {
            return false;
        }
        self.oldest = Some(entry.at);
        if self.is_there || entry.at <= self.at {
            self.arrive(entry);
        } else {
            self.take_back(entry);
        }
        match self.presence {
            Presence::There => self.is_there && self.is_dated && self.undated.is_empty(),
            Presence::Away(_) => self.is_there,
            Presence::Before => true,
        }
    }

    /// What it was, after all entries that are needed or that there are.
    pub fn end(mut self) -> Past {
        // Who is there since before there was history has been so since the last change.
        let first = self.oldest.unwrap_or(self.profile.updated_at);
        match self.presence {
            Presence::Away(into) if self.is_there => return Past::Away(into),
            Presence::There if self.is_there || self.at >= first => {}
            _ => return Past::Unknown(first),
        }
        if !self.is_dated {
            self.profile.updated_at = self.profile.created_at;
        }
        for one in &mut self.profile.subscriptions {
            let undated = self.undated.get(&one.history_field());
            if undated.is_some_and(|undated| undated.change) {
                one.updated_at = one.created_at;
            }
        }
        Past::There(Box::new(self.profile))
    }

    /// Takes back what happened after the time.
    fn take_back(&mut self, entry: &PastEntry) {
        match (self.presence, entry.kind) {
            (Presence::Away(_), Kind::Merged | Kind::Deleted) => {
                self.presence = Presence::There;
            }
            (Presence::There, Kind::Created) => self.presence = Presence::Before,
            (Presence::There, Kind::Restored) => {
                self.uncount();
                for change in entry.changes {
                    let was = match change.before.is_null() {
                        true => &change.after,
                        false => &change.before,
                    };
                    self.put(&change.field, was);
                }
                self.presence = Presence::Away(None);
            }
            (Presence::There, _) => {
                if is_counted(entry) {
                    self.uncount();
                }
                for change in entry.changes.iter().rev() {
                    self.put(&change.field, &change.before);
                    self.note(change);
                }
            }
            (Presence::Away(_) | Presence::Before, _) => {}
        }
    }

    fn uncount(&mut self) {
        self.profile.revision = self.profile.revision.saturating_sub(1).max(1);
        self.is_dated = false;
    }

    /// Gives one field what it had.
    fn put(&mut self, field: &str, was: &Value) {
        let profile = &mut self.profile;
        if field == "_status" {
            if let Ok(status) = Status::from_json(was) {
                profile.status = status;
            }
        } else if field.starts_with("subscriptions/") {
            put_subscription(&mut profile.subscriptions, field, was, profile.created_at);
        } else if !field.contains('/') {
            match was {
                Value::Null => profile.data.remove(field),
                was => profile.data.insert(field.to_owned(), was.clone()),
            };
        }
    }

    /// Notes what has to be found of a subscription that was another one.
    fn note(&mut self, change: &Change) {
        if !change.field.starts_with("subscriptions/") {
            return;
        }
        if change.before.is_null() {
            self.undated.remove(&change.field);
            return;
        }
        // One that went left its times.
        if change.after.is_null() {
            self.undated.remove(&change.field);
            return;
        }
        let undated = self.undated.entry(change.field.clone()).or_default();
        undated.change = true;
        undated.status |= sets_status(change);
    }

    /// Finds when what is as it was at the time was changed last.
    fn arrive(&mut self, entry: &PastEntry) {
        if !self.is_there {
            self.is_there = true;
            if let Presence::Away(into) = &mut self.presence {
                let named = entry.about.and_then(|about| about.get("into"));
                let named = named.and_then(Value::as_str);
                *into = named.and_then(|text| text.parse().ok());
            }
        }
        let is_back = entry.kind == Kind::Restored;
        if !self.is_dated && (is_back || entry.kind == Kind::Created || is_counted(entry)) {
            self.profile.updated_at = entry.at;
            self.is_dated = true;
        }
        if !is_back {
            for change in entry.changes {
                self.date(change, entry.at);
            }
        }
    }

    /// Gives a subscription the times of its last change.
    fn date(&mut self, change: &Change, at: Timestamp) {
        let Some(undated) = self.undated.get_mut(&change.field) else {
            return;
        };
        let mut all = self.profile.subscriptions.iter_mut();
        if let Some(one) = all.find(|one| one.history_field() == change.field) {
            let made = change.before.is_null();
            if undated.change {
                one.updated_at = if made { one.created_at } else { at };
                undated.change = false;
            }
            if undated.status && (made || sets_status(change)) {
                one.status_at = (!made).then_some(at);
                undated.status = false;
            }
            if !made && undated.status {
                return;
            }
        }
        self.undated.remove(&change.field);
    }
}

/// Whether it happened to this profile: what came by a merge or with a split happened to
/// another one.
fn is_own(entry: &PastEntry) -> bool {
    let came = |name: &str| {
        let from = entry.about.and_then(|about| about.get(name));
        from.and_then(Value::as_array)
            .is_some_and(|from| !from.is_empty())
    };
    !came("merged_from") && !came("copied_from")
}

/// Whether a revision was counted.
fn is_counted(entry: &PastEntry) -> bool {
    match entry.kind {
        Kind::Updated => true,
        Kind::Event => !entry.changes.is_empty(),
        Kind::Created
        | Kind::Deleted
        | Kind::Relation
        | Kind::Merged
        | Kind::Restored
        | Kind::Entered
        | Kind::Left
        | Kind::Control => false,
    }
}

/// Whether a change of a subscription set its status.
fn sets_status(change: &Change) -> bool {
    let differs = |name: &str| change.before.get(name) != change.after.get(name);
    differs("status") || differs("status_by")
}

fn put_subscription(list: &mut Vec<Subscription>, field: &str, was: &Value, made: Timestamp) {
    let place = list.iter().position(|one| one.history_field() == field);
    match (place, was) {
        (Some(place), Value::Null) => {
            list.remove(place);
        }
        (Some(place), was) => {
            if let Some(one) = list.get_mut(place) {
                one.set_shown(was);
            }
        }
        (None, Value::Null) => {}
        (None, was) => {
            if let Some(one) = Subscription::of_history(field, was, made) {
                // They stand in the order in which they were made.
                let before = list.iter().take_while(|s| s.created_at <= one.created_at);
                list.insert(before.count(), one);
            }
        }
    }
}
