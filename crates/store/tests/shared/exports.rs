//! What exports read beside profiles: where they end, and a whole history in
//! order and in bounded pieces.

use roster_model::{ProfileId, Timestamp};
use roster_store::history::{self, Span};
use roster_store::profiles::newest;
use serde_json::{Value, json};

use super::world::*;
use crate::engine::Connection;

fn people(sql: &Connection, count: usize, note: impl Fn(usize) -> usize) -> Vec<i64> {
    let data: Vec<Value> = (0..count)
        .map(|n| json!({"email": format!("p{n}@example.org"), "note": "x".repeat(note(n))}))
        .collect();
    fill(sql, PEOPLE, &data);
    let all = everybody(sql);
    all.iter().map(|profile| profile.id.pk()).collect()
}

#[test]
fn the_newest_profile_is_that_of_its_database() {
    let world = World::new();
    let sql = world.connect();
    assert_eq!(block_on(newest(&sql, database_id(PEOPLE))), Ok(0));
    let all = people(&sql, 7, |_| 1);
    fill(&sql, OTHERS, &[json!({"email": "other@example.org"})]);
    assert_eq!(block_on(newest(&sql, database_id(PEOPLE))), Ok(all[6]));
}

/// All of a history, read in pieces.
fn told(sql: &Connection, mut span: Span, limit: i64, bytes: i64) -> Vec<(i64, Vec<Value>)> {
    let mut all = Vec::new();
    loop {
        let piece = history::in_order(sql, database_id(PEOPLE), &span, limit, bytes);
        let piece = block_on(piece).unwrap();
        assert!(piece.entries.len() <= limit as usize);
        all.extend(piece.entries.into_iter().map(|(e, values)| (e.id, values)));
        match piece.last {
            Some(last) => {
                assert!(last > span.after);
                span.after = last;
            }
            None => return all,
        }
    }
}

#[test]
fn a_history_comes_in_order_by_time_and_kind_with_values_of_the_moment() {
    let world = World::new();
    let sql = world.connect();
    let all = people(&sql, 3, |_| 1);
    let known = definitions(&sql, PEOPLE);
    let patch = json!({"data": {"labels": ["a", "b"], "points": 7}});
    let first = ProfileId::from_pk(all[0]).unwrap();
    let patch = roster_model::write::prepare_patch(first, &patch, None, &schema(&known));
    write(&sql, &job(&known, vec![patch]));
    let last = tick();

    let everything = Span {
        after: 0,
        until: i64::MAX,
        from: None,
        to: None,
        kinds: Vec::new(),
        fields: Vec::new(),
    };
    let whole = told(&sql, everything.clone(), 1000, 1 << 20);
    // The database, its twelve fields, three people and one change.
    assert_eq!(whole.len(), 17);
    assert!(whole.is_sorted_by(|a, b| a.0 < b.0));
    for (limit, bytes) in [(1, 1 << 20), (4, 1 << 20), (1000, 1), (7, 100)] {
        assert_eq!(told(&sql, everything.clone(), limit, bytes), whole);
    }

    let some = Span {
        kinds: vec!["profile.created".to_owned(), "profile.updated".to_owned()],
        fields: vec!["email".to_owned(), "labels".to_owned(), "points".to_owned()],
        ..everything.clone()
    };
    let found = told(&sql, some.clone(), 2, 1 << 20);
    let values: Vec<Value> = found.into_iter().map(|(_, values)| json!(values)).collect();
    assert_eq!(
        values,
        [
            json!(["p0@example.org", ["a", "b"], 7]),
            json!(["p1@example.org", null, null]),
            json!(["p2@example.org", null, null]),
            json!(["p0@example.org", ["a", "b"], 7]),
        ]
    );

    let at = |id: i64| {
        let rows = rows(
            &sql,
            &format!("SELECT at FROM history WHERE id = {id}"),
            vec![],
        );
        match rows[0][0] {
            roster_store::Cell::Integer(at) => Timestamp::from_ms(at),
            _ => panic!(),
        }
    };
    let span = Span {
        from: Some(at(whole[13].0)),
        to: Some(at(whole[16].0)),
        ..everything.clone()
    };
    let within: Vec<i64> = told(&sql, span, 2, 1 << 20).iter().map(|e| e.0).collect();
    let want = whole
        .iter()
        .map(|e| e.0)
        .filter(|id| (at(whole[13].0)..at(whole[16].0)).contains(&at(*id)));
    assert_eq!(within, want.collect::<Vec<_>>());
    let after = Span {
        from: Some(last),
        ..everything.clone()
    };
    assert!(told(&sql, after, 10, 1 << 20).is_empty());
    let newest = block_on(history::newest(&sql, database_id(PEOPLE))).unwrap();
    assert_eq!(newest, whole[16].0);
    let until = Span {
        until: whole[2].0,
        ..everything
    };
    assert_eq!(told(&sql, until, 2, 1 << 20), whole[..3]);
}
