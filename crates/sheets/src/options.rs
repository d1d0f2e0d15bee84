//! What a table is written as.

use crate::Error;
use serde::{Deserialize, Serialize};

/// A format, gzipped or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The format.
    pub format: Format,
    /// Whether the whole is gzipped.
    pub gzip: bool,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Text with a delimiter between cells, RFC 4180.
    Csv(Csv),
    /// One JSON object for each row, one row for each line.
    JsonLines,
    /// A workbook as spreadsheet programs save it (Office Open XML).
    Xlsx,
}

/// How a CSV is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Csv {
    /// What stands between cells; a comma by default.
    pub delimiter: Delimiter,
    /// Whether the file begins with the mark by which Excel knows UTF-8
    /// (`EF BB BF`). Off by default.
    pub bom: bool,
    /// Which cells stand in quotation marks.
    pub quote: Quote,
    /// What ends a line.
    pub line_end: LineEnd,
    /// Whether cells that could be formulas are left as they are, see
    /// [`crate::neutralise`]. Off by default.
    pub raw: bool,
}

/// A character of ASCII that stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delimiter(u8);

impl Delimiter {
    /// Any character of ASCII but the quotation mark, line breaks and NUL.
    pub fn new(byte: u8) -> Option<Self> {
        let fits = byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0);
        fits.then_some(Delimiter(byte))
    }

    /// Its byte.
    pub fn byte(self) -> u8 {
        self.0
    }
}

impl Default for Delimiter {
    fn default() -> Self {
        Delimiter(b',')
    }
}

/// Which cells stand in quotation marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Quote {
    /// Those that hold a delimiter, a quotation mark or a line break.
    #[default]
    Minimal,
    /// All.
    All,
}

/// What ends a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    /// CR and LF, as RFC 4180 has it.
    #[default]
    Crlf,
    /// LF alone.
    Lf,
}

impl Options {
    /// A format, not gzipped.
    pub fn new(format: Format) -> Self {
        Options {
            format,
            gzip: false,
        }
    }

    /// The media type of the file.
    pub fn media_type(&self) -> &'static str {
        match (self.gzip, self.format) {
            (true, _) => "application/gzip",
            (false, Format::Csv(_)) => "text/csv; charset=utf-8; header=present",
            (false, Format::JsonLines) => "application/jsonl",
            (false, Format::Xlsx) => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        }
    }

    /// How the file's name ends, without the first dot: `csv`, `jsonl.gz`, ….
    pub fn extension(&self) -> &'static str {
        match (self.format, self.gzip) {
            (Format::Csv(csv), gzip) if csv.delimiter.byte() == b'\t' => {
                if gzip {
                    "tsv.gz"
                } else {
                    "tsv"
                }
            }
            (Format::Csv(_), false) => "csv",
            (Format::Csv(_), true) => "csv.gz",
            (Format::JsonLines, false) => "jsonl",
            (Format::JsonLines, true) => "jsonl.gz",
            (Format::Xlsx, false) => "xlsx",
            (Format::Xlsx, true) => "xlsx.gz",
        }
    }

    /// Whether a table with so many columns can be written.
    ///
    /// # Errors
    /// [`Error::TooManyColumns`].
    pub fn check_columns(&self, columns: usize) -> Result<(), Error> {
        match self.format {
            Format::Xlsx if columns > crate::MAX_COLUMNS => {
                Err(Error::TooManyColumns(crate::MAX_COLUMNS))
            }
            Format::Csv(_) | Format::JsonLines | Format::Xlsx => Ok(()),
        }
    }
}
