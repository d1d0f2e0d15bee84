//! Watchers: every change of one is a change of the catalogue.

use roster_model::WatcherSettings;
use roster_model::define::Settings;
use roster_store::schedules::StoredSecret;
use roster_store::watchers::{self, WatcherRow};
use roster_store::{Cell, catalogue, outbox};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use super::world::*;
use crate::engine::Connection;

fn version(sql: &Connection) -> i64 {
    block_on(catalogue::version(sql)).unwrap()
}

pub fn settings(name: &str, databases: &[i64]) -> WatcherSettings {
    WatcherSettings::create(&json!({
        "name": name, "url": "https://example.org/hook", "databases": databases,
    }))
    .unwrap()
}

pub fn created(sql: &Connection, settings: WatcherSettings) -> Option<WatcherRow> {
    let secret = StoredSecret("whsec_one".to_owned());
    within(sql, async || {
        watchers::create(sql, settings, secret, &author()).await
    })
}

fn secrets(watcher: &WatcherRow) -> Vec<&str> {
    watcher.secrets.iter().map(|kept| kept.0.as_str()).collect()
}

#[test]
fn watchers_are_made_changed_and_forgotten() {
    let world = World::new();
    let sql = world.connect();
    let before = version(&sql);
    let made = created(&sql, settings("crm", &[1])).unwrap();
    assert_eq!(version(&sql), before + 1);
    assert!(created(&sql, settings("crm", &[])).is_none(), "taken");
    let id = made.watcher.id;
    let get = || block_on(watchers::get(&sql, id)).unwrap();
    let found = get().unwrap();
    assert_eq!((found.revision, &found.watcher), (1, &made.watcher));
    assert_eq!(secrets(&found), ["whsec_one"]);
    assert!(!format!("{found:?}").contains("whsec_one"));
    assert_eq!(block_on(watchers::named(&sql, "crm")).unwrap(), Some(id));

    let other = settings("crm two", &[1, 2]);
    let revision = within(&sql, async || {
        watchers::update(&sql, &made.watcher, &other, &author()).await
    });
    assert_eq!((revision, version(&sql)), (2, before + 2));
    for (n, secret) in ["whsec_two", "whsec_three"].into_iter().enumerate() {
        let now = get().unwrap();
        let revision = within(&sql, async || {
            watchers::add_secret(&sql, &now, StoredSecret(secret.to_owned()), &author()).await
        });
        assert_eq!(revision, 3 + i64::try_from(n).unwrap());
    }
    let found = get().unwrap();
    assert_eq!(found.watcher.settings, other);
    assert_eq!(secrets(&found), ["whsec_three", "whsec_two"]);
    let all = block_on(watchers::all(&sql)).unwrap();
    assert_eq!(all.len(), 1);

    within(&sql, async || {
        watchers::delete(&sql, &found.watcher, &author()).await
    });
    assert!(get().is_none());
    assert_eq!(version(&sql), before + 5);
    let told = rows(
        &sql,
        "SELECT changes FROM history WHERE kind LIKE 'watcher.%'",
        vec![],
    );
    assert_eq!(told.len(), 5);
    assert!(!format!("{told:?}").contains("whsec_"));
}

#[test]
fn recipients_name_watchers() {
    let world = World::new();
    let sql = world.connect();
    let id = created(&sql, settings("crm", &[])).unwrap().watcher.id;
    let recipient = watchers::recipient(id);
    assert_eq!(watchers::named_by(&recipient), Some(id));
    for odd in ["email:a@example.org", "watcher:", "watcher:0", "watcher:x"] {
        assert_eq!(watchers::named_by(odd), None, "{odd}");
    }
}

#[test]
fn a_write_tells_watchers_what_it_did() {
    let world = World::new();
    let sql = world.connect();
    let id = created(&sql, settings("crm", &[PEOPLE]))
        .unwrap()
        .watcher
        .id;
    for database in [PEOPLE, OTHERS] {
        fill(&sql, database, &[json!({"email": "a@example.org"})]);
    }
    let messages = block_on(outbox::page(
        &sql,
        &outbox::MessageFilter::default(),
        None,
        9,
    ))
    .unwrap();
    assert_eq!(messages.len(), 1);
    let message = &messages[0];
    assert_eq!(message.recipient, watchers::recipient(id));
    assert_eq!(message.kind, outbox::Kind::Change);
    assert_eq!(message.body["type"], "profile.created");
    assert_eq!(message.database, Some(database_id(PEOPLE)));
}

