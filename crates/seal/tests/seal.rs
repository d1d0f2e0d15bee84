//! What is sealed opens with its key, for its purpose, if nobody touched it; else it says why.

use proptest::prelude::*;
use roster_seal::{KeyId, Keyring, KeyringError, OpenError, PREFIX, Purpose, SealError, is_sealed};

const OLD: &str = "an old key of more than thirty-two characters";
const NEW: &str = "8f1d0c5e7b3a49d2a6c4e8f0b1d3957ac2e4f6081a3b5c7d9e0f1a2b3c4d5e6f";

fn ring(variable: &str) -> Keyring {
    Keyring::parse(variable).unwrap()
}

fn opened(ring: &Keyring, purpose: Purpose, stored: &str) -> Result<String, OpenError> {
    ring.open(purpose, stored)
        .map(|plain| plain.reveal().to_owned())
}

fn id(ring: &Keyring) -> KeyId {
    ring.sealing().unwrap().clone()
}

#[test]
fn a_variable_is_one_key_or_several() {
    assert!(ring("").is_empty() && ring(" \n").is_empty());
    assert_eq!(id(&ring(NEW)), id(&ring(&format!(" {NEW}\n"))));
    assert_ne!(id(&ring(NEW)), id(&ring(OLD)));
    assert_eq!(id(&ring(&format!("{NEW} , {OLD}"))), id(&ring(NEW)));
    // 32 characters that are more bytes.
    assert!(Keyring::parse(&"ж".repeat(32)).is_ok());
}

#[test]
fn what_is_no_key_says_which_and_what_to_do() {
    for (variable, wrong) in [
        ("short".to_owned(), KeyringError::Short(1)),
        ("ж".repeat(31), KeyringError::Short(1)),
        (format!("{NEW},"), KeyringError::Empty(2)),
        (format!(",{NEW}"), KeyringError::Empty(1)),
        (format!("{NEW},hush"), KeyringError::Short(2)),
        (format!("{NEW}\n{OLD}"), KeyringError::Control(1)),
    ] {
        let error = Keyring::parse(&variable).unwrap_err();
        assert_eq!(error, wrong);
        let sentence = error.to_string();
        assert!(sentence.contains("openssl rand -hex 32"), "{sentence}");
        assert!(!sentence.contains("hush"), "{sentence}");
    }
}

#[test]
fn the_first_key_seals_and_all_open() {
    let (old, new, both) = (ring(OLD), ring(NEW), ring(&format!("{NEW},{OLD}")));
    let before = old.seal(Purpose::Hook, "hush").unwrap();
    assert_eq!(opened(&both, Purpose::Hook, &before).unwrap(), "hush");
    assert!(both.is_behind(&before) && !old.is_behind(&before));
    let after = both.seal(Purpose::Hook, "hush").unwrap();
    assert!(!both.is_behind(&after) && !new.is_behind(&after));
    assert_eq!(opened(&new, Purpose::Hook, &after).unwrap(), "hush");
    let (needed, present) = (id(&new), vec![id(&old)]);
    let other = OpenError::OtherKey { needed, present };
    assert_eq!(opened(&old, Purpose::Hook, &after).unwrap_err(), other);
}

#[test]
fn what_is_plain_opens_as_itself_and_stays_so_without_a_key() {
    for plain in [
        "",
        "whsec_abc",
        "sealed",
        "sealed:",
        "sealed:2:x",
        "seal:1:",
    ] {
        assert!(!is_sealed(plain));
        for keys in ["", NEW] {
            assert_eq!(opened(&ring(keys), Purpose::Watcher, plain).unwrap(), plain);
        }
        let kept = ring("").seal_if_any(Purpose::Watcher, plain).unwrap();
        assert_eq!(kept, plain);
        assert!(ring(NEW).is_behind(plain) && !ring("").is_behind(plain));
        let sealed = ring(NEW).seal_if_any(Purpose::Watcher, plain).unwrap();
        assert!(is_sealed(&sealed) && sealed.starts_with(PREFIX), "{sealed}");
    }
}

#[test]
fn what_is_given_again_stays_as_it_is_stored() {
    let (old, both) = (ring(OLD), ring(&format!("{NEW},{OLD}")));
    let keep = |ring: &Keyring, stored: Option<&str>, plain: &str| {
        ring.keep(Purpose::Schedule, stored, plain).unwrap()
    };
    let first = keep(&old, None, "hush");
    assert_eq!(keep(&old, Some(&first), "hush"), first);
    for (ring, stored, plain) in [
        (&old, first.as_str(), "another"),
        (&both, &first, "hush"),
        (&old, "hush", "hush"),
        (&ring(NEW), &first, "hush"),
    ] {
        let kept = keep(ring, Some(stored), plain);
        assert_ne!(kept, stored);
        assert!(!ring.is_behind(&kept));
        assert_eq!(opened(ring, Purpose::Schedule, &kept).unwrap(), plain);
    }
    // Without a key what is plain is the same, and what is sealed is not known to be.
    assert_eq!(keep(&ring(""), Some("hush"), "hush"), "hush");
    assert_eq!(keep(&ring(""), Some(&first), "hush"), "hush");
}

