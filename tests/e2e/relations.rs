//! `/v1/relation-types`: who is related to whom, and how much.

use crate::support::{Client, Database, Server, all, text};
use serde_json::{Value, json};

/// Customers and shops, and the orders that join them.
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
        let shops = Database::new(&server, "Shops", &[]);
        let of = |names: &[&str]| {
            let data = names.iter().map(|name| json!({"email": address(name)}));
            json!({"data": data.collect::<Vec<_>>()})
        };
        people.batch(&of(&["ann", "bob", "eve"]));
        shops.batch(&of(&["baker", "butcher"]));
        let api = server.admin();
        let kind = json!({
            "name": "orders", "database_a": shops.id, "database_b": people.id,
            "properties": [{"name": "orders", "type": "integer", "default": 0},
                {"name": "since", "type": "date"}]
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

    fn path(&self) -> String {
        format!("/v1/relation-types/{}/relations", self.orders)
    }

    fn change(&self, action: &str, shop: &str, person: &str, weights: &Value) -> Value {
        let body = pair(action, shop, person, weights);
        let answer = self.api.post(&self.path(), &body);
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        let status = answer.status;
        answer.ok(status)
    }

    fn id(&self, database: &Database, name: &str) -> String {
        let path = format!("{}/profiles?email={}", database.path, address(name));
        text(&self.api.get(&path).ok(200)["items"][0]["id"])
    }

    /// The names of the people who meet a condition.
    fn meant(&self, database: &Database, condition: &Value) -> Vec<String> {
        let path = format!("{}/profiles/query", database.path);
        let found = self.api.post(&path, &json!({"condition": condition}));
        let found = found.ok(200);
        let items = found["items"].as_array().unwrap().iter();
        let name = |one: &Value| text(&one["data"]["email"]).replace("@example.org", "");
        items.map(name).collect()
    }
}

fn address(name: &str) -> String {
    format!("{name}@example.org")
}

fn pair(action: &str, shop: &str, person: &str, weights: &Value) -> Value {
    json!({
        "action": action, "a": {"email": address(shop)}, "b": {"email": address(person)},
        "weights": weights
    })
}

#[test]
fn profiles_are_related_with_weights_and_found_by_them() {
    let world = Shops::new();
    let made = world.change("attach", "baker", "ann", &json!({"since": "2026-01-02"}));
    assert_eq!(made["outcome"], "created");
    assert_eq!(
        made["relation"]["weights"],
        json!({"orders": 0, "since": "2026-01-02"})
    );
    for _ in 0..3 {
        world.change("strengthen", "baker", "ann", &json!({"orders": 1}));
    }
    world.change("strengthen", "butcher", "ann", &json!({"orders": 1}));
    let edited = world.change("edit", "baker", "bob", &json!({"orders": 2}));
    assert_eq!(edited["outcome"], "created");
    let same = world.change("edit", "baker", "bob", &json!({"orders": 2}));
    assert_eq!(same["outcome"], "unchanged");

    let asked = |more: Value| {
        let mut test = json!({"type": world.orders});
        for (name, value) in more.as_object().unwrap() {
            test[name] = value.clone();
        }
        json!({"relation": test})
    };
    let people = |more: Value| world.meant(&world.people, &asked(more));
    assert_eq!(people(json!({})), ["ann", "bob"]);
    assert_eq!(people(json!({"weights": {"orders": {"ge": 3}}})), ["ann"]);
    assert_eq!(people(json!({"count": {"ge": 2}})), ["ann"]);
    assert_eq!(people(json!({"count": {"eq": 0}})), ["eve"]);
    let butcher = json!({"field": "email", "eq": address("butcher")});
    assert_eq!(people(json!({"with": butcher})), ["ann"]);
    let not = json!({"not": asked(json!({"with": butcher}))});
    assert_eq!(world.meant(&world.people, &not), ["bob", "eve"]);
    let shops = asked(json!({"side": "a", "count": {"ge": 2}}));
    assert_eq!(world.meant(&world.shops, &shops), ["baker"]);

    // Read by type, by side, by pair and by profile.
    let (baker, ann) = (
        world.id(&world.shops, "baker"),
        world.id(&world.people, "ann"),
    );
    let list = world.api.get(&world.path()).ok(200);
    assert_eq!(
        (&list["total"], list["items"].as_array().unwrap().len()),
        (&json!(3), 3)
    );
    assert_eq!(
        all(&world.api, &format!("{}?limit=1", world.path())).len(),
        3
    );
    let side = format!("{}?side=a&profile_id={baker}", world.path());
    assert_eq!(all(&world.api, &format!("{side}&limit=1")).len(), 2);
    let one = world
        .api
        .get(&format!("{}/{baker}/{ann}", world.path()))
        .ok(200);
    assert_eq!(one["weights"]["orders"], 3);
    let path = format!("{}/profiles/{ann}/relations", world.people.path);
    let of_ann = world.api.get(&path).ok(200);
    assert_eq!(of_ann["items"][0]["side"], "b");
    assert_eq!(of_ann["items"][0]["total"], 2);
    let across = &of_ann["items"][0]["relations"][0]["across"];
    assert_eq!(
        *across,
        json!({"id": baker, "database_id": world.shops.id, "name": null,
            "contact": "baker@example.org"})
    );
    let kind = format!("/v1/relation-types/{}", world.orders);
    assert_eq!(world.api.get(&kind).ok(200)["relations"], 3);

    // The history tells, the revision stays, and the person's export has them.
    let path = format!(
        "{}/profiles/{ann}/history?kind=relation.changed",
        world.people.path
    );
    let history = world.api.get(&path).ok(200);
    assert_eq!(history["items"].as_array().unwrap().len(), 5);
    let change = &history["items"][3]["changes"][0];
    assert_eq!(
        change["field"],
        format!("relations/{}/{baker}", world.orders)
    );
    assert_eq!(change["after"]["orders"], 1);
    let profile = world
        .api
        .get(&format!("{}/profiles/{ann}", world.people.path));
    assert_eq!(profile.ok(200)["revision"], 1);
    let export = world
        .api
        .get(&format!("{}/profiles/{ann}/export", world.people.path));
    let export = export.ok(200);
    assert_eq!(export["relations"][0]["with"].as_array().unwrap().len(), 2);

    // An end, and one that isn't there.
    let ended = world.change("detach", "baker", "bob", &json!({}));
    assert_eq!(
        (&ended["outcome"], &ended["relation"]),
        (&json!("deleted"), &Value::Null)
    );
    let again = pair("detach", "baker", "bob", &json!({}));
    world
        .api
        .post(&world.path(), &again)
        .problem(404, "not_found");
    let nobody = pair("attach", "baker", "nobody", &json!({}));
    let missing = world.api.post(&world.path(), &nobody);
    assert_eq!(missing.problem(404, "not_found")["pointer"], "/b");
}

#[test]
fn a_hundred_requests_at_once_add_up_exactly() {
    let world = Shops::new();
    let body = pair("strengthen", "baker", "ann", &json!({"orders": 1})).to_string();
    let (server, path) = (&world.server, world.path());
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let api = server.admin();
                for _ in 0..5 {
                    let headers = [("content-type", "application/json")];
                    let done = api.send("POST", &path, &headers, &body);
                    assert!(matches!(done.status, 200 | 201), "{done:?}");
                }
            });
        }
    });
    let list = world.api.get(&world.path()).ok(200);
    assert_eq!(list["items"][0]["weights"]["orders"], 100);
    assert_eq!(list["total"], 1);
}

