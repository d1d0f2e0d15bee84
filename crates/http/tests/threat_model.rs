//! docs/THREAT_MODEL.md names a test for each threat, and each of them exists; the
//! manifest gives no component more than the page says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of all functions of the workspace.
fn functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = ["crates", "components", "tests"]
        .map(|name| root().join(name))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_ours = !path.ends_with("target") && !path.ends_with("node_modules");
            if path.is_dir() && is_ours {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(path).unwrap();
                let found = text.split("fn ").skip(1).map(|rest| {
                    let name = rest
                        .chars()
                        .take_while(|c| c.is_alphanumeric() || *c == '_');
                    name.collect::<String>()
                });
                names.extend(found);
            }
        }
    }
    names
}

#[test]
fn every_threat_names_tests_that_exist() {
    let text = std::fs::read_to_string(root().join("docs/THREAT_MODEL.md")).unwrap();
    let functions = functions();
    let mut threats = 0;
    let sections = text.split("\n## ").skip(1);
    let sections = sections.filter(|section| !section.starts_with("Doors"));
    for row in sections
        .flat_map(str::lines)
        .filter(|line| line.starts_with("| "))
    {
        if row.starts_with("| ---") || row.starts_with("| who tries what") {
            continue;
        }
        threats += 1;
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 3, "{row}");
        let tests: Vec<&str> = cells[2].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "no test: {row}");
        for test in tests {
            assert!(functions.contains(test), "there is no {test}: {row}");
        }
    }
    assert!(threats > 50, "the rows were not found: {threats}");
}

#[test]
fn no_component_is_given_more_than_it_needs() {
    let manifest = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let sections = manifest.split("\n[component.").skip(1);
    let mut components = BTreeSet::new();
    for section in sections {
        let (name, rest) = section.split_once(']').unwrap();
        let (component, part) = name.split_once('.').unwrap_or((name, ""));
        components.insert(component);
        let has = |what: &str| rest.lines().any(|line| line.starts_with(what));
        for what in ["files", "environment", "key_value_stores", "ai_models"] {
            assert!(!has(what), "{name} has {what}");
        }
        if part.is_empty() {
            assert_eq!(has("allowed_outbound_hosts"), component == "jobs", "{name}");
            assert_eq!(has("sqlite_databases"), component != "console", "{name}");
        }
        if part == "variables" {
            let is_public = ["public", "hooks"].contains(&component);
            assert_ne!(component, "console", "it has variables");
            assert_eq!(has("admin_token"), !is_public, "{name}");
            assert_eq!(has("mail_secret"), component == "jobs", "{name}");
            // Those that keep secrets or are shown what these prove.
            let opens = ["altcraft", "databases", "hooks", "jobs"].contains(&component);
            assert_eq!(has("secrets_key"), opens, "{name}");
        }
    }
    assert_eq!(components.len(), 11);
}
