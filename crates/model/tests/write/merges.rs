//! Merging, splitting and undoing merges: what the result has, and what holds for any of
//! them.

use crate::support::{Store, kind, mail, wrongs};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_model::unite::strictness;
use roster_model::write::{
    Command, Outcome, Refusal, prepare_merge, prepare_split, prepare_unmerge,
};
use roster_model::{Profile, ProfileId, Status, profile_keys};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Store {
    fn merge(&mut self, body: &Value) -> Result<Outcome, Refusal> {
        let command = prepare_merge(body, None, &[self.schema()])?;
        self.run(&[command]).remove(0)
    }

    fn split(&mut self, body: &Value) -> Result<Outcome, Refusal> {
        let command = prepare_split(body, None, &self.schema())?;
        self.run(&[command]).remove(0)
    }

    fn unmerge(&mut self) -> Result<Outcome, Refusal> {
        let record = Arc::new(self.merges.last().unwrap().clone());
        let command = prepare_unmerge(record, &[self.schema()])?;
        self.run(&[command]).remove(0)
    }

    fn add(&mut self, data: Value) -> ProfileId {
        let added = self.write(json!({"mode": "add", "data": data}));
        added.unwrap().id
    }

    fn merge_ids(&mut self, into: ProfileId, sources: &[ProfileId]) -> Result<Outcome, Refusal> {
        let sources = sources.iter().map(|id| json!({"profile_id": id}));
        let sources: Vec<Value> = sources.collect();
        self.merge(&json!({"sources": sources, "destination": {"profile_id": into}}))
    }

    /// To which contacts of which resources messages may go, with the categories.
    fn reachable(&self) -> BTreeSet<(i64, String, String)> {
        let mut found = BTreeSet::new();
        for profile in self.profiles.values() {
            if profile.status != Status::Subscribed {
                continue;
            }
            for one in &profile.subscriptions {
                let known = self.endings.of(&one.contact);
                let against = roster_model::ending::against(known, profile.database, one.resource);
                if one.deleted || one.status != Status::Subscribed || against.is_some() {
                    continue;
                }
                let key = (one.resource.get(), one.history_field());
                found.insert((key.0, key.1.clone(), String::new()));
                found.extend(
                    one.categories
                        .iter()
                        .map(|name| (key.0, key.1.clone(), name.clone())),
                );
            }
        }
        found
    }
}

impl Store {
    /// What a profile is, with each subscription as it counts: an earlier merge may have said
    /// of a contact what a later one finds.
    fn standing_content(&self, id: ProfileId) -> Value {
        let mut profile = self.get(id.pk()).clone();
        for one in &mut profile.subscriptions {
            let known = self.endings.of(&one.contact);
            let against = roster_model::ending::against(known, profile.database, one.resource);
            if let Some(ending) = against
                && strictness(ending.standing) > strictness(one.standing())
            {
                (one.status, one.status_by) = (ending.standing.status, ending.standing.by);
                one.suspended_until = None;
            }
        }
        content(&profile)
    }
}

/// What a profile is, without its times and who it is.
fn content(profile: &Profile) -> Value {
    let mut subscriptions: Vec<Value> = profile
        .subscriptions
        .iter()
        .map(|one| json!([one.history_field(), one.to_history()]))
        .collect();
    subscriptions.sort_by_key(ToString::to_string);
    let mut former: Vec<String> = profile
        .former_keys
        .iter()
        .map(|k| format!("{k:?}"))
        .collect();
    former.sort();
    json!([profile.data, profile.status, subscriptions, former])
}

