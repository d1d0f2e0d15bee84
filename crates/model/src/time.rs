//! Instants, dates and time zones as Roster reads and writes them.
//!
//! Everything is UTC with milliseconds. The calendar itself and the zones are
//! jiff's; the texts that are accepted are spelled out here, because jiff also
//! takes forms (week dates, bracketed zones) that nobody sends on purpose.

use crate::Code;
use crate::error::{Invalid, excerpt, excerpt_json};
use crate::text::canonical;
use jiff::SignedDuration;
use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

/// The calendar's side of millisecond 0. Instants are counted from it with the
/// calendar alone: jiff's own instants end a day before the year 9999 does.
pub(crate) const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
/// 0001-01-01T00:00:00.000Z, in milliseconds since 1970.
const FIRST_MS: i64 = -62_135_596_800_000;
/// 9999-12-31T23:59:59.999Z, in milliseconds since 1970.
const LAST_MS: i64 = 253_402_300_799_999;
/// Numbers below this in magnitude are epoch seconds, others milliseconds:
/// as seconds it is the year 5138, as milliseconds March 1973.
const SECONDS_BELOW: f64 = 1e11;

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Shown as `2026-11-23T15:40:00.123Z`. Years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many milliseconds after (or before) 1970; held within
    /// the years 1 to 9999.
    pub fn from_ms(ms: i64) -> Self {
        Timestamp(ms.clamp(FIRST_MS, LAST_MS))
    }

    /// Milliseconds since 1970.
    pub fn ms(self) -> i64 {
        self.0
    }

    fn in_range(ms: i64) -> Option<Self> {
        (FIRST_MS..=LAST_MS).contains(&ms).then_some(Timestamp(ms))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Within the years 1 to 9999 the calendar has every millisecond.
        let since = SignedDuration::from_millis(self.0);
        let at = EPOCH.checked_add(since).unwrap_or(EPOCH);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.millisecond()
        )
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// Reads RFC 3339 (upper or lower case, `T` or a space, any offset, any
    /// number of fraction digits; those after the third are cut off). Refuses
    /// others with code `invalid_date`.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        match scan(&canonical(text)) {
            Some(ParsedDate::At(at, Some(offset))) => instant(at, offset),
            _ => None,
        }
        .ok_or_else(|| {
            Invalid::new(
                Code::InvalidDate,
                format!(
                    "{} is no time: it must be RFC 3339, such as 2026-11-23T15:40:00.123Z, in the years 1 to 9999.",
                    excerpt(text)
                ),
            )
        })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// An IANA time zone, by name.
///
/// Cheap to make from a stored name and to clone: its tables are looked up
/// when a time is first read in it, and never for UTC.
#[derive(Clone, Debug)]
pub struct Zone {
    name: Arc<str>,
    tables: Arc<OnceLock<Option<TimeZone>>>,
}

/// By the name that the store gives back.
impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Zone::stored(&String::deserialize(deserializer)?))
    }
}

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Self {
        Zone::stored("UTC")
    }

    /// Reads a zone's name (case does not matter; the zone keeps the name as
    /// IANA writes it). Refuses unknown names with code `invalid_time_zone`.
    pub fn parse(name: &str) -> Result<Self, Invalid> {
        let name = &*canonical(name);
        if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("z") {
            return Ok(Zone::utc());
        }
        let tables = TimeZone::get(name).ok().filter(|zone| !zone.is_unknown());
        let known = tables.as_ref().and_then(TimeZone::iana_name);
        let known = known.ok_or_else(|| {
            Invalid::new(
                Code::InvalidTimeZone,
                format!(
                    "{} is no time zone: it must be a name of the IANA database, such as Europe/Berlin or UTC.",
                    excerpt(name)
                ),
            )
        })?;
        Ok(Zone {
            name: known.into(),
            tables: Arc::new(OnceLock::from(tables.clone())),
        })
    }

    /// The zone with a name that [`Zone::parse`] accepted before, as the store
    /// gives it back. Nothing is looked up; should the name be unknown after
    /// all, times without an offset are refused.
    pub fn stored(name: &str) -> Self {
        Zone {
            name: name.into(),
            tables: Arc::new(OnceLock::new()),
        }
    }

    /// The name, as IANA writes it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clock in this zone showed, as an instant. A time that the
    /// clock skipped is moved forward by the gap, one that it showed twice is
    /// the first of both, as RFC 5545 does.
    pub(crate) fn instant(&self, at: DateTime) -> Option<Timestamp> {
        if self.is_utc() {
            return instant(at, Offset::UTC);
        }
        let offset = match self.tables()?.to_ambiguous_timestamp(at).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset,
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before,
        };
        instant(at, offset)
    }

    /// Whether it is UTC, which needs no tables.
    pub fn is_utc(&self) -> bool {
        &*self.name == "UTC"
    }

    /// Its tables; none if it is unknown after all.
    pub(crate) fn tables(&self) -> Option<&TimeZone> {
        let tables = self.tables.get_or_init(|| {
            if self.is_utc() {
                return Some(TimeZone::UTC);
            }
            TimeZone::get(&self.name).ok()
        });
        tables.as_ref()
    }
}

