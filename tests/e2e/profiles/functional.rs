//! Functional updates of fields (spec §4.6).

use crate::support::{Database, Server};
use serde_json::{Value, json};

fn database(server: &Server) -> Database {
    Database::new(
        server,
        "Customers",
        &[
            json!({ "name": "n", "type": "integer" }),
            json!({ "name": "f", "type": "float" }),
            json!({ "name": "t", "type": "tags" }),
            json!({ "name": "s", "type": "string" }),
            json!({ "name": "o", "type": "object" }),
            json!({ "name": "oo", "type": "objects" }),
        ],
    )
}

#[test]
fn each_action_does_what_it_says() {
    let server = Server::start();
    let db = database(&server);
    let id = db.import(
        &json!({ "email": "a@example.com", "oo": [{ "sku": "a", "q": 1 }, { "sku": "b" }] }),
    );
    let apply = |field: &str, update: Value, expect: Value| {
        db.import(&json!({ "email": "a@example.com", field: update }));
        let data = &db.profile(&id)["data"];
        assert_eq!(
            data.get(field).unwrap_or(&Value::Null),
            &expect,
            "{field} {update}"
        );
    };
    apply("s", json!({ "action": "set", "value": "x" }), json!("x"));
    apply("s", json!({ "action": "unset" }), json!(null));
    apply("n", json!({ "action": "incr", "value": 5 }), json!(5));
    apply("n", json!({ "action": "incr", "value": -7 }), json!(-2));
    apply("f", json!({ "action": "incr", "value": 0.5 }), json!(0.5));
    apply(
        "t",
        json!({ "action": "add", "value": ["a", "b"] }),
        json!(["a", "b"]),
    );
    apply(
        "t",
        json!({ "action": "add", "value": "b" }),
        json!(["a", "b"]),
    );
    apply(
        "t",
        json!({ "action": "delete", "value": ["a", "z"] }),
        json!(["b"]),
    );
    apply(
        "t",
        json!({ "action": "delete", "value": "b" }),
        json!(null),
    );
    apply(
        "o",
        json!({ "action": "upsert", "submatch": "a.b", "value": 1 }),
        json!({ "a": { "b": 1 } }),
    );
    apply(
        "o",
        json!({ "action": "upsert", "submatch": "a.c", "value": 2 }),
        json!({ "a": { "b": 1, "c": 2 } }),
    );
    apply(
        "oo",
        json!({ "action": "upsert", "submatch": "q", "value": 9 }),
        json!([{ "sku": "a", "q": 9 }, { "sku": "b" }]),
    );
    apply(
        "oo",
        json!({ "action": "add", "value": [{ "sku": "c" }] }),
        json!([{ "sku": "a", "q": 9 }, { "sku": "b" }, { "sku": "c" }]),
    );
}

#[test]
fn what_can_not_be_done_is_refused_and_changes_nothing() {
    let server = Server::start();
    let db = database(&server);
    let id = db.import(&json!({ "email": "a@example.com", "n": i64::MAX, "s": "x" }));
    for (field, update) in [
        ("n", json!({ "action": "incr", "value": 1 })),
        ("n", json!({ "action": "incr", "value": 1.5 })),
        ("n", json!({ "action": "incr" })),
        ("n", json!({ "action": "explode", "value": 1 })),
        ("s", json!({ "action": "incr", "value": 1 })),
        ("s", json!({ "action": "add", "value": "y" })),
        ("s", json!({ "action": "set", "value": "y", "ghost": 1 })),
        (
            "o",
            json!({ "action": "upsert", "submatch": "", "value": 1 }),
        ),
        ("email", json!({ "action": "unset" })),
    ] {
        let answer = db.write(&json!({ "email": "a@example.com", "data": { field: update } }));
        assert_eq!(answer.status, 422, "{field} {update}: {answer:?}");
    }
    assert_eq!(db.profile(&id)["revision"], 1);
}
