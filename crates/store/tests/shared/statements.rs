//! Every statement prepares against the migrated schema, and none that a
//! request runs walks through a big table.

use std::path::{Path, PathBuf};

use roster_store::migrate::{self, MIGRATIONS, VERSION, migrate};
use roster_store::{Cell, Error, Sql};

use super::client::sent;
use super::world::{World, block_on, execute, rows};
use crate::engine::{Connection, STORE};

fn migrated(world: &World) -> Connection {
    let sql = world.connect();
    block_on(migrate(&sql, VERSION)).unwrap();
    sql
}

/// All `.sql` files of the store, each as `folder/name` with its text.
fn statements() -> Vec<(String, String)> {
    let root = Path::new(STORE).join("src/sql");
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
fn plan(sql: &Connection, statement: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {statement}");
    block_on(sql.query(&explained, nulls(statement)))
        .unwrap_or_else(|error| panic!("{error}: {statement}"))
        .into_iter()
        .map(|mut row| row.text(3).unwrap())
        .collect()
}

/// Tables that grow with the number of people.
const BIG: [&str; 13] = [
    "relations",
    "profiles",
    "match_keys",
    "subscriptions",
    "history",
    "idempotency",
    "search",
    "segment_members",
    "control_members",
    "control_overrides",
    "suppression_entries",
    "suppression_history",
    "deliveries",
];

/// The tables that a name in a plan may stand for: itself, or what it is an
/// alias of anywhere in the statement.
fn meant<'a>(name: &'a str, statement: &'a str) -> Vec<&'a str> {
    let words: Vec<&str> = statement
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let aliases = words
        .windows(3)
        .filter(|three| three[1].eq_ignore_ascii_case("AS") && three[2].eq_ignore_ascii_case(name));
    std::iter::once(name)
        .chain(aliases.map(|three| three[0]))
        .collect()
}

/// The steps of a statement's plan that walk through a whole big table: scans,
/// of an index too, and indexes that are built for the statement.
fn walks(sql: &Connection, statement: &str) -> Vec<String> {
    let mut steps = plan(sql, statement);
    steps.retain(|step| {
        let (scan, rest) = match (step.strip_prefix("SCAN "), step.strip_prefix("SEARCH ")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (rest.contains(" AUTOMATIC "), rest),
            _ => return false,
        };
        let name = rest.split_whitespace().next().unwrap_or_default();
        // The trigram index is asked for a text (M) or a document (=).
        let asked = rest
            .split_once("VIRTUAL TABLE INDEX ")
            .and_then(|(_, how)| how.split_once(':'))
            .is_some_and(|(_, how)| how.starts_with(['M', '=']));
        scan && !asked
            && meant(name, statement)
                .iter()
                .any(|table| BIG.contains(table))
    });
    steps
}

#[test]
fn walks_are_seen_however_they_are_written() {
    let world = World::empty();
    let sql = migrated(&world);
    for statement in [
        "SELECT * FROM profiles WHERE revision = 3",
        "SELECT p.pk FROM profiles AS p WHERE p.data = ?1",
        "SELECT database_id FROM profiles ORDER BY database_id",
        "SELECT count(*) FROM match_keys AS k WHERE k.profile = ?1",
        "SELECT rowid FROM search",
        "SELECT rowid FROM search AS s WHERE s.rowid > ?1",
        "DELETE FROM subscriptions WHERE contact = ?1",
        "UPDATE history SET at = 1 WHERE kind = ?1",
        "SELECT 1 FROM json_each(?1) AS j LEFT JOIN match_keys AS k ON k.profile = j.value",
    ] {
        assert!(
            !walks(&sql, statement).is_empty(),
            "{:?}",
            plan(&sql, statement)
        );
    }
    for statement in [
        "SELECT * FROM profiles AS p WHERE p.pk = ?1",
        "SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid DESC",
        "DELETE FROM search WHERE rowid IN (SELECT value FROM json_each(?1))",
        "SELECT * FROM databases",
    ] {
        assert_eq!(walks(&sql, statement), [""; 0]);
    }
}

#[test]
fn every_statement_prepares_and_says_what_it_is_for() {
    let world = World::empty();
    let sql = migrated(&world);
    for (name, statement) in statements() {
        assert!(statement.starts_with("-- "), "{name} begins with a comment");
        let explained = format!("EXPLAIN {statement}");
        if let Err(error) = block_on(sql.query(&explained, nulls(&statement))) {
            panic!("{name}: {error}");
        }
    }
}

/// SQLite prepares a statement again at every execution when a parameter alone
/// is its limit, since the plan may depend on the value.
#[test]
fn no_limit_is_a_bare_parameter() {
    for (name, statement) in statements() {
        let words: Vec<&str> = statement
            .lines()
            .filter(|line| !line.trim_start().starts_with("--"))
            .flat_map(str::split_whitespace)
            .collect();
        for (at, _) in words
            .iter()
            .enumerate()
            .filter(|(_, word)| ["LIMIT", "OFFSET"].contains(word))
        {
            let number = words.get(at + 1).is_some_and(|word| word.starts_with('?'));
            let computed = words.get(at + 2) == Some(&"+");
            assert!(!number || computed, "{name}: {:?}", &words[at..]);
        }
    }
}

#[test]
fn no_statement_walks_through_a_big_table() {
    let world = World::empty();
    let sql = migrated(&world);
    // A migration may: it runs once.
    let asked = statements().into_iter();
    for (name, statement) in asked.filter(|(name, _)| !name.starts_with("rekey/")) {
        assert_eq!(walks(&sql, &statement), [""; 0], "{name}");
    }
}

/// `EXPLAIN QUERY PLAN` doesn't look into triggers, so the statements of the
/// writing triggers are explained one by one, with their columns as parameters.
#[test]
fn no_writing_trigger_walks_through_a_big_table() {
    let world = World::empty();
    let sql = migrated(&world);
    for (name, least) in [
        ("profile_writes_applied", 12),
        ("control_writes_applied", 7),
        ("control_draws_applied", 7),
    ] {
        let seen = explained_trigger(&sql, name);
        assert!(seen >= least, "{name}: {seen}");
    }
}

/// Looks at the statements of a trigger; how many there are.
fn explained_trigger(sql: &Connection, name: &str) -> usize {
    let statement = format!("SELECT sql FROM sqlite_schema WHERE name = '{name}'");
    let trigger = block_on(sql.query(&statement, vec![])).unwrap()[0].text(0);
    let trigger = trigger.unwrap();
    let body = trigger.split_once("BEGIN").unwrap().1;
    let body = body.rsplit_once("END").unwrap().0;
    let mut seen = 0;
    for statement in body.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        // libSQL stores it as its client spells it.
        let statement = statement.replace("RAISE (", "RAISE(");
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
        assert_eq!(walks(sql, &plain), [""; 0], "{plain}");
        seen += 1;
    }
    seen
}

