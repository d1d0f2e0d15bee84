//! PostgreSQL: it makes the lines itself, a page as one value, so that a row costs next to
//! nothing on its way.

use crate::connection::{Connection, HostError, Parameter, Value};
use crate::shape::{Meaning, OrderColumn, ReadColumn, distinct, place, unordered, unreadable};
use crate::table::{STATEMENT_SECONDS, Table, by_pages, one};
use crate::{Bounds, PAGE_BYTES, Page, Shape, SourceError, SourceRow};
use roster_model::Code;
use roster_model::connector::Kind;
use roster_model::schedule::TableSource;
use std::future::Future;

const KIND: Kind = Kind::Postgres;

/// Types whose values no field can hold: bytes and shapes.
const UNREADABLE: [&str; 11] = [
    "bytea",
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "geometry",
    "geography",
    "raster",
];

/// Does `work` in a transaction that can't write, whose statements end by themselves after a
/// while, and which says times as ISO 8601 has them, of UTC.
pub(crate) async fn reading<L: Connection, T, E: From<SourceError>>(
    connection: &L,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let failed = |error: HostError| SourceError::of(KIND, &error);
    connection
        .execute("BEGIN READ ONLY", &[])
        .await
        .map_err(failed)?;
    let settings = format!(
        "SELECT set_config('statement_timeout', '{STATEMENT_SECONDS}s', true), \
         set_config('idle_in_transaction_session_timeout', '{STATEMENT_SECONDS}s', true), \
         set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true), \
         set_config('extra_float_digits', '3', true)"
    );
    let done = match connection.execute(&settings, &[]).await {
        Ok(()) => work.await,
        Err(error) => Err(failed(error).into()),
    };
    // A connection that goes back to its pool must not be in a transaction.
    let ended = connection.execute("ROLLBACK", &[]).await;
    let done = done?;
    ended.map_err(failed)?;
    Ok(done)
}

pub(crate) async fn describe<L: Connection>(
    connection: &L,
    source: &TableSource,
    needs: &impl Fn(&str) -> bool,
) -> Result<Shape, SourceError> {
    let (names, types) = reading(connection, columns(connection, source)).await?;
    distinct(&names)?;
    let column = |name: &str| format!("x.{}", KIND.quoted(name));
    let order = |name: &Option<String>, what: &str| -> Result<Option<OrderColumn>, SourceError> {
        let Some(name) = name else { return Ok(None) };
        let at = place(&names, name, what)?;
        let kind = types.get(at).cloned().unwrap_or_default();
        if is_unreadable(&kind) || matches!(kind.as_str(), "json" | "xml") {
            return Err(unordered(what, name, &kind));
        }
        Ok(Some(OrderColumn {
            sql: column(name),
            finite: finite(&kind, &column(name)),
            text: format!("{}::text", column(name)),
            cast: Some(of_any_length(kind)),
            whole: false,
        }))
    };
    let mut shape = Shape {
        key: order(&source.key, "key")?,
        watermark: order(&source.watermark, "watermark")?,
        ..Shape::default()
    };
    for (name, kind) in names.iter().zip(&types) {
        if is_unreadable(kind) {
            if needs(name) {
                return Err(unreadable(name, kind));
            }
            shape.left_out.push(name.clone());
            continue;
        }
        let plain = column(name);
        // Numbers of any length stay what they are as text.
        let sql = match kind.as_str() {
            "numeric" => format!("{plain}::text AS {}", KIND.quoted(name)),
            "numeric[]" => format!("{plain}::text[] AS {}", KIND.quoted(name)),
            _ => plain,
        };
        shape.columns.push(ReadColumn {
            name: name.clone(),
            sql,
            meaning: Meaning::Plain,
            needed: needs(name),
        });
    }
    Ok(shape)
}

/// The names of a source's columns, and their types, also where it has no rows.
async fn columns<L: Connection>(
    connection: &L,
    source: &TableSource,
) -> Result<(Vec<String>, Vec<String>), SourceError> {
    let from = format!(
        "FROM (SELECT 1) d LEFT JOIN {} x ON false",
        source.rows.to_sql(KIND)
    );
    // As one value: of a row of such types as the source has, hosts refuse some.
    let statement = format!(
        "SELECT ARRAY(SELECT json_object_keys(row_to_json(r)))::text[] FROM (SELECT x.* {from}) r"
    );
    let names = texts(one(connection, KIND, &statement, &[]).await?);
    distinct(&names)?;
    let types: Vec<String> = names
        .iter()
        .map(|name| format!("pg_typeof(x.{})::text", KIND.quoted(name)))
        .collect();
    let statement = format!("SELECT ARRAY[{}]::text[] {from}", types.join(", "));
    let types = texts(one(connection, KIND, &statement, &[]).await?);
    Ok((names, types))
}

