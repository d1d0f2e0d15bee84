//! What becomes of a file's rows.

use super::{Import, counts, mapping};
use crate::support::{Database, Server, text};
use serde_json::json;

fn people() -> serde_json::Value {
    mapping(&[
        ("E-mail", "email"),
        ("First name", "_fname"),
        ("City", "_city"),
    ])
}

#[test]
fn every_row_is_created_updated_unchanged_skipped_or_failed() {
    let server = Server::start();
    let db = Database::new(&server, "rows", &[]);
    let file = "E-mail,First name,City\n\
                a@example.com,Ann,Köln\n\
                b@example.com,Ben,\"Bad\nAibling\"\n\
                nobody,Cora,Bonn\n\
                c@example.com,Cleo\n\
                a@example.com,Anna,Köln\n\
                a@example.com,Anna,Köln\n\
                d@example.com,Dan,Ulm,too,many\n";
    let import = Import::of(&db, "people.csv", file.as_bytes());
    let job = import.run(&json!({ "mapping": people() }));
    assert_eq!(job["state"], "completed");
    assert_eq!(counts(&job), [3, 1, 1, 0, 2]);
    assert_eq!(db.total(), 3);

    let failed = import.report("failed");
    assert_eq!(
        failed[0],
        [
            "_outcome",
            "_file",
            "_line",
            "_code",
            "_column",
            "_reason",
            "E-mail",
            "First name",
            "City"
        ]
    );
    let told: Vec<[&str; 3]> = failed[1..]
        .iter()
        .map(|row| [row[2].as_str(), row[3].as_str(), row[4].as_str()])
        .collect();
    assert_eq!(
        told,
        [["5", "invalid_email", "E-mail"], ["9", "row_too_long", ""],]
    );
    assert_eq!(failed[1][6..], ["nobody", "Cora", "Bonn"]);

    // Mended, the report itself can be imported.
    let mended = "_outcome,_file,_line,_code,_column,_reason,E-mail,First name,City\n\
                  failed,people.csv,5,invalid_email,E-mail,why,nobody@example.com,Cora,Bonn\n";
    let again = Import::of(&db, "mended.csv", mended.as_bytes());
    assert_eq!(
        counts(&again.run(&json!({ "mapping": people() }))),
        [1, 0, 0, 0, 0]
    );

    let ben = db.find(&json!({ "email": "b@example.com" })).ok(200);
    assert_eq!(ben["data"]["_city"], "Bad Aibling");
    let history = db
        .api
        .get(&format!("{}/history", db.of(&text(&ben["id"]))))
        .ok(200);
    assert_eq!(history["items"][0]["interface"], "import");
}

#[test]
fn methods_leave_alone_whom_they_do_not_mean() {
    let server = Server::start();
    let db = Database::new(&server, "methods", &[]);
    db.import(&json!({ "email": "old@example.com", "_city": "Rome" }));
    let file = b"E-mail,First name,City\nold@example.com,O,Paris\nnew@example.com,N,Oslo\n";

    let add = Import::of(&db, "a.csv", file).run(&json!({ "mode": "add", "mapping": people() }));
    assert_eq!(counts(&add), [1, 0, 0, 1, 0]);
    let old = db.find(&json!({ "email": "old@example.com" })).ok(200);
    assert_eq!(old["data"]["_city"], "Rome");

    let file = b"E-mail,First name,City\nold@example.com,O,Paris\nelse@example.com,N,Oslo\n";
    let import = Import::of(&db, "u.csv", file);
    let update = import.run(&json!({ "mode": "update", "mapping": people() }));
    assert_eq!(counts(&update), [0, 1, 0, 1, 0]);
    assert_eq!(db.total(), 2);
    assert_eq!(import.report("skipped")[1][3], "not_found");
    assert_eq!(import.report("failed").len(), 1);
}

#[test]
fn a_dry_run_reports_the_same_and_writes_nothing() {
    let server = Server::start();
    let db = Database::new(&server, "dry", &[]);
    let file = b"E-mail,First name,City\na@example.com,A,X\nbad,B,Y\na@example.com,A,Z\n";
    let settings = |dry: bool| json!({ "mapping": people(), "dry_run": dry });
    let import = Import::of(&db, "d.csv", file);
    let dry = import.run(&settings(true));
    assert_eq!(counts(&dry), [1, 1, 0, 0, 1]);
    assert_eq!(db.total(), 0);
    assert_eq!(import.report("failed").len(), 2);
    let wet = Import::of(&db, "d.csv", file).run(&settings(false));
    assert_eq!(counts(&wet), counts(&dry));
    assert_eq!(db.total(), 1);
}

