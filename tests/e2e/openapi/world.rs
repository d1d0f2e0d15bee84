//! A server that has whatever the examples of the OpenAPI document speak of.

use super::places::{DELIVERY, FILE};
use crate::support::{ADMIN, Client, Server, State, text};
use roster_model::Timestamp;
use roster_webhook::{Secret, sign};
use serde_json::{Value, json};
use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

/// What the server needs to be told.
pub const VARIABLES: [(&str, &str); 4] = [
    ("admin_token", ADMIN),
    ("import_hosts", "files.example.org"),
    ("notify_hosts", "https://example.org"),
    ("sql_hosts", "db.example.org, 127.0.0.1:*"),
];

/// Databases 1 and 2, resource 1 and Ann, as the examples name them; everything else
/// is made when it is asked for.
pub struct World {
    pub server: Server,
    pub api: Client,
    pub anybody: Client,
    /// Ann's id.
    pub ann: String,
    /// The id of her subscription, which is unconfirmed.
    pub subscription: String,
    made: Cell<u32>,
}

/// A webhook, and the secret that was shown when it was made.
pub struct Hook {
    pub id: String,
    secret: String,
}

impl World {
    pub fn new() -> Self {
        Self::on(Server::without_ticks_with(&State::new(), &VARIABLES))
    }

    /// One on a server with [`VARIABLES`] that has nothing yet.
    pub fn on(server: Server) -> Self {
        let mut world = World {
            api: server.admin(),
            anybody: server.anonymous(),
            server,
            ann: String::new(),
            subscription: String::new(),
            made: Cell::new(0),
        };
        world.make("/v1/databases", &json!({"name": "First"}));
        world.make("/v1/databases", &json!({"name": "Second"}));
        let resource = json!({
            "name": "Letter", "databases": ["1", "2"], "channels": ["email", "sms"],
            "double_opt_in": {"enabled": true},
        });
        world.make("/v1/resources", &resource);
        for (name, kind) in [("visits", "integer"), ("interests", "tags")] {
            let field = json!({"name": name, "type": kind});
            world.api.post("/v1/databases/1/fields", &field).ok(201);
        }
        world.person("ada@example.org");
        world.person("bob@example.org");
        world.ann = world.person("ann@example.org");
        world.subscription = world.subscription_of(&world.ann);
        world
    }

    /// Makes something; its id.
    pub fn make(&self, target: &str, body: &Value) -> String {
        text(&self.api.post(target, body).ok(201)["id"])
    }

    /// A word that nothing is called by.
    pub fn word(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("thing{}", self.made.get())
    }

    /// The id of a profile's subscription.
    fn subscription_of(&self, profile: &str) -> String {
        let target = format!("/v1/databases/1/profiles/{profile}");
        text(&self.api.get(&target).ok(200)["subscriptions"][0]["id"])
    }

    /// A database, and its name.
    pub fn database(&self) -> (String, String) {
        let name = self.word();
        (self.make("/v1/databases", &json!({"name": name})), name)
    }

    /// A database with the field `party`.
    pub fn database_with_field(&self) -> String {
        let (id, _) = self.database();
        let field = json!({"name": "party", "type": "string"});
        let target = format!("/v1/databases/{id}/fields");
        self.api.post(&target, &field).ok(201);
        id
    }

    /// Somebody in database 1 who subscribes to resource 1.
    pub fn person(&self, email: &str) -> String {
        let data = json!({"email": email, "subscriptions": [
            {"resource_id": "1", "channel": "email", "email": email}
        ]});
        self.make("/v1/databases/1/profiles", &json!({"data": data}))
    }

    /// Somebody new, and the id of their subscription.
    pub fn subscriber(&self) -> (String, String) {
        let profile = self.somebody();
        let subscription = self.subscription_of(&profile);
        (profile, subscription)
    }

    /// An address that nobody has.
    pub fn address(&self) -> String {
        format!("{}@example.org", self.word())
    }

    /// Somebody new.
    pub fn somebody(&self) -> String {
        self.person(&format!("{}@example.org", self.word()))
    }

    /// Deletes Ann's subscription.
    pub fn delete_subscription(&self) {
        let target = format!(
            "/v1/databases/1/profiles/{}/subscriptions?id={}",
            self.ann, self.subscription
        );
        self.api.delete(&target).ok(200);
    }

