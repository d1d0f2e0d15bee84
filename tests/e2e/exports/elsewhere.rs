//! People who are exported here and imported in another installation, by what its
//! preview proposes: nobody who gets no messages here gets any there.

use super::{export, fetched};
use crate::imports::{Import, counts};
use crate::support::{Database, Server, text};
use serde_json::{Value, json};

/// A database with a resource, the first of each on the server.
fn world(server: &Server) -> (Database, String) {
    let db = Database::new(server, "People", &[json!({"name": "tags", "type": "tags"})]);
    let body = json!({"name": "The Letter", "databases": [db.id], "channels": ["email", "push"]});
    let made = db.api.post("/v1/resources", &body).ok(201);
    (db, text(&made["id"]))
}

fn subscription(resource: &str, email: &str, more: Value) -> Value {
    let mut one = json!({"resource_id": resource, "channel": "email", "email": email});
    let members = one.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    one
}

/// Who gets messages, of all who have some reason to or not to.
const DELIVERABLE: [&str; 2] = ["ann@x.org", "ida@x.org"];

fn people(db: &Database, resource: &str) {
    let person = |name: &str, status: &str, more: Value, subscription_has: Value| {
        let email = format!("{name}@x.org");
        let mut all = json!({"status": status});
        let members = all.as_object_mut().unwrap();
        members.extend(subscription_has.as_object().unwrap().clone());
        let mut data = json!({"email": email, "_fname": name, "tags": ["a,b", "c"],
            "subscriptions": [subscription(resource, &email, all)]});
        let members = data.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        db.import(&data)
    };
    let none = || json!({});
    person("ann", "subscribed", none(), none());
    let since = json!({"left_by": "person", "left_at": "2026-03-01T10:00:00Z"});
    person("ben", "unsubscribed", none(), since.clone());
    person(
        "cem",
        "unsubscribed",
        none(),
        json!({"left_by": "operator"}),
    );
    person("dan", "unconfirmed", none(), none());
    person("eve", "subscribed", none(), none());
    person(
        "fay",
        "subscribed",
        json!({"_status": "unsubscribed"}),
        none(),
    );
    person("gus", "hardbounced", none(), json!({"left_by": "provider"}));
    person("hal", "subscribed", none(), none());
    person("joe", "suspended", none(), none());
    person("kim", "complained", none(), none());
    let ida = json!({"email": "ida@x.org", "_fname": "ida", "subscriptions": [
        subscription(resource, "ida@x.org", json!({"status": "subscribed"})),
        subscription(resource, "ida.old@x.org", json!({"status": "unsubscribed", "left_by": "person",
            "left_at": "2025-12-24T00:00:00Z"})),
        {"resource_id": resource, "channel": "push", "provider": "web", "subscription_id": "t,1",
            "status": "unsubscribed", "left_by": "person", "left_at": "2025-01-01T00:00:00Z"},
    ]});
    db.import(&ida);
    // Somebody of whom only a hash is on a list, and a whole domain.
    let hash = "f14ed73ae2ac0ce8d4d1a2f6ab9bc2b2";
    let entries = json!({"entries": [hash, "eve@x.org"], "reason": "asked"});
    db.api.post("/v1/suppressions/1/entries", &entries).ok(200);
    // Hal's address left in a profile that is gone.
    let mut gone = since;
    gone["status"] = json!("unsubscribed");
    let other = json!({"email": "other@x.org",
        "subscriptions": [subscription(resource, "hal@x.org", gone)]});
    let other = db.import(&other);
    db.api.delete(&db.of(&other)).ok(200);
}

/// The addresses of those who may be sent to.
fn deliverable(db: &Database) -> Vec<String> {
    let body = json!({"condition": {"deliverable": {}}, "limit": 100});
    let found = db.api.post(&format!("{}/profiles/query", db.path), &body);
    let found = found.ok(200);
    let items = found["items"].as_array().unwrap().iter();
    items.map(|one| text(&one["data"]["email"])).collect()
}

/// What is known of a subscription's end: status, by whom, when.
fn end(db: &Database, name: &str, place: usize) -> (String, Value, Value) {
    let all = db.all();
    let mut all = all.iter();
    let one = all.find(|one| one["data"]["_fname"] == name).unwrap();
    let one = &one["subscriptions"][place];
    (
        text(&one["status"]),
        one["left_by"].clone(),
        one["left_at"].clone(),
    )
}

/// Uploads a file, looks at it, and starts it with what is proposed.
fn import(db: &Database, name: &str, bytes: &[u8]) -> Value {
    let import = Import::of(db, name, bytes);
    let seen = db.api.post(&format!("{}/preview", import.path), &json!({}));
    let seen = seen.ok(200);
    assert_eq!(seen["check"]["errors"], json!([]), "{seen}");
    import.run(&seen["proposals"]["settings"])
}

