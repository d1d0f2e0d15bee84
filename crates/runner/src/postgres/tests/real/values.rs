//! Values on their way to and from a real server.

use super::*;
use crate::bindings::postgres::{
    Interval,
    RangeBoundKind::{Exclusive, Inclusive},
};

#[tokio::test]
async fn each_type_has_its_form() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for (sql, kind, value) in [
        ("true", "Boolean", "Boolean(true)"),
        ("(-2)::int2", "Int16", "Int16(-2)"),
        ("7::int4", "Int32", "Int32(7)"),
        (
            "9223372036854775807::int8",
            "Int64",
            "Int64(9223372036854775807)",
        ),
        ("1.5::float4", "Floating32", "Floating32(1.5)"),
        ("'nan'::float8", "Floating64", "Floating64(NaN)"),
        ("'ä'::text", "Str", "Str(\"ä\")"),
        ("'a'::varchar(9)", "Str", "Str(\"a\")"),
        ("'a'::char(3)", "Str", "Str(\"a  \")"),
        ("'\\xff00'::bytea", "Binary", "Binary([255, 0])"),
        ("'2024-02-29'::date", "Date", "Date((2024, 2, 29))"),
        (
            "'23:59:58.000001'::time",
            "Time",
            "Time((23, 59, 58, 1000))",
        ),
        (
            "'2024-02-29 01:02:03.5'::timestamp",
            "Datetime",
            "Datetime((2024, 2, 29, 1, 2, 3, 500000000))",
        ),
        (
            "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid",
            "Uuid",
            "Uuid(\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\")",
        ),
        (
            "'{\"a\": 1}'::jsonb",
            "Jsonb",
            "Jsonb([123, 34, 97, 34, 58, 49, 125])",
        ),
        ("1.50::numeric", "Decimal", "Decimal(\"1.50\")"),
        (
            "'[1,5)'::int4range",
            "RangeInt32",
            "RangeInt32((Some((1, RangeBoundKind::Inclusive)), Some((5, RangeBoundKind::Exclusive))))",
        ),
        ("'(,)'::int8range", "RangeInt64", "RangeInt64((None, None))"),
        (
            "'(1.5,2]'::numrange",
            "RangeDecimal",
            "RangeDecimal((Some((\"1.5\", RangeBoundKind::Exclusive)), Some((\"2\", RangeBoundKind::Inclusive))))",
        ),
        (
            "ARRAY[1,NULL]::int4[]",
            "ArrayInt32",
            "ArrayInt32([Some(1), None])",
        ),
        ("ARRAY[1]::int8[]", "ArrayInt64", "ArrayInt64([Some(1)])"),
        (
            "ARRAY[1.50]::numeric[]",
            "ArrayDecimal",
            "ArrayDecimal([Some(\"1.50\")])",
        ),
        (
            "ARRAY['a',NULL]::text[]",
            "ArrayStr",
            "ArrayStr([Some(\"a\"), None])",
        ),
        (
            "'1 month 2 days 3.5 seconds'::interval",
            "Interval",
            "Interval(Interval { micros: 3500000, days: 2, months: 1 })",
        ),
        ("NULL::int4", "Int32", "DbNull"),
        ("'{}'::json", "Other(\"json\")", "Unsupported([123, 125])"),
        ("'a'::name", "Other(\"name\")", "Unsupported([97])"),
    ] {
        let (columns, rows, outcome) = all(&connection, &format!("SELECT {sql} AS x"), &[])
            .await
            .unwrap();
        assert!(outcome.is_ok(), "{sql}: {outcome:?}");
        assert_eq!(columns[0].name, "x");
        let found = format!("{:?}", columns[0].data_type);
        assert_eq!(found, format!("DbDataType::{kind}"), "{sql}");
        assert_eq!(
            format!("{:?}", rows[0][0]),
            format!("DbValue::{value}"),
            "{sql}"
        );
    }
}

#[tokio::test]
async fn what_has_no_form_fails_the_query_as_on_spin() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for (sql, why) in [
        // Spin reads it as a time without a zone, which the driver doesn't let it.
        ("now()", "cannot convert between the Rust type"),
        ("'infinity'::timestamp", "error deserializing column 0"),
        ("'nan'::numeric", "error deserializing column 0"),
    ] {
        let running = all(&connection, &format!("SELECT {sql}"), &[])
            .await
            .unwrap();
        let (columns, rows, outcome) = running;
        assert_eq!((columns.len(), rows.len()), (1, 0), "{sql}");
        let Err(Error::QueryFailed(QueryError::Text(text))) = outcome else {
            panic!("{sql}: {outcome:?}");
        };
        assert!(text.contains(why), "{sql}: {text}");
    }
}

