//! Scheduled imports from the due time to the profiles, with a source that
//! says what a test wants it to say.

use roster_jobs::schedule::{
    Answer, Body, Fetch, FetchRequest, ScheduleCounts, World, attempt, begin_by_hand, cancel, tick,
};
use roster_jobs::{Env, holder, work};
use roster_model::define::Settings;
use roster_model::schedule::{AllowedHosts, PAUSES_MS, ScheduleSettings};
use roster_model::{
    DatabaseId, DatabaseSettings, RunId, ScheduleId, Timestamp, Zone, standard_fields,
};
use roster_seal::{Keyring, Purpose};
use roster_source::{Column, Connect, Connection, HostError, Parameter, Rows};
use roster_store::SoleConnection;
use roster_store::catalogue::Author;
use roster_store::import_settings;
use roster_store::jobs::{self, State};
use roster_store::native::Native;
use roster_store::schedules::{self, Run, RunState, ScheduleData, StoredSecret};
use roster_store::{Sql, databases, migrate};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

/// The pieces of a body; an error ends it.
struct Pieces(VecDeque<Result<Vec<u8>, String>>);

/// An error that stands for a source which says nothing any more.
const SILENCE: &str = "silence";

impl Body for Pieces {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let next = self.0.pop_front().transpose();
        if next.as_ref().is_err_and(|why| why == SILENCE) {
            std::future::pending::<()>().await;
        }
        next
    }
}

type ScriptedAnswer = Result<Answer<Pieces>, String>;

/// A source that gives answers in turn and keeps what it was asked.
#[derive(Default)]
struct Script {
    answers: RefCell<VecDeque<ScriptedAnswer>>,
    asked: RefCell<Vec<FetchRequest>>,
    /// Whether pauses are over at once, so that whatever is late is too late.
    hurry: Cell<bool>,
    waited: Cell<u64>,
}

/// Nobody connects to databases here.
struct NoConnection;

impl Connect for Script {
    type Connection = NoConnection;

    async fn connect(
        &self,
        _: &str,
        _: Option<&str>,
        _: Duration,
    ) -> Result<NoConnection, HostError> {
        Err(HostError::Connecting("no database".to_owned()))
    }
}

impl Connection for NoConnection {
    type Rows = NoConnection;

    async fn execute(&self, _: &str, _: &[Parameter]) -> Result<(), HostError> {
        Err(HostError::Other("no database".to_owned()))
    }

    async fn query(&self, _: &str, _: &[Parameter]) -> Result<NoConnection, HostError> {
        Err(HostError::Other("no database".to_owned()))
    }
}

impl Rows for NoConnection {
    fn columns(&self) -> &[Column] {
        &[]
    }

    async fn next(&mut self) -> Result<Option<Vec<roster_source::Value>>, HostError> {
        Ok(None)
    }
}

impl Fetch for Script {
    type Body = Pieces;

    async fn fetch(&self, ask: &FetchRequest) -> ScriptedAnswer {
        self.asked.borrow_mut().push(ask.clone());
        let next = self.answers.borrow_mut().pop_front();
        if matches!(&next, Some(Err(why)) if why == SILENCE) {
            std::future::pending::<()>().await;
        }
        next.unwrap_or_else(|| panic!("nobody should ask for {}", ask.url))
    }

    async fn pause(&self, ms: u64) {
        if !self.hurry.get() {
            // Time passes only where a test says so.
            std::future::pending::<()>().await;
        }
        self.waited.set(ms);
    }
}

fn answer(status: u16, headers: &[(&str, &str)], pieces: &[&str]) -> ScriptedAnswer {
    let headers = headers
        .iter()
        .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
    Ok(Answer {
        status,
        headers: headers.collect(),
        body: Pieces(pieces.iter().map(|p| Ok(p.as_bytes().to_vec())).collect()),
    })
}

const FILE: &str = "email,_fname\nann@example.org,Ann\nbob@example.org,Bob\n";

/// A store with one database, a clock, a source.
struct Rig {
    sql: Native,
    clock: Cell<i64>,
    script: Script,
    hosts: AllowedHosts,
    keys: Keyring,
}

