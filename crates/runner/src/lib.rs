//! Serves a Spin application where Spin is not installed: reads `spin.toml`,
//! builds its components and runs them on wasmtime with the host interfaces
//! that they import. Where it and Spin differ, Spin is right.
//!
//! [`main`] is the whole program, so that other packages can offer it too.

mod args;
mod backup;
mod bindings;
mod build;
mod client;
mod console;
mod dispatch;
mod engine;
mod host;
mod instance;
mod manifest;
mod mysql;
mod outbound;
mod own_secret;
mod postgres;
mod recent;
mod routes;
#[cfg(test)]
mod scratch;
mod serve;
mod sqlite;
mod sqlite_host;
mod state;
mod stdio;
mod stream;
mod tick;
mod tls;
mod toolchain;
mod variables;

use std::{
    collections::BTreeMap,
    io::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::Parser as _;
use tokio::{net::TcpListener, sync::OnceCell};
use wasmtime_wasi_http::handler::ProxyHandler;

use crate::{
    args::Args,
    dispatch::Dispatcher,
    host::ComponentConfig,
    instance::Factory,
    manifest::Manifest,
    outbound::AllowedHosts,
    own_secret::{ADMIN_TOKEN, KeptSecret, OwnSecret, SECRETS_KEY},
    routes::Routes,
    serve::{App, Handler},
    sqlite::Database,
    variables::Variables,
};

/// The variable that links begin with.
const PUBLIC_URL: &str = "public_url";

/// How long leftover work may hold up the end of the process.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Runs the program with the process's arguments. Ends with success after
/// Ctrl-C or SIGTERM, and with failure and one line of why if it can't start.
pub fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let mut manifest = Manifest::load(&args.manifest)?;
    if let Some(file) = &args.back_up {
        return backup::write(&state_dir(args, &manifest), file);
    }
    if !args.release {
        manifest = manifest.for_development();
    }
    if !args.no_build {
        toolchain::add_targets(&manifest.dir)?;
        build::build(&manifest, args.quiet)?;
    }
    if args.build_only {
        return Ok(());
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let result = runtime.block_on(up(args, &manifest));
    // Drops the instances, and with them closes the database.
    runtime.shutdown_timeout(LAST_WORK);
    result
}

/// Where the database and the secrets of a first start live.
fn state_dir(args: &Args, manifest: &Manifest) -> PathBuf {
    match &args.state_dir {
        Some(dir) => dir.clone(),
        None => manifest.dir.join(".spin"),
    }
}

async fn up(args: &Args, manifest: &Manifest) -> Result<()> {
    let state_dir = state_dir(args, manifest);
    state::make_private(&state_dir)?;
    let env = |name: &str| std::env::var(name).ok();
    let own = |secret| own_secret(args, manifest, &state_dir, env, secret);
    let (token, key) = (own(&ADMIN_TOKEN)?, own(&SECRETS_KEY)?);
    // Before the variables: one of them is the address.
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    let mut generated = BTreeMap::from([(PUBLIC_URL.to_owned(), public_url(address))]);
    for (secret, kept) in [(&ADMIN_TOKEN, &token), (&SECRETS_KEY, &key)] {
        let kept = kept.iter().map(|kept| kept.text.clone());
        generated.extend(kept.map(|text| (secret.variable.to_owned(), text)));
    }
    let token = token.map(|kept| kept.text);
    let variables = Variables::gather(manifest, &args.variables, env, &generated)?;
    // Signals count from here on; before, they end the process at once.
    let stop = serve::stop_signal()?;
    let ending = Arc::default();
    let app = Arc::new(load(args, manifest, &variables, &state_dir, &ending)?);
    if args.release {
        compile(&app).await?;
    }
    let public = variables::explicit(PUBLIC_URL, &args.variables, env);
    let public = public.unwrap_or_else(|| public_url(address));
    let new_key = key.filter(|key| key.is_new);
    let new_key = new_key.map(|_| state_dir.join(SECRETS_KEY.variable));
    let own = OwnSecrets {
        token: token.as_deref(),
        new_key: new_key.as_deref(),
    };
    announce(args, manifest, address, &public, own)?;
    let known = token.or_else(|| variables::explicit(ADMIN_TOKEN.variable, &args.variables, env));
    let known = known.filter(|token| !token.is_empty());
    let work = Work {
        inviting: known
            .clone()
            .filter(|_| !args.quiet && console::is_served(manifest)),
        ticking: known.filter(|_| is_ticking(args, manifest)),
        address,
    };
    let work = tokio::spawn(warm_up(app.clone(), work));
    serve::serve(app, listener, stop).await;
    work.abort();
    ending.store(true, Ordering::Relaxed);
    Ok(())
}

/// Where people reach what listens on an address: on all addresses of the machine,
/// on the loopback.
fn public_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Whether the application's tick is called from here: not where it has none, or somebody
/// else calls it.
fn is_ticking(args: &Args, manifest: &Manifest) -> bool {
    let mut routes = manifest.routes.iter();
    !args.no_tick && routes.any(|route| route.route == tick::ROUTE)
}

/// What is done beside serving, and with which tokens; without one it isn't done.
struct Work {
    /// To invite the first admin.
    inviting: Option<String>,
    /// To call the tick.
    ticking: Option<String>,
    address: SocketAddr,
}

/// A secret kept in the state directory, unless the manifest declares no such
/// variable or a value for it is given.
fn own_secret(
    args: &Args,
    manifest: &Manifest,
    state_dir: &Path,
    env: impl Fn(&str) -> Option<String>,
    secret: &OwnSecret,
) -> Result<Option<KeptSecret>> {
    let declared = manifest.variables.contains_key(secret.variable);
    if !declared || variables::explicit(secret.variable, &args.variables, env).is_some() {
        return Ok(None);
    }
    secret.load_or_create(state_dir).map(Some)
}

/// Compiles and links every component. The small ones come first.
async fn compile(app: &App) -> Result<()> {
    let mut factories: Vec<_> = app.handlers.iter().map(Handler::factory).collect();
    factories.sort_by_cached_key(|f| std::fs::metadata(&f.source).map_or(0, |file| file.len()));
    for factory in factories {
        factory.service().await?;
    }
    Ok(())
}

/// Compiles while the application is served already, for development, where a change is
/// waited for; then invites the first admin and calls the tick.
async fn warm_up(app: Arc<App>, work: Work) {
    if let Err(error) = compile(&app).await {
        // Anyone who asks for the component gets the same.
        eprintln!("error: {error:#}");
    }
    if let Some(token) = work.inviting {
        match console::first_link(&app, &token, work.address).await {
            Ok(None) => {}
            Ok(Some(link)) => {
                let text = format!(
                    "Nobody can sign in yet. The first admin opens this, once, within seven days:\n  {link}\n"
                );
                // Anyone who stopped reading doesn't want it.
                let _ = std::io::stdout().write_all(text.as_bytes());
            }
            Err(why) => eprintln!("no invitation for the first admin: {why}"),
        }
    }
    if let Some(token) = work.ticking {
        tick::run(app, token, work.address).await;
    }
}

/// Sets up every component that a route leads to.
fn load(
    args: &Args,
    manifest: &Manifest,
    variables: &Variables,
    state_dir: &Path,
    ending: &Arc<AtomicBool>,
) -> Result<App> {
    let engine = engine::engine(&cache_folder(manifest, state_dir), !args.release)?;
    let linker = host::linker(&engine)
        .map_err(anyhow::Error::from)
        .context("cannot set up the host interfaces")?;
    let linker = Arc::new(linker);
    let file = state_dir.join(sqlite::FILE_NAME);
    let database = if args.like_spin {
        Database::like_spin(file)
    } else {
        Database::fast(file)
    };
    let max_requests = match args.max_instance_reuse_count {
        Some(count) => usize::try_from(count).unwrap_or(usize::MAX),
        None if args.like_spin => instance::MAX_REQUESTS,
        None => usize::MAX,
    };
    let mut ids = Vec::new();
    let mut handlers = Vec::new();
    for (id, component) in &manifest.components {
        let context = || format!("component {id}");
        let outbound = component
            .outbound
            .iter()
            .filter_map(|pattern| variables.pattern(pattern).transpose())
            .collect::<Result<Vec<_>>>()
            .with_context(context)?;
        let config = ComponentConfig {
            id: id.clone(),
            databases: component.databases.clone(),
            database: database.for_component(),
            variables: variables.of(component).with_context(context)?,
            environment: component.environment.clone(),
            outbound: AllowedHosts::parse(outbound.iter().map(String::as_str))
                .with_context(context)?,
            postgres: postgres::Pools::default(),
            mysql: mysql::Pools::default(),
            log_statements: args.log_statements,
        };
        engine::check(&component.source).with_context(context)?;
        ids.push(id.as_str());
        let factory = Factory {
            engine: engine.clone(),
            linker: linker.clone(),
            source: component.source.clone(),
            service: OnceCell::new(),
            component: Arc::new(config),
            max_requests,
            ending: ending.clone(),
        };
        handlers.push(if args.like_spin {
            Handler::LikeSpin(ProxyHandler::new(factory))
        } else {
            Handler::Fast(Dispatcher::new(factory))
        });
    }
    let routes = Routes::new(&manifest.routes, |id| ids.iter().position(|i| *i == id))?;
    Ok(App { routes, handlers })
}

/// Compiled code lies beside the .wasm files, where `cargo clean` removes it
/// and servers with different state directories share it.
fn cache_folder(manifest: &Manifest, state_dir: &Path) -> PathBuf {
    manifest
        .components
        .values()
        .next()
        .and_then(|component| component.source.parent())
        .unwrap_or(state_dir)
        .join("compiled")
}

/// What there is to say of secrets of a first start.
struct OwnSecrets<'a> {
    /// What opens everything, if it is our own.
    token: Option<&'a str>,
    /// Where the key of the secrets is, if it was made just now.
    new_key: Option<&'a Path>,
}

