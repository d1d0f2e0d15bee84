//! Collecting a workbook, which can't be read before all of it is there.

use super::Workbook;
use super::chunks::Chunks;
use super::ods::Ods;
use super::parts::Parts;
use super::strings::too_large;
use super::xls::Xls;
use super::xlsx::Xlsx;
use crate::buffer::Buffer;
use crate::detect::extension;
use crate::unpack::archive::Step;
use crate::unpack::error::UnpackError;
use crate::unpack::limits::{Limits, Meter, size};
use crate::unpack::zip::ZipReader;
use roster_model::Code;

/// The most parts, pictures and all.
const PARTS: usize = 20_000;

/// Collects the bytes of one workbook.
pub(crate) enum Collector {
    /// XLSX and ODS: of a zip archive, the parts that are needed, compressed.
    Office(Box<Office>),
    /// XLS, whole.
    Xls(Chunks),
}

pub(crate) struct Office {
    zip: ZipReader,
    buffer: Buffer,
    parts: Parts,
    count: usize,
    /// The part that is being kept.
    name: Option<String>,
    bytes: Chunks,
    compressed: bool,
    bytes_all: u64,
}

impl Collector {
    /// Whether a zip archive is a workbook, by its name or its first file.
    pub(crate) fn is_office(name: &str, head: &[u8]) -> bool {
        let known = ["xlsx", "xlsm", "xltx", "xltm", "xlsb", "ods", "ots"];
        if known.contains(&extension(name).as_str()) {
            return true;
        }
        let first = head.get(30..).unwrap_or_default();
        let marks: [&[u8]; 6] = [
            b"[Content_Types].xml",
            b"_rels/.rels",
            b"mimetype",
            b"xl/",
            b"docProps/",
            b"customXml/",
        ];
        marks.into_iter().any(|mark| first.starts_with(mark))
    }

    pub(crate) fn office() -> Self {
        Collector::Office(Box::new(Office {
            zip: ZipReader::with_raw(),
            buffer: Buffer::default(),
            parts: Parts::default(),
            count: 0,
            name: None,
            bytes: Chunks::default(),
            compressed: false,
            bytes_all: 0,
        }))
    }

    pub(crate) fn xls() -> Self {
        Collector::Xls(Chunks::default())
    }

    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        meter: &mut Meter,
        limits: &Limits,
    ) -> Result<(), UnpackError> {
        match self {
            Collector::Xls(file) => {
                if file.len() + bytes.len() > limits.workbook_bytes {
                    return Err(too_large());
                }
                file.push(bytes);
                Ok(())
            }
            Collector::Office(office) => {
                office.bytes_all += size(bytes.len());
                office.buffer.push(bytes, false);
                office.run(meter, limits)
            }
        }
    }

    /// Says that the file is over.
    pub(crate) fn finish(
        self,
        file: String,
        meter: &mut Meter,
        limits: &Limits,
    ) -> Result<Workbook, UnpackError> {
        match self {
            Collector::Xls(bytes) => {
                let length = size(bytes.len());
                Ok(Workbook::new(file, length, Box::new(Xls::new(bytes)?)))
            }
            Collector::Office(mut office) => {
                office.buffer.push(&[], true);
                office.run(meter, limits)?;
                let parts = office.parts;
                let (bytes, has) = (office.bytes_all, |name: &str| parts.has(name));
                if has("xl/workbook.bin") {
                    let what = "a binary workbook (XLSB): save it as XLSX. It";
                    return Err(UnpackError::unsupported(what));
                }
                if has("content.xml") {
                    return Ok(Workbook::new(file, bytes, Box::new(Ods::new(parts)?)));
                }
                if has("[Content_Types].xml") || has("xl/workbook.xml") {
                    return Ok(Workbook::new(file, bytes, Box::new(Xlsx::new(parts)?)));
                }
                Err(UnpackError::unsupported("this kind of Office document"))
            }
        }
    }
}

impl Office {
    /// Takes in what is there. Every part is decompressed here once, so that its
    /// real size is known before anything is read.
    fn run(&mut self, meter: &mut Meter, limits: &Limits) -> Result<(), UnpackError> {
        loop {
            match self
                .zip
                .step(&mut self.buffer, meter, limits, Code::WorkbookBomb)?
            {
                Step::More | Step::End => return Ok(()),
                Step::Entry(name) => {
                    self.count += 1;
                    if self.count > PARTS {
                        return Err(too_large());
                    }
                    self.name = is_needed(&name).then_some(name);
                }
                Step::Data if self.name.is_some() => {
                    let (raw, compressed) = self.zip.raw();
                    self.compressed = compressed;
                    if self.parts.bytes + self.bytes.len() + raw.len() > limits.workbook_bytes {
                        return Err(too_large());
                    }
                    self.bytes.push(raw);
                }
                Step::EntryEnd => {
                    let bytes = std::mem::take(&mut self.bytes);
                    if let Some(name) = self.name.take() {
                        self.parts.bytes += bytes.len();
                        self.parts.insert(&name, bytes, self.compressed);
                    }
                }
                Step::Data | Step::Skipped(..) => {}
            }
        }
    }
}

/// The parts that tell about sheets, and the sheets.
fn is_needed(name: &str) -> bool {
    let name = name.trim_start_matches('/').to_ascii_lowercase();
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
    let xml = file.ends_with(".xml") || file.ends_with(".rels") || file == "workbook.bin";
    match folder {
        "" => matches!(file, "content.xml" | "styles.xml" | "[content_types].xml"),
        "_rels" | "xl" | "xl/_rels" | "xl/worksheets" => xml,
        "meta-inf" => file == "manifest.xml",
        _ => false,
    }
}
