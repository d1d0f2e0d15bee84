//! The server under test: Roster as spin.toml says, and beside it in the same process
//! a hello-world component and the floor. It is the runner, or another host that
//! the environment names (see the crate `roster-host`).

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use roster_host::{Host, Ticks};

use crate::Args;

/// Set for the process that is to be the server: this same program.
pub const SERVE: &str = "ROSTER_BENCH_SERVE";

/// Opens everything; the server listens on this machine only.
pub const TOKEN: &str = "benchmark";

/// What is added to spin.toml.
const BESIDE: &str = r#"
[[trigger.http]]
route = "/floor"
component = "floor"

[component.floor]
source = "WASM/roster_floor.wasm"
sqlite_databases = ["default"]

[[trigger.http]]
route = "/hello"
component = "hello"

[component.hello]
source = "WASM/roster_hello.wasm"
"#;

/// What a process has used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time, in steps of 10 ms.
    pub processor: Duration,
    /// Context switches of the threads that there are.
    pub switches: u64,
}

/// A running server; ends with the value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Calls the tick where the host doesn't.
    ticks: Option<Ticks>,
}

/// Builds all components and writes the manifest with all of them in it.
///
/// # Errors
/// When a build fails or the manifest can't be read or written.
pub fn prepare(args: &Args) -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("bench/ is in the workspace")?;
    let original = match &args.from {
        Some(file) => std::path::absolute(file)?,
        None => root.join("spin.toml"),
    };
    if args.from.is_none() {
        let status = serve_command()?
            .args(["--release", "--build-only", "--quiet", "-f"])
            .arg(&original)
            .status()?;
        ensure!(status.success(), "the components could not be built");
    }
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--profile", "component"])
        .args(["--target", "wasm32-wasip2"])
        .args(["--package", "roster-hello", "--package", "roster-floor"])
        .current_dir(root);
    ensure!(
        cargo.status()?.success(),
        "hello-world and the floor could not be built"
    );

    let text = std::fs::read_to_string(&original)
        .with_context(|| format!("cannot read {}", original.display()))?;
    let folder = original.parent().unwrap_or(root).display().to_string();
    let text = text.replace("source = \"", &format!("source = \"{folder}/"));
    let root = root.display().to_string();
    let wasm = format!("{root}/target/wasm32-wasip2/component");
    let folder = Path::new(&root).join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let manifest = folder.join("spin.toml");
    std::fs::write(&manifest, text + &BESIDE.replace("WASM", &wasm))?;
    Ok(manifest)
}

fn serve_command() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(SERVE, "1");
    Ok(command)
}

impl Server {
    /// Starts it on the database in `state`.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn start(args: &Args, manifest: &Path, state: &Path, durability: &str) -> Result<Self> {
        Self::with_options(args, manifest, state, durability, &[])
    }

    /// Starts it with more options of the runner.
    ///
    /// # Errors
    /// When it doesn't start.
    pub fn with_options(
        args: &Args,
        manifest: &Path,
        state: &Path,
        durability: &str,
        options: &[&str],
    ) -> Result<Self> {
        std::fs::create_dir_all(state)?;
        if let Some(host) = Host::from_env() {
            return Self::elsewhere(&host, manifest, state, durability);
        }
        let mut child = serve_command()?
            .args([
                "--release",
                "--no-build",
                "--quiet",
                "--listen",
                "127.0.0.1:0",
                "-f",
            ])
            .arg(manifest)
            .arg("--state-dir")
            .arg(state)
            .args(["--variable", &format!("admin_token={TOKEN}")])
            .args(["--variable", &format!("durability={durability}")])
            .args(args.like_spin.then_some("--like-spin"))
            .args(options)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        match line.trim().strip_prefix("Serving http://") {
            Some(address) => Ok(Server {
                address: address.parse()?,
                child,
                ticks: None,
            }),
            None => {
                let _ = child.kill();
                bail!("the server did not start");
            }
        }
    }

    fn elsewhere(host: &Host, manifest: &Path, state: &Path, durability: &str) -> Result<Self> {
        let variables = [("admin_token", TOKEN), ("durability", durability)];
        let (mut child, address) = host.start(manifest, state, &variables)?;
        if let Some(mut err) = child.stderr.take() {
            // Nobody reads it; a full pipe would stop the host.
            std::thread::spawn(move || std::io::copy(&mut err, &mut std::io::sink()));
        }
        Ok(Server {
            child,
            address,
            ticks: Some(Ticks::start(address, TOKEN)),
        })
    }

    /// What its process has used so far; none where the system doesn't tell.
    pub fn usage(&self) -> Option<Usage> {
        let process = format!("/proc/{}", self.child.id());
        let stat = std::fs::read_to_string(format!("{process}/stat")).ok()?;
        // Behind the program's name, which may hold anything.
        let (_, rest) = stat.rsplit_once(')')?;
        let mut fields = rest.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        let ticks = ticks()? + ticks()?;
        let mut switches = 0;
        for task in std::fs::read_dir(format!("{process}/task")).ok()?.flatten() {
            // It may have ended meanwhile.
            let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
            let counts = status.lines().filter(|line| line.contains("ctxt_switches"));
            let counts =
                counts.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
            switches += counts.sum::<u64>();
        }
        Some(Usage {
            processor: Duration::from_millis(ticks * 10),
            switches,
        })
    }

    /// The most memory that its process ever held, in bytes; none where the
    /// system doesn't tell.
    pub fn peak_memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1024)
    }

    /// Ends it as Ctrl-C would, so that the database file is whole.
    ///
    /// # Errors
    /// When it doesn't end well.
    pub fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        Command::new("sh")
            .args(["-c", &format!("kill -TERM {id}")])
            .status()?;
        let status = self.child.wait()?;
        // Other hosts end by the signal.
        ensure!(
            self.ticks.is_some() || status.success(),
            "the server ended with {status}"
        );
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
