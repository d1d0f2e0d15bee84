//! ODS: one long XML text with all sheets, one after the other.

use super::grid::Cell;
use super::ods_sheet::{SheetReader, TABLE, is_sheet};
use super::ods_styles::{self, Styles};
use super::parts::Parts;
use super::relations::PART_BYTES;
use super::xml::{Node, Xml, broken};
use super::{Book, NAME_BYTES, Progress, SHEETS, Sheet};
use crate::unpack::error::UnpackError;
use crate::unpack::limits::Limits;

/// How many pieces are read in one step while the sheets are listed.
const NODES: usize = 10_000;

pub(crate) struct Ods {
    parts: Parts,
    sheets: Vec<Sheet>,
    styles: Styles,
    /// The content while the sheets are listed.
    listing: Option<Xml>,
    sheet: Option<SheetReader>,
}

impl Ods {
    pub(crate) fn new(parts: Parts) -> Result<Self, UnpackError> {
        if let Some(manifest) = parts.open("META-INF/manifest.xml", PART_BYTES) {
            let mut xml = Xml::new(manifest);
            const ENCRYPTION: &str =
                "/manifest:manifest/manifest:file-entry/manifest:encryption-data";
            loop {
                match xml.next()? {
                    Node::Start(e) if e.place == ENCRYPTION => {
                        return Err(UnpackError::encrypted());
                    }
                    Node::Eof => break,
                    _ => {}
                }
            }
        }
        let mut ods = Ods {
            sheets: Vec::new(),
            styles: Styles::default(),
            listing: None,
            sheet: None,
            parts,
        };
        if let Some(part) = ods.parts.open("styles.xml", PART_BYTES) {
            ods_styles::read(&mut Xml::new(part), &mut ods.styles)?;
        }
        ods.listing = Some(ods.content()?);
        Ok(ods)
    }

    fn content(&self) -> Result<Xml, UnpackError> {
        let part = self.parts.open("content.xml", u64::MAX);
        Ok(Xml::new(part.ok_or_else(|| broken("it has no content"))?))
    }
}

impl Book for Ods {
    fn prepare(&mut self, _: &Limits) -> Result<bool, UnpackError> {
        const TEXT: &str = "/office:document-content/office:body/office:text";
        const SLIDES: &str = "/office:document-content/office:body/office:presentation";
        let Some(listing) = &mut self.listing else {
            return Ok(true);
        };
        for _ in 0..NODES {
            let node = listing.next()?;
            self.styles.take(&node)?;
            match node {
                Node::Start(e) if e.place == TABLE && is_sheet(&e) => {
                    let [name, style] = e.attributes(["table:name", "table:style-name"]);
                    let name = name.unwrap_or_default().into_owned();
                    if self.sheets.len() >= SHEETS || name.len() > NAME_BYTES {
                        let detail = "it has too many sheets, or too long a name of one";
                        return Err(broken(detail));
                    }
                    self.sheets.push(Sheet {
                        name,
                        hidden: style.is_some_and(|style| self.styles.hides(&style)),
                    });
                }
                // A text, a presentation: tables stand deeper there.
                Node::Start(e) if matches!(e.place, TEXT | SLIDES) => {
                    return Err(UnpackError::unsupported("this kind of OpenDocument"));
                }
                Node::Eof => {
                    self.styles.settle();
                    self.listing = None;
                    return Ok(true);
                }
                _ => {}
            }
        }
        Ok(false)
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn open(&mut self, index: usize) -> Result<(), UnpackError> {
        self.sheet = Some(SheetReader::new(self.content()?, index));
        Ok(())
    }

    fn next(&mut self, cell: &mut Cell) -> Result<Progress, UnpackError> {
        match &mut self.sheet {
            Some(sheet) => sheet.next(cell, &self.styles),
            None => Ok(Progress::End),
        }
    }
}
