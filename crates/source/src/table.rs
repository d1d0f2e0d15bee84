//! A source of rows, described, and read page by page.

use crate::connection::{Connection, HostError, Parameter, Rows, Value};
use crate::{Bounds, PAGE_BYTES, Page, Shape, SourceError, SourceRow, mysql, postgres};
use roster_model::Code;
use roster_model::connector::Kind;
use roster_model::schedule::{Relation, TableSource};

/// How long one statement may take, in seconds.
pub const STATEMENT_SECONDS: u32 = 60;

/// A source whose columns are known.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    pub(crate) kind: Kind,
    pub(crate) source: &'a TableSource,
    /// What its columns are.
    pub shape: Shape,
}

/// What the server says that it is, such as `PostgreSQL 15.18`.
///
/// # Errors
/// Why it doesn't answer.
pub async fn version<L: Connection>(connection: &L, kind: Kind) -> Result<String, SourceError> {
    let asking = one(connection, kind, "SELECT version()", &[]);
    let row = match kind {
        // Whatever the one before left behind ends with it.
        Kind::Postgres => postgres::reading(connection, asking).await?,
        Kind::Mysql => asking.await?,
    };
    let text = text(row, 0).unwrap_or_default();
    Ok(match kind {
        Kind::Postgres => text.split(" on ").next().unwrap_or_default().to_owned(),
        Kind::Mysql if text.contains("MariaDB") => {
            let number = text.split("-MariaDB").next().unwrap_or_default();
            format!("MariaDB {number}")
        }
        Kind::Mysql => format!("MySQL {text}"),
    })
}

impl<'a> Table<'a> {
    /// Finds out what the columns of a source are, and whether it can be read. `needs` says of a
    /// column whether the import needs it: one that can't be read is refused then, and left out
    /// otherwise.
    ///
    /// # Errors
    /// `source_table`, `source_column`, `source_permission`, `column_unreadable`,
    /// `key_not_ordered`, `query_failed`, `query_writes`, `too_slow`, `broken_off`.
    pub async fn describe<L: Connection>(
        connection: &L,
        kind: Kind,
        source: &'a TableSource,
        needs: impl Fn(&str) -> bool,
    ) -> Result<Self, SourceError> {
        let shape = match kind {
            Kind::Postgres => postgres::describe(connection, source, &needs).await?,
            Kind::Mysql => mysql::describe(connection, source, &needs).await?,
        };
        Ok(Table {
            kind,
            source,
            shape,
        })
    }

    /// Refuses a source where rows have no key: they would never be met.
    ///
    /// # Errors
    /// `key_empty`, and as [`Table::page`].
    pub async fn check_key<L: Connection>(
        &self,
        connection: &L,
        bounds: &Bounds,
    ) -> Result<(), SourceError> {
        let Some(key) = &self.shape.key else {
            return Ok(());
        };
        let (since, parameters) = self.since(bounds, 0);
        let relation = self.source.rows.to_sql(self.kind);
        let since = since.map_or(String::new(), |since| format!(" AND {since}"));
        let statement = format!(
            "SELECT 1 FROM {relation} x WHERE {} IS NULL{since} LIMIT 1",
            key.sql
        );
        let asking = first(connection, self.kind, &statement, &parameters);
        let found = match self.kind {
            Kind::Postgres => postgres::reading(connection, asking).await?,
            Kind::Mysql => asking.await?,
        };
        if found.is_some() {
            let name = self.source.key.as_deref().unwrap_or_default();
            let detail = format!(
                "Rows have no value in {name}, which is the key: choose a column that each row has a value in."
            );
            return Err(SourceError::permanent(Code::KeyEmpty, detail));
        }
        Ok(())
    }

