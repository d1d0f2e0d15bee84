//! When a schedule runs: by a cron expression in a time zone, or every so many
//! minutes.
//!
//! Where clocks are changed, this does as cron's users expect (and as the cron
//! of Vixie, from which most others come, does): a job for a time that the clock
//! skips runs once, right after the gap; one for a time that the clock shows
//! twice runs once, the first time. A job whose minute or hour begins with `*`
//! runs by the clock as it goes: not in the gap, and in both of the repeated
//! hours.

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::read::Members;
use crate::readers::text_of;
use crate::time::{Timestamp, Zone};
use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Seconds, Year};
use croner::time::{CivilDate, CivilDateTime, CivilTime, CronDateTime, Resolution, Weekday};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use std::cmp::Ordering;

/// The longest cron expression, in characters.
pub const MAX_CRON_CHARS: usize = 200;
/// The longest interval, in minutes: a year.
pub const MAX_INTERVAL_MINUTES: i64 = 366 * 24 * 60;
/// The most clock changes, or skipped times, that are passed on the way to the
/// next run. Reached by no zone and expression that are meant seriously.
const MAX_STEPS: usize = 10_000;
const MINUTE_MS: i64 = 60_000;

/// When a schedule runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Timing {
    /// By a cron expression.
    Cron(Box<Expression>),
    /// Every so many minutes, counted from 1970-01-01T00:00Z.
    Every {
        /// How many minutes, from 1.
        minutes: i64,
    },
}

/// A cron expression of five fields and the zone whose clock it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    zone: Zone,
    cron: Cron,
    /// Whether minute or hour begin with `*`.
    starred: bool,
}

impl Serialize for Timing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Timing::parse(&Value::deserialize(deserializer)?, &Zone::utc());
        read.map_err(|wrong| D::Error::custom(format!("{wrong:?}")))
    }
}

impl Timing {
    /// Reads `{cron, time_zone}`, `{every_minutes}` or `{every_hours}`. Without
    /// a zone it is `zone`.
    ///
    /// Codes: `required`, `contradiction`, `invalid_cron`, `never`,
    /// `invalid_time_zone`, `out_of_range`, `wrong_type`.
    pub fn parse(value: &Value, zone: &Zone) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let cron = members.take("cron", |v| text_of(v).map(str::to_owned));
        let given = members.optional("time_zone", |v| Zone::parse(text_of(v)?));
        let minutes = members.take("every_minutes", |v| interval(v, 1));
        let hours = members.optional("every_hours", |v| interval(v, 60));
        let sound = members.is_sound();
        let zoned = given;
        let timing = match (cron.flatten(), minutes.flatten(), hours) {
            (Some(text), None, None) => {
                let zone = zoned.clone().unwrap_or_else(|| zone.clone());
                match Expression::parse(&text, zone) {
                    Ok(expression) => Some(Timing::Cron(Box::new(expression))),
                    Err(invalid) => {
                        members.refuse("cron", invalid);
                        None
                    }
                }
            }
            (None, Some(minutes), None) | (None, None, Some(minutes)) => {
                Some(Timing::Every { minutes })
            }
            (None, None, None) => {
                if sound {
                    let detail = "A plan needs one of cron, every_minutes and every_hours.";
                    members.refuse("cron", Invalid::new(Code::Required, detail));
                }
                None
            }
            _ => {
                let detail = "A plan has only one of cron, every_minutes and every_hours.";
                members.refuse("cron", Invalid::new(Code::Contradiction, detail));
                None
            }
        };
        if zoned.is_some() && matches!(timing, Some(Timing::Every { .. })) {
            let detail = "Only a cron expression has a time zone.";
            members.refuse("time_zone", Invalid::new(Code::Contradiction, detail));
        }
        members.finish()?;
        timing.ok_or_else(|| vec![Invalid::new(Code::Required, "A plan is missing.")])
    }

    /// The same as JSON, as [`Timing::parse`] reads it.
    pub fn to_json(&self) -> Value {
        match self {
            Timing::Cron(expression) => json!({
                "cron": expression.text,
                "time_zone": expression.zone,
            }),
            Timing::Every { minutes } if minutes % 60 == 0 => {
                json!({ "every_hours": minutes / 60 })
            }
            Timing::Every { minutes } => json!({ "every_minutes": minutes }),
        }
    }

    /// The first run after an instant, if there is one within the years that
    /// calendars know.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Timing::Cron(expression) => expression.next(after),
            Timing::Every { minutes } => {
                let step = minutes.checked_mul(MINUTE_MS)?;
                let next = after.ms().div_euclid(step).checked_add(1)?;
                next.checked_mul(step).map(Timestamp::from_ms)
            }
        }
    }

    /// The next runs after an instant, at most `count`.
    pub fn upcoming(&self, after: Timestamp, count: usize) -> Vec<Timestamp> {
        let runs = std::iter::successors(self.next(after), |last| self.next(*last));
        runs.take(count).collect()
    }
}

