//! Adds the compiler targets that `rust-toolchain.toml` names, where rustup was
//! told not to install anything by itself (`RUSTUP_AUTO_INSTALL=0`, and the
//! rustup of some distributions).

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// What is read of the file.
#[derive(Debug, Default, Deserialize)]
struct File {
    #[serde(default)]
    toolchain: Toolchain,
}

#[derive(Debug, Default, Deserialize)]
struct Toolchain {
    #[serde(default)]
    targets: Vec<String>,
}

/// The programs that are asked, each with its first arguments.
struct Programs {
    rustc: Vec<OsString>,
    rustup: Vec<OsString>,
}

/// Makes sure that every target is there which the file beside the manifest
/// names; without a file there is nothing to do.
///
/// # Errors
/// If a target is missing and can't be added: the text says the one command
/// that adds it.
pub fn add_targets(dir: &Path) -> Result<()> {
    let programs = Programs {
        rustc: vec![std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())],
        rustup: vec!["rustup".into()],
    };
    add_targets_with(dir, &programs)
}

fn add_targets_with(dir: &Path, programs: &Programs) -> Result<()> {
    for target in targets(dir)? {
        if is_installed(&programs.rustc, &target, dir) {
            continue;
        }
        eprintln!("Adding the compiler's target {target}: rustup target add {target}");
        let added = command(&programs.rustup)
            .args(["target", "add", &target])
            .current_dir(dir)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status();
        let added = added.is_ok_and(|status| status.success());
        if !added || !is_installed(&programs.rustc, &target, dir) {
            bail!(
                "the Rust compiler lacks the target {target}, and it could not be added. \
                 Run: rustup target add {target}"
            );
        }
    }
    Ok(())
}

/// The targets that the file names.
fn targets(dir: &Path) -> Result<Vec<String>> {
    let path = dir.join("rust-toolchain.toml");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let file: File =
        toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(file.toolchain.targets)
}

fn command(program: &[OsString]) -> Command {
    let mut words = program.iter();
    let mut command = Command::new(words.next().map_or(OsStr::new(""), OsString::as_os_str));
    command.args(words);
    command
}

/// Whether the compiler has the target's standard library.
fn is_installed(rustc: &[OsString], target: &str, dir: &Path) -> bool {
    let output = command(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(dir)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    output.is_ok_and(|output| {
        let folder = String::from_utf8_lossy(&output.stdout);
        output.status.success() && PathBuf::from(folder.trim()).is_dir()
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// A folder with a toolchain file, a compiler that has the target once the
    /// folder `lib` is there, and a rustup that does what the script says.
    fn machine(rustup: &str) -> (PathBuf, Programs) {
        let dir = crate::scratch::dir("toolchain");
        let file = "[toolchain]\nchannel = \"1\"\ntargets = [\"wasm32-wasip2\"]\n";
        std::fs::write(dir.join("rust-toolchain.toml"), file).unwrap();
        let program = |name: &str, script: &str| {
            let path = dir.join(name);
            std::fs::write(&path, script).unwrap();
            vec!["sh".into(), path.into_os_string()]
        };
        let rustc = program("rustc", "echo \"$PWD/lib\"");
        let rustup = program("rustup", rustup);
        (dir, Programs { rustc, rustup })
    }

    #[test]
    fn a_missing_target_is_added_once() {
        let (dir, programs) = machine("echo \"$@\" >> calls; mkdir lib");
        add_targets_with(&dir, &programs).unwrap();
        add_targets_with(&dir, &programs).unwrap();
        let calls = std::fs::read_to_string(dir.join("calls")).unwrap();
        assert_eq!(calls, "target add wasm32-wasip2\n");
    }

    #[test]
    fn what_can_not_be_added_is_told_with_the_command() {
        for rustup in ["exit 1", "exit 0"] {
            let (dir, programs) = machine(rustup);
            let error = add_targets_with(&dir, &programs).unwrap_err().to_string();
            assert!(error.contains("rustup target add wasm32-wasip2"), "{error}");
        }
        let (dir, mut programs) = machine("exit 0");
        programs.rustup = vec![dir.join("nothing").into_os_string()];
        let error = add_targets_with(&dir, &programs).unwrap_err().to_string();
        assert!(error.contains("rustup target add"), "{error}");
    }

    #[test]
    fn an_application_without_the_file_needs_none() {
        let dir = crate::scratch::dir("toolchain");
        add_targets(&dir).unwrap();
        std::fs::write(dir.join("rust-toolchain.toml"), "[toolchain]\n").unwrap();
        add_targets(&dir).unwrap();
        std::fs::write(dir.join("rust-toolchain.toml"), "[toolchain").unwrap();
        assert!(add_targets(&dir).is_err());
    }
}
