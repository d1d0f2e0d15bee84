//! Very many: match keys that a crowd shares, and the largest job.

use serde_json::{Value, json};

use super::check::check;
use super::world::*;

#[test]
fn a_key_that_a_crowd_shares_is_ambiguous_and_stays_so() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let crowd: Vec<Value> = (0..1500)
        .map(|n| json!({"email": format!("{n}@example.org"), "tier": "all"}))
        .collect();
    fill(&sql, PEOPLE, &crowd);
    let members = json!({"matching": "custom", "field_name": "tier"});
    let results = write(
        &sql,
        &batch(&known, &members, &[json!({"tier": "all", "points": 1})]),
    );
    assert_eq!(kinds(&results), ["ambiguous_match"]);
    // Who shares it is still found by what is theirs alone.
    let data = json!({"email": "7@example.org", "tier": "all", "points": 1});
    assert_eq!(kinds(&write(&sql, &import(&known, &[data]))), ["updated"]);
    check(&sql);
}

#[test]
fn tags_that_crowds_have_still_tell_the_one_who_has_them_all() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let crowd: Vec<Value> = (0..2400)
        .map(|n| json!({"email": format!("{n}@example.org"), "labels": [(["x", "y"][n % 2])]}))
        .collect();
    fill(&sql, PEOPLE, &crowd);
    let both = json!({"email": "both@example.org", "labels": ["x", "y"]});
    fill(&sql, PEOPLE, &[both]);
    let members = json!({"matching": "custom", "field_name": "labels"});
    let data = [json!({"labels": ["x", "y"], "points": 1})];
    assert_eq!(
        kinds(&write(&sql, &batch(&known, &members, &data))),
        ["updated"]
    );
    assert_eq!(who(&sql, "both@example.org").data["points"], 1);
    // One common tag and one that nobody else has, both ways round.
    let data = json!({"email": "late@example.org", "labels": ["x", "rare"]});
    fill(&sql, PEOPLE, &[data]);
    for labels in [["x", "rare"], ["rare", "x"]] {
        let data = [json!({"labels": labels, "points": {"action": "incr", "value": 1}})];
        assert_eq!(
            kinds(&write(&sql, &batch(&known, &members, &data))),
            ["updated"]
        );
    }
    assert_eq!(who(&sql, "late@example.org").data["points"], 2);
    // Nobody has these together: one is made, then found, in a batch too.
    let data = json!({"labels": ["y", "rare"], "points": {"action": "incr", "value": 1}});
    let data = vec![data; 3];
    assert_eq!(
        kinds(&write(&sql, &batch(&known, &members, &data))),
        ["created", "updated", "updated"]
    );
    check(&sql);
}

#[test]
fn a_contact_that_a_crowd_shares_still_tells_the_one_of_a_resource() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let office = |resource: i64| json!([{"resource_id": resource, "channel": "email", "email": "office@example.org"}]);
    let crowd: Vec<Value> = (0..1200)
        .map(|n| json!({"email": format!("{n}@example.org"), "subscriptions": office(1)}))
        .collect();
    fill(&sql, PEOPLE, &crowd);
    let one = json!({"email": "one@example.org", "subscriptions": office(2)});
    fill(&sql, PEOPLE, &[one]);
    let members = json!({"matching": "email_sub", "resource_id": 2});
    let data = [json!({"subscriptions": office(2), "points": 1})];
    assert_eq!(
        kinds(&write(&sql, &batch(&known, &members, &data))),
        ["updated"]
    );
    assert_eq!(who(&sql, "one@example.org").data["points"], 1);
}

#[test]
fn ten_thousand_items_are_one_job() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let people = roster_people::People::new(5);
    let all: Vec<Value> = people
        .range(0..10_000)
        .map(|one| one.data().into())
        .collect();
    let results = write(&sql, &import(&known, &all));
    assert!(kinds(&results).iter().all(|kind| *kind == "created"));
    let results = write(&sql, &import(&known, &all));
    assert!(kinds(&results).iter().all(|kind| *kind == "unchanged"));
    assert_eq!(everybody(&sql).len(), 10_000);
}