#[test]
fn the_destination_keeps_what_it_has_and_takes_what_it_lacks() {
    let mut store = Store::new();
    let ann = store.add(
        json!({"email": "ann@x.org", "_fname": "Ann", "labels": ["x"],
        "phones": ["+49309018201"], "_regdate": "2020-05-01", "score": 1}),
    );
    let old = store.add(
        json!({"email": "ann@old.org", "_fname": "Anna", "_lname": "Lee",
        "labels": ["y", "x"], "phones": ["+49309018202"], "_regdate": "2019-01-01"}),
    );
    let third = store.add(json!({"_lname": "Li", "score": 7, "code": "C-1"}));
    let outcome = store
        .merge(&json!({
            "sources": [{"email": "ann@old.org"}, {"profile_id": third}],
            "destination": {"email": "ann@x.org"}, "data": {"tier": "gold", "score": {"action": "incr", "value": 1}}
        }))
        .unwrap();
    let merge = outcome.merge.unwrap();
    assert_eq!(merge.sources, [old, third]);
    let data = &merge.profile.data;
    assert_eq!(data["email"], "ann@x.org");
    assert_eq!(data["_fname"], "Ann");
    assert_eq!(data["_lname"], "Lee");
    assert_eq!(data["labels"], json!(["x", "y"]));
    assert_eq!(data["phones"], json!(["+49309018201", "+49309018202"]));
    assert!(data["_regdate"].as_str().unwrap().starts_with("2019-01-01"));
    assert_eq!(data["code"], "C-1");
    assert_eq!(data["tier"], "gold");
    assert_eq!(data["score"], 2);
    let fields: Vec<&str> = merge
        .conflicts
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(fields, ["_fname", "email", "_lname", "score"]);
    assert_eq!(merge.conflicts[0].dropped, "Anna");
    // By what anybody was found before, the result is found.
    for found in ["ann@x.org", "ann@old.org"] {
        let again = store.write(json!({"mode": "update", "email": found, "data": {"tier": "t"}}));
        assert_eq!(again.unwrap().id, ann);
    }
    let by_id = store.write(json!({"mode": "update", "matching": "profile_id",
        "profile_id": old, "data": {"tier": "u"}}));
    assert_eq!(by_id.unwrap().id, ann);
    // An old file with the old address makes nobody new, and doesn't give them the old one.
    let file = store.import("email", json!({"email": "ann@old.org", "_lname": "Lee"}));
    let file = file.unwrap();
    assert_eq!((file.id, file.kind.as_str()), (ann, "unchanged"));
    assert_eq!(store.get(ann.pk()).data["email"], "ann@x.org");
    // Nobody else may take it.
    let taken = store.write(json!({"mode": "add", "data": {"email": "ann@old.org"}}));
    assert_eq!(kind(&taken), "duplicate");
}

#[test]
fn the_stricter_standing_wins_and_its_proof_comes_along() {
    let mut store = Store::new();
    let with = |status: &str, extra: Value| {
        let mut one = mail("a@x.org");
        one["status"] = status.into();
        one["reg_info"] = json!({"ip": extra, "url": "https://x.org/", "date": "2020-01-01"});
        json!({"subscriptions": [one]})
    };
    let ann = store.add(with("subscribed", json!("192.0.2.1")));
    let old = store.add(with("suspended", json!("192.0.2.2")));
    store.merge_ids(ann, &[old]).unwrap();
    let one = &store.get(ann.pk()).subscriptions[0];
    assert_eq!(one.status, Status::Suspended);
    assert_eq!(one.ip.as_deref(), Some("192.0.2.2"));
}

#[test]
fn a_profile_that_gets_nothing_makes_the_result_one_that_gets_nothing() {
    let mut store = Store::new();
    let ann = store.add(json!({"subscriptions": [mail("a@x.org")]}));
    let old = store.add(json!({"_status": "unsubscribed", "subscriptions": [mail("b@x.org")]}));
    store.merge_ids(ann, &[old]).unwrap();
    assert_eq!(store.get(ann.pk()).status, Status::Unsubscribed);
    assert!(store.reachable().is_empty());
}

