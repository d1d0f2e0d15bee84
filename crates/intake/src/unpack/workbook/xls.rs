//! XLS: the compound file, and what stands before all sheets.

use super::chunks::{ChunkReader, Chunks};
use super::grid::Cell;
use super::strings::Strings;
use super::xls_sheet::SheetReader;
use super::xls_text::{Units, long, short, whole};
use super::xlsx::Display;
use super::xml::broken;
use super::{Book, Progress, SHEETS, Sheet};
use crate::unpack::error::UnpackError;
use crate::unpack::limits::Limits;
use cfb::{CompoundFile, Stream};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

/// How many records are read in one step.
const RECORDS: usize = 500;
/// Excel 97 and later.
const BIFF8: u16 = 0x0600;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const CONTINUE: u16 = 0x003c;

pub(crate) struct Xls {
    records: Records,
    sheets: Vec<Sheet>,
    /// Where each sheet begins.
    starts: Vec<u64>,
    shown: Display,
    strings: Strings,
    texts: Texts,
    prepared: bool,
    sheet: Option<SheetReader>,
}

/// The records of the workbook.
pub(crate) struct Records {
    stream: BufReader<Stream<ChunkReader>>,
    /// The file has to live as long as the stream.
    _file: CompoundFile<ChunkReader>,
    pub(crate) data: Vec<u8>,
}

impl Records {
    /// Reads the next record into `data`; its number, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<u16>, UnpackError> {
        let mut head = [0; 4];
        if self.stream.read_exact(&mut head).is_err() {
            return Ok(None);
        }
        let [id_low, id_high, low, high] = head;
        let length = u16::from_le_bytes([low, high]);
        self.data.resize(usize::from(length), 0);
        self.stream
            .read_exact(&mut self.data)
            .map_err(|_| broken("it is cut off"))?;
        Ok(Some(u16::from_le_bytes([id_low, id_high])))
    }

    fn seek(&mut self, to: u64) -> Result<(), UnpackError> {
        let found = self.stream.seek(SeekFrom::Start(to));
        found.map_err(|_| broken("one of its sheets is missing"))?;
        Ok(())
    }
}

impl Xls {
    pub(crate) fn new(bytes: Chunks) -> Result<Self, UnpackError> {
        let reader = ChunkReader::new(Arc::new(bytes));
        let mut file = CompoundFile::open(reader)
            .map_err(|error| broken(format!("it is no compound file ({error})")))?;
        if file.exists("/EncryptedPackage") {
            return Err(UnpackError::encrypted());
        }
        if !file.is_stream("/Workbook") {
            let what = if file.is_stream("/Book") {
                "a workbook of Excel 95 or older"
            } else {
                "this kind of Office document"
            };
            return Err(UnpackError::unsupported(what));
        }
        let stream = file
            .open_stream("/Workbook")
            .map_err(|error| broken(error.to_string()))?;
        Ok(Xls {
            records: Records {
                stream: BufReader::new(stream),
                _file: file,
                data: Vec::new(),
            },
            sheets: Vec::new(),
            starts: Vec::new(),
            shown: Display::default(),
            strings: Strings::default(),
            texts: Texts::default(),
            prepared: false,
            sheet: None,
        })
    }

    /// Takes in a record that stands before the sheets.
    fn global(&mut self, id: u16, limits: &Limits) -> Result<(), UnpackError> {
        let data = self.records.data.as_slice();
        if id == CONTINUE {
            return self
                .texts
                .go_on(data, &mut self.strings, limits.strings_bytes);
        }
        match id {
            BOF if short(data, 0)? != BIFF8 => {
                return Err(UnpackError::unsupported("a workbook of Excel 95 or older"));
            }
            0x002f => return Err(UnpackError::encrypted()),
            0x0022 => self.shown.from_1904 = short(data, 0)? == 1,
            // FORMAT
            0x041e => {
                let code = whole(data, 4, usize::from(short(data, 2)?))?;
                let id = u32::from(short(data, 0)?);
                self.shown.formats.define(id, &code)?;
            }
            // XF: what a cell's style says about its format.
            0x00e0 => {
                self.shown.formats.style(u32::from(short(data, 2)?))?;
            }
            // BOUNDSHEET; charts and macros are of another kind than 0.
            0x0085 => {
                let &[state, kind, length] = data.get(4..7).unwrap_or_default() else {
                    return Err(broken("one of its records is too short"));
                };
                if kind == 0 {
                    self.starts.push(u64::from(long(data, 0)?));
                    self.sheets.push(Sheet {
                        name: whole(data, 7, usize::from(length))?,
                        hidden: state & 3 != 0,
                    });
                }
            }
            // SST: the shared texts.
            0x00fc => {
                let texts = data.get(8..).unwrap_or_default();
                self.texts = Texts::default();
                return self
                    .texts
                    .take(texts, &mut self.strings, limits.strings_bytes);
            }
            _ => {}
        }
        self.texts = Texts::Other;
        if self.sheets.len() > SHEETS {
            return Err(broken("it has too many sheets"));
        }
        Ok(())
    }
}

