//! Detection over small files of every kind.

mod support;

use proptest::prelude::*;
use roster_intake::{Escape, FileSettings, Format, LineEnd, Quote, Reading, detect};
use support::{outline, rows, style, write};

fn found(text: &str) -> roster_intake::Detection {
    detect(
        text.as_bytes(),
        true,
        "people.csv",
        &FileSettings::default(),
    )
}

#[test]
fn delimiters_are_found_by_rows_that_are_alike() {
    for (text, delimiter) in [
        ("a,b\n1,2\n", ','),
        ("name;price\nA;1,5\nB;2,5\n", ';'),
        ("1,5;2,5;x\n1,5;2,5;y\n", ';'),
        ("name\tnote\nA\tone, two\nB\tthree\n", '\t'),
        ("name|note\nA|one, two\nB|three, four\n", '|'),
        ("a:b\nx:y\nz:w\n", ':'),
        ("when,what\n10:30:00,a\n11:30:00,b\n", ','),
        (
            "name,text\nA,\"one; two\nthree; four\"\nB,\"five; six\"\n",
            ',',
        ),
        ("sep=|\na;b|c\n", '|'),
        ("\"sep=;\"\na,b;c\nd,e;f\n", ';'),
        ("\u{feff}SEP=;\r\na,b;c\r\n", ';'),
        ("sep=;;;\na,b;c;d\n", ';'),
        ("\"Sep=;\",,,\na,b;c;d\n", ';'),
        ("sep=\t\na;b\tc\n", '\t'),
        ("email\n", ','),
        ("email\na@b.example\nc@d.example\n", ','),
    ] {
        let found = found(text);
        assert_eq!(found.reading.delimiter, delimiter, "{text:?} {found:?}");
    }
}

#[test]
fn one_column_is_read_by_a_delimiter_that_is_not_in_it() {
    let found = found("Full name\nDoe, John\nSmith\nRoe, Jane, Dr\nPlain\nOther\n");
    assert_eq!(found.reading.delimiter, ';');
}

#[test]
fn a_name_that_ends_in_tsv_is_a_hint_only() {
    let settings = FileSettings::default();
    let tsv = |text: &str| {
        detect(text.as_bytes(), true, "a.TSV", &settings)
            .reading
            .delimiter
    };
    assert_eq!(tsv("a\n"), '\t');
    assert_eq!(tsv("a,b\tc\n"), '\t');
    assert_eq!(tsv("a;b\n1;2\n"), ';');
}

#[test]
fn quotes_and_escapes_are_found() {
    for (text, quote, escape) in [
        ("a,b\n1,2\n", Quote::Double, Escape::Doubled),
        ("a,b\n\"x, y\",2\n", Quote::Double, Escape::Doubled),
        ("a,b\n'x, y',2\n'z, w',3\n", Quote::Single, Escape::Doubled),
        (
            "a,b\n'tHooft,2\nO'Brien,3\n",
            Quote::Double,
            Escape::Doubled,
        ),
        (
            "size,b\n5\" pipe,2\n\"Big\" Joe,3\n\"Fat\" Tony,4\n",
            Quote::None,
            Escape::Doubled,
        ),
        (
            "a,b\n\"say \"\"hi\"\" x\",2\n",
            Quote::Double,
            Escape::Doubled,
        ),
        (
            "a,b\n\"say \\\"hi\\\", x\",2\n",
            Quote::Double,
            Escape::Backslash,
        ),
    ] {
        let found = found(text);
        assert_eq!(found.reading.quote, quote, "{text:?} {found:?}");
        assert_eq!(found.reading.escape, escape, "{text:?} {found:?}");
    }
}

#[test]
fn a_quote_that_never_closes_is_told_and_swallows_nothing() {
    for text in [
        "a,b\n1,2\n3,\"4\n5,6\n7,8\n",
        "a,b\n1,\"2\n3,4\n5,6\n7,8\n9,0\n",
        "mail,name\na@b.example,\"Ann\nc@d.example,Ben\ne@f.example,Cora\n",
    ] {
        let found = found(text);
        assert_eq!(found.reading.quote, Quote::Double, "{text:?} {found:?}");
        let told = outline(text, &found.reading);
        let lines = text.lines().count() - 1;
        assert_eq!(told.len(), lines, "{told:?}");
        let wrong = told.iter().filter(|row| row.ends_with("quote_not_closed"));
        assert_eq!(wrong.count(), 1, "{told:?}");
    }
}

