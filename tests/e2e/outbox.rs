//! `/v1/outbox` and `/v1/watchers`, with a receiver on this machine.

use crate::support::{ADMIN, Client, Database, Server, State, all, text};
use roster_model::{Status, Timestamp};
use roster_webhook::Scheme;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A request as the receiver got it.
#[derive(Clone, Debug)]
struct Got {
    target: String,
    /// With names in lower case.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A receiver of a few lines: gives one status to everything, and keeps what it
/// got.
struct Receiver {
    address: SocketAddr,
    status: Arc<AtomicU16>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let status = Arc::new(AtomicU16::new(200));
        let got = Arc::new(Mutex::new(Vec::new()));
        let (answers, log) = (status.clone(), got.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, log) = (answers.clone(), log.clone());
                std::thread::spawn(move || serve(stream, &answers, &log));
            }
        });
        Receiver {
            address,
            status,
            got,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn says(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }

    /// What came since the last look.
    fn got(&self) -> Vec<Got> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
}

/// Answers one request. A sender that is killed may leave it unfinished.
fn serve(mut stream: TcpStream, status: &AtomicU16, log: &Mutex<Vec<Got>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut got = Got {
        target,
        headers,
        body: Vec::new(),
    };
    let length = got.header("content-length").map(|n| n.parse().unwrap());
    got.body = vec![0; length.expect("the length is told")];
    if reader.read_exact(&mut got.body).is_err() {
        return;
    }
    log.lock().unwrap().push(got);
    let status = status.load(Ordering::SeqCst);
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    // Whoever asked may have gone.
    let _ = stream.write_all(answer.as_bytes());
    let _ = stream.shutdown(std::net::Shutdown::Write);
}

/// A resource that asks whoever subscribes to it; its id.
fn asking(db: &Database, double: Value) -> String {
    let mut settings = json!({"enabled": true});
    for (name, value) in double.as_object().unwrap() {
        settings[name] = value.clone();
    }
    let made = db.api.post(
        "/v1/resources",
        &json!({
            "name": "News", "databases": [db.id], "channels": ["email"],
            "double_opt_in": settings,
        }),
    );
    text(&made.ok(201)["id"])
}

fn subscriber(resource: &str, email: &str) -> Value {
    json!({"email": email, "subscriptions": [
        {"resource_id": resource, "channel": "email", "email": email}
    ]})
}

fn tick(api: &Client) -> Value {
    api.post("/v1/tick", &json!({})).ok(200)
}

fn messages(api: &Client, query: &str) -> Vec<Value> {
    all(api, &format!("/v1/outbox?{query}"))
}

/// As if the time of everything that waits had come, and every lease was over.
fn make_due(state: &State) {
    let store = rusqlite::Connection::open(state.file()).unwrap();
    let due = "UPDATE outbox SET due_at = created_at, leased_until = 0 WHERE state = 'queued'";
    store.busy_timeout(Duration::from_secs(5)).unwrap();
    store.execute(due, []).unwrap();
}

