//! What an import tells afterwards: segments from its results, files that go.

use super::{Import, counts, mapping};
use crate::support::{Database, Server, text};
use serde_json::json;

#[test]
fn an_imports_profiles_go_into_a_segment_afterwards() {
    let server = Server::start();
    let db = Database::new(&server, "segment", &[]);
    db.import(&json!({ "email": "a@example.com", "_city": "Rome" }));
    db.import(&json!({ "email": "b@example.com" }));
    let file = b"mail,city\na@example.com,Rome\nb@example.com,Oslo\nc@example.com,Bonn\n";
    let import = Import::of(&db, "s.csv", file);
    let job = import.run(&json!({ "mapping": mapping(&[("mail", "email"), ("city", "_city")]) }));
    assert_eq!(counts(&job), [1, 1, 1, 0, 0]);

    let target = format!("{}/segment", import.path);
    let new = db.api.post(
        &target,
        &json!({ "create": "touched", "outcomes": ["created", "updated"] }),
    );
    let new = new.ok(200);
    assert_eq!((&new["added"], &new["unchanged"]), (&json!(2), &json!(0)));
    let id = text(&new["segment_id"]);
    let all = db.api.post(&target, &json!({ "id": id })).ok(200);
    assert_eq!((&all["added"], &all["unchanged"]), (&json!(1), &json!(2)));
    db.api
        .post(&target, &json!({ "create": "touched" }))
        .problem(409, "name_taken");
    db.api
        .post(&target, &json!({ "id": "999" }))
        .problem(422, "validation_failed");

    let at_start = Import::of(&db, "s.csv", b"mail\nd@example.com\n");
    at_start.run(&json!({ "mapping": mapping(&[("mail", "email")]), "segment": { "id": id } }));
    let d = db.find(&json!({ "email": "d@example.com" })).ok(200);
    assert_eq!(db.profile(&text(&d["id"]))["segments"], json!([id]));
}

#[test]
fn files_and_reports_can_be_removed_early() {
    let server = Server::start();
    let db = Database::new(&server, "removed", &[]);
    let import = Import::of(&db, "s.csv", b"mail\nbad\n");
    db.api.delete(&import.path).problem(409, "wrong_state");
    let job = import.run(&json!({ "mapping": mapping(&[("mail", "email")]) }));
    assert!(job["expires_at"].is_string());
    assert_eq!(import.report("failed").len(), 2);
    let gone = db.api.delete(&import.path).ok(200);
    assert_eq!(gone["files"], json!([]));
    assert_eq!(gone["expires_at"], json!(null));
    assert_eq!(import.report("failed").len(), 1);
    assert_eq!(counts(&import.get()), [0, 0, 0, 0, 1]);
}
