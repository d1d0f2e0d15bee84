//! The same operations by `/v1` and by Altcraft's API leave the same store.

use super::{Altcraft, number};
use crate::support::{all, text};
use roster_people::Random;
use serde_json::{Map, Value, json};

/// How many operations there are, and among how many addresses.
const OPERATIONS: usize = 1_000;
const PEOPLE: u64 = 60;
const SEED: u64 = 15;

const MODES: [&str; 3] = ["import", "update", "add"];
const STATUSES: [&str; 5] = [
    "subscribed",
    "unsubscribed",
    "suspended",
    "unconfirmed",
    "complained",
];

/// What is done, in nobody's words.
#[derive(Debug)]
enum Operation {
    Write(&'static str, Map<String, Value>),
    WriteBy(&'static str, Value, Map<String, Value>),
    Batch(&'static str, Vec<Map<String, Value>>),
    Subscribe(String, Map<String, Value>),
    Leave(String, Map<String, Value>, bool),
    Delete(String),
    Place(String, bool),
    Suppress(String, bool),
}

fn email(random: &mut Random) -> String {
    format!("p{}@example.org", random.below(PEOPLE))
}

fn phone(random: &mut Random) -> String {
    format!("+790000000{:02}", random.below(PEOPLE))
}

/// A contact of a channel, as both write it.
fn contact(random: &mut Random) -> Map<String, Value> {
    let one = match random.below(3) {
        0 => json!({"channel": "email", "email": email(random)}),
        1 => json!({"channel": "sms", "phone": phone(random)}),
        _ => json!({"channel": "push", "provider": "android-firebase",
            "subscription_id": format!("device-{}", random.below(PEOPLE))}),
    };
    one.as_object().cloned().unwrap()
}

fn subscription(random: &mut Random, resource: u64) -> Map<String, Value> {
    let mut one = contact(random);
    one.insert("resource_id".into(), resource.into());
    if random.below(2) == 0 {
        one.insert("status".into(), (*random.pick(&STATUSES)).into());
    }
    if random.below(3) == 0 {
        one.insert("priority".into(), random.below(3).into());
    }
    if random.below(3) == 0 {
        one.insert("cats".into(), json!(["sales"]));
    }
    one
}

fn data(random: &mut Random, resource: u64) -> Map<String, Value> {
    let mut data = Map::new();
    let mut put = |name: &str, value: Value| data.insert(name.to_owned(), value);
    put("email", email(random).into());
    if random.below(2) == 0 {
        put("phones", json!([phone(random)]));
    }
    if random.below(2) == 0 {
        put("_fname", format!("Name {}", random.below(9)).into());
    }
    match random.below(4) {
        0 => drop(put("points", random.below(100).into())),
        1 => drop(put("points", json!({"action": "incr", "value": 3}))),
        2 => drop(put("points", "not a number".into())),
        _ => {}
    }
    match random.below(3) {
        0 => drop(put("labels", json!(["a", "b"]))),
        1 => drop(put("labels", json!({"action": "delete", "value": ["a"]}))),
        _ => {}
    }
    if random.below(4) == 0 {
        put("custom_id", format!("c{}", random.below(20)).into());
    }
    if random.below(4) == 0 {
        put("plan", (*random.pick(&["free", "paid", "gold"])).into());
    }
    if random.below(6) == 0 {
        put("_status", (*random.pick(&STATUSES)).into());
    }
    if random.below(2) == 0 {
        let count = 1 + random.below(2);
        let all = (0..count).map(|_| Value::Object(subscription(random, resource)));
        put("subscriptions", all.collect::<Vec<_>>().into());
    }
    data
}

fn operation(random: &mut Random, resource: u64) -> Operation {
    let mode = *random.pick(&MODES);
    match random.below(12) {
        0..=3 => Operation::Write(mode, data(random, resource)),
        4 => {
            let by = match random.below(2) {
                0 => json!({"matching": "phone", "phone": phone(random)}),
                _ => json!({"matching": "custom", "field_name": "custom_id",
                    "field_value": format!("c{}", random.below(20))}),
            };
            let mode = if mode == "add" { "import" } else { mode };
            Operation::WriteBy(mode, by, data(random, resource))
        }
        5 | 6 => {
            let count = 1 + random.below(12);
            Operation::Batch(mode, (0..count).map(|_| data(random, resource)).collect())
        }
        7 | 8 => Operation::Subscribe(email(random), subscription(random, resource)),
        9 => {
            let mut named = contact(random);
            named.insert("resource_id".into(), resource.into());
            Operation::Leave(email(random), named, random.below(2) == 0)
        }
        10 if random.below(3) == 0 => Operation::Delete(email(random)),
        10 => Operation::Place(email(random), random.below(3) > 0),
        _ => Operation::Suppress(email(random), random.below(3) > 0),
    }
}

/// A side: the one that is asked by `/v1`, or the one that is asked by Altcraft's API.
struct Side {
    alt: Altcraft,
    segment: String,
    is_altcraft: bool,
}

impl Side {
    fn start(is_altcraft: bool) -> Self {
        let alt = Altcraft::start();
        let path = format!("{}/segments", alt.db.path);
        let made = alt
            .db
            .api
            .post(&path, &json!({"name": "Picked", "kind": "static"}));
        let segment = text(&made.ok(201)["id"]);
        Side {
            alt,
            segment,
            is_altcraft,
        }
    }

    /// The id of whom an address names, if there is one of that address.
    fn id(&self, email: &str) -> Option<String> {
        let found = self
            .alt
            .db
            .find(&json!({"matching": "email_profile", "email": email}));
        (found.status == 200).then(|| text(&found.body()["id"]))
    }

    /// Does it; how it went, as one word for each item.
    fn run(&self, operation: &Operation) -> Vec<bool> {
        match self.is_altcraft {
            true => self.by_altcraft(operation),
            false => self.by_v1(operation),
        }
    }

    fn by_v1(&self, operation: &Operation) -> Vec<bool> {
        let (api, db) = (&self.alt.db.api, &self.alt.db.path);
        let good = |status: u16| vec![status < 300];
        match operation {
            Operation::Write(mode, data) => {
                let body = json!({"mode": mode, "matching": "email", "data": ours(data)});
                let body = match *mode {
                    "add" => json!({"mode": mode, "data": ours(data)}),
                    _ => body,
                };
                good(self.alt.db.write(&body).status)
            }
            Operation::WriteBy(mode, by, data) => {
                let mut body = by.clone();
                body["mode"] = (*mode).into();
                body["data"] = ours(data);
                good(self.alt.db.write(&body).status)
            }
            Operation::Batch(mode, items) => {
                let items: Vec<Value> = items.iter().map(ours).collect();
                let mut body = json!({"mode": mode, "data": items});
                if *mode != "add" {
                    body["matching"] = "email".into();
                }
                let done = self.alt.db.batch(&body);
                let results = done["results"].as_array().unwrap().iter();
                results.map(|one| one.get("error").is_none()).collect()
            }
            Operation::Subscribe(email, one) => self.with(email, |id| {
                let path = format!("{db}/profiles/{id}/subscriptions");
                good(api.put(&path, &our_subscription(one)).status)
            }),
            Operation::Leave(email, named, leaves) => self.with(email, |id| {
                let path = format!("{db}/profiles/{id}/subscriptions");
                if !leaves {
                    let path = format!("{path}/restore");
                    return good(api.post(&path, &our_subscription(named)).status);
                }
                let pairs = named.iter().map(|(name, value)| match value {
                    Value::String(text) => format!("{name}={}", crate::support::escaped(text)),
                    other => format!("{name}={other}"),
                });
                let query = pairs.collect::<Vec<_>>().join("&");
                good(api.delete(&format!("{path}?{query}")).status)
            }),
            Operation::Delete(email) => {
                self.with(email, |id| good(api.delete(&self.alt.db.of(id)).status))
            }
            Operation::Place(email, enters) => self.with(email, |id| {
                let path = format!("{db}/segments/{}/members", self.segment);
                let change = if *enters { "add" } else { "remove" };
                good(api.post(&path, &json!({change: [id]})).status)
            }),
            Operation::Suppress(email, enters) => {
                let list = "/v1/suppressions/1/entries";
                let path = if *enters {
                    list.to_owned()
                } else {
                    format!("{list}/remove")
                };
                let entries = json!([{"value": email, "type": "email"}]);
                good(
                    api.post(&path, &json!({"entries": entries, "reason": "a test"}))
                        .status,
                )
            }
        }
    }

    fn with(&self, email: &str, act: impl Fn(&str) -> Vec<bool>) -> Vec<bool> {
        self.id(email).map_or_else(Vec::new, |id| act(&id))
    }

    fn by_altcraft(&self, operation: &Operation) -> Vec<bool> {
        let good = |method: &str, body: &Value| vec![self.alt.call(method, body)["error"] == 0];
        match operation {
            Operation::Write(mode, data) => good(
                &format!("profiles/{mode}"),
                &json!({"data": data, "matching": "email"}),
            ),
            Operation::WriteBy(mode, by, data) => {
                let mut body = by.clone();
                body["data"] = data.clone().into();
                good(&format!("profiles/{mode}"), &body)
            }
            Operation::Batch(mode, items) => {
                let done = self
                    .alt
                    .done(&format!("profiles/{mode}_batch"), &json!({"data": items}));
                let results = done["result"].as_array().unwrap().iter();
                results.map(|one| one["error"] == 0).collect()
            }
            Operation::Subscribe(email, one) => self.with(email, |id| {
                let mut body = one.clone();
                body.insert("profile_id".into(), id.into());
                good("subscriptions/set", &body.into())
            }),
            Operation::Leave(email, named, leaves) => self.with(email, |id| {
                let mut body = named.clone();
                body.insert("profile_id".into(), id.into());
                let method = if *leaves { "delete" } else { "undelete" };
                good(&format!("subscriptions/{method}"), &body.into())
            }),
            Operation::Delete(email) => self.with(email, |id| {
                good(
                    "profiles/delete",
                    &json!({"matching": "profile_id", "profile_id": id}),
                )
            }),
            Operation::Place(email, enters) => self.with(email, |id| {
                let method = if *enters { "add" } else { "remove" };
                let body = json!({"profile_id": id, "segment_id": number(&self.segment)});
                good(&format!("profiles/segstatic/{method}"), &body)
            }),
            Operation::Suppress(email, enters) => {
                let method = if *enters { "add" } else { "remove" };
                good(
                    &format!("suppresses/email_{method}"),
                    &json!({"id": 1, "email": email}),
                )
            }
        }
    }

    /// All that is kept, without what differs by when and under which id it was made.
    fn kept(&self) -> Vec<Value> {
        let path = format!("{}/profiles", self.alt.db.path);
        let mut people: Vec<Value> = all(&self.alt.db.api, &path)
            .into_iter()
            .map(plain)
            .collect();
        let entries = all(&self.alt.db.api, "/v1/suppressions/1/entries").into_iter();
        people.extend(entries.map(|one| json!({"suppressed": one["value"], "type": one["type"]})));
        people.sort_by_key(ToString::to_string);
        people
    }
}

/// A profile's data in the words of `/v1`.
fn ours(data: &Map<String, Value>) -> Value {
    let mut data = data.clone();
    if let Some(Value::Array(all)) = data.get_mut("subscriptions") {
        for one in all {
            *one = our_subscription(one.as_object().unwrap());
        }
    }
    Value::Object(data)
}

/// Ids are texts there.
fn our_subscription(one: &Map<String, Value>) -> Value {
    let mut one = one.clone();
    let id = one["resource_id"].to_string();
    one.insert("resource_id".into(), id.into());
    Value::Object(one)
}

fn plain(mut profile: Value) -> Value {
    let members = profile.as_object_mut().unwrap();
    for name in [
        "id",
        "database_id",
        "created_at",
        "updated_at",
        "control_group",
    ] {
        members.remove(name);
    }
    for one in profile["subscriptions"]
        .as_array_mut()
        .into_iter()
        .flatten()
    {
        let members = one.as_object_mut().unwrap();
        for name in ["id", "created_at", "updated_at", "reg_info", "left_at"] {
            members.remove(name);
        }
    }
    profile
}

#[test]
fn a_thousand_operations_leave_the_same_store_by_both() {
    let sides = [Side::start(false), Side::start(true)];
    let mut random = Random::new(SEED);
    let (mut good, mut refused) = (0, 0);
    for count in 0..OPERATIONS {
        let operation = operation(&mut random, sides[0].alt.resource());
        let [ours, theirs] = [&sides[0], &sides[1]].map(|side| side.run(&operation));
        assert_eq!(ours, theirs, "operation {count}: {operation:?}");
        good += ours.iter().filter(|good| **good).count();
        refused += ours.iter().filter(|good| !**good).count();
    }
    // Both happen often, else little is shown.
    assert!(good > 500 && refused > 200, "{good} {refused}");
    let [ours, theirs] = [&sides[0], &sides[1]].map(Side::kept);
    assert!(ours.len() > 30, "{}", ours.len());
    for (one, other) in ours.iter().zip(&theirs) {
        assert_eq!(one, other);
    }
    assert_eq!(ours.len(), theirs.len());
}
