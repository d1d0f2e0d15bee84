//! What rules make of a payload, and which definitions are refused.

use crate::support::{NOW, apply, data, database, map, map_with, seconds, skipped, written};
use roster_model::FieldType;
use roster_model::write::Schema;
use roster_webhook::{Mapping, MappingOutcome};
use serde_json::{Value, json};

/// The value that a rule makes for a field; none if it is left out.
fn one(rule: Value, payload: Value) -> Option<Value> {
    data(&json!({"fields": {"f": rule}}), &payload)
        .get("f")
        .cloned()
}

/// The code and pointer of what one rule can't make.
fn wrong(rule: Value, payload: Value) -> (String, &'static str) {
    let definition = json!({"invalid": "refuse", "fields": {"f": rule}});
    let mapping = Mapping::parse(&definition).unwrap();
    let wrong = apply(&mapping, &payload, &|_| None).unwrap_err();
    assert_eq!(wrong.len(), 1);
    (wrong[0].pointer.clone(), wrong[0].code.as_str())
}

fn refused(definition: Value) -> Vec<(String, &'static str)> {
    let wrong = Mapping::parse(&definition).unwrap_err();
    wrong
        .into_iter()
        .map(|w| (w.pointer, w.code.as_str()))
        .collect()
}

/// The codes with which a definition of one field is refused.
fn refused_rule(rule: Value) -> Vec<&'static str> {
    let wrong = refused(json!({"fields": {"f": rule}}));
    wrong.into_iter().map(|(_, code)| code).collect()
}

#[test]
fn a_pointer_takes_what_is_there() {
    assert_eq!(one(json!("/a/b"), json!({"a": {"b": 5}})), Some(json!(5)));
    assert_eq!(one(json!("/a~1b"), json!({"a/b": "x"})), Some(json!("x")));
    assert_eq!(
        one(json!("/a/1"), json!({"a": ["x", "y"]})),
        Some(json!("y"))
    );
    assert_eq!(one(json!("/none"), json!({"a": 1})), None);
    assert_eq!(one(json!("/a"), json!({"a": null})), None);
    assert_eq!(one(json!("/a"), json!({"a": ""})), None);
    assert_eq!(one(json!("/a"), json!({"a": false})), Some(json!(false)));
    assert_eq!(one(json!("/a/b"), json!("text")), None);
}

#[test]
fn the_first_place_that_says_something_is_taken() {
    let rule = json!({"from": ["/a", "/b"], "default": "d"});
    assert_eq!(
        one(rule.clone(), json!({"a": null, "b": 2})),
        Some(json!(2))
    );
    assert_eq!(one(rule.clone(), json!({"a": 1, "b": 2})), Some(json!(1)));
    assert_eq!(one(rule, json!({"a": ""})), Some(json!("d")));
    assert_eq!(one(json!({"value": ["x"]}), json!({})), Some(json!(["x"])));
    assert_eq!(one(json!({"value": null}), json!({})), Some(json!(null)));
    let mapped = map_with(
        &json!({"fields": {"f": {"header": "X-A"}}}),
        &json!({}),
        &[("x-a", " v ")],
    );
    assert_eq!(written(mapped).1, json!({"f": "v"}));
}

#[test]
fn null_clears_only_if_it_is_asked_to() {
    let rule = json!({"from": "/a", "null": "clear"});
    assert_eq!(one(rule.clone(), json!({"a": null})), Some(json!(null)));
    assert_eq!(one(rule.clone(), json!({"a": ""})), Some(json!(null)));
    assert_eq!(one(rule, json!({})), None);
}

#[test]
fn elements_of_arrays_are_found_by_their_members() {
    let payload = json!({"answers": [
        {"type": "text", "text": "x", "field": {"ref": "one"}},
        {"type": "email", "email": "a@b.cd", "field": {"ref": "two"}},
        {"type": "email", "email": "e@f.gh", "field": {"ref": "three"}},
    ]});
    let find = |find: Value, then: Value| {
        let rule = json!({"from": "/answers", "find": find, "then": then});
        one(rule, payload.clone())
    };
    assert_eq!(
        find(json!({"/type": "email"}), json!("/email")),
        Some(json!("a@b.cd"))
    );
    let both = json!({"/type": "email", "/field/ref": ["three", "four"]});
    assert_eq!(
        find(both, json!(["/none", "/email"])),
        Some(json!("e@f.gh"))
    );
    assert_eq!(find(json!({"/type": "date"}), json!("/date")), None);
    let nested = json!({"from": [{"from": "/answers", "find": {"/type": "phone"}, "then": "/phone"}, "/answers/0/text"]});
    assert_eq!(one(nested, payload), Some(json!("x")));
}

