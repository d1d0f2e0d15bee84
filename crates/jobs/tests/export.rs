//! Exports as jobs: whatever interrupts them, the file is the one that an
//! undisturbed export makes.
#![cfg(feature = "export")]

use calamine::{Data, Reader as _, Xlsx};
use flate2::read::MultiGzDecoder;
use roster_jobs::export::{FILE, FILE_KEPT_MS};
use roster_jobs::{Env, holder, work};
use roster_model::define::Settings;
use roster_model::suppression::{Entry, EntryHints, Form, GLOBAL};
use roster_model::write::{Request, prepare_delete};
use roster_model::{
    DatabaseId, DatabaseSettings, JobId, Profile, ResourceSettings, SuppressionId, Timestamp,
    standard_fields,
};
use roster_store::SoleConnection;
use roster_store::catalogue::{self, Author, Definitions};
use roster_store::jobs::{self, Job, Kind, NewJob, Progress, State};
use roster_store::native::Native;
use roster_store::suppressions::changes::{self, ChangeContext};
use roster_store::suppressions::history::Action;
use roster_store::write::{Batch, BatchOutcome, run};
use roster_store::{databases, migrate, profiles, resources, suppressions};
use serde_json::{Map, Value, json};
use std::cell::Cell as Flag;
use std::io::{Cursor, Read};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

const START: i64 = 1_795_000_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(START + ms)
}

fn author() -> Author<'static> {
    Author {
        actor: "tester",
        interface: "api",
        at: at(0),
    }
}

fn database() -> DatabaseId {
    DatabaseId::new(1).unwrap()
}

/// A database with a resource and so many people.
fn world(people: usize) -> Native {
    let sql = Native::in_memory().unwrap();
    block_on(async {
        migrate::migrate(&sql, migrate::VERSION).await.unwrap();
        let settings = DatabaseSettings::create(&json!({"name": "People", "region": "GB"}));
        let made = databases::create(&sql, settings.unwrap(), standard_fields(), &author()).await;
        let database = made.unwrap().unwrap().database;
        let resource = json!({"name": "news", "databases": [1], "channels": ["email", "sms"]});
        let resource = ResourceSettings::create(&resource, &database.context()).unwrap();
        let made = resources::create(&sql, resource, &author()).await.unwrap();
        assert!(made.is_some());
    });
    fill(&sql, 0, people);
    sql
}

fn known(sql: &Native) -> Arc<Definitions> {
    Arc::new(block_on(catalogue::load(sql, database())).unwrap().unwrap())
}

fn fill(sql: &Native, from: usize, people: usize) {
    let known = known(sql);
    let all: Vec<usize> = (from..from + people).collect();
    for chunk in all.chunks(1000) {
        let request = Request::parse(&Map::new(), &known.schema(), true).unwrap();
        let items = chunk.iter().map(|n| {
            let data = json!({
                "email": format!("person{n}@example.org"),
                "_fname": format!("=Name {n}"),
                "phones": [format!("+4420794{n:05}")],
                "subscriptions": [{"resource_id": 1, "channel": "email",
                    "email": format!("person{n}@example.org")}],
            });
            request.prepare(&data, &known.schema())
        });
        write(sql, from as i64, &known, items.collect());
    }
}

fn write(
    sql: &Native,
    when: i64,
    known: &Arc<Definitions>,
    items: Vec<Result<roster_model::write::Command, roster_model::write::Refusal>>,
) {
    let batch = Batch {
        beside: Vec::new(),
        definitions: Arc::clone(known),
        items,
        atomic: false,
        now: at(when),
        actor: "tester".to_owned(),
        interface: "api",
        origin: roster_model::Origin::Import,
        speaks_for_all: true,
        repeatable: None,
        step: None,
        delivery: None,
        dry: false,
    };
    match block_on(run(sql, &[&batch])).remove(0) {
        Ok(BatchOutcome::Written(results)) => {
            assert!(results.iter().all(Result::is_ok), "{results:?}")
        }
        other => panic!("{other:?}"),
    }
}

