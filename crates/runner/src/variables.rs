//! Application variables: names, `{{ templates }}`, and where values come from.
//!
//! A component sees only the variables its own manifest entry lists. Every
//! value is known when the server starts, so templates are filled in then.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use wasmtime::component::{Accessor, HasSelf};

use crate::{
    bindings::variables::{Error, Host, HostWithStore},
    host::State,
    manifest::{Component, Manifest},
};

/// Checks a variable's name: lower-case ASCII letters, digits and single
/// underscores, starting with a letter and not ending with an underscore.
pub fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fine = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(allowed)
        && !name.ends_with('_')
        && !name.contains("__");
    if fine {
        return Ok(());
    }
    Err(format!(
        "{name:?} is not a variable name: lower-case letters, digits and single \
         underscores, starting with a letter"
    ))
}

/// A text with `{{ name }}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

impl Template {
    /// Splits a text into literal parts and names. `{{` without `}}` is an error.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else {
                bail!("{text:?} has {{{{ without }}}}");
            };
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Name(name.trim().to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The variables it uses.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Name(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }

    fn fill(&self, values: &BTreeMap<String, String>) -> Result<String> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Name(name) => match values.get(name) {
                    Some(value) => text.push_str(value),
                    None => bail!("the variable {name} is not defined"),
                },
            }
        }
        Ok(text)
    }
}

/// Values of the application's variables.
#[derive(Debug)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// Gathers a value for every variable of the manifest: from the command
    /// line, else from `SPIN_VARIABLE_<NAME>` (`env` looks one up), else from
    /// `generated`, else the default. A required one without a value, and a
    /// command-line one that the manifest doesn't declare, are errors.
    pub fn gather(
        manifest: &Manifest,
        given: &[(String, String)],
        env: impl Fn(&str) -> Option<String>,
        generated: &BTreeMap<String, String>,
    ) -> Result<Self> {
        for (name, _) in given {
            ensure!(
                manifest.variables.contains_key(name),
                "--variable {name}: the manifest defines no such variable"
            );
        }
        let mut values = BTreeMap::new();
        for (name, variable) in &manifest.variables {
            let value = explicit(name, given, &env)
                .or_else(|| generated.get(name).cloned())
                .or_else(|| variable.default.clone());
            let Some(value) = value else {
                bail!(
                    "the variable {name} is required: give it with --variable {name}=… or {}",
                    env_name(name)
                );
            };
            values.insert(name.clone(), value);
        }
        Ok(Self(values))
    }

    /// What `component` may read, by its own names for it.
    pub fn of(&self, component: &Component) -> Result<BTreeMap<String, String>> {
        component
            .variables
            .iter()
            .map(|(name, template)| Ok((name.clone(), template.fill(&self.0)?)))
            .collect()
    }

    /// A pattern of `allowed_outbound_hosts` with its values filled in. `None` is one that
    /// comes to nothing by a variable, which allows nothing, as in Spin.
    pub fn pattern(&self, template: &Template) -> Result<Option<String>> {
        let pattern = template.fill(&self.0)?;
        let varies = template.names().next().is_some();
        let is_nothing = matches!(pattern.as_str(), "" | "http://" | "https://");
        Ok((!(varies && is_nothing)).then_some(pattern))
    }
}

/// The value given from outside for a variable, if any.
pub fn explicit(
    name: &str,
    given: &[(String, String)],
    env: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    given
        .iter()
        .rev()
        .find(|(given, _)| given == name)
        .map(|(_, value)| value.clone())
        .or_else(|| env(&env_name(name)))
}

fn env_name(name: &str) -> String {
    format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase())
}

impl Host for State {}

