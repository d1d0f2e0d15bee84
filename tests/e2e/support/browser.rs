//! Programs of Node.js that drive a browser, where both are there, which `.ci/run` sees to.

use super::root;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder whose programs drive a browser.
pub struct BrowserTests {
    folder: PathBuf,
}

impl BrowserTests {
    /// The folder of the project, if a browser is there and `npm ci` brought the package `needed`.
    /// Where `ROSTER_BROWSER_TESTS` is set, they must be.
    pub fn of(folder: &str, needed: &str) -> Option<Self> {
        let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
        let path = root().join(folder);
        if Path::new(&browser).exists() && path.join("node_modules").join(needed).exists() {
            return Some(BrowserTests { folder: path });
        }
        assert!(
            std::env::var_os("ROSTER_BROWSER_TESTS").is_none(),
            "there must be a browser at {browser}, and `npm ci` must have run in {folder}"
        );
        eprintln!("skipped: no browser at {browser}, or no `npm ci` in {folder}");
        None
    }

    /// Runs a program, which must succeed.
    #[track_caller]
    pub fn run(&self, script: &str, arguments: &[&str], variables: &[(&str, &str)]) {
        let done = Command::new("node")
            .arg(script)
            .args(arguments)
            .envs(variables.iter().copied())
            .current_dir(&self.folder)
            .output()
            .expect("node runs");
        assert!(
            done.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&done.stdout),
            String::from_utf8_lossy(&done.stderr)
        );
    }
}
