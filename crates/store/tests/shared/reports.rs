//! What may be large is read in pieces that are bounded in bytes.

use roster_model::JobId;
use roster_store::jobs::failures;
use roster_store::{Cell, Sql, import_settings};
use serde_json::json;

use super::world::*;
use crate::engine::Connection;

const ALL: [&str; 3] = ["failed", "skipped", "warning"];

fn report(sql: &Connection, job: i64, row: i64, outcome: &str, size: usize) {
    let statement = "INSERT INTO job_failures VALUES (?1, ?2, ?3, ?4)";
    let parameters = vec![
        Cell::Integer(job),
        Cell::Integer(row),
        Cell::from(outcome),
        Cell::Text(json!({ "cells": ["x".repeat(size)] }).to_string()),
    ];
    block_on(sql.query(statement, parameters)).unwrap();
}

/// Pages of `[row, …]`, each entry once.
fn pages(sql: &Connection, job: i64, outcomes: &[&str], limit: i64) -> Vec<Vec<i64>> {
    let job = JobId::new(job).unwrap();
    let (mut pages, mut after) = (Vec::new(), 0);
    loop {
        let page = block_on(failures(sql, job, outcomes, after, limit)).unwrap();
        let Some(last) = page.last() else {
            return pages;
        };
        after = last.row;
        pages.push(page.iter().map(|entry| entry.row).collect());
    }
}

#[test]
fn reported_rows_come_in_pieces_of_whole_rows() {
    let world = World::new();
    let sql = world.connect();
    execute(&sql, "BEGIN");
    for row in 1..=10 {
        for outcome in ALL.iter().take(row as usize % 3 + 1) {
            report(&sql, 1, row, outcome, 10);
        }
    }
    // Rows of 400 kB, and one of 3 MB.
    for row in 1..=9 {
        let size = if row == 5 { 3_000_000 } else { 400_000 };
        report(&sql, 2, row, "failed", size);
    }
    report(&sql, 2, 3, "warning", 400_000);
    execute(&sql, "COMMIT");
    // By number: a row with several entries is never cut.
    assert_eq!(
        pages(&sql, 1, &ALL, 4),
        [
            vec![1, 1, 2, 2, 2],
            vec![3, 4, 4, 5, 5, 5],
            vec![6, 7, 7, 8, 8, 8],
            vec![9, 10, 10],
        ]
    );
    assert_eq!(pages(&sql, 1, &["warning"], 500), [[2, 5, 8]]);
    assert_eq!(pages(&sql, 1, &["skipped"], 2).concat().len(), 7);
    // By bytes: a piece ends with the row that reaches a MiB.
    assert_eq!(
        pages(&sql, 2, &ALL, 500),
        [vec![1, 2, 3, 3], vec![4, 5], vec![6, 7, 8], vec![9]]
    );
    assert!(pages(&sql, 3, &ALL, 500).is_empty());
}

#[test]
fn saved_import_settings_come_page_by_page() {
    let world = World::new();
    let sql = world.connect();
    for name in ["b", "a", "Z", "ä", "c"] {
        let (settings, author) = (json!({ "name": name }), author());
        let put = import_settings::put(&sql, database_id(PEOPLE), name, None, &settings, &author);
        block_on(put).unwrap();
    }
    let page = |after: &str, limit| {
        let page = import_settings::page(&sql, database_id(PEOPLE), after, limit);
        let page = block_on(page).unwrap().into_iter();
        page.map(|saved| saved.name).collect::<Vec<_>>()
    };
    assert_eq!(page("", 3), ["Z", "a", "b"]);
    assert_eq!(page("b", 3), ["c", "ä"]);
    assert!(page("ä", 3).is_empty());
    let none = import_settings::page(&sql, database_id(OTHERS), "", 3);
    assert!(block_on(none).unwrap().is_empty());
}
