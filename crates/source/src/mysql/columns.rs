//! What the columns of a source are, as far as MySQL tells.

use super::KIND;
use crate::connection::{Column, ColumnKind, Connection, HostError, Parameter, Rows, Value};
use crate::error::number;
use crate::shape::{Meaning, OrderColumn, ReadColumn, distinct, place, unordered, unreadable};
use crate::table::{STATEMENT_SECONDS, asked, one, text};
use crate::{Shape, SourceError};
use roster_model::Code;
use roster_model::schedule::{Relation, TableSource};
use std::collections::HashMap;

/// A zone behind that which rows are read in: what goes back with it is a moment, not a time of
/// day. The greatest of a table that is written to meanwhile goes on.
const ELSEWHERE: &str = "-05:00";

/// The number of the error that a user may read a view and not what is below it.
const VIEW_NO_EXPLAIN: u32 = 1345;

/// The most characters of a text that the database makes of a value: as long as a VARCHAR of
/// four bytes each.
pub(crate) const LONGEST_TEXT: usize = 16_383;

/// Makes the session one that can't write, whose statements end by themselves after a while and
/// which says times as of UTC.
async fn set_up<L: Connection>(connection: &L) -> Result<(), SourceError> {
    let version = text(one(connection, KIND, "SELECT VERSION()", &[]).await?, 0);
    let limit = match version.is_some_and(|version| version.contains("MariaDB")) {
        true => format!("SET SESSION max_statement_time = {STATEMENT_SECONDS}"),
        false => format!(
            "SET SESSION max_execution_time = {}",
            u64::from(STATEMENT_SECONDS) * 1000
        ),
    };
    for statement in [
        "SET SESSION TRANSACTION READ ONLY",
        &limit,
        "SET SESSION time_zone = '+00:00'",
    ] {
        done(connection, statement).await?;
    }
    Ok(())
}

async fn done<L: Connection>(connection: &L, statement: &str) -> Result<(), SourceError> {
    let done = connection.execute(statement, &[]).await;
    done.map_err(|error| SourceError::of(KIND, &error))
}

pub(crate) async fn describe<L: Connection>(
    connection: &L,
    source: &TableSource,
    needs: &impl Fn(&str) -> bool,
) -> Result<Shape, SourceError> {
    set_up(connection).await?;
    if let Relation::Query(text) = &source.rows {
        // By itself, so that no text leaves the parentheses that statements put around it.
        let explained = connection.execute(&format!("EXPLAIN {text}"), &[]).await;
        explained.or_else(|error| match &error {
            // It is good; how it reads a view is not for this user to know.
            HostError::Query { text, .. } if number(text) == Some(VIEW_NO_EXPLAIN) => Ok(()),
            _ => Err(SourceError::of(KIND, &error)),
        })?;
    }
    let relation = source.rows.to_sql(KIND);
    let columns = columns(connection, &relation).await?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    distinct(&names)?;
    let known = types(connection, source).await?;
    let charsets = charsets(connection, &relation, &columns).await?;
    let others = match source.rows {
        // The catalogue has its types.
        Relation::Table(_) => OtherColumns::default(),
        Relation::Query(_) => others(connection, &relation, &columns).await?,
    };
    let order = |name: &Option<String>, what: &str| -> Result<Option<OrderColumn>, SourceError> {
        let Some(name) = name else { return Ok(None) };
        let at = place(&names, name, what)?;
        let kind = columns
            .get(at)
            .map_or(ColumnKind::Other, |column| column.kind);
        let known = known.get(name).map(String::as_str);
        let cast = match (kind, known) {
            // They stand in the order of their places, and are compared as texts.
            (_, Some(kind @ ("enum" | "set"))) => return Err(unordered(what, name, kind)),
            (ColumnKind::Int | ColumnKind::Uint | ColumnKind::Text, _) => None,
            (ColumnKind::Float, _) => Some("DOUBLE".to_owned()),
            (_, Some("decimal")) => Some("DECIMAL(65, 30)".to_owned()),
            (_, Some("date")) => Some("DATE".to_owned()),
            (_, Some("datetime" | "timestamp")) => Some("DATETIME(6)".to_owned()),
            (_, Some("time")) => Some("TIME(6)".to_owned()),
            (_, Some("year")) => Some("UNSIGNED".to_owned()),
            (ColumnKind::Other, None) => match others.looks(name) {
                Some(cast) => Some(cast.to_owned()),
                None => return Err(unordered(what, name, "unknown")),
            },
            (ColumnKind::Binary, _) if charsets.get(name).is_some_and(|set| set != "binary") => {
                None
            }
            (_, kind) => return Err(unordered(what, name, kind.unwrap_or("binary"))),
        };
        let sql = format!("x.{}", KIND.quoted(name));
        // A FLOAT as a text has six digits; as a DOUBLE it has all.
        let text = match kind {
            ColumnKind::Float => format!("CAST({sql} + 0e0 AS CHAR)"),
            _ => format!("CAST({sql} AS CHAR)"),
        };
        Ok(Some(OrderColumn {
            sql,
            text,
            finite: None,
            cast,
            whole: matches!(kind, ColumnKind::Int | ColumnKind::Uint),
        }))
    };
    let mut shape = Shape {
        key: order(&source.key, "key")?,
        watermark: order(&source.watermark, "watermark")?,
        ..Shape::default()
    };
    for column in &columns {
        let known = known.get(&column.name).map(String::as_str);
        let is_bytes = column.kind == ColumnKind::Binary
            && charsets.get(&column.name).is_none_or(|set| set == "binary");
        let is_shape = others.shapes.contains(&column.name) || known.is_some_and(is_shape);
        if is_bytes || is_shape {
            if needs(&column.name) {
                let kind = if is_shape { "geometry" } else { "binary" };
                return Err(unreadable(&column.name, known.unwrap_or(kind)));
            }
            shape.left_out.push(column.name.clone());
            continue;
        }
        let plain = format!("x.{}", KIND.quoted(&column.name));
        // Without a length it may be of a type that hosts hand over as bytes, or not at all.
        let as_text = format!("CAST({plain} AS CHAR({LONGEST_TEXT}))");
        let (sql, meaning) = match (column.kind, known) {
            (_, Some("bit")) => (format!("{plain} + 0"), Meaning::Plain),
            // Text that is compared byte by byte comes as its bytes.
            (ColumnKind::Binary, _) => (plain, Meaning::TextOrJson),
            (ColumnKind::Other, Some("timestamp")) => (as_text, Meaning::Utc),
            (ColumnKind::Other, Some("json")) => (as_text, Meaning::Json),
            (ColumnKind::Other, _) if others.moments.contains(&column.name) => {
                (as_text, Meaning::Utc)
            }
            (ColumnKind::Other, _) => (as_text, Meaning::Unsure),
            _ => (plain, Meaning::Plain),
        };
        shape.columns.push(ReadColumn {
            name: column.name.clone(),
            sql,
            meaning,
            needed: needs(&column.name),
        });
    }
    Ok(shape)
}

