//! Consent from end to end: double opt-in, the pages for people, events, forms,
//! and why somebody does or doesn't get messages.

mod attacks;
mod browser;
mod confirmation;
mod events;
mod forms;
mod journey;
mod manager;
mod topics;

use crate::support::{Answer, Client, Database, Server, State, text};
use serde_json::{Value, json};

/// A server that ticks only when asked, a database, and a resource.
pub struct World {
    pub server: Server,
    pub db: Database,
    pub resource: String,
}

impl World {
    /// One whose resource asks for a confirmation if `opt_in`.
    pub fn new(opt_in: bool) -> Self {
        let server = Server::without_ticks(&State::new());
        let db = Database::new(&server, "people", &[]);
        let resource = db.api.post(
            "/v1/resources",
            &json!({
                "name": "The Letter", "databases": [db.id], "channels": ["email"],
                "categories": [{"name": "news", "title": "News"}, {"name": "offers", "title": "Offers"}],
                "double_opt_in": {"enabled": opt_in},
            }),
        );
        let resource = text(&resource.ok(201)["id"]);
        World {
            server,
            db,
            resource,
        }
    }

    /// Imports somebody with a subscription.
    pub fn subscribe(&self, email: &str, more: Value) -> String {
        let mut subscription =
            json!({"resource_id": self.resource, "channel": "email", "email": email});
        let members = subscription.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        self.db
            .import(&json!({"email": email, "subscriptions": [subscription]}))
    }

    /// The first subscription of a profile.
    pub fn subscription(&self, id: &str) -> Value {
        self.db.profile(id)["subscriptions"][0].clone()
    }

    /// The status of that subscription.
    pub fn status(&self, id: &str) -> String {
        text(&self.subscription(id)["status"])
    }

    /// Its links.
    pub fn links(&self, id: &str) -> Value {
        let subscription = text(&self.subscription(id)["id"]);
        let target = format!("{}/links", self.db.of(id));
        self.db
            .api
            .post(
                &target,
                &json!({"subscription_id": subscription, "message_id": "m-1",
                    "clicks": ["https://shop.example/sale?x=1&y=2"]}),
            )
            .ok(200)
    }

    /// Whether somebody gets messages, and the codes of why not.
    pub fn deliverable(&self, id: &str) -> (bool, Vec<String>) {
        let target = format!("{}/deliverability", self.db.of(id));
        let answer = self.db.api.get(&target).ok(200);
        let codes = answer["items"][0]["reasons"].as_array().unwrap().iter();
        let codes = codes.map(|reason| text(&reason["code"])).collect();
        (answer["deliverable"] == true, codes)
    }

    /// The kinds and interfaces of a profile's history, oldest first.
    pub fn history(&self, id: &str) -> Vec<Value> {
        let target = format!("{}/history", self.db.of(id));
        let mut items = self.db.api.get(&target).ok(200)["items"]
            .as_array()
            .unwrap()
            .clone();
        items.reverse();
        items
    }

    /// The link of the newest confirmation in the outbox, as a path.
    pub fn confirmation(&self) -> String {
        let list = self.db.api.get("/v1/outbox?kind=confirmation").ok(200);
        let ids = list["items"].as_array().unwrap().iter();
        let newest = ids.max_by_key(|item| text(&item["id"]).parse::<i64>().unwrap());
        let id = text(&newest.expect("a message")["id"]);
        let message = self.db.api.get(&format!("/v1/outbox/{id}")).ok(200);
        path(&text(&message["letter"]["link"]))
    }

    pub fn public(&self) -> Client {
        self.server.anonymous()
    }
}

/// The path of a link.
pub fn path(link: &str) -> String {
    let (_, rest) = link.split_once("://").unwrap_or(("", link));
    let at = rest.find('/').unwrap_or(0);
    rest[at..].to_owned()
}

/// Posts a form as a browser on our own page does.
pub fn submit(client: &Client, path: &str, form: &str) -> Answer {
    client.send(
        "POST",
        path,
        &[
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ],
        form,
    )
}

/// Checks what every page promises.
#[track_caller]
pub fn is_private_page(answer: &Answer) {
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    assert!(answer.header("x-robots-tag").unwrap().contains("noindex"));
    assert_eq!(answer.header("set-cookie"), None);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!answer.text.contains("<script"));
}
