//! Relations: written with guards, in groups, with both histories; and what goes with them.

use std::sync::Arc;

use roster_model::define::Settings as _;
use roster_model::relation::{RelationTypeSettings, Side};
use roster_model::write::{RelationKey, prepare_delete, prepare_patch, prepare_relation};
use roster_model::{ProfileId, RelationTypeId};
use roster_store::catalogue::RelationDefinitions;
use roster_store::write::Batch;
use roster_store::{Cell, Error, Guard, databases, relation_types, relations};
use serde_json::{Value, json};

use super::watchers::{created, settings};
use super::world::*;
use crate::engine::Connection;

/// Makes a relation type.
pub fn relation_type(sql: &Connection, settings: &Value) -> RelationTypeId {
    let settings = RelationTypeSettings::create(settings).unwrap();
    let made = within(sql, async || {
        relation_types::create(sql, settings.clone(), &author()).await
    });
    made.unwrap().relation_type.id
}

fn orders(sql: &Connection) -> RelationTypeId {
    let settings = json!({
        "name": "orders", "database_a": PEOPLE, "database_b": OTHERS,
        "properties": [{"name": "orders", "type": "integer", "default": 0},
            {"name": "note", "type": "string"}]
    });
    relation_type(sql, &settings)
}

pub fn known(sql: &Connection, id: RelationTypeId) -> RelationDefinitions {
    let row = block_on(relation_types::get(sql, id)).unwrap().unwrap();
    let a = definitions(sql, row.relation_type.database_a.get());
    let b = definitions(sql, row.relation_type.database_b.get());
    RelationDefinitions::of(id, a, b).unwrap()
}

pub fn pairs(known: &RelationDefinitions, items: &[Value]) -> Batch {
    let (a, b) = (known.a.schema(), known.b.schema());
    let items = items
        .iter()
        .map(|item| prepare_relation(item, &known.sides, &a, &b));
    let mut batch = job(&known.a, items.collect());
    batch.beside = vec![Arc::clone(&known.b)];
    batch
}

pub fn pair(action: &str, a: &str, b: &str, weights: Value) -> Value {
    json!({"action": action, "a": {"email": a}, "b": {"email": b}, "weights": weights})
}

fn all(sql: &Connection) -> Vec<String> {
    let statement = "SELECT type_id || ' ' || weights FROM relations ORDER BY type_id, a, b";
    let found = rows(sql, statement, vec![]).into_iter().flatten();
    let found = found.map(|cell| match cell {
        Cell::Text(text) => text,
        other => panic!("{other:?}"),
    });
    found.collect()
}

fn counted(sql: &Connection, id: RelationTypeId) -> i64 {
    block_on(relation_types::get(sql, id))
        .unwrap()
        .unwrap()
        .relations
}

/// Two people and two others.
fn world() -> (World, Connection) {
    let world = World::new();
    let sql = world.connect();
    let of = |names: [&str; 2]| names.map(|name| json!({"email": format!("{name}@x.org")}));
    fill(&sql, PEOPLE, &of(["ann", "bob"]));
    fill(&sql, OTHERS, &of(["shop", "bar"]));
    (world, sql)
}

