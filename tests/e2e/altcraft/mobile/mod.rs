//! What apps ask for, as the SDKs do: with the token of a resource, or a JWT for one person.

mod devices;
mod doors;
mod events;

use super::Altcraft;
use crate::support::{Answer, Client, text};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const RTOKEN: &str = "2fHLS9YR9daS-a90b371eecc2952f";
const SECRET: &str = "a secret that both sides have: 32";

/// The public half of a pair whose other half is nowhere any more, and what that signed: a token
/// without an end about `rsa@example.org` in database 1.
const PUBLIC: &str = include_str!("public.pem");
const SIGNED: &str = include_str!("signed.jwt");

/// Apps of a resource, with a token of it and a key of its database.
struct Apps {
    alt: Altcraft,
}

impl Apps {
    fn start() -> Self {
        let alt = Altcraft::start();
        let api = &alt.db.api;
        let token = json!({"token": RTOKEN});
        let path = format!("/v1/resources/{}/app-token", alt.resource);
        let set = api.put(&path, &token).ok(200);
        assert_eq!(set["prefix"], "2fHL");
        let key = json!({"name": "one", "algorithm": "HS256", "secret": SECRET,
            "resource_id": alt.resource});
        let made = api.post(&format!("{}/app-keys", alt.db.path), &key).ok(201);
        assert_eq!(made["secret"], Value::Null);
        assert!(!made.to_string().contains(SECRET), "{made}");
        Apps { alt }
    }

    /// An app with the token of the resource.
    fn of_resource(&self) -> Client {
        self.alt.server.client(&format!("rtoken@{RTOKEN}"))
    }

    /// An app of somebody with an e-mail address.
    fn of(&self, email: &str) -> Client {
        let claims = json!({"exp": 4_000_000_000_i64, "matching": {
            "db_id": 1, "matching": "email", "email": email}});
        self.alt
            .server
            .client(&jwt(&json!({"alg": "HS256"}), &claims, SECRET))
    }

    /// Everybody with a push subscription: their id, and what they have.
    fn subscribed(&self) -> Vec<(String, Vec<Value>)> {
        let people = self.alt.db.all().into_iter();
        let with = people.map(|one| {
            let all = one["subscriptions"].as_array().cloned().unwrap_or_default();
            let push = all
                .into_iter()
                .filter(|one| one["channel"] == "push" && one["deleted"] == false);
            (text(&one["id"]), push.collect::<Vec<Value>>())
        });
        with.filter(|(_, all)| !all.is_empty()).collect()
    }

    fn history(&self, id: &str) -> String {
        let path = format!("{}/history?limit=100", self.alt.db.of(id));
        self.alt.db.api.get(&path).ok(200).to_string()
    }
}

fn jwt(header: &Value, claims: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{signed}.{signature}")
}

fn subscribing(device: &str, status: &str) -> Value {
    json!({
        "time": 1_790_000_000, "subscription_id": device,
        "subscription": {"subscription_id": device, "provider": "android-firebase",
            "status": status, "cats": [],
            "fields": {"_os": "Android", "_os_tz": "+0300", "_ad_track": false,
                "_device_model": "Pixel", "_app_ver": "1.2"}},
        "profile_fields": null, "replace": false, "skip_triggers": false,
    })
}

fn subscribe(app: &Client, device: &str, status: &str) -> Value {
    let path =
        "/subscription/push/subscribe/?provider=android-firebase&matching_mode=push_sub&sync=true";
    let answer = app.post(path, &subscribing(device, status));
    said(&answer, 200)
}

/// What an answer of this status says.
#[track_caller]
fn said(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{answer:?}");
    let body = answer.body();
    let error = if status == 200 { 0 } else { status };
    assert_eq!(body["error"], error, "{answer:?}");
    assert!(body["error_text"].is_string(), "{answer:?}");
    body
}

fn rotate(app: &Client, old: &str, new: &str) -> Answer {
    let path = format!(
        "/api/subscription/push/update/?provider=android-firebase&subscription_id={old}&sync=true"
    );
    let body = json!({"old_token": old, "old_provider": "android-firebase", "new_token": new,
        "new_provider": "android-firebase"});
    app.post(&path, &body)
}
