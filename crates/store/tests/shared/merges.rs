//! Merges, splits and undoing in the store: what moves along, what is guarded, what an
//! erasure leaves.

use std::sync::Arc;

use roster_model::write::{Command, prepare_delete, prepare_merge, prepare_split, prepare_unmerge};
use roster_model::{MergeId, Profile, ProfileId, SegmentId};
use roster_store::merges::{self, StoredMerge};
use roster_store::write::{Batch, Decision, ItemResult};
use roster_store::{Cell, Error, Guard, databases, duplicates, relations};
use serde_json::{Value, json};

use super::relations::relation_type;
use super::world::*;
use crate::engine::Connection;

fn merge_batch(sql: &Connection, body: &Value) -> Batch {
    let (people, others) = (definitions(sql, PEOPLE), definitions(sql, OTHERS));
    let schemas = [people.schema(), others.schema()];
    let command = prepare_merge(body, None, &schemas);
    let mut batch = job(&people, vec![command]);
    batch.beside = vec![Arc::clone(&others)];
    batch
}

pub fn merge(sql: &Connection, body: &Value) -> ItemResult {
    write(sql, &merge_batch(sql, body)).remove(0)
}

pub fn merge_ids(sql: &Connection, into: &Profile, sources: &[&Profile]) -> MergeId {
    let sources: Vec<Value> = sources
        .iter()
        .map(|one| json!({"profile_id": one.id, "database_id": one.database}))
        .collect();
    let body =
        json!({"sources": sources, "destination": {"profile_id": into.id}, "segments": true});
    merge(sql, &body).unwrap().merge.unwrap().id
}

pub fn unmerge(sql: &Connection, id: MergeId) -> ItemResult {
    let StoredMerge::Done(record) = block_on(merges::get(sql, database_id(PEOPLE), id))
        .unwrap()
        .unwrap()
    else {
        panic!("it was undone");
    };
    let (people, others) = (definitions(sql, PEOPLE), definitions(sql, OTHERS));
    let schemas = [people.schema(), others.schema()];
    let command = prepare_unmerge(Arc::from(record), &schemas);
    let mut batch = job(&people, vec![command]);
    batch.beside = vec![others];
    write(sql, &batch).remove(0)
}

fn person(name: &str) -> Value {
    let email = format!("{name}@x.org");
    json!({"email": email, "_fname": name, "code": name.to_uppercase(), "subscriptions": [
        {"resource_id": 1, "channel": "email", "email": email, "cats": ["news"]}]})
}

pub(super) fn world(names: &[&str]) -> (World, Connection) {
    let world = World::new();
    let sql = world.connect();
    let people: Vec<Value> = names.iter().map(|name| person(name)).collect();
    fill(&sql, PEOPLE, &people);
    (world, sql)
}

pub(super) fn members(sql: &Connection) -> Vec<(i64, i64)> {
    let all = "SELECT segment_id, profile FROM segment_members ORDER BY 1, 2";
    let all = rows(sql, all, vec![]);
    all.iter()
        .map(|row| match row[..] {
            [Cell::Integer(segment), Cell::Integer(profile)] => (segment, profile),
            _ => panic!("{row:?}"),
        })
        .collect()
}

pub(super) fn enter(sql: &Connection, segment: SegmentId, profile: &Profile) {
    execute(
        sql,
        &format!(
            "INSERT INTO segment_members (segment_id, profile) VALUES ({}, {})",
            segment.get(),
            profile.id.pk()
        ),
    );
}

fn relate(sql: &Connection, relation_type: i64, a: &Profile, b: &Profile, orders: i64) {
    execute(
        sql,
        &format!(
            "INSERT INTO relations (type_id, a, b, weights, created_at, updated_at)
             VALUES ({relation_type}, {}, {}, '{{\"orders\":{orders}}}', 1, 1)",
            a.id.pk(),
            b.id.pk()
        ),
    );
}