#[test]
fn nobody_is_woken_by_moving_to_another_installation() {
    let here = Server::start();
    let (old, resource) = world(&here);
    people(&old, &resource);
    assert_eq!(deliverable(&old), DELIVERABLE);
    let contacts = json!([{"resource_id": resource, "channel": "email"},
        {"resource_id": resource, "channel": "push", "provider": "web"}]);
    let few = json!(["_fname", "email"]);
    for (name, body) in [
        ("all.csv", json!({"subscriptions": contacts})),
        (
            "few.tsv.gz",
            json!({"subscriptions": contacts, "fields": few, "delimiter": "tab", "gzip": true,
                "separator": ";"}),
        ),
        (
            "all.xlsx",
            json!({"subscriptions": contacts, "format": "xlsx"}),
        ),
        (
            "few.jsonl",
            json!({"subscriptions": contacts, "fields": few, "format": "jsonl"}),
        ),
        (
            "whole.jsonl",
            json!({"subscriptions": "json", "format": "jsonl"}),
        ),
        ("whole.csv", json!({"subscriptions": "json", "fields": few})),
        (
            "whole.xlsx",
            json!({"subscriptions": "json", "format": "xlsx"}),
        ),
    ] {
        let bytes = export(&old, &body).bytes;
        let there = Server::start();
        let (new, _) = world(&there);
        for again in [false, true] {
            let job = import(&new, name, &bytes);
            let [created, updated, _, skipped, failed] = counts(&job);
            let expected = if again { 0 } else { 11 };
            assert_eq!((created, skipped, failed), (expected, 0, 0), "{name} {job}");
            assert!(updated == 0, "{name} {job}");
            assert_eq!(deliverable(&new), DELIVERABLE, "{name}");
        }
        for (who, place, status, by, at) in [
            (
                "ben",
                0,
                "unsubscribed",
                json!("person"),
                json!("2026-03-01T10:00:00.000Z"),
            ),
            (
                "hal",
                0,
                "unsubscribed",
                json!("person"),
                json!("2026-03-01T10:00:00.000Z"),
            ),
            (
                "ida",
                1,
                "unsubscribed",
                json!("person"),
                json!("2025-12-24T00:00:00.000Z"),
            ),
            (
                "ida",
                2,
                "unsubscribed",
                json!("person"),
                json!("2025-01-01T00:00:00.000Z"),
            ),
        ] {
            let found = end(&new, who, place);
            assert_eq!(found, (status.to_owned(), by, at), "{name} {who}");
        }
        for (who, status) in [
            ("cem", "unsubscribed"),
            ("gus", "hardbounced"),
            ("kim", "complained"),
        ] {
            let (was, is) = (end(&old, who, 0), end(&new, who, 0));
            assert_eq!(was, is, "{name}");
            assert_eq!(is.0, status, "{name}");
        }
        assert_eq!(end(&new, "dan", 0).0, "unconfirmed", "{name}");
        assert_eq!(end(&new, "joe", 0).0, "suspended", "{name}");
        assert_eq!(end(&new, "eve", 0).0, "unsubscribed", "{name}");
    }
    // Here nothing is changed by it, and nobody is new.
    let body = json!({"subscriptions": contacts});
    let target = format!("{}/export", old.path);
    let bytes = fetched(old.api.post(&target, &body)).bytes;
    let job = import(&old, "back.csv", &bytes);
    assert_eq!(counts(&job), [0, 0, 11, 0, 0], "{job}");
    assert_eq!(job["counts"]["warnings"], 0, "{job}");
    assert_eq!(deliverable(&old), DELIVERABLE);
}

#[test]
fn contacts_without_their_statuses_are_proposed_for_nothing() {
    let here = Server::start();
    let (old, resource) = world(&here);
    people(&old, &resource);
    let columns = json!([{"resource_id": resource, "channel": "email", "statuses": false}]);
    let bytes = export(&old, &json!({"subscriptions": columns})).bytes;
    let there = Server::start();
    let (new, _) = world(&there);
    let job = import(&new, "bare.csv", &bytes);
    assert_eq!(counts(&job), [11, 0, 0, 0, 0], "{job}");
    assert_eq!(deliverable(&new), Vec::<String>::new());
}

