//! Taking files in, previews, saved settings.

use super::{Import, counts, mapping};
use crate::support::{Database, Server};
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

#[test]
fn an_upload_is_previewed_without_writing_anything() {
    let server = Server::start();
    let db = Database::new(&server, "preview", &[]);
    let file = "Почта;Имя;Дата рождения;Телефон\n\
                anna@example.com;Анна;31.12.1990;+7 912 345-67-89\n\
                ivan@example.com;Иван;01.02.1985;+7 912 345-67-80\n\
                плохо;Пётр;05.06.1970;\n";
    let import = Import::of(
        &db,
        "люди.csv".replace("люди", "people").as_str(),
        file.as_bytes(),
    );
    let seen = db
        .api
        .post(&format!("{}/preview", import.path), &json!({}))
        .ok(200);
    assert_eq!(seen["reading"]["delimiter"], ";");
    assert_eq!(seen["reading"]["header"], true);
    assert_eq!(seen["columns"][1], "Имя");
    assert_eq!(seen["rows"][0][0], "anna@example.com");
    let proposed = &seen["proposals"]["columns"];
    assert_eq!(proposed[0]["to"]["field"], "email", "{proposed}");
    assert_eq!(proposed[1]["to"]["field"], "_fname");
    assert_eq!(proposed[2]["to"]["field"], "_bdate");
    assert_eq!(proposed[3]["to"]["field"], "phones");
    assert!(!proposed[0]["reason"].as_str().unwrap().is_empty());
    assert_eq!(seen["check"]["by"], "proposed");
    assert_eq!(seen["check"]["counts"]["created"], 2, "{seen}");
    assert_eq!(seen["check"]["failures"][0]["line"], 4);
    assert_eq!(db.total(), 0);

    // What was proposed can be sent back as it is.
    let job = import.run(&seen["proposals"]["settings"]);
    assert_eq!(counts(&job), [2, 0, 0, 0, 1]);
    let anna = db.find(&json!({ "email": "anna@example.com" })).ok(200);
    assert_eq!(anna["data"]["_bdate"], "1990-12-31");
    assert_eq!(anna["data"]["phones"], json!(["+79123456789"]));
}

/// A preview is decided like a write, which is made again each time that definitions change.
#[test]
fn a_preview_waits_for_nobody_who_changes_definitions_elsewhere() {
    let server = Server::start();
    let db = Database::new(&server, "calm", &[]);
    let other = Database::new(&server, "restless", &[]);
    let import = Import::of(&db, "people.csv", b"email\na@example.com\nb@example.com\n");
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let (done, api, path) = (&done, other.api.another(), &other.path);
            scope.spawn(move || {
                for n in 0.. {
                    if done.load(Ordering::Relaxed) {
                        break;
                    }
                    api.patch(path, &json!({ "description": n.to_string() }))
                        .ok(200);
                }
            });
        }
        let previews = (0..30).map(|_| {
            let answer = db.api.post(&format!("{}/preview", import.path), &json!({}));
            (answer.status, answer.text.contains(r#""created":2"#))
        });
        let previews: Vec<_> = previews.collect();
        done.store(true, Ordering::Relaxed);
        assert!(
            previews.iter().all(|seen| *seen == (200, true)),
            "{previews:?}"
        );
    });
}

#[test]
fn settings_are_saved_under_a_name_and_used_by_it() {
    let server = Server::start();
    let db = Database::new(&server, "saved", &[]);
    let saved = format!("{}/import-settings/newsletter", db.path);
    let settings =
        json!({ "file": { "delimiter": ";" }, "mapping": mapping(&[("mail", "email")]) });
    let made = db.api.put(&saved, &settings);
    assert_eq!(made.ok(201)["revision"], 1);
    assert_eq!(made.header("etag"), Some("\"1\""));
    assert_eq!(db.api.put(&saved, &settings).ok(200)["revision"], 2);
    let wrong = json!({ "mapping": mapping(&[("mail", "no_such_field")]) });
    let problem = db.api.put(&saved, &wrong).problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/mapping/0/to/field");

    let target = format!("{}/imports/p.csv?settings=newsletter&wait=true", db.path);
    let told = db
        .api
        .send_bytes("PUT", &target, &[], b"name;mail\nA;a@example.com\n");
    assert!(
        told.text.ends_with(
            "completed:  1 read, 1 created, 0 updated, 0 unchanged, 0 skipped, 0 failed\n"
        ),
        "{told:?}"
    );

    let list = db.api.get(&format!("{}/import-settings", db.path)).ok(200);
    assert_eq!(list["items"][0]["name"], "newsletter");
    assert_eq!(list["items"][0]["settings"], settings);
    db.api.delete(&saved).ok(200);
    db.api.get(&saved).problem(404, "not_found");
    let problem = db
        .api
        .send_bytes("PUT", &target, &[], b"x")
        .problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "unknown_settings");
}

