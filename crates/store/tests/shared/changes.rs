//! Definitions that change under people who are there: what is kept beside the
//! profiles follows, and writing goes on.

use roster_model::DatabaseSettings;
use roster_model::define::Settings;
use roster_store::{Sql, databases, fields, resources};
use serde_json::{Value, json};

use super::check::check_but_history;
use super::world::*;
use crate::engine::Connection;

/// As a handler does it: one transaction.
fn transaction<T, E: std::fmt::Debug>(
    sql: &Connection,
    work: impl AsyncFnOnce() -> Result<T, E>,
) -> T {
    execute(sql, "BEGIN IMMEDIATE");
    let done = block_on(work()).unwrap();
    execute(sql, "COMMIT");
    done
}

fn patch_field(sql: &Connection, name: &str, patch: Value) {
    let database = definitions(sql, PEOPLE).database.clone();
    let before = database.field(name).unwrap();
    let after = before.patch(&patch, &database.context()).unwrap();
    transaction(sql, async || {
        fields::update(sql, &database, before, &after, &author()).await
    });
}

fn people() -> Vec<Value> {
    let people = roster_people::People::new(8);
    let person = |one: roster_people::Person| {
        let mut data = Value::from(one.data());
        data["code"] = json!(one.customer());
        data["tier"] = json!(["Gold", "tin"][one.number as usize % 2]);
        data["labels"] = json!(one.tags);
        data["note"] = json!(format!("{}", one.points));
        data["points"] = json!(one.points);
        data["subscriptions"] = json!([
            {"resource_id": 1, "channel": "email", "email": format!("x.{}", one.email)},
            {"resource_id": 1, "channel": "sms", "phone": one.phone, "status": one.number % 7},
            {"resource_id": 2, "channel": "email", "email": one.email},
        ]);
        data
    };
    people.range(0..120).map(person).collect()
}

/// That everybody can be written to as before: new values, new people.
fn writing_goes_on(sql: &Connection) {
    let known = definitions(sql, PEOPLE);
    for profile in everybody(sql).iter().step_by(10) {
        let email = &profile.data["email"];
        let data = json!({"email": email, "points": {"action": "incr", "value": 1}, "_city": null});
        let results = write(sql, &import(&known, &[data]));
        assert!(results[0].is_ok(), "{results:?}");
    }
    let email = format!("new{}@example.org", tick().ms());
    assert_eq!(
        kinds(&write(sql, &import(&known, &[json!({"email": email})]))),
        ["created"]
    );
    check_but_history(sql);
}

#[test]
fn whatever_changes_about_fields_keys_and_search_text_follow() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &people());
    for (name, patch) in [
        ("tier", json!({"searchable": false})),
        ("tier", json!({"matchable": false})),
        ("tier", json!({"searchable": true, "matchable": true})),
        ("code", json!({"unique": false})),
        ("code", json!({"unique": true, "searchable": false})),
        ("labels", json!({"matchable": false, "searchable": false})),
        ("labels", json!({"matchable": true, "searchable": true})),
        ("note", json!({"matchable": true, "searchable": true})),
        ("note", json!({"type": "integer", "searchable": false})),
        ("note", json!({"type": "string", "searchable": true})),
        ("points", json!({"matchable": true})),
        ("points", json!({"type": "float"})),
        ("phones", json!({"searchable": false})),
        ("_city", json!({"searchable": true, "matchable": true})),
    ] {
        patch_field(&sql, name, patch.clone());
        check_but_history(&sql);
        writing_goes_on(&sql);
    }
}

#[test]
fn deleted_fields_leave_nothing_behind() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &people());
    for name in ["labels", "code", "tier", "note", "level"] {
        let database = definitions(&sql, PEOPLE).database.clone();
        let field = database.field(name).unwrap();
        transaction(&sql, async || {
            fields::delete(&sql, &database, field, &author()).await
        });
        assert!(
            everybody(&sql)
                .iter()
                .all(|one| !one.data.contains_key(name))
        );
        check_but_history(&sql);
    }
    writing_goes_on(&sql);
}

