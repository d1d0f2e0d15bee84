//! `/v1/databases/{db}/schedules`, with a source on this machine.

use super::mapping;
use crate::support::{ADMIN, Database, Power, Server, State, lacks, text};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const FILE: &str = "mail,city\nann@example.org,Bonn\nbob@example.org,Köln\n";

/// A request as the source got it: the target and the headers in lower case.
type SourceRequest = (String, Vec<(String, String)>);

/// A web server of a few lines: what it has at which path, and what it was
/// asked.
struct Source {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<SourceRequest>>>,
}

impl Source {
    /// `answer` gives the whole answer to a target, headers and all.
    fn start(answer: impl Fn(&SourceRequest) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, answer) = (log.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Source { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked since the last look.
    fn asked(&self) -> Vec<SourceRequest> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<SourceRequest>>,
    answer: &dyn Fn(&SourceRequest) -> String,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let asked = (target, headers);
    log.lock().unwrap().push(asked.clone());
    let text = answer(&asked);
    // Anyone who asked may have gone.
    let _ = stream.write_all(text.as_bytes());
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read_to_end(&mut Vec::new());
}

fn header<'a>(asked: &'a SourceRequest, name: &str) -> Option<&'a str> {
    let found = asked.1.iter().find(|(n, _)| n == name);
    found.map(|(_, value)| value.as_str())
}

fn ok(headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n{headers}connection: close\r\n\r\n{body}",
        body.len()
    )
}

fn other(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n{headers}connection: close\r\n\r\n")
}

/// A server that may fetch from this machine, and leaves ticks to the test.
fn server(state: &State) -> Server {
    let hosts = ("import_hosts", "http://127.0.0.1:*");
    Server::without_ticks_with(state, &[("admin_token", ADMIN), hosts])
}

