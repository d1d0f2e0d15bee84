//! `/v1/databases/{db}/profiles/merge` and beside it: profiles that are one person, and one
//! that is several.

use crate::support::{Client, Database, Power, Server, State, lacks, text};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) fn address(name: &str) -> String {
    format!("{name}@example.org")
}

/// A database with people and a resource for letters.
pub(crate) struct People {
    pub(crate) server: Server,
    pub(crate) db: Database,
    pub(crate) resource: String,
}

impl People {
    pub(crate) fn new(names: &[&str]) -> Self {
        let server = Server::start();
        let db = Database::new(
            &server,
            "People",
            &[json!({"name": "tier", "type": "string"})],
        );
        let resource =
            json!({"name": "Letters", "databases": [db.id], "channels": ["email", "sms"]});
        let resource = text(&db.api.post("/v1/resources", &resource).ok(201)["id"]);
        let people = names.iter().map(|name| {
            json!({"email": address(name), "_fname": name, "subscriptions": [
                {"resource_id": resource, "channel": "email", "email": address(name)}]})
        });
        db.batch(&json!({"data": people.collect::<Vec<_>>()}));
        People {
            server,
            db,
            resource,
        }
    }

    pub(crate) fn id(&self, name: &str) -> String {
        self.db.find(&json!({"email": address(name)})).ok(200)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("{}/profiles/{rest}", self.db.path)
    }

    pub(crate) fn merge(&self, into: &str, sources: &[&str]) -> Value {
        let sources: Vec<Value> = sources
            .iter()
            .map(|one| json!({"email": address(one)}))
            .collect();
        let body = json!({"sources": sources, "destination": {"email": address(into)}});
        self.db.api.post(&self.path("merge"), &body).ok(200)
    }
}

#[test]
fn two_become_one_and_two_again() {
    let people = People::new(&["ann", "old"]);
    let (ann, old) = (people.id("ann"), people.id("old"));
    let api = &people.db.api;
    let body = json!({
        "sources": [{"email": address("old")}], "destination": {"profile_id": ann},
        "data": {"tier": "gold"}, "dry_run": true
    });
    let preview = api.post(&people.path("merge"), &body).ok(200);
    assert_eq!(
        preview["profile"]["subscriptions"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(preview["conflicts"][0]["field"], "_fname");
    assert_eq!(people.db.total(), 2);
    assert_eq!(people.db.profile(&ann)["revision"], 1);
    let headers = [
        ("idempotency-key", "two words"),
        ("content-type", "application/json"),
    ];
    api.send("POST", &people.path("merge"), &headers, &body.to_string())
        .problem(400, "invalid_header");

    let mut body = body;
    body["dry_run"] = json!(false);
    let send = |key: &str, etag: &str| {
        let headers = [
            ("idempotency-key", key),
            ("if-match", etag),
            ("content-type", "application/json"),
        ];
        api.send("POST", &people.path("merge"), &headers, &body.to_string())
    };
    send("0", "\"7\"").problem(412, "precondition_failed");
    send("two words", "\"1\"").problem(400, "invalid_header");
    let done = send("1", "\"1\"").ok(200);
    assert_eq!(done["outcome"], "updated");
    assert_eq!(done["sources"], json!([old]));
    // The same request once more is answered and not done.
    let again = send("1", "\"1\"");
    assert_eq!(again.ok(200)["id"], done["id"]);
    assert_eq!(people.db.total(), 1);

    // What was leads to what is.
    let gone = api.get(&people.path(&old)).problem(404, "merged");
    assert_eq!(gone["into"], ann);
    let gone = api
        .patch(&people.path(&old), &json!({"data": {}}))
        .problem(404, "merged");
    assert_eq!(gone["into"], ann);
    for asked in [
        json!({"email": address("old")}),
        json!({"matching": "profile_id", "profile_id": old}),
    ] {
        assert_eq!(people.db.find(&asked).ok(200)["id"], ann, "{asked}");
    }
    let row = json!({"data": {"email": address("old"), "tier": "silver"}});
    let written = people.db.write(&row).ok(200);
    assert_eq!(
        (&written["id"], &written["outcome"]),
        (&json!(ann), &json!("updated"))
    );
    assert_eq!(people.db.profile(&ann)["data"]["email"], address("ann"));

    // The history came along.
    let history = api.get(&people.path(&format!("{ann}/history"))).ok(200);
    let kinds: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == "profile.created")
            .count(),
        2,
        "{kinds:?}"
    );

    let listed = api.get(&people.path("merges")).ok(200);
    assert_eq!(listed["items"][0]["sources"], json!([old]));
    let undo = people.path(&format!("merges/{}/undo", text(&done["id"])));
    let preview = api.post(&undo, &json!({"dry_run": true})).ok(200);
    assert_eq!(preview["restored"], json!([old]));
    assert_eq!(preview["kept"][0]["field"], "tier");
    assert_eq!(people.db.total(), 1);
    let undone = api.post(&undo, &json!({})).ok(200);
    assert_eq!(undone["kept"], preview["kept"]);
    assert_eq!(people.db.total(), 2);
    assert_eq!(people.id("old"), old);
    assert_eq!(people.db.profile(&ann)["data"]["tier"], "silver");
    api.post(&undo, &json!({})).problem(409, "already_undone");
    api.get(&people.path(&old)).ok(200);
}

