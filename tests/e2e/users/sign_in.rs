//! Wrong passwords: what they are answered, how often one may try, and how long it takes.

use super::{OWN, PASSWORD, Visitor, sign_in};
use crate::support::Server;
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn wrong_passwords_are_slowed_down_for_the_known_and_the_unknown_alike() {
    let server = Server::start();
    Visitor::of_role(&server, "agent");
    for email in ["agent@example.org", "nobody@example.org"] {
        let mut problems = Vec::new();
        for _ in 0..5 {
            let answer = sign_in(&server, email, "wrong horse battery");
            let mut problem = answer.problem(401, "wrong_credentials");
            problem["instance"] = json!(null);
            problems.push(problem);
        }
        assert!(problems.iter().all(|one| *one == problems[0]));
        for _ in 0..5 {
            let answer = sign_in(&server, email, "wrong horse battery");
            answer.problem(429, "too_many_requests");
            let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
            assert!((1..=300).contains(&wait), "{wait}");
        }
    }
    // The right one waits too, or trying would tell; another account doesn't.
    sign_in(&server, "agent@example.org", PASSWORD).problem(429, "too_many_requests");
    let bob = Visitor::of_role(&server, "viewer");
    assert_eq!(bob.get("/v1/session").status, 200);
    sign_in(&server, "viewer@example.org", PASSWORD).ok(201);

    // Another server on the same store knows of it.
    let other = Server::on(&server.state);
    sign_in(&other, "agent@example.org", PASSWORD).problem(429, "too_many_requests");
}

#[test]
fn right_passwords_count_for_nothing() {
    let server = Server::start();
    Visitor::of_role(&server, "agent");
    for _ in 0..8 {
        Visitor::signing_in(&server, " AGENT@example.org");
    }
}

#[test]
fn somebody_who_has_not_come_cannot_sign_in() {
    let server = Server::start();
    let user = json!({"email": "ann@example.org", "role": "agent"});
    server.admin().post("/v1/users", &user).ok(201);
    for password in ["", PASSWORD] {
        sign_in(&server, "ann@example.org", password).problem(401, "wrong_credentials");
    }
}

#[test]
fn the_time_tells_little_of_who_exists() {
    let server = Server::start();
    Visitor::of_role(&server, "agent");
    let took = |email: &str| {
        let begin = Instant::now();
        sign_in(&server, email, "wrong horse battery").problem(401, "wrong_credentials");
        begin.elapsed()
    };
    took("warm@example.org");
    let best = |email: &str| (0..5).map(|_| took(email)).min().unwrap();
    let (known, unknown) = (best("agent@example.org"), best("nobody@example.org"));
    let (less, more) = (known.min(unknown), known.max(unknown));
    assert!(less > Duration::from_millis(20), "{less:?}");
    assert!(more < less * 3 / 2, "known {known:?}, unknown {unknown:?}");
}

#[test]
fn another_website_signs_nobody_in() {
    let server = Server::start();
    Visitor::of_role(&server, "agent");
    let body = json!({"email": "agent@example.org", "password": PASSWORD});
    let client = server.anonymous();
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        client
            .json("POST", "/v1/session", &[foreign], &body)
            .problem(403, "cross_origin");
    }
    // A program says nothing.
    client.post("/v1/session", &body).ok(201);
    client.json("POST", "/v1/session", &[OWN], &body).ok(201);
}
