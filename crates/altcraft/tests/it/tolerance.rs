use crate::script::{ID, Script, database, fields, sent};
use roster_altcraft::{Api, ApiAnswer, ApiRequest, Fields, HttpCall, METHODS};
use serde_json::{Value, json};
use std::future::{Future, ready};
use std::sync::Arc;

const WRITE: &str = "POST /v1/databases/7/profiles";

#[test]
fn xml_says_the_same_as_json() {
    let body = json!({"mode": "import", "matching": "email", "data": {
        "email": "a@x.org", "_fname": "A & B", "phones": ["+79000000000"], "labels": ["x", "y"],
        "custom_enum": 2, "_bdate": 1_009_836_000_000_i64,
        "subscriptions": [{"resource_id": "5", "channel": "email", "email": "a@x.org", "priority": 0, "status": 4, "cats": ["news"]}]}});
    let done = json!({"outcome": "created", "id": ID});
    let xml = "<xml><token>abc</token><db_id>7</db_id><format>xml</format><data>\
        <email>a@x.org</email><fname>A &amp; B</fname><phones>+79000000000</phones>\
        <labels>x</labels><labels>y</labels><custom_enum>2</custom_enum><_bdate>1009836000000</_bdate><visits/>\
        <subscriptions array='true'><resource_id>5</resource_id><channel>email</channel>\
        <email>a@x.org</email><priority>0</priority><status>4</status><cats>news</cats></subscriptions>\
        </data></xml>";
    let script = Script::new().then(WRITE, body.clone(), 201, done.clone());
    let answer = String::from_utf8(script.raw("profiles/import/", "", xml)).expect("UTF-8");
    assert!(answer.ends_with(&format!(
        "<xml><error>0</error><error_text>Successful operation</error_text><profile_id>{ID}</profile_id></xml>"
    )), "{answer}");
    let script = Script::new().then(WRITE, body, 201, done);
    let data = json!({"email": "a@x.org", "_fname": "A & B", "phones": ["+79000000000"], "labels": ["x", "y"],
        "custom_enum": 2, "_bdate": 1_009_836_000_000_i64,
        "subscriptions": [{"resource_id": 5, "channel": "email", "email": "a@x.org", "priority": 0, "status": 4, "cats": ["news"]}]});
    assert_eq!(
        script.call("profiles/import", json!({"db_id": 7, "data": data}))["error"],
        0
    );
}

/// No element of XML is called `$or`, and no field of a form holds an object.
#[test]
fn a_filter_may_be_json_in_a_text() {
    let condition = json!({"any": [{"field": "_lname", "eq": "A"}, {"field": "_city", "eq": "B"}]});
    let body = json!({"condition": condition, "limit": 1000});
    let nobody = json!({"items": [], "next": null});
    let query = r#"{"$or": [{"_lname": "A"}, {"_city": "B"}]}"#;
    let xml = format!("<xml><db_id>7</db_id><token>abc</token><query>{query}</query></xml>");
    let script = Script::new().then(
        "POST /v1/databases/7/profiles/query",
        body,
        200,
        nobody.clone(),
    );
    let answer = script.raw("profiles/list", "", &xml);
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(answer["data"], json!([]), "{answer}");
    for wrong in [
        "{",
        "[]",
        "7",
        "x",
        r#"{"$or": }"#,
        r#"{"visits": 12345678901234567890123}"#,
    ] {
        let call = json!({"db_id": 7, "query": wrong});
        let answer = Script::new().call("profiles/list", call);
        assert_eq!(answer["error"], 400, "{wrong}: {answer}");
    }
}

#[test]
fn what_an_answer_showed_may_come_back() {
    let body = json!({"mode": "import", "matching": "email", "data": {"email": "a@x.org", "custom_enum": 4, "_sex": 1,
        "subscriptions": [{"resource_id": "5", "channel": "email", "email": "a@x.org",
            "priority": 0, "status": "subscribed", "custom_fields": {}, "cats": []}]}});
    let script = Script::new().then(WRITE, body, 200, json!({"outcome": "unchanged", "id": ID}));
    let data = json!({"id": ID, "db_id": 7, "_md5": "x", "_xxh": "y", "_createtime": "z", "_emaildomain": "x.org",
        "_domaingroup": "other", "_open_exist": true, "email": "a@x.org", "custom_enum": 4, "_sex": 1, "_status": -1,
        "subscriptions": [
            {"resource_id": 5, "channel": "email", "email_data": {"email": "a@x.org", "domain": "x.org", "domain_group": "other", "md5": ""},
             "priority": 0, "status": "subscribed", "reg_info": {"date": null, "ip": null}, "hash_id": "1", "is_delete": false, "custom_fields": {}, "cats": []},
            {"resource_id": 5, "channel": "sms", "sms_data": {"phone": "+1"}, "is_delete": true}]});
    assert_eq!(
        script.call("profiles/import", json!({"db_id": 7, "data": data}))["error"],
        0
    );
}