#[test]
fn one_change_goes_to_each_watcher_that_asks_for_it() {
    let world = World::new();
    let sql = world.connect();
    for (name, databases) in [
        ("all", &[][..]),
        ("both", &[PEOPLE, OTHERS]),
        ("others", &[OTHERS]),
    ] {
        created(&sql, settings(name, databases)).unwrap();
    }
    let people = [
        json!({"email": "a@example.org"}),
        json!({"email": "b@example.org"}),
    ];
    fill(&sql, PEOPLE, &people);
    fill(&sql, OTHERS, &people[..1]);
    let told = rows(
        &sql,
        "SELECT recipient, database_id, body ->> '$.data.changes[1].after', state FROM outbox ORDER BY id",
        vec![],
    );
    let row = |watcher: i64, database: i64, email: &str| {
        let recipient = format!("watcher:{watcher}");
        let [recipient, email, state] = [recipient.as_str(), email, "queued"].map(Cell::from);
        vec![recipient, Cell::Integer(database), email, state]
    };
    let expected = [
        row(1, PEOPLE, "a@example.org"),
        row(2, PEOPLE, "a@example.org"),
        row(1, PEOPLE, "b@example.org"),
        row(2, PEOPLE, "b@example.org"),
        row(1, OTHERS, "a@example.org"),
        row(2, OTHERS, "a@example.org"),
        row(3, OTHERS, "a@example.org"),
    ];
    assert_eq!(told, expected);
}

/// How many wait for how many, when a receiver is down.
const WATCHERS: usize = 50;
const QUEUED: usize = 100_000;
/// How many people are written by turns, and how often.
const WRITTEN: usize = 200;
const ROUNDS: usize = 10;

/// A store with watchers, and as many messages for them that wait.
fn watched(queued: usize) -> World {
    let world = World::new();
    let sql = world.connect();
    for number in 0..WATCHERS {
        created(&sql, settings(&format!("watcher {number}"), &[PEOPLE])).unwrap();
    }
    execute(
        &sql,
        &format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {queued})
             INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
             SELECT 'change', {PEOPLE}, n, 'watcher:' || (1 + n % {WATCHERS}), 'queued',
                    '{{\"type\":\"profile.created\",\"data\":{{}}}}', 1790000000000 + n, 1790000000000 + n
             FROM numbers WHERE {queued} > 0"
        ),
    );
    world
}

#[test]
fn what_waits_for_watchers_makes_no_write_slower() {
    let worlds = [watched(0), watched(QUEUED)];
    let connections = worlds.each_ref().map(World::connect);
    for sql in &connections {
        // As components set them up.
        execute(sql, "PRAGMA cache_size = -32768");
        execute(sql, "PRAGMA wal_autocheckpoint = 4000");
    }
    let known = connections.each_ref().map(|sql| definitions(sql, PEOPLE));
    let mut times = [Duration::MAX; 2];
    // By turns, and the best of each: others use the machine too.
    for round in 0..ROUNDS {
        let people: Vec<Value> = (0..WRITTEN)
            .map(|n| json!({ "email": format!("p{round}.{n}@example.org") }))
            .collect();
        for (which, sql) in connections.iter().enumerate() {
            let batch = import(&known[which], &people);
            let since = Instant::now();
            let results = write(sql, &batch);
            times[which] = times[which].min(since.elapsed());
            assert!(kinds(&results).iter().all(|kind| *kind == "created"));
        }
    }
    let [none, many] = times;
    println!("{WRITTEN} people for {WATCHERS} watchers: {none:?}, with {QUEUED} waiting {many:?}");
    // An index of more is a little deeper. What looked at them all took a hundred times as long.
    assert!(
        many < none * 3 / 2 + Duration::from_millis(5),
        "{none:?} {many:?}"
    );
    let told = rows(
        &connections[1],
        "SELECT count(*) FROM outbox WHERE created_at > 1790000100000",
        vec![],
    );
    assert_eq!(
        told,
        [[Cell::Integer((ROUNDS * WRITTEN * WATCHERS) as i64)]]
    );
}
