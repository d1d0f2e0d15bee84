//! Reads `spin.toml` (manifest version 2).
//!
//! Only what the runner can honour is accepted. A key that it doesn't know
//! stops the start with its name: serving an application while ignoring a line
//! of its manifest would give a server that differs from Spin's without a word.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use crate::variables::{self, Template};

/// A checked manifest.
#[derive(Debug)]
pub struct Manifest {
    /// The folder that holds the manifest; its paths are relative to it.
    pub dir: PathBuf,
    /// Application variables by name.
    pub variables: BTreeMap<String, Variable>,
    /// Routes with the id of the component each one leads to, as written.
    pub routes: Vec<Route>,
    /// Components by id.
    pub components: BTreeMap<String, Component>,
    /// How `cargo up` builds them, if the manifest says it.
    pub development: Option<Development>,
}

/// `[application.tool.cargo-up]`: components that are quicker to build and slower to run,
/// for those who work on them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Development {
    /// The command line that builds all of them, in the manifest's folder.
    pub build: String,
    /// The folder of cargo's profile, in place of the one that `source` names.
    pub profile: String,
}

/// `[variables]`: one application variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// The value if no other is given.
    pub default: Option<String>,
    /// Whether a value must be given at start.
    #[serde(default)]
    pub required: bool,
    /// Whether the value must not be shown. The runner never shows any.
    #[serde(default, rename = "secret")]
    _secret: bool,
    #[serde(default, rename = "description")]
    _description: Option<String>,
}

/// `[[trigger.http]]`: one route.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    #[serde(default, rename = "id")]
    _id: Option<String>,
    /// The path pattern.
    pub route: String,
    /// Id of the component that answers.
    pub component: String,
    #[serde(default)]
    executor: Option<Executor>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Executor {
    r#type: String,
}

/// `[component.<id>]`.
#[derive(Debug)]
pub struct Component {
    /// The .wasm file, absolute or relative to the current folder.
    pub source: PathBuf,
    /// Command lines that build it, and where they run.
    pub build: Option<Build>,
    /// Labels of the databases that it may open.
    pub databases: BTreeSet<String>,
    /// Its variables, each a text with `{{ application variable }}` in it.
    pub variables: BTreeMap<String, Template>,
    /// Patterns of `allowed_outbound_hosts`, which may use variables too.
    pub outbound: Vec<Template>,
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
}

