//! Connectors themselves: what is kept, shown and refused.

use super::{KEY, server};
use crate::support::{ADMIN, Database, Server, State, text};
use serde_json::{Value, json};

fn body(more: Value) -> Value {
    let mut body = json!({
        "name": "shop", "kind": "postgres", "address": "127.0.0.1:5432", "database": "shop",
        "user": "roster", "secret": "hunter2-hunter2",
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[test]
fn a_connector_is_made_shown_changed_and_deleted() {
    let state = State::new();
    let server = server(&state);
    let api = server.admin();
    let made = api.post("/v1/connectors", &body(json!({})));
    assert_eq!(made.header("etag"), Some("\"1\""));
    let made = made.ok(201);
    assert_eq!(
        (&made["tls"], &made["secret_set"]),
        (&json!("require"), &json!(true))
    );
    assert_eq!(made.get("secret"), None);
    let path = format!("/v1/connectors/{}", text(&made["id"]));
    api.post("/v1/connectors", &body(json!({})))
        .problem(409, "name_taken");
    let changed = api.patch(&path, &json!({"tls": "verify"})).ok(200);
    assert_eq!(
        (&changed["revision"], &changed["secret_set"]),
        (&json!(2), &json!(true))
    );
    // It goes nowhere else by itself.
    let moved = api.patch(&path, &json!({"address": "127.0.0.1:1"}));
    assert_eq!(
        moved.problem(422, "validation_failed")["errors"][0]["code"],
        "secret_needed"
    );
    let other = json!({"address": "127.0.0.1:1", "secret": "another-one-2"});
    assert_eq!(api.patch(&path, &other).ok(200)["revision"], 3);
    // The same secret again is no change.
    let same = api
        .patch(&path, &json!({"secret": "another-one-2"}))
        .ok(200);
    assert_eq!(same["revision"], 3);
    for (more, code, pointer) in [
        (
            json!({"name": "b", "address": "example.org"}),
            "host_not_allowed",
            "/address",
        ),
        (
            json!({"name": "b", "address": "postgres://a"}),
            "invalid_address",
            "/address",
        ),
        (
            json!({"name": "b", "kind": "oracle"}),
            "not_an_option",
            "/kind",
        ),
        (json!({"name": "b", "port": 1}), "unknown_field", "/port"),
        (
            json!({"name": "b", "ca": "x"}),
            "invalid_certificate",
            "/ca",
        ),
    ] {
        let problem = api
            .post("/v1/connectors", &body(more))
            .problem(422, "validation_failed");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(pointer))
        );
    }
    let listed = api.get("/v1/connectors").ok(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    // Neither answers nor history nor the store have the secrets.
    let history = api.get("/v1/history").ok(200).to_string();
    assert!(history.contains("connectors/"), "{history}");
    for shown in [listed.to_string(), history] {
        assert!(
            !shown.contains("hunter2") && !shown.contains("another-one"),
            "{shown}"
        );
    }
    for file in [state.file(), state.file().with_extension("db-wal")] {
        let bytes = std::fs::read(file).unwrap_or_default();
        for secret in ["hunter2-hunter2", "another-one-2"] {
            assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
        }
    }
    // One that schedules read by stays.
    let db = Database::new(&server, "reads", &[]);
    let schedule = json!({
        "name": "nightly", "plan": {"every_hours": 1},
        "source": {"connector": made["id"], "table": "customers", "key": "id"},
        "settings": {"mapping": [{"column": "email", "to": {"field": "email"}}]},
    });
    let list = format!("{}/schedules", db.path);
    let scheduled = api.post(&list, &schedule).ok(201);
    assert_eq!(
        scheduled["source"],
        json!({
            "connector": made["id"], "table": "customers", "key": "id", "watermark": null,
            "page_rows": 10000,
        })
    );
    let used = api.delete(&path).problem(409, "connector_in_use");
    let schedule_path = format!("{list}/{}", text(&scheduled["id"]));
    assert_eq!(used["schedules"], json!([schedule_path]));
    api.delete(&schedule_path).ok(200);
    api.delete(&path).ok(200);
    api.get(&path).problem(404, "not_found");
}

#[test]
fn a_schedule_needs_a_connector_that_its_maker_may_use() {
    let server = server(&State::new());
    let db = Database::new(&server, "allowed", &[]);
    let made = db.api.post("/v1/connectors", &body(json!({}))).ok(201);
    let list = format!("{}/schedules", db.path);
    let schedule = |source: Value| {
        json!({
            "name": "nightly", "plan": {"every_hours": 1}, "source": source,
            "settings": {"mapping": [{"column": "email", "to": {"field": "email"}}]},
        })
    };
    let table = json!({"connector": made["id"], "table": "customers"});
    for (source, code, pointer) in [
        (
            json!({"connector": "99", "table": "a"}),
            "unknown_connector",
            "/source/connector",
        ),
        (
            json!({"connector": made["id"]}),
            "required",
            "/source/table",
        ),
        (
            json!({"connector": made["id"], "query": "DELETE FROM a"}),
            "not_a_select",
            "/source/query",
        ),
        (
            json!({"connector": made["id"], "table": "a", "query": "SELECT 1"}),
            "contradiction",
            "/source/query",
        ),
        (
            json!({"connector": made["id"], "table": "a", "page_rows": 0}),
            "out_of_range",
            "/source/page_rows",
        ),
        (
            json!({"connector": made["id"], "table": "a", "url": "http://a"}),
            "contradiction",
            "/source/connector",
        ),
    ] {
        let problem = db
            .api
            .post(&list, &schedule(source.clone()))
            .problem(422, "validation_failed");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(pointer)),
            "{source}"
        );
    }
    let mut body = schedule(table.clone());
    body["settings"]["file"] = json!({"delimiter": ","});
    let problem = db.api.post(&list, &body).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/settings/file");
    // One who may only import reads no other database.
    let token = json!({"name": "importer", "scopes": ["imports:write", "databases:read"]});
    let token = text(&db.api.post("/v1/tokens", &token).ok(201)["secret"]);
    let importer = server.client(&token);
    importer
        .post(&list, &schedule(table.clone()))
        .problem(403, "missing_scope");
    let preview = format!("{list}/preview");
    importer
        .post(&preview, &json!({"source": table}))
        .problem(403, "missing_scope");
    importer.get("/v1/connectors").problem(403, "missing_scope");
}

#[test]
fn without_a_key_no_secret_of_a_connector_is_kept() {
    let hosts = ("sql_hosts", "127.0.0.1:*");
    let none = Server::without_ticks_with(
        &State::new(),
        &[("admin_token", ADMIN), hosts, ("secrets_key", "")],
    );
    let problem = none.admin().post("/v1/connectors", &body(json!({})));
    let problem = problem.problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "secrets_key_missing");
    // One that needs none is fine.
    none.admin()
        .post("/v1/connectors", &body(json!({"secret": null})))
        .ok(201);
    // And by default none leads anywhere.
    let closed = Server::without_ticks_with(
        &State::new(),
        &[("admin_token", ADMIN), ("secrets_key", KEY)],
    );
    let problem = closed.admin().post("/v1/connectors", &body(json!({})));
    let error = problem.problem(422, "validation_failed")["errors"][0].clone();
    assert_eq!(error["code"], "host_not_allowed");
    assert!(text(&error["detail"]).contains("sql_hosts"), "{error}");
}