const START: i64 = 1_795_000_200_000;

impl Rig {
    fn new() -> Self {
        let sql = Native::in_memory().unwrap();
        block_on(async {
            migrate::migrate(&sql, migrate::VERSION).await.unwrap();
            let settings = DatabaseSettings::create(&json!({"name": "People"})).unwrap();
            let author = Author {
                actor: "tester",
                interface: "api",
                at: Timestamp::from_ms(START),
            };
            databases::create(&sql, settings, standard_fields(), &author)
                .await
                .unwrap()
                .unwrap();
        });
        Rig {
            sql,
            clock: Cell::new(START),
            script: Script::default(),
            hosts: AllowedHosts::parse("files.example, mirror.example"),
            keys: Keyring::default(),
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.clock.get())
    }

    fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.get() + seconds * 1000);
    }

    /// Runs what `work` makes of the world of schedules.
    fn with<T>(&self, work: impl AsyncFnOnce(&World<'_, Script>) -> T) -> T {
        let now = || self.now();
        let world = World {
            fetch: &self.script,
            hosts: &self.hosts,
            databases: &AllowedHosts::default(),
            keys: &self.keys,
            now: &now,
        };
        block_on(work(&world))
    }

    fn tick(&self) -> ScheduleCounts {
        self.with(async |world| tick(&self.sql, world).await.unwrap())
    }

    fn says(&self, answer: ScriptedAnswer) {
        self.script.answers.borrow_mut().push_back(answer);
    }

    fn asked(&self) -> Vec<FetchRequest> {
        self.script.asked.take()
    }

    /// A schedule of every 10 minutes with these members beside.
    fn schedule(&self, more: Value) -> ScheduleId {
        let mut json = json!({
            "name": "every ten minutes", "plan": {"every_minutes": 10},
            "source": {"url": "https://files.example/out/people.csv?key=1"},
            "settings": {"mapping": [
                {"column": "email", "to": {"field": "email"}},
                {"column": "_fname", "to": {"field": "_fname"}}]},
        });
        for (name, value) in more.as_object().unwrap() {
            json[name] = value.clone();
        }
        let (settings, secret) = ScheduleSettings::create(&json, &Zone::utc()).unwrap();
        let secret = match secret {
            roster_model::schedule::SecretChange::Set(secret) => Some(StoredSecret(secret)),
            _ => None,
        };
        let put = ScheduleData {
            speaks_for_all: true,
            settings: &settings,
            secret: secret.as_ref(),
            next_run_at: settings.plan.next(self.now()),
        };
        let database = DatabaseId::new(1).unwrap();
        block_on(schedules::create(
            &self.sql,
            database,
            &put,
            &self.author("ann"),
        ))
        .unwrap()
    }

    fn author<'a>(&self, actor: &'a str) -> Author<'a> {
        Author {
            actor,
            interface: "api",
            at: self.now(),
        }
    }

    fn delete(&self, id: ScheduleId) {
        let schedule = block_on(schedules::get(&self.sql, id)).unwrap().unwrap();
        block_on(schedules::delete(&self.sql, &schedule, &self.author("ann"))).unwrap();
    }

    fn runs(&self, id: ScheduleId) -> Vec<Run> {
        block_on(schedules::runs_of(&self.sql, id, None, 100)).unwrap()
    }

    fn states(&self, id: ScheduleId) -> Vec<RunState> {
        self.runs(id).iter().map(|run| run.state).collect()
    }

    /// Does all imports that are due.
    fn work(&self) {
        let now = || self.now();
        let env = Env {
            now: &now,
            until: Timestamp::from_ms(i64::MAX),
            holder: holder(),
        };
        let due = block_on(jobs::due(&self.sql, self.now(), 10)).unwrap();
        for (job, _) in due.jobs {
            block_on(work(&self.sql, &SoleConnection(&self.sql), job, &env)).unwrap();
        }
    }

    fn count(&self, statement: &str) -> i64 {
        let rows = block_on(self.sql.query(statement, vec![])).unwrap();
        rows[0].integer(0).unwrap()
    }
}