async fn columns<L: Connection>(
    connection: &L,
    relation: &str,
) -> Result<Vec<Column>, SourceError> {
    let statement = format!("SELECT * FROM {relation} x LIMIT 0");
    let mut rows = asked(connection, KIND, &statement, &[]).await?;
    let failed = |error: HostError| SourceError::of(KIND, &error);
    while rows.next().await.map_err(failed)?.is_some() {}
    Ok(rows.columns().to_vec())
}

/// The types of a table's columns, as the database's own catalogue has them.
async fn types<L: Connection>(
    connection: &L,
    source: &TableSource,
) -> Result<HashMap<String, String>, SourceError> {
    let Relation::Table(parts) = &source.rows else {
        return Ok(HashMap::new());
    };
    let (schema, table) = match parts.as_slice() {
        [schema, table] => (Some(schema), table),
        [.., table] => (None, table),
        [] => return Ok(HashMap::new()),
    };
    let schema = match schema {
        Some(schema) => ("?", Some(Parameter::Text(schema.clone()))),
        None => ("DATABASE()", None),
    };
    let statement = format!(
        "SELECT CAST(COLUMN_NAME AS CHAR), CAST(DATA_TYPE AS CHAR) FROM information_schema.COLUMNS \
         WHERE TABLE_SCHEMA = {} AND TABLE_NAME = ?",
        schema.0
    );
    let table = Parameter::Text(table.clone());
    let parameters: Vec<Parameter> = schema.1.into_iter().chain([table]).collect();
    let mut rows = asked(connection, KIND, &statement, &parameters).await?;
    let failed = |error: HostError| SourceError::of(KIND, &error);
    let mut types = HashMap::new();
    while let Some(row) = rows.next().await.map_err(failed)? {
        let mut row = row.into_iter();
        if let (Some(Value::Text(name)), Some(Value::Text(kind))) = (row.next(), row.next()) {
            types.insert(name, kind.to_ascii_lowercase());
        }
    }
    Ok(types)
}

/// The character sets of columns that look like bytes to the host: texts that are compared
/// byte by byte look so too.
async fn charsets<L: Connection>(
    connection: &L,
    relation: &str,
    columns: &[Column],
) -> Result<HashMap<String, String>, SourceError> {
    let binary = columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Binary);
    let names: Vec<&String> = binary.map(|column| &column.name).collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let asked: Vec<String> = names
        .iter()
        .map(|name| format!("CAST(CHARSET(x.{}) AS CHAR)", KIND.quoted(name)))
        .collect();
    let statement = format!(
        "SELECT {} FROM (SELECT 1) d LEFT JOIN {relation} x ON FALSE",
        asked.join(", ")
    );
    let row = one(connection, KIND, &statement, &[]).await?;
    let sets = row.into_iter().map(|value| match value {
        Value::Text(set) => set,
        _ => "binary".to_owned(),
    });
    Ok(names.into_iter().cloned().zip(sets).collect())
}