impl<T: Send> HostWithStore<T> for HasSelf<State> {
    async fn get(
        accessor: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<String, Error>> {
        if let Err(reason) = check_name(&name) {
            return Ok(Err(Error::InvalidName(reason)));
        }
        let value =
            accessor.with(|mut access| access.get().component().variables.get(&name).cloned());
        Ok(value.ok_or_else(|| {
            Error::Undefined(format!(
                "the component's manifest entry has no variable {name:?}"
            ))
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn manifest() -> Manifest {
        Manifest::parse(
            r#"
spin_manifest_version = 2
application = { name = "demo" }
[variables]
host = { default = "example.com" }
level = { required = true }
[[trigger.http]]
route = "/..."
component = "a"
[component.a]
source = "a.wasm"
variables = { url = "https://{{ host }}/{{level}}", fixed = "x" }
[component.b]
source = "b.wasm"
"#,
            Path::new("."),
        )
        .unwrap()
    }

    fn none(_: &str) -> Option<String> {
        None
    }

    #[test]
    fn names() {
        for good in ["a", "abc", "a1b2", "a_1", "a_1_b_3"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "aX", "1b", "_x", "x.y", "x_", "a__b", "x-y", "é"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn templates() {
        let names = |text| -> Vec<String> {
            let template = Template::parse(text).unwrap();
            template.names().map(str::to_owned).collect()
        };
        assert_eq!(names("plain"), Vec::<String>::new());
        assert_eq!(names("{{a}}{{ b }}-{{ a }}"), ["a", "b", "a"]);
        assert_eq!(names("} {"), Vec::<String>::new());
        assert!(Template::parse("{{ a }} {{ b").is_err());
    }

    #[test]
    fn command_line_wins_over_environment_wins_over_default() {
        let manifest = manifest();
        let env = |name: &str| (name == "SPIN_VARIABLE_LEVEL").then(|| "env".to_owned());
        let values = Variables::gather(&manifest, &[], env, &BTreeMap::new()).unwrap();
        assert_eq!(
            values.of(&manifest.components["a"]).unwrap()["url"],
            "https://example.com/env"
        );
        let given = [("level".to_owned(), "cli".to_owned())];
        let values = Variables::gather(&manifest, &given, env, &BTreeMap::new()).unwrap();
        assert_eq!(
            values.of(&manifest.components["a"]).unwrap()["url"],
            "https://example.com/cli"
        );
    }

    #[test]
    fn a_component_sees_only_its_own() {
        let manifest = manifest();
        let given = [("level".to_owned(), "1".to_owned())];
        let values = Variables::gather(&manifest, &given, none, &BTreeMap::new()).unwrap();
        assert!(values.of(&manifest.components["b"]).unwrap().is_empty());
    }

    #[test]
    fn a_pattern_that_comes_to_nothing_is_none() {
        let manifest = manifest();
        let given = [("level".to_owned(), String::new())];
        let values = Variables::gather(&manifest, &given, none, &BTreeMap::new()).unwrap();
        let pattern = |text| values.pattern(&Template::parse(text).unwrap()).unwrap();
        assert_eq!(pattern("{{ level }}"), None);
        assert_eq!(pattern("https://{{ level }}"), None);
        assert_eq!(
            pattern("mysql://{{ host }}").as_deref(),
            Some("mysql://example.com")
        );
        // These are mistakes, and are said to be where they are read.
        assert_eq!(pattern("").as_deref(), Some(""));
        assert_eq!(pattern("mysql://{{ level }}").as_deref(), Some("mysql://"));
    }

    #[test]
    fn missing_and_unknown_are_errors() {
        let manifest = manifest();
        let error = Variables::gather(&manifest, &[], none, &BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("SPIN_VARIABLE_LEVEL"));
        let given = [("levle".to_owned(), "1".to_owned())];
        let error = Variables::gather(&manifest, &given, none, &BTreeMap::new()).unwrap_err();
        assert!(error.to_string().contains("levle"));
    }

    #[test]
    fn generated_values_count_only_when_none_is_given() {
        let manifest = manifest();
        let generated = BTreeMap::from([("level".to_owned(), "made".to_owned())]);
        let values = Variables::gather(&manifest, &[], none, &generated).unwrap();
        let url = |v: &Variables| v.of(&manifest.components["a"]).unwrap()["url"].clone();
        assert_eq!(url(&values), "https://example.com/made");
        let given = [("level".to_owned(), "cli".to_owned())];
        let values = Variables::gather(&manifest, &given, none, &generated).unwrap();
        assert_eq!(url(&values), "https://example.com/cli");
    }
}