fn everybody(sql: &Native) -> Vec<Profile> {
    let all = profiles::SizeLimit {
        rows: 1_000_000,
        bytes: i64::MAX,
    };
    let found = profiles::page(sql, database(), 0, all);
    block_on(found).unwrap().profiles
}

fn delete(sql: &Native, profile: &Profile) {
    let known = known(sql);
    write(
        sql,
        0,
        &known,
        vec![Ok(prepare_delete(profile.id, None, &known.schema()))],
    );
}

fn create(sql: &Native, settings: &Value) -> JobId {
    let new = NewJob {
        kind: Kind::Export,
        database: database(),
        state: State::Queued,
        name: "people",
        actor: "tester",
        speaks_for_all: true,
        interface: "api",
        at: at(0),
        settings,
        progress: &Progress::default(),
        expires_at: None,
    };
    block_on(jobs::create(sql, &new)).unwrap()
}

fn get(sql: &Native, id: JobId) -> Job {
    block_on(jobs::get(sql, id)).unwrap().unwrap()
}

/// Works on a job for `steps` steps or to its end, as one holder of the lease,
/// beginning at `begin` milliseconds. The clock passes one with every look.
fn work_steps(sql: &Native, id: JobId, begin: i64, until: i64) {
    let clock = Flag::new(begin);
    let now = || {
        clock.set(clock.get() + 1);
        at(clock.get())
    };
    let env = Env {
        now: &now,
        until: at(until),
        holder: holder(),
    };
    assert!(block_on(work(sql, &SoleConnection(sql), id, &env)).unwrap());
}

fn finish(sql: &Native, id: JobId) {
    work_steps(sql, id, 0, i64::MAX / 2);
}