#[tokio::test]
async fn parameters_arrive() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    let bounds = (Some((1, Inclusive)), Some((5, Exclusive)));
    let long_bounds = (Some((1, Inclusive)), None);
    let text_bounds = (None, Some(("2.5".to_owned(), Exclusive)));
    let span = Interval {
        micros: 1,
        days: 2,
        months: 3,
    };
    for (kind, value, shown) in [
        ("bool", Value::Boolean(false), "false"),
        ("\"char\"", Value::Int8(65), "A"),
        ("int2", Value::Int16(-1), "-1"),
        ("int4", Value::Int32(2), "2"),
        ("int8", Value::Int64(3), "3"),
        ("float4", Value::Floating32(0.5), "0.5"),
        ("float8", Value::Floating64(-0.25), "-0.25"),
        ("text", Value::Str("a'b".to_owned()), "a'b"),
        ("bytea", Value::Binary(vec![1, 255]), "\\x01ff"),
        ("date", Value::Date((2024, 2, 29)), "2024-02-29"),
        ("time", Value::Time((1, 2, 3, 4000)), "01:02:03.000004"),
        (
            "timestamp",
            Value::Datetime((1999, 12, 31, 23, 59, 58, 0)),
            "1999-12-31 23:59:58",
        ),
        ("timestamptz", Value::Timestamp(0), "1970-01-01 00:00:00+00"),
        (
            "uuid",
            Value::Uuid("A0EEBC999C0B4EF8BB6D6BB9BD380A11".to_owned()),
            "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        ),
        ("jsonb", Value::Jsonb(b"[1, 2]".to_vec()), "[1, 2]"),
        ("numeric", Value::Decimal("-1.50".to_owned()), "-1.50"),
        ("int4range", Value::RangeInt32(bounds), "[1,5)"),
        ("int8range", Value::RangeInt64(long_bounds), "[1,)"),
        ("numrange", Value::RangeDecimal(text_bounds), "(,2.5)"),
        ("int4[]", Value::ArrayInt32(vec![Some(1), None]), "{1,NULL}"),
        ("int8[]", Value::ArrayInt64(vec![Some(1)]), "{1}"),
        (
            "numeric[]",
            Value::ArrayDecimal(vec![Some("1.0".to_owned())]),
            "{1.0}",
        ),
        (
            "text[]",
            Value::ArrayStr(vec![Some("a b".to_owned())]),
            "{\"a b\"}",
        ),
        (
            "interval",
            Value::Interval(span),
            "3 mons 2 days 00:00:00.000001",
        ),
        ("text", Value::DbNull, "none"),
        ("int4[]", Value::DbNull, "none"),
    ] {
        let statement = format!("SELECT coalesce(($1::{kind})::text, 'none')");
        connection
            .execute("SET timezone TO 'UTC'", &[])
            .await
            .unwrap();
        let rows = connection.query(&statement, &[value]).await.unwrap().rows;
        assert!(
            matches!(&rows[0][0], DbValue::Str(text) if text == shown),
            "{kind}: {rows:?}"
        );
    }
}

#[tokio::test]
async fn parameters_that_are_none_are_said() {
    let Some(address) = address() else { return };
    let component = component();
    let connection = plain(&component, &address).await;
    for value in [
        Value::Date((2023, 2, 29)),
        Value::Time((24, 0, 0, 0)),
        Value::Datetime((2023, 13, 1, 0, 0, 0, 0)),
        Value::Timestamp(i64::MAX),
        Value::Uuid("1".to_owned()),
        Value::Jsonb(b"{".to_vec()),
        Value::Decimal("1,5".to_owned()),
        Value::ArrayDecimal(vec![Some("x".to_owned())]),
    ] {
        let values = [value];
        let failed = connection.execute("SELECT $1", &values).await;
        assert!(
            matches!(failed, Err(Error::ValueConversionFailed(_))),
            "{failed:?}"
        );
        let failed = connection.query("SELECT $1", &values).await.err();
        assert!(matches!(failed, Some(Error::BadParameter(_))), "{failed:?}");
        let failed = connection.start("SELECT $1", &values).await.err();
        assert!(matches!(failed, Some(Error::BadParameter(_))), "{failed:?}");
    }
    let failed = connection
        .execute("SELECT $1::int4", &[Value::Str("1".to_owned())])
        .await;
    let Err(Error::QueryFailed(QueryError::Text(text))) = failed else {
        panic!("{failed:?}");
    };
    assert!(text.contains("ToSql(0)"), "{text}");
    let failed = connection.execute("SELECT $1::int4", &[]).await;
    assert!(
        matches!(failed, Err(Error::QueryFailed(QueryError::Text(_)))),
        "{failed:?}"
    );
}
