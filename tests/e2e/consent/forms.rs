//! Forms on websites: what they take, and what they keep out.

use super::{World, is_private_page, submit};
use crate::support::text;
use serde_json::{Value, json};

fn form(world: &World, more: Value) -> Value {
    let mut body = json!({"database_id": world.db.id, "name": "Footer",
        "resource_id": world.resource, "minimum_seconds": 0});
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    world.db.api.post("/v1/forms", &body).ok(201)
}

#[test]
fn a_form_is_a_page_a_snippet_and_an_address_for_json() {
    let world = World::new(false);
    let made = form(
        &world,
        json!({"fields": [{"name": "_fname", "required": true}],
        "consent": "Yes, write to me."}),
    );
    let url = text(&made["url"]);
    let page = world.public().get(&url);
    assert_eq!(page.status, 200, "{}", page.text);
    is_private_page(&page);
    let id = text(&made["id"]);
    let snippet = world.db.api.get(&format!("/v1/forms/{id}/snippet")).ok(200);
    let html = text(&snippet["html"]);
    assert!(
        html.contains("<form") && !html.contains("<script"),
        "{html}"
    );
    assert!(
        html.contains(&format!("http://{}{url}", world.server.address)),
        "{html}"
    );

    let taken = world.public().post(
        &url,
        &json!({"email": "ada@example.org", "_fname": "Ada",
        "consent": true}),
    );
    assert_eq!(taken.ok(200), json!({"status": "subscribed"}));
    let found = world.db.find(&json!({"email": "ada@example.org"})).ok(200);
    let info = &found["subscriptions"][0]["reg_info"];
    assert_eq!(info["ip"], "127.0.0.1", "{found}");

    // What is missing or wrong is told, and nothing is written.
    let total = world.db.total();
    let none = world
        .public()
        .post(&url, &json!({"email": "eve@example.org", "_fname": "E"}));
    assert_eq!(
        none.problem(422, "validation_failed")["errors"][0]["code"],
        "consent_missing"
    );
    let no_name = json!({"email": "eve@example.org", "consent": true});
    world
        .public()
        .post(&url, &no_name)
        .problem(422, "validation_failed");
    let odd = json!({"email": "eve", "_fname": "E", "consent": true});
    world
        .public()
        .post(&url, &odd)
        .problem(422, "validation_failed");
    // Consent is a boolean in JSON, and nothing else is taken for one.
    for consent in [json!("on"), json!("yes"), json!(2), json!([]), json!(false)] {
        let odd = json!({"email": "e@x.org", "_fname": "E", "consent": consent});
        world
            .public()
            .post(&url, &odd)
            .problem(422, "validation_failed");
    }
    let required = json!({"email": "e@x.org", "_fname": 1.5, "consent": true});
    world
        .public()
        .post(&url, &required)
        .problem(422, "validation_failed");
    let path = format!("/v1/forms/{id}");
    let strict = json!({"invalid": "refuse"});
    world.db.api.patch(&path, &strict).ok(200);
    let unknown = json!({"email": "e@x.org", "_fname": "E", "consent": true, "_status": 0});
    world
        .public()
        .post(&url, &unknown)
        .problem(422, "validation_failed");
    let html = submit(
        &world.public(),
        &url,
        "email=eve&field._fname=E&consent=true",
    );
    assert_eq!(html.status, 422);
    assert!(html.text.contains("aria-invalid"), "{}", html.text);
    assert!(
        html.text.contains("value=\"eve\""),
        "what was typed stays: {}",
        html.text
    );
    let xml = world
        .public()
        .send("POST", &url, &[("content-type", "text/xml")], "<a/>");
    xml.problem(415, "unsupported_media_type");
    assert_eq!(world.db.total(), total);
}

