//! The columns of a file, and which of them a mapping means.

use super::mapping::ColumnRef;
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::text::{canonical, fold};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What is known of a file's columns before its rows are read.
#[derive(Clone, Copy, Debug)]
pub enum Columns<'a> {
    /// A text file (CSV, TSV, …) with these headers; a file without has made-up
    /// ones.
    Text(&'a [String]),
    /// A spreadsheet with these headers: numbers come as programs write them,
    /// and no cell was neutralised.
    Sheet(&'a [String]),
    /// JSON records: columns are the members that a record happens to have.
    Records,
}

impl<'a> Columns<'a> {
    /// The headers; none of records.
    pub(super) fn headers(self) -> &'a [String] {
        match self {
            Columns::Text(headers) | Columns::Sheet(headers) => headers,
            Columns::Records => &[],
        }
    }
}

/// Where a value stands in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// In the cell with this index.
    Cell(usize),
    /// In the member of this name.
    Member(String),
    /// At a place in a record, as a JSON pointer; or in a member of that name.
    Pointer(String),
}

/// A column that a mapping means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub source: Source,
    /// What people know it by.
    pub name: String,
}

/// Finds columns by name or number.
pub(super) struct Finder<'a> {
    headers: Option<&'a [String]>,
    by_name: HashMap<&'a str, ColumnMatch>,
    by_fold: HashMap<String, ColumnMatch>,
}

#[derive(Clone, Copy)]
enum ColumnMatch {
    Once(usize),
    Often,
}

impl<'a> Finder<'a> {
    pub fn new(columns: Columns<'a>) -> Self {
        let headers = match columns {
            Columns::Text(headers) | Columns::Sheet(headers) => Some(headers),
            Columns::Records => None,
        };
        let mut by_name = HashMap::new();
        let mut by_fold = HashMap::new();
        for (index, header) in headers.into_iter().flatten().enumerate() {
            let once = ColumnMatch::Once(index);
            by_name
                .entry(header.as_str())
                .and_modify(|found| *found = ColumnMatch::Often)
                .or_insert(once);
            by_fold
                .entry(fold(&canonical(header)))
                .and_modify(|found| *found = ColumnMatch::Often)
                .or_insert(once);
        }
        Finder {
            headers,
            by_name,
            by_fold,
        }
    }

    /// The column that is meant. A name is one exactly, or else, where that is
    /// one only, in other case or with other white space around it.
    ///
    /// Codes: `unknown_column`, `ambiguous_column`, `not_supported` (a number
    /// in JSON).
    pub fn find(&self, column: &ColumnRef) -> Result<Column, Invalid> {
        let Some(headers) = self.headers else {
            return match column {
                ColumnRef::Number(_) => {
                    let detail = "JSON has no numbered columns: name a member.";
                    Err(Invalid::new(Code::NotSupported, detail))
                }
                ColumnRef::Name(name) => Ok(Column {
                    source: if name.starts_with('/') {
                        Source::Pointer(name.clone())
                    } else {
                        Source::Member(name.clone())
                    },
                    name: name.clone(),
                }),
            };
        };
        let at = |index: usize| {
            let name = headers.get(index)?;
            Some(Column {
                source: Source::Cell(index),
                name: name.clone(),
            })
        };
        match column {
            ColumnRef::Number(number) => number.checked_sub(1).and_then(at).ok_or_else(|| {
                let detail = format!("The file has {} columns, not {number}.", headers.len());
                Invalid::new(Code::UnknownColumn, detail)
            }),
            ColumnRef::Name(name) => {
                let found = self.by_name.get(name.as_str()).copied();
                let found = found.or_else(|| self.by_fold.get(&fold(&canonical(name))).copied());
                match found {
                    Some(ColumnMatch::Once(index)) => at(index),
                    Some(ColumnMatch::Often) => {
                        let detail = format!(
                            "The file has several columns {}: name it by its number, from 1.",
                            excerpt(name)
                        );
                        return Err(Invalid::new(Code::AmbiguousColumn, detail));
                    }
                    None => None,
                }
                .ok_or_else(|| {
                    let detail = format!("The file has no column {}.", excerpt(name));
                    Invalid::new(Code::UnknownColumn, detail)
                })
            }
        }
    }
}

/// The value at a source of a record.
pub(super) fn member<'a>(record: &'a Map<String, Value>, source: &Source) -> Option<&'a Value> {
    match source {
        Source::Cell(_) => None,
        Source::Member(name) => record.get(name),
        Source::Pointer(pointer) => record.get(pointer).or_else(|| {
            let mut tokens = pointer.split('/').skip(1);
            let first = record.get(&unescape(tokens.next()?))?;
            tokens.try_fold(first, |value, token| match value {
                Value::Object(members) => members.get(&unescape(token)),
                Value::Array(items) => items.get(token.parse::<usize>().ok()?),
                _ => None,
            })
        }),
    }
}

/// One step of a JSON pointer (RFC 6901).
pub(super) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