/// Says where it listens: always one line that begins with `Serving `, which
/// programs may wait for, and with a token of our own how to use it.
fn announce(
    args: &Args,
    manifest: &Manifest,
    address: SocketAddr,
    public: &str,
    own: OwnSecrets<'_>,
) -> Result<()> {
    let mut text = format!("Serving http://{address}\n");
    if !args.quiet {
        if console::is_served(manifest) {
            text.push_str(&format!(
                "Console: {}/console/\n",
                public.trim_end_matches('/')
            ));
        }
        text.push_str("Routes:\n");
        for route in &manifest.routes {
            text.push_str(&format!("  {}: {}\n", route.component, route.route));
        }
        if let Some(file) = own.new_key {
            text.push_str(&format!(
                "Secrets in the database are sealed with {}, which no backup has: keep a copy of it apart.\n",
                file.display()
            ));
        }
        if let Some(token) = own.token {
            text.push_str(&format!(
                "Try it:\n  curl -H \"Authorization: Bearer {token}\" http://{address}/v1/databases\n"
            ));
        }
    }
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_it_listens() {
        for (address, url) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("192.0.2.7:80", "http://192.0.2.7:80"),
            ("0.0.0.0:3999", "http://127.0.0.1:3999"),
            ("[::]:3999", "http://[::1]:3999"),
            ("[2001:db8::1]:3999", "http://[2001:db8::1]:3999"),
        ] {
            assert_eq!(public_url(address.parse().unwrap()), url);
        }
    }
}
