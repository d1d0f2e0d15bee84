//! The texts of a message that a header or an address list is made of: nothing
//! in them may begin a new line, or a new address.

use roster_model::Code;
use roster_model::error::{excerpt, valid};
use roster_model::{Email, Invalid};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The name under which providers are given the message's id as metadata.
pub const MESSAGE_ID: &str = "roster_message_id";
/// The most pairs of metadata: with the id 10, as many as fit Postmark.
pub const MAX_METADATA: usize = 9;
const MAX_ID_BYTES: usize = 80;
const MAX_NAME_CHARS: usize = 200;
const MAX_SUBJECT_CHARS: usize = 998;
const MAX_HEADERS: usize = 20;
const MAX_HEADER_BYTES: usize = 8_192;

/// Headers that the other members of a message, or the provider, decide.
const RESERVED: [&str; 17] = [
    "bcc",
    "cc",
    "content-transfer-encoding",
    "content-type",
    "date",
    "dkim-signature",
    "from",
    "message-id",
    "mime-version",
    "received",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
    "x-sg-eid",
    "x-sg-id",
];

/// Whether a mail program could take it for the end of a line.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A text for people as one line: control characters become spaces, runs of
/// white space one space. People's names stand in subjects, and a line break
/// in one is no reason to keep a message from them.
pub(crate) fn one_line(text: &str, most: usize) -> String {
    let spaced = text.replace(breaks, " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").chars().take(most).collect()
}

/// A subject, as one line; code `required` if nothing is left of it.
pub(crate) fn subject(text: &str) -> Result<String, Invalid> {
    let line = one_line(text, MAX_SUBJECT_CHARS);
    if line.is_empty() {
        return Err(Invalid::new(Code::Required, "A mail needs a subject."));
    }
    Ok(line)
}

/// Somebody's name beside an address; may be empty.
pub(crate) fn name(text: &str) -> String {
    one_line(text, MAX_NAME_CHARS)
}

/// An address as providers take it: the domain in ASCII, no quotation marks.
/// Code: `invalid_email`.
///
/// Addresses such as `"a, b"@x.org` exist by the RFC. Some providers read
/// several addresses from one text and refuse quotation marks, so we do too.
pub(crate) fn address(text: &str) -> Result<String, Invalid> {
    let email = Email::parse(text)?;
    let local = |text: &str| text.rsplit_once('@').map(|(local, _)| local.to_owned());
    let given = local(email.given()).filter(|local| !local.contains('"'));
    let sent = given
        .or_else(|| local(email.key()))
        .zip(email.key().rsplit_once('@'))
        .map(|(local, (_, domain))| format!("{local}@{domain}"));
    sent.filter(|sent| !sent.contains(['"', ',', ';', '<', '>', '\\', ' ']))
        .ok_or_else(|| {
            let detail = format!(
                "{} can't be sent to: providers take no addresses in quotation marks.",
                excerpt(text)
            );
            Invalid::new(Code::InvalidEmail, detail)
        })
}

/// `name <address>`, with quotation marks around a name that needs them
/// (RFC 5322 §3.2.4); just the address if there is no name.
pub(crate) fn mailbox(name: &str, address: &str) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let plain = |c: char| c.is_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c);
    if name.chars().all(plain) {
        format!("{name} <{address}>")
    } else {
        let escaped = name.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{escaped}\" <{address}>")
    }
}

/// The message's id: 1 to 80 letters, digits, `.`, `_`, `:` and `-`. Code:
/// `invalid_id`.
pub(crate) fn id(text: &str) -> Result<String, Invalid> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._:-".contains(&b);
    if text.is_empty() || text.len() > MAX_ID_BYTES || !text.bytes().all(plain) {
        let detail = format!(
            "{} is no id of a message: 1 to {MAX_ID_BYTES} letters, digits, dots, underscores, colons and hyphens are.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::InvalidId, detail));
    }
    Ok(text.to_owned())
}

