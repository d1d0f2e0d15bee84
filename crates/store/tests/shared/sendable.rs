//! How many subscriptions may be sent to: exactly those against which nothing stands.

use std::time::Duration;

use roster_model::suppression::{Entry, EntryHints};
use roster_model::{Channel, Origin, ResourceId, Status, SuppressionId};
use roster_store::SoleConnection;
use roster_store::pace::Budget;
use roster_store::resources::{self, SendableCounts, sendable};
use roster_store::suppressions::{self, changes, history::Action};
use roster_store::write::Batch;
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn load(sql: &Connection, database: i64, data: &[Value]) {
    let known = definitions(sql, database);
    let job = Batch {
        origin: Origin::Import,
        speaks_for_all: true,
        ..import(&known, data)
    };
    assert!(write(sql, &job).iter().all(Result::is_ok));
}

fn person(number: usize, status: &str, more: Value) -> Value {
    let email = format!("p{number}@x{}.org", number % 7);
    let mut data = json!({"email": email, "subscriptions": [
        {"resource_id": 1, "channel": "email", "email": email, "status": status},
        {"resource_id": 1, "channel": "sms", "phone": format!("+49309018{number:05}"),
            "status": status},
        {"resource_id": 2, "channel": "email", "email": email}]});
    let members = data.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    data
}

fn suppress(sql: &Connection, values: &[&str]) {
    let entries = values
        .iter()
        .map(|one| Entry::parse(one, &EntryHints::default()));
    let entries: Vec<Entry> = entries.collect::<Result<_, _>>().unwrap();
    let why = changes::ChangeContext {
        action: Action::Added,
        reason: "",
        author: author(),
    };
    within(sql, async || {
        let global = SuppressionId::new(1).unwrap();
        let mut found = suppressions::get(sql, global).await?.unwrap().list;
        changes::add(sql, &mut found, &entries, "", &why).await
    });
}

fn counted(sql: &Connection, only: Option<&[i64]>, budget: &Budget) -> SendableCounts {
    let resource = ResourceId::new(1).unwrap();
    let resource = block_on(resources::get(sql, resource)).unwrap().unwrap();
    let only: Option<Vec<_>> = only.map(|ids| ids.iter().map(|id| database_id(*id)).collect());
    let lend = SoleConnection(sql);
    let counting = sendable(&lend, &resource.resource, only.as_deref(), tick(), budget);
    block_on(counting).unwrap()
}

fn all(sql: &Connection) -> [i64; 3] {
    let found = counted(sql, None, &Budget::new(Duration::MAX));
    assert!(found.is_whole);
    let of = |channel, status| found.of(channel, status);
    [
        of(Channel::Email, Status::Subscribed),
        of(Channel::Email, Status::Unconfirmed),
        of(Channel::Sms, Status::Subscribed),
    ]
}

#[test]
fn whoever_something_stands_against_is_not_counted() {
    let world = World::new();
    let sql = world.connect();
    let people: Vec<Value> = (0..20)
        .map(|n| person(n, "subscribed", json!({})))
        .collect();
    load(&sql, PEOPLE, &people);
    let unconfirmed: Vec<Value> = (20..25)
        .map(|n| person(n, "unconfirmed", json!({})))
        .collect();
    load(&sql, PEOPLE, &unconfirmed);
    load(&sql, OTHERS, &people[..3]);
    assert_eq!(all(&sql), [23, 5, 23]);
    // Two in one database end it as a whole, one of them had not confirmed.
    load(
        &sql,
        PEOPLE,
        &[
            json!({"email": "p1@x1.org", "_status": "unsubscribed"}),
            json!({"email": "p21@x0.org", "_status": "suspended"}),
        ],
    );
    assert_eq!(all(&sql), [22, 4, 22]);
    // A contact that left in one database left in the other.
    load(
        &sql,
        PEOPLE,
        &[json!({"email": "p0@x0.org", "subscriptions": [
        {"resource_id": 1, "channel": "email", "email": "p0@x0.org", "status": "unsubscribed"}]})],
    );
    assert_eq!(all(&sql), [20, 4, 22]);
    // Plain, hashed (p2@x2.org by SHA-256) and a domain with two of PEOPLE (p5, p12, p19).
    let hash = {
        use sha2::{Digest, Sha256};
        let bytes = Sha256::digest("p2@x2.org");
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    suppress(&sql, &["p3@x3.org", &hash]);
    assert_eq!(all(&sql), [17, 4, 22], "one, and one that is in both");
    suppress(&sql, &["@x5.org", "+4930901800007"]);
    assert_eq!(all(&sql), [14, 4, 21]);
    let few = counted(&sql, Some(&[OTHERS]), &Budget::new(Duration::MAX));
    assert_eq!(few.of(Channel::Email, Status::Subscribed), 1, "{few:?}");
    let none = counted(&sql, Some(&[]), &Budget::new(Duration::MAX));
    assert_eq!(none.of(Channel::Email, Status::Subscribed), 0);
}

#[test]
fn where_the_time_is_up_there_are_at_least_so_many() {
    let world = World::new();
    let sql = world.connect();
    for first in [0, 700, 1400] {
        let people: Vec<Value> = (first..first + 700)
            .map(|n| person(n, "subscribed", json!({})))
            .collect();
        load(&sql, PEOPLE, &people);
    }
    let part = counted(&sql, None, &Budget::new(Duration::ZERO));
    assert!(!part.is_whole);
    let some = part.of(Channel::Email, Status::Subscribed);
    assert!((1..2100).contains(&some), "{some}");
    assert_eq!(all(&sql), [2100, 0, 2100]);
}
