//! Every status that the document has for an operation is one that it answers with:
//! each is provoked, and its body is held against the schema, as every answer is.

use super::conflicts::conflict;
use super::people::guessing;
use super::world::World;
use super::{Call, Operation};
use crate::support::Client;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Statuses of a moment or of a broken store: other tests bring them about.
const OF_OTHERS: [u16; 3] = [500, 503, 507];

/// What is documented and not provoked here, with the tests that get it.
const ELSEWHERE: &[(&str, u16, &str)] = &[
    ("getExportFile", 206, "exports::files"),
    ("beginPasskey", 429, "passkeys::accounts"),
    ("beginPasskeySignIn", 429, "passkeys::attacks"),
    ("signInByPasskey", 429, "passkeys::attacks"),
    ("getExportFile", 304, "exports::files"),
    ("askForm", 403, "consent::forms"),
    ("sendForm", 403, "consent::forms"),
    // What becomes of a link whose person is gone follows from who else has the contact.
    ("showManager", 410, "consent"),
    ("showLeaving", 410, "consent"),
    ("showUnsubscribe", 410, "consent"),
    ("unsubscribeByLink", 410, "consent"),
    ("changeByManager", 422, "consent::manager"),
    ("receiveDelivery", 400, "hooks"),
    ("replayDelivery", 422, "hooks"),
    ("deleteSubscription", 422, "profiles"),
    ("runSchedule", 409, "imports::schedules"),
    ("runSchedule", 422, "imports::schedules"),
    ("cancelScheduleRun", 409, "imports::schedules"),
    // It needs a database of others.
    ("previewSchedule", 200, "sources::types"),
    // What is named went away between two questions.
    ("listForms", 404, ""),
    ("listHistory", 404, ""),
    ("createHook", 404, ""),
    ("listMessages", 404, ""),
    ("listWatchers", 404, ""),
    ("createWatcher", 404, ""),
    // It takes neither parameters nor a body: no two requests for one place differ.
    ("makeAppToken", 422, ""),
    // While its file comes.
    ("previewImport", 409, "imports::upload"),
    ("sendForm", 303, "consent::forms"),
    ("changeByManager", 303, "consent::manager"),
    ("changeByManager", 429, "consent::manager"),
    ("askForAnotherLink", 429, "consent::confirmation"),
    ("unsubscribeByLink", 303, "consent::unsubscribe"),
    ("track", 302, "consent::tracking"),
];

/// A body that is longer than any route takes, as far as its head says.
fn announced(world: &World, call: &Call) -> u16 {
    let mut stream = TcpStream::connect(world.server.address).unwrap();
    let Call { method, target, .. } = call;
    let own = call.headers.iter();
    let own = own.filter(|(name, _)| ["cookie", "sec-fetch-site"].contains(&name.as_str()));
    let mut access: Vec<String> = own.map(|(name, text)| format!("{name}: {text}")).collect();
    if access.is_empty() {
        access.push(format!("authorization: Bearer {}", crate::support::ADMIN));
    }
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: roster\r\n{}\r\n\
         content-length: 999999999999999\r\n\r\n",
        access.join("\r\n")
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).unwrap();
    let line = String::from_utf8_lossy(&line);
    line.split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_default()
}

/// A token that may nearly nothing.
fn stranger(world: &World, scope: &str) -> Client {
    let scope = match scope {
        "search:read" => "outbox:read",
        _ => "search:read",
    };
    let body = json!({"name": world.word(), "scopes": [scope]});
    let made = world.api.post("/v1/tokens", &body).ok(201);
    Client::new(world.server.address, made["secret"].as_str())
}

/// A token that knows of the second database alone.
fn limited(world: &World, operation: &Operation) -> Client {
    let scope = &operation.said["security"][0]["token"][0];
    let body = json!({"name": world.word(), "scopes": [scope], "databases": ["2"]});
    let made = world.api.post("/v1/tokens", &body).ok(201);
    Client::new(world.server.address, made["secret"].as_str())
}

