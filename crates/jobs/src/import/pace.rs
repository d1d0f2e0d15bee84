//! How many rows an import writes at once, and whether it works ahead meanwhile: as fast as it
//! goes while nobody else writes, and with room for others where they do.

use roster_store::pace::Pace;
use std::future::Future;
use std::time::Instant;

/// How many rows are written together at first, at least and at most.
const ROWS: i64 = 500;
const LEAST: i64 = 150;
const MOST: i64 = 500;

/// How many times as long as the fastest took a row takes where others write too: the
/// statement waits for its turn.
const CROWDED: f64 = 1.6;

/// How many chunks long others are given room before it is looked whether they are gone.
const ROOM: u32 = 10;

/// The pace of an import.
#[derive(Clone, Copy, Debug)]
pub(super) struct WritePace {
    pace: Pace,
    /// Seconds for a row, of the fastest chunk lately.
    fastest: f64,
    /// For how many chunks others are given room.
    room: u32,
}

impl WritePace {
    pub fn new() -> Self {
        WritePace {
            pace: Pace::new(ROWS, MOST).at_least(LEAST),
            fastest: f64::MAX,
            room: 0,
        }
    }

    /// How many rows the next chunk has.
    pub fn rows(&self) -> usize {
        usize::try_from(self.pace.rows()).unwrap_or_default()
    }

    /// Whether others write too: an import that works ahead would leave them hardly any of the
    /// lock's time.
    pub fn is_crowded(&self) -> bool {
        self.room > 0
    }

    /// Writes so many rows, and learns from how long it took.
    pub async fn write<T>(&mut self, rows: usize, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = self.pace.slice(work).await;
        self.learn(began.elapsed().as_secs_f64() / rows.max(1) as f64);
        done
    }

    fn learn(&mut self, each: f64) {
        self.room = match each > self.fastest * CROWDED {
            true => ROOM,
            false => self.room.saturating_sub(1),
        };
        // Rows become slower with the file: the fastest is not the fastest for ever.
        self.fastest = each.min(self.fastest * 1.02);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_given_room_for_some_chunks() {
        let mut pace = WritePace::new();
        for _ in 0..3 {
            pace.learn(40e-6);
            assert!(!pace.is_crowded());
        }
        pace.learn(90e-6);
        for _ in 0..ROOM {
            assert!(pace.is_crowded());
            pace.learn(41e-6);
        }
        assert!(!pace.is_crowded());
    }

    #[test]
    fn rows_that_become_slower_are_no_crowd() {
        let mut pace = WritePace::new();
        for chunk in 0..1000 {
            pace.learn(40e-6 * 1.01_f64.powi(chunk));
            assert!(!pace.is_crowded());
        }
    }
}
