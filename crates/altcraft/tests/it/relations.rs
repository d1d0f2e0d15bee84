use crate::script::{ID, OTHER, Script, profile};
use serde_json::{Value, json};

const CHANGE: &str = "POST /v1/relation-types/2/relations";
const KIND: &str = "GET /v1/relation-types/2";

fn related() -> Value {
    json!({"a": ID, "b": OTHER, "outcome": "created", "relation": null})
}

fn kind() -> Value {
    json!({"id": "2", "name": "orders", "database_a": "8", "database_b": "7"})
}

#[test]
fn two_profiles_are_related_and_parted() {
    let a = json!({"matching": "email", "email": "shop@x.org"});
    let b = json!({"matching": "custom", "field_name": "custom_id", "field_value": 12});
    for (method, weights) in [
        ("attach", None),
        ("detach", None),
        ("strengthen", Some(json!({"orders": -1}))),
        ("edit", Some(json!({"orders": 5}))),
    ] {
        let mut body = json!({"action": method, "a": a, "b": b});
        let mut call = json!({"rel_id": 2, "profile_a": {"email": "shop@x.org"}, "profile_b": b});
        if let Some(weights) = weights {
            body["weights"] = weights.clone();
            call["weights"] = weights;
        }
        let script = Script::new().then(CHANGE, body, 200, related());
        let answer = script.call(&format!("relations/{method}"), call);
        let expected = json!({"error": 0, "error_text": "", "profile_a": ID, "profile_b": OTHER,
            "relation_id": format!("2_{ID}_{OTHER}")});
        assert_eq!(answer, expected, "{method}");
    }
}

#[test]
fn a_side_that_nobody_is_has_its_name() {
    let body = json!({"action": "detach", "a": {"matching": "email", "email": "a@x.org"},
        "b": {"matching": "email", "email": "b@x.org"}});
    let gone = json!({"code": "not_found", "detail": "No profile matches.", "pointer": "/b"});
    let script = Script::new().then(CHANGE, body, 404, gone);
    let call =
        json!({"rel_id": 2, "profile_a": {"email": "a@x.org"}, "profile_b": {"email": "b@x.org"}});
    let answer = script.call("relations/detach", call);
    assert_eq!(
        answer,
        json!({"error": 404, "error_text": "profile_b: No profile matches."})
    );
    let answer = Script::new().call(
        "relations/attach",
        json!({"rel_id": 2, "profile_a": {"email": "a@x.org"}, "profile_b": {}}),
    );
    assert_eq!(
        answer,
        json!({"error": 400, "error_text": "profile_b.email: this member is needed."})
    );
}

#[test]
fn ids_from_before_name_sides_too() {
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let by = |id: &str| json!({"matching": "profile_id", "profile_id": id});
    let legacy = json!({"matching": "custom", "field_name": "legacy_id", "field_value": old});
    let gone = json!({"code": "validation_failed", "errors": [{"code": "invalid_profile_id", "pointer": "/b/profile_id", "detail": "No."}]});
    let mut other = profile();
    other["id"] = OTHER.into();
    let body = |b: &str| json!({"action": "attach", "a": by(ID), "b": by(b)});
    let script = Script::new()
        .then(CHANGE, body(old), 422, gone.clone())
        .then(KIND, Value::Null, 200, kind())
        .then(
            "POST /v1/databases/8/profiles/match",
            by(ID),
            200,
            profile(),
        )
        .then("POST /v1/databases/7/profiles/match", by(old), 422, gone)
        .then("POST /v1/databases/7/profiles/match", legacy, 200, other)
        .then(CHANGE, body(OTHER), 200, related());
    let call = json!({"rel_id": 2, "profile_a": {"matching": "profile_id", "profile_id": ID},
        "profile_b": {"matching": "profile_id", "profile_id": old}});
    assert_eq!(script.call("relations/attach", call)["profile_b"], OTHER);
}