#[test]
fn what_is_named_twice_or_not_there_is_refused_by_its_place_and_changes_nothing() {
    let mut store = Store::new();
    let ann = store.add(json!({"email": "ann@x.org", "phones": ["+49309018201"]}));
    let bob = store.add(json!({"email": "bob@x.org", "phones": ["+49309018201"]}));
    let before = store.profiles.clone();
    let into = json!({"profile_id": ann});
    for (body, code, pointer) in [
        (
            json!({"sources": [{"profile_id": ann}], "destination": into}),
            "contradiction",
            "/destination",
        ),
        (
            json!({"sources": [{"profile_id": bob}, {"email": "bob@x.org"}], "destination": into}),
            "contradiction",
            "/sources/1",
        ),
        (
            json!({"sources": [{"email": "eve@x.org"}], "destination": into}),
            "not_found",
            "/sources/0",
        ),
        (
            json!({"sources": [{"matching": "phone", "phone": "+49309018201"}], "destination": {"new": true}}),
            "ambiguous_match",
            "/sources/0",
        ),
        (
            json!({"sources": [], "destination": into}),
            "required",
            "/sources",
        ),
        (
            json!({"sources": [{"profile_id": bob}]}),
            "required",
            "/destination",
        ),
        (
            json!({"sources": [{"profile_id": bob}], "destination": into, "data": {"_status": 0}}),
            "read_only",
            "/data/_status",
        ),
        (
            json!({"sources": [{"profile_id": bob}], "destination": into, "data": {"no": 1}}),
            "unknown_field",
            "/data/no",
        ),
        (
            json!({"sources": [{"profile_id": bob, "x": 1}], "destination": into}),
            "unknown_field",
            "/sources/0/x",
        ),
        (
            json!({"sources": [{"profile_id": bob, "database_id": 9}], "destination": into}),
            "unknown_database",
            "/sources/0/database_id",
        ),
    ] {
        let refused = store.merge(&body).unwrap_err();
        assert_eq!(
            (refused.code.as_str(), refused.pointer.as_str()),
            (code, pointer),
            "{body}"
        );
        assert_eq!(store.profiles, before);
    }
    let many: Vec<Value> = vec![json!({"profile_id": bob}); 101];
    let refused = store.merge(&json!({"sources": many, "destination": into}));
    assert_eq!(wrongs(refused), [("too_many", "/sources".to_owned())]);
}

#[test]
fn a_unique_value_of_somebody_else_is_refused_and_everything_stays() {
    let mut store = Store::new();
    let ann = store.add(json!({"email": "ann@x.org"}));
    let bob = store.add(json!({"email": "bob@x.org"}));
    store.add(json!({"code": "A"}));
    let before = store.profiles.clone();
    let refused = store.merge(&json!({"sources": [{"profile_id": bob}],
        "destination": {"profile_id": ann}, "data": {"code": "A"}}));
    let refused = refused.unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.pointer.as_str()),
        ("duplicate", "/data/code")
    );
    assert_eq!(store.profiles, before);
    assert!(store.merged.is_empty());
}

#[test]
fn a_split_gives_each_subscription_to_the_first_who_takes_it() {
    let mut store = Store::new();
    let sms = json!({"resource_id": 1, "channel": "sms", "phone": "+49309018201",
        "custom_fields": {"note": "n"}});
    let both = store.add(
        json!({"email": "ann@x.org", "_fname": "Ann", "subscriptions":
        [mail("ann@x.org"), mail("bob@x.org"), sms]}),
    );
    let outcome = store
        .split(&json!({"source": {"profile_id": both}, "destinations": [
            {"new": true, "data": {"_fname": "Bob"},
                "subscriptions": [{"email": "bob@x.org"}, {"channel": "sms"}]},
            {"new": true, "subscriptions": [{"resource_id": 1, "channel": "sms"}]}]}))
        .unwrap();
    let split = outcome.split.unwrap();
    let contacts = |profile: &Profile| -> Vec<String> {
        let all = profile.subscriptions.iter();
        all.map(|one| one.contact.key().into_owned()).collect()
    };
    assert_eq!(contacts(&split.source), ["ann@x.org"]);
    assert_eq!(
        contacts(&split.destinations[0]),
        ["bob@x.org", "+49309018201"]
    );
    assert_eq!(split.destinations[0].data["_fname"], "Bob");
    assert!(contacts(&split.destinations[1]).is_empty());
    // Who is found by what moved.
    let found = store.write(json!({"mode": "update", "matching": "email_sub",
        "email": "bob@x.org", "data": {"tier": "t"}}));
    assert_eq!(found.unwrap().id, split.destinations[0].id);
}

#[test]
fn undoing_brings_everybody_back_and_leaves_what_was_changed_since() {
    let mut store = Store::new();
    let ann = store.add(json!({"email": "ann@x.org", "score": 1}));
    let old = store.add(json!({"email": "ann@old.org", "_lname": "Lee", "tier": "a"}));
    let before = (content(store.get(ann.pk())), content(store.get(old.pk())));
    store.merge_ids(ann, &[old]).unwrap();
    store
        .write(json!({"mode": "update", "email": "ann@x.org", "data": {"tier": "b", "score": 2}}))
        .unwrap();
    let undone = store.unmerge().unwrap().undo.unwrap();
    assert_eq!(undone.restored, [old]);
    let kept: Vec<_> = undone
        .kept
        .iter()
        .map(|one| (one.field.as_str(), one.reason))
        .collect();
    assert_eq!(kept, [("tier", "changed_since")]);
    assert_eq!(content(store.get(old.pk())), before.1);
    let ann = store.get(ann.pk());
    assert_eq!(
        (&ann.data["tier"], &ann.data["score"]),
        (&json!("b"), &json!(2))
    );
    assert!(!ann.data.contains_key("_lname") && ann.former_keys.is_empty());
    // Each is found by what is theirs again.
    let found = store.write(json!({"mode": "update", "email": "ann@old.org", "data": {}}));
    assert_eq!(found.unwrap().id, old);
}

