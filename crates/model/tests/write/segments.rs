//! `add_to_segments` and `remove_from_segments` of a write.

use crate::support::{Store, code, kind, wrongs};
use roster_model::write::{Env, Request, prepare_delete, prepare_patch};
use serde_json::{Value, json};

fn write(email: &str, more: Value) -> Value {
    let mut request = json!({"data": {"email": email}});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    request
}

#[test]
fn a_write_puts_its_profile_into_segments_and_takes_it_out() {
    let mut store = Store::new();
    let new = write("a@x.org", json!({"add_to_segments": [1, "2", 1]}));
    assert_eq!(kind(&store.write(new.clone())), "created");
    assert_eq!(
        (store.members_of(1), store.members_of(2)),
        (vec![1], vec![1])
    );
    // The profile itself is as it was, and its memberships change all the same.
    let moved = write(
        "a@x.org",
        json!({"add_to_segments": [3], "remove_from_segments": ["1"]}),
    );
    assert_eq!(kind(&store.write(moved)), "unchanged");
    assert_eq!(
        (store.members_of(1), store.members_of(3)),
        (vec![], vec![1])
    );
    assert_eq!((store.get(1).revision, store.history.len()), (1, 1));
    // Again, and out of where nobody is, is no mistake.
    assert_eq!(kind(&store.write(new)), "unchanged");
    let out = write("a@x.org", json!({"remove_from_segments": [1, 2, 3]}));
    store.write(out.clone()).unwrap();
    store.write(out).unwrap();
    assert!(store.members.is_empty());
}

#[test]
fn a_refused_write_changes_no_membership() {
    let mut store = Store::new();
    store
        .import("email", json!({"email": "a@x.org", "code": "A"}))
        .unwrap();
    let mut taken = write("b@x.org", json!({"add_to_segments": [1]}));
    taken["data"]["code"] = json!("A");
    assert_eq!(code(store.write(taken)), "duplicate");
    let nobody = write("c@x.org", json!({"mode": "update", "add_to_segments": [1]}));
    assert_eq!(code(store.write(nobody)), "not_found");
    assert!(store.members.is_empty());
}

#[test]
fn segments_must_be_there_and_in_one_list() {
    let store = Store::new();
    let mut foreign = Store::new();
    foreign.segments.remove(1);
    let lists =
        json!({"add_to_segments": [1, 9, "x", null, 2], "remove_from_segments": ["3", "2"]});
    assert_eq!(
        wrongs(store.prepare(&write("a@x.org", lists.clone()))),
        [
            ("unknown_segment", "/add_to_segments/1"),
            ("invalid_id", "/add_to_segments/2"),
            ("invalid_id", "/add_to_segments/3"),
            ("contradiction", "/remove_from_segments/1"),
        ]
        .map(|(code, pointer)| (code, pointer.to_owned()))
    );
    let mut found = wrongs(foreign.prepare(&write("a@x.org", lists)));
    assert_eq!(
        found.pop().unwrap(),
        ("unknown_segment", "/remove_from_segments/1".to_owned())
    );
    for (odd, code) in [
        (json!("1"), "wrong_type"),
        (json!({}), "wrong_type"),
        (json!(vec![1; 501]), "too_many"),
    ] {
        let request = write("a@x.org", json!({"remove_from_segments": odd}));
        let found = wrongs(store.prepare(&request));
        assert_eq!(found, [(code, "/remove_from_segments".to_owned())]);
    }
    // Nothing is named, and no list is as good as an empty one.
    let none = write(
        "a@x.org",
        json!({"add_to_segments": [], "remove_from_segments": null}),
    );
    assert!(store.prepare(&none).is_ok());
}

#[test]
fn the_lists_of_a_batch_are_for_all_its_items() {
    let mut store = Store::new();
    let schema = store.schema();
    let members = json!({"add_to_segments": [2]});
    let request = Request::parse(members.as_object().unwrap(), &schema, true).unwrap();
    let items: Vec<_> = ["a@x.org", "b@x.org", "no", "a@x.org"]
        .iter()
        .filter_map(|email| request.prepare(&json!({"email": email}), &schema).ok())
        .collect();
    let results = store.run(&items);
    let kinds: Vec<_> = results.iter().map(kind).collect();
    assert_eq!(kinds, ["created", "created", "unchanged"]);
    assert_eq!(store.members_of(2), [1, 2]);
}

