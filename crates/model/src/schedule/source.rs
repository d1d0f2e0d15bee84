//! What a schedule imports: a file, or rows of another database.

use super::file::FileSource;
use super::table::{self, TableSource};
use crate::Code;
use crate::error::Invalid;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// Where a scheduled import gets its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file at a URL.
    File(FileSource),
    /// Rows of a table or a query.
    Table(TableSource),
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Source::parse(&Value::deserialize(deserializer)?, None);
        read.map_err(|wrong| D::Error::custom(format!("{wrong:?}")))
    }
}

impl Source {
    /// Reads a source: one with a `connector` is a table's or a query's, any other a file's.
    /// With a source before, this is a merge patch of it; of one of the other kind nothing
    /// stays.
    ///
    /// Codes: those of [`FileSource::parse`] and [`TableSource::parse`], `contradiction` for both.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn parse(value: &Value, before: Option<&Source>) -> Result<Self, Vec<Invalid>> {
        let given = |name: &str| value.get(name).is_some_and(|member| !member.is_null());
        let mut of_tables = table::MEMBERS.into_iter().filter(|name| given(name));
        if let (true, Some(name)) = (given("url"), of_tables.next()) {
            let detail = "A source is a file at a url, or rows by a connector: give one of them.";
            return Err(vec![Invalid::new(Code::Contradiction, detail).at(name)]);
        }
        let of_table = match before {
            Some(Source::Table(_)) => !given("url"),
            _ => given("connector"),
        };
        if of_table {
            let before = before.and_then(Source::table);
            let value = without(value, &["url", "headers", "auth", "secret"]);
            return TableSource::parse(&value, before).map(Source::Table);
        }
        let before = before.and_then(Source::file);
        let value = without(value, &table::MEMBERS);
        FileSource::parse(&value, before).map(Source::File)
    }

    /// The file, if it is one.
    pub fn file(&self) -> Option<&FileSource> {
        match self {
            Source::File(file) => Some(file),
            Source::Table(_) => None,
        }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&TableSource> {
        match self {
            Source::File(_) => None,
            Source::Table(table) => Some(table),
        }
    }

    /// The same for people: values of headers, which may be secrets, are hidden.
    /// Read as a patch, it changes none of them.
    pub fn to_shown(&self) -> Value {
        match self {
            Source::File(file) => file.to_shown(),
            Source::Table(table) => table.to_json(),
        }
    }

    /// The same as JSON, as [`Source::parse`] reads it.
    pub fn to_json(&self) -> Value {
        match self {
            Source::File(file) => file.to_json(),
            Source::Table(table) => table.to_json(),
        }
    }

    /// Whether what was seen at one means anything at the other.
    pub fn is_same_place(&self, other: &Source) -> bool {
        match (self, other) {
            (Source::File(one), Source::File(other)) => one.url == other.url,
            (Source::Table(one), Source::Table(other)) => one.place() == other.place(),
            _ => false,
        }
    }
}

/// An object without members that are `null` and say that there are none of the other kind.
fn without(value: &Value, others: &[&str]) -> Value {
    let Some(members) = value.as_object() else {
        return value.clone();
    };
    let kept =
        |(name, member): &(&String, &Value)| !(member.is_null() && others.contains(&name.as_str()));
    let members = members.iter().filter(kept);
    Value::Object(Map::from_iter(
        members.map(|(name, member)| (name.clone(), member.clone())),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_source_becomes_one_of_the_other_kind() {
        let file = json!({"url": "https://example.org/a.csv"});
        let file = Source::parse(&file, None).unwrap();
        let table = json!({"url": null, "headers": null, "connector": "1", "table": "a"});
        let table = Source::parse(&table, Some(&file)).unwrap();
        assert!(table.table().is_some());
        let back = json!({"url": "https://example.org/a.csv", "connector": null, "table": null});
        assert_eq!(Source::parse(&back, Some(&table)).unwrap(), file);
        assert!(!file.is_same_place(&table));
        // Both are neither.
        let both = json!({"url": "https://example.org/a.csv", "connector": "1"});
        let wrong = Source::parse(&both, None).unwrap_err();
        assert_eq!(wrong[0].code.as_str(), "contradiction");
    }
}
