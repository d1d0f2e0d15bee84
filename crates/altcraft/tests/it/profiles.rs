use crate::script::{ID, OTHER, Script, done, problem, profile};
use serde_json::{Value, json};

const WRITE: &str = "POST /v1/databases/7/profiles";
const MATCH: &str = "POST /v1/databases/7/profiles/match";

fn written(outcome: &str) -> Value {
    json!({"outcome": outcome, "id": ID, "revision": 1, "skipped": []})
}

#[test]
fn an_import_as_documented() {
    let script = Script::new().then(
        WRITE,
        json!({
            "mode": "import", "matching": "email", "email": "example@example.com",
            "skip_invalid_subscriptions": true, "add_to_segments": ["4"],
            "data": {
                "email": "example@example.com", "phones": ["+79001234567"], "_fname": "John",
                "_sex": "male", "_bdate": "2001-12-31",
                "subscriptions": [
                    {"channel": "email", "email": "example@example.com", "resource_id": "5",
                     "custom_fields": {"_os": "Linux"}, "cats": ["news"]},
                    {"channel": "sms", "phone": "+79001234567", "resource_id": "5"},
                    {"channel": "push", "provider": "android-firebase", "subscription_id": "tok",
                     "resource_id": "5", "priority": 0, "status": "subscribed"},
                    {"channel": "telegram_bot", "cc_data": {"id": "42"}, "resource_id": "5"},
                    {"channel": "whatsapp", "cc_data": {"phone": "+79001234567"}, "resource_id": "5"},
                ],
            },
        }),
        201,
        written("created"),
    );
    let answer = script.call(
        "profiles/import",
        json!({
            "token": "abc", "db_id": 7, "matching": "email", "email": "example@example.com",
            "skip_triggers": true, "skip_invalid_subscriptions": true, "detect_geo": true,
            "add_to_segments": [4],
            "data": {
                "email": "example@example.com", "phones": ["+79001234567"], "_fname": "John",
                "_sex": "male", "_bdate": "2001-12-31", "_vendor": null,
                "subscriptions": [
                    {"channel": "email", "email": "example@example.com", "resource_id": 5,
                     "custom_fields": {"_os": "Linux"}, "cats": ["news"]},
                    {"channel": "sms", "phone": "+79001234567", "resource_id": 5},
                    {"channel": "push", "provider": "android-firebase", "subscription_id": "tok",
                     "resource_id": 5, "priority": 0, "status": "subscribed"},
                    {"channel": "telegram_bot", "cc_data": {"id": "42"}, "resource_id": 5},
                    {"channel": "whatsapp", "cc_data": {"phone": "+79001234567"}, "resource_id": 5},
                ],
            },
        }),
    );
    let mut expected = done();
    expected["profile_id"] = ID.into();
    assert_eq!(answer, expected);
}

#[test]
fn an_add_has_no_matching_and_says_nothing() {
    let body = json!({"mode": "add", "data": {"email": "a@x.org"}});
    let script = Script::new().then(WRITE, body, 201, written("created"));
    let answer = script.call(
        "profiles/add",
        json!({"db_id": 7, "data": {"email": "a@x.org"}}),
    );
    assert_eq!(
        answer,
        json!({"error": 0, "error_text": "", "profile_id": ID})
    );
    let script = Script::new().then(
        WRITE,
        json!({"mode": "add", "data": {}}),
        201,
        written("created"),
    );
    assert_eq!(
        script.call("profiles/add", json!({"db_id": 7, "data": {}}))["error"],
        0
    );
    let taken = json!({"code": "duplicate", "detail": "Another profile has this email.", "pointer": "/data/email"});
    let body = json!({"mode": "add", "data": {"email": "a@x.org"}});
    let script = Script::new().then(WRITE, body, 409, taken);
    let answer = script.call(
        "profiles/add",
        json!({"db_id": 7, "data": {"email": "a@x.org"}}),
    );
    let text = "data.email: Another profile has this email.";
    assert_eq!(answer, json!({"error": 409, "error_text": text}));
}

#[test]
fn functional_actions_pass_and_are_spelled() {
    let data = json!({
        "visits": {"action": "incr", "value": -2},
        "labels": {"action": "add", "value": ["1", "b"]},
        "address": {"action": "upsert", "submatch": "home.city", "value": "Rome"},
        "_fname": {"action": "unset"},
    });
    let expected = json!({"mode": "update", "matching": "custom", "field_name": "custom_id",
        "field_value": 12, "data": data});
    let script = Script::new().then(WRITE, expected, 200, written("updated"));
    let mut sent = data.clone();
    sent["labels"]["value"] = json!([1, "b"]);
    let answer = script.call(
        "profiles/update",
        json!({"db_id": "7", "matching": "custom", "field_name": "custom_id", "field_value": 12, "data": sent}),
    );
    assert_eq!(answer["profile_id"], ID);
}