#[test]
fn actions_relate_end_and_add_up_in_one_batch_as_one_by_one() {
    let (_world, sql) = world();
    let id = orders(&sql);
    let items = [
        pair("attach", "ann@x.org", "shop@x.org", json!({"note": "a"})),
        pair("attach", "ann@x.org", "shop@x.org", json!({"note": "b"})),
        pair(
            "strengthen",
            "ann@x.org",
            "shop@x.org",
            json!({"orders": 2}),
        ),
        pair(
            "strengthen",
            "ann@x.org",
            "shop@x.org",
            json!({"orders": 3}),
        ),
        pair("edit", "bob@x.org", "shop@x.org", json!({"orders": 7})),
        pair(
            "strengthen",
            "bob@x.org",
            "bar@x.org",
            json!({"orders": -1}),
        ),
        pair("detach", "bob@x.org", "bar@x.org", json!({})),
        pair("detach", "bob@x.org", "bar@x.org", json!({})),
        pair("attach", "nobody@x.org", "bar@x.org", json!({})),
        pair("attach", "ann@x.org", "nobody@x.org", json!({})),
    ];
    let known = known(&sql, id);
    let done = write(&sql, &pairs(&known, &items));
    let expected = [
        "created",
        "unchanged",
        "updated",
        "updated",
        "created",
        "created",
        "deleted",
        "not_found",
        "not_found",
        "not_found",
    ];
    assert_eq!(kinds(&done), expected);
    let places: Vec<&str> = done
        .iter()
        .filter_map(|one| one.as_ref().err().map(|refusal| &*refusal.pointer))
        .collect();
    assert_eq!(places, ["", "/a", "/b"]);
    let stored = [r#"1 {"note":"a","orders":5}"#, r#"1 {"orders":7}"#];
    assert_eq!(all(&sql), stored);
    assert_eq!(counted(&sql, id), 2);
    // Nobody's revision counts it, and both histories tell of it.
    let ann = who(&sql, "ann@x.org");
    assert_eq!(ann.revision, 1);
    let entries =
        "SELECT changes FROM history WHERE kind = 'relation.changed' AND profile = ?1 ORDER BY id";
    let entries = rows(&sql, entries, vec![Cell::Integer(ann.id.pk())]);
    assert_eq!(entries.len(), 3, "{entries:?}");
    let shop = who(&sql, "shop@x.org");
    let entries = "SELECT count(*) FROM history WHERE kind = 'relation.changed' AND profile = ?1";
    let entries = rows(&sql, entries, vec![Cell::Integer(shop.id.pk())]);
    assert_eq!(entries, [[Cell::Integer(4)]]);
    // The next request sees what is there.
    let more = [pair(
        "strengthen",
        "ann@x.org",
        "shop@x.org",
        json!({"orders": 1}),
    )];
    let done = write(&sql, &pairs(&known, &more));
    let relation = done[0].as_ref().unwrap().relation.clone().unwrap();
    assert_eq!(relation.relation.unwrap().weights["orders"], 6);
}

#[test]
fn an_atomic_batch_takes_its_own_relations_back() {
    let (_world, sql) = world();
    let id = orders(&sql);
    let known = known(&sql, id);
    let items = [
        pair("attach", "ann@x.org", "shop@x.org", json!({})),
        pair("attach", "nobody@x.org", "shop@x.org", json!({})),
    ];
    let mut batch = pairs(&known, &items);
    batch.atomic = true;
    assert_eq!(kinds(&write(&sql, &batch)), ["not_written", "not_found"]);
    assert!(all(&sql).is_empty());
}

#[test]
fn what_changed_in_between_refuses_the_statement() {
    let (_world, sql) = world();
    let id = orders(&sql);
    let known = known(&sql, id);
    let add = [pair(
        "strengthen",
        "ann@x.org",
        "shop@x.org",
        json!({"orders": 1}),
    )];
    write(&sql, &pairs(&known, &add));
    let batch = pairs(&known, &add);
    let decide = || block_on(roster_store::write::Decision::of(&sql, &[&batch])).unwrap();
    for change in [
        "UPDATE relations SET weights = '{\"orders\":10}'",
        "DELETE FROM relations",
        "INSERT INTO relations SELECT 1, a.pk, b.pk, '{}', 0, 0 FROM profiles AS a, profiles AS b \
         WHERE a.database_id = 1 AND b.database_id = 2",
    ] {
        let decision = decide();
        execute(&sql, change);
        let refused = block_on(decision.write(&sql)).unwrap_err();
        assert_eq!(refused, Error::Stale(Guard::Profiles), "{change}");
    }
    // The whole path looks again.
    assert_eq!(kinds(&write(&sql, &batch)), ["updated"]);
}

#[test]
fn a_profile_takes_its_relations_along_and_so_does_a_database() {
    let (_world, sql) = world();
    let (id, friends) = (
        orders(&sql),
        relation_type(
            &sql,
            &json!({"name": "friends", "database_a": PEOPLE, "database_b": PEOPLE}),
        ),
    );
    let all_pairs = |known: &RelationDefinitions, ends: &[(&str, &str)]| {
        let items: Vec<Value> = ends
            .iter()
            .map(|(a, b)| pair("attach", a, b, json!({})))
            .collect();
        pairs(known, &items)
    };
    let (orders, friends_known) = (known(&sql, id), known(&sql, friends));
    let ends = [
        ("ann@x.org", "shop@x.org"),
        ("ann@x.org", "bar@x.org"),
        ("bob@x.org", "bar@x.org"),
    ];
    write(&sql, &all_pairs(&orders, &ends));
    let ends = [("ann@x.org", "bob@x.org"), ("bob@x.org", "ann@x.org")];
    write(&sql, &all_pairs(&friends_known, &ends));
    assert_eq!((counted(&sql, id), counted(&sql, friends)), (3, 2));
    let itself = write(
        &sql,
        &all_pairs(&friends_known, &[("ann@x.org", "ann@x.org")]),
    );
    assert_eq!(kinds(&itself), ["contradiction"]);
    // Related and deleted in one group: nothing is left of it.
    let ann = who(&sql, "ann@x.org").id;
    let people = definitions(&sql, PEOPLE);
    let gone = job(
        &people,
        vec![Ok(prepare_delete(ann, None, &people.schema()))],
    );
    let more = all_pairs(&orders, &[("ann@x.org", "shop@x.org")]);
    let done = block_on(roster_store::write::run(&sql, &[&more, &gone]));
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!((counted(&sql, id), counted(&sql, friends)), (1, 0));
    within(&sql, async || {
        databases::wipe(&sql, database_id(OTHERS), &author()).await
    });
    assert_eq!(counted(&sql, id), 0);
    let others = definitions(&sql, OTHERS);
    within(&sql, async || {
        databases::delete(&sql, &others.database, &author()).await
    });
    assert!(block_on(relation_types::get(&sql, id)).unwrap().is_none());
    assert!(
        block_on(relation_types::get(&sql, friends))
            .unwrap()
            .is_some()
    );
}

#[test]
fn a_watcher_of_one_side_hears_nothing_of_the_other() {
    let (_world, sql) = world();
    let id = orders(&sql);
    for (name, databases) in [
        ("people", &[PEOPLE][..]),
        ("both", &[OTHERS, PEOPLE]),
        ("all", &[]),
    ] {
        created(&sql, settings(name, databases)).unwrap();
    }
    let known = known(&sql, id);
    let one = [pair(
        "strengthen",
        "ann@x.org",
        "shop@x.org",
        json!({"orders": 1}),
    )];
    assert_eq!(kinds(&write(&sql, &pairs(&known, &one))), ["created"]);
    let entries =
        "SELECT recipient, count(*) FROM outbox WHERE kind = 'change' GROUP BY 1 ORDER BY 1";
    // Each of them of both profiles.
    let entries = rows(&sql, entries, vec![]);
    let expected = ["watcher:2", "watcher:3"].map(|who| [Cell::from(who), Cell::Integer(2)]);
    assert_eq!(entries, expected);
}

#[test]
fn relations_are_read_by_type_and_side_and_profile() {
    let (_world, sql) = world();
    let id = orders(&sql);
    let known = known(&sql, id);
    let mut people: Vec<Value> = (0..10)
        .map(|n| json!({"email": format!("p{n}@x.org")}))
        .collect();
    people[0]["_fname"] = json!("Pia");
    people[0]["_lname"] = json!("Lund");
    people[1]["_lname"] = json!("Moe");
    people[1]["phones"] = json!(["+442079460018"]);
    fill(&sql, PEOPLE, &people);
    let items: Vec<Value> = (0..10)
        .map(|n| {
            pair(
                "edit",
                &format!("p{n}@x.org"),
                "shop@x.org",
                json!({"orders": n}),
            )
        })
        .collect();
    write(&sql, &pairs(&known, &items));
    let (shop, first) = (who(&sql, "shop@x.org").id, who(&sql, "p0@x.org").id);
    let page = |after: Option<ProfileId>, limit| {
        let side = (Side::B, shop);
        block_on(relations::page_of_side(&sql, id, side, after, limit)).unwrap()
    };
    let one = page(None, 4);
    assert_eq!((one.total, one.relations.len()), (10, 4));
    assert_eq!(one.relations[0].0.a, first);
    let rest = page(Some(one.relations[3].0.a), 100);
    assert_eq!((rest.total, rest.relations.len()), (10, 6));
    assert_eq!(rest.relations[0].1.weights["orders"], 4);
    let all = block_on(relations::page(&sql, id, None, 100)).unwrap();
    assert_eq!((all.total, all.relations.len()), (10, 10));
    let (last, _) = &all.relations[7];
    let after = block_on(relations::page(&sql, id, Some((last.a, last.b)), 100)).unwrap();
    assert_eq!(after.relations.len(), 2);
    let key = RelationKey {
        relation_type: id,
        a: first,
        b: shop,
    };
    let found = block_on(relations::get(&sql, key)).unwrap().unwrap();
    assert_eq!(json!(found.weights), json!({"orders": 0}));
    let of_shop = block_on(relations::of_profile(&sql, database_id(OTHERS), shop, 3)).unwrap();
    assert_eq!(of_shop.len(), 1);
    assert_eq!((of_shop[0].side, of_shop[0].page.total), (Side::B, 10));
    assert_eq!(of_shop[0].page.relations.len(), 3);
    let across = &of_shop[0].across;
    assert_eq!(
        (across[0].id, across[0].database),
        (first, database_id(PEOPLE))
    );
    let called = |sql: &Connection| {
        let read = relations::of_profile(sql, database_id(OTHERS), shop, 3);
        let found = block_on(read).unwrap().remove(0).across.into_iter();
        let texts = found.map(|one| {
            (
                one.name.unwrap_or_default(),
                one.contact.unwrap_or_default(),
            )
        });
        texts.collect::<Vec<_>>()
    };
    let text = |name: &str, contact: &str| (name.to_owned(), contact.to_owned());
    assert_eq!(
        called(&sql),
        [
            text("Pia Lund", "p0@x.org"),
            text("Moe", "p1@x.org"),
            text("", "p2@x.org")
        ]
    );
    execute(
        &sql,
        "UPDATE profiles SET data = json_remove(data, '$.email')",
    );
    assert_eq!(
        called(&sql),
        [
            text("Pia Lund", ""),
            text("Moe", "+442079460018"),
            text("", "")
        ]
    );
    let of_first = block_on(relations::of_profile(&sql, database_id(PEOPLE), first, 3)).unwrap();
    assert_eq!((of_first[0].side, of_first[0].page.total), (Side::A, 1));

    let by = |side, profiles: &[ProfileId], limit| {
        block_on(relations::held_by(&sql, (id, side), profiles, limit)).unwrap()
    };
    let of_shops = by(Side::B, &[first, shop], 3);
    assert_eq!(of_shops.len(), 1);
    assert_eq!((of_shops[0].0, of_shops[0].1.count), (shop, 10));
    assert_eq!(of_shops[0].1.first.len(), 3);
    assert_eq!(of_shops[0].1.first[0].0, first);
    let of_people = by(Side::A, &[shop, first], 3);
    assert_eq!(of_people.len(), 1);
    assert_eq!(of_people[0].0, first);
    assert_eq!(of_people[0].1.first[0].0, shop);
    assert_eq!(json!(of_people[0].1.first[0].1), json!({"orders": 0}));
    assert!(by(Side::A, &[], 3).is_empty());
}

#[test]
fn who_shares_what_they_are_matched_by_with_a_crowd_is_found_with_their_relation() {
    let (_world, sql) = world();
    add_field(
        &sql,
        PEOPLE,
        &json!({"name": "group", "type": "tags", "matchable": true}),
    );
    let id = orders(&sql);
    let crowd: Vec<Value> = (0..1100)
        .map(|n| json!({"email": format!("c{n}@x.org"), "group": ["all", format!("g{n}")]}))
        .collect();
    fill(&sql, PEOPLE, &crowd);
    let known = known(&sql, id);
    let one = json!({
        "action": "strengthen",
        "a": {"matching": "custom", "field_name": "group", "field_value": ["all", "g1099"]},
        "b": {"email": "shop@x.org"}, "weights": {"orders": 2}
    });
    for (kind, orders) in [("created", 2), ("updated", 4)] {
        let done = write(&sql, &pairs(&known, std::slice::from_ref(&one)));
        assert_eq!(kinds(&done), [kind]);
        assert_eq!(all(&sql), [format!("1 {{\"orders\":{orders}}}")]);
    }
}

#[test]
fn a_pair_that_shows_only_as_items_are_applied_is_looked_up_too() {
    let (_world, sql) = world();
    let id = orders(&sql);
    let first = known(&sql, id);
    let made = pairs(
        &first,
        &[pair(
            "edit",
            "ann@x.org",
            "shop@x.org",
            json!({"orders": 5}),
        )],
    );
    write(&sql, &made);
    // Ann has another address by the time that somebody relates her by it.
    let known = known(&sql, id);
    let ann = who(&sql, "ann@x.org").id;
    let moved = json!({"data": {"email": "new@x.org"}});
    let relate = pair(
        "strengthen",
        "new@x.org",
        "shop@x.org",
        json!({"orders": 2}),
    );
    let mut batch = pairs(&known, std::slice::from_ref(&relate));
    let change = prepare_patch(ann, &moved, None, &known.a.schema());
    batch.items.insert(0, change);
    let done = write(&sql, &batch);
    assert_eq!(kinds(&done), ["updated", "updated"]);
    assert_eq!(all(&sql), [format!("{id} {{\"orders\":7}}")]);
}
