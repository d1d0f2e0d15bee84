//! `/health`, `/v1/tokens`, the API's own description, and who may do what.

use crate::support::{ADMIN, Database, Power, Server, State, lacks, text};
use serde_json::{Value, json};

fn token(server: &Server, body: &Value) -> Value {
    server.admin().post("/v1/tokens", body).ok(201)
}

#[test]
fn health_is_public_and_names_the_schema() {
    let server = Server::start();
    let health = server.anonymous().get("/health");
    assert_eq!(health.text.trim().lines().count(), 1);
    let health = health.ok(200);
    assert_eq!(health["status"], "ok");
    assert!(health["schema_version"].as_i64() >= Some(1), "{health}");
}

#[test]
fn without_a_token_every_administrative_route_answers_401() {
    let server = Server::start();
    let nobody = server.anonymous();
    for target in [
        "/v1/databases",
        "/v1/databases/1",
        "/v1/databases/1/profiles",
        "/v1/databases/1/profiles/history",
        "/v1/resources",
        "/v1/tokens",
        "/v1/search?q=ivan",
    ] {
        let answer = nobody.get(target);
        answer.problem(401, "token_missing");
        assert!(answer.header("www-authenticate").is_some(), "{target}");
    }
    for wrong in ["", "x", "the-admin-token-of-the-test", "rst_unknown"] {
        let answer = server.client(wrong).get("/v1/databases");
        assert_eq!(answer.status, 401, "{wrong}: {answer:?}");
    }
}

#[test]
fn without_an_admin_token_a_problem_says_how_to_set_it() {
    let server = Server::with(&State::new(), &[("admin_token", "")]);
    for client in [server.anonymous(), server.client("guess")] {
        let problem = client
            .get("/v1/databases")
            .problem(401, "admin_token_missing");
        assert!(
            text(&problem["detail"]).contains("admin_token"),
            "{problem}"
        );
    }
    assert_eq!(server.anonymous().get("/health").status, 200);
}

#[test]
fn a_secret_is_shown_once_and_ends_with_its_token() {
    let server = Server::start();
    let made = token(
        &server,
        &json!({ "name": "website", "scopes": ["databases:read"] }),
    );
    let secret = text(&made["secret"]);
    assert!(secret.starts_with(&text(&made["prefix"])) && secret.len() > 30);
    let listed = server.admin().get("/v1/tokens").ok(200);
    assert_eq!(listed["items"][0]["name"], "website");
    assert!(!listed.to_string().contains(&secret));
    assert!(listed["items"][0].get("secret").is_none());

    let client = server.client(&secret);
    client.get("/v1/databases").ok(200);
    let path = format!("/v1/tokens/{}", text(&made["id"]));
    server.admin().delete(&path);
    client.get("/v1/databases").problem(401, "invalid_token");
    server.admin().delete(&path).problem(404, "not_found");
}

#[test]
fn a_token_ends_at_its_time() {
    let server = Server::start();
    let body =
        json!({ "name": "x", "scopes": ["databases:read"], "expires_at": "2001-01-01T00:00:00Z" });
    server
        .admin()
        .post("/v1/tokens", &body)
        .problem(422, "validation_failed");
    let soon = std::time::SystemTime::now() + std::time::Duration::from_millis(1_500);
    let seconds = soon
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 1;
    // A date far enough ahead in days, seconds into it: days since the epoch.
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let date = civil(days);
    let at = format!(
        "{date}T{:02}:{:02}:{:02}Z",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    );
    let body = json!({ "name": "short", "scopes": ["databases:read"], "expires_at": at });
    let client = server.client(&text(&token(&server, &body)["secret"]));
    client.get("/v1/databases").ok(200);
    std::thread::sleep(std::time::Duration::from_millis(3_000));
    client.get("/v1/databases").problem(401, "invalid_token");
}

/// The date of a day counted from 1970-01-01.
fn civil(mut days: u64) -> String {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", days + 1)
}

