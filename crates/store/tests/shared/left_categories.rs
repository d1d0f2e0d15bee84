//! A category that somebody left is known of the contact, whatever becomes of the profile.

use roster_model::write::{prepare_delete, prepare_patch};
use roster_model::{Contact, Email, Origin, Profile, ResourceId};
use roster_store::standing;
use roster_store::standing::ledger::{self, ForeignEntry};
use roster_store::write::Batch;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::world::*;
use crate::engine::Connection;

fn person(cats: &Value) -> Value {
    json!({"email": "ann@x.org", "subscriptions": [
        {"resource_id": 1, "channel": "email", "email": "ann@x.org", "cats": cats}]})
}

fn ann() -> Contact {
    Contact::Email(Email::parse("ann@x.org").unwrap())
}

/// Imports all of them as a file does; the codes of what was left out.
fn load(sql: &Connection, database: i64) -> Vec<&'static str> {
    let known = definitions(sql, database);
    let job = Batch {
        origin: Origin::Import,
        ..import(&known, &[person(&json!(["news", "offers"]))])
    };
    let outcome = write(sql, &job).remove(0).unwrap();
    outcome
        .skipped
        .iter()
        .map(|one| one.code.as_str())
        .collect()
}

fn profile(sql: &Connection, database: i64) -> Profile {
    let mut all = everybody(sql).into_iter();
    all.find(|one| one.database == database_id(database))
        .unwrap()
}

fn leave(sql: &Connection, database: i64) {
    let known = definitions(sql, database);
    let patch = json!({"data": {"subscriptions": person(&json!(["news"]))["subscriptions"]}});
    let id = profile(sql, database).id;
    let item = prepare_patch(id, &patch, None, &schema(&known));
    let job = Batch {
        origin: Origin::Person,
        ..job(&known, vec![item])
    };
    assert!(write(sql, &job)[0].is_ok());
}

fn delete(sql: &Connection, database: i64) {
    let known = definitions(sql, database);
    let item = prepare_delete(profile(sql, database).id, None, &schema(&known));
    assert!(write(sql, &job(&known, vec![Ok(item)]))[0].is_ok());
}

fn names() -> BTreeSet<String> {
    BTreeSet::from(["news".to_owned(), "offers".to_owned()])
}

#[test]
fn it_holds_after_a_deletion_and_in_every_database_of_the_resource() {
    let world = World::new();
    let sql = world.connect();
    assert_eq!(load(&sql, PEOPLE), Vec::<&str>::new());
    leave(&sql, PEOPLE);
    let own = &profile(&sql, PEOPLE).subscriptions[0];
    assert_eq!(own.categories, ["news"]);
    assert!(own.left_categories.contains_key("offers"));
    // The subscription as a whole gets messages as before.
    let statement = "SELECT ended FROM subscriptions";
    assert_eq!(rows(&sql, statement, vec![]), [[0.into()]]);
    assert_eq!(load(&sql, PEOPLE), ["category_left"]);
    delete(&sql, PEOPLE);
    for database in [PEOPLE, OTHERS] {
        assert_eq!(load(&sql, database), ["category_left"]);
        let back = &profile(&sql, database).subscriptions[0];
        assert_eq!(back.categories, ["news"]);
        assert!(back.left_categories.contains_key("offers"));
    }
    let kept = format!("{:?}", rows(&sql, "SELECT * FROM standing", vec![]));
    assert!(!kept.contains("ann") && !kept.contains("offers"), "{kept}");
}

#[test]
fn it_is_shown_and_lifted_where_the_contact_is_named() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE);
    leave(&sql, PEOPLE);
    delete(&sql, PEOPLE);
    let keys = block_on(standing::load(&sql)).unwrap();
    let known = block_on(ledger::of_contact(&sql, &keys, &ann(), &names())).unwrap();
    let shown: Vec<_> = known.iter().map(|one| one.category.as_deref()).collect();
    assert_eq!(shown, [Some("offers")]);
    let lift = |resource: i64| {
        let (ann, names, resource) = (ann(), names(), ResourceId::new(resource));
        let lifted = ledger::lift(&sql, &keys, &ann, &names, resource, "why", tick());
        block_on(lifted).unwrap().len()
    };
    assert_eq!(lift(2), 0);
    assert_eq!(lift(1), 1);
    assert_eq!(load(&sql, PEOPLE), Vec::<&str>::new());
}

#[test]
fn it_moves_with_what_another_installation_keeps() {
    let (there, here) = (World::new(), World::new());
    let (old, new) = (there.connect(), here.connect());
    load(&old, PEOPLE);
    leave(&old, PEOPLE);
    let theirs = block_on(standing::load(&old)).unwrap();
    let kept = block_on(ledger::page(&old, None, 10)).unwrap();
    assert_eq!(kept.len(), 1);
    let key = &theirs.keys[0];
    block_on(ledger::put_key(&new, &key.name, &key.secret, tick())).unwrap();
    let entries: Vec<ForeignEntry> = kept
        .into_iter()
        .map(|one| ForeignEntry {
            hash: std::array::from_fn(|at| {
                u8::from_str_radix(&one.hash[at * 2..at * 2 + 2], 16).unwrap()
            }),
            key: one.key,
            reach: one.reach,
            standing: one.standing,
            at: one.at,
            noted_at: one.noted_at,
            how: one.how,
        })
        .collect();
    let keys = block_on(standing::load(&new)).unwrap();
    block_on(ledger::take_over(&new, &keys, &entries)).unwrap();
    assert_eq!(load(&new, PEOPLE), ["category_left"]);
    assert_eq!(profile(&new, PEOPLE).subscriptions[0].categories, ["news"]);
}

/// The update knows the contact only once it knows the profile.
#[test]
fn an_update_of_many_asks_too() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE);
    leave(&sql, PEOPLE);
    let known = definitions(&sql, OTHERS);
    let job = Batch {
        origin: Origin::Import,
        ..import(&known, &[json!({"email": "ann@x.org"})])
    };
    assert!(write(&sql, &job)[0].is_ok());
    let update = json!({"condition": {}, "subscriptions": [{"resource_id": 1, "channel": "email",
        "contact": {"field": "email"}, "cats": ["news", "offers"]}]});
    let update = roster_model::BulkUpdate::parse(&update, &schema(&known)).unwrap();
    let one = profile(&sql, OTHERS);
    let item = update.bulk.prepare(one.id, one.revision, &schema(&known));
    let done = write(&sql, &super::world::job(&known, vec![Ok(item)])).remove(0);
    assert_eq!(done.unwrap().skipped[0].code.as_str(), "category_left");
    assert_eq!(profile(&sql, OTHERS).subscriptions[0].categories, ["news"]);
}
