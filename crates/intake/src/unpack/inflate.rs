//! Decompressing in bounded steps.

use super::error::UnpackError;
use flate2::{Decompress, FlushDecompress, Status};

/// How much is decompressed at once.
const PIECE: usize = 64 << 10;
/// The window of the gzip format, as a power of two.
const WINDOW_BITS: u8 = 15;

/// A deflate stream, with or without gzip's header and checksum.
pub(crate) struct Inflater {
    state: Decompress,
    /// What the last step made.
    pub(crate) out: Vec<u8>,
}

/// How far a step went.
pub(crate) struct Progress {
    /// Bytes that were taken.
    pub(crate) read: usize,
    /// The stream is over.
    pub(crate) ended: bool,
}

impl Inflater {
    /// A deflate stream as it stands in zip archives.
    pub(crate) fn raw() -> Self {
        Inflater {
            state: Decompress::new(false),
            out: Vec::new(),
        }
    }

    /// A member of a gzip file.
    pub(crate) fn gzip() -> Self {
        Inflater {
            state: Decompress::new_gzip(WINDOW_BITS),
            out: Vec::new(),
        }
    }

    /// Decompresses the next bytes into `out`, at most 64 KiB. Where nothing was
    /// taken and nothing made, more is needed.
    pub(crate) fn step(&mut self, input: &[u8]) -> Result<Progress, UnpackError> {
        self.out.resize(PIECE, 0);
        let (taken, made) = (self.state.total_in(), self.state.total_out());
        let status = self
            .state
            .decompress(input, &mut self.out, FlushDecompress::None)
            .map_err(|_| UnpackError::broken("its compressed data is damaged"))?;
        let gained = |now: u64, before: u64| usize::try_from(now - before).unwrap_or_default();
        self.out.truncate(gained(self.state.total_out(), made));
        Ok(Progress {
            read: gained(self.state.total_in(), taken),
            ended: status == Status::StreamEnd,
        })
    }
}
