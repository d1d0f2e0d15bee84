//! Batches of 1,000 through one connection, beside the native floor's.

use std::time::Instant;

use anyhow::Result;
use roster_people::Random;

use crate::{
    fill::{self, BATCH, FilledDatabase},
    report::grouped,
    server::Server,
    twin::Twin,
};

/// Batches per measurement of rows per second.
const BATCHES: u64 = 20;

/// Rows per second in batches, with the native floor's beside: a name, and both.
#[derive(Default)]
pub struct Batches(Vec<(String, f64, f64)>);

impl Batches {
    /// Writes people who are new, and then some who are there.
    ///
    /// # Errors
    /// When the server or the twin refuses.
    pub fn measure(
        &mut self,
        server: &Server,
        twin: &Twin,
        filled: &mut FilledDatabase,
        size: u64,
        durability: &str,
    ) -> Result<()> {
        let (from, count) = (filled.next, BATCHES * BATCH);
        let points = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_micros())?;
        let mut old = Random::new(3);
        let new: Vec<u64> = (0..BATCHES).map(|n| from + n * BATCH).collect();
        let existing = (0..BATCHES).map(|_| old.below((size / BATCH).max(1)) * BATCH);
        for (what, starts) in [("new", new), ("existing", existing.collect())] {
            let bodies: Vec<String> = starts
                .iter()
                .zip(0..)
                .map(|(start, n)| fill::batch(*start..start + BATCH, points + n))
                .collect();
            let native = twin.rows_per_second(&bodies)?;
            let start = Instant::now();
            for body in &bodies {
                fill::post_batch(server.address, &filled.path, body)?;
            }
            let rate = count as f64 / start.elapsed().as_secs_f64();
            self.0
                .push((format!("{what}, durability {durability}"), rate, native));
        }
        filled.next += count;
        Ok(())
    }

    /// Prints the table, if anything was measured.
    pub fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        println!(
            "\n| batches of {BATCH}, one connection | rows/s | native floor, rows/s | slower by | goal |"
        );
        println!("| --- | ---: | ---: | ---: | ---: |");
        for (what, rate, native) in &self.0 {
            println!(
                "| {what} | {} | {} | {:.1} | 3.0 |",
                grouped(*rate as u64),
                grouped(*native as u64),
                native / rate
            );
        }
    }
}
