//! Dates: plain ones and instants, compared with both, with now, and by day of
//! the year.

use super::support::{at, check, database, parse_in, person};
use roster_model::Zone;
use roster_model::condition::Moment;
use roster_model::restrictions::Restrictions;
use roster_model::search::Query;
use serde_json::json;

/// Whether a date of somebody passes, in a zone at a time.
fn passes_at(now: &str, zone: &str, date: &str, test: &serde_json::Value) -> bool {
    let mut condition = test.clone();
    condition["field"] = json!("seen");
    let moment = Moment {
        now: at(now),
        zone: Zone::parse(zone).unwrap(),
    };
    let parsed = parse_in(zone, &condition).unwrap();
    parsed.holds(
        &person(json!({"seen": date})),
        &|_| false,
        &|_| 0,
        &|_| 0,
        &Restrictions::default(),
        &moment,
    )
}

#[test]
fn search_compares_dates_as_conditions_do() {
    for zone in ["UTC", "Europe/Berlin", "America/New_York"] {
        let database = database(zone);
        for stored in [
            "1990-05-14",
            "1990-05-13T23:30:00.000Z",
            "1990-05-14T02:00:00.000Z",
        ] {
            for asked in [
                "1990-05-13",
                "1990-05-14",
                "1990-05-14T00:00:00",
                "1990-05-13T23:30:00Z",
            ] {
                let is_field = |name: &str| database.field(name).is_some();
                let query = Query::parse(&format!("seen:\"{asked}\""), is_field).unwrap();
                let found = query.accepts(Some("seen"), &json!(stored), &database);
                // What a field holds has no time at midnight.
                let bound = asked.strip_suffix("T00:00:00").unwrap_or(asked);
                let passes = passes_at("2026-05-14T12:00:00Z", zone, stored, &json!({"eq": bound}));
                assert_eq!(found, passes, "{stored} {asked} in {zone}");
            }
        }
    }
}

#[test]
fn a_plain_date_means_the_whole_day() {
    check(
        "seen",
        json!("2026-05-14T23:59:59.999Z"),
        &[
            (json!({"eq": "2026-05-14"}), true),
            (json!({"le": "2026-05-14"}), true),
            (json!({"ge": "2026-05-14"}), true),
            (json!({"lt": "2026-05-14"}), false),
            (json!({"gt": "2026-05-14"}), false),
            (json!({"lt": "2026-05-15"}), true),
            (json!({"gt": "2026-05-13"}), true),
            (json!({"ne": "2026-05-14"}), false),
            (json!({"between": ["2026-05-14", "2026-05-14"]}), true),
        ],
    );
    check(
        "seen",
        json!("2026-05-14"),
        &[
            (json!({"eq": "2026-05-14"}), true),
            (json!({"eq": "2026-05-14T18:00:00Z"}), true),
            (json!({"lt": "2026-05-14T18:00:00Z"}), false),
            (json!({"le": "2026-05-14T18:00:00Z"}), true),
            (json!({"lt": "2026-05-15T00:00:00Z"}), true),
        ],
    );
    check(
        "seen",
        json!("2026-05-14T12:00:00.000Z"),
        &[
            (json!({"eq": "2026-05-14T14:00:00+02:00"}), true),
            (json!({"lt": "2026-05-14T12:00:00.001Z"}), true),
            (json!({"lt": "2026-05-14T12:00:00Z"}), false),
        ],
    );
}

#[test]
fn days_are_those_of_the_zone() {
    let night = "2026-05-14T22:30:00.000Z";
    let now = "2026-05-14T12:00:00Z";
    let passes = |zone, test| passes_at(now, zone, night, &test);
    assert!(passes("Europe/Berlin", json!({"eq": "2026-05-15"})));
    assert!(passes("UTC", json!({"eq": "2026-05-14"})));
    assert!(passes("Europe/Berlin", json!({"day": 15})));
    assert!(!passes("Europe/Berlin", json!({"day": 14})));
    // A time without an offset is one of the zone too.
    assert!(passes("Europe/Berlin", json!({"eq": "2026-05-15T00:30"})));
}

#[test]
fn relative_tests_count_from_now() {
    for (date, test, expected) in [
        ("2026-05-14T11:59:59.000Z", json!({"last": "1h"}), true),
        ("2026-05-14T10:59:59.000Z", json!({"last": "1h"}), false),
        ("2026-05-14T12:00:01.000Z", json!({"last": "1h"}), false),
        ("2026-05-14", json!({"last": "0d"}), true),
        ("2026-04-14", json!({"last": "30d"}), true),
        ("2026-04-13", json!({"last": "30d"}), false),
        ("2026-05-21", json!({"next": "7d"}), true),
        ("2026-05-22", json!({"next": "7d"}), false),
        ("2026-05-13", json!({"next": "7d"}), false),
        ("2025-05-13", json!({"older_than": "1y"}), true),
        ("2025-05-14", json!({"older_than": "1y"}), false),
        ("2026-06-15", json!({"later_than": "1mo"}), true),
        ("2026-06-14", json!({"later_than": "1mo"}), false),
    ] {
        check("seen", json!(date), &[(test, expected)]);
    }
}

#[test]
fn months_and_days_of_any_year() {
    for (date, test, expected) in [
        ("1980-05-31", json!({"month": 5}), true),
        ("1980-05-31", json!({"month": [4, 6]}), false),
        ("1980-05-31", json!({"day": 31}), true),
        ("1980-05-31", json!({"month": 5, "day": [30, 31]}), true),
        ("1980-05-31", json!({"month": 5, "day": 30}), false),
        (
            "1980-05-31T08:00:00.000Z",
            json!({"month": 5, "day": 31}),
            true,
        ),
    ] {
        check("seen", json!(date), &[(test, expected)]);
    }
}

#[test]
fn birthdays_come_round_every_year_also_on_29_february() {
    let comes = |now: &str, born: &str, days: u16| {
        let test = json!({"birthday": {"within_days": days}});
        passes_at(now, "UTC", born, &test)
    };
    let noon = |day: &str| format!("{day}T12:00:00Z");
    assert!(comes(&noon("2026-05-14"), "1980-05-14", 0));
    assert!(!comes(&noon("2026-05-14"), "1980-05-13", 0));
    assert!(comes(&noon("2026-05-14"), "1980-05-21", 7));
    assert!(!comes(&noon("2026-05-14"), "1980-05-22", 7));
    // Over the end of the year.
    assert!(comes(&noon("2026-12-30"), "1980-01-02", 3));
    // A leap day is kept on the day before March where there is none.
    assert!(comes(&noon("2026-02-28"), "2004-02-29", 0));
    assert!(!comes(&noon("2026-03-01"), "2004-02-29", 0));
    assert!(comes(&noon("2028-02-29"), "2004-02-29", 0));
    assert!(!comes(&noon("2028-02-28"), "2004-02-29", 0));
    assert!(comes(&noon("2028-02-28"), "2004-02-29", 1));
    assert!(comes(&noon("2028-02-28"), "2003-02-28", 0));
    // Everybody has one within a year.
    for born in ["2004-02-29", "1999-05-13", "1999-12-31"] {
        assert!(comes(&noon("2026-05-14"), born, 366), "{born}");
    }
    // Born at midnight in Moscow, in summer time.
    let moscow = |now: &str| {
        let test = json!({"birthday": {"within_days": 0}});
        passes_at(now, "Europe/Moscow", "1990-06-30T20:00:00.000Z", &test)
    };
    assert!(moscow("2026-07-01T12:00:00Z"));
    assert!(!moscow("2026-06-30T12:00:00Z"));
}
