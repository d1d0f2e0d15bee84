//! Runs the build commands of the manifest.

use std::{
    collections::HashSet,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use crate::manifest::{Build, Manifest};

/// Builds every component that has a build command, one after the other.
/// A command that builds several components is run once.
pub fn build(manifest: &Manifest, quiet: bool) -> Result<()> {
    let mut done = HashSet::new();
    for (id, component) in &manifest.components {
        if let Some(build) = &component.build {
            for line in &build.commands {
                if !done.insert((&build.workdir, line)) {
                    continue;
                }
                if !quiet {
                    println!("Building {id}: {line}");
                }
                run(build, line).with_context(|| format!("component {id}"))?;
            }
        }
    }
    Ok(())
}

/// Runs one command line through the shell, as Spin does.
fn run(build: &Build, line: &str) -> Result<()> {
    let mut command = shell(line);
    command
        .current_dir(&build.workdir)
        .stdin(Stdio::null())
        // Standard output is for the line with the address.
        .stdout(std::io::stderr());
    for name in leaked_by_cargo(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))
    {
        command.env_remove(name);
    }
    let status = command
        .status()
        .with_context(|| format!("cannot run {line:?} in {}", build.workdir.display()))?;
    ensure!(status.success(), "{line:?} failed ({status})");
    Ok(())
}

#[cfg(not(windows))]
fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(line);
    command
}

#[cfg(windows)]
fn shell(line: &str) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(line);
    command
}

/// Those environment variables that `cargo run` and `cargo test` set for the
/// program they start. A cargo inside a build command would take them for its
/// own and compile everything again, or put it where the manifest doesn't look.
fn leaked_by_cargo(names: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    const EXACT: [&str; 9] = [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_MANIFEST_LINKS",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_TARGET_DIR",
        "CARGO_TARGET_TMPDIR",
        "CARGO_BUILD_TARGET_DIR",
    ];
    names.filter(|name| {
        EXACT.contains(&name.as_str())
            || name.starts_with("CARGO_PKG_")
            || name.starts_with("CARGO_BIN_EXE_")
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn manifest(build: &str, dir: &Path) -> Manifest {
        let text = format!(
            "spin_manifest_version = 2\napplication = {{ name = 'a' }}\n\
             [[trigger.http]]\nroute = '/'\ncomponent = 'a'\n\
             [component.a]\nsource = 'a.wasm'\n[component.a.build]\n{build}"
        );
        Manifest::parse(&text, dir).unwrap()
    }

    #[test]
    fn runs_in_the_workdir_through_a_shell() {
        let dir = crate::scratch::dir("build");
        std::fs::create_dir(dir.join("sub")).unwrap();
        let manifest = manifest(
            "command = ['echo one > made', 'echo two >> made']\nworkdir = 'sub'",
            &dir,
        );
        build(&manifest, true).unwrap();
        let made = std::fs::read_to_string(dir.join("sub/made")).unwrap();
        assert_eq!(made.split_whitespace().collect::<Vec<_>>(), ["one", "two"]);
    }

    #[test]
    fn one_command_for_several_components_runs_once() {
        let dir = crate::scratch::dir("build");
        let component = |id: &str| {
            format!(
                "[[trigger.http]]\nroute = '/{id}'\ncomponent = '{id}'\n\
                 [component.{id}]\nsource = '{id}.wasm'\n\
                 [component.{id}.build]\ncommand = 'echo made >> made'\n"
            )
        };
        let text = format!(
            "spin_manifest_version = 2\napplication = {{ name = 'a' }}\n{}{}",
            component("a"),
            component("b")
        );
        build(&Manifest::parse(&text, &dir).unwrap(), true).unwrap();
        let made = std::fs::read_to_string(dir.join("made")).unwrap();
        assert_eq!(made.lines().count(), 1);
    }

    #[test]
    fn a_failure_names_component_and_command() {
        let dir = crate::scratch::dir("build");
        let error = build(&manifest("command = 'exit 3'", &dir), true).unwrap_err();
        let text = format!("{error:#}");
        assert!(
            text.contains("component a") && text.contains("exit 3"),
            "{text}"
        );
    }

    #[test]
    fn cargos_own_settings_stay() {
        let names = ["CARGO_HOME", "CARGO_PKG_NAME", "PATH", "CARGO_TARGET_DIR"];
        let leaked: Vec<_> = leaked_by_cargo(names.map(str::to_owned).into_iter()).collect();
        assert_eq!(leaked, ["CARGO_PKG_NAME", "CARGO_TARGET_DIR"]);
    }
}
