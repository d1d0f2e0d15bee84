//! What people write is read as what they mean.

use super::*;
use serde_json::json;

fn region() -> Option<Region> {
    Some("DE".parse().unwrap())
}

fn shown(result: Result<Entry, Invalid>) -> String {
    match result {
        Ok(entry) => {
            let star = if entry.subdomains { "*." } else { "" };
            let (kind, form) = (entry.kind, entry.form.as_str());
            format!("{kind} {form} {star}{}", entry.key)
        }
        Err(invalid) => format!("{} {}", invalid.code.as_str(), invalid.pointer)
            .trim()
            .to_owned(),
    }
}

#[test]
fn what_a_value_is_shows_from_itself() {
    let md5 = "900150983CD24FB0D6963F7D28E17F72";
    for (text, want) in [
        (" Ann@X.org ", "email plain ann@x.org"),
        (
            "\"ann\"@bücher.example",
            "email plain ann@xn--bcher-kva.example",
        ),
        ("@X.org", "domain plain x.org"),
        ("*@x.org", "domain plain x.org"),
        ("*.X.org", "domain plain *.x.org"),
        ("Bücher.example", "domain plain xn--bcher-kva.example"),
        ("+49 30 901820", "phone plain +4930901820"),
        ("030 901820", "phone plain +4930901820"),
        (md5, "email md5 900150983cd24fb0d6963f7d28e17f72"),
        ("", "empty"),
        ("Ann", "unrecognised"),
        ("-", "unrecognised"),
        ("ann@", "invalid_email"),
        ("ann@x@", "invalid_email"),
        ("@x@y.org", "invalid_domain"),
        ("*.", "invalid_domain"),
        ("x..org", "invalid_domain"),
        ("12345678901234567", "invalid_phone"),
    ] {
        let given = EntryHints {
            region: region(),
            ..EntryHints::default()
        };
        assert_eq!(shown(Entry::parse(text, &given)), want, "{text}");
    }
    assert_eq!(
        shown(Entry::parse("030 901820", &EntryHints::default())),
        "invalid_phone"
    );
}

#[test]
fn an_object_may_say_it() {
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    for (value, want) in [
        (json!("ann@x.org"), "email plain ann@x.org"),
        (json!(4930901820_i64), "phone plain +4930901820"),
        (
            json!({"value": "intranet", "type": "domain"}),
            "domain plain intranet",
        ),
        (
            json!({"value": "x.org", "subdomains": true}),
            "domain plain *.x.org",
        ),
        (
            json!({"value": md5, "type": "phone"}),
            "phone md5 900150983cd24fb0d6963f7d28e17f72",
        ),
        (
            json!({"value": md5, "hash": "sha256"}),
            "invalid_hash /value",
        ),
        (
            json!({"value": "ann@x.org", "hash": "md5"}),
            "invalid_hash /value",
        ),
        (
            json!({"value": md5, "type": "domain", "subdomains": true}),
            "domain md5 *.900150983cd24fb0d6963f7d28e17f72",
        ),
        (
            json!({"value": "a@x.org", "subdomains": true}),
            "contradiction /value",
        ),
        (
            json!({"value": "*.x.org", "subdomains": false}),
            "contradiction /value",
        ),
        (
            json!({"value": "a@x.org", "type": "mail"}),
            "not_an_option /type",
        ),
        (
            json!({"value": "a@x.org", "kind": 1}),
            "unknown_field /kind",
        ),
        (json!({"type": "email"}), "required /value"),
        (json!(null), "wrong_type"),
        (json!(["a@x.org"]), "wrong_type"),
        (
            json!({"value": "a".repeat(32), "type": "domain"}),
            "domain md5 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        (
            json!({"value": format!("@{}", "a".repeat(32))}),
            "invalid_domain /value",
        ),
    ] {
        let region = Some("DE".parse().unwrap());
        let value_of = |v: &Value| shown(Entry::from_json(v, region));
        assert_eq!(value_of(&value), want, "{value}");
    }
}

#[test]
fn a_plain_value_stands_for_its_hashes_too() {
    let entry = Entry::parse("ann@x.org", &EntryHints::default()).unwrap();
    let mut forms = entry.forms();
    assert_eq!(entry.same(forms), ["ann@x.org"]);
    forms.add(Kind::Email, Form::Md5, false);
    forms.add(Kind::Domain, Form::Sha256, false);
    assert_eq!(
        entry.same(forms),
        ["ann@x.org", &*Form::Md5.of("ann@x.org")]
    );
    let hash = Entry::parse(&Form::Md5.of("ann@x.org"), &EntryHints::default()).unwrap();
    assert_eq!(hash.same(Forms::NONE), [&*hash.key]);
}