/// The texts of a row that has nothing else.
fn texts(row: Vec<Value>) -> Vec<String> {
    match row.into_iter().next() {
        Some(Value::Texts(texts)) => texts.into_iter().map(Option::unwrap_or_default).collect(),
        _ => Vec::new(),
    }
}

/// The type that a parameter is cast to, to be compared with a column of this one: without a
/// length these two have one of 1, and the cast cuts off the rest.
fn of_any_length(kind: String) -> String {
    let (plain, array) = match kind.strip_suffix("[]") {
        Some(plain) => (plain, "[]"),
        None => (kind.as_str(), ""),
    };
    match plain {
        "character" => format!("bpchar{array}"),
        "bit" => format!("bit varying{array}"),
        _ => kind,
    }
}

/// The condition that a value is one that others may come behind, if the type has any that
/// are not: a watermark that moved to infinity would never move again.
fn finite(kind: &str, column: &str) -> Option<String> {
    match kind {
        "date" | "timestamp without time zone" | "timestamp with time zone" => {
            Some(format!("isfinite({column})"))
        }
        "real" | "double precision" | "numeric" => Some(format!(
            "{column}::text NOT IN ('NaN', 'Infinity', '-Infinity')"
        )),
        _ => None,
    }
}

/// Whether no field can hold values of a type, which may be an array's or in a schema.
fn is_unreadable(kind: &str) -> bool {
    let plain = kind.trim_end_matches("[]");
    let plain = plain.rsplit('.').next().unwrap_or(plain).trim_matches('"');
    UNREADABLE.contains(&plain)
}

impl Table<'_> {
    /// A row as one line of JSON.
    fn line(&self) -> String {
        let columns: Vec<&str> = self.shape.columns.iter().map(|c| c.sql.as_str()).collect();
        // Rows end with a line break; inside JSON, one that is not escaped is white space.
        format!(
            "translate((SELECT row_to_json(l) FROM (SELECT {}) l)::text, E'\\n\\r', '  ')",
            columns.join(", ")
        )
    }

    /// A digit: 1 for a row at the watermark that was reached, 2 for one at the latest, 3 for both.
    fn marks(&self, bounds: &Bounds, parameters: &mut Vec<Parameter>) -> String {
        let Some(column) = &self.shape.watermark else {
            return "'0'".to_owned();
        };
        let mut is_at = |value: &Option<String>, weight: u8| match value {
            Some(value) => {
                let place = column.parameter(KIND, parameters.len());
                parameters.push(column.value(value));
                format!(
                    "CASE WHEN {} = {place} THEN {weight} ELSE 0 END",
                    column.sql
                )
            }
            None => "0".to_owned(),
        };
        let reached = is_at(&bounds.watermark, 1);
        let latest = is_at(&bounds.ceiling, 2);
        format!("({reached} + {latest})::text")
    }
}

