//! `GET …/profiles/{id}/history`, `GET …/profiles/history`

use crate::support::{Database, Server, all, data, escaped, text};
use roster_people::People;
use serde_json::json;

#[test]
fn each_change_is_one_entry_with_old_and_new_values() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({ "email": "a@example.com", "points": 1, "_city": "Oslo" }));
    db.import(&json!({ "email": "a@example.com", "points": 2, "_city": null }));
    db.import(&json!({ "email": "a@example.com", "points": 2 }));
    let items = all(&db.api, &format!("{}/history?limit=1", db.of(&id)));
    assert_eq!(
        items.len(),
        2,
        "what changes nothing leaves no entry: {items:?}"
    );
    let (newest, first) = (&items[0], &items[1]);
    assert_eq!(
        (&newest["kind"], &first["kind"]),
        (&json!("profile.updated"), &json!("profile.created"))
    );
    assert_eq!(newest["interface"], "api");
    assert!(newest["actor"].is_string() && newest["at"].as_str() >= first["at"].as_str());
    let mut changes = newest["changes"].as_array().unwrap().clone();
    changes.sort_by_key(|change| text(&change["field"]));
    assert_eq!(
        json!(changes),
        json!([
            { "field": "_city", "before": "Oslo", "after": null },
            { "field": "points", "before": 1, "after": 2 },
        ])
    );
    let created = first["changes"].as_array().unwrap();
    assert!(
        created.iter().any(|c| c["field"] == "email"
            && c["before"].is_null()
            && c["after"] == "a@example.com")
    );
}

#[test]
fn a_database_s_history_has_everybody_in_order_by_kind_and_time() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(3);
    db.batch(&json!({ "data": data(people.range(0..150)) }));
    let id = db.import(&json!({ "email": people.person(3).email, "points": -1 }));
    std::thread::sleep(std::time::Duration::from_millis(20));
    db.api
        .delete(&db.of(&db.import(&json!({ "email": people.person(4).email }))))
        .ok(200);
    let path = format!("{}/profiles/history", db.path);
    let items = all(&db.api, &format!("{path}?limit=40&kind=profile.created"));
    // Of the one who was deleted nothing is left but that.
    assert!(items.len() >= 149, "{}", items.len());
    let updated = all(&db.api, &format!("{path}?kind=profile.updated"));
    assert_eq!((updated.len(), &updated[0]["profile_id"]), (1, &json!(id)));
    let deleted = all(&db.api, &format!("{path}?kind=profile.deleted"));
    assert_eq!(deleted.len(), 1);
    let at = text(&deleted[0]["at"]);
    assert_eq!(
        all(&db.api, &format!("{path}?from={}", escaped(&at))).len(),
        1
    );
    assert!(all(&db.api, &format!("{path}?to={}", escaped(&at))).len() >= 149);
    assert!(all(&db.api, &format!("{path}?from=2999-01-01T00:00:00Z")).is_empty());
    db.api
        .get(&format!("{path}?from=yesterday"))
        .problem(400, "invalid_parameter");
    let times: Vec<_> = all(&db.api, &format!("{path}?limit=7"))
        .iter()
        .map(|i| text(&i["at"]))
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
}
