//! XLSX: the cells of a sheet.

use super::Progress;
use super::grid::{CELL_BYTES, COLUMNS, Cell, ROWS};
use super::number::{digits, number_text, show, show_date};
use super::parts::PartReader;
use super::strings::{Strings, too_large};
use super::xlsx::{Display, is_seen, unescape};
use super::xml::{Node, Xml, broken};
use crate::unpack::error::UnpackError;
use roster_model::import::sheet_error;

/// How many pieces that aren't cells are read at once.
const NODES: usize = 200;
/// The most pieces of a cell.
const CELL_NODES: usize = 200_000;

const DATA: &str = "/x:worksheet/x:sheetData";
const ROW: &str = "/x:worksheet/x:sheetData/x:row";
const CELL: &str = "/x:worksheet/x:sheetData/x:row/x:c";
const VALUE: &str = "/x:worksheet/x:sheetData/x:row/x:c/x:v";
const FORMULA: &str = "/x:worksheet/x:sheetData/x:row/x:c/x:f";
const INLINE: &str = "/x:worksheet/x:sheetData/x:row/x:c/x:is";

pub(crate) struct SheetReader {
    xml: Xml,
    /// The present row, from 0, and the column after the last cell.
    row: u32,
    column: u32,
    /// The row comes without its number: one after the last.
    next_row: u32,
}

/// What a cell's value is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The number of a shared text.
    Shared,
    /// A text that stands in the cell.
    Inline,
    /// A formula's text.
    Formula,
    Bool,
    Error,
    /// A day or a day and a time in ISO 8601.
    Date,
    Number,
}

impl Kind {
    fn of(kind: Option<&str>) -> Self {
        match kind {
            Some("s") => Kind::Shared,
            Some("inlineStr") => Kind::Inline,
            Some("str") => Kind::Formula,
            Some("b") => Kind::Bool,
            Some("e") => Kind::Error,
            Some("d") => Kind::Date,
            _ => Kind::Number,
        }
    }
}

/// What stands in a cell.
struct Content {
    kind: Kind,
    style: usize,
    value: String,
    /// There is a formula.
    computed: bool,
}

impl SheetReader {
    pub(crate) fn new(part: PartReader) -> Self {
        SheetReader {
            xml: Xml::new(part),
            row: 0,
            column: 0,
            next_row: 0,
        }
    }

    pub(crate) fn next(
        &mut self,
        cell: &mut Cell,
        strings: &Strings,
        display: &Display,
    ) -> Result<Progress, UnpackError> {
        for _ in 0..NODES {
            match self.xml.next()? {
                Node::Start(e) if e.place == ROW => {
                    let row: Option<u32> = e.attribute("r").and_then(|r| r.parse().ok());
                    self.row = row.map_or(self.next_row, |r| r.saturating_sub(1));
                    self.next_row = self.row.saturating_add(1);
                    self.column = 0;
                    if self.row >= ROWS {
                        return Err(broken("one of its rows has too high a number"));
                    }
                }
                Node::Start(e) if e.place == CELL => {
                    let [place, style, kind] = e.attributes(["r", "s", "t"]);
                    if let Some(place) = place {
                        self.column = column(&place)
                            .ok_or_else(|| broken("one of its cells has no place"))?;
                    }
                    let content = Content {
                        kind: Kind::of(kind.as_deref()),
                        style: style.and_then(|s| s.parse().ok()).unwrap_or_default(),
                        value: String::new(),
                        computed: false,
                    };
                    cell.clear();
                    cell.row = self.row;
                    cell.column = self.column;
                    self.column += 1;
                    if cell.column >= COLUMNS {
                        return Err(broken("one of its cells has too high a column"));
                    }
                    self.read(content, cell)?.show(cell, strings, display);
                    if !cell.text.is_empty() {
                        return Ok(Progress::Cell);
                    }
                }
                Node::End(DATA) | Node::Eof => return Ok(Progress::End),
                _ => {}
            }
        }
        Ok(Progress::Some)
    }

    /// Reads a cell to its end. A text that stands in it is put there.
    fn read(&mut self, mut content: Content, cell: &mut Cell) -> Result<Content, UnpackError> {
        for _ in 0..CELL_NODES {
            match self.xml.next()? {
                Node::Start(e) if e.place == FORMULA => content.computed = true,
                Node::End(CELL) => return Ok(content),
                Node::Eof => return Err(broken("one of its sheets is cut off")),
                Node::Text(VALUE, text) => content.value.push_str(&text),
                Node::Text(place, text) if place.strip_prefix(INLINE).is_some_and(is_seen) => {
                    cell.text.push_str(&text);
                }
                _ => {}
            }
            if content.value.len() + cell.text.len() > CELL_BYTES {
                return Err(too_large());
            }
        }
        Err(too_large())
    }
}

impl Content {
    /// Makes a cell's text of it; one that stands in the cell is there already.
    fn show(self, cell: &mut Cell, strings: &Strings, display: &Display) {
        let value = self.value.trim();
        if self.kind != Kind::Inline {
            cell.text.clear();
        }
        match self.kind {
            Kind::Shared => {
                let index = value.parse().ok();
                let text = index.and_then(|index| strings.get(index));
                cell.text.push_str(text.unwrap_or_default());
            }
            Kind::Inline => unescape(&mut cell.text),
            Kind::Formula => {
                cell.text = self.value;
                unescape(&mut cell.text);
            }
            Kind::Bool => cell.text.push_str(match value {
                "1" | "true" => "true",
                "0" | "false" => "false",
                other => other,
            }),
            Kind::Error => cell.text.push_str(sheet_error::named(value)),
            Kind::Date => match value.parse() {
                // Some write the number all the same.
                Ok(number) => self.number(number, value, cell, display),
                Err(_) => {
                    let shape = display.formats.shape(self.style, 1.0).shape;
                    show_date(value, shape, cell);
                }
            },
            // A program that wrote a formula and doesn't calculate left it empty.
            Kind::Number if value.is_empty() && self.computed => {
                cell.text.push_str(sheet_error::NOT_CALCULATED);
            }
            Kind::Number => match value.parse() {
                Ok(number) => self.number(number, value, cell, display),
                Err(_) => cell.text.push_str(&number_text(value)),
            },
        }
    }

    fn number(&self, number: f64, text: &str, cell: &mut Cell, display: &Display) {
        let shown = display.formats.shape(self.style, number);
        show(number, digits(text), shown, display.from_1904, cell);
    }
}

/// The column of `AB12`, from 0.
fn column(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let mut column = 0_u32;
    for letter in letters {
        let letter = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(letter)?;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (place, expected) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AA10", Some(26)),
            ("xfd1", Some(16_383)),
            ("1", None),
            ("ZZZZZZZZZ1", None),
        ] {
            assert_eq!(column(place), expected, "{place}");
        }
    }
}
