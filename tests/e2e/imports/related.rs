//! Imports whose rows relate their profiles to others.

use super::{Import, counts};
use crate::support::{Client, Database, Server, text};
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Customers, shops with codes, and the orders that join them.
struct Shops {
    server: Server,
    api: Client,
    people: Database,
    shops: Database,
    orders: String,
}

impl Shops {
    fn new() -> Self {
        let server = Server::start();
        let people = Database::new(&server, "People", &[]);
        let code = json!({"name": "code", "type": "integer", "matchable": true});
        let shops = Database::new(&server, "Shops", &[code]);
        people
            .batch(&json!({"data": [{"email": "ann@example.org"}, {"email": "bob@example.org"}]}));
        shops.batch(&json!({"data": [
            {"email": "baker@example.org", "code": 1}, {"email": "butcher@example.org", "code": 2}
        ]}));
        let api = server.admin();
        let kind = json!({
            "name": "orders", "database_a": shops.id, "database_b": people.id,
            "properties": [{"name": "orders", "type": "integer", "default": 0},
                {"name": "since", "type": "date"}, {"name": "note", "type": "string"}]
        });
        let orders = text(&api.post("/v1/relation-types", &kind).ok(201)["id"]);
        Shops {
            server,
            api,
            people,
            shops,
            orders,
        }
    }

    /// Orders by e-mail, shops by their codes.
    fn settings(&self, action: &str) -> Value {
        let by_code = json!({"matching": "custom", "field_name": "code"});
        json!({"mapping": [
            {"column": "mail", "to": {"field": "email"}},
            {"column": "shops", "to": {"relation": {
                "type": self.orders, "action": action, "with": by_code}}},
            {"column": "orders", "to": {"relation": {"type": self.orders}, "part": "weights.orders"}},
        ]})
    }

    fn import(&self, file: &str, settings: &Value) -> (Value, Vec<Vec<String>>, String) {
        let import = Import::of(&self.people, "orders.csv", file.as_bytes());
        let job = import.run(settings);
        assert_eq!(job["state"], "completed", "{job}");
        let report = import.report("all");
        (job, report, import.path.clone())
    }

    /// Shop, person and weights of each relation.
    fn relations(&self) -> Vec<(String, String, Value)> {
        let path = format!("/v1/relation-types/{}/relations?limit=100", self.orders);
        let all = self.api.get(&path).ok(200);
        let name = |database: &Database, id: &Value| {
            let mail = text(&database.profile(&text(id))["data"]["email"]);
            mail.replace("@example.org", "")
        };
        let all = all["items"].as_array().unwrap().iter().map(|one| {
            let (a, b) = (name(&self.shops, &one["a"]), name(&self.people, &one["b"]));
            (a, b, one["weights"].clone())
        });
        let mut all: Vec<_> = all.collect();
        all.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        all
    }

    /// Undoes a job, to its end.
    fn undo(&self, path: &str) -> (Value, String) {
        let made = self.api.post(&format!("{path}/undo"), &json!({}));
        let job = made.header("location").unwrap().to_owned();
        made.ok(202);
        let began = Instant::now();
        loop {
            let done = self.api.get(&job).ok(200);
            if done["state"] == "completed" {
                return (done, job);
            }
            assert!(
                done["state"] != "failed" && began.elapsed() < Duration::from_secs(60),
                "{done}"
            );
            sleep(Duration::from_millis(50));
        }
    }
}

fn shown(all: &[(String, String, Value)]) -> Vec<String> {
    let shown = all
        .iter()
        .map(|(shop, person, weights)| format!("{shop} {person} {}", weights["orders"]));
    shown.collect()
}

const FILE: &str = "mail,shops,orders\n\
    ann@example.org,\"1,2\",3\n\
    new@example.org,1,1\n\
    eve@example.org,,9\n\
    bob@example.org,7,2\n\
    joe@example.org,2,many\n\
    new@example.org,1,4\n";

