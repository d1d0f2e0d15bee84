//! CSV: the header, and what is wrong with a row.

use super::cut::{Cut, Cutter};
use super::record::{Cells, Content, Place, Position, Record, RecordError, TEXT_BYTES, excerpt};
use super::{COLUMNS, columns};
use crate::buffer::Buffer;
use crate::settings::Reading;
use std::cmp::Ordering;

#[derive(Debug)]
pub(crate) struct CsvReader {
    cutter: Cutter,
    header: bool,
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
    fn read_header(&mut self, cut: Cut, names: &mut Vec<String>) -> Result<(), Box<RecordError>> {
        let (line, detail, text) = match cut {
            Cut::Row {
                cells, count, line, ..
            } if count > COLUMNS => (line, too_many(count), excerpt_cells(&cells)),
            Cut::Row { cells, .. } => {
                self.columns = u32::try_from(cells.len()).unwrap_or(u32::MAX);
                *names = columns::from_header(&cells);
                return Ok(());
            }
            Cut::Wrong {
                line, detail, text, ..
            } => (line, detail, text),
        };
        self.place = Place::End;
        Err(Box::new(RecordError {
            code: "header_broken",
            detail: format!("the header row can't be read: {detail}"),
            line,
            row: 0,
            offset_after: self.cutter.offset,
            cells: None,
            text: Some(text),
            fatal: true,
        }))
    }

    /// Takes a record as a row.
    fn judge(&mut self, cut: Cut, names: &mut Vec<String>) -> Result<Record, Box<RecordError>> {
        self.row += 1;
        let row = self.row;
        let offset_after = self.cutter.offset;
        let (line, cells, count, replaced) = match cut {
            Cut::Row {
                line,
                cells,
                count,
                replaced,
            } => (line, cells, count, replaced),
            Cut::Wrong {
                line,
                code,
                detail,
                text,
            } => {
                return Err(Box::new(RecordError {
                    code,
                    detail,
                    line,
                    row,
                    offset_after,
                    cells: None,
                    text: Some(text),
                    fatal: false,
                }));
            }
        };
        if self.columns == 0 && count <= COLUMNS {
            self.columns = u32::try_from(count).unwrap_or(u32::MAX);
            *names = columns::numbered(count);
        }
        let expected = usize::try_from(self.columns).unwrap_or(usize::MAX);
        let code = match count.cmp(&expected) {
            Ordering::Less => "row_too_short",
            Ordering::Greater => "row_too_long",
            Ordering::Equal => {
                return Ok(Record {
                    line,
                    row,
                    offset_after,
                    replaced,
                    content: Content::Cells(cells),
                });
            }
        };
        let detail = if expected == 0 {
            too_many(count)
        } else {
            let has = if count == 1 { "cell" } else { "cells" };
            let columns = if expected == 1 { "column" } else { "columns" };
            format!("the row has {count} {has}, there are {expected} {columns}")
        };
        Err(Box::new(RecordError {
            code,
            detail,
            line,
            row,
            offset_after,
            cells: Some(cells),
            text: None,
            fatal: false,
        }))
    }
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
