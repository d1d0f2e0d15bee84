//! `/v1/databases/{db}/fields`: custom fields, also on a database with data.

use crate::support::{Database, Server, data, text};
use roster_people::People;
use serde_json::{Value, json};

fn fields(db: &Database) -> String {
    format!("{}/fields", db.path)
}

fn change(db: &Database, name: &str, patch: Value) -> crate::support::Answer {
    db.api.patch(&format!("{}/fields/{name}", db.path), &patch)
}

#[test]
fn the_ten_types_keep_their_values_as_they_mean() {
    let server = Server::start();
    let custom = [
        json!({ "name": "i", "type": "integer" }),
        json!({ "name": "f", "type": "float" }),
        json!({ "name": "s", "type": "string" }),
        json!({ "name": "d", "type": "date" }),
        json!({ "name": "b", "type": "boolean" }),
        json!({ "name": "e", "type": "enum", "options": ["red", "green"] }),
        json!({ "name": "ip", "type": "ip" }),
        json!({ "name": "t", "type": "tags" }),
        json!({ "name": "o", "type": "object" }),
        json!({ "name": "oo", "type": "objects" }),
    ];
    let db = Database::new(&server, "Types", &custom);
    let id = db.import(&json!({
        "email": "Ann@BÜCHER.example", "i": 9_007_199_254_740_993_i64, "f": 0.1, "s": "e\u{301}",
        "d": 1_700_000_000, "b": true, "e": 2, "ip": "2001:DB8:0::0001", "t": [" a ", "b", "a"],
        "o": { "x": { "y": 1 } }, "oo": [{ "k": "v" }],
        "_sex": 1, "_bdate": "1990-02-22",
    }));
    let stored = &db.profile(&id)["data"];
    assert_eq!(stored["i"], 9_007_199_254_740_993_i64);
    assert_eq!(stored["f"], 0.1);
    assert_eq!(stored["s"], "é");
    assert_eq!(stored["d"], "2023-11-14T22:13:20.000Z");
    assert_eq!(stored["b"], true);
    assert_eq!(stored["e"], "green");
    assert_eq!(stored["ip"], "2001:db8::1");
    assert_eq!(stored["t"], json!(["a", "b"]));
    assert_eq!(stored["o"], json!({ "x": { "y": 1 } }));
    assert_eq!(stored["oo"], json!([{ "k": "v" }]));
    assert_eq!(stored["_sex"], "female");
    assert_eq!(stored["_bdate"], "1990-02-22");
    assert_eq!(stored["email"], "Ann@BÜCHER.example", "kept as given");
    db.find(&json!({ "email": "ann@xn--bcher-kva.example" }))
        .ok(200);

    for (field, wrong) in [
        ("i", json!(1.5)),
        ("i", json!("x")),
        ("f", json!("NaN")),
        ("s", json!("a\u{7}b")),
        ("s", json!("x".repeat(4_097))),
        ("d", json!("2023-02-30")),
        ("b", json!("perhaps")),
        ("e", json!("blue")),
        ("e", json!(3)),
        ("e", json!(0)),
        ("ip", json!("1.2.3.256")),
        ("t", json!([1, [2]])),
        ("o", json!([])),
        ("oo", json!({})),
        ("email", json!("a..b@example.com")),
        ("phones", json!(["+123"])),
        ("nothing", json!(1)),
    ] {
        let answer = db.write(&json!({ "email": "ann@bücher.example", "data": { field: wrong } }));
        let problem = answer.ok(422);
        let pointer = text(&problem["errors"][0]["pointer"]);
        assert!(pointer.starts_with(&format!("/data/{field}")), "{problem}");
    }
    assert_eq!(db.total(), 1);
}

