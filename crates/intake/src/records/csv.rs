//! CSV: the header, and what is wrong with a row.

use super::cut::{Cutter, RawRecord};
use super::json::Fault;
use super::record::{
    Cells, Content, Place, Position, Record, RecordError, RecordWarning, TEXT_BYTES, WarningPlace,
    excerpt,
};
use super::{COLUMNS, columns, formula, json_lines};
use crate::buffer::Buffer;
use crate::report::{self, Report};
use crate::settings::{Formulas, Reading};
use roster_model::Code;

#[derive(Debug)]
pub(crate) struct CsvReader {
    cutter: Cutter,
    header: bool,
    formulas: Formulas,
    /// How many columns there are at least without a header.
    least: usize,
    report: Option<Report>,
    /// Lines still to be left out.
    skip: u32,
    row: u64,
    columns: u32,
    place: Place,
}

impl CsvReader {
    pub(crate) fn new(reading: &Reading, position: &Position) -> Self {
        CsvReader {
            cutter: Cutter::new(reading, position.offset, position.line),
            header: reading.header,
            formulas: reading.formulas,
            least: usize::try_from(reading.columns)
                .unwrap_or_default()
                .min(COLUMNS),
            report: reading.report,
            skip: reading.skip_rows,
            row: position.row,
            columns: position.columns,
            place: position.place,
        }
    }

    pub(crate) fn position(&self) -> Position {
        Position {
            offset: self.cutter.offset,
            line: self.cutter.line,
            row: self.row,
            columns: self.columns,
            place: self.place,
        }
    }

    /// Whether reading could go on from [`CsvReader::position`] with nothing
    /// lost: not in the middle of a record or of what comes before the first.
    pub(crate) fn settled(&self) -> bool {
        self.place != Place::Start && self.cutter.settled()
    }

    /// Goes on by `count` bytes that aren't text: a byte order mark.
    pub(crate) fn pass(&mut self, count: usize) {
        self.cutter.offset += u64::try_from(count).unwrap_or_default();
    }

    pub(crate) fn next(
        &mut self,
        buffer: &mut Buffer,
        names: &mut Vec<String>,
    ) -> Option<Result<Record, Box<RecordError>>> {
        if self.place == Place::Start && !self.cutter.skip_lines(buffer, &mut self.skip) {
            return None;
        }
        loop {
            let Some(cut) = self.cutter.next(buffer) else {
                if self.cutter.finished {
                    self.place = Place::End;
                }
                return None;
            };
            if self.place == Place::Start {
                self.place = Place::Records;
                if self.header {
                    match self.read_header(cut, names) {
                        Ok(()) => continue,
                        Err(error) => return Some(Err(error)),
                    }
                }
            }
            return Some(self.judge(cut, names));
        }
    }

    /// Takes a record as the header.
    fn read_header(
        &mut self,
        cut: RawRecord,
        names: &mut Vec<String>,
    ) -> Result<(), Box<RecordError>> {
        let (line, detail, text) = match cut {
            RawRecord::Row {
                cells, count, line, ..
            } if count > COLUMNS => (line, too_many(count), excerpt_cells(&cells)),
            RawRecord::Row { cells, .. } => {
                let cells = self.own(cells);
                self.columns = u32::try_from(cells.len()).unwrap_or(u32::MAX);
                // The members of records have names of their own.
                if self.report != Some(Report::Records) {
                    *names = columns::from_header(&cells);
                }
                return Ok(());
            }
            RawRecord::Wrong {
                line, detail, text, ..
            } => (line, detail, text),
        };
        self.place = Place::End;
        Err(Box::new(RecordError {
            code: Code::HeaderBroken,
            detail: format!("the header row can't be read: {detail}"),
            line,
            row: 0,
            offset_after: self.cutter.offset,
            cells: None,
            text: Some(text),
            fatal: true,
        }))
    }

    /// The cells that are the file's own, as they came, with texts in formulas read.
    fn own(&self, cells: Cells) -> Cells {
        let cells = match self.report {
            Some(_) => report::unmarked(&cells),
            None => cells,
        };
        match self.formulas {
            Formulas::Text => formula::read(cells),
            Formulas::Keep => cells,
        }
    }

