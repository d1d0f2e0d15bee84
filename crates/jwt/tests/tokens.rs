//! Which tokens open something, and which don't.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use proptest::prelude::*;
use rand_core::OsRng;
use roster_jwt::{Algorithm, Flaw, Key, KeyFlaw, LEEWAY_S, MAX_TOKEN_BYTES, Token};
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::LazyLock;

const SECRET: &[u8] = b"a secret of two and thirty bytes";
const NOW: i64 = 1_800_000_000;

static PAIR: LazyLock<RsaPrivateKey> =
    LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).expect("a pair of keys"));

fn pem(pair: &RsaPrivateKey) -> String {
    let public = RsaPublicKey::from(pair);
    public.to_public_key_pem(LineEnding::LF).expect("PEM")
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", part(header), part(claims))
}

fn by_secret(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{signed}.{signature}")
}

fn by_pair(header: &Value, claims: &Value, pair: &RsaPrivateKey) -> String {
    let signed = unsigned(header, claims);
    let signature = SigningKey::<Sha256>::new(pair.clone()).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn hs256() -> Value {
    json!({"alg": "HS256", "typ": "JWT"})
}

fn good() -> Value {
    json!({"matching": {"db_id": 1}, "exp": NOW + 600})
}

/// What comes of a token with these keys.
fn outcome(text: &str, keys: &[Key]) -> Result<usize, Flaw> {
    let token = Token::read(text)?;
    let signer = token.signer(keys)?;
    token.holds(NOW, false)?;
    Ok(signer)
}

#[test]
fn a_token_is_taken_from_the_key_that_signed_it() {
    let keys = [
        Key::secret(b"another secret of more than 32 bytes").unwrap(),
        Key::public(&pem(&PAIR)).unwrap(),
        Key::secret(SECRET).unwrap(),
    ];
    assert_eq!(outcome(&by_secret(&hs256(), &good(), SECRET), &keys), Ok(2));
    let rs256 = json!({"alg": "RS256"});
    assert_eq!(outcome(&by_pair(&rs256, &good(), &PAIR), &keys), Ok(1));
    // As they come back from a store.
    let stored = keys.each_ref().map(|key| {
        let bytes = key.to_stored().unwrap();
        Key::stored(key.algorithm(), &bytes).unwrap()
    });
    assert_eq!(
        outcome(&by_secret(&hs256(), &good(), SECRET), &stored),
        Ok(2)
    );
    assert_eq!(outcome(&by_pair(&rs256, &good(), &PAIR), &stored), Ok(1));
    let pkcs1 = RsaPublicKey::from(&*PAIR).to_pkcs1_pem(LineEnding::CRLF);
    let pkcs1 = Key::public(&pkcs1.unwrap()).unwrap();
    assert_eq!(outcome(&by_pair(&rs256, &good(), &PAIR), &[pkcs1]), Ok(0));
}

#[test]
fn what_is_signed_otherwise_opens_nothing() {
    let public = pem(&PAIR);
    let keys = [Key::secret(SECRET).unwrap(), Key::public(&public).unwrap()];
    let none = json!({"alg": "none"});
    let plain = format!("{}.", unsigned(&none, &good()));
    assert_eq!(outcome(&plain, &keys), Err(Flaw::Algorithm));
    let stripped = format!("{}.", unsigned(&hs256(), &good()));
    assert_eq!(outcome(&stripped, &keys), Err(Flaw::Signature));
    for name in ["NONE", "hs256", "HS512", "ES256", "PS256", ""] {
        let token = by_secret(&json!({"alg": name}), &good(), SECRET);
        assert_eq!(outcome(&token, &keys), Err(Flaw::Algorithm), "{name}");
    }
    // The public key as a secret: in any of the spellings that somebody could try.
    let der = RsaPublicKey::from(&*PAIR)
        .to_public_key_der()
        .unwrap()
        .into_vec();
    for secret in [public.as_bytes(), public.trim().as_bytes(), &der] {
        let token = by_secret(&hs256(), &good(), secret);
        assert_eq!(outcome(&token, &keys), Err(Flaw::Signature));
    }
    // The secret's own signature under the name of the other algorithm.
    let renamed = by_secret(&json!({"alg": "RS256"}), &good(), SECRET);
    assert_eq!(outcome(&renamed, &keys), Err(Flaw::Signature));
    let wrong = by_secret(&hs256(), &good(), b"not the secret, but as long as it");
    assert_eq!(outcome(&wrong, &keys), Err(Flaw::Signature));
    let critical = by_secret(&json!({"alg": "HS256", "crit": ["b64"]}), &good(), SECRET);
    assert_eq!(outcome(&critical, &keys), Err(Flaw::Critical));
    assert_eq!(
        outcome(&by_secret(&hs256(), &good(), SECRET), &[]),
        Err(Flaw::Signature)
    );
}

#[test]
fn a_token_has_its_time() {
    let keys = [Key::secret(SECRET).unwrap()];
    let at = |claims: Value| outcome(&by_secret(&hs256(), &claims, SECRET), &keys);
    assert_eq!(at(json!({"exp": NOW - LEEWAY_S})), Err(Flaw::Expired));
    assert_eq!(at(json!({"exp": NOW - LEEWAY_S + 1})), Ok(0));
    assert_eq!(at(json!({"exp": 1.8e9 + 0.5})), Ok(0));
    assert_eq!(at(json!({"exp": -1})), Err(Flaw::Expired));
    for never in [
        json!({}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"exp": []}),
    ] {
        assert_eq!(at(never.clone()), Err(Flaw::Endless), "{never}");
    }
    assert_eq!(at(json!({"exp": NOW + 9, "nbf": NOW + LEEWAY_S})), Ok(0));
    assert_eq!(
        at(json!({"exp": NOW + 9, "nbf": NOW + LEEWAY_S + 1})),
        Err(Flaw::NotYet)
    );
    assert_eq!(
        at(json!({"exp": NOW + 9, "nbf": "later"})),
        Err(Flaw::NotYet)
    );
    let endless = by_secret(&hs256(), &json!({}), SECRET);
    let endless = Token::read(&endless).unwrap();
    assert_eq!(endless.holds(NOW, true), Ok(()));
    let text = by_secret(&hs256(), &json!({"exp": "soon"}), SECRET);
    assert_eq!(
        Token::read(&text).unwrap().holds(NOW, true),
        Err(Flaw::Endless)
    );
}