/// What the columns of a query are that the host has no kind for.
#[derive(Default)]
struct OtherColumns {
    /// Their values are moments (TIMESTAMP): they move with the zone of the session, times of
    /// day (DATETIME) don't.
    moments: Vec<String>,
    /// Their values are no texts: shapes of geometry.
    shapes: Vec<String>,
    /// The greatest value of each of the others, as a text.
    greatest: HashMap<String, Option<String>>,
}

impl OtherColumns {
    /// The type that values of a column look like, as far as they can be put in order.
    fn looks(&self, name: &str) -> Option<&'static str> {
        match self.greatest.get(name)? {
            Some(text) => looks(text),
            // Without a value every type will do.
            None => Some("DATETIME(6)"),
        }
    }
}

/// The type that a text is a value of: a time, a day, a time of day or a number.
fn looks(text: &str) -> Option<&'static str> {
    let digits = |text: &str, count: usize| {
        text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_day = |text: &str| {
        let mut parts = text.split('-');
        let mut next = |count| parts.next().is_some_and(|part| digits(part, count));
        next(4) && next(2) && next(2) && parts.next().is_none()
    };
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if let Some((day, _)) = text.split_once(' ') {
        return is_day(day).then_some("DATETIME(6)");
    }
    if is_day(text) {
        return Some("DATE");
    }
    if unsigned.contains(':') {
        return Some("TIME(6)");
    }
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let is_number = digits(whole, whole.len()) && digits(part, part.len()) && !whole.is_empty();
    is_number.then_some("DECIMAL(65, 30)")
}

/// Asks what those columns of a query are.
async fn others<L: Connection>(
    connection: &L,
    relation: &str,
    columns: &[Column],
) -> Result<OtherColumns, SourceError> {
    let mut names: Vec<&String> = columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Other)
        .map(|column| &column.name)
        .collect();
    let mut others = OtherColumns::default();
    if names.is_empty() {
        return Ok(others);
    }
    let here = match one(connection, KIND, &latest(relation, &names), &[]).await {
        // One of them is no text.
        Err(error) if error.code == Code::QueryFailed => {
            others.shapes = shapes(connection, relation, &names).await?;
            names.retain(|name| !others.shapes.contains(name));
            if names.is_empty() {
                return Ok(others);
            }
            one(connection, KIND, &latest(relation, &names), &[]).await?
        }
        here => here?,
    };
    others.greatest = names
        .iter()
        .zip(&here)
        .map(|(name, value)| {
            let text = match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            };
            ((*name).clone(), text)
        })
        .collect();
    done(
        connection,
        &format!("SET SESSION time_zone = '{ELSEWHERE}'"),
    )
    .await?;
    let elsewhere = one(connection, KIND, &latest(relation, &names), &[]).await;
    done(connection, "SET SESSION time_zone = '+00:00'").await?;
    let pairs = here.into_iter().zip(elsewhere?);
    let moved = names
        .into_iter()
        .zip(pairs)
        .filter(|(_, (one, other))| match (one, other) {
            (Value::Text(one), Value::Text(other)) => {
                other < one && one.len() >= 19 && other.len() >= 19
            }
            _ => false,
        });
    others.moments = moved.map(|(name, _)| name.clone()).collect();
    Ok(others)
}

/// The columns that the database makes no text of, each asked for by itself.
async fn shapes<L: Connection>(
    connection: &L,
    relation: &str,
    names: &[&String],
) -> Result<Vec<String>, SourceError> {
    let mut shapes = Vec::new();
    for name in names {
        match one(connection, KIND, &latest(relation, &[name]), &[]).await {
            Ok(_) => {}
            Err(error) if error.code == Code::QueryFailed => shapes.push((*name).clone()),
            Err(error) => return Err(error),
        }
    }
    Ok(shapes)
}

/// Asks for the greatest value of each column, as a text: the least may be a zero date, which
/// moves with no zone.
fn latest(relation: &str, names: &[&String]) -> String {
    let asked: Vec<String> = names
        .iter()
        .map(|name| format!("CAST(MAX(x.{}) AS CHAR)", KIND.quoted(name)))
        .collect();
    format!("SELECT {} FROM {relation} x", asked.join(", "))
}

/// Whether a type is a shape of geometry or bytes.
fn is_shape(kind: &str) -> bool {
    let shapes = [
        "geometry",
        "geomcollection",
        "geometrycollection",
        "point",
        "multipoint",
    ];
    kind.contains("linestring")
        || kind.contains("polygon")
        || kind.contains("blob")
        || kind.contains("binary")
        || shapes.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_value_looks_like_is_what_it_is_compared_as() {
        for (text, expected) in [
            ("2026-01-02 03:04:05.000000", Some("DATETIME(6)")),
            ("0000-00-00 00:00:00", Some("DATETIME(6)")),
            ("2026-01-02", Some("DATE")),
            ("-101:02:03", Some("TIME(6)")),
            ("12345678901234567890", Some("DECIMAL(65, 30)")),
            ("-1.50", Some("DECIMAL(65, 30)")),
            ("2026", Some("DECIMAL(65, 30)")),
            ("", None),
            ("x y", None),
            ("\u{1}", None),
            ("{}", None),
        ] {
            assert_eq!(looks(text), expected, "{text:?}");
        }
    }
}
