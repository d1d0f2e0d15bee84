//! A database, its people, and what works on a job.

use roster_jobs::{Env, holder, work};
use roster_model::define::Settings;
use roster_model::write::{Command, Refusal, Request, prepare_delete, prepare_patch};
use roster_model::{
    DatabaseId, DatabaseSettings, Field, JobId, Profile, ResourceSettings, SegmentId,
    SegmentSettings, Timestamp, standard_fields,
};
use roster_store::SoleConnection;
use roster_store::catalogue::{self, Author, Definitions};
use roster_store::jobs::{self, Job};
use roster_store::native::Native;
use roster_store::write::{Batch, BatchOutcome, run};
use roster_store::{Sql, databases, fields, migrate, profiles, resources, segments};
use serde_json::{Map, Value, json};
use std::cell::Cell as Flag;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for something"),
    }
}

pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(1_795_000_000_000 + ms)
}

pub fn author(ms: i64) -> Author<'static> {
    Author {
        actor: "tester",
        interface: "api",
        at: at(ms),
    }
}

pub fn database() -> DatabaseId {
    DatabaseId::new(1).unwrap()
}

/// A database with a resource, two segments, and so many people: the n-th has
/// n % 10 as `score`, and those with an even n live in Bonn.
pub fn world(people: usize) -> Native {
    let sql = Native::in_memory().unwrap();
    block_on(async {
        migrate::migrate(&sql, migrate::VERSION).await.unwrap();
        let settings = DatabaseSettings::create(&json!({"name": "People", "region": "GB"}));
        let made = databases::create(&sql, settings.unwrap(), standard_fields(), &author(0)).await;
        let database = made.unwrap().unwrap().database;
        for (name, kind) in [("score", "integer"), ("code", "string")] {
            let id = fields::next_id(&sql, database.id).await.unwrap();
            let field = json!({"name": name, "type": kind, "unique": name == "code"});
            let field = Field::create(id, &field, &database.context()).unwrap();
            let known = databases::get(&sql, database.id).await.unwrap().unwrap();
            fields::create(&sql, &known.database, &field, &author(0))
                .await
                .unwrap();
        }
        let resource = json!({"name": "news", "databases": [1], "channels": ["email", "sms"]});
        let resource = ResourceSettings::create(&resource, &database.context()).unwrap();
        let made = resources::create(&sql, resource, &author(0)).await.unwrap();
        assert!(made.is_some());
        for name in ["one", "two"] {
            let settings = SegmentSettings::create(&json!({ "name": name })).unwrap();
            let made = segments::create(&sql, database.id, settings, &author(0)).await;
            assert!(made.unwrap().is_some());
        }
    });
    fill(&sql, 0, people);
    sql
}

pub fn known(sql: &Native) -> Arc<Definitions> {
    Arc::new(block_on(catalogue::load(sql, database())).unwrap().unwrap())
}

pub fn fill(sql: &Native, from: usize, people: usize) {
    let known = known(sql);
    let all: Vec<usize> = (from..from + people).collect();
    for chunk in all.chunks(1000) {
        let request = Request::parse(&Map::new(), &known.schema(), true).unwrap();
        let items = chunk.iter().map(|n| {
            let mut data = json!({"email": format!("p{n}@example.org"), "score": n % 10});
            if n % 2 == 0 {
                data["_city"] = json!("Bonn");
            }
            request.prepare(&data, &known.schema())
        });
        write(sql, from as i64, items.collect());
    }
}

pub fn write(sql: &Native, when: i64, items: Vec<Result<Command, Refusal>>) {
    let batch = Batch {
        beside: Vec::new(),
        definitions: known(sql),
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

pub fn patch(sql: &Native, profile: &Profile, data: Value) {
    let known = known(sql);
    let item = prepare_patch(profile.id, &json!({ "data": data }), None, &known.schema());
    write(sql, 1, vec![item]);
}

pub fn delete(sql: &Native, profile: &Profile) {
    let known = known(sql);
    write(
        sql,
        1,
        vec![Ok(prepare_delete(profile.id, None, &known.schema()))],
    );
}

pub fn everybody(sql: &Native) -> Vec<Profile> {
    let all = profiles::SizeLimit {
        rows: 1_000_000,
        bytes: i64::MAX,
    };
    let found = profiles::page(sql, database(), 0, all);
    block_on(found).unwrap().profiles
}

pub fn get(sql: &Native, id: JobId) -> Job {
    block_on(jobs::get(sql, id)).unwrap().unwrap()
}

/// Works on a job from `begin` to `until` milliseconds, as one holder of the
/// lease. The clock passes one with every look.
pub fn work_steps(sql: &impl Sql, id: JobId, begin: i64, until: i64) {
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

pub fn members(sql: &Native, segment: i64) -> Vec<i64> {
    let id = SegmentId::new(segment).unwrap();
    let found = block_on(segments::members(sql, database(), id, 0, 1_000_000));
    let found = found.unwrap().unwrap();
    let counted = block_on(segments::get(sql, database(), id)).unwrap();
    assert_eq!(counted.unwrap().segment.members, found.len() as i64);
    found.iter().map(|id| id.pk()).collect()
}
