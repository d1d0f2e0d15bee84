//! XLSX: a workbook as spreadsheet programs save it, written front to back.
//!
//! A sheet is compressed as it grows and forgotten; nothing is kept but
//! checksums and sizes. Texts stand in their cells (`inlineStr`), since the
//! table of shared strings that programs themselves write would have to be kept
//! in memory. A text is never a formula here, so nothing is neutralised.

use crate::archive::{Archive, Sums};
use crate::{Cell, Error, xml};
use crc32fast::Hasher;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use std::io::Write;

/// The most columns of a sheet.
pub const MAX_COLUMNS: usize = 16_384;
/// The most rows of a sheet, the header included. Where more are written,
/// another sheet begins with the same header.
pub const MAX_ROWS: u32 = 1_048_576;

/// A sheet also ends at this many bytes of XML, before its size needs more
/// than 32 bits.
const MAX_SHEET_BYTES: u64 = 3 << 30;
/// How much XML is collected before it is compressed.
const PIECE: usize = 32 * 1024;
/// XML repeats itself so much that the quick level loses little.
const LEVEL: Compression = Compression::new(2);

/// Integers beyond this lose digits in spreadsheet programs (and from 2⁵³ on
/// in every number of 64 bits).
const EXACT: u64 = 999_999_999_999_999;
/// Spreadsheet programs have no larger numbers, and none nearer to zero.
const LARGEST: f64 = 9.999_999_999_999_99e307;
const SMALLEST: f64 = f64::MIN_POSITIVE;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// What a suspended workbook needs to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorkbookState {
    archive: Archive,
    sheets: usize,
    rows: u32,
    sums: Sums,
}

/// Writes a workbook. There is always a sheet open.
pub(crate) struct Workbook {
    archive: Archive,
    /// The letters of each column, and its name for the header.
    columns: Vec<(String, String)>,
    sheets: usize,
    rows: u32,
    xml: Vec<u8>,
    crc: Hasher,
    size: u64,
    packed: u64,
    deflate: DeflateEncoder<Vec<u8>>,
    max_rows: u32,
}

impl Workbook {
    pub(crate) fn begin(columns: &[String], out: &mut Vec<u8>) -> Result<Self, Error> {
        let mut book = Self::empty(columns);
        let relations = format!(
            "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
             </Relationships>"
        );
        // Every part is a sheet but for those that are named: so this can come
        // first, as it should, before it is known how many sheets there will be.
        let types = format!(
            "{DECLARATION}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
             </Types>"
        );
        book.archive
            .store("[Content_Types].xml", types.as_bytes(), out)?;
        book.archive
            .store("_rels/.rels", relations.as_bytes(), out)?;
        book.open_sheet(out)?;
        Ok(book)
    }

    pub(crate) fn resume(columns: &[String], state: WorkbookState) -> Self {
        Workbook {
            archive: state.archive,
            sheets: state.sheets,
            rows: state.rows,
            crc: Hasher::new_with_initial_len(state.sums.crc, state.sums.size),
            size: state.sums.size,
            packed: state.sums.packed,
            ..Self::empty(columns)
        }
    }

    fn empty(columns: &[String]) -> Self {
        Workbook {
            archive: Archive::default(),
            columns: columns
                .iter()
                .enumerate()
                .map(|(index, name)| (letters(index), name.clone()))
                .collect(),
            sheets: 0,
            rows: 0,
            xml: Vec::new(),
            crc: Hasher::new(),
            size: 0,
            packed: 0,
            deflate: DeflateEncoder::new(Vec::new(), LEVEL),
            max_rows: MAX_ROWS,
        }
    }

    pub(crate) fn row(&mut self, cells: &[Cell], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.rows >= self.max_rows || self.size >= MAX_SHEET_BYTES {
            self.close_sheet(out)?;
            self.open_sheet(out)?;
        }
        self.write_row(cells);
        if self.xml.len() >= PIECE {
            self.compress(out)?;
        }
        Ok(())
    }

    /// Puts the workbook aside. The compressor's state can't be kept, but a
    /// flush ends its output at a whole byte, and another's can follow.
    pub(crate) fn suspend(mut self, out: &mut Vec<u8>) -> Result<WorkbookState, Error> {
        self.compress(out)?;
        self.deflate.flush().map_err(|_| Error::Compressor)?;
        self.drain(out);
        Ok(WorkbookState {
            archive: self.archive,
            sheets: self.sheets,
            rows: self.rows,
            sums: Sums {
                crc: self.crc.finalize(),
                size: self.size,
                packed: self.packed,
            },
        })
    }

    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.close_sheet(out)?;
        let mut sheets = String::new();
        let mut relations = String::new();
        for number in 1..=self.sheets {
            sheets.push_str(&format!(
                "<sheet name=\"Sheet{number}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"
            ));
            relations.push_str(&format!(
                "<Relationship Id=\"rId{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ));
        }
        let book = format!(
            "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
             <bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
        );
        let relations = format!(
            "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{relations}</Relationships>"
        );
        self.archive
            .store("xl/workbook.xml", book.as_bytes(), out)?;
        self.archive
            .store("xl/_rels/workbook.xml.rels", relations.as_bytes(), out)?;
        self.archive.finish(out)
    }

    fn open_sheet(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.sheets += 1;
        self.rows = 0;
        self.crc = Hasher::new();
        self.size = 0;
        self.packed = 0;
        self.deflate = DeflateEncoder::new(Vec::new(), LEVEL);
        let name = format!("xl/worksheets/sheet{}.xml", self.sheets);
        self.archive.open(&name, out)?;
        // The header stays in sight while one scrolls.
        let head = format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><sheetData>"
        );
        self.xml.extend_from_slice(head.as_bytes());
        let names: Vec<String> = self.columns.iter().map(|(_, name)| name.clone()).collect();
        let header: Vec<Cell> = names.iter().map(|name| Cell::from(&**name)).collect();
        self.write_row(&header);
        Ok(())
    }

