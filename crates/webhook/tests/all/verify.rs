//! Which deliveries are accepted, and which are refused with what code.

use crate::support::{Sent, check};
use roster_webhook::{MASK, Scheme, Secret, masked_headers};
use serde_json::{Value, json};

const STANDARD: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const SENT: i64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn standard(
    secrets: &[&str],
    signature: &str,
    body: &str,
    now: i64,
) -> Result<String, &'static str> {
    let headers: Sent = &[
        ("Webhook-Id", ID),
        ("Webhook-Timestamp", "1614265330"),
        ("Webhook-Signature", signature),
    ];
    let verified = check(&json!({"scheme": "standard"}), secrets, headers, body, now);
    verified
        .map(|v| v.id.unwrap())
        .map_err(|refusal| refusal.code.as_str())
}

#[test]
fn the_vector_of_standard_webhooks_is_accepted() {
    assert_eq!(standard(&[STANDARD], SIGNATURE, BODY, SENT), Ok(ID.into()));
    let without_prefix = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    assert_eq!(
        standard(&[without_prefix], SIGNATURE, BODY, SENT),
        Ok(ID.into())
    );
    let svix: Sent = &[
        ("svix-id", ID),
        ("svix-timestamp", "1614265330"),
        ("svix-signature", SIGNATURE),
    ];
    let verified = check(
        &json!({"scheme": "standard"}),
        &[STANDARD],
        svix,
        BODY,
        SENT,
    )
    .unwrap();
    assert_eq!(verified.at.unwrap().to_string(), "2021-02-25T15:02:10.000Z");
}

#[test]
fn one_of_several_signatures_and_of_several_secrets_is_enough() {
    let several = format!("v1,AAAA v1a,{} v2,xx {SIGNATURE} v1,BBBB", "A".repeat(44));
    assert!(standard(&[OTHER, STANDARD], &several, BODY, SENT).is_ok());
    assert_eq!(
        standard(&[OTHER], &several, BODY, SENT),
        Err("signature_wrong")
    );
}

#[test]
fn what_is_tampered_with_or_out_of_time_is_refused() {
    let refused = |signature, body, now| standard(&[STANDARD], signature, body, now).unwrap_err();
    assert_eq!(
        refused(SIGNATURE, r#"{"test": 2432232315}"#, SENT),
        "signature_wrong"
    );
    let other = "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(refused(other, BODY, SENT), "signature_wrong");
    let cut = "v1,g0hM9SsE+OTPJTGt/tmIKg==";
    assert_eq!(refused(cut, BODY, SENT), "signature_wrong");
    assert_eq!(refused("v1,", BODY, SENT), "signature_wrong");
    assert_eq!(refused("v1,!!", BODY, SENT), "signature_malformed");
    assert_eq!(refused("", BODY, SENT), "signature_malformed");
    assert_eq!(refused(SIGNATURE, BODY, SENT + 301), "timestamp_too_old");
    assert_eq!(refused(SIGNATURE, BODY, SENT - 301), "timestamp_too_new");
    // Anyone who has no secret does not learn that it would be late.
    assert_eq!(refused(other, BODY, SENT + 301), "signature_wrong");
    assert!(standard(&[STANDARD], SIGNATURE, BODY, SENT + 300).is_ok());
    assert!(standard(&[STANDARD], SIGNATURE, BODY, SENT - 300).is_ok());
    assert_eq!(standard(&[], SIGNATURE, BODY, SENT), Err("no_secret"));
}

#[test]
fn headers_of_two_families_are_not_mixed() {
    let mixed: Sent = &[
        ("webhook-id", ID),
        ("svix-timestamp", "1614265330"),
        ("svix-signature", SIGNATURE),
    ];
    let refusal = check(
        &json!({"scheme": "standard"}),
        &[STANDARD],
        mixed,
        BODY,
        SENT,
    );
    assert_eq!(refusal.unwrap_err().code.as_str(), "signature_missing");
}

const STRIPE_BODY: &str = r#"{"id":"evt_test_webhook","object":"event"}"#;
const V1: &str = "88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a";

fn stripe(header: &str, now: i64) -> Result<Option<String>, &'static str> {
    let definition = json!({"scheme": "stripe", "tolerance_seconds": 60});
    let headers: Sent = &[("Stripe-Signature", header)];
    let verified = check(
        &definition,
        &["whsec_test_secret"],
        headers,
        STRIPE_BODY,
        now,
    );
    verified
        .map(|v| v.id)
        .map_err(|refusal| refusal.code.as_str())
}

