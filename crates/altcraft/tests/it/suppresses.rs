use crate::script::{Script, done};
use serde_json::{Value, json};

const ENTRIES: &str = "POST /v1/suppressions/3/entries";
const REMOVE: &str = "POST /v1/suppressions/3/entries/remove";
const CHECK: &str = "POST /v1/suppressions/3/check";

fn list() -> Value {
    json!({"id": "3", "name": "Bounces", "description": "d", "databases": ["7"], "is_global": false, "entries": 2})
}

fn added(total: u64, added: u64, repeated: u64, failed: u64) -> Value {
    let wrong = json!({"index": 0, "code": "invalid_email", "detail": "x is no address."});
    let errors = if failed > 0 {
        json!([wrong])
    } else {
        json!([])
    };
    json!({"total": total, "added": added, "updated": 0, "repeated": repeated, "failed": failed, "errors": errors})
}

#[test]
fn lists_are_made_shown_changed_and_deleted() {
    let script = Script::new().then(
        "POST /v1/suppressions",
        json!({"name": "Bounces"}),
        201,
        list(),
    );
    assert_eq!(
        script.call("suppresses/add", json!({"name": "Bounces"}))["data"],
        json!({"saved_id": 3})
    );
    let script = Script::new().then("GET /v1/suppressions/3", Value::Null, 200, list());
    let shown = json!({"id": 3, "name": "Bounces", "is_global": false, "description": "d"});
    assert_eq!(
        script.call("suppresses/get", json!({"id": 3}))["data"],
        shown
    );
    let page = json!({"items": [{"id": "1", "name": "Global"}, list()], "next": null});
    let script = Script::new().then("GET /v1/suppressions?limit=1000", Value::Null, 200, page);
    let answer = script.call("suppresses/list", json!({"from_id": 2}));
    assert_eq!(
        answer["data"],
        json!([{"id": 3, "name": "Bounces", "ui_tags": [], "groups": []}])
    );
    assert_eq!(
        (&answer["total_count"], &answer["next_from_id"]),
        (&json!(2), &json!(4))
    );
    let script = Script::new().then(
        "PATCH /v1/suppressions/3",
        json!({"name": "B"}),
        200,
        list(),
    );
    assert_eq!(
        script.call("suppresses/update", json!({"id": 3, "name": "B"}))["error"],
        0
    );
    let script = Script::new()
        .then("GET /v1/suppressions/3", Value::Null, 200, list())
        .then(
            "DELETE /v1/suppressions/3?confirm=Bounces",
            Value::Null,
            200,
            json!({}),
        );
    assert_eq!(script.call("suppresses/delete", json!({"id": 3})), done());
}

#[test]
fn one_value_is_put_on_a_list() {
    for (method, member, value, kind, expected) in [
        ("email_add", "email", "a@x.org", "email", done()),
        ("domain_add", "domain", "x.org", "domain", done()),
        ("phone_add", "value", "+79000000000", "phone", {
            let mut answer = done();
            answer["data"] = json!({"+79000000000": true});
            answer
        }),
    ] {
        let body = json!({"entries": [{"value": value, "type": kind}], "reason": "Altcraft API"});
        let script = Script::new().then(ENTRIES, body, 200, added(1, 1, 0, 0));
        let answer = script.call(
            &format!("suppresses/{method}"),
            json!({"id": 3, member: value}),
        );
        assert_eq!(answer, expected, "{method}");
    }
    let body = json!({"entries": [{"value": "x", "type": "email"}], "reason": "Altcraft API"});
    let script = Script::new().then(ENTRIES, body, 200, added(1, 0, 0, 1));
    let answer = script.call("suppresses/email_add", json!({"id": 3, "email": "x"}));
    assert_eq!(
        answer,
        json!({"error": 400, "error_text": "email: x is no address."})
    );
}

#[test]
fn many_values_are_counted() {
    for (method, member, kind) in [
        ("emails_add", "emails", "email"),
        ("domains_add", "domains", "domain"),
        ("phones_add", "values", "phone"),
    ] {
        let body = json!({"entries": [{"value": "a", "type": kind}, {"value": "1", "type": kind}], "reason": "Altcraft API"});
        let script = Script::new().then(ENTRIES, body, 200, added(2, 1, 1, 0));
        let answer = script.call(
            &format!("suppresses/{method}"),
            json!({"id": 3, member: ["a", 1]}),
        );
        let mut expected = done();
        for (name, count) in [
            ("total_count", 2),
            ("total_imported", 1),
            ("total_duplicated", 1),
            ("total_updated", 0),
            ("total_invalid", 0),
        ] {
            expected[name] = count.into();
        }
        assert_eq!(answer, expected, "{method}");
    }
}

