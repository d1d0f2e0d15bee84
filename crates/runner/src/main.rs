//! The `roster-runner` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    roster_runner::main()
}