#[test]
fn headers_are_told_from_values() {
    for (text, header) in [
        ("email,name\na@b.example,Anna\n", true),
        ("E-mail Adresse,Vorname\na@b.example,Anna\n", true),
        ("Имя;Телефон\nАнна;+7 495 123-45-67\n", true),
        ("first,second\n1,2\n3,4\n", true),
        ("colour,shape\nred,round\nblue,square\n", true),
        ("a@b.example,Anna\nc@d.example,Ben\n", false),
        ("Anna Bell <anna@b.example>\nBen <ben@d.example>\n", false),
        ("Anna Bell <anna@b.example>\n", false),
        ("Mobile Name,City Title,Date Company,a@b.example\n", false),
        ("Anna,https://b.example/a\nBen,https://b.example/b\n", false),
        ("Anna,+49 30 1234567\nBen,+49 30 7654321\n", false),
        ("Anna,31 May 1990\nBen,1 June 1991\n", false),
        ("Anna,2024-05-31\nBen,2023-01-02\n", false),
        ("1,2\n3,4\n", false),
        ("red,round\nblue,square\nred,flat\n", false),
        ("email\n", true),
        ("", true),
    ] {
        let found = found(text);
        assert_eq!(found.reading.header, header, "{text:?} {found:?}");
        assert!(found.reasons.iter().any(|r| r.setting == "header"));
    }
}

#[test]
fn line_ends_are_named() {
    for (text, line_end) in [
        ("a", LineEnd::Lf),
        ("a\nb", LineEnd::Lf),
        ("a\r\nb\r\n", LineEnd::Crlf),
        ("a\rb\r", LineEnd::Cr),
        ("a\rb\n", LineEnd::Mixed),
        ("a\r\nb\n", LineEnd::Mixed),
    ] {
        assert_eq!(found(text).line_end, line_end, "{text:?}");
    }
}

#[test]
fn json_is_known_by_how_it_begins() {
    for (text, format) in [
        ("[{\"a\": 1}]", Format::Json),
        ("\u{feff}\n[\n  {\"a\": 1}]", Format::Json),
        ("[]", Format::Json),
        ("{\"a\": 1}\n{\"a\": 2}\n", Format::JsonLines),
        ("[name],[email]\n", Format::Csv),
        ("{{name}},x\n", Format::Csv),
    ] {
        assert_eq!(found(text).reading.format, format, "{text:?}");
    }
}

#[test]
fn what_is_said_is_taken_and_helps_to_find_the_rest() {
    let settings = FileSettings {
        delimiter: Some('/'),
        skip_rows: Some(2),
        ..FileSettings::default()
    };
    let text = "Report, of, May\n\nname/email\nA/a@b.example\n";
    let found = detect(text.as_bytes(), true, "", &settings);
    assert_eq!(found.reading.delimiter, '/');
    assert_eq!(found.reading.skip_rows, 2);
    assert!(found.reading.header);
    assert!(found.reasons.iter().all(|r| r.setting != "delimiter"));
    let settings = FileSettings {
        header: Some(false),
        format: Some(Format::Csv),
        ..settings
    };
    let found = detect(b"[{}]", true, "", &settings);
    assert_eq!(found.reading.format, Format::Csv);
    assert!(!found.reading.header);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_table_of_words_is_read_as_it_was_written(
        mut style in style(),
        mut table in (2..6_usize).prop_flat_map(|columns| {
            prop::collection::vec(prop::collection::vec("[a-z]{1,9}", columns), 6..20)
        }),
        note in "[a-z]{1,5}",
    ) {
        // One cell that needs quotes, where there are any.
        if style.reading.quote != Quote::None {
            table[3][0] = format!("{note}{} {note}\n{note}", style.reading.delimiter);
        }
        // Colons and apostrophes are taken only for good reason.
        if style.reading.quote == Quote::Single {
            style.quote_all = true;
        }
        let text = write(&mut table, &style);
        let settings = FileSettings {
            header: Some(false),
            ..FileSettings::default()
        };
        let found = detect(text.as_bytes(), true, "x.csv", &settings);
        prop_assert_eq!(rows(text.as_bytes(), &found.reading), table, "{:?}", found);
    }

    #[test]
    fn any_bytes_are_looked_at_and_something_is_found(
        sample in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(b",;\t|:\"'\\\n\rab1[{}]".to_vec()),
            1 => any::<u8>(),
        ], 0..400),
        whole in any::<bool>(),
        skip_rows in prop::option::of(0..5_u32),
        delimiter in prop::option::of(any::<char>()),
    ) {
        let settings = FileSettings {
            skip_rows,
            delimiter,
            ..FileSettings::default()
        };
        let found = detect(&sample, whole, "x.csv", &settings);
        prop_assert!(settings.check().is_err() || found.reading.check().is_ok());
        let again: Reading = serde_json::from_value(serde_json::to_value(&found.reading).unwrap()).unwrap();
        prop_assert_eq!(again, found.reading);
    }
}