fn errors(run: &Run) -> Vec<&str> {
    let errors = run.detail["errors"].as_array();
    errors
        .into_iter()
        .flatten()
        .map(|e| e["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_schedule_imports_its_file_when_it_is_due() {
    let rig = Rig::new();
    let id = rig.schedule(json!({}));
    assert_eq!(rig.tick(), ScheduleCounts::default(), "it is not due");
    rig.pass(600);
    let (first, second) = FILE.split_at(20);
    rig.says(answer(
        200,
        &[("content-length", &FILE.len().to_string())],
        &[first, second],
    ));
    assert_eq!(rig.tick().begun, 1);
    assert_eq!(rig.states(id), [RunState::Importing]);
    let job = rig.runs(id)[0].job.unwrap();
    let job = block_on(jobs::get(&rig.sql, job)).unwrap().unwrap();
    assert_eq!(job.state, State::Queued);
    assert_eq!(
        (&*job.actor, &*job.interface, &*job.name),
        ("ann", "schedule", "people.csv")
    );
    // Nothing is asked again while the import goes on, however late it gets.
    rig.pass(3600);
    assert_eq!(rig.tick(), ScheduleCounts::default());
    rig.work();
    rig.says(answer(200, &[], &[FILE]));
    assert_eq!(
        rig.tick(),
        ScheduleCounts {
            settled: 1,
            ..ScheduleCounts::default()
        }
    );
    assert_eq!(rig.states(id), [RunState::Completed], "{:?}", rig.runs(id));
    assert_eq!(rig.count("SELECT count(*) FROM profiles"), 2);
    assert_eq!(
        rig.count("SELECT count(*) FROM history WHERE actor = 'ann' AND interface = 'import'"),
        2
    );
    // What was missed meanwhile runs once.
    assert_eq!(rig.tick().begun, 1);
    rig.work();
    rig.tick();
    assert_eq!(rig.states(id), [RunState::Completed, RunState::Completed]);
    assert_eq!(rig.tick(), ScheduleCounts::default());
}

#[test]
fn a_fetch_that_fails_is_tried_again_after_growing_pauses() {
    let rig = Rig::new();
    // Planned so rarely that no planned run comes before the last try.
    let id = rig.schedule(json!({"plan": {"cron": "17 4 1 * *"}}));
    let by_hand = begin_by_hand(&rig.sql, id, rig.now(), "bob", false);
    let run = block_on(by_hand).unwrap().unwrap();
    for pause in PAUSES_MS {
        rig.says(answer(503, &[], &[]));
        rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
        assert_eq!(rig.states(id), [RunState::Waiting]);
        rig.pass(pause / 1000 - 1);
        assert_eq!(rig.tick(), ScheduleCounts::default(), "too early");
        rig.pass(1);
    }
    rig.says(Err("no route to host".to_owned()));
    assert_eq!(rig.tick().tried, 1);
    let last = &rig.runs(id)[0];
    assert_eq!((last.state, last.tries), (RunState::Failed, 6));
    assert_eq!(last.detail["started_by"], "bob");
    let codes = errors(last);
    assert_eq!(codes.len(), 6);
    assert_eq!((codes[0], codes[5]), ("bad_status", "unreachable"));
    let told = last.detail["errors"][0]["detail"].as_str().unwrap();
    assert_eq!(
        told,
        "https://files.example/out/people.csv answered with status 503."
    );
    assert_eq!(
        rig.count("SELECT count(*) FROM jobs"),
        0,
        "nothing is left behind"
    );
}

#[test]
fn the_next_planned_run_comes_instead_of_a_later_try() {
    let rig = Rig::new();
    let id = rig.schedule(json!({}));
    rig.pass(600);
    for pause in [60, 300] {
        rig.says(answer(404, &[], &[]));
        rig.tick();
        assert_eq!(rig.states(id), [RunState::Waiting]);
        rig.pass(pause);
    }
    // 15 minutes are more than there are until the next run.
    rig.says(answer(404, &[], &[]));
    rig.tick();
    assert_eq!(rig.states(id), [RunState::Failed]);
    rig.pass(600 - 360);
    rig.says(answer(404, &[], &[]));
    rig.tick();
    assert_eq!(rig.states(id), [RunState::Waiting, RunState::Failed]);
}

#[test]
fn unchanged_files_are_noted_and_not_imported() {
    let rig = Rig::new();
    let id = rig.schedule(json!({"skip_unchanged": true}));
    let headers = [
        ("etag", "\"v1\""),
        ("last-modified", "Mon, 01 Jun 2026 00:00:00 GMT"),
    ];
    let run = |said: ScriptedAnswer| {
        rig.pass(600);
        rig.says(said);
        rig.tick();
        rig.work();
        rig.tick();
        let asked = rig.asked();
        assert_eq!(asked.len(), 1);
        let sent = asked.into_iter().next().unwrap().headers;
        (rig.states(id)[0], sent)
    };
    let has = |sent: &[(String, String)], name: &str, value: &str| {
        sent.contains(&(name.to_owned(), value.to_owned()))
    };
    let (state, sent) = run(answer(200, &headers, &[FILE]));
    assert_eq!(state, RunState::Completed);
    assert!(!sent.iter().any(|(name, _)| name.starts_with("if-")));
    // By what the source says of itself.
    let (state, sent) = run(answer(304, &[], &[]));
    assert_eq!(state, RunState::Unchanged);
    assert!(has(&sent, "if-none-match", "\"v1\""), "{sent:?}");
    assert!(has(&sent, "if-modified-since", headers[1].1), "{sent:?}");
    // By the bytes, where it says nothing.
    let (state, _) = run(answer(200, &[], &[FILE]));
    assert_eq!(state, RunState::Unchanged);
    assert_eq!(rig.count("SELECT count(*) FROM jobs"), 1);
    let (state, _) = run(answer(
        200,
        &[("etag", "\"v2\"")],
        &[FILE, "eve@example.org,Eve\n"],
    ));
    assert_eq!(state, RunState::Completed);
    assert_eq!(rig.count("SELECT count(*) FROM profiles"), 3);
}

#[test]
fn a_file_counts_as_seen_only_when_its_import_was_completed() {
    let rig = Rig::new();
    let settings = json!({"file": {"encoding": "utf-8"}, "mapping": [
        {"column": "no such column", "to": {"field": "email"}}]});
    let id = rig.schedule(json!({"skip_unchanged": true, "settings": settings}));
    for _ in 0..2 {
        rig.pass(600);
        rig.says(answer(200, &[("etag", "\"v1\"")], &[FILE]));
        rig.tick();
        rig.work();
        rig.tick();
        let last = &rig.runs(id)[0];
        assert_eq!(last.state, RunState::Failed, "{:?}", last.detail);
        assert_eq!(errors(last).len(), 1);
        let asked = rig.asked();
        assert!(
            !asked[0]
                .headers
                .iter()
                .any(|(name, _)| name == "if-none-match")
        );
    }
}

#[test]
fn hosts_that_are_not_allowed_are_not_asked() {
    let rig = Rig::new();
    let elsewhere = "https://elsewhere.example/people.csv";
    let id = rig.schedule(json!({"source": {"url": elsewhere}}));
    rig.pass(600);
    rig.tick();
    assert_eq!(
        rig.states(id),
        [RunState::Failed],
        "trying again would not help"
    );
    assert_eq!(errors(&rig.runs(id)[0]), ["host_not_allowed"]);
    assert!(rig.asked().is_empty());
    // Nor when an allowed one says so.
    let other = rig.schedule(json!({}));
    rig.pass(600);
    rig.says(answer(302, &[("location", elsewhere)], &[]));
    rig.tick();
    assert_eq!(errors(&rig.runs(other)[0]), ["host_not_allowed"]);
    let asked = rig.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].url.host_str(), Some("files.example"));
}

