//! Random sequences of changes: whatever is asked for, everything stays in
//! step, and a batch equals its items one by one.

use std::sync::{Arc, Barrier};

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_model::write::{
    Command, Refusal, Request, prepare_delete, prepare_patch, prepare_subscription_delete,
    prepare_subscription_restore, prepare_subscription_set,
};
use roster_model::{Profile, ProfileId};
use roster_store::Cell;
use roster_store::catalogue::Definitions;
use roster_store::write::{Batch, run};
use serde_json::{Map, Value, json};

use super::check::check;
use super::world::*;
use crate::engine::Connection;

/// Few enough for people to meet.
fn address() -> impl Strategy<Value = String> {
    "[a-cA]@x\\.org"
}

fn contact() -> impl Strategy<Value = Value> {
    prop_oneof![
        (1..3, address()).prop_map(|(resource, email)| json!(
            {"resource_id": resource, "channel": "email", "email": email})),
        (0..3).prop_map(|n| json!(
            {"resource_id": 1, "channel": "sms", "phone": format!("+4930 90182{n}")})),
        (0..2).prop_map(
            |n| json!({"resource_id": 1, "channel": "push", "provider": "fcm",
            "subscription_id": format!("t{n}")})
        ),
    ]
}

fn subscription() -> impl Strategy<Value = Value> {
    (contact(), of(0..7), of(0..4)).prop_map(|(mut one, status, priority)| {
        one["status"] = json!(status);
        one["priority"] = json!(priority);
        one
    })
}

fn member() -> impl Strategy<Value = (&'static str, Value)> {
    prop_oneof![
        3 => address().prop_map(|v| ("email", json!(v))),
        1 => vec("[0-3]", 0..3).prop_map(|v| {
            let phones = v.iter().map(|n| format!("+4930 90182{n}"));
            ("phones", phones.collect())
        }),
        1 => of("[AB]").prop_map(|v| ("code", json!(v))),
        1 => of(0..3).prop_map(|v| ("number", json!(v))),
        1 => of("[pqé]{1,5}").prop_map(|v| ("tier", json!(v))),
        1 => vec("[xyz]", 0..4).prop_map(|v| ("labels", json!(v))),
        1 => Just(("labels", json!({"action": "add", "value": "w"}))),
        1 => (-3..3).prop_map(|v| ("points", json!({"action": "incr", "value": v}))),
        1 => of("[a-zü ]{0,9}").prop_map(|v| ("_lname", json!(v))),
        1 => (0..7).prop_map(|v| ("_status", json!(v))),
        1 => vec(subscription(), 0..3).prop_map(|v| ("subscriptions", json!(v))),
    ]
}

fn data() -> impl Strategy<Value = Map<String, Value>> {
    vec(member(), 1..6).prop_map(|members| {
        let members = members.into_iter();
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

/// A change of anybody: by what matches, or the n-th profile there is.
#[derive(Clone, Debug)]
enum Change {
    Write(Value, Map<String, Value>),
    Patch(usize, Map<String, Value>),
    Set(usize, Value),
    Unset(usize, Value),
    Restore(usize, Value),
    Delete(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let matching = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"matching": "phone"})),
        1 => Just(json!({"matching": "email_sub", "resource_id": 1})),
        1 => Just(json!({"matching": "email_phone"})),
        1 => Just(json!({"matching": "custom", "field_name": "code"})),
        1 => Just(json!({"matching": "custom", "field_name": "labels"})),
    ];
    let mode = prop_oneof![8 => Just("import"), 1 => Just("add"), 1 => Just("update")];
    let segments = (of(vec(1..4, 0..2)), of(1..4));
    let write = (matching, mode, data(), segments).prop_map(|(mut members, mode, data, moves)| {
        members["mode"] = json!(mode);
        let (put, gone) = moves;
        members["add_to_segments"] = json!(put);
        if gone.is_some_and(|gone| put.is_none_or(|put| !put.contains(&gone))) {
            members["remove_from_segments"] = json!([gone]);
        }
        Change::Write(members, data)
    });
    let patch = data().prop_map(|mut data| {
        data.remove("subscriptions");
        data
    });
    prop_oneof![
        8 => write,
        2 => (0..6usize, patch).prop_map(|(n, data)| Change::Patch(n, data)),
        1 => (0..6usize, subscription()).prop_map(|(n, body)| Change::Set(n, body)),
        1 => (0..6usize, contact()).prop_map(|(n, body)| Change::Unset(n, body)),
        1 => (0..6usize, contact()).prop_map(|(n, body)| Change::Restore(n, body)),
        1 => (0..6usize).prop_map(Change::Delete),
    ]
}