#[test]
fn definitions_that_make_no_sense_are_refused() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "known", "type": "string" })],
    );
    for wrong in [
        json!({ "name": "_own", "type": "string" }),
        json!({ "name": "1st", "type": "string" }),
        json!({ "name": "a b", "type": "string" }),
        json!({ "name": "x".repeat(65), "type": "string" }),
        json!({ "name": "ok", "type": "text" }),
        json!({ "name": "ok" }),
        json!({ "name": "ok", "type": "enum" }),
        json!({ "name": "ok", "type": "enum", "options": ["a", "a"] }),
        json!({ "name": "ok", "type": "object", "unique": true }),
        json!({ "name": "ok", "type": "integer", "default": "x" }),
    ] {
        let answer = db.api.post(&fields(&db), &wrong);
        assert_eq!(answer.status, 422, "{wrong}: {answer:?}");
    }
    let taken = json!({ "name": "known", "type": "integer" });
    db.api.post(&fields(&db), &taken).problem(409, "name_taken");
    let standard = db.api.delete(&format!("{}/email", fields(&db)));
    assert_eq!(standard.status, 409, "{standard:?}");
}

#[test]
fn turning_unique_on_checks_what_is_stored() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "code", "type": "string" })],
    );
    for (n, code) in ["a", "b", "b", "c", "c", "c"].iter().enumerate() {
        db.import(&json!({ "email": format!("p{n}@example.com"), "code": code }));
    }
    let problem =
        change(&db, "code", json!({ "unique": true })).problem(409, "field_values_conflict");
    assert_eq!(problem["count"], 5, "{problem}");
    assert!(!problem["examples"].as_array().unwrap().is_empty());
    // Nothing was changed: two more may share it, and nothing matches by it.
    db.import(&json!({ "email": "p7@example.com", "code": "a" }));
    let find = json!({ "matching": "custom", "field_name": "code", "field_value": "a" });
    assert_eq!(db.find(&find).status, 422);

    for n in [1, 3, 4, 7] {
        db.import(&json!({ "email": format!("p{n}@example.com"), "code": null }));
    }
    change(&db, "code", json!({ "unique": true })).ok(200);
    assert_eq!(db.find(&find).ok(200)["data"]["email"], "p0@example.com");
    let twice = db.write(&json!({ "data": { "email": "new@example.com", "code": "a" } }));
    assert_eq!(twice.problem(409, "duplicate")["field"], "code");
}

#[test]
fn turning_matchable_on_makes_stored_values_findable() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(5);
    db.batch(&json!({ "data": data(people.range(0..500)) }));
    change(&db, "points", json!({ "matchable": true })).ok(200);
    let person = people.person(123);
    let find =
        json!({ "matching": "custom", "field_name": "points", "field_value": person.points });
    let found = db.find(&find);
    assert!(matches!(found.status, 200 | 409), "{found:?}");
    change(&db, "points", json!({ "matchable": false })).ok(200);
    assert_eq!(db.find(&find).status, 422);
}

#[test]
fn turning_required_on_counts_who_lacks_a_value() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "level", "type": "integer" })],
    );
    for n in 0..10 {
        let level = if n < 7 { json!(n) } else { Value::Null };
        db.import(&json!({ "email": format!("p{n}@example.com"), "level": level }));
    }
    let problem =
        change(&db, "level", json!({ "required": true })).problem(409, "field_values_conflict");
    assert_eq!(problem["count"], 3);
    for n in 7..10 {
        db.import(&json!({ "email": format!("p{n}@example.com"), "level": 1 }));
    }
    change(&db, "level", json!({ "required": true })).ok(200);
    let missing = db
        .write(&json!({ "data": { "email": "x@example.com" } }))
        .ok(422);
    assert_eq!(missing["errors"][0]["code"], "required");
    let cleared = db.write(&json!({ "data": { "email": "p1@example.com", "level": null } }));
    assert_eq!(cleared.status, 422);
}

#[test]
fn turning_searchable_on_and_off_changes_what_is_found() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "motto", "type": "string" })],
    );
    db.import(&json!({ "email": "p@example.com", "motto": "Carpe diem, immer" }));
    assert_eq!(db.search("carpe").len(), 0);
    change(&db, "motto", json!({ "searchable": true })).ok(200);
    assert_eq!(db.search("carpe").len(), 1);
    change(&db, "motto", json!({ "searchable": false })).ok(200);
    assert_eq!(db.search("carpe").len(), 0);
    assert_eq!(db.search("motto:carpe").len(), 1);
}

