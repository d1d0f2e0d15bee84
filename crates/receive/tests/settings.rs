//! What people may choose for a webhook, and what is said about it.

use roster_model::{DatabaseId, Invalid};
use roster_receive::{HookSettings, NewHook};
use serde_json::{Value, json};

fn made(body: &Value) -> NewHook {
    HookSettings::create(body).unwrap()
}

fn codes(wrong: &[Invalid]) -> Vec<String> {
    let codes = wrong.iter();
    codes
        .map(|one| format!("{} {}", one.pointer, one.code.as_str()))
        .collect()
}

#[test]
fn a_preset_brings_its_scheme_and_can_be_changed() {
    let body = json!({
        "name": " Billing ", "database_id": 7, "preset": "stripe",
        "mapping": {"fields": {"_city": null, "_vendor": {"value": "stripe"}}},
    });
    let NewHook {
        settings,
        database,
        secrets,
    } = made(&body);
    assert_eq!((database.get(), secrets.len()), (7, 0));
    assert_eq!(
        (&*settings.name, settings.enabled, settings.scheme.name()),
        ("Billing", true, "stripe")
    );
    let fields: Vec<&str> = settings.mapping.fields().collect();
    assert!(fields.contains(&"_vendor") && !fields.contains(&"_city"));
    let stored = HookSettings::stored("Billing", &settings.definition());
    assert_eq!(stored, Some(settings));
    assert_eq!(HookSettings::stored("x", &json!({})), None);
}

#[test]
fn secrets_are_read_and_stand_in_no_definition() {
    let body = |verification: Value| {
        json!({
            "name": "x", "database_id": 1, "preset": "flat", "verification": verification,
        })
    };
    let secrets = json!(["secret-1", "secret-2"]);
    let new = made(&body(json!({"scheme": "bearer", "secrets": secrets})));
    assert_eq!(new.secrets.len(), 2);
    let definition = new.settings.definition().to_string();
    assert!(!definition.contains("secret"), "{definition}");
    for (verification, wrong) in [
        (
            json!({"scheme": "none", "secret": "secret-1"}),
            "/verification/secret not_supported",
        ),
        (
            json!({"scheme": "bearer", "secrets": ["secret-1", 5]}),
            "/verification/secrets/1 wrong_type",
        ),
        (
            json!({"scheme": "bearer", "secrets": []}),
            "/verification/secrets too_many",
        ),
        (
            json!({"scheme": "standard", "secret": "whsec_short"}),
            "/verification/secret invalid_secret",
        ),
        (
            json!({"scheme": "magic"}),
            "/verification/scheme invalid_scheme",
        ),
    ] {
        let refused = HookSettings::create(&body(verification)).unwrap_err();
        assert_eq!(codes(&refused), [wrong]);
    }
}

#[test]
fn what_must_be_there_is_asked_for() {
    let refused = HookSettings::create(&json!({})).unwrap_err();
    assert_eq!(
        codes(&refused),
        [
            "/name required",
            "/database_id required",
            "/mapping required",
            "/verification required"
        ]
    );
    let broken = json!({
        "name": "x", "database_id": 1, "preset": "flat", "mapping": {"fields": 5},
    });
    let refused = HookSettings::create(&broken).unwrap_err();
    assert!(codes(&refused)[0].starts_with("/mapping/fields"));
}

#[test]
fn a_patch_changes_what_it_names() {
    let before = made(&json!({
        "name": "x", "database_id": 1, "verification": {"scheme": "none"},
        "mapping": {"fields": {"email": "/email", "_city": "/city"}},
    }))
    .settings;
    let database = DatabaseId::new(1).unwrap();
    let patch = |body: Value| before.patch(&body, database);
    assert_eq!(patch(json!({})).unwrap().0, before);
    let (after, secrets) = patch(json!({
        "enabled": false, "mapping": {"fields": {"_city": null}},
    }))
    .unwrap();
    assert!(!after.enabled && secrets.is_none());
    assert_eq!(after.mapping.fields().collect::<Vec<_>>(), ["email"]);
    let (after, _) = patch(json!({"preset": "flat"})).unwrap();
    assert_eq!((after.preset, after.scheme.name()), (Some("flat"), "none"));
    let (after, secrets) = patch(json!({
        "verification": {"scheme": "bearer", "secret": "secret-1"},
    }))
    .unwrap();
    assert_eq!((after.scheme.name(), secrets.unwrap().len()), ("bearer", 1));
    for (body, wrong) in [
        (json!({"name": null}), "/name required"),
        (json!({"mapping": null}), "/mapping required"),
        (json!({"verification": null}), "/verification required"),
        (json!({"database_id": "2"}), "/database_id read_only"),
        (json!({"nothing": 1}), "/nothing unknown_field"),
    ] {
        assert_eq!(codes(&patch(body).unwrap_err()), [wrong]);
    }
}