pub(super) fn histories(sql: &Connection, profile: ProfileId) -> Vec<String> {
    let all = "SELECT kind || coalesce(' ' || (about -> '$.merged_from'), '') FROM history
               WHERE profile = ?1 ORDER BY id";
    let all = rows(sql, all, vec![Cell::Integer(profile.pk())]);
    all.into_iter()
        .flatten()
        .map(|cell| match cell {
            Cell::Text(text) => text,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn everything_moves_along_and_comes_back() {
    let (_world, sql) = world(&["ann", "old", "shop"]);
    let (ann, old, shop) = (
        who(&sql, "ann@x.org"),
        who(&sql, "old@x.org"),
        who(&sql, "shop@x.org"),
    );
    let kind = json!({"name": "orders", "database_a": PEOPLE, "database_b": PEOPLE,
        "properties": [{"name": "orders", "type": "integer"}]});
    let kind = relation_type(&sql, &kind);
    relate(&sql, kind.get(), &shop, &old, 3);
    relate(&sql, kind.get(), &shop, &ann, 4);
    relate(&sql, kind.get(), &old, &ann, 9);
    let (both, one) = (
        add_segment(&sql, PEOPLE, "both").id,
        add_segment(&sql, PEOPLE, "one").id,
    );
    for profile in [&ann, &old] {
        enter(&sql, both, profile);
    }
    enter(&sql, one, &old);
    execute(
        &sql,
        &format!(
            "INSERT INTO outbox (kind, database_id, profile, recipient, state, body, created_at, due_at)
             VALUES ('confirmation', 1, {}, 'email:old@x.org', 'queued', '{{}}', 1, 1)",
            old.id.pk()
        ),
    );
    let before = dump(&sql);
    let whole = |sql: &Connection| (everybody(sql), members(sql));
    let were = whole(&sql);
    let id = merge_ids(&sql, &ann, &[&old]);

    let now = who(&sql, "ann@x.org");
    assert_eq!(now.subscriptions.len(), 2);
    assert_eq!(now.former_keys.len(), 3, "{:?}", now.former_keys);
    assert_eq!(
        members(&sql),
        [(both.get(), ann.id.pk()), (one.get(), ann.id.pk())]
    );
    let related = "SELECT a || ' ' || b || ' ' || weights FROM relations";
    let expected = format!("{} {} {{\"orders\":7}}", shop.id.pk(), ann.id.pk());
    assert_eq!(rows(&sql, related, vec![]), [[Cell::Text(expected)]]);
    assert_eq!(
        histories(&sql, ann.id),
        [
            "profile.created".to_owned(),
            format!("profile.created [\"{}\"]", old.id),
            "profile.updated".to_owned(),
            "relation.changed".to_owned(),
        ]
    );
    assert_eq!(histories(&sql, old.id), ["profile.merged"]);
    let outbox = rows(&sql, "SELECT profile FROM outbox", vec![]);
    assert_eq!(outbox, [[Cell::Integer(ann.id.pk())]]);
    let into = block_on(merges::into(&sql, database_id(PEOPLE), old.id)).unwrap();
    assert_eq!(into, Some((database_id(PEOPLE), ann.id)));
    let listed = block_on(merges::page(
        &sql,
        database_id(PEOPLE),
        None,
        Some(ann.id),
        10,
    ))
    .unwrap();
    assert_eq!(
        (listed[0].id, &listed[0].sources[..]),
        (id, &[(database_id(PEOPLE), old.id)][..])
    );

    let undone = unmerge(&sql, id).unwrap().undo.unwrap();
    assert_eq!((undone.restored, undone.kept), (vec![old.id], vec![]));
    let strip = |(mut all, members): (Vec<Profile>, Vec<(i64, i64)>)| {
        for one in &mut all {
            (one.revision, one.updated_at) = (0, ann.updated_at);
        }
        (all, members)
    };
    assert_eq!(strip(whole(&sql)), strip(were));
    // Keys and subscriptions as rows, and who counts them.
    let after = dump(&sql);
    for table in [1, 4, 5, 10] {
        assert_eq!(after[table], before[table], "table {table}");
    }
    let related = rows(
        &sql,
        "SELECT weights FROM relations ORDER BY weights",
        vec![],
    );
    assert_eq!(related.len(), 3);
    assert_eq!(histories(&sql, old.id)[0], "profile.created");
    assert_eq!(
        unmerge_again(&sql, id),
        "already undone",
        "what was merged is forgotten"
    );
    assert_eq!(
        rows(&sql, "SELECT count(*) FROM merged_profiles", vec![]),
        [[Cell::Integer(0)]]
    );
}

fn unmerge_again(sql: &Connection, id: MergeId) -> &'static str {
    match block_on(merges::get(sql, database_id(PEOPLE), id)).unwrap() {
        Some(StoredMerge::Undone(_)) => "already undone",
        _ => "not undone",
    }
}

#[test]
fn chains_are_followed_and_come_apart_again() {
    let (_world, sql) = world(&["ann", "bob", "eve"]);
    let (ann, bob, eve) = (
        who(&sql, "ann@x.org"),
        who(&sql, "bob@x.org"),
        who(&sql, "eve@x.org"),
    );
    let first = merge_ids(&sql, &bob, &[&eve]);
    let second = merge_ids(&sql, &ann, &[&bob]);
    let into = |id| {
        block_on(merges::into(&sql, database_id(PEOPLE), id))
            .unwrap()
            .map(|(_, id)| id)
    };
    assert_eq!((into(eve.id), into(bob.id)), (Some(ann.id), Some(ann.id)));
    // By what anybody was found, in a write.
    let people = definitions(&sql, PEOPLE);
    for data in [json!({"email": "eve@x.org"}), json!({"email": "bob@x.org"})] {
        let done = write(&sql, &import(&people, &[data]));
        assert_eq!(done[0].as_ref().unwrap().id, ann.id);
    }
    unmerge(&sql, second).unwrap();
    assert_eq!((into(eve.id), into(bob.id)), (Some(bob.id), None));
    unmerge(&sql, first).unwrap();
    assert_eq!(into(eve.id), None);
    assert_eq!(everybody(&sql).len(), 3);
    let entries = |id| {
        histories(&sql, id)
            .iter()
            .filter(|one| one.starts_with("profile.created"))
            .count()
    };
    assert_eq!(
        [entries(ann.id), entries(bob.id), entries(eve.id)],
        [1, 1, 1]
    );
}

#[test]
fn profiles_of_two_databases_are_merged_as_far_as_they_fit() {
    let (_world, sql) = world(&["ann", "bob"]);
    fill(
        &sql,
        OTHERS,
        &[
            json!({"email": "away@x.org", "_lname": "Away", "subscriptions": [
        {"resource_id": 2, "channel": "email", "email": "away@x.org"}]}),
            json!({"email": "bob@x.org"}),
        ],
    );
    let ann = who(&sql, "ann@x.org");
    let away = who(&sql, "away@x.org");
    merge_ids(&sql, &ann, &[&away]);
    let now = who(&sql, "ann@x.org");
    assert_eq!(
        (now.data["_lname"].clone(), now.subscriptions.len()),
        (json!("Away"), 2)
    );
    let people = definitions(&sql, PEOPLE);
    let done = write(&sql, &import(&people, &[json!({"email": "away@x.org"})]));
    assert_eq!(done[0].as_ref().unwrap().id, ann.id);
    // In the other database nobody is found by it any more.
    let others = definitions(&sql, OTHERS);
    let done = write(
        &sql,
        &batch(
            &others,
            &json!({"mode": "update"}),
            &[json!({"email": "away@x.org"})],
        ),
    );
    assert_eq!(kinds(&done), ["not_found"]);
    // Somebody else of the destination's database has the address of the source.
    let body = json!({"sources": [{"email": "bob@x.org", "database_id": OTHERS}],
        "destination": {"profile_id": ann.id}});
    let refused = merge(&sql, &body).unwrap_err();
    assert_eq!(refused.code.as_str(), "duplicate");
}

#[test]
fn what_comes_between_looking_and_writing_is_noticed() {
    let (_world, sql) = world(&["ann", "old", "shop"]);
    let (old, shop) = (who(&sql, "old@x.org"), who(&sql, "shop@x.org"));
    let kind = json!({"name": "orders", "database_a": PEOPLE, "database_b": PEOPLE,
        "properties": [{"name": "orders", "type": "integer"}]});
    let kind = relation_type(&sql, &kind);
    let body = json!({"sources": [{"email": "old@x.org"}], "destination": {"email": "ann@x.org"}});
    for change in [
        format!(
            "INSERT INTO relations VALUES ({}, {}, {}, '{{}}', 1, 1)",
            kind.get(),
            shop.id.pk(),
            old.id.pk()
        ),
        format!(
            "UPDATE relations SET weights = '{{\"orders\":1}}' WHERE b = {}",
            old.id.pk()
        ),
        format!(
            "UPDATE profiles SET revision = revision + 1 WHERE pk = {}",
            old.id.pk()
        ),
    ] {
        let batch = merge_batch(&sql, &body);
        let decision = block_on(Decision::of(&sql, &[&batch])).unwrap();
        execute(&sql, &change);
        let refused = block_on(decision.write(&sql)).map(|_| ());
        assert_eq!(refused, Err(Error::Stale(Guard::Profiles)), "{change}");
    }
    assert_eq!(everybody(&sql).len(), 3);
    assert!(merge(&sql, &body).is_ok());
}

#[test]
fn nothing_is_left_of_what_was_merged_when_the_result_is_deleted_or_wiped() {
    let count = |sql: &Connection| {
        let all = "SELECT (SELECT count(*) FROM merges) + (SELECT count(*) FROM merged_profiles)
                 + (SELECT count(*) FROM distinct_profiles) + (SELECT count(*) FROM match_keys WHERE database_id = 1)";
        rows(sql, all, vec![])
    };
    for wipe in [false, true] {
        let (_world, sql) = world(&["ann", "bob", "eve"]);
        let (ann, bob, eve) = (
            who(&sql, "ann@x.org"),
            who(&sql, "bob@x.org"),
            who(&sql, "eve@x.org"),
        );
        let pair = [ann.id, bob.id].into();
        let at = tick();
        let dismissed = duplicates::dismiss(&sql, database_id(PEOPLE), &pair, false, at, "tester");
        block_on(dismissed).unwrap();
        merge_ids(&sql, &bob, &[&eve]);
        merge_ids(&sql, &ann, &[&bob]);
        if wipe {
            within(&sql, async || {
                databases::wipe(&sql, database_id(PEOPLE), &author()).await
            });
        } else {
            let people = definitions(&sql, PEOPLE);
            let gone: Vec<_> = vec![Ok(prepare_delete(ann.id, None, &people.schema()))];
            assert_eq!(kinds(&write(&sql, &job(&people, gone))), ["deleted"]);
        }
        assert_eq!(count(&sql), [[Cell::Integer(0)]], "wiped: {wipe}");
    }
}

#[test]
fn a_split_moves_rows_and_copies_the_history() {
    let (_world, sql) = world(&["ann"]);
    let ann = who(&sql, "ann@x.org");
    let people = definitions(&sql, PEOPLE);
    let body = json!({"source": {"profile_id": ann.id}, "destinations": [{"new": true,
        "data": {"_fname": "Bob"}, "subscriptions": [{"channel": "email"}], "history": true}]});
    let split = prepare_split(&body, None, &people.schema());
    let split = write(&sql, &job(&people, vec![split]))
        .remove(0)
        .unwrap()
        .split
        .unwrap();
    let bob = split.destinations[0].id;
    let held = rows(&sql, "SELECT profile FROM subscriptions", vec![]);
    assert_eq!(held, [[Cell::Integer(bob.pk())]]);
    assert_eq!(who(&sql, "ann@x.org").subscriptions, []);
    assert_eq!(histories(&sql, bob).len(), 2);
    assert_eq!(histories(&sql, ann.id).len(), 2);
    let keys = "SELECT count(*) FROM match_keys WHERE kind = 51 AND profile = ?1";
    assert_eq!(
        rows(&sql, keys, vec![Cell::Integer(bob.pk())]),
        [[Cell::Integer(1)]]
    );
}

#[test]
fn a_field_that_changes_keeps_the_keys_of_those_who_were_merged() {
    let (_world, sql) = world(&["ann", "bob"]);
    let (ann, bob) = (who(&sql, "ann@x.org"), who(&sql, "bob@x.org"));
    merge_ids(&sql, &ann, &[&bob]);
    for change in [
        json!({"unique": false}),
        json!({"matchable": false}),
        json!({"matchable": true}),
        json!({"unique": true}),
    ] {
        let known = definitions(&sql, PEOPLE).database.clone();
        let before = known.field("code").unwrap().clone();
        let after = before.patch(&change, &known.context()).unwrap();
        within(&sql, async || {
            let done = roster_store::fields::update(&sql, &known, &before, &after, &author()).await;
            done.map_err(|refused| panic!("{refused:?}"))
        });
    }
    let people = definitions(&sql, PEOPLE);
    let by_code = json!({"matching": "custom", "field_name": "code", "mode": "update"});
    let done = write(&sql, &batch(&people, &by_code, &[json!({"code": "BOB"})]));
    assert_eq!(done[0].as_ref().unwrap().id, ann.id);
}

#[test]
fn profiles_that_share_something_are_found_a_slice_at_a_time() {
    let (_world, sql) = world(&["ann", "bob", "eve"]);
    let twins = [
        json!({"phones": ["+49 30 901821"], "_fname": "Ann", "_lname": "Lee", "_bdate": "1990-01-02"}),
        json!({"phones": ["+49 30 901821"], "_fname": "ANN", "_lname": "lee", "_bdate": "1990-01-02"}),
        json!({"subscriptions": [{"resource_id": 1, "channel": "sms", "phone": "+49 30 901821"},
            {"resource_id": 1, "channel": "email", "email": "ann@x.org"}]}),
    ];
    let people = definitions(&sql, PEOPLE);
    let added = write(&sql, &batch(&people, &json!({"mode": "add"}), &twins));
    assert_eq!(kinds(&added), ["created"; 3]);
    let slice = |kind: i64, kinds: &[i64], after: &str, look: i64| {
        let id = database_id(PEOPLE);
        block_on(duplicates::by_key(&sql, id, (kind, kinds), after, look, 10)).unwrap()
    };
    let phones = [2, 52, 55, 56, 57];
    let first = slice(2, &phones, "", 100);
    assert_eq!((first.shared.len(), first.next), (1, None));
    assert_eq!(
        (first.shared[0].holders, first.shared[0].profiles.len()),
        (3, 3)
    );
    // What was found by the first kind isn't shown again.
    assert_eq!(slice(52, &phones, "", 100).shared, []);
    let emails = slice(1, &[1, 51], "", 2);
    assert_eq!(emails.shared.len(), 1);
    assert_eq!(emails.next.as_deref(), Some("bob@x.org"));
    assert_eq!(slice(1, &[1, 51], "bob@x.org", 2).shared, []);
    let (names, next) = block_on(duplicates::names(&sql, database_id(PEOPLE), 0, 100)).unwrap();
    assert_eq!((names.len(), next), (2, None));
    let pair = first.shared[0].profiles[..2].iter().copied().collect();
    let id = database_id(PEOPLE);
    block_on(duplicates::dismiss(&sql, id, &pair, false, tick(), "t")).unwrap();
    let known = block_on(duplicates::distinct(&sql, &first.shared[0].profiles)).unwrap();
    assert_eq!(known.len(), 1);
    block_on(duplicates::dismiss(&sql, id, &pair, true, tick(), "t")).unwrap();
    let known = block_on(duplicates::distinct(&sql, &first.shared[0].profiles)).unwrap();
    assert!(known.is_empty());
}

#[test]
fn a_hundred_sources_with_relations_are_one_statement() {
    let names: Vec<String> = (0..101).map(|n| format!("p{n}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_world, sql) = world(&all);
    let people = everybody(&sql);
    let sources: Vec<&Profile> = people[1..].iter().collect();
    let id = merge_ids(&sql, &people[0], &sources);
    assert_eq!(everybody(&sql).len(), 1);
    assert_eq!(everybody(&sql)[0].subscriptions.len(), 101);
    let page = block_on(relations::of_profile(
        &sql,
        database_id(PEOPLE),
        people[0].id,
        10,
    ))
    .unwrap();
    assert!(page.is_empty());
    unmerge(&sql, id).unwrap();
    assert_eq!(everybody(&sql).len(), 101);
    assert_eq!(everybody(&sql)[0].subscriptions.len(), 1);
}

#[test]
fn a_command_is_merged_with_others_of_its_group() {
    let (_world, sql) = world(&["ann", "bob"]);
    let people = definitions(&sql, PEOPLE);
    let body = json!({"sources": [{"email": "bob@x.org"}], "destination": {"email": "ann@x.org"}});
    let merge: Command = prepare_merge(&body, None, &[people.schema()]).unwrap();
    let more = import(&people, &[json!({"email": "bob@x.org", "note": "later"})]);
    let first = job(&people, vec![Ok(merge)]);
    let done = block_on(roster_store::write::run(&sql, &[&first, &more]));
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(who(&sql, "ann@x.org").data["note"], "later");
}
