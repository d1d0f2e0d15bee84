//! What holds for every route: shapes of errors, limits, and what a trap does.

use crate::support::{Database, Power, Server, lacks};
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn a_path_that_is_no_route_answers_404() {
    let server = Server::start();
    for target in [
        "/v1/databases/1/nothing",
        "/v1/databases/1/profiles/0123/nothing",
        "/v1/resources/1/nothing",
        "/v1/databases/abc",
        "/v1/databases/99999999999999999999",
        "/v1/databases/-1",
        "/v1/databases/1",
    ] {
        server.admin().get(target).problem(404, "not_found");
    }
}

/// A statement that is waited for with all the instance holds up no other request.
#[test]
fn an_instance_that_is_held_holds_up_no_request() {
    let server = Server::start();
    let slowest = std::thread::scope(|scope| {
        let holding = [(); 3].map(|()| {
            let client = server.anonymous();
            scope.spawn(move || client.get("/trap/hold").text)
        });
        let asking = [(); 8].map(|()| {
            let client = server.anonymous();
            scope.spawn(move || {
                let ask = || {
                    let asked = Instant::now();
                    assert_eq!(client.get("/trap/fine").text, "fine");
                    asked.elapsed()
                };
                (0..200).map(|_| ask()).max()
            })
        });
        for held in holding {
            assert_eq!(held.join().unwrap(), "held");
        }
        let slowest = asking.into_iter().map(|asked| asked.join().unwrap());
        slowest.max().flatten()
    });
    assert!(slowest < Some(Duration::from_secs(1)), "{slowest:?}");
}

/// A host ends instances that have nothing to do; none takes a request with it.
#[test]
fn a_request_after_a_long_pause_is_answered() {
    let server = Server::start();
    let databases = || server.admin().get("/v1/databases").ok(200);
    for pause in [0, 1, 21, 22] {
        std::thread::sleep(Duration::from_secs(pause));
        let asked = Instant::now();
        databases();
        assert!(asked.elapsed() < Duration::from_secs(5), "after {pause} s");
    }
}

#[test]
fn a_method_that_a_route_lacks_answers_405_and_names_those_it_has() {
    let server = Server::start();
    let answer = server.admin().put("/v1/databases", &json!({}));
    answer.problem(405, "method_not_allowed");
    let allowed = answer.header("allow").unwrap();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
}

#[test]
fn a_body_that_is_no_json_answers_400_with_its_place() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let json = [("content-type", "application/json")];
    for (method, target) in [
        ("POST", "/v1/databases".to_owned()),
        ("POST", format!("{}/profiles", db.path)),
        ("POST", format!("{}/profiles/batch", db.path)),
        ("POST", format!("{}/profiles/match", db.path)),
        ("PATCH", db.path.clone()),
        ("POST", "/v1/tokens".to_owned()),
        ("POST", "/v1/resources".to_owned()),
    ] {
        for body in ["{", "", "\u{0}", "{data: 1}", "nonsense"] {
            let problem = db.api.send(method, &target, &json, body);
            assert_eq!(
                problem.status, 400,
                "{method} {target} {body:?}: {problem:?}"
            );
            problem.problem(400, "invalid_json");
        }
        // Valid JSON of another shape.
        for body in ["[]", "1", "null", "\"x\""] {
            let answer = db.api.send(method, &target, &json, body);
            assert!(
                matches!(answer.status, 400 | 422),
                "{method} {target} {body}: {answer:?}"
            );
        }
    }
}

#[test]
fn json_nested_too_deep_is_refused() {
    let server = Server::start();
    let db = Database::new(
        &server,
        "Customers",
        &[json!({ "name": "o", "type": "object" })],
    );
    let deep = format!("{}{}", "{\"a\":".repeat(20_000), "1");
    let body = format!(
        "{{\"data\":{{\"email\":\"a@example.com\",\"o\":{deep}{}",
        "}".repeat(20_002)
    );
    let answer = db.api.send(
        "POST",
        &format!("{}/profiles", db.path),
        &[("content-type", "application/json")],
        &body,
    );
    assert!(matches!(answer.status, 400 | 422), "{answer:?}");
}

#[test]
fn a_body_that_is_not_json_by_its_type_answers_415() {
    let server = Server::start();
    for kind in ["text/plain", "application/xml", "multipart/form-data"] {
        let answer = server
            .admin()
            .send("POST", "/v1/databases", &[("content-type", kind)], "{}");
        answer.problem(415, "unsupported_media_type");
    }
    let charset = [("content-type", "application/json; charset=utf-8")];
    let answer = server
        .admin()
        .send("POST", "/v1/databases", &charset, "{\"name\":\"A\"}");
    answer.ok(201);
}

#[test]
fn a_body_over_the_limit_answers_413() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let big = |bytes: usize| format!("{{\"name\":\"{}\"}}", "x".repeat(bytes));
    let json = [("content-type", "application/json")];
    let answer = db.api.send("POST", "/v1/databases", &json, &big(2 << 20));
    answer.problem(413, "body_too_large");
    let target = format!("{}/profiles/batch", db.path);
    let answer = db.api.send("POST", &target, &json, &big(11 << 20));
    answer.problem(413, "body_too_large");
    let many: Vec<_> = (0..10_001).map(|_| json!({})).collect();
    let answer = db.api.post(&target, &json!({ "data": many }));
    answer.problem(413, "batch_too_large");
    // The server is as before.
    db.api.get("/v1/databases").ok(200);
}

#[test]
fn a_parameter_that_no_route_knows_is_refused() {
    let server = Server::start();
    server
        .admin()
        .get("/v1/databases?limt=5")
        .problem(400, "invalid_parameter");
    for limit in ["0", "1001", "-1", "x", "1e2", ""] {
        let target = format!("/v1/databases?limit={limit}");
        server
            .admin()
            .get(&target)
            .problem(400, "invalid_parameter");
    }
    for cursor in ["x", "%00", "bm9uc2Vuc2U", "WzEsMl0"] {
        let target = format!("/v1/databases?cursor={cursor}");
        server.admin().get(&target).problem(400, "invalid_cursor");
    }
}

#[test]
fn a_component_that_traps_answers_500_with_a_log_line_and_lives_on() {
    if lacks(Power::Runner) {
        return;
    }
    let server = Server::start();
    let client = server.anonymous();
    assert_eq!(client.get("/trap/fine").status, 200);
    for _ in 0..3 {
        assert_eq!(server.anonymous().get("/trap/now").status, 500);
        assert_eq!(server.anonymous().get("/trap/fine").text, "fine");
    }
    let logged = || server.log().iter().any(|line| line.contains("[trap]"));
    let until = Instant::now() + Duration::from_secs(10);
    while !logged() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(logged(), "a line in the log names the component");
    server.admin().get("/v1/databases").ok(200);
}

#[test]
fn instances_are_replaced_without_anybody_noticing() {
    // More requests than one instance ever gets.
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    for number in 0..300 {
        db.import(&json!({ "email": format!("p{}@example.com", number % 40), "_city": number.to_string() }));
    }
    assert_eq!(db.total(), 40);
}
