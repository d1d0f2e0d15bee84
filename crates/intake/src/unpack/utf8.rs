//! Checking text for UTF-8 piece by piece.

/// Counts what a text holds, pushed in pieces of any sizes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Utf8Check {
    /// Characters of two to four bytes that are valid.
    pub(crate) valid: u64,
    /// Bytes that are part of no character.
    pub(crate) invalid: u64,
    /// NUL bytes: hardly in text, unless it is UTF-16.
    pub(crate) nuls: u64,
    /// A character whose end is in the next piece.
    open: Vec<u8>,
}

impl Utf8Check {
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let mut rest = piece;
        while !self.open.is_empty()
            && let [byte, tail @ ..] = rest
        {
            rest = tail;
            self.open.push(*byte);
            let open = std::mem::take(&mut self.open);
            self.run(&open);
        }
        self.run(rest);
    }

    /// Says that nothing more comes.
    pub(crate) fn finish(&mut self) {
        self.invalid += size(self.open.len());
        self.open.clear();
    }

    /// Whether this is UTF-8, if with a wrong byte here and there: at least
    /// twenty right characters beyond ASCII for one that is wrong.
    pub(crate) fn plausible(&self) -> bool {
        self.valid >= 20 * self.invalid
    }

    fn run(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        loop {
            match str::from_utf8(rest) {
                Ok(text) => return self.count(text.as_bytes()),
                Err(error) => {
                    let (valid, after) = rest
                        .split_at_checked(error.valid_up_to())
                        .unwrap_or((rest, &[]));
                    self.count(valid);
                    let Some(length) = error.error_len() else {
                        self.open = after.to_vec();
                        return;
                    };
                    self.invalid += size(length);
                    rest = after.get(length..).unwrap_or_default();
                }
            }
        }
    }

    fn count(&mut self, valid: &[u8]) {
        self.valid += size(valid.iter().filter(|&&b| b >= 0xc0).count());
        self.nuls += size(memchr::memchr_iter(0, valid).count());
    }
}

fn size(count: usize) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &[u8], size: usize) -> (u64, u64, u64) {
        let mut check = Utf8Check::default();
        for piece in text.chunks(size) {
            check.push(piece);
        }
        check.finish();
        (check.valid, check.invalid, check.nuls)
    }

    #[test]
    fn characters_are_counted_and_wrong_bytes_too() {
        assert_eq!(check("aé→😀\0".as_bytes(), 100), (3, 0, 1));
        assert_eq!(check(b"a\xe9b\xff\xc3", 100), (0, 3, 0));
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            text in proptest::collection::vec(prop_oneof![
                any::<u8>().prop_map(|b| vec![b]),
                any::<char>().prop_map(|c| c.to_string().into_bytes()),
            ], 0..40),
            size in 1..8_usize,
        ) {
            let text = text.concat();
            prop_assert_eq!(check(&text, size), check(&text, 1_000));
        }
    }
}