#[test]
fn a_batch_tells_of_each_pair_and_a_repeated_request_is_done_once() {
    let world = Shops::new();
    let mut wrong = pair("attach", "baker", "nobody", &json!({}));
    wrong["x"] = json!(1);
    let data = json!([
        pair("strengthen", "baker", "ann", &json!({"orders": 2})),
        pair("strengthen", "baker", "ann", &json!({"orders": 3})),
        pair("attach", "baker", "nobody", &json!({})),
        pair("attach", "baker", "bob", &json!({"no_such": 1})),
        wrong,
        pair("detach", "baker", "ann", &json!({})),
    ]);
    let path = format!("{}/batch", world.path());
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "once"),
    ];
    let send = || {
        world
            .api
            .send("POST", &path, &headers, &json!({"data": data}).to_string())
    };
    let done = send().ok(200);
    let counts = ["created", "updated", "unchanged", "deleted", "failed"].map(|name| &done[name]);
    assert_eq!(json!(counts), json!([1, 1, 0, 1, 3]));
    let codes: Vec<String> = done["results"].as_array().unwrap()[2..5]
        .iter()
        .map(|one| {
            format!(
                "{} {}",
                text(&one["error"]["code"]),
                text(&one["error"]["pointer"])
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            "not_found /b",
            "unknown_property /weights/no_such",
            "unknown_field /x"
        ]
    );
    let again = send();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok(200), done);

    // One that is refused refuses all.
    let body = json!({"atomic": true, "data": [
        pair("attach", "baker", "bob", &json!({})), pair("attach", "baker", "nobody", &json!({}))
    ]});
    let none = world.api.post(&path, &body).ok(200);
    assert_eq!((&none["created"], &none["failed"]), (&json!(0), &json!(2)));
    assert_eq!(world.api.get(&world.path()).ok(200)["total"], 0);
    for (body, pointer) in [
        (json!({"data": 1}), "/data"),
        (json!({"data": [], "atomic": "yes"}), "/atomic"),
        (json!({"data": [], "x": 1}), "/x"),
    ] {
        let wrong = world
            .api
            .post(&path, &body)
            .problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{wrong}");
    }
    let many = json!({"data": vec![0; 10_001]});
    world.api.post(&path, &many).problem(413, "batch_too_large");
}