#[test]
fn a_form_tells_nothing_and_changes_nothing_that_is_known() {
    let world = World::new(true);
    let made = form(&world, json!({"fields": ["_fname", "_lname"]}));
    let url = text(&made["url"]);
    let id = world
        .db
        .import(&json!({"email": "ada@example.org", "_fname": "Ada"}));
    let known = json!({"email": "ada@example.org", "_fname": "Eve", "_lname": "Lovelace"});
    let new = json!({"email": "new@example.org", "_fname": "N"});
    let answers = [&known, &new].map(|body| world.public().post(&url, body).ok(200));
    assert_eq!(answers[0], answers[1]);
    let data = &world.db.profile(&id)["data"];
    assert_eq!(
        (&data["_fname"], &data["_lname"]),
        (&json!("Ada"), &json!("Lovelace"))
    );
    assert_eq!(world.status(&id), "unconfirmed");
}

#[test]
fn programs_other_sites_and_too_many_are_kept_out() {
    let world = World::new(false);
    let made = form(
        &world,
        json!({"origins": ["https://shop.example"], "per_ip_hour": 3,
        "redirect": "https://shop.example/thanks"}),
    );
    let url = text(&made["url"]);
    let from = |origin: &str, email: &str, more: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin),
        ];
        let form = format!("email={email}%40example.org{more}");
        world.public().send("POST", &url, &headers, &form)
    };
    assert_eq!(from("https://evil.example", "a", "").status, 403);
    // A program fills in what people don't see: it is told what people are told.
    let trapped = from("https://shop.example", "a", "&website=spam");
    assert_eq!(trapped.status, 303);
    assert_eq!(world.db.total(), 0);
    let taken = from("https://shop.example", "a", "");
    assert_eq!(taken.status, 303);
    assert_eq!(
        taken.header("location"),
        Some("https://shop.example/thanks")
    );
    let own = taken.header("access-control-allow-origin");
    assert_eq!(own, Some("https://shop.example"));
    let statuses: Vec<u16> = ["b", "c", "d"]
        .iter()
        .map(|email| from("https://shop.example", email, "").status)
        .collect();
    assert_eq!(statuses, [303, 303, 429]);
    assert_eq!(world.db.total(), 3);

    // Filled in faster than anybody can.
    let slow = form(&world, json!({"name": "Slow", "minimum_seconds": 30}));
    let url = text(&slow["url"]);
    let page = world.public().get(&url);
    let at = page.text.find("name=\"shown\"").unwrap();
    let shown = page.text[at..].split("value=\"").nth(1).unwrap();
    let shown = shown.split('"').next().unwrap();
    let fast = submit(
        &world.public(),
        &url,
        &format!("email=f%40example.org&shown={shown}"),
    );
    assert_eq!(fast.status, 429);
    let forged = submit(&world.public(), &url, "email=f%40example.org&shown=AAAA");
    assert_eq!(forged.status, 422);
    assert_eq!(world.db.total(), 3);
    // Switched off, it is gone.
    let path = format!("/v1/forms/{}", text(&slow["id"]));
    world
        .db
        .api
        .patch(&path, &json!({"enabled": false}))
        .ok(200);
    assert_eq!(world.public().get(&url).status, 404);
}

#[test]
fn a_form_must_fit_its_database() {
    let world = World::new(false);
    let body = json!({"database_id": world.db.id, "name": "Odd", "resource_id": "99",
        "fields": ["nothing", "email"], "honeypot": "email"});
    let problem = world
        .db
        .api
        .post("/v1/forms", &body)
        .problem(422, "validation_failed");
    let codes: Vec<String> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["code"]))
        .collect();
    assert_eq!(
        codes,
        ["unknown_resource", "unknown_field", "repeated", "repeated"]
    );
    let made = form(&world, json!({}));
    let path = format!("/v1/forms/{}", text(&made["id"]));
    assert_eq!(world.db.api.get(&path).ok(200)["revision"], 1);
    let patched = world
        .db
        .api
        .patch(&path, &json!({"button": "Join"}))
        .ok(200);
    assert_eq!(
        (&patched["button"], &patched["revision"]),
        (&json!("Join"), &json!(2))
    );
    let again =
        json!({"database_id": world.db.id, "name": "Footer", "resource_id": world.resource});
    world
        .db
        .api
        .post("/v1/forms", &again)
        .problem(409, "name_taken");
    let list = world.db.api.get("/v1/forms").ok(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    world.db.api.delete(&path).ok(200);
    world.db.api.get(&path).problem(404, "not_found");
}

