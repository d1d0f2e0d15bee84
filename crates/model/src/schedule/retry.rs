//! How long to wait before a failed fetch is tried again.

/// The pauses before the second try, the third, and so on, in milliseconds:
/// 1, 5, 15 and 60 minutes, and 4 hours.
pub const PAUSES_MS: [i64; 5] = [
    60_000,
    5 * 60_000,
    15 * 60_000,
    60 * 60_000,
    4 * 60 * 60_000,
];

/// How long to wait after `tries` tries that failed, in milliseconds; `None`
/// if that was the last.
pub fn pause_ms(tries: i64) -> Option<i64> {
    let index = usize::try_from(tries).ok()?.checked_sub(1)?;
    PAUSES_MS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<i64> = (1..).map_while(pause_ms).collect();
        assert_eq!(pauses, PAUSES_MS);
        assert!(pauses.is_sorted());
        assert_eq!(pause_ms(0), None);
        assert_eq!(pause_ms(6), None);
    }
}
