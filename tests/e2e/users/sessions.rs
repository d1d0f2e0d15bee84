//! Sessions: their cookie, what ends them, and who may ask with one.

use super::{OWN, PASSWORD, Visitor, sign_in, token_of};
use crate::support::{ADMIN, Database, Server, State, text};
use serde_json::json;

#[test]
fn the_cookie_has_its_flags() {
    let https = [
        ("admin_token", ADMIN),
        ("public_url", "https://crm.example.org"),
    ];
    let server = Server::with(&State::new(), &https);
    let user = json!({"email": "ann@example.org", "role": "agent"});
    let made = server.admin().post("/v1/users", &user).ok(201);
    assert!(text(&made["invitation"]["link"]).starts_with("https://crm.example.org/console/"));
    let ann = Visitor::accepting(&server, &token_of(&made["invitation"]));
    assert!(ann.cookie.starts_with("__Host-roster="), "{}", ann.cookie);
    let answer = sign_in(&server, "ann@example.org", PASSWORD);
    let set = answer.header("set-cookie").unwrap();
    for flag in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    ann.get("/v1/session").ok(200);
    // The name without the prefix could be set by a neighbour.
    let plain = ann.cookie.replace("__Host-", "");
    let headers = [("cookie", plain.as_str())];
    let nobody = server.anonymous().send("GET", "/v1/session", &headers, "");
    assert_eq!(nobody.status, 401);

    let http = Server::start();
    let bob = Visitor::of_role(&http, "agent");
    assert!(bob.cookie.starts_with("roster="), "{}", bob.cookie);
    let out = bob.ask("DELETE", "/v1/session", None);
    let set = out.header("set-cookie").unwrap();
    assert!(set.starts_with("roster=;") && set.contains("Max-Age=0") && !set.contains("Secure"));
    assert_eq!(out.status, 204);
    bob.is_out();
}

#[test]
fn only_our_own_pages_ask_with_a_cookie() {
    let server = Server::start();
    let ada = Visitor::of_role(&server, "admin");
    let body = json!({"name": "Shop"});
    let own = format!("http://{}", server.address);
    for foreign in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", own.as_str())],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ] {
        let answer = ada.ask_with("POST", "/v1/databases", foreign, Some(&body));
        answer.problem(403, "cross_origin");
    }
    let origin = [("origin", own.as_str())];
    ada.ask_with("POST", "/v1/databases", &origin, Some(&body))
        .ok(201);
    let other = json!({"name": "Other"});
    ada.ask_with("POST", "/v1/databases", &[OWN], Some(&other))
        .ok(201);
    let cross = [("sec-fetch-site", "cross-site")];
    ada.ask_with("GET", "/v1/databases", &cross, None)
        .problem(403, "cross_origin");
    for fine in [&[][..], &[("sec-fetch-site", "none")], &[OWN]] {
        ada.ask_with("GET", "/v1/databases", fine, None).ok(200);
    }
    // A token counts before the cookie, and needs no page.
    let bearer = [("authorization", "Bearer x"), OWN];
    ada.ask_with("GET", "/v1/databases", &bearer, None)
        .problem(401, "invalid_token");
    server
        .admin()
        .get("/v1/session")
        .problem(401, "unauthorized");
}

#[test]
fn a_session_ends_in_mid_work() {
    let server = Server::start();
    let desk = Visitor::of_role(&server, "agent");
    let phone = Visitor::signing_in(&server, "agent@example.org");
    let listed = desk.get("/v1/sessions").ok(200);
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let is_current = |one: &&serde_json::Value| one["current"] == true;
    assert_eq!(items.iter().filter(is_current).count(), 1);
    let other = items.iter().find(|one| !is_current(one)).unwrap();
    let path = format!("/v1/sessions/{}", text(&other["id"]));
    assert_eq!(desk.ask("DELETE", &path, None).status, 204);
    desk.ask("DELETE", &path, None).problem(404, "not_found");
    phone.is_out();
    desk.get("/v1/databases").ok(200);
    // Nobody ends another's.
    let bob = Visitor::of_role(&server, "viewer");
    let own = desk.get("/v1/sessions").ok(200);
    let path = format!("/v1/sessions/{}", text(&own["items"][0]["id"]));
    bob.ask("DELETE", &path, None).problem(404, "not_found");
    let path = format!("/v1/users/{}/sessions", desk.id);
    assert_eq!(server.admin().delete(&path).status, 204);
    desk.is_out();
}

