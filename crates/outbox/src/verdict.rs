//! What a provider's answer means for the message.

use crate::endpoint::Endpoint;
use crate::format::Format;
use crate::text::one_line;
use serde_json::Value;

/// The longest detail, in characters.
pub const MAX_DETAIL_CHARS: usize = 500;
/// The longest wait that a provider can ask for, in milliseconds: 24 hours.
pub const MAX_AFTER_MS: i64 = 24 * 60 * 60 * 1_000;
/// How much of an answer is looked at, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// The longest id that a provider gives a message, in characters.
const MAX_PROVIDER_ID_CHARS: usize = 200;

/// What became of a message. Details are for people, one line without the
/// secret, at most [`MAX_DETAIL_CHARS`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The provider took it.
    Sent {
        /// The provider's own id for it, by which its reports name it.
        provider_id: Option<String>,
    },
    /// Not this time: worth another try.
    Retry {
        /// What was wrong.
        detail: String,
        /// How long the provider asks us to wait, in milliseconds, at most
        /// [`MAX_AFTER_MS`]. Wait for this or for [`crate::backoff`], whichever
        /// is longer.
        after_ms: Option<i64>,
    },
    /// Not ever, the way it is.
    Refused {
        /// What was wrong.
        detail: String,
    },
}

impl Endpoint {
    /// What an answer means: 2xx sent (unless it says otherwise), 401, 403, 408,
    /// 425, 429 and 5xx worth another try, anything else refused. A key that was
    /// revoked is no fault of the messages, which wait for a new one. Headers have names in
    /// lower case; `retry-after` is read in seconds only.
    pub fn verdict(&self, status: u16, headers: &[(String, String)], body: &[u8]) -> Verdict {
        let header = |name: &str| {
            let found = headers.iter().find(|(n, _)| n == name);
            found.map(|(_, value)| value.as_str())
        };
        let body = body.get(..MAX_ANSWER_BYTES).unwrap_or(body);
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let detail = || self.detail(&format!("{status}: {}", said(&answer, body)));
        match status {
            200..=299 if self.took(&answer) => {
                let id = match self.format() {
                    Format::Postmark => answer.get("MessageID"),
                    Format::Mailpit => answer.get("ID"),
                    Format::Mailgun | Format::Json => answer.get("id"),
                    Format::SendGrid => None,
                };
                let id = match (id, self.format()) {
                    (Some(Value::String(id)), _) => Some(id.clone()),
                    (Some(Value::Number(id)), _) => Some(id.to_string()),
                    (_, Format::SendGrid) => header("x-message-id").map(str::to_owned),
                    _ => None,
                };
                let id = id.map(|id| one_line(&self.masked(&id), MAX_PROVIDER_ID_CHARS));
                Verdict::Sent {
                    provider_id: id.filter(|id| !id.is_empty()),
                }
            }
            401 | 403 | 408 | 425 | 429 | 500..=599 => Verdict::Retry {
                detail: detail(),
                after_ms: header("retry-after").and_then(after_ms),
            },
            _ => Verdict::Refused { detail: detail() },
        }
    }

    /// The verdict when no answer came; `error` says why. The message may have
    /// been taken all the same.
    pub fn unanswered(&self, error: &str) -> Verdict {
        Verdict::Retry {
            detail: self.detail(error),
            after_ms: None,
        }
    }

    /// Postmark says in the body whether it took the message.
    fn took(&self, answer: &Value) -> bool {
        let code = answer.get("ErrorCode").and_then(Value::as_i64);
        self.format() != Format::Postmark || code.unwrap_or(0) == 0
    }

    fn detail(&self, text: &str) -> String {
        // Masked before it is cut, so that no part of a secret is left at the
        // end; and after it was made one line, which could join its parts.
        let line = one_line(text, MAX_ANSWER_BYTES);
        let masked = self.masked(&line);
        let mut cut: String = masked.chars().take(MAX_DETAIL_CHARS).collect();
        if cut.len() < masked.len() {
            cut.pop();
            cut.push('…');
        }
        cut
    }
}