#[test]
fn what_is_wrong_is_refused_where_it_stands_and_changes_nothing() {
    let world = Shops::new();
    let good = pair("attach", "baker", "ann", &json!({}));
    for (change, pointer) in [
        (json!({"action": "love"}), "/action"),
        (json!({"action": null}), "/action"),
        (json!({"a": null}), "/a"),
        (json!({"a": "ann"}), "/a"),
        (json!({"a": {"profile_id": "x"}}), "/a/profile_id"),
        (json!({"b": {"name": "Ann"}}), "/b/name"),
        (json!({"weights": []}), "/weights"),
        (json!({"weights": {"orders": 1.5}}), "/weights/orders"),
        (
            json!({"action": "strengthen", "weights": {"since": "2026-01-01"}}),
            "/weights/since",
        ),
        (
            json!({"action": "detach", "weights": {"orders": 1}}),
            "/weights",
        ),
    ] {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let answer = world.api.post(&world.path(), &body);
        let wrong = answer.problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{body}: {wrong}");
    }
    for path in [
        format!("{}?side=c&profile_id=x", world.path()),
        format!("{}?side=a", world.path()),
        format!(
            "{}?profile_id={}",
            world.path(),
            world.id(&world.people, "ann")
        ),
    ] {
        world.api.get(&path).problem(400, "invalid_parameter");
    }
    for (test, pointer) in [
        (json!({}), "/condition/relation/type"),
        (json!({"type": "77"}), "/condition/relation/type"),
        (
            json!({"type": world.orders, "side": "a"}),
            "/condition/relation/side",
        ),
        (
            json!({"type": world.orders, "weights": {"x": {"eq": 1}}}),
            "/condition/relation/weights/x",
        ),
        (
            json!({"type": world.orders, "weights": {"orders": {"has_any": [1]}}}),
            "/condition/relation/weights/orders/has_any",
        ),
        (
            json!({"type": world.orders, "count": {"ge": -1}}),
            "/condition/relation/count/ge",
        ),
        (
            json!({"type": world.orders, "count": {"near": 1}}),
            "/condition/relation/count/near",
        ),
        (
            json!({"type": world.orders, "with": {"field": "no_such", "eq": 1}}),
            "/condition/relation/with/field",
        ),
        (
            json!({"type": world.orders, "with": {"deliverable": {}}}),
            "/condition/relation/with/deliverable",
        ),
    ] {
        let body = json!({"condition": {"relation": test}});
        let path = format!("{}/profiles/query", world.people.path);
        let wrong = world
            .api
            .post(&path, &body)
            .problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["pointer"], pointer, "{body}: {wrong}");
    }
    assert_eq!(world.api.get(&world.path()).ok(200)["total"], 0);
}