#[test]
fn what_is_no_token_is_refused() {
    let long = "a".repeat(MAX_TOKEN_BYTES + 1);
    assert_eq!(Token::read(&long).unwrap_err(), Flaw::TooLong);
    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "e30.e30.e30.e30",
        "e30=.e30=.AA",
    ] {
        assert!(Token::read(text).is_err(), "{text}");
    }
    let list = format!("{}.{}.AA", part(&hs256()), part(&json!([1])));
    assert_eq!(Token::read(&list).unwrap_err(), Flaw::Malformed);
    // base64, not base64url.
    let text = by_secret(&hs256(), &json!({"a": "??>>~~", "exp": NOW}), SECRET);
    let other = text.replace('_', "/").replace('-', "+");
    assert_eq!(Token::read(&other).map(|_| ()).is_ok(), text == other);
}

#[test]
fn a_key_that_is_too_weak_is_none() {
    assert_eq!(Key::secret(&SECRET[1..]).unwrap_err(), KeyFlaw::ShortSecret);
    assert_eq!(Key::secret(&[7; 1025]).unwrap_err(), KeyFlaw::LongSecret);
    let short = RsaPrivateKey::new(&mut OsRng, 1024).unwrap();
    assert_eq!(Key::public(&pem(&short)).unwrap_err(), KeyFlaw::Size);
    assert_eq!(
        Key::stored(Algorithm::Rs256, SECRET).unwrap_err(),
        KeyFlaw::Unreadable
    );
    for text in [
        "",
        "secret",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    ] {
        assert_eq!(
            Key::public(text).unwrap_err(),
            KeyFlaw::Unreadable,
            "{text}"
        );
    }
    let debug = format!("{:?}", Key::secret(SECRET).unwrap());
    assert!(!debug.contains("115") && debug.contains("Hs256"), "{debug}");
}

proptest! {
    #[test]
    fn a_token_with_another_letter_is_another(place in any::<proptest::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
        let keys = [Key::secret(SECRET).unwrap()];
        let text = by_secret(&hs256(), &good(), SECRET);
        let mut bytes = text.clone().into_bytes();
        let place = place.index(bytes.len());
        bytes[place] = letter.as_bytes()[0];
        let other = String::from_utf8(bytes).unwrap();
        prop_assume!(other != text);
        prop_assert!(outcome(&other, &keys).is_err(), "{other}");
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,200}", dotted in "[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Token::read(&text);
        let _ = Token::read(&dotted);
        let _ = Key::public(&text);
        let _ = Key::stored(Algorithm::Rs256, &bytes);
    }
}
