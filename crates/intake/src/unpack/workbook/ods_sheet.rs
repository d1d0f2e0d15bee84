//! ODS: the cells of a sheet.

use super::Progress;
use super::grid::{CELL_BYTES, COLUMNS, Cell, ROWS};
use super::number::number_text;
use super::strings::too_large;
use super::xlsx::push_text;
use super::xml::{Xml, attribute, attributes, broken};
use crate::unpack::error::UnpackError;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// How many events that aren't cells are read at once.
const EVENTS: usize = 200;
/// The most events in a cell.
const CELL_EVENTS: usize = 200_000;
/// The longest row as it is kept: a row can stand for many.
const ROW_BYTES: usize = 4 << 20;

pub(crate) struct SheetReader {
    xml: Xml,
    /// Sheets that stand before the one that is read.
    before: usize,
    depth: usize,
    in_sheet: bool,
    /// Among pictures and text boxes, which lie over the cells.
    in_shapes: bool,
    row: u32,
    column: u32,
    /// How many rows the present one stands for.
    repeat: u32,
    /// Its cells that hold something.
    runs: Vec<Run>,
    bytes: usize,
    /// The row is complete: which repetition, which run, which of its cells is next.
    giving: Option<(u32, usize, u32)>,
}

/// Cells beside each other that hold the same.
struct Run {
    column: u32,
    count: u32,
    text: String,
}

impl SheetReader {
    /// Reads the sheet before which `before` others stand.
    pub(crate) fn new(content: Xml, before: usize) -> Self {
        SheetReader {
            xml: content,
            before,
            depth: 0,
            in_sheet: false,
            in_shapes: false,
            row: 0,
            column: 0,
            repeat: 1,
            runs: Vec::new(),
            bytes: 0,
            giving: None,
        }
    }