#[test]
fn changing_a_type_converts_all_values_or_none() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "year", "type": "string" })],
    );
    for (n, year) in ["1999", "2004", "unknown"].iter().enumerate() {
        db.import(&json!({ "email": format!("p{n}@example.com"), "year": year }));
    }
    let problem =
        change(&db, "year", json!({ "type": "integer" })).problem(409, "field_values_conflict");
    assert_eq!(problem["count"], 1);
    db.import(&json!({ "email": "p2@example.com", "year": "2010" }));
    change(&db, "year", json!({ "type": "integer" })).ok(200);
    let mut years: Vec<_> = db
        .all()
        .iter()
        .map(|p| p["data"]["year"].as_i64())
        .collect();
    years.sort();
    assert_eq!(years, [Some(1999), Some(2004), Some(2010)]);
}

fn preview(db: &Database, name: &str, patch: Value) -> crate::support::Answer {
    let path = format!("{}/fields/{name}/preview", db.path);
    db.api.post(&path, &patch)
}

#[test]
fn a_preview_shows_what_values_become_and_changes_nothing() {
    let server = Server::start();
    let code = json!({ "name": "code", "type": "string" });
    let db = Database::new(&server, "Customers", &[code]);
    let ids: Vec<String> = ["007", "12", "7"]
        .iter()
        .enumerate()
        .map(|(n, code)| db.import(&json!({ "email": format!("p{n}@example.com"), "code": code })))
        .collect();
    let before = db.api.get(&db.path).ok(200);
    let everybody = db.all();

    let shown = preview(&db, "code", json!({ "type": "integer" })).ok(200);
    assert_eq!(shown["field"]["type"], "integer");
    assert_eq!(shown["changed"], 3);
    let examples = shown["examples"].as_array().unwrap();
    let first = json!({ "profile": ids[0], "before": "007", "after": 7 });
    assert!(examples.contains(&first), "{shown}");

    // What looks different is one value afterwards: only written keys show it.
    let unique = json!({ "type": "integer", "matchable": true, "unique": true });
    let problem = preview(&db, "code", unique.clone()).problem(409, "field_values_conflict");
    assert_eq!(
        (&problem["member"], &problem["count"]),
        (&json!("unique"), &json!(2))
    );
    let title = preview(&db, "code", json!({ "title": "Number" })).ok(200);
    assert_eq!(
        (&title["changed"], &title["examples"]),
        (&json!(0), &json!([]))
    );
    let same = preview(&db, "code", json!({})).ok(200);
    assert_eq!(same["changed"], 0);

    let odd = db.import(&json!({ "email": "odd@example.com", "code": "x" }));
    let problem =
        preview(&db, "code", json!({ "type": "integer" })).problem(409, "field_values_conflict");
    assert_eq!(
        problem["examples"],
        json!([{ "profile": odd, "value": "x" }])
    );
    db.api.delete(&db.of(&odd)).ok(200);

    preview(&db, "code", json!({ "type": "whale" })).problem(422, "validation_failed");
    preview(&db, "nothing", json!({})).problem(404, "not_found");
    preview(&db, "_status", json!({ "title": "x" })).problem(404, "not_found");
    assert_eq!(db.api.get(&db.path).ok(200), before);
    assert_eq!(db.all(), everybody);

    // The change itself does what was shown.
    change(&db, "code", json!({ "type": "integer" })).ok(200);
    let mut codes: Vec<_> = db
        .all()
        .iter()
        .map(|one| one["data"]["code"].as_i64())
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [Some(7), Some(7), Some(12)]);
    change(&db, "code", unique).problem(409, "field_values_conflict");
}

