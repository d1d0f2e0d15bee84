//! Webhooks and their deliveries: settings, what is kept of what came, and what
//! goes with a profile or a database.

use std::sync::Arc;

use roster_model::history::Change;
use roster_model::write::{Mark, prepare_delete, prepare_write};
use roster_model::{Timestamp, write::Refusal};
use roster_store::deliveries::{self, Delivery, Filter, KEPT_MS, Outcome};
use roster_store::hooks::{self, Hook, HookData, HookSecret};
use roster_store::write::{Batch, MakeDelivery};
use roster_store::{Cell, databases};
use serde_json::{Value, json};

use super::check::check;
use super::world::*;
use crate::engine::Connection;

fn secret(text: &str) -> HookSecret {
    HookSecret {
        secret: text.to_owned(),
        added_at: tick(),
        expires_at: None,
    }
}

fn try_hook(sql: &Connection, database: i64, id: &str, name: &str) -> Option<Hook> {
    let put = HookData {
        name,
        definition: &json!({"enabled": true}),
        secrets: &[secret("topsecret-1")],
    };
    within(sql, async || {
        hooks::create(sql, database_id(database), id, put, &author()).await
    })
}

fn hook(sql: &Connection, database: i64, id: &str) -> Hook {
    try_hook(sql, database, id, id).unwrap()
}

fn delivery(hook: &str, sender_id: &str, outcome: Outcome) -> Delivery {
    Delivery {
        hook: hook.to_owned(),
        sender_id: sender_id.to_owned(),
        received_at: tick(),
        outcome,
        profile: None,
        detail: json!({}),
        request: json!({"body": "{}"}),
    }
}

/// One person, told by a delivery that happens once and in order.
fn told(sql: &Connection, sender_id: &str, city: &str, at: i64) -> Batch {
    let known = definitions(sql, PEOPLE);
    let data = json!({"email": "ann@x.org", "_city": city});
    let mark = |scope: String, key: &str| Mark {
        scope,
        key: key.to_owned(),
    };
    let item = prepare_write(object(&json!({})), &data, &schema(&known)).map(|item| {
        item.once(mark(hooks::mark_scope("h1"), sender_id))
            .in_order(
                mark(hooks::order_scope("h1"), "ann"),
                Timestamp::from_ms(at),
            )
    });
    let template = delivery("h1", sender_id, Outcome::Updated);
    let mut batch = job(&known, vec![item]);
    batch.delivery = Some(MakeDelivery(Box::new(move |results| match results {
        [Ok(outcome)] => Some(Delivery {
            profile: Some(outcome.id),
            ..template.clone()
        }),
        _ => None,
    })));
    batch
}

fn page(sql: &Connection, hook: &str, filter: &Filter<'_>) -> Vec<String> {
    let found = block_on(deliveries::page(sql, hook, filter, None, 100)).unwrap();
    let found = found.into_iter().map(|kept| kept.delivery.sender_id);
    found.collect()
}

fn count(sql: &Connection, table: &str) -> Cell {
    rows(sql, &format!("SELECT count(*) FROM {table}"), vec![])[0][0].clone()
}

fn changes(sql: &Connection, kind: &str) -> Vec<Vec<Change>> {
    let found = rows(
        sql,
        "SELECT changes FROM history WHERE profile = 0 AND kind = ?1",
        vec![Cell::from(kind)],
    );
    let found = found.into_iter().map(|row| match &row[0] {
        Cell::Text(text) => serde_json::from_str(text).unwrap(),
        other => panic!("{other:?}"),
    });
    found.collect()
}

#[test]
fn a_hook_is_made_changed_and_deleted_and_history_tells_no_secret() {
    let world = World::new();
    let sql = world.connect();
    let made = hook(&sql, PEOPLE, "abcdefghijkl");
    assert_eq!(
        block_on(hooks::get(&sql, "abcdefghijkl")).unwrap().unwrap(),
        made
    );
    assert_eq!(block_on(hooks::get(&sql, "abcdef")), Ok(None));
    // The name is taken here and free elsewhere.
    assert_eq!(try_hook(&sql, PEOPLE, "other", "abcdefghijkl"), None);
    assert!(try_hook(&sql, OTHERS, "other", "abcdefghijkl").is_some());
    let named = hooks::named(&sql, database_id(OTHERS), "abcdefghijkl");
    assert_eq!(block_on(named), Ok(Some("other".to_owned())));
    assert_eq!(block_on(hooks::count(&sql, database_id(PEOPLE))), Ok(1));

    let secrets = [secret("topsecret-1"), secret("topsecret-2")];
    let put = HookData {
        name: "renamed",
        definition: &json!({"enabled": false}),
        secrets: &secrets,
    };
    let after = within(&sql, async || {
        hooks::update(&sql, &made, put, &author()).await
    });
    assert_eq!((after.revision, &*after.name), (2, "renamed"));
    assert_eq!(
        block_on(hooks::get(&sql, &made.id)).unwrap(),
        Some(after.clone())
    );
    within(&sql, async || hooks::delete(&sql, &after, &author()).await);
    assert_eq!(block_on(hooks::get(&sql, &made.id)), Ok(None));

    let updated = &changes(&sql, "hook.updated")[0];
    let fields: Vec<&str> = updated.iter().map(|change| &*change.field).collect();
    assert_eq!(
        fields,
        [
            "hooks/abcdef…/enabled",
            "hooks/abcdef…/name",
            "hooks/abcdef…/secrets_of"
        ]
    );
    assert_eq!(changes(&sql, "hook.deleted").len(), 1);
    let told = rows(&sql, "SELECT changes FROM history", vec![]);
    for row in told {
        let text = format!("{row:?}");
        assert!(
            !text.contains("topsecret") && !text.contains("ghijkl\""),
            "{text}"
        );
    }
    let shown = format!("{after:?}");
    assert!(!shown.contains("topsecret"), "{shown}");
}

