//! What a statement for a condition looks at, as the engine plans it; and what
//! its limits do.

use std::cell::RefCell;

use roster_model::condition::{Condition, Moment};
use roster_model::{ProfileId, Range, Timestamp, Zone};
use roster_store::conditions::{Limits, Selection};
use roster_store::{Cell, Error, Row, Sql};
use serde_json::{Value, json};

use super::super::relations::relation_type;
use super::super::world::*;
use crate::engine::Connection;

fn moment() -> Moment {
    Moment {
        now: Timestamp::from_ms(START),
        zone: Zone::utc(),
    }
}

fn selection(sql: &Connection, condition: &Value) -> Selection {
    let known = definitions(sql, PEOPLE);
    let condition = Condition::parse(condition, &known.schema()).unwrap();
    Selection::new(database_id(PEOPLE), &condition, Range::ALL, &moment())
}

/// A connection that explains instead of answering.
struct ExplainConnection<'a> {
    sql: &'a Connection,
    plan: RefCell<Vec<String>>,
}

impl Sql for ExplainConnection<'_> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        let explained = format!("EXPLAIN QUERY PLAN {statement}");
        for mut row in self.sql.query(&explained, parameters).await? {
            self.plan.borrow_mut().push(row.text(3)?);
        }
        Ok(Vec::new())
    }
}

/// The plans of the statements that find and count, one step a line.
fn plan(sql: &Connection, condition: &Value) -> String {
    let explaining = ExplainConnection {
        sql,
        plan: RefCell::default(),
    };
    let selection = selection(sql, condition);
    let limits = Limits {
        take: 10,
        look: 100,
        bytes: 0,
    };
    // Nothing comes out of an explanation.
    assert!(block_on(selection.pks(&explaining, 0, limits)).is_err());
    assert!(block_on(selection.count(&explaining, 0, 100)).is_err());
    explaining.plan.into_inner().join("\n")
}

/// A walk along the whole database.
const ALL_PROFILES: &str = "profiles_by_database (database_id=? AND rowid>?";

#[test]
fn keys_and_segments_lead_to_those_who_are_meant() {
    let world = World::new();
    let sql = world.connect();
    execute(
        &sql,
        "INSERT INTO segments (database_id, name, description, revision, created_at, updated_at)
         VALUES (1, 'some', '', 1, 0, 0)",
    );
    for (condition, table) in [
        (json!({"field": "email", "eq": "a@x.org"}), "match_keys"),
        (
            json!({"field": "email", "in": ["a@x.org", "b@x.org"]}),
            "match_keys",
        ),
        (
            json!({"field": "phones", "has_any": ["+493090182000"]}),
            "match_keys",
        ),
        (json!({"field": "tier", "eq": "x"}), "match_keys"),
        (json!({"field": "tier", "in": ["x", "y"]}), "match_keys"),
        (
            json!({"field": "labels", "has_all": ["x", "y"]}),
            "match_keys",
        ),
        (
            json!({"subscription": {"channel": "email", "email": "a@x.org"}}),
            "match_keys",
        ),
        (json!({"segment": "1"}), "segment_members"),
        (
            json!({"all": [{"field": "points", "gt": 5}, {"segment": "1"}]}),
            "segment_members",
        ),
        (
            json!({"all": [{"segment": "1"}, {"field": "number", "eq": 5}]}),
            "match_keys",
        ),
        (
            json!({"any": [{"segment": "1"}, {"field": "number", "eq": 5}]}),
            "segment_members",
        ),
    ] {
        let plan = plan(&sql, &condition);
        assert!(!plan.contains(ALL_PROFILES), "{condition}:\n{plan}");
        assert!(
            plan.contains("SEARCH k USING PRIMARY KEY"),
            "{condition}:\n{plan}"
        );
        assert!(plan.contains("rowid=?)"), "{condition}:\n{plan}");
        // Which of the two tables `k` is can be told by its columns.
        let key = match table {
            "match_keys" => "(database_id=? AND kind=? AND value=?",
            _ => "(segment_id=?",
        };
        assert!(plan.contains(key), "{condition}:\n{plan}");
    }
}

#[test]
fn ids_lead_to_those_who_have_them() {
    let world = World::new();
    let sql = world.connect();
    let [one, two] = [1_i64 << 40, 1 << 41].map(|pk| ProfileId::from_pk(pk).unwrap());
    for (condition, key) in [
        (
            json!({"id": one}),
            "SEARCH k USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            json!({"id": [one, two]}),
            "SEARCH k USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            json!({"all": [{"id": [two]}, {"field": "points", "gt": 5}]}),
            "SEARCH k USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            json!({"id": {"gt": one}}),
            "SEARCH k USING COVERING INDEX profiles_by_database (database_id=? AND rowid>? AND rowid<?)",
        ),
    ] {
        let plan = plan(&sql, &condition);
        assert!(plan.contains(key), "{condition}:\n{plan}");
        assert!(!plan.contains("SCAN k"), "{condition}:\n{plan}");
    }
}

