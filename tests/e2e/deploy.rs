//! The commands of `deploy/README.md` that need no other program than curl and sqlite3, run
//! as they stand there.

use crate::support::{ADMIN, Database, Power, Server, State, lacks, root, text};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// The block of the page that has these words.
fn block(page: &str, words: &str) -> String {
    let mut blocks = page.split("\n```").skip(1).step_by(2);
    let block = blocks.find(|block| block.contains(words));
    let block = block.unwrap_or_else(|| panic!("no block of the page has {words}"));
    block.split_once('\n').unwrap().1.to_owned()
}

/// Runs a script in a folder; what it says. It must succeed.
fn run(folder: &Path, script: &str) -> String {
    let mut command = Command::new("sh");
    command.args(["-e", "-c", script]).current_dir(folder);
    let done = command.output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{script}\n{said}\n{complaints}");
    said
}

fn lacks_program(name: &str) -> bool {
    let lacks = Command::new(name).arg("--version").output().is_err();
    if lacks {
        eprintln!("skipped: there is no {name} here");
    }
    lacks
}

/// Puts the admin token into a folder to run in; the page, with other addresses.
fn prepared(folder: &Path, server: &Server) -> String {
    std::fs::write(folder.join("token"), ADMIN).unwrap();
    let page = std::fs::read_to_string(root().join("deploy/README.md")).unwrap();
    page.replace("127.0.0.1:3000", &server.address.to_string())
        .replace("/etc/roster/tick-header", "tick-header")
        .replace(
            ".spin/sqlite_db.db",
            &server.state.file().display().to_string(),
        )
}

#[test]
fn the_line_for_cron_ticks_with_the_token_of_the_page() {
    if lacks_program("curl") {
        return;
    }
    let server = Server::without_ticks(&State::new());
    let folder = State::new();
    let file = folder.file();
    let folder = file.parent().unwrap();
    let page = prepared(folder, &server);
    run(folder, &block(&page, "/v1/tokens"));
    let header = std::fs::read_to_string(folder.join("tick-header")).unwrap();
    assert!(header.starts_with("authorization: Bearer rst_"), "{header}");
    let line = block(&page, "* * * * * ");
    run(folder, line.strip_prefix("* * * * * ").unwrap());
    // It may do nothing else.
    let client = server.client(header.trim().rsplit(' ').next().unwrap());
    client
        .get("/v1/databases/1/profiles")
        .problem(403, "missing_scope");
    let turn = block(&page, "while sleep 1");
    let turn = turn.replace("while sleep 1; do", "for turn in 1; do");
    run(folder, &turn);
}

#[test]
fn the_token_and_the_key_of_the_page_are_good_ones() {
    if lacks_program("openssl") {
        return;
    }
    let folder = State::new();
    let file = folder.file();
    let folder = file.parent().unwrap();
    let page = std::fs::read_to_string(root().join("deploy/README.md")).unwrap();
    run(folder, &block(&page, "> secrets-key"));
    let made = |name| std::fs::read_to_string(folder.join(name)).unwrap();
    let (token, key) = (made("token"), made("secrets-key"));
    let variables = [("admin_token", token.trim()), ("secrets_key", key.trim())];
    let server = Server::with(&State::new(), &variables);
    let api = server.client(token.trim());
    let db = api
        .post("/v1/databases", &json!({"name": "People"}))
        .ok(201);
    let hook = json!({"name": "Shop", "database_id": db["id"], "preset": "flat"});
    let made = api.post("/v1/hooks", &hook).ok(201);
    assert_eq!(made["secrets"].as_array().unwrap().len(), 1);
}

#[test]
fn a_backup_is_made_and_proved_as_the_page_says() {
    if lacks(Power::File) || lacks_program("curl") || lacks_program("sqlite3") {
        return;
    }
    let server = Server::start();
    let folder = State::new();
    let file = folder.file();
    let folder = file.parent().unwrap();
    let page = prepared(folder, &server);
    let db = Database::new(&server, "People", &[]);
    let news = json!({"name": "News", "databases": [db.id], "channels": ["email"]});
    let news = text(&db.api.post("/v1/resources", &news).ok(201)["id"]);
    let of = |status: &str| {
        json!({"email": "leo@example.org", "subscriptions": [{
            "resource_id": news, "channel": "email", "email": "leo@example.org", "status": status,
        }]})
    };
    let leo = db.import(&of("subscribed"));
    // Others write meanwhile.
    let busy = db.another();
    let writing = std::thread::spawn(move || {
        for n in 0..200 {
            busy.import(&json!({"email": format!("p{n}@example.org")}));
        }
    });
    let counts = run(folder, &block(&page, ".backup"));
    writing.join().unwrap();
    let counts: Vec<&str> = counts.lines().collect();
    assert_eq!(counts.len(), 3, "{counts:?}");
    assert_eq!((counts[1], counts[2]), ("ok", counts[0]));

    // Leo leaves after it.
    db.api
        .patch(&db.of(&leo), &json!({"data": of("unsubscribed")}))
        .ok(200);
    let state = State::new();
    std::fs::copy(folder.join("copy.db"), state.file()).unwrap();
    let restored = Server::on(&state);
    let back = db.through(restored.admin());
    assert_eq!(back.total().to_string(), counts[0]);
    let standing = |db: &Database| {
        let target = "/v1/standing?email=leo@example.org";
        db.api.get(target).ok(200)["items"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(standing(&back), 0);
    let script = block(&page, "/v1/standing/export");
    let script = script.replace("127.0.0.1:3001", &restored.address.to_string());
    let taken = run(folder, &script);
    assert!(taken.contains("\"unmapped\":0,\"failed\":0"), "{taken}");
    assert_eq!(standing(&back), 1);
}
