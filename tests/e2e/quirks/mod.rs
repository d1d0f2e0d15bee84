//! Files with all that spreadsheets do to values come out as a person who reads the
//! sheet would have typed them: in by preview, proposals and start, out by CSV and JSON
//! Lines.

mod encodings;
mod text;
mod typed;
mod workbook;

use crate::exports::{export, rows};
use crate::imports::{Import, counts};
use crate::support::{Database, Server, text as string};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use typed::TypedRow;

const COUNT: usize = 1000;

/// A database where the people of the files live.
fn database(server: &Server, name: &str, fields: &[Value]) -> Database {
    let db = Database::new(server, name, fields);
    let here = json!({ "region": "DE", "time_zone": "Europe/Berlin" });
    db.api.patch(&db.path, &here).ok(200);
    db
}

/// What the preview proposes for a file, where each column must be the field that it is
/// called or shown to be, or nothing; then with the rest as a person says it.
#[track_caller]
fn settings(import: &Import<'_>, columns: &[(&str, &str)], more: &Value) -> Value {
    let seen = import
        .db
        .api
        .post(&format!("{}/preview", import.path), &json!({}))
        .ok(200);
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let shown: Vec<&str> = seen["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert_eq!(shown[..names.len()], names, "{:#}", seen["reading"]);
    assert_eq!(seen["warnings"], json!([]));
    let mut settings = seen["proposals"]["settings"].clone();
    let mapping = settings["mapping"].as_array_mut().unwrap();
    for (name, field) in columns {
        let link = mapping.iter_mut().find(|link| link["column"] == *name);
        let proposed = link.as_ref().map(|link| link["to"].clone());
        let told = proposed.as_ref().and_then(|to| {
            let one = to.as_array().and_then(|to| to.first()).unwrap_or(to);
            one["field"].as_str().map(str::to_owned)
        });
        assert!(
            told.as_deref().is_none_or(|told| told == *field),
            "{name} is no {told:?}"
        );
        let to = json!({ "column": name, "to": { "field": field } });
        match link {
            Some(link) => *link = to,
            None => mapping.push(to),
        }
    }
    for (name, value) in more.as_object().unwrap() {
        match name.as_str() {
            "mapping" => {
                let more = value.as_array().unwrap();
                let mapping = settings["mapping"].as_array_mut().unwrap();
                mapping.retain(|link| !more.iter().any(|one| one["column"] == link["column"]));
                mapping.extend(more.iter().cloned());
            }
            _ => settings[name] = value.clone(),
        }
    }
    settings
}

/// What is reported must be what was left out of the rows, and what failed.
#[track_caller]
fn assert_reported(import: &Import<'_>, job: &Value, typed: &[TypedRow]) {
    let failed: Vec<&str> = typed.iter().filter_map(|row| row.fails).collect();
    let fine = || typed.iter().filter(|row| row.fails.is_none());
    let created = i64::try_from(typed.len() - failed.len()).unwrap();
    let failed_count = i64::try_from(failed.len()).unwrap();
    let told = import.report("failed");
    let codes: Vec<&str> = told[1..].iter().map(|row| row[3].as_str()).collect();
    assert_eq!(codes, failed);
    let told = import.report("warning");
    let codes: Vec<&str> = told[1..].iter().map(|row| row[3].as_str()).collect();
    let warned: Vec<_> = fine().filter(|row| !row.left_out.is_empty()).collect();
    let lines: Vec<String> = told[1..].iter().map(|row| row[3..6].join(" | ")).collect();
    for ((code, wanted), line) in codes.iter().zip(&warned).zip(&lines) {
        assert!(
            wanted.left_out.contains(code),
            "{line}: not one of {wanted:?}"
        );
    }
    assert_eq!(codes.len(), warned.len(), "{lines:#?}");
    assert_eq!(counts(job), [created, 0, 0, 0, failed_count], "{job}");
    assert_eq!(job["counts"]["warnings"], warned.len());
    let skipped: usize = fine().map(|row| row.left_out.len()).sum();
    assert_eq!(job["counts"]["skipped_values"], skipped);
}

/// Each row must come out as it was meant, in CSV and in JSON Lines.
#[track_caller]
fn assert_exported(db: &Database, columns: &[(&str, &str)], typed: &[&TypedRow]) {
    let fields: Vec<&str> = columns.iter().map(|(_, field)| *field).collect();
    let (header, found) = rows(&export(db, &json!({ "fields": fields, "raw": true })).bytes);
    assert_eq!(header, fields);
    let mut found: BTreeMap<String, Vec<String>> =
        found.into_iter().map(|row| (row[0].clone(), row)).collect();
    let lines = export(db, &json!({ "fields": fields, "format": "jsonl" })).text;
    let mut objects: BTreeMap<String, Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|value| (string(&value[fields[0]]), value))
        .collect();
    for row in typed {
        let key = row.cell(fields[0]);
        let cells: Vec<String> = fields.iter().map(|field| row.cell(field)).collect();
        assert_eq!(found.remove(&key), Some(cells), "{key}");
        let object = Value::Object(row.data.clone());
        assert_eq!(objects.remove(&key), Some(object), "{key}");
    }
    assert!(found.is_empty() && objects.is_empty());
}

#[test]
fn a_text_file_of_a_thousand_odd_rows_comes_out_as_it_was_meant() {
    let server = Server::start();
    let db = database(
        &server,
        "odd text",
        &[
            json!({ "name": "account", "type": "string", "unique": true }),
            json!({ "name": "renewal", "type": "date" }),
            json!({ "name": "points", "type": "integer" }),
            json!({ "name": "extra", "type": "object" }),
            json!({ "name": "note", "type": "string" }),
        ],
    );
    let letter = db.api.post(
        "/v1/resources",
        &json!({ "name": "letter", "databases": [db.id], "channels": ["email"] }),
    );
    let letter = string(&letter.ok(201)["id"]);
    let (file, mut typed) = text::file(COUNT);
    let import = Import::of(&db, "people.csv", file.as_bytes());
    let consent = json!({ "subscription": { "resource_id": letter, "channel": "email" },
        "part": "opt_in" });
    let more = json!({
        "mapping": [{ "column": text::CONSENT, "to": consent }],
        "matching": "email", "decimal": ",",
        "date_formats": ["%d.%m.%y", "%d.%m.%Y", "%d.%m.%Y %H:%M:%S"],
    });
    let settings = settings(&import, &text::COLUMNS, &more);
    let job = import.run(&settings);
    assert_reported(&import, &job, &typed);
    let fine = typed.iter().filter(|row| row.fails.is_none());
    assert_exported(&db, &text::COLUMNS, &fine.collect::<Vec<_>>());

    // Who said yes gets the letter, and nobody else.
    let column = json!([{ "resource_id": letter, "channel": "email", "deliverable": true }]);
    let body = json!({ "fields": ["email"], "subscriptions": column });
    let (_, found) = rows(&export(&db, &body).bytes);
    let got: Vec<&String> = found
        .iter()
        .filter(|row| !row[1].is_empty())
        .map(|row| &row[0])
        .collect();
    let yes = typed.iter().filter(|row| row.yes && row.fails.is_none());
    let yes: Vec<String> = yes.map(|row| row.cell("email")).collect();
    let (got, yes) = (
        got.into_iter().collect::<std::collections::BTreeSet<_>>(),
        yes.iter().collect::<std::collections::BTreeSet<_>>(),
    );
    assert_eq!(got, yes);

    // What failed is mended in the report, which is imported with the same settings.
    let report = db.api.get(&format!("{}/failed.csv", import.path)).text;
    let mended = mended(&report);
    let again = Import::of(&db, "failed.csv", mended.as_bytes());
    let job = again.run(&settings);
    let failed: Vec<TypedRow> = typed
        .iter_mut()
        .filter_map(|row| row.fails.take().map(|_| row.clone()))
        .collect();
    assert_reported(&again, &job, &failed);
    assert_exported(&db, &text::COLUMNS, &typed.iter().collect::<Vec<_>>());
}

/// The report of the rows that failed, as a person mends it.
fn mended(report: &str) -> String {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(report.as_bytes());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .flexible(true)
        .from_writer(Vec::new());
    for row in reader.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        if row[3] == "quote_not_closed" {
            // The line stands in one cell, since nobody knows where its cells end: a
            // person takes the quote away and spreads it.
            let line = row[6].replacen(";\"", ";", 1);
            let mut cells = csv::ReaderBuilder::new()
                .has_headers(false)
                .delimiter(b';')
                .from_reader(line.as_bytes());
            let cells = cells.records().next().unwrap().unwrap();
            row.truncate(6);
            row.extend(cells.iter().map(str::to_owned));
        }
        for cell in &mut row {
            *cell = cell.replace(" at example.com", "@example.com");
            if cell.contains("beyond") {
                *cell = cell.split(" | ").next().unwrap().replace("beyond", "");
            }
        }
        writer.write_record(&row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn a_workbook_of_a_thousand_odd_rows_comes_out_as_it_was_meant() {
    let server = Server::start();
    let db = database(
        &server,
        "odd workbook",
        &[
            json!({ "name": "account", "type": "string", "unique": true }),
            json!({ "name": "renewal", "type": "date" }),
            json!({ "name": "visit", "type": "date" }),
            json!({ "name": "points", "type": "integer" }),
            json!({ "name": "member", "type": "boolean" }),
        ],
    );
    let (file, typed) = workbook::file(COUNT);
    let import = Import::of(&db, "people.xlsx", &file);
    let more = json!({ "matching": "email" });
    let settings = settings(&import, &workbook::COLUMNS, &more);
    let job = import.run(&settings);
    assert_reported(&import, &job, &typed);
    let fine = typed.iter().filter(|row| row.fails.is_none());
    assert_exported(&db, &workbook::COLUMNS, &fine.collect::<Vec<_>>());
}
