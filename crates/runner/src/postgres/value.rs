//! From PostgreSQL's columns and rows to a component's.

use anyhow::{Context as _, Result};
use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use postgres_range::{BoundSided, BoundType, Normalizable, Range, RangeBound};
use rust_decimal::Decimal;
use tokio_postgres::{
    Row,
    types::{FromSql, Type},
};
use uuid::Uuid;

use super::wire::{Number, Raw, Span};
use crate::bindings::postgres::{Column, DbDataType, DbValue, RangeBoundKind};

/// The columns that a row has.
pub fn columns(row: &Row) -> Vec<Column> {
    let columns = row.columns().iter();
    columns
        .map(|column| Column {
            name: column.name().to_owned(),
            data_type: data_type(column.type_()),
        })
        .collect()
}

fn data_type(of: &Type) -> DbDataType {
    match *of {
        Type::BOOL => DbDataType::Boolean,
        Type::BYTEA => DbDataType::Binary,
        Type::FLOAT4 => DbDataType::Floating32,
        Type::FLOAT8 => DbDataType::Floating64,
        Type::INT2 => DbDataType::Int16,
        Type::INT4 => DbDataType::Int32,
        Type::INT8 => DbDataType::Int64,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => DbDataType::Str,
        Type::TIMESTAMP | Type::TIMESTAMPTZ => DbDataType::Datetime,
        Type::DATE => DbDataType::Date,
        Type::TIME => DbDataType::Time,
        Type::UUID => DbDataType::Uuid,
        Type::JSONB => DbDataType::Jsonb,
        Type::NUMERIC => DbDataType::Decimal,
        Type::INT4_RANGE => DbDataType::RangeInt32,
        Type::INT8_RANGE => DbDataType::RangeInt64,
        Type::NUM_RANGE => DbDataType::RangeDecimal,
        Type::INT4_ARRAY => DbDataType::ArrayInt32,
        Type::INT8_ARRAY => DbDataType::ArrayInt64,
        Type::NUMERIC_ARRAY => DbDataType::ArrayDecimal,
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => DbDataType::ArrayStr,
        Type::INTERVAL => DbDataType::Interval,
        _ => DbDataType::Other(of.name().to_owned()),
    }
}

/// The values of a row.
///
/// # Errors
/// A value that has no form here, such as a number that is not one.
pub fn values(row: &Row) -> Result<Vec<DbValue>> {
    (0..row.len()).map(|index| value(row, index)).collect()
}

fn value(row: &Row, index: usize) -> Result<DbValue> {
    match *row.columns()[index].type_() {
        Type::BOOL => plain(row, index, DbValue::Boolean),
        Type::BYTEA => plain(row, index, DbValue::Binary),
        Type::FLOAT4 => plain(row, index, DbValue::Floating32),
        Type::FLOAT8 => plain(row, index, DbValue::Floating64),
        Type::INT2 => plain(row, index, DbValue::Int16),
        Type::INT4 => plain(row, index, DbValue::Int32),
        Type::INT8 => plain(row, index, DbValue::Int64),
        Type::TEXT | Type::VARCHAR | Type::BPCHAR => plain(row, index, DbValue::Str),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => read(row, index, |v: NaiveDateTime| {
            let (year, month, day) = date(v.date())?;
            let (hour, minute, second, nanosecond) = time(v.time())?;
            let parts = (year, month, day, hour, minute, second, nanosecond);
            Ok(DbValue::Datetime(parts))
        }),
        Type::DATE => read(row, index, |v| date(v).map(DbValue::Date)),
        Type::TIME => read(row, index, |v| time(v).map(DbValue::Time)),
        Type::UUID => plain(row, index, |v: Uuid| DbValue::Uuid(v.to_string())),
        Type::JSONB => read(row, index, |v: serde_json::Value| {
            let text = serde_json::to_vec(&v).context("invalid JSON from database")?;
            Ok(DbValue::Jsonb(text))
        }),
        Type::NUMERIC => plain(row, index, |v: Decimal| DbValue::Decimal(v.to_string())),
        Type::INT4_RANGE => plain(row, index, |v| DbValue::RangeInt32(range(&v, |n| *n))),
        Type::INT8_RANGE => plain(row, index, |v| DbValue::RangeInt64(range(&v, |n| *n))),
        Type::NUM_RANGE => plain(row, index, |v| {
            DbValue::RangeDecimal(range(&v, |n: &Number| n.0.to_string()))
        }),
        Type::INT4_ARRAY => plain(row, index, DbValue::ArrayInt32),
        Type::INT8_ARRAY => plain(row, index, DbValue::ArrayInt64),
        Type::NUMERIC_ARRAY => plain(row, index, |v: Vec<Option<Decimal>>| {
            let texts = v.into_iter().map(|n| n.map(|n| n.to_string()));
            DbValue::ArrayDecimal(texts.collect())
        }),
        Type::TEXT_ARRAY | Type::VARCHAR_ARRAY | Type::BPCHAR_ARRAY => {
            plain(row, index, DbValue::ArrayStr)
        }
        Type::INTERVAL => plain(row, index, |v: Span| DbValue::Interval(v.0)),
        _ => plain(row, index, |v: Raw| DbValue::Unsupported(v.0)),
    }
}