#[test]
fn who_left_after_a_merge_has_left_when_it_is_undone() {
    let mut store = Store::new();
    let ann = store.add(json!({"email": "ann@x.org"}));
    let old = store.add(json!({"email": "a@old.org", "subscriptions": [mail("a@old.org")]}));
    store.merge_ids(ann, &[old]).unwrap();
    store.origin = roster_model::Origin::Person;
    let mut left = mail("a@old.org");
    left["status"] = "unsubscribed".into();
    store
        .write(json!({"mode": "update", "email": "ann@x.org", "data": {"subscriptions": [left]}}))
        .unwrap();
    store.origin = roster_model::Origin::Api;
    store.unmerge().unwrap();
    assert_eq!(
        store.get(old.pk()).subscriptions[0].status,
        Status::Unsubscribed
    );
    assert!(store.reachable().is_empty());
}

fn subscription() -> impl Strategy<Value = Value> {
    let more = (0..7, vec(prop_oneof!["news", "offers"], 0..3));
    (1..3, "[a-c]@x\\.org", more).prop_map(|(resource, address, (status, cats))| {
        let mut one = mail(&address);
        one["resource_id"] = json!(resource);
        one["status"] = json!(status);
        if resource == 1 {
            one["cats"] = json!(cats);
        }
        one
    })
}

fn person() -> impl Strategy<Value = Value> {
    (
        (of("[a-e]@x\\.org"), of("[AB]{2}"), of(0..5), of("[pq]")),
        (vec("[xyz]", 0..3), vec(0..4, 0..3), 0..7),
        (vec(subscription(), 0..3), 0..4),
    )
        .prop_map(
            |((email, code, number, tier), (labels, phones, status), (subs, open))| {
                let phones = phones.iter().map(|n| format!("+4930901820{n}"));
                let mut data = json!({
                    "labels": labels, "phones": phones.collect::<Vec<_>>(), "subscriptions": subs,
                    "email": email, "code": code, "number": number, "tier": tier
                });
                // Most people are open to messages.
                if open == 0 {
                    data["_status"] = json!(status);
                }
                data
            },
        )
}

/// A store with some people in it: those whom nobody else's unique values keep out.
fn filled(people: &[Value]) -> (Store, Vec<ProfileId>) {
    let mut store = Store::new();
    let mut ids = Vec::new();
    for data in people {
        store.clock += 1;
        let added = store.write(json!({"mode": "add", "data": data}));
        ids.extend(added.map(|one| one.id));
    }
    (store, ids)
}

/// No subscription is stricter than it was for anybody, nor are there new ones.
fn check_reach(
    before: &BTreeSet<(i64, String, String)>,
    store: &Store,
) -> Result<(), TestCaseError> {
    let after = store.reachable();
    let new: Vec<_> = after.difference(before).collect();
    prop_assert!(new.is_empty(), "woken: {new:?}");
    Ok(())
}

