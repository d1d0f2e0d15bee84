//! Taking a file in as it comes: kept in the store in pieces, so that it may be
//! larger than memory.

use roster_intake::Prober;
use roster_model::JobId;
use roster_store::jobs::{self, File, Piece, Role};
use roster_store::{Error, Sql};
use serde_json::json;

/// How many bytes are kept in one piece. SQLite writes a row whole, and a
/// reader gets it whole, so this bounds the memory of both.
pub const PIECE: usize = 512 * 1024;

/// A file that is being taken in.
#[derive(Debug)]
pub struct UploadWriter<'a, S> {
    sql: &'a S,
    job: JobId,
    file: i64,
    buffer: Vec<u8>,
    kept: i64,
    /// Finds out what it is, so that it needn't be read again for that.
    prober: Prober,
}

impl<'a, S: Sql> UploadWriter<'a, S> {
    /// One that becomes the upload with this number of a job.
    pub fn new(sql: &'a S, job: JobId, file: i64) -> Self {
        UploadWriter {
            sql,
            job,
            file,
            buffer: Vec::new(),
            kept: 0,
            prober: Prober::default(),
        }
    }

    /// How many bytes came so far.
    pub fn bytes(&self) -> i64 {
        self.kept.saturating_add_unsigned(self.buffer.len() as u64)
    }

    /// Takes more bytes in.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn take(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let room = PIECE.saturating_sub(self.buffer.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() >= PIECE {
                self.keep().await?;
            }
        }
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Error> {
        let begins = self.kept;
        self.kept = self.bytes();
        let bytes = std::mem::take(&mut self.buffer);
        self.prober.push(&bytes);
        let piece = Piece {
            file: self.file,
            begins,
            bytes,
        };
        jobs::put_chunk(self.sql, self.job, piece).await
    }

    /// Notes the file under a name. How many bytes it has: nothing is noted of
    /// one that has none.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn end(mut self, name: &str) -> Result<i64, Error> {
        if !self.buffer.is_empty() {
            self.keep().await?;
        }
        if self.kept == 0 {
            return Ok(0);
        }
        let file = File {
            file: self.file,
            role: Role::Upload,
            name: name.to_owned(),
            size: self.kept,
            about: json!({ "probe": self.prober.finish() }),
        };
        jobs::put_file(self.sql, self.job, &file).await?;
        Ok(self.kept)
    }
}