fn plain<'a, T: FromSql<'a>>(
    row: &'a Row,
    index: usize,
    convert: impl Fn(T) -> DbValue,
) -> Result<DbValue> {
    read(row, index, |value| Ok(convert(value)))
}

fn read<'a, T: FromSql<'a>>(
    row: &'a Row,
    index: usize,
    convert: impl Fn(T) -> Result<DbValue>,
) -> Result<DbValue> {
    match row.try_get::<_, Option<T>>(index)? {
        Some(value) => convert(value),
        None => Ok(DbValue::DbNull),
    }
}

fn date(value: NaiveDate) -> Result<(i32, u8, u8)> {
    let (month, day) = (value.month().try_into()?, value.day().try_into()?);
    Ok((value.year(), month, day))
}

fn time(value: NaiveTime) -> Result<(u8, u8, u8, u32)> {
    let (hour, minute) = (value.hour().try_into()?, value.minute().try_into()?);
    Ok((hour, minute, value.second().try_into()?, value.nanosecond()))
}

type Bound<T> = Option<(T, RangeBoundKind)>;

fn range<T: Normalizable + PartialOrd, U>(
    range: &Range<T>,
    convert: impl Fn(&T) -> U,
) -> (Bound<U>, Bound<U>) {
    let lower = range.lower().map(|end| bound(end, &convert));
    let upper = range.upper().map(|end| bound(end, &convert));
    (lower, upper)
}

fn bound<S: BoundSided, T, U>(
    end: &RangeBound<S, T>,
    convert: impl Fn(&T) -> U,
) -> (U, RangeBoundKind) {
    let kind = match end.type_ {
        BoundType::Inclusive => RangeBoundKind::Inclusive,
        BoundType::Exclusive => RangeBoundKind::Exclusive,
    };
    (convert(&end.value), kind)
}

/// Bytes that a row takes here.
pub fn size(row: &[DbValue]) -> usize {
    row.iter()
        .map(|value| size_of::<DbValue>() + held(value))
        .sum()
}

/// Bytes that a value has elsewhere.
fn held(value: &DbValue) -> usize {
    match value {
        DbValue::Boolean(_)
        | DbValue::Int8(_)
        | DbValue::Int16(_)
        | DbValue::Int32(_)
        | DbValue::Int64(_)
        | DbValue::Floating32(_)
        | DbValue::Floating64(_)
        | DbValue::Date(_)
        | DbValue::Time(_)
        | DbValue::Datetime(_)
        | DbValue::Timestamp(_)
        | DbValue::RangeInt32(_)
        | DbValue::RangeInt64(_)
        | DbValue::RangeDecimal(_)
        | DbValue::Interval(_)
        | DbValue::DbNull => 0,
        DbValue::Str(text) | DbValue::Uuid(text) | DbValue::Decimal(text) => text.len(),
        DbValue::Binary(bytes) | DbValue::Jsonb(bytes) | DbValue::Unsupported(bytes) => bytes.len(),
        DbValue::ArrayInt32(items) => size_of_val(items.as_slice()),
        DbValue::ArrayInt64(items) => size_of_val(items.as_slice()),
        DbValue::ArrayDecimal(items) | DbValue::ArrayStr(items) => {
            let texts: usize = items.iter().flatten().map(String::len).sum();
            size_of_val(items.as_slice()) + texts
        }
    }
}
