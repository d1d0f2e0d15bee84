//! `POST …/profiles/query` and `POST …/profiles/count`

use crate::support::{Database, Server, data, text};
use roster_people::{People, Person};
use serde_json::{Value, json};

/// Every profile that is found, page by page.
fn found(db: &Database, condition: &Value, limit: u64) -> Vec<Value> {
    let target = format!("{}/profiles/query", db.path);
    let mut items = Vec::new();
    let mut body = json!({ "condition": condition, "limit": limit, "total": true });
    loop {
        let page = db.api.post(&target, &body).ok(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        if page["next"].is_null() {
            assert_eq!(page["total"], items.len(), "{condition}");
            return items;
        }
        body["cursor"] = page["next"].clone();
    }
}

fn count(db: &Database, body: &Value) -> u64 {
    let target = format!("{}/profiles/count", db.path);
    let answer = db.api.post(&target, body).ok(200);
    answer["count"].as_u64().unwrap()
}

#[test]
fn conditions_find_whom_they_mean_page_by_page() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<Person> = People::new(31).range(0..400).collect();
    db.batch(&json!({ "data": data(people.iter().cloned()) }));
    let of = |test: &dyn Fn(&Person) -> bool| -> Vec<String> {
        let meant = people.iter().filter(|person| test(person));
        meant.map(|person| person.email.clone()).collect()
    };
    let person = &people[17];
    let city = person.city;
    for (condition, expected) in [
        (json!({}), of(&|_| true)),
        (
            json!({"field": "email", "eq": person.email.to_uppercase()}),
            of(&|p| p.email == person.email),
        ),
        (
            json!({"field": "tags", "has_any": ["vip"]}),
            of(&|p| p.tags.contains(&"vip")),
        ),
        (
            json!({"all": [
                {"field": "_city", "eq": city},
                {"not": {"field": "_sex", "eq": "male"}},
            ]}),
            of(&|p| p.city == city && p.sex != "male"),
        ),
        (
            json!({"any": [
                {"field": "points", "lt": 100},
                {"field": "_lname", "starts_with": "S"},
            ]}),
            of(&|p| p.points < 100 || p.last_name.starts_with('S')),
        ),
        (
            json!({"field": "_bdate", "month": [5, 6]}),
            of(&|p| ["-05-", "-06-"].contains(&&p.born[4..8])),
        ),
        (json!({"created_at": {"older_than": "1d"}}), of(&|_| false)),
    ] {
        assert!(!expected.is_empty() || condition.get("created_at").is_some());
        for limit in [1000, 7] {
            let items = found(&db, &condition, limit);
            let emails: Vec<_> = items.iter().map(|p| text(&p["data"]["email"])).collect();
            assert_eq!(emails, expected, "{condition}");
        }
        let counted = count(&db, &json!({ "condition": condition }));
        assert_eq!(counted, expected.len() as u64, "{condition}");
    }
}

#[test]
fn items_look_as_in_the_list_and_fields_choose_of_them() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({"email": "a@example.com", "points": 1, "_city": "Oslo"}));
    let target = format!("{}/profiles/query", db.path);
    let page = db.api.post(&target, &json!({})).ok(200);
    assert_eq!(page["items"], json!([db.profile(&id)]));
    assert_eq!(page["next"], Value::Null);
    assert_eq!(page.get("total"), None);
    let body = json!({"fields": ["points"]});
    let page = db.api.post(&target, &body).ok(200);
    assert_eq!(page["items"][0]["data"], json!({"points": 1}));
    assert_eq!(page["items"][0].get("subscriptions"), None);
}

#[test]
fn windows_of_a_database_part_it() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.batch(&json!({ "data": data(People::new(32).range(0..500)) }));
    let condition = json!({"field": "points", "exists": true});
    let window = |from: f64, to: f64| {
        let range = json!({"from": from, "to": to});
        let body = json!({"condition": condition, "range": range});
        let first = count(&db, &body);
        assert_eq!(first, count(&db, &body), "the same ones each time");
        first
    };
    let parts = [window(0.0, 12.5), window(12.5, 50.0), window(50.0, 100.0)];
    assert_eq!(parts.iter().sum::<u64>(), 500);
    assert!(parts[0] > 30 && parts[0] < 100, "{parts:?}");
    assert_eq!(count(&db, &json!({"range": {"from": 0, "to": 100}})), 500);
}

#[test]
fn fields_that_were_just_made_can_be_asked_for() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    db.import(&json!({"email": "a@example.com"}));
    let body = json!({"condition": {"field": "shoe", "eq": 42}});
    let count = |through: &Database| {
        let target = format!("{}/profiles/count", db.path);
        through.api.post(&target, &body)
    };
    count(&db).problem(422, "validation_failed");
    let field = json!({"name": "shoe", "type": "integer"});
    db.api.post(&format!("{}/fields", db.path), &field).ok(201);
    db.import(&json!({"email": "a@example.com", "shoe": 42}));
    assert_eq!(count(&db.another()).ok(200)["count"], 1);
}

#[test]
fn mistakes_are_told_by_their_place() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    for path in ["query", "count"] {
        let target = format!("{}/profiles/{path}", db.path);
        let body = json!({
            "condition": {"all": [
                {"field": "points", "contains": "x"},
                {"field": "ghost", "eq": 1},
            ]},
            "range": {"from": 10, "to": 5},
        });
        let problem = db
            .api
            .post(&target, &body)
            .problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], "/range");
        let body = json!({ "condition": body["condition"] });
        let problem = db
            .api
            .post(&target, &body)
            .problem(422, "validation_failed");
        let errors: Vec<_> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["code"]), text(&one["pointer"])))
            .collect();
        assert_eq!(
            errors,
            [
                (
                    "operator_not_for_type".to_owned(),
                    "/condition/all/0/contains".to_owned()
                ),
                (
                    "unknown_field".to_owned(),
                    "/condition/all/1/field".to_owned()
                ),
            ]
        );
        db.api
            .post(&target, &json!({"where": {}}))
            .problem(422, "validation_failed");
        db.api
            .post(&target, &json!([]))
            .problem(422, "validation_failed");
    }
    let target = format!("{}/profiles/query", db.path);
    for (body, code) in [
        (json!({"limit": 0}), "validation_failed"),
        (json!({"limit": 1001}), "validation_failed"),
        (json!({"fields": ["ghost"]}), "validation_failed"),
        (json!({"fields": "email"}), "validation_failed"),
        (json!({"total": 1}), "validation_failed"),
    ] {
        db.api.post(&target, &body).problem(422, code);
    }
    let odd = json!({"cursor": "xyz"});
    db.api.post(&target, &odd).problem(400, "invalid_cursor");
}
