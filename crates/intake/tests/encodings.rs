//! Texts in every encoding become UTF-8.

mod support;

use encoding_rs::Encoding;
use proptest::prelude::*;
use roster_intake::{FileSettings, Limits, Probe, Prober, UnpackError};
use support::unpack::{Source, unpack, unpack_with};

const FRENCH: &str = "prénom;nom;ville\nAndré;Lefèvre;Orléans\nHélène;Bérégovoy;Angoulême\n\
    François;Noël;Besançon\nZoé;Garçon;Alès\n";
const GERMAN: &str = "Vorname;Name;Straße\nJürgen;Müller;Große Straße 1\nBjörn;Schröder;Am Grün 2\n\
    Käthe;Weiß;Österreicher Weg 3\n";
const SPANISH: &str =
    "nombre,apellido,ciudad\nJosé,Núñez,Cádiz\nMaría,Ibáñez,Logroño\nÁngel,Muñoz,León\n";
const RUSSIAN: &str = "имя;фамилия;город\nАнна;Иванова;Москва\nПётр;Сидоров;Санкт-Петербург\n\
    Ольга;Кузнецова;Нижний Новгород\nДмитрий;Щукин;Челябинск\n";
const POLISH: &str = "imię;nazwisko;miasto\nŁukasz;Wójcik;Łódź\nMałgorzata;Dąbrowska;Kraków\n\
    Grażyna;Kamińska;Gdańsk\nSłabomir;Żółkiewski;Rzeszów\n";
const GREEK: &str = "όνομα;επώνυμο;πόλη\nΓιώργος;Παπαδόπουλος;Αθήνα\nΕλένη;Νικολάου;Θεσσαλονίκη\n";
const TURKISH: &str =
    "ad;soyad;şehir\nAyşe;Yılmaz;İstanbul\nMehmet;Öztürk;Diyarbakır\nGülşen;Çağlar;Muğla\n";

fn encode(text: &str, label: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    match label {
        "utf-8 with mark" => bytes.extend(format!("\u{feff}{text}").into_bytes()),
        "utf-16le" => bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        "utf-16be" => bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        "utf-16le with mark" => return [&[0xff, 0xfe][..], &encode(text, "utf-16le")].concat(),
        "utf-16be with mark" => return [&[0xfe, 0xff][..], &encode(text, "utf-16be")].concat(),
        label => {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (encoded, _, lost) = encoding.encode(text);
            assert!(!lost, "{label}");
            bytes.extend(encoded.into_owned());
        }
    }
    bytes
}

fn one(bytes: &[u8], label: Option<&str>, size: usize) -> Result<Source, UnpackError> {
    let settings = FileSettings {
        encoding: label.map(str::to_owned),
        ..FileSettings::default()
    };
    let mut unpacked = unpack_with(bytes, "people.csv", size, &settings, Limits::default())?;
    Ok(unpacked.sources.remove(0))
}

#[test]
fn encodings_are_detected() {
    for (text, label, name) in [
        (RUSSIAN, "utf-8", "UTF-8"),
        (RUSSIAN, "utf-8 with mark", "UTF-8"),
        (RUSSIAN, "utf-16le", "UTF-16LE"),
        (RUSSIAN, "utf-16be", "UTF-16BE"),
        (FRENCH, "utf-16le with mark", "UTF-16LE"),
        (GREEK, "utf-16be with mark", "UTF-16BE"),
        (RUSSIAN, "windows-1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-U"),
        (RUSSIAN, "iso-8859-5", "ISO-8859-5"),
        (RUSSIAN, "ibm866", "IBM866"),
        (FRENCH, "windows-1252", "windows-1252"),
        (GERMAN, "windows-1252", "windows-1252"),
        (SPANISH, "iso-8859-1", "windows-1252"),
        (POLISH, "windows-1250", "windows-1250"),
        (POLISH, "iso-8859-2", "ISO-8859-2"),
        (GREEK, "windows-1253", "windows-1253"),
        (TURKISH, "windows-1254", "windows-1254"),
        (FRENCH, "macintosh", "macintosh"),
        (GERMAN, "macintosh", "macintosh"),
        (SPANISH, "macintosh", "macintosh"),
        ("a,b\n1,2\n", "utf-8", "UTF-8"),
    ] {
        for size in [1, 10_000] {
            let source = one(&encode(text, label), None, size).unwrap();
            assert_eq!(source.text, text, "{label}");
            // KOI8-U is KOI8-R with eight letters more.
            assert_eq!(source.end.encoding, Some(name), "{label}");
            assert_eq!(source.end.replaced, 0);
        }
    }
}