#[test]
fn a_phone_that_stands_in_data_alone_is_matched_by() {
    let body = json!({"mode": "import", "matching": "phone", "data": {"phones": ["+79000000000"]}});
    let script = Script::new().then(WRITE, body, 200, written("updated"));
    let call = json!({"db_id": 7, "matching": "phone", "data": {"phones": "+79000000000"}});
    assert_eq!(script.call("profiles/import", call)["error"], 0);
}

#[test]
fn what_was_left_out_is_told() {
    let skipped = json!([{"code": "status_kept", "pointer": "/data/subscriptions/0/status", "detail": "They left."}]);
    let answer = json!({"outcome": "updated", "id": ID, "revision": 2, "skipped": skipped});
    let body = json!({"mode": "import", "matching": "email", "data": {"email": "a@x.org"}});
    let script = Script::new().then(WRITE, body, 200, answer);
    let answer = script.call(
        "profiles/import",
        json!({"db_id": 7, "data": {"email": "a@x.org"}}),
    );
    assert_eq!(answer["error"], 0);
    let text = "Successful operation, but not all of it: data.subscriptions[0].status: They left.";
    assert_eq!(answer["error_text"], text);
}

#[test]
fn an_id_from_before_is_tried_where_it_is_none_of_ours() {
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let mut first = json!({"mode": "update", "matching": "profile_id", "profile_id": old, "data": {"_fname": "A"}});
    let mut second = json!({"mode": "update", "matching": "custom", "field_name": "legacy_id", "field_value": old, "data": {"_fname": "A"}});
    let gone = || {
        problem(
            "invalid_profile_id",
            "/profile_id",
            "This is no profile id.",
        )
    };
    let call = || json!({"db_id": 7, "matching": "profile_id", "profile_id": old, "data": {"_fname": "A"}});
    let mut shown = written("updated");
    shown["data"] = json!({"legacy_id": old});
    let unknown = [first.clone(), second.clone()];
    first["show"] = json!(["legacy_id"]);
    second["show"] = json!(["legacy_id"]);
    let script = Script::with_legacy_ids()
        .then(WRITE, first, 422, gone())
        .then(WRITE, second, 200, shown);
    assert_eq!(script.call("profiles/update", call())["profile_id"], old);
    let [first, second] = unknown;
    let unknown = problem(
        "unknown_field",
        "/field_name",
        "The database has no field legacy_id.",
    );
    let script = Script::new()
        .then(WRITE, first, 422, gone())
        .then(WRITE, second, 422, unknown);
    let answer = script.call("profiles/update", call());
    assert_eq!(
        answer,
        json!({"error": 404, "error_text": "profile_id: This is no profile id."})
    );
}

#[test]
fn a_profile_is_shown_as_documented() {
    let body = json!({"matching": "email", "email": "john@example.com"});
    let script = Script::new().then(MATCH, body, 200, profile());
    let answer = script.call(
        "profiles/get/",
        json!({"db_id": 7, "email": "john@example.com"}),
    );
    let expected = json!({
        "id": ID, "db_id": 7, "_status": 1, "email": "John@Example.com",
        "_md5": "d4c74594d841139328695756648b6bd6", "_xxh": "1a20967479554ede",
        "_emaildomain": "example.com", "_domaingroup": "other",
        "_createtime": "2026-11-23T17:14:53.149Z",
        "phones": ["+79000000000"], "_fname": "John", "_sex": 1, "custom_enum": 4, "_open_exist": true,
        "subscriptions": [{
            "resource_id": 5, "channel": "email", "priority": 0, "status": "subscribed",
            "email_data": {"email": "John@Example.com", "domain": "example.com",
                "domain_group": "other", "md5": "d4c74594d841139328695756648b6bd6"},
            "reg_info": {"date": "2026-01-01T00:00:00.000Z", "ip": "127.0.0.1"},
            "hash_id": "8dccb1b3", "is_delete": false,
            "custom_fields": {"_os": "Linux"}, "cats": ["news"],
        }],
    });
    assert_eq!(answer["data"], expected);
    assert_eq!(answer["error_text"], "Successful operation");
}

