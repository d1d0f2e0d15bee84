//! The report of an import's rows that were not applied, which people mend and
//! import again: its own columns stand in front of those of the file.

use crate::records::{Cells, line};
use roster_model::import::restore;
use serde::{Deserialize, Serialize};

/// The columns of the report itself, in front of the file's.
pub const COLUMNS: [&str; 6] = ["_outcome", "_file", "_line", "_code", "_column", "_reason"];

/// The one column behind them where the rows were JSON.
pub const RECORD: &str = "record";

/// What the rows of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// Rows of cells behind the report's own.
    Cells,
    /// A JSON record, in one cell.
    Records,
}

/// What a report's rows are, by how a text begins: with the names of
/// [`COLUMNS`], quoted or not and with anything between them, since spreadsheet
/// programs save it in their own way. `None` where it is no report.
pub(crate) fn recognise(text: &[u8]) -> Option<Report> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let first = text.get(..line::find(text).unwrap_or(text.len()))?;
    let first: Vec<u8> = first
        .trim_ascii_end()
        .iter()
        .copied()
        .filter(|&byte| byte != b'"')
        .collect();
    let delimiter = *first.get(COLUMNS.first()?.len())?;
    let mut cells = first.split(|&byte| byte == delimiter);
    let ours = COLUMNS
        .iter()
        .all(|name| cells.next() == Some(name.as_bytes()));
    if !ours {
        return None;
    }
    let record =
        cells.next() == Some(RECORD.as_bytes()) && cells.all(|cell| cell.trim_ascii().is_empty());
    Some(if record {
        Report::Records
    } else {
        Report::Cells
    })
}

/// The cells of the file in a row of a report, as they came: those that a
/// spreadsheet program could take for a formula got an apostrophe in the report,
/// whatever they began with, and it is no part of them.
pub(crate) fn unmarked(row: &Cells) -> Cells {
    row.iter().skip(COLUMNS.len()).map(restore).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_of_the_report_are_taken_off_and_no_others() {
        let told = ["failed", "a.csv", "2", "x", "b", "'+why"];
        let cells = ["'=1", "''=1", "'+49 30 1", "'tis", "-5", "+1", ""];
        let row: Cells = told.into_iter().chain(cells).collect();
        let own = unmarked(&row);
        let own: Vec<&str> = own.iter().collect();
        assert_eq!(own, ["=1", "'=1", "+49 30 1", "'tis", "-5", "+1", ""]);
        assert_eq!(unmarked(&told.into_iter().collect()).len(), 0);
    }

    #[test]
    fn a_report_is_known_however_it_was_saved() {
        for (text, report) in [
            (
                "_outcome,_file,_line,_code,_column,_reason,a\n1",
                Some(Report::Cells),
            ),
            (
                "_outcome;_file;_line;_code;_column;_reason;a\r\n",
                Some(Report::Cells),
            ),
            (
                "\u{feff}\"_outcome\"\t\"_file\"\t\"_line\"\t\"_code\"\t\"_column\"\t\"_reason\"\t\"a\"",
                Some(Report::Cells),
            ),
            (
                "_outcome,_file,_line,_code,_column,_reason,record\n",
                Some(Report::Records),
            ),
            (
                "_outcome,_file,_line,_code,_column,_reason,record,b\n",
                Some(Report::Cells),
            ),
            ("_outcome,_file,_line,_code,_column\n", None),
            ("_outcome", None),
            ("a,_outcome,_file,_line,_code,_column,_reason\n", None),
            ("", None),
        ] {
            assert_eq!(recognise(text.as_bytes()), report, "{text:?}");
        }
    }
}