    /// The latest watermark; none where there is no row with one.
    ///
    /// # Errors
    /// As [`Table::page`], and `watermark_not_ordered`.
    pub async fn ceiling<L: Connection>(
        &self,
        connection: &L,
    ) -> Result<Option<String>, SourceError> {
        let Some(watermark) = &self.shape.watermark else {
            return Ok(None);
        };
        let relation = self.source.rows.to_sql(self.kind);
        let statement = match self.kind {
            Kind::Postgres => {
                // As a condition, since an index finds the greatest with one and not with a filter.
                let finite = watermark.finite.as_ref();
                let only = finite.map_or(String::new(), |finite| format!(" WHERE {finite}"));
                format!(
                    "SELECT max({})::text FROM {relation} x{only}",
                    watermark.sql
                )
            }
            Kind::Mysql => {
                // The greatest first, so that an index finds it, and then as a text.
                let latest = watermark
                    .text
                    .replace(&watermark.sql, &format!("MAX({})", watermark.sql));
                format!("SELECT {latest} FROM {relation} x")
            }
        };
        let row = match self.kind {
            Kind::Postgres => {
                postgres::reading(connection, one(connection, self.kind, &statement, &[])).await
            }
            Kind::Mysql => one(connection, self.kind, &statement, &[]).await,
        };
        let row = row.map_err(|error| match error.code {
            Code::QueryFailed if error.detail.contains("max(") => {
                let name = self.source.watermark.as_deref().unwrap_or_default();
                let detail = format!(
                    "The values of {name} have no order, so it can't be the watermark: choose a time or a number that grows."
                );
                SourceError::permanent(Code::WatermarkNotOrdered, detail)
            }
            _ => error,
        })?;
        Ok(text(row, 0))
    }

    /// The next page in the order of the key.
    ///
    /// # Errors
    /// `key_repeats`, `query_failed`, `too_slow`, `broken_off` and what else reading meets.
    pub async fn page<L: Connection>(
        &self,
        connection: &L,
        bounds: &Bounds,
        rows: u32,
    ) -> Result<Page, SourceError> {
        match self.kind {
            Kind::Postgres => postgres::page(self, connection, bounds, rows).await,
            Kind::Mysql => mysql::page(self, connection, bounds, rows).await,
        }
    }

    /// The first rows: in the order of the key, if there is one.
    ///
    /// # Errors
    /// As [`Table::page`].
    pub async fn first<L: Connection>(
        &self,
        connection: &L,
        rows: u32,
    ) -> Result<Page, SourceError> {
        if self.shape.key.is_some() {
            return self.page(connection, &Bounds::default(), rows).await;
        }
        let source = TableSource {
            rows: self.limited(rows),
            ..self.source.clone()
        };
        let limited = Table {
            source: &source,
            kind: self.kind,
            shape: self.shape.clone(),
        };
        let mut first = Page::default();
        let take = async |page: Page| -> Result<(), SourceError> {
            first.rows.extend(page.rows);
            Ok(())
        };
        limited
            .all(connection, &Bounds::default(), rows, take)
            .await?;
        Ok(first)
    }

    /// The first rows of the source as a source.
    fn limited(&self, rows: u32) -> Relation {
        let relation = self.source.rows.to_sql(self.kind);
        Relation::Query(format!("SELECT * FROM {relation} y LIMIT {rows}"))
    }

    /// All rows, or the first ones, without a key. `take` gets them as they come, a page at a
    /// time, and may end it.
    ///
    /// # Errors
    /// `too_many_rows` behind `most`, what `take` gives, and as [`Table::page`].
    pub async fn all<L: Connection, E: From<SourceError>>(
        &self,
        connection: &L,
        bounds: &Bounds,
        most: u32,
        take: impl AsyncFnMut(Page) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.kind {
            Kind::Postgres => {
                let reading = postgres::all(self, connection, bounds, most, take);
                postgres::reading(connection, reading).await
            }
            Kind::Mysql => mysql::all(self, connection, bounds, most, take).await,
        }
    }

    /// Several rows have one key: the rows between two pages could not be known.
    pub(crate) fn key_repeats(&self) -> SourceError {
        let name = self.source.key.as_deref().unwrap_or_default();
        let detail = format!(
            "Several rows have the same value in {name}, which is the key: choose a column that is unique."
        );
        SourceError::permanent(Code::KeyRepeats, detail)
    }

    /// The condition that rows are at the watermark or later, or have none, and its parameters;
    /// `before` is how many parameters stand before.
    pub(crate) fn since(&self, bounds: &Bounds, before: usize) -> (Option<String>, Vec<Parameter>) {
        let (Some(column), Some(reached)) = (&self.shape.watermark, &bounds.watermark) else {
            return (None, Vec::new());
        };
        let from = column.parameter(self.kind, before);
        let condition = format!("({0} >= {from} OR {0} IS NULL)", column.sql);
        (Some(condition), vec![column.value(reached)])
    }
}