impl Book for Xls {
    fn prepare(&mut self, limits: &Limits) -> Result<bool, UnpackError> {
        for _ in 0..RECORDS {
            if self.prepared {
                break;
            }
            match self.records.next()? {
                None | Some(EOF) => self.prepared = true,
                Some(id) => self.global(id, limits)?,
            }
        }
        Ok(self.prepared)
    }

    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn open(&mut self, index: usize) -> Result<(), UnpackError> {
        let start = self.starts.get(index).copied();
        self.records
            .seek(start.ok_or_else(|| broken("one of its sheets is missing"))?)?;
        self.sheet = Some(SheetReader::default());
        Ok(())
    }

    fn next(&mut self, cell: &mut Cell) -> Result<Progress, UnpackError> {
        match &mut self.sheet {
            Some(sheet) => sheet.next(cell, &mut self.records, &self.strings, &self.shown),
            None => Ok(Progress::End),
        }
    }
}

/// The shared texts on their way: they go on over records.
#[derive(Default)]
enum Texts {
    /// Between two texts.
    #[default]
    Between,
    /// In a text; behind it so many bytes about its fonts and its reading.
    Units(Units, usize),
    /// In what stands behind a text.
    Behind(usize),
    /// What goes on is something else.
    Other,
}

impl Texts {
    /// Takes a record that goes on with the one before.
    fn go_on(
        &mut self,
        bytes: &[u8],
        strings: &mut Strings,
        most: usize,
    ) -> Result<(), UnpackError> {
        match self {
            Texts::Other => Ok(()),
            Texts::Units(units, _) => {
                let Some((&flags, rest)) = bytes.split_first() else {
                    return Ok(());
                };
                units.go_on(flags);
                self.take(rest, strings, most)
            }
            _ => self.take(bytes, strings, most),
        }
    }

    fn take(
        &mut self,
        bytes: &[u8],
        strings: &mut Strings,
        most: usize,
    ) -> Result<(), UnpackError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self {
                Texts::Other => return Ok(()),
                Texts::Between => {
                    let count = usize::from(short(rest, 0)?);
                    let flags = rest.get(2).copied().unwrap_or_default();
                    let (mut at, mut behind) = (3, 0);
                    if flags & 0x8 != 0 {
                        behind += usize::from(short(rest, at)?) * 4;
                        at += 2;
                    }
                    if flags & 0x4 != 0 {
                        let length = usize::try_from(long(rest, at)?);
                        behind = behind.saturating_add(length.unwrap_or(usize::MAX));
                        at += 4;
                    }
                    rest = rest.get(at..).unwrap_or_default();
                    *self = Texts::Units(Units::new(count, flags & 1 != 0), behind);
                    self.finish_text(strings, most)?;
                }
                Texts::Units(units, _) => {
                    let taken = units.take(rest, strings.open())?;
                    rest = rest.get(taken..).unwrap_or_default();
                    self.finish_text(strings, most)?;
                }
                Texts::Behind(left) => {
                    let taken = rest.len().min(*left);
                    *left -= taken;
                    rest = rest.get(taken..).unwrap_or_default();
                    if *left == 0 {
                        *self = Texts::Between;
                    }
                }
            }
        }
        Ok(())
    }

    /// Keeps the text once it is complete.
    fn finish_text(&mut self, strings: &mut Strings, most: usize) -> Result<(), UnpackError> {
        if let Texts::Units(units, behind) = self
            && units.left == 0
        {
            strings.close(most)?;
            *self = match *behind {
                0 => Texts::Between,
                behind => Texts::Behind(behind),
            };
        }
        Ok(())
    }
}
