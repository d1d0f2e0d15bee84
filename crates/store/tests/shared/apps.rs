//! What lets apps in: tokens of resources, keys of databases, and what goes with what.

use roster_model::define::Settings;
use roster_model::{AppKeySettings, ResourceId};
use roster_store::apps::{self, AppKeyRow};
use roster_store::{databases, resources};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn resource(id: i64) -> ResourceId {
    ResourceId::new(id).unwrap()
}

fn put(sql: &Connection, id: i64, byte: u8) -> bool {
    let (digest, prefix) = ([byte; 32], format!("abc{byte}"));
    within(sql, async || {
        apps::put_token(sql, resource(id), &digest, &prefix, &author()).await
    })
    .is_some()
}

fn found(sql: &Connection, byte: u8) -> Option<i64> {
    let found = block_on(apps::find_token(sql, &[byte; 32])).unwrap();
    found.map(|one| one.id.get())
}

/// The fields of all entries of history, with what they were and became.
fn told(sql: &Connection) -> String {
    let all = rows(sql, "SELECT kind, changes FROM history ORDER BY id", vec![]);
    format!("{all:?}")
}

#[test]
fn a_resource_has_one_token_by_which_it_is_found() {
    let world = World::new();
    let sql = world.connect();
    assert_eq!(found(&sql, 1), None);
    assert!(put(&sql, 1, 1));
    let one = block_on(apps::find_token(&sql, &[1; 32])).unwrap().unwrap();
    assert_eq!(one.id, resource(1));
    assert!(!one.databases.is_empty() && !one.name.is_empty());
    assert!(!put(&sql, 2, 1), "it is the first resource's");
    assert!(put(&sql, 1, 1), "the same again");
    assert!(put(&sql, 1, 2));
    assert_eq!((found(&sql, 1), found(&sql, 2)), (None, Some(1)));
    assert!(put(&sql, 2, 1), "it is free by now");
    let known = block_on(apps::token(&sql, resource(1))).unwrap().unwrap();
    assert_eq!(known.prefix, "abc2");
    let remove = || {
        within(&sql, async || {
            apps::remove_token(&sql, resource(1), &author()).await
        })
    };
    assert_eq!((remove(), remove()), (true, false));
    assert_eq!(found(&sql, 2), None);
    assert!(told(&sql).contains("resources/1/app_token"));
    // It goes with its resource.
    let row = block_on(resources::get(&sql, resource(2)))
        .unwrap()
        .unwrap();
    within(&sql, async || {
        resources::delete(&sql, &row.resource, &author()).await
    });
    assert_eq!(found(&sql, 1), None);
    assert!(rows(&sql, "SELECT * FROM app_tokens", vec![]).is_empty());
}

fn settings(name: &str) -> AppKeySettings {
    AppKeySettings::create(&json!({"name": name, "resource_id": "1"})).unwrap()
}

fn key(sql: &Connection, database: i64, name: &str) -> Option<AppKeyRow> {
    let (id, secret) = (database_id(database), b"\x00\x7f\xffsecret".to_vec());
    within(sql, async || {
        let settings = settings(name);
        apps::create_key(sql, id, settings, "HS256", secret.clone(), &author()).await
    })
}

#[test]
fn a_key_belongs_to_its_database_and_is_told_nowhere() {
    let world = World::new();
    let sql = world.connect();
    let one = key(&sql, PEOPLE, "one").unwrap();
    assert_eq!(key(&sql, PEOPLE, "one"), None);
    let other = key(&sql, OTHERS, "one").unwrap();
    let two = key(&sql, PEOPLE, "two").unwrap();
    let listed = |database| block_on(apps::keys(&sql, database_id(database))).unwrap();
    let all = |database| listed(database).unwrap();
    assert_eq!(all(PEOPLE), [one.clone(), two.clone()]);
    assert_eq!(all(OTHERS), std::slice::from_ref(&other));
    let checking = |database, algorithm: &str| {
        block_on(apps::checking(&sql, database_id(database), algorithm)).unwrap()
    };
    let keys = checking(PEOPLE, "HS256");
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0].key, b"\x00\x7f\xffsecret");
    assert!(checking(PEOPLE, "RS256").is_empty());
    let update = |before: &AppKeyRow, patch: Value| {
        let settings = before.settings.patch(&patch).unwrap();
        within(&sql, async || {
            let (id, before, settings) = (database_id(PEOPLE), before.clone(), settings.clone());
            apps::update_key(&sql, id, before, settings, &author()).await
        })
    };
    assert_eq!(update(&two, json!({"name": "one"})), None);
    let ended = update(&one, json!({"ends_at": "2026-01-01T00:00:00Z"})).unwrap();
    assert_eq!(all(PEOPLE)[0], ended);
    within(&sql, async || {
        apps::delete_key(&sql, database_id(PEOPLE), &two, &author()).await
    });
    assert_eq!(all(PEOPLE), [ended]);
    let told = told(&sql);
    assert!(
        told.contains("app_keys/1") && !told.contains("secret"),
        "{told}"
    );
    // They go with their database, and only with theirs.
    let row = block_on(databases::get(&sql, database_id(PEOPLE)));
    let row = row.unwrap().unwrap();
    within(&sql, async || {
        databases::delete(&sql, &row.database, &author()).await
    });
    assert_eq!(listed(PEOPLE), None);
    assert_eq!(all(OTHERS), [other]);
}
