//! `GET …/profiles`

use crate::support::{Database, Server, all, data, escaped, text};
use roster_people::People;
use serde_json::json;

#[test]
fn pages_hold_everybody_once_in_order_of_creation() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people = People::new(21);
    db.batch(&json!({ "data": data(people.range(0..250)) }));
    for limit in [1_000, 100, 99, 7] {
        let items = all(&db.api, &format!("{}/profiles?limit={limit}", db.path));
        let emails: Vec<_> = items.iter().map(|p| text(&p["data"]["email"])).collect();
        let expected: Vec<_> = people.range(0..250).map(|p| p.email).collect();
        assert_eq!(emails, expected);
        let ids: Vec<_> = items.iter().map(|p| text(&p["id"])).collect();
        assert!(ids.is_sorted(), "ids sort by creation");
    }
}

#[test]
fn any_field_filters_by_equality() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let people: Vec<_> = People::new(22).range(0..400).collect();
    db.batch(&json!({ "data": data(people.iter().cloned()) }));
    let count = |query: &str| all(&db.api, &format!("{}/profiles?{query}", db.path)).len();
    let of =
        |test: &dyn Fn(&roster_people::Person) -> bool| people.iter().filter(|p| test(p)).count();
    let person = &people[17];
    assert_eq!(
        count(&format!("email={}", escaped(&person.email.to_uppercase()))),
        1
    );
    assert_eq!(count(&format!("customer={}", person.customer())), 1);
    assert_eq!(count(&format!("phones={}", escaped(&person.phone))), 1);
    assert_eq!(
        count(&format!("_city={}", escaped(person.city))),
        of(&|p| p.city == person.city)
    );
    assert_eq!(count("_sex=female"), of(&|p| p.sex == "female"));
    assert_eq!(count("_sex=1"), of(&|p| p.sex == "female"));
    assert_eq!(
        count(&format!("points={}", person.points)),
        of(&|p| p.points == person.points)
    );
    assert_eq!(count("tags=vip"), of(&|p| p.tags.contains(&"vip")));
    assert_eq!(
        count(&format!("_bdate={}", person.born)),
        of(&|p| p.born == person.born)
    );
    assert_eq!(
        count(&format!("_sex=male&_country={}&limit=3", person.country)),
        of(&|p| p.sex == "male" && p.country == person.country)
    );
    assert_eq!(count("_status=subscribed"), 400);
    assert_eq!(count("_status=invalid"), 0);
    db.api
        .get(&format!("{}/profiles?ghost=1", db.path))
        .problem(400, "invalid_parameter");
    db.api
        .get(&format!("{}/profiles?points=x", db.path))
        .problem(400, "invalid_parameter");
}

#[test]
fn fields_chooses_what_is_shown() {
    let server = Server::start();
    let db = Database::of_people(&server, "People");
    let id = db.import(&json!({ "email": "a@example.com", "points": 1, "_city": "Oslo" }));
    let listed = db
        .api
        .get(&format!("{}/profiles?fields=points,_city", db.path))
        .ok(200);
    assert_eq!(
        listed["items"][0]["data"],
        json!({ "points": 1, "_city": "Oslo" })
    );
    let one = db.api.get(&format!("{}?fields=email", db.of(&id))).ok(200);
    assert_eq!(one["data"], json!({ "email": "a@example.com" }));
    db.api
        .get(&format!("{}/profiles?fields=ghost", db.path))
        .problem(400, "invalid_parameter");
}
