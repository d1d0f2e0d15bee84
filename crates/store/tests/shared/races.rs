//! Writers that meet: nobody twice, no update lost.

use std::cell::RefCell;
use std::sync::Barrier;

use roster_store::write::{Batch, run};
use serde_json::{Value, json};

use super::check::check;
use super::racing::RacingConnection;
use super::world::*;

/// Runs the same work on `count` connections at the same time.
fn together(world: &World, count: usize, work: impl Fn(usize, &crate::engine::Connection) + Sync) {
    let barrier = Barrier::new(count);
    std::thread::scope(|scope| {
        for number in 0..count {
            let (barrier, work) = (&barrier, &work);
            scope.spawn(move || {
                let sql = world.connect();
                barrier.wait();
                work(number, &sql);
            });
        }
    });
}

fn incr(email: &str) -> Value {
    json!({"email": email, "points": {"action": "incr", "value": 1}})
}

#[test]
fn the_same_new_address_from_several_sides_is_one_profile() {
    let world = World::new();
    together(&world, 4, |number, sql| {
        let known = definitions(sql, PEOPLE);
        for round in 0..25 {
            let data =
                json!({"email": format!("{round}@example.org"), "labels": [number.to_string()]});
            let results = write(sql, &import(&known, &[data]));
            assert!(results[0].is_ok(), "{results:?}");
        }
    });
    let sql = world.connect();
    assert_eq!(everybody(&sql).len(), 25);
    check(&sql);
}

#[test]
fn the_same_new_phone_from_several_sides_is_one_profile() {
    let world = World::new();
    together(&world, 4, |number, sql| {
        let known = definitions(sql, PEOPLE);
        let members = json!({"matching": "phone"});
        for round in 0..25 {
            let data = json!({"phones": [format!("+4930901{round:03}")], "points": number});
            let results = write(sql, &batch(&known, &members, &[data]));
            assert!(results[0].is_ok(), "{results:?}");
        }
    });
    let sql = world.connect();
    assert_eq!(everybody(&sql).len(), 25);
    check(&sql);
}

#[test]
fn increments_from_several_sides_add_up() {
    let world = World::new();
    together(&world, 4, |_, sql| {
        let known = definitions(sql, PEOPLE);
        for _ in 0..25 {
            let results = write(
                sql,
                &import(&known, &[incr("a@example.org"), incr("b@example.org")]),
            );
            assert!(results.iter().all(Result::is_ok), "{results:?}");
        }
    });
    let sql = world.connect();
    assert_eq!(who(&sql, "a@example.org").data["points"], 100);
    assert_eq!(who(&sql, "b@example.org").data["points"], 100);
    check(&sql);
}

#[test]
fn somebody_who_comes_to_be_between_looking_and_writing_is_found() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    for (members, data) in [
        (json!({}), json!({"email": "a@example.org", "points": 1})),
        (
            json!({"matching": "phone"}),
            json!({"phones": ["+4930901820"], "points": 1}),
        ),
        (
            json!({"matching": "custom", "field_name": "labels"}),
            json!({"labels": ["x"], "points": 1}),
        ),
        (
            json!({"matching": "push_sub", "resource_id": 1}),
            json!({"points": 1, "subscriptions": [{"resource_id": 1, "channel": "push",
                "provider": "fcm", "subscription_id": "t"}]}),
        ),
    ] {
        let before = everybody(&sql).len();
        let mut faster = data.clone();
        faster["points"] = json!(2);
        let faster = batch(&known, &members, &[faster]);
        let racing = RacingConnection::new(&sql, |attempt| {
            if attempt == 0 {
                assert_eq!(kinds(&write(&other, &faster)), ["created"]);
            }
        });
        let results = write(&racing, &batch(&known, &members, &[data]));
        assert_eq!(kinds(&results), ["updated"], "{members}");
        assert_eq!(racing.attempts(), 2);
        assert_eq!(everybody(&sql).len(), before + 1);
        check(&sql);
    }
}