impl crate::shape::OrderColumn {
    /// A parameter of the column's type, the one behind `before` others.
    pub(crate) fn parameter(&self, kind: Kind, before: usize) -> String {
        let place = match kind {
            Kind::Postgres => format!("${}::text", before + 1),
            Kind::Mysql => "?".to_owned(),
        };
        match &self.cast {
            // Older servers cast to no DOUBLE.
            Some(cast) if kind == Kind::Mysql && cast == "DOUBLE" => format!("({place} + 0e0)"),
            Some(cast) => format!("CAST({place} AS {cast})"),
            None => place,
        }
    }

    /// A value of the column as a parameter takes it.
    pub(crate) fn value(&self, text: &str) -> Parameter {
        if self.whole {
            if let Ok(number) = text.parse() {
                return Parameter::Int(number);
            }
            if let Ok(number) = text.parse() {
                return Parameter::Uint(number);
            }
        }
        Parameter::Text(text.to_owned())
    }
}

/// Asks for rows. Hosts may lose the reason why a statement of MySQL failed: then the database is
/// asked how it would do it, and at last to do it for nothing, and says its reason.
pub(crate) async fn asked<L: Connection>(
    connection: &L,
    kind: Kind,
    statement: &str,
    parameters: &[Parameter],
) -> Result<L::Rows, SourceError> {
    let error = match connection.query(statement, parameters).await {
        Ok(rows) => return Ok(rows),
        Err(error) => error,
    };
    if kind == Kind::Mysql && matches!(&error, HostError::Other(_)) {
        let explain = format!("EXPLAIN {statement}");
        for again in [explain.as_str(), statement] {
            if let Err(reason @ HostError::Query { .. }) =
                connection.execute(again, parameters).await
            {
                return Err(SourceError::of(kind, &reason));
            }
        }
    }
    Err(SourceError::of(kind, &error))
}

/// Hands rows on as they come, a page at a time.
///
/// # Errors
/// `too_many_rows` behind `most`, and what `read` and `take` give.
pub(crate) async fn by_pages<R: Rows, E: From<SourceError>>(
    kind: Kind,
    rows: &mut R,
    most: u32,
    read: impl Fn(Vec<Value>) -> Result<SourceRow, SourceError>,
    mut take: impl AsyncFnMut(Page) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |error: HostError| SourceError::of(kind, &error);
    let mut page = Page::default();
    let (mut bytes, mut count) = (0, 0_u32);
    while let Some(values) = rows.next().await.map_err(failed)? {
        count += 1;
        if count > most {
            let detail = format!(
                "There are more than {most} rows, which is the most that is read without a key: name a column that is unique as the key."
            );
            return Err(SourceError::permanent(Code::TooManyRows, detail).into());
        }
        let row = read(values)?;
        bytes += row.line.len();
        page.rows.push(row);
        if bytes >= PAGE_BYTES {
            bytes = 0;
            take(std::mem::take(&mut page)).await?;
        }
    }
    take(page).await
}

/// The first row of an answer; none where there is none.
pub(crate) async fn first<L: Connection>(
    connection: &L,
    kind: Kind,
    statement: &str,
    parameters: &[Parameter],
) -> Result<Option<Vec<Value>>, SourceError> {
    let failed = |error: HostError| SourceError::of(kind, &error);
    let mut rows = asked(connection, kind, statement, parameters).await?;
    let row = rows.next().await.map_err(failed)?;
    // To its end, so that nothing is left on the way.
    while row.is_some() && rows.next().await.map_err(failed)?.is_some() {}
    Ok(row)
}

/// The one row of an answer.
pub(crate) async fn one<L: Connection>(
    connection: &L,
    kind: Kind,
    statement: &str,
    parameters: &[Parameter],
) -> Result<Vec<Value>, SourceError> {
    let row = first(connection, kind, statement, parameters).await?;
    row.ok_or_else(|| SourceError::of(kind, &HostError::Other("no answer".to_owned())))
}

/// A text of a row; none for a null.
pub(crate) fn text(mut row: Vec<Value>, at: usize) -> Option<String> {
    match row
        .get_mut(at)
        .map(|value| std::mem::replace(value, Value::Null))
    {
        Some(Value::Text(text)) => Some(text),
        Some(Value::Int(number)) => Some(number.to_string()),
        Some(Value::Uint(number)) => Some(number.to_string()),
        _ => None,
    }
}