#[test]
fn bad_uploads_and_settings_are_clear_errors_and_change_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "bad", &[]);
    let target = format!("{}/imports", db.path);
    db.api
        .send("POST", &target, &[], "")
        .problem(422, "empty_file");
    db.api
        .send(
            "POST",
            &target,
            &[("content-type", "multipart/form-data")],
            "x",
        )
        .problem(400, "invalid_header");
    db.api
        .send(
            "POST",
            &target,
            &[("content-type", "multipart/form-data; boundary=b")],
            "x",
        )
        .problem(400, "incomplete_body");
    db.api
        .send("POST", &format!("{target}?wait=true"), &[], "a\n1\n")
        .problem(400, "invalid_parameter");
    db.api
        .post("/v1/databases/99/imports", &json!({}))
        .problem(404, "not_found");

    let import = Import::of(&db, "p.csv", b"mail\na@example.com\n");
    let start = format!("{}/start", import.path);
    db.api
        .post(&start, &json!({}))
        .problem(422, "validation_failed");
    db.api
        .post(
            &start,
            &json!({ "mapping": mapping(&[("mail", "email")]), "file": { "delimiter": "é" } }),
        )
        .problem(422, "validation_failed");
    let misspelt = json!({ "mapping": mapping(&[("mail", "email")]), "mathcing": "email" });
    let problem = db
        .api
        .post(&start, &misspelt)
        .problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/mathcing");
    let wrong = json!({ "mapping": mapping(&[("e-mail address", "email")]) });
    let problem = db
        .api
        .post(&start, &wrong)
        .problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/mapping/0/column");
    assert_eq!(import.get()["state"], "uploaded");

    // What only a later file lacks ends the import before any row of that file.
    let part = |name: &str, text: &str| {
        format!(
            "--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
        )
    };
    let form =
        part("one.csv", "mail\nb@example.com\n") + &part("two.csv", "other\nc@example.com\n");
    let kind = [("content-type", "multipart/form-data; boundary=b")];
    let made = db
        .api
        .send("POST", &target, &kind, &(form + "--b--\r\n"))
        .ok(201);
    let import = Import {
        db: &db,
        path: format!("{target}/{}", made["id"].as_str().unwrap()),
    };
    let job = import.run(&json!({ "mapping": mapping(&[("mail", "email")]) }));
    assert_eq!(job["state"], "failed");
    assert_eq!(job["problem"]["code"], "settings_invalid");
    assert!(
        job["problem"]["detail"]
            .as_str()
            .unwrap()
            .contains("two.csv")
    );
    assert_eq!(counts(&job), [1, 0, 0, 0, 0]);
    assert_eq!(db.total(), 1);
    let start = format!("{}/start", import.path);
    db.api.post(&start, &json!({})).problem(409, "wrong_state");
}

#[test]
fn only_tokens_with_the_scope_may_import() {
    let server = Server::start();
    let db = Database::new(&server, "scopes", &[]);
    let token = |scopes: &[&str]| {
        let made = db
            .api
            .post("/v1/tokens", &json!({ "name": "t", "scopes": scopes }))
            .ok(201);
        db.through(server.client(made["secret"].as_str().unwrap()))
    };
    let reader = token(&["imports:read"]);
    let target = format!("{}/imports", db.path);
    reader
        .api
        .send("POST", &target, &[], "a\n")
        .problem(403, "missing_scope");
    reader.api.get(&target).ok(200);
    reader
        .api
        .post("/v1/tick", &json!({}))
        .problem(403, "missing_scope");
    let runner = token(&["jobs:run"]);
    assert_eq!(runner.api.post("/v1/tick", &json!({})).ok(200)["left"], 0);
    runner
        .api
        .post("/v1/tick", &json!({ "seconds": 0 }))
        .problem(422, "validation_failed");
}