/// The bytes of a job's file, and that its pieces are as long as it says.
fn file(sql: &Native, id: JobId) -> Vec<u8> {
    let files = block_on(jobs::files(sql, id)).unwrap();
    assert_eq!(files.len(), 1);
    let mut bytes = Vec::new();
    while let Some(chunk) = block_on(jobs::chunk(sql, id, FILE, bytes.len() as i64)).unwrap() {
        assert_eq!(chunk.begins, bytes.len() as i64);
        bytes.extend(chunk.bytes);
    }
    assert_eq!(files[0].size, bytes.len() as i64);
    bytes
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// The cells of a workbook.
fn sheet(bytes: Vec<u8>) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("Sheet1").unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// Whether a job has some of the rows and lacks some.
fn is_at_work(sql: &Native, id: JobId) -> bool {
    let read = get(sql, id).progress.counts.read;
    (500..8000).contains(&read)
}

#[test]
fn a_file_made_in_one_go_holds_everybody_once() {
    let sql = world(2500);
    let id = create(
        &sql,
        &json!({"fields": ["id", "email", "_fname", "phones", "_status"], "subscriptions": "json"}),
    );
    finish(&sql, id);
    let job = get(&sql, id);
    assert_eq!(job.state, State::Completed);
    assert_eq!(job.progress.counts.read, 2500);
    assert!(job.progress.counts.add_up());
    let kept = job.expires_at.unwrap().ms() - job.ended_at.unwrap().ms();
    assert!((FILE_KEPT_MS - 10..=FILE_KEPT_MS).contains(&kept), "{kept}");

    let text = String::from_utf8(file(&sql, id)).unwrap();
    let mut lines = text.split_terminator("\r\n");
    assert_eq!(
        lines.next(),
        Some("id,email,_fname,phones,_status,subscriptions")
    );
    let people = everybody(&sql);
    for (line, person) in lines.by_ref().zip(&people) {
        let start = format!(
            "{},{},'{},'{},subscribed,",
            person.id,
            person.data["email"].as_str().unwrap(),
            person.data["_fname"].as_str().unwrap(),
            person.data["phones"][0].as_str().unwrap(),
        );
        assert!(line.starts_with(&start), "{line}");
    }
    assert_eq!(text.lines().count(), 2501);
}

#[test]
fn a_job_that_is_taken_over_after_every_step_makes_the_same_file() {
    let sql = world(9000);
    for settings in [
        json!({"format": "csv"}),
        json!({"format": "csv", "gzip": true, "bom": true}),
        json!({"format": "jsonl", "gzip": true, "subscriptions": "json"}),
        json!({"format": "xlsx"}),
        json!({"format": "xlsx", "gzip": true}),
    ] {
        let whole = create(&sql, &settings);
        finish(&sql, whole);
        let torn = create(&sql, &settings);
        let (mut begin, mut workers) = (0, 0);
        while get(&sql, torn).state != State::Completed {
            // The time is up as soon as the first step is done, and the lease is
            // over when the next worker comes.
            work_steps(&sql, torn, begin, begin + 3);
            begin += 100_000;
            workers += 1;
        }
        assert!(workers > 3, "{workers} workers");
        // How many rows a step has depends on the time that the last one took, and
        // what is compressed ends a block with each step.
        let [whole, torn] = [whole, torn].map(|id| {
            let bytes = file(&sql, id);
            match settings.get("gzip").is_some() {
                true => unpacked(&bytes),
                false => bytes,
            }
        });
        if settings["format"] == "xlsx" {
            assert!(sheet(whole) == sheet(torn), "{settings}");
        } else {
            assert!(whole == torn, "{settings}");
        }
    }
}

#[test]
fn who_comes_or_goes_meanwhile_changes_nothing_for_the_others() {
    let sql = world(9000);
    let id = create(&sql, &json!({"fields": ["id"]}));
    work_steps(&sql, id, 0, 6);
    assert!(is_at_work(&sql, id));
    let before = everybody(&sql);
    // One that is written already, one that is not, and new ones.
    delete(&sql, &before[10]);
    delete(&sql, &before[8000]);
    fill(&sql, 9000, 500);
    finish(&sql, id);
    let text = String::from_utf8(file(&sql, id)).unwrap();
    let written: Vec<&str> = text.split_terminator("\r\n").skip(1).collect();
    let mut want: Vec<String> = before.iter().map(|person| person.id.to_string()).collect();
    want.remove(8000);
    assert_eq!(written.len(), want.len());
    assert!(written == want);
}

#[test]
fn a_job_that_lost_its_lease_writes_nothing() {
    let sql = world(9000);
    let id = create(&sql, &json!({"fields": ["id"]}));
    work_steps(&sql, id, 0, 3);
    let step = get(&sql, id).step;
    let turned = jobs::turn(
        &sql,
        id,
        &[State::Queued, State::Running],
        State::Paused,
        at(5),
        None,
    );
    assert!(block_on(turned).unwrap().is_some());
    let env = Env {
        now: &|| at(6),
        until: at(1000),
        holder: holder(),
    };
    assert!(!block_on(work(&sql, &SoleConnection(&sql), id, &env)).unwrap());
    assert_eq!(get(&sql, id).step, step);
    let turned = jobs::turn(&sql, id, &[State::Paused], State::Queued, at(7), None);
    assert!(block_on(turned).unwrap().is_some());
    finish(&sql, id);
    assert_eq!(
        String::from_utf8(file(&sql, id)).unwrap().lines().count(),
        9001
    );
}

#[test]
fn members_of_a_segment_and_no_more_than_asked_for() {
    let sql = world(50);
    let people = everybody(&sql);
    block_on(async {
        use roster_store::Sql;
        let segment = "INSERT INTO segments (id, database_id, name, description, revision, created_at, updated_at)
             VALUES (1, 1, 'some', '', 1, 0, 0)";
        sql.query(segment, vec![]).await.unwrap();
        for member in [3, 20, 40] {
            let pk = people[member].id.pk();
            let statement = format!("INSERT INTO segment_members VALUES (1, {pk})");
            sql.query(&statement, vec![]).await.unwrap();
        }
        sql.query("UPDATE catalogue SET version = version + 1", vec![])
            .await
            .unwrap();
    });
    let ids = |settings: Value| {
        let id = create(&sql, &settings);
        finish(&sql, id);
        let text = String::from_utf8(file(&sql, id)).unwrap();
        text.split_terminator("\r\n")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let want = |members: &[usize]| -> Vec<String> {
        members.iter().map(|m| people[*m].id.to_string()).collect()
    };
    assert_eq!(
        ids(json!({"fields": ["id"], "segment": 1})),
        want(&[3, 20, 40])
    );
    assert_eq!(
        ids(json!({"fields": ["id"], "segment": 1, "limit": 2})),
        want(&[3, 20])
    );
    assert_eq!(ids(json!({"fields": ["id"], "limit": 3})), want(&[0, 1, 2]));
}

/// The lines of a CSV but its header.
fn lines(sql: &Native, id: JobId) -> Vec<String> {
    let text = String::from_utf8(file(sql, id)).unwrap();
    let lines = text.split_terminator("\r\n").skip(1);
    lines.map(str::to_owned).collect()
}

#[test]
fn who_meets_a_condition_and_lies_in_a_window() {
    let sql = world(5000);
    let asked = |more: Value| {
        let mut settings = json!({"fields": ["email"],
            "condition": {"field": "_fname", "ends_with": "7"}});
        for (name, value) in more.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let id = create(&sql, &settings);
        finish(&sql, id);
        assert_eq!(get(&sql, id).state, State::Completed);
        lines(&sql, id)
    };
    let want: Vec<String> = (0..5000)
        .filter(|n| n % 10 == 7)
        .map(|n| format!("person{n}@example.org"))
        .collect();
    let all = asked(json!({}));
    assert!(asked(json!({"limit": 7})) == all[..7]);
    let mut parts = asked(json!({"range": {"to": 30}}));
    assert!((100..200).contains(&parts.len()), "{}", parts.len());
    parts.extend(asked(json!({"range": {"from": 30}})));
    let sorted = |mut list: Vec<String>| {
        list.sort();
        list
    };
    let want = sorted(want);
    assert!(sorted(all) == want);
    assert!(sorted(parts) == want);
}

#[test]
fn definitions_may_change_while_an_export_is_made() {
    use roster_model::Field;
    use roster_store::{Sql, fields};
    let sql = world(0);
    let known = known(&sql);
    block_on(async {
        let id = fields::next_id(&sql, database()).await.unwrap();
        let plan = json!({"name": "plan", "type": "string"});
        let field = Field::create(id, &plan, &known.database.context()).unwrap();
        fields::create(&sql, &known.database, &field, &author())
            .await
            .unwrap();
    });
    fill(&sql, 0, 9000);
    let column = create(&sql, &json!({"fields": ["plan", "_status"]}));
    let whole = json!({"fields": ["id"], "condition": {"field": "_fname", "exists": true}});
    let other = create(&sql, &whole);
    let condition = json!({"fields": ["id"], "condition": {"field": "plan", "exists": false}});
    let condition = create(&sql, &condition);
    for id in [column, other, condition] {
        work_steps(&sql, id, 0, 6);
        assert!(is_at_work(&sql, id));
    }
    block_on(async {
        sql.query("DELETE FROM fields WHERE name = 'plan'", vec![])
            .await
            .unwrap();
        catalogue::bump(&sql).await.unwrap();
    });
    for id in [column, other, condition] {
        work_steps(&sql, id, 100_000, i64::MAX / 2);
    }
    assert!(lines(&sql, column) == vec![",subscribed"; 9000]);
    assert_eq!(lines(&sql, other).len(), 9000);
    // What it is about is gone, so nobody knows who is meant.
    let job = get(&sql, condition);
    assert_eq!(job.state, State::Failed);
    assert!(
        job.problem.unwrap()["detail"]
            .as_str()
            .unwrap()
            .contains("plan")
    );
}

#[test]
fn what_no_longer_fits_fails_with_the_reason() {
    let sql = world(1);
    let id = create(&sql, &json!({"fields": ["gone"]}));
    finish(&sql, id);
    let job = get(&sql, id);
    assert_eq!(job.state, State::Failed);
    let problem = job.problem.unwrap();
    assert_eq!(problem["code"], "validation_failed");
    assert!(problem["detail"].as_str().unwrap().contains("/fields/0"));
}

#[test]
fn contacts_come_with_their_statuses_and_those_that_may_be_sent_to_alone() {
    let sql = world(6);
    let known = known(&sql);
    let all = everybody(&sql);
    let profiles: Vec<_> = all.iter().map(|one| one.id).collect();
    let patch = |place: usize, data: Value| {
        let body = json!({ "data": data });
        let id = profiles[place];
        roster_model::write::prepare_patch(id, &body, None, &known.schema())
    };
    let mail = |place: usize, status: &str| {
        json!({"subscriptions": [{"resource_id": 1, "channel": "email",
            "email": format!("person{place}@example.org"), "status": status}]})
    };
    // 1 left this, 2 left everything, 3 and 4 stand on a list, 4 as a hash.
    let items = vec![
        patch(1, mail(1, "unsubscribed")),
        patch(2, json!({"_status": "unsubscribed"})),
    ];
    write(&sql, 10, &known, items);
    let hash = Form::Sha256.of("person4@example.org").into_owned();
    let texts = ["person3@example.org", &hash];
    let entries = texts.map(|text| Entry::parse(text, &EntryHints::default()).unwrap());
    block_on(async {
        let global = SuppressionId::new(GLOBAL).unwrap();
        let mut list = suppressions::get(&sql, global).await.unwrap().unwrap().list;
        let why = ChangeContext {
            action: Action::Added,
            reason: "",
            author: author(),
        };
        changes::add(&sql, &mut list, &entries, "api", &why)
            .await
            .unwrap();
    });
    let told = |settings: &Value| {
        let id = create(&sql, settings);
        finish(&sql, id);
        let text = String::from_utf8(file(&sql, id)).unwrap();
        let lines = text.split_terminator("\r\n").map(str::to_owned);
        lines.collect::<Vec<_>>()
    };
    let column = |more: Value| {
        let mut column = json!({"resource_id": 1, "channel": "email"});
        let members = column.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        json!({"fields": ["_status"], "subscriptions": [column]})
    };
    let everything = told(&column(json!({})));
    assert_eq!(
        everything[0],
        "_status,subscriptions/1/email,subscriptions/1/email/status,\
         subscriptions/1/email/left_by,subscriptions/1/email/left_at,\
         subscriptions/1/email/withheld"
    );
    assert_eq!(
        everything[1],
        "subscribed,person0@example.org,subscribed,,,"
    );
    assert!(everything[2].starts_with("subscribed,person1@example.org,unsubscribed,"));
    let alone = told(&column(json!({"statuses": false, "deliverable": true})));
    assert_eq!(
        alone,
        [
            "_status,subscriptions/1/email/deliverable",
            "subscribed,person0@example.org",
            "subscribed,",
            "unsubscribed,",
            "subscribed,",
            "subscribed,",
            "subscribed,person5@example.org",
        ]
    );
    let chosen =
        |condition: Value| told(&json!({"condition": condition, "fields": ["email"]})).split_off(1);
    assert_eq!(
        chosen(json!({"deliverable": {"resource_id": 1, "channel": "email"}})),
        ["person0@example.org", "person5@example.org"]
    );
    assert_eq!(
        chosen(json!({"suppressed": {"channel": "email"}})),
        ["person3@example.org", "person4@example.org"]
    );
    assert_eq!(
        chosen(json!({"all": [{"not": {"suppressed": true}}, {"not": {"deliverable": {}}}]})),
        ["person1@example.org", "person2@example.org"]
    );
}
