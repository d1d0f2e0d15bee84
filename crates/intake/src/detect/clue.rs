//! Why a file is read as it is: in parts from which any language can say it, and in English.

use serde::Serialize;

/// What decided about one setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Clue {
    /// It begins with the bracket of a JSON array.
    JsonArray,
    /// It begins with a JSON object.
    JsonObject,
    /// Its name ends in .json.
    NamedJson,
    /// It doesn't begin as JSON does.
    NotJson,
    /// It is a report of an import.
    ImportReport,
    /// The first line only names the delimiter.
    SeparatorLine,
    /// The first line names it.
    SeparatorNamed,
    /// Rows have the same number of cells with it.
    RowsAlike {
        /// The delimiter.
        delimiter: char,
        /// How many rows are alike.
        alike: usize,
        /// Of how many.
        rows: usize,
        /// How many cells those have.
        cells: usize,
    },
    /// No delimiter gives rows that are alike.
    OneColumn,
    /// Quotes stand where no cell begins or ends.
    QuotesInside,
    /// No cell is quoted.
    NoneQuoted,
    /// Cells are in quotes.
    Quoted {
        /// Which.
        quote: char,
        /// How many cells.
        count: usize,
    },
    /// Quotes inside cells stand after backslashes.
    Backslashes,
    /// There are no rows.
    NoRows,
    /// A cell of the first row is a value.
    CellIsValue {
        /// Which cell, from 1.
        cell: usize,
    },
    /// The first row has words that name columns.
    ColumnWords {
        /// How many.
        count: usize,
    },
    /// A cell of the first row is unlike the values below it.
    CellUnlike {
        /// Which cell, from 1.
        cell: usize,
    },
    /// A cell of the first row looks like a value.
    CellLikeValue {
        /// Which cell, from 1.
        cell: usize,
    },
    /// More than half of the first row's cells are empty.
    MostlyEmpty,
    /// Nothing in the first row looks like a value.
    NoValue,
}

impl Clue {
    /// The same in English.
    pub(super) fn text(&self) -> String {
        match self {
            Clue::JsonArray => "it begins with the bracket of a JSON array".to_owned(),
            Clue::JsonObject => "it begins with a JSON object".to_owned(),
            Clue::NamedJson => "its name ends in .json".to_owned(),
            Clue::NotJson => "it doesn't begin as JSON does".to_owned(),
            Clue::ImportReport => {
                "it is a report of an import: its first six columns are left out".to_owned()
            }
            Clue::SeparatorLine => "the first line only names the delimiter".to_owned(),
            Clue::SeparatorNamed => "the first line names it".to_owned(),
            Clue::RowsAlike {
                delimiter,
                alike,
                rows,
                cells,
            } => {
                let delimiter = match delimiter {
                    '\t' => "tabs".to_owned(),
                    '\u{1f}' => "unit separators".to_owned(),
                    other => format!("\"{other}\""),
                };
                format!("with {delimiter} {alike} of {rows} rows have {cells} cells")
            }
            Clue::OneColumn => "no delimiter gives rows that are alike: one column".to_owned(),
            Clue::QuotesInside => "quotes stand where no cell begins or ends".to_owned(),
            Clue::NoneQuoted => "no cell is quoted".to_owned(),
            Clue::Quoted { quote, count } => format!("{count} cells are in {quote}…{quote}"),
            Clue::Backslashes => "quotes inside cells stand after backslashes".to_owned(),
            Clue::NoRows => "there are no rows".to_owned(),
            Clue::CellIsValue { cell } => format!("the first row's cell {cell} is a value"),
            Clue::ColumnWords { count } => {
                let words = if *count == 1 { "a word" } else { "words" };
                format!("the first row has {words} that name columns")
            }
            Clue::CellUnlike { cell } => {
                format!("the first row's cell {cell} is unlike the values below it")
            }
            Clue::CellLikeValue { cell } => {
                format!("the first row's cell {cell} looks like a value")
            }
            Clue::MostlyEmpty => "more than half of the first row's cells are empty".to_owned(),
            Clue::NoValue => "nothing in the first row looks like a value".to_owned(),
        }
    }
}