#[test]
fn another_password_ends_the_other_sessions() {
    let server = Server::start();
    let desk = Visitor::of_role(&server, "agent");
    let phone = Visitor::signing_in(&server, "agent@example.org");
    let change = |current: &str, new: &str| {
        let body = json!({"current": current, "new": new});
        desk.ask("PUT", "/v1/session/password", Some(&body))
    };
    let new = "staple of the correct horse";
    let wrong = change("wrong horse battery", new).problem(422, "validation_failed");
    assert_eq!(wrong["errors"][0]["code"], "wrong_password");
    change(PASSWORD, "short").problem(422, "validation_failed");
    phone.get("/v1/session").ok(200);
    assert_eq!(change(PASSWORD, new).status, 204);
    phone.is_out();
    desk.get("/v1/session").ok(200);
    sign_in(&server, "agent@example.org", PASSWORD).problem(401, "wrong_credentials");
    sign_in(&server, "agent@example.org", new).ok(201);

    // One who forgot it comes by an invitation, and all sessions end.
    let path = format!("/v1/users/{}/invitation", desk.id);
    let link = server.admin().post(&path, &json!({})).ok(201);
    desk.get("/v1/session").ok(200);
    let back = Visitor::accepting(&server, &token_of(&link));
    desk.is_out();
    back.get("/v1/session").ok(200);
}

#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let server = Server::start();
    let api = server.admin();
    let ann = Visitor::of_role(&server, "marketer");
    let body = json!({"name": "News", "channels": ["email"]});
    ann.ask("POST", "/v1/resources", Some(&body)).ok(201);
    let path = format!("/v1/users/{}", ann.id);
    api.patch(&path, &json!({"role": "viewer"})).ok(200);
    let body = json!({"name": "More", "channels": ["email"]});
    let refused = ann.ask("POST", "/v1/resources", Some(&body));
    assert_eq!(
        refused.problem(403, "missing_scope")["scope"],
        "resources:write"
    );
    let shown = ann.get("/v1/session").ok(200);
    assert_eq!(shown["user"]["role"], "viewer");
    let scopes = shown["user"]["scopes"].as_array().unwrap();
    assert!(!scopes.contains(&json!("resources:write")));
    api.delete(&path).ok(200);
    ann.is_out();
    sign_in(&server, "marketer@example.org", PASSWORD).problem(401, "wrong_credentials");
}

#[test]
fn somebody_limited_to_databases_sees_nothing_of_others() {
    let server = Server::start();
    let one = Database::new(&server, "One", &[]);
    let two = Database::new(&server, "Two", &[]);
    let user = json!({"email": "a@example.org", "role": "agent", "databases": [one.id]});
    let ann = Visitor::invited(&server, &user);
    let body = json!({"data": {"email": "ada@example.org"}});
    let target = format!("{}/profiles", one.path);
    let made = ann.ask("POST", &target, Some(&body)).ok(201);
    let target = format!("{}/profiles", two.path);
    ann.ask("POST", &target, Some(&body))
        .problem(404, "not_found");
    let seen = ann.get("/v1/databases").ok(200);
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    let history = format!("{}/profiles/{}/history", one.path, text(&made["id"]));
    let entries = ann.get(&history).ok(200);
    let entry = &entries["items"][0];
    assert_eq!(
        (&entry["actor"], &entry["interface"]),
        (&json!("Ann Lee"), &json!("console"))
    );
    let unknown = json!({"email": "b@example.org", "role": "agent", "databases": ["99"]});
    server
        .admin()
        .post("/v1/users", &unknown)
        .problem(422, "validation_failed");
}

#[test]
fn one_changes_ones_own_name_and_language_and_no_more() {
    let server = Server::start();
    let ann = Visitor::of_role(&server, "viewer");
    let body = json!({"name": "Anna", "language": "ru"});
    let shown = ann.ask("PATCH", "/v1/session", Some(&body)).ok(200);
    assert_eq!(
        (&shown["user"]["name"], &shown["user"]["language"]),
        (&json!("Anna"), &json!("ru"))
    );
    let more = json!({"role": "admin"});
    ann.ask("PATCH", "/v1/session", Some(&more))
        .problem(422, "validation_failed");
    let empty = json!({"name": " "});
    ann.ask("PATCH", "/v1/session", Some(&empty))
        .problem(422, "validation_failed");
}
