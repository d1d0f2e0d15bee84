//! Workbooks: XLSX, XLS and ODS. A sheet is read twice, row by row, once for its
//! columns and once for its cells, and comes out as CSV.
//!
//! Why not `calamine`: it keeps whole sheets in memory, several times larger than
//! the file, reserves whatever a file declares, and can be made to panic, all of
//! which ends every request in the instance. These readers keep the compressed file
//! and the shared strings, and do a bounded piece of work at a time.

mod chunks;
mod code;
mod collect;
mod format;
mod grid;
mod number;
mod ods;
mod ods_cell;
mod ods_sheet;
mod ods_styles;
mod parts;
mod relations;
mod strings;
mod xls;
mod xls_sheet;
mod xls_text;
mod xlsx;
mod xlsx_sheet;
mod xml;

use super::error::UnpackError;
use super::event::{Begin, Output};
use super::limits::{Limits, Meter, size};
pub(crate) use collect::Collector;
use grid::{Cell, Columns, Grid};
use roster_model::Code;

/// How many cells are read in one step.
const CELLS: usize = 2_000;
/// The most sheets, and the longest name of one in bytes.
const SHEETS: usize = 1_000;
const NAME_BYTES: usize = 4_096;

/// A workbook of any kind.
pub(crate) trait Book {
    /// Makes ready to open sheets, step by step; whether that is done.
    fn prepare(&mut self, limits: &Limits) -> Result<bool, UnpackError>;

    /// The sheets, in order.
    fn sheets(&self) -> &[Sheet];

    /// Begins to read the cells of a sheet.
    fn open(&mut self, index: usize) -> Result<(), UnpackError>;

    /// Reads the next cell that holds something, by rows; `Progress::Cell` where
    /// there was one, `Progress::Some` where more work has to be done for it.
    fn next(&mut self, cell: &mut Cell) -> Result<Progress, UnpackError>;
}

pub(crate) enum Progress {
    Cell,
    Some,
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
}

/// A workbook that is being turned into text.
pub(crate) struct Workbook {
    file: String,
    /// Its size in bytes.
    bytes: u64,
    book: Box<dyn Book>,
    phase: Phase,
}

enum Phase {
    Preparing,
    /// Looking for the sheet among these, and for its columns.
    Measuring {
        candidates: Vec<usize>,
        columns: Option<Columns>,
        meter: Meter,
    },
    Writing(Grid),
    Done,
}

impl Workbook {
    pub(crate) fn new(file: String, bytes: u64, book: Box<dyn Book>) -> Self {
        Workbook {
            file,
            bytes,
            book,
            phase: Phase::Preparing,
        }
    }

    /// Does a bounded piece of work; whether that was the last. `wanted` is the
    /// sheet's name.
    pub(crate) fn step(
        &mut self,
        wanted: Option<&str>,
        out: &mut Output,
        limits: &Limits,
    ) -> Result<bool, UnpackError> {
        match std::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Preparing => {
                self.phase = if self.book.prepare(limits)? {
                    // The last of them is the next to be looked at.
                    let mut candidates = self.candidates(wanted)?;
                    candidates.reverse();
                    if let Some(&first) = candidates.last() {
                        self.book.open(first)?;
                    }
                    Phase::Measuring {
                        candidates,
                        columns: None,
                        meter: self.meter(),
                    }
                } else {
                    Phase::Preparing
                };
                Ok(false)
            }
            Phase::Measuring {
                candidates,
                mut columns,
                mut meter,
            } => {
                let mut cell = Cell::default();
                for _ in 0..CELLS {
                    match self.book.next(&mut cell)? {
                        Progress::Cell => {
                            columns = Some(Columns::with(columns, &cell));
                            // With its delimiter; a cell can stand for millions.
                            let made = size(cell.text.len() + 1);
                            meter.make(made, limits, Code::WorkbookBomb)?;
                        }
                        Progress::Some => {}
                        Progress::End => {
                            self.measured(candidates, columns, out)?;
                            return Ok(false);
                        }
                    }
                }
                self.phase = Phase::Measuring {
                    candidates,
                    columns,
                    meter,
                };
                Ok(false)
            }
            Phase::Writing(mut grid) => {
                let mut cell = Cell::default();
                for _ in 0..CELLS {
                    match self.book.next(&mut cell)? {
                        Progress::Cell => grid.add(&cell, out, limits)?,
                        Progress::Some => {}
                        Progress::End => {
                            grid.finish(out, limits)?;
                            out.end(None, 0, None);
                            return Ok(true);
                        }
                    }
                }
                self.phase = Phase::Writing(grid);
                Ok(false)
            }
            Phase::Done => Ok(true),
        }
    }

    /// Counts what is made of the workbook.
    fn meter(&self) -> Meter {
        let mut meter = Meter::default();
        meter.take(self.bytes);
        meter
    }

    /// The sheets that come into question, the first first.
    fn candidates(&self, wanted: Option<&str>) -> Result<Vec<usize>, UnpackError> {
        let sheets = self.book.sheets();
        if let Some(wanted) = wanted {
            let found = sheets.iter().position(|sheet| sheet.name == wanted);
            let missing = || {
                let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
                let names = names.join("\", \"");
                let detail = format!("no sheet is called \"{wanted}\"; there are \"{names}\"");
                UnpackError::new(Code::SheetNotFound, detail)
            };
            return Ok(vec![found.ok_or_else(missing)?]);
        }
        let mut candidates: Vec<usize> = (0..sheets.len()).collect();
        candidates.sort_by_key(|&index| sheets.get(index).is_some_and(|sheet| sheet.hidden));
        if candidates.is_empty() {
            return Err(UnpackError::new(
                Code::NothingToRead,
                "the workbook has no sheet",
            ));
        }
        Ok(candidates)
    }

    /// The sheet in question was read to its end.
    fn measured(
        &mut self,
        mut candidates: Vec<usize>,
        columns: Option<Columns>,
        out: &mut Output,
    ) -> Result<(), UnpackError> {
        let Some(index) = candidates.pop() else {
            return Ok(());
        };
        if let (None, Some(&next)) = (&columns, candidates.last()) {
            self.book.open(next)?;
            self.phase = Phase::Measuring {
                candidates,
                columns: None,
                meter: self.meter(),
            };
            return Ok(());
        }
        // Where all are empty, the last one stands for them.
        let sheets = self.book.sheets();
        out.begin(Begin {
            name: self.file.clone(),
            sheet: sheets.get(index).map(|sheet| sheet.name.clone()),
            sheets: sheets.iter().map(|sheet| sheet.name.clone()).collect(),
        });
        self.book.open(index)?;
        let columns = columns.unwrap_or_default();
        self.phase = Phase::Writing(Grid::new(columns, self.meter()));
        Ok(())
    }
}
