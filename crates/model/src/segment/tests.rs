//! What may be chosen for a segment, and what may change.

use super::*;
use crate::ProfileId;
use crate::define::Settings;
use serde_json::json;

fn codes(result: Result<SegmentSettings, Vec<Invalid>>) -> Vec<(&'static str, String)> {
    let wrong = result.unwrap_err().into_iter();
    wrong.map(|one| (one.code.as_str(), one.pointer)).collect()
}

#[test]
fn a_segment_has_a_clean_name_and_perhaps_a_description() {
    let made = SegmentSettings::create(&json!({"name": "  Guests ", "description": "a\r\nb"}));
    let made = made.unwrap();
    assert_eq!((&*made.name, &*made.description), ("Guests", "a\nb"));
    let none = SegmentSettings::create(&json!({"name": "G", "description": null}));
    assert_eq!(none.unwrap().description, "");
    for (wrong, code, pointer) in [
        (json!({}), "required", "/name"),
        (json!({"name": " "}), "empty", "/name"),
        (json!({"name": 5}), "wrong_type", "/name"),
        (json!({"name": "x".repeat(201)}), "too_long", "/name"),
        (
            json!({"name": "x", "members": 5}),
            "unknown_field",
            "/members",
        ),
        (
            json!({"name": "x", "description": []}),
            "wrong_type",
            "/description",
        ),
        (json!([]), "wrong_type", ""),
    ] {
        let found = codes(SegmentSettings::create(&wrong));
        assert_eq!(found, [(code, pointer.to_owned())], "{wrong}");
    }
}

#[test]
fn a_patch_changes_what_it_names() {
    let made = SegmentSettings::create(&json!({"name": "A", "description": "d"})).unwrap();
    let same = made.patch(&json!({})).unwrap();
    assert_eq!(same, made);
    let renamed = made.patch(&json!({"name": "B"})).unwrap();
    assert_eq!((&*renamed.name, &*renamed.description), ("B", "d"));
    let cleared = made.patch(&json!({"description": null})).unwrap();
    assert_eq!((&*cleared.name, &*cleared.description), ("A", ""));
    let wrong = made.patch(&json!({"name": null}));
    assert_eq!(codes(wrong), [("required", "/name".to_owned())]);
}

#[test]
fn moves_name_profiles_and_nobody_twice_over() {
    let id = |pk| ProfileId::from_pk(pk).unwrap();
    let given = json!({"add": [id(1), id(2), id(1)], "remove": [id(3)]});
    assert_eq!(
        Moves::parse(&given).unwrap(),
        Moves {
            add: vec![id(1), id(2), id(1)],
            remove: vec![id(3)]
        }
    );
    assert_eq!(Moves::parse(&json!({"add": null})), Ok(Moves::default()));
    let codes = |given: Value| {
        let wrong = Moves::parse(&given).unwrap_err().into_iter();
        let wrong = wrong.map(|one| format!("{} {}", one.code.as_str(), one.pointer));
        wrong.collect::<Vec<_>>().join(", ")
    };
    let odd = json!({"add": [id(1), "x", 5], "remove": [id(1)], "segment": 5});
    assert_eq!(
        codes(odd),
        "invalid_profile_id /add/1, wrong_type /add/2, unknown_field /segment"
    );
    let both = json!({"add": [id(1), id(2)], "remove": [id(3), id(2)]});
    assert_eq!(codes(both), "contradiction /remove/1");
    assert_eq!(codes(json!({"add": "all"})), "wrong_type /add");
    let many = json!({"remove": vec![id(1); 10_001]});
    assert_eq!(codes(many), "too_many /remove");
}

