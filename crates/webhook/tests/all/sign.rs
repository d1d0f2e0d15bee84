//! What goes out is signed so that others, and we ourselves, accept it.

use crate::support::{answers, scheme, seconds};
use roster_webhook::{Secret, sign};
use serde_json::json;

#[test]
fn the_vector_of_standard_webhooks_is_what_we_sign() {
    let secret = Secret::standard("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    let body = br#"{"test": 2432232314}"#;
    let signed = sign(id, seconds(1_614_265_330), body, &[secret]).unwrap();
    assert_eq!(
        signed.headers(),
        [
            ("webhook-id", id),
            ("webhook-timestamp", "1614265330"),
            (
                "webhook-signature",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
            ),
        ]
    );
}

#[test]
fn each_secret_makes_a_signature_and_each_is_accepted_alone() {
    let (old, new) = ([7; 24], [9; 64]);
    let secrets = [old.as_slice(), &new].map(|bytes| Secret::from_bytes(bytes).unwrap());
    let signed = sign("msg_1", seconds(100), b"body", &secrets).unwrap();
    assert_eq!(signed.signature.split(' ').count(), 2);
    let scheme = scheme(&json!({"scheme": "standard"}));
    let headers = signed.headers();
    for secret in &secrets {
        // As the receiver keeps it.
        let secret = scheme.secret(secret.reveal()).unwrap();
        let verified = scheme.check(&answers(&headers), b"body", &[secret], seconds(101));
        assert_eq!(verified.unwrap().id.as_deref(), Some("msg_1"));
    }
}

#[test]
fn what_can_not_be_signed_is_refused() {
    let secret = [Secret::from_bytes(&[1; 32]).unwrap()];
    for id in ["", "msg.1", "msg 1", "сообщение", &"m".repeat(256)] {
        let refused = sign(id, seconds(1), b"", &secret).unwrap_err();
        assert_eq!(refused.code.as_str(), "invalid_id", "{id}");
    }
    assert_eq!(
        sign("m", seconds(1), b"", &[]).unwrap_err().code.as_str(),
        "no_secret"
    );
    assert_eq!(
        sign("m", seconds(-1), b"", &secret)
            .unwrap_err()
            .code
            .as_str(),
        "out_of_range"
    );
    for count in [0, 23, 65] {
        let refused = Secret::from_bytes(&vec![1; count]).unwrap_err();
        assert_eq!(refused.code.as_str(), "invalid_secret");
    }
}