#[test]
fn relations_of_a_profile_and_of_a_pair_are_shown() {
    let a = json!({"matching": "email", "email": "shop@x.org"});
    let one = json!({"a": ID, "b": OTHER, "weights": {"orders": 3}});
    let shown = json!({"profile_id_a": ID, "xxh_a": "1a20967479554ede", "profile_id_b": OTHER,
        "xxh_b": "1a20967479554edf", "db_b": 7, "props": {"orders": {"value": 3}}});
    let script = Script::new()
        .then(KIND, Value::Null, 200, kind())
        .then(
            "POST /v1/databases/8/profiles/match",
            a.clone(),
            200,
            profile(),
        )
        .then(
            &format!("GET /v1/relation-types/2/relations?side=a&profile_id={ID}&limit=1000"),
            Value::Null,
            200,
            json!({"items": [one], "next": null, "total": 1}),
        );
    let answer = script.call("relations/get", json!({"rel_id": 2, "email": "shop@x.org"}));
    assert_eq!(
        (&answer["data"], &answer["total_count"]),
        (&json!([shown]), &json!(1))
    );
    let mut other = profile();
    other["id"] = OTHER.into();
    let script = Script::new()
        .then(KIND, Value::Null, 200, kind())
        .then("POST /v1/databases/8/profiles/match", a, 200, profile())
        .then(
            "POST /v1/databases/7/profiles/match",
            json!({"matching": "phone", "phone": "+7900"}),
            200,
            other,
        )
        .then(
            &format!("GET /v1/relation-types/2/relations/{ID}/{OTHER}"),
            Value::Null,
            200,
            one,
        );
    let call =
        json!({"rel_id": 2, "profile_a": {"email": "shop@x.org"}, "profile_b": {"phone": "+7900"}});
    assert_eq!(script.call("relations/get_one", call)["data"], shown);
}

#[test]
fn histories_are_shown_as_json_and_csv() {
    let event = json!({"id": "99", "at": "2026-11-29T10:00:00.000Z", "kind": "profile.event", "actor": "x",
        "interface": "api", "profile_id": ID, "changes": [],
        "about": {"event": "opened", "resource_id": "5", "channel": "email", "message_id": "m-1"}});
    let path = format!(
        "GET /v1/databases/7/profiles/{ID}/history?limit=1000&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z"
    );
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/match",
            json!({"matching": "email", "email": "john@example.com"}),
            200,
            profile(),
        )
        .then(
            &path,
            Value::Null,
            200,
            json!({"items": [event], "next": null}),
        );
    let call = json!({"list_id": 7, "email": "john@example.com", "date_from": "2026-11-01", "date_to": "2026-11-30"});
    let answer = script.call("subscribers/history_get", call);
    let one = &answer["data"][0];
    assert_eq!(
        (&one["action"], &one["email"], &one["list_id"]),
        (&json!("opened"), &json!("John@Example.com"), &json!(7))
    );
    assert_eq!(
        one["subscription"],
        json!({"resource_id": 5, "channel": "email"})
    );
    assert_eq!(one["xxh"], "1a20967479554ede");
    assert_eq!(one["smid"], "m-1");
    let by_id = json!({"matching": "profile_id", "profile_id": ID});
    let script = Script::new()
        .then("POST /v1/databases/7/profiles/match", by_id, 200, profile())
        .then(
            &format!("GET /v1/databases/7/profiles/{ID}/history?limit=1000"),
            Value::Null,
            200,
            json!({"items": [], "next": null}),
        );
    let call = json!({"list_id": 7, "xxh": "1A20967479554ede"});
    assert_eq!(script.call("subscribers/history_get", call)["error"], 0);
    let call = json!({"list_id": 7, "xxh": "x"});
    let answer = Script::new().call("subscribers/history_get", call);
    assert_eq!(answer["error_text"], "xxh: it has 16 hexadecimal digits.");
    let path = "GET /v1/databases/7/profiles/history?limit=10&from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&cursor=c";
    let made = json!({"id": "98", "at": "2026-11-28T10:00:00.000Z", "kind": "profile.created", "profile_id": ID, "changes": []});
    let of_database = json!({"id": "97", "at": "2026-11-27T10:00:00.000Z", "kind": "field.created", "profile_id": null, "changes": []});
    let page = json!({"items": [event, made, of_database], "next": "d"});
    let call = json!({"list_id": 7, "date_from": "2026-11-01", "date_to": "2026-11-30", "limit": 10, "from_id": "c"});
    let script = Script::new().then(path, Value::Null, 200, page.clone());
    let answer = script.call("subscribers/history_get_all", call.clone());
    assert_eq!(answer["next_from_id"], "d");
    assert_eq!(answer["data"].as_array().map(Vec::len), Some(2));
    assert_eq!(answer["data"][1]["action"], "profile_created");
    let script = Script::new().then(path, Value::Null, 200, page);
    let mut call = call;
    call["format"] = "csv".into();
    let csv = script.raw("subscribers/history_get_all", "", &call.to_string());
    let csv = String::from_utf8(csv).expect("UTF-8");
    let line = format!("1a20967479554ede,{ID},,7,opened,1,2026-11-29T10:00:00.000Z,m-1,99,{{}}");
    assert_eq!(csv.lines().nth(1), Some(line.as_str()));
}
