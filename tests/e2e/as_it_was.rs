//! `?at=`: what a profile was, whatever happened to it since. And what is answered for one that
//! is part of another, and to those who may not see where it came from.

use crate::merges::{People, address};
use crate::support::{Database, Server, text};
use crate::undo::{import, undo};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::Duration;

/// Values, status, revision and subscriptions of a profile.
fn content(shown: &Value) -> Value {
    let mut all = shown["subscriptions"].as_array().unwrap().clone();
    all.sort_by_key(|one| text(&one["id"]));
    let parts = ["data", "status", "revision", "created_at", "updated_at"];
    let mut parts: Vec<Value> = parts.iter().map(|name| shown[name].clone()).collect();
    parts.push(all.into());
    parts.into()
}

/// A moment at which nothing happens, and what a read gives then.
fn moment(db: &Database, id: &str) -> (String, Value) {
    sleep(Duration::from_millis(20));
    let path = format!("{}/profiles/{id}", db.path);
    let seen = db.api.get(&path);
    // The server says what time it is: this changes somebody else.
    let marker = db.import(&json!({"email": "clock@example.org"}));
    let note = json!({"data": {"_lname": format!("{:?}", std::time::Instant::now())}});
    let marked = format!("{}/profiles/{marker}", db.path);
    let at = text(&db.api.patch(&marked, &note).ok(200)["updated_at"]);
    sleep(Duration::from_millis(20));
    (at, seen.body())
}

fn as_of(db: &Database, id: &str, at: &str) -> crate::support::Answer {
    db.api.get(&format!("{}/profiles/{id}?at={at}", db.path))
}

fn assert_was(db: &Database, id: &str, (at, seen): &(String, Value)) {
    assert_eq!(content(&as_of(db, id, at).ok(200)), content(seen), "{at}");
}

#[test]
fn before_a_merge_that_was_undone_it_was_what_it_was() {
    for history in [true, false] {
        let people = People::new(&["ann", "old"]);
        let (ann, old, db) = (people.id("ann"), people.id("old"), &people.db);
        let first = moment(db, &old);
        db.api
            .patch(&people.path(&old), &json!({"data": {"_city": "Oslo"}}))
            .ok(200);
        let second = moment(db, &old);
        let body = json!({"sources": [{"profile_id": old}], "destination": {"profile_id": ann},
            "history": history});
        let merge = text(&db.api.post(&people.path("merge"), &body).ok(200)["id"]);
        let (merged, seen) = moment(db, &old);
        assert_eq!(seen["into"], ann);
        let both = moment(db, &ann);
        let undo = people.path(&format!("merges/{merge}/undo"));
        db.api.post(&undo, &json!({})).ok(200);
        assert_was(db, &old, &first);
        assert_was(db, &old, &second);
        assert_was(db, &ann, &both);
        let away = as_of(db, &old, &merged).problem(404, "merged");
        assert_eq!(away["into"], ann);
        let kinds = db.api.get(&people.path(&format!("{old}/history"))).ok(200);
        let kinds: Vec<String> = kinds["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| text(&one["kind"]))
            .collect();
        let expected = ["restored", "merged", "updated", "created"].map(|k| format!("profile.{k}"));
        assert_eq!(kinds, expected, "history: {history}");
    }
}

#[test]
fn subscriptions_that_went_by_a_split_are_shown() {
    let people = People::new(&["ann"]);
    let (ann, db) = (people.id("ann"), &people.db);
    let more = json!({"data": {"email": address("ann"), "subscriptions": [
        {"resource_id": people.resource, "channel": "email", "email": "Bob@example.org"}]}});
    db.write(&more).ok(200);
    let before = moment(db, &ann);
    let body = json!({"source": {"profile_id": ann}, "destinations": [{"new": true, "history": true,
        "data": {"_fname": "Bob"}, "subscriptions": [{"channel": "email", "email": "bob@example.org"}]}]});
    let split = db.api.post(&people.path("split"), &body).ok(200);
    let bob = text(&split["destinations"][0]["id"]);
    assert_was(db, &ann, &before);
    let early = as_of(db, &bob, &before.0).problem(410, "before_history");
    assert_eq!(early["first"], db.profile(&bob)["created_at"]);
}

#[test]
fn who_came_with_a_file_and_went_with_its_undo_was_there() {
    let server = Server::start();
    let db = Database::new(&server, "People", &[]);
    let job = import(&db, b"mail,city\nnew@example.org,Bonn\n");
    let id = text(&db.find(&json!({"email": "new@example.org"})).ok(200)["id"]);
    let there = moment(&db, &id);
    let undone = undo(&db, &job);
    let (gone, _) = moment(&db, &id);
    let again = format!("{}/updates/{}", db.path, text(&undone["id"]));
    undo(&db, &again);
    assert_was(&db, &id, &there);
    as_of(&db, &id, &gone).problem(404, "not_found");
}

#[test]
fn one_that_is_part_of_another_is_answered_so_wherever_it_is_asked_for() {
    let people = People::new(&["ann", "old"]);
    let (ann, old, api) = (people.id("ann"), people.id("old"), &people.db.api);
    people.merge("ann", &["old"]);
    let at = "?at=2030-01-01T00:00:00Z";
    for rest in [
        "",
        at,
        "/relations",
        "/export",
        "/deliverability",
        "/subscriptions",
    ] {
        let gone = api.get(&people.path(&format!("{old}{rest}")));
        assert_eq!(gone.problem(404, "merged")["into"], ann, "{rest}");
    }
    let erase = api.post(&people.path(&format!("{old}/erase")), &Value::Null);
    assert_eq!(erase.problem(404, "merged")["into"], ann);
    assert_eq!(people.db.total(), 1);
}

#[test]
fn a_token_for_one_database_is_shown_no_ids_of_another() {
    let people = People::new(&["ann", "bob"]);
    let away = Database::new(&people.server, "Away", &[]);
    let foreign = away.import(&json!({"email": address("away")}));
    let (ann, bob, api) = (people.id("ann"), people.id("bob"), &people.db.api);
    let body = json!({"sources": [{"profile_id": foreign, "database_id": away.id}, {"profile_id": bob}],
        "destination": {"profile_id": ann}});
    api.post(&people.path("merge"), &body).ok(200);
    let token = json!({"name": "some", "scopes": ["profiles:read", "exports:read"],
        "databases": [people.db.id]});
    let token = text(&api.post("/v1/tokens", &token).ok(201)["secret"]);
    let mine = people.server.client(&token);
    let listed = mine.get(&people.path("merges")).ok(200);
    assert_eq!(listed["items"][0]["sources"], json!([bob]));
    for target in [
        people.path("merges"),
        people.path(&format!("{ann}/history")),
        people.path("history"),
        people.path(&format!("{ann}/export")),
        format!("{}/history/export", people.db.path),
    ] {
        let (seen, whole) = (mine.get(&target).text, api.get(&target).text);
        assert!(
            !seen.contains(&foreign) && seen.contains(&bob),
            "{target}: {seen}"
        );
        assert!(whole.contains(&foreign), "{target}: {whole}");
    }
}
