//! When schedules run, above all where clocks are changed.

use proptest::prelude::*;
use roster_model::schedule::Timing;
use roster_model::{Timestamp, Zone};
use serde_json::{Value, json};

fn timing(plan: Value) -> Timing {
    Timing::parse(&plan, &Zone::utc()).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The next runs in UTC, without the seconds.
fn runs(plan: Value, after: &str, count: usize) -> Vec<String> {
    let runs = timing(plan).upcoming(at(after), count);
    let texts = runs.iter().map(ToString::to_string);
    texts
        .map(|text| {
            assert_eq!(&text[16..], ":00.000Z", "{text}");
            text[..16].to_owned()
        })
        .collect()
}

fn cron(cron: &str, zone: &str) -> Value {
    json!({"cron": cron, "time_zone": zone})
}

const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";

#[test]
fn cron_expressions_run_by_the_clock_of_their_zone() {
    for (plan, expected) in [
        (
            cron("30 6 * * *", BERLIN),
            ["2026-07-01T04:30", "2026-07-02T04:30"],
        ),
        (
            cron("30 6 * * *", NEW_YORK),
            ["2026-07-01T10:30", "2026-07-02T10:30"],
        ),
        (
            cron("0 0 1 * *", "UTC"),
            ["2026-08-01T00:00", "2026-09-01T00:00"],
        ),
        (
            cron("0 9 * * MON", "UTC"),
            ["2026-07-06T09:00", "2026-07-13T09:00"],
        ),
        (
            cron("0 9 * * 1-5", "UTC"),
            ["2026-07-01T09:00", "2026-07-02T09:00"],
        ),
        (
            cron("*/20 * * * *", "UTC"),
            ["2026-07-01T00:20", "2026-07-01T00:40"],
        ),
        (
            cron("15,45 8-9 1 JUL *", "UTC"),
            ["2026-07-01T08:15", "2026-07-01T08:45"],
        ),
        // Where day of the month and of the week are both given, either will do.
        (
            cron("0 0 3 * SUN", "UTC"),
            ["2026-07-03T00:00", "2026-07-05T00:00"],
        ),
        (
            cron("0 0 29 2 *", "UTC"),
            ["2028-02-29T00:00", "2032-02-29T00:00"],
        ),
        (
            json!({"cron": "0 12 * * *"}),
            ["2026-07-01T12:00", "2026-07-02T12:00"],
        ),
    ] {
        assert_eq!(
            runs(plan.clone(), "2026-07-01T00:00:00Z", 2),
            expected,
            "{plan}"
        );
    }
}

#[test]
fn a_run_is_strictly_after_the_last() {
    let plan = cron("0 12 * * *", "UTC");
    assert_eq!(
        runs(plan.clone(), "2026-07-01T11:59:59.999Z", 1),
        ["2026-07-01T12:00"]
    );
    assert_eq!(
        runs(plan.clone(), "2026-07-01T12:00:00Z", 1),
        ["2026-07-02T12:00"]
    );
    assert_eq!(
        runs(plan, "2026-07-01T12:00:00.001Z", 1),
        ["2026-07-02T12:00"]
    );
}

#[test]
fn intervals_are_counted_from_the_epoch() {
    assert_eq!(
        runs(json!({"every_minutes": 15}), "2026-07-01T00:07:00Z", 3),
        ["2026-07-01T00:15", "2026-07-01T00:30", "2026-07-01T00:45"]
    );
    assert_eq!(
        runs(json!({"every_hours": "6"}), "2026-07-01T06:00:00Z", 2),
        ["2026-07-01T12:00", "2026-07-01T18:00"]
    );
    let plan = timing(json!({"every_minutes": 120}));
    assert_eq!(plan.to_json(), json!({"every_hours": 2}));
}

#[test]
fn a_job_in_the_hour_that_is_skipped_runs_once_right_after_the_gap() {
    // In Berlin 02:00 to 03:00 is missing on 29 March 2026, from 01:00 UTC on.
    for job in ["30 2 * * *", "0 2 * * *", "15,45 2 * * *", "59 2 29 3 *"] {
        let found = runs(cron(job, BERLIN), "2026-03-29T00:59:59Z", 1);
        assert_eq!(found, ["2026-03-29T01:00"], "{job}");
    }
    assert_eq!(
        runs(cron("30 2 * * *", BERLIN), "2026-03-28T00:00:00Z", 4),
        [
            "2026-03-28T01:30",
            "2026-03-29T01:00",
            "2026-03-30T00:30",
            "2026-03-31T00:30"
        ]
    );
    assert_eq!(
        runs(cron("15,45 2 * * *", BERLIN), "2026-03-28T12:00:00Z", 3),
        ["2026-03-29T01:00", "2026-03-30T00:15", "2026-03-30T00:45"]
    );
    // What is due at the end of the gap anyway doesn't run twice.
    assert_eq!(
        runs(cron("0 2,3 * * *", BERLIN), "2026-03-28T12:00:00Z", 2),
        ["2026-03-29T01:00", "2026-03-30T00:00"]
    );
    // In New York 02:00 to 03:00 is missing on 8 March 2026, from 07:00 UTC on.
    assert_eq!(
        runs(cron("30 2 * * *", NEW_YORK), "2026-03-07T00:00:00Z", 3),
        ["2026-03-07T07:30", "2026-03-08T07:00", "2026-03-09T06:30"]
    );
    // Jobs around the gap don't care.
    assert_eq!(
        runs(cron("30 1,3 * * *", NEW_YORK), "2026-03-08T00:00:00Z", 3),
        ["2026-03-08T06:30", "2026-03-08T07:30", "2026-03-09T05:30"]
    );
}

#[test]
fn a_job_in_the_hour_that_comes_twice_runs_once() {
    // In Berlin 02:00 to 03:00 comes twice on 25 October 2026: from 00:00 UTC
    // and from 01:00 UTC on.
    assert_eq!(
        runs(cron("30 2 * * *", BERLIN), "2026-10-24T12:00:00Z", 3),
        ["2026-10-25T00:30", "2026-10-26T01:30", "2026-10-27T01:30"]
    );
    assert_eq!(
        runs(cron("0,30 2,3 * * *", BERLIN), "2026-10-24T12:00:00Z", 5),
        [
            "2026-10-25T00:00",
            "2026-10-25T00:30",
            "2026-10-25T02:00",
            "2026-10-25T02:30",
            "2026-10-26T01:00"
        ]
    );
    // Asked in the middle, or between both.
    for after in [
        "2026-10-25T00:30:00Z",
        "2026-10-25T00:59:00Z",
        "2026-10-25T01:10:00Z",
    ] {
        let found = runs(cron("30 2 * * *", BERLIN), after, 1);
        assert_eq!(found, ["2026-10-26T01:30"], "{after}");
    }
    // In New York 01:00 to 02:00 comes twice on 1 November 2026.
    assert_eq!(
        runs(cron("30 1 * * *", NEW_YORK), "2026-10-31T12:00:00Z", 2),
        ["2026-11-01T05:30", "2026-11-02T06:30"]
    );
}

#[test]
fn a_job_with_a_star_runs_by_the_clock_as_it_goes() {
    // Through the gap nothing is left out and nothing is added.
    assert_eq!(
        runs(cron("*/30 * * * *", BERLIN), "2026-03-29T00:15:00Z", 4),
        [
            "2026-03-29T00:30",
            "2026-03-29T01:00",
            "2026-03-29T01:30",
            "2026-03-29T02:00"
        ]
    );
    assert_eq!(
        runs(cron("0 * * * *", NEW_YORK), "2026-03-08T05:30:00Z", 3),
        ["2026-03-08T06:00", "2026-03-08T07:00", "2026-03-08T08:00"]
    );
    // The hour that comes twice, comes twice.
    assert_eq!(
        runs(cron("*/30 * * * *", BERLIN), "2026-10-24T23:45:00Z", 6),
        [
            "2026-10-25T00:00",
            "2026-10-25T00:30",
            "2026-10-25T01:00",
            "2026-10-25T01:30",
            "2026-10-25T02:00",
            "2026-10-25T02:30"
        ]
    );
    assert_eq!(
        runs(cron("0 * * * *", NEW_YORK), "2026-11-01T04:30:00Z", 4),
        [
            "2026-11-01T05:00",
            "2026-11-01T06:00",
            "2026-11-01T07:00",
            "2026-11-01T08:00"
        ]
    );
    // Also where only its minutes have a star.
    assert_eq!(
        runs(cron("*/30 2 * * *", BERLIN), "2026-10-24T12:00:00Z", 5),
        [
            "2026-10-25T00:00",
            "2026-10-25T00:30",
            "2026-10-25T01:00",
            "2026-10-25T01:30",
            "2026-10-26T01:00"
        ]
    );
    assert_eq!(
        runs(cron("*/30 2 * * *", BERLIN), "2026-03-28T12:00:00Z", 1),
        ["2026-03-30T00:00"]
    );
}

#[test]
fn a_day_that_a_zone_skipped_is_a_gap_too() {
    // Samoa went over the date line: 30 December 2011 was not there.
    assert_eq!(
        runs(
            cron("0 12 30 * *", "Pacific/Apia"),
            "2011-12-20T00:00:00Z",
            2
        ),
        ["2011-12-30T10:00", "2012-01-29T22:00"]
    );
}

#[test]
fn plans_that_say_nothing_are_refused() {
    for (plan, code, pointer) in [
        (json!({}), "required", "/cron"),
        (json!({"cron": null}), "required", "/cron"),
        (json!({"cron": 5}), "wrong_type", "/cron"),
        (json!({"cron": ""}), "invalid_cron", "/cron"),
        (json!({"cron": "* * * *"}), "invalid_cron", "/cron"),
        (json!({"cron": "0 * * * * *"}), "invalid_cron", "/cron"),
        (json!({"cron": "@daily"}), "invalid_cron", "/cron"),
        (json!({"cron": "60 * * * *"}), "invalid_cron", "/cron"),
        (json!({"cron": "a * * * *"}), "invalid_cron", "/cron"),
        (json!({"cron": "0 0 30 2 *"}), "never", "/cron"),
        (
            json!({"cron": "* * * * *", "time_zone": "Mars"}),
            "invalid_time_zone",
            "/time_zone",
        ),
        (
            json!({"every_minutes": 5, "time_zone": BERLIN}),
            "contradiction",
            "/time_zone",
        ),
        (
            json!({"every_minutes": 5, "every_hours": 1}),
            "contradiction",
            "/cron",
        ),
        (
            json!({"every_minutes": 5, "cron": "* * * * *"}),
            "contradiction",
            "/cron",
        ),
        (
            json!({"every_minutes": 0}),
            "out_of_range",
            "/every_minutes",
        ),
        (
            json!({"every_hours": 100000}),
            "out_of_range",
            "/every_hours",
        ),
        (json!({"every_days": 1}), "unknown_field", "/every_days"),
        (json!("* * * * *"), "wrong_type", ""),
    ] {
        let wrong = Timing::parse(&plan, &Zone::utc()).unwrap_err();
        assert!(
            wrong
                .iter()
                .any(|e| (e.code.as_str(), &*e.pointer) == (code, pointer)),
            "{plan}: {wrong:?}"
        );
    }
}

fn field(least: u32, most: u32) -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        (2..=most).prop_map(|n| format!("*/{n}")),
        (least..=most).prop_map(|n| n.to_string()),
        (least..=most, least..=most).prop_map(|(a, b)| format!("{a},{b}")),
        (least..=most, least..=most).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
    ]
}

