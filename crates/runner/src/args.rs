//! The command line: the part of `spin up` that a developer of Roster needs.

use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
};

use clap::Parser;

/// Builds the components of spin.toml and serves them over HTTP.
#[derive(Debug, Parser)]
#[command(name = "cargo up", bin_name = "cargo up", version)]
pub struct Args {
    /// The application manifest.
    #[arg(
        short = 'f',
        long = "from",
        value_name = "FILE",
        default_value = "spin.toml"
    )]
    pub manifest: PathBuf,

    /// Address and port to listen on; port 0 takes a free one.
    #[arg(
        long,
        value_name = "ADDR",
        env = "SPIN_HTTP_LISTEN_ADDR",
        default_value = "127.0.0.1:3000",
        value_parser = parse_listen
    )]
    pub listen: SocketAddr,

    /// Where the database and the admin token live [default: .spin beside the manifest]
    #[arg(long, value_name = "DIR")]
    pub state_dir: Option<PathBuf>,

    /// Sets an application variable; wins over SPIN_VARIABLE_<NAME>. May be repeated.
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = parse_variable)]
    pub variables: Vec<(String, String)>,

    /// Serves the components as they are, without building them first.
    #[arg(long, conflicts_with = "build_only")]
    pub no_build: bool,

    /// Builds and serves the components as they are deployed: small and fast, but slow to
    /// build.
    #[arg(long)]
    pub release: bool,

    /// Builds the components and ends.
    #[arg(long)]
    pub build_only: bool,

    /// Writes a consistent copy of the database into a new file, also while it is served, and
    /// ends.
    #[arg(long, value_name = "FILE", conflicts_with = "build_only")]
    pub back_up: Option<PathBuf>,

    /// Runs components as Spin does it, slower: an instance ends after 128 requests, each
    /// statement has a thread of its own.
    #[arg(long)]
    pub like_spin: bool,

    /// Ends an instance after so many requests [default: never, with --like-spin 128]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_instance_reuse_count: Option<u64>,

    /// Leaves it to somebody else to call the application's tick (POST /v1/tick).
    #[arg(long)]
    pub no_tick: bool,

    /// Writes a line for every SQL statement that a component runs to standard error.
    #[arg(long)]
    pub log_statements: bool,

    /// Prints nothing but the line with the address, and failures.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Takes `host:port`; of several addresses the IPv4 loopback wins, as in Spin.
fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let all: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|e| format!("expected host:port ({e})"))?
        .collect();
    all.iter()
        .find(|a| a.is_ipv4() && a.ip().is_loopback())
        .or_else(|| all.first())
        .copied()
        .ok_or_else(|| "this name has no address".to_owned())
}

fn parse_variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_option() {
        let args = Args::try_parse_from([
            "up",
            "-f",
            "a/spin.toml",
            "--listen",
            "localhost:0",
            "--state-dir",
            "/tmp/s",
            "--variable",
            "a=b=c",
            "--variable",
            "d=",
            "--no-build",
            "--quiet",
        ])
        .unwrap();
        assert_eq!(args.listen, "127.0.0.1:0".parse().unwrap());
        assert_eq!(
            args.variables,
            [("a".into(), "b=c".into()), ("d".into(), String::new())]
        );
        assert!(args.no_build && args.quiet && !args.build_only);
    }

    #[test]
    fn refuses_nonsense() {
        for bad in [
            &["up", "--variable", "novalue"][..],
            &["up", "--listen", "nowhere"],
            &["up", "--no-build", "--build-only"],
            &["up", "--runtime-config-file", "x"],
        ] {
            assert!(Args::try_parse_from(bad).is_err(), "{bad:?}");
        }
    }
}