#[test]
fn a_type_keeps_its_databases_and_the_values_that_relations_have() {
    let world = Shops::new();
    let kind = format!("/v1/relation-types/{}", world.orders);
    world.change("edit", "baker", "ann", &json!({"orders": 3}));
    let other = world
        .api
        .patch(&kind, &json!({"database_a": world.people.id}));
    let wrong = other.problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/database_a");
    for properties in [json!([]), json!([{"name": "orders", "type": "float"}])] {
        let refused = world.api.patch(&kind, &json!({"properties": properties}));
        let refused = refused.problem(409, "field_values_conflict");
        assert_eq!(
            (&refused["member"], &refused["count"]),
            (&json!("orders"), &json!(1))
        );
        assert_eq!(
            refused["examples"].as_array().unwrap().len(),
            1,
            "{refused}"
        );
    }
    // What nobody has a value of may go, and more may come.
    let properties =
        json!([{"name": "orders", "type": "integer"}, {"name": "vip", "type": "boolean"}]);
    let changed = world
        .api
        .patch(&kind, &json!({"properties": properties}))
        .ok(200);
    assert_eq!(changed["revision"], 2);
    world.change("edit", "baker", "ann", &json!({"vip": true}));
    let unknown = json!({"name": "x", "database_a": world.people.id, "database_b": "77"});
    let wrong = world.api.post("/v1/relation-types", &unknown);
    let wrong = wrong.problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["pointer"], "/database_b");
    world.api.delete(&kind).problem(409, "confirmation_needed");
    let gone = world.api.delete(&format!("{kind}?confirm=orders")).ok(200);
    assert_eq!(gone["relations"], 1);
    world.api.get(&kind).problem(404, "not_found");
    world.api.get(&world.path()).problem(404, "not_found");
    let body = pair("attach", "baker", "ann", &json!({}));
    world
        .api
        .post(&world.path(), &body)
        .problem(404, "not_found");
}

#[test]
fn a_token_for_one_database_knows_nothing_of_what_lies_beyond_it() {
    let world = Shops::new();
    world.change("edit", "baker", "ann", &json!({"orders": 3}));
    let ann = world.id(&world.people, "ann");
    let token = json!({"name": "people", "databases": [world.people.id],
        "scopes": ["relations:admin", "profiles:admin"]});
    let token = world.api.post("/v1/tokens", &token).ok(201);
    let limited = world.server.client(&text(&token["secret"]));
    let kind = format!("/v1/relation-types/{}", world.orders);
    assert_eq!(
        limited.get("/v1/relation-types").ok(200)["items"],
        json!([])
    );
    let body = pair("attach", "baker", "bob", &json!({}));
    for answer in [
        limited.get(&kind),
        limited.patch(&kind, &json!({"title": "x"})),
        limited.delete(&format!("{kind}?confirm=orders")),
        limited.get(&world.path()),
        limited.post(&world.path(), &body),
        limited.get(&format!("{}/{ann}/{ann}", world.path())),
    ] {
        answer.problem(404, "not_found");
    }
    let path = format!("{}/profiles/{ann}/relations", world.people.path);
    assert_eq!(limited.get(&path).ok(200)["items"], json!([]));
    let condition = json!({"condition": {"relation": {"type": world.orders}}});
    let path = format!("{}/profiles/query", world.people.path);
    limited
        .post(&path, &condition)
        .problem(422, "validation_failed");
    for path in [
        format!("{}/profiles/{ann}/history", world.people.path),
        format!("{}/profiles/history", world.people.path),
        format!("{}/history/export", world.people.path),
        format!("{}/profiles/{ann}/export", world.people.path),
    ] {
        let seen = |api: &Client| api.get(&path).text.contains("\"orders\"");
        assert!(seen(&world.api) && !seen(&limited), "{path}");
    }
    let made = json!({"name": "x", "database_a": world.people.id, "database_b": world.shops.id});
    limited
        .post("/v1/relation-types", &made)
        .problem(422, "validation_failed");
}

