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

#[test]
fn the_report_mended_is_imported_with_the_same_settings() {
    let server = Server::start();
    let db = Database::new(&server, "mended", &[]);
    // A file unlike the report in all: semicolons, no header, lines to skip, another
    // encoding; and columns by number.
    let file = "Report of May\n\na@example.com;Ann\nnobody;J\u{f6}rg\nc at example.com;Cleo\n";
    let bytes: Vec<u8> = file.chars().map(|c| u32::from(c) as u8).collect();
    let settings = json!({
        "file": { "delimiter": ";", "header": false, "skip_rows": 2, "encoding": "windows-1252" },
        "mapping": [
            { "column": 1, "to": { "field": "email" } },
            { "column": 2, "to": { "field": "_fname" } },
        ],
    });
    let import = Import::of(&db, "people.csv", &bytes);
    assert_eq!(counts(&import.run(&settings)), [1, 0, 0, 0, 2]);
    let report = db.api.get(&format!("{}/failed.csv", import.path)).text;
    let mended = report
        .replace("nobody,J", "nobody@example.com,J")
        .replace("c at example.com,Cleo", "c@example.com,Cleo");
    let again = Import::of(&db, "failed.csv", mended.as_bytes());
    let job = again.run(&settings);
    assert_eq!(counts(&job), [2, 0, 0, 0, 0], "{mended}");
    assert_eq!(db.total(), 3);
    let found = db.find(&json!({ "email": "nobody@example.com" })).ok(200);
    assert_eq!(found["data"]["_fname"], "J\u{f6}rg");

    // As a spreadsheet program saves it, with what the preview proposes.
    let import = Import::of(&db, "named.csv", b"E-mail,First name\nbad,Dora\n");
    let seen = db
        .api
        .post(&format!("{}/preview", import.path), &json!({}))
        .ok(200);
    let proposed = seen["proposals"]["settings"].clone();
    assert_eq!(proposed["mapping"][0]["column"], "E-mail");
    assert_eq!(counts(&import.run(&proposed)), [0, 0, 0, 0, 1]);
    let report = db.api.get(&format!("{}/failed.csv", import.path)).text;
    let mended = report.replace("bad,Dora", "dora@example.com,Dora");
    let saved = mended.lines().map(|line| line.replace(',', ";"));
    let saved: String = saved.map(|line| format!("{line}\r\n")).collect();
    let again = Import::of(&db, "failed.csv", saved.as_bytes());
    assert_eq!(counts(&again.run(&proposed)), [1, 0, 0, 0, 0], "{saved}");
}

#[test]
fn the_report_of_json_is_imported_with_the_same_settings() {
    let server = Server::start();
    let db = Database::new(&server, "mended-json", &[]);
    let file = b"{\"email\":\"a@example.com\"}\n{\"email\":\"bad\",\"_fname\":\"Ben\"}\n";
    let import = Import::of(&db, "people.jsonl", file);
    let settings = json!({ "mapping": "data" });
    assert_eq!(counts(&import.run(&settings)), [1, 0, 0, 0, 1]);
    let report = db.api.get(&format!("{}/failed.csv", import.path)).text;
    let mended = report.replace("\"\"bad\"\"", "\"\"ben@example.com\"\"");
    let again = Import::of(&db, "failed.csv", mended.as_bytes());
    assert_eq!(counts(&again.run(&settings)), [1, 0, 0, 0, 0], "{mended}");
}

#[test]
fn what_is_not_sure_about_a_file_is_told_before_and_at_the_start() {
    let server = Server::start();
    let db = Database::new(&server, "unsure", &[]);
    let file = b"email,name\na@example.com,\xdeahin\n";
    let import = Import::of(&db, "s.csv", file);
    let seen = db
        .api
        .post(&format!("{}/preview", import.path), &json!({}))
        .ok(200);
    let warning = &seen["warnings"][0];
    assert_eq!(warning["code"], "encoding_uncertain");
    assert!(warning["sample"].is_string() && warning["alternatives"][0]["encoding"].is_string());
    let settings = json!({ "mapping": mapping(&[("email", "email"), ("name", "_fname")]) });
    let told = import.lines(&settings).text;
    assert!(told.starts_with("warning: "), "{told}");
    // A byte that is no letter in UTF-8 is told with its row, which is imported.
    let import = Import::of(
        &db,
        "u.csv",
        "email,name\nb@example.com,J\u{f6}rg\nc@example.com,Zo".as_bytes(),
    );
    let job = import.run(&settings);
    assert_eq!(counts(&job), [2, 0, 0, 0, 0]);
    let import = Import::of(
        &db,
        "b.csv",
        b"email,name\nd@example.com,J\xc3\xb6rg\ne@example.com,Zo\xff\n",
    );
    let job = import.run(&settings);
    assert_eq!(counts(&job), [2, 0, 0, 0, 0]);
    assert_eq!(job["counts"]["warnings"], 1);
    assert_eq!(
        import.report("warning")[1][2..5],
        ["3", "letters_lost", "name"]
    );
}

#[test]
fn numbers_that_64_bits_cannot_hold_are_kept_or_refused() {
    let server = Server::start();
    let db = Database::new(&server, "numbers", &[]);
    let batch = r#"{"mode":"import","matching":"email","data":[
        {"email":"a@example.com","_rating":9007199254740993.0},
        {"email":"b@example.com"}]}"#;
    let target = format!("{}/profiles/batch", db.path);
    let headers = [("content-type", "application/json")];
    let done = db.api.send("POST", &target, &headers, batch).ok(200);
    assert_eq!(
        done["results"][0]["error"]["code"], "number_not_exact",
        "{done}"
    );
    assert_eq!(db.total(), 1);
    let one = r#"{"data":{"email":"c@example.com","x":123456789012345678901234567890}}"#;
    let refused = db
        .api
        .send("POST", &format!("{}/profiles", db.path), &headers, one);
    let refused = refused.problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["code"], "number_not_exact");
    assert_eq!(refused["errors"][0]["pointer"], "/data/x");
    let file = b"{\"email\":\"d@example.com\",\"n\":123456789012345678901234567890}\n";
    let import = Import::of(&db, "n.jsonl", file);
    let job = import.run(&json!({ "mapping": mapping(&[("email", "email"), ("n", "_fname")]) }));
    assert_eq!(counts(&job), [1, 0, 0, 0, 0]);
    let d = db.find(&json!({ "email": "d@example.com" })).ok(200);
    assert_eq!(d["data"]["_fname"], "123456789012345678901234567890");
    assert_eq!(import.report("warning")[1][3..5], ["number_as_text", "n"]);
}