#[test]
fn a_profile_without_an_address_has_one_at_localhost_and_is_found_by_it() {
    let mut nobody = profile();
    nobody["data"] = json!({"legacy_id": "5b0f3a4c7e1d2a0001c0ffee"});
    nobody["subscriptions"] = json!([]);
    let by_id = json!({"matching": "profile_id", "profile_id": "5b0f3a4c7e1d2a0001c0ffee"});
    let by_legacy = json!({"matching": "custom", "field_name": "legacy_id", "field_value": "5b0f3a4c7e1d2a0001c0ffee"});
    let gone = problem("invalid_profile_id", "/profile_id", "No.");
    let script = Script::with_legacy_ids()
        .then(MATCH, by_id, 422, gone)
        .then(MATCH, by_legacy, 200, nobody);
    let answer = script.call(
        "profiles/get",
        json!({"db_id": 7, "email": "5b0f3a4c7e1d2a0001c0ffee@localhost"}),
    );
    assert_eq!(
        answer["data"]["email"],
        "5b0f3a4c7e1d2a0001c0ffee@localhost"
    );
    assert_eq!(answer["data"]["id"], "5b0f3a4c7e1d2a0001c0ffee");
    assert_eq!(answer["data"]["legacy_id"], Value::Null);
}

#[test]
fn a_base_without_addresses_is_imported_by_email_profile() {
    let body = json!({"mode": "add", "data": {"_fname": "A"}});
    let script = Script::new().then(WRITE, body, 201, written("created"));
    let call =
        json!({"db_id": 7, "matching": "email_profile", "data": {"_fname": "A", "email": ""}});
    assert_eq!(script.call("profiles/import", call)["error"], 0);
    // One that comes back as it was shown is the same.
    let body = json!({"mode": "update", "matching": "profile_id", "profile_id": ID, "data": {"_fname": "A"}});
    let script = Script::new().then(WRITE, body, 200, written("updated"));
    let email = format!("{ID}@localhost");
    let call = json!({"db_id": 7, "matching": "email_profile", "data": {"_fname": "A", "email": email, "id": ID}});
    assert_eq!(script.call("profiles/import", call)["error"], 0);
}

#[test]
fn a_list_goes_on_until_a_page_is_empty() {
    let condition = json!({"any": [{"field": "_lname", "eq": "A"}, {"field": "_city", "eq": "B"}]});
    let body =
        json!({"condition": condition, "limit": 2, "fields": ["_city", "email", "subscriptions"]});
    let mut second = body.clone();
    second["cursor"] = "abc".into();
    let page = |items, next: Value| json!({"items": items, "next": next});
    let script = Script::new()
        .then(
            "POST /v1/databases/7/profiles/query",
            body,
            200,
            page(json!([]), "abc".into()),
        )
        .then(
            "POST /v1/databases/7/profiles/query",
            second,
            200,
            page(json!([profile()]), Value::Null),
        );
    let query = json!({"$or": [{"_lname": "A"}, {"_city": "B"}]});
    let mut call = json!({"db_id": 7, "limit": 2, "from_id": "", "query": query,
        "fields": ["_id", "_city", "subscriptions"]});
    let answer = script.call("profiles/list", call.clone());
    assert_eq!(answer["data"][0]["_id"], ID);
    assert_eq!(answer["data"][0]["subscriptions"][0]["hash_id"], "8dccb1b3");
    assert_eq!(answer["data"][0]["_md5"], Value::Null);
    call["from_id"] = answer["next_from_id"].clone();
    assert_eq!(Script::new().call("profiles/list", call)["data"], json!([]));
}

#[test]
fn a_profile_is_deleted_by_whom_the_values_name() {
    let body = json!({"matching": "phone", "phone": "+79000000000"});
    let removed = json!({"id": ID, "outcome": "deleted"});
    let script = Script::new().then(MATCH, body, 200, profile()).then(
        &format!("DELETE /v1/databases/7/profiles/{ID}"),
        Value::Null,
        200,
        removed,
    );
    let answer = script.call(
        "profiles/delete",
        json!({"db_id": 7, "phone": "+79000000000"}),
    );
    assert_eq!(answer["data"], json!({"profile_id": ID}));
    let several =
        json!({"code": "ambiguous_match", "detail": "Two profiles match.", "candidates": []});
    let body = json!({"matching": "email", "email": "a@x.org"});
    let script = Script::new().then(MATCH, body, 409, several);
    let answer = script.call("profiles/delete", json!({"db_id": 7, "email": "a@x.org"}));
    assert_eq!(
        answer,
        json!({"error": 409, "error_text": "Two profiles match."})
    );
}