#[test]
fn a_change_between_looking_and_writing_is_not_overwritten() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    fill(&sql, PEOPLE, &[json!({"email": "a@example.org"})]);
    let racing = RacingConnection::new(&sql, |attempt| {
        if attempt == 0 {
            let data = json!({"email": "a@example.org", "points": {"action": "incr", "value": 1}, "note": "kept"});
            write(&other, &import(&known, &[data]));
        }
    });
    let results = write(&racing, &import(&known, &[incr("a@example.org")]));
    assert_eq!(kinds(&results), ["updated"]);
    let profile = who(&sql, "a@example.org");
    assert_eq!((profile.revision, &profile.data["points"]), (3, &json!(2)));
    assert_eq!(profile.data["note"], "kept");
    check(&sql);
}

#[test]
fn somebody_deleted_between_looking_and_writing_is_made_anew() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    fill(
        &sql,
        PEOPLE,
        &[json!({"email": "a@example.org", "note": "old"})],
    );
    let id = who(&sql, "a@example.org").id;
    let racing = RacingConnection::new(&sql, |attempt| {
        if attempt == 0 {
            let delete = roster_model::write::prepare_delete(id, None, &schema(&known));
            write(&other, &job(&known, vec![Ok(delete)]));
        }
    });
    let results = write(&racing, &import(&known, &[incr("a@example.org")]));
    assert_eq!(kinds(&results), ["created"]);
    assert_eq!(who(&sql, "a@example.org").data.get("note"), None);
    check(&sql);
}

#[test]
fn who_is_overtaken_again_and_again_takes_the_lock() {
    let world = World::new();
    let (sql, other) = (world.connect(), world.connect());
    let known = definitions(&sql, PEOPLE);
    let meddled = RefCell::new(0);
    let racing = RacingConnection::new(&sql, |_| {
        *meddled.borrow_mut() += 1;
        write(&other, &import(&known, &[incr("a@example.org")]));
    });
    let results = write(&racing, &import(&known, &[incr("a@example.org")]));
    assert_eq!(kinds(&results), ["updated"]);
    let others = *meddled.borrow();
    assert_eq!(racing.attempts(), others + 1);
    assert_eq!(who(&sql, "a@example.org").data["points"], others + 1);
    check(&sql);
}

#[test]
fn somebody_new_among_a_crowd_is_made_once() {
    let world = World::new();
    let crowd: Vec<Value> = (0..2200)
        .map(|n| json!({"email": format!("{n}@example.org"), "labels": [(["x", "y"][n % 2])]}))
        .collect();
    fill(&world.connect(), PEOPLE, &crowd);
    together(&world, 4, |_, sql| {
        let known = definitions(sql, PEOPLE);
        let members = json!({"matching": "custom", "field_name": "labels"});
        let data = [json!({"labels": ["x", "y"], "points": {"action": "incr", "value": 1}})];
        for _ in 0..3 {
            let results = write(sql, &batch(&known, &members, &data));
            assert!(results[0].is_ok(), "{results:?}");
        }
    });
    let mut all = everybody(&world.connect());
    all.retain(|one| one.data["labels"] == json!(["x", "y"]));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].data["points"], 12);
}

#[test]
fn groups_of_jobs_that_meet_lose_nothing() {
    let world = World::new();
    together(&world, 3, |number, sql| {
        let known = definitions(sql, PEOPLE);
        for round in 0..10 {
            let jobs: Vec<Batch> = (0..5)
                .map(|place| {
                    let mine = json!({"email": format!("{number}-{round}-{place}@example.org")});
                    import(&known, &[incr("shared@example.org"), mine])
                })
                .collect();
            let done = block_on(run(sql, &jobs.iter().collect::<Vec<_>>()));
            for done in done {
                assert!(results(done).iter().all(Result::is_ok));
            }
        }
    });
    let sql = world.connect();
    assert_eq!(who(&sql, "shared@example.org").data["points"], 150);
    assert_eq!(everybody(&sql).len(), 151);
    check(&sql);
}