#[test]
fn a_link_that_somebody_got_before_still_ends_what_it_names() {
    let people = People::new(&["ann", "old"]);
    let (ann, old) = (people.id("ann"), people.id("old"));
    let api = &people.db.api;
    let before = people.db.profile(&old);
    let links = json!({"subscription_id": before["subscriptions"][0]["id"]});
    let links = api
        .post(&people.path(&format!("{old}/links")), &links)
        .ok(200);
    let link = text(&links["unsubscribe"]);
    let path = &link[link.find("/s/").unwrap()..];
    people.merge("ann", &["old"]);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let left = people
        .server
        .anonymous()
        .send("POST", path, &form, "List-Unsubscribe=One-Click");
    assert_eq!(left.status, 200, "{left:?}");
    let now = people.db.profile(&ann);
    let of = |address: &str| {
        let all = now["subscriptions"].as_array().unwrap().iter();
        all.into_iter().find(|one| one["email"] == address).unwrap()["status"].clone()
    };
    assert_eq!(of(&address("old")), "unsubscribed");
    assert_eq!(of(&address("ann")), "subscribed");
}

#[test]
fn a_token_for_one_database_merges_nothing_of_another() {
    let people = People::new(&["ann", "bob"]);
    let away = Database::new(&people.server, "Away", &[]);
    away.import(&json!({"email": address("away")}));
    let (ann, bob) = (people.id("ann"), people.id("bob"));
    let token = json!({"name": "some", "scopes": ["profiles:read", "profiles:write"],
        "databases": [people.db.id]});
    let token = text(&people.db.api.post("/v1/tokens", &token).ok(201)["secret"]);
    let mine = people.server.client(&token);
    let body = |sources: Value| json!({"sources": sources, "destination": {"profile_id": ann}});
    let foreign = json!([{"email": address("away"), "database_id": away.id}]);
    let refused = mine
        .post(&people.path("merge"), &body(foreign.clone()))
        .problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/sources/0/database_id");
    let missing = json!([{"email": address("away"), "database_id": "999"}]);
    let unknown = mine
        .post(&people.path("merge"), &body(missing))
        .problem(422, "validation_failed");
    assert_eq!(unknown["errors"][0]["code"], refused["errors"][0]["code"]);
    // Who may see both merges both, and one of them learns nothing.
    let all = &people.db.api;
    let done = all.post(&people.path("merge"), &body(foreign)).ok(200);
    assert_eq!(done["outcome"], "updated");
    let undo = people.path(&format!("merges/{}/undo", text(&done["id"])));
    mine.post(&undo, &json!({})).problem(404, "not_found");
    let near = json!([{"profile_id": bob}]);
    mine.post(&people.path("merge"), &body(near)).ok(200);
    all.post(&undo, &json!({})).ok(200);
    assert_eq!((people.db.total(), away.total()), (1, 1));
}

