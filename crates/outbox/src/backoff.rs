//! How long to wait before a message is tried again.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The pauses after the first try, the second, and so on, in milliseconds and
/// before jitter: 30 seconds, 2, 10 and 30 minutes, 2, 6, 12, 24 and 24 hours.
pub const PAUSES_MS: [i64; 9] = [
    30 * SECOND,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    24 * HOUR,
    24 * HOUR,
];

/// After so many tries, about three days after the first, a message is dead.
pub const MAX_TRIES: u32 = PAUSES_MS.len() as u32 + 1;

/// How long to wait after `tries` tries that failed, in milliseconds; `None` if
/// that was the last, or if there was none.
///
/// `seed` moves the pause by up to a fifth either way, so that messages which
/// failed together don't all come back at once; any number that differs between
/// messages will do. The same seed gives the same pause.
pub fn backoff(tries: u32, seed: u64) -> Option<i64> {
    let index = usize::try_from(tries).ok()?.checked_sub(1)?;
    let pause = PAUSES_MS.get(index).copied()?;
    // A multiplication and a fold spread ids that differ in their last digits;
    // tries of one message are moved differently.
    let mixed = seed
        .wrapping_add(u64::from(tries))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let thousandths = (i64::from((mixed >> 40) as u32) * 401) >> 24;
    Some(pause * (800 + thousandths) / 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ten_tries_take_about_three_days() {
        assert_eq!(MAX_TRIES, 10);
        let hours = PAUSES_MS.iter().sum::<i64>() / HOUR;
        assert_eq!(hours, 68);
        let total = |seed| (1..).map_while(|n| backoff(n, seed)).sum::<i64>();
        let seeds = 1_000;
        let mean = (0..seeds).map(total).sum::<i64>() / i64::try_from(seeds).unwrap();
        assert!((67 * HOUR..70 * HOUR).contains(&mean), "{mean}");
    }

    #[test]
    fn neighbouring_seeds_are_spread() {
        let mut pauses: Vec<i64> = (0..100).filter_map(|seed| backoff(5, seed)).collect();
        pauses.sort_unstable();
        pauses.dedup();
        assert!(pauses.len() > 80, "{} differ", pauses.len());
        assert!(pauses.last().unwrap() - pauses.first().unwrap() > 2 * HOUR / 3);
    }

    proptest! {
        #[test]
        fn pauses_grow_and_end(seed in any::<u64>()) {
            let pauses: Vec<i64> = (1..).map_while(|tries| backoff(tries, seed)).collect();
            prop_assert_eq!(pauses.len(), PAUSES_MS.len());
            prop_assert!(pauses[..8].is_sorted());
            for (pause, plain) in pauses.iter().zip(PAUSES_MS) {
                prop_assert!((plain * 4 / 5..=plain * 6 / 5).contains(pause));
            }
            prop_assert_eq!(backoff(0, seed), None);
            prop_assert_eq!(backoff(MAX_TRIES, seed), None);
            prop_assert_eq!(backoff(u32::MAX, seed), None);
        }
    }
}