#[test]
fn texts_are_joined_without_gaps() {
    let rule = json!({"join": ["/a", "/b", "/c"], "with": "-"});
    assert_eq!(
        one(rule.clone(), json!({"a": " x ", "b": null, "c": 3})),
        Some(json!("x-3"))
    );
    assert_eq!(one(rule.clone(), json!({})), None);
    assert_eq!(
        wrong(rule, json!({"a": []})),
        ("/data/f".to_owned(), "wrong_type")
    );
    assert_eq!(
        one(json!({"join": ["/a", "/b"]}), json!({"a": "x", "b": "y"})),
        Some(json!("x y"))
    );
}

#[test]
fn transforms_are_applied_in_order() {
    for (transform, given, made) in [
        (json!("lower"), json!("ÀB"), json!("àb")),
        (json!("upper"), json!("àb"), json!("ÀB")),
        (json!(["trim", "lower"]), json!(" X "), json!("x")),
        (json!("lower"), json!(5), json!(5)),
        (json!("number"), json!(" 12 "), json!(12)),
        (json!("number"), json!("1.5"), json!(1.5)),
        (json!("number"), json!(7), json!(7)),
        (json!("text"), json!(12), json!("12")),
        (json!("text"), json!(true), json!("true")),
        (json!("boolean"), json!("Yes"), json!(true)),
        (json!("boolean"), json!("off"), json!(false)),
        (json!("boolean"), json!(1), json!(true)),
        (json!("split"), json!("a, b,,c "), json!(["a", "b", "c"])),
        (json!({"split": ";"}), json!("a;b"), json!(["a", "b"])),
        (json!(["split", "upper"]), json!("a,b"), json!(["A", "B"])),
        (json!(["split", "first"]), json!("a,b"), json!("a")),
        (json!("first"), json!("a"), json!("a")),
        (json!("date"), json!("1990-12-31"), json!("1990-12-31")),
        (
            json!("date"),
            json!(1492774577),
            json!("2017-04-21T11:36:17.000Z"),
        ),
        (
            json!("date"),
            json!("1492774577000"),
            json!("2017-04-21T11:36:17.000Z"),
        ),
        (
            json!({"date": "unix"}),
            json!("5"),
            json!("1970-01-01T00:00:05.000Z"),
        ),
        (
            json!({"date": "unix_ms"}),
            json!(1500),
            json!("1970-01-01T00:00:01.500Z"),
        ),
        (
            json!({"date": "%d.%m.%Y"}),
            json!("31.12.1990"),
            json!("1990-12-31"),
        ),
        (
            json!({"date": "%d.%m.%Y %H:%M"}),
            json!("31.12.1990 10:00"),
            json!("1990-12-31T10:00:00.000Z"),
        ),
    ] {
        let rule = json!({"from": "/a", "transform": transform});
        assert_eq!(one(rule.clone(), json!({"a": given})), Some(made), "{rule}");
    }
    for (transform, given) in [
        ("trim", json!("  ")),
        ("split", json!(" , ")),
        ("first", json!([])),
        ("number", json!(" ")),
    ] {
        let made = one(
            json!({"from": "/a", "transform": transform}),
            json!({"a": given}),
        );
        // Nothing is left of it, or an empty list.
        assert!(made.is_none() || made == Some(json!([])), "{transform}");
    }
}

