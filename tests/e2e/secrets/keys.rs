//! One key, none, another, and two.

use super::{HOOK_SECRET, Holders};
use crate::support::{Power, lacks, text};
use roster_seal::Keyring;
use serde_json::{Value, json};
use std::time::Duration;

const OLD: &str = "the old key of these tests with 32 characters or more";
const NEW: &str = "the new key of these tests with 32 characters or more";

/// What is stored that isn't sealed with a key.
fn not_sealed_with(holders: &Holders, key: &str) -> Vec<String> {
    let mark = Keyring::parse(key).unwrap().mark().unwrap();
    let mut stored = holders.stored();
    assert_eq!(stored.len(), 5, "{stored:?}");
    stored.retain(|text| !text.starts_with(&mark));
    stored
}

/// As if the time of everything that waits had come.
fn make_due(holders: &Holders) {
    let store = rusqlite::Connection::open(holders.server.state.file()).unwrap();
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    let due = "UPDATE outbox SET due_at = created_at, leased_until = 0 WHERE state = 'queued'";
    store.execute(due, []).unwrap();
    store.execute("DELETE FROM lane_pauses", []).unwrap();
}

/// What a message to the watcher says that can't be signed.
fn assert_waits(message: &Value) {
    assert_eq!(message["state"], "queued", "{message}");
    let detail = text(&message["detail"]);
    assert!(detail.starts_with("secret_unreadable"), "{detail}");
}

