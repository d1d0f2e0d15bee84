//! What makes no passkey and opens no account, and how often it may be tried.

use super::{ORIGIN, add, ask, begin, enrolled, open, server, sign_in};
use crate::support::{Authenticator, PRESENT, Power, encoded, lacks};
use crate::users::Visitor;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One thing that is wrong with what an authenticator says.
type Fault = fn(&mut Authenticator);

#[test]
fn what_an_authenticator_says_wrong_makes_no_key() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let faults: [Fault; 6] = [
        |one| one.origin = "https://evil.example".to_owned(),
        |one| one.origin = "http://localhost:3001".to_owned(),
        |one| one.site = Some("evil.example".to_owned()),
        |one| one.flags = PRESENT,
        |one| one.flags = 0,
        |one| one.credential = vec![1; 15],
    ];
    for fault in faults {
        let mut authenticator = Authenticator::new(ORIGIN);
        fault(&mut authenticator);
        let credential = authenticator.create(&begin(&ann));
        let refused = add(&ann, "Wrong", &credential).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["code"], "invalid_passkey");
        assert_eq!(refused["errors"][0]["pointer"], "/credential");
    }
    // Another challenge, one that was answered, and one of somebody else's.
    let mut authenticator = Authenticator::new(ORIGIN);
    authenticator.challenge = Some(encoded(&[7; 16]));
    let credential = authenticator.create(&begin(&ann));
    add(&ann, "Wrong", &credential).problem(409, "question_over");
    let mut authenticator = Authenticator::new(ORIGIN);
    let asked = begin(&ann);
    let credential = authenticator.create(&asked);
    let bob = Visitor::of_role(&server, "viewer");
    add(&bob, "Mine", &credential).problem(409, "question_over");
    let desk = Visitor::signing_in(&server, "agent@example.org");
    add(&desk, "Mine", &credential).problem(409, "question_over");
    add(&ann, "Right", &credential).ok(201);
    add(&ann, "Twice", &credential).problem(409, "question_over");
    // What was asked of somebody who signs in makes no key.
    let mut asked = ask(&server);
    asked["rp"] = json!({"id": "localhost"});
    asked["user"] = json!({"id": encoded(&[7; 16])});
    let credential = Authenticator::new(ORIGIN).create(&asked);
    add(&ann, "Wrong", &credential).problem(409, "question_over");
    assert_eq!(
        ann.get("/v1/passkeys").ok(200)["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_an_authenticator_says_wrong_opens_nothing() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let bob = Visitor::of_role(&server, "viewer");
    let (phone, _) = enrolled(&ann);
    let (others, _) = enrolled(&bob);
    let mut answers = BTreeSet::new();
    let mut refused = |mut authenticator: Authenticator| {
        let answer = open(&server, &mut authenticator);
        answer.problem(401, "wrong_passkey");
        answers.insert(answer.text.clone());
    };
    let faults: [Fault; 7] = [
        |one| one.origin = "https://evil.example".to_owned(),
        |one| one.origin = "https://localhost:3000".to_owned(),
        |one| one.site = Some("evil.example".to_owned()),
        |one| one.flags = PRESENT,
        |one| one.flags = 0,
        |one| one.handle = vec![7; 16],
        // One that the store has not.
        |one| one.credential = vec![7; 32],
    ];
    for fault in faults {
        let mut authenticator = phone.clone();
        fault(&mut authenticator);
        refused(authenticator);
    }
    // Another's key under this one's name, and this one's key as another's.
    let mut swapped = others.clone();
    swapped.credential.clone_from(&phone.credential);
    refused(swapped.clone());
    swapped.handle.clone_from(&phone.handle);
    refused(swapped);
    let mut swapped = phone.clone();
    swapped.handle.clone_from(&others.handle);
    refused(swapped);
    // All get the same words.
    assert_eq!(answers.len(), 1, "{answers:?}");
    open(&server, &mut phone.clone()).ok(201);
}

#[test]
fn an_answer_counts_once_and_for_its_question() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let credential = phone.get(&ask(&server));
    sign_in(&server, &credential).ok(201);
    sign_in(&server, &credential).problem(409, "question_over");
    let mut odd = phone.clone();
    odd.challenge = Some(encoded(&[7; 16]));
    open(&server, &mut odd).problem(409, "question_over");
    // What was asked for a new key opens nothing.
    let mut asked = begin(&ann);
    asked["rpId"] = json!("localhost");
    sign_in(&server, &phone.get(&asked)).problem(409, "question_over");
    // Many at the same moment: one is first.
    for _ in 0..5 {
        let credential = phone.get(&ask(&server));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let sending: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| sign_in(&server, &credential).status))
                .collect();
            sending.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let count = |status| statuses.iter().filter(|one| **one == status).count();
        assert_eq!((count(201), count(409)), (1, 3), "{statuses:?}");
    }
}

