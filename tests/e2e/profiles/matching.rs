//! All eleven matching modes, for looking up and for importing.

use crate::support::{Database, Server, text};
use serde_json::{Value, json};

/// A database with a resource for every channel, and one person in it who can
/// be found by everything.
fn with_ann(server: &Server) -> (Database, String, String) {
    let db = Database::new(
        server,
        "Customers",
        &[
            json!({ "name": "code", "type": "string", "matchable": true }),
            json!({ "name": "number", "type": "integer", "unique": true }),
            json!({ "name": "labels", "type": "tags", "matchable": true }),
            json!({ "name": "plain", "type": "string" }),
        ],
    );
    let resource = json!({
        "name": "All channels", "databases": [db.id],
        "channels": ["email", "sms", "push", "telegram_bot", "whatsapp", "viber", "notify"], "primary_channel": "email",
    });
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    let id = db.import(&json!({
        "email": "ann@example.com", "phones": ["+12125550100", "+12125550101"],
        "code": "A1", "number": 7, "labels": ["x", "y"],
        "subscriptions": [
            { "resource_id": resource, "channel": "email", "email": "news@example.com" },
            { "resource_id": resource, "channel": "sms", "phone": "+12125550102" },
            { "resource_id": resource, "channel": "push", "provider": "android-firebase", "subscription_id": "device-1" },
            { "resource_id": resource, "channel": "telegram_bot", "cc_data": { "id": "4711" } },
            { "resource_id": resource, "channel": "whatsapp", "cc_data": { "phone": "+12125550103" } },
        ],
    }));
    db.import(&json!({ "email": "bob@example.com", "phones": ["+12125550200"] }));
    (db, id, resource)
}

#[test]
fn each_mode_finds_by_what_it_says() {
    let server = Server::start();
    let (db, id, resource) = with_ann(&server);
    for body in [
        json!({ "email": "ANN@example.com" }),
        json!({ "matching": "email", "email": "news@example.com" }),
        json!({ "matching": "email", "email": "news@example.com", "resource_id": resource }),
        json!({ "matching": "email_profile", "email": "ann@example.com" }),
        json!({ "matching": "email_sub", "email": "news@example.com" }),
        json!({ "matching": "phone", "phone": "+1 (212) 555-0101" }),
        json!({ "matching": "phone", "phone": "+12125550102" }),
        json!({ "matching": "phone_sub", "phone": "+12125550102" }),
        json!({ "matching": "profile_id", "profile_id": id }),
        json!({ "matching": "push_sub", "provider": "android-firebase", "subscription_id": "device-1" }),
        json!({ "matching": "custom", "field_name": "code", "field_value": "A1" }),
        json!({ "matching": "custom", "field_name": "number", "field_value": 7 }),
        json!({ "matching": "custom", "field_name": "number", "field_value": "7" }),
        json!({ "matching": "custom", "field_name": "labels", "field_value": "y, x" }),
        json!({ "matching": "custom", "field_name": "email", "field_value": "ann@example.com" }),
        json!({ "matching": "custom_sub", "field_name": "telegram_bot", "field_value": "4711" }),
        json!({ "matching": "custom_sub", "field_name": "id", "field_value": 4711 }),
        json!({ "matching": "custom_sub", "field_name": "whatsapp", "field_value": "+12125550103" }),
        json!({ "matching": "custom_sub", "field_name": "phone", "field_value": "+12125550103" }),
        json!({ "matching": "email_phone", "email": "nobody@example.com", "phone": "+12125550100" }),
        json!({ "matching": "email_phone", "email": "ann@example.com" }),
        json!({ "matching": "email_phone_sub", "email": "nobody@example.com", "phone": "+12125550102" }),
        // From the profile's own data.
        json!({ "matching": "phone", "data": { "phones": ["+12125550101"] } }),
        json!({ "matching": "custom", "field_name": "code", "data": { "code": "A1" } }),
    ] {
        let answer = db.find(&body);
        assert_eq!(answer.status, 200, "{body}: {answer:?}");
        assert_eq!(answer.body()["id"], json!(id), "{body}");
    }
}

#[test]
fn each_mode_finds_nobody_by_what_it_does_not_look_at() {
    let server = Server::start();
    let (db, _, _) = with_ann(&server);
    for body in [
        json!({ "matching": "email", "email": "nobody@example.com" }),
        json!({ "matching": "email_profile", "email": "news@example.com" }),
        json!({ "matching": "email_sub", "email": "ann@example.com" }),
        json!({ "matching": "phone_sub", "phone": "+12125550100" }),
        json!({ "matching": "profile_id", "profile_id": "0".repeat(24) }),
        json!({ "matching": "push_sub", "provider": "ios-apns", "subscription_id": "device-1" }),
        json!({ "matching": "custom", "field_name": "code", "field_value": "a1" }),
        json!({ "matching": "custom", "field_name": "labels", "field_value": "x, z" }),
        json!({ "matching": "custom_sub", "field_name": "viber", "field_value": "+12125550103" }),
        json!({ "matching": "email_phone", "email": "news@example.com", "phone": "+12125550102" }),
        json!({ "matching": "email_phone_sub", "email": "ann@example.com", "phone": "+12125550100" }),
    ] {
        let answer = db.find(&body);
        assert!(matches!(answer.status, 404 | 422), "{body}: {answer:?}");
        assert!(
            answer.status == 404 || body["matching"] == "profile_id",
            "{body}: {answer:?}"
        );
    }
    for body in [
        json!({ "matching": "telepathy" }),
        json!({ "matching": "custom", "field_name": "plain", "field_value": "x" }),
        json!({ "matching": "custom", "field_name": "ghost", "field_value": "x" }),
        json!({ "matching": "custom" }),
        json!({ "matching": "email" }),
        json!({ "matching": "phone", "phone": "12" }),
    ] {
        assert_eq!(db.find(&body).status, 422, "{body}");
    }
}

