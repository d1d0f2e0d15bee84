//! What holds for every input: nothing panics, nothing forged is accepted,
//! nothing secret is shown.

use crate::support::{answers, apply, scheme, seconds};
use proptest::prelude::*;
use roster_webhook::presets::ALL;
use roster_webhook::{Mapping, Scheme, Secret, payload, sign};
use serde_json::{Map, Value, json};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9.:TZ+-]{0,20}".prop_map(Value::from),
        "/[a-z/~01]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// Names that definitions and payloads have, and others.
fn name() -> impl Strategy<Value = String> {
    let known = [
        "type",
        "traits",
        "email",
        "data",
        "object",
        "fields",
        "from",
        "find",
        "then",
        "value",
        "join",
        "with",
        "transform",
        "lookup",
        "default",
        "action",
        "condition",
        "all",
        "any",
        "not",
        "pointer",
        "header",
        "is",
        "exists",
        "subscriptions",
        "resource_id",
        "channel",
        "form_response",
        "answers",
        "hidden",
        "created",
        "id",
        "at",
        "*",
        "a",
    ];
    prop_oneof![
        4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ]
}

/// A mapping that uses all there is.
fn everything() -> Mapping {
    let definition = json!({
        "matched_by": {"email": "/email"}, "id": "/id", "at": "/at",
        "fields": {
            "*": "/data",
            "a": {"from": ["/a", "/data/email"], "transform": ["trim", "split", "lower", "first"], "null": "clear"},
            "b": {"from": "/a", "transform": "number", "action": "incr"},
            "c": {"from": "/a", "transform": "date"},
            "d": {"from": "/a", "transform": {"date": "unix"}},
            "e": {"from": "/a", "transform": {"date": "%d.%m.%Y"}, "invalid": "skip"},
            "f": {"from": "/a", "transform": ["text", "boolean"], "default": 1},
            "g": {"join": ["/a", "/type"], "with": "/"},
            "h": {"from": "/answers", "find": {"/type": ["a", 1, null]}, "then": "/email"},
            "i": {"from": "", "lookup": {"a": 1}},
        },
        "subscriptions": [{"resource_id": "1", "channel": "email", "email": "/email",
            "cats": {"from": "/a", "action": "add"}, "priority": {"from": "/a", "transform": "number"},
            "condition": {"any": [{"pointer": "/type", "starts_with": "a"}, {"not": {"pointer": "/a", "is": 1}}]}}],
    });
    Mapping::parse(&definition).unwrap()
}

proptest! {
    #[test]
    fn mappings_take_any_payload(given in any_json(), header in proptest::option::of("\\PC{0,20}")) {
        let headers = |_: &str| header.as_deref();
        let presets = ALL.iter().map(|preset| Mapping::parse(&preset.definition()).unwrap());
        for mapping in presets.chain([everything()]) {
            if let Err(wrong) = apply(&mapping, &given, &headers) {
                prop_assert!(!wrong.is_empty());
                for w in wrong {
                    prop_assert!(["/data", "/id", "/at", "/email"].iter().any(|p| w.pointer.starts_with(p)));
                }
            }
        }
    }

    #[test]
    fn definitions_are_read_or_refused_with_reasons(given in any_json(), rule in any_json()) {
        for definition in [given.clone(), json!({"fields": {"f": rule}}), json!({"condition": rule, "fields": "*"}), json!({"subscriptions": [rule]})] {
            match Mapping::parse(&definition) {
                Ok(mapping) => drop(apply(&mapping, &given, &|_| None)),
                Err(wrong) => prop_assert!(!wrong.is_empty()),
            }
        }
        prop_assert!(Scheme::parse(&given).is_err());
    }

    #[test]
    fn bodies_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200), text in "[a-c=&+%0-9\\[\\]]{0,60}") {
        for media_type in ["application/json", "application/x-www-form-urlencoded"] {
            let _ = payload::read(&body, Some(media_type));
            if let Ok(form) = payload::read(text.as_bytes(), Some(media_type)) && media_type.ends_with("urlencoded") {
                prop_assert!(form.is_object());
            }
        }
    }

    #[test]
    fn forged_deliveries_are_never_accepted(
        value in prop_oneof!["\\PC{0,60}", "(t=[0-9]{1,12},)?v1[=,][0-9a-f]{0,64}", "sha256=[0-9a-zA-Z+/]{43}=", "Bearer [ -~]{0,20}"],
        body in "\\PC{0,40}",
    ) {
        for definition in [
            json!({"scheme": "standard"}), json!({"scheme": "stripe"}), json!({"scheme": "shopify"}),
            json!({"scheme": "github"}), json!({"scheme": "typeform"}), json!({"scheme": "bearer"}),
            json!({"scheme": "hmac", "header": "x-a", "algorithm": "sha1", "encoding": "base64"}),
            json!({"scheme": "bearer", "header": "x-a"}),
        ] {
            let scheme = scheme(&definition);
            let secrets = [scheme.secret(SECRET).unwrap()];
            // The same for every header that is asked for, or a fitting time.
            let same = |_: &str| Some(&*value);
            let timed = |name: &str| Some(if name.ends_with("timestamp") { "0" } else { &*value });
            prop_assert!(scheme.check(&same, body.as_bytes(), &secrets, seconds(0)).is_err());
            prop_assert!(scheme.check(&timed, body.as_bytes(), &secrets, seconds(0)).is_err());
            prop_assert!(scheme.check(&|_| None, body.as_bytes(), &secrets, seconds(0)).is_err());
        }
    }

    #[test]
    fn what_we_sign_is_accepted_until_a_byte_changes(
        key in prop::collection::vec(any::<u8>(), 24..=64),
        body in prop::collection::vec(any::<u8>(), 1..100),
        at in 0i64..4_000_000_000, place in any::<prop::sample::Index>(), flip in 1u8..=255,
    ) {
        let secrets = [Secret::from_bytes(&key).unwrap()];
        let signed = sign("msg_1", seconds(at), &body, &secrets).unwrap();
        let headers = signed.headers();
        let scheme = scheme(&json!({"scheme": "standard"}));
        let check = |body: &[u8]| scheme.check(&answers(&headers), body, &secrets, seconds(at));
        prop_assert_eq!(check(&body).unwrap().at, Some(seconds(at)));
        let mut changed = body.clone();
        changed[place.index(body.len())] ^= flip;
        prop_assert_eq!(check(&changed).unwrap_err().code.as_str(), "signature_wrong");
    }

    #[test]
    fn masks_hide_every_secret(secret in "[!-~]{8,40}", name in "[a-zA-Z-]{1,20}", around in "[ -~]{0,10}") {
        let scheme = scheme(&json!({"scheme": "bearer", "header": "x-door"}));
        let secrets = [Secret::text(&secret).unwrap()];
        let value = format!("{around}{secret}{around}");
        prop_assert!(!scheme.mask(&name, &value, &secrets).contains(&secret));
        let shown = format!("{secrets:?}");
        prop_assert!(!shown.contains(&secret));
        let refusal = scheme.check(&|_| Some(&*value), b"", &[Secret::text("another secret").unwrap()], seconds(0));
        prop_assert!(!refusal.unwrap_err().detail.contains(&secret));
    }
}
