//! Days: which one an instant belongs to in a time zone, when one begins, and
//! where one is that lies some time ahead or back.
//!
//! A day begins with the first instant at which the zone's clock shows its date
//! and reaches to where the next one begins. So days follow each other without
//! overlap or hole, also where the clock is put back across midnight.

use crate::Code;
use crate::error::{Invalid, excerpt_json};
use crate::time::{EPOCH, Timestamp, Zone};
use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset};
use serde_json::Value;
use std::fmt;

/// A day of the calendar, without a zone; shown as `2001-12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// Reads the canonical text of a plain date.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if text.len() != 10 || parts.next().is_some() {
            return None;
        }
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        date.ok().map(Day)
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.0.month().unsigned_abs()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.0.day().unsigned_abs()
    }

    /// Whether its year has a 29 February.
    pub fn in_leap_year(self) -> bool {
        self.0.in_leap_year()
    }

    /// The first day of the month so many months later.
    pub(crate) fn months_later(self, months: i64) -> Option<Self> {
        let first = self.0.first_of_month();
        let span = jiff::Span::new().try_months(months).ok()?;
        first.checked_add(span).ok().map(Day)
    }

    /// Another day of the same month, from 1.
    pub(crate) fn on(self, day: i64) -> Option<Self> {
        let date = Date::new(self.0.year(), self.0.month(), day.try_into().ok()?);
        date.ok().map(Day)
    }

    /// The next day; none after the last of the year 9999.
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A length of time as people say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    count: i64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

impl Span {
    /// Reads a whole number of at most five digits with its unit: `12h`,
    /// `30d`, `2w`, `6mo`, `1y`. Code: `invalid_duration`, `wrong_type`.
    pub fn parse(value: &Value) -> Result<Self, Invalid> {
        let refuse = |code| {
            let shown = excerpt_json(value);
            Invalid::new(
                code,
                format!(
                    "{shown} is no length of time: it must be a whole number of at most five digits and h, d, w, mo or y, such as \"30d\"."
                ),
            )
        };
        let Value::String(text) = value else {
            return Err(refuse(Code::WrongType));
        };
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let unit = match unit {
            "h" => Some(Unit::Hours),
            "d" => Some(Unit::Days),
            "w" => Some(Unit::Weeks),
            "mo" => Some(Unit::Months),
            "y" => Some(Unit::Years),
            _ => None,
        };
        match (number.parse(), unit) {
            (Ok(count), Some(unit)) if (1..=5).contains(&digits) => Ok(Span { count, unit }),
            _ => Err(refuse(Code::InvalidDuration)),
        }
    }

    /// The same length the other way.
    #[must_use]
    pub(crate) fn back(self) -> Self {
        Span {
            count: -self.count,
            unit: self.unit,
        }
    }
}

impl Zone {
    /// The day that an instant belongs to.
    pub fn day_of(&self, at: Timestamp) -> Day {
        let mut day = Day(shown(at, self.offset_at(at)).date());
        // The clock was put back across midnight: the day goes on.
        while let Some(next) = day.next()
            && self.start_of(next) <= at
        {
            day = next;
        }
        day
    }

    /// The first instant of a day; held within the years 1 to 9999.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let midnight = day.0.to_datetime(jiff::civil::Time::midnight());
        let from = |offset: Offset| {
            let shown = midnight.duration_since(EPOCH).as_millis();
            let ms = shown - i128::from(offset.seconds()) * 1000;
            Timestamp::from_ms(i64::try_from(ms).unwrap_or(0))
        };
        let Some(tables) = self.tables().filter(|_| !self.is_utc()) else {
            return from(Offset::UTC);
        };
        match tables.to_ambiguous_timestamp(midnight).offset() {
            AmbiguousOffset::Unambiguous { offset } => from(offset),
            AmbiguousOffset::Fold { before, .. } => from(before),
            // The clock skipped midnight, maybe in the middle of a gap: the day
            // begins where the gap is.
            AmbiguousOffset::Gap { before, after } => {
                let skipped = precise(from(after));
                let mut skips = tables.following(skipped);
                let ms = skips.next().map(|skip| skip.timestamp().as_millisecond());
                ms.map_or_else(|| from(before), Timestamp::from_ms)
            }
        }
    }

    /// The instant that lies a span ahead of another. Hours are hours; days
    /// and more are counted by the calendar, to the time that the zone's clock
    /// shows, on the last day of a month that is too short. Held within the
    /// years 1 to 9999.
    pub(crate) fn ahead(&self, at: Timestamp, span: Span) -> Timestamp {
        let local = shown(at, self.offset_at(at));
        let length = match span.unit {
            Unit::Hours => {
                let ms = span.count.saturating_mul(3_600_000);
                return Timestamp::from_ms(at.ms().saturating_add(ms));
            }
            Unit::Days => jiff::Span::new().try_days(span.count),
            Unit::Weeks => jiff::Span::new().try_weeks(span.count),
            Unit::Months => jiff::Span::new().try_months(span.count),
            Unit::Years => jiff::Span::new().try_years(span.count),
        };
        let end = length
            .ok()
            .and_then(|length| local.checked_add(length).ok());
        let instant = end.and_then(|end| self.instant(end));
        let bound = if span.count < 0 { i64::MIN } else { i64::MAX };
        instant.unwrap_or(Timestamp::from_ms(bound))
    }

    /// How far the zone's clock is ahead of UTC.
    pub(crate) fn offset_at(&self, at: Timestamp) -> Offset {
        match self.tables() {
            Some(tables) if !self.is_utc() => tables.to_offset(precise(at)),
            _ => Offset::UTC,
        }
    }
}

