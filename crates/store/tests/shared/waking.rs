//! Suspensions that are over.

use roster_model::{Status, Timestamp};
use roster_store::waking::{due, leave};
use serde_json::json;

use super::world::*;

#[test]
fn suspensions_that_are_over_are_found_until_they_are_written_or_left() {
    let world = World::new();
    let sql = world.connect();
    let until = |day: i64| Timestamp::from_ms(START + day * 86_400_000);
    let person = |n: i64| {
        json!({"email": format!("p{n}@example.org"), "subscriptions": [{
            "resource_id": "1", "channel": "email", "email": format!("p{n}@example.org"),
            "status": "suspended", "suspended_until": until(n),
        }]})
    };
    fill(&sql, PEOPLE, &[person(2), person(1), person(3)]);
    fill(
        &sql,
        PEOPLE,
        &[json!({"email": "b@example.org", "subscriptions": [{
            "resource_id": "1", "channel": "email", "email": "b@example.org",
        }]})],
    );
    let found = |day, limit| block_on(due(&sql, until(day), limit)).unwrap();
    assert_eq!(found(0, 9), []);
    let sleepers = found(2, 9);
    let emails: Vec<_> = sleepers
        .iter()
        .map(|s| s.subscription.contact.key().into_owned())
        .collect();
    assert_eq!(emails, ["p1@example.org", "p2@example.org"]);
    assert_eq!(sleepers[0].revision, 1);
    assert_eq!(sleepers[0].subscription.status, Status::Suspended);
    assert_eq!(found(9, 1).len(), 1);
    block_on(leave(&sql, &[&sleepers[0]])).unwrap();
    assert_eq!(found(2, 9), sleepers[1..]);
    assert_eq!(found(9, 9).len(), 2);
}