/// What an answer says is wrong: the member that providers have for it, or the
/// whole text.
fn said(answer: &Value, body: &[u8]) -> String {
    let names = ["Message", "message", "Error", "detail", "error", "title"];
    let text = names
        .iter()
        .find_map(|name| answer.get(name).and_then(Value::as_str));
    // SendGrid's is a list.
    let listed: Vec<&str> = answer
        .get("errors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|error| error.get("message").and_then(Value::as_str))
        .collect();
    match text {
        Some(text) => text.to_owned(),
        None if !listed.is_empty() => listed.join(" "),
        None if body.is_empty() => "no reason was given".to_owned(),
        None => String::from_utf8_lossy(body).into_owned(),
    }
}

fn after_ms(text: &str) -> Option<i64> {
    let seconds: i64 = text.trim().parse().ok().filter(|seconds| *seconds > 0)?;
    Some(seconds.saturating_mul(1_000).min(MAX_AFTER_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECRET: &str = "s3cr3t-0f-the-endpoint";

    fn endpoint(format: Format) -> Endpoint {
        let (url, secret) = match format {
            Format::Json => ("https://gateway.example.org/", SECRET.to_owned()),
            Format::Mailgun => (
                "https://api.mailgun.net/v3/x.org/messages",
                SECRET.to_owned(),
            ),
            Format::Mailpit => ("http://localhost:8025", format!("user:{SECRET}")),
            Format::Postmark | Format::SendGrid => ("", SECRET.to_owned()),
        };
        Endpoint::parse(format, url, Some(&secret)).unwrap()
    }

    fn verdict(format: Format, status: u16, body: &str) -> Verdict {
        endpoint(format).verdict(status, &[], body.as_bytes())
    }

    fn sent(id: &str) -> Verdict {
        let provider_id = Some(id.to_owned());
        Verdict::Sent { provider_id }
    }

    #[test]
    fn providers_say_under_which_id_they_took_it() {
        let postmark = r#"{"To": "receiver@example.com", "SubmittedAt": "2014-02-17T07:25:01.4178645-05:00",
            "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d", "ErrorCode": 0, "Message": "OK"}"#;
        assert_eq!(
            verdict(Format::Postmark, 200, postmark),
            sent("0a129aee-e1cd-480d-b08d-4f48548ff48d")
        );
        let mailgun = r#"{"id": "<20111114174239.25659.5817@samples.mailgun.org>", "message": "Queued. Thank you."}"#;
        assert_eq!(
            verdict(Format::Mailgun, 200, mailgun),
            sent("<20111114174239.25659.5817@samples.mailgun.org>")
        );
        assert_eq!(
            verdict(Format::Mailpit, 200, r#"{"ID": "iAfZVVe2UQfNSG5BAjgYwa"}"#),
            sent("iAfZVVe2UQfNSG5BAjgYwa")
        );
        assert_eq!(verdict(Format::Json, 201, r#"{"id": 17}"#), sent("17"));
        let headers = [("x-message-id".to_owned(), "14c5d75ce93".to_owned())];
        let sendgrid = endpoint(Format::SendGrid).verdict(202, &headers, b"");
        assert_eq!(sendgrid, sent("14c5d75ce93"));
        for body in ["", "OK", "[]", r#"{"id": ["a"]}"#, r#"{"id": ""}"#] {
            let none = Verdict::Sent { provider_id: None };
            assert_eq!(verdict(Format::Json, 204, body), none, "{body}");
        }
    }

    #[test]
    fn the_status_decides() {
        for format in Format::ALL {
            for status in [401, 403, 408, 425, 429, 500, 502, 503, 504, 599] {
                let given = verdict(format, status, "");
                assert!(
                    matches!(given, Verdict::Retry { after_ms: None, .. }),
                    "{status}"
                );
            }
            for status in [100, 301, 302, 307, 400, 404, 406, 413, 422, 600] {
                let given = verdict(format, status, "");
                assert!(matches!(given, Verdict::Refused { .. }), "{status}");
            }
        }
    }

    #[test]
    fn details_are_what_the_provider_says() {
        let refused = |format, status, body| match verdict(format, status, body) {
            Verdict::Refused { detail } => detail,
            other => panic!("{other:?}"),
        };
        let postmark = r#"{"ErrorCode": 406, "Message": "You tried to send to a recipient that has been marked as inactive."}"#;
        let inactive = "You tried to send to a recipient that has been marked as inactive.";
        assert_eq!(
            refused(Format::Postmark, 422, postmark),
            format!("422: {inactive}")
        );
        // It says so with status 200 too, for one message of several.
        assert_eq!(
            refused(Format::Postmark, 200, postmark),
            format!("200: {inactive}")
        );
        let sendgrid = r#"{"errors": [{"message": "One.", "field": null}, {"message": "Two."}]}"#;
        assert_eq!(refused(Format::SendGrid, 400, sendgrid), "400: One. Two.");
        assert_eq!(
            refused(
                Format::Mailgun,
                400,
                r#"{"message": "to parameter is not a valid address"}"#
            ),
            "400: to parameter is not a valid address"
        );
        assert_eq!(
            refused(
                Format::Mailpit,
                400,
                r#"{"Error": "invalid To address: x"}"#
            ),
            "400: invalid To address: x"
        );
        assert_eq!(
            refused(Format::Json, 405, "<h1>No</h1>\r\n"),
            "405: <h1>No</h1>"
        );
        assert_eq!(refused(Format::Json, 404, ""), "404: no reason was given");
    }

    #[test]
    fn a_provider_may_ask_us_to_wait() {
        let wait = |value: &str| {
            let headers = [("retry-after".to_owned(), value.to_owned())];
            match endpoint(Format::Json).verdict(429, &headers, b"") {
                Verdict::Retry { after_ms, .. } => after_ms,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(wait("120"), Some(120_000));
        assert_eq!(wait("9223372036854775807"), Some(MAX_AFTER_MS));
        for text in ["", "0", "-5", "soon", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(wait(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn details_are_short_and_hold_no_secret(
            at in 0usize..600,
            status in 300u16..600,
            json in any::<bool>(),
            which in 0usize..5,
        ) {
            let endpoint = endpoint(Format::ALL[which]);
            let mail = crate::Mail {
                id: "m".into(), to: "a@x.org".into(), from: "b@x.org".into(),
                subject: "s".into(), text: "t".into(), ..Default::default()
            };
            let request = endpoint.request(&mail).unwrap();
            let (_, credentials) = request.headers.last().unwrap();
            let encoded = credentials.rsplit(' ').next().unwrap();
            let text = format!("{}{encoded} {SECRET}{}", "ä".repeat(at), "z".repeat(600));
            let body = if json { serde_json::json!({"message": text}).to_string() } else { text };
            let (Verdict::Retry { detail, .. } | Verdict::Refused { detail }) =
                endpoint.verdict(status, &[], body.as_bytes()) else { panic!() };
            prop_assert!(detail.chars().count() <= MAX_DETAIL_CHARS);
            // A whole half of it would be too much already.
            prop_assert!(!detail.contains(&SECRET[..11]) && !detail.contains(&encoded[..encoded.len() / 2]), "{}", detail);
        }

        #[test]
        fn any_answer_is_judged(status in any::<u16>(), body in proptest::collection::vec(any::<u8>(), 0..200), which in 0usize..5) {
            endpoint(Format::ALL[which]).verdict(status, &[], &body);
        }
    }
}
