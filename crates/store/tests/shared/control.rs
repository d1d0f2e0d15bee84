//! Control groups: who is drawn when they are made, who is put in by hand, what keeps
//! messages back, and what goes with whom.

use std::time::Duration;

use roster_model::control::{LotContact, lot};
use roster_model::define::Settings as _;
use roster_model::write::{prepare_control, prepare_delete};
use roster_model::{Channel, ControlGroupSettings, ResourceId, Status};
use roster_store::control::{self, Drawer, Period};
use roster_store::jobs::{self, State, Step};
use roster_store::pace::Budget;
use roster_store::resources::{self, sendable};
use roster_store::write::Batch;
use roster_store::{Cell, Error, Guard, SoleConnection, databases};
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

/// Gives a database a control group, and draws it to its end.
pub fn control_group(sql: &Connection, database: i64, settings: &Value) {
    put(sql, database, settings);
    draw(sql, database);
}

fn put(sql: &Connection, database: i64, settings: &Value) {
    let settings = ControlGroupSettings::create(settings).unwrap();
    let known = definitions(sql, database).database.clone();
    within(sql, async || {
        let before = control::get(sql, known.id).await?;
        control::put(sql, &known, before, &settings, &author()).await
    });
}

/// Does what a draw is asked for, in slices of ten.
fn draw(sql: &Connection, database: i64) {
    let Some(next) = found(sql, database).next else {
        return;
    };
    let job = block_on(jobs::claim(sql, next.job, "me", tick()))
        .unwrap()
        .unwrap();
    let draw = serde_json::from_value(job.settings.clone()).unwrap();
    let known = definitions(sql, database);
    let group = known.control.as_ref().unwrap();
    let set = group.sets.iter().find(|set| set.id == next.id).unwrap();
    let moment = roster_model::condition::Moment {
        now: job.created_at,
        zone: known.database.time_zone.clone(),
    };
    let rule = set.rule.as_ref().unwrap();
    let drawer = Drawer::new(known.database.id, draw, &group.secret, set, rule, &moment);
    let (mut after, mut number) = (Some(0), job.step);
    while let Some(from) = after {
        let slice = block_on(drawer.slice(sql, (from, i64::MAX), 10)).unwrap();
        after = slice.next;
        let is_last = after.is_none();
        let step = Step {
            job: job.id,
            holder: "me".to_owned(),
            step: number,
            state: if is_last {
                State::Completed
            } else {
                State::Running
            },
            progress: job.progress.clone(),
            problem: None,
            leased_until: tick(),
            expires_at: None,
            results: Vec::new(),
            failures: Vec::new(),
            members: Vec::new(),
        };
        let done = control::DrawStep {
            entered: slice.entered,
            cleared: Vec::new(),
        };
        block_on(control::step(sql, draw, &done, &step, tick())).unwrap();
        number += 1;
    }
}

fn found(sql: &Connection, database: i64) -> control::ControlGroupRow {
    block_on(control::get(sql, database_id(database)))
        .unwrap()
        .unwrap()
}

fn members(sql: &Connection, database: i64) -> i64 {
    block_on(databases::counts(sql, database_id(database)))
        .unwrap()
        .control
        .unwrap_or(0)
}

fn is_in(sql: &Connection, email: &str) -> bool {
    who(sql, email).control.is_member()
}

fn move_by_hand(sql: &Connection, action: &str, email: &str) -> Vec<&'static str> {
    let known = definitions(sql, PEOPLE);
    let body = json!({"action": action, "email": email, "reason": "why not"});
    kinds(&write(
        sql,
        &job(&known, vec![prepare_control(&body, &known.schema())]),
    ))
}

fn count(sql: &Connection, statement: &str) -> i64 {
    match rows(sql, statement, vec![])[0][0] {
        Cell::Integer(count) => count,
        ref other => panic!("{other:?}"),
    }
}

fn crowd(from: usize, to: usize) -> Vec<Value> {
    (from..to).map(|n| json!({"email": format!("p{n}@x.org"), "_fname": if n % 2 == 0 { "Even" } else { "Odd" }})).collect()
}