#[test]
fn a_deleted_resource_leaves_nothing_behind() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &people());
    let known = definitions(&sql, PEOPLE);
    let gone = transaction(&sql, async || {
        resources::delete(&sql, &known.resources[0], &author()).await
    });
    assert_eq!(gone, 240);
    assert!(
        everybody(&sql)
            .iter()
            .all(|one| one.subscriptions.len() == 1)
    );
    check_but_history(&sql);
    // A new one comes last, where the gone ones left no gap.
    let known = definitions(&sql, PEOPLE);
    for profile in everybody(&sql).iter().step_by(10) {
        let email = &profile.data["email"];
        let new = json!({"resource_id": 2, "channel": "email", "email": "0@example.org"});
        let data = json!({"email": email, "subscriptions": [new]});
        assert_eq!(kinds(&write(&sql, &import(&known, &[data]))), ["updated"]);
    }
    let changed: Vec<_> = everybody(&sql)
        .into_iter()
        .filter(|one| one.subscriptions.len() == 2)
        .collect();
    assert_eq!(changed.len(), 12);
    for profile in changed {
        assert_eq!(profile.subscriptions[1].contact.key(), "0@example.org");
    }
}

#[test]
fn a_wiped_or_deleted_database_leaves_the_other_as_it_was() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &people());
    fill(
        &sql,
        OTHERS,
        &[
            json!({"email": "a@example.org"}),
            json!({"email": "b@example.org", "phones": ["+4930901820"]}),
        ],
    );
    let others = definitions(&sql, OTHERS).database.clone();
    let wiped = transaction(&sql, async || {
        databases::wipe(&sql, others.id, &author()).await
    });
    assert_eq!(wiped, 2);
    assert_eq!(everybody(&sql).len(), 120);
    check_but_history(&sql);
    fill(&sql, OTHERS, &[json!({"email": "a@example.org"})]);
    let people = definitions(&sql, PEOPLE).database.clone();
    let deleted = transaction(&sql, async || {
        databases::delete(&sql, &people, &author()).await
    });
    assert_eq!(deleted, 120);
    assert_eq!(everybody(&sql).len(), 1);
    check_but_history(&sql);
    let left = block_on(sql.query(
        "SELECT kind FROM history WHERE database_id = 1 ORDER BY id DESC LIMIT 1",
        vec![],
    ));
    let kinds: Vec<String> = left
        .unwrap()
        .iter_mut()
        .map(|row| row.text(0).unwrap())
        .collect();
    assert_eq!(kinds, ["database.deleted"]);
    let of_people = "SELECT 1 FROM history WHERE database_id = 1 AND profile <> 0";
    assert!(block_on(sql.query(of_people, vec![])).unwrap().is_empty());
}

#[test]
fn settings_that_change_do_not_disturb_those_who_write() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            let mut stale = 0;
            for number in 0..60 {
                let data = json!({"email": format!("{}@example.org", number % 20),
                    "points": {"action": "incr", "value": 1}});
                loop {
                    // As a handler does it: prepare again when definitions changed.
                    let job = import(&definitions(&other, PEOPLE), std::slice::from_ref(&data));
                    match run_one(&other, &job) {
                        Ok(_) => break,
                        Err(roster_store::Error::Stale(_)) => stale += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            stale
        });
        for number in 0..30 {
            let database = definitions(&sql, PEOPLE).database.clone();
            let settings =
                DatabaseSettings::create(&json!({"name": format!("People {number}")})).unwrap();
            transaction(&sql, async || {
                databases::update(&sql, &database, &settings, &author()).await
            });
        }
        assert!(writing.join().unwrap() < 1000);
    });
    let all = everybody(&sql);
    assert_eq!(all.len(), 20);
    assert!(all.iter().all(|one| one.data["points"] == 3));
    super::check::check(&sql);
}