#[test]
fn a_token_does_what_its_scopes_say_and_no_more() {
    let server = Server::start();
    let db = Database::new(&server, "Customers", &[]);
    let made = token(
        &server,
        &json!({ "name": "form", "scopes": ["profiles:write"] }),
    );
    let form = server.client(&text(&made["secret"]));
    let profiles = format!("{}/profiles", db.path);
    let id = form
        .post(&profiles, &json!({ "data": { "email": "a@example.com" } }))
        .ok(201);
    let id = text(&id["id"]);
    let problem = form.get(&profiles).problem(403, "missing_scope");
    assert_eq!(problem["scope"], "profiles:read");
    form.get("/v1/databases").problem(403, "missing_scope");
    form.post("/v1/databases", &json!({ "name": "x" }))
        .problem(403, "missing_scope");
    form.get("/v1/search?q=example")
        .problem(403, "missing_scope");
    form.get("/v1/tokens").problem(403, "missing_scope");
    form.post("/v1/resources", &json!({ "name": "x" }))
        .problem(403, "missing_scope");

    // Who did it stands in the history.
    let history = db.api.get(&format!("{}/history", db.of(&id))).ok(200);
    assert_eq!(history["items"][0]["actor"], "form");
    assert_eq!(history["items"][0]["kind"], "profile.created");
    assert!(history["items"][0]["interface"].is_string());
}

#[test]
fn nobody_gives_more_than_they_have() {
    let server = Server::start();
    let made = token(
        &server,
        &json!({ "name": "t", "scopes": ["tokens:write", "profiles:read"] }),
    );
    let maker = server.client(&text(&made["secret"]));
    let body = json!({ "name": "more", "scopes": ["profiles:write"] });
    maker.post("/v1/tokens", &body).problem(403, "forbidden");
    maker
        .post(
            "/v1/tokens",
            &json!({ "name": "same", "scopes": ["profiles:read"] }),
        )
        .ok(201);
}

#[test]
fn a_limited_token_sees_nothing_of_other_databases() {
    let server = Server::start();
    let open = Database::new(&server, "Open", &[]);
    let hidden = Database::new(&server, "Hidden", &[]);
    open.import(&json!({ "email": "both@example.com", "_lname": "Sichtbar" }));
    let secret_id = hidden.import(&json!({ "email": "both@example.com", "_lname": "Geheim" }));
    let scopes = [
        "databases:admin",
        "profiles:admin",
        "search:read",
        "resources:admin",
        "tokens:admin",
    ];
    let made = token(
        &server,
        &json!({ "name": "half", "scopes": scopes, "databases": [open.id] }),
    );
    let half = server.client(&text(&made["secret"]));

    let listed = half.get("/v1/databases").ok(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["name"], "Open");
    let id = secret_id.as_str();
    for target in [
        hidden.path.clone(),
        format!("{}/counters", hidden.path),
        format!("{}/fields", hidden.path),
        format!("{}/profiles", hidden.path),
        format!("{}/profiles?email=both@example.com", hidden.path),
        format!("{}/profiles/history", hidden.path),
        hidden.of(id),
        format!("{}/history", hidden.of(id)),
        format!("{}/subscriptions", hidden.of(id)),
        // The id of a hidden profile under a database that may be seen.
        open.of(id),
        format!("{}/history", open.of(id)),
        format!("/v1/search?q=both&database={}", hidden.id),
    ] {
        half.get(&target).problem(404, "not_found");
    }
    let theirs = hidden.through(server.client(&text(&made["secret"])));
    theirs
        .write(&json!({ "data": { "email": "x@example.com" } }))
        .problem(404, "not_found");
    theirs
        .find(&json!({ "email": "both@example.com" }))
        .problem(404, "not_found");
    half.patch(&hidden.path, &json!({ "description": "x" }))
        .problem(404, "not_found");
    half.delete(&format!("{}?confirm=Hidden", hidden.path))
        .problem(404, "not_found");
    half.post(&format!("{}/wipe?confirm=Hidden", hidden.path), &json!({}))
        .problem(404, "not_found");
    half.delete(&hidden.of(id)).problem(404, "not_found");
    half.delete(&open.of(id)).problem(404, "not_found");

    let found = half.get("/v1/search?q=both@example.com").ok(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["items"][0]["database"]["name"], "Open");
    assert_eq!(half.get("/v1/search?q=geheim").ok(200)["items"], json!([]));
    // As if it did not exist, and still there for those who may.
    assert_eq!(hidden.profile(id)["data"]["_lname"], "Geheim");
}

#[test]
fn the_api_describes_itself_without_another_host() {
    let server = Server::start();
    let document = server.anonymous().get("/v1/openapi.json").ok(200);
    assert!(text(&document["openapi"]).starts_with("3.1"));
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/v1/databases",
        "/v1/databases/{db}/profiles/batch",
        "/v1/search",
        "/v1/tokens",
        "/health",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
}

#[test]
fn a_token_in_the_address_opens_nothing() {
    let server = Server::start();
    let answer = server
        .anonymous()
        .get(&format!("/v1/databases?token={ADMIN}"));
    answer.problem(401, "token_missing");
}