#[test]
fn other_conditions_walk_along_the_database_without_sorting() {
    let world = World::new();
    let sql = world.connect();
    for condition in [
        json!({}),
        json!({"field": "points", "eq": 5}),
        json!({"field": "tier", "ne": "x"}),
        json!({"not": {"field": "email", "eq": "a@x.org"}}),
        json!({"any": [{"field": "email", "eq": "a@x.org"}, {"field": "points", "eq": 5}]}),
        json!({"field": "tier", "in": (0..65).map(|n| n.to_string()).collect::<Vec<_>>()}),
    ] {
        let plan = plan(&sql, &condition);
        let walk = "INDEX profiles_by_database (database_id=? AND rowid>? AND rowid<?)";
        assert!(plan.contains(walk), "{condition}:\n{plan}");
        assert!(
            !plan.contains("TEMP B-TREE FOR ORDER BY"),
            "{condition}:\n{plan}"
        );
        assert!(!plan.contains("SCAN p"), "{condition}:\n{plan}");
    }
}

#[test]
fn one_list_of_keys_needs_no_sorting_and_several_are_merged() {
    let world = World::new();
    let sql = world.connect();
    let one = plan(&sql, &json!({"field": "tier", "eq": "x"}));
    assert!(!one.contains("TEMP B-TREE FOR ORDER BY"), "{one}");
    let several = plan(&sql, &json!({"field": "tier", "in": ["x", "y", "z"]}));
    assert!(several.contains("MERGE (UNION)"), "{several}");
}

#[test]
fn a_piece_ends_when_enough_was_taken_looked_at_or_read() {
    let world = World::new();
    let sql = world.connect();
    let people: Vec<Value> = (0..60)
        .map(
            |n| json!({"email": format!("p{n}@x.org"), "points": n % 10, "note": "x".repeat(1000)}),
        )
        .collect();
    fill(&sql, PEOPLE, &people);
    let all: Vec<i64> = everybody(&sql).iter().map(|one| one.id.pk()).collect();
    let selection = selection(&sql, &json!({"field": "points", "eq": 3}));
    let find = |take, look, bytes| {
        let limits = Limits { take, look, bytes };
        let slice = block_on(selection.profiles(&sql, 0, limits)).unwrap();
        (slice.found.len(), slice.next)
    };
    let much = 1_000_000;
    assert_eq!(find(100, 1000, much), (6, None));
    // Enough: the next begins behind the last one taken.
    assert_eq!(find(2, 1000, much), (2, Some(all[13])));
    // Looked at so many.
    assert_eq!(find(100, 20, much), (2, Some(all[19])));
    assert_eq!(find(100, 60, much), (6, Some(all[59])));
    // The second fills the measure; one is given whatever it has.
    assert_eq!(find(100, 1000, 1500), (2, Some(all[13])));
    assert_eq!(find(100, 1000, 1), (1, Some(all[3])));
}

#[test]
fn a_list_may_have_a_thousand_values() {
    let world = World::new();
    let sql = world.connect();
    fill(
        &sql,
        PEOPLE,
        &[json!({"email": "p5@x.org", "points": 7, "code": "c9"})],
    );
    let emails: Vec<String> = (0..1000).map(|n| format!("P{n}@x.org")).collect();
    let codes: Vec<String> = (0..1000).map(|n| format!("C{n}")).collect();
    let limits = Limits {
        take: 10,
        look: 1000,
        bytes: 1000,
    };
    for condition in [
        json!({"field": "email", "in": emails}),
        json!({"not": {"not": {"field": "email", "in": emails}}}),
        json!({"field": "points", "in": (0..1000).collect::<Vec<_>>()}),
        json!({"field": "code", "in": codes, "ignore_case": true}),
    ] {
        let selection = selection(&sql, &condition);
        let slice = block_on(selection.pks(&sql, 0, limits)).unwrap();
        assert_eq!(slice.found.len(), 1);
    }
}

