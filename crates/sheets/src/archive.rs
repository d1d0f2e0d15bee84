//! The zip container of a workbook, or of one text, written front to back.
//!
//! No crate's archive writer can be put aside in the middle of an entry and
//! taken up by another process, which is what jobs need ([`crate::State`]). So
//! the four records that such an archive takes are written here, as the
//! specification of the format (APPNOTE 6.3) lays them out: no zip64, no
//! encryption, names in ASCII.

use crate::Error;
use serde::{Deserialize, Serialize};

/// Time stamps of entries: 1980-01-01 00:00, the earliest there is, so that
/// the same table is the same file.
const DATE: u16 = 0x21;
/// The format's version 2.0: deflate and folders.
const VERSION: u16 = 20;
/// Sizes and checksum follow the data.
const DESCRIPTOR: u16 = 1 << 3;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Checksum and sizes of an entry's data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) crc: u32,
    /// Bytes of the content, and of what is in the archive for it.
    pub(crate) size: u64,
    pub(crate) packed: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    offset: u64,
    sums: Sums,
}

/// What has been written of an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Archive {
    entries: Vec<Entry>,
    written: u64,
}

impl Archive {
    /// A whole entry, not compressed.
    pub(crate) fn store(
        &mut self,
        name: &str,
        content: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let size = content.len() as u64;
        let sums = Sums {
            crc: crc32fast::hash(content),
            size,
            packed: size,
        };
        self.header(name, 0, STORED, sums, out)?;
        out.extend_from_slice(content);
        self.written += size;
        Ok(())
    }

    /// The beginning of an entry whose compressed data comes next.
    pub(crate) fn open(&mut self, name: &str, out: &mut Vec<u8>) -> Result<(), Error> {
        self.header(name, DESCRIPTOR, DEFLATED, Sums::default(), out)
    }

    /// The end of the entry that was opened last.
    pub(crate) fn close(&mut self, sums: Sums, out: &mut Vec<u8>) -> Result<(), Error> {
        self.written += sums.packed;
        if let Some(entry) = self.entries.last_mut() {
            entry.sums = sums;
        }
        let record = Record(Vec::with_capacity(16))
            .long(0x0807_4b50)
            .sums(sums)?;
        self.append(record, out);
        Ok(())
    }

    /// The directory, which ends the archive.
    pub(crate) fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = self.written;
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            let record = Record(Vec::with_capacity(46))
                .long(0x0201_4b50)
                .short(VERSION)
                .short(VERSION)
                .short(entry.flags)
                .short(entry.method)
                .short(0)
                .short(DATE)
                .sums(entry.sums)?
                .name_length(&entry.name)
                .short(0) // extra field
                .short(0) // comment
                .short(0) // disk
                .short(0) // internal attributes
                .long(0) // external attributes
                .size(entry.offset)?
                .text(&entry.name);
            self.append(record, out);
        }
        let count = u16::try_from(entries.len()).map_err(|_| Error::TooLarge)?;
        let record = Record(Vec::with_capacity(22))
            .long(0x0605_4b50)
            .short(0) // this disk
            .short(0) // the directory's disk
            .short(count)
            .short(count)
            .size(self.written - start)?
            .size(start)?
            .short(0); // comment
        self.append(record, out);
        Ok(())
    }

    fn header(
        &mut self,
        name: &str,
        flags: u16,
        method: u16,
        sums: Sums,
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let record = Record(Vec::with_capacity(64))
            .long(0x0403_4b50)
            .short(VERSION)
            .short(flags)
            .short(method)
            .short(0)
            .short(DATE)
            .sums(sums)?
            .name_length(name)
            .short(0) // extra field
            .text(name);
        self.entries.push(Entry {
            name: name.to_owned(),
            flags,
            method,
            offset: self.written,
            sums,
        });
        self.append(record, out);
        Ok(())
    }

    fn append(&mut self, record: Record, out: &mut Vec<u8>) {
        out.extend_from_slice(&record.0);
        self.written += record.0.len() as u64;
    }
}

/// A record with numbers in little-endian order.
struct Record(Vec<u8>);

impl Record {
    fn short(mut self, number: u16) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    fn long(mut self, number: u32) -> Self {
        self.0.extend_from_slice(&number.to_le_bytes());
        self
    }

    /// A size or an offset; this is where more than 4 GiB are refused.
    fn size(self, number: u64) -> Result<Self, Error> {
        let number = u32::try_from(number).map_err(|_| Error::TooLarge)?;
        Ok(self.long(number))
    }

    fn sums(self, sums: Sums) -> Result<Self, Error> {
        self.long(sums.crc).size(sums.packed)?.size(sums.size)
    }

    fn name_length(self, name: &str) -> Self {
        // Names are our own and short.
        self.short(u16::try_from(name.len()).unwrap_or_default())
    }

    fn text(mut self, text: &str) -> Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }
}