    fn close_sheet(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.xml.extend_from_slice(b"</sheetData></worksheet>");
        self.compress(out)?;
        self.deflate.try_finish().map_err(|_| Error::Compressor)?;
        self.drain(out);
        let crc = std::mem::take(&mut self.crc).finalize();
        let (size, packed) = (self.size, self.packed);
        self.archive.close(Sums { crc, size, packed }, out)
    }

    fn compress(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        self.crc.update(&self.xml);
        self.size += self.xml.len() as u64;
        self.deflate
            .write_all(&self.xml)
            .map_err(|_| Error::Compressor)?;
        self.xml.clear();
        self.drain(out);
        Ok(())
    }

    fn drain(&mut self, out: &mut Vec<u8>) {
        let packed = self.deflate.get_mut();
        self.packed += packed.len() as u64;
        out.append(packed);
    }

    fn write_row(&mut self, cells: &[Cell]) {
        self.rows += 1;
        let row = self.rows.to_string();
        let xml = &mut self.xml;
        put(xml, &["<row r=\"", &row, "\">"]);
        for ((column, _), cell) in self.columns.iter().zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Boolean(truth) => {
                    let truth = if *truth { "1" } else { "0" };
                    put(
                        xml,
                        &["<c r=\"", column, &row, "\" t=\"b\"><v>", truth, "</v></c>"],
                    );
                }
                Cell::Integer(_) | Cell::Float(_) if is_number(cell) => {
                    let number = cell.text().unwrap_or_default();
                    put(
                        xml,
                        &["<c r=\"", column, &row, "\"><v>", &number, "</v></c>"],
                    );
                }
                Cell::Integer(_) | Cell::Float(_) | Cell::Text(_) | Cell::Json(_) => {
                    let Some(text) = cell.text() else { continue };
                    put(
                        xml,
                        &[
                            "<c r=\"",
                            column,
                            &row,
                            "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
                        ],
                    );
                    xml::escape(&text, xml);
                    put(xml, &["</t></is></c>"]);
                }
            }
        }
        put(xml, &["</row>"]);
    }
}

/// Whether a spreadsheet program would show the same number.
fn is_number(cell: &Cell) -> bool {
    match cell {
        Cell::Integer(number) => number.unsigned_abs() <= EXACT,
        Cell::Float(number) => *number == 0.0 || (SMALLEST..=LARGEST).contains(&number.abs()),
        Cell::Empty | Cell::Text(_) | Cell::Boolean(_) | Cell::Json(_) => false,
    }
}

fn put(xml: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        xml.extend_from_slice(part.as_bytes());
    }
}

/// The letters of a column: A to Z, AA, …, XFD.
fn letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    letters.iter().rev().map(|b| char::from(*b)).collect()
}

impl std::fmt::Debug for Workbook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Workbook")
            .field("sheets", &self.sheets)
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters_like_a_spreadsheet() {
        for (index, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(index), name);
        }
        assert_eq!(letters(MAX_COLUMNS - 1), "XFD");
    }

    #[test]
    fn a_full_sheet_is_followed_by_another_with_the_same_header() {
        let mut out = Vec::new();
        let mut book = Workbook::begin(&["n".to_owned()], &mut out).unwrap();
        book.max_rows = 4;
        for number in 1..=7 {
            book.row(&[Cell::Integer(number)], &mut out).unwrap();
        }
        book.finish(&mut out).unwrap();
        use calamine::{Data, Reader, Xlsx};
        let mut read: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(out)).unwrap();
        assert_eq!(read.sheet_names(), ["Sheet1", "Sheet2", "Sheet3"]);
        let mut numbers = Vec::new();
        for (_, sheet) in read.worksheets() {
            let mut rows = sheet.rows();
            assert_eq!(rows.next().unwrap(), [Data::String("n".into())]);
            numbers.extend(rows.map(|row| row[0].clone()));
        }
        let want: Vec<Data> = (1..=7).map(|n| Data::Float(f64::from(n))).collect();
        assert_eq!(numbers, want);
    }
}
