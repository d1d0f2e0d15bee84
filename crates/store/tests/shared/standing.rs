//! How contacts stand outlives anyone who had them, and holds in every database.

use roster_model::ending::{Ending, Endings, Reach};
use roster_model::write::{prepare_delete, prepare_write};
use roster_model::{
    Contact, Email, Origin, Party, Profile, ResourceId, Standing, Status, Timestamp,
};
use roster_store::standing::ledger::{self, ForeignEntry};
use roster_store::standing::links::{self, Place};
use roster_store::standing::{self, of_subscriptions};
use roster_store::write::Batch;
use roster_store::{Cell, migrate};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn person(email: &str, more: Value) -> Value {
    let mut subscription = json!({"resource_id": 1, "channel": "email", "email": email});
    let members = subscription.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    json!({"email": email, "subscriptions": [subscription]})
}

fn contact(email: &str) -> Contact {
    Contact::Email(Email::parse(email).unwrap())
}

fn resource() -> ResourceId {
    ResourceId::new(1).unwrap()
}

/// Imports one as a file does.
fn load(sql: &Connection, database: i64, data: Value) {
    let known = definitions(sql, database);
    let job = Batch {
        origin: Origin::Import,
        speaks_for_all: true,
        ..import(&known, &[data])
    };
    assert!(write(sql, &job).iter().all(Result::is_ok));
}

fn delete(sql: &Connection, database: i64, profile: &Profile) {
    let known = definitions(sql, database);
    let item = prepare_delete(profile.id, None, &schema(&known));
    assert!(write(sql, &job(&known, vec![Ok(item)]))[0].is_ok());
}

fn in_database(sql: &Connection, database: i64) -> Profile {
    let mut all = everybody(sql).into_iter();
    all.find(|one| one.database == database_id(database))
        .unwrap()
}

/// Status and what stands against it beside, of all subscriptions.
fn marks(sql: &Connection) -> Vec<(i64, i64)> {
    let statement = "SELECT status, ended FROM subscriptions ORDER BY profile, resource_id";
    rows(sql, statement, vec![])
        .into_iter()
        .map(|row| match row[..] {
            [Cell::Integer(status), Cell::Integer(ended)] => (status, ended),
            _ => panic!("{row:?}"),
        })
        .collect()
}

#[test]
fn whoever_left_and_was_deleted_comes_back_as_they_left_in_any_database() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE, person("Ann@x.org", json!({})));
    assert!(!definitions(&sql, PEOPLE).standing.contacts, "nobody left");
    let version = definitions(&sql, PEOPLE).version;
    let left = json!({"status": "unsubscribed", "left_by": "person"});
    load(&sql, PEOPLE, person("ann@x.org", left));
    assert!(definitions(&sql, PEOPLE).standing.contacts);
    assert!(
        definitions(&sql, PEOPLE).version > version,
        "others are told"
    );
    delete(&sql, PEOPLE, &in_database(&sql, PEOPLE));
    for database in [PEOPLE, OTHERS] {
        load(
            &sql,
            database,
            person("ann@x.org", json!({"status": "subscribed"})),
        );
        let back = in_database(&sql, database);
        assert_eq!(back.subscriptions[0].status, Status::Unsubscribed);
    }
    let kept = rows(&sql, "SELECT * FROM standing", vec![]);
    assert_eq!(kept.len(), 1);
    let shown = format!("{kept:?}");
    assert!(
        !shown.contains("ann") && !shown.contains("x.org"),
        "{shown}"
    );
}

#[test]
fn what_others_have_of_the_contact_is_marked_and_freed_again() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE, person("ann@x.org", json!({})));
    load(&sql, OTHERS, person("ann@x.org", json!({})));
    load(&sql, OTHERS, person("ben@x.org", json!({})));
    assert_eq!(marks(&sql), [(0, 0); 3]);
    let left = json!({"status": "unsubscribed", "left_by": "person"});
    load(&sql, PEOPLE, person("ann@x.org", left));
    assert_eq!(marks(&sql), [(1, 1), (0, 1), (0, 0)]);
    let known = definitions(&sql, OTHERS);
    let asked = [(resource(), &contact("ann@x.org"))];
    let endings = block_on(of_subscriptions(&sql, &known.standing, asked)).unwrap();
    let against = endings.against(&contact("ann@x.org"), database_id(OTHERS), resource());
    assert_eq!(against.unwrap().standing.status, Status::Unsubscribed);
    // They agreed again, in the other database.
    let request = json!({"resubscribe": true, "reason": "at the fair"});
    let data = person("ann@x.org", json!({"status": "subscribed"}));
    let item = prepare_write(object(&request), &data, &schema(&known));
    assert!(write(&sql, &job(&known, vec![item]))[0].is_ok());
    assert_eq!(marks(&sql), [(1, 0), (0, 0), (0, 0)]);
    let endings = block_on(of_subscriptions(&sql, &known.standing, asked)).unwrap();
    let against = endings.against(&contact("ann@x.org"), database_id(OTHERS), resource());
    assert_eq!(against, None);
}