/// The path with ids of nothing.
fn nowhere(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.starts_with('{') {
        true => "999999",
        false => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The body with other ids in it, for operations that name what must be there.
fn astray(text: &str) -> String {
    let Ok(mut body) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    for name in ["database_id", "resource_id", "token"] {
        if body.get(name).is_some() {
            body[name] = json!("999999");
        }
    }
    body.to_string()
}

/// A parameter as it can't be, where only a query is read.
fn odd_query(operation: &Operation) -> &'static str {
    match operation.id() {
        "deleteSubscription" => "channel=odd",
        _ => "format=odd",
    }
}

/// A call with another header, or one more.
fn with(mut call: Call, name: &str, text: &str) -> Call {
    call.headers
        .retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    call.headers.push((name.to_owned(), text.to_owned()));
    call
}

/// A call with another body.
fn saying(mut call: Call, text: impl Into<String>) -> Call {
    call.text = text.into();
    call
}

/// The call with one more parameter.
fn asking(mut call: Call, pair: &str) -> Call {
    let joint = if call.target.contains('?') { '&' } else { '?' };
    call.target.push_str(&format!("{joint}{pair}"));
    call
}

/// Tries to get a status from an operation; what it answered, and all it answered on the
/// way.
fn provoked(world: &World, document: &Value, operation: &Operation, status: u16) -> u16 {
    let bodies = operation.bodies(document);
    let good = || operation.call(world, bodies.first().copied());
    let send = |call: Call| call.send(world).status;
    let open = operation.is_open();
    match status {
        401 if ["signIn", "signInByPasskey"].contains(&operation.id()) => {
            let call = good();
            let text = guessing(&call.text);
            send(saying(call, text))
        }
        401 if operation.is_personal() => {
            let mut call = good();
            call.headers.retain(|(name, _)| name != "cookie");
            send(call)
        }
        403 if operation.is_personal() => send(with(good(), "sec-fetch-site", "cross-site")),
        429 if open != operation.is_personal() && operation.path.starts_with("/v1/session") => {
            let call = good();
            let text = guessing(&call.text);
            let call = saying(call, text);
            // The last answer is the one that counts.
            for _ in 0..5 {
                send(call.again());
            }
            send(call)
        }
        400 if open => send(saying(good(), "{")),
        400 => send(asking(good(), "no_such_parameter=1")),
        401 if open => {
            let mut call = good();
            call.headers
                .retain(|(name, _)| !name.starts_with("webhook"));
            send(call)
        }
        401 => good().send_by(&world.anybody).status,
        403 if open => send(saying(with(good(), "origin", "https://evil.example"), "")),
        403 => {
            let scope = operation.said["security"][0]["token"][0].as_str().unwrap();
            good().send_by(&stranger(world, scope)).status
        }
        404 if operation.path.contains('{') => {
            let mut call = good();
            call.target = match call.target.split_once('?') {
                Some((_, query)) => format!("{}?{query}", nowhere(operation.path)),
                None => nowhere(operation.path),
            };
            send(call)
        }
        404 if operation.method == "GET" => {
            let mut call = good();
            call.target = operation.path.to_owned();
            let q = if operation.id() == "search" {
                "database=1&q=ann"
            } else {
                "database=1"
            };
            asking(call, q).send_by(&limited(world, operation)).status
        }
        404 => {
            let call = good();
            let text = astray(&call.text);
            match send(saying(good(), text)) {
                404 => 404,
                _ => call.send_by(&limited(world, operation)).status,
            }
        }
        409 => conflict(world, operation, good()),
        410 if operation.id() == "getProfile" => {
            let mut call = good();
            let path = call.target.split('?').next().unwrap_or_default();
            call.target = format!("{path}?at=2001-01-01T00:00:00Z");
            send(call)
        }
        410 => {
            let which = operation.path.split('/').nth(2).unwrap_or_default();
            let mut call = good();
            call.target = operation.path.replace("{token}", &world.stray_link(which));
            send(call)
        }
        412 => send(with(good(), "if-match", "\"999999\"")),
        413 => announced(world, &good()),
        415 => send(with(good(), "content-type", "text/plain")),
        416 => send(with(good(), "range", "bytes=999999999-")),
        422 if operation.path == "/hooks/{id}" => {
            let hook = world.hook();
            let mut headers = vec![("content-type", "application/json")];
            let text = r#"{"email": "nobody"}"#;
            let signed = world.signed(&hook, text);
            headers.extend(signed.iter().map(|(name, value)| (*name, value.as_str())));
            let target = format!("/hooks/{}", hook.id);
            world.anybody.send("POST", &target, &headers, text).status
        }
        422 if operation.path == "/f/{id}" => {
            let kind = "application/x-www-form-urlencoded";
            send(saying(
                with(good(), "content-type", kind),
                "email=nobody&consent=yes",
            ))
        }
        422 if operation.id() == "importSuppressed" => send(asking(good(), "region=odd")),
        422 if operation.said["requestBody"]["content"]["application/json"].is_object() => {
            send(saying(good(), "[]"))
        }
        422 if operation.said["requestBody"].is_object() => send(saying(good(), "")),
        422 if operation.method == "GET" || operation.id() == "deleteSubscription" => {
            send(asking(good(), odd_query(operation)))
        }
        422 => {
            // The same key for two requests.
            let key = world.word();
            let first = with(good(), "idempotency-key", &key);
            let mut other = first.again();
            let path = first.target.split('?').next().unwrap_or_default();
            let waits = operation.said["parameters"]
                .to_string()
                .contains("\"wait\"");
            let query = if waits { "wait=false" } else { "confirm=other" };
            other.target = format!("{path}?{query}");
            send(first);
            send(other)
        }
        429 => {
            let body = json!({"per_ip_hour": 0});
            let id = world.form();
            world.api.patch(&format!("/v1/forms/{id}"), &body).ok(200);
            let mut call = good();
            call.target = format!("/f/{id}");
            send(call)
        }
        _ => send(good()),
    }
}

#[test]
fn every_documented_status_is_answered() {
    let world = World::new();
    let document = world.anybody.get("/v1/openapi.json").ok(200);
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in Operation::all(&document) {
        let said = operation.said["responses"].as_object().unwrap();
        let statuses = said.keys().filter_map(|status| status.parse::<u16>().ok());
        let statuses: Vec<u16> = statuses.filter(|one| !OF_OTHERS.contains(one)).collect();
        let good: Vec<u16> = statuses.iter().copied().filter(|one| *one < 400).collect();
        for status in statuses {
            let elsewhere =
                |(id, of, _): &&(&str, u16, &str)| *id == operation.id() && *of == status;
            if ELSEWHERE.iter().any(|one| elsewhere(&one)) {
                continue;
            }
            // One of several good ones is what its example gets.
            if status < 400 && good.len() > 1 {
                continue;
            }
            let got = provoked(&world, &document, &operation, status);
            seen.insert(got);
            if got != status {
                wrong.push(format!(
                    "{} never answers {status}, but {got}",
                    operation.id()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 12, "{seen:?}");
}
