//! From a component's parameters to PostgreSQL's.

use anyhow::{Context as _, Result};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use postgres_range::{BoundSided, BoundType, Normalizable, Range, RangeBound};
use rust_decimal::Decimal;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::wire::{Null, Number, Span};
use crate::bindings::postgres::{ParameterValue, RangeBoundKind};

/// A value that is bound to a parameter.
pub type Parameter = Box<dyn ToSql + Send + Sync>;

/// All parameters of a statement.
///
/// # Errors
/// The first that is not what its kind says, such as a day that no month has.
pub fn parameters(values: &[ParameterValue]) -> Result<Vec<Parameter>> {
    values.iter().map(parameter).collect()
}

fn parameter(value: &ParameterValue) -> Result<Parameter> {
    Ok(match value {
        ParameterValue::Boolean(v) => Box::new(*v),
        ParameterValue::Int8(v) => Box::new(*v),
        ParameterValue::Int16(v) => Box::new(*v),
        ParameterValue::Int32(v) => Box::new(*v),
        ParameterValue::Int64(v) => Box::new(*v),
        ParameterValue::Floating32(v) => Box::new(*v),
        ParameterValue::Floating64(v) => Box::new(*v),
        ParameterValue::Str(v) => Box::new(v.clone()),
        ParameterValue::Binary(v) => Box::new(v.clone()),
        ParameterValue::Date(v) => Box::new(date(*v)?),
        ParameterValue::Time(v) => Box::new(time(*v)?),
        ParameterValue::Datetime((year, month, day, hour, minute, second, nanosecond)) => {
            let date = date((*year, *month, *day))?;
            let time = time((*hour, *minute, *second, *nanosecond))?;
            Box::new(NaiveDateTime::new(date, time))
        }
        ParameterValue::Timestamp(v) => Box::new(timestamp(*v)?),
        ParameterValue::Uuid(v) => {
            Box::new(Uuid::parse_str(v).with_context(|| format!("invalid UUID {v}"))?)
        }
        ParameterValue::Jsonb(v) => {
            let invalid = || format!("invalid JSON {}", String::from_utf8_lossy(v));
            Box::new(serde_json::from_slice::<serde_json::Value>(v).with_context(invalid)?)
        }
        ParameterValue::Decimal(v) => Box::new(decimal(v)?),
        ParameterValue::RangeInt32(v) => Box::new(range(v, |n| Ok(*n))?),
        ParameterValue::RangeInt64(v) => Box::new(range(v, |n| Ok(*n))?),
        ParameterValue::RangeDecimal(v) => Box::new(range(v, |n| decimal(n).map(Number))?),
        ParameterValue::ArrayInt32(v) => Box::new(v.clone()),
        ParameterValue::ArrayInt64(v) => Box::new(v.clone()),
        ParameterValue::ArrayDecimal(v) => {
            let items = v
                .iter()
                .map(|item| item.as_deref().map(decimal).transpose());
            Box::new(items.collect::<Result<Vec<_>>>()?)
        }
        ParameterValue::ArrayStr(v) => Box::new(v.clone()),
        ParameterValue::Interval(v) => Box::new(Span(*v)),
        ParameterValue::DbNull => Box::new(Null),
    })
}

fn date((year, month, day): (i32, u8, u8)) -> Result<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.into(), day.into())
        .with_context(|| format!("invalid date y={year}, m={month}, d={day}"))
}

fn time((hour, minute, second, nanosecond): (u8, u8, u8, u32)) -> Result<NaiveTime> {
    NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanosecond)
        .with_context(|| format!("invalid time {hour}:{minute}:{second}:{nanosecond}"))
}

fn timestamp(seconds: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
        .with_context(|| format!("invalid epoch timestamp {seconds}"))
}

fn decimal(text: &str) -> Result<Decimal> {
    Decimal::from_str_exact(text).with_context(|| format!("invalid decimal {text}"))
}

type Bound<T> = Option<(T, RangeBoundKind)>;

fn range<T, U: Normalizable + PartialOrd>(
    (lower, upper): &(Bound<T>, Bound<T>),
    convert: impl Fn(&T) -> Result<U>,
) -> Result<Range<U>> {
    let lower = lower.as_ref().map(|end| bound(end, &convert)).transpose()?;
    let upper = upper.as_ref().map(|end| bound(end, &convert)).transpose()?;
    Ok(Range::new(lower, upper))
}

fn bound<S: BoundSided, T, U: Normalizable + PartialOrd>(
    (value, kind): &(T, RangeBoundKind),
    convert: impl Fn(&T) -> Result<U>,
) -> Result<RangeBound<S, U>> {
    let kind = match kind {
        RangeBoundKind::Inclusive => BoundType::Inclusive,
        RangeBoundKind::Exclusive => BoundType::Exclusive,
    };
    Ok(RangeBound::new(convert(value)?, kind))
}
