//! `GET /v1/overview`

use crate::imports::{Import, counts, mapping};
use crate::support::{Database, Server, State, text};
use serde_json::{Value, json};

#[test]
fn what_there_is_and_what_goes_on() {
    let server = Server::without_ticks(&State::new());
    let api = server.admin();
    let people = Database::of_people(&server, "People");
    let others = Database::of_people(&server, "Others");
    let resource = api.post(
        "/v1/resources",
        &json!({"name": "News", "channels": ["email"], "databases": [people.id, others.id]}),
    );
    let resource = text(&resource.ok(201)["id"]);
    for n in 0..5 {
        let email = format!("p{n}@example.org");
        people.import(&json!({
            "email": email,
            "subscriptions": [{"resource_id": resource, "channel": "email", "email": email}],
        }));
    }
    others.import(&json!({"email": "else@example.org"}));
    let leaver = people.import(&json!({"email": "p1@example.org", "_status": "unsubscribed"}));
    api.delete(&people.of(&leaver)).ok(200);
    let event = json!({
        "database_id": people.id, "id": "e1", "type": "delivered", "email": "p2@example.org",
    });
    api.post("/v1/events", &event).ok(200);

    let overview = api.get("/v1/overview").ok(200);
    let [first, second] = overview["databases"].as_array().unwrap().as_slice() else {
        panic!("{overview}")
    };
    assert_eq!(
        (&first["name"], &first["total"]),
        (&json!("People"), &json!(4))
    );
    assert_eq!(first["statuses"]["subscribed"], 4);
    assert_eq!(first["control_group"], Value::Null);
    assert_eq!(second["total"], 1);
    let sum = |overview: &Value, what: &str| -> i64 {
        let days = overview["days"].as_array().unwrap().iter();
        days.map(|day| day[what].as_i64().unwrap()).sum()
    };
    assert_eq!(
        ["created", "deleted", "left"].map(|what| sum(&overview, what)),
        [6, 1, 1]
    );
    let last = overview["days"].as_array().unwrap().last().unwrap();
    assert_eq!(last["events"], json!({"delivered": 1}));
    assert_eq!(
        overview["resources"],
        json!([{"id": resource, "name": "News", "channels": {"email": {"subscribed": 4}}}])
    );

    // The days of one database.
    let of_others = api.get(&format!("/v1/overview?database={}", others.id));
    let of_others = of_others.ok(200);
    assert_eq!(sum(&of_others, "created"), 1);
    assert_eq!(of_others["databases"], overview["databases"]);
    api.get("/v1/overview?database=99")
        .problem(404, "not_found");
    for wrong in ["days=0", "days=367", "days=many", "database=x"] {
        api.get(&format!("/v1/overview?{wrong}"))
            .problem(400, "invalid_parameter");
    }
}

#[test]
fn jobs_are_shown_to_those_who_may_see_them() {
    let server = Server::without_ticks(&State::new());
    let api = server.admin();
    let people = Database::of_people(&server, "People");
    let others = Database::of_people(&server, "Others");
    let settings = json!({"mapping": mapping(&[("email", "email")])});
    Import::of(&people, "good.csv", b"email\nada@example.org\n").run(&settings);
    // A row that can't be read is what somebody should look at.
    let file = b"email\nbob@example.org\nno address\nnor here\n";
    let done = Import::of(&people, "people.csv", file).run(&settings);
    assert_eq!(counts(&done), [1, 0, 0, 0, 2]);
    let token = |body: Value| {
        let made = api.post("/v1/tokens", &body).ok(201);
        server.client(&text(&made["secret"]))
    };
    let all = token(json!({"name": "all", "scopes": ["databases:read", "imports:read"]}));
    let jobs = all.get("/v1/overview").ok(200)["jobs"].clone();
    assert_eq!(jobs[0]["name"], "people.csv", "{jobs}");
    assert_eq!(
        (&jobs[0]["kind"], &jobs[0]["failed"]),
        (&json!("import"), &json!(2))
    );
    let without = token(json!({"name": "without", "scopes": ["databases:read"]}));
    assert_eq!(without.get("/v1/overview").ok(200)["jobs"], json!([]));
    // Mended, it needs nobody; tried, it still does. Of another database it can't be.
    let mend = |file: &[u8], settings: Value| {
        Import::of(&people, "mended.csv", file).run(&settings);
        let jobs = all.get("/v1/overview").ok(200)["jobs"].clone();
        let jobs = jobs.as_array().unwrap().iter();
        let left = jobs.map(|job| (text(&job["name"]), job["failed"].as_i64().unwrap()));
        left.collect::<Vec<_>>()
    };
    let mended = json!({"mapping": mapping(&[("email", "email")]), "mends": done["id"]});
    let mut tried = mended.clone();
    tried["dry_run"] = json!(true);
    let good = b"email\ncarl@example.org\n";
    let left = |name: &str, failed: i64| (name.to_owned(), failed);
    assert_eq!(mend(good, tried), [left("people.csv", 2)]);
    assert_eq!(mend(good, mended.clone()), [left("people.csv", 1)]);
    let still = b"email\nstill none\n";
    assert_eq!(mend(still, mended.clone()), [left("mended.csv", 1)]);
    let import = Import::of(&others, "else.csv", good);
    let problem = others.api.post(&format!("{}/start", import.path), &mended);
    let problem = problem.problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/mends");
    let elsewhere = token(json!({
        "name": "elsewhere", "scopes": ["databases:read", "imports:read"], "databases": [others.id],
    }));
    let overview = elsewhere.get("/v1/overview").ok(200);
    assert_eq!(overview["jobs"], json!([]));
    assert_eq!(overview["databases"].as_array().unwrap().len(), 1);
    let hidden = format!("/v1/overview?database={}", people.id);
    elsewhere.get(&hidden).problem(404, "not_found");
}