#[test]
fn importing_by_each_mode_updates_the_one_that_matches() {
    let server = Server::start();
    let (db, id, _) = with_ann(&server);
    for (count, members) in [
        json!({ "email": "ann@example.com" }),
        json!({ "matching": "email", "email": "news@example.com" }),
        json!({ "matching": "email_profile", "email": "ann@example.com" }),
        json!({ "matching": "email_sub", "email": "news@example.com" }),
        json!({ "matching": "phone", "phone": "+12125550101" }),
        json!({ "matching": "phone_sub", "phone": "+12125550102" }),
        json!({ "matching": "profile_id", "profile_id": id }),
        json!({ "matching": "push_sub", "provider": "android-firebase", "subscription_id": "device-1" }),
        json!({ "matching": "custom", "field_name": "number", "field_value": 7 }),
        json!({ "matching": "custom_sub", "field_name": "telegram_bot", "field_value": "4711" }),
        json!({ "matching": "email_phone", "phone": "+12125550100" }),
        json!({ "matching": "email_phone_sub", "phone": "+12125550102" }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut body = members;
        body["data"] = json!({ "plain": format!("by mode {count}") });
        let answer = db.write(&body);
        assert_eq!(answer.status, 200, "{body}: {answer:?}");
        assert_eq!((&answer.body()["id"], &answer.body()["outcome"]), (&json!(id), &json!("updated")), "{body}");
    }
    assert_eq!(db.total(), 2);
}

#[test]
fn a_created_profile_is_found_by_the_next_import() {
    let server = Server::start();
    let (db, _, resource) = with_ann(&server);
    let before = db.total();
    for body in [
        json!({ "email": "c1@example.com", "data": {} }),
        json!({ "matching": "phone", "phone": "+12125550301", "data": {} }),
        json!({ "matching": "email_profile", "data": { "email": "c2@example.com" } }),
        json!({ "matching": "custom", "field_name": "number", "field_value": 99, "data": {} }),
        json!({ "matching": "custom", "field_name": "code", "data": { "code": "C4" } }),
        json!({ "matching": "email_sub", "email": "c3@example.com", "resource_id": resource, "data": {} }),
        json!({ "matching": "phone_sub", "data": { "subscriptions": [{ "resource_id": resource, "channel": "sms", "phone": "+12125550302" }] } }),
        json!({ "matching": "push_sub", "resource_id": resource, "provider": "p", "subscription_id": "d2", "data": {} }),
        json!({ "matching": "email_phone", "phone": "+12125550303", "data": {} }),
    ] {
        let made = db.write(&body);
        assert_eq!(made.status, 201, "{body}: {made:?}");
        let again = db.write(&body);
        assert_eq!(again.status, 200, "{body}: {again:?}");
        assert_eq!(again.body()["id"], made.body()["id"], "{body}");
        assert_eq!(again.body()["outcome"], "unchanged", "{body}");
    }
    assert_eq!(db.total(), before + 9);
    let by_id = json!({ "matching": "profile_id", "profile_id": "0".repeat(24), "data": {} });
    assert!(matches!(db.write(&by_id).status, 404 | 422));
    assert_eq!(db.total(), before + 9, "profile_id never creates");
}

#[test]
fn several_matches_are_a_conflict_that_names_them_and_writes_nothing() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "code", "type": "string", "matchable": true })],
    );
    let family: Vec<String> = (0..3)
        .map(|n| db.import(&json!({ "email": format!("f{n}@example.com"), "phones": ["+12125550100"], "code": "home" })))
        .collect();
    let check = |problem: Value| {
        let mut ids: Vec<_> = problem["candidates"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        ids.sort();
        let mut all = family.clone();
        all.sort();
        assert_eq!(ids, all);
    };
    let phone = json!({ "matching": "phone", "phone": "+12125550100" });
    check(db.find(&phone).problem(409, "ambiguous_match"));
    let write =
        json!({ "matching": "phone", "phone": "+12125550100", "data": { "_city": "Oslo" } });
    check(db.write(&write).problem(409, "ambiguous_match"));
    let result = db.batch(&json!({ "matching": "custom", "field_name": "code", "data": [{ "code": "home", "_city": "Oslo" }] }));
    assert_eq!(result["results"][0]["error"]["code"], "ambiguous_match");
    check(result["results"][0]["error"].clone());
    assert!(
        db.all()
            .iter()
            .all(|p| p["data"].get("_city").is_none() && p["revision"] == 1)
    );
}

#[test]
fn phones_are_read_in_the_region_of_the_database() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    db.api.patch(&db.path, &json!({ "region": "US" })).ok(200);
    let id = db.import(&json!({ "email": "a@example.com", "phones": ["(212) 555-0100"] }));
    assert_eq!(db.profile(&id)["data"]["phones"], json!(["+12125550100"]));
    for phone in ["212-555-0100", "+1 212 555 0100", "1 (212) 555.0100"] {
        let found = db
            .find(&json!({ "matching": "phone", "phone": phone }))
            .ok(200);
        assert_eq!(found["id"], json!(id), "{phone}");
    }
}