#[test]
fn stripe_signs_time_and_body() {
    const AT: i64 = 1_492_774_577;
    let id = Ok(Some("evt_test_webhook".to_owned()));
    assert_eq!(stripe(&format!("t=1492774577,v1={V1}"), AT + 60), id);
    // During a rotation there is a signature for each secret.
    let rotated = format!("t=1492774577, v1={}, v1={V1}, v0=6ffb", "be".repeat(32));
    assert_eq!(stripe(&rotated, AT), id);
    assert_eq!(
        stripe(&format!("t=1492774577,v1={V1}"), AT + 61),
        Err("timestamp_too_old")
    );
    assert_eq!(
        stripe(&format!("t=1492774577,v1={V1}"), AT - 61),
        Err("timestamp_too_new")
    );
    assert_eq!(
        stripe(&format!("t=1492774578,v1={V1}"), AT),
        Err("signature_wrong")
    );
    // Version 0 is for tests.
    assert_eq!(
        stripe(&format!("t=1492774577,v0={V1}"), AT),
        Err("signature_malformed")
    );
    let two_times = format!("t=1492774577,t=1492774999,v1={V1}");
    assert_eq!(stripe(&two_times, AT), Err("signature_malformed"));
    assert_eq!(stripe(V1, AT), Err("signature_malformed"));
}