#[test]
fn a_copy_of_the_store_has_no_secret_and_all_of_them_work() {
    if lacks(Power::Runner) {
        return;
    }
    let holders = Holders::new(None);
    holders.work();
    // The server made a key of its own, for its owner alone, and not in the database.
    let file = holders.server.state.file().with_file_name("secrets_key");
    let key = std::fs::read_to_string(&file).unwrap();
    let key = key.trim();
    assert_eq!(not_sealed_with(&holders, key), [""; 0]);
    assert_eq!(holders.found_in(&holders.files()), [""; 0]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // It is kept, and the same after a restart.
    let key = key.to_owned();
    let holders = holders.restarted(None);
    holders.work();
    assert_eq!(not_sealed_with(&holders, &key), [""; 0]);
    assert_eq!(holders.found_in(&holders.files()), [""; 0]);
}

#[test]
fn an_older_store_is_sealed_by_a_tick_and_goes_on() {
    if lacks(Power::File) {
        return;
    }
    let holders = Holders::new(Some(""));
    holders.work();
    // So they would be found if they were there.
    assert_eq!(holders.found_in(&holders.files()), holders.secrets());
    let path = format!("/v1/hooks/{}", holders.hook);
    let before = holders.api.get(&path).ok(200);
    let schedule = holders.api.get(&holders.schedule).ok(200);

    let holders = holders.restarted(Some(NEW));
    holders.tick();
    assert_eq!(not_sealed_with(&holders, NEW), [""; 0]);
    holders.work();
    // Nobody changed anything.
    assert_eq!(holders.api.get(&path).ok(200), before);
    assert_eq!(holders.api.get(&holders.schedule).ok(200), schedule);
    // What was there before goes with the pages that it was in, at the latest with a copy.
    let copy = holders.server.state.file().with_file_name("copy.db");
    let store = rusqlite::Connection::open(holders.server.state.file()).unwrap();
    let name = copy.to_str().unwrap();
    store.execute("VACUUM INTO ?1", [name]).unwrap();
    assert_eq!(holders.found_in(&[copy]), [""; 0]);
}

#[test]
fn what_is_sealed_with_another_key_says_so_and_holds_up_nothing_else() {
    if lacks(Power::File) {
        return;
    }
    let mut holders = Holders::new(Some(OLD));
    holders.work();
    for key in ["", NEW] {
        holders = holders.restarted(Some(key));
        // Its sender keeps it: it is not forged, as far as is known.
        let refused = holders.deliver(HOOK_SECRET);
        assert!(refused.header("retry-after").is_some());
        let refused = refused.problem(503, "secret_unreadable");
        // Those outside learn nothing of keys.
        assert!(
            !text(&refused["detail"]).contains("secrets_key"),
            "{refused}"
        );
        let run = holders.run();
        assert_eq!(run["state"], "failed", "{run}");
        let error = &run["errors"][0];
        assert_eq!(error["code"], "secret_unreadable", "{run}");
        assert!(text(&error["detail"]).contains("secrets_key"), "{run}");
        holders.peer.got();
        assert_waits(&holders.notify());
        assert!(holders.peer.got().is_empty());
        assert_eq!(holders.app(), 503);
        let path = format!("/v1/hooks/{}", holders.hook);
        let shown = holders.api.get(&path).ok(200);
        assert_eq!(shown["secrets"][0]["ends_with"], Value::Null);
        let shown = holders.api.get(&holders.schedule).ok(200);
        assert_eq!(shown["source"]["secret_set"], true);
        // What was given to it stays in the store as it is.
        holders.tick();
        assert_eq!(not_sealed_with(&holders, OLD), [""; 0]);
        // Other webhooks go on.
        let other = json!({"name": format!("other {key}"), "database_id": "1", "preset": "flat",
            "verification": {"scheme": "bearer", "secret": "a-secret-of-its-own"}});
        let other = text(&holders.api.post("/v1/hooks", &other).ok(201)["id"]);
        let headers = [
            ("content-type", "application/json"),
            ("authorization", "Bearer a-secret-of-its-own"),
        ];
        let body = r#"{"email": "other@example.org"}"#;
        let other = format!("/hooks/{other}");
        let client = holders.server.anonymous();
        client.send("POST", &other, &headers, body).ok(200);
        let wrong = [headers[0], ("authorization", "Bearer another-one")];
        let wrong = client.send("POST", &other, &wrong, body);
        wrong.problem(401, "not_genuine");
        let other = format!("/v1{other}");
        holders.api.delete(&other).ok(200);
    }
    // The key is set again: all of it goes on, also what waited.
    let holders = holders.restarted(Some(OLD));
    make_due(&holders);
    holders.work();
    let waiting = holders.api.get("/v1/outbox?state=queued").ok(200);
    assert_eq!(waiting["items"], json!([]));
}

#[test]
fn a_secret_that_is_given_again_takes_the_place_of_a_lost_one() {
    let holders = Holders::new(Some(OLD)).restarted(Some(NEW));
    let another = "whsec_YW5vdGhlci1zZWNyZXQtb2YtdGhlLXRlc3Rz";
    let secrets = format!("/v1/hooks/{}/secrets", holders.hook);
    let added = json!({"secret": another, "keep_hours": 0});
    let shown = holders.api.post(&secrets, &added).ok(201);
    assert_eq!(shown["secrets"].as_array().unwrap().len(), 1, "{shown}");
    holders.deliver(another).ok(200);
    holders.deliver(HOOK_SECRET).problem(401, "not_genuine");
    let source = json!({"source": {"secret": super::SOURCE_SECRET,
        "headers": {"x-key": super::HEADER_SECRET}}});
    let changed = holders.api.patch(&holders.schedule, &source).ok(200);
    assert_eq!(changed["revision"], 2);
    assert_eq!(holders.run()["state"], "completed");
    // The same once more changes nothing, sealed as it is.
    let again = holders.api.patch(&holders.schedule, &source).ok(200);
    assert_eq!(again["revision"], 2);
    // One of a watcher's two is enough.
    let made = holders
        .api
        .post(&format!("{}/secrets", holders.watcher), &json!({}));
    let holders = Holders {
        watcher_secret: text(&made.ok(201)["secret"]),
        ..holders
    };
    holders.peer.got();
    assert_eq!(holders.notify()["state"], "sent");
    assert!(holders.is_signed());
}

#[test]
fn a_key_takes_the_place_of_another() {
    if lacks(Power::File) {
        return;
    }
    let holders = Holders::new(Some(OLD));
    let holders = holders.restarted(Some(&format!("{NEW}, {OLD}")));
    assert_eq!(not_sealed_with(&holders, OLD), [""; 0]);
    holders.work();
    // Ticks have sealed all of it with the new one, so the old one may go.
    assert_eq!(not_sealed_with(&holders, NEW), [""; 0]);
    let holders = holders.restarted(Some(NEW));
    holders.work();
    let log = holders.server.log().join("\n");
    for key in [OLD, NEW] {
        assert!(!log.contains(key), "{log}");
    }
}
