//! XLSX: the parts that all sheets need.

use super::grid::Cell;
use super::number::Style;
use super::parts::Parts;
use super::relations::{self, PART_BYTES, Relation};
use super::strings::{Strings, too_large};
use super::xlsx_sheet::SheetReader;
use super::xml::{Xml, attribute, broken, local_attribute, reference};
use super::{Book, Progress, SHEETS, Sheet};
use crate::unpack::error::UnpackError;
use crate::unpack::limits::{Limits, size};
use quick_xml::events::Event;
use std::collections::HashMap;

/// How many events of the shared strings are read in one step.
const EVENTS: usize = 10_000;
/// The most formats; Excel has fewer.
const FORMATS: usize = 100_000;

pub(crate) struct Xlsx {
    parts: Parts,
    sheets: Vec<Sheet>,
    /// Where each sheet is.
    paths: Vec<String>,
    strings_path: Option<String>,
    strings: Strings,
    /// The shared strings while they are read.
    reading: Option<StringsReader>,
    shown: Shown,
    sheet: Option<SheetReader>,
}

/// How numbers are shown.
#[derive(Default)]
pub(crate) struct Shown {
    /// By the number of a cell's style.
    pub(crate) styles: Vec<Style>,
    /// Days are counted from 1904.
    pub(crate) from_1904: bool,
}

impl Xlsx {
    pub(crate) fn new(parts: Parts) -> Result<Self, UnpackError> {
        let package = relations::of(&parts, "")?;
        let main = target(&package, "officeDocument").unwrap_or("xl/workbook.xml");
        let relations = relations::of(&parts, main)?;
        let mut xlsx = Xlsx {
            sheets: Vec::new(),
            paths: Vec::new(),
            strings_path: target(&relations, "sharedStrings").map(str::to_owned),
            strings: Strings::default(),
            reading: None,
            shown: Shown::default(),
            sheet: None,
            parts,
        };
        xlsx.read_workbook(main, &relations)?;
        if let Some(path) = target(&relations, "styles") {
            xlsx.read_styles(path)?;
        }
        Ok(xlsx)
    }

    fn read_workbook(&mut self, path: &str, relations: &[Relation]) -> Result<(), UnpackError> {
        let Some(reader) = self.parts.open(path, PART_BYTES) else {
            let what = "this kind of Office document";
            return Err(UnpackError::unsupported(what));
        };
        let mut xml = Xml::new(reader);
        loop {
            match xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "sheet" => {
                    let id = local_attribute(&e, "id").unwrap_or_default();
                    // Sheets that are charts have another kind.
                    let is_sheet = |r: &&Relation| r.id == id && r.kind == "worksheet";
                    let Some(relation) = relations.iter().find(is_sheet) else {
                        continue;
                    };
                    let state = attribute(&e, "state");
                    self.sheets.push(Sheet {
                        name: attribute(&e, "name").unwrap_or_default(),
                        hidden: state.is_some_and(|state| state != "visible"),
                    });
                    self.paths.push(relation.target.clone());
                    if self.sheets.len() > SHEETS {
                        return Err(broken("it has too many sheets"));
                    }
                }
                Event::Start(e) if e.local_name().as_ref() == "workbookPr" => {
                    let from = attribute(&e, "date1904");
                    self.shown.from_1904 = matches!(from.as_deref(), Some("1" | "true"));
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn read_styles(&mut self, path: &str) -> Result<(), UnpackError> {
        let Some(reader) = self.parts.open(path, PART_BYTES) else {
            return Ok(());
        };
        let mut xml = Xml::new(reader);
        let mut codes: HashMap<u32, Style> = HashMap::new();
        let mut in_cells = false;
        loop {
            match xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "numFmt" => {
                        let id = attribute(&e, "numFmtId").and_then(|id| id.parse().ok());
                        let code = attribute(&e, "formatCode");
                        if let (Some(id), Some(code)) = (id, code) {
                            codes.insert(id, Style::of(id, Some(&code)));
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells => {
                        let id = attribute(&e, "numFmtId").and_then(|id| id.parse().ok());
                        let id = id.unwrap_or_default();
                        let style = codes.get(&id).copied();
                        let style = style.unwrap_or_else(|| Style::of(id, None));
                        self.shown.styles.push(style);
                    }
                    _ => {}
                },
                Event::End(e) if e.local_name().as_ref() == "cellXfs" => in_cells = false,
                Event::Eof => return Ok(()),
                _ => {}
            }
            if self.shown.styles.len() > FORMATS || codes.len() > FORMATS {
                return Err(too_large());
            }
        }
    }
}

impl Book for Xlsx {
    fn prepare(&mut self, limits: &Limits) -> Result<bool, UnpackError> {
        if let Some(path) = self.strings_path.take() {
            // Tags take several times what they hold.
            let most = size(limits.strings_bytes).saturating_mul(16);
            let part = self.parts.open(&path, most);
            self.reading = part.map(|part| StringsReader {
                xml: Xml::new(part),
                rich: Rich::default(),
            });
        }
        let Some(reading) = &mut self.reading else {
            return Ok(true);
        };
        if reading.step(&mut self.strings, limits.strings_bytes)? {
            self.reading = None;
        }
        Ok(self.reading.is_none())
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn open(&mut self, index: usize) -> Result<(), UnpackError> {
        let path = self.paths.get(index);
        let part = path.and_then(|path| self.parts.open(path, u64::MAX));
        let part = part.ok_or_else(|| broken("one of its sheets is missing"))?;
        self.sheet = Some(SheetReader::new(part));
        Ok(())
    }

    fn next(&mut self, cell: &mut Cell) -> Result<Progress, UnpackError> {
        match &mut self.sheet {
            Some(sheet) => sheet.next(cell, &self.strings, &self.shown),
            None => Ok(Progress::End),
        }
    }
}

fn target<'a>(relations: &'a [Relation], kind: &str) -> Option<&'a str> {
    let found = relations.iter().find(|relation| relation.kind == kind);
    found.map(|relation| relation.target.as_str())
}

/// A text in runs: shared, or in a cell.
#[derive(Default)]
pub(crate) struct Rich {
    /// Inside an element that holds text.
    in_text: bool,
    /// Inside the reading of a word, which isn't part of the text.
    in_reading: bool,
}

impl Rich {
    /// Takes an event inside the text; what it holds is written to `into`.
    pub(crate) fn take(&mut self, event: &Event<'_>, into: &mut String) {
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "t" => self.in_text = true,
                "rPh" => self.in_reading = true,
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "t" => self.in_text = false,
                "rPh" => self.in_reading = false,
                _ => {}
            },
            _ if !self.in_text || self.in_reading => {}
            other => push_text(other, into),
        }
    }
}

