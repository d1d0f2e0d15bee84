//! History: by profile, by database, by range of time and kind, in pages.

use roster_model::write::{prepare_delete, prepare_patch};
use roster_model::{ProfileId, Timestamp};
use roster_store::Cell;
use roster_store::history::{Entry, Filter, Limits, Span, Stretch, in_order, list};
use serde_json::json;

use super::world::*;

fn entries(
    sql: &crate::engine::Connection,
    profile: Option<ProfileId>,
    filter: &Filter,
) -> Vec<Entry> {
    let limits = Limits {
        take: 100,
        look: 100,
        bytes: 1_000_000,
    };
    let found = piece(sql, profile, filter, limits);
    assert_eq!(found.next, None);
    found.entries
}

fn piece(
    sql: &crate::engine::Connection,
    profile: Option<ProfileId>,
    filter: &Filter,
    limits: Limits,
) -> Stretch {
    block_on(list(sql, database_id(PEOPLE), profile, filter, limits)).unwrap()
}

fn ids(entries: &[Entry]) -> Vec<i64> {
    entries.iter().map(|entry| entry.id).collect()
}

/// Three people; the first gets six changes; the last is deleted.
fn told(sql: &crate::engine::Connection) -> Vec<ProfileId> {
    let known = definitions(sql, PEOPLE);
    let mut people = Vec::new();
    for name in ["a", "b", "c"] {
        let email = format!("{name}@example.org");
        write(sql, &import(&known, &[json!({"email": email})]));
        people.push(who(sql, &email).id);
    }
    for points in 1..=6 {
        let patch = json!({"data": {"points": points}});
        let patch = prepare_patch(people[0], &patch, None, &schema(&known));
        let mut job = job(&known, vec![patch]);
        job.actor = format!("token {points}");
        job.interface = "import";
        write(sql, &job);
    }
    let delete = prepare_delete(people[2], None, &schema(&known));
    write(sql, &job(&known, vec![Ok(delete)]));
    fill(sql, OTHERS, &[json!({"email": "a@example.org"})]);
    people
}

#[test]
fn an_entry_says_what_happened_when_by_whom_and_through_what() {
    let world = World::new();
    let sql = world.connect();
    let people = told(&sql);
    let all = Filter::default();
    let found = entries(&sql, Some(people[0]), &all);
    let newest = &found[0];
    assert_eq!(newest.profile, Some(people[0]));
    assert_eq!(newest.kind, "profile.updated");
    assert_eq!(
        (newest.actor.as_str(), newest.interface.as_str()),
        ("token 6", "import")
    );
    let changes: serde_json::Value = serde_json::from_str(newest.changes.get()).unwrap();
    assert_eq!(
        changes,
        json!([{"field": "points", "before": 5, "after": 6}])
    );
    assert_eq!(found.len(), 7);
    assert_eq!(found[6].kind, "profile.created");
    assert!(found.is_sorted_by(|a, b| a.id > b.id && a.at > b.at));
    // Who is deleted leaves no copy behind.
    let gone = entries(&sql, Some(people[2]), &all);
    assert_eq!(gone.len(), 1);
    assert_eq!(
        (gone[0].kind.as_str(), gone[0].changes.get()),
        ("profile.deleted", "[]")
    );
}

#[test]
fn a_database_tells_of_its_profiles_and_of_itself() {
    let world = World::new();
    let sql = world.connect();
    told(&sql);
    let all = Filter::default();
    let found = entries(&sql, None, &all);
    let count = |kind: &str| found.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!(count("database.created"), 1);
    assert_eq!(count("field.created"), 12);
    assert_eq!(count("profile.created"), 2);
    assert_eq!(count("profile.updated"), 6);
    assert_eq!(count("profile.deleted"), 1);
    assert_eq!(found.len(), 22);
    assert!(found.iter().filter(|entry| entry.profile.is_none()).count() == 13);
    assert!(found.is_sorted_by(|a, b| a.id > b.id));
}

#[test]
fn pages_join_to_the_whole_and_filters_choose() {
    let world = World::new();
    let sql = world.connect();
    let people = told(&sql);
    for profile in [None, Some(people[0]), Some(people[1])] {
        for kind in [
            None,
            Some("profile.updated"),
            Some("field.created"),
            Some("nothing"),
        ] {
            let mut filter = Filter {
                kind: kind.map(str::to_owned),
                ..Filter::default()
            };
            let whole = entries(&sql, profile, &filter);
            assert!(
                whole
                    .iter()
                    .all(|entry| kind.is_none_or(|kind| entry.kind == kind))
            );
            // However few are taken, looked at, or fit.
            for (take, look, bytes) in [(2, 100, 1_000_000), (100, 3, 1_000_000), (100, 100, 300)] {
                filter.before = None;
                let mut joined = Vec::new();
                loop {
                    let limits = Limits { take, look, bytes };
                    let page = piece(&sql, profile, &filter, limits);
                    assert!(page.entries.len() as i64 <= take.min(look));
                    assert!(bytes > 300 || page.entries.len() <= 2);
                    joined.extend(ids(&page.entries));
                    filter.before = page.next;
                    if page.next.is_none() {
                        break;
                    }
                }
                assert_eq!(joined, ids(&whole));
            }
            for from in &whole {
                for to in &whole {
                    filter.from = Some(from.at);
                    filter.to = Some(to.at);
                    let expected: Vec<i64> = whole
                        .iter()
                        .filter(|entry| entry.at >= from.at && entry.at < to.at)
                        .map(|entry| entry.id)
                        .collect();
                    assert_eq!(ids(&entries(&sql, profile, &filter)), expected);
                }
            }
        }
    }
    let ages = Filter {
        from: Some(Timestamp::from_ms(-62_135_596_800_000)),
        to: Some(Timestamp::from_ms(253_402_300_799_999)),
        ..Filter::default()
    };
    assert_eq!(entries(&sql, None, &ages).len(), 22);
}

