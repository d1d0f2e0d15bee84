//! Passkeys as their owners and admins see them, and what takes them away.

use super::{ORIGIN, add, ask, begin, enrolled, open, server, sign_in};
use crate::support::{Authenticator, Power, Server, lacks, text};
use crate::users::{OWN, PASSWORD, Visitor, token_of};
use serde_json::{Value, json};

#[test]
fn somebody_adds_a_passkey_signs_in_by_it_renames_and_removes_it() {
    let server = server();
    let ann = Visitor::of_role(&server, "viewer");
    let none = ann.get("/v1/passkeys").ok(200);
    assert_eq!(none, json!({"items": []}));
    let (mut phone, id) = enrolled(&ann);

    let asked = ask(&server);
    assert_eq!(asked["rpId"], "localhost");
    assert_eq!(asked["userVerification"], "required");
    let answer = sign_in(&server, &phone.get(&asked));
    let session = answer.ok(201);
    assert_eq!(session["user"]["email"], "viewer@example.org");
    assert_eq!(session["user"]["passkeys"], 1);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let set = answer.header("set-cookie").unwrap();
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict"] {
        assert!(set.contains(flag), "{set}");
    }
    let cookie = set.split(';').next().unwrap();
    let own = server
        .anonymous()
        .send("GET", "/v1/session", &[("cookie", cookie)], "");
    assert_eq!(own.ok(200)["user"]["id"], json!(ann.id));

    let listed = ann.get("/v1/passkeys").ok(200);
    let one = &listed["items"][0];
    assert_eq!((&one["id"], &one["name"]), (&json!(id), &json!("My phone")));
    assert!(one["last_used_at"].is_string(), "{one}");
    assert_eq!(one.as_object().unwrap().len(), 4, "{one}");

    let path = format!("/v1/passkeys/{id}");
    let renamed = ann.ask("PATCH", &path, Some(&json!({"name": "Old phone"})));
    assert_eq!(renamed.ok(200)["name"], "Old phone");
    ann.ask("PATCH", &path, Some(&json!({"name": " "})))
        .problem(422, "validation_failed");
    // Nobody renames or removes another's.
    let bob = Visitor::of_role(&server, "admin");
    bob.ask("PATCH", &path, Some(&json!({"name": "Mine"})))
        .problem(404, "not_found");
    bob.ask("DELETE", &path, None).problem(404, "not_found");
    assert_eq!(ann.ask("DELETE", &path, None).status, 204);
    ann.ask("DELETE", &path, None).problem(404, "not_found");
    open(&server, &mut phone).problem(401, "wrong_passkey");

    let history = server.admin().get("/v1/history?noun=user").ok(200);
    let changes = history["items"].to_string();
    assert!(changes.contains("/passkey\""), "{changes}");
    assert!(changes.contains("My phone") && changes.contains("Old phone"));
}

#[test]
fn a_passkey_takes_the_password_and_a_person() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let body = json!({"password": "wrong horse battery"});
    for _ in 0..5 {
        let wrong = ann.ask("POST", "/v1/passkeys/begin", Some(&body));
        let wrong = wrong.problem(422, "validation_failed");
        assert_eq!(wrong["errors"][0]["code"], "wrong_password");
        assert_eq!(wrong["errors"][0]["pointer"], "/password");
    }
    let right = json!({"password": PASSWORD});
    ann.ask("POST", "/v1/passkeys/begin", Some(&right))
        .problem(429, "too_many_requests");
    // A token is nobody in particular.
    let api = server.admin();
    for (method, path) in [("GET", ""), ("POST", "/begin"), ("POST", "")] {
        let path = format!("/v1/passkeys{path}");
        api.json(method, &path, &[], &right)
            .problem(401, "unauthorized");
    }
    // Another website asks for nothing.
    let cross = [("sec-fetch-site", "cross-site")];
    ann.ask_with("POST", "/v1/passkeys/begin", &cross, Some(&right))
        .problem(403, "cross_origin");
    for path in ["/v1/session/passkey/begin", "/v1/session/passkey"] {
        let body = json!({"credential": {}});
        let client = server.anonymous();
        client
            .json("POST", path, &cross, &body)
            .problem(403, "cross_origin");
    }
}

#[test]
fn one_has_ten_at_most_and_each_once() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    // The browser hears of those that there are; one that makes it again is refused.
    let asked = begin(&ann);
    let known = asked["excludeCredentials"].as_array().unwrap();
    assert_eq!(known.len(), 1);
    let twice = add(&ann, "Again", &phone.create(&asked)).problem(422, "validation_failed");
    assert_eq!(twice["errors"][0]["code"], "invalid_passkey");
    let last = begin(&ann);
    for _ in 0..9 {
        enrolled(&ann);
    }
    let body = json!({"password": PASSWORD});
    let full = ann.ask("POST", "/v1/passkeys/begin", Some(&body));
    let full = full.problem(422, "validation_failed");
    assert_eq!(full["errors"][0]["code"], "too_many");
    // What was begun before is too late.
    let eleventh = Authenticator::new(ORIGIN).create(&last);
    let full = add(&ann, "Eleventh", &eleventh).problem(422, "validation_failed");
    assert_eq!(full["errors"][0]["code"], "too_many");
    let listed = ann.get("/v1/passkeys").ok(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 10);
}

