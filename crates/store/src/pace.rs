//! How much a statement of long work looks at, and how long the whole may take.
//!
//! A statement can't be interrupted. So long work goes in slices, each of as many
//! rows as took some 30 ms the last time; between two others have their turn, and
//! anyone who has used up the time that a request may take stops.

use std::future::Future;
use std::time::{Duration, Instant};

/// How many bytes a page of any list has: it ends with the item that reaches
/// them, and goes on by its cursor. One item alone may be larger.
pub const PAGE_BYTES: i64 = 4 * 1024 * 1024;

/// How long a slice shall take.
const AIM: Duration = Duration::from_millis(30);

/// The fewest rows of a slice if nobody says: fewer cost more than they look at.
const LEAST: i64 = 8;

/// How many times as many rows as the last a slice has at most, and how many
/// times as few.
const FASTER: u128 = 4;
const SLOWER: u128 = 16;

/// How many rows the next slice looks at.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    rows: i64,
    least: i64,
    most: i64,
}

impl Pace {
    /// Begins with `first` rows and never looks at more than `most`.
    #[must_use]
    pub const fn new(first: i64, most: i64) -> Self {
        Pace {
            rows: first,
            least: LEAST,
            most,
        }
    }

    /// Never looks at fewer than `least`.
    #[must_use]
    pub const fn at_least(self, least: i64) -> Self {
        Pace { least, ..self }
    }

    /// How many rows the next slice looks at.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Does a slice, and learns from how long it took.
    pub async fn slice<T>(&mut self, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.learn(began.elapsed());
        done
    }

    fn learn(&mut self, took: Duration) {
        let took = took.as_micros().max(1);
        let rows = u128::from(self.rows.unsigned_abs());
        let next = (rows * AIM.as_micros() / took).clamp(rows / SLOWER, rows * FASTER);
        let next = i64::try_from(next).unwrap_or(self.most);
        self.rows = next.clamp(self.least.min(self.most), self.most);
    }
}

/// Until when a request may go on with long work.
#[derive(Clone, Copy, Debug)]
pub struct Budget(Option<Instant>);

impl Budget {
    /// So much time, from now on.
    #[must_use]
    pub fn new(time: Duration) -> Self {
        // A time that can't be told is never reached.
        Budget(Instant::now().checked_add(time))
    }

    /// Whether the time is up.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_slice_makes_the_next_one_smaller_and_a_fast_one_larger() {
        let after = |rows: i64, ms: u64| {
            let mut pace = Pace::new(rows, 20_000);
            pace.learn(Duration::from_millis(ms));
            pace.rows()
        };
        assert_eq!(after(2000, 30), 2000);
        assert_eq!(after(2000, 60), 1000);
        assert_eq!(after(2000, 15), 4000);
        // Not all at once: one measure may be wrong.
        assert_eq!(after(2000, 0), 8000);
        assert_eq!(after(2000, 60_000), 125);
        assert_eq!(after(10, 60_000), LEAST);
        assert_eq!(after(20_000, 1), 20_000);
    }

    #[test]
    fn a_budget_is_spent_when_its_time_is_up() {
        assert!(Budget::new(Duration::ZERO).is_spent());
        assert!(!Budget::new(Duration::from_secs(60)).is_spent());
        assert!(!Budget::new(Duration::MAX).is_spent());
    }
}