#[test]
fn a_patch_changes_memberships_too() {
    let mut store = Store::new();
    store.import("email", json!({"email": "a@x.org"})).unwrap();
    let id = store.id(1);
    let patch = json!({"add_to_segments": ["1", 2]});
    let item = prepare_patch(id, &patch, None, &store.schema()).unwrap();
    assert_eq!(kind(&store.run(&[item])[0]), "unchanged");
    let patch = json!({"data": {"_city": "Ulm"}, "remove_from_segments": [1]});
    let item = prepare_patch(id, &patch, None, &store.schema()).unwrap();
    assert_eq!(kind(&store.run(&[item])[0]), "updated");
    assert_eq!(
        (store.members_of(1), store.members_of(2)),
        (vec![], vec![1])
    );
    let odd = json!({"add_to_segments": [7], "remove_from_segments": "1", "data": 5});
    assert_eq!(
        wrongs(prepare_patch(id, &odd, None, &store.schema())),
        [
            ("wrong_type", "/data"),
            ("unknown_segment", "/add_to_segments/0"),
            ("wrong_type", "/remove_from_segments"),
        ]
        .map(|(code, pointer)| (code, pointer.to_owned()))
    );
}

#[test]
fn of_several_items_of_one_group_the_last_says_who_is_a_member() {
    let mut store = Store::new();
    let items: Vec<_> = [
        json!({"add_to_segments": [1, 2]}),
        json!({"remove_from_segments": [1, 3]}),
        json!({"add_to_segments": [3]}),
        json!({"remove_from_segments": [2]}),
    ]
    .into_iter()
    .map(|lists| store.prepare(&write("a@x.org", lists)).unwrap())
    .collect();
    store.run(&items);
    assert_eq!(
        [1, 2, 3].map(|segment| store.members_of(segment).len()),
        [0, 0, 1]
    );
}

#[test]
fn who_is_deleted_is_in_no_segment() {
    let mut store = Store::new();
    let enter = store.prepare(&write("a@x.org", json!({"add_to_segments": [1, 2]})));
    let enter = enter.unwrap();
    store.run(std::slice::from_ref(&enter));
    let delete = prepare_delete(store.id(1), None, &store.schema());
    let items = [enter.clone(), delete, enter];
    let results = store.run(&items);
    let kinds: Vec<_> = results.iter().map(kind).collect();
    assert_eq!(kinds, ["unchanged", "deleted", "created"]);
    // The old one is gone with its memberships, the new one has its own.
    assert_eq!(
        (store.members_of(1), store.members_of(2)),
        (vec![2], vec![2])
    );
    let delete = prepare_delete(store.id(2), None, &store.schema());
    store.run(&[delete]);
    assert!(store.members.is_empty());
}

#[test]
fn undoing_an_atomic_batch_undoes_its_memberships_and_no_others() {
    let mut store = Store::new();
    store.import("email", json!({"email": "a@x.org"})).unwrap();
    let prepare = |lists: Value| store.prepare(&write("a@x.org", lists)).unwrap();
    let kept = prepare(json!({"add_to_segments": [1]}));
    let undone = prepare(json!({"add_to_segments": [2], "remove_from_segments": [1]}));
    let mut working = store.load(std::slice::from_ref(&kept));
    let mut env = Env {
        now: crate::support::at(0),
        actor: "",
        interface: "",
        origin: roster_model::Origin::Api,
        speaks_for_all: true,
        next_id: &mut || store.id(9),
    };
    working.apply(&store.schema(), &kept, &mut env).unwrap();
    let savepoint = working.savepoint();
    working.apply(&store.schema(), &undone, &mut env).unwrap();
    working.rollback_to(savepoint);
    store.save(working);
    assert_eq!(
        (store.members_of(1), store.members_of(2)),
        (vec![1], vec![])
    );
}
