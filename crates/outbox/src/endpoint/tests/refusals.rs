//! What must not get through: texts that break out of their header, secrets,
//! endpoints that can't be right.

use super::super::*;
use super::{body, endpoint, form, full, mail};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn everything_wrong_with_a_mail_is_said_at_once() {
    let bad = Mail {
        id: "m\n1".to_owned(),
        to: "a@x.org\r\nBcc: b@x.org".to_owned(),
        from: String::new(),
        reply_to: "?".to_owned(),
        subject: "\r\n".to_owned(),
        text: String::new(),
        html: String::new(),
        headers: vec![("X-A".to_owned(), "a\r\nBcc: b@x.org".to_owned())],
        tag: Some("a\nb".to_owned()),
        metadata: [("a".to_owned(), "b\r\nc".to_owned())].into(),
        ..Mail::default()
    };
    for format in Format::ALL {
        let wrong = endpoint(format).request(&bad).unwrap_err();
        let places: Vec<&str> = wrong.iter().map(|invalid| &*invalid.pointer).collect();
        assert_eq!(
            places,
            [
                "/id",
                "/to",
                "/from",
                "/reply_to",
                "/subject",
                "/text",
                "/headers/0",
                "/metadata/a",
                "/tag"
            ]
        );
    }
}

#[test]
fn endpoints_are_checked() {
    let code = |format, url: &str, secret: Option<&str>| {
        let wrong = Endpoint::parse(format, url, secret)
            .err()
            .unwrap_or_default();
        let places = wrong
            .into_iter()
            .map(|i| format!("{} {}", i.pointer, i.code.as_str()));
        places.collect::<Vec<_>>().join(", ")
    };
    let mailgun = "https://api.eu.mailgun.net/v3/x.org/messages";
    assert_eq!(code(Format::Mailgun, mailgun, Some("k")), "");
    assert_eq!(code(Format::Json, "https://x.org", None), "");
    assert_eq!(code(Format::Json, "", None), "/url invalid_url");
    assert_eq!(code(Format::Json, "ftp://x.org", None), "/url invalid_url");
    assert_eq!(
        code(Format::Json, "https://u:p@x.org", None),
        "/url invalid_url"
    );
    assert_eq!(code(Format::Postmark, "", None), "/secret required");
    assert_eq!(code(Format::SendGrid, "", Some(" ")), "/secret required");
    assert_eq!(
        code(Format::SendGrid, "", Some("a\r\nb")),
        "/secret invalid_secret"
    );
    assert_eq!(
        code(Format::Mailpit, "http://localhost", Some("ab")),
        "/secret invalid_secret"
    );
    for url in [
        "https://api.mailgun.net/v3/messages",
        "https://api.mailgun.net",
    ] {
        assert_eq!(
            code(Format::Mailgun, url, None),
            "/url invalid_url, /secret required"
        );
    }
}

/// Texts in which line breaks are likelier than in others.
fn hostile() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just("\r\n".to_owned()),
            Just("\nBcc: evil@x.org".to_owned()),
            Just("\u{85}\u{2028}\0".to_owned()),
            "[ -~]{0,8}",
            any::<String>(),
        ],
        0..5,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn no_text_breaks_out_of_its_header(
        subject in hostile(), name in hostile(), to in hostile(), value in hostile(), which in 0usize..5,
    ) {
        let given = Mail {
            subject: format!("S {subject}"),
            from_name: name,
            to: format!("a@x.org{to}"),
            headers: vec![("X-A".to_owned(), value)],
            ..mail()
        };
        let breaks = |text: &str| text.contains(['\r', '\n', '\0', '\u{85}', '\u{2028}']);
        match endpoint(Format::ALL[which]).request(&given) {
            Ok(outgoing) => {
                prop_assert!(outgoing.headers.iter().all(|(k, v)| !breaks(k) && !breaks(v)));
                let texts = match outgoing.header("content-type") {
                    Some("application/json") => leaves(&body(&outgoing)),
                    _ => form(&outgoing).into_iter().map(|(_, v)| v).collect(),
                };
                for text in texts {
                    prop_assert!(!breaks(&text), "{:?}", text);
                }
            }
            Err(wrong) => {
                for invalid in wrong {
                    prop_assert!(["/to", "/headers/0"].contains(&&*invalid.pointer), "{}", invalid);
                }
            }
        }
    }

    #[test]
    fn nothing_shows_the_secret(secret in "[!-~]{20,60}", which in 0usize..5) {
        let format = Format::ALL[which];
        let secret = if format == Format::Mailpit { format!("user:{secret}") } else { secret };
        let url = endpoint(format).url().to_string();
        let endpoint = Endpoint::parse(format, &url, Some(&secret)).unwrap();
        let outgoing = endpoint.request(&full()).unwrap();
        let (_, value) = outgoing.headers.last().unwrap().clone();
        let shown = format!("{endpoint:?} {outgoing:?} {:#?}", Some(&endpoint));
        prop_assert!(!shown.contains(&secret) && !shown.contains(&value));
        prop_assert!(!String::from_utf8_lossy(&outgoing.body).contains(&secret));
    }
}

/// All texts in a JSON value, names included.
fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| [vec![name.clone()], leaves(value)].concat())
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}