#[test]
fn what_can_not_be_turned_is_refused_or_skipped() {
    for (transform, given, code) in [
        (json!("number"), json!("1,5"), "invalid_number"),
        (json!("number"), json!({}), "wrong_type"),
        (json!("boolean"), json!("perhaps"), "wrong_type"),
        (json!("text"), json!({}), "wrong_type"),
        (json!("date"), json!("yesterday"), "invalid_date"),
        (json!("date"), json!("20011231"), "invalid_date"),
        (json!({"date": "unix"}), json!(1e15), "invalid_date"),
        (json!({"date": "unix"}), json!("NaN"), "invalid_date"),
        (
            json!({"date": "%d.%m.%Y"}),
            json!("1990-12-31"),
            "invalid_date",
        ),
    ] {
        let rule = json!({"from": "/a", "transform": transform});
        assert_eq!(
            wrong(rule, json!({"a": given})),
            ("/data/f".to_owned(), code)
        );
        let rule = json!({"from": "/a", "transform": transform, "invalid": "skip"});
        assert_eq!(one(rule, json!({"a": given})), None);
    }
    let large = "x".repeat(40_000);
    assert_eq!(
        wrong(json!("/a"), json!({"a": large})),
        ("/data/f".to_owned(), "too_long")
    );
}

#[test]
fn a_lookup_says_what_values_become() {
    let rule = json!({"from": "/a", "transform": "lower", "lookup": {"active": "yes", "7": 8}, "default": "no"});
    assert_eq!(
        one(rule.clone(), json!({"a": "Active"})),
        Some(json!("yes"))
    );
    assert_eq!(one(rule.clone(), json!({"a": 7})), Some(json!(8)));
    assert_eq!(one(rule.clone(), json!({"a": "gone"})), Some(json!("no")));
    assert_eq!(one(rule.clone(), json!({})), Some(json!("no")));
    assert_eq!(
        one(rule, json!({"a": ["active", "gone"]})),
        Some(json!(["yes"]))
    );
}

#[test]
fn functional_updates_are_made_by_rules_and_never_by_senders() {
    let incr = json!({"value": 1, "action": "incr"});
    assert_eq!(
        one(incr, json!({})),
        Some(json!({"action": "incr", "value": 1}))
    );
    let add = json!({"from": "/tags", "transform": "split", "action": "add"});
    assert_eq!(
        one(add, json!({"tags": "a,b"})),
        Some(json!({"action": "add", "value": ["a", "b"]}))
    );
    let upsert = json!({"from": "/a", "action": "upsert", "submatch": "x.y"});
    assert_eq!(
        one(upsert, json!({"a": 1})),
        Some(json!({"action": "upsert", "value": 1, "submatch": "x.y"}))
    );
    let sent = json!({"action": "unset"});
    assert_eq!(
        one(json!("/a"), json!({"a": sent})),
        Some(json!({"action": "set", "value": sent}))
    );
    let all = data(&json!({"fields": "*"}), &json!({"a": sent}));
    assert_eq!(all, json!({"a": {"action": "set", "value": sent}}));
}

#[test]
fn all_members_can_be_taken_but_consent_and_status() {
    let payload =
        json!({"a": 1, "b": null, "c": "", "subscriptions": [], "_status": "x", "d": {"e": 1}});
    assert_eq!(
        data(&json!({"fields": "*"}), &payload),
        json!({"a": 1, "d": {"e": 1}})
    );
    let some =
        json!({"fields": {"*": {"from": "", "except": ["d"]}, "a": "/d/e", "g": {"value": 2}}});
    assert_eq!(data(&some, &payload), json!({"a": 1, "g": 2}));
    assert_eq!(
        data(&json!({"fields": {"*": "/d"}}), &payload),
        json!({"e": 1})
    );
    assert_eq!(data(&json!({"fields": {"*": "/a"}}), &payload), json!({}));
}

#[test]
fn conditions_say_why_a_delivery_is_skipped() {
    let with = |condition: Value| json!({"condition": condition, "fields": "*"});
    let payload = json!({"type": "customer.deleted", "n": 1, "none": null});
    let why = |condition: Value| skipped(map(&with(condition), &payload));
    let holds = |condition: Value| {
        written(map(&with(condition), &payload));
    };
    assert_eq!(
        why(json!({"pointer": "/type", "is": ["customer.created", "customer.updated"]})),
        "/type is \"customer.deleted\""
    );
    assert_eq!(
        why(json!({"pointer": "/missing", "is": "x"})),
        "/missing is not there"
    );
    assert_eq!(
        why(json!({"pointer": "/none", "exists": true})),
        "/none is not there"
    );
    assert_eq!(why(json!({"pointer": "/n", "exists": false})), "/n is 1");
    assert_eq!(why(json!({"not": {"pointer": "/n", "is": 1}})), "/n is 1");
    assert_eq!(
        why(json!({"header": "X-Topic", "is": "a"})),
        "header x-topic is not there"
    );
    assert_eq!(
        why(json!({"any": [{"pointer": "/a", "exists": true}, {"pointer": "/n", "is": 2}]})),
        "/a is not there"
    );
    holds(json!({"pointer": "/type", "starts_with": ["order.", "customer."]}));
    holds(json!({"pointer": "/n", "is": "1"}));
    holds(json!({"pointer": "/none", "is": null}));
    holds(json!({"pointer": "/none", "exists": false}));
    holds(json!({"all": [{"pointer": "/n", "exists": true}, {"not": {"pointer": "/x", "is": 1}}]}));
    holds(json!({"any": [{"pointer": "/a", "exists": true}, {"pointer": "/n", "is": 1}]}));
}

