//! One whole request per provider, against the example that its documentation
//! has.

mod refusals;

use super::*;
use roster_model::Channel;
use serde_json::{Value, json};
use url::form_urlencoded;

fn mail() -> Mail {
    Mail {
        id: "m-1".to_owned(),
        to: "receiver@example.com".to_owned(),
        from: "sender@example.com".to_owned(),
        subject: "Postmark test".to_owned(),
        text: "Hello dear Postmark user.".to_owned(),
        html: "<html><body><strong>Hello</strong> dear Postmark user.</body></html>".to_owned(),
        ..Mail::default()
    }
}

fn full() -> Mail {
    Mail {
        from_name: "Example, Inc.".to_owned(),
        reply_to: "help@example.com".to_owned(),
        headers: vec![(
            "List-Unsubscribe".to_owned(),
            "<https://x.org/u/abc>".to_owned(),
        )],
        tag: Some("welcome".to_owned()),
        metadata: [("profile".to_owned(), "42".to_owned())].into(),
        ..mail()
    }
}

fn endpoint(format: Format) -> Endpoint {
    let (url, secret) = match format {
        Format::Json => ("https://gateway.example.org/messages", "token"),
        Format::Mailgun => (
            "https://api.mailgun.net/v3/YOUR_DOMAIN_NAME/messages",
            "YOUR_API_KEY",
        ),
        Format::Mailpit => ("http://localhost:8025", "user:password"),
        Format::Postmark => ("", "server-token"),
        Format::SendGrid => ("", "SG.key"),
    };
    Endpoint::parse(format, url, Some(secret)).unwrap()
}

fn body(outgoing: &OutgoingRequest) -> Value {
    assert_eq!(outgoing.header("content-type"), Some("application/json"));
    serde_json::from_slice(&outgoing.body).unwrap()
}