/// The message's own headers. Codes: `too_many`, `invalid_header`,
/// `reserved_header`, `duplicate`.
pub(crate) fn headers(given: &[(String, String)]) -> Result<(), Vec<Invalid>> {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    if given.len() > MAX_HEADERS {
        let detail = format!("{} headers: at most {MAX_HEADERS} fit.", given.len());
        wrong.push(Invalid::new(Code::TooMany, detail));
    }
    for (index, (name, value)) in given.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        // RFC 5322 allows more in a name; nobody needs it.
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let complaint = if name.is_empty() || name.len() > 100 || !name.bytes().all(plain) {
            let detail = format!("{} is no name of a header.", excerpt(name));
            Some((Code::InvalidHeader, detail))
        } else if RESERVED.contains(&lower.as_str()) {
            let detail = format!("{name} is not set as a header.");
            Some((Code::ReservedHeader, detail))
        } else if seen.contains(&lower) {
            Some((Code::Duplicate, format!("{name} is given twice.")))
        } else if value.contains(breaks) || value.len() > MAX_HEADER_BYTES {
            let detail = format!(
                "The value of {name} must be one line of at most {MAX_HEADER_BYTES} bytes."
            );
            Some((Code::InvalidHeader, detail))
        } else {
            None
        };
        seen.push(lower);
        wrong.extend(complaint.map(|(code, detail)| Invalid::new(code, detail).at_index(index)));
    }
    valid((), wrong)
}

