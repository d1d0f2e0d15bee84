//! The parts of an XLSX or ODS file, kept compressed and read as often as needed.

use super::chunks::Chunks;
use crate::unpack::error::UnpackError;
use crate::unpack::inflate::Inflater;
use std::collections::HashMap;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

/// The parts that are kept, by name.
#[derive(Default)]
pub(crate) struct Parts {
    parts: HashMap<String, Part>,
    /// Compressed bytes of all of them.
    pub(crate) bytes: usize,
}

#[derive(Clone)]
struct Part {
    bytes: Arc<Chunks>,
    compressed: bool,
}

impl Parts {
    /// Keeps a part. Names are compared without regard to case, as Office does.
    pub(crate) fn insert(&mut self, name: &str, bytes: Chunks, compressed: bool) {
        let part = Part {
            bytes: Arc::new(bytes),
            compressed,
        };
        self.parts.insert(key(name), part);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.parts.contains_key(&key(name))
    }

    /// Reads a part from its beginning; it may have at most `most` bytes.
    pub(crate) fn open(&self, name: &str, most: u64) -> Option<PartReader> {
        let part = self.parts.get(&key(name))?;
        Some(PartReader {
            bytes: Arc::clone(&part.bytes),
            at: 0,
            inflater: part.compressed.then(Inflater::raw),
            out_at: 0,
            ended: false,
            allowed: 0,
            left: most,
        })
    }
}

fn key(name: &str) -> String {
    name.trim_start_matches('/').to_ascii_lowercase()
}

/// Reads one part, and no more at once than was allowed.
pub(crate) struct PartReader {
    bytes: Arc<Chunks>,
    at: usize,
    inflater: Option<Inflater>,
    /// What of the inflater's piece was read.
    out_at: usize,
    ended: bool,
    allowed: usize,
    left: u64,
}

impl PartReader {
    /// Lets `bytes` more be read, counted from now.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.allowed = bytes;
    }

    fn inflate(&mut self) -> io::Result<()> {
        let Some(inflater) = &mut self.inflater else {
            return Ok(());
        };
        while self.out_at >= inflater.out.len() && !self.ended {
            let input = self.bytes.at(self.at);
            let broken = |error: UnpackError| io::Error::other(error.detail);
            let progress = inflater.step(input).map_err(broken)?;
            let idle = input.is_empty() && inflater.out.is_empty();
            self.ended = progress.ended || idle;
            self.at += progress.read;
            self.out_at = 0;
        }
        Ok(())
    }
}

impl BufRead for PartReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inflate()?;
        let front = match &self.inflater {
            Some(inflater) => inflater.out.get(self.out_at..),
            None => Some(self.bytes.at(self.at)),
        };
        let front = front.unwrap_or_default();
        if front.is_empty() {
            return Ok(front);
        }
        if self.allowed == 0 {
            return Err(io::Error::other("one of its texts has more than a MiB"));
        }
        if self.left == 0 {
            return Err(io::Error::other("one of its parts is too large"));
        }
        Ok(front.get(..self.allowed).unwrap_or(front))
    }

    fn consume(&mut self, amount: usize) {
        match &self.inflater {
            Some(_) => self.out_at += amount,
            None => self.at += amount,
        }
        self.allowed = self.allowed.saturating_sub(amount);
        self.left = self
            .left
            .saturating_sub(crate::unpack::limits::size(amount));
    }
}

impl Read for PartReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let front = self.fill_buf()?;
        let count = front.len().min(into.len());
        if let (Some(from), Some(to)) = (front.get(..count), into.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}
