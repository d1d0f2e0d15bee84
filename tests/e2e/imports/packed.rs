//! Files that have to be unpacked, in other encodings, and such that attack.

use super::{Import, counts, mapping};
use crate::support::{Database, Server};
use serde_json::{Value, json};
use std::process::{Command, Stdio};

fn settings() -> Value {
    json!({ "mapping": mapping(&[("mail", "email"), ("имя", "_fname")]) })
}

/// What `gzip` makes of bytes; none where there is no gzip.
fn gzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let bytes = bytes.to_vec();
    let writing = std::thread::spawn(move || std::io::Write::write_all(&mut input, &bytes));
    let output = child.wait_with_output().ok()?;
    writing.join().ok()?.ok()?;
    Some(output.stdout)
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The letters of Russian in windows-1251; others must be ASCII.
fn windows_1251(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            'А'..='я' => u8::try_from(u32::from(c) - 0x410 + 0xc0).unwrap(),
            c => u8::try_from(c).unwrap(),
        })
        .collect()
}

#[test]
fn encodings_and_line_ends_make_no_difference() {
    let server = Server::start();
    let text = "mail;имя\nanna@example.com;Анна Каренина\nivan@example.com;Иван Карамазов\n\
                petr@example.com;Пётр\n"
        .replace('ё', "е");
    let mut seen: Option<Vec<Value>> = None;
    for (number, end) in ["\n", "\r\n", "\r"].into_iter().enumerate() {
        let text = text.replace('\n', end);
        let bom = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        for (place, bytes) in [
            text.clone().into_bytes(),
            bom,
            utf_16(&text),
            windows_1251(&text),
        ]
        .into_iter()
        .enumerate()
        {
            let db = Database::new(&server, &format!("encoding {number} {place}"), &[]);
            let import = Import::of(&db, "people.csv", &bytes);
            let seen_before = db
                .api
                .post(&format!("{}/preview", import.path), &settings())
                .ok(200);
            assert_eq!(
                seen_before["check"]["counts"]["created"], 3,
                "{seen_before}"
            );
            let job = import.run(&settings());
            assert_eq!(counts(&job), [3, 0, 0, 0, 0], "{job}");
            let people: Vec<Value> = db.all().iter().map(|one| one["data"].clone()).collect();
            assert_eq!(seen.get_or_insert_with(|| people.clone()), &people);
        }
    }
}

#[test]
fn a_gzipped_file_is_imported_and_a_bomb_ends_in_a_clear_error() {
    let text = "mail,имя\nanna@example.com,Анна\n";
    let Some(packed) = gzipped(text.as_bytes()) else {
        eprintln!("skipped: there is no gzip here");
        return;
    };
    let server = Server::start();
    let db = Database::new(&server, "gzip", &[]);
    let import = Import::of(&db, "people.csv.gz", &packed);
    assert_eq!(counts(&import.run(&settings())), [1, 0, 0, 0, 0]);

    let mut bomb = b"mail,\xd0\xb8\xd0\xbc\xd1\x8f\n".to_vec();
    bomb.resize(200 << 20, b'\n');
    let bomb = gzipped(&bomb).unwrap();
    assert!(bomb.len() < 1 << 20);
    let import = Import::of(&db, "bomb.csv.gz", &bomb);
    let job = import.run(&settings());
    assert_eq!(job["state"], "failed", "{job}");
    assert_eq!(job["problem"]["code"], "archive_bomb");
    assert_eq!(db.total(), 1);
}

#[test]
fn long_lines_deep_json_and_broken_files_are_clear_errors() {
    let server = Server::start();
    let db = Database::new(&server, "broken", &[]);
    // 64 MiB without a line break, between two good rows.
    let mut long = "mail,имя\na@example.com,A\n".as_bytes().to_vec();
    long.resize(64 << 20, b'x');
    long.extend_from_slice(b"\nb@example.com,B\n");
    let import = Import::of(&db, "long.csv", &long);
    let job = import.run(&settings());
    assert_eq!(counts(&job), [2, 0, 0, 0, 1], "{job}");
    assert_eq!(import.report("failed")[1][3], "record_too_large");

    let deep = format!(
        "[{{\"mail\":\"c@example.com\"}},{{\"mail\":{}1{}}},{{\"mail\":\"d@example.com\"}}]",
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let by_json = json!({ "mapping": mapping(&[("mail", "email")]) });
    let import = Import::of(&db, "deep.json", deep.as_bytes());
    let job = import.run(&by_json);
    assert_eq!(
        job["counts"]["created"].as_i64().unwrap() + job["counts"]["failed"].as_i64().unwrap(),
        3,
        "{job}"
    );
    assert!(job["counts"]["failed"].as_i64().unwrap() >= 1);

    let import = Import::of(&db, "people.zip", b"PK\x03\x04 and nothing more");
    let start = format!("{}/start", import.path);
    let problem = db
        .api
        .post(&start, &settings())
        .problem(422, "unreadable_file");
    assert_eq!(problem["reason"], "archive_broken", "{problem}");
}
