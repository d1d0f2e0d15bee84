//! Exports as streams: columns, formats, who is in them, and what is refused.

use super::{export, fetched, rows};
use crate::support::{Database, Server, data, escaped};
use roster_people::People;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn columns_come_as_they_are_asked_for() {
    let server = Server::start();
    let db = Database::of_people(&server, "Our people");
    let id = db.import(
        &json!({"email": "ada@example.org", "_fname": "=1+1", "points": -5,
        "phones": ["+442079460018", "+493090182001"],
        "tags": ["a", "b,c", "d\"e"], "_bdate": "1815-12-10"}),
    );
    let body = json!({"fields": ["tags", "id", "email", "_fname", "phones", "points", "_bdate",
        "_status", "_city"]});
    let answer = export(&db, &body);
    assert_eq!(
        answer.text,
        format!(
            "tags,id,email,_fname,phones,points,_bdate,_status,_city\r\n\
             \"a,\"\"b,c\"\",\"\"d\"\"\"\"e\"\"\",{id},ada@example.org,'=1+1,\"'+442079460018,+493090182001\",-5,1815-12-10,subscribed,\r\n"
        )
    );
    assert_eq!(
        answer.header("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    let name = answer.header("content-disposition").unwrap();
    assert!(
        name.starts_with("attachment; filename=\"our-people-20"),
        "{name}"
    );
    assert!(name.ends_with(".csv\""), "{name}");

    let query = "fields=email,points&delimiter=semicolon&bom=true&quote=all&line_end=lf&raw=true";
    let answer = fetched(db.api.get(&format!("{}/export?{query}", db.path)));
    assert_eq!(
        answer.text,
        "\u{feff}\"email\";\"points\"\n\"ada@example.org\";\"-5\"\n"
    );

    let lines = export(
        &db,
        &json!({"format": "jsonl", "fields": ["points", "tags", "_city"]}),
    );
    assert_eq!(
        lines.text,
        "{\"points\":-5,\"tags\":[\"a\",\"b,c\",\"d\\\"e\"]}\n"
    );
    assert_eq!(lines.header("content-type"), Some("application/jsonl"));

    let book = export(&db, &json!({"format": "xlsx"}));
    assert!(book.bytes.starts_with(b"PK\x03\x04"));
    let packed = export(&db, &json!({"gzip": true}));
    assert!(packed.bytes.starts_with(&[0x1f, 0x8b]));
    let name = packed.header("content-disposition").unwrap();
    assert!(name.ends_with(".csv.gz\""), "{name}");
    let nobody = export(
        &db,
        &json!({"fields": ["id"], "condition": {"field": "_city", "eq": "X"}}),
    );
    assert_eq!(nobody.text, "id\r\n");
}

#[test]
fn subscriptions_come_as_contacts_or_as_json() {
    let server = Server::start();
    let db = Database::new(&server, "subscribed", &[]);
    let resource = json!({"name": "news", "databases": [db.id], "channels": ["email", "push"]});
    let resource = db.api.post("/v1/resources", &resource).ok(201)["id"].clone();
    let mail = |email: &str, status: &str| json!({"resource_id": resource, "channel": "email", "email": email, "status": status});
    let id = db.import(&json!({"email": "a@x.org", "subscriptions": [
        mail("a@x.org", "subscribed"), mail("b@x.org", "subscribed"),
        {"resource_id": resource, "channel": "push", "provider": "web", "subscription_id": "t,1"}]}));
    let leave = json!({"data": {"subscriptions": [mail("b@x.org", "unsubscribed")]}});
    db.api.patch(&db.of(&id), &leave).ok(200);
    let columns = json!([{"resource_id": resource, "channel": "email", "statuses": false},
        {"resource_id": resource, "channel": "email", "status": "subscribed", "statuses": false},
        {"resource_id": resource, "channel": "push", "provider": "web", "statuses": false}]);
    let body = json!({"fields": ["email"], "subscriptions": columns, "separator": ";"});
    // Unless it is told not to, a contact comes with its status, or an import would
    // subscribe anyone who left.
    let mut whole = body.clone();
    whole["subscriptions"] = json!([{"resource_id": resource, "channel": "email"}]);
    let resource = resource.as_str().unwrap();
    assert_eq!(
        export(&db, &body).text,
        format!(
            "email,subscriptions/{resource}/email,subscriptions/{resource}/email/subscribed,subscriptions/{resource}/push/web\r\n\
             a@x.org,a@x.org;b@x.org,a@x.org,\"t,1\"\r\n"
        )
    );
    let (header, told) = rows(&export(&db, &whole).bytes);
    let parts = ["", "/status", "/left_by", "/left_at", "/withheld"];
    let names = parts.map(|part| format!("subscriptions/{resource}/email{part}"));
    assert_eq!(header[1..], names);
    assert_eq!(
        told[0][..4],
        [
            "a@x.org",
            "a@x.org;b@x.org",
            "subscribed;unsubscribed",
            "\"\";operator"
        ]
    );
    assert!(told[0][4].starts_with("\"\";20"), "{told:?}");
    let body = json!({"format": "jsonl", "fields": ["email"], "subscriptions": "json"});
    let line: Value = serde_json::from_str(&export(&db, &body).text).unwrap();
    let shown = line["subscriptions"].as_array().unwrap();
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[1]["email"], "b@x.org");
    assert_eq!(shown[1]["status"], "unsubscribed");
    assert!(shown[1].get("id").is_none() && shown[1].get("created_at").is_none());
}

#[test]
fn only_those_who_are_meant_come() {
    let server = Server::start();
    let db = Database::of_people(&server, "meant");
    let people = People::new(5);
    for first in [0, 1000] {
        let people = (first..first + 1000).map(|n| people.person(n));
        let batch = db.batch(&json!({"matching": "email", "data": data(people)}));
        assert_eq!(batch["created"], 1000);
    }
    let everybody = db.all();
    let ids = |wanted: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let wanted = everybody.iter().filter(|profile| wanted(profile));
        wanted
            .map(|p| p["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let exported = |body: Value| -> Vec<String> {
        let (_, rows) = rows(&export(&db, &body).bytes);
        rows.into_iter().flatten().collect()
    };
    assert!(exported(json!({"fields": ["id"]})) == ids(&|_| true));
    let vip = json!({"field": "tags", "has_any": ["vip"]});
    let is_vip = |profile: &Value| {
        let tags = profile["data"]["tags"].as_array();
        tags.is_some_and(|tags| tags.contains(&json!("vip")))
    };
    let vips = ids(&is_vip);
    assert!(vips.len() > 100);
    assert!(exported(json!({"fields": ["id"], "condition": vip})) == vips);
    assert!(exported(json!({"fields": ["id"], "condition": vip, "limit": 5})) == vips[..5]);

    let segment = db
        .api
        .post(&format!("{}/segments", db.path), &json!({"name": "some"}))
        .ok(201)["id"]
        .clone();
    let members: Vec<&String> = vips.iter().step_by(3).collect();
    let path = format!("{}/segments/{}/members", db.path, segment.as_str().unwrap());
    db.api.post(&path, &json!({"add": members})).ok(200);
    let body = json!({"fields": ["id"], "segment": segment});
    assert!(exported(body) == members.iter().map(|id| (*id).clone()).collect::<Vec<_>>());
    let low = json!({"field": "points", "lt": 5000});
    let body = json!({"fields": ["id"], "segment": segment, "condition": low});
    let both = ids(&|p| p["data"]["points"].as_i64() < Some(5000) && is_vip(p));
    let want: Vec<String> = both
        .into_iter()
        .filter(|id| members.contains(&id))
        .collect();
    assert!(exported(body) == want);
    let query = format!("fields=id&condition={}", escaped(&vip.to_string()));
    let answer = fetched(db.api.get(&format!("{}/export?{query}", db.path)));
    assert!(rows(&answer.bytes).1.concat() == vips);
}

#[test]
fn everybody_is_met_once_while_others_write() {
    let server = Server::start();
    let db = Database::of_people(&server, "busy");
    let people = People::new(6);
    for first in (0..6000).step_by(1000) {
        let people = (first..first + 1000).map(|n| people.person(n));
        db.batch(&json!({"data": data(people)}));
    }
    let before = db.all();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let other = db.another();
        let done = &done;
        scope.spawn(move || {
            // Changes everybody again and again, and adds new ones.
            let mut round = 0;
            while !done.load(Ordering::Relaxed) {
                round += 1;
                let mut items = data((0..500).map(|n| people.person(n * 12)));
                for item in &mut items {
                    item["_city"] = json!(format!("Round {round}"));
                }
                let first = 10_000 + round * 100;
                items.extend(data((first..first + 100).map(|n| people.person(n))));
                other.batch(&json!({ "data": items }));
            }
        });
        for _ in 0..5 {
            let answer = export(&db, &json!({"fields": ["id", "_city", "email"]}));
            let (_, rows) = rows(&answer.bytes);
            let mut ids: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
            let met = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), met, "nobody is met twice");
            assert!(ids.is_sorted());
            for profile in &before {
                let id = profile["id"].as_str().unwrap().to_owned();
                assert!(ids.binary_search(&&id).is_ok(), "{id} is missing");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    let server = Server::start();
    let db = Database::new(&server, "refusing", &[]);
    let target = format!("{}/export", db.path);
    for (body, pointer, code) in [
        (json!({"fields": ["nope"]}), "/fields/0", "unknown_field"),
        (json!({"fields": []}), "/fields", "empty"),
        (json!({"fields": ["id", "id"]}), "/fields/1", "duplicate"),
        (json!({"fields": "id"}), "/fields", "wrong_type"),
        (json!({"format": "xml"}), "/format", "invalid_format"),
        (
            json!({"delimiter": "ab"}),
            "/delimiter",
            "invalid_delimiter",
        ),
        (
            json!({"format": "xlsx", "bom": true}),
            "/bom",
            "not_supported",
        ),
        (json!({"limit": 0}), "/limit", "out_of_range"),
        (json!({"segment": "9"}), "/segment", "unknown_segment"),
        (
            json!({"subscriptions": "all"}),
            "/subscriptions",
            "invalid_subscriptions",
        ),
        (
            json!({"subscriptions": [{"resource_id": 9, "channel": "email"}]}),
            "/subscriptions/0/resource_id",
            "unknown_resource",
        ),
        (
            json!({"condition": {"field": "nope", "eq": 1}}),
            "/condition/field",
            "unknown_field",
        ),
        (
            json!({"range": {"from": 5, "to": 5}}),
            "/range",
            "invalid_range",
        ),
        (json!({"separator": ""}), "/separator", "invalid_separator"),
        (json!({"other": 1}), "/other", "unknown_field"),
    ] {
        let problem = db
            .api
            .post(&target, &body)
            .problem(422, "validation_failed");
        let wrong = &problem["errors"][0];
        assert_eq!(wrong["pointer"], pointer, "{body}: {problem}");
        assert_eq!(wrong["code"], code, "{body}: {problem}");
    }
    for query in [
        "other=1",
        "gzip=perhaps",
        "condition=x",
        "limit=x",
        "bom=true&bom=true",
    ] {
        db.api
            .get(&format!("{target}?{query}"))
            .problem(400, "invalid_parameter");
    }
    db.api
        .get("/v1/databases/99/export")
        .problem(404, "not_found");
    let token = json!({"name": "reader", "scopes": ["profiles:read"]});
    let token = db.api.post("/v1/tokens", &token).ok(201)["secret"].clone();
    let reader = server.client(token.as_str().unwrap());
    reader.get(&target).problem(403, "missing_scope");
}