#[test]
fn new_profiles_draw_their_lot_with_the_write_that_makes_them() {
    let world = World::new();
    let sql = world.connect();
    control_group(
        &sql,
        PEOPLE,
        &json!({"percent": 20, "exclude": {"field": "_fname", "eq": "Odd"}}),
    );
    fill(&sql, PEOPLE, &crowd(0, 400));
    let known = definitions(&sql, PEOPLE);
    let group = known.control.as_ref().unwrap();
    let mut inside = 0;
    for profile in everybody(&sql) {
        let own = lot(&group.secret, 1, &LotContact::of(&profile));
        let even = profile.data["_fname"] == "Even";
        assert_eq!(profile.control.is_member(), even && own < 200_000);
        assert!(
            profile
                .control
                .entered_at
                .is_none_or(|at| at == profile.created_at)
        );
        inside += i64::from(profile.control.is_member());
    }
    assert!((20..60).contains(&inside), "{inside}");
    assert_eq!(members(&sql, PEOPLE), inside);
    // Imported again, deleted and made again: the same lot.
    let someone = everybody(&sql)
        .into_iter()
        .find(|one| one.control.is_member())
        .unwrap();
    let data = json!({"email": someone.data["email"], "_fname": "Even", "_lname": "X"});
    assert_eq!(
        kinds(&write(&sql, &import(&known, std::slice::from_ref(&data)))),
        ["updated"]
    );
    assert_eq!(members(&sql, PEOPLE), inside);
    let gone = prepare_delete(someone.id, None, &known.schema());
    assert_eq!(
        kinds(&write(&sql, &job(&known, vec![Ok(gone)]))),
        ["deleted"]
    );
    assert_eq!(members(&sql, PEOPLE), inside - 1);
    let stays = format!(
        "SELECT count(*) FROM control_members WHERE profile = {}",
        someone.id.pk()
    );
    assert_eq!(count(&sql, &stays), 0);
    assert_eq!(kinds(&write(&sql, &import(&known, &[data]))), ["created"]);
    assert_eq!(members(&sql, PEOPLE), inside);
    // A dry run and a refused batch draw nobody.
    let dry = Batch {
        dry: true,
        ..import(&known, &crowd(1000, 1100))
    };
    write(&sql, &dry);
    let refused = Batch {
        atomic: true,
        ..batch(
            &known,
            &json!({"mode": "add"}),
            &[crowd(2000, 2100), vec![json!({"email": 7})]].concat(),
        )
    };
    write(&sql, &refused);
    assert_eq!(members(&sql, PEOPLE), inside);
}

#[test]
fn those_who_are_there_are_drawn_as_new_ones_are() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(0, 150));
    let more = [
        json!({"_fname": "Even", "phones": ["+4930901820001"]}),
        json!({"_fname": "Even", "subscriptions": [{"resource_id": 1, "channel": "sms", "phone": "+4930901820002"}]}),
        json!({"_fname": "Even", "subscriptions": [
            {"resource_id": 1, "channel": "sms", "phone": "+4930901820003"},
            {"resource_id": 1, "channel": "email", "email": "Sub@X.org"}]}),
        json!({"_fname": "Even"}),
    ];
    let known = definitions(&sql, PEOPLE);
    write(&sql, &batch(&known, &json!({"mode": "add"}), &more));
    control_group(
        &sql,
        PEOPLE,
        &json!({"percent": 50, "exclude": {"field": "_fname", "eq": "Odd"}}),
    );
    let known = definitions(&sql, PEOPLE);
    let group = known.control.as_ref().unwrap();
    for profile in everybody(&sql) {
        let own = lot(&group.secret, 1, &LotContact::of(&profile));
        let even = profile.data["_fname"] == "Even";
        assert_eq!(
            profile.control.is_member(),
            even && own < 500_000,
            "{profile:?}"
        );
    }
    let half = members(&sql, PEOPLE);
    // Lowered: only those of below. The others of before keep their day.
    let before = everybody(&sql);
    control_group(
        &sql,
        PEOPLE,
        &json!({"percent": 20, "exclude": {"field": "_fname", "eq": "Odd"}}),
    );
    for (now, then) in everybody(&sql).iter().zip(&before) {
        let own = lot(&group.secret, 1, &LotContact::of(now));
        assert_eq!(
            now.control.is_member(),
            then.control.is_member() && own < 200_000
        );
        assert!(
            now.control
                .entered_at
                .is_none_or(|at| Some(at) == then.control.entered_at)
        );
    }
    assert!(members(&sql, PEOPLE) < half);
    // Switched off, nobody is in; switched on again, the same lots count.
    let fifth = members(&sql, PEOPLE);
    control_group(&sql, PEOPLE, &json!({"percent": 20, "enabled": false}));
    assert_eq!(
        block_on(databases::counts(&sql, database_id(PEOPLE)))
            .unwrap()
            .control,
        None
    );
    assert!(!everybody(&sql).iter().any(|one| one.control.is_member()));
    control_group(
        &sql,
        PEOPLE,
        &json!({"percent": 20, "exclude": {"field": "_fname", "eq": "Odd"}}),
    );
    assert_eq!(members(&sql, PEOPLE), fifth);
}