    /// Ann leaves by a link, so that there is something that stands against her.
    pub fn leave(&self) {
        // It may be deleted at the moment.
        let target = format!(
            "/v1/databases/1/profiles/{}/subscriptions/restore",
            self.ann
        );
        let contact = json!({"resource_id": "1", "channel": "email", "email": "ann@example.org"});
        self.api.post(&target, &contact);
        let target = format!(
            "/v1/databases/1/profiles/{}/links?subscription={}",
            self.ann, self.subscription
        );
        let links = self.api.get(&target).ok(200);
        let link = text(&links["unsubscribe"]);
        let path = &link[link.find("/s/").unwrap()..];
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = "List-Unsubscribe=One-Click";
        let answer = self.anybody.send("POST", path, &headers, body);
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub fn token(&self) -> String {
        let body = json!({"name": self.word(), "scopes": ["profiles:read"]});
        text(&self.api.post("/v1/tokens", &body).ok(201)["id"])
    }

    pub fn resource(&self) -> (String, String) {
        let name = self.word();
        let body = json!({"name": name, "databases": ["1"], "channels": ["email"]});
        (self.make("/v1/resources", &body), name)
    }

    /// A resource with a token for apps.
    pub fn app_token(&self) -> String {
        let (id, _) = self.resource();
        let path = format!("/v1/resources/{id}/app-token");
        self.api.post(&path, &Value::Null).ok(201);
        id
    }

    /// A database, and a resource that serves it alone.
    pub fn database_with_resource(&self) -> (String, String) {
        let (db, name) = self.database();
        let body = json!({"name": name, "databases": [db], "channels": ["push"]});
        (db, self.make("/v1/resources", &body))
    }

    /// A key for apps: its database, its id, and its resource.
    pub fn app_key(&self) -> (String, String, String) {
        let (db, resource) = self.database_with_resource();
        let key = json!({"name": self.word(), "algorithm": "HS256", "resource_id": resource});
        let id = self.make(&format!("/v1/databases/{db}/app-keys"), &key);
        (db, id, resource)
    }

    pub fn segment(&self) -> (String, String) {
        let name = self.word();
        let body = json!({ "name": name });
        (self.make("/v1/databases/1/segments", &body), name)
    }

    /// An updatable segment.
    pub fn updatable_segment(&self) -> String {
        let body = json!({ "name": self.word(), "kind": "updatable", "condition": {} });
        self.make("/v1/databases/1/segments", &body)
    }

    /// An updatable segment that is to be refreshed.
    pub fn refresh(&self) -> String {
        let id = self.updatable_segment();
        let path = format!("/v1/databases/1/segments/{id}/refresh");
        self.api.post(&path, &Value::Null).ok(202);
        id
    }

    /// A dynamic segment whose condition no longer fits the database.
    pub fn unfit_segment(&self) -> String {
        let field = json!({"name": self.word(), "type": "integer"});
        let name = field["name"].as_str().unwrap_or_default();
        let fields = "/v1/databases/1/fields";
        self.api.post(fields, &field).ok(201);
        let condition = json!({"field": name, "eq": 1});
        let body = json!({"name": self.word(), "kind": "dynamic", "condition": condition});
        let id = self.make("/v1/databases/1/segments", &body);
        self.api.delete(&format!("{fields}/{name}")).ok(200);
        id
    }

    pub fn view(&self) -> String {
        let body = json!({ "name": self.word() });
        self.make("/v1/databases/1/views", &body)
    }

    /// Gives database 1 a control group, which nobody is in before a tick.
    pub fn control_group(&self) {
        let target = "/v1/databases/1/control-group";
        let answer = self.api.put(target, &json!({"percent": 0.01}));
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }

    /// A relation type of database 1 alone, and its name.
    pub fn relation_type(&self) -> (String, String) {
        let name = self.word();
        let body = json!({
            "name": name, "database_a": "1", "database_b": "1",
            "properties": [{"name": "orders", "type": "integer", "default": 0}],
        });
        (self.make("/v1/relation-types", &body), name)
    }

    /// A relation: its type, and both sides.
    pub fn relation(&self) -> (String, String, String) {
        let (id, _) = self.relation_type();
        let other = self.somebody();
        let pair = json!({
            "action": "attach", "a": {"profile_id": self.ann}, "b": {"profile_id": other}
        });
        let target = format!("/v1/relation-types/{id}/relations");
        self.api.post(&target, &pair).ok(201);
        (id, self.ann.clone(), other)
    }

    /// A merge of two who are new.
    pub fn merge(&self) -> String {
        let [one, other] = [self.somebody(), self.somebody()];
        let body = json!({
            "sources": [{"profile_id": one}], "destination": {"profile_id": other}
        });
        let done = self.api.post("/v1/databases/1/profiles/merge", &body);
        text(&done.ok(200)["id"])
    }

    pub fn list(&self) -> (String, String) {
        let name = self.word();
        let body = json!({ "name": name, "databases": ["1"] });
        (self.make("/v1/suppressions", &body), name)
    }

    /// An import whose file is there.
    pub fn upload(&self) -> String {
        let target = "/v1/databases/1/imports?name=people.csv";
        text(&self.api.send("POST", target, &[], FILE).ok(201)["id"])
    }

    /// One that waits for a tick.
    pub fn import(&self) -> String {
        let id = self.upload();
        let settings = json!({"mapping": [{"column": "E-mail", "to": {"field": "email"}}]});
        let target = format!("/v1/databases/1/imports/{id}/start");
        self.api.post(&target, &settings).ok(202);
        id
    }

    /// Works until no job is left.
    pub fn work(&self) {
        while self.api.post("/v1/tick", &json!({"seconds": 5})).ok(200)["left"] != 0 {}
    }

    pub fn import_settings(&self) -> String {
        let name = self.word();
        let settings = json!({"mapping": [{"column": "E-mail", "to": {"field": "email"}}]});
        let target = format!("/v1/databases/1/import-settings/{name}");
        self.api.put(&target, &settings).ok(201);
        name
    }

    pub fn schedule(&self) -> String {
        let body = json!({
            "name": self.word(), "plan": {"every_hours": 24},
            "source": {"url": "https://files.example.org/people.csv"},
            "settings": {"mapping": [{"column": "E-mail", "to": {"field": "email"}}]},
        });
        self.make("/v1/databases/1/schedules", &body)
    }

    /// A schedule with a run that waits for another try, since nobody has the file.
    pub fn run(&self) -> (String, String) {
        let schedule = self.schedule();
        let target = format!("/v1/databases/1/schedules/{schedule}/run");
        let run = self.api.send("POST", &target, &[], "").ok(202);
        (schedule, text(&run["id"]))
    }

    pub fn export(&self) -> String {
        let made = self.api.post("/v1/databases/1/exports", &json!({}));
        text(&made.ok(202)["id"])
    }

    pub fn bulk_update(&self) -> String {
        let body = json!({"condition": {"field": "_city", "eq": "Rome"}, "set": {"_region": "62"}});
        let made = self.api.post("/v1/databases/1/updates", &body);
        text(&made.ok(202)["id"])
    }

    pub fn form(&self) -> String {
        let body = json!({
            "database_id": "1", "name": self.word(), "resource_id": "1", "fields": ["_fname"],
            "consent": "I want the letter.", "minimum_seconds": 0,
        });
        self.make("/v1/forms", &body)
    }

    pub fn hook(&self) -> Hook {
        let body = json!({"name": self.word(), "database_id": "1", "preset": "flat"});
        let made = self.api.post("/v1/hooks", &body).ok(201);
        Hook {
            id: text(&made["id"]),
            secret: text(&made["secret"]),
        }
    }

    /// The headers of a signed delivery.
    pub fn signed(&self, hook: &Hook, body: &str) -> Vec<(&'static str, String)> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let at = Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap());
        let secrets = [Secret::standard(&hook.secret).unwrap()];
        let signed = sign(&self.word(), at, body.as_bytes(), &secrets).unwrap();
        let headers = signed.headers().into_iter();
        headers
            .map(|(name, value)| (name, value.to_owned()))
            .collect()
    }

    /// A webhook with a delivery that was applied.
    pub fn delivery(&self) -> (String, String) {
        let hook = self.hook();
        let signed = self.signed(&hook, DELIVERY);
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(signed.iter().map(|(name, value)| (*name, value.as_str())));
        let url = format!("/hooks/{}", hook.id);
        self.anybody.send("POST", &url, &headers, DELIVERY).ok(200);
        let target = format!("/v1/hooks/{}/deliveries", hook.id);
        let kept = self.api.get(&target).ok(200);
        (hook.id, text(&kept["items"][0]["id"]))
    }

    pub fn watcher(&self) -> String {
        let body = json!({"name": self.word(), "url": "https://example.org/hook"});
        self.make("/v1/watchers", &body)
    }

    /// A connector, to where nobody listens.
    pub fn connector(&self) -> String {
        let body = json!({
            "name": self.word(), "kind": "postgres", "address": "127.0.0.1:1", "database": "shop",
            "user": "roster", "tls": "off",
        });
        self.make("/v1/connectors", &body)
    }

    /// A message that waits: the question to somebody new.
    pub fn message(&self) -> String {
        let profile = self.somebody();
        let target = format!("/v1/outbox?profile={profile}&kind=confirmation");
        text(&self.api.get(&target).ok(200)["items"][0]["id"])
    }

    pub fn cancel_message(&self, id: &str) {
        let target = format!("/v1/outbox/{id}/cancel");
        self.api.send("POST", &target, &[], "").ok(200);
    }

    /// Pauses a job of a kind.
    pub fn pause(&self, kind: &str, id: &str) {
        let target = format!("/v1/databases/1/{kind}/{id}/pause");
        self.api.send("POST", &target, &[], "").ok(200);
    }

    /// The last part of one of the links of somebody new.
    pub fn link(&self, which: &str) -> String {
        self.link_of(which).1
    }

    /// The same of somebody who is gone.
    pub fn stray_link(&self, which: &str) -> String {
        let (profile, link) = self.link_of(which);
        let target = format!("/v1/databases/1/profiles/{profile}");
        assert_eq!(self.api.delete(&target).status, 200);
        link
    }

    /// Whose it is too.
    fn link_of(&self, which: &str) -> (String, String) {
        let (profile, subscription) = self.subscriber();
        let target = format!("/v1/databases/1/profiles/{profile}/links");
        let body = json!({"subscription_id": subscription, "clicks": ["https://example.org/"]});
        let links = self.api.post(&target, &body).ok(200);
        let link = match which {
            "click" => text(&links["clicks"][0]),
            which => text(&links[which]),
        };
        (profile, link.rsplit('/').next().unwrap().to_owned())
    }
}