/// A form whose answer an outsider compares.
fn asks(world: &World, url: &str, json: bool, email: &str, more: &str) -> (u16, String) {
    let answer = if json {
        let mut body = json!({"email": email});
        for pair in more.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            body[name] = value.into();
        }
        world.public().post(url, &body)
    } else {
        let more: String = more
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| format!("&field.{pair}"))
            .collect();
        let email = email.replace('@', "%40");
        submit(&world.public(), url, &format!("email={email}{more}"))
    };
    // What was typed may come back, and the time of a page's control.
    let shown = answer
        .text
        .split("name=\"shown\"")
        .next()
        .unwrap_or_default();
    (answer.status, shown.replace(email, "EMAIL"))
}

#[test]
fn an_answer_is_the_same_for_the_known_and_the_unknown() {
    let world = World::new(true);
    let code = json!({"name": "code", "type": "string", "unique": true});
    let path = format!("{}/fields", world.db.path);
    world.db.api.post(&path, &code).ok(201);
    let born = json!({"name": "born", "type": "date"});
    world.db.api.post(&path, &born).ok(201);
    let made = form(
        &world,
        json!({"fields": ["code", "born"], "per_ip_hour": 1000}),
    );
    let url = text(&made["url"]);
    let subscribed = json!([{"resource_id": world.resource, "channel": "email",
        "email": "known@example.org"}]);
    world.db.import(
        &json!({"email": "known@example.org", "code": "K", "born": "1990-01-01",
        "subscriptions": subscribed}),
    );
    world.db.import(&json!({"email": "plain@example.org"}));
    let total = world.db.total();
    for json in [true, false] {
        let mut new = 0;
        for more in [
            "",
            "code=K",
            "code=free",
            "born=1999-12-31",
            "born=nonsense",
        ] {
            new += 1;
            let unknown = format!("new{new}-{json}@example.org");
            let expected = asks(&world, &url, json, &unknown, more);
            for email in ["known@example.org", "plain@example.org"] {
                let told = asks(&world, &url, json, email, more);
                assert_eq!(told, expected, "{email} {more} json: {json}");
            }
        }
    }
    // Somebody new is there, without what somebody else has; the operator is told.
    assert!(world.db.total() > total);
    let taken = world
        .db
        .find(&json!({"email": "new2-true@example.org"}))
        .ok(200);
    assert_eq!(taken["data"].get("code"), None, "{taken}");
    let told = world.history(&text(&taken["id"]));
    assert_eq!(
        told[0]["about"]["skipped"][0]["code"], "duplicate",
        "{told:?}"
    );
    let known = world
        .db
        .find(&json!({"email": "known@example.org"}))
        .ok(200);
    assert_eq!(known["data"]["code"], "K");
    assert_eq!(known["data"]["born"], "1990-01-01");
}

#[test]
fn what_a_database_insists_on_is_asked_of_everybody() {
    let world = World::new(false);
    let made = form(&world, json!({}));
    let url = text(&made["url"]);
    world
        .db
        .import(&json!({"email": "known@example.org", "_city": "Bonn"}));
    let path = format!("{}/fields/_city", world.db.path);
    world
        .db
        .api
        .patch(&path, &json!({"required": true}))
        .ok(200);
    let expected = asks(&world, &url, true, "new@example.org", "");
    assert_eq!(expected.0, 422, "{expected:?}");
    assert_eq!(asks(&world, &url, true, "known@example.org", ""), expected);
}

/// What a browser asks before a website's script may send JSON.
fn preflight(world: &World, url: &str, origin: &str) -> crate::support::Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    world.public().send("OPTIONS", url, &headers, "")
}

