//! One text in a zip archive, written front to back.

use crate::Error;
use crate::archive::{Archive, Sums};
use crc32fast::Hasher;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;

/// An archive of one file, of at most 4 GiB, whose bytes go in piece by piece.
#[derive(Debug)]
pub struct Zip {
    archive: Archive,
    deflate: DeflateEncoder<Vec<u8>>,
    crc: Hasher,
    size: u64,
    packed: u64,
    /// What is ready before the compressor's own bytes.
    out: Vec<u8>,
}

impl Zip {
    /// Begins the archive of a file with this name, in ASCII.
    ///
    /// # Errors
    /// Those of [`Zip::finish`].
    pub fn begin(name: &str) -> Result<Self, Error> {
        let mut archive = Archive::default();
        let mut out = Vec::new();
        archive.open(name, &mut out)?;
        Ok(Zip {
            archive,
            deflate: DeflateEncoder::new(Vec::new(), Compression::fast()),
            crc: Hasher::new(),
            size: 0,
            packed: 0,
            out,
        })
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// [`Error::Compressor`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.crc.update(bytes);
        self.size += bytes.len() as u64;
        self.deflate
            .write_all(bytes)
            .map_err(|_| Error::Compressor)?;
        self.drain();
        Ok(())
    }

    /// The bytes that are ready to be sent.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The rest of the archive.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Compressor`].
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        self.deflate.try_finish().map_err(|_| Error::Compressor)?;
        self.drain();
        let (size, packed) = (self.size, self.packed);
        let crc = self.crc.finalize();
        self.archive
            .close(Sums { crc, size, packed }, &mut self.out)?;
        self.archive.finish(&mut self.out)?;
        Ok(self.out)
    }

    fn drain(&mut self) {
        let packed = self.deflate.get_mut();
        self.packed += packed.len() as u64;
        self.out.append(packed);
    }
}