#[test]
fn what_is_done_by_hand_stays_over_draws_and_can_be_taken_back() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(0, 60));
    control_group(&sql, PEOPLE, &json!({"percent": 30}));
    let drawn: Vec<bool> = (0..60)
        .map(|n| is_in(&sql, &format!("p{n}@x.org")))
        .collect();
    let name = |wanted: bool| {
        format!(
            "p{}@x.org",
            drawn.iter().position(|one| *one == wanted).unwrap()
        )
    };
    let (inside, outside) = (name(true), name(false));
    assert_eq!(move_by_hand(&sql, "add", &outside), ["updated"]);
    assert_eq!(move_by_hand(&sql, "add", &outside), ["unchanged"]);
    assert_eq!(move_by_hand(&sql, "remove", &inside), ["updated"]);
    assert_eq!(move_by_hand(&sql, "add", "nobody@x.org"), ["not_found"]);
    let sides = || (is_in(&sql, &outside), is_in(&sql, &inside));
    assert_eq!(sides(), (true, false));
    assert_eq!(who(&sql, &outside).revision, 1);
    let kept = count(
        &sql,
        "SELECT count(*) FROM history WHERE kind = 'control_group.changed' AND about ->> 'reason' = 'why not'",
    );
    assert_eq!(kept, 2);
    // Raised, lowered and drawn again: it stays, and the number is right.
    let counted = |sql: &Connection| {
        everybody(sql)
            .iter()
            .filter(|one| one.control.is_member())
            .count() as i64
    };
    for percent in [40, 10, 30] {
        control_group(&sql, PEOPLE, &json!({"percent": percent}));
        assert_eq!(sides(), (true, false));
        assert_eq!(members(&sql, PEOPLE), counted(&sql));
    }
    // While another set is drawn, both stand there.
    put(&sql, PEOPLE, &json!({"percent": 35}));
    assert_eq!(move_by_hand(&sql, "clear", &outside), ["updated"]);
    assert_eq!(move_by_hand(&sql, "clear", &inside), ["updated"]);
    assert_eq!(move_by_hand(&sql, "clear", &inside), ["unchanged"]);
    assert_eq!(sides(), (false, true));
    draw(&sql, PEOPLE);
    assert_eq!(members(&sql, PEOPLE), counted(&sql));
    assert!(is_in(&sql, &inside));
    let own = |email: &str| {
        let known = definitions(&sql, PEOPLE);
        lot(
            &known.control.as_ref().unwrap().secret,
            1,
            &LotContact::of_email(email),
        )
    };
    assert_eq!(is_in(&sql, &outside), own(&outside) < 350_000);
}

#[test]
fn two_who_move_the_same_one_at_once_do_it_one_after_the_other() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(0, 1));
    control_group(&sql, PEOPLE, &json!({"percent": 1}));
    let known = definitions(&sql, PEOPLE);
    let body = json!({"action": "add", "email": "p0@x.org", "reason": "a"});
    let one = job(&known, vec![prepare_control(&body, &known.schema())]);
    let decided = block_on(roster_store::write::Decision::of(&sql, &[&one])).unwrap();
    assert_eq!(move_by_hand(&sql, "remove", "p0@x.org"), ["updated"]);
    match block_on(decided.write(&sql)) {
        Err(Error::Stale(Guard::Profiles)) => {}
        other => panic!("{other:?}"),
    }
    assert!(!is_in(&sql, "p0@x.org"));
    assert_eq!(kinds(&write(&sql, &one)), ["updated"]);
    assert!(is_in(&sql, "p0@x.org"));
}