impl Change {
    fn prepare(&self, known: &Definitions, people: &[ProfileId]) -> Result<Command, Refusal> {
        let schema = schema(known);
        let nobody = ProfileId::from_pk(1).unwrap();
        let id = |n: usize| people.get(n).copied().unwrap_or(nobody);
        match self {
            Change::Write(members, data) => {
                let request = Request::parse(object(members), &schema, true)?;
                request.prepare(&Value::Object(data.clone()), &schema)
            }
            Change::Patch(n, data) => prepare_patch(id(*n), &json!({"data": data}), None, &schema),
            Change::Set(n, body) => prepare_subscription_set(id(*n), body, None, &schema),
            Change::Unset(n, body) => prepare_subscription_delete(id(*n), body, None, &schema),
            Change::Restore(n, body) => prepare_subscription_restore(id(*n), body, None, &schema),
            Change::Delete(n) => Ok(prepare_delete(id(*n), None, &schema)),
        }
    }
}

/// One job of a group: its changes, and whether all of them must succeed.
type Draft = (Vec<Change>, bool);

fn batch_of() -> impl Strategy<Value = Draft> {
    (vec(change(), 1..6), proptest::bool::weighted(0.2))
}

fn job_of(known: &Arc<Definitions>, people: &[ProfileId], (changes, atomic): &Draft) -> Batch {
    let items = changes.iter().map(|change| change.prepare(known, people));
    let mut job = job(known, items.collect());
    job.atomic = *atomic;
    job
}

fn ids(people: &[Profile]) -> Vec<ProfileId> {
    people.iter().map(|one| one.id).collect()
}

/// Profiles without ids and times.
fn bare(profiles: &[Profile]) -> Vec<Value> {
    let mut all: Vec<Value> = profiles
        .iter()
        .map(|one| {
            let mut subscriptions: Vec<String> = one
                .subscriptions
                .iter()
                .map(|one| format!("{} {}", one.history_field(), one.to_history()))
                .collect();
            subscriptions.sort();
            json!([one.data, one.status, one.revision, subscriptions])
        })
        .collect();
    all.sort_by_key(Value::to_string);
    all
}

/// How many are in each segment.
fn memberships(sql: &Connection) -> Vec<Vec<Cell>> {
    rows(sql, "SELECT id, members FROM segments", vec![])
}

fn add_segments(sql: &Connection) {
    for name in ["one", "two", "three"] {
        add_segment(sql, PEOPLE, name);
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(40))]

    #[test]
    fn after_every_group_of_jobs_everything_is_in_step(
        groups in vec(vec(batch_of(), 1..4), 1..6)
    ) {
        let world = World::new();
        let sql = world.connect();
        add_segments(&sql);
        somebody_left(&sql);
        let known = definitions(&sql, PEOPLE);
        for group in &groups {
            let people = ids(&everybody(&sql));
            let jobs: Vec<Batch> = group.iter().map(|batch| job_of(&known, &people, batch)).collect();
            let done = block_on(run(&sql, &jobs.iter().collect::<Vec<_>>()));
            for (done, job) in done.into_iter().zip(&jobs) {
                prop_assert_eq!(results(done).len(), job.items.len());
            }
            check(&sql);
        }
    }

    #[test]
    fn a_group_equals_its_items_one_by_one(
        before in vec(change(), 0..6), changes in vec(change(), 1..10)
    ) {
        let (one, other) = (World::new(), World::new());
        let (together, apart) = (one.connect(), other.connect());
        for sql in [&together, &apart] {
            add_segments(sql);
            somebody_left(sql);
        }
        let known = definitions(&together, PEOPLE);
        let mut outcomes = [Vec::new(), Vec::new()];
        for sql in [&together, &apart] {
            write(sql, &job_of(&known, &[], &(before.clone(), false)));
        }
        let people = ids(&everybody(&together));
        let all = write(&together, &job_of(&known, &people, &(changes.clone(), false)));
        outcomes[0].extend(kinds(&all));
        let people = ids(&everybody(&apart));
        for change in changes {
            let one = write(&apart, &job_of(&known, &people, &(vec![change], false)));
            outcomes[1].extend(kinds(&one));
        }
        prop_assert_eq!(&outcomes[0], &outcomes[1]);
        prop_assert_eq!(bare(&everybody(&together)), bare(&everybody(&apart)));
        prop_assert_eq!(memberships(&together), memberships(&apart));
        check(&together);
    }
}

proptest! {
    #![proptest_config(config(10))]

    #[test]
    fn two_connections_that_interleave_keep_everything_in_step(
        sides in vec(vec(batch_of(), 8..20), 2..4)
    ) {
        let world = World::new();
        add_segments(&world.connect());
        somebody_left(&world.connect());
        let barrier = Barrier::new(sides.len());
        std::thread::scope(|scope| {
            for side in &sides {
                let (world, barrier) = (&world, &barrier);
                scope.spawn(move || {
                    let sql = world.connect();
                    let known = definitions(&sql, PEOPLE);
                    barrier.wait();
                    for batch in side {
                        let people = ids(&everybody(&sql));
                        write(&sql, &job_of(&known, &people, batch));
                    }
                });
            }
        });
        check(&world.connect());
    }
}