#[test]
fn an_admin_sees_how_many_there_are_and_removes_them() {
    let server = server();
    let ada = Visitor::of_role(&server, "admin");
    let ann = Visitor::of_role(&server, "viewer");
    let (mut phone, _) = enrolled(&ann);
    enrolled(&ann);
    let path = format!("/v1/users/{}", ann.id);
    assert_eq!(ada.get(&path).ok(200)["passkeys"], 2);
    let users = ada.get("/v1/users").ok(200);
    let counts = users["items"].as_array().unwrap().iter();
    let counts: Vec<_> = counts.map(|one| one["passkeys"].clone()).collect();
    assert_eq!(counts, [0, 2]);
    let all = format!("{path}/passkeys");
    ann.ask("DELETE", &all, None).problem(403, "missing_scope");
    assert_eq!(ada.ask("DELETE", &all, None).status, 204);
    assert_eq!(ada.ask("DELETE", &all, None).status, 204);
    open(&server, &mut phone).problem(401, "wrong_passkey");
    assert_eq!(ada.get(&path).ok(200)["passkeys"], 0);
    // Somebody limited can do it to nobody who may do more.
    let token = json!({"name": "Few", "scopes": ["users:write", "users:read"]});
    let token = server.admin().post("/v1/tokens", &token).ok(201);
    let few = server.client(&text(&token["secret"]));
    few.delete(&format!("/v1/users/{}/passkeys", ada.id))
        .problem(403, "forbidden");
}

#[test]
fn an_invitation_closes_the_account_to_passkeys_and_takes_them_away() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let path = format!("/v1/users/{}/invitation", ann.id);
    let link = server.admin().post(&path, &json!({})).ok(201);
    open(&server, &mut phone).problem(401, "wrong_passkey");
    let back = Visitor::accepting(&server, &token_of(&link));
    open(&server, &mut phone).problem(401, "wrong_passkey");
    let listed = back.get("/v1/passkeys").ok(200);
    assert_eq!(listed["items"], json!([]));
    // A user who is removed takes theirs along, and a new one of the name has none.
    let (mut key, _) = enrolled(&back);
    let path = format!("/v1/users/{}", ann.id);
    server.admin().delete(&path).ok(200);
    open(&server, &mut key).problem(401, "wrong_passkey");
    Visitor::of_role(&server, "agent");
    open(&server, &mut key).problem(401, "wrong_passkey");
}

#[test]
fn another_password_leaves_them() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let other = Visitor::signing_in(&server, "agent@example.org");
    let begun = begin(&other);
    let body = json!({"current": PASSWORD, "new": "staple of the correct horse"});
    let changed = ann.ask("PUT", "/v1/session/password", Some(&body));
    assert_eq!(changed.status, 204);
    open(&server, &mut phone).ok(201);
    // What another session had begun ends with it.
    let credential = Authenticator::new(ORIGIN).create(&begun);
    add(&other, "Late", &credential).problem(401, "unauthorized");
    add(&ann, "Late", &credential).problem(409, "question_over");
}

#[test]
fn an_account_keeps_its_handle() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let bob = Visitor::of_role(&server, "viewer");
    let handle = |asked: &Value| text(&asked["user"]["id"]);
    assert_eq!(handle(&begin(&ann)), handle(&begin(&ann)));
    assert_ne!(handle(&begin(&ann)), handle(&begin(&bob)));
    let asked = begin(&ann);
    assert_eq!(asked["user"]["name"], "agent@example.org");
    assert_eq!(asked["user"]["displayName"], "Ann Lee");
}

#[test]
fn where_browsers_have_no_passkeys_it_is_said() {
    if lacks(Power::Runner) {
        return;
    }
    // As `cargo up` serves: people reach it at an address, and by localhost.
    let server = Server::start();
    let ann = Visitor::of_role(&server, "agent");
    let body = json!({"password": PASSWORD});
    ann.ask("POST", "/v1/passkeys/begin", Some(&body))
        .problem(409, "no_passkeys_here");
    let client = server.anonymous();
    client
        .send("POST", "/v1/session/passkey/begin", &[OWN], "")
        .problem(409, "no_passkeys_here");
    let host = format!("localhost:{}", server.address.port());
    let local = [OWN, ("host", host.as_str())];
    let asked = client.send("POST", "/v1/session/passkey/begin", &local, "");
    assert_eq!(asked.ok(200)["options"]["rpId"], "localhost");
    let mut authenticator = Authenticator::new(&format!("http://{host}"));
    let begun = ann.ask_with("POST", "/v1/passkeys/begin", &local, Some(&body));
    let credential = authenticator.create(&begun.ok(200)["options"]);
    let body = json!({"name": "Laptop", "credential": credential});
    ann.ask_with("POST", "/v1/passkeys", &local, Some(&body))
        .ok(201);
    let asked = client.send("POST", "/v1/session/passkey/begin", &local, "");
    let credential = authenticator.get(&asked.ok(200)["options"]);
    let body = json!({"credential": credential});
    client
        .json("POST", "/v1/session/passkey", &local, &body)
        .ok(201);
    // A name without TLS is none that browsers trust.
    let host = format!("crm.example.org:{}", server.address.port());
    let plain = [OWN, ("host", host.as_str())];
    client
        .send("POST", "/v1/session/passkey/begin", &plain, "")
        .problem(409, "no_passkeys_here");
}