#[test]
fn messages_are_held_back_from_those_who_are_in() {
    let world = World::new();
    let sql = world.connect();
    let people: Vec<Value> = (0..200)
        .map(|n| {
            let email = format!("p{n}@x.org");
            json!({"email": email, "subscriptions": [
                {"resource_id": 1, "channel": "email", "email": email, "status": "subscribed"},
                {"resource_id": 1, "channel": "sms", "phone": format!("+49309018{n:05}"), "status": "subscribed"},
                {"resource_id": 2, "channel": "email", "email": email, "status": "subscribed"}]})
        })
        .collect();
    let known = definitions(&sql, PEOPLE);
    for chunk in people.chunks(100) {
        let batch = Batch {
            origin: roster_model::Origin::Import,
            ..import(&known, chunk)
        };
        assert!(write(&sql, &batch).iter().all(Result::is_ok));
    }
    let counted = |resource: i64, channel| {
        let id = ResourceId::new(resource).unwrap();
        let resource = block_on(resources::get(&sql, id))
            .unwrap()
            .unwrap()
            .resource;
        let lend = SoleConnection(&sql);
        let budget = Budget::new(Duration::MAX);
        let found = block_on(sendable(&lend, &resource, None, tick(), &budget)).unwrap();
        found.of(channel, Status::Subscribed)
    };
    let deliverable = |test: Value| {
        use roster_model::condition::{Condition, Moment};
        let known = definitions(&sql, PEOPLE);
        let condition = Condition::parse(&json!({ "deliverable": test }), &known.schema()).unwrap();
        let moment = Moment {
            now: tick(),
            zone: known.database.time_zone.clone(),
        };
        let all = roster_model::Range::ALL;
        let selection =
            roster_store::conditions::Selection::new(known.database.id, &condition, all, &moment);
        block_on(selection.count(&sql, 0, 10_000)).unwrap().found
    };
    assert_eq!(
        [
            counted(1, Channel::Email),
            counted(1, Channel::Sms),
            counted(2, Channel::Email)
        ],
        [200; 3]
    );
    control_group(
        &sql,
        PEOPLE,
        &json!({"percent": 25, "resources": {"exempt": ["2"]}, "channels": ["email"]}),
    );
    let rest = 200 - members(&sql, PEOPLE);
    assert!((100..190).contains(&rest));
    assert_eq!(
        [
            counted(1, Channel::Email),
            counted(1, Channel::Sms),
            counted(2, Channel::Email)
        ],
        [rest, 200, 200]
    );
    assert_eq!(
        deliverable(json!({"resource_id": 1, "channel": "email"})),
        rest
    );
    assert_eq!(
        deliverable(json!({"resource_id": 1, "channel": "sms"})),
        200
    );
    assert_eq!(deliverable(json!({"resource_id": 2})), 200);
    put(&sql, PEOPLE, &json!({"percent": 25, "enabled": false}));
    assert_eq!(
        deliverable(json!({"resource_id": 1, "channel": "email"})),
        200
    );
    assert_eq!(counted(1, Channel::Email), 200);
}

