//! Types of PostgreSQL that the driver itself doesn't read or write as they are needed here.

use std::error::Error;

use bytes::{Buf as _, BufMut as _, BytesMut};
use postgres_range::{BoundSided, Normalizable, RangeBound};
use rust_decimal::Decimal;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use crate::bindings::postgres::Interval;

type Boxed = Box<dyn Error + Sync + Send>;

/// NULL for a parameter of any type: the driver's own belongs to one type.
#[derive(Debug)]
pub struct Null;

impl ToSql for Null {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Boxed> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The bytes of a value of any type.
pub struct Raw(pub Vec<u8>);

impl FromSql<'_> for Raw {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, Boxed> {
        Ok(Self(raw.to_owned()))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// A span of time: microseconds, days and months, big-endian.
#[derive(Debug)]
pub struct Span(pub Interval);

impl ToSql for Span {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        out.put_i64(self.0.micros);
        out.put_i32(self.0.days);
        out.put_i32(self.0.months);
        Ok(IsNull::No)
    }

    accepts!(INTERVAL);
    to_sql_checked!();
}

impl FromSql<'_> for Span {
    fn from_sql(_: &Type, mut raw: &[u8]) -> Result<Self, Boxed> {
        if raw.len() != 16 {
            return Err("an interval has 16 bytes".into());
        }
        Ok(Self(Interval {
            micros: raw.get_i64(),
            days: raw.get_i32(),
            months: raw.get_i32(),
        }))
    }

    accepts!(INTERVAL);
}

/// A number as the end of a range.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(pub Decimal);

impl ToSql for Number {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        self.0.to_sql(of, out)
    }

    fn accepts(of: &Type) -> bool {
        <Decimal as ToSql>::accepts(of)
    }

    to_sql_checked!();
}

impl FromSql<'_> for Number {
    fn from_sql(of: &Type, raw: &[u8]) -> Result<Self, Boxed> {
        Decimal::from_sql(of, raw).map(Self)
    }

    fn accepts(of: &Type) -> bool {
        <Decimal as FromSql>::accepts(of)
    }
}

impl Normalizable for Number {
    /// Numbers have no next one, so a bound stays what it is.
    fn normalize<S: BoundSided>(bound: RangeBound<S, Self>) -> RangeBound<S, Self> {
        bound
    }
}