/// What a piece of text stands for.
pub(crate) fn push_text(event: &Event<'_>, into: &mut String) {
    match event {
        Event::Text(text) => into.push_str(&text.xml10_content()),
        Event::CData(text) => into.push_str(&text.xml10_content()),
        Event::GeneralRef(entity) => reference(entity, into),
        _ => {}
    }
}

/// Excel writes characters that XML doesn't allow as `_x000D_`.
pub(crate) fn unescape(text: &mut String) {
    if !text.contains("_x") {
        return;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        let (before, code) = rest.split_at(at);
        plain.push_str(before);
        let digits = code.get(2..6).filter(|_| code.get(6..7) == Some("_"));
        let c = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match c.and_then(char::from_u32) {
            Some(c) => {
                plain.push(c);
                rest = code.get(7..).unwrap_or_default();
            }
            None => {
                plain.push_str("_x");
                rest = code.get(2..).unwrap_or_default();
            }
        }
    }
    plain.push_str(rest);
    *text = plain;
}

struct StringsReader {
    xml: Xml,
    rich: Rich,
}

impl StringsReader {
    /// Reads on; whether that was all.
    fn step(&mut self, strings: &mut Strings, most: usize) -> Result<bool, UnpackError> {
        for _ in 0..EVENTS {
            match self.xml.next()? {
                Event::Eof => return Ok(true),
                Event::Start(e) if e.local_name().as_ref() == "si" => {
                    self.rich = Rich::default();
                }
                Event::End(e) if e.local_name().as_ref() == "si" => {
                    unescape(strings.open());
                    strings.close(most)?;
                }
                event => {
                    self.rich.take(&event, strings.open());
                    strings.check()?;
                }
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_characters_are_read_and_nothing_else() {
        for (text, expected) in [
            ("a_x000D_\nb", "a\r\nb"),
            ("_x005F_x000D_", "_x000D_"),
            ("file_x12", "file_x12"),
            ("_xZZZZ_", "_xZZZZ_"),
            ("_x", "_x"),
            ("_xD800_é_x00é", "_xD800_é_x00é"),
        ] {
            let mut found = text.to_owned();
            unescape(&mut found);
            assert_eq!(found, expected);
        }
    }
}