proptest! {
    #[test]
    fn a_merge_makes_nobody_reachable_and_is_found_by_every_old_key(people in vec(person(), 2..5)) {
        let (mut store, ids) = filled(&people);
        if ids.len() < 2 {
            return Ok(());
        }
        let reachable = store.reachable();
        let emails = store.profiles.values().filter_map(|one| one.data.get("email").cloned());
        let emails: Vec<Value> = emails.collect();
        let keys: BTreeSet<_> = store.profiles.values()
            .flat_map(|one| profile_keys(one, &store.database)).map(|(key, _)| key).collect();
        let merged = store.merge_ids(ids[0], &ids[1..]);
        prop_assert!(merged.is_ok(), "{merged:?}");
        prop_assert_eq!(store.profiles.len(), 1);
        check_reach(&reachable, &store)?;
        let now: BTreeSet<_> = store.keys.keys().map(|(_, key, _)| key.clone()).collect();
        prop_assert!(keys.is_subset(&now), "lost: {:?}", keys.difference(&now));
        for id in &ids {
            let found = store.write(json!({"mode": "update", "matching": "profile_id",
                "profile_id": id, "data": {}}));
            prop_assert_eq!(found.unwrap().id, ids[0]);
        }
        // Writing everybody again as they came wakes nobody either, and makes nobody new.
        for email in emails {
            let again = store.import("email", json!({"email": email}));
            prop_assert_eq!(again.unwrap().id, ids[0]);
        }
        prop_assert_eq!(store.profiles.len(), 1);
        check_reach(&reachable, &store)?;
    }

    #[test]
    fn three_are_the_same_in_whatever_order_they_are_merged_by_twos(people in vec(person(), 3..4)) {
        let (store, ids) = filled(&people);
        if ids.len() < 3 {
            return Ok(());
        }
        let (mut one, mut two, mut three) = (store.clone(), store.clone(), store);
        one.merge_ids(ids[0], &ids[1..]).unwrap();
        two.merge_ids(ids[0], &ids[1..2]).unwrap();
        two.merge_ids(ids[0], &ids[2..]).unwrap();
        three.merge_ids(ids[1], &ids[2..]).unwrap();
        three.merge_ids(ids[0], &ids[1..2]).unwrap();
        let [a, b, c] = [&one, &two, &three].map(|store| store.standing_content(ids[0]));
        prop_assert_eq!(&a, &b);
        prop_assert_eq!(&a, &c);
    }

    #[test]
    fn an_undone_merge_makes_nobody_reachable_and_gives_back_every_value(people in vec(person(), 2..5)) {
        let (mut store, ids) = filled(&people);
        if ids.len() < 2 {
            return Ok(());
        }
        let reachable = store.reachable();
        let before = store.profiles.clone();
        store.merge_ids(ids[0], &ids[1..]).unwrap();
        let undone = store.unmerge();
        prop_assert!(undone.is_ok(), "{undone:?}");
        check_reach(&reachable, &store)?;
        prop_assert_eq!(store.profiles.len(), before.len());
        for (id, was) in &before {
            let now = &store.profiles[id];
            prop_assert_eq!(&now.data, &was.data);
            prop_assert_eq!(&now.former_keys, &was.former_keys);
            prop_assert!(strictness(now.standing()) >= strictness(was.standing()));
            prop_assert_eq!(now.subscriptions.len(), was.subscriptions.len());
            for one in &was.subscriptions {
                let now = now.subscriptions.iter().find(|s| s.is(one.resource, &one.contact)).unwrap();
                prop_assert!(strictness(now.standing()) >= strictness(one.standing()));
                prop_assert_eq!(&now.custom_fields, &one.custom_fields);
                prop_assert_eq!(now.priority, one.priority);
            }
        }
    }

    #[test]
    fn a_split_makes_nobody_reachable_and_loses_nothing(people in vec(person(), 2..4), takes in vec(0..3usize, 1..3)) {
        let (mut store, ids) = filled(&people);
        if ids.len() < 2 {
            return Ok(());
        }
        let reachable = store.reachable();
        let count = |store: &Store| -> usize {
            store.profiles.values().flat_map(|one| &one.subscriptions)
                .map(|one| one.history_field()).collect::<BTreeSet<_>>().len()
        };
        let before = count(&store);
        let all = [json!({"resource_id": 1}), json!({"channel": "email"}), json!({"email": "a@x.org"})];
        let mut destinations: Vec<Value> = takes.iter()
            .map(|n| json!({"new": true, "subscriptions": [all[*n]], "history": true}))
            .collect();
        destinations.push(json!({"profile_id": ids[1], "subscriptions": [all[1]]}));
        let split = store.split(&json!({"source": {"profile_id": ids[0]}, "destinations": destinations}));
        prop_assert!(split.is_ok(), "{split:?}");
        check_reach(&reachable, &store)?;
        prop_assert_eq!(count(&store), before);
    }
}

#[test]
fn a_command_says_that_it_moves_profiles() {
    let store = Store::new();
    let delete = roster_model::write::prepare_delete(store.id(1), None, &store.schema());
    assert!(!Command::moves_profiles(&delete));
}