impl Expression {
    fn parse(text: &str, zone: Zone) -> Result<Self, Invalid> {
        let refuse = |code: Code, why: &str| {
            let detail = format!(
                "{} is no cron expression: {why}. One has five fields (minute, hour, day, month, day of the week), such as 30 6 * * 1-5.",
                excerpt(text)
            );
            Invalid::new(code, detail)
        };
        let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if shown.chars().count() > MAX_CRON_CHARS {
            return Err(refuse(Code::InvalidCron, "it is too long"));
        }
        let fields: Vec<&str> = shown.split(' ').collect();
        let &[minute, hour, _, _, _] = fields.as_slice() else {
            return Err(refuse(Code::InvalidCron, "it must have five fields"));
        };
        if shown.contains('@') {
            return Err(refuse(Code::InvalidCron, "it has an @"));
        }
        let starred = minute.starts_with('*') || hour.starts_with('*');
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(&shown)
            .map_err(|error| refuse(Code::InvalidCron, &error.to_string()))?;
        // From here a leap year comes within every range of eight years, so
        // what has no match by then has none.
        let from = Civil(DateTime::constant(2024, 1, 1, 0, 0, 0, 0));
        if cron.find_next_occurrence(&from, true).is_err() {
            return Err(refuse(Code::Never, "there is no such day"));
        }
        Ok(Expression {
            text: shown,
            zone,
            cron,
            starred,
        })
    }

    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let zone = self.zone.tables()?;
        let after = jiff::Timestamp::from_millisecond(after.ms()).ok()?;
        let next = if self.starred {
            self.next_by_clock(zone, after)
        } else {
            self.next_once(zone, after)
        };
        next.map(|at| Timestamp::from_ms(at.as_millisecond()))
    }

    /// What the clock shows next that matches, for jobs that run by the clock
    /// as it goes: between two changes of the clock a match is an instant, and
    /// what would come after the next change is looked for from there again.
    fn next_by_clock(&self, zone: &TimeZone, after: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let mut from = after;
        let mut inclusive = false;
        for _ in 0..MAX_STEPS {
            let offset = zone.to_offset(from);
            let shown = offset.to_datetime(from);
            let found = self.matching(shown, inclusive)?;
            let at = offset.to_timestamp(found).ok()?;
            let change = zone.following(from).next().map(|next| next.timestamp());
            match change {
                Some(change) if at >= change => from = change,
                _ => return Some(at),
            }
            inclusive = true;
        }
        None
    }

    /// The first match whose instant lies ahead, where a time that the clock
    /// skips is the end of the gap, and one that it shows twice is the first of
    /// both.
    fn next_once(&self, zone: &TimeZone, after: jiff::Timestamp) -> Option<jiff::Timestamp> {
        let mut shown = zone.to_datetime(after);
        for _ in 0..MAX_STEPS {
            shown = self.matching(shown, false)?;
            let at = match zone.to_ambiguous_timestamp(shown).offset() {
                AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(shown).ok()?,
                AmbiguousOffset::Fold { before, .. } => before.to_timestamp(shown).ok()?,
                AmbiguousOffset::Gap { before, .. } => {
                    // As if the clock had not been changed: so at or after it
                    // was. A nanosecond more, as "preceding" means before.
                    let unchanged = before.to_timestamp(shown).ok()?;
                    let later = unchanged.checked_add(SignedDuration::from_nanos(1)).ok()?;
                    zone.preceding(later).next()?.timestamp()
                }
            };
            if at > after {
                return Some(at);
            }
        }
        None
    }

    /// The next time of a calendar without zones that matches.
    fn matching(&self, from: DateTime, inclusive: bool) -> Option<DateTime> {
        let found = self.cron.find_next_occurrence(&Civil(from), inclusive);
        found.ok().map(|found| found.0)
    }
}

/// Minutes from a number of minutes or hours.
fn interval(value: &Value, minutes: i64) -> Result<i64, Invalid> {
    let number = crate::value::integer(value)?.as_i64();
    let total = number.and_then(|n| n.checked_mul(minutes));
    total
        .filter(|total| (1..=MAX_INTERVAL_MINUTES).contains(total))
        .ok_or_else(|| {
            let detail = format!(
                "This must be a number from 1 to {}.",
                MAX_INTERVAL_MINUTES / minutes
            );
            Invalid::new(Code::OutOfRange, detail)
        })
}

/// A time of the calendar without a zone, for the matcher: it knows no gaps and
/// no repetitions, which are dealt with here.
#[derive(Clone, Copy)]
struct Civil(DateTime);

impl CronDateTime for Civil {
    fn to_civil(&self) -> CivilDateTime {
        let unsigned = |part: i8| u32::from(part.unsigned_abs());
        CivilDateTime::new(
            CivilDate::from_parts_unchecked(
                i32::from(self.0.year()),
                unsigned(self.0.month()),
                unsigned(self.0.day()),
            ),
            CivilTime::from_parts_unchecked(
                unsigned(self.0.hour()),
                unsigned(self.0.minute()),
                unsigned(self.0.second()),
            ),
        )
    }

    fn civil_weekday(&self) -> Weekday {
        let day = self.0.weekday().to_sunday_zero_offset();
        Weekday::from_days_from_sunday(u32::from(day.unsigned_abs()))
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let part = |part: u32| i8::try_from(part).map_err(|_| CronError::InvalidDate);
        let year = i16::try_from(civil.year()).map_err(|_| CronError::InvalidDate)?;
        let at = DateTime::new(
            year,
            part(civil.month())?,
            part(civil.day())?,
            part(civil.hour())?,
            part(civil.minute())?,
            part(civil.second())?,
            0,
        );
        let at = at.map_err(|_| CronError::InvalidDate)?;
        Ok(Resolution::Single(Civil(at)))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        let by = SignedDuration::from_secs(seconds);
        self.0.checked_add(by).ok().map(Civil)
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
