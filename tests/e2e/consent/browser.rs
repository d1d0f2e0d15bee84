//! The pages in a real browser, with and without scripts: tests/browser does it,
//! against a server of this test.

use super::{World, path};
use crate::support::{BrowserTests, root, text};
use serde_json::json;

#[test]
fn people_confirm_and_manage_in_a_browser() {
    let Some(browser) = BrowserTests::of("tests/browser", "axe-core") else {
        return;
    };
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
    browser.run("journey.mjs", &[&plan.to_string()], &[]);
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