fn form(outgoing: &OutgoingRequest) -> Vec<(String, String)> {
    assert_eq!(
        outgoing.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    form_urlencoded::parse(&outgoing.body)
        .into_owned()
        .collect()
}

#[test]
fn every_request_is_a_post_with_the_same_id_each_time() {
    for format in Format::ALL {
        let outgoing = endpoint(format).request(&full()).unwrap();
        assert_eq!(outgoing, endpoint(format).request(&full()).unwrap());
        assert_eq!(outgoing.method, "POST");
        assert_eq!(outgoing.header("idempotency-key"), Some("m-1"));
        assert_eq!(outgoing.header("accept"), Some("application/json"));
        let text = String::from_utf8(outgoing.body).unwrap();
        assert!(text.contains("m-1"), "{format}");
    }
}

#[test]
fn postmark_is_sent_what_it_documents() {
    let outgoing = endpoint(Format::Postmark).request(&mail()).unwrap();
    assert_eq!(outgoing.url.as_str(), "https://api.postmarkapp.com/email");
    assert_eq!(
        outgoing.header("x-postmark-server-token"),
        Some("server-token")
    );
    assert_eq!(outgoing.header("authorization"), None);
    assert_eq!(
        body(&outgoing),
        json!({
            "From": "sender@example.com",
            "To": "receiver@example.com",
            "Subject": "Postmark test",
            "TextBody": "Hello dear Postmark user.",
            "HtmlBody": "<html><body><strong>Hello</strong> dear Postmark user.</body></html>",
            "MessageStream": "outbound",
            "Metadata": {"roster_message_id": "m-1"},
        })
    );
    let broadcast = endpoint(Format::Postmark).with_stream("broadcast").unwrap();
    let more = body(&broadcast.request(&full()).unwrap());
    assert_eq!(more["MessageStream"], "broadcast");
    assert_eq!(more["From"], r#""Example, Inc." <sender@example.com>"#);
    assert_eq!(more["ReplyTo"], "help@example.com");
    assert_eq!(more["Tag"], "welcome");
    assert_eq!(more["Metadata"]["profile"], "42");
    let unsubscribe = json!([{"Name": "List-Unsubscribe", "Value": "<https://x.org/u/abc>"}]);
    assert_eq!(more["Headers"], unsubscribe);
    assert!(endpoint(Format::Postmark).with_stream("a b").is_err());
}

#[test]
fn mailgun_is_sent_what_it_documents() {
    let excited = Mail {
        from_name: "Excited User".to_owned(),
        from: "postmaster@example.org".to_owned(),
        to: "recipient-1@example.com".to_owned(),
        subject: "Hello there!".to_owned(),
        text: "Testing some Mailgun awesomeness!".to_owned(),
        ..full()
    };
    let outgoing = endpoint(Format::Mailgun).request(&excited).unwrap();
    assert_eq!(
        outgoing.url.as_str(),
        "https://api.mailgun.net/v3/YOUR_DOMAIN_NAME/messages"
    );
    // api:YOUR_API_KEY
    assert_eq!(
        outgoing.header("authorization"),
        Some("Basic YXBpOllPVVJfQVBJX0tFWQ==")
    );
    let pairs = form(&outgoing);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(
        pairs,
        [
            ("from", "Excited User <postmaster@example.org>"),
            ("to", "recipient-1@example.com"),
            ("subject", "Hello there!"),
            ("text", "Testing some Mailgun awesomeness!"),
            ("html", &*excited.html),
            ("h:Reply-To", "help@example.com"),
            ("h:List-Unsubscribe", "<https://x.org/u/abc>"),
            ("o:tag", "welcome"),
            ("v:profile", "42"),
            ("v:roster_message_id", "m-1"),
        ]
    );
}

#[test]
fn sendgrid_is_sent_what_it_documents() {
    let outgoing = endpoint(Format::SendGrid).request(&full()).unwrap();
    assert_eq!(
        outgoing.url.as_str(),
        "https://api.sendgrid.com/v3/mail/send"
    );
    assert_eq!(outgoing.header("authorization"), Some("Bearer SG.key"));
    assert_eq!(
        body(&outgoing),
        json!({
            "personalizations": [{
                "to": [{"email": "receiver@example.com"}],
                "custom_args": {"profile": "42", "roster_message_id": "m-1"},
            }],
            "from": {"email": "sender@example.com", "name": "Example, Inc."},
            "reply_to": {"email": "help@example.com"},
            "subject": "Postmark test",
            "content": [
                {"type": "text/plain", "value": mail().text},
                {"type": "text/html", "value": mail().html},
            ],
            "headers": {"List-Unsubscribe": "<https://x.org/u/abc>"},
            "categories": ["welcome"],
        })
    );
    let html_only = Mail {
        text: String::new(),
        ..mail()
    };
    let sent = body(&endpoint(Format::SendGrid).request(&html_only).unwrap());
    assert_eq!(
        sent["content"],
        json!([{"type": "text/html", "value": mail().html}])
    );
}

#[test]
fn mailpit_is_sent_what_it_documents() {
    let outgoing = endpoint(Format::Mailpit).request(&full()).unwrap();
    assert_eq!(outgoing.url.as_str(), "http://localhost:8025/api/v1/send");
    // user:password
    assert_eq!(
        outgoing.header("authorization"),
        Some("Basic dXNlcjpwYXNzd29yZA==")
    );
    assert_eq!(
        body(&outgoing),
        json!({
            "From": {"Email": "sender@example.com", "Name": "Example, Inc."},
            "To": [{"Email": "receiver@example.com"}],
            "ReplyTo": [{"Email": "help@example.com"}],
            "Subject": "Postmark test",
            "Text": mail().text,
            "HTML": mail().html,
            "Headers": {
                "List-Unsubscribe": "<https://x.org/u/abc>",
                "X-Metadata-profile": "42",
                "X-Metadata-roster-message-id": "m-1",
            },
            "Tags": ["welcome"],
        })
    );
    let open = Endpoint::parse(
        Format::Mailpit,
        "http://localhost:8025/pit/api/v1/send",
        None,
    );
    let outgoing = open.unwrap().request(&mail()).unwrap();
    assert_eq!(outgoing.url.path(), "/pit/api/v1/send");
    assert_eq!(outgoing.header("authorization"), None);
}

#[test]
fn our_own_format_is_what_the_guide_shows() {
    let outgoing = endpoint(Format::Json).request(&full()).unwrap();
    assert_eq!(outgoing.header("authorization"), Some("Bearer token"));
    assert_eq!(
        body(&outgoing),
        json!({
            "id": "m-1",
            "channel": "email",
            "to": "receiver@example.com",
            "from": {"email": "sender@example.com", "name": "Example, Inc."},
            "reply_to": "help@example.com",
            "subject": "Postmark test",
            "text": mail().text,
            "html": mail().html,
            "headers": {"List-Unsubscribe": "<https://x.org/u/abc>"},
            "tag": "welcome",
            "metadata": {"profile": "42"},
        })
    );
}

fn note() -> Note {
    Note {
        id: "m-2".to_owned(),
        channel: Channel::Sms,
        to: "+4915112345678".to_owned(),
        text: "Your code is 123456.\nDon't tell.".to_owned(),
        tag: None,
        metadata: [("profile".to_owned(), "42".to_owned())].into(),
    }
}

#[test]
fn other_channels_need_our_own_format() {
    let outgoing = endpoint(Format::Json).request_note(&note()).unwrap();
    assert_eq!(outgoing.header("idempotency-key"), Some("m-2"));
    assert_eq!(
        body(&outgoing),
        json!({
            "id": "m-2",
            "channel": "sms",
            "to": "+4915112345678",
            "text": "Your code is 123456.\nDon't tell.",
            "metadata": {"profile": "42"},
        })
    );
    let wrong = endpoint(Format::Postmark)
        .request_note(&note())
        .unwrap_err();
    assert_eq!(wrong[0].code.as_str(), "invalid_format");
    let bad = Note {
        id: "a b".to_owned(),
        channel: Channel::Email,
        to: "a\r\nb".to_owned(),
        text: String::new(),
        ..note()
    };
    let wrong = endpoint(Format::Json).request_note(&bad).unwrap_err();
    let codes: Vec<&str> = wrong.iter().map(|invalid| invalid.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "invalid_channel",
            "required",
            "invalid_contact",
            "invalid_id"
        ]
    );
}