#[test]
fn rows_relate_their_profiles_add_up_and_are_taken_back() {
    let world = Shops::new();
    let settings = world.settings("strengthen");
    let mut dry = settings.clone();
    dry["dry_run"] = json!(true);
    let (job, ..) = world.import(FILE, &dry);
    assert_eq!(counts(&job), [3, 2, 1, 0, 0], "{job}");
    assert_eq!(world.relations(), []);

    let (job, report, first) = world.import(FILE, &settings);
    assert_eq!(counts(&job), [3, 2, 1, 0, 0], "{job}");
    let all = ["baker ann 3", "baker new 5", "butcher ann 3"];
    assert_eq!(shown(&world.relations()), all);
    // Who can't be found, and what can't be read, is left out with a warning; people are kept.
    let warnings: Vec<&str> = report.iter().flatten().map(String::as_str).collect();
    for word in ["unknown_profile", "shops", "wrong_type", "orders"] {
        assert!(warnings.contains(&word), "{word}: {report:?}");
    }
    let joe = world.people.find(&json!({"email": "joe@example.org"}));
    assert_eq!(joe.status, 200);
    // Both sides tell of it.
    for (database, mail) in [(&world.people, "ann"), (&world.shops, "baker")] {
        let found = database.find(&json!({"email": format!("{mail}@example.org")}));
        let id = text(&found.ok(200)["id"]);
        let path = format!("{}/profiles/{id}/history", database.path);
        let history = world.api.get(&path).ok(200).to_string();
        assert!(history.contains("relation.changed"), "{history}");
        assert!(history.contains("\"interface\":\"import\""), "{history}");
    }

    let (job, _, second) = world.import("mail,shops,orders\nann@example.org,2,-1\n", &settings);
    assert_eq!(counts(&job), [0, 1, 0, 0, 0]);
    let after = ["baker ann 3", "baker new 5", "butcher ann 2"];
    assert_eq!(shown(&world.relations()), after);

    let (done, undoing) = world.undo(&second);
    assert_eq!(done["counts"]["failed"], 0, "{done}");
    assert_eq!(shown(&world.relations()), all);
    // Undone again, and once more.
    let (_, back) = world.undo(&undoing);
    assert_eq!(shown(&world.relations()), after);
    world.undo(&back);
    assert_eq!(shown(&world.relations()), all);

    // What somebody changed since stays.
    let body = json!({"action": "edit", "a": {"email": "baker@example.org"},
        "b": {"email": "ann@example.org"}, "weights": {"orders": 50}});
    world
        .api
        .post(
            &format!("/v1/relation-types/{}/relations", world.orders),
            &body,
        )
        .ok(200);
    let (done, undoing) = world.undo(&first);
    assert_eq!(shown(&world.relations()), ["baker ann 50"]);
    let report = world.api.get(&format!("{undoing}/failed.csv?outcome=all"));
    assert!(report.text.contains("changed_since"), "{}", report.text);
    assert_eq!(done["counts"]["failed"], 0, "{done}");
    assert_eq!(world.people.total(), 2);
}

#[test]
fn taking_relations_back_takes_the_right_to_relate() {
    let world = Shops::new();
    let (_, _, path) = world.import(FILE, &world.settings("edit"));
    let before = world.relations();
    let limited = |scopes: Value, databases: Value| {
        let token = json!({"name": "limited", "scopes": scopes, "databases": databases});
        let token = world.api.post("/v1/tokens", &token).ok(201);
        world.server.client(&text(&token["secret"]))
    };
    let without = json!(["imports:write", "profiles:write", "profiles:read"]);
    let mut with = without.clone();
    with.as_array_mut().unwrap().push(json!("relations:write"));
    let refused = |path: &str| {
        for body in [json!({}), json!({"dry_run": true})] {
            let undo = format!("{path}/undo");
            let wrong = limited(without.clone(), Value::Null)
                .post(&undo, &body)
                .ok(403);
            assert_eq!(wrong["scope"], "relations:write", "{wrong}");
            // Who doesn't see the shops can't end what joins them.
            let one = limited(with.clone(), json!([world.people.id]));
            one.post(&undo, &body).ok(404);
        }
    };
    refused(&path);
    assert_eq!(world.relations(), before);
    let (_, undoing) = world.undo(&path);
    assert_eq!(world.relations(), []);
    refused(&undoing);
    assert_eq!(world.relations(), []);
    let both = json!([world.people.id, world.shops.id]);
    let all = limited(with, both);
    all.post(&format!("{undoing}/undo"), &json!({})).ok(202);
}