#[test]
fn what_is_not_there_is_a_problem_document() {
    let server = Server::start();
    let nobody = server.anonymous();
    let home = nobody.get("/");
    assert_eq!(
        (home.status, home.header("location")),
        (302, Some("/v1/docs"))
    );
    for target in [
        "/x",
        "/v1",
        "/v1/",
        "/v1//databases",
        "/v2/databases",
        "/favicon.ico",
        "/a/b?c=d",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let answer = nobody.send(method, target, &[], "");
            answer.problem(404, "not_found");
            assert!(answer.header("content-length").is_some(), "{target}");
        }
    }
    // Pages for people stay pages.
    let page = nobody.get("/s/confirm/AAAA");
    assert_eq!(page.status, 404);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    let form = nobody.get("/f/99");
    assert_eq!(
        form.header("content-type"),
        Some("text/html; charset=utf-8")
    );
}

#[test]
fn a_token_for_one_database_deletes_nothing_of_another_through_a_resource() {
    let server = Server::start();
    let one = Database::new(&server, "One", &[]);
    let two = Database::new(&server, "Two", &[]);
    let admin = server.admin();
    let resource = json!({"name": "News", "databases": [two.id], "channels": ["email"]});
    let resource = text(&admin.post("/v1/resources", &resource).ok(201)["id"]);
    let path = format!("/v1/resources/{resource}");
    let id = two.import(&json!({"email": "ada@example.org", "subscriptions": [
        {"resource_id": resource, "channel": "email", "email": "ada@example.org"}]}));
    let body = json!({"name": "x", "scopes": ["resources:admin"], "databases": [one.id]});
    let limited = server.client(&text(&token(&server, &body)["secret"]));
    // It serves none any more; then the limited token's, but Ada is still subscribed.
    for databases in [json!([]), json!([one.id])] {
        admin.patch(&path, &json!({"databases": databases})).ok(200);
        let target = format!("{path}?confirm=News");
        limited.delete(&target).problem(403, "forbidden");
        assert_eq!(
            two.profile(&id)["subscriptions"].as_array().unwrap().len(),
            1
        );
    }
    admin.patch(&path, &json!({"databases": []})).ok(200);
    limited
        .patch(&path, &json!({"name": "Mine", "databases": [one.id]}))
        .problem(403, "forbidden");
    // What it makes is for its own, and it may delete that.
    let of_none = json!({"name": "Free", "channels": ["email"]});
    limited
        .post("/v1/resources", &of_none)
        .problem(422, "validation_failed");
    let own = json!({"name": "Own", "databases": [one.id], "channels": ["email"]});
    let own = text(&limited.post("/v1/resources", &own).ok(201)["id"]);
    limited.delete(&format!("/v1/resources/{own}")).ok(200);
}

#[test]
fn health_says_when_nothing_can_be_written() {
    if lacks(Power::File) {
        return;
    }
    let state = State::new();
    let server = Server::on(&state);
    server.anonymous().get("/health").ok(200);
    // As where the disk is full: what is there can be read, and no more fits.
    let sql = rusqlite::Connection::open(state.file()).unwrap();
    // In one transaction: a question in between would write it down again.
    sql.execute_batch(
        "BEGIN IMMEDIATE;
         UPDATE rates SET since = 0 WHERE key = 'health';
         CREATE TRIGGER no_more BEFORE UPDATE ON rates BEGIN
             SELECT RAISE(ABORT, 'database or disk is full');
         END;
         CREATE TRIGGER no_other BEFORE INSERT ON rates BEGIN
             SELECT RAISE(ABORT, 'database or disk is full');
         END;
         COMMIT;",
    )
    .unwrap();
    let health = server.anonymous().get("/health").ok(503);
    assert_eq!(
        (&health["status"], &health["store"]),
        (&json!("unavailable"), &json!("full"))
    );
    sql.execute_batch("DROP TRIGGER no_more; DROP TRIGGER no_other")
        .unwrap();
    server.anonymous().get("/health").ok(200);
}

#[cfg(unix)]
#[test]
fn nobody_else_on_the_machine_reads_the_database() {
    if lacks(Power::Runner) {
        return;
    }
    use std::os::unix::fs::PermissionsExt;
    let state = State::new();
    let folder = state.file().parent().unwrap().to_owned();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&folder, open).unwrap();
    let server = Server::on(&state);
    Database::new(&server, "People", &[]);
    let mode = |path: &std::path::Path| {
        let metadata = std::fs::metadata(path).unwrap();
        metadata.permissions().mode() & 0o777
    };
    assert_eq!(mode(&folder), 0o700);
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}