/// Short files: their text, the encoding, and its name.
const SHORT: &[(&str, &str, &str)] = &[
    ("imię;miasto\nŁukasz;Łódź\n", "windows-1250", "windows-1250"),
    (
        "email;name\na@b.pl;Paweł Woźniak\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "email;name\na@b.pl;Małgorzata Dąbrowska\nc@d.pl;Grażyna Świątek\n",
        "iso-8859-2",
        "ISO-8859-2",
    ),
    (
        "jméno;město\nJiří Dvořák;Plzeň\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "email;name\na@b.cz;Tomáš Kovář\nc@d.cz;Věra Šimková\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "name;city\nŽaneta Růžičková;Děčín\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "név;város\nSzőke Erzsébet;Győr\nErdős Béla;Fűzfő\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "nume;oraş\nIonuţ Mureşan;Braşov\nŞtefan Bălan;Piteşti\n",
        "windows-1250",
        "windows-1250",
    ),
    (
        "ad;soyad\nAyşe;Yılmaz\nGülşen;Çağlar\n",
        "windows-1254",
        "windows-1254",
    ),
    ("имя;город\nПётр;Москва\n", "windows-1251", "windows-1251"),
    (
        "email;имя\na@b.ru;Фёдор Иванов\n",
        "windows-1251",
        "windows-1251",
    ),
    ("имя;город\nАнна Иванова;Челябинск\n", "koi8-r", "KOI8-U"),
    ("ИМЯ;ГОРОД\nИВАНОВ СЕРГЕЙ;МОСКВА\n", "koi8-r", "KOI8-U"),
    ("имя;город\nДмитрий Щукин;Казань\n", "ibm866", "IBM866"),
    (
        "όνομα;πόλη\nΓιώργος;Αθήνα\n",
        "windows-1253",
        "windows-1253",
    ),
    (
        "Vorname;Straße\nJürgen;Grüner Weg 1\n",
        "windows-1252",
        "windows-1252",
    ),
    ("name;city\nMüller;Köln\n", "windows-1252", "windows-1252"),
    (
        "prénom;ville\nHélène;Besançon\n",
        "windows-1252",
        "windows-1252",
    ),
    (
        "name;city\nFrançois;Orléans\nZoë;Alès\n",
        "windows-1252",
        "windows-1252",
    ),
    ("名前;都市\n田中太郎;東京\n", "shift_jis", "Shift_JIS"),
    (
        "name;city\nさとう はなこ;おおさか\n",
        "shift_jis",
        "Shift_JIS",
    ),
    ("имя;город\nАнна;Москва\n", "utf-16le", "UTF-16LE"),
    (
        "名前;都市\n田中一郎;東京\n一二三;大阪\n",
        "utf-16le",
        "UTF-16LE",
    ),
    ("名前;都市\n田中一郎;東京\n", "utf-16be", "UTF-16BE"),
];

