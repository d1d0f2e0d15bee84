//! A table or a query of another database as the source of a schedule.

use crate::Code;
use crate::connector::Kind;
use crate::error::{Invalid, excerpt};
use crate::id::ConnectorId;
use crate::read::Members;
use crate::readers::text_of;
use serde_json::{Map, Value, json};

/// The most characters of a query.
pub const MAX_QUERY_CHARS: usize = 20_000;
/// The longest name of a table or column, in bytes: as long as any database has.
pub const MAX_NAME_BYTES: usize = 256;
/// How many rows are asked for at once, unless it is said, and at most. A page ends sooner
/// where its rows are long.
pub const PAGE_ROWS: u32 = 10_000;
/// The most rows that may be asked for at once.
pub const MAX_PAGE_ROWS: u32 = 100_000;
/// The most rows that are read without a key: they are read in one go.
pub const MAX_ROWS_WITHOUT_KEY: u32 = 100_000;

/// What is read of another database. How it is reached is the connector's affair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSource {
    /// Which database.
    pub connector: ConnectorId,
    /// What of it.
    pub rows: Relation,
    /// A column whose values order the rows, each once and none empty. Rows are read in its
    /// order, page by page; without it in one go, at most [`MAX_ROWS_WITHOUT_KEY`].
    pub key: Option<String>,
    /// A column that grows when a row changes, such as the time of the change: only rows from
    /// the last known value on are read.
    pub watermark: Option<String>,
    /// How many rows are asked for at once, at most.
    pub page_rows: u32,
}

/// Where rows are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// A table or a view, by its name: the parts before the last are the schema's.
    Table(Vec<String>),
    /// A SELECT.
    Query(String),
}

impl Relation {
    /// As it stands after FROM. A query ends on a line of its own, so that a comment at its
    /// end hides nothing.
    pub fn to_sql(&self, kind: Kind) -> String {
        match self {
            Relation::Table(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| kind.quoted(part)).collect();
                parts.join(".")
            }
            Relation::Query(text) => format!("(\n{text}\n)"),
        }
    }

    /// What people call it.
    pub fn title(&self) -> String {
        match self {
            Relation::Table(parts) => parts.join("."),
            Relation::Query(_) => "query".to_owned(),
        }
    }
}

/// The members that only such a source has.
pub(super) const MEMBERS: [&str; 6] = [
    "connector",
    "table",
    "query",
    "key",
    "watermark",
    "page_rows",
];

impl TableSource {
    /// Reads `{connector, table | query, key, watermark, page_rows}`. With a source before,
    /// this is a merge patch of it.
    ///
    /// Codes: `required`, `contradiction` (table and query), `empty`, `too_long`,
    /// `not_a_select`, `invalid_name`, `invalid_id`, `control_character`, `out_of_range`.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn parse(value: &Value, before: Option<&TableSource>) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let connector = match before {
            Some(before) => members
                .not_null("connector", ConnectorId::from_json)
                .or(Some(before.connector)),
            None => members.required("connector", ConnectorId::from_json),
        };
        let table = members.take("table", table);
        let query = members.take("query", query);
        let taken = before.is_some_and(|before| match &before.rows {
            Relation::Table(_) => table == Some(None),
            Relation::Query(_) => query == Some(None),
        });
        let rows = match (table.flatten(), query.flatten()) {
            (Some(_), Some(_)) => {
                let detail = "Give a table or a query, not both.";
                members.refuse("query", Invalid::new(Code::Contradiction, detail));
                None
            }
            (Some(table), None) => Some(table),
            (None, Some(query)) => Some(query),
            // One that is taken away leaves nothing to read.
            (None, None) if taken => None,
            (None, None) => before.map(|before| before.rows.clone()),
        };
        let was = |pick: fn(&TableSource) -> &Option<String>| before.and_then(|b| pick(b).clone());
        let key = members.take("key", column).unwrap_or(was(|b| &b.key));
        let watermark = members.take("watermark", column);
        let watermark = watermark.unwrap_or(was(|b| &b.watermark));
        let page_rows = members.take("page_rows", page_rows);
        let page_rows = page_rows.map_or_else(
            || before.map_or(PAGE_ROWS, |before| before.page_rows),
            |given| given.unwrap_or(PAGE_ROWS),
        );
        if rows.is_none() && members.is_sound() {
            let detail = "Give the name of a table or view, or a query.";
            members.refuse("table", Invalid::new(Code::Required, detail));
        }
        members.finish()?;
        let missing = || vec![Invalid::new(Code::Required, "A member is missing.")];
        Ok(TableSource {
            connector: connector.ok_or_else(missing)?,
            rows: rows.ok_or_else(missing)?,
            key,
            watermark,
            page_rows,
        })
    }

    /// The same as JSON, as [`TableSource::parse`] reads it.
    pub fn to_json(&self) -> Value {
        let mut members = Map::from_iter([("connector".to_owned(), json!(self.connector))]);
        match &self.rows {
            Relation::Table(parts) => members.insert("table".to_owned(), json!(written(parts))),
            Relation::Query(text) => members.insert("query".to_owned(), json!(text)),
        };
        members.insert("key".to_owned(), json!(self.key));
        members.insert("watermark".to_owned(), json!(self.watermark));
        members.insert("page_rows".to_owned(), json!(self.page_rows));
        Value::Object(members)
    }

    /// What a watermark is of, beside the database: one that was reached elsewhere means nothing here.
    pub fn place(&self) -> Value {
        json!({
            "connector": self.connector,
            "rows": match &self.rows {
                Relation::Table(parts) => written(parts),
                Relation::Query(text) => text.clone(),
            },
            "key": self.key,
            "watermark": self.watermark,
        })
    }
}

