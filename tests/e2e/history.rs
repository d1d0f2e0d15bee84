//! `/v1/history`: every change of every definition.

use crate::support::{ADMIN, Database, Server, State, all, text};
use serde_json::{Value, json};

/// A definition: how it is made, changed and deleted.
pub(crate) struct Definition {
    pub(crate) noun: &'static str,
    /// The path of the collection, and the body.
    pub(crate) create: (String, Value),
    pub(crate) patch: Value,
    /// Whether it belongs to the database.
    pub(crate) is_of_database: bool,
}

pub(crate) fn definitions(db: &Database, resource: &str) -> Vec<Definition> {
    let of = |noun, create: (&str, Value), patch, is_of_database| Definition {
        noun,
        create: (create.0.to_owned(), create.1),
        patch,
        is_of_database,
    };
    let id = db.id.as_str();
    vec![
        of(
            "field",
            (
                &format!("{}/fields", db.path),
                json!({"name": "points", "type": "integer"}),
            ),
            json!({"title": "Points"}),
            true,
        ),
        of(
            "resource",
            (
                "/v1/resources",
                json!({"name": "Offers", "databases": [id], "channels": ["email"], "primary_channel": "email"}),
            ),
            json!({"description": "x"}),
            false,
        ),
        of(
            "segment",
            (&format!("{}/segments", db.path), json!({"name": "VIP"})),
            json!({"description": "x"}),
            true,
        ),
        of(
            "view",
            (
                &format!("{}/views", db.path),
                json!({"name": "Paris", "condition": {"field": "_city", "eq": "Paris"}}),
            ),
            json!({"columns": ["email"]}),
            true,
        ),
        of(
            "relation_type",
            (
                "/v1/relation-types",
                json!({"name": "orders", "database_a": id, "database_b": id}),
            ),
            json!({"title": "Orders"}),
            false,
        ),
        of(
            "suppression",
            ("/v1/suppressions", json!({"name": "Rivals"})),
            json!({"description": "x"}),
            false,
        ),
        of(
            "watcher",
            (
                "/v1/watchers",
                json!({"name": "CRM", "url": "https://crm.example/in"}),
            ),
            json!({"name": "CRM 2"}),
            false,
        ),
        of(
            "hook",
            (
                "/v1/hooks",
                json!({"name": "Shop", "database_id": id, "preset": "flat",
                "verification": {"scheme": "bearer", "secret": "a-secret-of-the-shop"}}),
            ),
            json!({"name": "Shop 2"}),
            true,
        ),
        of(
            "form",
            (
                "/v1/forms",
                json!({"name": "Footer", "database_id": id, "resource_id": resource,
                "consent": "Yes, write to me."}),
            ),
            json!({"consent": "Yes, write to me every day."}),
            true,
        ),
        of(
            "schedule",
            (
                &format!("{}/schedules", db.path),
                json!({"name": "nightly", "plan": {"every_minutes": 60},
                "settings": {"mapping": [{"column": 1, "to": {"field": "email"}}]},
                "source": {"url": "https://files.example/a.csv", "headers": {"x-key": "hidden-in-header"},
                    "auth": {"type": "bearer"}, "secret": "secret-of-the-source"}}),
            ),
            json!({"enabled": false, "source": {"secret": "another-secret-of-it"}}),
            true,
        ),
    ]
}

fn changes(db: &Database, query: &str) -> Vec<Value> {
    all(&db.api, &format!("/v1/history?limit=2{query}"))
}