/// What the engine does for a statement, step by step.
fn steps(sql: &Connection, statement: &str) -> Vec<String> {
    let explained = format!("EXPLAIN {statement}");
    block_on(sql.query(&explained, nulls(statement)))
        .unwrap_or_else(|error| panic!("{error}: {statement}"))
        .into_iter()
        .map(|row| format!("{:?}", &row.0[1..7]))
        .collect()
}

#[test]
fn the_client_of_libsql_sends_every_statement_as_it_was_meant() {
    let world = World::empty();
    let sql = migrated(&world);
    for (name, statement) in statements() {
        let sent = sent(&statement).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(steps(&sql, &sent), steps(&sql, &statement), "{name}");
    }
    for (name, script) in MIGRATIONS {
        for statement in migrate::statements(script) {
            sent(statement).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    for wrong in [
        "SELECT group_concat(a ORDER BY b) FROM c",
        "SELECT count(*) FROM a HAVING count(*) > 0",
        "SELECT 1; SELECT 2",
        "",
    ] {
        assert!(sent(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_of_an_older_version_is_brought_up_to_date_and_a_newer_one_refused() {
    let world = World::empty();
    let sql = world.connect();
    block_on(migrate(&sql, 1)).unwrap();
    execute(
        &sql,
        "INSERT INTO profiles (pk, database_id, revision, status, created_at, updated_at, data) VALUES (5, 1, 1, 0, 0, 0, '{\"email\":\"a@example.org\"}')",
    );
    block_on(migrate(&sql, VERSION)).unwrap();
    let count = "SELECT count(*) FROM profiles";
    assert_eq!(rows(&sql, count, vec![]), [[Cell::Integer(1)]]);
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
        Err(Error::Newer {
            file: newer,
            known: VERSION
        })
    );
}

/// Who spoke for all databases is known by name alone of what was asked for before.
#[test]
fn older_schedules_and_jobs_speak_for_all_if_nobody_of_that_name_speaks_for_some() {
    let world = World::empty();
    let sql = world.connect();
    block_on(migrate(&sql, 8)).unwrap();
    for (name, databases) in [
        ("all", "NULL"),
        ("some", "'[1]'"),
        ("both", "NULL"),
        ("both", "'[1]'"),
    ] {
        execute(
            &sql,
            &format!(
                "INSERT INTO tokens (name, secret, prefix, scopes, databases, created_at, created_by)
                 VALUES ('{name}', randomblob(32), '', '[]', {databases}, 0, 'admin')"
            ),
        );
    }
    for name in ["admin", "all", "both", "gone", "some"] {
        execute(
            &sql,
            &format!(
                "INSERT INTO schedules (database_id, name, revision, enabled, definition, created_at, updated_at, created_by)
                 VALUES (1, '', 1, 1, '{{}}', 0, 0, '{name}')"
            ),
        );
        for state in ["queued", "completed"] {
            execute(
                &sql,
                &format!(
                    "INSERT INTO jobs (kind, database_id, state, name, actor, interface, created_at, updated_at, settings, progress)
                     VALUES ('import', 1, '{state}', '', '{name}', '', 0, 0, '{{}}', '{{}}')"
                ),
            );
        }
    }
    block_on(migrate(&sql, VERSION)).unwrap();
    for (statement, wanted) in [
        (
            "SELECT created_by FROM schedules WHERE speaks_for_all ORDER BY 1",
            ["admin", "all"],
        ),
        (
            "SELECT actor FROM jobs WHERE speaks_for_all AND state = 'queued' ORDER BY 1",
            ["admin", "all"],
        ),
    ] {
        let found = rows(&sql, statement, vec![]);
        assert_eq!(
            found,
            wanted.map(|name| vec![Cell::from(name)]),
            "{statement}"
        );
    }
}

/// What an older version wrote is found by the keys of this one.
#[test]
fn match_keys_of_an_older_file_are_made_anew() {
    let world = World::empty();
    let sql = world.connect();
    block_on(migrate(&sql, 5)).unwrap();
    for (kind, value, slot, profile) in [
        (100, "C-001", 0, 7),
        (100, "C-001 ", 0, 8),
        (100, "C‑002\u{a0}", 0, 9),
        (100, "", 0, 10),
        (101, "O’Brien", 11, 11),
        (101, "O'Brien", 12, 12),
        (101, "Иван", 13, 13),
        (51, "o’brien@x.org", 11, 11),
    ] {
        let statement = "INSERT INTO match_keys VALUES (1, ?1, ?2, ?3, ?4)";
        let parameters = vec![
            Cell::Integer(kind),
            Cell::from(value),
            Cell::Integer(slot),
            Cell::Integer(profile),
        ];
        block_on(sql.query(statement, parameters)).unwrap();
    }
    block_on(migrate(&sql, VERSION)).unwrap();
    let keys = "SELECT kind || ' ' || value || ' ' || slot || ' ' || profile FROM match_keys
                ORDER BY kind, value, slot";
    let mut keys: Vec<String> = block_on(sql.query(keys, vec![]))
        .unwrap()
        .into_iter()
        .map(|mut row| row.text(0).unwrap())
        .collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "100 C-001 7 7",
            "100 C-001 8 8",
            "100 C-002 0 9",
            "101 O'Brien 11 11",
            "101 O'Brien 12 12",
            "101 Иван 13 13",
            "51 o'brien@x.org 11 11",
        ]
    );
}

#[test]
fn four_that_start_together_on_an_empty_file_migrate_it_once() {
    let world = World::empty();
    // One of them has set the journal already, as the first instance does.
    drop(world.connect());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let sql = world.connect();
                block_on(migrate(&sql, VERSION)).unwrap();
            });
        }
    });
    let sql = world.connect();
    let count = "SELECT count(*) FROM migrations";
    assert_eq!(rows(&sql, count, vec![]), [[Cell::Integer(VERSION)]]);
}