impl Default for Zone {
    fn default() -> Self {
        Zone::utc()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

/// The canonical text of a date: `2001-12-31` if only a date was given, else
/// `2001-12-31T22:00:00.000Z`.
///
/// Accepts a date; RFC 3339 as [`Timestamp`] does; the same without an offset,
/// read as the clock in `zone` shows it; and numbers of epoch seconds or
/// milliseconds, told apart by magnitude: below 10¹¹ they are seconds (until
/// the year 5138), from there on milliseconds (from March 1973, and before
/// November 1966). Numbers as text are refused, "2001" is more likely a year.
/// Years 1 to 9999, after conversion to UTC. Codes: `wrong_type`,
/// `invalid_date`, `out_of_range`.
pub fn parse_date(value: &Value, zone: &Zone) -> Result<String, Invalid> {
    match value {
        Value::String(text) => {
            let refuse = || {
                Invalid::new(
                    Code::InvalidDate,
                    format!(
                        "{} is no date: it must be like 2001-12-31, 2001-12-31T22:00:00Z or a number of epoch seconds or milliseconds.",
                        excerpt(text)
                    ),
                )
            };
            match scan(&canonical(text)).ok_or_else(refuse)? {
                ParsedDate::Day(at) => {
                    if at.year() >= 1 {
                        Ok(at.date().to_string())
                    } else {
                        Err(out_of_range(value))
                    }
                }
                ParsedDate::At(at, Some(offset)) => instant(at, offset)
                    .map(|t| t.to_string())
                    .ok_or_else(|| out_of_range(value)),
                ParsedDate::At(at, None) => zone
                    .instant(at)
                    .map(|t| t.to_string())
                    .ok_or_else(|| out_of_range(value)),
            }
        }
        Value::Number(number) => epoch(number)
            .map(|t| t.to_string())
            .ok_or_else(|| out_of_range(value)),
        _ => Err(Invalid::new(
            Code::WrongType,
            format!(
                "A date must be a string like 2001-12-31 or 2001-12-31T22:00:00Z, or a number of epoch seconds or milliseconds; this is {}.",
                excerpt_json(value)
            ),
        )),
    }
}

/// The canonical text of a date that a field holds: as [`parse_date`], but midnight
/// without an offset is no time. Programs that know no days without a time write it,
/// and a birthday that became an instant would lie on another day elsewhere.
pub fn parse_field_date(value: &Value, zone: &Zone) -> Result<String, Invalid> {
    if let Value::String(text) = value
        && let Some(ParsedDate::At(at, None)) = scan(text.trim())
        && at.time() == Time::midnight()
        && at.year() >= 1
    {
        return Ok(at.date().to_string());
    }
    parse_date(value, zone)
}

fn out_of_range(value: &Value) -> Invalid {
    Invalid::new(
        Code::OutOfRange,
        format!(
            "{} lies outside the years 1 to 9999 (in UTC).",
            excerpt_json(value)
        ),
    )
}

/// Epoch seconds or milliseconds, by magnitude.
fn epoch(number: &serde_json::Number) -> Option<Timestamp> {
    let value = number.as_f64().filter(|v| v.is_finite())?;
    let ms = if value.abs() < SECONDS_BELOW {
        match number.as_i64() {
            Some(whole) => whole.checked_mul(1000)?,
            None => (value * 1000.0).round() as i64,
        }
    } else {
        number.as_i64().unwrap_or(value.round() as i64)
    };
    Timestamp::in_range(ms)
}

/// What a clock showed that was `offset` ahead of UTC.
fn instant(at: DateTime, offset: Offset) -> Option<Timestamp> {
    let shown = at.duration_since(EPOCH).as_millis();
    let ms = shown - i128::from(offset.seconds()) * 1000;
    Timestamp::in_range(i64::try_from(ms).ok()?)
}

/// What a date's text says, before any zone is applied.
enum ParsedDate {
    Day(DateTime),
    At(DateTime, Option<Offset>),
}

/// Reads `YYYY-MM-DD[(T|t| )HH:MM[:SS[.fff]][Z|z|±HH:MM|±HHMM|±HH]]`. Seconds
/// may be 60 (a leap second counts as the second before it).
fn scan(text: &str) -> Option<ParsedDate> {
    let mut rest = text.as_bytes();
    let year = digits(&mut rest, 4)?;
    literal(&mut rest, b"-")?;
    let month = digits(&mut rest, 2)?;
    literal(&mut rest, b"-")?;
    let day = digits(&mut rest, 2)?;
    let build = |hour, minute, second, nanosecond| {
        DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
            hour,
            minute,
            second,
            nanosecond,
        )
        .ok()
    };
    if rest.is_empty() {
        return Some(ParsedDate::Day(build(0, 0, 0, 0)?));
    }
    literal(&mut rest, b"Tt ")?;
    let hour = i8::try_from(digits(&mut rest, 2)?).ok()?;
    literal(&mut rest, b":")?;
    let minute = i8::try_from(digits(&mut rest, 2)?).ok()?;
    let (mut second, mut nanosecond) = (0, 0);
    if literal(&mut rest, b":").is_some() {
        second = i8::try_from(digits(&mut rest, 2)?).ok()?;
        if literal(&mut rest, b".").is_some() {
            let shown = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let (fraction, after) = rest.split_at(shown);
            rest = after;
            let places = [100_000_000, 10_000_000, 1_000_000];
            for (digit, weight) in fraction.iter().zip(places) {
                nanosecond += i32::from(digit - b'0') * weight;
            }
            if shown == 0 {
                return None;
            }
        }
        if second == 60 {
            second = 59;
        }
    }
    let at = build(hour, minute, second, nanosecond)?;
    if rest.is_empty() {
        return Some(ParsedDate::At(at, None));
    }
    Some(ParsedDate::At(at, Some(scan_offset(rest)?)))
}

fn scan_offset(mut rest: &[u8]) -> Option<Offset> {
    if matches!(rest, b"Z" | b"z") {
        return Some(Offset::UTC);
    }
    let sign = match literal(&mut rest, b"+-")? {
        b'-' => -1,
        _ => 1,
    };
    let hours = digits(&mut rest, 2)?;
    let mut minutes = 0;
    if !rest.is_empty() {
        let _colon = literal(&mut rest, b":");
        minutes = digits(&mut rest, 2)?;
    }
    if !rest.is_empty() || hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// Takes exactly `count` digits off the front.
fn digits(rest: &mut &[u8], count: usize) -> Option<i32> {
    let (taken, after) = rest.split_at_checked(count)?;
    let mut number = 0;
    for byte in taken {
        if !byte.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i32::from(byte - b'0');
    }
    *rest = after;
    Some(number)
}

/// Takes one of `allowed` off the front.
fn literal(rest: &mut &[u8], allowed: &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    if !allowed.contains(first) {
        return None;
    }
    *rest = after;
    Some(*first)
}