#[test]
fn shopify_signs_the_body_and_says_the_rest_in_headers() {
    let body = r#"{"id":706405506930370084,"email":"bob@biller.com"}"#;
    let headers: Sent = &[
        ("X-Shopify-Topic", "customers/create"),
        (
            "X-Shopify-Hmac-Sha256",
            "YSqwffgGydZU7cE5YCHu+vq1/Gsyo4/nilS0hJ2ZezY=",
        ),
        (
            "X-Shopify-Webhook-Id",
            "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        ),
        ("X-Shopify-Triggered-At", "2023-03-29T18:00:27.877041743Z"),
    ];
    let definition = json!({"scheme": "shopify"});
    let verified = check(&definition, &["hush-hush-hush"], headers, body, 0).unwrap();
    let id = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043";
    assert_eq!(verified.id.as_deref(), Some(id));
    assert_eq!(verified.at.unwrap().to_string(), "2023-03-29T18:00:27.877Z");
    let refusal = check(&definition, &["hush-hush-hush"], headers, "{}", 0).unwrap_err();
    assert_eq!(refusal.code.as_str(), "signature_wrong");
}

const HELLO: &str = "Hello, World!";
const EVERYBODY: &str = "It's a Secret to Everybody";
const SHA256: &str = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn the_example_of_github_is_accepted() {
    let signature = format!("sha256={SHA256}");
    let delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
    let headers: Sent = &[
        ("X-Hub-Signature-256", &signature),
        ("X-GitHub-Delivery", delivery),
    ];
    let definition = json!({"scheme": "github"});
    let verified = check(&definition, &[EVERYBODY], headers, HELLO, 0).unwrap();
    assert_eq!(verified.id.as_deref(), Some(delivery));
    let code = |headers: Sent| {
        check(&definition, &[EVERYBODY], headers, HELLO, 0)
            .unwrap_err()
            .code
            .as_str()
    };
    assert_eq!(
        code(&[("X-Hub-Signature-256", SHA256)]),
        "signature_malformed"
    );
    assert_eq!(
        code(&[("X-Hub-Signature-256", "sha256=")]),
        "signature_malformed"
    );
    assert_eq!(
        code(&[("X-Hub-Signature", "sha1=01dc10d0")]),
        "signature_missing"
    );
}

#[test]
fn typeform_signs_the_body_in_base64() {
    let body = r#"{"event_id":"LtWXD3crgy","event_type":"form_response"}"#;
    let headers: Sent = &[(
        "Typeform-Signature",
        "sha256=CgWtzzBielMaYeVy5C9WdYgCzyhHwZUU+rUJP4Xnvpw=",
    )];
    let verified = check(
        &json!({"scheme": "typeform"}),
        &["abc123456"],
        headers,
        body,
        0,
    );
    assert_eq!(verified.unwrap().id.as_deref(), Some("LtWXD3crgy"));
}

#[test]
fn other_codes_of_the_body_are_described() {
    let sha1 = "AdwQ0Mg+cu0kYhnN2RZpZn/iylk=";
    let sha512 = "11ED355A617E98134E842012A7944CCF59C10256CB182357BD7E3A42013FF07C376F8C14CF5CC1923DA20B51D64256B2FB8EBBF100AA67A61326F61FEA8111BC";
    for (definition, given) in [
        (
            json!({"scheme": "hmac", "header": "X-Sign"}),
            SHA256.to_owned(),
        ),
        (
            json!({"scheme": "hmac", "header": "x-sign", "algorithm": "sha1", "encoding": "base64"}),
            sha1.to_owned(),
        ),
        (
            json!({"scheme": "hmac", "header": "X-Sign", "algorithm": "sha512", "prefix": "v=", "encoding": "hex"}),
            format!("v={sha512}"),
        ),
    ] {
        let headers: Sent = &[("x-sign", &given)];
        let verified = check(&definition, &[EVERYBODY], headers, HELLO, 0);
        assert!(verified.is_ok(), "{definition}");
        let wrong = check(&definition, &["another secret"], headers, HELLO, 0);
        assert_eq!(wrong.unwrap_err().code.as_str(), "signature_wrong");
    }
}

#[test]
fn a_bearer_shows_the_secret() {
    let code = |definition: Value, headers: Sent| {
        let verified = check(&definition, &["old-token", "new-token"], headers, "", 0);
        verified.err().map(|refusal| refusal.code.as_str())
    };
    let bearer = || json!({"scheme": "bearer"});
    assert_eq!(
        code(bearer(), &[("Authorization", "Bearer new-token")]),
        None
    );
    assert_eq!(
        code(bearer(), &[("authorization", "bearer  old-token ")]),
        None
    );
    assert_eq!(
        code(bearer(), &[("Authorization", "Bearer new-toke")]),
        Some("token_wrong")
    );
    assert_eq!(
        code(bearer(), &[("Authorization", "Basic new-token")]),
        Some("token_missing")
    );
    assert_eq!(
        code(bearer(), &[("Authorization", "new-token")]),
        Some("token_missing")
    );
    assert_eq!(
        code(bearer(), &[("Authorization", "Bearer ")]),
        Some("token_missing")
    );
    let own = || json!({"scheme": "bearer", "header": "X-Token"});
    assert_eq!(code(own(), &[("x-token", "new-token")]), None);
    assert_eq!(
        code(own(), &[("Authorization", "Bearer new-token")]),
        Some("token_missing")
    );
    assert_eq!(code(json!({"scheme": "none"}), &[]), None);
}

fn refused(definition: Value) -> Vec<(String, &'static str)> {
    let wrong = Scheme::parse(&definition).unwrap_err();
    wrong
        .into_iter()
        .map(|w| (w.pointer, w.code.as_str()))
        .collect()
}

#[test]
fn definitions_are_checked_as_a_whole() {
    let at = |pointer: &str, code| (pointer.to_owned(), code);
    assert_eq!(refused(json!("github")), [at("", "wrong_type")]);
    assert_eq!(refused(json!({})), [at("/scheme", "required")]);
    assert_eq!(
        refused(json!({"scheme": "sha256"})),
        [at("/scheme", "invalid_scheme")]
    );
    assert_eq!(
        refused(json!({"scheme": "hmac"})),
        [at("/header", "required")]
    );
    let many = json!({"scheme": "hmac", "header": "no header", "algorithm": "md5",
        "encoding": "hexa", "prefix": "a b", "tolerance_seconds": 5, "secret": "x"});
    let codes: Vec<_> = refused(many).into_iter().map(|(_, code)| code).collect();
    assert_eq!(
        codes,
        [
            "invalid_header",
            "invalid_algorithm",
            "invalid_encoding",
            "invalid_prefix",
            "not_supported",
            "unknown_field"
        ]
    );
    let never = json!({"scheme": "stripe", "tolerance_seconds": 0});
    assert_eq!(refused(never), [at("/tolerance_seconds", "out_of_range")]);
    for name in [
        "standard", "stripe", "shopify", "github", "typeform", "bearer", "none",
    ] {
        assert_eq!(
            Scheme::parse(&json!({ "scheme": name })).unwrap().name(),
            name
        );
    }
}

#[test]
fn secrets_are_read_as_their_scheme_has_them() {
    for wrong in ["", "whsec_", "whsec_!!!!", "whsec_AAAA", "short"] {
        assert_eq!(
            Secret::standard(wrong).unwrap_err().code.as_str(),
            "invalid_secret",
            "{wrong}"
        );
    }
    for wrong in ["", "seven77", " spaced out ", "line\nbreak"] {
        assert_eq!(
            Secret::text(wrong).unwrap_err().code.as_str(),
            "invalid_secret",
            "{wrong}"
        );
    }
    let secret = Secret::standard(STANDARD).unwrap();
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(secret.reveal(), STANDARD);
}

#[test]
fn headers_that_give_something_away_are_hidden() {
    let scheme = Scheme::parse(&json!({"scheme": "bearer", "header": "X-Door"})).unwrap();
    let secrets = [Secret::text("open sesame").unwrap()];
    let hidden = |name: &str, value: &str| scheme.mask(name, value, &secrets) == MASK;
    for name in masked_headers() {
        assert!(hidden(name, "anything"), "{name}");
    }
    assert!(hidden("x-door", "wrong"));
    assert!(hidden("X-My-Token", "abc"));
    assert!(hidden("x-note", "say: open sesame"));
    assert!(!hidden("content-type", "application/json"));
    assert!(!hidden("webhook-id", "msg_1"));
}
