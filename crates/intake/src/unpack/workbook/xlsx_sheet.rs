//! XLSX: the cells of a sheet.

use super::Progress;
use super::grid::{CELL_BYTES, COLUMNS, Cell, ROWS};
use super::number::{Style, number_text, styled};
use super::parts::PartReader;
use super::strings::{Strings, too_large};
use super::xlsx::{Rich, Shown, push_text, unescape};
use super::xml::{Xml, attribute, attributes, broken};
use crate::unpack::error::UnpackError;
use quick_xml::events::Event;

/// How many events that aren't cells are read at once.
const EVENTS: usize = 200;
/// The most events in a cell.
const CELL_EVENTS: usize = 200_000;

pub(crate) struct SheetReader {
    xml: Xml,
    /// The present row, from 0, and the column after the last cell.
    row: u32,
    column: u32,
    /// The row comes without its number: one after the last.
    next_row: u32,
}

/// What a cell's value is.
#[derive(Clone, Copy)]
enum Kind {
    /// The number of a shared text.
    Shared,
    /// A text that stands in the cell.
    Inline,
    /// A formula's text.
    Formula,
    Bool,
    /// An error or a date, which are text already.
    Text,
    Number,
}

impl Kind {
    fn of(kind: Option<&str>) -> Self {
        match kind {
            Some("s") => Kind::Shared,
            Some("inlineStr") => Kind::Inline,
            Some("str") => Kind::Formula,
            Some("b") => Kind::Bool,
            Some("e" | "d") => Kind::Text,
            _ => Kind::Number,
        }
    }
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
        shown: &Shown,
    ) -> Result<Progress, UnpackError> {
        for _ in 0..EVENTS {
            match self.xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "row" => {
                        let row: Option<u32> = attribute(&e, "r").and_then(|r| r.parse().ok());
                        self.row = row.map_or(self.next_row, |r| r.saturating_sub(1));
                        self.next_row = self.row.saturating_add(1);
                        self.column = 0;
                        if self.row >= ROWS {
                            return Err(broken("one of its rows has too high a number"));
                        }
                    }
                    "c" => {
                        let [place, style, kind] = attributes(&e, ["r", "s", "t"]);
                        if let Some(place) = place {
                            self.column = column(&place)
                                .ok_or_else(|| broken("one of its cells has no place"))?;
                        }
                        let style = style.and_then(|s| s.parse::<usize>().ok());
                        let style = shown.styles.get(style.unwrap_or_default());
                        let style = style.copied().unwrap_or_default();
                        let kind = Kind::of(kind.as_deref());
                        cell.row = self.row;
                        cell.column = self.column;
                        self.column += 1;
                        if cell.column >= COLUMNS {
                            return Err(broken("one of its cells has too high a column"));
                        }
                        self.read(kind, style, cell, strings, shown.from_1904)?;
                        if !cell.text.is_empty() {
                            return Ok(Progress::Cell);
                        }
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "sheetData" => {
                    return Ok(Progress::End);
                }
                Event::Eof => return Ok(Progress::End),
                _ => {}
            }
        }
        Ok(Progress::Some)
    }

    /// Reads a cell to its end.
    fn read(
        &mut self,
        kind: Kind,
        style: Style,
        cell: &mut Cell,
        strings: &Strings,
        from_1904: bool,
    ) -> Result<(), UnpackError> {
        let mut value = String::new();
        let (mut in_value, mut in_inline) = (false, false);
        let mut rich = Rich::default();
        cell.text.clear();
        for _ in 0..CELL_EVENTS {
            match self.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "v" => in_value = true,
                Event::End(e) if e.local_name().as_ref() == "v" => in_value = false,
                Event::Start(e) if e.local_name().as_ref() == "is" => in_inline = true,
                Event::End(e) if e.local_name().as_ref() == "is" => in_inline = false,
                Event::End(e) if e.local_name().as_ref() == "c" => {
                    finish(kind, style, &value, &mut cell.text, strings, from_1904);
                    return Ok(());
                }
                Event::Eof => return Err(broken("one of its sheets is cut off")),
                event if in_inline => rich.take(&event, &mut cell.text),
                event if in_value => push_text(&event, &mut value),
                _ => {}
            }
            if value.len() + cell.text.len() > CELL_BYTES {
                return Err(too_large());
            }
        }
        Err(too_large())
    }
}

/// Makes the text of a cell of its value; a text in the cell stands there already.
fn finish(
    kind: Kind,
    style: Style,
    value: &str,
    text: &mut String,
    strings: &Strings,
    from_1904: bool,
) {
    match kind {
        Kind::Shared => {
            let index = value.trim().parse().ok();
            text.push_str(
                index
                    .and_then(|index| strings.get(index))
                    .unwrap_or_default(),
            );
        }
        Kind::Inline => unescape(text),
        Kind::Formula => {
            text.push_str(value);
            unescape(text);
        }
        Kind::Bool => text.push_str(match value.trim() {
            "1" | "true" => "true",
            "0" | "false" => "false",
            other => other,
        }),
        Kind::Text => text.push_str(value),
        Kind::Number => {
            let value = value.trim();
            match (style, value.parse()) {
                (Style::Number, _) | (_, Err(_)) => text.push_str(&number_text(value)),
                (style, Ok(number)) => text.push_str(&styled(number, style, from_1904)),
            }
        }
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