fn schedule(source: Value, more: Value) -> Value {
    let mut body = json!({
        "name": "nightly", "plan": {"cron": "30 2 * * *", "time_zone": "Europe/Berlin"},
        "source": source,
        "settings": {"mapping": mapping(&[("mail", "email"), ("city", "_city")])},
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// A schedule of a database.
struct TestSchedule<'a> {
    db: &'a Database,
    path: String,
}

impl<'a> TestSchedule<'a> {
    fn new(db: &'a Database, body: &Value) -> Self {
        let made = db.api.post(&format!("{}/schedules", db.path), body);
        let made = made.ok(201);
        let path = format!("{}/schedules/{}", db.path, text(&made["id"]));
        TestSchedule { db, path }
    }

    fn get(&self) -> Value {
        self.db.api.get(&self.path).ok(200)
    }

    fn run(&self) -> Value {
        let target = format!("{}/run", self.path);
        let run = self.db.api.post(&target, &json!({})).ok(202);
        // Nobody waits for the file.
        assert_eq!(
            (&run["state"], &run["tries"]),
            (&json!("waiting"), &json!(0))
        );
        run
    }

    /// Makes its run due now, whether it has one that waits for its next try or not.
    fn run_again(&self) {
        self.db
            .api
            .post(&format!("{}/run", self.path), &json!({}))
            .ok(202);
    }

    /// Runs it by hand and fetches its file.
    fn fetched(&self) -> Value {
        let id = self.run()["id"].clone();
        self.tick();
        let run = self.runs().remove(0);
        assert_eq!(run["id"], id, "{run}");
        run
    }

    fn tick(&self) -> Value {
        self.db.api.post("/v1/tick", &json!({})).ok(200)
    }

    fn runs(&self) -> Vec<Value> {
        let page = self.db.api.get(&format!("{}/runs", self.path)).ok(200);
        page["items"].as_array().unwrap().clone()
    }

    /// Runs it by hand to its end.
    fn finish(&self) -> Value {
        self.run();
        // The file, the import, then what became of it.
        self.tick();
        self.tick();
        self.tick();
        self.runs().remove(0)
    }

    /// As if its time had come.
    fn make_due(&self, state: &State) {
        let store = rusqlite::Connection::open(state.file()).unwrap();
        let due = "UPDATE schedules SET next_run_at = 1000 WHERE enabled = 1";
        store.execute(due, []).unwrap();
    }
}

#[test]
fn a_schedule_is_made_shown_changed_and_deleted() {
    let server = server(&State::new());
    let db = Database::new(&server, "scheduled", &[]);
    let list = format!("{}/schedules", db.path);
    let url = "http://127.0.0.1:1/people.csv";
    let source = json!({
        "url": url, "auth": {"type": "basic", "user": "ann"}, "secret": "hunter2",
    });
    let made = db.api.post(&list, &schedule(source, json!({})));
    assert_eq!(made.header("etag"), Some("\"1\""));
    let shown = made.ok(201);
    assert_eq!(
        shown["source"],
        json!({
            "url": url, "headers": {}, "secret_set": true,
            "auth": {"type": "basic", "user": "ann"},
        })
    );
    assert_eq!(shown["next_runs"].as_array().unwrap().len(), 5);
    assert_eq!(
        (&shown["enabled"], &shown["created_by"]),
        (&json!(true), &json!("admin"))
    );
    let path = format!("{list}/{}", text(&shown["id"]));
    let patch = |body: Value| db.api.patch(&path, &body);
    let changed = patch(json!({"enabled": false, "source": {"headers": {"x-a": "1"}}})).ok(200);
    assert_eq!(changed["next_runs"], json!([]));
    assert_eq!(changed["source"]["secret_set"], true);
    assert_eq!(changed["revision"], 2);
    patch(json!({"source": {"url": "http://127.0.0.1:2/"}})).problem(422, "validation_failed");
    patch(json!({"plan": {"cron": "x"}})).problem(422, "validation_failed");
    let stale = db
        .api
        .json("PATCH", &path, &[("if-match", "\"1\"")], &json!({}));
    stale.problem(412, "precondition_failed");
    let every = patch(json!({"enabled": true, "plan": {"every_minutes": 15}})).ok(200);
    assert_eq!(every["plan"], json!({"every_minutes": 15}));
    let page = db.api.get(&list).ok(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    for answer in [
        db.api.get(&list),
        db.api.get(&path),
        db.api.get(&format!("{path}/runs")),
    ] {
        assert!(!answer.text.contains("hunter2"), "{answer:?}");
    }
    // Others don't see it, and it is no other database's.
    let elsewhere = Database::new(&server, "elsewhere", &[]);
    let id = text(&shown["id"]);
    db.api
        .get(&format!("{}/schedules/{id}", elsewhere.path))
        .problem(404, "not_found");
    db.api.delete(&path).ok(200);
    db.api.get(&path).problem(404, "not_found");
}

#[test]
fn a_schedule_that_could_not_do_what_it_says_is_refused() {
    let server = server(&State::new());
    let db = Database::new(&server, "refused", &[]);
    let list = format!("{}/schedules", db.path);
    let local = json!({"url": "http://127.0.0.1:1/people.csv"});
    for (body, code, pointer) in [
        (
            schedule(json!({"url": "https://example.org/people.csv"}), json!({})),
            "host_not_allowed",
            "/source/url",
        ),
        (
            schedule(
                local.clone(),
                json!({"settings": {"mapping": [
                {"column": 1, "to": {"field": "nothing"}}]}}),
            ),
            "unknown_field",
            "/settings/mapping/0/to/field",
        ),
        (
            schedule(local.clone(), json!({"settings": {"settings": "nothing"}})),
            "unknown_settings",
            "/settings",
        ),
        (
            schedule(
                local.clone(),
                json!({"settings": {
                "mapping": mapping(&[("mail", "email")]), "segment": {"create": "new"}}}),
            ),
            "not_supported",
            "/settings/segment/create",
        ),
        (
            schedule(local, json!({"plan": {}})),
            "required",
            "/plan/cron",
        ),
    ] {
        let problem = db.api.post(&list, &body).problem(422, "validation_failed");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(pointer))
        );
    }
}

#[test]
fn a_file_is_fetched_imported_and_left_alone_when_it_is_the_same() {
    let source = Source::start(|asked| match asked.0.as_str() {
        "/old.csv?key=1" => other("302 Found", "location: /new/people.csv\r\n"),
        "/new/people.csv" if header(asked, "if-none-match") == Some("\"v1\"") => {
            other("304 Not Modified", "")
        }
        "/new/people.csv" => ok("etag: \"v1\"\r\n", FILE),
        _ => other("404 Not Found", ""),
    });
    let server = server(&State::new());
    let db = Database::new(&server, "fetched", &[]);
    let settings = json!({
        "url": source.url("/old.csv?key=1"), "headers": {"X-Team": "crm"},
        "auth": {"type": "basic", "user": "ann"}, "secret": "hunter2",
    });
    let schedule = TestSchedule::new(&db, &schedule(settings, json!({"skip_unchanged": true})));
    let first = schedule.run();
    assert_eq!(first["started_by"], "admin", "{first}");
    assert!(source.asked().is_empty());
    // One at a time: this is the same, and is due.
    assert_eq!(schedule.run(), first);
    for _ in 0..3 {
        schedule.tick();
    }
    let run = schedule.runs().remove(0);
    assert_eq!(run["state"], "completed");
    assert_eq!(
        (&run["id"], &run["started_by"], &run["file"]),
        (&first["id"], &json!("admin"), &json!("people.csv"))
    );
    assert_eq!(run["bytes"], FILE.len());
    let asked = source.asked();
    assert_eq!(asked.len(), 2);
    for one in &asked {
        assert_eq!(header(one, "authorization"), Some("Basic YW5uOmh1bnRlcjI="));
        assert_eq!(header(one, "x-team"), Some("crm"));
    }
    assert_eq!(db.total(), 2);
    let import = format!("{}/imports/{}", db.path, text(&run["import_id"]));
    let import = db.api.get(&import).ok(200);
    assert_eq!(import["counts"]["created"], 2);
    assert_eq!(import["started_by"], "admin");

    let run = schedule.finish();
    assert_eq!(run["state"], "unchanged");
    assert_eq!(header(&source.asked()[1], "if-none-match"), Some("\"v1\""));
    assert_eq!(schedule.runs().len(), 2);
    let imports = db.api.get(&format!("{}/imports", db.path)).ok(200);
    assert_eq!(imports["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_due_schedule_runs_once_whoever_ticks_and_failures_are_told() {
    if lacks(Power::File) {
        return;
    }
    let source = Source::start(|asked| match asked.0.as_str() {
        "/people.csv" => {
            // Long enough for the ticks to meet.
            std::thread::sleep(Duration::from_millis(300));
            ok("", FILE)
        }
        _ => other("503 Service Unavailable", ""),
    });
    let state = State::new();
    let server = server(&state);
    let db = Database::new(&server, "due", &[]);
    let due = TestSchedule::new(
        &db,
        &schedule(json!({"url": source.url("/people.csv")}), json!({})),
    );
    due.tick();
    assert!(due.runs().is_empty(), "its time hasn't come");
    due.make_due(&state);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let api = server.admin();
            scope.spawn(move || api.post("/v1/tick", &json!({})).ok(200));
        }
    });
    while due.runs()[0]["state"] == "importing" {
        due.tick();
    }
    let runs = due.runs();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(runs[0]["state"], "completed", "{runs:?}");
    assert_eq!(source.asked().len(), 1);
    assert_eq!(db.total(), 2);
    // It was overdue for decades; that was once, and the next is to come.
    due.tick();
    assert_eq!(due.runs().len(), 1);
    assert!(text(&due.get()["next_runs"][0]) > text(&runs[0]["started_at"]));

    let failing = TestSchedule::new(
        &db,
        &schedule(json!({"url": source.url("/gone")}), json!({})),
    );
    let run = failing.fetched();
    assert_eq!(
        (&run["state"], &run["tries"]),
        (&json!("waiting"), &json!(1))
    );
    assert_eq!(run["errors"][0]["code"], "bad_status");
    assert!(text(&run["errors"][0]["detail"]).ends_with("/gone answered with status 503."));
    assert!(run["next_try_at"].is_string());
    failing.tick();
    assert_eq!(failing.runs()[0]["tries"], 1, "the pause isn't over");
    // Who turns it off wants no further tries.
    db.api
        .patch(&failing.path, &json!({"enabled": false}))
        .ok(200);
    assert_eq!(failing.runs()[0]["state"], "cancelled");
    // Nothing listens there.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}/");
    let nobody = TestSchedule::new(&db, &schedule(json!({"url": url}), json!({})));
    assert_eq!(nobody.fetched()["errors"][0]["code"], "unreachable");
}

