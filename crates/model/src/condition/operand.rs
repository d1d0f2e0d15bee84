//! What tests are given: one value, a list of them, a text to look for, dates.

use super::date::{Calendar, DateTest, DateValue, Order};
use super::{MAX_TEXT_CHARS, MAX_VALUES};
use crate::Code;
use crate::day::Span;
use crate::error::{Invalid, valid};
use crate::read::Members;
use crate::readers::{choice, distinct, each, text_of};
use crate::text::clean_part;
use crate::time::{Zone, parse_date};
use crate::value;
use serde_json::Value;

/// The most days ahead that birthdays are looked for.
const MAX_BIRTHDAY_DAYS: i64 = 366;

/// A text to look for, in the form that values have. Codes: `wrong_type`,
/// `control_character`, `too_long`, and `empty`, since an empty text would be
/// found everywhere.
pub(super) fn piece(value: &Value) -> Result<String, Invalid> {
    let piece = clean_part(text_of(value)?, MAX_TEXT_CHARS)?;
    if piece.is_empty() {
        return Err(Invalid::new(
            Code::Empty,
            "An empty text is part of every text.",
        ));
    }
    Ok(piece)
}

/// A list, or one value as a list of one; without repeats. Codes: `empty`,
/// `too_many`, and those of `read`.
pub(super) fn list<T: PartialEq>(
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<T, Invalid>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Ok(vec![read(value)?]);
    };
    if items.is_empty() {
        let detail = "An empty list holds for nobody: leave the test out instead.";
        return Err(vec![Invalid::new(Code::Empty, detail)]);
    }
    if items.len() > MAX_VALUES {
        let detail = format!("{} values: a list has at most {MAX_VALUES}.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, read).map(distinct)
}

/// Two values, the lower first. Codes: `wrong_type`, `invalid_range`, and those
/// of `read`.
pub(super) fn pair<T>(
    value: &Value,
    mut read: impl FnMut(&Value) -> Result<T, Invalid>,
    in_order: impl Fn(&T, &T) -> bool,
) -> Result<[T; 2], Vec<Invalid>> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        _ => &[],
    };
    let [low, high] = items else {
        let want = "an array of two values, the lower and the higher";
        return Err(vec![Invalid::wrong_type(value, want)]);
    };
    match (read(low), read(high)) {
        (Ok(low), Ok(high)) if in_order(&low, &high) => Ok([low, high]),
        (Ok(_), Ok(_)) => {
            let detail = "Nothing lies between these: the lower one comes first.";
            Err(vec![Invalid::new(Code::InvalidRange, detail)])
        }
        (low, high) => {
            let wrong = [low.err(), high.err()].into_iter().enumerate();
            Err(wrong
                .filter_map(|(index, one)| Some(one?.at_index(index)))
                .collect())
        }
    }
}

/// Reads a comparison of dates, or a test relative to now; all of what it gives
/// must hold.
pub(super) fn date_tests(
    name: &str,
    value: &Value,
    zone: &Zone,
) -> Result<Vec<DateTest>, Vec<Invalid>> {
    let date = |value: &Value| {
        let canonical = parse_date(value, zone)?;
        DateValue::read(&canonical).ok_or_else(|| Invalid::wrong_type(value, "a date"))
    };
    let span = || Span::parse(value).map_err(|wrong| vec![wrong]);
    let order = match name {
        "between" => {
            let [low, high] = pair(value, date, |low, high| low.compare(*high, zone).is_le())?;
            return Ok(vec![
                DateTest::Compare(Order::GreaterOrEqual, low),
                DateTest::Compare(Order::LessOrEqual, high),
            ]);
        }
        "last" => return Ok(vec![DateTest::Last(span()?)]),
        "next" => return Ok(vec![DateTest::Next(span()?)]),
        "older_than" => return Ok(vec![DateTest::OlderThan(span()?)]),
        "later_than" => return Ok(vec![DateTest::LaterThan(span()?)]),
        name => order(name).unwrap_or(Order::Equal),
    };
    let date = date(value)?;
    Ok(vec![DateTest::Compare(order, date)])
}

/// What a comparison's name stands for.
pub(super) fn order(name: &str) -> Option<Order> {
    match name {
        "lt" => Some(Order::Less),
        "le" => Some(Order::LessOrEqual),
        "gt" => Some(Order::Greater),
        "ge" => Some(Order::GreaterOrEqual),
        _ => None,
    }
}

/// Whole numbers from 1 to `most`, one or a list, as bits at their places.
/// Codes: `out_of_range`, `wrong_type`.
pub(super) fn numbers(value: &Value, most: i64) -> Result<u32, Vec<Invalid>> {
    let read = list(value, |value| {
        let number = value::integer(value)?.as_i64();
        number.filter(|n| (1..=most).contains(n)).ok_or_else(|| {
            Invalid::new(Code::OutOfRange, format!("This lies between 1 and {most}."))
        })
    })?;
    Ok(read.into_iter().fold(0, |bits, number| bits | 1 << number))
}

/// Reads `{"within_days": 7}`; 0 days if absent. Codes: `wrong_type`,
/// `out_of_range`, `unknown_field`.
pub(super) fn birthday(given: &Value) -> Result<Calendar, Vec<Invalid>> {
    let mut members = Members::of(given)?;
    let within = members.not_null("within_days", |value| {
        let number = value::integer(value)?.as_i64();
        let within = number.filter(|n| (0..=MAX_BIRTHDAY_DAYS).contains(n));
        within.and_then(|n| u16::try_from(n).ok()).ok_or_else(|| {
            let detail = format!("This lies between 0 and {MAX_BIRTHDAY_DAYS} days.");
            Invalid::new(Code::OutOfRange, detail)
        })
    });
    members.finish()?;
    Ok(Calendar::Birthday {
        within: within.unwrap_or_default(),
    })
}

/// Tests of how many there are.
const COUNTS: [(&str, Order); 5] = [
    ("eq", Order::Equal),
    ("lt", Order::Less),
    ("le", Order::LessOrEqual),
    ("gt", Order::Greater),
    ("ge", Order::GreaterOrEqual),
];

/// Reads how many there must be: `{"ge": 2}`, several if all must hold. Codes: `wrong_type`,
/// `operator_missing`, `unknown_operator`, `out_of_range`.
pub(super) fn counts(given: &Value) -> Result<Vec<(Order, i64)>, Vec<Invalid>> {
    let Value::Object(members) = given else {
        return Err(vec![Invalid::wrong_type(given, "an object of tests")]);
    };
    if members.is_empty() {
        let names = COUNTS.map(|(name, _)| name).join(", ");
        let detail = format!("Say how many: {names}.");
        return Err(vec![Invalid::new(Code::OperatorMissing, detail)]);
    }
    let (mut counts, mut wrong) = (Vec::new(), Vec::new());
    for (name, given) in members {
        let read = choice(&Value::from(name.as_str()), &COUNTS)
            .map_err(|one| Invalid::new(Code::UnknownOperator, one.detail))
            .and_then(|order| Ok((order, number(given)?)));
        match read {
            Ok(count) => counts.push(count),
            Err(one) => wrong.push(one.at(name)),
        }
    }
    valid(counts, wrong)
}

fn number(given: &Value) -> Result<i64, Invalid> {
    let number = value::integer(given)?.as_i64().unwrap_or_default();
    if number < 0 {
        let detail = "There are never fewer than none.";
        return Err(Invalid::new(Code::OutOfRange, detail));
    }
    Ok(number)
}
