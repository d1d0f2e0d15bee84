//! Reading from a request what a table is written as.

use crate::options::{Csv, Delimiter, Format, LineEnd, Options, Quote};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::error::excerpt;
use roster_model::read::Members;
use roster_model::readers::{flag, text_of};
use serde_json::Value;

/// Names of delimiters, for where a character is hard to write.
const NAMED: [(&str, u8); 5] = [
    ("comma", b','),
    ("semicolon", b';'),
    ("tab", b'\t'),
    ("pipe", b'|'),
    ("space", b' '),
];

/// The words of `format`.
pub const FORMATS: [&str; 3] = ["csv", "jsonl", "xlsx"];

/// The words of `quote`.
pub const QUOTES: [&str; 2] = ["minimal", "all"];

/// The words of `line_end`.
pub const LINE_ENDS: [&str; 2] = ["crlf", "lf"];

impl Options {
    /// Reads the members `format` (`csv`, `jsonl` or `xlsx`), `gzip`, and for
    /// CSV `delimiter` (a character of ASCII, or `comma`, `semicolon`, `tab`,
    /// `pipe`, `space`), `bom`, `quote` (`minimal`, `all`), `line_end` (`crlf`,
    /// `lf`) and `raw`. What is wrong is noted in `members`: codes
    /// `wrong_type`, `invalid_format`, `invalid_delimiter`, `invalid_quote`,
    /// `invalid_line_end`, `not_supported` (a member of CSV with another
    /// format).
    pub fn take(members: &mut Members) -> Self {
        let format = members.take("format", |v| choice(v, Code::InvalidFormat, &FORMATS));
        let mut given = Vec::new();
        let mut csv = Csv::default();
        let mut note = |name, is_given: bool| {
            if is_given {
                given.push(name);
            }
        };
        if let Some(delimiter) = members.optional("delimiter", delimiter) {
            csv.delimiter = delimiter;
            note("delimiter", true);
        }
        if let Some(quote) = members.optional("quote", |v| choice(v, Code::InvalidQuote, &QUOTES)) {
            csv.quote = if quote == 0 {
                Quote::Minimal
            } else {
                Quote::All
            };
            note("quote", true);
        }
        if let Some(Some(end)) =
            members.take("line_end", |v| choice(v, Code::InvalidLineEnd, &LINE_ENDS))
        {
            csv.line_end = if end == 0 { LineEnd::Crlf } else { LineEnd::Lf };
            note("line_end", true);
        }
        if let Some(bom) = members.optional("bom", flag) {
            csv.bom = bom;
            note("bom", bom);
        }
        if let Some(raw) = members.optional("raw", flag) {
            csv.raw = raw;
            note("raw", raw);
        }
        let gzip = members.optional("gzip", flag).unwrap_or_default();
        let format = match format.flatten() {
            Some(1) => Format::JsonLines,
            Some(2) => Format::Xlsx,
            _ => Format::Csv(csv),
        };
        if !matches!(format, Format::Csv(_)) {
            for name in given {
                let detail = format!("Only a CSV has {name}: leave it out.");
                members.refuse(name, Invalid::new(Code::NotSupported, detail));
            }
        }
        Options { format, gzip }
    }
}

/// The place of a word among those that may be.
fn choice(value: &Value, code: Code, words: &[&str]) -> Result<usize, Invalid> {
    let given = text_of(value)?;
    words.iter().position(|word| *word == given).ok_or_else(|| {
        let detail = format!(
            "This must be {}, not {}.",
            words.join(" or "),
            excerpt(given)
        );
        Invalid::new(code, detail)
    })
}

fn delimiter(value: &Value) -> Result<Delimiter, Invalid> {
    let given = text_of(value)?;
    let named = NAMED.iter().find(|(name, _)| *name == given);
    let byte = match (named, given.as_bytes()) {
        (Some((_, byte)), _) => Some(*byte),
        (None, [byte]) => Some(*byte),
        (None, _) => None,
    };
    byte.and_then(Delimiter::new).ok_or_else(|| {
        let detail = format!(
            "{} is no delimiter: it must be one character of ASCII but a quotation mark or a line break, or {}.",
            excerpt(given),
            NAMED.map(|(name, _)| name).join(", ")
        );
        Invalid::new(Code::InvalidDelimiter, detail)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(given: Value) -> Result<Options, Vec<(String, &'static str)>> {
        let mut members = Members::of(&given).unwrap();
        let options = Options::take(&mut members);
        match members.finish() {
            Ok(()) => Ok(options),
            Err(wrong) => Err(wrong
                .into_iter()
                .map(|e| (e.pointer, e.code.as_str()))
                .collect()),
        }
    }

    #[test]
    fn a_comma_separated_file_without_frills_is_the_default() {
        let options = read(json!({})).unwrap();
        assert_eq!(options, Options::new(Format::Csv(Csv::default())));
    }

    #[test]
    fn every_setting_is_read() {
        let given = json!({"format": "csv", "delimiter": "tab", "quote": "all", "line_end": "lf",
            "bom": true, "raw": true, "gzip": true});
        let csv = Csv {
            delimiter: Delimiter::new(b'\t').unwrap(),
            bom: true,
            quote: Quote::All,
            line_end: LineEnd::Lf,
            raw: true,
        };
        assert_eq!(
            read(given),
            Ok(Options {
                format: Format::Csv(csv),
                gzip: true
            })
        );
        assert_eq!(
            read(json!({"format": "jsonl"})).unwrap().format,
            Format::JsonLines
        );
        let xlsx = json!({"format": "xlsx", "bom": false});
        assert_eq!(read(xlsx).unwrap().format, Format::Xlsx);
        let pipe = read(json!({"delimiter": "|"})).unwrap().format;
        assert!(matches!(pipe, Format::Csv(csv) if csv.delimiter.byte() == b'|'));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (given, pointer, code) in [
            (json!({"format": "xls"}), "/format", "invalid_format"),
            (json!({"format": 1}), "/format", "wrong_type"),
            (json!({"delimiter": ""}), "/delimiter", "invalid_delimiter"),
            (
                json!({"delimiter": ";;"}),
                "/delimiter",
                "invalid_delimiter",
            ),
            (
                json!({"delimiter": "\""}),
                "/delimiter",
                "invalid_delimiter",
            ),
            (json!({"delimiter": "ж"}), "/delimiter", "invalid_delimiter"),
            (json!({"quote": "none"}), "/quote", "invalid_quote"),
            (json!({"line_end": "cr"}), "/line_end", "invalid_line_end"),
            (json!({"bom": "yes"}), "/bom", "wrong_type"),
            (
                json!({"format": "xlsx", "delimiter": ","}),
                "/delimiter",
                "not_supported",
            ),
            (
                json!({"format": "jsonl", "raw": true}),
                "/raw",
                "not_supported",
            ),
            (json!({"zip": true}), "/zip", "unknown_field"),
        ] {
            assert_eq!(read(given), Err(vec![(pointer.to_owned(), code)]));
        }
    }
}