#[test]
fn no_redirect_leads_where_nothing_is_allowed() {
    let secret = Source::start(|_| ok("", FILE));
    let elsewhere = format!("location: http://localhost:{}/\r\n", secret.address.port());
    let source = Source::start(move |_| other("302 Found", &elsewhere));
    let server = server(&State::new());
    let db = Database::new(&server, "led", &[]);
    let led = TestSchedule::new(&db, &schedule(json!({"url": source.url("/")}), json!({})));
    let run = led.fetched();
    assert_eq!(run["state"], "failed");
    assert_eq!(run["errors"][0]["code"], "host_not_allowed");
    assert!(secret.asked().is_empty());
}

#[test]
fn a_killed_server_goes_on_with_the_run() {
    // More than can be imported while a tick looks.
    let rows = (0..40_000).map(|n| format!("p{n}@example.org,Bonn\n"));
    let file = format!("mail,city\n{}", rows.collect::<String>());
    let source = Source::start(move |_| ok("", &file));
    let state = State::new();
    let first = server(&state);
    let db = Database::new(&first, "killed", &[]);
    let body = schedule(json!({"url": source.url("/people.csv")}), json!({}));
    let before = TestSchedule::new(&db, &body);
    before.run();
    db.api.post("/v1/tick", &json!({"seconds": 1})).ok(200);
    assert_eq!(before.runs()[0]["state"], "importing");
    first.kill();
    let second = server(&state);
    let db = db.through(second.admin());
    let after = TestSchedule {
        db: &db,
        path: before.path.clone(),
    };
    let patience = Instant::now() + Duration::from_secs(60);
    while after.runs()[0]["state"] == "importing" && Instant::now() < patience {
        after.tick();
    }
    assert_eq!(after.runs()[0]["state"], "completed");
    assert_eq!(db.total(), 40_000);
    assert_eq!(source.asked().len(), 1);
}

