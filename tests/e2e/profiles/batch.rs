//! `POST …/profiles/batch`

use crate::support::{Database, Server, data, text};
use roster_people::People;
use serde_json::{Value, json};

fn outcomes(result: &Value) -> Vec<String> {
    let results = result["results"].as_array().unwrap();
    for (index, one) in results.iter().enumerate() {
        assert_eq!(one["index"], index);
    }
    let names: Vec<String> = results.iter().map(|one| text(&one["outcome"])).collect();
    for (member, name) in [
        ("created", "created"),
        ("updated", "updated"),
        ("unchanged", "unchanged"),
        ("failed", "error"),
    ] {
        let count = names.iter().filter(|n| *n == name).count();
        assert_eq!(result[member], count, "{member} adds up");
    }
    names
}

#[test]
fn every_item_has_its_result_in_order_and_good_ones_are_stored() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.import(&json!({ "email": "old@example.com", "points": 1 }));
    let result = db.batch(&json!({ "data": [
        { "email": "new@example.com" },
        { "email": "not an address" },
        { "email": "old@example.com", "points": 2 },
        { "email": "old@example.com", "points": 2 },
        { "_fname": "without anything to match by" },
        "no object",
        { "email": "ghost@example.com", "ghost": 1 },
    ]}));
    assert_eq!(
        outcomes(&result),
        [
            "created",
            "error",
            "updated",
            "unchanged",
            "error",
            "error",
            "error"
        ]
    );
    let error = &result["results"][1]["error"];
    assert_eq!(error["pointer"], "/email");
    assert!(error["code"].is_string() && error["detail"].is_string());
    assert_eq!(result["results"][4]["error"]["code"], "match_value_missing");
    assert_eq!(result["results"][6]["error"]["pointer"], "/ghost");
    assert_eq!(db.total(), 2);
}

#[test]
fn atomic_stores_all_or_nothing() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.import(&json!({ "email": "old@example.com", "points": 1 }));
    let bad = json!({ "atomic": true, "data": [
        { "email": "new@example.com" }, { "email": "old@example.com", "points": 2 }, { "email": "?" },
    ]});
    let answer = db.api.post(&format!("{}/profiles/batch", db.path), &bad);
    assert!(answer.status == 200 || answer.status == 422, "{answer:?}");
    assert_eq!(db.total(), 1);
    assert_eq!(db.all()[0]["data"]["points"], 1);
    assert_eq!(db.search("new@example.com").len(), 0);
    let good = json!({ "atomic": true, "data": [{ "email": "new@example.com" }, { "email": "old@example.com", "points": 2 }] });
    assert_eq!(outcomes(&db.batch(&good)), ["created", "updated"]);
    assert_eq!(db.total(), 2);
}

#[test]
fn the_same_person_twice_is_one_profile_as_if_sent_one_after_the_other() {
    let server = Server::start();
    let together = Database::of_people(&server, "Together");
    let apart = Database::of_people(&server, "Apart");
    let items = [
        json!({ "email": "ann@example.com", "points": 1, "tags": ["a"] }),
        json!({ "email": "bob@example.com" }),
        json!({ "email": "ANN@example.com", "points": { "action": "incr", "value": 5 } }),
        json!({ "email": "ann@example.com", "tags": { "action": "add", "value": "b" }, "_city": null }),
        json!({ "email": "ann@example.com" }),
    ];
    let result = together.batch(&json!({ "data": items }));
    assert_eq!(
        outcomes(&result),
        ["created", "created", "updated", "updated", "unchanged"]
    );
    for item in &items {
        apart.import(item);
    }
    let shown = |db: &Database| {
        let mut all: Vec<_> = db
            .all()
            .iter()
            .map(|p| (p["data"].to_string(), p["revision"].clone()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    assert_eq!(shown(&together), shown(&apart));
    assert_eq!(together.total(), 2);
    let ann = text(&result["results"][0]["id"]);
    let history = together
        .api
        .get(&format!("{}/history", together.of(&ann)))
        .ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 3);
}

#[test]
fn a_batch_has_room_for_ten_thousand() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = data(People::new(11).range(0..10_000));
    let result = db.batch(&json!({ "data": people }));
    assert_eq!(result["created"], 10_000);
    let again = db.batch(&json!({ "data": people }));
    assert_eq!(
        (&again["unchanged"], &again["created"]),
        (&json!(10_000), &json!(0))
    );
    assert_eq!(db.total(), 10_000);
    assert_eq!(db.all().len(), 10_000);
}

#[test]
fn order_of_distinct_items_does_not_matter() {
    let server = Server::start();
    let (forth, back) = (
        Database::of_people(&server, "Forth"),
        Database::of_people(&server, "Back"),
    );
    let mut people = data(People::new(12).range(0..500));
    forth.batch(&json!({ "data": people }));
    people.reverse();
    back.batch(&json!({ "data": people }));
    let shown = |db: &Database| {
        let mut all: Vec<_> = db.all().iter().map(|p| p["data"].to_string()).collect();
        all.sort();
        all
    };
    assert_eq!(shown(&forth), shown(&back));
}

#[test]
fn a_match_value_beside_a_batch_is_refused() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let result = db.batch(&json!({ "email": "one@example.com", "data": [{}, {}] }));
    assert_eq!(result["failed"], 2);
    assert_eq!(
        result["results"][0]["error"]["code"],
        "match_value_in_batch"
    );
}

#[test]
fn a_unique_value_may_move_within_a_batch() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.import(&json!({ "email": "a@example.com", "customer": "X" }));
    db.import(&json!({ "email": "b@example.com" }));
    let result = db.batch(&json!({ "data": [
        { "email": "a@example.com", "customer": null },
        { "email": "b@example.com", "customer": "X" },
        { "email": "c@example.com", "customer": "X" },
    ]}));
    assert_eq!(outcomes(&result), ["updated", "updated", "error"]);
    assert_eq!(result["results"][2]["error"]["code"], "duplicate");
    let find = json!({ "matching": "custom", "field_name": "customer", "field_value": "X" });
    assert_eq!(db.find(&find).ok(200)["data"]["email"], "b@example.com");
}

#[test]
fn an_empty_batch_is_done() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    assert!(outcomes(&db.batch(&json!({ "data": [] }))).is_empty());
}
