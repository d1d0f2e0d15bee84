//! What the columns of a source are, as far as MySQL tells.

use super::KIND;
use crate::link::{Column, ColumnKind, Fault, Link, Parameter, Rows, Value};
use crate::shape::{Meaning, OrderColumn, ReadColumn, distinct, place, unordered, unreadable};
use crate::table::{STATEMENT_SECONDS, asked, one, text};
use crate::{Failure, Shape};
use roster_model::Code;
use roster_model::schedule::{Relation, TableSource};
use std::collections::HashMap;

/// A zone other than that which rows are read in: what moves with it is a moment, not a time of
/// day.
const ELSEWHERE: &str = "+05:00";

/// Makes the session one that can't write, whose statements end by themselves after a while and
/// which says times as of UTC.
async fn set_up<L: Link>(link: &L) -> Result<(), Failure> {
    let version = text(one(link, KIND, "SELECT VERSION()", &[]).await?, 0);
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
        done(link, statement).await?;
    }
    Ok(())
}

async fn done<L: Link>(link: &L, statement: &str) -> Result<(), Failure> {
    let done = link.execute(statement, &[]).await;
    done.map_err(|fault| Failure::of(KIND, &fault))
}

pub(crate) async fn describe<L: Link>(
    link: &L,
    source: &TableSource,
    uses: &impl Fn(&str) -> bool,
) -> Result<Shape, Failure> {
    set_up(link).await?;
    let relation = source.rows.to_sql(KIND);
    let columns = columns(link, &relation).await?;
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    distinct(&names)?;
    let known = types(link, source).await?;
    let charsets = charsets(link, &relation, &columns).await?;
    let others = match source.rows {
        // The catalogue has its types.
        Relation::Table(_) => OtherColumns::default(),
        Relation::Query(_) => others(link, &relation, &columns).await?,
    };
    let order = |name: &Option<String>, what: &str| -> Result<Option<OrderColumn>, Failure> {
        let Some(name) = name else { return Ok(None) };
        let at = place(&names, name, what)?;
        let kind = columns
            .get(at)
            .map_or(ColumnKind::Other, |column| column.kind);
        let known = known.get(name).map(String::as_str);
        let cast = match (kind, known) {
            (ColumnKind::Int | ColumnKind::Uint | ColumnKind::Text, _) => None,
            (ColumnKind::Float, _) => Some("DOUBLE".to_owned()),
            (_, Some("decimal")) => Some("DECIMAL(65, 30)".to_owned()),
            (_, Some("date")) => Some("DATE".to_owned()),
            (_, Some("datetime" | "timestamp")) => Some("DATETIME(6)".to_owned()),
            (_, Some("time")) => Some("TIME(6)".to_owned()),
            (_, Some("year")) => Some("UNSIGNED".to_owned()),
            // Of a query nothing more is known; times are by far the most.
            (ColumnKind::Other, None) => Some("DATETIME(6)".to_owned()),
            (ColumnKind::Binary, _) if charsets.get(name).is_some_and(|set| set != "binary") => {
                None
            }
            (_, kind) => return Err(unordered(what, name, kind.unwrap_or("binary"))),
        };
        Ok(Some(OrderColumn {
            sql: format!("x.{}", KIND.quoted(name)),
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
            if uses(&column.name) {
                let kind = if is_shape { "geometry" } else { "binary" };
                return Err(unreadable(&column.name, known.unwrap_or(kind)));
            }
            shape.left_out.push(column.name.clone());
            continue;
        }
        let plain = format!("x.{}", KIND.quoted(&column.name));
        let as_text = format!("CAST({plain} AS CHAR)");
        let (sql, meaning) = match (column.kind, known) {
            (_, Some("bit")) => (format!("{plain} + 0"), Meaning::Plain),
            // Text that is compared byte by byte comes as its bytes.
            (ColumnKind::Binary, _) => (plain, Meaning::Unsure),
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
            needed: uses(&column.name),
        });
    }
    Ok(shape)
}

async fn columns<L: Link>(link: &L, relation: &str) -> Result<Vec<Column>, Failure> {
    let statement = format!("SELECT * FROM {relation} x LIMIT 0");
    let mut rows = asked(link, KIND, &statement, &[]).await?;
    let failed = |fault: Fault| Failure::of(KIND, &fault);
    while rows.next().await.map_err(failed)?.is_some() {}
    Ok(rows.columns().to_vec())
}

/// The types of a table's columns, as the database's own catalogue has them.
async fn types<L: Link>(
    link: &L,
    source: &TableSource,
) -> Result<HashMap<String, String>, Failure> {
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
    let mut rows = asked(link, KIND, &statement, &parameters).await?;
    let failed = |fault: Fault| Failure::of(KIND, &fault);
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
async fn charsets<L: Link>(
    link: &L,
    relation: &str,
    columns: &[Column],
) -> Result<HashMap<String, String>, Failure> {
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
    let row = one(link, KIND, &statement, &[]).await?;
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
}

/// Asks what those columns of a query are.
async fn others<L: Link>(
    link: &L,
    relation: &str,
    columns: &[Column],
) -> Result<OtherColumns, Failure> {
    let mut names: Vec<&String> = columns
        .iter()
        .filter(|column| column.kind == ColumnKind::Other)
        .map(|column| &column.name)
        .collect();
    let mut others = OtherColumns::default();
    if names.is_empty() {
        return Ok(others);
    }
    let here = match one(link, KIND, &latest(relation, &names), &[]).await {
        // One of them is no text.
        Err(failure) if failure.code == Code::QueryFailed => {
            others.shapes = shapes(link, relation, &names).await?;
            names.retain(|name| !others.shapes.contains(name));
            if names.is_empty() {
                return Ok(others);
            }
            one(link, KIND, &latest(relation, &names), &[]).await?
        }
        here => here?,
    };
    done(link, &format!("SET SESSION time_zone = '{ELSEWHERE}'")).await?;
    let elsewhere = one(link, KIND, &latest(relation, &names), &[]).await;
    done(link, "SET SESSION time_zone = '+00:00'").await?;
    let pairs = here.into_iter().zip(elsewhere?);
    let moved = names.into_iter().zip(pairs).filter(|(_, (one, other))| {
        let is_time = |value: &Value| matches!(value, Value::Text(text) if text.len() >= 19);
        one != other && is_time(one) && is_time(other)
    });
    others.moments = moved.map(|(name, _)| name.clone()).collect();
    Ok(others)
}

/// The columns that the database makes no text of, each asked for by itself.
async fn shapes<L: Link>(
    link: &L,
    relation: &str,
    names: &[&String],
) -> Result<Vec<String>, Failure> {
    let mut shapes = Vec::new();
    for name in names {
        match one(link, KIND, &latest(relation, &[name]), &[]).await {
            Ok(_) => {}
            Err(failure) if failure.code == Code::QueryFailed => shapes.push((*name).clone()),
            Err(failure) => return Err(failure),
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