#[test]
fn secrets_go_to_the_source_and_nowhere_else() {
    let rig = Rig::new();
    for (auth, header, value) in [
        (
            json!({"type": "basic", "user": "ann"}),
            "authorization",
            "Basic YW5uOmh1bnRlcjI=",
        ),
        (json!({"type": "bearer"}), "authorization", "Bearer hunter2"),
        (
            json!({"type": "header", "name": "X-Key"}),
            "x-key",
            "hunter2",
        ),
    ] {
        let source = json!({
            "url": "https://files.example/a", "headers": {"x-team": "crm"},
            "auth": auth, "secret": "hunter2",
        });
        let id = rig.schedule(json!({ "source": source }));
        let run = block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false));
        rig.says(answer(307, &[("location", "/b")], &[]));
        rig.says(answer(
            302,
            &[("location", "https://mirror.example/c/d.csv")],
            &[],
        ));
        rig.says(answer(200, &[], &[FILE]));
        let run: RunId = run.unwrap().unwrap();
        rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
        let asked = rig.asked();
        let urls: Vec<&str> = asked.iter().map(|ask| ask.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://files.example/a",
                "https://files.example/b",
                "https://mirror.example/c/d.csv"
            ]
        );
        let sent = |ask: &FetchRequest, name: &str| {
            let found = ask.headers.iter().find(|(n, _)| n == name);
            found.map(|(_, value)| value.clone())
        };
        for ask in &asked[..2] {
            assert_eq!(sent(ask, header).as_deref(), Some(value));
            assert_eq!(sent(ask, "x-team").as_deref(), Some("crm"));
        }
        assert_eq!(sent(&asked[2], header), None);
        assert_eq!(sent(&asked[2], "x-team"), None);
        assert_eq!(rig.runs(id)[0].detail["file"], "d.csv");
        let everything = format!("{:?}", rig.runs(id));
        assert!(!everything.contains("hunter2"));
    }
}