#[test]
fn a_request_gets_what_stands_beside_the_data() {
    let definition = json!({
        "mode": "update", "matching": "custom", "field_name": "code", "add_to_segments": ["3"],
        "matched_by": {"field_value": "/code"},
        "id": "/event", "at": {"from": "/when"},
        "fields": {"_fname": "/name"},
    });
    let payload = json!({"code": "c-1", "event": 77, "when": "2026-11-23", "name": "Ann"});
    let (request, data, id, at) = written(map(&definition, &payload));
    assert_eq!(
        Value::Object(request),
        json!({"mode": "update", "matching": "custom", "field_name": "code",
            "add_to_segments": ["3"], "field_value": "c-1"})
    );
    assert_eq!(data, json!({"_fname": "Ann"}));
    assert_eq!(id.as_deref(), Some("77"));
    assert_eq!(at.unwrap().to_string(), "2026-11-23T00:00:00.000Z");
    let mut definition = definition;
    definition["invalid"] = json!("refuse");
    let mapping = Mapping::parse(&definition).unwrap();
    let wrong = apply(&mapping, &json!({"event": {}, "when": "then"}), &|_| None).unwrap_err();
    let places: Vec<_> = wrong
        .iter()
        .map(|w| (&*w.pointer, w.code.as_str()))
        .collect();
    assert_eq!(places, [("/id", "invalid_id"), ("/at", "invalid_date")]);
}

#[test]
fn subscriptions_come_with_their_contact_and_their_condition() {
    let definition = json!({"subscriptions": [
        {"resource_id": "1", "channel": "email", "email": "/email",
         "status": {"value": "subscribed"}, "cats": {"from": "/cats", "transform": "split", "action": "add"},
         "custom_fields": {"source": {"value": "web"}},
         "condition": {"pointer": "/consent", "is": true}},
        {"resource_id": 2, "channel": "sms", "phone": "/phone"},
        {"resource_id": "3", "channel": "telegram_bot", "id": "/chat"},
        {"resource_id": "4", "channel": "push", "provider": {"value": "fcm"}, "subscription_id": "/token"},
    ]});
    let payload = json!({"email": "a@b.cd", "cats": "news,sales", "consent": "true", "chat": 12, "token": "t"});
    assert_eq!(
        data(&definition, &payload),
        json!({"subscriptions": [
            {"resource_id": "1", "channel": "email", "email": "a@b.cd", "status": "subscribed",
             "cats": {"action": "add", "value": ["news", "sales"]}, "custom_fields": {"source": "web"}},
            {"resource_id": "3", "channel": "telegram_bot", "cc_data": {"id": 12}},
            {"resource_id": "4", "channel": "push", "provider": "fcm", "subscription_id": "t"},
        ]})
    );
    assert_eq!(
        data(&definition, &json!({"email": "a@b.cd", "consent": false})),
        json!({})
    );
    let bad = json!({"invalid": "refuse", "subscriptions": [{"resource_id": "1", "channel": "email", "email": "/e", "priority": {"from": "/p", "transform": "number"}}]});
    let mapping = Mapping::parse(&bad).unwrap();
    let wrong = apply(&mapping, &json!({"e": "a@b.cd", "p": "high"}), &|_| None).unwrap_err();
    assert_eq!(wrong[0].pointer, "/data/subscriptions/0/priority");
}

