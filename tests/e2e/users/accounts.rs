//! Users as admins see them, and the invitations that they send.

use super::{PASSWORD, Visitor, sign_in, token_of};
use crate::support::{Database, Server, text};
use serde_json::{Value, json};

#[test]
fn somebody_is_invited_once_and_comes() {
    let server = Server::start();
    let api = server.admin();
    let user = json!({"email": "Mary@Example.org", "role": "marketer", "language": "ru"});
    let answer = api.post("/v1/users", &user);
    let made = answer.ok(201);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(
        (&made["state"], &made["databases"]),
        (&json!("invited"), &Value::Null)
    );
    assert!(
        made["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("imports:write"))
    );
    let again = json!({"email": "mary@EXAMPLE.org", "role": "viewer"});
    api.post("/v1/users", &again).problem(409, "email_taken");

    let token = token_of(&made["invitation"]);
    let nobody = server.anonymous();
    let look = |token: &str| nobody.post("/v1/invitation", &json!({"token": token}));
    let seen = look(&token).ok(200);
    assert_eq!(
        (&seen["email"], &seen["role"], &seen["language"]),
        (&json!("Mary@Example.org"), &json!("marketer"), &json!("ru"))
    );
    look("x").problem(404, "invitation_not_found");
    let accept = |body: &Value| nobody.post("/v1/invitation/accept", body);
    let short = json!({"token": token, "name": " ", "password": "elevenchars"});
    let wrong = accept(&short).problem(422, "validation_failed");
    let codes: Vec<_> = wrong["errors"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&codes[0]["code"], &codes[1]["code"]),
        (&json!("empty"), &json!("too_short"))
    );

    let mary = Visitor::accepting(&server, &token);
    look(&token).problem(404, "invitation_not_found");
    let late = json!({"token": token, "name": "Eve", "password": PASSWORD});
    accept(&late).problem(404, "invitation_not_found");
    let shown = api.get(&format!("/v1/users/{}", mary.id)).ok(200);
    assert_eq!(
        (&shown["state"], &shown["name"]),
        (&json!("active"), &json!("Ann Lee"))
    );
    assert!(shown["last_seen_at"].is_string() && shown.get("invitation").is_none());

    // A second invitation replaces the first.
    let bob = json!({"email": "bob@example.org", "role": "agent"});
    let bob = api.post("/v1/users", &bob).ok(201);
    let path = format!("/v1/users/{}/invitation", text(&bob["id"]));
    let second = api.post(&path, &json!({})).ok(201);
    look(&token_of(&bob["invitation"])).problem(404, "invitation_not_found");
    look(&token_of(&second)).ok(200);
    let all = api.get("/v1/users?limit=1").ok(200);
    assert_eq!(
        (&all["total"], all["items"].as_array().unwrap().len()),
        (&json!(2), 1)
    );
    assert!(all["next"].is_string());
}

#[test]
fn an_invitation_is_shown_once() {
    let server = Server::start();
    let api = server.admin();
    let user = json!({"email": "ann@example.org", "role": "agent"});
    let key = [("idempotency-key", "k1")];
    let first = api.json("POST", "/v1/users", &key, &user).ok(201);
    let again = api.json("POST", "/v1/users", &key, &user).ok(201);
    assert_eq!(
        (&first["id"], &again["invitation"]),
        (&again["id"], &Value::Null)
    );
    let history = api.get("/v1/history?noun=user").ok(200).to_string();
    assert!(
        !history.contains(&token_of(&first["invitation"])),
        "{history}"
    );
}

#[test]
fn an_invitation_has_its_time() {
    let server = Server::start();
    let user = json!({"email": "ann@example.org", "role": "agent"});
    let made = server.admin().post("/v1/users", &user).ok(201);
    let token = token_of(&made["invitation"]);
    let state = server.terminate();
    let file = rusqlite::Connection::open(state.file()).unwrap();
    file.execute("UPDATE users SET invitation_ends = 1", [])
        .unwrap();
    drop(file);
    let server = Server::on(&state);
    let nobody = server.anonymous();
    let late = json!({"token": token, "name": "Ann", "password": PASSWORD});
    nobody
        .post("/v1/invitation/accept", &late)
        .problem(404, "invitation_not_found");
}

