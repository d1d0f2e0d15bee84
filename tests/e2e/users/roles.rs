//! What each role may do, on every route of the API's description: a route that is new is
//! tried too.

use super::Visitor;
use crate::support::{Server, text};
use serde_json::{Value, json};

/// A path of the description with ids under which nothing is.
fn target(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{db}" => "999999",
        part if part.starts_with('{') => "888888",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// One operation: its method, its path, and the scope that it takes.
fn operations(server: &Server) -> Vec<(String, String, Option<String>, bool)> {
    let document = server.anonymous().get("/v1/openapi.json").ok(200);
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = &operation["security"];
            let scope = security.pointer("/0/token/0").and_then(Value::as_str);
            let personal = security.pointer("/0/session").is_some();
            let method = method.to_uppercase();
            all.push((method, path.clone(), scope.map(str::to_owned), personal));
        }
    }
    all
}

#[test]
fn each_role_does_what_its_scopes_say_on_every_route() {
    let server = Server::start();
    let operations = operations(&server);
    let admin = Visitor::of_role(&server, "admin");
    for role in ["viewer", "agent", "marketer", "admin"] {
        let visitor = match role {
            "admin" => Visitor::signing_in(&server, "admin@example.org"),
            role => Visitor::of_role(&server, role),
        };
        let own = visitor.get("/v1/session").ok(200);
        let scopes = own["user"]["scopes"].as_array().unwrap().clone();
        let (mut refused, mut tried) = (0, 0);
        for (method, path, scope, personal) in &operations {
            let (Some(_), false) = (scope, *personal) else {
                continue;
            };
            let body = json!({});
            let body = matches!(method.as_str(), "POST" | "PUT" | "PATCH").then_some(&body);
            let answer = visitor.ask(method, &target(path), body);
            if scopes.contains(&json!(scope)) {
                let fine = !matches!(answer.status, 401 | 403) && answer.status < 500;
                assert!(fine, "{role}: {method} {path}: {answer:?}");
                tried += 1;
            } else {
                answer.problem(403, "missing_scope");
                refused += 1;
            }
        }
        assert!(tried > 20, "{role}: {tried}");
        assert_eq!(refused == 0, role == "admin", "{role}: {refused}");
    }
    admin.get("/v1/session").ok(200);
}

#[test]
fn what_is_ones_own_takes_a_session_whatever_the_role_is() {
    let server = Server::start();
    let viewer = Visitor::of_role(&server, "viewer");
    let mut found = 0;
    for (method, path, _, personal) in operations(&server) {
        if !personal {
            continue;
        }
        found += 1;
        let target = target(&path);
        let body = json!({});
        let body = matches!(method.as_str(), "POST" | "PUT" | "PATCH").then_some(&body);
        if (method.as_str(), path.as_str()) != ("DELETE", "/v1/session") {
            let answer = visitor_answer(&viewer, &method, &target, body);
            assert!(!matches!(answer, 401 | 403), "{method} {path}: {answer}");
        }
        let token = server.admin().send(&method, &target, &[], "{}");
        token.problem(401, "unauthorized");
        let nobody = server.anonymous().send(&method, &target, &[], "{}");
        assert_eq!(nobody.status, 401, "{method} {path}");
    }
    assert!(found >= 6, "{found}");
}

fn visitor_answer(viewer: &Visitor, method: &str, target: &str, body: Option<&Value>) -> u16 {
    viewer.ask(method, target, body).status
}

#[test]
fn a_role_has_all_that_the_one_before_has() {
    let server = Server::start();
    let mut before: Vec<String> = Vec::new();
    for role in ["viewer", "agent", "marketer", "admin"] {
        let own = Visitor::of_role(&server, role).get("/v1/session").ok(200);
        let scopes = own["user"]["scopes"].as_array().unwrap();
        let scopes: Vec<String> = scopes.iter().map(text).collect();
        assert!(before.iter().all(|scope| scopes.contains(scope)), "{role}");
        before = scopes;
    }
}
