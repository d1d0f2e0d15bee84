//! What is not taken: secrets that pose as sealed ones, and a variable that is no key.

use super::{HOOK_SECRET, Holders, server};
use crate::support::{Database, State, text};
use serde_json::{Value, json};

#[test]
fn nobody_brings_a_sealed_secret_in() {
    let holders = Holders::new(None);
    let sealed = "sealed:1:0123456789ab:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let api = &holders.api;
    let hook = format!("/v1/hooks/{}", holders.hook);
    let bearer = json!({"scheme": "bearer", "secret": sealed});
    let several = json!({"scheme": "bearer", "secrets": ["a-secret-of-its-own", sealed]});
    let new_hook = |verification: &Value| json!({"name": "x", "database_id": "1", "preset": "flat", "verification": verification});
    let source = |source: Value| json!({"name": "x", "plan": {"every_hours": 1}, "settings": {}, "source": source});
    let url = holders.peer.url("/");
    let with_secret = json!({"url": url, "auth": {"type": "bearer"}, "secret": sealed});
    let with_header = json!({"url": url, "headers": {"x-key": format!(" {sealed}")}});
    let key = json!({"name": "x", "algorithm": "HS256", "secret": sealed, "resource_id": "1"});
    let (post, patch) = ("POST", "PATCH");
    for (verb, path, body, place) in [
        (post, "/v1/hooks", new_hook(&bearer), "/verification/secret"),
        (
            post,
            "/v1/hooks",
            new_hook(&several),
            "/verification/secrets/1",
        ),
        (
            patch,
            &hook,
            json!({ "verification": bearer }),
            "/verification/secret",
        ),
        (
            post,
            &format!("{hook}/secrets"),
            json!({ "secret": sealed }),
            "/secret",
        ),
        (
            post,
            "/v1/databases/1/schedules",
            source(with_secret.clone()),
            "/source/secret",
        ),
        (
            post,
            "/v1/databases/1/schedules",
            source(with_header.clone()),
            "/source/headers/x-key",
        ),
        (
            patch,
            &holders.schedule,
            json!({ "source": with_header }),
            "/source/headers/x-key",
        ),
        (
            patch,
            &holders.schedule,
            json!({ "source": with_secret }),
            "/source/secret",
        ),
        (post, "/v1/databases/1/app-keys", key, "/secret"),
    ] {
        let refused = api
            .json(verb, path, &[], &body)
            .problem(400, "sealed_secret");
        let errors = refused["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{refused}");
        assert_eq!(errors[0]["pointer"], place, "{refused}");
        assert_eq!(errors[0]["code"], "sealed_secret", "{refused}");
        assert!(!refused.to_string().contains("AAAA"), "{refused}");
    }
    holders.work();
}

#[test]
fn a_variable_that_is_no_key_is_said_and_keeps_nothing_plain() {
    let server = server(&State::new(), Some("too short"));
    let db = Database::new(&server, "People", &[]);
    let hook = json!({"name": "x", "database_id": db.id, "preset": "flat",
        "verification": {"scheme": "standard", "secret": HOOK_SECRET}});
    let refused = db.api.post("/v1/hooks", &hook);
    let refused = refused.problem(503, "wrong_secrets_key");
    let detail = text(&refused["detail"]);
    assert!(detail.contains("openssl rand -hex 32"), "{detail}");
    let ticked = db.api.post("/v1/tick", &json!({})).ok(200);
    assert_eq!(ticked["wrong_settings"][0]["pointer"], "/secrets_key");
    // All else goes on.
    db.import(&json!({"email": "ann@example.org"}));
    assert_eq!(db.total(), 1);
    assert_eq!(db.api.get("/v1/hooks").ok(200)["items"], json!([]));
}
