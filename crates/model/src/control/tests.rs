//! Settings, lots, rules of drawing, rotations and figures.

use super::*;
use crate::define::Settings;
use crate::id::{ControlSetId, ProfileId, first_pk};
use crate::time::{Timestamp, Zone};
use proptest::prelude::*;

fn settings(body: Value) -> ControlGroupSettings {
    ControlGroupSettings::create(&body).unwrap()
}

fn set(id: i64) -> ControlSetId {
    ControlSetId::new(id).unwrap()
}

fn lot_of(generation: i64, email: &str) -> u32 {
    let secret = ControlSecret([7; 32]);
    lot(&secret, generation, &LotContact::of_email(email))
}

#[test]
fn settings_are_read_and_refused_with_places() {
    let least = settings(json!({"percent": 5}));
    assert!(least.enabled && least.exclude.is_none());
    assert_eq!(least.channels, Channel::ALL);
    assert_eq!(
        serde_json::to_value(&least).unwrap(),
        json!({
            "enabled": true, "percent": 5, "exclude": null, "resources": "all",
            "channels": Channel::ALL.map(Channel::as_str), "rotation": "never",
        })
    );
    let whole = json!({
        "enabled": false, "percent": 0.25, "exclude": {"status": ["complained"]},
        "resources": {"exempt": ["3"]}, "channels": ["sms"],
        "rotation": {"every_months": 3, "day": 28},
    });
    let read = settings(whole.clone());
    assert_eq!(serde_json::to_value(&read).unwrap(), whole);
    assert_eq!(
        serde_json::from_value::<ControlGroupSettings>(whole).unwrap(),
        read
    );
    assert!(read.holds_back(ResourceId::new(4).unwrap(), Channel::Sms));
    assert!(!read.holds_back(ResourceId::new(3).unwrap(), Channel::Sms));
    assert!(!read.holds_back(ResourceId::new(4).unwrap(), Channel::Email));
    for (body, pointer, code) in [
        (json!({}), "/percent", Code::Required),
        (json!({"percent": 0}), "/percent", Code::OutOfRange),
        (json!({"percent": 50.01}), "/percent", Code::OutOfRange),
        (json!({"percent": 1.234}), "/percent", Code::OutOfRange),
        (json!({"percent": "5"}), "/percent", Code::WrongType),
        (
            json!({"percent": 5, "enabled": null}),
            "/enabled",
            Code::Required,
        ),
        (
            json!({"percent": 5, "exclude": {}}),
            "/exclude",
            Code::Empty,
        ),
        (
            json!({"percent": 5, "exclude": []}),
            "/exclude",
            Code::WrongType,
        ),
        (
            json!({"percent": 5, "resources": "some"}),
            "/resources",
            Code::NotAnOption,
        ),
        (
            json!({"percent": 5, "resources": {}}),
            "/resources/exempt",
            Code::Required,
        ),
        (
            json!({"percent": 5, "resources": {"exempt": ["x"]}}),
            "/resources/exempt/0",
            Code::InvalidId,
        ),
        (
            json!({"percent": 5, "channels": []}),
            "/channels",
            Code::Empty,
        ),
        (
            json!({"percent": 5, "channels": ["fax"]}),
            "/channels/0",
            Code::InvalidChannel,
        ),
        (
            json!({"percent": 5, "rotation": "daily"}),
            "/rotation",
            Code::NotAnOption,
        ),
        (
            json!({"percent": 5, "rotation": {"every_months": 0, "day": 1}}),
            "/rotation/every_months",
            Code::OutOfRange,
        ),
        (
            json!({"percent": 5, "rotation": {"every_months": 1, "day": 29}}),
            "/rotation/day",
            Code::OutOfRange,
        ),
        (
            json!({"percent": 5, "generation": 2}),
            "/generation",
            Code::UnknownField,
        ),
    ] {
        let wrong = ControlGroupSettings::create(&body).unwrap_err();
        assert_eq!(
            (&*wrong[0].pointer, wrong[0].code),
            (pointer, code),
            "{body}"
        );
    }
}