#[test]
fn a_mapping_that_leaves_out_who_left_is_asked_about() {
    let server = Server::start();
    let (db, resource) = world(&server);
    let bytes = "email,letter/status,letter/withheld\n\
        ann@x.org,subscribed,suppressed\nben@x.org,unsubscribed,\n";
    let import = Import::of(&db, "out.csv", bytes.as_bytes());
    let codes = |more: &[Value]| {
        let letter = json!({"subscription": {"resource_id": resource, "channel": "email"}});
        let mut mapping = vec![json!({"column": "email", "to": [{"field": "email"}, letter]})];
        mapping.extend(more.iter().cloned());
        let target = format!("{}/preview", import.path);
        let seen = db.api.post(&target, &json!({ "mapping": mapping })).ok(200);
        let questions = seen["check"]["questions"].as_array().unwrap().iter();
        let asked = questions.map(|one| {
            assert_eq!(one["code"], "consent_column_not_mapped", "{one}");
            text(&one["column"])
        });
        asked.collect::<Vec<_>>()
    };
    assert_eq!(codes(&[]), ["letter/status", "letter/withheld"]);
    let part = |part: &str| {
        json!({"column": format!("letter/{part}"), "to": {"part": part,
            "subscription": {"resource_id": resource, "channel": "email"}}})
    };
    assert_eq!(codes(&[part("status")]), ["letter/withheld"]);
    let none = json!({"column": "letter/withheld", "to": "ignore"});
    assert_eq!(codes(&[part("status"), none]), [""; 0]);
}

#[test]
fn what_a_mapping_by_hand_leaves_out_is_read_or_keeps_it_from_starting() {
    let here = Server::start();
    let (old, resource) = world(&here);
    people(&old, &resource);
    let contacts = json!([{"resource_id": resource, "channel": "email"}]);
    let body = json!({"subscriptions": contacts, "fields": ["_fname", "email"]});
    let bytes = export(&old, &body).bytes;
    let there = Server::start();
    let (new, resource) = world(&there);
    let letter = json!({"subscription": {"resource_id": resource, "channel": "email"}});
    let beside = format!("subscriptions/{resource}/email");
    let fields = [
        json!({"column": "_fname", "to": {"field": "_fname"}}),
        json!({"column": "email", "to": {"field": "email"}}),
    ];
    let with = |more: Value| {
        let mut all = fields.to_vec();
        all.push(more);
        json!({ "mapping": all })
    };
    // The column of contacts alone: by hand, and saved under a name.
    let contacts = with(json!({"column": beside, "to": letter}));
    let saved = format!("{}/import-settings/moved", new.path);
    new.api.put(&saved, &contacts).ok(201);
    let import = Import::of(&new, "all.csv", &bytes);
    let job = import.run(&json!({"settings": "moved"}));
    assert_eq!(counts(&job)[0], 11, "{job}");
    assert_eq!(deliverable(&new), DELIVERABLE);
    let since = json!("2026-03-01T10:00:00.000Z");
    let left = ("unsubscribed".to_owned(), json!("person"), since);
    assert_eq!(end(&new, "ben", 0), left);
    assert_eq!(end(&new, "hal", 0), left);

    // The address of the field, whose column says nothing of who left.
    let there = Server::start();
    let (other, _) = world(&there);
    let mut address = fields.to_vec();
    address[1]["to"] = json!([{"field": "email"}, letter]);
    let import = Import::of(&other, "all.csv", &bytes);
    let target = format!("{}/start", import.path);
    let refused = other.api.post(&target, &json!({ "mapping": address }));
    let refused = refused.problem(422, "validation_failed");
    let codes = refused["errors"].as_array().unwrap().iter();
    let codes: Vec<_> = codes
        .map(|one| (text(&one["code"]), text(&one["pointer"])))
        .collect();
    let one = (
        "consent_column_not_mapped".to_owned(),
        "/mapping".to_owned(),
    );
    assert_eq!(codes, vec![one; 4]);
    assert_eq!(other.total(), 0);
    assert_eq!(import.get()["state"], "uploaded");
    let ignored = ["status", "left_by", "left_at", "withheld"];
    let ignored = ignored.map(|part| json!({"column": format!("{beside}/{part}"), "to": "ignore"}));
    address.extend(ignored);
    let job = import.run(&json!({ "mapping": address }));
    assert_eq!(counts(&job)[0], 11, "{job}");

    // JSON says it record by record, and the start looks at the first.
    let line = json!({"email": "zoe@x.org", "letter/withheld": "suppressed"});
    let import = Import::of(&other, "few.jsonl", line.to_string().as_bytes());
    let target = format!("{}/start", import.path);
    let mapping = json!([{"column": "email", "to": [{"field": "email"}, letter]}]);
    let refused = other.api.post(&target, &json!({ "mapping": mapping }));
    let refused = refused.problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["code"], "consent_column_not_mapped");
}