#[test]
fn a_question_can_be_read_and_answered_without_any_provider() {
    let server = Server::without_ticks(&State::new());
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"link_days": 3}));
    let id = db.import(&subscriber(&resource, "ada@example.org"));
    let profile = db.profile(&id);
    assert_eq!(profile["subscriptions"][0]["status"], "unconfirmed");
    assert_eq!(tick(&db.api)["sent"], 0);

    let listed = messages(&db.api, "state=queued&kind=confirmation");
    assert_eq!(listed.len(), 1);
    let message = &listed[0];
    assert_eq!(message["recipient"], "email:ada@example.org");
    assert_eq!(
        (&message["profile_id"], &message["database_id"]),
        (&json!(id), &json!(db.id))
    );
    assert_eq!(message["tries"], 0);
    let path = format!("/v1/outbox/{}", text(&message["id"]));
    let whole = db.api.get(&path).ok(200);
    let letter = &whole["letter"];
    let link = text(&letter["link"]);
    assert!(
        link.starts_with("http://127.0.0.1:3000/s/confirm/"),
        "{link}"
    );
    assert!(text(&letter["text"]).contains(&link));
    assert!(text(&letter["html"]).contains("<html"));
    assert_eq!(
        letter["headers"]["List-Unsubscribe-Post"],
        "List-Unsubscribe=One-Click"
    );

    let counted = |state: &str| {
        let counters = db.api.get("/v1/outbox/counters").ok(200);
        counters["confirmation"][state].clone()
    };
    assert_eq!((counted("queued"), counted("sent")), (json!(1), json!(0)));
    let act = |what: &str| db.api.post(&format!("{path}/{what}"), &json!({}));
    act("retry").problem(409, "wrong_state");
    assert_eq!(act("cancel").ok(200)["state"], "cancelled");
    act("cancel").problem(409, "wrong_state");
    assert_eq!(counted("cancelled"), 1);
    assert_eq!(act("retry").ok(200)["state"], "queued");

    for (query, count) in [
        (format!("profile={id}"), 1),
        (format!("database={}", db.id), 1),
        ("database=999".to_owned(), 0),
        ("recipient=email%3Aada%40example.org".to_owned(), 1),
        ("recipient=email%3Abob%40example.org".to_owned(), 0),
        ("state=dead".to_owned(), 0),
    ] {
        assert_eq!(messages(&db.api, &query).len(), count, "{query}");
    }
    for query in ["state=lost", "kind=x", "profile=1", "wat=1"] {
        let answer = db.api.get(&format!("/v1/outbox?{query}"));
        answer.problem(400, "invalid_parameter");
    }
    db.api.get("/v1/outbox/999").problem(404, "not_found");

    // A token sees its databases' messages.
    let elsewhere = Database::new(&server, "Elsewhere", &[]);
    let limited = |database: &str| {
        let token = json!({
            "name": "reader", "scopes": ["outbox:admin"], "databases": [database],
        });
        let made = db.api.post("/v1/tokens", &token).ok(201);
        server.client(&text(&made["secret"]))
    };
    let (here, there) = (limited(&db.id), limited(&elsewhere.id));
    assert_eq!(messages(&here, "limit=9").len(), 1);
    assert_eq!(messages(&there, "limit=9").len(), 0);
    here.get(&path).ok(200);
    there.get(&path).problem(404, "not_found");
    there
        .post(&format!("{path}/cancel"), &json!({}))
        .problem(404, "not_found");
    here.post("/v1/outbox/rotate-keys", &json!({}))
        .problem(403, "forbidden");
    assert_eq!(
        db.api.post("/v1/outbox/rotate-keys", &json!({})).ok(200)["key"],
        2
    );
    assert_ne!(db.api.get(&path).ok(200)["letter"]["link"], link);

    db.api.delete(&db.of(&id)).ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn a_question_reaches_the_gateway_once_also_when_it_refused_at_first() {
    let gateway = Receiver::start();
    let url = gateway.url("/messages");
    let state = State::new();
    let variables = [
        ("admin_token", ADMIN),
        ("mail_url", url.as_str()),
        ("mail_secret", "hunter2"),
        ("mail_from", "news@example.org"),
        ("mail_from_name", "The News"),
        ("public_url", "https://people.example.org/"),
    ];
    let server = Server::without_ticks_with(&state, &variables);
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"reminder_hours": [24]}));
    let id = db.import(&subscriber(&resource, "ada@example.org"));
    gateway.says(500);
    assert_eq!(tick(&db.api)["sent"], 0);
    let first = gateway.got();
    assert_eq!(first.len(), 1);
    assert_eq!(tick(&db.api)["sent"], 0, "not before its time");
    let message = messages(&db.api, "state=queued").pop().unwrap();
    assert_eq!(
        (&message["tries"], &message["attempts"][0]["status"]),
        (&json!(1), &json!(500))
    );
    // The first only; the reminder is another message.
    let store = rusqlite::Connection::open(state.file()).unwrap();
    store
        .execute("UPDATE outbox SET due_at = created_at WHERE tries = 1", [])
        .unwrap();
    gateway.says(202);
    assert_eq!(tick(&db.api)["sent"], 1);
    assert_eq!(tick(&db.api)["sent"], 0);
    let second = gateway.got();
    assert_eq!(second.len(), 1);
    assert_eq!(first[0].body, second[0].body, "the same message");
    let got = &second[0];
    assert_eq!(got.target, "/messages");
    assert_eq!(got.header("authorization"), Some("Bearer hunter2"));
    let body = got.json();
    assert_eq!(
        got.header("idempotency-key"),
        Some(text(&body["id"]).as_str())
    );
    assert_eq!(
        (&body["channel"], &body["to"]),
        (&json!("email"), &json!("ada@example.org"))
    );
    assert_eq!(
        body["from"],
        json!({"email": "news@example.org", "name": "The News"})
    );
    assert!(text(&body["text"]).contains("https://people.example.org/s/confirm/"));

    // Who confirmed is not reminded.
    let subscription = json!({
        "resource_id": resource, "channel": "email", "email": "ada@example.org",
        "status": "subscribed",
    });
    let place = format!("{}/subscriptions", db.of(&id));
    db.api.put(&place, &subscription).ok(200);
    make_due(&state);
    assert_eq!(tick(&db.api)["sent"], 0);
    let reminder = messages(&db.api, "state=cancelled").pop().unwrap();
    assert_eq!(reminder["detail"], "confirmed");
    assert!(gateway.got().is_empty());
    assert!(!format!("{:?}", server.log()).contains("hunter2"));
}