#[test]
fn secrets_are_opened_for_the_source_alone_and_without_their_key_the_run_fails() {
    let mut rig = Rig::new();
    let keys = Keyring::parse("a key that has thirty-two characters").unwrap();
    let seal = |purpose, plain: &str| keys.seal(purpose, plain).unwrap();
    let id = rig.schedule(json!({"source": {
        "url": "https://files.example/a", "auth": {"type": "bearer"},
        "headers": {
            "x-team": seal(Purpose::ScheduleHeader, "crm"),
            "x-long": seal(Purpose::ScheduleHeader, &"a".repeat(4096)),
            "x-plain": "from before there was a key",
        },
        "secret": seal(Purpose::Schedule, "hunter2"),
    }}));
    let run = |rig: &Rig| {
        let run = block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false));
        let run = run.unwrap().unwrap();
        rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
        rig.runs(id).remove(0)
    };
    let other = Keyring::parse("another key of thirty-two characters").unwrap();
    for missing in [Keyring::default(), other] {
        rig.keys = missing;
        let failed = run(&rig);
        assert_eq!(failed.state, RunState::Failed);
        assert_eq!(errors(&failed), ["secret_unreadable"]);
        let detail = failed.detail["errors"][0]["detail"].as_str().unwrap();
        let sealing = keys.sealing().unwrap().as_str();
        assert!(detail.contains(sealing), "{detail}");
        assert!(rig.asked().is_empty());
        rig.pass(1);
    }
    rig.keys = keys.clone();
    rig.says(answer(200, &[], &[FILE]));
    let imported = run(&rig);
    assert_eq!(imported.state, RunState::Importing);
    let asked = rig.asked().remove(0);
    let sent = |name: &str| {
        let found = asked.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(sent("authorization"), "Bearer hunter2");
    assert_eq!(sent("x-team"), "crm");
    assert_eq!(sent("x-long").len(), 4096);
    assert_eq!(sent("x-plain"), "from before there was a key");
}