#[test]
fn what_can_not_be_read_is_left_out_and_told() {
    let mut definition = json!({
        "matched_by": {"phone": {"from": "/n", "transform": "number"}},
        "at": "/when", "fields": {
            "f": {"from": "/n", "transform": "number", "default": 0}, "g": "/g",
            "h": {"from": "/n", "transform": "number", "invalid": "refuse"}},
        "subscriptions": [{"resource_id": "1", "channel": "email", "email": "/e",
            "status": {"from": "/ok", "lookup": {"yes": "subscribed"}},
            "priority": {"from": "/n", "transform": "number"}}],
    });
    let payload = json!({"n": "x", "g": 1, "e": "a@b.cd", "ok": "perhaps", "when": "then"});
    let mapping = Mapping::parse(&definition).unwrap();
    assert_eq!(
        apply(&mapping, &payload, &|_| None).unwrap_err()[0].pointer,
        "/data/h"
    );
    definition["fields"]["h"] = json!(null);
    let MappingOutcome::Write {
        data,
        left_out,
        not_subscribed,
        ..
    } = map(&definition, &payload)
    else {
        panic!("skipped");
    };
    assert_eq!(data, json!({"f": 0, "g": 1}));
    assert!(not_subscribed);
    let told: Vec<_> = left_out
        .iter()
        .map(|one| (one.code.as_str(), &*one.pointer))
        .collect();
    assert_eq!(
        told,
        [
            ("invalid_number", "/phone"),
            ("invalid_number", "/data/f"),
            ("opt_in_missing", "/data/subscriptions/0/status"),
            ("invalid_date", "/at"),
        ]
    );
    // A default that subscribes would make a yes of nothing.
    definition["subscriptions"][0]["status"]["default"] = json!("Subscribed");
    let place = "/subscriptions/0/status/default".to_owned();
    assert_eq!(refused(definition), [(place, "not_supported")]);
}

#[test]
fn definitions_that_say_nothing_or_too_much_are_refused() {
    let at = |pointer: &str, code| (pointer.to_owned(), code);
    assert_eq!(refused(json!([])), [at("", "wrong_type")]);
    assert_eq!(
        refused(json!({"mode": "import"})),
        [at("/fields", "required")]
    );
    assert_eq!(refused(json!({"fields": {}})), [at("/fields", "required")]);
    assert_eq!(
        refused(json!({"mode": "merge", "matching": "name", "field": 1, "fields": "all"})),
        [
            at("/mode", "invalid_mode"),
            at("/matching", "invalid_matching"),
            at("/fields", "wrong_type"),
            at("/field", "unknown_field")
        ]
    );
    assert_eq!(
        refused(json!({"fields": {"subscriptions": "/a", "a b": "/a", "c": "a"}})),
        [
            at("/fields/a b", "invalid_name"),
            at("/fields/c", "invalid_pointer"),
            at("/fields/subscriptions", "reserved_name")
        ]
    );
    let many: serde_json::Map<String, Value> =
        (0..201).map(|n| (format!("f{n}"), json!("/a"))).collect();
    assert_eq!(refused(json!({"fields": many})), [at("", "too_many")]);
    let large = json!({"fields": {"f": {"value": "x".repeat(70_000)}}});
    assert_eq!(refused(large), [at("", "too_long")]);
    assert_eq!(
        refused(json!({"matched_by": {"email": {"value": 1, "action": "set"}}, "fields": "*"})),
        [at("/matched_by/email/action", "not_supported")]
    );
    assert_eq!(
        refused(
            json!({"subscriptions": [{"resource_id": "1", "channel": "email"}, {"channel": "fax", "email": "/e"}, {"resource_id": "1", "channel": "sms", "phone": "/p", "email": "/e"}]})
        ),
        [
            at("/subscriptions/0/email", "required"),
            at("/subscriptions/1/resource_id", "required"),
            at("/subscriptions/1/channel", "invalid_channel"),
            at("/subscriptions/2/email", "unknown_field"),
        ]
    );
}

