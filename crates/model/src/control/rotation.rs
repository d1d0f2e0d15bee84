//! When everybody is drawn again.

use crate::Code;
use crate::error::Invalid;
use crate::read::Members;
use crate::time::{Timestamp, Zone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// How many months may lie between two draws, and on which days one may be: those that
/// every month has.
const MONTHS: RangeInclusive<i64> = 1..=24;
const DAYS: RangeInclusive<i64> = 1..=28;

/// When everybody is drawn again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// Not by itself.
    Never,
    /// On a day of the month, so many months after the last time.
    Every {
        /// How many months, 1 to 24.
        months: i64,
        /// Which day, 1 to 28.
        day: i64,
    },
}

impl Rotation {
    /// Reads `"never"` or `{"every_months", "day"}`. Codes: `not_an_option`, `required`,
    /// `wrong_type`, `out_of_range`, `unknown_field`.
    pub(crate) fn parse(value: &Value) -> Result<Self, Vec<Invalid>> {
        match value {
            Value::String(word) if word == "never" => Ok(Rotation::Never),
            Value::Object(_) => {
                let mut members = Members::of(value)?;
                let months = members.required("every_months", |given| within(given, &MONTHS));
                let day = members.required("day", |given| within(given, &DAYS));
                members.finish()?;
                Ok(match (months, day) {
                    (Some(months), Some(day)) => Rotation::Every { months, day },
                    // What is missing was noted, so that `finish` has refused it.
                    _ => Rotation::Never,
                })
            }
            _ => {
                let detail = "This is never, or {\"every_months\": 1 to 24, \"day\": 1 to 28}.";
                Err(vec![Invalid::new(Code::NotAnOption, detail)])
            }
        }
    }

    /// The next time after a draw: midnight of that day in a zone.
    pub fn next(self, after: Timestamp, zone: &Zone) -> Option<Timestamp> {
        match self {
            Rotation::Never => None,
            Rotation::Every { months, day } => {
                let month = zone.day_of(after).months_later(months)?;
                Some(zone.start_of(month.on(day)?))
            }
        }
    }
}

fn within(given: &Value, range: &RangeInclusive<i64>) -> Result<i64, Invalid> {
    let Some(number) = given.as_i64() else {
        return Err(Invalid::wrong_type(given, "a whole number"));
    };
    if !range.contains(&number) {
        let detail = format!("This must be {} to {}.", range.start(), range.end());
        return Err(Invalid::new(Code::OutOfRange, detail));
    }
    Ok(number)
}

impl Serialize for Rotation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Rotation::Never => serializer.serialize_str("never"),
            Rotation::Every { months, day } => {
                json!({ "every_months": months, "day": day }).serialize(serializer)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Rotation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Rotation::parse(&value).map_err(|wrong| de::Error::custom(format!("{wrong:?}")))
    }
}