#[test]
fn an_option_in_use_can_not_go() {
    let server = Server::start();
    let plan = json!({ "name": "plan", "type": "enum", "options": ["free", "pro", "team"] });
    let db = Database::new(&server, "Customers", &[plan]);
    db.import(&json!({ "email": "a@example.com", "plan": "pro" }));
    let problem = change(&db, "plan", json!({ "options": ["free", "team"] }));
    assert_eq!(problem.problem(409, "field_values_conflict")["count"], 1);
    change(&db, "plan", json!({ "options": ["free", "pro"] })).ok(200);
    let id = db.import(&json!({ "email": "a@example.com" }));
    assert_eq!(db.profile(&id)["data"]["plan"], "pro");
}

#[test]
fn deleting_a_field_removes_its_values_and_keys() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(6);
    db.batch(&json!({ "data": data(people.range(0..300)) }));
    db.api.delete(&format!("{}/customer", fields(&db))).ok(200);
    assert!(db.all().iter().all(|p| p["data"].get("customer").is_none()));
    assert_eq!(db.search(&people.person(9).customer()).len(), 0);
    // A field of the same name is a new one.
    let again = json!({ "name": "customer", "type": "string", "unique": true });
    db.api.post(&fields(&db), &again).ok(201);
    let find = json!({ "matching": "custom", "field_name": "customer", "field_value": people.person(9).customer() });
    db.find(&find).problem(404, "not_found");
}

#[test]
fn defaults_fill_new_profiles_only() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let old = db.import(&json!({ "email": "old@example.com" }));
    db.api
        .post(
            &fields(&db),
            &json!({ "name": "plan", "type": "string", "default": "free" }),
        )
        .ok(201);
    let new = db.import(&json!({ "email": "new@example.com" }));
    assert_eq!(db.profile(&new)["data"]["plan"], "free");
    assert_eq!(db.profile(&old)["data"].get("plan"), None);
}

#[test]
fn options_of_all_fields_have_a_bound_together() {
    let server = Server::start();
    let db = Database::new(&server, "Options", &[]);
    let options = |many: usize, chars: usize| -> Vec<String> {
        (0..many).map(|n| format!("{n:0>chars$}")).collect()
    };
    let field = |name: &str, options: Vec<String>| {
        let body = json!({"name": name, "type": "enum", "options": options});
        db.api.post(&fields(&db), &body)
    };
    for n in 0..5 {
        field(&format!("large{n}"), options(1000, 200)).ok(201);
    }
    let refused = |answer: crate::support::Answer| {
        let error = answer.problem(422, "validation_failed")["errors"][0].clone();
        (text(&error["code"]), text(&error["pointer"]))
    };
    let too_large = ("options_too_large".to_owned(), "/options".to_owned());
    assert_eq!(refused(field("more", options(1000, 200))), too_large);
    // What is left of 1 MiB, to the byte.
    field("rest", options(485, 100)).ok(201);
    assert_eq!(refused(field("last", options(1, 77))), too_large);
    let grown = json!({"options": options(486, 100)});
    assert_eq!(refused(change(&db, "rest", grown)), too_large);
    // Other changes are as before, and what goes away makes room.
    change(&db, "large0", json!({"description": "Large"})).ok(200);
    change(&db, "large0", json!({"options": options(999, 200)})).ok(200);
    field("last", options(1, 77)).ok(201);
    // As large as one of many resources may be, there are no more of them.
    let letter = |n: usize| {
        let field = |one: usize| {
            json!({"channel": "email", "name": format!("f{one}"), "type": "enum",
                "options": options(1000, 200)})
        };
        let fields: Vec<Value> = (0..4).map(field).collect();
        let body = json!({"name": format!("Letter {n}"), "databases": [db.id],
            "channels": ["email"], "fields": fields});
        db.api.post("/v1/resources", &body)
    };
    letter(0).ok(201);
    letter(1).ok(201);
    let error = letter(2).problem(422, "validation_failed")["errors"][0].clone();
    assert_eq!(error["code"], "too_long");
}
