//! What a person may say about a file, and what is settled before it is read.

use crate::report::Report;
use crate::unpack::encoding;
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use serde::{Deserialize, Serialize};

/// How records stand in a plain text source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Rows of cells between delimiters: CSV, TSV, TXT, and what a workbook's
    /// sheet is turned into.
    #[serde(
        alias = "tsv",
        alias = "txt",
        alias = "xlsx",
        alias = "xls",
        alias = "ods"
    )]
    Csv,
    /// One JSON array of objects.
    Json,
    /// One JSON object per line.
    #[serde(alias = "jsonl", alias = "ndjson")]
    JsonLines,
}

/// What stands around a cell that holds a delimiter or a line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// `"`
    #[serde(alias = "\"")]
    Double,
    /// `'`
    #[serde(alias = "'")]
    Single,
    /// Quotes are characters like any other, and a line break always ends the row.
    #[serde(alias = "")]
    None,
}

impl Quote {
    pub(crate) fn byte(self) -> Option<u8> {
        match self {
            Quote::Double => Some(b'"'),
            Quote::Single => Some(b'\''),
            Quote::None => None,
        }
    }
}

/// How a quote is written inside a quoted cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    /// Twice: `"a ""b"" c"`.
    Doubled,
    /// After a backslash, which also stands before itself: `"a \"b\" c"`.
    /// Doubled quotes are read too.
    #[serde(alias = "\\")]
    Backslash,
}

/// What becomes of cells like `="01067"`, by which spreadsheet programs are kept
/// from taking a text for a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formulas {
    /// The text inside is the cell. Other formulas are left as they are.
    Text,
    /// They are left as they are.
    #[default]
    Keep,
}

/// What a person says about a file. Everything left out is detected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// The format of the records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// A label of the WHATWG Encoding Standard, such as `windows-1251`,
    /// `koi8-r`, `utf-16le` or `macintosh`, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// One ASCII character between cells; a line break, a NUL and the quote are
    /// not possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The quote character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<Quote>,
    /// How a quote stands inside quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escape: Option<Escape>,
    /// Whether the first row holds the columns' names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// The sheet of a workbook, by name; otherwise the first that isn't empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// How many lines (of a sheet: rows) are left out before the header or the
    /// first row. Lines as they stand in the file, quotes not regarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_rows: Option<u32>,
    /// What becomes of cells like `="01067"`; otherwise the text inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formulas: Option<Formulas>,
}

impl FileSettings {
    /// Refuses what can't be read by.
    ///
    /// # Errors
    /// `unknown_encoding` at `/encoding`, `invalid_delimiter` at `/delimiter`.
    pub fn check(&self) -> Result<(), Invalid> {
        if let Some(label) = &self.encoding
            && encoding::by_label(label).is_none()
        {
            let shown = excerpt(label);
            let detail = format!(
                "no encoding is called {shown}; take a label of the WHATWG Encoding Standard \
                 such as \"windows-1251\""
            );
            return Err(Invalid::new(Code::UnknownEncoding, detail).at("encoding"));
        }
        let Some(delimiter) = self.delimiter else {
            return Ok(());
        };
        let quote = self.quote.unwrap_or(Quote::Double);
        let escape = self.escape.unwrap_or(Escape::Doubled);
        check_delimiter(delimiter, quote, escape).map_err(|invalid| invalid.at("delimiter"))
    }
}

/// How a plain text source is read, all settled: what was detected, with what
/// the person said put over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The format of the records. The fields below are for [`Format::Csv`] only.
    pub format: Format,
    /// One ASCII character between cells.
    pub delimiter: char,
    /// The quote character.
    pub quote: Quote,
    /// How a quote stands inside quotes.
    pub escape: Escape,
    /// Whether the first row holds the columns' names.
    pub header: bool,
    /// How many lines are left out first.
    pub skip_rows: u32,
    /// What becomes of cells like `="01067"`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub formulas: Formulas,
    /// How many columns there are at least, where no header says it; rows may
    /// leave out their last cells.
    #[serde(default, skip_serializing_if = "is_default")]
    pub columns: u32,
    /// It is a report of ours about an import: see [`report`](crate::report).
    #[serde(default, skip_serializing_if = "is_default")]
    pub report: Option<Report>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for Reading {
    /// CSV as RFC 4180 has it, with a header: what sheets are turned into.
    fn default() -> Self {
        Reading {
            format: Format::Csv,
            delimiter: ',',
            quote: Quote::Double,
            escape: Escape::Doubled,
            header: true,
            skip_rows: 0,
            formulas: Formulas::Keep,
            columns: 0,
            report: None,
        }
    }
}