#[test]
fn a_segment_that_lives_has_a_condition_and_a_static_one_has_none() {
    let make = |json: Value| SegmentSettings::make(&json);
    let paris = json!({"field": "_city", "eq": "Paris"});
    let made = make(json!({
        "name": "P", "kind": "updatable", "condition": paris, "range": {"to": 50}, "limit": 10, "refresh": "daily"
    }));
    let made = made.unwrap();
    assert_eq!(made.kind, SegmentKind::Updatable);
    let rule = made.rule().unwrap();
    assert_eq!((rule.range.from(), rule.range.to()), (0, 5000));
    assert_eq!((made.limit, made.refresh), (Some(10), Some(Refresh::Daily)));
    assert!(make(json!({"name": "P", "kind": "dynamic", "condition": {}})).is_ok());
    for (wrong, expected) in [
        (json!({"name": "P", "condition": paris}), "required /kind"),
        (
            json!({"name": "P", "kind": "static", "condition": paris}),
            "not_supported /condition",
        ),
        (
            json!({"name": "P", "range": {"to": 5}}),
            "not_supported /range",
        ),
        (json!({"name": "P", "limit": 5}), "not_supported /limit"),
        (
            json!({"name": "P", "refresh": "daily"}),
            "not_supported /refresh",
        ),
        (
            json!({"name": "P", "kind": "dynamic"}),
            "required /condition",
        ),
        (
            json!({"name": "P", "kind": "updatable", "condition": null}),
            "required /condition",
        ),
        (
            json!({"name": "P", "kind": "dynamic", "condition": paris, "limit": 5}),
            "not_supported /limit",
        ),
        (
            json!({"name": "P", "kind": "dynamic", "condition": paris, "refresh": "daily"}),
            "not_supported /refresh",
        ),
        (json!({"name": "P", "kind": "alive"}), "not_an_option /kind"),
        (json!({"name": "P", "kind": null}), "required /kind"),
        (
            json!({"name": "P", "kind": "dynamic", "condition": []}),
            "wrong_type /condition",
        ),
        (
            json!({"name": "P", "kind": "updatable", "condition": {}, "limit": 0}),
            "out_of_range /limit",
        ),
        (
            json!({"name": "P", "kind": "updatable", "condition": {}, "refresh": "hourly"}),
            "not_an_option /refresh",
        ),
        (
            json!({"name": "P", "kind": "dynamic", "condition": {}, "range": {"from": 9, "to": 9}}),
            "invalid_range /range",
        ),
    ] {
        let found = make(wrong.clone()).unwrap_err();
        let found: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
            .collect();
        assert_eq!(found, [expected], "{wrong}");
    }
    let large = json!({"field": "_city", "eq": "x".repeat(70_000)});
    let found = make(json!({"name": "P", "kind": "dynamic", "condition": large})).unwrap_err();
    assert_eq!(
        (found[0].code.as_str(), &*found[0].pointer),
        ("too_long", "/condition")
    );
}

#[test]
fn a_static_segment_becomes_updatable_and_no_other_kind_changes() {
    let fixed = SegmentSettings::of_name("A".to_owned());
    let living = fixed
        .change(&json!({"condition": {}, "refresh": "daily"}))
        .unwrap();
    assert_eq!(
        (living.kind, living.refresh),
        (SegmentKind::Updatable, Some(Refresh::Daily))
    );
    assert_eq!(
        fixed
            .change(&json!({"condition": {}, "kind": "updatable"}))
            .unwrap()
            .kind,
        living.kind
    );
    let dynamic = json!({"name": "D", "kind": "dynamic", "condition": {}});
    let dynamic = SegmentSettings::make(&dynamic).unwrap();
    for (before, patch, expected) in [
        (
            &fixed,
            json!({"kind": "dynamic", "condition": {}}),
            "not_supported /kind",
        ),
        (&fixed, json!({"kind": "updatable"}), "not_supported /kind"),
        (
            &living,
            json!({"kind": "static", "condition": null}),
            "not_supported /kind",
        ),
        (&living, json!({"condition": null}), "required /condition"),
        (
            &dynamic,
            json!({"kind": "updatable"}),
            "not_supported /kind",
        ),
        (&dynamic, json!({"condition": null}), "required /condition"),
    ] {
        let found = before.change(&patch).unwrap_err();
        let found: Vec<String> = found
            .iter()
            .map(|one| format!("{} {}", one.code.as_str(), one.pointer))
            .collect();
        assert_eq!(found, [expected], "{patch}");
    }
    assert_eq!(
        living.change(&json!({"refresh": null})).unwrap().refresh,
        None
    );
}
