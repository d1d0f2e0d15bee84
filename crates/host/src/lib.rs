//! Another host than the runner, such as Spin, started by a command that the
//! environment gives.
//!
//! `ROSTER_E2E_HOST` is the command; its words are split at spaces. In it
//! `{manifest}`, `{listen}` and `{state}` stand for the manifest, the address to
//! listen on and the folder of the database, `{variables}` for a JSON file with the
//! application's variables and `{runtime_config}` for `ROSTER_E2E_RUNTIME_CONFIG`
//! with `{state}` and `{store_port}` filled in: that is a free port of this machine, one
//! for each state folder, for a server of the store. With Spin:
//!
//! ```text
//! ROSTER_E2E_HOST="spin up -f {manifest} --listen {listen} --state-dir {state} --variable @{variables} --quiet"
//! ```

mod port;
mod store;
mod ticks;

pub use ticks::Ticks;

use std::{
    io::{BufRead as _, BufReader},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

/// The variable of the environment with the command.
const COMMAND: &str = "ROSTER_E2E_HOST";
/// The one with the path of a runtime configuration.
const CONFIG: &str = "ROSTER_E2E_RUNTIME_CONFIG";
/// How long a host may take until it listens.
const START: Duration = Duration::from_secs(120);

/// A host by its command.
#[derive(Clone, Debug)]
pub struct Host {
    command: String,
    config: Option<PathBuf>,
    /// Where the host reaches the store's server, if not where it is.
    through: Option<SocketAddr>,
}

impl Host {
    /// The one that the environment names; none where the runner is meant.
    pub fn from_env() -> Option<Self> {
        Some(Host {
            command: std::env::var(COMMAND).ok()?,
            config: std::env::var_os(CONFIG).map(PathBuf::from),
            through: None,
        })
    }

    /// The same, which reaches the store's server through `address`.
    #[must_use]
    pub fn through(self, address: SocketAddr) -> Self {
        Host {
            through: Some(address),
            ..self
        }
    }

    /// Whether the database is a file of SQLite in the state folder. With a
    /// runtime configuration it may be anywhere.
    pub fn has_file(&self) -> bool {
        self.config.is_none()
    }

    /// Where the server is that has the database of `state`: the runtime
    /// configuration's first `url`. None where the store is no server, or one that is
    /// reached by other means than plain HTTP.
    ///
    /// # Errors
    /// When the configuration can't be read.
    pub fn store(&self, state: &Path) -> Result<Option<SocketAddr>> {
        let Some(template) = &self.config else {
            return Ok(None);
        };
        Ok(store::address(&store::config(template, state)?))
    }

    /// Serves `manifest` with the database in `state` on a free port of this
    /// machine, and waits until it listens. `public_url` is that address unless
    /// `variables` say another.
    ///
    /// # Errors
    /// When a file can't be read or written, or the host ends or doesn't listen.
    pub fn start(
        &self,
        manifest: &Path,
        state: &Path,
        variables: &[(&str, &str)],
    ) -> Result<(Child, SocketAddr)> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port::free()?));
        let public_url = format!("http://{address}");
        let values: serde_json::Map<String, serde_json::Value> = [("public_url", &*public_url)]
            .iter()
            .chain(variables)
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        let variables_file = state.join(format!("variables-{}.json", address.port()));
        std::fs::write(&variables_file, serde_json::Value::from(values).to_string())?;
        let mut config_file = state.join("runtime-config.toml");
        if let Some(template) = &self.config {
            let mut text = store::config(template, state)?;
            if let Some(through) = self.through {
                text = store::moved(&text, through);
            }
            // Another host of the same state may be reading its own.
            config_file = state.join(format!("runtime-config-{}.toml", address.port()));
            std::fs::write(&config_file, text)?;
        }
        let store_port = store::port(state)?;
        let mut words = self.command.split_whitespace().map(|word| {
            word.replace("{manifest}", &manifest.display().to_string())
                .replace("{listen}", &address.to_string())
                .replace("{state}", &state.display().to_string())
                .replace("{variables}", &variables_file.display().to_string())
                .replace("{store_port}", &store_port.to_string())
                .replace("{runtime_config}", &config_file.display().to_string())
        });
        let program = words.next().context("the host's command is empty")?;
        let mut child = Command::new(&program)
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        if let Some(out) = child.stdout.take() {
            // A host whose output nobody reads stands still at some point.
            let lines = BufReader::new(out).lines();
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        }
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            let ended = child.try_wait()?;
            ensure!(ended.is_none(), "the host ended: {ended:?}");
            ensure!(started.elapsed() < START, "the host does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok((child, address))
    }
}
