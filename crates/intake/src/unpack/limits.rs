//! How much a file may become.

use super::error::UnpackError;
use roster_model::Code;

/// Limits of one uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all its files together, decompressed.
    pub unpacked_bytes: u64,
    /// Beyond `free_bytes`, how many times larger than its compressed form.
    pub ratio: u64,
    /// Bytes up to which any ratio is right.
    pub free_bytes: u64,
    /// Files in an archive, those that are skipped included.
    pub files: usize,
    /// Bytes of a workbook as it is kept in memory: of an XLSX or ODS file the
    /// compressed sheets and strings without pictures, of an XLS file all.
    pub workbook_bytes: usize,
    /// Bytes of a workbook's shared strings in memory, decompressed, beside that.
    pub strings_bytes: usize,
}

impl Default for Limits {
    /// 8 GiB; 250 times beyond 64 MiB; 1,000 files; workbooks of 16 MiB with 12 MiB
    /// of strings.
    fn default() -> Self {
        Limits {
            unpacked_bytes: 8 << 30,
            ratio: 250,
            free_bytes: 64 << 20,
            files: 1_000,
            workbook_bytes: 16 << 20,
            strings_bytes: 12 << 20,
        }
    }
}

/// Counts what went in and came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meter {
    taken: u64,
    made: u64,
}

impl Meter {
    /// Counts what was taken from the file.
    pub(crate) fn take(&mut self, bytes: u64) {
        self.taken = self.taken.saturating_add(bytes);
    }

    /// Counts what was made of it; `code` is the error's.
    pub(crate) fn make(
        &mut self,
        bytes: u64,
        limits: &Limits,
        code: Code,
    ) -> Result<(), UnpackError> {
        self.made = self.made.saturating_add(bytes);
        self.allow(0, 0, limits, code)
    }

    /// Whether `make` bytes more may be made of `take` bytes more.
    pub(crate) fn allow(
        &self,
        take: u64,
        make: u64,
        limits: &Limits,
        code: Code,
    ) -> Result<(), UnpackError> {
        let taken = self.taken.saturating_add(take);
        let made = self.made.saturating_add(make);
        if made > limits.unpacked_bytes {
            let detail = format!("unpacked it has more than {} bytes", limits.unpacked_bytes);
            return Err(UnpackError::new(code, detail));
        }
        if made > limits.free_bytes && made / limits.ratio.max(1) > taken {
            let detail = format!(
                "unpacked it is more than {} times larger, which no real data is",
                limits.ratio
            );
            return Err(UnpackError::new(code, detail));
        }
        Ok(())
    }
}

pub(crate) fn size(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
