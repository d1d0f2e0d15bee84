//! A profile as it was: whatever is written, merged, split and undone, its history tells of
//! every moment what a read gave then.

use crate::support::{Store, at, mail};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_model::history::{Entry, Kind};
use roster_model::rewind::{Past, PastEntry, Rewind};
use roster_model::write::{
    Command, LaterChanges, Undo, prepare_delete, prepare_merge, prepare_patch, prepare_split,
    prepare_subscription_delete, prepare_subscription_set, prepare_undo, prepare_unmerge,
};
use roster_model::{JobId, Profile, ProfileId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What everybody was, by the time.
type Moments = Vec<(i64, BTreeMap<ProfileId, Value>)>;

/// A store with a time for each change, and what was there in between.
struct World {
    store: Store,
    moments: Moments,
    /// Profiles as an undoing removed them.
    removed: HashMap<ProfileId, Profile>,
}

impl World {
    fn new() -> Self {
        World {
            store: Store::new(),
            moments: Vec::new(),
            removed: HashMap::new(),
        }
    }

    fn now(&self) -> i64 {
        self.store.clock
    }

    fn run(&mut self, command: Command) -> bool {
        self.store.clock += 10;
        let done = self.store.run(&[command]).remove(0).is_ok();
        let all = self.store.profiles.values();
        let all = all.map(|one| (one.id, content(one))).collect();
        self.moments.push((self.store.clock, all));
        done
    }

    fn add(&mut self, data: Value) -> ProfileId {
        let command = self.store.prepare(&json!({"mode": "add", "data": data}));
        assert!(self.run(command.unwrap()));
        *self.store.profiles.keys().next_back().unwrap()
    }

    fn patch(&mut self, id: ProfileId, data: &Value) {
        let command = prepare_patch(id, &json!({"data": data}), None, &self.store.schema());
        assert!(self.run(command.unwrap()));
    }

    fn merge(&mut self, into: ProfileId, source: ProfileId) -> bool {
        let body =
            json!({"sources": [{"profile_id": source}], "destination": {"profile_id": into}});
        match prepare_merge(&body, None, &[self.store.schema()]) {
            Ok(command) => self.run(command),
            Err(_) => false,
        }
    }

    fn unmerge(&mut self) -> bool {
        let Some(record) = self.store.merges.last().cloned() else {
            return false;
        };
        let command = prepare_unmerge(Arc::new(record), &[self.store.schema()]);
        let done = self.run(command.unwrap());
        if done {
            self.store.merges.pop();
        }
        done
    }

    fn split(&mut self, id: ProfileId, address: &str) -> bool {
        let body = json!({"source": {"profile_id": id}, "destinations": [{"new": true,
            "subscriptions": [{"channel": "email", "email": address}]}]});
        match prepare_split(&body, None, &self.store.schema()) {
            Ok(command) => self.run(command),
            Err(_) => false,
        }
    }

    /// Takes an entry of the history back, as the undoing of a job does.
    fn undo(&mut self, entry: &Entry) {
        let undo = Undo {
            job: JobId::new(1).unwrap(),
            profile: entry.profile,
            kind: entry.kind,
            changes: entry.changes.clone(),
            removed: self.removed.get(&entry.profile).cloned().map(Box::new),
            side: None,
            later: LaterChanges::default(),
        };
        // What is kept of one that was removed is for the one time.
        if entry.kind == Kind::Deleted {
            self.removed.remove(&entry.profile);
        }
        let before = self.store.profiles.get(&entry.profile).cloned();
        let command = prepare_undo(undo, &self.store.schema());
        self.run(command);
        if let Some(before) = before
            && !self.store.profiles.contains_key(&before.id)
        {
            self.removed.insert(before.id, before);
        }
    }

    /// What the history of a profile says that it was.
    fn past(&self, id: ProfileId, ms: i64) -> Past {
        let mut rewind = Rewind::new(self.store.profiles[&id].clone(), at(ms));
        let own = self.store.history.iter().rev();
        for entry in own.filter(|entry| entry.profile == id) {
            let passed = PastEntry {
                at: entry.at,
                kind: entry.kind,
                changes: &entry.changes,
                about: entry.about.as_deref(),
            };
            if rewind.pass(&passed) {
                break;
            }
        }
        rewind.end()
    }

    fn check(&self) {
        for id in self.store.profiles.keys() {
            let mut was_there = false;
            for (ms, all) in &self.moments {
                for ms in [*ms, *ms + 5] {
                    match (all.get(id), self.past(*id, ms)) {
                        (Some(was), Past::There(is)) => {
                            let is = content(&is);
                            let was = with_times_that_came(was, &is);
                            assert_eq!(is, was, "{id} at {ms} of {}", self.story(*id));
                        }
                        (None, Past::Away(_)) if was_there => {}
                        (None, Past::Unknown(first)) if !was_there => {
                            assert!(first > at(ms));
                        }
                        (was, is) => panic!("{id} at {ms}: {was:?}, {is:?}"),
                    }
                }
                was_there |= all.contains_key(id);
            }
        }
    }

    fn story(&self, id: ProfileId) -> String {
        let own = self.store.history.iter().filter(|one| one.profile == id);
        let lines = own.map(|one| format!("\n{} {} {:?}", one.at, one.kind, one.changes));
        lines.collect()
    }
}

/// A profile as it is shown, but for when somebody left, of which history has only the
/// change.
fn content(profile: &Profile) -> Value {
    let mut shown = json!(profile);
    let members = shown.as_object_mut().unwrap();
    members.remove("status_by");
    let all = members["subscriptions"].as_array_mut().unwrap();
    for one in all.iter_mut() {
        one.as_object_mut().unwrap().remove("left_at");
    }
    all.sort_by_key(|one| one["id"].to_string());
    shown
}

/// One that came by a merge or a split and was changed afterwards: history has not when it was
/// changed at the one from whom it came, so that is when it was made.
fn with_times_that_came(was: &Value, is: &Value) -> Value {
    let mut was = was.clone();
    let all = was["subscriptions"].as_array_mut().unwrap().iter_mut();
    for (one, shown) in all.zip(is["subscriptions"].as_array().unwrap()) {
        if shown["updated_at"] == shown["created_at"] {
            one["updated_at"] = shown["updated_at"].clone();
        }
    }
    was
}

#[test]
fn one_who_was_merged_was_what_it_was_and_away_meanwhile() {
    let mut world = World::new();
    let rome = json!({"email": "s@x.org", "tier": "a", "subscriptions": [mail("S@x.org")]});
    let source = world.add(rome);
    world.patch(source, &json!({"tier": "b"}));
    let into = world.add(json!({"email": "d@x.org"}));
    let before = world.now();
    assert!(world.merge(into, source));
    let merged = world.now();
    world.patch(into, &json!({"score": 3}));
    assert!(world.unmerge());
    world.patch(source, &json!({"tier": "c"}));
    world.check();
    assert_eq!(world.past(source, merged), Past::Away(Some(into)));
    let Past::There(was) = world.past(source, before) else {
        panic!("it was there");
    };
    assert_eq!((&was.data["tier"], was.revision), (&json!("b"), 2));
    assert_eq!(was.subscriptions.len(), 1);
}

#[test]
fn who_came_back_stricter_was_what_they_were() {
    let mut world = World::new();
    let source = world.add(json!({"email": "s@x.org", "subscriptions": [mail("s@x.org")]}));
    let into = world.add(json!({"email": "d@x.org"}));
    assert!(world.merge(into, source));
    world.store.origin = roster_model::Origin::Person;
    let mut left = mail("s@x.org");
    left["status"] = "unsubscribed".into();
    let schema = world.store.schema();
    let left = prepare_subscription_set(into, &left, None, &schema).unwrap();
    assert!(world.run(left));
    world.store.origin = roster_model::Origin::Api;
    assert!(world.unmerge());
    world.check();
}

#[test]
fn a_subscription_that_went_is_shown_with_its_spelling_and_times() {
    let mut world = World::new();
    let both = json!([mail("Fam@x.org"), mail("b@x.org")]);
    let source = world.add(json!({"email": "fam@x.org", "subscriptions": both}));
    let mut later = mail("Fam@x.org");
    later["priority"] = json!(3);
    let schema = world.store.schema();
    let later = prepare_subscription_set(source, &later, None, &schema).unwrap();
    assert!(world.run(later));
    let before = world.now();
    assert!(world.split(source, "fam@x.org"));
    world.check();
    let Past::There(was) = world.past(source, before) else {
        panic!("it was there");
    };
    let spelled: Vec<Value> = was.subscriptions.iter().map(|one| json!(one)).collect();
    assert!(
        spelled.iter().any(|one| one["email"] == "Fam@x.org"),
        "{spelled:?}"
    );
}

#[test]
fn who_was_removed_by_an_undoing_and_came_back_was_away_between() {
    let mut world = World::new();
    let id = world.add(json!({"email": "n@x.org", "tier": "a"}));
    let made = world.store.history[0].clone();
    world.undo(&made);
    let gone = world.store.history.last().unwrap().clone();
    assert_eq!(gone.kind, Kind::Deleted);
    let away = world.now();
    world.undo(&gone);
    world.patch(id, &json!({"tier": "b"}));
    world.check();
    assert_eq!(world.past(id, away), Past::Away(None));
    // Where nothing is kept of the time before, that is said.
    world.store.history.retain(|one| one.kind != Kind::Created);
    assert_eq!(world.past(id, 12), Past::Unknown(gone.at));
}

#[test]
fn entries_of_others_are_passed_over_whatever_their_time() {
    let mut world = World::new();
    let source = world.add(json!({"email": "s@x.org", "tier": "a"}));
    let into = world.add(json!({"email": "d@x.org", "tier": "x"}));
    world.patch(into, &json!({"tier": "y"}));
    world.patch(into, &json!({"tier": "z"}));
    // As a merge and a split leave them: older times, some with younger ids.
    for about in [
        json!({"merged_from": [source]}),
        json!({"split_from": source, "copied_from": [source]}),
    ] {
        let mut came = world.store.history[0].clone();
        (came.profile, came.about) = (into, Some(Arc::new(about)));
        world.store.history.insert(1, came.clone());
        world.store.history.push(came);
    }
    world.check();
}

fn subscription() -> impl Strategy<Value = Value> {
    let more = (0..7, of(0..3), vec(prop_oneof!["news", "offers"], 0..3));
    (1..3, address(), more).prop_map(|(resource, address, (status, priority, cats))| {
        let mut one = mail(&address);
        one["resource_id"] = json!(resource);
        one["status"] = json!(status);
        one["priority"] = json!(priority);
        if resource == 1 {
            one["cats"] = json!(cats);
        }
        one
    })
}

fn address() -> impl Strategy<Value = String> {
    "[a-cA-B]@x\\.org"
}

fn data() -> impl Strategy<Value = Value> {
    let values = (of("[pq]"), of(0..4), vec("[xyz]", 0..3), of(0..7));
    (values, vec(subscription(), 0..3)).prop_map(|((tier, score, labels, status), subs)| {
        let mut data = json!({"tier": tier, "score": score, "labels": labels});
        if !subs.is_empty() {
            data["subscriptions"] = json!(subs);
        }
        if let Some(status) = status {
            data["_status"] = json!(status);
        }
        data
    })
}

#[derive(Clone, Debug)]
enum Step {
    Add(Value),
    Patch(usize, Value),
    Set(usize, Value),
    Unset(usize, String),
    Delete(usize),
    Merge(usize, usize),
    Unmerge,
    Split(usize, String),
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let one = || 0..6usize;
    prop_oneof![
        3 => data().prop_map(Step::Add),
        4 => (one(), data()).prop_map(|(id, data)| Step::Patch(id, data)),
        3 => (one(), subscription()).prop_map(|(id, data)| Step::Set(id, data)),
        1 => (one(), address()).prop_map(|(id, address)| Step::Unset(id, address)),
        1 => one().prop_map(Step::Delete),
        3 => (one(), one()).prop_map(|(into, source)| Step::Merge(into, source)),
        3 => Just(Step::Unmerge),
        2 => (one(), address()).prop_map(|(id, address)| Step::Split(id, address)),
        3 => (0..40usize).prop_map(Step::Undo),
    ]
}

fn take(world: &mut World, step: Step) {
    let ids: Vec<ProfileId> = world.store.profiles.keys().copied().collect();
    let id = |n: usize| ids.get(n % ids.len().max(1)).copied();
    let schema = world.store.schema();
    let command = match step {
        Step::Add(data) => world.store.prepare(&json!({"mode": "add", "data": data})),
        Step::Patch(n, mut data) => {
            data.as_object_mut().unwrap().remove("subscriptions");
            let Some(id) = id(n) else { return };
            prepare_patch(id, &json!({"data": data}), None, &schema)
        }
        Step::Set(n, data) => {
            let Some(id) = id(n) else { return };
            prepare_subscription_set(id, &data, None, &schema)
        }
        Step::Unset(n, address) => {
            let Some(id) = id(n) else { return };
            prepare_subscription_delete(id, &mail(&address), None, &schema)
        }
        Step::Delete(n) => {
            let Some(id) = id(n) else { return };
            Ok(prepare_delete(id, None, &schema))
        }
        Step::Merge(into, source) => {
            if let (Some(into), Some(source)) = (id(into), id(source)) {
                world.merge(into, source);
            }
            return;
        }
        Step::Unmerge => {
            world.unmerge();
            return;
        }
        Step::Split(n, address) => {
            if let Some(id) = id(n) {
                world.split(id, &address);
            }
            return;
        }
        Step::Undo(n) => {
            let history = &world.store.history;
            let entry = history.get(n % history.len().max(1)).cloned();
            // What was deleted by hand is not brought back.
            let is_kept =
                |one: &Entry| one.kind != Kind::Deleted || world.removed.contains_key(&one.profile);
            if let Some(entry) = entry.filter(is_kept) {
                world.undo(&entry);
            }
            return;
        }
    };
    if let Ok(command) = command {
        world.run(command);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_moment_is_what_a_read_gave_then(steps in vec(step(), 1..25)) {
        let mut world = World::new();
        for step in steps {
            take(&mut world, step);
        }
        world.check();
    }
}