#[test]
fn hooks_come_in_pages_by_age_and_only_of_some_databases() {
    let world = World::new();
    let sql = world.connect();
    for (database, id) in [(PEOPLE, "z"), (OTHERS, "m"), (PEOPLE, "a")] {
        hook(&sql, database, id);
    }
    let page = |after, limit, only| {
        let found = block_on(hooks::page(&sql, after, limit, only)).unwrap();
        found
            .into_iter()
            .map(|hook| (hook.created_at.ms(), hook.id))
            .collect::<Vec<_>>()
    };
    let first = page(None, 2, None);
    assert_eq!((&*first[0].1, &*first[1].1), ("z", "m"));
    let rest = page(Some((first[1].0, &first[1].1)), 2, None);
    assert_eq!(&*rest[0].1, "a");
    let only = [database_id(PEOPLE)];
    let some = page(None, 9, Some(&only));
    let some: Vec<&str> = some.iter().map(|one| &*one.1).collect();
    assert_eq!(some, ["z", "a"]);
}

#[test]
fn an_applied_delivery_is_written_with_its_profile_and_only_once() {
    let world = World::new();
    let sql = world.connect();
    hook(&sql, PEOPLE, "h1");
    assert_eq!(
        kinds(&write(&sql, &told(&sql, "d1", "Rome", 50))),
        ["created"]
    );
    let before = dump(&sql);
    assert_eq!(
        kinds(&write(&sql, &told(&sql, "d1", "Oslo", 60))),
        ["repeated"]
    );
    assert_eq!(dump(&sql), before);
    // What is older is late, and nothing of it is kept by itself.
    assert_eq!(kinds(&write(&sql, &told(&sql, "d0", "Bern", 40))), ["late"]);
    assert_eq!(dump(&sql), before);
    assert_eq!(page(&sql, "h1", &Filter::default()), ["d1"]);
    assert_eq!(
        kinds(&write(&sql, &told(&sql, "d2", "Lima", 50))),
        ["updated"]
    );
    let who = who(&sql, "ann@x.org");
    assert_eq!(who.data["_city"], "Lima");
    let found = block_on(deliveries::page(&sql, "h1", &Filter::default(), None, 9)).unwrap();
    assert!(
        found
            .iter()
            .all(|kept| kept.delivery.profile == Some(who.id))
    );
    let whole = block_on(deliveries::get(&sql, "h1", found[0].id)).unwrap();
    let whole = whole.unwrap();
    assert_eq!(whole.delivery.request, json!({"body": "{}"}));
    assert_eq!(found[0].delivery.request, Value::Null);
    let elsewhere = block_on(deliveries::get(&sql, "h2", found[0].id)).unwrap();
    assert!(elsewhere.is_none());
    check(&sql);

    // Anyone who goes takes the deliveries along; what was told stays known.
    let known = definitions(&sql, PEOPLE);
    let gone: Result<_, Refusal> = Ok(prepare_delete(who.id, None, &schema(&known)));
    write(&sql, &job(&known, vec![gone]));
    assert_eq!(page(&sql, "h1", &Filter::default()), [""; 0]);
    assert_eq!(
        kinds(&write(&sql, &told(&sql, "d1", "Rome", 50))),
        ["repeated"]
    );
}

#[test]
fn two_at_the_same_moment_are_applied_once() {
    let world = World::new();
    let sql = world.connect();
    hook(&sql, PEOPLE, "h1");
    let world = Arc::new(world);
    let all: Vec<_> = (0..4)
        .map(|_| {
            let world = Arc::clone(&world);
            std::thread::spawn(move || {
                let sql = world.connect();
                kinds(&write(&sql, &told(&sql, "d1", "Rome", 50)))[0]
            })
        })
        .collect();
    let mut all: Vec<&str> = all.into_iter().map(|one| one.join().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, ["created", "repeated", "repeated", "repeated"]);
    assert_eq!(count(&sql, "history WHERE profile <> 0"), Cell::Integer(1));
    assert_eq!(page(&sql, "h1", &Filter::default()), ["d1"]);
    check(&sql);
}

