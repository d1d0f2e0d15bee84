//! Segments in conditions: a dynamic one stands for its condition, and none for itself.

use super::support::{NOW, at, database, person};
use roster_model::condition::{Moment, Node};
use roster_model::restrictions::Restrictions;
use roster_model::segment::SegmentRule;
use roster_model::write::Schema;
use roster_model::{Condition, Invalid, KnownSegment, SegmentId, SegmentKind, Zone};
use serde_json::{Value, json};

fn id(id: i64) -> SegmentId {
    SegmentId::new(id).unwrap()
}

fn segment(number: i64, kind: SegmentKind, condition: Value, range: Value) -> KnownSegment {
    KnownSegment {
        id: id(number),
        kind,
        rule: Some(SegmentRule::of_stored(condition, &range)),
    }
}

fn dynamic(number: i64, condition: Value) -> KnownSegment {
    segment(number, SegmentKind::Dynamic, condition, Value::Null)
}

/// Reads a condition, or that of a segment, among segments.
fn read(
    segments: &[KnownSegment],
    own: Option<i64>,
    json: &Value,
) -> Result<Condition, Vec<Invalid>> {
    let database = database("UTC");
    let schema = Schema {
        segments,
        ..Schema::bare(&database)
    };
    match own {
        Some(own) => Condition::of_segment(json, Some(id(own)), &schema),
        None => Condition::parse(json, &schema),
    }
}

fn wrong(segments: &[KnownSegment], own: Option<i64>, json: &Value) -> String {
    let wrong = read(segments, own, json).expect_err(&json.to_string());
    let wrong = wrong.iter();
    let wrong = wrong.map(|one| format!("{} {} {}", one.code.as_str(), one.pointer, one.detail));
    wrong.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_dynamic_one_is_its_condition_within_its_window() {
    let paris = json!({"field": "_city", "eq": "Paris"});
    let half = segment(2, SegmentKind::Dynamic, paris.clone(), json!({"to": 50}));
    let all = [dynamic(1, paris), half];
    let moment = Moment {
        now: at(NOW),
        zone: Zone::utc(),
    };
    let meets = |city: &str, json: Value| {
        read(&all, None, &json).unwrap().holds(
            &person(json!({"_city": city})),
            &|_| panic!("nobody is looked up"),
            &|_| 0,
            &|_| 0,
            &Restrictions::default(),
            &moment,
        )
    };
    assert!(meets("Paris", json!({"segment": "1"})));
    assert!(!meets("Lyon", json!({"segment": "1"})));
    assert!(meets("Lyon", json!({"not": {"segment": "1"}})));
    let in_range = all[1]
        .rule
        .as_ref()
        .unwrap()
        .range
        .contains(person(json!({})).id);
    assert_eq!(meets("Paris", json!({"segment": "2"})), in_range);
    assert!(!meets("Lyon", json!({"segment": "2"})));
}

#[test]
fn an_updatable_one_has_the_members_of_its_last_refresh() {
    let all = [segment(
        1,
        SegmentKind::Updatable,
        json!({"field": "gone", "eq": 1}),
        Value::Null,
    )];
    let read = read(&all, None, &json!({"segment": "1"})).unwrap();
    assert_eq!(read.root(), &Node::Segment(id(1)));
}

#[test]
fn none_is_part_of_itself() {
    let names = |other: i64| json!({"all": [{"not": {"segment": other.to_string()}}]});
    let all = [
        dynamic(1, names(2)),
        dynamic(2, names(3)),
        dynamic(3, json!({})),
    ];
    assert!(read(&all, Some(3), &json!({"field": "_city", "eq": "x"})).is_ok());
    assert!(read(&all, Some(4), &names(1)).is_ok());
    for (own, other, way) in [
        (3, 3, "3 → 3"),
        (3, 2, "3 → 2 → 3"),
        (3, 1, "3 → 1 → 2 → 3"),
    ] {
        let found = wrong(&all, Some(own), &json!({"segment": other.to_string()}));
        let expected = format!("segment_cycle /segment A segment would be part of itself: {way}.");
        assert_eq!(found, expected);
    }
    // By way of one whose members are kept, too.
    let kept = [
        segment(
            1,
            SegmentKind::Updatable,
            json!({"segment": "2"}),
            Value::Null,
        ),
        dynamic(2, json!({})),
    ];
    let found = wrong(&kept, Some(2), &json!({"segment": "1"}));
    assert!(found.starts_with("segment_cycle /segment"), "{found}");
    assert!(found.ends_with("2 → 1 → 2."), "{found}");
    // A static one that gets a condition, too.
    let names_static = [KnownSegment::of_static(id(1)), dynamic(2, names(1))];
    let found = wrong(&names_static, Some(1), &json!({"segment": "2"}));
    assert!(found.ends_with("1 → 2 → 1."), "{found}");
    let found = wrong(&names_static, Some(1), &json!({"segment": "1"}));
    assert!(found.ends_with("1 → 1."), "{found}");
    assert!(read(&names_static, None, &json!({"segment": "2"})).is_ok());
}

#[test]
fn what_no_longer_fits_is_refused_where_it_is_used() {
    let all = [
        dynamic(1, json!({"field": "gone", "eq": 1})),
        dynamic(2, json!({"segment": "9"})),
    ];
    let found = wrong(&all, None, &json!({"any": [{}, {"segment": "1"}]}));
    let expected = "segment_unfit /any/1/segment Segment 1 no longer fits its database: The database has no field gone.";
    assert_eq!(found.replace(['`', '"'], ""), expected);
    let found = wrong(&all, None, &json!({"segment": "2"}));
    assert!(
        found.starts_with("segment_unfit /segment Segment 2 no longer"),
        "{found}"
    );
}

#[test]
fn their_tests_count_and_so_does_their_depth() {
    let chain: Vec<KnownSegment> = (1..=6)
        .map(|number| match number {
            1 => dynamic(1, json!({"status": 0})),
            _ => dynamic(number, json!({"segment": (number - 1).to_string()})),
        })
        .collect();
    assert!(read(&chain, None, &json!({"segment": "5"})).is_ok());
    assert!(read(&chain, Some(9), &json!({"segment": "4"})).is_ok());
    assert!(wrong(&chain, None, &json!({"segment": "6"})).starts_with("too_deep /segment"));
    assert!(wrong(&chain, Some(9), &json!({"segment": "5"})).starts_with("too_deep /segment"));
    let many: Vec<Value> = (0..150)
        .map(|n| json!({"field": "points", "eq": n}))
        .collect();
    let all = [dynamic(1, json!({"any": many}))];
    let twice = json!({"all": [{"segment": "1"}, {"not": {"segment": "1"}}]});
    assert!(read(&all, None, &json!({"segment": "1"})).is_ok());
    assert!(
        wrong(&all, None, &twice).starts_with("too_many /all/1"),
        "{}",
        wrong(&all, None, &twice)
    );
}