#[test]
fn a_dry_run_is_followed_by_the_same_import_for_real() {
    let server = Server::start();
    let db = Database::new(&server, "dry", &[]);
    let file = b"E-mail,First name,City\na@example.com,A,X\nbad,B,Y\nb@example.com,B,Z\n";
    let import = Import::of(&db, "d.csv", file);
    let goal = json!({"create": "From the file"});
    let dry = json!({"mapping": people(), "dry_run": true, "segment": goal});
    assert_eq!(counts(&import.run(&dry)), [2, 0, 0, 0, 1]);
    let segments = format!("{}/segments", db.path);
    assert_eq!(db.api.get(&segments).ok(200)["items"], json!([]));
    // Another dry run, with settings that are wrong at first.
    let start = format!("{}/start", import.path);
    db.api.post(&start, &json!({"mode": "love"})).ok(422);
    let strict = json!({"mapping": people(), "dry_run": true, "mode": "update", "segment": goal});
    assert_eq!(counts(&import.run(&strict)), [0, 0, 0, 2, 1]);
    assert_eq!(import.report("all").len(), 4);
    assert_eq!(counts(&import.run(&dry)), [2, 0, 0, 0, 1]);

    // With nothing said, it runs as it was tried: once, however many ask.
    let asked = std::thread::scope(|scope| {
        let both = [db.api.another(), db.api.another()].map(|api| {
            let start = &start;
            scope.spawn(move || api.send_bytes("POST", start, &[], b"").status)
        });
        both.map(|one| one.join().unwrap())
    });
    let mut asked = asked.to_vec();
    asked.sort_unstable();
    assert_eq!(asked, [202, 409]);
    let began = std::time::Instant::now();
    while import.get()["state"] != "completed" {
        assert!(began.elapsed().as_secs() < 60);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let job = import.get();
    assert_eq!(counts(&job), [2, 0, 0, 0, 1]);
    assert_eq!(job["settings"].get("dry_run"), None, "{job}");
    assert_eq!(import.report("all").len(), 2);
    assert_eq!(db.total(), 2);
    assert_eq!(
        db.api.get(&segments).ok(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let again = db.api.post(&start, &dry);
    assert_eq!(again.ok(409)["code"], "wrong_state");

    // Its file must be there.
    let import = Import::of(&db, "e.csv", file);
    import.run(&dry);
    db.api.delete(&import.path).ok(200);
    let gone = db.api.post(&format!("{}/start", import.path), &dry).ok(409);
    assert!(text(&gone["detail"]).contains("upload"), "{gone}");
}

#[test]
fn subscriptions_come_from_columns_and_invalid_ones_can_be_left_out() {
    let server = Server::start();
    let db = Database::new(&server, "subs", &[]);
    let resource = db
        .api
        .post(
            "/v1/resources",
            &json!({ "name": "letter", "databases": [db.id], "channels": ["email", "sms"] }),
        )
        .ok(201);
    let resource = text(&resource["id"]);
    let file = "id,mail,phone\n1,a@example.com,+442079460018\n2,b@example.com,12\n";
    let settings = |skip: bool| {
        json!({
            "mapping": [
                { "column": "mail", "to": [
                    { "field": "email" },
                    { "subscription": { "resource_id": resource, "channel": "email" } },
                ] },
                { "column": "phone", "to": { "subscription": { "resource_id": resource, "channel": "sms" } } },
            ],
            "skip_invalid_subscriptions": skip,
            "segment": { "create": format!("not reached {skip}"), "outcomes": ["failed_to_subscribe"] },
        })
    };
    let strict = Import::of(&db, "s.csv", file.as_bytes()).run(&settings(false));
    assert_eq!(counts(&strict), [1, 0, 0, 0, 1]);
    let lenient = Import::of(&db, "s.csv", file.as_bytes());
    let job = lenient.run(&settings(true));
    assert_eq!(counts(&job), [1, 0, 1, 0, 0]);
    assert_eq!(job["counts"]["warnings"], 1);
    assert_eq!(lenient.report("warning")[1][4], "phone");
    let b = db.find(&json!({ "email": "b@example.com" })).ok(200);
    let b = db.profile(&text(&b["id"]));
    assert_eq!(b["subscriptions"].as_array().unwrap().len(), 1);
    assert_eq!(b["segments"], json!([job["settings"]["segment"]["id"]]));
}

#[test]
fn several_files_are_one_import() {
    let server = Server::start();
    let db = Database::new(&server, "several", &[]);
    let boundary = "XX";
    let part = |name: &str, text: &str| {
        format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
        )
    };
    let mut form = part("one.csv", "E-mail,First name,City\na@example.com,A,X\n");
    form += &part(
        "two.csv",
        "City;First name;E-mail\nY;B;b@example.com\nZ;C;oops\n",
    );
    let settings = json!({ "mapping": people() });
    form += &format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"settings\"\r\n\r\n{settings}\r\n--{boundary}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={boundary}");
    let target = format!("{}/imports?wait=true", db.path);
    let told = db
        .api
        .send("POST", &target, &[("content-type", &kind)], &form);
    assert_eq!(told.status, 200, "{told:?}");
    assert!(
        told.text
            .contains("completed:  3 read, 2 created, 0 updated, 0 unchanged, 0 skipped, 1 failed"),
        "{}",
        told.text
    );
    let jobs = db.api.get(&format!("{}/imports", db.path)).ok(200);
    let id = text(&jobs["items"][0]["id"]);
    let import = Import {
        db: &db,
        path: format!("{}/imports/{id}", db.path),
    };
    assert_eq!(
        import.report("failed")[1][1..4],
        ["two.csv", "3", "invalid_email"]
    );
}
