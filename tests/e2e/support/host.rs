//! What serves the application: the runner, or another host that
//! `ROSTER_E2E_HOST` names, such as Spin.
//!
//! `ROSTER_E2E_HOST` is a command; its words are split at spaces. In it
//! `{manifest}`, `{listen}` and `{state}` stand for the manifest, the address to
//! listen on and the folder of the database, `{variables}` for a JSON file with the
//! application's variables and `{runtime_config}` for `ROSTER_E2E_RUNTIME_CONFIG`
//! with `{state}` filled in. With Spin:
//!
//! ```text
//! ROSTER_E2E_HOST="spin up -f {manifest} --listen {listen} --state-dir {state} --variable @{variables} --quiet"
//! ```

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::http::Client;

/// A host process that answers, and where.
#[derive(Debug)]
pub struct Serving {
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
}

/// Whether the test must be left out, since its host lacks a power; says so.
pub fn lacks(power: Power) -> bool {
    let lacks = match power {
        Power::File => std::env::var_os(CONFIG).is_some(),
        Power::Runner => std::env::var_os(HOST).is_some(),
    };
    if lacks {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or_default();
        eprintln!("skipped: {name} needs {power:?}, which this host lacks");
    }
    lacks
}

const HOST: &str = "ROSTER_E2E_HOST";
const CONFIG: &str = "ROSTER_E2E_RUNTIME_CONFIG";

/// How long a host may take until it answers.
const START: Duration = Duration::from_secs(120);

/// Serves `manifest` with the database in `state`; `ticks` says whether
/// anybody but the test calls the tick.
pub fn serve(manifest: &Path, state: &Path, variables: &[(&str, &str)], ticks: bool) -> Serving {
    match std::env::var(HOST) {
        Ok(host) => other(&host, manifest, state, variables, ticks),
        Err(_) => runner(manifest, state, variables, ticks),
    }
}

fn runner(manifest: &Path, state: &Path, variables: &[(&str, &str)], ticks: bool) -> Serving {
    let mut command = Command::new(env!("CARGO_BIN_EXE_roster-serve"));
    command
        .args(["--no-build", "--quiet", "--listen", "127.0.0.1:0"])
        .arg("--from")
        .arg(manifest)
        .arg("--state-dir")
        .arg(state);
    if !ticks {
        command.arg("--no-tick");
    }
    for (name, value) in variables {
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
    Serving {
        child,
        address,
        _ticks: None,
    }
}

fn other(
    host: &str,
    manifest: &Path,
    state: &Path,
    variables: &[(&str, &str)],
    ticks: bool,
) -> Serving {
    // Free now, and nobody else is likely to take it.
    let address = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap();
    // As the runner has it; on other hosts the operator sets it.
    let public_url = format!("http://{address}");
    let values: serde_json::Map<String, serde_json::Value> = [("public_url", &*public_url)]
        .iter()
        .chain(variables)
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let variables_file = state.join("variables.json");
    std::fs::write(&variables_file, serde_json::Value::from(values).to_string()).unwrap();
    let config_file = state.join("runtime-config.toml");
    if let Some(template) = std::env::var_os(CONFIG) {
        let text = std::fs::read_to_string(template).unwrap();
        let text = text.replace("{state}", &state.display().to_string());
        std::fs::write(&config_file, text).unwrap();
    }
    let mut words = host.split_whitespace().map(|word| {
        word.replace("{manifest}", &manifest.display().to_string())
            .replace("{listen}", &address.to_string())
            .replace("{state}", &state.display().to_string())
            .replace("{variables}", &variables_file.display().to_string())
            .replace("{runtime_config}", &config_file.display().to_string())
    });
    let program = words.next().expect("ROSTER_E2E_HOST names a program");
    let mut child = spawn(Command::new(program).args(words));
    let out = BufReader::new(child.stdout.take().unwrap());
    // A host whose output nobody reads stands still at some point.
    std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(drop));
    let started = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "the host ended: {ended:?}");
        assert!(started.elapsed() < START, "the host does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    let token = variables.iter().find(|(name, _)| *name == "admin_token");
    let ticks = token
        .filter(|_| ticks)
        .map(|(_, token)| Ticks::start(address, token));
    Serving {
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

/// Calls the tick again and again, as the runner does and cron would.
#[derive(Debug)]
struct Ticks(Arc<AtomicBool>);

impl Ticks {
    fn start(address: SocketAddr, token: &str) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let (end, token) = (ended.clone(), token.to_owned());
        std::thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                // The server may be gone.
                let client = Client::new(address, Some(&token));
                let ticked = client.try_send("POST", "/v1/tick", &[], "");
                let left = ticked.is_ok_and(|answer| {
                    if answer.status != 200 {
                        eprintln!("the tick failed: {answer:?}");
                    }
                    answer.status == 200 && answer.body()["left"].as_u64() > Some(0)
                });
                std::thread::sleep(Duration::from_millis(if left { 50 } else { 1000 }));
            }
        });
        Ticks(ended)
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
