//! A request that a webhook received, as it came and as it is kept.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use roster_webhook::{Scheme, Secret};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A request: headers by name in lower case, and the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookRequest {
    headers: BTreeMap<String, String>,
    /// The body as it came.
    pub body: Vec<u8>,
}

impl WebhookRequest {
    /// A request with these headers; several of one name are one with commas.
    pub fn new<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a str)>,
        body: impl Into<Vec<u8>>,
    ) -> Self {
        let mut received = WebhookRequest {
            headers: BTreeMap::new(),
            body: body.into(),
        };
        for (name, value) in headers {
            received.add(name, value);
        }
        received
    }

    /// A request that came over HTTP.
    pub fn of_http(headers: &HeaderMap, body: &[u8]) -> Self {
        let mut received = WebhookRequest::new([], body);
        for (name, value) in headers {
            received.add(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        received
    }

    fn add(&mut self, name: &str, value: &str) {
        let place = self.headers.entry(name.to_ascii_lowercase());
        place
            .and_modify(|known| {
                known.push_str(", ");
                known.push_str(value);
            })
            .or_insert_with(|| value.to_owned());
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// As it is kept and shown: `{content_type, headers, body}`, where headers
    /// that would give a secret away are hidden; `body_base64` stands for a body
    /// that is no UTF-8.
    pub fn kept(&self, scheme: &Scheme, secrets: &[Secret]) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let shown = scheme.mask(name, value, secrets);
                (name.clone(), Value::from(shown.into_owned()))
            })
            .collect();
        let mut kept = json!({
            "content_type": self.header("content-type"),
            "headers": headers,
        });
        let (member, body) = match std::str::from_utf8(&self.body) {
            Ok(text) => ("body", text.to_owned()),
            Err(_) => ("body_base64", STANDARD.encode(&self.body)),
        };
        kept[member] = body.into();
        kept
    }

    /// A request that was kept; none if it is not like one.
    pub fn of_kept(kept: &Value) -> Option<Self> {
        let headers = kept.get("headers")?.as_object()?.iter();
        let headers = headers.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        let body = match kept.get("body") {
            Some(body) => body.as_str()?.as_bytes().to_vec(),
            None => STANDARD.decode(kept.get("body_base64")?.as_str()?).ok()?,
        };
        Some(WebhookRequest::new(headers, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_read_again_but_for_its_secrets() {
        let scheme = Scheme::parse(&json!({"scheme": "bearer"})).unwrap();
        let secrets = [scheme.secret("the secret of ours").unwrap()];
        let mut headers = HeaderMap::new();
        headers.insert("Authorization", "Bearer x".parse().unwrap());
        headers.insert("X-Echo", "a the secret of ours b".parse().unwrap());
        headers.append("X-Topic", "one".parse().unwrap());
        headers.append("X-Topic", "two".parse().unwrap());
        headers.insert("Content-Type", "application/json".parse().unwrap());
        for body in [&b"{\"a\":\"\xc3\xa9\\u0000\"}"[..], b"\xff\xfe", b""] {
            let received = WebhookRequest::of_http(&headers, body);
            let kept = received.kept(&scheme, &secrets);
            assert!(!kept.to_string().contains("secret of ours"), "{kept}");
            assert_eq!(kept["content_type"], "application/json");
            assert_eq!(kept["headers"]["authorization"], "***");
            let again = WebhookRequest::of_kept(&kept).unwrap();
            assert_eq!(again.body, body);
            assert_eq!(again.header("x-topic"), Some("one, two"));
            assert_eq!(again.kept(&scheme, &secrets), kept);
        }
        for odd in [json!(null), json!({"headers": {}}), json!({"body": ""})] {
            assert_eq!(WebhookRequest::of_kept(&odd), None, "{odd}");
        }
    }
}