#[test]
fn a_value_is_asked_about() {
    for (method, member, kind) in [
        ("email_check", "email", "email"),
        ("domain_check", "domain", "domain"),
        ("phone_check", "value", "phone"),
    ] {
        let body = json!({"values": [{"value": "v", "type": kind}]});
        let one = json!({"value": "v", "matched": true, "email_matched": false, "domain_matched": true,
            "phone_matched": false, "entry": null, "error": null});
        let script = Script::new().then(CHECK, body, 200, json!({"items": [one]}));
        let answer = script.call(
            &format!("suppresses/{method}"),
            json!({"id": 3, member: "v"}),
        );
        let mut expected = done();
        for (name, is) in [
            ("matched", true),
            ("email_matched", false),
            ("domain_matched", true),
            ("phone_matched", false),
        ] {
            expected[name] = is.into();
        }
        assert_eq!(answer, expected, "{method}");
    }
}

#[test]
fn a_value_is_taken_off_plain_or_as_its_hash() {
    let hash = "d4c74594d841139328695756648b6bd6";
    let removed = json!({"total": 1, "removed": 1, "failed": 0, "errors": []});
    for (method, member, kind, data) in [
        ("email_remove", "email", "email", false),
        ("domain_remove", "domain", "domain", true),
        ("phone_remove", "value", "phone", true),
    ] {
        let body = json!({"entries": [{"value": hash, "type": kind, "hash": "md5"}], "reason": "Altcraft API"});
        let script = Script::new().then(REMOVE, body, 200, removed.clone());
        let answer = script.call(
            &format!("suppresses/{method}"),
            json!({"id": 3, member: hash}),
        );
        assert_eq!(answer["error"], 0, "{method}");
        assert_eq!(answer.get("data").is_some(), data, "{method}");
    }
}

#[test]
fn all_of_a_kind_are_taken_off() {
    for (method, kind) in [
        ("emails_remove", "email"),
        ("domains_remove", "domain"),
        ("phones_remove", "phone"),
    ] {
        let path = format!("GET /v1/suppressions/3/entries?type={kind}&limit=1000");
        let page = json!({"items": [{"value": "v", "type": kind, "hash": null}, {"value": "h", "type": kind, "hash": "sha256"}]});
        let body = json!({"entries": [{"value": "v", "type": kind}, {"value": "h", "type": kind, "hash": "sha256"}], "reason": "Altcraft API"});
        let script = Script::new()
            .then(&path, Value::Null, 200, page)
            .then(REMOVE, body, 200, json!({"removed": 2, "failed": 0}))
            .then(&path, Value::Null, 200, json!({"items": []}));
        let answer = script.call(&format!("suppresses/{method}"), json!({"id": 3}));
        assert_eq!(answer["removed_count"], 2, "{method}");
    }
}

/// Others may take the same values off in between: what was read is gone then, and the next page is
/// read. What stays though it is taken off ends the call.
#[test]
fn what_somebody_else_took_off_is_no_reason_to_stop() {
    let path = "GET /v1/suppressions/3/entries?type=email&limit=1000";
    let page = |value: &str| json!({"items": [{"value": value, "type": "email", "hash": null}]});
    let body = |value: &str| json!({"entries": [{"value": value, "type": "email"}], "reason": "Altcraft API"});
    let taken = |count: u64| json!({"removed": count, "failed": 0});
    let script = Script::new()
        .then(path, Value::Null, 200, page("a"))
        .then(REMOVE, body("a"), 200, taken(0))
        .then(path, Value::Null, 200, page("b"))
        .then(REMOVE, body("b"), 200, taken(0))
        .then(path, Value::Null, 200, page("c"))
        .then(REMOVE, body("c"), 200, taken(1))
        .then(path, Value::Null, 200, json!({"items": []}));
    let answer = script.call("suppresses/emails_remove", json!({"id": 3}));
    assert_eq!(
        (&answer["error"], &answer["removed_count"]),
        (&json!(0), &json!(1))
    );
    let script = Script::new()
        .then(path, Value::Null, 200, page("a"))
        .then(REMOVE, body("a"), 200, taken(0))
        .then(path, Value::Null, 200, page("a"));
    let answer = script.call("suppresses/emails_remove", json!({"id": 3}));
    assert_eq!(answer["error"], 500);
}

/// A number can't begin with `+`, and a list is of no region.
#[test]
fn a_phone_as_a_number_is_the_same_by_each_method() {
    let number = 79_000_000_000_i64;
    let entry = || json!({"value": "+79000000000", "type": "phone"});
    let body = json!({"values": [entry()]});
    let one = json!({"value": "+79000000000", "matched": true, "email_matched": false, "domain_matched": false,
        "phone_matched": true, "entry": null, "error": null});
    let script = Script::new().then(CHECK, body, 200, json!({"items": [one]}));
    let answer = script.call("suppresses/phone_check", json!({"id": 3, "value": number}));
    assert_eq!(answer["matched"], true);
    let body = json!({"entries": [entry()], "reason": "Altcraft API"});
    let removed = json!({"total": 1, "removed": 1, "failed": 0, "errors": []});
    let script = Script::new().then(REMOVE, body, 200, removed);
    let answer = script.call("suppresses/phone_remove", json!({"id": 3, "phone": number}));
    assert_eq!(answer["error"], 0);
}
