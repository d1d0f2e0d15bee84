//! An erased person is nowhere any more, wherever merges, their undoing, splits and relations
//! took what was theirs; what is kept of them until then is known.

use roster_model::write::prepare_split;
use roster_model::{MergeId, Profile, RelationTypeId};
use roster_store::erasures;
use roster_store::jobs::{Kind, State};
use roster_store::search::pending;
use roster_store::{Cell, Sql, profiles};
use serde_json::{Value, json};

use super::erasures::{erase, job as stored_job, places};
use super::merges::{merge, merge_ids, unmerge};
use super::relations::{known, pair, pairs, relation_type};
use super::watchers::{created, settings};
use super::world::*;
use crate::engine::Connection;

/// Everybody has an address, a name and a code that nobody else has.
fn person(name: &str) -> Value {
    let email = format!("{name}@leak.example");
    json!({"email": email, "_fname": format!("first{name}"), "code": format!("code{name}"),
        "subscriptions": [{"resource_id": 1, "channel": "email", "email": format!("{name}@sub.example"),
            "custom_fields": {}, "cats": ["news"]}]})
}

fn email(name: &str) -> String {
    format!("{name}@leak.example")
}

fn one(sql: &Connection, name: &str) -> Profile {
    who(sql, &email(name))
}

fn world(names: &[&str]) -> (World, Connection) {
    let world = World::new();
    let sql = world.connect();
    fill(
        &sql,
        PEOPLE,
        &names.iter().map(|one| person(one)).collect::<Vec<_>>(),
    );
    // Somebody else hears of all of it.
    created(&sql, settings("all", &[PEOPLE, OTHERS]));
    (world, sql)
}

/// A type of relations within the database of people.
fn friends(sql: &Connection) -> RelationTypeId {
    let kind = json!({"name": "friends", "database_a": PEOPLE, "database_b": PEOPLE,
        "properties": [{"name": "why", "type": "string"}, {"name": "n", "type": "integer"}]});
    relation_type(sql, &kind)
}

fn relate(sql: &Connection, kind: RelationTypeId, a: &str, b: &str, why: &str) {
    let item = pair("edit", &email(a), &email(b), json!({"why": why}));
    let done = write(sql, &pairs(&known(sql, kind), &[item]));
    assert!(done.iter().all(Result::is_ok), "{done:?}");
}

/// What of somebody stands anywhere: `mark: table.column`.
fn left(sql: &Connection, gone: &[&Profile], marks: &[&str]) -> Vec<String> {
    block_on(pending::fold_some(sql)).unwrap();
    // Watchers are still to hear that somebody is gone, by the id alone.
    execute(
        sql,
        "DELETE FROM outbox WHERE body ->> '$.type' = 'profile.deleted' AND body -> '$.data.changes' = '[]'",
    );
    let ids = gone
        .iter()
        .flat_map(|one| [one.id.to_string(), one.id.pk().to_string()]);
    let marks = marks.iter().map(|mark| (*mark).to_owned());
    let found = ids.chain(marks).flat_map(|mark| {
        let places = places(sql, &mark);
        places
            .into_iter()
            .map(move |place| format!("{mark}: {place}"))
    });
    found.collect()
}

const NOTHING: Vec<String> = Vec::new();

fn change(sql: &Connection, data: Value) {
    let people = definitions(sql, PEOPLE);
    let done = write(sql, &import(&people, &[data]));
    assert!(done.iter().all(Result::is_ok), "{done:?}");
}

