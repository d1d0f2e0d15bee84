//! What the tests share: servers, a client, and short ways to say common
//! things.

mod authenticator;
mod browser;
mod documented;
mod host;
mod http;
mod line;
mod schema;
mod server;

pub use authenticator::{Authenticator, PRESENT, text as encoded};
pub use browser::BrowserTests;
pub use host::{Power, has, lacks};
pub use http::{Answer, Client, escaped};
pub use line::Line;
pub use server::{ADMIN, Server, State, manifest, root};

use roster_people::Person;
use serde_json::{Value, json};

/// A database of a server, and a client for it.
#[derive(Debug)]
pub struct Database {
    pub api: Client,
    pub id: String,
    pub path: String,
}

impl Database {
    /// A new one of this name with these custom fields.
    pub fn new(server: &Server, name: &str, fields: &[Value]) -> Self {
        let api = server.admin();
        let made = api.post("/v1/databases", &json!({ "name": name })).ok(201);
        let id = text(&made["id"]);
        let path = format!("/v1/databases/{id}");
        for field in fields {
            api.post(&format!("{path}/fields"), field).ok(201);
        }
        Database { api, id, path }
    }

    /// One with the custom fields that made-up people have.
    pub fn of_people(server: &Server, name: &str) -> Self {
        Self::new(server, name, &people_fields())
    }

    /// The same database through another connection, or another server.
    pub fn through(&self, api: Client) -> Self {
        Database {
            api,
            id: self.id.clone(),
            path: self.path.clone(),
        }
    }

    pub fn another(&self) -> Self {
        self.through(self.api.another())
    }

    /// `POST …/profiles`
    pub fn write(&self, body: &Value) -> Answer {
        self.api.post(&format!("{}/profiles", self.path), body)
    }

    /// Imports one by e-mail; its id.
    pub fn import(&self, data: &Value) -> String {
        let answer = self.write(&json!({ "data": data }));
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        text(&answer.body()["id"])
    }

    /// `POST …/profiles/batch`, which must be taken.
    #[track_caller]
    pub fn batch(&self, body: &Value) -> Value {
        let target = format!("{}/profiles/batch", self.path);
        self.api.post(&target, body).ok(200)
    }

    /// `POST …/profiles/match`
    pub fn find(&self, body: &Value) -> Answer {
        self.api
            .post(&format!("{}/profiles/match", self.path), body)
    }

    /// One profile.
    #[track_caller]
    pub fn profile(&self, id: &str) -> Value {
        self.api.get(&self.of(id)).ok(200)
    }

    /// The path of a profile.
    pub fn of(&self, id: &str) -> String {
        format!("{}/profiles/{id}", self.path)
    }

    /// How many profiles there are, as the counters say.
    pub fn total(&self) -> u64 {
        let counters = self.api.get(&format!("{}/counters", self.path)).ok(200);
        let statuses = counters["statuses"].as_object().unwrap();
        let sum: u64 = statuses.values().map(|count| count.as_u64().unwrap()).sum();
        assert_eq!(counters["total"], sum, "counters add up: {counters}");
        sum
    }

    /// Every profile, page by page.
    pub fn all(&self) -> Vec<Value> {
        all(&self.api, &format!("{}/profiles?limit=1000", self.path))
    }

    /// `GET /v1/search` in this database; the items.
    #[track_caller]
    pub fn search(&self, query: &str) -> Vec<Value> {
        let target = format!(
            "/v1/search?database={}&limit=100&q={}",
            self.id,
            escaped(query)
        );
        self.api.get(&target).ok(200)["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The values of a field in what a search finds.
    #[track_caller]
    pub fn searched(&self, query: &str, field: &str) -> Vec<String> {
        let items = self.search(query);
        items
            .iter()
            .map(|i| text(&i["profile"]["data"][field]))
            .collect()
    }
}

/// Every item of a list, page by page; the target must have a query.
pub fn all(api: &Client, target: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut page = api.get(target).ok(200);
    loop {
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => page = api.get(&format!("{target}&cursor={next}")).ok(200),
            None => return items,
        }
    }
}

/// The custom fields of [`Person::data_with_custom`].
pub fn people_fields() -> Vec<Value> {
    vec![
        json!({ "name": "points", "type": "integer" }),
        json!({ "name": "tags", "type": "tags", "searchable": true }),
        json!({ "name": "customer", "type": "string", "unique": true, "searchable": true }),
    ]
}

/// The data of a batch of people.
pub fn data(people: impl Iterator<Item = Person>) -> Vec<Value> {
    people
        .map(|person| Value::Object(person.data_with_custom()))
        .collect()
}

/// A string that must be there.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a string, not {value}"))
        .to_owned()
}