#[test]
fn a_share_is_a_share_and_a_greater_one_has_everybody_of_a_smaller() {
    let lots: Vec<u32> = (0..100_000)
        .map(|n| lot_of(1, &format!("p{n}@example.com")))
        .collect();
    for percent in [0.5, 5.0, 10.0, 50.0] {
        let threshold = settings(json!({"percent": percent})).percent.threshold();
        let inside = lots.iter().filter(|lot| **lot < threshold).count();
        let share = inside as f64 / 1000.0;
        assert!((share - percent).abs() < 0.5, "{percent}: {share}");
    }
    // Chi-squared over a hundred equal parts, by degrees of freedom: 1 for a fair draw.
    let mut parts = vec![0.0_f64; 100];
    for lot in &lots {
        parts[usize::try_from(lot / 10_000).unwrap()] += 1.0;
    }
    let squared: f64 = parts
        .iter()
        .map(|hits| (hits - 1000.0).powi(2) / 1000.0)
        .sum();
    assert!((0.5..1.6).contains(&(squared / 99.0)), "{squared}");
}

#[test]
fn a_lot_knows_neither_range_nor_time() {
    // Those in a range window, and those made early, are in as often as others.
    let secret = ControlSecret([3; 32]);
    let people: Vec<ProfileId> = (0..100_000)
        .map(|n| {
            ProfileId::from_pk(first_pk(1_700_000_000_000 + n * 977, (n % 1000) as u32)).unwrap()
        })
        .collect();
    let is_in = |id: &ProfileId| lot(&secret, 1, &LotContact::Id(*id)) < 100_000;
    let share =
        |some: &[ProfileId]| some.iter().filter(|id| is_in(id)).count() as f64 / some.len() as f64;
    let window = crate::Range::parse(&json!({"from": 0, "to": 10})).unwrap();
    let inside: Vec<ProfileId> = people
        .iter()
        .copied()
        .filter(|id| window.contains(*id))
        .collect();
    assert!((share(&inside) - 0.1).abs() < 0.015, "{}", share(&inside));
    for tenth in people.chunks(10_000) {
        assert!((share(tenth) - 0.1).abs() < 0.015, "{}", share(tenth));
    }
}

#[test]
fn the_same_person_draws_the_same_lot() {
    assert_eq!(lot_of(1, "Ann@Example.com"), lot_of(1, "ann@example.com"));
    assert_ne!(lot_of(1, "ann@example.com"), lot_of(2, "ann@example.com"));
    let other = lot(
        &ControlSecret([8; 32]),
        1,
        &LotContact::of_email("ann@example.com"),
    );
    assert_ne!(lot_of(1, "ann@example.com"), other);
    assert_eq!(format!("{:?}", ControlSecret([8; 32])), "ControlSecret");
}

#[test]
fn a_change_of_settings_draws_as_it_says() {
    let old = settings(json!({"percent": 5}));
    let draw = |body| Draw::between(&old.rule(), &settings(body).rule(), set(1), set(2));
    let raised = draw(json!({"percent": 6})).unwrap();
    assert!(raised.adds && !raised.asks_members && raised.base == Some(set(1)));
    let lowered = draw(json!({"percent": 4})).unwrap();
    assert!(!lowered.adds && !lowered.asks_members);
    let excluding = draw(json!({"percent": 4, "exclude": {"status": ["invalid"]}})).unwrap();
    assert!(excluding.adds && excluding.asks_members);
    assert_eq!(draw(json!({"percent": 5, "channels": ["sms"]})), None);
}

fn held() -> impl Strategy<Value = Candidate> {
    (prop::option::of(0..PARTS), any::<bool>())
        .prop_map(|(lot, is_excluded)| Candidate { lot, is_excluded })
}

