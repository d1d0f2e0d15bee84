//! What clients spell in their own way, and what it leaves behind.

use super::{Altcraft, called, number};
use crate::support::{Client, text};
use serde_json::{Value, json};

const EMAIL: &str = "ann@example.org";

/// Calls a method with a body of XML.
fn xml(alt: &Altcraft, method: &str, body: &str) -> String {
    let path = format!("/api/v1.1/{method}");
    let headers = [("content-type", "application/xml")];
    let answer = alt
        .db
        .api
        .send_bytes("POST", &path, &headers, body.as_bytes());
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text
}

/// The data of a profile as XML shows it goes back as it is, and brings nobody back.
#[test]
fn xml_that_was_shown_comes_back_and_what_was_deleted_stays_so() {
    let alt = Altcraft::start();
    let one = json!({"resource_id": alt.resource(), "channel": "email", "email": EMAIL});
    let data = json!({"email": EMAIL, "plan": "paid", "subscriptions": [one]});
    let id = text(&alt.done("profiles/import", &json!({"data": data}))["profile_id"]);
    let shown = || alt.db.profile(&id);
    let database = &alt.db.id;
    let round = || {
        let call = format!(
            "<xml><db_id>{database}</db_id><email>{EMAIL}</email><format>xml</format></xml>"
        );
        let shown = xml(&alt, "profiles/get", &call);
        let begin = shown.find("<data>").unwrap();
        let end = shown.rfind("</data>").unwrap();
        let data = &shown[begin..end];
        let call = format!("<xml><db_id>{database}</db_id>{data}</data></xml>");
        let answer = xml(&alt, "profiles/import", &call);
        assert!(answer.contains("\"error\":0"), "{answer}");
    };
    round();
    assert_eq!(shown()["data"]["plan"], "paid");
    assert_eq!(shown()["subscriptions"][0]["deleted"], false);
    let mut named = one;
    named["profile_id"] = id.clone().into();
    alt.done("subscriptions/delete", &named);
    round();
    named["is_delete"] = "true".into();
    named["status"] = "subscribed".into();
    alt.done("subscriptions/set", &named);
    assert_eq!(shown()["subscriptions"][0]["deleted"], true);
}

/// Whatever names a profile, what is said of it later counts.
#[test]
fn a_batch_is_written_in_its_order() {
    let alt = Altcraft::start();
    let old = "5b0f3a4c7e1d2a0001c0ffee";
    let own = alt.db.import(&json!({"email": EMAIL, "legacy_id": old}));
    let points = || alt.db.profile(&own)["data"]["points"].clone();
    for (batch, last) in [
        ([(&*own, 2), (old, 6), (&*own, 8)], 8),
        ([(old, 3), (&*own, 5), (old, 7)], 7),
    ] {
        let items = batch.map(|(id, points)| json!({"profile_id": id, "points": points}));
        let call = json!({"matching": "profile_id", "data": items});
        let done = alt.done("profiles/update_batch", &call);
        for index in 0..3 {
            assert_eq!(done["result"][index]["profile_id"], old, "{done}");
        }
        assert_eq!(points(), last);
    }
    let local = format!("{old}@localhost");
    let items = json!([{"email": local, "points": 1}, {"email": EMAIL, "points": 2}, {"email": local, "points": 3}]);
    alt.done("profiles/import_batch", &json!({ "data": items }));
    assert_eq!(points(), 3);
}

#[test]
fn contacts_beside_the_data_are_kept() {
    let alt = Altcraft::start();
    let call = json!({"email": EMAIL, "phone": "+442079460061", "data": {}});
    let id = text(&alt.done("profiles/import", &call)["profile_id"]);
    let call = json!({"email": EMAIL, "phone": "+442079460062"});
    alt.done("profiles/import", &call);
    let phones = json!(["+442079460061", "+442079460062"]);
    assert_eq!(alt.db.profile(&id)["data"]["phones"], phones);
    let call = json!({"matching": "phone", "email": "ben@example.org", "phone": "+442079460063", "data": {}});
    let ben = text(&alt.done("profiles/import", &call)["profile_id"]);
    assert_eq!(alt.db.profile(&ben)["data"]["email"], "ben@example.org");
    let item = json!({"email": "carl@example.org", "phone": "+442079460064"});
    let done = alt.done("profiles/add_batch", &json!({ "data": [item] }));
    let carl = text(&done["result"][0]["profile_id"]);
    let phones = json!(["+442079460064"]);
    assert_eq!(alt.db.profile(&carl)["data"]["phones"], phones);
}

/// A phone as a number is the phone that its text is.
#[test]
fn a_phone_as_a_number_is_in_the_region() {
    let alt = Altcraft::start();
    let patch = |region: Value| {
        let body = json!({ "region": region });
        alt.db.api.patch(&alt.db.path, &body).ok(200);
    };
    let import = |email: &str, phone: Value| {
        let call = json!({"data": {"email": email, "phones": [phone]}});
        let id = text(&alt.done("profiles/import", &call)["profile_id"]);
        alt.db.profile(&id)["data"]["phones"][0].clone()
    };
    let digits = 51_987_654_321_i64;
    assert_eq!(import("a@example.org", digits.into()), "+51987654321");
    patch("BR".into());
    for phone in [json!(digits), json!(digits.to_string())] {
        assert_eq!(import("b@example.org", phone), "+5551987654321");
    }
    let found = alt.done("profiles/get", &json!({ "phone": digits }));
    assert_eq!(found["data"]["email"], "b@example.org");
}

/// Several empty a list at once: each is answered when nothing is left.
#[test]
fn a_list_is_emptied_by_several_at_once() {
    let alt = Altcraft::start();
    let made = alt.done("suppresses/add", &json!({"name": "Old"}));
    let list = number(&made["data"]["saved_id"].to_string());
    let emails: Vec<String> = (0..3_000).map(|n| format!("p{n}@example.org")).collect();
    alt.done(
        "suppresses/emails_add",
        &json!({"id": list, "emails": emails}),
    );
    let clients: Vec<_> = (0..4).map(|_| alt.db.api.another()).collect();
    let removed: Vec<u64> = std::thread::scope(|scope| {
        let empty = |client: Client| {
            move || {
                let answer = called(&client, "suppresses/emails_remove", &json!({ "id": list }));
                assert_eq!(answer["error"], 0, "{answer}");
                answer["removed_count"].as_u64().unwrap()
            }
        };
        let all: Vec<_> = clients
            .into_iter()
            .map(|client| scope.spawn(empty(client)))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(removed.iter().sum::<u64>(), 3_000, "{removed:?}");
}
