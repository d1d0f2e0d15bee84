//! The pages in a real browser, with and without scripts: tests/browser does it,
//! against a server of this test.

use super::{World, path};
use crate::support::{root, text};
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// Runs the checks of tests/browser where a browser and Node.js are there, which
/// `.ci/run` sees to.
#[test]
fn people_confirm_and_manage_in_a_browser() {
    let folder = root().join("tests/browser");
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    if !Path::new(&browser).exists() || !folder.join("node_modules/axe-core").exists() {
        assert!(
            std::env::var_os("ROSTER_BROWSER_TESTS").is_none(),
            "there must be a browser at {browser}, and `npm ci` must have run in tests/browser"
        );
        eprintln!("skipped: no browser at {browser}, or no `npm ci` in tests/browser");
        return;
    }
    let world = World::new(true);
    let port = world.server.address.port();
    // One for each way through: with scripts and without.
    let people: Vec<serde_json::Value> = [("with", "127.0.0.1"), ("without", "roster.test")]
        .iter()
        .map(|(name, host)| {
            let email = format!("{name}@example.org");
            let id = world.subscribe(&email, json!({"cats": ["news"]}));
            let confirm = world.confirmation();
            let links = world.links(&id);
            json!({
                "base": format!("http://{host}:{port}"),
                "id": id,
                "confirm": confirm,
                "manage": path(&text(&links["manage"])),
                "unsubscribe": path(&text(&links["unsubscribe"])),
            })
        })
        .collect();
    let form = json!({"database_id": world.db.id, "name": "Page", "resource_id": world.resource,
        "fields": ["_fname"], "consent": "Yes.", "minimum_seconds": 0,
        "origins": ["https://shop.example"]});
    let form = world.db.api.post("/v1/forms", &form).ok(201);
    let shots = root().join("target/browser");
    std::fs::create_dir_all(&shots).unwrap();
    let plan = json!({"people": people, "form": form["url"], "shots": shots});
    let done = Command::new("node")
        .arg("journey.mjs")
        .arg(plan.to_string())
        .current_dir(&folder)
        .output()
        .expect("node runs");
    assert!(
        done.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    for person in &people {
        let id = text(&person["id"]);
        let profile = world.db.profile(&id);
        assert_eq!(
            profile["subscriptions"][0]["status"], "unsubscribed",
            "{profile}"
        );
        assert_eq!(profile["data"]["_fname"], "Grace", "{profile}");
    }
}
