//! Everything about one person, and its erasure.

use super::{export, fetched, kept};
use crate::imports::{Import, mapping};
use crate::support::{Database, Server};
use serde_json::{Value, json};

#[test]
fn everything_that_is_kept_about_a_person_comes_in_one_document() {
    let server = Server::start();
    let db = Database::new(&server, "asked", &[json!({"name": "n", "type": "integer"})]);
    let resource = json!({"name": "news", "databases": [db.id], "channels": ["email"]});
    let resource = db.api.post("/v1/resources", &resource).ok(201)["id"].clone();
    let ada = db.import(&json!({"email": "ada@example.org", "subscriptions": [
        {"resource_id": resource, "channel": "email", "email": "ada@example.org"}]}));
    db.import(&json!({"email": "ben@example.org", "_fname": "Ben"}));
    for n in 1..=30 {
        db.import(&json!({"email": "ada@example.org", "n": n}));
    }
    let segments = format!("{}/segments", db.path);
    let segment = db.api.post(&segments, &json!({"name": "some"})).ok(201)["id"].clone();
    let members = format!("{segments}/{}/members", segment.as_str().unwrap());
    db.api.post(&members, &json!({"add": [ada]})).ok(200);

    let answer = fetched(db.api.get(&format!("{}/export", db.of(&ada))));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let name = format!("attachment; filename=\"{ada}.json\"");
    assert_eq!(answer.header("content-disposition"), Some(&*name));
    let document = answer.body();
    let shown = db.profile(&ada);
    for member in [
        "id",
        "revision",
        "status",
        "created_at",
        "data",
        "subscriptions",
    ] {
        assert_eq!(document["profile"][member], shown[member], "{member}");
    }
    assert_eq!(document["database"], json!({"id": db.id, "name": "asked"}));
    assert_eq!(
        document["resources"],
        json!([{"id": resource, "name": "news"}])
    );
    assert_eq!(
        document["segments"],
        json!([{"id": segment, "name": "some"}])
    );
    assert_eq!(document["erasures"], json!([]));
    let history = document["history"].as_array().unwrap();
    assert_eq!(history.len(), 31);
    assert_eq!(history[0]["changes"][0]["after"], 30);
    assert_eq!(history[30]["kind"], "profile.created");
    assert!(!answer.text.contains("ben@"));
    let nobody = db.of("1a20967479554ede711e88dc");
    db.api
        .get(&format!("{nobody}/export"))
        .problem(404, "not_found");
    let other = Database::new(&server, "other", &[]);
    db.api
        .get(&format!("{}/export", other.of(&ada)))
        .problem(404, "not_found");
}

#[test]
fn an_erased_person_is_nowhere_and_is_remembered_by_hashes() {
    let server = Server::start();
    let db = Database::new(&server, "erasing", &[]);
    let file =
        "mail,phone\nada@example.org,+442079460018\nben@example.org,\nada@example.org,nonsense\n";
    let import = Import::of(&db, "people.csv", file.as_bytes());
    let mapping = mapping(&[("mail", "email"), ("phone", "phones")]);
    import.run(&json!({"mapping": mapping, "invalid": "refuse"}));
    assert_eq!(import.report("failed").len(), 2);
    let job = kept(&db, &json!({}));
    let file = job["file"]["path"].as_str().unwrap();
    let ada = db.find(&json!({"email": "ada@example.org"})).ok(200)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let touched = fetched(db.api.get(&format!("{}/export", db.of(&ada)))).body();
    assert_eq!(touched["jobs"][0]["kind"], "import");

    let erased = db
        .api
        .post(&format!("{}/erase", db.of(&ada)), &json!({}))
        .ok(200);
    assert_eq!(
        erased,
        json!({"outcome": "erased", "hashes": 2, "reported_rows": 1, "unfinished": []})
    );
    db.api.get(&db.of(&ada)).problem(404, "not_found");
    db.api
        .post(&format!("{}/erase", db.of(&ada)), &json!({}))
        .problem(404, "not_found");
    db.api.get(file).problem(404, "not_found");
    assert_eq!(import.report("failed").len(), 1);
    assert_eq!(db.search("ada").len(), 0);
    assert_eq!(db.total(), 1);
    assert!(!export(&db, &json!({})).text.contains("ada"));
    let history = format!("{}/history/export?format=jsonl", db.path);
    let history = fetched(db.api.get(&history)).text;
    assert!(
        !history.contains("ada@") && !history.contains(&ada),
        "{history}"
    );
    let last: Value = serde_json::from_str(history.lines().last().unwrap()).unwrap();
    assert_eq!(last["kind"], "profile.erased");
    assert_eq!(last["actor"], "admin");
    assert_eq!(last["changes"], json!([]));

    // Somebody with the same address is told of it.
    let again = db.import(&json!({"email": "ADA@example.org"}));
    let document = fetched(db.api.get(&format!("{}/export", db.of(&again)))).body();
    let known = document["erasures"].as_array().unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(known[0]["kind"], "email");
    assert_eq!(
        known[0]["hash"],
        "cfe00dde46ef942601ffafb9e2825e802858b460e586b8305b344c1eb826357d"
    );
}