#[test]
fn a_profile_of_two_people_is_split() {
    let people = People::new(&["ann"]);
    let ann = people.id("ann");
    let more = json!({"data": {"email": address("ann"), "subscriptions": [
        {"resource_id": people.resource, "channel": "sms", "phone": "+4930901821"}]}});
    people.db.write(&more).ok(200);
    let body = json!({
        "source": {"profile_id": ann},
        "destinations": [{"new": true, "data": {"_fname": "Bob"}, "subscriptions": [{"channel": "sms"}],
            "history": true}]
    });
    let split = people.db.api.post(&people.path("split"), &body).ok(200);
    let bob = text(&split["destinations"][0]["id"]);
    let found = people
        .db
        .find(&json!({"matching": "phone", "phone": "+4930901821"}))
        .ok(200);
    assert_eq!(found["id"], bob);
    let count = |id: &str| {
        people.db.profile(id)["subscriptions"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((count(&ann), count(&bob)), (1, 1));
    let entries = |id: &str| {
        let history = people
            .db
            .api
            .get(&people.path(&format!("{id}/history")))
            .ok(200);
        history["items"].as_array().unwrap().len()
    };
    assert!(entries(&bob) >= 2, "{}", entries(&bob));
}

#[test]
fn doubles_are_found_judged_and_dismissed() {
    let people = People::new(&["ann", "bob"]);
    let api = &people.db.api;
    let add = |data: Value| {
        let body = json!({"mode": "add", "data": data});
        text(&people.db.write(&body).ok(201)["id"])
    };
    let phone = "+49 30 901821";
    let first =
        add(json!({"phones": [phone], "_fname": "Eve", "_lname": "Lee", "_bdate": "1990-02-03"}));
    let second = add(json!({"phones": [phone], "_fname": "EVE", "_lname": "lee"}));
    let third = add(json!({"_fname": "Éve", "_lname": "Lee", "_bdate": "1990-02-03"}));
    let find = |body: Value| api.post(&people.path("duplicates"), &body).ok(200);
    let found = find(json!({}));
    let groups: Vec<(String, String, Value)> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                text(&one["by"]),
                text(&one["confidence"]),
                one["profiles"].clone(),
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            (
                "phone".to_owned(),
                "high".to_owned(),
                json!([first, second])
            ),
            (
                "name_birthday".to_owned(),
                "medium".to_owned(),
                json!([first, third])
            ),
        ]
    );
    assert_eq!(found["next"], Value::Null);
    // A page at a time it is the same.
    let mut cursor = Value::Null;
    let mut met = Vec::new();
    loop {
        let page = find(json!({"limit": 1, "cursor": cursor}));
        met.extend(page["items"].as_array().unwrap().clone());
        cursor = page["next"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(json!(met), found["items"]);
    let two = json!([{"profile_id": first}, {"profile_id": second}]);
    let dismissal = json!({"profiles": two});
    api.post(&people.path("duplicates/dismiss"), &dismissal)
        .ok(200);
    assert_eq!(find(json!({"by": ["phone"]}))["items"], json!([]));
    let revoked = json!({"profiles": two, "revoke": true});
    api.post(&people.path("duplicates/dismiss"), &revoked)
        .ok(200);
    assert_eq!(
        find(json!({"by": ["phone"]}))["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let odd = api.post(
        &people.path("duplicates"),
        &json!({"by": ["phone", "shoe"]}),
    );
    assert_eq!(
        odd.problem(422, "validation_failed")["errors"][0]["pointer"],
        "/by/1"
    );
    let nobody = json!({"profiles": [{"profile_id": first}, {"email": address("nobody")}]});
    let missing = api
        .post(&people.path("duplicates/dismiss"), &nobody)
        .problem(404, "not_found");
    assert_eq!(missing["pointer"], "/profiles/1");
    let same = json!({"profiles": [{"profile_id": first}, {"profile_id": first}]});
    api.post(&people.path("duplicates/dismiss"), &same)
        .problem(422, "validation_failed");
}

#[test]
fn merges_of_the_same_people_at_once_lose_nobody() {
    let names: Vec<String> = (0..40).map(|n| format!("p{n}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let people = People::new(&all);
    let ids: Vec<String> = all.iter().map(|name| people.id(name)).collect();
    // Everybody is merged into the one before them, all at once.
    std::thread::scope(|scope| {
        for pair in ids.windows(2) {
            let (api, path): (Client, String) = (people.db.api.another(), people.path("merge"));
            scope.spawn(move || {
                let body = json!({"sources": [{"profile_id": pair[1]}], "destination": {"profile_id": pair[0]}});
                let answer = api.post(&path, &body);
                assert!(matches!(answer.status, 200 | 422), "{answer:?}");
            });
        }
    });
    let left = people.db.all();
    let subscriptions: usize = left
        .iter()
        .map(|one| one["subscriptions"].as_array().unwrap().len())
        .sum();
    assert_eq!(subscriptions, 40);
    for (name, id) in all.iter().zip(&ids) {
        let by_email = people.id(name);
        let by_id = people
            .db
            .find(&json!({"matching": "profile_id", "profile_id": id}))
            .ok(200);
        assert_eq!(by_id["id"], by_email, "{name}");
    }
}

#[test]
fn killed_in_the_middle_a_merge_of_a_hundred_is_whole_or_not_at_all() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let mut server = Server::on(&state);
    let db = Database::new(&server, "People", &[]);
    let person = |n: usize| json!({"email": address(&format!("p{n}")), "phones": [format!("+4930901{n:05}")]});
    let data: Vec<Value> = (0..100).map(person).collect();
    db.batch(&json!({"data": data}));
    let sources: Vec<Value> = (1..100)
        .map(|n| json!({"email": address(&format!("p{n}"))}))
        .collect();
    let body = json!({"sources": sources, "destination": {"email": address("p0")}});
    let path = db.path.clone();
    let mut merged = 0;
    for kill in 0..12 {
        let api = server.admin();
        let (target, sent) = (format!("{path}/profiles/merge"), body.to_string());
        let headers = [("content-type", "application/json")];
        let asked = std::thread::spawn(move || {
            let _ = api.try_send("POST", &target, &headers, &sent);
        });
        std::thread::sleep(Duration::from_millis(3 + kill * 7));
        let left = server.kill();
        asked.join().unwrap();
        server = Server::on(&left);
        let now = db.through(server.admin());
        let total = now.total();
        let merges = now.api.get(&format!("{path}/profiles/merges")).ok(200);
        let done = merges["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["undone_at"].is_null())
            .cloned();
        match done {
            Some(done) => {
                merged += 1;
                assert_eq!(total, 1);
                assert_eq!(
                    now.all()[0]["data"]["phones"].as_array().unwrap().len(),
                    100
                );
                let undo = format!("{path}/profiles/merges/{}/undo", text(&done["id"]));
                now.api.post(&undo, &json!({})).ok(200);
                assert_eq!(now.total(), 100);
            }
            None => assert_eq!(total, 100),
        }
    }
    eprintln!("{merged} of 12 merges were done");
}

#[test]
fn a_contact_that_its_own_database_held_back_is_suspended_where_it_comes_to() {
    let people = People::new(&["ann"]);
    let api = &people.db.api;
    let other = Database::new(&people.server, "Others", &[]);
    let both = json!({"databases": [people.db.id, other.id]});
    let resource = format!("/v1/resources/{}", people.resource);
    api.patch(&resource, &both).ok(200);
    let list = json!({"name": "Others' own", "databases": [other.id]});
    let list = text(&api.post("/v1/suppressions", &list).ok(201)["id"]);
    let held = json!({"entries": [address("old")]});
    api.post(&format!("/v1/suppressions/{list}/entries"), &held)
        .ok(200);
    let one = |name: &str| {
        json!({"email": address(name), "subscriptions": [
            {"resource_id": people.resource, "channel": "email", "email": address(name)}]})
    };
    other.batch(&json!({"data": [one("old"), one("new")]}));
    let sources = ["old", "new"]
        .map(|name| json!({"database_id": other.id, "email": address(name), "matching": "email"}));
    let body = json!({"sources": sources, "destination": {"email": address("ann")}});
    let merged = api.post(&people.path("merge"), &body).ok(200);
    let subscriptions = merged["profile"]["subscriptions"].as_array().unwrap();
    let mut standing: Vec<(String, String)> = subscriptions
        .iter()
        .map(|one| (text(&one["email"]), text(&one["status"])))
        .collect();
    standing.sort();
    let of = |name: &str, status: &str| (address(name), status.to_owned());
    let expected = [
        of("ann", "subscribed"),
        of("new", "subscribed"),
        of("old", "suspended"),
    ];
    assert_eq!(standing, expected);
    assert!(
        merged["skipped"].to_string().contains("suppressed"),
        "{merged}"
    );
}

#[test]
fn a_new_profile_that_somebody_touched_stays_when_its_merge_is_undone() {
    let people = People::new(&["ann", "bob"]);
    let api = &people.db.api;
    let merge = |sources: &[&str]| {
        let sources: Vec<Value> = sources
            .iter()
            .map(|one| json!({"email": address(one)}))
            .collect();
        let body = json!({"sources": sources, "destination": {"new": true}});
        api.post(&people.path("merge"), &body).ok(201)
    };
    let undo = |merge: &Value| {
        let path = people.path(&format!("merges/{}/undo", text(&merge["id"])));
        api.post(&path, &json!({})).ok(200)
    };
    let untouched = merge(&["ann", "bob"]);
    undo(&untouched);
    let id = text(&untouched["profile"]["id"]);
    assert_eq!(api.get(&people.path(&id)).status, 404);

    let touched = merge(&["ann", "bob"]);
    let id = text(&touched["profile"]["id"]);
    let segment = json!({"name": "Guests"});
    let segments = format!("{}/segments", people.db.path);
    let segment = text(&api.post(&segments, &segment).ok(201)["id"]);
    let members = format!("{segments}/{segment}/members");
    let added = api.post(&members, &json!({"add": [id]}));
    assert!(matches!(added.status, 200 | 204), "{added:?}");
    undo(&touched);
    assert_eq!(api.get(&people.path(&id)).status, 200);
    for name in ["ann", "bob"] {
        people.id(name);
    }
}
