//! Dates, times and zones.

use proptest::prelude::*;
use roster_model::{Timestamp, Zone, parse_date, parse_field_date};
use serde_json::{Value, json};

fn utc(value: Value) -> Result<String, &'static str> {
    parse_date(&value, &Zone::utc()).map_err(|invalid| invalid.code.as_str())
}

#[test]
fn every_documented_form_is_read() {
    for (given, canonical) in [
        (json!("2001-12-31"), "2001-12-31"),
        (json!(" 2001-12-31 "), "2001-12-31"),
        (json!("0001-01-01"), "0001-01-01"),
        (json!("2024-02-29"), "2024-02-29"),
        (json!("1990-02-22T21:00:00Z"), "1990-02-22T21:00:00.000Z"),
        (
            json!("1990-02-22t21:00:00.1239999z"),
            "1990-02-22T21:00:00.123Z",
        ),
        (
            json!("1990-02-22 21:00:00+03:00"),
            "1990-02-22T18:00:00.000Z",
        ),
        (json!("1990-02-22T21:00-0330"), "1990-02-23T00:30:00.000Z"),
        (json!("1990-02-22T21:00:00+03"), "1990-02-22T18:00:00.000Z"),
        (json!("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59.000Z"),
        (json!("2001-12-31T10:00"), "2001-12-31T10:00:00.000Z"),
        (json!(0), "1970-01-01T00:00:00.000Z"),
        (json!(1_795_448_400), "2026-11-23T15:40:00.000Z"),
        (json!(1_795_448_400_123_i64), "2026-11-23T15:40:00.123Z"),
        (json!(1_795_448_400.5), "2026-11-23T15:40:00.500Z"),
        (json!(-1), "1969-12-31T23:59:59.000Z"),
        (
            json!("9999-12-31T23:59:59.999Z"),
            "9999-12-31T23:59:59.999Z",
        ),
    ] {
        assert_eq!(utc(given.clone()).as_deref(), Ok(canonical), "{given}");
        assert_eq!(utc(json!(canonical)).as_deref(), Ok(canonical));
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for wrong in [
        "",
        "now",
        "2001",
        "2001-13-01",
        "2001-02-29",
        "2001-1-1",
        "01.02.2003",
        "20010203",
        "2001-12-31T",
        "2001-12-31T24:00:00Z",
        "2001-12-31T10:60:00Z",
        "2001-12-31T10:00:61Z",
        "2001-12-31T10:00:00.Z",
        "2001-12-31T10:00:00+25:00",
        "2001-12-31T10:00:00+3",
        "2001-12-31T10:00:00Zulu",
        "2001-12-31Z",
        "1700000000",
        "2001-12-31\u{0}",
    ] {
        assert_eq!(utc(json!(wrong)), Err("invalid_date"), "{wrong}");
    }
    for wrong in [json!(true), json!([]), json!({}), json!(null)] {
        assert_eq!(utc(wrong), Err("wrong_type"));
    }
    for wrong in [
        json!("0000-12-31"),
        json!("0001-01-01T00:00:00+01:00"),
        json!("9999-12-31T23:59:59-00:01"),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(253_402_300_800_000_i64),
    ] {
        assert_eq!(utc(wrong.clone()), Err("out_of_range"), "{wrong}");
    }
}

#[test]
fn a_field_takes_midnight_for_no_time() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let read = |text: &str| parse_field_date(&json!(text), &zone);
    for (text, held) in [
        ("1990-05-14", "1990-05-14"),
        ("1990-05-14T00:00:00", "1990-05-14"),
        (" 1990-05-14 00:00:00 ", "1990-05-14"),
        ("1990-05-14 00:00", "1990-05-14"),
        ("1990-05-14T00:00:00.000", "1990-05-14"),
        // With an offset it is an instant, and so is any other time.
        ("1990-05-14T00:00:00Z", "1990-05-14T00:00:00.000Z"),
        ("1990-05-14T00:00:00+02:00", "1990-05-13T22:00:00.000Z"),
        ("1990-05-14T00:00:01", "1990-05-13T22:00:01.000Z"),
    ] {
        assert_eq!(read(text).as_deref(), Ok(held), "{text}");
        assert_eq!(read(held).as_deref(), Ok(held), "{held}");
    }
    assert_eq!(
        read("0000-05-14T00:00:00").unwrap_err().code.as_str(),
        "out_of_range"
    );
}

#[test]
fn a_local_time_is_read_in_the_zone() {
    let read = |zone: &str, text: &str| parse_date(&json!(text), &Zone::parse(zone).unwrap());
    let moscow = read("europe/moscow", "2024-05-27 12:00:00").unwrap();
    assert_eq!(moscow, "2024-05-27T09:00:00.000Z");
    // A day stays a day, an offset wins over the zone.
    assert_eq!(read("Europe/Moscow", "2024-05-27").unwrap(), "2024-05-27");
    assert_eq!(
        read("Asia/Tokyo", "2024-05-27T12:00Z").unwrap(),
        "2024-05-27T12:00:00.000Z"
    );
    // The clock skipped 02:30 and showed 02:30 twice.
    let berlin = |text| read("Europe/Berlin", text).unwrap();
    assert_eq!(berlin("2024-03-31T02:30:00"), "2024-03-31T01:30:00.000Z");
    assert_eq!(berlin("2024-10-27T02:30:00"), "2024-10-27T00:30:00.000Z");
    let early = read("Asia/Tokyo", "0001-01-01T00:00:00").unwrap_err();
    assert_eq!(early.code.as_str(), "out_of_range");
}

#[test]
fn zones_keep_the_name_iana_gives_them() {
    assert_eq!(
        Zone::parse("EUROPE/berlin").unwrap().name(),
        "Europe/Berlin"
    );
    assert_eq!(Zone::parse("utc").unwrap(), Zone::utc());
    for wrong in ["", "Mars/Olympus", "+03:00", "../etc/passwd", "Etc/Unknown"] {
        assert_eq!(
            Zone::parse(wrong).unwrap_err().code.as_str(),
            "invalid_time_zone",
            "{wrong}"
        );
    }
    // A stored name that no table has is an error when it is needed.
    let gone = Zone::stored("Mars/Olympus");
    assert!(parse_date(&json!("2024-05-27T12:00"), &gone).is_err());
    assert!(parse_date(&json!("2024-05-27"), &gone).is_ok());
}

#[test]
fn instants_show_milliseconds_and_utc() {
    let at = Timestamp::from_ms(1_795_448_400_123);
    assert_eq!(at.to_string(), "2026-11-23T15:40:00.123Z");
    assert_eq!("2026-11-23t16:40:00.123+01:00".parse::<Timestamp>(), Ok(at));
    assert!("2026-11-23".parse::<Timestamp>().is_err());
    assert_eq!(
        Timestamp::from_ms(i64::MIN).to_string(),
        "0001-01-01T00:00:00.000Z"
    );
    assert_eq!(
        Timestamp::from_ms(i64::MAX).to_string(),
        "9999-12-31T23:59:59.999Z"
    );
}

proptest! {
    #[test]
    fn instants_round_trip(ms in -62_135_596_800_000_i64..=253_402_300_799_999) {
        let at = Timestamp::from_ms(ms);
        prop_assert_eq!(at.ms(), ms);
        prop_assert_eq!(at.to_string().parse::<Timestamp>(), Ok(at));
        prop_assert_eq!(at.to_string().len(), 24);
    }

    #[test]
    fn what_is_accepted_is_canonical(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]([ Tt][0-2][0-9]:[0-5][0-9](:[0-6][0-9](\\.[0-9]{1,9})?)?(z|Z|[+-][0-2][0-9]:?[0-5][0-9])?)?") {
        if let Ok(once) = utc(json!(text)) {
            prop_assert_eq!(utc(json!(once)), Ok(once));
        }
    }

    #[test]
    fn numbers_never_panic(number in any::<f64>(), whole in any::<i64>()) {
        let _ = utc(json!(number));
        let _ = utc(json!(whole));
    }
}