#[test]
fn a_row_with_a_wrong_relation_is_refused_whole_where_that_is_asked() {
    let world = Shops::new();
    let mut settings = world.settings("edit");
    settings["invalid"] = json!("refuse");
    settings["mapping"]
        .as_array_mut()
        .unwrap()
        .push(json!({"column": "city", "to": {"field": "_city"}}));
    let file = "mail,shops,orders,city\n\
        ann@example.org,1,2,Bonn\n\
        bob@example.org,\"1,7\",2,Bonn\n\
        joe@example.org,1,x,Bonn\n";
    let (job, report, _) = world.import(file, &settings);
    assert_eq!(counts(&job), [0, 1, 0, 0, 2], "{report:?}");
    assert_eq!(shown(&world.relations()), ["baker ann 2"]);
    let bob = world
        .people
        .find(&json!({"email": "bob@example.org"}))
        .ok(200);
    assert_eq!(bob["data"]["_city"], Value::Null);
    assert_eq!(bob["revision"], 1);

    // Ended where it is there; where it isn't, nothing is wrong.
    settings["mapping"][1]["to"]["relation"]["action"] = json!("detach");
    settings["mapping"].as_array_mut().unwrap().remove(2);
    let (job, ..) = world.import("mail,shops,city\nann@example.org,\"1,2\",Bonn\n", &settings);
    assert_eq!(counts(&job), [0, 1, 0, 0, 0]);
    assert_eq!(world.relations(), []);
}

#[test]
fn wrong_settings_of_relations_say_what_and_where() {
    let world = Shops::new();
    let orders = &world.orders;
    let import = Import::of(&world.people, "orders.csv", FILE.as_bytes());
    let start = |api: &Client, to: Value, more: Value| {
        let mut mapping = vec![
            json!({"column": "mail", "to": {"field": "email"}}),
            json!({"column": "shops", "to": to}),
        ];
        if !more.is_null() {
            mapping.push(json!({"column": "orders", "to": more}));
        }
        let path = format!("{}/start", import.path);
        api.post(&path, &json!({ "mapping": mapping }))
    };
    let of = |relation: Value| json!({ "relation": relation });
    for (to, more, code, pointer) in [
        (
            of(json!({})),
            Value::Null,
            "required",
            "/mapping/1/to/relation/type",
        ),
        (
            of(json!({"type": "99"})),
            Value::Null,
            "unknown_relation_type",
            "/mapping/1/to/relation/type",
        ),
        (
            of(json!({"type": orders, "side": "a"})),
            Value::Null,
            "not_an_option",
            "/mapping/1/to/relation/side",
        ),
        (
            of(json!({"type": orders, "action": "love"})),
            Value::Null,
            "invalid_action",
            "/mapping/1/to/relation/action",
        ),
        (
            of(json!({"type": orders, "weights": {"x": 1}})),
            Value::Null,
            "unknown_property",
            "/mapping/1/to/relation/weights/x",
        ),
        (
            of(json!({"type": orders, "action": "detach", "weights": {"orders": 1}})),
            Value::Null,
            "not_supported",
            "/mapping/1/to/relation/weights",
        ),
        (
            of(json!({"type": orders, "with": {"email": "a@b.c"}})),
            Value::Null,
            "not_supported",
            "/mapping/1/to/relation/with/email",
        ),
        (
            of(json!({"type": orders, "with": {"matching": "custom"}})),
            Value::Null,
            "match_value_missing",
            "/mapping/1/to/relation/with/field_name",
        ),
        (
            json!({"relation": {"type": orders}, "part": "love"}),
            Value::Null,
            "invalid_part",
            "/mapping/1/to/part",
        ),
        (
            json!({"relation": {"type": orders}, "part": "weights.love"}),
            Value::Null,
            "unknown_property",
            "/mapping/1/to/part",
        ),
        (
            json!({"relation": {"type": orders}, "part": "weights.orders"}),
            Value::Null,
            "required",
            "/mapping/1/to",
        ),
        (
            of(json!({"type": orders, "weights": {"orders": 1}})),
            json!({"relation": {"type": orders}, "part": "weights.orders"}),
            "double_target",
            "/mapping/2/to/part",
        ),
        (
            of(json!({"type": orders, "action": "strengthen"})),
            json!({"relation": {"type": orders}, "part": "weights.since"}),
            "not_supported",
            "/mapping/2/to/part",
        ),
        (
            of(json!({"type": orders, "action": "edit"})),
            json!({"relation": {"type": orders, "action": "attach"}, "part": "weights.orders"}),
            "contradiction",
            "/mapping/2/to/relation/action",
        ),
        (
            of(json!({"type": orders})),
            of(json!({"type": orders})),
            "double_target",
            "/mapping/2/to",
        ),
    ] {
        let refused = start(&world.api, to.clone(), more.clone());
        assert_eq!(refused.status, 422, "{to} {more}: {}", refused.text);
        let wrong = refused.ok(422);
        let first = &wrong["errors"][0];
        assert_eq!(
            (text(&first["code"]), text(&first["pointer"])),
            (code.to_owned(), pointer.to_owned()),
            "{to} {more}: {wrong}"
        );
    }
    // Who may not write relations, or see the database across.
    for (scopes, databases, status) in [
        (json!(["imports:write"]), Value::Null, 403),
        (
            json!(["imports:write", "relations:write"]),
            json!([world.people.id]),
            422,
        ),
        (
            json!(["imports:write", "relations:write"]),
            Value::Null,
            202,
        ),
    ] {
        let token = json!({"name": "limited", "scopes": scopes, "databases": databases});
        let token = world.api.post("/v1/tokens", &token).ok(201);
        let limited = world.server.client(&text(&token["secret"]));
        let answer = start(&limited, of(json!({"type": orders})), Value::Null);
        assert_eq!(answer.status, status, "{scopes}: {}", answer.text);
    }
}