/// A name of several parts as it is read again.
fn written(parts: &[String]) -> String {
    let plain = |part: &String| !part.contains(['.', '"']);
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match plain(part) {
            true => part.clone(),
            false => format!("\"{}\"", part.replace('"', "\"\"")),
        })
        .collect();
    parts.join(".")
}

/// `table`, `schema.table`, with quotation marks around parts that hold a dot.
fn table(value: &Value) -> Result<Relation, Invalid> {
    let text = text_of(value)?.trim();
    let wrong = || {
        let detail = format!(
            "{} is no name of a table. It must be like customers or public.customers, in the \
             letters' own case, with \" around a part that holds a dot.",
            excerpt(text)
        );
        Invalid::new(Code::InvalidName, detail)
    };
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let part = match rest.strip_prefix('"') {
            Some(quoted) => {
                let mut part = String::new();
                let mut tail = quoted;
                loop {
                    let (before, after) = tail.split_once('"').ok_or_else(wrong)?;
                    part.push_str(before);
                    match after.strip_prefix('"') {
                        Some(more) => {
                            part.push('"');
                            tail = more;
                        }
                        None => {
                            tail = after;
                            break;
                        }
                    }
                }
                rest = tail;
                part
            }
            None => {
                let end = rest.find('.').unwrap_or(rest.len());
                let (part, tail) = rest.split_at(end);
                rest = tail;
                part.to_owned()
            }
        };
        if part.is_empty() || part.len() > MAX_NAME_BYTES || part.chars().any(char::is_control) {
            return Err(wrong());
        }
        parts.push(part);
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None if rest.is_empty() => break,
            None => return Err(wrong()),
        }
    }
    match parts.len() {
        1..=3 => Ok(Relation::Table(parts)),
        _ => Err(wrong()),
    }
}

/// One SELECT, as far as its text tells: the database has the last word, since it is asked
/// inside a SELECT of a transaction that reads only.
fn query(value: &Value) -> Result<Relation, Invalid> {
    let text = text_of(value)?.trim();
    let text = text.trim_end_matches(|c: char| c == ';' || c.is_whitespace());
    if text.is_empty() {
        return Err(Invalid::new(Code::Empty, "The query is empty."));
    }
    let count = text.chars().count();
    if count > MAX_QUERY_CHARS {
        let detail = format!("{count} characters: at most {MAX_QUERY_CHARS} fit.");
        return Err(Invalid::new(Code::TooLong, detail));
    }
    if text.contains('\0') {
        let detail = "The query has a character that no database takes.";
        return Err(Invalid::new(Code::ControlCharacter, detail));
    }
    let begins = without_comments(text);
    let word: String = begins
        .chars()
        .skip_while(|c| *c == '(' || c.is_whitespace())
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let words = ["select", "with", "values", "table"];
    if !words.iter().any(|one| word.eq_ignore_ascii_case(one)) {
        let detail = format!(
            "{} is not a query that reads: it must be one SELECT.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::NotASelect, detail));
    }
    Ok(Relation::Query(text.to_owned()))
}

/// The text from behind the comments that it begins with.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map(|(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map(|(_, after)| after)
        } else {
            return rest;
        };
        rest = after.unwrap_or_default().trim_start();
    }
}

fn column(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?;
    if text.is_empty() || text.len() > MAX_NAME_BYTES || text.chars().any(char::is_control) {
        let detail = format!(
            "{} is no name of a column: it has 1 to {MAX_NAME_BYTES} bytes, and no control characters.",
            excerpt(text)
        );
        return Err(Invalid::new(Code::InvalidName, detail));
    }
    Ok(text.to_owned())
}

