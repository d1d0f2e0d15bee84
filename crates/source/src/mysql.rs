//! MySQL and MariaDB. Hosts hand over numbers and texts alone, so the database makes text of
//! everything else, and lines are made here.

mod columns;

pub(crate) use columns::{LONGEST_TEXT, describe};

use crate::connection::{Connection, HostError, Parameter, Rows, Value};
use crate::shape::{OrderColumn, too_long, unreadable};
use crate::table::{Table, asked, by_pages, one};
use crate::token::{is_cut_off, push, quote};
use crate::{Bounds, PAGE_BYTES, Page, SourceError, SourceRow};
use roster_model::connector::Kind;

const KIND: Kind = Kind::Mysql;

impl Table<'_> {
    fn selected(&self, bounds: &Bounds, parameters: &mut Vec<Parameter>) -> String {
        let mut selected: Vec<String> = Vec::new();
        let mut is_at = |value: &Option<String>| match (&self.shape.watermark, value) {
            (Some(column), Some(value)) => {
                parameters.push(column.value(value));
                let place = column.parameter(KIND, 0);
                format!("COALESCE({} = {place}, 0)", column.sql)
            }
            _ => "0".to_owned(),
        };
        selected.push(is_at(&bounds.watermark));
        selected.push(is_at(&bounds.ceiling));
        selected.push(match &self.shape.key {
            Some(key) => key.text.clone(),
            None => "NULL".to_owned(),
        });
        selected.extend(self.shape.columns.iter().map(|column| column.sql.clone()));
        selected.join(", ")
    }

    /// A row of [`Table::selected`].
    fn row(
        &self,
        values: Vec<Value>,
        keys: bool,
    ) -> Result<(SourceRow, Option<String>), SourceError> {
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or(Value::Null);
        let is_one =
            |value: Value| matches!(value, Value::Int(1) | Value::Uint(1) | Value::Bool(true));
        let (at_watermark, at_ceiling) = (is_one(next()), is_one(next()));
        let key = match next() {
            Value::Text(key) => Some(key),
            _ => None,
        };
        let mut line = String::from("{");
        for column in &self.shape.columns {
            if line.len() > 1 {
                line.push(',');
            }
            quote(&mut line, &column.name);
            line.push(':');
            let value = next();
            if push(&mut line, &value, column.meaning) {
                continue;
            }
            if column.needed {
                return Err(match value {
                    Value::Text(text) if is_cut_off(&text) => too_long(&column.name, LONGEST_TEXT),
                    _ => unreadable(&column.name, "binary"),
                });
            }
            line.push_str("null");
        }
        line.push('}');
        let row = SourceRow {
            line,
            key: key.clone().filter(|_| keys),
            at_watermark,
            at_ceiling,
        };
        Ok((row, key))
    }
}

pub(crate) async fn page<L: Connection>(
    table: &Table<'_>,
    connection: &L,
    bounds: &Bounds,
    most: u32,
) -> Result<Page, SourceError> {
    let failed = |error: HostError| SourceError::of(KIND, &error);
    let Some(key) = &table.shape.key else {
        return Ok(Page::default());
    };
    let mut parameters = Vec::new();
    let selected = table.selected(bounds, &mut parameters);
    let (since, reached) = table.since(bounds, 0);
    parameters.extend(reached);
    let mut conditions: Vec<String> = since.into_iter().collect();
    if let Some(after) = &bounds.after {
        parameters.push(key.value(after));
        conditions.push(format!("{} > {}", key.sql, key.parameter(KIND, 0)));
    }
    let conditions = match conditions.is_empty() {
        true => String::new(),
        false => format!("WHERE {}", conditions.join(" AND ")),
    };
    let relation = table.source.rows.to_sql(KIND);
    let statement = format!(
        "SELECT {selected} FROM {relation} x {conditions} ORDER BY {} LIMIT {}",
        key.sql,
        most.saturating_add(1)
    );
    let mut rows = asked(connection, KIND, &statement, &parameters).await?;
    let mut page = Page::default();
    let mut bytes = 0;
    while let Some(values) = rows.next().await.map_err(failed)? {
        let (row, key) = table.row(values, bounds.keys)?;
        if key.is_some() && key == page.last {
            return Err(table.key_repeats());
        }
        // What is left over is taken off the way and asked for again.
        if page.more
            || page.rows.len() >= most as usize
            || (bytes > 0 && bytes + row.line.len() > PAGE_BYTES)
        {
            page.more = true;
            continue;
        }
        bytes += row.line.len();
        page.rows.push(row);
        page.last = key;
    }
    if let (true, Some(last)) = (page.more, &page.last) {
        check_boundary(table, connection, key, last).await?;
    }
    Ok(page)
}

/// Refuses a key that is at both sides of a page's end: what counts as the same is up to the
/// database, as with letters of different case.
async fn check_boundary<L: Connection>(
    table: &Table<'_>,
    connection: &L,
    key: &OrderColumn,
    last: &str,
) -> Result<(), SourceError> {
    let statement = format!(
        "SELECT COUNT(*) FROM {} x WHERE {} = {}",
        table.source.rows.to_sql(KIND),
        key.sql,
        key.parameter(KIND, 0)
    );
    let row = one(connection, KIND, &statement, &[key.value(last)]).await?;
    match row.first() {
        Some(Value::Int(count)) if *count > 1 => Err(table.key_repeats()),
        _ => Ok(()),
    }
}

pub(crate) async fn all<L: Connection, E: From<SourceError>>(
    table: &Table<'_>,
    connection: &L,
    bounds: &Bounds,
    most: u32,
    take: impl AsyncFnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    let mut parameters = Vec::new();
    let selected = table.selected(bounds, &mut parameters);
    let (since, reached) = table.since(bounds, 0);
    parameters.extend(reached);
    let conditions = since.map_or(String::new(), |since| format!("WHERE {since}"));
    let statement = format!(
        "SELECT {selected} FROM {} x {conditions} LIMIT {}",
        table.source.rows.to_sql(KIND),
        most.saturating_add(1)
    );
    let mut rows = asked(connection, KIND, &statement, &parameters).await?;
    let read = |values| Ok(table.row(values, false)?.0);
    by_pages(KIND, &mut rows, most, read, take).await
}
