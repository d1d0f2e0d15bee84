//! `sort` of lists, and `group_by` of counts

use crate::support::{Database, Server, data, text};
use roster_people::{People, Person};
use serde_json::{Value, json};

/// The e-mails of a list in an order, page by page, each with a status if one is asked for.
fn sorted(db: &Database, sort: &str, condition: &Value) -> Vec<String> {
    let target = format!("{}/profiles/query", db.path);
    let mut body = json!({ "condition": condition, "sort": sort, "limit": 7, "fields": ["email"] });
    let mut emails = Vec::new();
    loop {
        let page = db.api.post(&target, &body).ok(200);
        for item in page["items"].as_array().unwrap() {
            emails.push(text(&item["data"]["email"]));
        }
        if page["next"].is_null() {
            return emails;
        }
        body["cursor"] = page["next"].clone();
    }
}

#[test]
fn a_list_is_sorted_page_by_page() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<Person> = People::new(5).range(0..60).collect();
    db.batch(&json!({ "data": data(people.iter().cloned()) }));
    let mut by_points: Vec<&Person> = people.iter().collect();
    by_points.sort_by_key(|person| (-person.points, person.number));
    let by_points: Vec<String> = by_points
        .iter()
        .map(|person| person.email.clone())
        .collect();
    assert_eq!(sorted(&db, "-points", &json!({})), by_points);
    let newest: Vec<String> = people
        .iter()
        .rev()
        .map(|person| person.email.clone())
        .collect();
    assert_eq!(sorted(&db, "-created_at", &json!({})), newest);
    let city = people[3].city;
    let condition = json!({"field": "_city", "eq": city});
    let there: Vec<String> = by_points
        .iter()
        .filter(|email| {
            people
                .iter()
                .any(|person| person.email == **email && person.city == city)
        })
        .cloned()
        .collect();
    assert_eq!(sorted(&db, "-points", &condition), there);

    // The same by GET, with a filter beside it.
    let target = format!("{}/profiles?sort=-points&limit=100&_city={city}", db.path);
    let listed = db.api.get(&target.replace(' ', "%20")).ok(200);
    let listed: Vec<String> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["data"]["email"]))
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn an_order_that_is_none_is_refused_and_a_cursor_stays_with_its_order() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = data(People::new(5).range(0..5));
    db.batch(&json!({ "data": people }));
    let target = format!("{}/profiles/query", db.path);
    for (sort, code) in [
        (json!("nonsense"), "unknown_field"),
        (json!(""), "unknown_field"),
        (json!("--email"), "unknown_field"),
        (json!(5), "wrong_type"),
    ] {
        let problem = db
            .api
            .post(&target, &json!({"sort": sort}))
            .problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], code, "{sort}");
        assert_eq!(problem["errors"][0]["pointer"], "/sort");
    }
    db.api
        .get(&format!("{}/profiles?sort=nonsense", db.path))
        .problem(400, "invalid_parameter");
    let first = db
        .api
        .post(&target, &json!({"sort": "email", "limit": 2}))
        .ok(200);
    let cursor = &first["next"];
    for other in [json!("-email"), json!("created_at"), json!("points")] {
        let body = json!({"sort": other, "limit": 2, "cursor": cursor});
        db.api.post(&target, &body).problem(400, "invalid_cursor");
    }
    let body = json!({"sort": "email", "limit": 2, "cursor": cursor});
    assert_eq!(
        db.api.post(&target, &body).ok(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn people_are_counted_by_value() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<Person> = People::new(9).range(0..80).collect();
    db.batch(&json!({ "data": data(people.iter().cloned()) }));
    db.import(&json!({"email": "nowhere@example.org"}));
    let target = format!("{}/profiles/count", db.path);
    let counted = db.api.post(&target, &json!({"group_by": "_city"})).ok(200);
    assert_eq!(counted["count"], 81);
    let groups = counted["groups"].as_array().unwrap();
    let sum: i64 = groups
        .iter()
        .map(|group| group["count"].as_i64().unwrap())
        .sum();
    assert_eq!(sum, 81);
    for group in groups {
        let here = people
            .iter()
            .filter(|person| json!(person.city) == group["value"])
            .count();
        let nowhere = usize::from(group["value"].is_null());
        assert_eq!(group["count"], here + nowhere, "{group}");
    }
    let order: Vec<i64> = groups
        .iter()
        .map(|group| group["count"].as_i64().unwrap())
        .collect();
    assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
    let by_status = db
        .api
        .post(&target, &json!({"group_by": "_status"}))
        .ok(200);
    assert_eq!(
        by_status["groups"],
        json!([{"value": "subscribed", "count": 81}])
    );
    let by_day = db
        .api
        .post(&target, &json!({"group_by": "created_at"}))
        .ok(200);
    let day = text(&by_day["groups"][0]["value"]);
    assert_eq!((day.len(), &day[..2]), (10, "20"));
    for wrong in [
        json!({"group_by": "nonsense"}),
        json!({"group_by": "_city", "cursor": "MQ"}),
    ] {
        db.api
            .post(&target, &wrong)
            .problem(422, "validation_failed");
    }
}