#[test]
fn what_is_behind_is_sealed_with_the_first_key() {
    let (old, new, both) = (ring(OLD), ring(NEW), ring(&format!("{NEW},{OLD}")));
    let before = old.seal(Purpose::Watcher, "hush").unwrap();
    for stored in ["hush", &before] {
        let after = both.renew(Purpose::Watcher, stored).unwrap();
        assert!(after.starts_with(&both.mark().unwrap()), "{after}");
        assert_eq!(opened(&new, Purpose::Watcher, &after).unwrap(), "hush");
        assert_eq!(both.renew(Purpose::Watcher, &after), None);
        // Neither can what doesn't open, nor is there anything to do without a key.
        assert_eq!(both.renew(Purpose::Hook, &before), None);
        assert_eq!(old.renew(Purpose::Watcher, &after), None);
        assert_eq!(ring("").renew(Purpose::Watcher, stored), None);
    }
    assert_eq!(ring("").mark(), None);
}

#[test]
fn errors_name_the_keys_and_what_to_do() {
    let sealed = ring(NEW).seal(Purpose::Schedule, "hush").unwrap();
    for keys in ["", OLD] {
        let error = opened(&ring(keys), Purpose::Schedule, &sealed).unwrap_err();
        let sentence = error.to_string();
        assert!(sentence.contains(id(&ring(NEW)).as_str()), "{sentence}");
        assert!(sentence.contains("secrets_key"), "{sentence}");
        assert!(sentence.contains("give the secret again"), "{sentence}");
        assert_eq!(sentence.contains(id(&ring(OLD)).as_str()), keys == OLD);
    }
    assert_eq!(
        ring("").seal(Purpose::Schedule, "hush"),
        Err(SealError::NoKey)
    );
    assert!(
        SealError::NoKey
            .to_string()
            .contains("openssl rand -hex 32")
    );
}

#[test]
fn what_is_not_whole_is_broken() {
    let ring = ring(NEW);
    let sealed = ring.seal(Purpose::AppKey, "hush").unwrap();
    let other_name = sealed.replace(id(&ring).as_str(), "0123456789AB");
    for odd in [
        "sealed:1:",
        "sealed:1::",
        "sealed:1:0123456789ab",
        &format!("sealed:1:{}:", id(&ring)),
        &format!("sealed:1:{}:AAAA", id(&ring)),
        &format!("sealed:1:{}:no base64!", id(&ring)),
        &format!("{sealed}="),
        &other_name,
    ] {
        let error = opened(&ring, Purpose::AppKey, odd).unwrap_err();
        assert_eq!(error, OpenError::Broken, "{odd}");
        assert!(error.to_string().contains("give the secret again"));
    }
}

#[test]
fn nothing_shows_itself() {
    let ring = ring(&format!("{NEW},{OLD}"));
    let plain = ring.open(Purpose::Hook, "hush").unwrap();
    let shown = format!("{ring:?} {plain:?} {:?}", plain.clone());
    assert!(shown.contains(id(&ring).as_str()), "{shown}");
    for secret in [NEW, OLD, "hush"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Stores that are in use were sealed so: a text of then must open for ever.
#[test]
fn what_was_sealed_by_the_first_release_still_opens() {
    let sealed =
        "sealed:1:9505c1c63b12:9kfJdJl999oK2wt20b4hPxVhMVVU4FgH5GEFIBpVenHWOn2T33jFLL-1VfM";
    assert_eq!(opened(&ring(NEW), Purpose::Hook, sealed).unwrap(), "hush");
}

fn purposes() -> impl Strategy<Value = Purpose> {
    prop::sample::select(Purpose::ALL.to_vec())
}

proptest! {
    #[test]
    fn secrets_come_back(secret in ".{0,300}", purpose in purposes()) {
        let ring = ring(&format!("{NEW},{OLD}"));
        let sealed = ring.seal(purpose, &secret).unwrap();
        prop_assert!(secret.is_empty() || !sealed.contains(&secret) || secret.len() < 4);
        prop_assert!(sealed.is_ascii() && !sealed.contains(['"', '\\', ' ', ',']));
        prop_assert_eq!(opened(&ring, purpose, &sealed).unwrap(), secret.clone());
        prop_assert_ne!(ring.seal(purpose, &secret).unwrap(), sealed);
    }

    #[test]
    fn another_purpose_or_key_opens_nothing(
        secret in ".{0,50}", purpose in purposes(), other in purposes(), key in "[a-z]{32,40}",
    ) {
        let sealed = ring(NEW).seal(purpose, &secret).unwrap();
        if other != purpose {
            prop_assert_eq!(opened(&ring(NEW), other, &sealed), Err(OpenError::Broken));
        }
        // Not even if it passes for the right one.
        let posing = sealed.replace(id(&ring(NEW)).as_str(), id(&ring(&key)).as_str());
        prop_assert!(opened(&ring(&key), purpose, &sealed).is_err());
        prop_assert_eq!(opened(&ring(&key), purpose, &posing), Err(OpenError::Broken));
    }

    #[test]
    fn a_changed_bit_opens_nothing(secret in ".{0,50}", place in any::<prop::sample::Index>(), bit in 0..7_u32) {
        let ring = ring(NEW);
        let mut sealed = ring.seal(Purpose::Hook, &secret).unwrap().into_bytes();
        // What no longer begins like a sealed text is a plain one, which opens as itself.
        let start = "sealed:1:".len();
        let place = start + place.index(sealed.len() - start);
        sealed[place] ^= 1_u8 << bit;
        let sealed = String::from_utf8(sealed).unwrap();
        prop_assert!(opened(&ring, Purpose::Hook, &sealed).is_err(), "{}", sealed);
    }

    #[test]
    fn nothing_makes_it_panic(variable in ".{0,80}", stored in "(sealed:1:)?.{0,80}") {
        if let Ok(ring) = Keyring::parse(&variable) {
            let _ = ring.open(Purpose::Hook, &stored);
            let _ = ring.is_behind(&stored);
        }
    }
}