/// jiff's own instants end a day before the year 9999 does.
pub(crate) fn precise(at: Timestamp) -> jiff::Timestamp {
    let within = at.ms().clamp(
        jiff::Timestamp::MIN.as_millisecond(),
        jiff::Timestamp::MAX.as_millisecond(),
    );
    jiff::Timestamp::from_millisecond(within).unwrap_or_default()
}

/// What a clock shows that is `offset` ahead of UTC; the calendar's last moment
/// where it would be beyond.
pub(crate) fn shown(at: Timestamp, offset: Offset) -> DateTime {
    let ms = at.ms() + i64::from(offset.seconds()) * 1000;
    let shown = EPOCH.checked_add(SignedDuration::from_millis(ms));
    shown.unwrap_or(DateTime::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const ZONES: [&str; 12] = [
        "UTC",
        "Europe/Berlin",
        "Europe/Moscow",
        // Put back at one minute past midnight.
        "America/St_Johns",
        // Skipped midnight, in the middle of a gap in 1919.
        "America/Toronto",
        "America/Sao_Paulo",
        // Skipped a day.
        "Pacific/Apia",
        // Had a day twice.
        "America/Juneau",
        "Asia/Manila",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ];

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn ahead(zone: &str, from: &str, span: &str) -> String {
        let span = Span::parse(&json!(span)).unwrap();
        let zone = Zone::parse(zone).unwrap();
        zone.ahead(at(from), span).to_string()
    }

    #[test]
    fn a_day_begins_when_the_clock_first_shows_it() {
        for (zone, day, start) in [
            ("Europe/Berlin", "2026-07-01", "2026-06-30T22:00:00.000Z"),
            ("Europe/Moscow", "1990-02-23", "1990-02-22T21:00:00.000Z"),
            ("Europe/Moscow", "1990-07-01", "1990-06-30T20:00:00.000Z"),
            // Midnight was skipped: it begins at one o'clock.
            (
                "America/Sao_Paulo",
                "2018-11-04",
                "2018-11-04T03:00:00.000Z",
            ),
            // From 23:30 to 00:30.
            ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00.000Z"),
            // Midnight came twice.
            ("America/St_Johns", "2006-10-29", "2006-10-29T02:30:00.000Z"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            let day = Day::read(day).unwrap();
            assert_eq!(zone.start_of(day), at(start), "{day} in {}", zone.name());
        }
        // After midnight the clock showed the evening before again.
        let zone = Zone::parse("America/St_Johns").unwrap();
        let evening = at("2006-10-29T02:45:00Z");
        assert_eq!(zone.day_of(evening), Day::read("2006-10-29").unwrap());
    }

    #[test]
    fn spans_follow_the_calendar_and_stay_within_it() {
        assert_eq!(
            ahead("Europe/Berlin", "2026-03-28T12:00:00Z", "1d"),
            "2026-03-29T11:00:00.000Z"
        );
        assert_eq!(
            ahead("Europe/Berlin", "2026-03-28T12:00:00Z", "24h"),
            "2026-03-29T12:00:00.000Z"
        );
        assert_eq!(
            ahead("UTC", "2026-01-31T12:00:00Z", "1mo"),
            "2026-02-28T12:00:00.000Z"
        );
        assert_eq!(
            ahead("UTC", "2024-02-29T12:00:00Z", "1y"),
            "2025-02-28T12:00:00.000Z"
        );
        assert_eq!(
            ahead("UTC", "2026-01-01T12:00:00Z", "2w"),
            "2026-01-15T12:00:00.000Z"
        );
        for span in ["99999y", "99999mo", "99999w"] {
            assert_eq!(
                ahead("UTC", "9000-01-01T00:00:00Z", span),
                "9999-12-31T23:59:59.999Z"
            );
            let span = Span::parse(&json!(span)).unwrap().back();
            let first = Zone::utc().ahead(at("0900-01-01T00:00:00Z"), span);
            assert_eq!(first, Timestamp::from_ms(i64::MIN));
        }
    }

    #[test]
    fn odd_spans_are_refused() {
        for odd in [
            "", "d", "5", "5 d", "-5d", "+5d", "5D", "5m", "123456d", "1.5d", "٣d",
        ] {
            let error = Span::parse(&json!(odd)).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_duration", "{odd}");
        }
        assert_eq!(
            Span::parse(&json!(5)).unwrap_err().code.as_str(),
            "wrong_type"
        );
    }

    proptest! {
        #[test]
        fn every_instant_lies_in_its_day(
            zone in 0..ZONES.len(), ms in -62_135_596_800_000_i64..253_402_300_799_999,
        ) {
            let zone = Zone::parse(ZONES[zone]).unwrap();
            let at = Timestamp::from_ms(ms);
            let day = zone.day_of(at);
            prop_assert!(zone.start_of(day) <= at);
            if let Some(next) = day.next() {
                prop_assert!(at < zone.start_of(next));
            }
        }
    }
}
