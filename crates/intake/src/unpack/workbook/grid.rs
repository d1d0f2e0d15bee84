//! The cells of a sheet become the lines of a CSV text.

use super::strings::too_large;
use super::xml::broken;
use crate::unpack::error::UnpackError;
use crate::unpack::event::Output;
use crate::unpack::limits::{Limits, Meter, size};
use roster_model::Code;
use std::collections::BTreeSet;

/// The most columns and rows that spreadsheets have.
pub(crate) const COLUMNS: u32 = 16_384;
pub(crate) const ROWS: u32 = 1 << 20;
/// The longest text of a cell, and of a row.
pub(crate) const CELL_BYTES: usize = 1 << 20;
const ROW_BYTES: usize = 4 << 20;
/// How much is given out at once.
const PIECE: usize = 64 << 10;

/// A cell that holds something.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// From 0.
    pub(crate) row: u32,
    /// From 0.
    pub(crate) column: u32,
    pub(crate) text: String,
    /// Of a day with a time: whether that is another one than midnight.
    pub(crate) time: Option<bool>,
}

impl Cell {
    /// Empties it for the next one.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.time = None;
    }
}

/// The columns of a sheet that hold something, from the first to the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Those in which a day has a time other than midnight. In all others a midnight
    /// is what programs write that know no days without a time.
    timed: BTreeSet<u32>,
}

impl Columns {
    /// These, with that of a cell.
    pub(crate) fn with(columns: Option<Self>, cell: &Cell) -> Self {
        let mut columns = columns.unwrap_or(Columns {
            first: cell.column,
            last: cell.column,
            timed: BTreeSet::new(),
        });
        columns.first = columns.first.min(cell.column);
        columns.last = columns.last.max(cell.column);
        if cell.time == Some(true) {
            columns.timed.insert(cell.column);
        }
        columns
    }

    /// The text of a cell: without its time where its column has none.
    fn text<'a>(&self, cell: &'a Cell) -> &'a str {
        let text = cell.text.as_str();
        if cell.time != Some(false) || self.timed.contains(&cell.column) {
            return text;
        }
        text.split_once('T').map_or(text, |(day, _)| day)
    }
}

/// Writes rows: row 5 of the sheet is line 5 of the text (unless cells hold line
/// breaks), rows without anything are blank lines, and all others are of one length.
pub(crate) struct Grid {
    columns: Columns,
    /// The row that is being collected, and its cells from the first column on.
    row: u32,
    cells: Vec<String>,
    row_bytes: usize,
    text: Vec<u8>,
    meter: Meter,
}

impl Grid {
    pub(crate) fn new(columns: Columns, meter: Meter) -> Self {
        Grid {
            columns,
            row: 0,
            cells: Vec::new(),
            row_bytes: 0,
            text: Vec::new(),
            meter,
        }
    }

    pub(crate) fn add(
        &mut self,
        cell: &Cell,
        out: &mut Output,
        limits: &Limits,
    ) -> Result<(), UnpackError> {
        if cell.row < self.row {
            return Err(broken("its rows are out of order"));
        }
        while self.row < cell.row {
            self.end_row(out, limits)?;
        }
        let Some(column) = cell.column.checked_sub(self.columns.first) else {
            return Ok(());
        };
        let column = usize::try_from(column).unwrap_or_default();
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        let text = self.columns.text(cell);
        self.row_bytes += text.len();
        if self.row_bytes > ROW_BYTES {
            return Err(too_large());
        }
        if let Some(place) = self.cells.get_mut(column) {
            text.clone_into(place);
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self, out: &mut Output, limits: &Limits) -> Result<(), UnpackError> {
        if !self.cells.is_empty() {
            self.end_row(out, limits)?;
        }
        out.bytes(std::mem::take(&mut self.text));
        Ok(())
    }

    fn end_row(&mut self, out: &mut Output, limits: &Limits) -> Result<(), UnpackError> {
        let before = self.text.len();
        if !self.cells.is_empty() {
            let width = usize::try_from(self.columns.last - self.columns.first).unwrap_or_default();
            for column in 0..=width {
                if column > 0 {
                    self.text.push(b',');
                }
                if let Some(cell) = self.cells.get(column) {
                    write(cell, &mut self.text);
                }
            }
            self.cells.clear();
            self.row_bytes = 0;
        }
        self.text.push(b'\n');
        self.row += 1;
        let made = size(self.text.len() - before);
        self.meter.make(made, limits, Code::WorkbookBomb)?;
        if self.text.len() >= PIECE {
            let mut rest = std::mem::take(&mut self.text);
            while rest.len() > super::super::PIECE_BYTES {
                let tail = rest.split_off(super::super::PIECE_BYTES);
                out.bytes(std::mem::replace(&mut rest, tail));
            }
            out.bytes(rest);
        }
        Ok(())
    }
}

/// A cell as CSV has it.
fn write(cell: &str, text: &mut Vec<u8>) {
    if memchr::memchr3(b'"', b',', b'\n', cell.as_bytes()).is_none() && !cell.contains('\r') {
        text.extend_from_slice(cell.as_bytes());
        return;
    }
    text.push(b'"');
    for byte in cell.bytes() {
        if byte == b'"' {
            text.push(b'"');
        }
        text.push(byte);
    }
    text.push(b'"');
}
