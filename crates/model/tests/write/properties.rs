//! What holds for any writes: importing again changes nothing, a batch equals
//! its items one by one, order matters only between items that meet, keys are
//! what the profiles say, and nothing panics.

use crate::support::{Store, kind, mail};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use roster_model::Profile;
use roster_model::write::{
    Command, prepare_delete, prepare_patch, prepare_subscription_delete, prepare_subscription_set,
};
use serde_json::{Map, Value, json};

/// Few enough addresses for people to meet.
fn address() -> impl Strategy<Value = String> {
    "[a-dA-B]@x\\.org"
}

fn phone() -> impl Strategy<Value = String> {
    (0..4).prop_map(|n| format!("+4930 90182{n}"))
}

fn subscription() -> impl Strategy<Value = Value> {
    let more = (
        of(0..7),
        of(0..4),
        of(vec(prop_oneof!["news", "offers"], 0..3)),
    );
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

/// A profile's data without functional updates.
fn data() -> impl Strategy<Value = Map<String, Value>> {
    let one = prop_oneof![
        address().prop_map(|v| ("email", json!(v))),
        vec(phone(), 0..3).prop_map(|v| ("phones", json!(v))),
        of("[AB]").prop_map(|v| ("code", json!(v))),
        of(0..3).prop_map(|v| ("number", json!(v))),
        vec("[xyz]", 0..4).prop_map(|v| ("labels", json!(v))),
        of("[pq]").prop_map(|v| ("tier", json!(v))),
        of(-5..5).prop_map(|v| ("score", json!(v))),
        of(any::<f32>()).prop_map(|v| ("rate", json!(v))),
        (0..7).prop_map(|v| ("_status", json!(v))),
        vec(subscription(), 0..3).prop_map(|v| ("subscriptions", json!(v))),
    ];
    vec(one, 1..6).prop_map(|members| {
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

/// Segments that a profile enters, and others that it leaves.
fn segments() -> impl Strategy<Value = (Option<Vec<i64>>, Option<Vec<String>>)> {
    (vec(1..4i64, 0..2), vec(1..4i64, 0..2)).prop_map(|(put, gone)| {
        let gone = gone.iter().filter(|id| !put.contains(id));
        let gone: Vec<String> = gone.map(ToString::to_string).collect();
        (Some(put), Some(gone).filter(|gone| !gone.is_empty()))
    })
}

fn request() -> impl Strategy<Value = Value> {
    let matching = prop_oneof![
        Just(json!({})),
        Just(json!({"matching": "email_profile"})),
        Just(json!({"matching": "email_sub", "resource_id": 1})),
        Just(json!({"matching": "phone"})),
        Just(json!({"matching": "email_phone"})),
        Just(json!({"matching": "custom", "field_name": "code"})),
        Just(json!({"matching": "custom", "field_name": "labels"})),
    ];
    let mode = prop_oneof![8 => Just("import"), 1 => Just("add"), 1 => Just("update")];
    (matching, mode, data(), segments()).prop_map(|(mut request, mode, data, (put, gone))| {
        request["mode"] = json!(mode);
        request["add_to_segments"] = json!(put);
        request["remove_from_segments"] = json!(gone);
        request["data"] = Value::Object(data);
        request
    })
}

/// Any change: a write, or one by id.
#[derive(Clone, Debug)]
enum Change {
    Write(Value),
    Incr(String),
    Patch(i64, Map<String, Value>, Option<i64>),
    Delete(i64),
    Set(i64, Value),
    Unset(i64, String),
}

fn change() -> impl Strategy<Value = Change> {
    let patch = data().prop_map(|mut data| {
        data.remove("subscriptions");
        data
    });
    prop_oneof![
        8 => request().prop_map(Change::Write),
        1 => address().prop_map(Change::Incr),
        2 => (1..5i64, patch, of(1..4i64))
            .prop_map(|(id, data, segment)| Change::Patch(id, data, segment)),
        1 => (1..5i64).prop_map(Change::Delete),
        1 => (1..5i64, subscription()).prop_map(|(id, body)| Change::Set(id, body)),
        1 => (1..5i64, address()).prop_map(|(id, address)| Change::Unset(id, address)),
    ]
}

impl Change {
    fn prepare(&self, store: &Store) -> Option<Command> {
        let schema = store.schema();
        match self {
            Change::Write(request) => store.prepare(request),
            Change::Incr(address) => store.prepare(&json!({"data": {"email": address,
                "score": {"action": "incr", "value": 1}, "labels": {"action": "add", "value": "w"}}})),
            Change::Patch(id, data, segment) => {
                let mut patch = json!({"data": data});
                if let Some(segment) = segment {
                    patch["remove_from_segments"] = json!([segment]);
                }
                prepare_patch(store.id(*id), &patch, None, &schema)
            }
            Change::Delete(id) => Ok(prepare_delete(store.id(*id), None, &schema)),
            Change::Set(id, body) => prepare_subscription_set(store.id(*id), body, None, &schema),
            Change::Unset(id, address) => {
                prepare_subscription_delete(store.id(*id), &mail(address), None, &schema)
            }
        }
        .ok()
    }
}

fn prepared(store: &Store, changes: &[Change]) -> Vec<Command> {
    changes
        .iter()
        .filter_map(|change| change.prepare(store))
        .collect()
}

/// What means something to a write.
const WORDS: &[&str] = &[
    "action",
    "set",
    "incr",
    "upsert",
    "value",
    "submatch",
    "email",
    "phones",
    "labels",
    "meta",
    "items",
    "score",
    "subscriptions",
    "resource_id",
    "channel",
    "sms",
    "cc_data",
    "id",
    "cats",
    "custom_fields",
    "reg_info",
    "date",
    "_status",
    "a@x.org",
    "+4930901820",
    "code",
    "profile_id",
    "matching",
    "custom",
    "field_name",
    "field_value",
    "add_to_segments",
    "remove_from_segments",
    "push_sub",
    "mode",
    "update",
    "data",
];

fn json() -> impl Strategy<Value = Value> {
    let word = proptest::sample::select(WORDS).prop_map(str::to_owned);
    let word = prop_oneof![4 => word, 1 => "\\PC{0,3}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((word.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Profiles without what depends on the order in which they were made.
fn people(store: &Store) -> Vec<String> {
    let bare = |profile: &Profile| {
        let list: Vec<_> = profile
            .subscriptions
            .iter()
            .map(|s| s.to_history())
            .collect();
        json!([profile.data, profile.status, profile.revision, list]).to_string()
    };
    let mut people: Vec<String> = store.profiles.values().map(bare).collect();
    people.sort();
    people
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn importing_again_changes_nothing(before in vec(request(), 0..4), mut item in request()) {
        let mut store = Store::new();
        for request in before {
            let _ = store.write(request);
        }
        item["mode"] = json!("import");
        if store.write(item.clone()).is_ok() {
            let (profiles, entries) = (store.profiles.clone(), store.history.len());
            let members = store.members.clone();
            store.clock += 1;
            let again = store.write(item);
            // Taking over what another profile is found by can make it
            // ambiguous who is meant; it can't change or create anything.
            let second = kind(&again);
            prop_assert!(matches!(second, "unchanged" | "ambiguous_match"), "{:?}", again);
            prop_assert_eq!(&store.profiles, &profiles);
            prop_assert_eq!(store.history.len(), entries);
            prop_assert_eq!(&store.members, &members);
        }
    }

    #[test]
    fn a_batch_equals_its_items_one_by_one(changes in vec(change(), 1..12)) {
        let (mut together, mut apart) = (Store::new(), Store::new());
        let items = prepared(&together, &changes);
        let results = together.run(&items);
        let one_by_one: Vec<_> = items
            .iter()
            .map(|item| apart.run(std::slice::from_ref(item)).remove(0))
            .collect();
        prop_assert_eq!(results, one_by_one);
        prop_assert_eq!(together.profiles, apart.profiles);
        prop_assert_eq!(together.keys, apart.keys);
        prop_assert_eq!(together.history, apart.history);
        prop_assert_eq!(together.members, apart.members);
    }

    #[test]
    fn the_order_of_distinct_items_does_not_matter(items in vec(data(), 2..6), turn in 1usize..5) {
        // Distinct: no two have anything by which they could meet.
        let mut items: Vec<Value> = items.into_iter().enumerate().map(|(n, mut data)| {
            data.insert("email".to_owned(), json!(format!("u{n}@x.org")));
            for shared in ["code", "number", "subscriptions"] {
                data.remove(shared);
            }
            json!({"data": data})
        }).collect();
        items.extend(items.clone().into_iter().map(|mut item| {
            item["data"]["score"] = json!({"action": "incr", "value": 1});
            item
        }).take(1));
        let run = |items: &[Value]| {
            let mut store = Store::new();
            let items: Vec<_> = items.iter().map(|i| store.prepare(i).unwrap()).collect();
            store.run(&items);
            people(&store)
        };
        let straight = run(&items[..items.len() - 1]);
        items.pop();
        let turn = turn % items.len();
        items.rotate_left(turn);
        prop_assert_eq!(run(&items), straight);
    }

    #[test]
    fn rolling_back_leaves_no_trace(first in vec(change(), 0..5), second in vec(change(), 0..6)) {
        let mut store = Store::new();
        let items = prepared(&store, &first);
        store.run(&items);
        let items = prepared(&store, &second);
        let mut working = store.load(&items);
        let savepoint = working.savepoint();
        let mut next = 1000;
        let mut next_id = || {
            next += 1;
            store.id(next)
        };
        let mut env = roster_model::write::Env {
            now: crate::support::at(0), actor: "", interface: "", origin: roster_model::Origin::Api, next_id: &mut next_id,
            speaks_for_all: true,
        };
        let mut apply = |working: &mut roster_model::write::WorkingSet| -> Vec<&'static str> {
            items.iter().map(|item| kind(&working.apply(&store.schema(), item, &mut env))).collect()
        };
        let once = apply(&mut working);
        working.rollback_to(savepoint);
        let twice = apply(&mut working);
        prop_assert_eq!(once, twice);
        working.rollback_to(savepoint);
        prop_assert!(working.finish().is_empty());
    }

    #[test]
    fn nothing_panics_whatever_is_sent(requests in vec(json(), 1..5), body in json()) {
        let mut store = Store::new();
        store.import("email", json!({"email": "a@x.org", "meta": {"id": {}}, "items": [{"id": 1}]})).unwrap();
        let mut items: Vec<Command> = requests.iter().filter_map(|r| store.prepare(r).ok()).collect();
        let wrapped = requests.iter().map(|r| json!({"email": "a@x.org", "data": r}));
        items.extend(wrapped.filter_map(|r| store.prepare(&r).ok()));
        let (id, schema) = (store.id(1), store.schema());
        items.extend(prepare_patch(id, &json!({"data": body}), None, &schema));
        items.extend(prepare_patch(id, &body, None, &schema));
        items.extend(prepare_subscription_set(id, &body, None, &schema));
        items.extend(prepare_subscription_delete(id, &body, None, &schema));
        store.run(&items);
    }
}
