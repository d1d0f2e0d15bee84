//! The twin as the benchmarks start it, fill it and ask it.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};

use super::{DURABILITY, FILE};
use crate::{
    fill::{self, BATCH},
    load::{ask, request},
};

/// A running twin; ends with the value.
pub struct Twin {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Twin {
    /// Starts one on an empty file.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn empty(state: &Path, durability: &str) -> Result<Self> {
        for end in ["", "-wal", "-shm"] {
            // Left over from the last run, if there.
            let _ = std::fs::remove_file(state.join(format!("native.db{end}")));
        }
        Self::start(state, durability)
    }

    /// Starts one on the file of the last run, where there is one.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn start(state: &Path, durability: &str) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(FILE, state.join("native.db"))
            .env(DURABILITY, durability)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let address = line.trim().parse().context("the native floor's address")?;
        Ok(Twin { child, address })
    }

    /// Fills it with `count` people, those of the numbers from 0; those who are there stay.
    ///
    /// # Errors
    /// When it refuses.
    pub fn fill(&self, count: u64) -> Result<()> {
        // The last one is there if all are.
        let last = request("GET", &format!("/?id={count}"), "", "");
        if ask(self.address, &last)?.0 == 200 {
            return Ok(());
        }
        for from in (0..count).step_by(BATCH as usize) {
            self.batch(&fill::batch(from..(from + BATCH).min(count), 0))?;
        }
        Ok(())
    }

    /// Has a batch written.
    ///
    /// # Errors
    /// When it refuses.
    pub fn batch(&self, body: &str) -> Result<()> {
        let (status, answer) = ask(self.address, &request("POST", "/batch", "", body))?;
        ensure!(status == 200, "the native floor: {answer}");
        Ok(())
    }

    /// Has batches written; rows a second.
    ///
    /// # Errors
    /// When it refuses.
    pub fn rows_per_second(&self, bodies: &[String]) -> Result<f64> {
        let start = Instant::now();
        for body in bodies {
            self.batch(body)?;
        }
        let rows = bodies.len() as u64 * BATCH;
        Ok(rows as f64 / start.elapsed().as_secs_f64())
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
