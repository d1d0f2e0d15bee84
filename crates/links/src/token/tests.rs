//! Tokens that were tampered with are refused, whole ones come back.

use super::*;
use crate::keys::Key;
use proptest::prelude::*;

const NOW: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_ms(NOW)
}

fn key(id: u32, byte: u8) -> Key {
    let secret = [byte; 32];
    Key { id, secret }
}

fn keys() -> Keys {
    Keys::new([key(1, 0x11), key(2, 0x22)]).unwrap()
}

fn subject() -> Subject {
    Subject {
        database: DatabaseId::new(3).unwrap(),
        profile: ProfileId::from_pk(0x1234_5678_9abc).unwrap(),
        subscription: Digest([1, 2, 3, 4, 5, 6, 7, 8]),
    }
}

fn token() -> String {
    let extra = Extra::new(b"extra".to_vec()).unwrap();
    let expires = Some(Timestamp::from_ms(NOW + 60_000));
    keys().sign(Purpose::Confirm, &subject(), expires, &extra)
}

fn is_refused(token: &str) -> bool {
    matches!(
        keys().read(token, Purpose::Confirm, now()),
        Err(LinkError::Malformed | LinkError::Forged)
    )
}

#[test]
fn a_token_is_67_characters_long_and_at_most_2868() {
    let plain = keys().sign(Purpose::Manage, &subject(), None, &Extra::NONE);
    assert_eq!(plain.len(), 67);
    assert_eq!(plain.len(), MIN_TOKEN_CHARS);
    let extra = Extra::new(vec![0; MAX_EXTRA_BYTES]).unwrap();
    let longest = keys().sign(Purpose::Click, &subject(), None, &extra);
    assert_eq!(longest.len(), 2868);
    assert_eq!(longest.len(), MAX_TOKEN_CHARS);
    assert!(keys().read(&longest, Purpose::Click, now()).is_ok());
}

#[test]
fn a_token_that_was_sent_can_be_read_by_later_versions() {
    let sent = "AQEAAAACa0nSPAAAAAAAAAADAAASNFZ4mrwBAgMEBQYHCGV4dHJhwaF5nY9SfKtHysnrJr3l_g";
    assert_eq!(token(), sent);
    let opened = keys().read(sent, Purpose::Confirm, now()).unwrap();
    assert_eq!(opened.subject, subject());
    assert_eq!(opened.extra.as_bytes(), b"extra");
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = URL_SAFE_NO_PAD.decode(token()).unwrap();
    for at in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[at / 8] ^= 1 << (at % 8);
        assert!(is_refused(&URL_SAFE_NO_PAD.encode(changed)), "bit {at}");
    }
    let text = token().into_bytes();
    for at in 0..text.len() * 8 {
        let mut changed = text.clone();
        changed[at / 8] ^= 1 << (at % 8);
        let changed = String::from_utf8_lossy(&changed);
        assert!(is_refused(&changed), "bit {at} of the text");
    }
}

#[test]
fn every_truncation_is_refused_and_so_is_what_was_added() {
    let token = token();
    for length in 0..token.len() {
        assert!(is_refused(&token[..length]), "{length} from the start");
        assert!(is_refused(&token[token.len() - length..]), "{length} last");
    }
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    let longer = URL_SAFE_NO_PAD.encode([&bytes[..], &[0]].concat());
    assert!(is_refused(&longer));
    assert!(is_refused(&"A".repeat(MAX_TOKEN_CHARS + 1)));
}

#[test]
fn a_token_has_one_spelling() {
    // 50 bytes leave 2 bits over in the last of 67 characters.
    let token = keys().sign(Purpose::Confirm, &subject(), None, &Extra::NONE);
    assert!(keys().read(&token, Purpose::Confirm, now()).is_ok());
    for other in [
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{} {}", &token[..30], &token[30..]),
    ] {
        assert!(is_refused(&other), "{other:?}");
    }
    let (start, last) = token.split_at(66);
    let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9');
    for c in alphabet.chain(['-', '_', '+', '/']) {
        assert!(last == c.to_string() || is_refused(&format!("{start}{c}")));
    }
}