#[test]
fn every_change_of_every_definition_is_told() {
    let server = Server::with(
        &State::new(),
        &[
            ("admin_token", ADMIN),
            ("import_hosts", "files.example"),
            ("notify_hosts", "crm.example"),
        ],
    );
    let db = Database::new(&server, "People", &[]);
    let resource = json!({"name": "News", "databases": [db.id], "channels": ["email"], "primary_channel": "email"});
    let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
    for one in definitions(&db, &resource) {
        let noun = one.noun;
        let answer = db.api.post(&one.create.0, &one.create.1);
        assert_eq!(answer.status, 201, "{noun}: {answer:?}");
        let path = answer.header("location").expect("a location").to_owned();
        let made = answer.ok(201);
        db.api.patch(&path, &one.patch).ok(200);
        let confirm = match noun {
            "resource" => "?confirm=Offers",
            "suppression" => "?confirm=Rivals",
            _ => "",
        };
        db.api.delete(&format!("{path}{confirm}")).ok(200);

        let id = match noun {
            "field" => "points".to_owned(),
            _ => text(&made["id"]),
        };
        let found = changes(&db, &format!("&noun={noun}&id={id}"));
        let kinds: Vec<_> = found.iter().map(|one| text(&one["kind"])).collect();
        let expected = ["deleted", "updated", "created"].map(|act| format!("{noun}.{act}"));
        assert_eq!(kinds, expected, "{found:#?}");
        for entry in &found {
            assert_eq!(entry["noun"], noun);
            assert_eq!(entry["actor"], "admin");
            assert_eq!(entry["interface"], "api");
            let database = match one.is_of_database {
                true => json!(db.id),
                false => Value::Null,
            };
            assert_eq!(entry["database_id"], database, "{noun}");
            assert!(!entry["changes"].as_array().unwrap().is_empty());
            let shown = entry.to_string();
            for secret in [
                "a-secret-of-the-shop",
                "secret-of-the-source",
                "another-secret-of-it",
                "hidden-in-header",
            ] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        assert_eq!(
            changes(&db, &format!("&noun={noun}&id=nobody")),
            [] as [Value; 0]
        );
    }
    let wording = &changes(&db, "&noun=form")[1]["changes"];
    assert_eq!(
        *wording,
        json!([{"field": "forms/1/consent", "before": "Yes, write to me.", "after": "Yes, write to me every day."}])
    );
    let schedule = changes(&db, "&noun=schedule")[1]["changes"].to_string();
    assert!(schedule.contains("schedules/1/secret"), "{schedule}");
    assert!(schedule.contains("schedules/1/enabled"), "{schedule}");
}

#[test]
fn import_settings_tokens_and_deleted_databases_are_told() {
    let server = Server::start();
    let db = Database::new(&server, "People", &[]);
    let path = format!("{}/import-settings/a%2Fb", db.path);
    let settings = json!({"mapping": [{"column": 1, "to": {"field": "email"}}]});
    db.api.put(&path, &settings).ok(201);
    let mut other = settings.clone();
    other["separator"] = json!(";");
    db.api.put(&path, &other).ok(200);
    db.api.delete(&path).ok(200);
    let found = changes(&db, "&noun=import_settings&id=a%2Fb");
    let kinds: Vec<_> = found.iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(
        kinds,
        [
            "import_settings.deleted",
            "import_settings.updated",
            "import_settings.created"
        ]
    );
    assert_eq!(found[0]["definition_id"], "a/b");

    let token = json!({"name": "CRM", "scopes": ["history:read"], "databases": [db.id]});
    let token = db.api.post("/v1/tokens", &token).ok(201);
    let limited = server.client(&text(&token["secret"]));
    let seen = limited.get("/v1/history").ok(200);
    for entry in seen["items"].as_array().unwrap() {
        assert_eq!(entry["database_id"], json!(db.id), "{entry}");
    }
    db.api
        .delete(&format!("/v1/tokens/{}", text(&token["id"])))
        .ok(200);
    let kinds: Vec<_> = changes(&db, "&noun=token")
        .iter()
        .map(|one| text(&one["kind"]))
        .collect();
    assert_eq!(kinds, ["token.revoked", "token.created"]);

    db.api.patch(&db.path, &json!({"description": "x"})).ok(200);
    db.api
        .delete(&format!("{}?confirm=People", db.path))
        .ok(200);
    let found = changes(&db, &format!("&noun=database&id={}", db.id));
    let kinds: Vec<_> = found.iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(
        kinds,
        ["database.deleted", "database.updated", "database.created"]
    );
    assert_eq!(found[0]["changes"][0]["before"]["description"], "x");
    // What its settings for imports said of people went with it.
    assert_eq!(changes(&db, "&noun=import_settings"), [] as [Value; 0]);
    let by_actor = changes(&db, "&actor=nobody");
    assert_eq!(by_actor, [] as [Value; 0]);
    let future = changes(&db, "&from=2999-01-01T00:00:00Z");
    assert_eq!(future, [] as [Value; 0]);
}

#[test]
fn wrong_questions_are_refused() {
    let server = Server::start();
    let api = server.admin();
    for (query, parameter) in [
        ("noun=nonsense", "noun"),
        ("id=1", "id"),
        ("from=yesterday", "from"),
        ("database=x", "database"),
        ("nonsense=1", "nonsense"),
        ("limit=0", "limit"),
    ] {
        let problem = api
            .get(&format!("/v1/history?{query}"))
            .problem(400, "invalid_parameter");
        assert_eq!(problem["parameter"], parameter, "{problem}");
    }
    let token = json!({"name": "other", "scopes": ["databases:admin"]});
    let token = api.post("/v1/tokens", &token).ok(201);
    let other = server.client(&text(&token["secret"]));
    other.get("/v1/history").problem(403, "missing_scope");
}