pub(crate) async fn page<L: Connection>(
    table: &Table<'_>,
    connection: &L,
    bounds: &Bounds,
    rows: u32,
) -> Result<Page, SourceError> {
    let Some(key) = &table.shape.key else {
        return Ok(Page::default());
    };
    let (since, mut parameters) = table.since(bounds, 0);
    let mut conditions: Vec<String> = since.into_iter().collect();
    if let Some(after) = &bounds.after {
        let place = key.parameter(KIND, parameters.len());
        parameters.push(key.value(after));
        conditions.push(format!("{} > {place}", key.sql));
    }
    let marks = table.marks(bounds, &mut parameters);
    let conditions = match conditions.is_empty() {
        true => String::new(),
        false => format!("WHERE {}", conditions.join(" AND ")),
    };
    let keys = match bounds.keys {
        true => "array_agg(s.k ORDER BY s.n) FILTER (WHERE s.taken)",
        false => "NULL::text[]",
    };
    let (line, key, next) = (table.line(), &key.sql, rows.saturating_add(1));
    let relation = table.source.rows.to_sql(KIND);
    let statement = format!(
        "SELECT string_agg(s.line, E'\\n' ORDER BY s.n) FILTER (WHERE s.taken), \
         string_agg(s.marks, '' ORDER BY s.n) FILTER (WHERE s.taken), {keys}, \
         (array_agg(s.k ORDER BY s.n DESC) FILTER (WHERE s.taken))[1], \
         count(*) FILTER (WHERE NOT s.taken) > 0, coalesce(bool_or(s.tie), false) \
         FROM (SELECT t.*, t.n = 1 OR (t.n <= {rows} AND \
         sum(octet_length(t.line)) OVER (ORDER BY t.n) <= {PAGE_BYTES}) AS taken \
         FROM (SELECT row_number() OVER (ORDER BY p.k) AS n, p.k::text AS k, p.line, p.marks, \
         p.k = lag(p.k) OVER (ORDER BY p.k) AS tie \
         FROM (SELECT {key} AS k, {line} AS line, {marks} AS marks \
         FROM {relation} x {conditions} ORDER BY {key} LIMIT {next}) p) t) s"
    );
    let row = reading(connection, one(connection, KIND, &statement, &parameters)).await;
    let row = row.map_err(|error| match error.code {
        Code::QueryFailed if error.detail.contains("operator") => {
            let name = table.source.key.as_deref().unwrap_or_default();
            let detail = format!("{name} can't be the key: {}", error.detail);
            SourceError::permanent(Code::KeyNotOrdered, detail)
        }
        _ => error,
    })?;
    let mut row = row.into_iter();
    let mut next = || row.next().unwrap_or(Value::Null);
    let (lines, marks, keys, last) = (next(), next(), next(), next());
    let (more, tie) = (next() == Value::Bool(true), next() == Value::Bool(true));
    if tie {
        return Err(table.key_repeats());
    }
    let Value::Text(lines) = lines else {
        return Ok(Page::default());
    };
    let marks = match marks {
        Value::Text(marks) => marks,
        _ => String::new(),
    };
    let mut keys = match keys {
        Value::Texts(keys) => keys.into_iter(),
        _ => Vec::new().into_iter(),
    };
    let mut marks = marks.bytes();
    let lines = lines.split('\n');
    let rows = lines.map(|line| marked(line.to_owned(), keys.next().flatten(), marks.next()));
    Ok(Page {
        rows: rows.collect(),
        last: match last {
            Value::Text(last) => Some(last),
            _ => None,
        },
        more,
    })
}

pub(crate) async fn all<L: Connection, E: From<SourceError>>(
    table: &Table<'_>,
    connection: &L,
    bounds: &Bounds,
    most: u32,
    take: impl AsyncFnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error: HostError| SourceError::of(KIND, &error);
    let (since, mut parameters) = table.since(bounds, 0);
    let marks = table.marks(bounds, &mut parameters);
    let conditions = since.map_or(String::new(), |since| format!("WHERE {since}"));
    let statement = format!(
        "SELECT {}, {marks} FROM {} x {conditions} LIMIT {}",
        table.line(),
        table.source.rows.to_sql(KIND),
        most.saturating_add(1)
    );
    let mut rows = connection
        .query(&statement, &parameters)
        .await
        .map_err(failed)?;
    let read = |values: Vec<Value>| {
        let mut values = values.into_iter();
        let (Some(Value::Text(line)), marks) = (values.next(), values.next()) else {
            return Err(failed(HostError::Other("a row that is no text".to_owned())));
        };
        let mark = match marks {
            Some(Value::Text(mark)) => mark.bytes().next(),
            _ => None,
        };
        Ok(marked(line, None, mark))
    };
    by_pages(KIND, &mut rows, most, read, take).await
}

/// A row with its key and the digit of [`Table::marks`].
fn marked(line: String, key: Option<String>, mark: Option<u8>) -> SourceRow {
    let mark = mark.unwrap_or(b'0') - b'0';
    SourceRow {
        line,
        key,
        at_watermark: mark & 1 != 0,
        at_ceiling: mark & 2 != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_shapes_are_no_values() {
        for kind in [
            "bytea",
            "bytea[]",
            "point",
            "public.geometry",
            "\"GIS\".\"geometry\"",
        ] {
            assert!(is_unreadable(kind), "{kind}");
        }
        for kind in [
            "text",
            "numeric",
            "mood",
            "pointer",
            "timestamp with time zone",
            "text[]",
        ] {
            assert!(!is_unreadable(kind), "{kind}");
        }
    }
}
