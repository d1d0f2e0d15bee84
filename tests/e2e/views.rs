//! `/v1/databases/{db}/views`, and lists and exports by a view.

use crate::support::{Client, Database, Server, all, text};
use serde_json::{Value, json};

fn people(db: &Database) {
    let data: Vec<Value> = [
        ("ann", "Paris", 10),
        ("ben", "Paris", 3),
        ("eve", "Lyon", 10),
    ]
    .iter()
    .map(|(name, city, points)| {
        json!({"email": format!("{name}@example.org"), "_fname": name, "_city": city, "points": points})
    })
    .collect();
    db.batch(&json!({ "data": data }));
}

fn world(server: &Server) -> Database {
    let fields = [json!({"name": "points", "type": "integer"})];
    let db = Database::new(server, "People", &fields);
    people(&db);
    db
}

fn save(db: &Database, body: &Value) -> Value {
    let path = format!("{}/views", db.path);
    db.api.post(&path, body).ok(201)
}

fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|one| text(&one["data"]["_fname"]))
        .collect()
}

#[test]
fn a_list_a_query_and_an_export_show_what_a_view_says() {
    let server = Server::start();
    let db = world(&server);
    let view = json!({
        "name": "Paris", "columns": ["id", "email", "_fname"],
        "condition": {"field": "_city", "eq": "Paris"}
    });
    let id = text(&save(&db, &view)["id"]);
    let list = db
        .api
        .get(&format!("{}/profiles?view={id}", db.path))
        .ok(200);
    assert_eq!(names(&list), ["ann", "ben"]);
    let first = &list["items"][0];
    assert_eq!(
        first["data"],
        json!({"email": "ann@example.org", "_fname": "ann"})
    );
    assert!(first.get("subscriptions").is_none(), "{first}");
    // By pages it is the same.
    let pages = all(&db.api, &format!("{}/profiles?view={id}&limit=1", db.path));
    assert_eq!(pages.len(), 2);
    // Fields that are given stand in place of the columns.
    let own = format!("{}/profiles?view={id}&fields=_city", db.path);
    let own = db.api.get(&own).ok(200);
    assert_eq!(own["items"][0]["data"], json!({"_city": "Paris"}));
    // Both conditions hold.
    let query = json!({"view": id, "condition": {"field": "points", "ge": 5}, "total": true});
    let found = db.api.post(&format!("{}/profiles/query", db.path), &query);
    let found = found.ok(200);
    assert_eq!(
        (names(&found), &found["total"]),
        (vec!["ann".to_owned()], &json!(1))
    );

    let export = format!("{}/export", db.path);
    let csv = |answer: crate::support::Answer| {
        assert_eq!(answer.status, 200, "{answer:?}");
        String::from_utf8(answer.bytes.clone()).unwrap()
    };
    let by_query = csv(db.api.get(&format!("{export}?view={id}")));
    let lines: Vec<&str> = by_query.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "id,email,_fname");
    assert_eq!(lines.len(), 3, "{by_query}");
    let body = json!({"view": id, "fields": ["email"], "condition": {"field": "points", "lt": 5}});
    let by_body = csv(db.api.post(&export, &body));
    assert_eq!(
        by_body
            .trim_start_matches('\u{feff}')
            .lines()
            .collect::<Vec<_>>(),
        ["email", "ben@example.org"]
    );
}

#[test]
fn what_does_not_fit_the_database_is_refused_by_its_place() {
    let server = Server::start();
    let db = world(&server);
    let path = format!("{}/views", db.path);
    for (body, pointer) in [
        (
            json!({"name": "a", "columns": ["email", "no_such"]}),
            "/columns/1",
        ),
        (
            json!({"name": "a", "condition": {"field": "no_such", "eq": 1}}),
            "/condition/field",
        ),
        (
            json!({"name": "a", "condition": {"field": "points", "eq": "x"}}),
            "/condition/eq",
        ),
        (json!({"name": "a", "columns": "email"}), "/columns"),
        (json!({"columns": ["email"]}), "/name"),
    ] {
        let wrong = db.api.post(&path, &body).problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{body}: {wrong}");
    }
    assert_eq!(db.api.get(&path).ok(200)["items"], json!([]));
    let missing = format!("{}/profiles?view=7", db.path);
    db.api.get(&missing).problem(404, "not_found");
    let id = text(&save(&db, &json!({"name": "a", "columns": ["points"]}))["id"]);
    // Beside a view no condition stands in the query of a list.
    let both = format!("{}/profiles?view={id}&_city=Paris", db.path);
    db.api.get(&both).problem(400, "invalid_parameter");
    // A field that is gone since is refused when the view is used.
    db.api.delete(&format!("{}/fields/points", db.path)).ok(200);
    let gone = db.api.get(&format!("{}/profiles?view={id}", db.path));
    let gone = gone.problem(400, "invalid_parameter");
    assert!(gone.to_string().contains("points"), "{gone}");
    let query = db.api.post(
        &format!("{}/profiles/query", db.path),
        &json!({ "view": id }),
    );
    let wrong = query.problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/view/columns/0");
    db.api
        .patch(&format!("{path}/{id}"), &json!({"columns": ["email"]}))
        .ok(200);
    db.api
        .get(&format!("{}/profiles?view={id}", db.path))
        .ok(200);
}

#[test]
fn a_view_takes_its_scope_and_goes_with_its_database() {
    let server = Server::start();
    let db = world(&server);
    let id = text(&save(&db, &json!({"name": "all"}))["id"]);
    let token = |scopes: &[&str]| -> Client {
        let body = json!({"name": scopes.join(" "), "scopes": scopes});
        let made = db.api.post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let list = format!("{}/profiles?view={id}", db.path);
    token(&["profiles:read"])
        .get(&list)
        .problem(403, "missing_scope");
    token(&["profiles:read", "views:read"]).get(&list).ok(200);
    let other = Database::new(&server, "Others", &[]);
    let elsewhere = format!("{}/profiles?view={id}", other.path);
    other.api.get(&elsewhere).problem(404, "not_found");
    db.api
        .delete(&format!("{}?confirm=People", db.path))
        .ok(200);
    let again = world(&server);
    assert_eq!(
        all(&again.api, &format!("{}/views", again.path)),
        [] as [Value; 0]
    );
    let next = text(&save(&again, &json!({"name": "all"}))["id"]);
    assert_ne!(next, id, "an id names one view for ever");
}