impl Reading {
    /// Refuses what can't be read by.
    ///
    /// # Errors
    /// `invalid_delimiter` at `/delimiter`.
    pub fn check(&self) -> Result<(), Invalid> {
        check_delimiter(self.delimiter, self.quote, self.escape)
            .map_err(|invalid| invalid.at("delimiter"))
    }

    /// Whether each record is a JSON object on a line of its own.
    #[must_use]
    pub fn has_lines_of_json(&self) -> bool {
        self.format == Format::JsonLines && self.report.is_none()
    }

    /// Whether records are objects, not rows of cells.
    #[must_use]
    pub fn has_objects(&self) -> bool {
        self.format != Format::Csv || self.report == Some(Report::Records)
    }

    /// The same with everything that `settings` says put over it. A delimiter
    /// is said when it is a tab for a file that is called `tsv`, too: that is
    /// for detection to know, not for this.
    #[must_use]
    pub fn with(mut self, settings: &FileSettings) -> Self {
        self.format = settings.format.unwrap_or(self.format);
        self.delimiter = settings.delimiter.unwrap_or(self.delimiter);
        self.quote = settings.quote.unwrap_or(self.quote);
        self.escape = settings.escape.unwrap_or(self.escape);
        self.header = settings.header.unwrap_or(self.header);
        self.skip_rows = settings.skip_rows.unwrap_or(self.skip_rows);
        self.formulas = settings.formulas.unwrap_or(self.formulas);
        self
    }
}

/// Whether cells can be told apart by a delimiter, with these quotes.
pub(crate) fn check_delimiter(
    delimiter: char,
    quote: Quote,
    escape: Escape,
) -> Result<(), Invalid> {
    let refused = |why: &str| {
        let shown = excerpt(&delimiter.to_string());
        Err(Invalid::new(
            Code::InvalidDelimiter,
            format!("{shown} {why}; take one ASCII character such as \",\", \";\", \"|\" or a tab"),
        ))
    };
    match u8::try_from(delimiter) {
        Ok(b'\r' | b'\n' | 0) => refused("ends a line or can't stand in text"),
        Ok(byte) if Some(byte) == quote.byte() => refused("is the quote already"),
        Ok(b'\\') if escape == Escape::Backslash => refused("is the escape already"),
        Ok(byte) if byte.is_ascii() => Ok(()),
        _ => refused("is not one ASCII character"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn settings(value: serde_json::Value) -> Result<FileSettings, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn settings_are_all_optional_and_unknown_ones_are_refused() {
        assert_eq!(settings(json!({})).unwrap(), FileSettings::default());
        assert!(settings(json!({ "delimeter": "," })).is_err());
        let said = settings(json!({ "format": "tsv", "quote": "'", "escape": "backslash" }));
        let said = said.unwrap();
        assert_eq!(said.format, Some(Format::Csv));
        assert_eq!(said.quote, Some(Quote::Single));
        assert_eq!(said.escape, Some(Escape::Backslash));
        assert_eq!(
            serde_json::to_value(&said).unwrap(),
            json!({ "format": "csv", "quote": "single", "escape": "backslash" })
        );
    }

    #[test]
    fn an_encoding_has_a_known_label() {
        for (label, fine) in [
            ("windows-1251", true),
            ("KOI8-R", true),
            (" Macroman ", true),
            ("utf-16le", true),
            ("utf-7", false),
            ("", false),
        ] {
            let said = settings(json!({ "encoding": label })).unwrap();
            assert_eq!(said.check().is_ok(), fine, "{label:?}");
        }
    }

    #[test]
    fn a_delimiter_is_one_ascii_character_with_no_other_part_to_play() {
        for (delimiter, quote, fine) in [
            (",", "double", true),
            ("\t", "double", true),
            ("'", "double", true),
            ("'", "single", false),
            ("\"", "none", true),
            ("\n", "none", false),
            ("é", "double", false),
            ("→", "double", false),
        ] {
            let said = settings(json!({ "delimiter": delimiter, "quote": quote })).unwrap();
            match said.check() {
                Ok(()) => assert!(fine, "{delimiter:?}"),
                Err(invalid) => {
                    assert!(!fine, "{delimiter:?}");
                    assert_eq!(invalid.pointer, "/delimiter");
                }
            }
        }
    }
}
