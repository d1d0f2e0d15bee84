//! One table on its way out.

use crate::delimited::CsvWriter;
use crate::lines::Lines;
use crate::options::{Format, Options};
use crate::xlsx::{Workbook, WorkbookState};
use crate::{Cell, Error};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use std::io::Write;

/// Writes a table: [`Writer::begin`], [`Writer::row`] for each row,
/// [`Writer::finish`]; between them [`Writer::take`] gives the bytes that are
/// ready. Anyone who takes them every few hundred rows needs memory for these rows
/// and no more, whatever the format.
///
/// In an XLSX, a new sheet is begun after [`crate::MAX_ROWS`] rows, and a text
/// of more than 32,767 UTF-16 units is written whole, though Excel will show no
/// more of it and say that it repaired the file.
#[derive(Debug)]
pub struct Writer {
    columns: usize,
    body: Body,
    /// Bytes that are ready, before compression.
    out: Vec<u8>,
    gzip: Option<GzEncoder<Vec<u8>>>,
}

#[derive(Debug)]
enum Body {
    Delimited(Box<CsvWriter>),
    Lines(Lines),
    Xlsx(Box<Workbook>),
}

/// What a suspended writer needs to go on; a few hundred bytes of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State(Option<WorkbookState>);

impl Writer {
    /// Begins a table with these columns; their names are its header, and in
    /// JSON Lines the keys.
    ///
    /// # Errors
    /// [`Error::TooManyColumns`].
    pub fn begin(options: &Options, columns: &[String]) -> Result<Self, Error> {
        options.check_columns(columns.len())?;
        let mut out = Vec::new();
        let body = match &options.format {
            Format::Csv(csv) => {
                let mut delimited = CsvWriter::new(csv);
                delimited.begin(csv, columns, &mut out);
                Body::Delimited(Box::new(delimited))
            }
            Format::JsonLines => Body::Lines(Lines::new(columns)),
            Format::Xlsx => Body::Xlsx(Box::new(Workbook::begin(columns, &mut out)?)),
        };
        Ok(Self::with(options, columns, body, out))
    }

    /// Goes on where a writer of the same options and columns was suspended.
    ///
    /// # Errors
    /// [`Error::WrongState`] when the state belongs to another format.
    pub fn resume(options: &Options, columns: &[String], state: State) -> Result<Self, Error> {
        let body = match (&options.format, state.0) {
            (Format::Csv(csv), None) => Body::Delimited(Box::new(CsvWriter::new(csv))),
            (Format::JsonLines, None) => Body::Lines(Lines::new(columns)),
            (Format::Xlsx, Some(suspended)) => {
                Body::Xlsx(Box::new(Workbook::resume(columns, suspended)))
            }
            (Format::Csv(_) | Format::JsonLines, Some(_)) | (Format::Xlsx, None) => {
                return Err(Error::WrongState);
            }
        };
        Ok(Self::with(options, columns, body, Vec::new()))
    }

    fn with(options: &Options, columns: &[String], body: Body, out: Vec<u8>) -> Self {
        Writer {
            columns: columns.len(),
            body,
            out,
            gzip: options
                .gzip
                .then(|| GzEncoder::new(Vec::new(), Compression::new(3))),
        }
    }

    /// Writes a row: one cell for each column.
    ///
    /// # Errors
    /// [`Error::WrongWidth`], after which the table can go on; the others end it.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Error> {
        if cells.len() != self.columns {
            return Err(Error::WrongWidth {
                columns: self.columns,
                cells: cells.len(),
            });
        }
        match &mut self.body {
            Body::Delimited(delimited) => delimited.row(cells, &mut self.out),
            Body::Lines(lines) => lines.row(cells, &mut self.out),
            Body::Xlsx(book) => book.row(cells, &mut self.out)?,
        }
        if self.gzip.is_some() && self.out.len() >= 32 * 1024 {
            self.compress()?;
        }
        Ok(())
    }

    /// How many bytes [`Writer::take`] would give.
    pub fn ready(&self) -> usize {
        match &self.gzip {
            Some(gzip) => gzip.get_ref().len(),
            None => self.out.len(),
        }
    }

    /// The bytes that are ready to be sent; what is still in a compressor comes
    /// later.
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.gzip {
            Some(gzip) => std::mem::take(gzip.get_mut()),
            None => std::mem::take(&mut self.out),
        }
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if let Body::Xlsx(book) = self.body {
            book.finish(&mut self.out)?;
        }
        pack(self.gzip, self.out)
    }

    /// Puts the writer aside: all bytes up to here, and what another needs to
    /// go on after them. A gzipped file has one member for each such piece,
    /// which every program reads as one file; an XLSX one run of compressed
    /// blocks.
    ///
    /// # Errors
    /// As [`Writer::row`].
    pub fn suspend(mut self) -> Result<(Vec<u8>, State), Error> {
        let suspended = match self.body {
            Body::Xlsx(book) => Some(book.suspend(&mut self.out)?),
            Body::Delimited(_) | Body::Lines(_) => None,
        };
        Ok((pack(self.gzip, self.out)?, State(suspended)))
    }

    fn compress(&mut self) -> Result<(), Error> {
        if let Some(gzip) = &mut self.gzip {
            gzip.write_all(&self.out).map_err(|_| Error::Compressor)?;
            self.out.clear();
        }
        Ok(())
    }
}

fn pack(gzip: Option<GzEncoder<Vec<u8>>>, out: Vec<u8>) -> Result<Vec<u8>, Error> {
    let Some(mut gzip) = gzip else {
        return Ok(out);
    };
    gzip.write_all(&out).map_err(|_| Error::Compressor)?;
    gzip.finish().map_err(|_| Error::Compressor)
}
