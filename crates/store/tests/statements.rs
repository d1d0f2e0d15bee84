//! Every statement prepares against the migrated schema, and none that a
//! request runs walks through a big table.

use std::path::{Path, PathBuf};

use futures_executor::block_on;
use roster_store::migrate::{VERSION, migrate};
use roster_store::native::Native;
use roster_store::{Cell, Sql};

fn migrated() -> Native {
    let sql = Native::in_memory().unwrap();
    block_on(migrate(&sql, VERSION)).unwrap();
    sql
}

/// All `.sql` files of the store, each as `folder/name` with its text.
fn statements() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sql");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                found.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 20, "the statements were not found");
    found
}

/// As many NULLs as the statement has parameters.
fn nulls(statement: &str) -> Vec<Cell> {
    let numbered = statement.split('?').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    vec![Cell::Null; numbered.max().unwrap_or(0)]
}

/// What the engine plans for a statement, one line a step.
fn plan(sql: &Native, statement: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {statement}");
    block_on(sql.query(&explained, nulls(statement)))
        .unwrap()
        .into_iter()
        .map(|mut row| row.text(3).unwrap())
        .collect()
}

#[test]
fn every_statement_prepares_and_says_what_it_is_for() {
    let sql = migrated();
    for (name, statement) in statements() {
        assert!(statement.starts_with("-- "), "{name} begins with a comment");
        let explained = format!("EXPLAIN {statement}");
        if let Err(error) = block_on(sql.query(&explained, nulls(&statement))) {
            panic!("{name}: {error}");
        }
    }
}

#[test]
fn no_statement_scans_a_big_table() {
    let big = [
        "profiles",
        "match_keys",
        "subscriptions",
        "history",
        "idempotency",
    ];
    let sql = migrated();
    for (name, statement) in statements() {
        for step in plan(&sql, &statement) {
            let scanned = step
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split_whitespace().next());
            if let Some(table) = scanned {
                assert!(!big.contains(&table), "{name}: {step}");
            }
        }
    }
}

/// `EXPLAIN QUERY PLAN` doesn't look into triggers, so the statements of the
/// writing trigger are explained one by one, with its columns as parameters.
#[test]
fn the_writing_trigger_scans_no_big_table() {
    let sql = migrated();
    let mut rows = block_on(sql.query(
        "SELECT sql FROM sqlite_schema WHERE name = 'profile_writes_applied'",
        vec![],
    ))
    .unwrap();
    let trigger = rows[0].text(0).unwrap();
    let body = trigger.split_once("BEGIN").unwrap().1;
    let body = body.rsplit_once("END").unwrap().0;
    let mut seen = 0;
    for statement in body.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        let statement = statement.replace("RAISE(ABORT, ", "max(");
        let mut plain = String::new();
        let mut rest = statement.as_str();
        while let Some(at) = rest.find("new.") {
            plain.push_str(&rest[..at]);
            plain.push_str("?1");
            let after = &rest[at + 4..];
            let end = after
                .find(|c: char| !c.is_ascii_lowercase() && c != '_')
                .unwrap_or(after.len());
            rest = &after[end..];
        }
        plain.push_str(rest);
        for step in plan(&sql, &plain) {
            for table in ["profiles", "match_keys", "subscriptions", "history"] {
                let scan = format!("SCAN {table}");
                assert!(
                    step != scan && !step.starts_with(&format!("{scan} ")),
                    "{step} in {plain}"
                );
            }
        }
        seen += 1;
    }
    assert!(seen >= 12);
}

#[test]
fn a_file_of_an_older_version_is_brought_up_to_date_and_a_newer_one_refused() {
    let sql = Native::in_memory().unwrap();
    block_on(migrate(&sql, 1)).unwrap();
    block_on(sql.query(
        "INSERT INTO profiles VALUES (5, 1, 1, 0, 0, 0, '{\"email\":\"a@example.org\"}')",
        vec![],
    ))
    .unwrap();
    block_on(migrate(&sql, VERSION)).unwrap();
    let rows = block_on(sql.query("SELECT count(*) FROM profiles", vec![])).unwrap();
    assert_eq!(rows[0].integer(0), Ok(1));
    // Again changes nothing.
    block_on(migrate(&sql, VERSION)).unwrap();

    let newer = VERSION + 1;
    block_on(sql.query(
        "INSERT INTO migrations VALUES (?1, 'from the future', '')",
        vec![Cell::Integer(newer)],
    ))
    .unwrap();
    assert_eq!(
        block_on(migrate(&sql, VERSION)),
        Err(roster_store::Error::Newer {
            file: newer,
            known: VERSION
        })
    );
}

#[test]
fn four_that_start_together_on_an_empty_file_migrate_it_once() {
    let folder = std::env::temp_dir().join(format!("roster-migrate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("together.db");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let sql = Native::open(&path).unwrap();
                block_on(migrate(&sql, VERSION)).unwrap();
            });
        }
    });
    let sql = Native::open(&path).unwrap();
    let rows = block_on(sql.query("SELECT count(*) FROM migrations", vec![])).unwrap();
    assert_eq!(rows[0].integer(0), Ok(VERSION));
    std::fs::remove_dir_all(&folder).unwrap();
}
