//! A file in memory that grows without being copied: a large `Vec` needs twice its
//! size whenever it grows.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

const CHUNK: usize = 64 << 10;

/// Bytes in pieces of one size.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    chunks: Vec<Vec<u8>>,
    length: usize,
}

impl Chunks {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = self.chunks.last().map_or(0, |last| CHUNK - last.len());
            if room == 0 {
                self.chunks
                    .push(Vec::with_capacity(CHUNK.min(rest.len().max(1_024))));
            }
            let Some(last) = self.chunks.last_mut() else {
                return;
            };
            let (taken, tail) = rest
                .split_at_checked(CHUNK - last.len())
                .unwrap_or((rest, &[]));
            last.extend_from_slice(taken);
            self.length += taken.len();
            rest = tail;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// What stands from `at` on, to the end of a piece; nothing at the end.
    pub(crate) fn at(&self, at: usize) -> &[u8] {
        let chunk = self.chunks.get(at / CHUNK).map(Vec::as_slice);
        chunk
            .and_then(|chunk| chunk.get(at % CHUNK..))
            .unwrap_or_default()
    }
}

/// Reads such a file.
#[derive(Clone, Debug)]
pub(crate) struct ChunkReader {
    chunks: Arc<Chunks>,
    at: u64,
}

impl ChunkReader {
    pub(crate) fn new(chunks: Arc<Chunks>) -> Self {
        ChunkReader { chunks, at: 0 }
    }
}

impl Read for ChunkReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let front = usize::try_from(self.at).map_or(&[][..], |at| self.chunks.at(at));
        let count = front.len().min(into.len());
        if let (Some(from), Some(to)) = (front.get(..count), into.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.at += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }
}

impl Seek for ChunkReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = u64::try_from(self.chunks.len()).unwrap_or(u64::MAX);
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_read_from_anywhere() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[1]).collect();
        let mut chunks = Chunks::default();
        for piece in bytes.chunks(777) {
            chunks.push(piece);
        }
        assert_eq!(chunks.len(), bytes.len());
        let mut reader = ChunkReader::new(Arc::new(chunks));
        let mut found = Vec::new();
        reader.read_to_end(&mut found).unwrap();
        assert_eq!(found, bytes);
        assert_eq!(reader.seek(SeekFrom::End(-5)).unwrap(), 199_995);
        assert_eq!(reader.seek(SeekFrom::Current(-130_000)).unwrap(), 69_995);
        let mut some = [0; 9];
        reader.read_exact(&mut some).unwrap();
        assert_eq!(some, bytes[69_995..70_004]);
        assert!(reader.seek(SeekFrom::Current(-100_000)).is_err());
        assert_eq!(reader.seek(SeekFrom::Start(u64::MAX)).unwrap(), u64::MAX);
        assert_eq!(reader.read(&mut some).unwrap(), 0);
    }
}
