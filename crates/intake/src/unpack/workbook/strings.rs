//! The texts that cells share, close together in memory.

use crate::unpack::error::UnpackError;
use roster_model::Code;

/// Texts stand in blocks, each in one: a single text that grows would need twice
/// its size. No cell's text is as long as a block.
const BLOCK: usize = 256 << 10;

/// Texts by number.
#[derive(Default)]
pub(crate) struct Strings {
    blocks: Vec<String>,
    /// Where each text begins, counted over blocks of full size, and its length.
    spans: Vec<(u32, u32)>,
    /// The text that is being written.
    open: String,
}

impl Strings {
    /// The text that is being written.
    pub(crate) fn open(&mut self) -> &mut String {
        &mut self.open
    }

    /// Ends the text that was written. All of them may take `most` bytes.
    pub(crate) fn close(&mut self, most: usize) -> Result<(), UnpackError> {
        self.check()?;
        let fits = |block: &String| block.len() + self.open.len() <= BLOCK;
        if !self.blocks.last().is_some_and(fits) {
            self.blocks.push(String::with_capacity(BLOCK));
        }
        let spans = (self.spans.len() + 1) * size_of::<(u32, u32)>();
        if self.blocks.len() * BLOCK + spans > most.max(2 * BLOCK) {
            return Err(too_large());
        }
        let before = self.blocks.len().saturating_sub(1) * BLOCK;
        if let Some(block) = self.blocks.last_mut() {
            let start = u32::try_from(before + block.len()).map_err(|_| too_large())?;
            let length = u32::try_from(self.open.len()).map_err(|_| too_large())?;
            block.push_str(&self.open);
            self.spans.push((start, length));
        }
        self.open.clear();
        Ok(())
    }

    /// Refuses the text that is being written once it is too long.
    pub(crate) fn check(&self) -> Result<(), UnpackError> {
        if self.open.len() > BLOCK {
            return Err(too_large());
        }
        Ok(())
    }

    /// The text with a number.
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let &(start, length) = self.spans.get(index)?;
        let (start, length) = (usize::try_from(start).ok()?, usize::try_from(length).ok()?);
        let from = start % BLOCK;
        self.blocks.get(start / BLOCK)?.get(from..from + length)
    }
}

/// A workbook that can't be kept in memory.
pub(crate) fn too_large() -> UnpackError {
    let detail = "the workbook is too large to be read; save its sheet as CSV and upload that";
    UnpackError::new(Code::WorkbookTooLarge, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_number_up_to_the_limit() {
        let mut strings = Strings::default();
        let text = |n: usize| format!("{n}é").repeat(n % 999);
        let mut count = 0;
        loop {
            strings.open().push_str(&text(count));
            if strings.close(2 << 20).is_err() {
                break;
            }
            count += 1;
        }
        assert!(count > 500);
        for n in 0..count {
            assert_eq!(strings.get(n), Some(text(n).as_str()));
        }
        assert_eq!(strings.get(count), None);
    }

    #[test]
    fn a_text_of_a_block_is_kept_and_a_longer_one_refused() {
        let mut strings = Strings::default();
        strings.open().push_str(&"x".repeat(BLOCK));
        strings.close(1 << 20).unwrap();
        assert_eq!(strings.get(0).map(str::len), Some(BLOCK));
        strings.open().push_str(&"x".repeat(BLOCK + 1));
        assert_eq!(
            strings.close(1 << 30).unwrap_err().code.as_str(),
            "workbook_too_large"
        );
    }
}