#[test]
fn files_that_break_off_or_are_empty_are_errors_of_the_source() {
    let rig = Rig::new();
    let broken = Ok(Answer {
        status: 200,
        headers: Vec::new(),
        body: Pieces(VecDeque::from([
            Ok(FILE.as_bytes().to_vec()),
            Err("the connection was lost".to_owned()),
        ])),
    });
    let loops = || answer(302, &[("location", "https://files.example/again")], &[]);
    for (said, code) in [
        (vec![broken], "broken_off"),
        (
            vec![answer(200, &[("content-length", "100")], &[FILE])],
            "broken_off",
        ),
        (vec![answer(200, &[], &[])], "empty_file"),
        (
            vec![answer(200, &[("content-length", "99999999999")], &[])],
            "too_large",
        ),
        (vec![answer(304, &[], &[])], "bad_status"),
        (
            vec![answer(302, &[], &[]), answer(401, &[], &[])],
            "bad_status",
        ),
        (
            vec![answer(302, &[("location", "http://[")], &[])],
            "bad_redirect",
        ),
        ((0..6).map(|_| loops()).collect(), "too_many_redirects"),
    ] {
        let id = rig.schedule(json!({"plan": {"cron": "17 4 1 * *"}}));
        let run = block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false))
            .unwrap()
            .unwrap();
        for answer in said {
            rig.says(answer);
        }
        rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
        assert_eq!(errors(&rig.runs(id)[0]), [code]);
        assert_eq!(rig.count("SELECT count(*) FROM jobs"), 0);
        assert_eq!(rig.count("SELECT count(*) FROM job_chunks"), 0);
        rig.delete(id);
    }
}

#[test]
fn a_large_file_is_kept_in_pieces_as_it_came() {
    let rig = Rig::new();
    let id = rig.schedule(json!({}));
    rig.pass(600);
    let row = format!("{}@example.org,Ann\n", "a".repeat(50));
    let body = format!("email,_fname\n{}", row.repeat(20_000));
    let pieces: Vec<&str> = body
        .as_bytes()
        .chunks(100_003)
        .map(|piece| std::str::from_utf8(piece).unwrap())
        .collect();
    rig.says(answer(200, &[], &pieces));
    rig.tick();
    let job = rig.runs(id)[0].job.unwrap();
    let mut kept = Vec::new();
    while let Some(chunk) = block_on(jobs::chunk(&rig.sql, job, 0, kept.len() as i64)).unwrap() {
        assert!(chunk.bytes.len() <= 512 * 1024);
        assert_eq!(chunk.begins, kept.len() as i64);
        kept.extend(chunk.bytes);
    }
    assert_eq!(kept, body.as_bytes());
    assert_eq!(rig.runs(id)[0].detail["bytes"], body.len());
}

#[test]
fn whoever_dies_in_the_middle_is_followed_by_another() {
    let rig = Rig::new();
    let id = rig.schedule(json!({"plan": {"cron": "17 4 1 * *"}}));
    let run = block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false))
        .unwrap()
        .unwrap();
    // Somebody takes the try and is not heard of again.
    let later = Timestamp::from_ms(rig.now().ms() + 120_000);
    block_on(schedules::claim(&rig.sql, run, rig.now(), later))
        .unwrap()
        .unwrap();
    rig.pass(119);
    assert_eq!(rig.tick(), ScheduleCounts::default());
    rig.pass(1);
    rig.says(answer(200, &[], &[FILE]));
    assert_eq!(rig.tick().tried, 1);
    assert_eq!(rig.states(id), [RunState::Importing]);
    // Somebody else named the import and died before starting it.
    let job = rig.runs(id)[0].job.unwrap();
    let back = format!("UPDATE jobs SET state = 'uploaded' WHERE id = {job}");
    block_on(rig.sql.query(&back, vec![])).unwrap();
    assert_eq!(rig.tick().settled, 1);
    let job = block_on(jobs::get(&rig.sql, job)).unwrap().unwrap();
    assert_eq!(job.state, State::Queued);
}

#[test]
fn settings_may_be_the_name_of_saved_ones() {
    let rig = Rig::new();
    let id = rig.schedule(json!({"settings": {"settings": "people"}}));
    rig.pass(600);
    rig.says(answer(200, &[], &[FILE]));
    rig.tick();
    assert_eq!(errors(&rig.runs(id)[0]), ["unknown_settings"]);
    let database = DatabaseId::new(1).unwrap();
    let saved = json!({"mapping": [{"column": 1, "to": {"field": "email"}}]});
    let author = rig.author("ann");
    let put = import_settings::put(&rig.sql, database, "people", None, &saved, &author);
    block_on(put).unwrap();
    rig.pass(600);
    rig.says(answer(200, &[], &[FILE]));
    rig.tick();
    rig.work();
    rig.tick();
    assert_eq!(rig.states(id)[0], RunState::Completed);
    assert_eq!(rig.count("SELECT count(*) FROM profiles"), 2);
}

