//! Altcraft's API, as its clients call it.

mod equivalence;
mod leaving;
mod mobile;
mod quick;
mod refusals;
mod spelling;
mod walk;

use crate::support::{ADMIN, Client, Database, Server, State};
use serde_json::{Map, Value, json};

/// A database that is called by Altcraft's API, and by ours to look at what came of it.
struct Altcraft {
    server: Server,
    db: Database,
    /// One that serves the database, for e-mail and text messages.
    resource: String,
}

impl Altcraft {
    fn start() -> Self {
        Self::of(Server::start())
    }

    /// One whose databases may be wiped.
    fn wiping() -> Self {
        let variables = [("admin_token", ADMIN), ("allow_data_wipe", "true")];
        Self::of(Server::with(&State::new(), &variables))
    }

    fn of(server: Server) -> Self {
        let fields = [
            json!({"name": "points", "type": "integer"}),
            json!({"name": "labels", "type": "tags"}),
            json!({"name": "custom_id", "type": "string", "unique": true}),
            json!({"name": "plan", "type": "enum", "options": ["free", "paid"]}),
            json!({"name": "legacy_id", "type": "string", "unique": true}),
        ];
        let db = Database::new(&server, "Shop", &fields);
        let resource = json!({"name": "News", "channels": ["email", "sms", "push"],
            "databases": [db.id], "categories": [{"name": "sales", "title": "Sales"}]});
        let made = db.api.post("/v1/resources", &resource).ok(201);
        let resource = crate::support::text(&made["id"]);
        Altcraft {
            server,
            db,
            resource,
        }
    }

    /// Calls a method for the database; what was answered, which must be an envelope.
    fn call(&self, method: &str, body: &Value) -> Value {
        called(&self.db.api, method, &self.with_database(body))
    }

    /// The same, where all must be well.
    fn done(&self, method: &str, body: &Value) -> Value {
        let answer = self.call(method, body);
        assert_eq!(answer["error"], 0, "{method} {body}: {answer}");
        answer
    }

    /// The same, where it must fail with this number.
    fn fails(&self, method: &str, error: u16, body: &Value) -> String {
        let answer = self.call(method, body);
        assert_eq!(answer["error"], error, "{method} {body}: {answer}");
        crate::support::text(&answer["error_text"])
    }

    fn with_database(&self, body: &Value) -> Value {
        let mut body: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
        if !body.contains_key("id") {
            body.entry("db_id")
                .or_insert_with(|| number(&self.db.id).into());
        }
        Value::Object(body)
    }

    /// The resource's id as Altcraft's clients write it.
    fn resource(&self) -> u64 {
        number(&self.resource)
    }
}

/// An id of ours as Altcraft's clients write it.
fn number(id: &str) -> u64 {
    id.parse().unwrap()
}

/// Calls a method with a client's token in its header.
fn called(api: &Client, method: &str, body: &Value) -> Value {
    let path = match method.strip_prefix("lists/") {
        Some(rest) => format!("/api/v1.0/lists/{rest}"),
        None => format!("/api/v1.1/{method}"),
    };
    let answer = api.post(&path, body);
    assert_eq!(answer.status, 200, "{method} {body:.300}: {answer:?}");
    let envelope = answer.body();
    let is_envelope = envelope["error"].is_u64() && envelope["error_text"].is_string();
    assert!(is_envelope, "{method}: {envelope:.500}");
    envelope
}
