//! Short files in the encodings that programs still write.

use super::typed::TypedRow;
use super::{assert_exported, database, settings};
use crate::imports::{Import, counts};
use crate::support::Server;
use encoding_rs::{Encoding, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};
use serde_json::json;

const COLUMNS: [(&str, &str); 3] = [
    ("E-mail", "email"),
    ("First name", "_fname"),
    ("City", "_city"),
];

/// Names and towns by language, with the encoding that programs write them in.
fn languages() -> Vec<(&'static Encoding, [[&'static str; 2]; 4])> {
    let polish = [
        ["Łukasz", "Łódź"],
        ["Michał", "Gdańsk"],
        ["Wiesława", "Świdnica"],
        ["Jóźwiak", "Kraków"],
    ];
    let czech = [
        ["Věra", "Plzeň"],
        ["Jiří", "Děčín"],
        ["Růžena", "Ústí"],
        ["Zdeněk", "Třebíč"],
    ];
    let magyar = [
        ["Győző", "Győr"],
        ["Eszter", "Pécs"],
        ["Ödön", "Gyöngyös"],
        ["Zsófia", "Kőszeg"],
    ];
    let german = [
        ["Jürgen", "Köln"],
        ["Käthe", "Düsseldorf"],
        ["Björn", "Gießen"],
        ["Ute", "Würzburg"],
    ];
    let french = [
        ["Zoé", "Orléans"],
        ["Loïc", "Nîmes"],
        ["Anaïs", "Besançon"],
        ["Aimée", "Angoulême"],
    ];
    let russian = [
        ["Ольга", "Москва"],
        ["Фёдор", "Тверь"],
        ["Юлия", "Казань"],
        ["Илья", "Пермь"],
    ];
    vec![
        (WINDOWS_1250, polish),
        (WINDOWS_1250, czech),
        (WINDOWS_1250, magyar),
        (WINDOWS_1252, german),
        (WINDOWS_1252, french),
        (MACINTOSH, french),
        (WINDOWS_1251, russian),
        (KOI8_R, russian),
        (encoding_rs::UTF_8, polish),
    ]
}

/// A file of these people, and what a person would have typed.
fn file(people: &[[&str; 2]]) -> (String, Vec<TypedRow>) {
    let mut file = "E-mail;First name;City\r\n".to_owned();
    let mut typed = Vec::new();
    for (number, [name, city]) in people.iter().enumerate() {
        file += &format!("l{number}@example.com;{name};{city}\r\n");
        let mut row = TypedRow::default();
        row.set("email", format!("l{number}@example.com"));
        row.set("_fname", *name);
        row.set("_city", *city);
        typed.push(row);
    }
    (file, typed)
}

#[track_caller]
fn assert_read(server: &Server, name: &str, bytes: &[u8], typed: &[TypedRow]) {
    let db = database(server, name, &[]);
    let import = Import::of(&db, "people.csv", bytes);
    let settings = settings(&import, &COLUMNS, &json!({}));
    let job = import.run(&settings);
    assert_eq!(counts(&job), [4, 0, 0, 0, 0], "{name}");
    assert_exported(&db, &COLUMNS, &typed.iter().collect::<Vec<_>>());
}

#[test]
fn short_files_are_read_in_the_encoding_that_they_have() {
    let server = Server::start();
    for (place, (encoding, people)) in languages().into_iter().enumerate() {
        let (text, typed) = file(&people);
        let (bytes, _, lost) = encoding.encode(&text);
        assert!(!lost);
        let name = format!("{} {place}", encoding.name());
        assert_read(&server, &name, &bytes, &typed);
    }
}

#[test]
fn marks_at_the_beginning_tell_the_encoding_and_are_no_letters() {
    let server = Server::start();
    let (_, people) = languages()[1];
    let (text, typed) = file(&people);
    let marked = format!("\u{feff}{text}");
    assert_read(&server, "utf-8", marked.as_bytes(), &typed);
    let units = || marked.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    assert_read(&server, "utf-16 little", &little, &typed);
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    assert_read(&server, "utf-16 big", &big, &typed);
}