#[test]
fn an_erased_person_leaves_nothing_with_others() {
    let world = Shops::new();
    world.change("edit", "baker", "ann", &json!({"orders": 3}));
    world.change("edit", "butcher", "ann", &json!({"orders": 1}));
    world.change("detach", "butcher", "ann", &json!({}));
    world.change("edit", "baker", "bob", &json!({"orders": 5}));
    let ann = world.id(&world.people, "ann");
    let path = format!("{}/profiles/{ann}/erase", world.people.path);
    world.api.send("POST", &path, &[], "").ok(200);
    assert_eq!(world.api.get(&world.path()).ok(200)["total"], 1);
    let path = format!(
        "{}/profiles/history?kind=relation.changed",
        world.shops.path
    );
    let left = world.api.get(&path).ok(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "{left}");
    assert!(!left.to_string().contains(&ann), "{left}");
}

#[test]
fn an_export_has_columns_of_them() {
    let world = Shops::new();
    world.change("edit", "baker", "ann", &json!({"orders": 3}));
    world.change("edit", "butcher", "ann", &json!({"orders": 1}));
    world.change("edit", "baker", "bob", &json!({"since": "2026-01-31"}));
    let (baker, butcher) = (
        world.id(&world.shops, "baker"),
        world.id(&world.shops, "butcher"),
    );
    let (column, count) = (
        format!("relations/{}", world.orders),
        format!("relations/{}/count", world.orders),
    );
    let path = format!("{}/export", world.people.path);
    let asked = json!({"fields": ["email", column, count], "format": "jsonl"});
    let file = world.api.post(&path, &asked);
    assert_eq!(file.status, 200, "{file:?}");
    let rows: Vec<Value> = file
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (list, number) = (
        format!("relations/{}/b", world.orders),
        format!("relations/{}/b/count", world.orders),
    );
    assert_eq!(rows[0]["email"], address("ann"));
    assert_eq!(
        rows[0][&list],
        json!([{"profile_id": baker, "weights": {"orders": 3}},
            {"profile_id": butcher, "weights": {"orders": 1}}])
    );
    assert_eq!(rows[0][&number], 2);
    assert_eq!(rows[1][&list][0]["weights"]["since"], "2026-01-31");
    assert_eq!((rows[2].get(&list), &rows[2][&number]), (None, &json!(0)));

    // As a job too, and from the other side.
    let path = format!("{}/exports?wait", world.shops.path);
    let asked = json!({"fields": ["email", count]});
    assert_eq!(world.api.post(&path, &asked).status, 200);
    let made = world
        .api
        .get(&format!("{}/exports", world.shops.path))
        .ok(200);
    let file = format!(
        "{}/exports/{}/file",
        world.shops.path,
        text(&made["items"][0]["id"])
    );
    let file = world.api.get(&file).text;
    let head = format!("email,relations/{}/a/count", world.orders);
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(
        lines,
        [&*head, "baker@example.org,2", "butcher@example.org,1"]
    );

    for (wrong, code) in [
        ("relations/77".to_owned(), "unknown_relation_type"),
        ("relations/x/b".to_owned(), "unknown_relation_type"),
        (format!("{column}/a"), "not_an_option"),
        (format!("{column}/c"), "not_an_option"),
    ] {
        let path = format!("{}/export", world.people.path);
        let refused = world.api.post(&path, &json!({"fields": [wrong]}));
        let refused = refused.problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], code, "{wrong}");
        assert_eq!(refused["errors"][0]["pointer"], "/fields/0");
    }
    for (scopes, databases, code) in [
        (json!(["exports:read"]), Value::Null, 403),
        (
            json!(["exports:read", "relations:read"]),
            json!([world.people.id]),
            422,
        ),
        (json!(["exports:read", "relations:read"]), Value::Null, 200),
    ] {
        let token = json!({"name": "limited", "scopes": scopes, "databases": databases});
        let token = world.api.post("/v1/tokens", &token).ok(201);
        let limited = world.server.client(&text(&token["secret"]));
        let path = format!("{}/export", world.people.path);
        let answer = limited.post(&path, &json!({"fields": [column]}));
        assert_eq!(answer.status, code, "{}", answer.text);
    }
}
