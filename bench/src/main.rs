//! `cargo bench-table`: prints a table of what Roster can do in a second, each row beside
//! two floors: a component with the same statements and no checks, measured right before it
//! in the same process, and the same rows written by a native program.
//!
//! Every load has a fixed time, goes to this machine only and stops by itself.

#![forbid(unsafe_code)]

mod activity;
mod altcraft;
mod batches;
mod fair;
mod fill;
mod import;
mod instances;
mod load;
mod report;
mod runs;
mod server;
mod table;
mod twin;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use clap::Parser;

/// Measures Roster beside a hello-world component and prints a table.
#[derive(Debug, Parser)]
#[command(name = "cargo bench-table", bin_name = "cargo bench-table")]
pub struct Args {
    /// Profiles in the database; may be repeated [default: 100000]
    #[arg(long = "size", value_name = "COUNT")]
    pub sizes: Vec<u64>,

    /// Measures 10,000, 100,000 and 1,000,000 profiles.
    #[arg(long, conflicts_with = "sizes")]
    pub full: bool,

    /// Keeps the databases here and uses those that are filled already
    /// [default: a temporary folder]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Seconds for each row of the table.
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,

    /// Kept-alive connections.
    #[arg(long, default_value_t = 16)]
    pub connections: usize,

    /// Measures the application of another manifest, whose components are built: an older
    /// version, say.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,

    /// Runs components as Spin does it (see `cargo up --help`).
    #[arg(long)]
    pub like_spin: bool,

    /// Imports a CSV file of so many rows instead, twice.
    #[arg(long, value_name = "ROWS")]
    pub import: Option<u64>,

    /// Reads a table of so many rows from the PostgreSQL of ROSTER_TEST_POSTGRES instead, beside
    /// a CSV file of the same.
    #[arg(long, value_name = "ROWS", conflicts_with = "import")]
    pub table: Option<u64>,

    /// Measures event conditions, refreshes and undoing over so many people instead.
    #[arg(long, value_name = "ROWS", conflicts_with = "import")]
    pub activity: Option<u64>,

    /// Measures only rows whose name contains this.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub only: String,
}

impl Args {
    fn sizes(&self) -> Vec<u64> {
        if self.full {
            vec![10_000, 100_000, 1_000_000]
        } else if self.sizes.is_empty() {
            vec![100_000]
        } else {
            self.sizes.clone()
        }
    }

    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds.clamp(0.1, 60.0))
    }
}

fn main() -> ExitCode {
    if std::env::var_os(server::SERVE).is_some() {
        return roster_runner::main();
    }
    let done = if twin::is_wanted() {
        twin::serve()
    } else {
        table(&Args::parse())
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn table(args: &Args) -> Result<()> {
    let manifest = server::prepare(args)?;
    let own = std::env::temp_dir().join(format!("roster-bench-{}", std::process::id()));
    let folder = args.state_dir.clone().unwrap_or_else(|| own.clone());
    let of_table = args.table.map(|rows| {
        let state = folder.join("table");
        table::measure(args, &manifest, &state, rows)
    });
    let alone = match (args.import, args.activity) {
        _ if of_table.is_some() => of_table,
        (Some(rows), _) => Some(import::measure(
            args,
            &manifest,
            &folder.join("import"),
            rows,
        )),
        (None, Some(rows)) => {
            let state = folder.join("activity");
            Some(activity::measure(args, &manifest, &state, rows))
        }
        (None, None) => None,
    };
    if let Some(result) = alone {
        if args.state_dir.is_none() {
            // It may not have been made.
            let _ = std::fs::remove_dir_all(&own);
        }
        return result;
    }
    let mut result = Ok(());
    for size in args.sizes() {
        let state = folder.join(size.to_string());
        result = runs::measure(args, &manifest, &state, size);
        match &result {
            Ok(()) => {}
            Err(_) => break,
        }
    }
    if args.state_dir.is_none() {
        // It may not have been made.
        let _ = std::fs::remove_dir_all(&own);
    }
    result
}
