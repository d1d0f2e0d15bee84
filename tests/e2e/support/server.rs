//! Servers: a host in a process of its own, on a free port of this machine, with
//! its database in a temporary folder.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use super::host::{self, HostOptions, RunningHost};
use super::http::Client;
use super::line::Line;

/// What opens everything.
pub const ADMIN: &str = "the-admin-token-of-the-tests";

/// A component that traps is served beside those of the application.
const TRAP: &str = r#"
[[trigger.http]]
route = "/trap/..."
component = "trap"

[component.trap]
source = "WASM/roster_trap.wasm"
sqlite_databases = ["default"]
"#;

/// The folder of a server's database; gone with its last owner.
#[derive(Clone, Debug)]
pub struct State(Arc<Folder>);

#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing depends on it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl State {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "roster-tests-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        State(Arc::new(Folder(path)))
    }

    /// Where the server is that has the database, if one has it.
    pub fn store(&self) -> Option<SocketAddr> {
        host::store(&self.0.0)
    }

    /// The database file.
    pub fn file(&self) -> PathBuf {
        self.0.0.join("sqlite_db.db")
    }
}

/// A running server; killed with the value.
#[derive(Debug)]
pub struct Server {
    serving: RunningHost,
    pub address: SocketAddr,
    pub state: State,
    lines: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Server {
    /// One with an empty database.
    pub fn start() -> Self {
        Self::on(&State::new())
    }

    /// One on a database that others may use too.
    pub fn on(state: &State) -> Self {
        Self::with(state, &[("admin_token", ADMIN)])
    }

    /// One that leaves it to the test to call the tick.
    pub fn without_ticks(state: &State) -> Self {
        Self::without_ticks_with(state, &[("admin_token", ADMIN)])
    }

    /// One with these variables that leaves it to the test to call the tick.
    pub fn without_ticks_with(state: &State, variables: &[(&str, &str)]) -> Self {
        Self::run(
            state,
            HostOptions {
                variables,
                ticks: false,
                log_statements: false,
                through: None,
            },
        )
    }

    /// One with these variables.
    pub fn with(state: &State, variables: &[(&str, &str)]) -> Self {
        Self::run(
            state,
            HostOptions {
                variables,
                ticks: true,
                log_statements: false,
                through: None,
            },
        )
    }

    /// One that reaches the store's server through a line.
    pub fn through(state: &State, line: &Line) -> Self {
        Self::run(
            state,
            HostOptions {
                variables: &[("admin_token", ADMIN)],
                ticks: true,
                log_statements: false,
                through: Some(line.address),
            },
        )
    }

    /// One whose log has a line for each SQL statement, and that leaves it to the
    /// test to call the tick. Only the runner can do this.
    pub fn with_statements_logged(state: &State, variables: &[(&str, &str)]) -> Self {
        Self::run(
            state,
            HostOptions {
                variables,
                ticks: false,
                log_statements: true,
                through: None,
            },
        )
    }

    fn run(state: &State, ways: HostOptions) -> Self {
        let mut serving = host::serve(manifest(), &state.0.0, ways);
        let lines = Arc::new(std::sync::Mutex::new(Vec::new()));
        let log = BufReader::new(serving.child.stderr.take().unwrap());
        let kept = lines.clone();
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                eprintln!("server: {line:.500}");
                kept.lock().unwrap().push(line);
            }
        });
        Server {
            address: serving.address,
            serving,
            state: state.clone(),
            lines,
        }
    }

    /// A client that may do everything.
    pub fn admin(&self) -> Client {
        self.client(ADMIN)
    }

    pub fn client(&self, token: &str) -> Client {
        Client::new(self.address, Some(token))
    }

    pub fn anonymous(&self) -> Client {
        Client::new(self.address, None)
    }

    /// SIGKILL: nothing is finished, nothing is said.
    pub fn kill(mut self) -> State {
        self.serving.child.kill().unwrap();
        self.serving.child.wait().unwrap();
        self.state.clone()
    }

    /// SIGTERM, and waits for its end.
    pub fn terminate(mut self) -> State {
        let id = self.serving.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.unwrap().success());
        self.serving.child.wait().unwrap();
        self.state.clone()
    }

    /// What it has logged so far.
    pub fn log(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.serving.child.kill();
        let _ = self.serving.child.wait();
    }
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Builds the components of the manifest, and the one that traps.
fn build(manifest: &Path) {
    let status = Command::new(env!("CARGO_BIN_EXE_roster-serve"))
        .args(["--release", "--build-only", "--quiet", "--from"])
        .arg(manifest)
        .status()
        .unwrap();
    assert!(status.success(), "the components must build");
    let status = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "--quiet", "--profile", "component"])
        .args(["--target", "wasm32-wasip2", "--package", "roster-trap"])
        .current_dir(root())
        .status()
        .unwrap();
    assert!(status.success(), "the component that traps must build");
}

/// The application's manifest with the component that traps in it. The first
/// call builds all components, but where `ROSTER_E2E_BUILT` says that it is done.
pub fn manifest() -> &'static Path {
    static MANIFEST: OnceLock<PathBuf> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        let original = root().join("spin.toml");
        if std::env::var_os("ROSTER_E2E_BUILT").is_none() {
            build(&original);
        }
        let folder = root().join("target/e2e");
        std::fs::create_dir_all(&folder).unwrap();
        let here = root().display();
        let text = std::fs::read_to_string(original).unwrap();
        let text = text.replace("source = \"", &format!("source = \"{here}/"));
        let trap = TRAP.replace("WASM", &format!("{here}/target/wasm32-wasip2/component"));
        let manifest = folder.join("spin.toml");
        std::fs::write(&manifest, text + &trap).unwrap();
        manifest
    })
}