    /// Takes a record as a row.
    fn judge(
        &mut self,
        cut: RawRecord,
        names: &mut Vec<String>,
    ) -> Result<Record, Box<RecordError>> {
        self.row += 1;
        let mut wrong = RecordError {
            code: Code::RowTooLong,
            detail: String::new(),
            line: 0,
            row: self.row,
            offset_after: self.cutter.offset,
            cells: None,
            text: None,
            fatal: false,
        };
        let (cells, count, replaced) = match cut {
            RawRecord::Row {
                line,
                cells,
                count,
                replaced,
            } => {
                wrong.line = line;
                (cells, count, replaced)
            }
            RawRecord::Wrong {
                line,
                code,
                detail,
                text,
            } => {
                wrong.line = line;
                wrong.text = Some(text);
                return Err(Box::new(RecordError {
                    code,
                    detail,
                    ..wrong
                }));
            }
        };
        let kept = cells.len();
        let mut cells = self.own(cells);
        let count = count.saturating_sub(kept - cells.len());
        if self.columns == 0 && count <= COLUMNS {
            let columns = count.max(self.least);
            self.columns = u32::try_from(columns).unwrap_or(u32::MAX);
            *names = columns::numbered(columns);
        }
        let expected = usize::try_from(self.columns).unwrap_or(usize::MAX);
        if let Some(detail) = beyond(&cells, count, expected) {
            wrong.cells = Some(cells);
            return Err(Box::new(RecordError {
                code: Code::RowTooLong,
                detail,
                ..wrong
            }));
        }
        cells.resize(expected);
        if self.report == Some(Report::Records) {
            return self.record(&cells, wrong);
        }
        let lost = cells.lost();
        let lost = lost.map(|at| RecordWarning::letters_lost(Some(WarningPlace::Column(at))));
        Ok(Record {
            line: wrong.line,
            row: wrong.row,
            offset_after: wrong.offset_after,
            replaced,
            warnings: lost.into_iter().collect(),
            content: Content::Cells(cells),
        })
    }

    /// The JSON record that a row of a report has in its cell.
    fn record(&self, cells: &Cells, wrong: RecordError) -> Result<Record, Box<RecordError>> {
        let text = cells.get(0).unwrap_or_default();
        let taken = json_lines::read(text.as_bytes(), wrong.line);
        let taken = taken.unwrap_or_else(|| Err(Fault::broken("the cell of the record is empty")));
        json_lines::give(
            taken,
            excerpt(text.as_bytes()),
            wrong.line,
            &self.position(),
        )
    }
}

/// What is wrong with a row of `count` cells where there are `expected` columns:
/// a cell beyond them that isn't empty. One that isn't kept may be.
fn beyond(cells: &Cells, count: usize, expected: usize) -> Option<String> {
    if expected == 0 {
        return Some(too_many(count));
    }
    let mut others = cells.iter().enumerate().skip(expected);
    let found = others.find(|(_, cell)| !cell.trim().is_empty());
    if count <= expected || (found.is_none() && count == cells.len()) {
        return None;
    }
    let has = if count == 1 { "cell" } else { "cells" };
    let columns = if expected == 1 { "column" } else { "columns" };
    let mut detail = format!("the row has {count} {has}, there are {expected} {columns}");
    if let Some((index, cell)) = found {
        let shown = roster_model::error::excerpt(cell);
        detail.push_str(&format!("; cell {} beyond them is {shown}", index + 1));
    }
    Some(detail)
}

fn too_many(count: usize) -> String {
    format!("the row has {count} cells; at most {COLUMNS} columns can be read")
}

fn excerpt_cells(cells: &Cells) -> String {
    let mut text = String::new();
    for cell in cells.iter() {
        text.push_str(cell);
        text.push(' ');
        if text.len() > TEXT_BYTES {
            break;
        }
    }
    excerpt(text.as_bytes())
}