#[test]
fn the_last_admin_stays() {
    let server = Server::start();
    let api = server.admin();
    let ada = Visitor::of_role(&server, "admin");
    let path = format!("/v1/users/{}", ada.id);
    let one = Database::new(&server, "One", &[]);
    // Invited is not enough: nobody can turn to them yet.
    let bob = json!({"email": "bob@example.org", "role": "admin"});
    let bob = api.post("/v1/users", &bob).ok(201);
    for lower in [json!({"role": "agent"}), json!({"databases": [one.id]})] {
        api.patch(&path, &lower).problem(409, "last_admin");
        ada.ask("PATCH", &path, Some(&lower))
            .problem(409, "last_admin");
    }
    api.delete(&path).problem(409, "last_admin");
    ada.ask("DELETE", &path, None).problem(409, "last_admin");
    let bob = Visitor::accepting(&server, &token_of(&bob["invitation"]));
    ada.ask("PATCH", &path, Some(&json!({"role": "viewer"})))
        .ok(200);
    ada.ask("GET", "/v1/users", None)
        .problem(403, "missing_scope");
    bob.ask("DELETE", &path, None).ok(200);
    ada.is_out();
}

#[test]
fn nobody_makes_or_becomes_somebody_stronger() {
    let server = Server::start();
    let api = server.admin();
    let one = Database::new(&server, "One", &[]);
    Database::new(&server, "Two", &[]);
    let ada = Visitor::of_role(&server, "admin");
    let scopes = json!(["users:admin", "profiles:read"]);
    let token = json!({"name": "hr", "scopes": scopes});
    let hr = server.client(&text(&api.post("/v1/tokens", &token).ok(201)["secret"]));
    let user = json!({"email": "eve@example.org", "role": "admin"});
    hr.post("/v1/users", &user).problem(403, "forbidden");
    let path = format!("/v1/users/{}", ada.id);
    hr.post(&format!("{path}/invitation"), &json!({}))
        .problem(403, "forbidden");
    hr.patch(&path, &json!({"email": "eve@example.org"}))
        .problem(403, "forbidden");
    hr.delete(&format!("{path}/sessions"))
        .problem(403, "forbidden");

    // An admin of one database knows nobody who may see others, and makes none.
    let user = json!({"email": "la@example.org", "role": "admin", "databases": [one.id]});
    let limited = Visitor::invited(&server, &user);
    let seen = limited.get("/v1/users").ok(200);
    assert_eq!(
        (&seen["total"], &seen["items"][0]["id"]),
        (&json!(1), &json!(limited.id))
    );
    limited.get(&path).problem(404, "not_found");
    let more = json!({"email": "eve@example.org", "role": "viewer"});
    limited
        .ask("POST", "/v1/users", Some(&more))
        .problem(403, "forbidden");
    let own = json!({"databases": null});
    let path = format!("/v1/users/{}", limited.id);
    limited
        .ask("PATCH", &path, Some(&own))
        .problem(403, "forbidden");
}

#[test]
fn two_admins_overwrite_nothing_of_each_other() {
    let server = Server::start();
    let ada = Visitor::of_role(&server, "admin");
    let ann = Visitor::of_role(&server, "agent");
    let path = format!("/v1/users/{}", ann.id);
    let seen = ada.get(&path);
    let tag = seen.header("etag").unwrap().to_owned();
    let mine = json!({"name": "Ann One"});
    let headers = [super::OWN, ("if-match", tag.as_str())];
    ada.ask_with("PATCH", &path, &headers, Some(&mine)).ok(200);
    let other = json!({"name": "Ann Two"});
    ada.ask_with("PATCH", &path, &headers, Some(&other))
        .problem(412, "precondition_failed");
    let entries = ada.get("/v1/history?noun=user").ok(200);
    let last = &entries["items"][0];
    assert_eq!(
        (&last["actor"], &last["interface"]),
        (&json!("Ann Lee"), &json!("console"))
    );
    assert!(!entries.to_string().contains("argon2"), "{entries}");
    sign_in(&server, "agent@example.org", PASSWORD).ok(201);
}