#[test]
fn the_largest_conditions_run() {
    let world = World::new();
    let sql = world.connect();
    fill(&sql, PEOPLE, &[json!({"email": "p5@x.org", "points": 7})]);
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let moment = Moment { zone, ..moment() };
    let known = definitions(&sql, PEOPLE);
    let limits = Limits {
        take: 10,
        look: 1000,
        bytes: 1000,
    };
    let tests = [
        json!({"field": "_bdate", "birthday": {"within_days": 366}}),
        json!({"field": "since", "last": "5d"}),
        json!({"field": "labels", "has_any": ["x", "y"]}),
        json!({"field": "tier", "contains": "x".repeat(255), "ignore_case": true}),
        json!({"field": "email", "eq": "a@x.org"}),
        json!({"subscription": {"resource_id": 1, "channel": "email", "category": "news"}}),
    ];
    for test in tests {
        let many = json!({"any": vec![json!({"not": {"all": [test]}}); 100]});
        let mut deep = json!({"all": [many, {"any": vec![test.clone(); 100]}]});
        for _ in 0..4 {
            deep = json!({"not": deep});
        }
        let condition = Condition::parse(&deep, &known.schema()).unwrap();
        let all = database_id(PEOPLE);
        let selection = Selection::new(all, &condition, Range::ALL, &moment);
        let slice = block_on(selection.profiles(&sql, 0, limits)).unwrap();
        assert_eq!(slice.found.len(), 0, "nobody has any of it: {test}");
    }
}

#[test]
fn relations_are_looked_up_by_the_side_that_is_asked_for() {
    let world = World::new();
    let sql = world.connect();
    let settings = json!({
        "name": "orders", "database_a": OTHERS, "database_b": PEOPLE,
        "properties": [{"name": "orders", "type": "integer"}]
    });
    relation_type(&sql, &settings);
    for test in [
        json!({"weights": {"orders": {"ge": 3}}}),
        json!({"weights": {"orders": {"ge": 3}}, "count": {"ge": 2}}),
        json!({"count": {"eq": 0}}),
        json!({"with": {"field": "_fname", "eq": "A"}}),
    ] {
        let mut relation = test.clone();
        relation["type"] = json!("1");
        for condition in [
            json!({"relation": relation}),
            json!({"not": {"relation": relation}}),
        ] {
            let plan = plan(&sql, &condition);
            let seek = "relations_by_b (type_id=? AND b=?)";
            assert!(plan.contains(seek), "{condition}: {plan}");
            assert!(!plan.contains("(type_id=?)"), "{condition}: {plan}");
        }
    }
}

#[test]
fn what_people_did_is_looked_up_by_type_and_profile() {
    let world = World::new();
    let sql = world.connect();
    let seek =
        "history_events (database_id=? AND <expr>=? AND profile=? AND <expr>>? AND <expr><?)";
    for test in [
        json!({"type": "clicked", "last": "30d"}),
        json!({"type": ["clicked", "opened"], "last": "30d", "count": {"ge": 2}}),
        json!({"type": "clicked", "last": "30d", "url": {"contains": "sale"}, "count": {"eq": 0}}),
    ] {
        let plan = plan(&sql, &json!({"not": {"event": test}}));
        assert!(plan.contains(seek), "{test}: {plan}");
        assert!(plan.contains(ALL_PROFILES), "{test}: {plan}");
    }
    // They lead to the people, in order.
    for (test, merged) in [
        (json!({"type": "clicked", "last": "30d"}), false),
        (json!({"type": ["clicked", "opened"]}), true),
    ] {
        let plan = plan(&sql, &json!({"event": test}));
        assert!(!plan.contains(ALL_PROFILES), "{test}: {plan}");
        assert!(!plan.contains("TEMP B-TREE FOR DISTINCT"), "{test}: {plan}");
        assert!(plan.contains("AND profile>?)"), "{test}: {plan}");
        assert_eq!(plan.contains("MERGE (UNION)"), merged, "{test}: {plan}");
    }
}

#[test]
fn the_control_group_is_looked_up_by_its_key_and_leads_to_those_who_are_in() {
    let world = World::new();
    let sql = world.connect();
    for condition in [
        json!({"control_group": false}),
        json!({"not": {"control_group": true}}),
        json!({"any": [{"control_group": true}, {"field": "_fname", "contains": "a"}]}),
    ] {
        let plan = plan(&sql, &condition);
        let seek = "control_members USING PRIMARY KEY (set_id=? AND profile=?)";
        assert!(plan.contains(seek), "{condition}: {plan}");
    }
    let plan = plan(&sql, &json!({"control_group": true}));
    assert!(
        plan.contains("SEARCH k USING PRIMARY KEY (set_id=? AND profile>?"),
        "{plan}"
    );
}