#[test]
fn erasing_takes_its_own_scope() {
    let server = Server::start();
    let db = Database::new(&server, "scoped", &[]);
    let ada = db.import(&json!({"email": "ada@example.org"}));
    let token = json!({"name": "reader", "scopes": ["exports:read", "profiles:write"]});
    let token = db.api.post("/v1/tokens", &token).ok(201)["secret"].clone();
    let reader = server.client(token.as_str().unwrap());
    reader
        .post(&format!("{}/erase", db.of(&ada)), &json!({}))
        .problem(403, "missing_scope");
    reader
        .post(&format!("{}/exports", db.path), &json!({}))
        .problem(403, "missing_scope");
    assert_eq!(reader.get(&format!("{}/export", db.path)).status, 200);
    db.profile(&ada);
}

/// Merges a profile of one database into one of another; the merge.
fn merged(db: &Database, source: (&Database, &str), into: &str) -> String {
    let body = json!({"sources": [{"profile_id": source.1, "database_id": source.0.id}],
        "destination": {"profile_id": into}, "history": false});
    let merged = db.api.post(&format!("{}/profiles/merge", db.path), &body);
    crate::support::text(&merged.ok(200)["id"])
}

#[test]
fn who_was_merged_is_in_the_export_and_erased_in_their_own_database() {
    let server = Server::start();
    let (db, other) = (
        Database::new(&server, "one", &[]),
        Database::new(&server, "two", &[]),
    );
    let ann = db.import(&json!({"email": "ann@example.org", "_fname": "Ann"}));
    let import = Import::of(&other, "zed.csv", b"mail,name\nzed@example.org,Zedfirst\n");
    import.run(&json!({"mapping": mapping(&[("mail", "email"), ("name", "_fname")])}));
    let zed = crate::support::text(&other.find(&json!({"email": "zed@example.org"})).ok(200)["id"]);
    let condition = json!({"field": "email", "eq": "zed@example.org"});
    let segment = json!({"name": "them", "kind": "dynamic", "condition": condition});
    let segment = other
        .api
        .post(&format!("{}/segments", other.path), &segment)
        .ok(201);
    merged(&db, (&other, &zed), &ann);

    let document = fetched(db.api.get(&format!("{}/export", db.of(&ann)))).body();
    let source = &document["merges"][0]["sources"][0];
    assert_eq!(source["data"]["_fname"], "Zedfirst");
    assert_eq!(
        document["former_keys"][0],
        json!({"by": "email", "value": "zed@example.org"})
    );
    assert_eq!(document["jobs"][0]["kind"], "import");

    let erased = db
        .api
        .post(&format!("{}/erase", db.of(&ann)), &json!({}))
        .ok(200);
    let masked = json!([{"database_id": other.id, "kind": "segment", "id": segment["id"]}]);
    assert_eq!(erased["masked"], masked);
    let shown = other
        .api
        .get(&format!("{}/history/export?format=jsonl", other.path));
    let history = fetched(shown).text;
    assert!(
        !history.contains("zed@") && !history.contains(&zed),
        "{history}"
    );
    let last: Value = serde_json::from_str(history.lines().last().unwrap()).unwrap();
    assert_eq!(last["kind"], "profile.erased");
}

#[test]
fn a_merge_that_was_undone_tells_nothing_of_an_erased_source() {
    let server = Server::start();
    let db = Database::new(&server, "undone", &[]);
    let ann = db.import(&json!({"email": "ann@example.org"}));
    let zed = db.import(&json!({"email": "zed@example.org", "_fname": "Zedfirst"}));
    let merge = merged(&db, (&db, &zed), &ann);
    let undo = format!("{}/profiles/merges/{merge}/undo", db.path);
    db.api.post(&undo, &json!({})).ok(200);
    db.api
        .post(&format!("{}/erase", db.of(&zed)), &json!({}))
        .ok(200);
    let document = fetched(db.api.get(&format!("{}/export", db.of(&ann)))).text;
    for mark in ["Zedfirst", "zed@", &zed] {
        assert!(!document.contains(mark), "{mark}: {document}");
    }
    assert!(document.contains(&merge));
}