#[test]
fn relations_of_one_database_and_of_an_export_come_back() {
    let world = Shops::new();
    let friends = json!({"name": "friends", "database_a": world.people.id, "database_b": world.people.id,
        "properties": [{"name": "years", "type": "integer"}]});
    let friends = text(&world.api.post("/v1/relation-types", &friends).ok(201)["id"]);
    let path = format!("/v1/relation-types/{friends}/relations");
    let total = || world.api.get(&path).ok(200)["total"].clone();
    let settings = json!({"mapping": [
        {"column": "who", "to": {"field": "email"}},
        {"column": "knows", "to": {"relation": {"type": friends, "side": "a", "weights": {"years": 2}}}},
    ]});
    // Those across may come to be by a row before.
    let file = "who,knows\nc@example.org,\nann@example.org,c@example.org\n\
        c@example.org,ann@example.org\nann@example.org,ann@example.org\n";
    let (job, report, first) = world.import(file, &settings);
    assert_eq!(total(), 2, "{job} {report:?}");
    assert!(report.iter().flatten().any(|cell| cell == "contradiction"));

    let fields = json!({"fields": ["id", format!("relations/{friends}/a"), format!("relations/{friends}/a/count")]});
    let file = world
        .api
        .post(&format!("{}/export", world.people.path), &fields);
    assert_eq!(file.status, 200, "{}", file.text);
    let import = Import::of(&world.people, "export.csv", &file.bytes);
    let seen = world
        .api
        .post(&format!("{}/preview", import.path), &json!({}))
        .ok(200);
    let proposed = &seen["proposals"]["settings"];
    assert_eq!(seen["check"]["errors"], json!([]), "{seen}");
    assert_eq!(proposed["mapping"][2]["to"], "ignore", "{seen}");
    // The same file changes nothing, and brings back what is gone.
    let mut settings = proposed.clone();
    settings["mode"] = json!("update");
    assert_eq!(counts(&import.run(&settings)), [0, 0, 3, 0, 0]);
    let gone = json!({"action": "detach", "a": {"email": "ann@example.org"}, "b": {"email": "c@example.org"}});
    world.api.post(&path, &gone).ok(200);
    let import = Import::of(&world.people, "export.csv", &file.bytes);
    assert_eq!(counts(&import.run(&settings)), [0, 1, 2, 0, 0]);
    let kept = world.api.get(&path).ok(200);
    assert_eq!(kept["total"], 2);
    assert_eq!(kept["items"][0]["weights"], json!({"years": 2}));

    // One side's history tells on which side it stood: what others ended and made again stays.
    let (done, _) = world.undo(&first);
    assert_eq!(done["counts"]["failed"], 0, "{done}");
    assert_eq!(total(), 1);
}
