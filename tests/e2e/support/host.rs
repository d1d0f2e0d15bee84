//! What serves the application: the runner, or another host that the environment
//! names, such as Spin (see the crate `roster-host`).

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
};

use roster_host::{Host, Ticks};

/// A host process that answers, and where.
#[derive(Debug)]
pub struct RunningHost {
    pub child: Child,
    pub address: SocketAddr,
    /// Calls the tick where the host doesn't.
    _ticks: Option<Ticks>,
}

/// What a test may need of its host beside serving over HTTP.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    /// The database as a file of SQLite that the test may open.
    File,
    /// The runner's own options, files and log.
    Runner,
    /// A server that has the database, reached over the network.
    StoreServer,
}

/// Whether the host has a power.
pub fn has(power: Power) -> bool {
    match power {
        Power::File => Host::from_env().is_none_or(|host| host.has_file()),
        Power::Runner => Host::from_env().is_none(),
        // Any folder will do to see what the configuration names.
        Power::StoreServer => store(&std::env::temp_dir()).is_some(),
    }
}

/// Whether the test must be left out, since its host lacks a power; says so.
pub fn lacks(power: Power) -> bool {
    let lacks = !has(power);
    if lacks {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default();
        eprintln!("skipped: {name} needs {power:?}, which this host lacks");
    }
    lacks
}

/// Where the server is that has the database of `state`, if one has it.
pub fn store(state: &Path) -> Option<SocketAddr> {
    Host::from_env()?.store(state).unwrap()
}

/// How a host is to serve.
#[derive(Clone, Copy, Debug)]
pub struct HostOptions<'a> {
    /// Variables of the application.
    pub variables: &'a [(&'a str, &'a str)],
    /// Whether anybody but the test calls the tick.
    pub ticks: bool,
    /// Whether the log has a line for each SQL statement; only the runner can do it.
    pub log_statements: bool,
    /// Where it reaches the store's server, if not where that is.
    pub through: Option<SocketAddr>,
}

/// Serves `manifest` with the database in `state`.
pub fn serve(manifest: &Path, state: &Path, ways: HostOptions) -> RunningHost {
    match Host::from_env() {
        Some(host) => other(&host, manifest, state, ways),
        None => runner(manifest, state, ways),
    }
}

fn runner(manifest: &Path, state: &Path, ways: HostOptions) -> RunningHost {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster-serve"));
    command
        .args([
            "--release",
            "--no-build",
            "--quiet",
            "--listen",
            "127.0.0.1:0",
        ])
        .arg("--from")
        .arg(manifest)
        .arg("--state-dir")
        .arg(state);
    if std::env::var_os("ROSTER_E2E_LIKE_SPIN").is_some() {
        command.arg("--like-spin");
    }
    if !ways.ticks {
        command.arg("--no-tick");
    }
    if ways.log_statements {
        command.arg("--log-statements");
    }
    for (name, value) in ways.variables {
        command.args(["--variable", &format!("{name}={value}")]);
    }
    let mut child = spawn(&mut command);
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line
        .trim()
        .strip_prefix("Serving http://")
        .unwrap_or_else(|| panic!("the server says where it listens, not {line:?}"))
        .parse()
        .unwrap();
    RunningHost {
        child,
        address,
        _ticks: None,
    }
}

fn other(host: &Host, manifest: &Path, state: &Path, ways: HostOptions) -> RunningHost {
    let host = match ways.through {
        Some(address) => host.clone().through(address),
        None => host.clone(),
    };
    let started = host.start(manifest, state, ways.variables);
    let (child, address) = started.unwrap_or_else(|error| panic!("{error:#}"));
    let mut variables = ways.variables.iter();
    let token = variables.find(|(name, _)| *name == "admin_token");
    let ticks = token
        .filter(|_| ways.ticks)
        .map(|(_, token)| Ticks::start(address, token));
    RunningHost {
        child,
        address,
        _ticks: ticks,
    }
}

fn spawn(command: &mut Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}