#[test]
fn a_token_for_one_purpose_is_good_for_no_other() {
    for made in Purpose::ALL {
        let token = keys().sign(made, &subject(), None, &Extra::NONE);
        for asked in Purpose::ALL {
            let read = keys().read(&token, asked, now());
            assert_eq!(read.is_ok(), made == asked);
            if made != asked {
                assert_eq!(read, Err(LinkError::OtherPurpose));
            }
        }
    }
}

#[test]
fn a_relabelled_token_is_a_forged_one() {
    let mut bytes = URL_SAFE_NO_PAD.decode(token()).unwrap();
    bytes[1] = Purpose::Manage.code();
    let read = keys().read(&URL_SAFE_NO_PAD.encode(bytes), Purpose::Manage, now());
    assert_eq!(read, Err(LinkError::Forged));
}

#[test]
fn an_expired_token_says_what_it_was_and_a_forged_one_does_not() {
    let at = |ms| Timestamp::from_ms(ms);
    let token = token();
    let read = |token: &str, ms| keys().read(token, Purpose::Confirm, at(ms));
    assert!(read(&token, NOW + 59_999).is_ok());
    let Err(LinkError::Expired(opened)) = read(&token, NOW + 60_000) else {
        panic!("it has expired");
    };
    assert_eq!(opened.subject, subject());
    let mut bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    bytes[9] ^= 1;
    let changed = URL_SAFE_NO_PAD.encode(bytes);
    assert_eq!(read(&changed, NOW + 60_000), Err(LinkError::Forged));
}

#[test]
fn an_expiry_is_never_cut_short_and_never_lost() {
    let ends = |ms| seconds(Timestamp::from_ms(ms));
    assert_eq!(ends(NOW + 1), 1_800_000_001);
    assert_eq!(ends(NOW), 1_800_000_000);
    assert_eq!(ends(0), 1);
    assert_eq!(ends(-5_000), 1);
    assert_eq!(ends(i64::MAX), u32::MAX);
}

#[test]
fn old_keys_still_verify_and_unknown_ones_do_not() {
    let old = Keys::new([key(1, 0x11)]).unwrap();
    let token = old.sign(Purpose::Manage, &subject(), None, &Extra::NONE);
    assert!(keys().read(&token, Purpose::Manage, now()).is_ok());
    let rotated = Keys::new([key(2, 0x22), key(3, 0x33)]).unwrap();
    let read = rotated.read(&token, Purpose::Manage, now());
    assert_eq!(read, Err(LinkError::Forged));
    let other = Keys::new([key(1, 0x99)]).unwrap();
    let read = other.read(&token, Purpose::Manage, now());
    assert_eq!(read, Err(LinkError::Forged));
}

proptest! {
    #[test]
    fn what_was_signed_comes_back(
        code in 1u8..=6,
        database in 1i64..,
        pk in 1i64..,
        digest in any::<[u8; 8]>(),
        seconds in proptest::option::of(1_800_000_001i64..=4_294_967_295),
        bytes in proptest::collection::vec(any::<u8>(), 0..=MAX_EXTRA_BYTES),
    ) {
        let purpose = Purpose::from_code(code).unwrap();
        let opened = LinkClaims {
            subject: Subject {
                database: DatabaseId::new(database).unwrap(),
                profile: ProfileId::from_pk(pk).unwrap(),
                subscription: Digest(digest),
            },
            expires: seconds.map(|s| Timestamp::from_ms(s * 1_000)),
            extra: Extra::new(bytes).unwrap(),
        };
        let token = keys().sign(purpose, &opened.subject, opened.expires, &opened.extra);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        prop_assert!(token.bytes().all(plain));
        prop_assert_eq!(keys().read(&token, purpose, now()), Ok(opened));
    }

    #[test]
    fn any_text_is_refused_without_ado(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        prop_assert!(is_refused(&text));
        prop_assert!(is_refused(&URL_SAFE_NO_PAD.encode(bytes)));
    }
}