#[test]
fn a_source_that_says_nothing_is_given_up() {
    let rig = Rig::new();
    let stops = Ok(Answer {
        status: 200,
        headers: Vec::new(),
        body: Pieces(VecDeque::from([
            Ok(FILE.as_bytes().to_vec()),
            Err(SILENCE.to_owned()),
        ])),
    });
    rig.script.hurry.set(true);
    for (said, waited) in [(Err(SILENCE.to_owned()), 60_000), (stops, 30_000)] {
        let id = rig.schedule(json!({"plan": {"cron": "17 4 1 * *"}}));
        rig.says(said);
        let run = block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false));
        let run = run.unwrap().unwrap();
        rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
        assert_eq!(errors(&rig.runs(id)[0]), ["too_slow"]);
        assert_eq!(rig.states(id), [RunState::Waiting]);
        // Before anybody else takes the try for lost.
        assert_eq!(rig.script.waited.get(), waited);
        assert_eq!(rig.count("SELECT count(*) FROM jobs"), 0);
        rig.delete(id);
    }
}

/// One that says nothing must not hold up the next.
#[test]
fn sources_are_fetched_from_side_by_side() {
    let rig = Rig::new();
    let slow = rig.schedule(json!({}));
    let fast = rig.schedule(json!({"source": {"url": "https://files.example/fast.csv"}}));
    rig.pass(600);
    rig.says(Err(SILENCE.to_owned()));
    rig.says(answer(200, &[], &[FILE]));
    rig.with(async |world| {
        let mut ticking = pin!(tick(&rig.sql, world));
        let mut context = Context::from_waker(Waker::noop());
        assert!(ticking.as_mut().poll(&mut context).is_pending());
        assert_eq!(rig.states(slow), [RunState::Fetching]);
        assert_eq!(rig.states(fast), [RunState::Importing]);
    });
}

#[test]
fn a_run_that_waits_is_tried_at_once_or_cancelled() {
    let rig = Rig::new();
    let id = rig.schedule(json!({"plan": {"cron": "17 4 1 * *"}}));
    let by_hand = || block_on(begin_by_hand(&rig.sql, id, rig.now(), "bob", false)).unwrap();
    let attempt = |run| rig.with(async |world| attempt(&rig.sql, world, run).await.unwrap());
    let cancel = |run| rig.with(async |world| cancel(&rig.sql, world, run).await.unwrap());
    let run = by_hand().unwrap();
    // Nothing has begun to fetch it: asking twice is asking for one run.
    assert_eq!(by_hand(), Some(run));
    rig.says(answer(503, &[], &[]));
    attempt(run);
    assert_eq!(rig.states(id), [RunState::Waiting]);
    // "Run now" doesn't wait for the next try, nor begins another run.
    assert_eq!(by_hand(), Some(run));
    rig.says(answer(503, &[], &[]));
    attempt(run);
    assert_eq!(rig.runs(id)[0].tries, 2);
    assert_eq!(rig.states(id), [RunState::Waiting]);
    // Or somebody ends it.
    assert!(cancel(run));
    assert!(!cancel(run));
    assert_eq!(rig.states(id), [RunState::Cancelled]);
    rig.pass(24 * 3600);
    assert_eq!(rig.tick(), ScheduleCounts::default());
    // One that is being imported ends with its import.
    let run = by_hand().unwrap();
    rig.says(answer(200, &[], &[FILE]));
    attempt(run);
    assert_eq!(by_hand(), None);
    assert!(cancel(run));
    let states = [RunState::Cancelled, RunState::Cancelled];
    assert_eq!(rig.states(id), states);
    let job = rig.runs(id)[0].job.unwrap();
    let job = block_on(jobs::get(&rig.sql, job)).unwrap().unwrap();
    assert_eq!(job.state, State::Cancelled);
    rig.work();
    assert_eq!(rig.count("SELECT count(*) FROM profiles"), 0);
}