#[test]
fn short_files_are_read_by_the_letters_of_languages() {
    let mut wrong = Vec::new();
    for (text, label, name) in SHORT {
        let source = one(&encode(text, label), None, 10_000).unwrap();
        if source.text != *text {
            wrong.push(format!(
                "{name}: {:?} {:?}",
                source.end.encoding, source.text
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_utf_8_file_with_one_bad_byte_stays_utf_8() {
    for text in ["name\nJosé\n", "name;city\nJürgen;Köln\n", "имя\nАнна\n"] {
        for at in [text.find('\n').unwrap(), text.len()] {
            let mut bytes = text.as_bytes().to_vec();
            bytes.insert(at, 0xe9);
            let source = one(&bytes, None, 10_000).unwrap();
            assert_eq!(
                source.end.encoding,
                Some("UTF-8"),
                "{text:?} {}",
                source.text
            );
            assert_eq!(source.end.replaced, 1);
        }
    }
}

#[test]
fn doubt_is_told_with_the_line_and_the_alternatives() {
    let one = |text: &str, label: &str| one(&encode(text, label), None, 10_000).unwrap();
    let sure = one(POLISH, "windows-1250");
    assert_eq!(sure.end.doubt, None);
    let sure = one(RUSSIAN, "windows-1251");
    assert_eq!(sure.end.doubt, None);
    // A Turkish, a Romanian and an Icelandic letter are the same byte.
    let unsure = one("name\nŞahin\n", "windows-1254");
    let doubt = unsure.end.doubt.unwrap();
    assert!(
        doubt
            .alternatives
            .iter()
            .all(|other| other.sample != doubt.sample)
    );
    let read: Vec<&str> = doubt.alternatives.iter().map(|a| &*a.sample).collect();
    assert!(
        read.contains(&"Şahin") || doubt.sample == "Şahin",
        "{doubt:?}"
    );
}

#[test]
fn an_encoding_can_be_said() {
    let text = "Żółć\n";
    for (label, said) in [
        ("windows-1250", "cp1250"),
        ("iso-8859-2", "Latin2"),
        ("utf-16le", "UTF-16"),
        ("utf-16le with mark", "utf-16le"),
        ("utf-8 with mark", "utf8"),
    ] {
        assert_eq!(
            one(&encode(text, label), Some(said), 3).unwrap().text,
            text,
            "{label}"
        );
    }
    assert_eq!(
        one(&encode("é\n", "macintosh"), Some("MacRoman"), 3)
            .unwrap()
            .text,
        "é\n"
    );
    assert_eq!(
        one(b"a", Some("klingon"), 3).unwrap_err().code.as_str(),
        "unknown_encoding"
    );
}

#[test]
fn a_stray_nul_makes_no_binary_file_of_a_text() {
    let text = format!("{RUSSIAN}a\0b\n");
    assert_eq!(one(text.as_bytes(), None, 9).unwrap().text, text);
    assert_eq!(
        one(b"\x01\x02\0\x03", None, 9).unwrap_err().code.as_str(),
        "unsupported_format"
    );
}

#[test]
fn letters_that_come_late_are_looked_at_then() {
    let ascii = "plain,text\n".repeat(100_000);
    let text = format!("{ascii}{RUSSIAN}");
    let source = one(&encode(&text, "windows-1251"), None, 100_000).unwrap();
    assert_eq!(source.end.encoding, Some("windows-1251"));
    assert!(source.text == text);
}

#[test]
fn a_wrong_byte_here_and_there_in_utf_8_is_replaced_and_counted() {
    let mut bytes = RUSSIAN.repeat(3).into_bytes();
    bytes.extend(b"broken \xff here\n");
    bytes.extend(RUSSIAN.bytes());
    // And the half of a character at the end.
    bytes.push(0xd0);
    let source = one(&bytes, None, 11).unwrap();
    assert_eq!(
        (source.end.encoding, source.end.replaced),
        (Some("UTF-8"), 2)
    );
    assert!(source.text.contains("broken \u{fffd} here"));
    assert!(source.text.ends_with('\u{fffd}'));
}

#[test]
fn what_is_read_in_place_is_what_unpacking_gives() {
    let probe = |bytes: &[u8]| -> Probe {
        let mut prober = Prober::default();
        for piece in bytes.chunks(5) {
            prober.push(piece);
        }
        prober.finish()
    };
    for text in [FRENCH, RUSSIAN, "a,b\n", ""] {
        for label in ["utf-8", "utf-8 with mark"] {
            let bytes = encode(text, label);
            let start = probe(&bytes).in_place(&FileSettings::default()).unwrap();
            let start = usize::try_from(start).unwrap();
            let unpacked = unpack(&bytes, "x", 100).unwrap();
            assert_eq!(unpacked.sources[0].text.as_bytes(), &bytes[start..]);
        }
    }
    for label in [
        "windows-1252",
        "macintosh",
        "utf-16le",
        "utf-16be with mark",
    ] {
        let probe = probe(&encode(FRENCH, label));
        assert_eq!(probe.in_place(&FileSettings::default()), None, "{label}");
    }
}

proptest! {
    #[test]
    fn any_text_in_an_encoding_that_was_said_comes_back(
        text in "[a-zà-öø-ÿ ,;\n]{0,300}",
        label in prop::sample::select(vec!["windows-1252", "utf-8", "utf-16le", "utf-16be", "gbk", "windows-1254"]),
        size in 1..40_usize,
    ) {
        let Some(encoding) = Encoding::for_label(label.as_bytes()) else { unreachable!() };
        let (_, _, lost) = encoding.encode(&text);
        prop_assume!(!lost || label.starts_with("utf-16"));
        let source = one(&encode(&text, label), Some(label), size).unwrap();
        prop_assert_eq!(source.text, text);
        prop_assert_eq!(source.end.replaced, 0);
    }

    #[test]
    fn any_bytes_are_decoded_alike_whatever_the_pieces(
        bytes in prop::collection::vec(prop_oneof![3 => 0x20..0x80_u8, 2 => any::<u8>()], 0..400),
        size in 1..40_usize,
    ) {
        prop_assert_eq!(one(&bytes, None, size), one(&bytes, None, 1_000));
    }
}