/// All is text in XML and forms, and programs say yes in several ways. What can't be read is for
/// `/v1` to refuse: written without it, the subscription would be brought back.
#[test]
fn what_was_deleted_stays_so_however_that_is_spelled() {
    let data = |one: Value| json!({"email": "a@x.org", "subscriptions": [one]});
    let ours = |data: Value| json!({"mode": "import", "matching": "email", "data": data});
    let mut none = data(json!({}));
    none["subscriptions"] = json!([]);
    let done = json!({"outcome": "unchanged", "id": ID});
    let mut one = json!({"resource_id": "5", "channel": "email", "email": "a@x.org"});
    for (name, yes) in [
        ("is_delete", json!(true)),
        ("is_delete", json!("true")),
        ("is_delete", json!(" True ")),
        ("is_delete", json!("1")),
        ("is_delete", json!(1)),
        ("deleted", json!(true)),
    ] {
        let mut sent = one.clone();
        sent[name] = yes;
        let script = Script::new().then(WRITE, ours(none.clone()), 200, done.clone());
        let call = json!({"db_id": 7, "data": data(sent)});
        assert_eq!(script.call("profiles/import", call)["error"], 0);
    }
    let xml = "<xml><db_id>7</db_id><data><email>a@x.org</email><subscriptions array='true'>\
        <resource_id>5</resource_id><channel>email</channel><email_data><email>a@x.org</email></email_data>\
        <is_delete>true</is_delete></subscriptions></data></xml>";
    let script = Script::new().then(WRITE, ours(none), 200, done.clone());
    script.raw("profiles/import", "", xml);
    for no in [
        json!(false),
        json!("false"),
        json!(0),
        json!(null),
        json!(""),
    ] {
        let mut sent = one.clone();
        sent["is_delete"] = no;
        let script = Script::new().then(WRITE, ours(data(one.clone())), 200, done.clone());
        let call = json!({"db_id": 7, "data": data(sent)});
        assert_eq!(script.call("profiles/import", call)["error"], 0);
    }
    one["is_delete"] = "perhaps".into();
    let refused =
        json!({"code": "read_only", "detail": "No.", "pointer": "/data/subscriptions/0/is_delete"});
    let script = Script::new().then(WRITE, ours(data(one.clone())), 422, refused);
    let call = json!({"db_id": 7, "data": data(one)});
    assert_eq!(script.call("profiles/import", call)["error"], 400);
}

/// An option is shown as its number. That is what its text is in XML, though another option may be
/// called like it; in JSON a text is an option's name first.
#[test]
fn xml_that_was_shown_may_come_back() {
    let script = || Script::with_options(json!(["2", "1", "x"]));
    let done = || json!({"outcome": "unchanged", "id": ID});
    let data = |plan: Value| {
        json!({"mode": "import", "matching": "email", "data": {"email": "a@x.org", "custom_enum": plan,
            "subscriptions": [{"resource_id": "5", "channel": "telegram_bot", "cc_data": {"id": "4"},
                "priority": 0, "status": "subscribed"}]}})
    };
    let xml = |plan: &str| {
        format!(
            "<xml><db_id>7</db_id><data><email>a@x.org</email><custom_enum>{plan}</custom_enum>\
            <subscriptions array='true'><resource_id>5</resource_id><channel>telegram_bot</channel>\
            <cc_data><id>4</id><phone></phone></cc_data><priority>0</priority><status>subscribed</status>\
            <reg_info><date></date><ip/></reg_info><is_delete>false</is_delete><custom_fields/></subscriptions>\
            </data></xml>"
        )
    };
    for (text, plan) in [("1", json!(1)), ("2", json!(2)), ("x", json!("x"))] {
        let script = script().then(WRITE, data(plan), 200, done());
        script.raw("profiles/import", "", &xml(text));
    }
    for (given, plan) in [(json!(1), json!(1)), (json!("1"), json!("1"))] {
        let ours = json!({"mode": "import", "matching": "email", "data": {"custom_enum": plan}});
        let script = script().then(WRITE, ours, 200, done());
        let call = json!({"db_id": 7, "data": {"custom_enum": given}});
        assert_eq!(script.call("profiles/import", call)["error"], 0);
    }
}

/// Every method, without a token, without members, and with members of wrong types.
#[test]
fn every_method_answers_what_is_wrong_with_a_sentence() {
    for method in METHODS {
        let path = match method.strip_prefix("lists/") {
            Some(name) => format!("/api/v1.0/lists/x/{name}"),
            None => format!("/api/v1.1/{method}"),
        };
        let call = |authorization, body: &str| -> Value {
            let http = HttpCall {
                verb: "POST",
                path: &path,
                query: "",
                content_type: "application/json",
                authorization,
                body: body.as_bytes(),
            };
            serde_json::from_slice(&sent(&Script::new(), http).body).expect("JSON")
        };
        let missing = call("", "{}");
        assert_eq!(missing["error"], 401, "{method}: {missing}");
        let is_list = matches!(
            method,
            "databases/list"
                | "resources/list"
                | "suppresses/list"
                | "segments/list"
                | "relations/list"
        );
        if is_list {
            continue;
        }
        for body in [
            "{}",
            r#"{"db_id": "x", "id": "x", "rel_id": "x", "list_id": "x", "resource_id": [], "name": {}}"#,
        ] {
            let wrong = call("Bearer x", body);
            assert_eq!(wrong["error"], 400, "{method}: {wrong}");
            let text = wrong["error_text"].as_str().expect("a text");
            assert!(
                text.contains(": ") && text.ends_with('.'),
                "{method}: {text}"
            );
        }
    }
}