#[test]
fn another_databases_profile_has_no_history_here() {
    let world = World::new();
    let sql = world.connect();
    told(&sql);
    let all = Filter::default();
    let other = everybody(&sql)
        .into_iter()
        .find(|one| one.database == database_id(OTHERS))
        .unwrap();
    assert!(entries(&sql, Some(other.id), &all).is_empty());
}

#[test]
fn entries_of_one_moment_keep_the_order_of_the_items() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let data: Vec<_> = (0..50)
        .map(|points| json!({"email": "a@example.org", "points": points}))
        .collect();
    write(&sql, &import(&known, &data));
    let all = Filter::default();
    let found = entries(&sql, Some(who(&sql, "a@example.org").id), &all);
    for (entry, points) in found.iter().zip((0..50).rev()) {
        let changes: serde_json::Value = serde_json::from_str(entry.changes.get()).unwrap();
        let change = changes.as_array().unwrap().last().unwrap();
        assert_eq!(change["after"], points);
    }
}

/// Requests wait for the lock, and groups are written together: one that came
/// earlier may be written later.
#[test]
fn a_range_of_time_goes_by_when_it_was_asked_for() {
    let world = World::new();
    let sql = world.connect();
    let known = definitions(&sql, PEOPLE);
    let early = tick();
    let late = Timestamp::from_ms(early.ms() + 5000);
    let mut people = Vec::new();
    for (name, at) in [("late", late), ("early", early)] {
        let email = format!("{name}@example.org");
        let mut job = import(&known, &[json!({"email": email})]);
        job.now = at;
        write(&sql, &job);
        people.push(who(&sql, &email).id);
    }
    let between = Timestamp::from_ms(early.ms() + 1);
    for (from, to, expected) in [
        (early, between, vec![people[1]]),
        (between, Timestamp::from_ms(late.ms() + 1), vec![people[0]]),
        (between, late, vec![]),
    ] {
        let filter = Filter {
            from: Some(from),
            to: Some(to),
            ..Filter::default()
        };
        let found = entries(&sql, None, &filter);
        let found: Vec<_> = found.iter().filter_map(|entry| entry.profile).collect();
        assert_eq!(found, expected);
        for person in &people {
            let of_one = entries(&sql, Some(*person), &filter).len();
            assert_eq!(of_one, usize::from(expected.contains(person)));
        }
    }
}

#[test]
fn what_was_written_after_the_clock_was_ahead_is_found_by_its_time() {
    let world = World::new();
    let sql = world.connect();
    told(&sql);
    // An hour ahead for one entry, then right again: ids never fall.
    let now = rows(&sql, "SELECT max(at) FROM history", vec![])[0][0].clone();
    let Cell::Integer(now) = now else {
        panic!("a time")
    };
    let hour = 3_600_000;
    let put = |id: &str, at: i64| {
        execute(
            &sql,
            &format!(
                "INSERT INTO history (id, database_id, profile, at, kind, actor, interface, changes)
                 VALUES ({id}, 1, 0, {at}, 'field.created', 'x', 'api', '[]')"
            ),
        );
    };
    put(&format!("{} << 20", now + hour), now + hour);
    for second in 1..=30 {
        put("(SELECT max(id) + 1 FROM history)", now + second * 1000);
    }
    let range = |from: i64, to: i64| Filter {
        from: Some(Timestamp::from_ms(now + from)),
        to: Some(Timestamp::from_ms(now + to)),
        ..Filter::default()
    };
    let limits = Limits {
        take: 7,
        look: 1000,
        bytes: 1 << 20,
    };
    let mut filter = range(1, 20_001);
    let mut times = Vec::new();
    loop {
        let page = piece(&sql, None, &filter, limits);
        times.extend(page.entries.iter().map(|entry| entry.at.ms() - now));
        filter.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    let expected: Vec<i64> = (1..=20).rev().map(|second| second * 1000).collect();
    assert_eq!(times, expected);
    // What was told ahead of its time is where it says that it is.
    assert_eq!(entries(&sql, None, &range(hour, hour + 1)).len(), 1);
    // The export, in order.
    let span = Span {
        after: 0,
        until: i64::MAX - 1,
        from: Some(Timestamp::from_ms(now + 1)),
        to: Some(Timestamp::from_ms(now + 20_001)),
        kinds: Vec::new(),
        fields: Vec::new(),
    };
    let found = block_on(in_order(&sql, database_id(PEOPLE), &span, 1000, 1 << 20)).unwrap();
    assert_eq!(found.entries.len(), 20);
}
