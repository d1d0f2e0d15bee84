//! What people did: which events a test asks for, how many, and what is refused.

use super::errors::wrong;
use super::support::{NOW, at, parse};
use roster_model::Zone;
use roster_model::condition::{EventTest, Moment, Node};
use serde_json::{Value, json};

fn test(json: Value) -> EventTest {
    match parse(&json!({ "event": json })).root() {
        Node::Event(test) => (**test).clone(),
        other => panic!("{other:?}"),
    }
}

fn moment() -> Moment {
    Moment {
        now: at(NOW),
        zone: Zone::utc(),
    }
}

#[test]
fn all_that_is_asked_must_be_so_of_one_event() {
    let about = json!({
        "event": "clicked", "at": at("2026-05-01T10:00:00Z"), "resource_id": "1",
        "message_id": "m1", "url": "https://shop.org/Sale"
    });
    for (asked, accepts) in [
        (json!({"type": "clicked"}), true),
        (json!({"type": ["opened", "clicked"]}), true),
        (json!({"type": "opened"}), false),
        (json!({"type": "clicked", "last": "14d"}), true),
        (json!({"type": "clicked", "last": "13d"}), false),
        (
            json!({"type": "clicked", "between": ["2026-05-01", "2026-05-01"]}),
            true,
        ),
        (
            json!({"type": "clicked", "between": ["2026-05-02", "2026-05-03"]}),
            false,
        ),
        (
            json!({"type": "clicked", "resource_id": "1", "message_id": "m1"}),
            true,
        ),
        (json!({"type": "clicked", "message_id": "m2"}), false),
        (
            json!({"type": "clicked", "url": {"contains": "Sale"}}),
            true,
        ),
        (
            json!({"type": "clicked", "url": {"contains": "sale"}}),
            false,
        ),
        (
            json!({"type": "clicked", "url": {"ends_with": "/Sale"}}),
            true,
        ),
        (
            json!({"type": "clicked", "url": {"eq": "https://shop.org/"}}),
            false,
        ),
    ] {
        let asked_for = test(asked.clone());
        assert_eq!(asked_for.accepts(&about, &moment()), accepts, "{asked}");
    }
    // What nobody said of an event is not so.
    let bare = json!({"event": "clicked", "at": at("2026-05-01T10:00:00Z")});
    for asked in [
        json!({"type": "clicked", "resource_id": "1"}),
        json!({"type": "clicked", "message_id": "m1"}),
        json!({"type": "clicked", "url": {"contains": "a"}}),
    ] {
        assert!(!test(asked.clone()).accepts(&bare, &moment()), "{asked}");
    }
}

#[test]
fn one_is_enough_unless_it_is_said_how_many() {
    let count = |asked: Value| test(json!({"type": "clicked", "count": asked}));
    assert!(test(json!({"type": "clicked"})).is_any());
    assert!(count(json!({"ge": 1})).is_any());
    let some = count(json!({"gt": 1, "lt": 4}));
    let accepted: Vec<usize> = (0..6).filter(|n| some.accepts_count(*n)).collect();
    assert_eq!(accepted, [2, 3]);
    assert!(some.needs_one());
    assert!(!count(json!({"eq": 0})).needs_one());
}

#[test]
fn what_is_wrong_has_its_place() {
    let many: Vec<String> = (0..21).map(|n| format!("t{n}")).collect();
    for (asked, expected) in [
        (json!("clicked"), "wrong_type /event"),
        (json!({}), "required /event/type"),
        (json!({"type": []}), "empty /event/type"),
        (json!({"type": "9"}), "invalid_event_type /event/type"),
        (json!({"type": ["clicked", 5]}), "wrong_type /event/type/1"),
        (json!({"type": many}), "too_many /event/type"),
        (
            json!({"type": "clicked", "last": "soon"}),
            "invalid_duration /event/last",
        ),
        (
            json!({"type": "clicked", "between": ["2026-05-02", "2026-05-01"]}),
            "invalid_range /event/between",
        ),
        (
            json!({"type": "clicked", "last": "1d", "between": ["2026-05-01", "2026-05-02"]}),
            "contradiction /event/between",
        ),
        (
            json!({"type": "clicked", "count": {}}),
            "operator_missing /event/count",
        ),
        (
            json!({"type": "clicked", "count": {"ne": 1}}),
            "unknown_operator /event/count/ne",
        ),
        (
            json!({"type": "clicked", "count": {"ge": -1}}),
            "out_of_range /event/count/ge",
        ),
        (
            json!({"type": "clicked", "resource_id": "9"}),
            "unknown_resource /event/resource_id",
        ),
        (
            json!({"type": "clicked", "message_id": " "}),
            "empty /event/message_id",
        ),
        (
            json!({"type": "clicked", "url": "x"}),
            "wrong_type /event/url",
        ),
        (
            json!({"type": "clicked", "url": {"like": "x"}}),
            "unknown_operator /event/url/like",
        ),
        (
            json!({"type": "clicked", "url": {"contains": ""}}),
            "empty /event/url/contains",
        ),
        (
            json!({"type": "clicked", "profile": "x"}),
            "unknown_member /event/profile",
        ),
    ] {
        assert_eq!(wrong(&json!({ "event": asked })), [expected], "{asked}");
    }
}
