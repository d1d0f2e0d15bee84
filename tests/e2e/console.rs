//! The console in a real browser, on the built components: console/tests walks its journeys.

use crate::sources::variables as databases_of_others;
use crate::support::{ADMIN, BrowserTests, Server, State, root};
use crate::users::{PASSWORD, Visitor, token_of};
use serde_json::json;

/// The walks of the gate: the ways in, finding and mending, and the whole day. The others, of
/// each screen at every width, take minutes: `npm run test:browser` walks them all, and so does
/// this test where `ROSTER_CONSOLE_JOURNEYS` is set.
const WALKS: [&str; 9] = [
    "sign in:",
    "find: by keyboard",
    "home: the numbers",
    "a card: edit in place",
    "a card: a viewer",
    "mend: twelve rows",
    "audience: build",
    "passkeys:",
    "the day:",
];

#[test]
fn people_work_in_a_browser() {
    let Some(browser) = BrowserTests::of("console", "playwright-core") else {
        return;
    };
    let server = Server::with(&State::new(), &databases_of_others());
    for role in ["admin", "marketer", "agent", "viewer"] {
        let email = format!("{role}@example.com");
        Visitor::invited(&server, &json!({"email": email, "role": role}));
    }
    let new = json!({"email": "new@example.com", "role": "agent"});
    let made = server.admin().post("/v1/users", &new).ok(201);
    let base = format!("http://{}", server.address);
    let pictures = root().join("target/console");
    let variables = [
        ("CONSOLE_PATIENCE", "40000"),
        ("CONSOLE_LANES", "1"),
        ("ROSTER_API", &base),
        ("ROSTER_TOKEN", ADMIN),
        ("COUNT", "1500"),
        ("CONSOLE_URL", &base),
        ("CONSOLE_EMAIL", "admin@example.com"),
        ("CONSOLE_PASSWORD", PASSWORD),
        ("CONSOLE_VIEWER", "viewer@example.com"),
        ("CONSOLE_AGENT", "agent@example.com"),
        ("CONSOLE_INVITATION", &token_of(&made["invitation"])),
        ("CONSOLE_PICTURES", pictures.to_str().unwrap()),
    ];
    browser.run("dev/seed.mjs", &[], &variables);
    let all = std::env::var_os("ROSTER_CONSOLE_JOURNEYS").is_some();
    browser.run("tests/run.mjs", if all { &[] } else { &WALKS }, &variables);
}
