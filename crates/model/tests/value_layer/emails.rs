//! E-mail addresses.

use proptest::prelude::*;
use roster_model::Email;

fn key(text: &str) -> Result<String, &'static str> {
    Email::parse(text)
        .map(|email| email.key().to_owned())
        .map_err(|invalid| invalid.code.as_str())
}

#[test]
fn addresses_are_kept_as_given_and_compared_by_key() {
    for (given, expected) in [
        ("Ann@Example.ORG", "ann@example.org"),
        ("o'hara+tag@example.org", "o'hara+tag@example.org"),
        ("a.b-c_d=e/f@x-y.example", "a.b-c_d=e/f@x-y.example"),
        ("Иван@Пример.РФ", "иван@xn--e1afmkfd.xn--p1ai"),
        ("иван@XN--E1AFMKFD.xn--p1ai", "иван@xn--e1afmkfd.xn--p1ai"),
        ("user@bücher.example", "user@xn--bcher-kva.example"),
        ("JOSE\u{301}@example.org", "josé@example.org"),
        (
            "0123456789abcdef01234567@localhost",
            "0123456789abcdef01234567@localhost",
        ),
        ("\"Ann\"@example.org", "ann@example.org"),
        ("\"a b\"@example.org", "\"a b\"@example.org"),
        ("\"a@b\"@example.org", "\"a@b\"@example.org"),
        ("\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org"),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("a@[IPv6:2001:DB8::1]", "a@[ipv6:2001:db8::1]"),
        ("a@1.example", "a@1.example"),
    ] {
        let email = Email::parse(&format!("  {given}\n")).unwrap();
        assert_eq!(email.given(), given.replace("E\u{301}", "É"));
        assert_eq!(email.key(), expected, "{given}");
    }
    let longest = format!("{}@example.org", "l".repeat(64));
    assert!(key(&longest).is_ok());
}

#[test]
fn what_nobody_sees_is_cleaned_on_both_sides_of_the_sign() {
    for (given, stored) in [
        ("\u{feff}an\u{200b}n@x.org\u{a0}", "ann@x.org"),
        ("ann@x\u{200b}y\u{ad}.org", "ann@xy.org"),
        ("\u{202a}Ann@X.org\u{202c}", "Ann@X.org"),
        ("a\u{fe0f}nn\u{2060}@\u{2068}x.org", "ann@x.org"),
        ("ａｎｎ＠ｘ．ｏｒｇ", "ann@x.org"),
        ("ann@ｘ。org", "ann@x.org"),
        ("o’brien@x.org", "o'brien@x.org"),
        ("ann\u{2011}b@x\u{2011}y.org", "ann-b@x-y.org"),
        ("ann@ﬁrm.de", "ann@firm.de"),
        ("ann@Bücher.example", "ann@Bücher.example"),
    ] {
        let email = Email::parse(given).unwrap();
        assert_eq!(email.given(), stored, "{given:?}");
        assert_eq!(email.key(), key(stored).unwrap(), "{given:?}");
    }
    // A joiner between letters that it joins may be meant.
    for wrong in ["نام\u{200c}ها@x.org", "ann@نام\u{200c}ها.ir"] {
        assert_eq!(key(wrong), Err("invalid_email"));
        assert_eq!(Email::stored(wrong).given(), wrong);
    }
}

#[test]
fn what_is_no_address_is_refused() {
    let long_local = format!("{}@example.org", "l".repeat(65));
    let long_label = format!("a@{}.org", "l".repeat(64));
    let label = "l".repeat(60);
    let long = format!("a@{label}.{label}.{label}.{label}.org.example");
    for wrong in [
        "",
        "@",
        "a",
        "a@",
        "@b",
        "a b@example.org",
        "a..b@example.org",
        ".a@example.org",
        "a.@example.org",
        "a@b..org",
        "a@.org",
        "a@org.",
        "a@-b.org",
        "a@b-.org",
        "a@b_c.org",
        "a@b@c.org",
        "Ann <a@example.org>",
        "a@example.org (work)",
        "a,b@example.org",
        "a@exa mple.org",
        "\"\"@example.org",
        "\"a\"b\"@example.org",
        "\"a@example.org",
        "a@[192.0.2]",
        "a@[x:y]",
        "a@[::1]",
        "a\u{0}@example.org",
        "a\n@example.org",
        "\"a\nb\"@example.org",
        "a@xn--a.org",
        &long_local,
        &long_label,
        &long,
    ] {
        assert_eq!(key(wrong), Err("invalid_email"), "{wrong}");
    }
}

#[test]
fn the_complaint_quotes_little() {
    let invalid = Email::parse(&"x".repeat(10_000)).unwrap_err();
    assert!(invalid.detail.len() < 250, "{}", invalid.detail);
}

proptest! {
    #[test]
    fn a_key_is_an_address_with_that_key(
        text in "(\"[ -~éЁ]{1,8}\"|[A-Za-z0-9.'+éЁß-]{1,10})@[A-Za-z0-9.éЁß-]{1,20}"
    ) {
        if let Ok(key1) = key(&text) {
            prop_assert_eq!(key(&key1), Ok(key1.clone()));
            prop_assert_eq!(key(&text.to_ascii_uppercase()), Ok(key1));
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,20}@?\\PC{0,20}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.given()), Ok(email));
        }
    }
}