#[test]
fn what_wrote_nobody_is_kept_until_it_is_applied() {
    let world = World::new();
    let sql = world.connect();
    hook(&sql, PEOPLE, "h1");
    let put = |delivery: &Delivery| block_on(deliveries::put(&sql, delivery)).unwrap();
    assert!(put(&delivery("h1", "d1", Outcome::Failed)));
    assert!(put(&delivery("h1", "d1", Outcome::Skipped)));
    let found = block_on(deliveries::page(&sql, "h1", &Filter::default(), None, 9)).unwrap();
    assert_eq!(
        (found.len(), found[0].times, found[0].delivery.outcome),
        (1, 2, Outcome::Skipped)
    );
    assert_eq!(
        kinds(&write(&sql, &told(&sql, "d1", "Rome", 50))),
        ["created"]
    );
    let applied = block_on(deliveries::page(&sql, "h1", &Filter::default(), None, 9)).unwrap();
    assert_eq!(
        (
            applied[0].id,
            applied[0].times,
            applied[0].delivery.profile.is_some()
        ),
        (found[0].id, 3, true)
    );
    // Nothing makes an applied one look as if it hadn't been.
    assert!(!put(&delivery("h1", "d1", Outcome::Failed)));
    let after = block_on(deliveries::page(&sql, "h1", &Filter::default(), None, 9)).unwrap();
    assert_eq!(
        (after[0].times, after[0].delivery.outcome),
        (3, Outcome::Updated)
    );
}

#[test]
fn deliveries_are_found_by_outcome_time_and_id_and_end_one_day() {
    let world = World::new();
    let sql = world.connect();
    let mut times = Vec::new();
    for (id, outcome) in [
        ("a", Outcome::Failed),
        ("b", Outcome::Skipped),
        ("c", Outcome::Failed),
    ] {
        let one = delivery("h1", id, outcome);
        times.push(one.received_at);
        block_on(deliveries::put(&sql, &one)).unwrap();
    }
    block_on(deliveries::put(&sql, &delivery("h2", "a", Outcome::Failed))).unwrap();
    let filter = Filter::default();
    assert_eq!(page(&sql, "h1", &filter), ["c", "b", "a"]);
    let failed = Filter {
        outcome: Some(Outcome::Failed),
        ..filter.clone()
    };
    assert_eq!(page(&sql, "h1", &failed), ["c", "a"]);
    let span = Filter {
        from: Some(times[1]),
        to: Some(times[2]),
        ..filter.clone()
    };
    assert_eq!(page(&sql, "h1", &span), ["b"]);
    let one = Filter {
        sender_id: Some("a"),
        ..failed
    };
    assert_eq!(page(&sql, "h1", &one), ["a"]);
    let first = block_on(deliveries::page(&sql, "h1", &filter, None, 2)).unwrap();
    let rest = block_on(deliveries::page(&sql, "h1", &filter, Some(first[1].id), 2)).unwrap();
    assert_eq!(rest.len(), 1);

    let later = Timestamp::from_ms(times[2].ms() + KEPT_MS);
    assert_eq!(block_on(deliveries::expire(&sql, later, 1)), Ok(1));
    assert_eq!(page(&sql, "h1", &filter), ["c", "b"]);
    assert_eq!(block_on(deliveries::expire(&sql, later, 9)), Ok(1));
    assert_eq!(block_on(deliveries::expire(&sql, later, 9)), Ok(0));
    assert_eq!(page(&sql, "h1", &filter), ["c"]);
}

#[test]
fn a_wiped_database_begins_anew_and_a_deleted_one_takes_its_hooks_along() {
    let world = World::new();
    let sql = world.connect();
    hook(&sql, PEOPLE, "h1");
    hook(&sql, OTHERS, "h2");
    for hook in ["h1", "h2"] {
        let failed = delivery(hook, "failed", Outcome::Failed);
        block_on(deliveries::put(&sql, &failed)).unwrap();
    }
    let told_once = || kinds(&write(&sql, &told(&sql, "d1", "Rome", 50)))[0];
    assert_eq!((told_once(), told_once()), ("created", "repeated"));
    let here = database_id(PEOPLE);
    within(&sql, async || databases::wipe(&sql, here, &author()).await);
    // What could not be applied may still be.
    assert_eq!(page(&sql, "h1", &Filter::default()), ["failed"]);
    assert_eq!(count(&sql, "seen"), Cell::Integer(0));
    assert_eq!(told_once(), "created");

    let database = definitions(&sql, PEOPLE).database.clone();
    within(&sql, async || {
        databases::delete(&sql, &database, &author()).await
    });
    for (table, left) in [("hooks", 1), ("deliveries", 1), ("seen", 0)] {
        assert_eq!(count(&sql, table), Cell::Integer(left), "{table}");
    }
    assert!(block_on(hooks::get(&sql, "h2")).unwrap().is_some());
}