fn history(sql: &Connection, profile: &Profile) -> String {
    let all = "SELECT coalesce(group_concat(kind || changes || coalesce(about, '')), '')
               FROM (SELECT * FROM history WHERE profile = ?1 ORDER BY id)";
    match rows(sql, all, vec![Cell::Integer(profile.id.pk())])
        .remove(0)
        .remove(0)
    {
        Cell::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_merge_that_was_undone_tells_nothing_of_its_erased_source() {
    let (_world, sql) = world(&["ann", "zed", "kim"]);
    change(
        &sql,
        json!({"email": email("ann"), "phones": ["+493090182001"]}),
    );
    change(
        &sql,
        json!({"email": email("zed"), "phones": ["+493090182002"], "_lname": "lastzed",
        "note": "notezed", "labels": ["labelzed"]}),
    );
    let (ann, zed, kim) = (one(&sql, "ann"), one(&sql, "zed"), one(&sql, "kim"));
    let first = merge_ids(&sql, &ann, &[&zed]);
    // What comes between is the destination's, and so is another merge.
    change(
        &sql,
        json!({"email": email("ann"), "note": "noteann", "phones": ["+493090182003"]}),
    );
    let second = merge_ids(&sql, &one(&sql, "ann"), &[&kim]);
    unmerge(&sql, first).unwrap();
    let marks = [
        "zed@leak", "zed@sub", "firstzed", "codezed", "lastzed", "notezed", "labelzed", "0182002",
    ];
    assert_ne!(left(&sql, &[&zed], &marks), NOTHING);
    let before = one(&sql, "ann");
    erase(&sql, &zed);
    // The telephone was changed meanwhile: undoing left it to the other.
    let stays = left(&sql, &[&zed], &marks);
    let stays: Vec<_> = stays
        .iter()
        .filter(|one| !one.starts_with("0182002"))
        .collect();
    assert_eq!(stays, Vec::<&String>::new());
    let after = one(&sql, "ann");
    assert_eq!(after, before);
    let entries = history(&sql, &ann);
    assert!(
        entries.contains("noteann") && entries.contains("firstann"),
        "{entries}"
    );
    // The other merge can be undone all the same.
    unmerge(&sql, second).unwrap();
    let kim_again = one(&sql, "kim");
    assert_eq!(
        (kim_again.data, kim_again.subscriptions),
        (kim.data, kim.subscriptions)
    );
    assert_eq!(one(&sql, "ann").data["_fname"], "firstann");
}

#[test]
fn a_chain_that_came_apart_tells_nothing_either() {
    let (_world, sql) = world(&["ann", "zed", "kim"]);
    change(&sql, json!({"email": email("zed"), "_lname": "lastzed"}));
    let (ann, zed, kim) = (one(&sql, "ann"), one(&sql, "zed"), one(&sql, "kim"));
    let inner = merge_ids(&sql, &kim, &[&zed]);
    let outer = merge_ids(&sql, &ann, &[&kim]);
    unmerge(&sql, outer).unwrap();
    unmerge(&sql, inner).unwrap();
    erase(&sql, &one(&sql, "zed"));
    let marks = ["zed@leak", "zed@sub", "firstzed", "codezed", "lastzed"];
    assert_eq!(left(&sql, &[&zed], &marks), NOTHING);
    // And of the one in between, merged again for good, with both.
    merge_ids(&sql, &one(&sql, "ann"), &[&one(&sql, "kim")]);
    erase(&sql, &one(&sql, "ann"));
    let marks = ["ann@", "kim@", "firstann", "firstkim", "codeann", "codekim"];
    assert_eq!(left(&sql, &[&ann, &kim], &marks), NOTHING);
}

#[test]
fn an_erased_destination_is_named_by_none_who_was_part_of_it() {
    let (_world, sql) = world(&["ann", "zed"]);
    let (ann, zed) = (one(&sql, "ann"), one(&sql, "zed"));
    let merged = merge_ids(&sql, &ann, &[&zed]);
    unmerge(&sql, merged).unwrap();
    erase(&sql, &one(&sql, "ann"));
    assert_eq!(
        left(&sql, &[&ann], &["ann@", "firstann", "codeann"]),
        NOTHING
    );
    assert_eq!(one(&sql, "zed").data, zed.data);
    assert!(history(&sql, &zed).contains("profile.restored"));
}

#[test]
fn relations_to_an_erased_person_are_in_no_history_and_no_record() {
    let (_world, sql) = world(&["ann", "zed", "kim", "out"]);
    let kind = friends(&sql);
    relate(&sql, kind, "zed", "out", "weightzed");
    relate(&sql, kind, "kim", "out", "weightkim");
    let (ann, zed, kim, out) = (
        one(&sql, "ann"),
        one(&sql, "zed"),
        one(&sql, "kim"),
        one(&sql, "out"),
    );
    // One who was part of somebody for a while.
    let merged = merge_ids(&sql, &ann, &[&kim]);
    unmerge(&sql, merged).unwrap();
    erase(&sql, &one(&sql, "kim"));
    assert_eq!(left(&sql, &[&kim], &["weightkim", "kim@"]), NOTHING);
    // The destination of one who was related.
    relate(&sql, kind, "ann", "out", "weightann");
    let merged = merge_ids(&sql, &one(&sql, "ann"), &[&zed]);
    unmerge(&sql, merged).unwrap();
    let again = merge_ids(&sql, &one(&sql, "ann"), &[&one(&sql, "zed")]);
    // The other side is erased: undoing doesn't bring the relation back.
    erase(&sql, &one(&sql, "out"));
    assert_eq!(
        left(&sql, &[&out], &["weightzed", "weightann", "out@"]),
        NOTHING
    );
    unmerge(&sql, again).unwrap();
    assert_eq!(
        rows(&sql, "SELECT count(*) FROM relations", vec![]),
        [[Cell::Integer(0)]]
    );
    assert_eq!(left(&sql, &[&out], &["weightzed", "weightann"]), NOTHING);
}

#[test]
fn the_ids_of_merged_people_are_in_no_history_of_relations() {
    let (_world, sql) = world(&["ann", "zed", "out"]);
    let kind = friends(&sql);
    relate(&sql, kind, "zed", "out", "weightzed");
    let (ann, zed) = (one(&sql, "ann"), one(&sql, "zed"));
    merge_ids(&sql, &ann, &[&zed]);
    erase(&sql, &one(&sql, "ann"));
    let marks = ["weightzed", "zed@", "ann@", "firstzed", "firstann"];
    assert_eq!(left(&sql, &[&ann, &zed], &marks), NOTHING);
    assert!(history(&sql, &one(&sql, "out")).starts_with("profile.created"));
}

/// Settings, rows and files of a database that name somebody.
fn asked_for(sql: &Connection, database: i64, name: &str) {
    let condition = json!({"field": "email", "eq": email(name)});
    let statement = "INSERT INTO segments
                         (database_id, name, description, revision, created_at, updated_at, kind, rule)
                     VALUES (?1, ?2, '', 1, 0, 0, 'dynamic', ?3)";
    let parameters = vec![
        Cell::Integer(database),
        Cell::Text(format!("segment {database}")),
        Cell::Text(json!({ "condition": condition }).to_string()),
    ];
    block_on(sql.query(statement, parameters)).unwrap();
    let statement = "INSERT INTO definitions (noun, database_id, name, revision, created_at, updated_at, settings)
                     VALUES ('view', ?1, 'view', 1, 0, 0, ?2)";
    let view = json!({"name": "view", "condition": condition}).to_string();
    block_on(sql.query(statement, vec![Cell::Integer(database), Cell::Text(view)])).unwrap();
}

#[test]
fn who_came_from_another_database_is_erased_there_too() {
    let (_world, sql) = world(&["ann"]);
    fill(
        &sql,
        OTHERS,
        &[
            json!({"email": email("zed"), "_fname": "firstzed", "phones": ["+493090182002"],
            "subscriptions": [{"resource_id": 1, "channel": "email", "email": "zed@sub.example"}]}),
            json!({"email": email("kim"), "_fname": "firstkim"}),
        ],
    );
    let (ann, zed, kim) = (one(&sql, "ann"), one(&sql, "zed"), one(&sql, "kim"));
    asked_for(&sql, OTHERS, "zed");
    let import = stored_job(&sql, Kind::Import, State::Completed, "people");
    let export = stored_job(&sql, Kind::Export, State::Completed, "export");
    for done in [import, export] {
        execute(
            &sql,
            &format!(
                "UPDATE jobs SET database_id = {OTHERS} WHERE id = {}",
                done.get()
            ),
        );
    }
    let pk = zed.id.pk();
    execute(
        &sql,
        &format!(
            "INSERT INTO job_results (job_id, step, results, entered, went)
             VALUES ({}, 1, '[[{pk},1]]', '[[5,{pk}]]', '[[6,{pk}]]');",
            import.get()
        ),
    );
    execute(
        &sql,
        &format!(
            "INSERT INTO job_failures VALUES ({}, 1, 'failed', '{{\"cells\": [\"zed@leak.example\"]}}')",
            import.get()
        ),
    );
    execute(
        &sql,
        &format!(
            "INSERT INTO undone_profiles VALUES ({}, {pk}, {OTHERS}, '[\"firstzed\"]')",
            import.get()
        ),
    );
    // Without their history, and what they had differs from what is kept.
    let body = json!({"sources": [{"profile_id": zed.id, "database_id": OTHERS}], "history": false,
        "destination": {"profile_id": ann.id}, "subscriptions": false});
    let merged = merge(&sql, &body).unwrap().merge.unwrap().id;
    assert!(kept_texts(&sql, &ann).contains("firstzed"));
    assert!(kept_texts(&sql, &ann).contains("zed@sub.example"));
    // Somebody else was here for a while.
    let wrong = merge_ids(&sql, &one(&sql, "ann"), &[&kim]);
    unmerge(&sql, wrong).unwrap();

    let forgotten = erase(&sql, &one(&sql, "ann"));
    let masked: Vec<_> = forgotten
        .masked
        .iter()
        .map(|one| (one.database_id.get(), one.kind))
        .collect();
    assert_eq!(masked, [(OTHERS, "view"), (OTHERS, "segment")]);
    let marks = ["zed@", "firstzed", "0182002", "ann@", "firstann", "codeann"];
    assert_eq!(left(&sql, &[&ann, &zed], &marks), NOTHING);
    assert_eq!(
        rows(&sql, "SELECT count(*) FROM job_chunks", vec![]),
        [[Cell::Integer(0)]]
    );
    let erased =
        "SELECT DISTINCT database_id FROM history WHERE kind = 'profile.erased' ORDER BY 1";
    let erased = rows(&sql, erased, vec![]);
    assert_eq!(erased, [[Cell::Integer(PEOPLE)], [Cell::Integer(OTHERS)]]);
    assert_eq!(one(&sql, "kim").data, kim.data);
    let _: MergeId = merged;

    // And one who went back there leaves nothing here.
    erase(&sql, &one(&sql, "kim"));
    assert_eq!(left(&sql, &[&kim], &["kim@", "firstkim"]), NOTHING);
}

/// All that merges keep of somebody, as text.
fn kept_texts(sql: &Connection, profile: &Profile) -> String {
    let kept = block_on(erasures::kept_merges(sql, profile.id)).unwrap();
    let kept: Vec<String> = kept
        .iter()
        .map(|one| json!(one.record.sources).to_string())
        .collect();
    kept.concat()
}

fn split(sql: &Connection, source: &str, channel: Value, name: &str, history: bool) -> Profile {
    let people = definitions(sql, PEOPLE);
    let body = json!({"source": {"email": email(source)}, "destinations": [{"new": true,
        "data": {"email": email(name)}, "subscriptions": [channel], "history": history}]});
    let command = prepare_split(&body, None, &people.schema());
    let done = write(sql, &job(&people, vec![command])).remove(0).unwrap();
    done.split.unwrap().destinations.remove(0)
}

#[test]
fn a_split_tells_neither_of_an_erased_source_nor_of_one_who_was_split_off() {
    let (_world, sql) = world(&["fam"]);
    change(
        &sql,
        json!({"email": email("fam"), "subscriptions": [
        {"resource_id": 1, "channel": "sms", "phone": "+493090182001"},
        {"resource_id": 1, "channel": "telegram_bot", "cc_data": {"id": "chatbob"}}]}),
    );
    change(&sql, json!({"email": email("fam"), "note": "notefam"}));
    let fam = one(&sql, "fam");
    let bob = split(&sql, "fam", json!({"channel": "telegram_bot"}), "bob", true);
    let eve = split(&sql, "fam", json!({"channel": "sms"}), "eve", true);
    // A copy of the copy.
    let son = split(&sql, "bob", json!({"channel": "telegram_bot"}), "son", true);
    assert!(history(&sql, &son).contains("notefam"));
    erase(&sql, &one(&sql, "eve"));
    assert_eq!(left(&sql, &[&eve], &["eve@", "0182001"]), NOTHING);
    assert!(history(&sql, &son).contains("notefam"));
    erase(&sql, &one(&sql, "fam"));
    assert_eq!(
        left(&sql, &[&fam], &["fam@", "notefam", "firstfam"]),
        NOTHING
    );
    let kept = block_on(profiles::many(&sql, &[son.id.pk(), bob.id.pk()])).unwrap();
    assert_eq!(kept.len(), 2);
    assert!(history(&sql, &son).contains("chatbob"));
    erase(&sql, &one(&sql, "son"));
    assert_eq!(left(&sql, &[&son], &["son@", "chatbob"]), NOTHING);
    assert!(history(&sql, &bob).contains("bob@leak.example"));
}
