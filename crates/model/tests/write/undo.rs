//! Taking back what a job did: what others did since stays, the rest is as it was, and nobody
//! is made reachable.

use crate::support::{Store, mail};
use proptest::collection::vec;
use proptest::prelude::*;
use roster_model::write::{LaterAuthor, LaterChanges, Outcome, Undo, prepare_undo};
use roster_model::{JobId, Profile, ProfileId, Status};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A job: the places of its entries in the history.
#[derive(Default)]
struct Job(BTreeSet<usize>);

impl Job {
    /// Writes something as a part of the job.
    fn write(&mut self, store: &mut Store, request: Value) -> Outcome {
        let before = store.history.len();
        let outcome = store.write(request).unwrap();
        self.0.extend(before..store.history.len());
        outcome
    }

    /// Takes everything back, the last entry first, and gives what stays.
    fn undo(&self, store: &mut Store) -> Vec<(String, Value, &'static str)> {
        let mut kept = Vec::new();
        for place in self.0.iter().rev() {
            let entry = store.history[*place].clone();
            let mut later = LaterChanges::new(false);
            for (other, one) in store.history.iter().enumerate().skip(place + 1) {
                let undoes = |about: &Value| about.get("undo").is_some();
                let author = match one.about.as_deref().is_some_and(undoes) {
                    _ if self.0.contains(&other) => LaterAuthor::Own,
                    true => LaterAuthor::Undoing,
                    false => LaterAuthor::Other,
                };
                if one.profile == entry.profile {
                    later.add(one.kind, &one.changes, author);
                }
            }
            let undo = Undo {
                job: JobId::new(1).unwrap(),
                profile: entry.profile,
                kind: entry.kind,
                changes: entry.changes.clone(),
                removed: None,
                side: None,
                later,
            };
            let command = prepare_undo(undo, &store.schema());
            let outcome = store.run(&[command]).remove(0).unwrap();
            let undone = outcome.undo.unwrap();
            kept.extend(
                undone
                    .kept
                    .into_iter()
                    .map(|one| (one.field, one.value, one.reason)),
            );
        }
        kept
    }
}

fn import(person: usize, data: &Value) -> Value {
    let mut data = data.clone();
    data["email"] = json!(format!("p{person}@x.org"));
    json!({"matching": "email", "data": data})
}

const FIELDS: [&str; 3] = ["_city", "_fname", "labels"];

/// One of few values of a field, so that what one says another says too.
fn value(field: &str, which: usize) -> Value {
    match (field, which) {
        (_, 0) => Value::Null,
        ("labels", which) => json!([format!("l{which}")]),
        (_, which) => json!(format!("v{which}")),
    }
}

fn states(store: &Store) -> BTreeMap<(ProfileId, &'static str), Value> {
    let all = store.profiles.values().flat_map(|profile| {
        let of = |name: &'static str| profile.data.get(name).cloned().unwrap_or_default();
        FIELDS.map(|name| ((profile.id, name), of(name)))
    });
    all.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    // spec/people.md §5.4.
    #[test]
    fn what_nobody_else_touched_is_as_before_and_the_rest_as_the_others_left_it(
        writes in vec((any::<bool>(), 0usize..5, 0usize..3, 0usize..4), 1..25),
    ) {
        let mut store = Store::new();
        for person in 0..3 {
            store.write(import(person, &json!({"_city": "v1", "labels": ["l1"]}))).unwrap();
        }
        let before = states(&store);
        let mut job = Job::default();
        // What others left, by field, and whom the job made.
        let mut left: BTreeMap<(ProfileId, &str), Value> = BTreeMap::new();
        let mut touched: BTreeSet<ProfileId> = BTreeSet::new();
        let mut made: BTreeSet<ProfileId> = BTreeSet::new();
        let mut born = BTreeMap::new();
        for (by_job, person, field, which) in writes {
            let name = FIELDS[field];
            let request = import(person, &json!({ name: value(name, which) }));
            if by_job {
                let outcome = job.write(&mut store, request);
                if outcome.kind.as_str() == "created" {
                    made.insert(outcome.id);
                    let own = states(&store).into_iter();
                    born.extend(own.filter(|((id, _), _)| *id == outcome.id));
                }
                continue;
            }
            let were = states(&store);
            let outcome = store.write(request).unwrap();
            let are = states(&store);
            touched.insert(outcome.id);
            for (key, value) in are {
                if key.0 == outcome.id && were.get(&key) != Some(&value) {
                    left.insert(key, value);
                }
            }
        }
        let last = states(&store);
        job.undo(&mut store);
        let now = states(&store);
        for (key, value) in &last {
            let (id, name) = *key;
            let own = left.get(key).or(born.get(key)).or(before.get(key));
            let expected = match made.contains(&id) {
                // Somebody may have said what was so already: that is no touch.
                true if !store.profiles.contains_key(&id) => {
                    prop_assert!(!left.keys().any(|(other, _)| *other == id));
                    None
                }
                true => {
                    prop_assert!(touched.contains(&id));
                    own.cloned()
                }
                false => Some(own.unwrap_or(value).clone()),
            };
            prop_assert_eq!(now.get(key).cloned(), expected, "{} of {:?}", name, id);
        }
    }
}

