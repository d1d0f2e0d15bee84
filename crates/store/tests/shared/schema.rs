//! The schema as a whole: written down in `migrations/schema.sql`, the same for a new file
//! and for one of every older version.

use std::path::Path;
use std::process::Command;

use roster_model::DatabaseSettings;
use roster_model::define::Settings;
use roster_model::standard::standard_fields;
use roster_store::migrate::{ALWAYS, MIGRATIONS, VERSION, migrate, statements};
use roster_store::{Cell, Sql, databases};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::world::*;
use crate::engine::{Connection, KEEPS_TEXT, STORE};

/// The last commit whose migrations held views and triggers: files that were made by them
/// exist.
const RELEASED: &str = "04c9601";

/// What views and triggers are at this version. Anyone who changes one adds a migration, or
/// no file that is there gets it.
const VIEWS_AND_TRIGGERS: (i64, &str) = (
    25,
    "c890c3d94bb5f0c3672fb9a9b62ee8b3a68788513b5c96bf69e2399d004bf7a9",
);

/// Everything that a file holds, in an order that doesn't depend on how it came to be.
fn schema(sql: &Connection) -> String {
    let all = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT GLOB 'search_[cdi]*'
               ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name";
    let texts = block_on(sql.query(all, vec![])).unwrap();
    let texts = texts
        .into_iter()
        .map(|mut row| row.text(0).unwrap() + ";\n");
    texts.collect::<Vec<_>>().join("\n")
}

fn migrations() -> std::path::PathBuf {
    Path::new(STORE).join("../../migrations")
}

#[test]
fn the_schema_is_written_down() {
    if !KEEPS_TEXT {
        return;
    }
    let world = World::empty();
    let sql = world.connect();
    block_on(migrate(&sql, VERSION)).unwrap();
    let head = "-- The whole schema as it is, for people to read. A test writes it down: never edit it.\n\n";
    let now = format!("{head}{}", schema(&sql));
    let path = migrations().join("schema.sql");
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    if written != now {
        std::fs::write(&path, &now).unwrap();
        panic!("migrations/schema.sql was not the schema; it is now: look at it and commit it");
    }
}

#[test]
fn a_changed_view_or_trigger_comes_with_a_migration() {
    let mut hash = Sha256::new();
    for (name, script) in ALWAYS {
        hash.update(name);
        hash.update(script);
    }
    let digest: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        VIEWS_AND_TRIGGERS,
        (VERSION, digest.as_str()),
        "add a migration, so that files which are there get the change, then say here what they are"
    );
    for (name, script) in MIGRATIONS {
        for statement in statements(script) {
            let code = statement
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"));
            let code = code.collect::<Vec<_>>().join("\n");
            for word in ["VIEW", "TRIGGER"] {
                assert!(
                    !code.starts_with(&format!("CREATE {word}"))
                        && !code.starts_with(&format!("DROP {word}")),
                    "{name}: views and triggers stand in migrations/always"
                );
            }
        }
    }
    let files = std::fs::read_dir(migrations().join("always")).unwrap();
    assert_eq!(files.count(), ALWAYS.len(), "a file is not in ALWAYS");
}

/// A migration as it was released; none where there is no git history.
fn released(name: &str) -> Option<String> {
    let object = format!("{RELEASED}:migrations/{name}.sql");
    let shown = Command::new("git")
        .args(["-C", STORE, "show", &object])
        .output()
        .ok()?;
    shown
        .status
        .success()
        .then(|| String::from_utf8(shown.stdout).unwrap())
}

#[test]
fn a_file_of_every_older_version_becomes_the_same_with_its_people() {
    let fresh = World::empty();
    let fresh = {
        let sql = fresh.connect();
        block_on(migrate(&sql, VERSION)).unwrap();
        schema(&sql)
    };
    let mut scripts = Vec::new();
    for (name, _) in MIGRATIONS {
        let Some(script) = released(name) else { break };
        scripts.push((*name, script));
    }
    if scripts.is_empty() {
        eprintln!("skipped: there is no git history here");
        return;
    }
    assert!(scripts.len() >= 10, "{}", scripts.len());
    for version in 1..=scripts.len() {
        let world = World::empty();
        let sql = world.connect();
        execute(
            &sql,
            "CREATE TABLE migrations (
                version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL
            ) STRICT",
        );
        for (number, (name, script)) in (1..).zip(&scripts[..version]) {
            for statement in statements(script) {
                execute(&sql, statement);
            }
            let row = vec![Cell::Integer(number), Cell::from(*name)];
            let statement = "INSERT INTO migrations VALUES (?1, ?2, '')";
            block_on(sql.query(statement, row)).unwrap();
        }
        let settings = DatabaseSettings::create(&json!({"name": "Old"})).unwrap();
        block_on(databases::create(
            &sql,
            settings,
            standard_fields(),
            &author(),
        ))
        .unwrap()
        .unwrap();
        for statement in [
            "INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data)
             VALUES (1048576, 1, 1, 0, 0, 0, '{\"email\":\"ann@example.org\"}')",
            "INSERT INTO match_keys VALUES (1, 1, 'ann@example.org', 0, 1048576)",
        ] {
            execute(&sql, statement);
        }
        block_on(migrate(&sql, VERSION)).unwrap();
        assert_eq!(schema(&sql), fresh, "version {version}");
        let counted = "SELECT count FROM profile_counts";
        assert_eq!(
            rows(&sql, counted, vec![]),
            [[Cell::Integer(1)]],
            "version {version}"
        );
        // She is found by her key and can be written.
        let known = definitions(&sql, 1);
        let changed = json!({"email": "ann@example.org", "_fname": "Ann"});
        write(&sql, &import(&known, &[changed]));
        assert_eq!(
            rows(&sql, counted, vec![]),
            [[Cell::Integer(1)]],
            "version {version}"
        );
        let data = "SELECT data ->> '_fname' FROM profiles";
        assert_eq!(
            rows(&sql, data, vec![]),
            [[Cell::from("Ann")]],
            "version {version}"
        );
    }
}