#[test]
fn a_websites_script_may_send_json_and_read_the_answer() {
    let world = World::new(false);
    let shop = "https://shop.example";
    let made = form(&world, json!({"origins": [shop]}));
    let url = text(&made["url"]);
    let asked = preflight(&world, &url, shop);
    assert_eq!(
        (asked.status, asked.header("content-length")),
        (200, Some("0"))
    );
    for (name, value) in [
        ("access-control-allow-origin", shop),
        ("access-control-allow-methods", "GET, HEAD, POST"),
        ("access-control-allow-headers", "content-type"),
        ("access-control-max-age", "7200"),
        ("vary", "Origin"),
    ] {
        assert_eq!(asked.header(name), Some(value), "{asked:?}");
    }
    let send = |origin: &str, body: &str| {
        let headers = [("content-type", "application/json"), ("origin", origin)];
        world.public().send("POST", &url, &headers, body)
    };
    // What is wrong can be read too.
    for (body, status) in [
        (r#"{"email": "ada@example.org"}"#, 200),
        (r#"{"email": "ada"}"#, 422),
        ("{", 400),
    ] {
        let answer = send(shop, body);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(shop));
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    let evil = "https://evil.example";
    let refused = [
        preflight(&world, &url, evil),
        send(evil, r#"{"email": "eve@example.org"}"#),
    ];
    for refused in refused {
        refused.problem(403, "forbidden");
        assert_eq!(refused.header("access-control-allow-origin"), None);
        assert_eq!(refused.header("vary"), Some("Origin"));
    }
    let page = world.public().get(&url);
    assert_eq!((page.status, page.header("vary")), (200, Some("Origin")));
    assert_eq!(world.db.total(), 1);
    // A form for any website says yes to the one that asks.
    let open = form(&world, json!({"name": "Open"}));
    let asked = preflight(&world, &text(&open["url"]), evil);
    assert_eq!(asked.header("access-control-allow-origin"), Some(evil));
}

#[test]
fn a_form_for_certain_websites_is_sent_from_its_own_page_too() {
    let world = World::new(false);
    let made = form(&world, json!({"origins": ["https://shop.example"]}));
    let url = text(&made["url"]);
    let own = format!("http://{}", world.server.address);
    for (origin, status) in [
        (own.as_str(), 200),
        ("http://127.0.0.1", 403),
        ("null", 403),
    ] {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin),
        ];
        let answer = world
            .public()
            .send("POST", &url, &headers, "email=ada%40example.org");
        assert_eq!(answer.status, status, "{origin}");
    }
}

#[test]
fn a_box_is_ticked_as_browsers_tick_it_and_a_lead_is_kept() {
    let world = World::new(false);
    let field = json!({"name": "vip", "type": "boolean"});
    let fields = format!("{}/fields", world.db.path);
    world.db.api.post(&fields, &field).ok(201);
    let made = form(
        &world,
        json!({"consent": "Yes.", "fields": ["vip", "_bdate", "_lname", "phones"], "per_ip_hour": 100}),
    );
    let url = text(&made["url"]);
    let find = |email: &str| world.db.find(&json!({"email": email})).ok(200);
    for (name, sent, status) in [
        ("a", "&consent=on&field.vip=on", 200),
        ("b", "&consent=agreed&field.vip=0", 200),
        ("c", "&consent=off", 422),
        ("d", "&consent=No", 422),
        ("e", "&consent=", 422),
        ("f", "", 422),
        ("g", "&consent=0&consent=1&field.vip=0&field.vip=yes", 200),
    ] {
        let sent = format!("email={name}%40example.org{sent}");
        assert_eq!(
            submit(&world.public(), &url, &sent).status,
            status,
            "{name}"
        );
    }
    assert_eq!(world.db.total(), 3);
    assert_eq!(find("a@example.org")["data"]["vip"], true);
    assert_eq!(find("b@example.org")["data"]["vip"], false);
    assert_eq!(find("g@example.org")["data"]["vip"], true);

    let bad = json!({"email": "h@example.org", "consent": true, "vip": "perhaps",
        "_bdate": "soon", "_lname": "two\nlines", "phones": "n/a", "_status": 0});
    let taken = world.public().post(&url, &bad).ok(200);
    assert_eq!(taken, json!({"status": "subscribed"}));
    let found = find("h@example.org");
    assert_eq!(found["data"]["_lname"], "two lines");
    assert!(found["data"].get("vip").is_none(), "{found}");
    let history = format!("{}/history", world.db.of(&text(&found["id"])));
    let history = world.db.api.get(&history).ok(200);
    let skipped = history["items"][0]["about"]["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 4, "{history}");
}