proptest! {
    #[test]
    fn raising_only_adds_and_lowering_only_removes(
        held in held(), own in 0..PARTS, from in 1_u32..5000, to in 1_u32..5000,
    ) {
        let percent = |hundredths: u32| f64::from(hundredths) / 100.0;
        let (before, after) = (settings(json!({"percent": percent(from)})), settings(json!({"percent": percent(to)})));
        // Those who were in were below the share of then.
        let held = Candidate { lot: held.lot.map(|lot| lot % before.percent.threshold()), ..held };
        let rule = Rule { threshold: after.percent.threshold(), exclude: None };
        if let Some(draw) = Draw::between(&before.rule(), &after.rule(), set(1), set(2)) {
            let now = draw.decide(&rule, held, || own);
            if to > from {
                prop_assert!(held.lot.is_none() || now == held.lot);
            } else {
                prop_assert!(held.lot.is_some() || now.is_none());
            }
            prop_assert!(now.is_none_or(|lot| lot < rule.threshold));
        } else {
            prop_assert_eq!(from, to);
        }
        // Drawn again, only the lot of the moment counts.
        let again = Draw::from_nobody(set(2)).decide(&rule, Candidate { lot: None, ..held }, || own);
        prop_assert_eq!(again.is_some(), own < rule.threshold && !held.is_excluded);
    }

    #[test]
    fn what_is_done_by_hand_can_be_taken_back(drawn in any::<bool>(), is_in in any::<bool>()) {
        let now = Timestamp::from_ms(5);
        let before = ControlState {
            entered_at: is_in.then(|| Timestamp::from_ms(1)),
            is_drawn: drawn,
            by_hand: None,
        };
        let added = ControlAct::Add.apply(before, true, now);
        prop_assert!(added.is_member());
        prop_assert_eq!(added.entered_at, before.entered_at.or(Some(now)));
        let removed = ControlAct::Remove.apply(added, true, now);
        prop_assert!(!removed.is_member());
        let cleared = ControlAct::Clear.apply(removed, true, now);
        prop_assert_eq!((cleared.is_member(), cleared.by_hand), (drawn, None));
        // Without a set in force nobody is in.
        prop_assert!(!ControlAct::Add.apply(before, false, now).is_member());
    }
}

#[test]
fn a_rotation_is_at_midnight_of_its_day() {
    let zone = Zone::parse("Europe/Moscow").unwrap();
    let rotation = Rotation::Every { months: 3, day: 1 };
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // 23:00 in UTC is the next day in Moscow.
    let next = rotation.next(at("2026-10-31T23:00:00Z"), &zone).unwrap();
    assert_eq!(next, at("2027-01-31T21:00:00Z"));
    let yearly = Rotation::Every {
        months: 14,
        day: 28,
    };
    let next = yearly
        .next(at("2026-11-30T12:00:00Z"), &Zone::utc())
        .unwrap();
    assert_eq!(next, at("2028-01-28T00:00:00Z"));
    assert_eq!(Rotation::Never.next(next, &zone), None);
}

fn near(found: f64, known: f64) {
    assert!((found - known).abs() < 5e-5, "{found} is not {known}");
}

/// Table II of Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10.
#[test]
fn intervals_are_those_of_newcombe() {
    for (one, other, lower, upper) in [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ] {
        let found = newcombe(one, other).unwrap();
        near(found.lower, lower);
        near(found.upper, upper);
    }
    assert_eq!(newcombe((0, 0), (1, 2)), None);
}

#[test]
fn the_smallest_uplift_is_that_of_fleiss() {
    // From 10 % to 15 % takes 686 a group at 5 % and 80 % (Fleiss, table A.3 without the
    // correction for continuity).
    let found = smallest_uplift(686, 686, 0.10).unwrap();
    assert!((found - 0.05).abs() < 1e-4, "{found}");
    assert!(smallest_uplift(10_000, 686, 0.10).unwrap() < found);
    assert!(smallest_uplift(1000, 1000, 0.0).unwrap() > 0.0);
    assert_eq!(smallest_uplift(0, 10, 0.5), None);
    assert_eq!(smallest_uplift(10, 10, 1.0), None);
}

#[test]
fn empty_groups_and_no_events_have_no_uplift_or_none() {
    assert_eq!(Uplift::of((0, 0), (0, 10)), None);
    assert_eq!(Uplift::of((0, 10), (0, 0)), None);
    let nothing = Uplift::of((0, 950), (0, 50)).unwrap();
    assert_eq!((nothing.absolute, nothing.relative), (0.0, None));
    assert!(nothing.interval.lower < 0.0 && nothing.interval.upper > 0.0);
    let doubled = Uplift::of((200, 1000), (10, 100)).unwrap();
    near(doubled.absolute, 0.1);
    near(doubled.relative.unwrap(), 1.0);
}
