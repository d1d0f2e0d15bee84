//! ODS: one long XML text with all sheets, one after the other.

use super::grid::Cell;
use super::ods_sheet::SheetReader;
use super::parts::Parts;
use super::relations::PART_BYTES;
use super::xml::{Xml, attribute, broken};
use super::{Book, Progress, SHEETS, Sheet};
use crate::unpack::error::UnpackError;
use crate::unpack::limits::Limits;
use quick_xml::events::Event;

/// How many events are read in one step while the sheets are listed.
const EVENTS: usize = 10_000;

pub(crate) struct Ods {
    parts: Parts,
    sheets: Vec<Sheet>,
    listing: Option<Listing>,
    sheet: Option<SheetReader>,
}

/// Finds the sheets.
struct Listing {
    xml: Xml,
    /// Open tables: a cell can hold one, too.
    depth: usize,
}

impl Ods {
    pub(crate) fn new(parts: Parts) -> Result<Self, UnpackError> {
        if let Some(manifest) = parts.open("META-INF/manifest.xml", PART_BYTES) {
            let mut xml = Xml::new(manifest);
            loop {
                match xml.next()? {
                    Event::Start(e) if e.local_name().as_ref() == "encryption-data" => {
                        return Err(UnpackError::encrypted());
                    }
                    Event::Eof => break,
                    _ => {}
                }
            }
        }
        let mut ods = Ods {
            sheets: Vec::new(),
            listing: None,
            sheet: None,
            parts,
        };
        ods.listing = Some(Listing {
            xml: ods.content()?,
            depth: 0,
        });
        Ok(ods)
    }

    fn content(&self) -> Result<Xml, UnpackError> {
        let part = self.parts.open("content.xml", u64::MAX);
        Ok(Xml::new(part.ok_or_else(|| broken("it has no content"))?))
    }
}

impl Book for Ods {
    fn prepare(&mut self, _: &Limits) -> Result<bool, UnpackError> {
        let Some(listing) = &mut self.listing else {
            return Ok(true);
        };
        for _ in 0..EVENTS {
            match listing.xml.next()? {
                Event::Start(e) if e.local_name().as_ref() == "table" => {
                    listing.depth += 1;
                    if listing.depth == 1 {
                        self.sheets.push(Sheet {
                            name: attribute(&e, "table:name").unwrap_or_default(),
                            hidden: false,
                        });
                    }
                }
                Event::End(e) if e.local_name().as_ref() == "table" => {
                    listing.depth = listing.depth.saturating_sub(1);
                }
                // A text, a presentation: tables stand deeper there.
                Event::Start(e)
                    if matches!(e.local_name().as_ref(), "text" | "presentation")
                        && e.name().as_ref().starts_with("office:") =>
                {
                    return Err(UnpackError::unsupported("this kind of OpenDocument"));
                }
                Event::Eof => {
                    self.listing = None;
                    return Ok(true);
                }
                _ => {}
            }
            if self.sheets.len() > SHEETS {
                return Err(broken("it has too many sheets"));
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
            Some(sheet) => sheet.next(cell),
            None => Ok(Progress::End),
        }
    }
}
