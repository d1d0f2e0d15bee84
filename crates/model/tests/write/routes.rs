//! Changes by id: merge patch, deletion, single subscriptions, revisions; and
//! undoing an atomic batch.

use crate::support::{Store, code, created, kind, mail, wrongs};
use roster_model::history::Kind;
use roster_model::write::{
    Command, Env, Outcome, RefusalKind, prepare_delete, prepare_patch, prepare_subscription_delete,
    prepare_subscription_restore, prepare_subscription_set,
};
use roster_model::{ProfileId, Status};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, roster_model::write::Refusal>;

fn store() -> Store {
    let mut store = Store::new();
    created(store.import(
        "email",
        json!({"email": "a@x.org", "_city": "Bonn", "code": "A",
        "meta": {"a": {"b": 1}, "c": 2}, "subscriptions": [mail("s@x.org")]}),
    ));
    created(store.import("email", json!({"email": "b@x.org"})));
    store
}

fn run(store: &mut Store, command: Result<Command>) -> Result<Outcome> {
    store.run(&[command?]).remove(0)
}

fn patch(store: &mut Store, patch: Value) -> Result<Outcome> {
    let command = prepare_patch(store.id(1), &patch, None, &store.schema());
    run(store, command)
}

#[test]
fn a_patch_merges() {
    let mut store = store();
    let change = json!({"data": {"_city": null, "_lname": "May", "meta": {"a": {"x": 1}, "c": null},
        "score": {"action": "incr", "value": 2}}, "status": "suspended"});
    assert_eq!(kind(&patch(&mut store, change)), "updated");
    let one = store.get(1);
    assert_eq!((one.status, one.revision), (Status::Suspended, 2));
    assert_eq!(
        Value::Object(one.data.clone()),
        json!({"email": "a@x.org", "code": "A", "_lname": "May", "score": 2,
            "meta": {"a": {"b": 1, "x": 1}}})
    );
    assert_eq!(kind(&patch(&mut store, json!({}))), "unchanged");
    assert_eq!(
        kind(&patch(&mut store, json!({"data": {"meta": {"a": {}}}}))),
        "unchanged"
    );
    assert_eq!(
        kind(&patch(&mut store, json!({"data": {"email": "b@x.org"}}))),
        "duplicate"
    );
    assert_eq!(
        wrongs(patch(
            &mut store,
            json!({"id": "x", "revision": 3, "_city": "Ulm", "subscriptions": [],
            "status": 9, "data": {"nix": 1, "score": "x"}})
        )),
        [
            ("unknown_member", "/_city"),
            ("unknown_field", "/data/nix"),
            ("wrong_type", "/data/score"),
            ("read_only", "/id"),
            ("read_only", "/revision"),
            ("invalid_status", "/status"),
            ("read_only", "/subscriptions"),
        ]
        .map(|(code, pointer)| (code, pointer.to_owned()))
    );
}

#[test]
fn changes_by_id_need_the_profile_and_the_revision() {
    let mut store = store();
    let nobody = store.id(77);
    let body = mail("s@x.org");
    let all = |id: ProfileId, revision: Option<i64>, store: &Store| {
        let schema = store.schema();
        [
            prepare_patch(id, &json!({}), revision, &schema).unwrap(),
            prepare_delete(id, revision, &schema),
            prepare_subscription_set(id, &body, revision, &schema).unwrap(),
            prepare_subscription_delete(id, &body, revision, &schema).unwrap(),
            prepare_subscription_restore(id, &body, revision, &schema).unwrap(),
        ]
    };
    for (id, revision, kind, code) in [
        (nobody, None, RefusalKind::NotFound, "not_found"),
        (
            store.id(1),
            Some(2),
            RefusalKind::Stale,
            "revision_mismatch",
        ),
    ] {
        for item in all(id, revision, &store) {
            assert_eq!(item.profile_id(), Some(id));
            let error = run(&mut store, Ok(item)).unwrap_err();
            assert_eq!(
                (error.kind, error.code.as_str(), &*error.pointer),
                (kind, code, "")
            );
        }
    }
    // The second change of a group sees the revision that the first one made.
    let item = |city: &str, revision| {
        let change = json!({"data": {"_city": city}});
        prepare_patch(store.id(1), &change, Some(revision), &store.schema()).unwrap()
    };
    let items = [item("Ulm", 1), item("Köln", 1), item("Köln", 2)];
    let results = store.run(&items);
    let kinds: Vec<_> = results.iter().map(kind).collect();
    assert_eq!(kinds, ["updated", "revision_mismatch", "updated"]);
}

#[test]
fn a_profile_of_another_database_does_not_exist() {
    let mut store = store();
    let mut other = store.database.clone();
    other.id = roster_model::DatabaseId::new(2).unwrap();
    let here = std::mem::replace(&mut store.database, other);
    let item = prepare_delete(store.id(1), None, &store.schema());
    let working = store.load(std::slice::from_ref(&item));
    let mut working = working;
    let mut env = Env {
        now: crate::support::at(0),
        actor: "",
        interface: "",
        origin: roster_model::Origin::Api,
        speaks_for_all: true,
        next_id: &mut || ProfileId::from_pk(9).unwrap(),
    };
    assert_eq!(
        code(working.apply(&store.schema(), &item, &mut env)),
        "not_found"
    );
    store.database = here;
    store.save(working);
}