#[test]
fn profiles_are_merged_into_one_that_is_there_or_new() {
    let sources = json!([{"matching": "email", "email": "a@x.org", "database_id": "7"}]);
    let merged = json!({"profile": profile(), "id": ID});
    let to = json!({"matching": "email", "email": "b@x.org"});
    let body = json!({"sources": sources, "history": true, "subscriptions": true, "segments": true,
        "destination": {"database_id": "7", "matching": "profile_id", "profile_id": ID},
        "data": {"_fname": "A"}});
    let path = "POST /v1/databases/7/profiles/merge";
    let script =
        Script::new()
            .then(MATCH, to.clone(), 200, profile())
            .then(path, body, 200, merged.clone());
    let call = json!({"db_id": 7, "source": [{"db_id": 7, "email": "a@x.org"}], "static_segments": true,
        "destination": {"db_id": 7, "email": "b@x.org"}, "data": {"_fname": "A"}});
    assert_eq!(
        script.call("profiles/merge", call.clone())["profile_id"],
        ID
    );
    let body = json!({"sources": sources, "history": true, "subscriptions": true, "segments": true,
        "destination": {"database_id": "7", "new": true}, "data": {"_fname": "A", "email": "b@x.org"}});
    let gone = json!({"code": "not_found", "detail": "No profile."});
    let script = Script::new()
        .then(MATCH, to, 404, gone)
        .then(path, body, 201, merged);
    assert_eq!(script.call("profiles/merge", call)["profile_id"], ID);
}

#[test]
fn a_profile_is_split() {
    let gone = json!({"code": "not_found", "detail": "No profile."});
    let to = json!({"matching": "email", "email": "b@x.org"});
    let destination = json!({"new": true, "data": {"email": "b@x.org"}, "history": true,
        "segments": false, "subscriptions": [{"channel": "sms"}]});
    let body =
        json!({"source": {"matching": "email", "email": "a@x.org"}, "destinations": [destination]});
    let mut made = profile();
    made["id"] = OTHER.into();
    let parted = json!({"source": profile(), "destinations": [made]});
    let script = Script::new().then(MATCH, to, 404, gone).then(
        "POST /v1/databases/7/profiles/split",
        body,
        200,
        parted,
    );
    let call = json!({"source": {"db_id": 7, "email": "a@x.org"},
        "destination": [{"email": "b@x.org", "subscription_filters": {"channel": "sms"}}]});
    let answer = script.call("profiles/split", call);
    assert_eq!(
        answer["data"],
        json!({"source": ID, "destination": [OTHER]})
    );
}

#[test]
fn nobody_is_made_where_several_are_meant() {
    let several = json!({"code": "ambiguous_match", "detail": "Two profiles match."});
    let to = json!({"matching": "email", "email": "b@x.org"});
    for (method, call) in [
        (
            "merge",
            json!({"db_id": 7, "source": [{"email": "a@x.org"}], "destination": {"email": "b@x.org"}}),
        ),
        (
            "split",
            json!({"source": {"db_id": 7, "email": "a@x.org"}, "destination": [{"email": "b@x.org"}]}),
        ),
    ] {
        let script = Script::new().then(MATCH, to.clone(), 409, several.clone());
        assert_eq!(
            script.call(&format!("profiles/{method}"), call)["error"],
            409,
            "{method}"
        );
    }
}

#[test]
fn people_enter_and_leave_static_segments() {
    let moved = json!({"added": 1, "removed": 0, "unchanged": 0, "unknown": [], "members": 1});
    let path = "POST /v1/databases/7/segments/3/members";
    let script = Script::new().then(path, json!({"add": [ID]}), 200, moved.clone());
    let call = json!({"db_id": 7, "segment_id": 3, "profile_id": ID});
    assert_eq!(script.call("profiles/segstatic/add", call.clone()), done());
    let script = Script::new().then(path, json!({"remove": [ID]}), 200, moved);
    assert_eq!(script.call("profiles/segstatic/remove", call), done());
}

#[test]
fn sexes_are_one_and_two_where_the_database_says_so() {
    for (sent, read) in [
        (json!(1), json!(0)),
        (json!("2"), json!(1)),
        (json!("female"), json!("female")),
        (json!(0), json!("0 (neither 1 nor 2)")),
        (
            json!({"action": "set", "value": 2}),
            json!({"action": "set", "value": 1}),
        ),
    ] {
        let body = json!({"mode": "import", "matching": "email", "data": {"email": "a@x.org", "_sex": read}});
        let script = Script::with_sex_from_one().then(WRITE, body, 200, written("updated"));
        let call = json!({"db_id": 7, "data": {"email": "a@x.org", "_sex": sent}});
        script.call("profiles/import", call);
    }
    let matching = json!({"matching": "profile_id", "profile_id": ID});
    let script = Script::with_sex_from_one().then(MATCH, matching, 200, profile());
    let call = json!({"db_id": 7, "profile_id": ID});
    assert_eq!(script.call("profiles/get", call)["data"]["_sex"], 2);
    let query = json!({"condition": {"field": "_sex", "in": [0, 1]}, "limit": 1000});
    let path = "POST /v1/databases/7/profiles/query";
    let page = json!({"items": [], "next": null});
    let script = Script::with_sex_from_one().then(path, query, 200, page);
    let call = json!({"db_id": 7, "query": {"_sex": {"$in": [1, 2]}}});
    assert_eq!(script.call("profiles/list", call)["error"], 0);
}
