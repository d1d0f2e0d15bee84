//! The runner, so that the end-to-end tests have it beside them.

use std::process::ExitCode;

fn main() -> ExitCode {
    roster_runner::main()
}