/// `[component.<id>.build]`.
#[derive(Debug)]
pub struct Build {
    /// Shell command lines, run in order.
    pub commands: Vec<String>,
    /// The folder they run in.
    pub workdir: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    spin_manifest_version: i64,
    application: RawApplication,
    #[serde(default)]
    variables: BTreeMap<String, Variable>,
    #[serde(default)]
    trigger: RawTriggers,
    #[serde(default)]
    component: BTreeMap<String, RawComponent>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawApplication {
    #[serde(rename = "name")]
    _name: String,
    #[serde(default, rename = "version")]
    _version: Option<String>,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
    // Other programs' tables say nothing to this one.
    #[serde(default)]
    tool: toml::Table,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTriggers {
    #[serde(default)]
    http: Vec<Route>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawComponent {
    source: toml::Value,
    #[serde(default, rename = "description")]
    _description: Option<String>,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    sqlite_databases: Vec<String>,
    #[serde(default)]
    key_value_stores: Vec<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    #[serde(default)]
    files: Vec<toml::Value>,
    #[serde(default, rename = "exclude_files")]
    _exclude_files: Vec<String>,
    #[serde(default)]
    ai_models: Vec<String>,
    #[serde(default)]
    build: Option<RawBuild>,
    #[serde(default, rename = "tool")]
    _tool: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBuild {
    command: Commands,
    workdir: Option<PathBuf>,
    // Only `spin watch` reads these.
    #[serde(default, rename = "watch")]
    _watch: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Commands {
    One(String),
    Many(Vec<String>),
}

impl Manifest {
    /// Reads and checks the file.
    pub fn load(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the manifest {}", path.display()))?;
        let dir = match path.parent() {
            Some(dir) if !dir.as_os_str().is_empty() => dir,
            _ => Path::new("."),
        };
        Self::parse(&text, dir).with_context(|| format!("in the manifest {}", path.display()))
    }

    /// Checks the text of a manifest whose folder is `dir`.
    pub fn parse(text: &str, dir: &Path) -> Result<Self> {
        let raw: RawManifest = toml::from_str(text)?;
        ensure!(
            raw.spin_manifest_version == 2,
            "spin_manifest_version must be 2"
        );
        for (name, variable) in &raw.variables {
            variables::check_name(name).map_err(anyhow::Error::msg)?;
            ensure!(
                variable.required != variable.default.is_some(),
                "variable {name} must have either a default or required = true"
            );
        }
        let components = raw
            .component
            .into_iter()
            .map(|(id, component)| {
                let component = check_component(component, dir, &raw.variables)
                    .with_context(|| format!("component {id}"))?;
                Ok((id, component))
            })
            .collect::<Result<BTreeMap<_, _>>>()?;
        ensure!(
            !raw.trigger.http.is_empty(),
            "there is no [[trigger.http]], so nothing to serve"
        );
        for route in &raw.trigger.http {
            ensure!(
                components.contains_key(&route.component),
                "route {} leads to component {}, which is not defined",
                route.route,
                route.component
            );
            if let Some(executor) = &route.executor {
                ensure!(
                    executor.r#type == "http",
                    "route {}: executor {} is not supported",
                    route.route,
                    executor.r#type
                );
            }
        }
        let development = match raw.application.tool.get("cargo-up") {
            Some(table) => Some(
                table
                    .clone()
                    .try_into()
                    .context("application.tool.cargo-up")?,
            ),
            None => None,
        };
        Ok(Self {
            dir: dir.to_owned(),
            variables: raw.variables,
            routes: raw.trigger.http,
            components,
            development,
        })
    }

    /// The same with components that are quick to build, where it says how.
    pub fn for_development(mut self) -> Self {
        let Some(development) = self.development.clone() else {
            return self;
        };
        for component in self.components.values_mut() {
            // `target/<triple>/<profile>/<name>.wasm`
            let (Some(build), Some(name)) = (&mut component.build, component.source.file_name())
            else {
                continue;
            };
            let Some(target) = component.source.parent().and_then(Path::parent) else {
                continue;
            };
            component.source = target.join(&development.profile).join(name);
            build.commands = vec![development.build.clone()];
            build.workdir.clone_from(&self.dir);
        }
        self
    }
}

fn check_component(
    raw: RawComponent,
    dir: &Path,
    declared: &BTreeMap<String, Variable>,
) -> Result<Component> {
    let toml::Value::String(source) = raw.source else {
        bail!("source must be the path of a .wasm file; other sources are not supported");
    };
    for (key, used) in [
        ("key_value_stores", !raw.key_value_stores.is_empty()),
        ("ai_models", !raw.ai_models.is_empty()),
        ("files", !raw.files.is_empty()),
    ] {
        ensure!(!used, "{key} is not supported by this runner; use Spin");
    }
    for label in &raw.sqlite_databases {
        // Spin would ask for a runtime config file, which the runner has none of.
        ensure!(
            label == "default",
            "sqlite database {label:?} is not configured; this runner has only \"default\""
        );
    }
    let template = |text: &String| {
        let template = Template::parse(text)?;
        if let Some(name) = template.names().find(|name| !declared.contains_key(*name)) {
            bail!("{text:?} uses the variable {name}, which is not defined");
        }
        Ok(template)
    };
    let variables = raw
        .variables
        .iter()
        .map(|(name, text)| {
            variables::check_name(name).map_err(anyhow::Error::msg)?;
            Ok((name.clone(), template(text)?))
        })
        .collect::<Result<_>>()?;
    let build = raw.build.map(|build| -> Result<Build> {
        let workdir = build.workdir.unwrap_or_default();
        ensure!(!workdir.has_root(), "build.workdir must be a relative path");
        Ok(Build {
            commands: match build.command {
                Commands::One(line) => vec![line],
                Commands::Many(lines) => lines,
            },
            workdir: dir.join(workdir),
        })
    });
    Ok(Component {
        source: dir.join(source),
        build: build.transpose()?,
        databases: raw.sqlite_databases.into_iter().collect(),
        variables,
        outbound: raw
            .allowed_outbound_hosts
            .iter()
            .map(template)
            .collect::<Result<_>>()?,
        environment: raw.environment,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = r#"
spin_manifest_version = 2
[application]
name = "demo"
version = "1.0.0"
authors = ["A"]
[variables]
admin_token = { default = "", secret = true }
level = { required = true }
[[trigger.http]]
route = "/v1/things/:id/..."
component = "things"
[component.things]
source = "target/things.wasm"
"#;

    fn parse(rest: &str) -> Result<Manifest> {
        Manifest::parse(&format!("{HEAD}{rest}"), Path::new("/app"))
    }

    fn refused(rest: &str) -> String {
        format!("{:#}", parse(rest).unwrap_err())
    }

    #[test]
    fn development_has_a_build_and_a_folder_of_its_own() {
        let text = format!(
            "{}{}",
            HEAD.replace(
                "target/things.wasm",
                "target/wasm32-wasip2/component/things.wasm"
            ),
            "[component.things.build]\ncommand = \"make\"\n\
             [application.tool.cargo-up]\nbuild = \"make quick\"\nprofile = \"quick\"\n\
             [application.tool.other]\nany = 1\n"
        );
        let manifest = Manifest::parse(&text, Path::new("/app")).unwrap();
        let things = &manifest.components["things"];
        assert_eq!(things.build.as_ref().unwrap().commands, ["make"]);
        let manifest = manifest.for_development();
        let things = &manifest.components["things"];
        assert_eq!(things.build.as_ref().unwrap().commands, ["make quick"]);
        let source = Path::new("/app/target/wasm32-wasip2/quick/things.wasm");
        assert_eq!(things.source, source);
        // Without such a table nothing changes.
        let plain = parse("").unwrap().for_development();
        assert_eq!(
            plain.components["things"].source,
            Path::new("/app/target/things.wasm")
        );
        assert!(refused("[application.tool.cargo-up]\nbuild = 1").contains("cargo-up"));
    }

    #[test]
    fn reads_what_it_can_honour() {
        let manifest = parse(
            r#"
description = "d"
sqlite_databases = ["default"]
allowed_outbound_hosts = ["https://example.com", "http://{{ level }}.example:8080"]
environment = { A = "b" }
[component.things.variables]
token = "{{ admin_token }}"
[component.things.build]
command = "cargo build"
workdir = "components/things"
watch = ["src/**/*.rs"]
"#,
        )
        .unwrap();
        let things = &manifest.components["things"];
        assert_eq!(things.source, Path::new("/app/target/things.wasm"));
        assert!(things.databases.contains("default"));
        assert_eq!(things.outbound.len(), 2);
        let build = things.build.as_ref().unwrap();
        assert_eq!(build.commands, ["cargo build"]);
        assert_eq!(build.workdir, Path::new("/app/components/things"));
        assert_eq!(manifest.routes[0].route, "/v1/things/:id/...");
        assert!(manifest.variables["level"].required);
    }

    #[test]
    fn several_build_commands() {
        let manifest = parse("[component.things.build]\ncommand = ['a', 'b']\n").unwrap();
        let build = manifest.components["things"].build.as_ref().unwrap();
        assert_eq!(build.commands, ["a", "b"]);
    }

    #[test]
    fn names_what_it_cannot_honour() {
        for (rest, part) in [
            ("key_value_stores = ['default']", "key_value_stores"),
            ("ai_models = ['x']", "ai_models"),
            ("files = ['x']", "files"),
            ("dependencies = {}", "dependencies"),
            ("sqlite_databases = ['other']", "other"),
            ("allowed_outbound_hosts = ['{{ nope }}']", "nope"),
            ("variables = { a = '{{ nope }}' }", "nope"),
            ("variables = { A = 'x' }", "A"),
            (
                "[component.things.build]\ncommand='x'\nworkdir='/abs'",
                "workdir",
            ),
            ("[[trigger.redis]]\nchannel = 'x'", "redis"),
            ("[[trigger.http]]\nroute='/x'\ncomponent='gone'", "gone"),
            (
                "[[trigger.http]]\nroute='/x'\ncomponent='things'\nexecutor={type='wagi'}",
                "wagi",
            ),
            ("[trigger]\nx = 1", "unknown field `x`"),
        ] {
            let text = refused(rest);
            assert!(text.contains(part), "{rest}: {text}");
        }
    }

    #[test]
    fn a_remote_source_is_refused() {
        let text = HEAD.replace(
            r#"source = "target/things.wasm""#,
            r#"source = { url = "https://x", digest = "y" }"#,
        );
        let error = Manifest::parse(&text, Path::new(".")).unwrap_err();
        assert!(format!("{error:#}").contains("source"));
    }

    #[test]
    fn a_variable_needs_a_default_or_required() {
        let text = HEAD.replace("{ required = true }", "{ secret = true }");
        let error = Manifest::parse(&text, Path::new(".")).unwrap_err();
        assert!(format!("{error:#}").contains("level"));
    }
}