proptest! {
    #[test]
    fn runs_go_forward_and_are_told_alike_from_everywhere(
        minute in field(0, 59),
        hour in field(0, 23),
        day in prop_oneof![3 => Just("*".to_owned()), 1 => field(1, 28)],
        zone in prop_oneof![
            Just(BERLIN), Just(NEW_YORK), Just("Australia/Lord_Howe"), Just("Asia/Kolkata")
        ],
        start in 1_767_225_600_000..1_830_297_600_000i64,
    ) {
        let plan = timing(cron(&format!("{minute} {hour} {day} * *"), zone));
        let start = Timestamp::from_ms(start);
        let runs = plan.upcoming(start, 30);
        prop_assert_eq!(runs.len(), 30);
        prop_assert!(runs[0] > start);
        prop_assert!(runs.is_sorted_by(|a, b| a < b));
        // Anyone who asks between two runs is told the later one.
        for pair in runs.windows(2) {
            let between = Timestamp::from_ms(pair[0].ms().midpoint(pair[1].ms()));
            let just_before = Timestamp::from_ms(pair[1].ms() - 1);
            prop_assert_eq!(plan.next(between), Some(pair[1]));
            prop_assert_eq!(plan.next(just_before), Some(pair[1]));
        }
        prop_assert_eq!(&Timing::parse(&plan.to_json(), &Zone::utc()).unwrap(), &plan);
    }
}
