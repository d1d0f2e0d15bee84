//! Ranges of a file (RFC 9110, section 14): one at a time.

/// What a request wants of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// All of it.
    Whole,
    /// The bytes from the first to the last of these.
    Part(u64, u64),
    /// Bytes that there are none of.
    Nothing,
}

/// Reads the header `Range` for a file of `size` bytes. Several ranges, other
/// units and what makes no sense count as none, as the standard allows.
pub(crate) fn wanted(range: Option<&str>, size: u64) -> ByteRange {
    let Some(spec) = range.and_then(bytes) else {
        return ByteRange::Whole;
    };
    let Some((first, last)) = spec.split_once('-') else {
        return ByteRange::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => part(first, last, size),
        (Some(first), None) if last.is_empty() => part(first, u64::MAX, size),
        (None, Some(0)) if first.is_empty() => ByteRange::Nothing,
        (None, Some(count)) if first.is_empty() && size > 0 => {
            part(size.saturating_sub(count), u64::MAX, size)
        }
        (None, Some(_)) if first.is_empty() => ByteRange::Nothing,
        _ => ByteRange::Whole,
    }
}

fn bytes(range: &str) -> Option<&str> {
    let (unit, spec) = range.split_once('=')?;
    (unit.trim().eq_ignore_ascii_case("bytes") && !spec.contains(',')).then_some(spec.trim())
}

fn number(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    // A number that is too long lies behind the end of every file.
    plain.then(|| text.parse().unwrap_or(u64::MAX))
}

fn part(first: u64, last: u64, size: u64) -> ByteRange {
    match size.checked_sub(1) {
        Some(end) if first <= end => ByteRange::Part(first, last.min(end)),
        _ => ByteRange::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (range, want) in [
            ("bytes=0-0", ByteRange::Part(0, 0)),
            ("bytes=10-19", ByteRange::Part(10, 19)),
            ("bytes=90-", ByteRange::Part(90, 99)),
            ("bytes=90-200", ByteRange::Part(90, 99)),
            ("bytes=-10", ByteRange::Part(90, 99)),
            ("bytes=-200", ByteRange::Part(0, 99)),
            ("Bytes = 5 - 6", ByteRange::Part(5, 6)),
            ("bytes=99999999999999999999999-", ByteRange::Nothing),
            ("bytes=100-", ByteRange::Nothing),
            ("bytes=100-200", ByteRange::Nothing),
            ("bytes=-0", ByteRange::Nothing),
            ("bytes=20-10", ByteRange::Whole),
            ("bytes=1-2,4-5", ByteRange::Whole),
            ("bytes=a-b", ByteRange::Whole),
            ("bytes=-", ByteRange::Whole),
            ("bytes=1", ByteRange::Whole),
            ("rows=1-2", ByteRange::Whole),
            ("", ByteRange::Whole),
        ] {
            assert_eq!(wanted(Some(range), 100), want, "{range}");
        }
        assert_eq!(wanted(None, 100), ByteRange::Whole);
        assert_eq!(wanted(Some("bytes=0-"), 0), ByteRange::Nothing);
        assert_eq!(wanted(Some("bytes=-5"), 0), ByteRange::Nothing);
    }
}