#[test]
fn a_value_that_is_somebody_elses_by_now_is_not_given_back() {
    let mut store = Store::new();
    store.write(import(0, &json!({"code": "one"}))).unwrap();
    let mut job = Job::default();
    job.write(
        &mut store,
        import(0, &json!({"code": "two", "_city": "Bonn"})),
    );
    store.write(import(1, &json!({"code": "one"}))).unwrap();
    let kept = job.undo(&mut store);
    assert_eq!(kept, [("code".to_owned(), json!("two"), "does_not_fit")]);
    let first = store.profiles.values().next().unwrap();
    assert_eq!(first.data["code"], "two");
    assert_eq!(first.data.get("_city"), None);
}

#[test]
fn an_edit_back_to_what_the_job_said_first_stays() {
    let mut store = Store::new();
    store.write(import(0, &json!({"_city": "Rome"}))).unwrap();
    let mut job = Job::default();
    job.write(&mut store, import(0, &json!({"_city": "Oslo"})));
    job.write(&mut store, import(0, &json!({"_city": "Wien"})));
    store.write(import(0, &json!({"_city": "Oslo"}))).unwrap();
    let kept = job.undo(&mut store);
    let city = ("_city".to_owned(), json!("Oslo"), "changed_since");
    // The last change is as it was before that; the first is reported.
    assert_eq!(kept, [city]);
    assert_eq!(
        store.profiles.values().next().unwrap().data["_city"],
        "Oslo"
    );
}

#[test]
fn somebody_whom_a_job_made_stays_with_what_others_did() {
    let mut store = Store::new();
    let mut job = Job::default();
    let made = job.write(&mut store, import(0, &json!({"_city": "Rome"})));
    // Nothing of the values is another: somebody merged an old customer into it.
    let old = store.write(import(1, &json!({"_city": "Rome"}))).unwrap();
    let merge =
        json!({"sources": [{"profile_id": old.id}], "destination": {"profile_id": made.id}});
    let merge = roster_model::write::prepare_merge(&merge, None, &[store.schema()]).unwrap();
    store.run(&[merge]).remove(0).unwrap();
    let kept = job.undo(&mut store);
    assert!(!kept.is_empty());
    assert!(store.profiles.contains_key(&made.id));
}

fn subscribed(profile: &Profile) -> bool {
    profile.subscriptions[0].status == Status::Subscribed
}

#[test]
fn what_was_lifted_by_an_import_stands_again_when_it_is_undone() {
    let mut store = Store::new();
    let mut left = mail("p0@x.org");
    left["status"] = json!("unsubscribed");
    let old = store
        .write(import(0, &json!({"subscriptions": [left]})))
        .unwrap();
    let gone = roster_model::write::prepare_delete(old.id, None, &store.schema());
    store.run(&[gone]).remove(0).unwrap();
    let plain = import(0, &json!({"subscriptions": [mail("p0@x.org")]}));
    let mut again = plain.clone();
    again["resubscribe"] = json!(true);
    again["reason"] = json!("They signed at the fair.");
    store.clock += 1_000;
    let mut job = Job::default();
    let made = job.write(&mut store, again);
    assert!(subscribed(&store.profiles[&made.id]));
    store.clock += 1_000;
    assert_eq!(job.undo(&mut store), []);
    assert!(store.profiles.is_empty());
    store.clock += 1_000;
    let back = store.write(plain).unwrap();
    assert!(!subscribed(&store.profiles[&back.id]));
}

#[test]
fn two_jobs_are_taken_back_one_after_the_other() {
    let mut store = Store::new();
    store.write(import(0, &json!({"_city": "Rome"}))).unwrap();
    let (mut first, mut second) = (Job::default(), Job::default());
    first.write(&mut store, import(0, &json!({"_city": "Oslo"})));
    let made = first.write(&mut store, import(1, &json!({"_city": "Oslo"})));
    second.write(&mut store, import(0, &json!({"_city": "Wien"})));
    second.write(&mut store, import(1, &json!({"_city": "Wien"})));
    assert_eq!(second.undo(&mut store), []);
    assert_eq!(first.undo(&mut store), []);
    assert!(!store.profiles.contains_key(&made.id));
    assert_eq!(
        store.profiles.values().next().unwrap().data["_city"],
        "Rome"
    );
}