fn page_rows(value: &Value) -> Result<u32, Invalid> {
    let rows = value.as_u64().and_then(|rows| u32::try_from(rows).ok());
    rows.filter(|rows| (1..=MAX_PAGE_ROWS).contains(rows))
        .ok_or_else(|| {
            let detail = format!("This must be a whole number from 1 to {MAX_PAGE_ROWS}.");
            Invalid::new(Code::OutOfRange, detail)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(source: &Value) -> Result<TableSource, Vec<Invalid>> {
        TableSource::parse(source, None)
    }

    fn refused(source: Value) -> Vec<(String, &'static str)> {
        let wrong = of(&source).unwrap_err();
        wrong
            .iter()
            .map(|one| (one.pointer.clone(), one.code.as_str()))
            .collect()
    }

    #[test]
    fn names_of_tables_are_read_and_quoted() {
        for (text, sql) in [
            ("customers", r#""customers""#),
            ("public.customers", r#""public"."customers""#),
            (r#""a.b".c"#, r#""a.b"."c""#),
            (r#"a"b"#, r#""a""b""#),
        ] {
            let source = of(&json!({"connector": "1", "table": text})).unwrap();
            assert_eq!(source.rows.to_sql(Kind::Postgres), sql);
        }
        let source = of(&json!({"connector": "1", "table": "a`b"})).unwrap();
        assert_eq!(source.rows.to_sql(Kind::Mysql), "`a``b`");
        for wrong in ["", "a.", ".a", "a..b", "\"a", "\"a\"b", "a.b.c.d", "a\nb"] {
            let source = json!({"connector": "1", "table": wrong});
            assert_eq!(
                refused(source),
                [("/table".to_owned(), "invalid_name")],
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_query_is_one_that_reads() {
        for text in [
            "SELECT 1",
            "select * from a;",
            "  -- who\n/* all */ WITH a AS (SELECT 1) SELECT * FROM a ; \n",
            "(SELECT 1) UNION (SELECT 2)",
        ] {
            assert!(
                of(&json!({"connector": "1", "query": text})).is_ok(),
                "{text}"
            );
        }
        for (text, code) in [
            ("DELETE FROM a", "not_a_select"),
            ("-- SELECT", "not_a_select"),
            ("selection", "not_a_select"),
            (" ; ", "empty"),
            ("SELECT '\0'", "control_character"),
        ] {
            let source = json!({"connector": "1", "query": text});
            assert_eq!(refused(source), [("/query".to_owned(), code)], "{text}");
        }
    }

    #[test]
    fn a_table_or_a_query_is_needed() {
        let both = json!({"connector": "1", "table": "a", "query": "SELECT 1"});
        assert_eq!(refused(both), [("/query".to_owned(), "contradiction")]);
        assert_eq!(
            refused(json!({"connector": "1"})),
            [("/table".to_owned(), "required")]
        );
        let wrong = json!({"connector": "x", "table": "a", "page_rows": 0, "key": ""});
        let codes: Vec<&str> = refused(wrong).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["invalid_id", "invalid_name", "out_of_range"]);
    }

    #[test]
    fn a_patch_changes_what_it_says() {
        let before =
            of(&json!({"connector": "1", "table": "a", "key": "id", "watermark": "at"})).unwrap();
        let patch = json!({"query": "SELECT 1", "table": null, "watermark": null});
        let after = TableSource::parse(&patch, Some(&before)).unwrap();
        assert_eq!(after.rows, Relation::Query("SELECT 1".to_owned()));
        assert_eq!((after.key, after.watermark), (Some("id".to_owned()), None));
        let wrong = TableSource::parse(&json!({"table": null}), Some(&before)).unwrap_err();
        assert_eq!(wrong[0].code.as_str(), "required");
        assert!(TableSource::parse(&json!({"query": null}), Some(&before)).is_ok());
    }

    proptest! {
        #[test]
        fn a_source_comes_back_from_its_json(
            parts in proptest::collection::vec("[a-zA-Z_.\"` ä-ö]{1,8}", 1..=3),
            key in proptest::option::of("[a-z]{1,8}"),
            page_rows in 1..=MAX_PAGE_ROWS,
        ) {
            prop_assume!(parts.iter().all(|part| part.trim() == part));
            let source = TableSource {
                connector: ConnectorId::new(3).unwrap(),
                rows: Relation::Table(parts),
                key,
                watermark: None,
                page_rows,
            };
            prop_assert_eq!(of(&source.to_json()).unwrap(), source);
        }
    }
}