#[test]
fn a_deletion_takes_keys_along_and_leaves_no_values_behind() {
    let mut store = store();
    let item = prepare_delete(store.id(1), Some(1), &store.schema());
    assert_eq!(kind(&run(&mut store, Ok(item))), "deleted");
    assert_eq!(store.profiles.len(), 1);
    assert!(store.keys.values().all(|id| *id == store.id(2)));
    let entry = store.history.last().unwrap();
    assert_eq!((entry.kind, entry.changes.len()), (Kind::Deleted, 0));
    // The same address is a new person now, also within one group.
    let items = [
        prepare_delete(store.id(2), None, &store.schema()),
        store
            .prepare(&json!({"data": {"email": "b@x.org"}}))
            .unwrap(),
        store
            .prepare(&json!({"data": {"email": "b@x.org", "_city": "Ulm"}}))
            .unwrap(),
    ];
    let kinds: Vec<_> = store.run(&items).iter().map(kind).collect();
    assert_eq!(kinds, ["deleted", "created", "updated"]);
    assert_eq!(store.get(3).revision, 2);
}

#[test]
fn single_subscriptions_are_set_deleted_and_restored() {
    let mut store = store();
    let id = store.id(1);
    let mut body = mail("t@x.org");
    body["status"] = json!("unconfirmed");
    let set = |store: &mut Store, body: &Value| {
        let command = prepare_subscription_set(id, body, None, &store.schema());
        run(store, command)
    };
    let delete = |store: &mut Store, body: &Value| {
        let command = prepare_subscription_delete(id, body, None, &store.schema());
        run(store, command)
    };
    let restore = |store: &mut Store, body: &Value| {
        let command = prepare_subscription_restore(id, body, None, &store.schema());
        run(store, command)
    };
    assert_eq!(kind(&set(&mut store, &body)), "updated");
    assert_eq!(kind(&set(&mut store, &body)), "unchanged");
    let hash = json!({"id": store.get(1).subscriptions[1].hash_id()});
    assert_eq!(kind(&delete(&mut store, &hash)), "updated");
    assert_eq!(kind(&delete(&mut store, &mail("T@x.org"))), "unchanged");
    assert!(store.get(1).subscriptions[1].deleted);
    assert_eq!(kind(&restore(&mut store, &hash)), "updated");
    assert_eq!(kind(&restore(&mut store, &hash)), "unchanged");
    assert_eq!(kind(&delete(&mut store, &mail("no@x.org"))), "not_found");
    assert_eq!(
        kind(&delete(&mut store, &json!({"id": "00000000"}))),
        "not_found"
    );
    assert_eq!(wrongs(set(&mut store, &json!({}))).len(), 2);
    assert_eq!(
        wrongs(set(&mut store, &mail("x"))),
        [("invalid_email", "/email".to_owned())]
    );
    assert_eq!(store.get(1).revision, 4);
}

#[test]
fn rolling_back_undoes_these_items_and_no_others() {
    let mut store = store();
    let item = |data: Value| store.prepare(&json!({"data": data})).unwrap();
    let items = [
        item(json!({"email": "a@x.org", "_city": "Ulm", "code": null})),
        item(json!({"email": "b@x.org", "code": "A"})),
        item(json!({"email": "c@x.org"})),
        item(json!({"email": "c@x.org", "labels": ["x"]})),
        prepare_delete(store.id(1), None, &store.schema()),
        item(json!({"email": "a@x.org", "code": "A"})),
    ];
    let mut working = store.load(&items);
    let schema = store.schema();
    let mut next = 100;
    let mut next_id = || {
        next += 1;
        ProfileId::from_pk(next).unwrap()
    };
    let mut env = Env {
        now: crate::support::at(0),
        actor: "tester",
        interface: "test",
        origin: roster_model::Origin::Api,
        speaks_for_all: true,
        next_id: &mut next_id,
    };
    let [first, rest @ ..] = &items;
    working.apply(&schema, first, &mut env).unwrap();
    let savepoint = working.savepoint();
    for _ in 0..2 {
        let kinds: Vec<_> = rest
            .iter()
            .map(|i| kind(&working.apply(&schema, i, &mut env)))
            .collect();
        // b took A, so nobody else can have it.
        assert_eq!(
            kinds,
            ["updated", "created", "updated", "deleted", "duplicate"]
        );
        working.rollback_to(savepoint);
        assert_eq!(working.profile(store.id(1)).unwrap().data["_city"], "Ulm");
        assert_eq!(working.savepoint(), savepoint);
    }
    let mut alone = store.clone();
    alone.run(&items[..1]);
    store.save(working);
    assert_eq!(store.profiles, alone.profiles);
    assert_eq!(store.keys, alone.keys);
    assert_eq!(store.history, alone.history);
}

#[test]
fn what_comes_and_goes_within_a_group_is_only_in_the_history() {
    let mut store = Store::new();
    let item = store
        .prepare(&json!({"data": {"email": "a@x.org"}}))
        .unwrap();
    let gone = prepare_delete(store.id(1), None, &store.schema());
    let results = store.run(&[item, gone]);
    assert_eq!(
        results.iter().map(kind).collect::<Vec<_>>(),
        ["created", "deleted"]
    );
    assert!(store.profiles.is_empty() && store.keys.is_empty());
    assert_eq!(store.history.len(), 2);
}