#[test]
fn whoever_was_erased_while_subscribed_is_not_brought_back() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE, person("ann@x.org", json!({})));
    let profile = in_database(&sql, PEOPLE);
    delete(&sql, PEOPLE, &profile);
    let keys = block_on(standing::load(&sql)).unwrap();
    block_on(standing::erased(&sql, &keys, &profile, tick())).unwrap();
    load(&sql, PEOPLE, person("ann@x.org", json!({})));
    let back = in_database(&sql, PEOPLE);
    assert_eq!(back.subscriptions[0].status, Status::Unsubscribed);
    // The other database never had them.
    load(&sql, OTHERS, person("ann@x.org", json!({})));
    let there = in_database(&sql, OTHERS);
    assert_eq!(there.subscriptions[0].status, Status::Subscribed);
}

#[test]
fn a_bulk_update_asks_for_contacts_that_only_profiles_tell() {
    let world = World::new();
    let sql = world.connect();
    let left = json!({"status": "unsubscribed"});
    load(&sql, PEOPLE, person("ann@x.org", left));
    load(&sql, OTHERS, json!({"email": "ann@x.org"}));
    let known = definitions(&sql, OTHERS);
    let update = json!({"condition": {}, "subscriptions": [
        {"resource_id": 1, "channel": "email", "contact": {"field": "email"}}]});
    let update = roster_model::BulkUpdate::parse(&update, &schema(&known)).unwrap();
    let profile = in_database(&sql, OTHERS);
    let item = update
        .bulk
        .prepare(profile.id, profile.revision, &schema(&known));
    assert!(write(&sql, &job(&known, vec![Ok(item)]))[0].is_ok());
    let after = in_database(&sql, OTHERS);
    assert_eq!(after.subscriptions[0].status, Status::Unsubscribed);
}

#[test]
fn an_old_link_finds_whoever_has_the_address_and_holds_for_whoever_brings_it() {
    let world = World::new();
    let sql = world.connect();
    load(&sql, PEOPLE, person("ann@x.org", json!({})));
    load(&sql, OTHERS, person("ann@x.org", json!({})));
    let ann = contact("ann@x.org");
    let digest = roster_model::subscription::link_digest(resource(), &ann);
    let found = block_on(links::search(&sql, &digest, &Place::default())).unwrap();
    assert_eq!(found.unwrap(), (resource(), ann.clone()));
    let holders = block_on(links::holders(&sql, resource(), &ann)).unwrap();
    assert_eq!(holders.len(), 2);
    // Nobody has this one yet.
    let ben = contact("ben@x.org");
    let digest = roster_model::subscription::link_digest(resource(), &ben);
    let none = block_on(links::search(&sql, &digest, &Place::default())).unwrap();
    let next = none.unwrap_err().unwrap();
    let none = block_on(links::search(&sql, &digest, &next)).unwrap();
    assert_eq!(none, Err(None));
    let keys = block_on(standing::load(&sql)).unwrap();
    let keep = || {
        let database = database_id(PEOPLE);
        within(&sql, async || {
            links::keep(&sql, &keys, &digest, database, "one_click", tick()).await
        })
    };
    assert!(keep(), "who has it must be searched for");
    block_on(links::searched(&sql, &keys, &digest)).unwrap();
    assert!(!keep());
    load(
        &sql,
        OTHERS,
        person("ben@x.org", json!({"status": "subscribed"})),
    );
    let marks = rows(
        &sql,
        "SELECT status FROM subscriptions WHERE contact = 'ben@x.org'",
        vec![],
    );
    assert_eq!(marks, [[Cell::Integer(1)]]);
}

