//! The overview: its counters say what the rows say.

use std::collections::BTreeMap;

use roster_model::Timestamp;
use roster_model::write::prepare_delete;
use roster_store::jobs::Kind;
use roster_store::overview::{self, DAYS_KEPT, Overview, Sight, day_of};
use roster_store::{Cell, databases, expiry};
use serde_json::json;

use super::world::*;
use crate::engine::Connection;

/// All that there is, of the days since `from_day`.
fn glance(sql: &Connection, from_day: i64, databases: Option<&[i64]>) -> Overview {
    let ids: Option<Vec<_>> = databases.map(|ids| ids.iter().map(|id| database_id(*id)).collect());
    let sight = Sight {
        databases: ids.as_deref(),
        days_of: None,
        from_day,
        jobs: &Kind::ALL,
        failed_since: Timestamp::from_ms(0),
        messages: true,
        deliveries: true,
    };
    block_on(overview::read(sql, &sight)).unwrap()
}

/// How often each thing was counted, whatever the day.
fn counted(overview: &Overview) -> BTreeMap<&str, i64> {
    let mut sums = BTreeMap::new();
    for (_, what, count) in &overview.days {
        *sums.entry(what.as_str()).or_default() += count;
    }
    sums
}

#[test]
fn who_comes_leaves_and_goes_is_counted_on_the_day() {
    let world = World::new();
    let sql = world.connect();
    let people: Vec<_> = (0..20)
        .map(|n| json!({"email": format!("p{n}@example.org")}))
        .collect();
    fill(&sql, PEOPLE, &people);
    fill(&sql, OTHERS, &[json!({"email": "else@example.org"})]);
    let status = |email: &str, status: &str| {
        // The first who leaves is a change of the catalogue.
        let definitions = definitions(&sql, PEOPLE);
        let members = json!({"match": "email"});
        let data = json!({"email": email, "_status": status});
        results(run_one(&sql, &batch(&definitions, &members, &[data])));
    };
    status("p1@example.org", "unsubscribed");
    status("p2@example.org", "suspended");
    status("p3@example.org", "complained");
    // They had left before.
    status("p3@example.org", "unsubscribed");
    let gone = who(&sql, "p4@example.org");
    let definitions = definitions(&sql, PEOPLE);
    let delete = prepare_delete(gone.id, None, &schema(&definitions));
    write(&sql, &job(&definitions, vec![Ok(delete)]));

    let all = glance(&sql, 0, None);
    assert_eq!(
        counted(&all),
        BTreeMap::from([("created", 21), ("deleted", 1), ("left", 2)])
    );
    let one = glance(&sql, 0, Some(&[OTHERS]));
    assert_eq!(counted(&one), BTreeMap::from([("created", 1)]));
    assert_eq!(one.databases.len(), 1);
    // What came less what went is what there is, and so say the statuses.
    let people = &all.databases[0];
    let total: i64 = people
        .profiles
        .statuses
        .iter()
        .map(|(_, count)| count)
        .sum();
    assert_eq!(total, 19);
    // Nothing is of a day to come.
    let days = rows(&sql, "SELECT DISTINCT day FROM day_counts", vec![]);
    assert!(days.len() <= 2, "{days:?}");
    let Cell::Integer(day) = days[0][0] else {
        panic!("{days:?}")
    };
    assert_eq!(counted(&glance(&sql, day + 2, None)), BTreeMap::new());
}

#[test]
fn events_of_messages_are_counted_when_they_happened_and_no_others() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "ada@example.org"})]);
    let ada = who(&sql, "ada@example.org");
    let today = rows(&sql, "SELECT unixepoch() / 86400", vec![]);
    let Cell::Integer(today) = today[0][0] else {
        panic!("{today:?}")
    };
    let happened = |kind: &str, day: i64| {
        let at = overview::beginning_of(day).to_string();
        let about = json!({"event": kind, "at": at});
        let put =
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes, about)
                   VALUES (1, ?1, 1, 'profile.event', 'x', 'api', '[]', ?2)";
        let parameters = vec![Cell::Integer(ada.id.pk()), Cell::Text(about.to_string())];
        rows(&sql, put, parameters);
    };
    happened("delivered", today);
    happened("delivered", today - 40);
    happened("hard_bounce", today - 40);
    happened("purchase", today);
    // Of a day that nobody looks at.
    happened("opened", today - DAYS_KEPT - 5);
    let mut days = glance(&sql, 0, None).days;
    days.retain(|(_, what, _)| what != "created");
    assert_eq!(
        days,
        [
            (today - 40, "delivered".to_owned(), 1),
            (today - 40, "hard_bounce".to_owned(), 1),
            (today, "delivered".to_owned(), 1),
        ]
    );
}

