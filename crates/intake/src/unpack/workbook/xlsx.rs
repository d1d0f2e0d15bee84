//! XLSX: the parts that all sheets need.

use super::format::Formats;
use super::grid::Cell;
use super::parts::Parts;
use super::relations::{self, PART_BYTES, Relation};
use super::strings::Strings;
use super::xlsx_sheet::SheetReader;
use super::xml::{Node, Xml, broken};
use super::{Book, NAME_BYTES, Progress, SHEETS, Sheet};
use crate::unpack::error::UnpackError;
use crate::unpack::limits::{Limits, size};

/// How many pieces of the shared strings are read in one step.
const NODES: usize = 10_000;

pub(crate) struct Xlsx {
    parts: Parts,
    sheets: Vec<Sheet>,
    /// Where each sheet is.
    paths: Vec<String>,
    strings_path: Option<String>,
    strings: Strings,
    /// The shared strings while they are read.
    reading: Option<Xml>,
    shown: Display,
    sheet: Option<SheetReader>,
}

/// How numbers are shown.
#[derive(Default)]
pub(crate) struct Display {
    pub(crate) formats: Formats,
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
            shown: Display::default(),
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
        let unsupported = || UnpackError::unsupported("this kind of Office document");
        let part = self.parts.open(path, PART_BYTES);
        let mut xml = Xml::new(part.ok_or_else(unsupported)?);
        let mut is_workbook = false;
        loop {
            match xml.next()? {
                Node::Start(e) => match e.place {
                    "/x:workbook" => is_workbook = true,
                    "/x:workbook/x:sheets/x:sheet" => {
                        let [id, name, state] = e.attributes(["r:id", "name", "state"]);
                        let id = id.unwrap_or_default();
                        // Sheets that are charts have another kind.
                        let is_sheet = |r: &&Relation| r.id == id && r.kind == "worksheet";
                        let Some(relation) = relations.iter().find(is_sheet) else {
                            continue;
                        };
                        self.sheets.push(Sheet {
                            name: name.unwrap_or_default().into_owned(),
                            hidden: state.is_some_and(|state| state != "visible"),
                        });
                        self.paths.push(relation.target.clone());
                    }
                    "/x:workbook/x:workbookPr" => {
                        let from = e.attribute("date1904");
                        self.shown.from_1904 = matches!(from.as_deref(), Some("1" | "true"));
                    }
                    _ => {}
                },
                Node::Eof if is_workbook => return Ok(()),
                Node::Eof => return Err(unsupported()),
                _ => {}
            }
            let too_long = |sheet: &Sheet| sheet.name.len() > NAME_BYTES;
            if self.sheets.len() > SHEETS || self.sheets.last().is_some_and(too_long) {
                return Err(broken("it has too many sheets, or too long a name of one"));
            }
        }
    }

    fn read_styles(&mut self, path: &str) -> Result<(), UnpackError> {
        let Some(reader) = self.parts.open(path, PART_BYTES) else {
            return Ok(());
        };
        let mut xml = Xml::new(reader);
        let formats = &mut self.shown.formats;
        loop {
            match xml.next()? {
                Node::Start(e) => match e.place {
                    "/x:styleSheet/x:numFmts/x:numFmt" => {
                        let [id, code] = e.attributes(["numFmtId", "formatCode"]);
                        let id = id.and_then(|id| id.parse().ok());
                        if let (Some(id), Some(code)) = (id, code) {
                            formats.define(id, &code)?;
                        }
                    }
                    "/x:styleSheet/x:cellXfs/x:xf" => {
                        let id = e.attribute("numFmtId").and_then(|id| id.parse().ok());
                        formats.style(id.unwrap_or_default())?;
                    }
                    _ => {}
                },
                Node::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

impl Book for Xlsx {
    fn prepare(&mut self, limits: &Limits) -> Result<bool, UnpackError> {
        if let Some(path) = self.strings_path.take() {
            // Tags take several times what they hold.
            let most = size(limits.strings_bytes).saturating_mul(16);
            self.reading = self.parts.open(&path, most).map(Xml::new);
        }
        let Some(reading) = &mut self.reading else {
            return Ok(true);
        };
        if read_strings(reading, &mut self.strings, limits.strings_bytes)? {
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

/// Whether a text belongs to what people see, by its place inside a shared text or one
/// in a cell: alone or in runs. How a word is read aloud (`rPh`) does not.
pub(crate) fn is_seen(place: &str) -> bool {
    matches!(place, "/x:t" | "/x:r/x:t")
}

/// Reads shared strings on; whether that was all.
fn read_strings(xml: &mut Xml, strings: &mut Strings, most: usize) -> Result<bool, UnpackError> {
    const ITEM: &str = "/x:sst/x:si";
    for _ in 0..NODES {
        match xml.next()? {
            Node::Eof => return Ok(true),
            Node::End(ITEM) => {
                unescape(strings.open());
                strings.close(most)?;
            }
            Node::Text(place, text) if place.strip_prefix(ITEM).is_some_and(is_seen) => {
                strings.open().push_str(&text);
                strings.check()?;
            }
            _ => {}
        }
    }
    Ok(false)
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