#[test]
fn a_counter_that_goes_back_opens_nothing() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let mut copy = phone.clone();
    for _ in 0..3 {
        open(&server, &mut phone).ok(201);
    }
    open(&server, &mut copy).problem(401, "wrong_passkey");
    copy.counter = phone.counter - 1;
    open(&server, &mut copy).problem(401, "wrong_passkey");
    copy.counter = 0;
    open(&server, &mut copy).problem(401, "wrong_passkey");
    open(&server, &mut phone).ok(201);
    // Keys that are on several devices don't count.
    let mut synced = Authenticator::new(ORIGIN);
    synced.counter = 0;
    let credential = synced.create(&begin(&ann));
    add(&ann, "Synced", &credential).ok(201);
    open(&server, &mut synced).ok(201);
    open(&server, &mut synced).ok(201);
}

#[test]
fn a_question_has_its_time() {
    if lacks(Power::File) {
        return;
    }
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let (begun, asked) = (begin(&ann), ask(&server));
    let file = rusqlite::Connection::open(server.state.file()).unwrap();
    let kept = "SELECT count(*) FROM passkey_questions WHERE ends_at > (SELECT max(created_at) FROM users)";
    let kept: i64 = file.query_row(kept, [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 2);
    file.execute("UPDATE passkey_questions SET ends_at = 1", [])
        .unwrap();
    sign_in(&server, &phone.get(&asked)).problem(409, "question_over");
    let credential = Authenticator::new(ORIGIN).create(&begun);
    add(&ann, "Late", &credential).problem(409, "question_over");
    server.admin().post("/v1/tick", &json!({})).ok(200);
    let all = "SELECT count(*) FROM passkey_questions";
    let all: i64 = file.query_row(all, [], |row| row.get(0)).unwrap();
    assert_eq!(all, 0, "the tick forgets them");
}

#[test]
fn garbage_is_refused_and_breaks_nothing() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    let create = Authenticator::new(ORIGIN).create(&begin(&ann));
    let get = phone.get(&ask(&server));
    let mut garbage: Vec<Value> = vec![
        json!(null),
        json!(1),
        json!("text"),
        json!([]),
        json!({}),
        json!({"response": null}),
        json!({"response": {}}),
        json!({"id": "", "response": {"clientDataJSON": "", "attestationObject": ""}}),
        create.clone(),
        get.clone(),
    ];
    for right in [create, get] {
        for name in right["response"].as_object().unwrap().keys() {
            for odd in [
                json!(null),
                json!(""),
                json!("A"),
                json!("AAAA"),
                json!("=+/\u{0}ä"),
                json!([1]),
                json!({"a": {}}),
                json!(encoded(&[0xff; 300])),
                json!(encoded(&vec![0xa3; 40_000])),
                json!(encoded(b"{\"type\":\"webauthn.get\",\"challenge\":")),
            ] {
                let mut one = right.clone();
                one["response"][name] = odd;
                garbage.push(one);
            }
        }
    }
    for (count, one) in garbage.iter().enumerate() {
        let answer = add(&ann, "Odd", one);
        assert!(
            [409, 422, 201].contains(&answer.status),
            "{one}: {answer:?}"
        );
        // Fewer than may be tried from one address.
        if count % 2 == 0 {
            let answer = sign_in(&server, one);
            assert!(
                [401, 409, 422].contains(&answer.status),
                "{one}: {answer:?}"
            );
        }
    }
    for body in ["", "{", "[]", "null", "\u{0}", r#"{"credential": }"#] {
        for path in ["/v1/passkeys", "/v1/session/passkey"] {
            let answer = ann.ask_raw("POST", path, body);
            assert!((400..500).contains(&answer.status), "{body}: {answer:?}");
        }
    }
    let big = json!({"id": "A".repeat(1024 * 1024)});
    assert_eq!(add(&ann, "Big", &big).status, 413);
    assert_eq!(sign_in(&server, &big).status, 413);
    open(&server, &mut phone).ok(201);
}

#[test]
fn trying_is_slowed_down_by_address() {
    let server = server();
    let ann = Visitor::of_role(&server, "agent");
    let (mut phone, _) = enrolled(&ann);
    // What is right counts for nothing.
    for _ in 0..3 {
        open(&server, &mut phone).ok(201);
    }
    for _ in 0..50 {
        sign_in(&server, &json!({})).problem(422, "validation_failed");
    }
    let asked = ask(&server);
    let slow = sign_in(&server, &phone.get(&asked));
    slow.problem(429, "too_many_requests");
    let wait: u64 = slow.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
    // Wrong passwords and wrong passkeys are the same trying.
    crate::users::sign_in(&server, "agent@example.org", crate::users::PASSWORD)
        .problem(429, "too_many_requests");
    let client = server.anonymous();
    let last = (0..400).find_map(|_| {
        let asked = client.send("POST", "/v1/session/passkey/begin", &[], "");
        (asked.status != 200).then_some(asked)
    });
    last.expect("questions are limited")
        .problem(429, "too_many_requests");
}
