//! The history of a database as a file.

use super::{fetched, rows};
use crate::support::{Database, Server};
use serde_json::{Value, json};

#[test]
fn history_comes_by_period_and_kind_with_fields_of_the_moment() {
    let server = Server::start();
    let db = Database::new(&server, "told", &[json!({"name": "tags", "type": "tags"})]);
    let ada = db.import(&json!({"email": "ada@example.org", "_fname": "=Ada"}));
    let ben = db.import(&json!({"email": "ben@example.org"}));
    db.import(&json!({"email": "ada@example.org", "tags": ["x", "y"]}));
    db.api.delete(&db.of(&ben)).ok(200);
    let target = format!("{}/history/export", db.path);
    let get = |query: &str| fetched(db.api.get(&format!("{target}?{query}")));

    let answer = get("kind=profile.created,profile.updated,profile.deleted&fields=email,tags");
    let (header, entries) = rows(&answer.bytes);
    assert_eq!(
        header,
        [
            "id",
            "at",
            "kind",
            "profile_id",
            "actor",
            "interface",
            "changes",
            "about",
            "profile.email",
            "profile.tags"
        ]
    );
    let name = answer.header("content-disposition").unwrap();
    assert!(name.contains("told-history-"), "{name}");
    // Who is deleted leaves the deletion alone.
    let told: Vec<[&str; 4]> = entries
        .iter()
        .map(|row| [&*row[2], &*row[3], &*row[8], &*row[9]])
        .collect();
    assert_eq!(
        told,
        [
            ["profile.created", &ada, "ada@example.org", "x,y"],
            ["profile.updated", &ada, "ada@example.org", "x,y"],
            ["profile.deleted", &ben, "", ""],
        ]
    );
    let changes: Value = serde_json::from_str(&entries[0][6]).unwrap();
    assert!(
        changes
            .as_array()
            .unwrap()
            .contains(&json!({"field": "_fname", "before": null, "after": "=Ada"}))
    );
    assert!(
        entries
            .iter()
            .all(|row| row[4] == "admin" && row[5] == "api")
    );

    let all = get("format=jsonl");
    let lines: Vec<Value> = all
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.first().unwrap()["kind"], "database.created");
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[3]["changes"][0]["field"], "tags");
    assert!(lines[0].get("profile_id").is_none());

    let at = entries[1][1].clone();
    let from = get(&format!("format=jsonl&from={at}"));
    assert_eq!(from.text.lines().count(), 2);
    let to = get(&format!("format=jsonl&to={at}"));
    assert_eq!(to.text.lines().count(), 3);
    assert_eq!(get("format=jsonl&to=2020-01-01").text, "");
    assert_eq!(get("format=jsonl&from=2020-01-01").text, all.text);

    for (query, parameter) in [
        ("kind=Odd!", "kind"),
        ("fields=nope", "fields"),
        ("from=yesterday", "from"),
        ("to=2020-13-01", "to"),
        ("other=1", "other"),
    ] {
        let problem = db
            .api
            .get(&format!("{target}?{query}"))
            .problem(400, "invalid_parameter");
        assert_eq!(problem["parameter"], parameter);
    }
    db.api
        .get(&format!("{target}?format=odd"))
        .problem(422, "validation_failed");
}