#[test]
fn what_was_known_before_is_taken_over() {
    let world = World::empty();
    let sql = world.connect();
    block_on(migrate::migrate(&sql, 5)).unwrap();
    let digest = "2c0c1d0e3d3ab80b0b6d2d28ba5d9cc6f0a5ac2a6d2ac0e5be6ef5ad5ab2ff43";
    for statement in [
        "INSERT INTO databases (id, revision, next_field_id, created_at, updated_at, name, definition)
         VALUES (1, 1, 1, 0, 0, 'a', '{}')",
        "INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data, status_by)
         VALUES (1, 1, 1, 1, 0, 5, '{\"email\":\"all@x.org\"}', 2), (2, 1, 1, 0, 0, 5, '{}', 0)",
        "INSERT INTO subscriptions
            (profile, resource_id, channel, contact, database_id, status, deleted, body, place)
         VALUES (2, 1, 1, 'ann@x.org', 1, 1, 0,
                 '{\"r\":1,\"c\":1,\"k\":\"ann@x.org\",\"a\":0,\"b\":7,\"s\":1,\"h\":2}', 0)",
    ] {
        execute(&sql, statement);
    }
    let erased = format!(
        "INSERT INTO erasures (hash, database_id, kind, at, actor) VALUES ('{digest}', 1, 'phone', 3, 'a')"
    );
    execute(&sql, &erased);
    block_on(migrate::migrate(&sql, migrate::VERSION)).unwrap();
    let mut keys = block_on(standing::load(&sql)).unwrap();
    keys.contacts = true;
    let of = |email: &str| {
        let contact = contact(email);
        let asked = [(resource(), &contact)];
        let endings = block_on(of_subscriptions(&sql, &keys, asked)).unwrap();
        let against = endings.against(&contact, database_id(1), resource());
        against.map(|ending| (ending.standing.status, ending.noted_at.ms()))
    };
    assert_eq!(of("ann@x.org"), Some((Status::Unsubscribed, 7)));
    assert_eq!(of("all@x.org"), Some((Status::Unsubscribed, 5)));
    assert_eq!(of("none@x.org"), None);
    let statement = "SELECT count(*) FROM standing WHERE how = 'erased'";
    assert_eq!(rows(&sql, statement, vec![]), [[Cell::Integer(4)]]);
}

/// What the store keeps of two that say something of one contact is what the model
/// keeps, whatever comes in which order.
#[test]
fn what_counts_of_two_is_the_same_in_the_store_and_in_the_model() {
    let world = World::new();
    let sql = world.connect();
    let keys = block_on(standing::load(&sql)).unwrap();
    let own = &keys.keys[0];
    let ann = contact("ann@x.org");
    let reaches = [
        Reach::EVERYTHING,
        Reach::resource(resource()),
        Reach::database(database_id(PEOPLE)),
        Reach {
            resource: Some(resource()),
            ..Reach::database(database_id(PEOPLE))
        },
    ];
    let standings = [
        (Status::Subscribed, Party::Api),
        (Status::Unsubscribed, Party::Api),
        (Status::Unsubscribed, Party::Person),
        (Status::Hardbounced, Party::Provider),
        (Status::Complained, Party::Person),
    ];
    let mut model = Endings::default();
    let mut dice = 7_u64;
    let mut roll = |sides: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(dice >> 33).unwrap() % sides
    };
    for step in 0..400 {
        let reach = reaches[roll(reaches.len())];
        let (status, by) = standings[roll(standings.len())];
        let told = Standing { status, by };
        let noted_at = Timestamp::from_ms(i64::try_from(roll(12)).unwrap());
        let ending = Ending {
            contact: ann.clone(),
            category: None,
            reach,
            standing: told,
            at: noted_at,
            noted_at,
            how: format!("step {step}"),
            told_in: None,
        };
        let given = ForeignEntry {
            hash: own.hash(&ann),
            key: own.name.clone(),
            reach,
            standing: Some(told).filter(|told| told.is_protected()),
            at: noted_at,
            noted_at,
            how: ending.how.clone(),
        };
        block_on(ledger::take_over(&sql, &keys, &[given])).unwrap();
        model.put(ending);
        let mut stored: Vec<String> =
            block_on(ledger::of_contact(&sql, &keys, &ann, &Default::default()))
                .unwrap()
                .iter()
                .map(|one| {
                    format!(
                        "{:?} {:?} {} {}",
                        one.reach, one.standing, one.noted_at, one.how
                    )
                })
                .collect();
        let shown = |one: &Ending| {
            let standing = Some(one.standing).filter(|standing| standing.is_protected());
            format!(
                "{:?} {:?} {} {}",
                one.reach, standing, one.noted_at, one.how
            )
        };
        let mut wanted: Vec<String> = model.of(&ann).iter().map(shown).collect();
        stored.sort();
        wanted.sort();
        assert_eq!(stored, wanted, "step {step}");
    }
}