#[test]
fn wrong_settings_are_told_and_stop_nothing_else() {
    let variables = [("admin_token", ADMIN), ("mail_url", "gateway")];
    let server = Server::without_ticks_with(&State::new(), &variables);
    let ticked = tick(&server.admin());
    assert_eq!(ticked["wrong_settings"][0]["pointer"], "/mail_url");
    assert_eq!(ticked["left"], 0);
}

#[test]
fn a_watcher_is_told_of_changes_with_a_signature() {
    let crm = Receiver::start();
    let state = State::new();
    let variables = [
        ("admin_token", ADMIN),
        ("notify_hosts", "http://127.0.0.1:*"),
    ];
    let server = Server::without_ticks_with(&state, &variables);
    let db = Database::new(&server, "People", &[]);
    let watcher = json!({
        "name": "CRM", "url": crm.url("/hook"), "databases": [db.id],
        "events": ["profile.created", "profile.updated"],
    });
    let made = db.api.post("/v1/watchers", &watcher);
    assert_eq!(made.header("etag"), Some("\"1\""));
    let made = made.ok(201);
    let path = format!("/v1/watchers/{}", text(&made["id"]));
    let mut secrets = vec![text(&made["secret"])];
    db.api
        .post("/v1/watchers", &watcher)
        .problem(409, "name_taken");

    let id = db.import(&json!({"email": "ada@example.org"}));
    db.api
        .patch(&db.of(&id), &json!({"data": {"_city": "Paris"}}))
        .ok(200);
    assert_eq!(tick(&db.api)["sent"], 2);
    let got = crm.got();
    let types: Vec<String> = got.iter().map(|g| text(&g.json()["type"])).collect();
    assert_eq!(types, ["profile.created", "profile.updated"]);
    assert_eq!(got[0].json()["data"]["profile_id"], json!(id));
    let scheme = Scheme::parse(&json!({"scheme": "standard"})).unwrap();
    let verifies = |got: &Got, secret: &str, body: &[u8]| {
        let seconds: i64 = got.header("webhook-timestamp").unwrap().parse().unwrap();
        let secrets = [scheme.secret(secret).unwrap()];
        let now = Timestamp::from_ms(seconds * 1000);
        let headers = |name: &str| got.header(name);
        scheme.check(&headers, body, &secrets, now).is_ok()
    };
    for one in &got {
        assert!(verifies(one, &secrets[0], &one.body));
        assert!(!verifies(one, &secrets[0], b"{}"));
    }

    // A new secret signs beside the old one.
    let more = db.api.post(&format!("{path}/secrets"), &json!({})).ok(201);
    secrets.push(text(&more["secret"]));
    let queued = db.api.post(&format!("{path}/test"), &json!({})).ok(202);
    assert_eq!(queued["state"], "queued");
    assert_eq!(tick(&db.api)["sent"], 1);
    let test = crm.got().pop().unwrap();
    assert_eq!(test.json()["type"], "test");
    assert!(
        secrets
            .iter()
            .all(|secret| verifies(&test, secret, &test.body))
    );

    let shown = db.api.get(&path);
    assert!(!shown.text.contains("whsec_"), "{shown:?}");
    assert_eq!(shown.ok(200)["secrets"], 2);
    let deliveries = all(&db.api, &format!("{path}/deliveries?limit=2"));
    assert_eq!(deliveries.len(), 3);
    assert!(deliveries.iter().all(|one| one["state"] == "sent"));

    // Down, then gone.
    crm.says(503);
    db.import(&json!({"email": "bob@example.org"}));
    db.import(&json!({"email": "cyd@example.org"}));
    assert_eq!(tick(&db.api)["sent"], 0);
    assert_eq!(crm.got().len(), 1, "the others wait for the first");
    make_due(&state);
    crm.says(200);
    assert_eq!(tick(&db.api)["sent"], 2);
    let ids: Vec<_> = crm
        .got()
        .iter()
        .map(|got| got.header("webhook-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["msg_4", "msg_5"]);
    let stale = db
        .api
        .json("PATCH", &path, &[("if-match", "\"1\"")], &json!({}));
    stale.problem(412, "precondition_failed");
    let elsewhere = json!({"url": "https://elsewhere.example.org/"});
    db.api.patch(&path, &elsewhere).ok(200);
    db.import(&json!({"email": "dan@example.org"}));
    tick(&db.api);
    let dead = messages(&db.api, "state=dead").pop().unwrap();
    assert!(
        text(&dead["detail"]).starts_with("host_not_allowed"),
        "{dead}"
    );

    let token = json!({"name": "other", "scopes": ["outbox:admin"], "databases": [
        Database::new(&server, "Elsewhere", &[]).id
    ]});
    let token = db.api.post("/v1/tokens", &token).ok(201);
    let other = server.client(&text(&token["secret"]));
    other.get(&path).problem(404, "not_found");
    assert_eq!(other.get("/v1/watchers").ok(200)["items"], json!([]));
    let of_all = json!({"name": "all", "url": crm.url("/")});
    other
        .post("/v1/watchers", &of_all)
        .problem(422, "validation_failed");
    db.api.delete(&path).ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn a_suspension_ends_with_a_tick() {
    let server = Server::without_ticks(&State::new());
    let db = Database::new(&server, "People", &[]);
    let resource = asking(&db, json!({"enabled": false}));
    let soon = Timestamp::from_ms(now_ms() + 1_500);
    let mut data = subscriber(&resource, "ada@example.org");
    data["subscriptions"][0]["status"] = json!("suspended");
    data["subscriptions"][0]["suspended_until"] = json!(soon);
    let id = db.import(&data);
    assert_eq!(tick(&db.api)["woken"], 0);
    std::thread::sleep(Duration::from_millis(1_600));
    assert_eq!(tick(&db.api)["woken"], 1);
    let profile = db.profile(&id);
    assert_eq!(profile["subscriptions"][0]["status"], "subscribed");
    let history = all(&db.api, &format!("{}/history?limit=9", db.of(&id)));
    assert_eq!(
        (&history[0]["actor"], &history[0]["interface"]),
        (&json!("roster"), &json!("tick"))
    );
}

/// The time now, in milliseconds.
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

#[test]
fn a_killed_process_loses_no_question_and_repeats_only_what_was_under_way() {
    let gateway = Receiver::start();
    let url = gateway.url("/messages");
    let variables = [
        ("admin_token", ADMIN),
        ("mail_url", url.as_str()),
        ("mail_from", "news@example.org"),
    ];
    let state = State::new();
    let mut server = Server::with(&state, &variables);
    let made = Database::new(&server, "People", &[]);
    let resource = asking(&made, json!({}));
    for round in 0..3 {
        let db = made.through(server.admin());
        let gone = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for client in 0..4 {
                let (db, gone, resource) = (db.another(), &gone, &resource);
                scope.spawn(move || {
                    for n in 0.. {
                        let email = format!("p{round}.{client}.{n}@example.org");
                        let body = json!({ "data": subscriber(resource, &email) }).to_string();
                        let path = format!("{}/profiles", db.path);
                        let headers = [("content-type", "application/json")];
                        match db.api.try_send("POST", &path, &headers, &body) {
                            Ok(answer) => assert_eq!(answer.status, 201, "{answer:?}"),
                            Err(error) => {
                                assert!(gone.load(Ordering::SeqCst), "{error}");
                                break;
                            }
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(1_200));
            gone.store(true, Ordering::SeqCst);
            server.kill();
        });
        let file = rusqlite::Connection::open(state.file()).unwrap();
        let one = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let unconfirmed = Status::Unconfirmed.number();
        let asked = one(&format!(
            "SELECT count(*) FROM subscriptions WHERE status = {unconfirmed}"
        ));
        assert!(asked > 20, "{asked}");
        assert_eq!(one("SELECT count(*) FROM profiles"), asked);
        assert_eq!(one("SELECT count(*) FROM outbox"), asked);
        assert_eq!(
            one("SELECT count(*) FROM profiles WHERE pk NOT IN (SELECT profile FROM outbox)"),
            0
        );
        drop(file);
        // What the dead one held is free at once.
        make_due(&state);
        server = Server::with(&state, &variables);
    }
    let api = server.admin();
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let counters = api.get("/v1/outbox/counters").ok(200);
        let states = &counters["confirmation"];
        if states["queued"] == 0 {
            assert_eq!(
                (&states["dead"], &states["cancelled"]),
                (&json!(0), &json!(0))
            );
            break;
        }
        assert!(Instant::now() < end, "{counters}");
        std::thread::sleep(Duration::from_millis(200));
    }
    let mut times: HashMap<String, usize> = HashMap::new();
    for got in gateway.got() {
        *times.entry(text(&got.json()["id"])).or_default() += 1;
    }
    let sent = messages(&api, "state=sent&limit=1000");
    assert_eq!(times.len(), sent.len(), "each was sent");
    // Four are under way at a time, and it was killed three times.
    let again = times.values().sum::<usize>() - times.len();
    assert!(again <= 12, "{times:?}");
}