#[test]
fn wiping_and_deleting_take_the_group_along() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(0, 100));
    fill(&sql, OTHERS, &crowd(0, 100));
    for database in [PEOPLE, OTHERS] {
        control_group(&sql, database, &json!({"percent": 50}));
    }
    move_by_hand(&sql, "add", "p0@x.org");
    // A draw is going on.
    put(&sql, PEOPLE, &json!({"percent": 49}));
    let (people, others) = (database_id(PEOPLE), members(&sql, OTHERS));
    within(&sql, async || {
        databases::wipe(&sql, people, &author()).await
    });
    let after = found(&sql, PEOPLE);
    assert_eq!((after.next, after.current.unwrap().members), (None, 0));
    assert_eq!(members(&sql, OTHERS), others);
    fill(&sql, PEOPLE, &crowd(0, 100));
    assert!(members(&sql, PEOPLE) > 20);
    let database = definitions(&sql, PEOPLE).database.clone();
    within(&sql, async || {
        databases::delete(&sql, &database, &author()).await
    });
    for table in ["control_groups", "control_sets", "control_overrides"] {
        let statement = format!("SELECT count(*) FROM {table} WHERE database_id = 1");
        assert_eq!(count(&sql, &statement), 0, "{table}");
    }
    let others_now = "SELECT count(*) FROM control_members WHERE left_at IS NULL";
    assert_eq!(count(&sql, others_now), others);
    let row = found(&sql, OTHERS);
    within(&sql, async || {
        control::delete(&sql, row.clone(), &author()).await
    });
    assert_eq!(count(&sql, "SELECT count(*) FROM control_members"), 0);
    assert!(!everybody(&sql).iter().any(|one| one.control.is_member()));
}

#[test]
fn events_count_on_the_side_of_their_time() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &crowd(0, 3));
    control_group(&sql, PEOPLE, &json!({"percent": 1}));
    for n in 0..3 {
        move_by_hand(&sql, "clear", &format!("p{n}@x.org"));
    }
    let start = tick();
    // The period begins a millisecond later, and all three are out for a moment of it.
    while tick().ms() <= start.ms() + 1 {}
    // p0 is in from here on, p1 for a while, p2 never.
    move_by_hand(&sql, "add", "p0@x.org");
    move_by_hand(&sql, "add", "p1@x.org");
    let between = tick();
    move_by_hand(&sql, "remove", "p1@x.org");
    let end = tick();
    let tell = |email: &str, at: roster_model::Timestamp, value: Value| {
        let pk = who(&sql, email).id.pk();
        let about = json!({"event": "purchase", "at": at, "data": {"value": value}});
        let statement =
            "INSERT INTO history (database_id, profile, at, kind, actor, interface, changes, about)
                         VALUES (1, ?1, ?2, 'profile.event', 'x', 'api', '[]', ?3)";
        let parameters = vec![
            Cell::Integer(pk),
            Cell::Integer(at.ms()),
            Cell::Text(about.to_string()),
        ];
        block_on(roster_store::Sql::query(&sql, statement, parameters)).unwrap();
    };
    tell("p0@x.org", between, json!(10));
    tell("p1@x.org", between, json!(1.5));
    tell("p1@x.org", end, json!("much"));
    tell("p2@x.org", end, json!(4));
    tell("p2@x.org", start, json!(100));
    let period = Period {
        from: roster_model::Timestamp::from_ms(start.ms() + 1),
        to: roster_model::Timestamp::from_ms(end.ms() + 1),
    };
    let sizes = block_on(control::sizes(&sql, database_id(PEOPLE), period)).unwrap();
    assert_eq!((sizes.control, sizes.rest), (2, 3));
    let mut figures = control::EventFigures::default();
    figures.expect(&["never".to_owned()]);
    let (mut after, mut slices) = (Some(0), 0);
    while let Some(from) = after {
        let slice = control::events(
            &sql,
            database_id(PEOPLE),
            period,
            &[],
            (from, 3),
            &mut figures,
        );
        after = block_on(slice).unwrap().next;
        slices += 1;
    }
    assert!(slices > 2);
    let found: Vec<_> = figures
        .figures()
        .map(|(name, control, rest)| {
            (
                name.to_owned(),
                (control.people, control.events, control.value),
                (rest.people, rest.events, rest.value),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("never".to_owned(), (0, 0, 0.0), (0, 0, 0.0)),
            ("purchase".to_owned(), (2, 2, 11.5), (2, 2, 4.0)),
        ]
    );
    let stays = block_on(control::of_profile(
        &sql,
        database_id(PEOPLE),
        who(&sql, "p1@x.org").id,
    ))
    .unwrap();
    assert!(stays.stays.len() == 1 && stays.stays[0].1.is_some());
    let (is_in, reason, ..) = stays.by_hand.unwrap();
    assert_eq!((is_in, &*reason), (false, "why not"));
}