#[test]
fn rules_that_contradict_themselves_are_refused() {
    for (rule, code) in [
        (json!(5), "wrong_type"),
        (json!("a/b"), "invalid_pointer"),
        (json!("/a~2"), "invalid_pointer"),
        (json!("/a".repeat(40)), "invalid_pointer"),
        (json!({}), "invalid_rule"),
        (json!({"from": "/a", "value": 1}), "invalid_rule"),
        (json!({"from": "/a", "with": " "}), "invalid_rule"),
        (json!({"from": []}), "too_many"),
        (json!({"from": "/a", "then": "/b"}), "invalid_place"),
        (json!({"from": "/a", "header": "b"}), "invalid_place"),
        (json!({"from": "/a", "find": {}}), "too_many"),
        (json!({"header": "no header"}), "invalid_header"),
        (
            json!({"from": "/a", "transform": "reverse"}),
            "invalid_transform",
        ),
        (
            json!({"from": "/a", "transform": {"split": ""}}),
            "invalid_transform",
        ),
        (
            json!({"from": "/a", "transform": {"date": "%H"}}),
            "invalid_date_format",
        ),
        (json!({"from": "/a", "lookup": {}}), "invalid_lookup"),
        (json!({"from": "/a", "null": "keep"}), "invalid_option"),
        (json!({"from": "/a", "action": "drop"}), "invalid_option"),
        (json!({"value": 1, "default": 2}), "not_supported"),
        (json!({"from": "/a", "submatch": "b"}), "not_supported"),
        (json!({"from": "/a", "form": "/b"}), "unknown_field"),
    ] {
        assert_eq!(refused_rule(rule.clone()), [code], "{rule}");
    }
}

#[test]
fn conditions_that_are_unclear_are_refused() {
    let mut deep = json!({"pointer": "/a", "exists": true});
    for _ in 0..9 {
        deep = json!({ "not": deep });
    }
    for (condition, code) in [
        (json!({}), "invalid_condition"),
        (json!({"pointer": "/a"}), "invalid_condition"),
        (
            json!({"pointer": "/a", "is": 1, "exists": true}),
            "invalid_condition",
        ),
        (
            json!({"pointer": "/a", "header": "b", "is": 1}),
            "invalid_condition",
        ),
        (json!({"all": []}), "invalid_condition"),
        (json!({"pointer": "/a", "is": {}}), "wrong_type"),
        (json!({"pointer": "/a", "starts_with": ""}), "empty"),
        (
            json!({"pointer": "/a", "equals": 1, "is": 1}),
            "unknown_field",
        ),
        (deep, "too_deep"),
    ] {
        let wrong = refused(json!({"condition": condition, "fields": "*"}));
        let codes: Vec<_> = wrong.iter().map(|(_, code)| *code).collect();
        assert_eq!(codes, [code], "{condition}");
    }
}

#[test]
fn years_of_two_digits_lie_in_the_century_that_is_meant() {
    let made = |format: &str, text: &str| {
        let dated = json!({"from": "/born", "transform": {"date": format}});
        let definition = json!({
            "fields": {"_bdate": dated, "f": dated, "past": dated}, "at": dated,
            "subscriptions": [{"resource_id": "1", "channel": "email", "email": "/email",
                "date": dated, "custom_fields": {"_date": dated}}],
        });
        let mapping = Mapping::parse(&definition).unwrap();
        let mut database = database(&[("f", FieldType::Date), ("past", FieldType::Date)]);
        let mut fields = std::mem::take(&mut database.fields).into_vec();
        fields.iter_mut().find(|f| f.name == "past").unwrap().past = true;
        database.fields = fields.into();
        let schema = Schema {
            database: &database,
            resources: &[],
            segments: &[],
            relation_types: &[],
            neighbours: &[],
            control: None,
        };
        let payload = json!({"born": text, "email": "a@b.cd"});
        let mapped = mapping.apply(&payload, &|_| None, seconds(NOW), &schema);
        let (_, data, _, at) = written(mapped.unwrap());
        let year = |value: &Value| value.as_str().unwrap()[..4].to_owned();
        [
            year(&data["_bdate"]),
            year(&data["past"]),
            year(&data["subscriptions"][0]["date"]),
            year(&json!(at)),
            year(&data["f"]),
        ]
    };
    for (text, past, nearest) in [
        ("14.05.68", "1968", "2068"),
        ("14.05.77", "1977", "1977"),
        ("28.11.26", "2026", "2026"),
        ("24.12.26", "1926", "2026"),
        ("01.01.00", "2000", "2000"),
    ] {
        let found = made("%d.%m.%y", text);
        assert_eq!(found, [past, past, past, past, nearest], "{text}");
    }
    assert_eq!(made("%d.%m.%Y", "14.05.2068")[0], "2068");
}