#[test]
fn a_run_by_hand_is_answered_before_its_file_comes() {
    let source = Source::start(|_| {
        std::thread::sleep(Duration::from_secs(3));
        ok("", FILE)
    });
    let server = server(&State::new());
    let db = Database::new(&server, "slow", &[]);
    let body = schedule(json!({"url": source.url("/people.csv")}), json!({}));
    let slow = TestSchedule::new(&db, &body);
    let target = format!("{}/run", slow.path);
    let keyed = || {
        db.api
            .json("POST", &target, &[("idempotency-key", "now")], &json!({}))
    };
    let began = Instant::now();
    let run = keyed().ok(202);
    assert!(began.elapsed() < Duration::from_secs(2), "{run}");
    assert_eq!(run["state"], "waiting");
    std::thread::scope(|scope| {
        let api = server.admin();
        scope.spawn(move || api.post("/v1/tick", &json!({})).ok(200));
        let patience = Instant::now() + Duration::from_secs(30);
        while slow.runs()[0]["state"] == "waiting" && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        let began = Instant::now();
        let other = db.api.post(&target, &json!({}));
        other.problem(409, "run_in_progress");
        assert!(began.elapsed() < Duration::from_secs(2));
    });
    slow.tick();
    slow.tick();
    assert_eq!(slow.runs()[0]["state"], "completed");
    // The same request is the same run, also when it is over.
    let again = keyed();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.ok(202), run);
    assert_eq!((slow.runs().len(), source.asked().len()), (1, 1));
}

#[test]
fn a_schedule_whose_mapping_leaves_out_who_left_subscribes_nobody() {
    let file = "mail,letter/withheld\nann@example.org,\nbob@example.org,suppressed\n";
    let source = Source::start(move |_| ok("", file));
    let server = server(&State::new());
    let db = Database::new(&server, "left out", &[]);
    let letter = json!({"name": "The Letter", "databases": [db.id], "channels": ["email"]});
    let letter = text(&db.api.post("/v1/resources", &letter).ok(201)["id"]);
    let subscription = json!({"subscription": {"resource_id": letter, "channel": "email"}});
    let mapping = json!([{"column": "mail", "to": [{"field": "email"}, subscription]}]);
    let saved = format!("{}/import-settings/letter", db.path);
    db.api.put(&saved, &json!({"mapping": mapping})).ok(201);
    let body = schedule(
        json!({"url": source.url("/people.csv")}),
        json!({"settings": {"settings": "letter"}}),
    );
    let schedule = TestSchedule::new(&db, &body);
    let run = schedule.finish();
    assert_eq!(run["state"], "failed", "{run}");
    assert_eq!(
        run["errors"][0]["code"], "consent_column_not_mapped",
        "{run}"
    );
    assert_eq!(db.total(), 0);
    let mut mapping = mapping;
    let ignored = json!({"column": "letter/withheld", "to": "ignore"});
    mapping.as_array_mut().unwrap().push(ignored);
    db.api.put(&saved, &json!({"mapping": mapping})).ok(200);
    assert_eq!(schedule.finish()["state"], "completed");
    assert_eq!(db.total(), 2);
}

/// Each holds a connection to the store from time to time while the tick looks for more.
#[test]
fn many_files_that_cannot_be_fetched_hold_up_no_tick() {
    let state = State::new();
    let server = server(&state);
    let db = Database::new(&server, "People", &[]);
    // Nobody listens there.
    let source = json!({"url": "http://127.0.0.1:1/people.csv"});
    let scheduled: Vec<_> = (0..12)
        .map(|nth| {
            let more = json!({"name": format!("nightly {nth}")});
            TestSchedule::new(&db, &schedule(source.clone(), more))
        })
        .collect();
    for _ in 0..3 {
        for one in &scheduled {
            one.run_again();
        }
        scheduled[0].tick();
        scheduled[0].tick();
        for one in &scheduled {
            let run = one.runs().remove(0);
            assert!(run["tries"].as_i64() > Some(0), "{run}");
        }
    }
}