#[test]
fn old_days_are_forgotten() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "ada@example.org"})]);
    let now = Timestamp::from_ms(1_900_000_000_000);
    let old = day_of(now) - DAYS_KEPT - 1;
    for day in [old, old + 1] {
        let put = "INSERT INTO day_counts VALUES (1, ?1, 'created', 7)";
        rows(&sql, put, vec![Cell::Integer(day)]);
    }
    block_on(expiry::expire(&sql, now, 100)).unwrap();
    let left = rows(&sql, "SELECT min(day) FROM day_counts", vec![]);
    assert_eq!(left, [[Cell::Integer(old + 1)]]);
}

#[test]
fn a_database_takes_its_days_along() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "ada@example.org"})]);
    fill(&sql, OTHERS, &[json!({"email": "else@example.org"})]);
    let all = all_databases(&sql);
    let people = all.iter().find(|one| one.id == database_id(PEOPLE));
    within(&sql, async || {
        databases::delete(&sql, people.unwrap(), &author()).await
    });
    let of = rows(&sql, "SELECT DISTINCT database_id FROM day_counts", vec![]);
    assert_eq!(of, [[Cell::Integer(OTHERS)]]);
}

#[test]
fn what_needs_somebody_is_named() {
    let world = World::new();
    let sql = world.connect();
    let put = |state: &str, failed: i64, ended: Option<i64>| {
        let progress =
            json!({"phase": "rows", "done": 5, "total": 9, "counts": {"failed": failed}});
        let statement = "INSERT INTO jobs (kind, database_id, state, name, actor, interface, created_at, updated_at,
                             ended_at, settings, progress)
                         VALUES ('import', 1, ?1, 'people.csv', 'ada', 'api', 1, 1, ?2, '{}', ?3)";
        let parameters = vec![
            Cell::from(state),
            Cell::from(ended),
            Cell::Text(progress.to_string()),
        ];
        rows(&sql, statement, parameters);
    };
    put("completed", 0, Some(5));
    put("completed", 3, Some(5));
    put("failed", 0, Some(5));
    put("cancelled", 3, Some(5));
    put("paused", 0, None);
    put("running", 0, None);
    execute(
        &sql,
        "INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
         VALUES ('change', 1, 1, 'w', 'dead', '{}', 1, 1), ('change', 1, 1, 'w', 'sent', '{}', 1, 1)",
    );
    execute(
        &sql,
        "INSERT INTO hooks VALUES ('h', 1, 'Shop', 1, 1, 1, '{}', '[]')",
    );
    execute(
        &sql,
        "INSERT INTO deliveries (hook_id, sender_id, received_at, outcome, detail, request)
         VALUES ('h', 'a', 10, 'failed', '{}', '{}'), ('h', 'b', 20, 'failed', '{}', '{}'),
                ('h', 'c', 30, 'created', '{}', '{}')",
    );
    let all = glance(&sql, 0, None);
    let jobs: Vec<_> = all
        .jobs
        .iter()
        .map(|job| (job.state.as_str(), job.failed, job.done, job.total))
        .collect();
    assert_eq!(
        jobs,
        [
            ("running", 0, 5, 9),
            ("paused", 0, 5, 9),
            ("failed", 0, 5, 9),
            ("completed", 3, 5, 9)
        ]
    );
    assert_eq!(all.dead, [(database_id(PEOPLE), 1)]);
    let hook = &all.deliveries[0];
    assert_eq!((hook.name.as_str(), hook.count), ("Shop", 2));
    assert_eq!(hook.last, Timestamp::from_ms(20));
    // Somebody who may see the other database alone sees nothing of it.
    let others = glance(&sql, 0, Some(&[OTHERS]));
    assert!(others.jobs.is_empty() && others.dead.is_empty() && others.deliveries.is_empty());
}