    pub(crate) fn next(&mut self, cell: &mut Cell) -> Result<Progress, UnpackError> {
        for _ in 0..EVENTS {
            if self.giving.is_some() {
                if self.give(cell)? {
                    return Ok(Progress::Cell);
                }
                continue;
            }
            match self.xml.next()? {
                Event::Eof => return Ok(Progress::End),
                Event::Start(e) if e.local_name().as_ref() == "table" => {
                    self.depth += 1;
                    if self.depth == 1 && self.before > 0 {
                        self.before -= 1;
                    } else if self.depth == 1 {
                        self.in_sheet = true;
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "table" => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.in_sheet && self.depth == 0 {
                        return Ok(Progress::End);
                    }
                }
                _ if !self.in_sheet => {}
                Event::Start(e) if e.local_name().as_ref() == "shapes" => self.in_shapes = true,
                Event::End(e) if e.local_name().as_ref() == "shapes" => self.in_shapes = false,
                _ if self.in_shapes => {}
                Event::Start(e) => match e.local_name().as_ref() {
                    "table-row" => {
                        self.repeat = count(&e, "table:number-rows-repeated");
                        self.column = 0;
                        self.runs.clear();
                        self.bytes = 0;
                    }
                    "table-cell" | "covered-table-cell" => {
                        let value = Value::of(&e);
                        self.cell(value)?;
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "table-row" => {
                    if self.runs.is_empty() {
                        self.row = self.row.saturating_add(self.repeat);
                    } else {
                        self.giving = Some((0, 0, 0));
                    }
                }
                _ => {}
            }
        }
        Ok(Progress::Some)
    }

    /// Gives the next cell of a complete row; `false` when there is none any more.
    fn give(&mut self, cell: &mut Cell) -> Result<bool, UnpackError> {
        let Some((row, index, column)) = self.giving else {
            return Ok(false);
        };
        let Some(run) = self.runs.get(index) else {
            let again = row + 1 < self.repeat;
            self.giving = again.then_some((row + 1, 0, 0));
            if !again {
                self.row = self.row.saturating_add(self.repeat);
            }
            return Ok(false);
        };
        cell.row = self.row.saturating_add(row);
        cell.column = run.column + column;
        cell.text.clone_from(&run.text);
        if cell.row >= ROWS {
            return Err(broken("one of its rows has too high a number"));
        }
        self.giving = Some(if column + 1 < run.count {
            (row, index, column + 1)
        } else {
            (row, index + 1, 0)
        });
        Ok(true)
    }

    /// Reads a cell to its end.
    fn cell(&mut self, value: Value) -> Result<(), UnpackError> {
        let text = self.text()?;
        let text = value.shown(text);
        let (column, repeat) = (self.column, value.repeat);
        self.column = self.column.saturating_add(repeat);
        if text.is_empty() {
            return Ok(());
        }
        self.bytes += text.len() + size_of::<Run>();
        if text.len() > CELL_BYTES || self.bytes > ROW_BYTES {
            return Err(too_large());
        }
        if self.column > COLUMNS {
            return Err(broken("one of its cells has too high a column"));
        }
        self.runs.push(Run {
            column,
            count: repeat,
            text,
        });
        Ok(())
    }

    /// The text of a cell: its paragraphs, without comments and pictures.
    fn text(&mut self) -> Result<String, UnpackError> {
        let mut text = String::new();
        // Open elements inside the cell, and the one whose content doesn't count.
        let mut level = 0;
        let mut ignored = None;
        let mut paragraphs = 0;
        for _ in 0..CELL_EVENTS {
            match self.xml.next()? {
                Event::Start(e) => {
                    level += 1;
                    match e.local_name().as_ref() {
                        _ if ignored.is_some() => {}
                        "p" if level == 1 => {
                            if paragraphs > 0 {
                                text.push('\n');
                            }
                            paragraphs += 1;
                        }
                        "annotation" | "note" | "ruby-text" => ignored = Some(level),
                        _ if level == 1 => ignored = Some(level),
                        "s" => {
                            let spaces = count(&e, "text:c").min(1_000);
                            text.extend((0..spaces).map(|_| ' '));
                        }
                        "tab" => text.push('\t'),
                        "line-break" => text.push('\n'),
                        _ => {}
                    }
                }
                Event::End(_) if level == 0 => return Ok(text),
                Event::End(_) => {
                    if ignored == Some(level) {
                        ignored = None;
                    }
                    level -= 1;
                }
                Event::Eof => return Err(broken("one of its sheets is cut off")),
                event if level > 0 && ignored.is_none() => push_text(&event, &mut text),
                _ => {}
            }
            if text.len() > CELL_BYTES {
                return Err(too_large());
            }
        }
        Err(too_large())
    }
}

/// What a cell says about itself.
struct Value {
    repeat: u32,
    /// The value, where its text isn't it.
    value: Option<String>,
}

impl Value {
    fn of(start: &BytesStart<'_>) -> Self {
        let [kind, repeat, inner, value, date, time, truth, text] = attributes(
            start,
            [
                "office:value-type",
                "table:number-columns-repeated",
                "calcext:value-type",
                "office:value",
                "office:date-value",
                "office:time-value",
                "office:boolean-value",
                "office:string-value",
            ],
        );
        let is_error = inner.is_some_and(|kind| kind == "error");
        let kind = kind.filter(|_| !is_error);
        let repeat = repeat.and_then(|repeat| repeat.parse().ok());
        Value {
            repeat: repeat.unwrap_or(1).max(1),
            value: match kind.as_deref() {
                Some("float" | "percentage" | "currency") => value.map(|v| number_text(&v)),
                Some("date") => date.map(|date| without_zeros(&date)),
                Some("time") => time.map(|time| clock(&time)),
                Some("boolean") => truth.map(Cow::into_owned),
                Some("string") => text.map(Cow::into_owned),
                _ => None,
            },
        }
    }

    fn shown(&self, text: String) -> String {
        match &self.value {
            Some(value) => value.clone(),
            None => text,
        }
    }
}

/// How often something is repeated; once where it isn't said.
fn count(start: &BytesStart<'_>, name: &str) -> u32 {
    let count = attribute(start, name).and_then(|count| count.parse().ok());
    count.unwrap_or(1).max(1)
}

/// `2024-05-31T12:30:00.000000000` without its last part.
fn without_zeros(date: &str) -> String {
    match date.split_once('.') {
        Some((date, fraction)) if fraction.bytes().all(|b| b == b'0') => date.to_owned(),
        _ => date.to_owned(),
    }
}

/// `PT01H02M03.5S` as `01:02:03`; as it stands if it is something else.
fn clock(time: &str) -> String {
    let parts = || {
        let (hours, rest) = time.strip_prefix("PT")?.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        let number = |part: &str| part.parse::<u32>().ok();
        Some((number(hours)?, number(minutes)?, number(seconds)?))
    };
    match parts() {
        Some((hours, minutes, seconds)) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        None => time.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_iso_text() {
        assert_eq!(without_zeros("2024-05-31"), "2024-05-31");
        assert_eq!(
            without_zeros("2024-05-31T01:02:03.000"),
            "2024-05-31T01:02:03"
        );
        assert_eq!(
            without_zeros("2024-05-31T01:02:03.5"),
            "2024-05-31T01:02:03.5"
        );
        assert_eq!(clock("PT01H02M03S"), "01:02:03");
        assert_eq!(clock("PT125H02M03.999S"), "125:02:03");
        assert_eq!(clock("P1D"), "P1D");
    }
}
