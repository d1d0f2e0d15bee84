//! `start` and `show` of a write: what watchers are asked to start, and ids in the answer.

use crate::support::{Store, at, kind, wrongs};
use roster_model::write::{Env, WorkingSet};
use serde_json::{Value, json};

fn write(email: &str, more: Value) -> Value {
    let mut request = json!({"data": {"email": email, "code": "A1"}});
    request
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    request
}

/// What watchers are asked to start after these writes, of which those that say so are taken
/// back: `about` of each.
fn asked(store: &Store, requests: &[(Value, bool)]) -> Vec<Value> {
    let mut working = WorkingSet::default();
    let mut next = 0;
    for (request, taken_back) in requests {
        let before = working.savepoint();
        if let Ok(command) = store.prepare(request) {
            let mut env = Env {
                now: at(1),
                actor: "t",
                interface: "api",
                origin: roster_model::Origin::Api,
                speaks_for_all: true,
                next_id: &mut || {
                    next += 1;
                    store.id(next)
                },
            };
            let _ = working.apply(&store.schema(), &command, &mut env);
        }
        if *taken_back {
            working.rollback_to(before);
        }
    }
    let changes = working.finish();
    assert!(!changes.is_empty() || changes.starts.is_empty());
    let starts = changes.starts.iter();
    let about = starts.map(|one| one.about.as_deref().cloned().unwrap_or_default());
    about.collect()
}

#[test]
fn each_write_that_is_done_asks_once() {
    let store = Store::new();
    let both = json!({"start": {"trigger_id": 17, "workflow_id": " w-1 "}});
    let one = json!({"start": {"trigger_id": "17", "workflow_id": null}});
    let refused = json!({"mode": "update", "start": {"trigger_id": "1"}});
    let found = asked(
        &store,
        &[
            (write("a@x.org", both), false),
            // Nothing of the profile changes.
            (write("a@x.org", one.clone()), false),
            (write("nobody@x.org", refused), false),
            (write("a@x.org", one), true),
            (write("a@x.org", json!({"start": null})), false),
        ],
    );
    assert_eq!(
        found,
        [
            json!({"start": {"trigger_id": "17", "workflow_id": "w-1"}}),
            json!({"start": {"trigger_id": "17"}}),
        ]
    );
}

#[test]
fn what_is_started_has_an_id_at_least() {
    let store = Store::new();
    for (odd, code, place) in [
        (json!("17"), "wrong_type", "/start"),
        (json!({}), "required", "/start"),
        (json!({"trigger_id": null}), "required", "/start"),
        (json!({"trigger_id": ""}), "required", "/start/trigger_id"),
        (
            json!({"trigger_id": 1.5}),
            "wrong_type",
            "/start/trigger_id",
        ),
        (
            json!({"workflow_id": [1]}),
            "wrong_type",
            "/start/workflow_id",
        ),
        (
            json!({"trigger_id": "x".repeat(101)}),
            "too_long",
            "/start/trigger_id",
        ),
        (
            json!({"trigger_id": "a\nb"}),
            "control_character",
            "/start/trigger_id",
        ),
        (
            json!({"mailing_id": 1}),
            "unknown_member",
            "/start/mailing_id",
        ),
    ] {
        let request = write("a@x.org", json!({"start": odd}));
        assert_eq!(
            wrongs(store.prepare(&request)),
            [(code, place.to_owned())],
            "{odd}"
        );
    }
}

#[test]
fn an_answer_has_the_ids_that_are_asked_for() {
    let mut store = Store::new();
    let shown = json!({"show": ["code", "tier", "code"]});
    for expected in ["created", "unchanged"] {
        let outcome = store.write(write("a@x.org", shown.clone()));
        assert_eq!(kind(&outcome), expected);
        let values = outcome.unwrap().shown.map(|values| Value::Object(*values));
        assert_eq!(values, Some(json!({"code": "A1"})));
    }
    assert!(
        store
            .write(write("a@x.org", json!({})))
            .unwrap()
            .shown
            .is_none()
    );
    for (odd, code, place) in [
        (json!("code"), "wrong_type", "/show"),
        (json!([1]), "wrong_type", "/show/0"),
        (json!(["nothing"]), "unknown_field", "/show/0"),
        (json!(["code", "meta"]), "not_matchable", "/show/1"),
        (json!(vec!["code"; 6]), "too_many", "/show"),
    ] {
        let request = write("a@x.org", json!({"show": odd}));
        assert_eq!(
            wrongs(store.prepare(&request)),
            [(code, place.to_owned())],
            "{odd}"
        );
    }
}
