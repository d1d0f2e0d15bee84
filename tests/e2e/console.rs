//! The console in a real browser, on the built components: console/tests walks its journeys.

use crate::support::{ADMIN, Client, Server, root, text};
use serde_json::json;
use std::path::Path;
use std::process::Command;

const PASSWORD: &str = "correct horse battery";

/// An invitation's token, for somebody who may do what a role may.
fn invited(api: &Client, role: &str, email: &str) -> String {
    let name = format!("{role} of the journeys");
    let body = json!({"email": email, "name": name, "role": role});
    let made = api.post("/v1/users", &body).ok(201);
    let link = text(&made["invitation"]["link"]);
    link.split_once('#').unwrap().1.to_owned()
}

/// Somebody who can sign in.
fn user(server: &Server, role: &str, email: &str) {
    let token = invited(&server.admin(), role, email);
    let body = json!({"token": token, "name": role, "password": PASSWORD, "language": "en"});
    let headers = [
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    server
        .anonymous()
        .send("POST", "/v1/invitation/accept", &headers, &body.to_string())
        .ok(201);
}

/// The walks of the gate: the ways in, finding and mending, and the whole day. The others, of
/// each screen at every width, take minutes: `npm run test:browser` walks them all, and so does
/// this test where `ROSTER_CONSOLE_JOURNEYS` is set.
const WALKS: [&str; 8] = [
    "sign in:",
    "find: by keyboard",
    "home: the numbers",
    "a card: edit in place",
    "a card: a viewer",
    "mend: twelve rows",
    "audience: build",
    "the day:",
];

/// Walks the journeys where a browser and Node.js are there, which `.ci/run` sees to.
#[test]
fn people_work_in_a_browser() {
    let folder = root().join("console");
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !Path::new(&browser).exists() || !folder.join("node_modules/playwright-core").exists() {
        assert!(
            std::env::var_os("ROSTER_BROWSER_TESTS").is_none(),
            "there must be a browser at {browser}, and `npm ci` must have run in console"
        );
        eprintln!("skipped: no browser at {browser}, or no `npm ci` in console");
        return;
    }
    let server = Server::start();
    for role in ["admin", "marketer", "agent", "viewer"] {
        user(&server, role, &format!("{role}@example.com"));
    }
    let invitation = invited(&server.admin(), "agent", "new@example.com");
    let base = format!("http://{}", server.address);
    let node = |script: &str, arguments: &[&str]| {
        let done = Command::new("node")
            .arg(script)
            .args(arguments)
            .env("CONSOLE_PATIENCE", "40000")
            .env("CONSOLE_LANES", "1")
            .env("ROSTER_API", &base)
            .env("ROSTER_TOKEN", ADMIN)
            .env("COUNT", "1500")
            .env("CONSOLE_URL", &base)
            .env("CONSOLE_EMAIL", "admin@example.com")
            .env("CONSOLE_PASSWORD", PASSWORD)
            .env("CONSOLE_VIEWER", "viewer@example.com")
            .env("CONSOLE_AGENT", "agent@example.com")
            .env("CONSOLE_INVITATION", &invitation)
            .env("CONSOLE_PICTURES", root().join("target/console"))
            .current_dir(&folder)
            .output()
            .expect("node runs");
        assert!(
            done.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
    };
    node("dev/seed.mjs", &[]);
    let all = std::env::var_os("ROSTER_CONSOLE_JOURNEYS").is_some();
    node("tests/run.mjs", if all { &[] } else { &WALKS });
}