#[test]
fn a_database_that_is_not_there_is_named() {
    let answer = Script::new().call("profiles/import", json!({"db_id": 9, "data": {}}));
    assert_eq!(
        answer,
        json!({"error": 404, "error_text": "db_id: there is no database 9."})
    );
}

#[test]
fn what_can_not_be_read_is_answered_too() {
    let of = |path: &str, body: &str| -> Value {
        serde_json::from_slice(&Script::new().raw(path, "", body)).expect("JSON")
    };
    assert_eq!(of("profiles/nothing", "{}")["error"], 404);
    assert_eq!(of("/api/v2/profiles/get", "{}")["error"], 404);
    assert_eq!(of("profiles/get", "{")["error"], 400);
    assert_eq!(of("profiles/get", "<!DOCTYPE a><a/>")["error"], 400);
    let xml = Script::new().raw("profiles/get", "format=xml", "{");
    assert!(String::from_utf8_lossy(&xml).contains("<error>400</error>"));
}

/// `/v1` that has nothing, or answers nothing that anybody expects.
struct Odd(u16, Value);

impl Api for Odd {
    fn ask(&self, _: ApiRequest) -> impl Future<Output = ApiAnswer> {
        ready(ApiAnswer {
            status: self.0,
            body: self.1.clone(),
            replayed: false,
        })
    }

    fn fields(&self, _: i64, _: bool) -> impl Future<Output = Result<Arc<Fields>, ApiAnswer>> {
        ready(Ok(Arc::new(fields(&database()))))
    }

    fn allows_wipe(&self) -> impl Future<Output = bool> {
        ready(true)
    }
}

/// Every method with every member odd in the same way: an answer, whatever it is.
#[test]
fn nothing_that_is_sent_breaks_a_method() {
    const NAMES: [&str; 44] = [
        "db_id",
        "id",
        "list_id",
        "rel_id",
        "resource_id",
        "profile_id",
        "segment_id",
        "source_id",
        "task_id",
        "matching",
        "email",
        "phone",
        "provider",
        "subscription_id",
        "field_name",
        "field_value",
        "data",
        "query",
        "fields",
        "limit",
        "from_id",
        "source",
        "destination",
        "profile_a",
        "profile_b",
        "weights",
        "channel",
        "status",
        "priority",
        "cats",
        "cc_data",
        "segment",
        "name",
        "is_static",
        "value",
        "values",
        "emails",
        "domain",
        "date_from",
        "date_to",
        "source_type",
        "custom_request",
        "ui_tags",
        "add_to_segments",
    ];
    let deep = json!({"$and": [{"a": {"$not": {"$in": [null, []]}}}], "email": {"action": "set"}, "subscriptions": [[], {}]});
    let odd = [
        json!(null),
        json!(""),
        json!("é\u{0}@localhost"),
        json!([]),
        json!({}),
        json!([{}]),
        json!([null, 1, "x"]),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(u64::MAX),
        json!(true),
        deep.clone(),
        json!([deep]),
    ];
    let answers = [
        Odd(404, json!({"code": "not_found", "detail": "No."})),
        Odd(200, Value::Null),
        Odd(200, json!({"items": []})),
        Odd(500, Value::Null),
    ];
    for method in METHODS {
        for (value, fixed) in odd.iter().flat_map(|one| [(one, false), (one, true)]) {
            let mut body: Value = NAMES
                .iter()
                .map(|name| ((*name).to_owned(), value.clone()))
                .collect();
            if fixed {
                for (name, id) in [
                    ("db_id", json!(7)),
                    ("id", json!(7)),
                    ("list_id", json!(7)),
                    ("rel_id", json!(7)),
                    ("resource_id", json!(5)),
                    ("profile_id", json!(ID)),
                    ("matching", json!("custom")),
                ] {
                    body[name] = id;
                }
            }
            let body = body.to_string();
            let path = method
                .strip_prefix("lists/")
                .map_or(format!("/api/v1.1/{method}"), |name| {
                    format!("/api/v1.0/lists/7/{name}")
                });
            for api in &answers {
                let http = HttpCall {
                    verb: "POST",
                    path: &path,
                    authorization: "Bearer x",
                    body: body.as_bytes(),
                    ..HttpCall::default()
                };
                let sent = sent(api, http);
                let sent: Value = serde_json::from_slice(&sent.body).expect("JSON");
                assert!(
                    sent["error"].is_u64() && sent["error_text"].is_string(),
                    "{method} {body}"
                );
            }
        }
    }
}