/// A word by which the provider groups messages. Code: `invalid_tag`.
pub(crate) fn tag(text: &str) -> Result<(), Invalid> {
    // Mailgun takes ASCII only, Mailpit these characters only.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" ._-".contains(&b);
    if text.is_empty() || text.len() > 100 || !text.bytes().all(plain) {
        let detail = format!(
            "{} is no tag: 1 to 100 letters, digits, spaces, dots, underscores and hyphens are.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::InvalidTag, detail));
    }
    Ok(())
}

/// Metadata as the narrowest provider takes it: at most [`MAX_METADATA`] names
/// of 1 to 20 lower-case letters, digits and underscores, with texts of 1 to
/// 80 characters. Codes: `too_many`, `invalid_metadata`.
pub(crate) fn metadata(given: &BTreeMap<String, String>) -> Result<(), Vec<Invalid>> {
    let mut wrong = Vec::new();
    if given.len() > MAX_METADATA {
        let detail = format!("{} pairs: at most {MAX_METADATA} fit.", given.len());
        wrong.push(Invalid::new(Code::TooMany, detail));
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    for (name, value) in given {
        let named = (1..=20).contains(&name.len()) && name.bytes().all(plain) && name != MESSAGE_ID;
        let valued = (1..=80).contains(&value.chars().count()) && !value.contains(breaks);
        if !named || !valued {
            let detail = "Metadata has names of 1 to 20 lower-case letters, digits and underscores, and texts of 1 to 80 characters in one line.";
            wrong.push(Invalid::new(Code::InvalidMetadata, detail).at(name));
        }
    }
    valid((), wrong)
}

/// The metadata and the message's id, as providers are given them.
pub(crate) fn metadata_with_id(given: &BTreeMap<String, String>, id: &str) -> Map<String, Value> {
    let pairs = given.iter().map(|(k, v)| (k.clone(), v.as_str().into()));
    let mut map: Map<String, Value> = pairs.collect();
    map.insert(MESSAGE_ID.to_owned(), id.into());
    map
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(mailbox("", "a@x.org"), "a@x.org");
        assert_eq!(mailbox("Ann Lee", "a@x.org"), "Ann Lee <a@x.org>");
        assert_eq!(mailbox("Öl & Co", "a@x.org"), "Öl & Co <a@x.org>");
        assert_eq!(
            mailbox(r#"Lee, "Ann" \o/"#, "a@x.org"),
            r#""Lee, \"Ann\" \\o/" <a@x.org>"#
        );
    }

    #[test]
    fn addresses_are_sent_as_providers_take_them() {
        assert_eq!(address(" Ann@BÜCHER.de ").unwrap(), "Ann@xn--bcher-kva.de");
        assert_eq!(address(r#""ann"@x.org"#).unwrap(), "ann@x.org");
        for text in [
            r#""a,b"@x.org"#,
            r#""a b"@x.org"#,
            "a@x.org\r\nBcc: b@x.org",
            "a@x.org,b@x.org",
            "Ann <a@x.org>",
            "",
        ] {
            assert_eq!(
                address(text).unwrap_err().code.as_str(),
                "invalid_email",
                "{text:?}"
            );
        }
    }

    #[test]
    fn headers_are_checked() {
        let codes = |pairs: &[(&str, &str)]| -> Vec<(String, &str)> {
            let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            let pairs: Vec<_> = pairs.iter().map(own).collect();
            let wrong = headers(&pairs).err().unwrap_or_default();
            wrong
                .into_iter()
                .map(|i| (i.pointer, i.code.as_str()))
                .collect()
        };
        let good = ("List-Unsubscribe", "<https://x.org/u>");
        assert_eq!(
            codes(&[
                good,
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
            ]),
            []
        );
        assert_eq!(
            codes(&[good, ("list-unsubscribe", "a")]),
            [("/1".to_owned(), "duplicate")]
        );
        assert_eq!(
            codes(&[("BCC", "b@x.org")]),
            [("/0".to_owned(), "reserved_header")]
        );
        for bad in [
            ("", "a"),
            ("X: Y", "a"),
            ("X\r\nBcc", "a"),
            ("X-A", "a\r\nBcc: b@x.org"),
            ("X-A", "a\nb"),
            ("X-A", "a\u{2028}b"),
        ] {
            assert_eq!(
                codes(&[bad]),
                [("/0".to_owned(), "invalid_header")],
                "{bad:?}"
            );
        }
    }

    #[test]
    fn ids_tags_and_metadata_are_checked() {
        assert!(id("01J-a.b:c_d").is_ok());
        for bad in ["", "a b", "a\nb", "ж", &"a".repeat(81)] {
            assert_eq!(id(bad).unwrap_err().code.as_str(), "invalid_id", "{bad:?}");
            assert!(tag(bad).is_err() || bad.contains(' ') || bad.len() == 81);
        }
        let pair = |k: &str, v: &str| BTreeMap::from([(k.to_owned(), v.to_owned())]);
        assert!(metadata(&pair("profile", "ж")).is_ok());
        for (k, v) in [
            ("", "a"),
            ("Profile", "a"),
            ("a", ""),
            ("a", "b\n"),
            (MESSAGE_ID, "a"),
        ] {
            assert_eq!(
                metadata(&pair(k, v)).unwrap_err()[0].code.as_str(),
                "invalid_metadata"
            );
        }
        let many = (0..10).map(|n| (format!("k{n}"), "v".to_owned())).collect();
        assert_eq!(metadata(&many).unwrap_err()[0].code.as_str(), "too_many");
    }

    proptest! {
        #[test]
        fn no_line_is_broken(text in any::<String>()) {
            for line in [one_line(&text, 100), name(&text), subject(&text).unwrap_or_default()] {
                prop_assert!(!line.contains(breaks));
                prop_assert_eq!(one_line(&line, 1_000), line.trim_end());
            }
        }

        #[test]
        fn a_mailbox_has_one_address(text in "[ -~]{0,40}") {
            let written = mailbox(&name(&text), "a@x.org");
            let quoted = written.strip_suffix(" <a@x.org>").unwrap_or_default();
            if let Some(inside) = quoted.strip_prefix('"') {
                // Nothing but an escaped quotation mark before the last one.
                let inside = inside.strip_suffix('"').unwrap();
                let bare = inside.replace("\\\\", "").replace("\\\"", "");
                prop_assert!(!bare.contains(['"', '\\']));
            } else {
                prop_assert!(!quoted.contains(['"', ',', '<', '>', ';', ':', '@', '(', ')']));
            }
        }
    }
}
