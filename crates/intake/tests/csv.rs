//! CSV of every kind, right and wrong, in pieces of any sizes.

mod support;

use proptest::prelude::*;
use roster_intake::{
    Escape, FileSettings, Formulas, Place, Position, Quote, Reading, Records, detect,
};
use support::{outline, read, rows, style, table, write};

fn bare() -> Reading {
    Reading {
        header: false,
        ..Reading::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_table_comes_back_in_any_dialect(style in style(), mut table in table()) {
        let text = write(&mut table, &style);
        let expected = table.get(usize::from(style.reading.header)..).unwrap_or_default();
        prop_assert_eq!(rows(text.as_bytes(), &style.reading), expected);
    }

    #[test]
    fn pieces_and_stored_positions_make_no_difference(
        style in style(),
        mut table in table(),
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        size in 1..40_usize,
        from in any::<prop::sample::Index>(),
    ) {
        let mut source = write(&mut table, &style).into_bytes();
        for (at, byte) in broken {
            if !source.is_empty() {
                let at = at.index(source.len());
                source[at] = byte;
            }
        }
        let whole = read(&source, &style.reading, Position::start(0), 1 << 20);
        prop_assert_eq!(&read(&source, &style.reading, Position::start(0), size), &whole);
        if !whole.is_empty() {
            let from = from.index(whole.len());
            let position = whole[from].1.clone();
            if position.place == Place::Records {
                let rest = read(&source, &style.reading, position, size);
                prop_assert_eq!(&rest, &whole[from + 1..]);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(
        source in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(b",;\"'\\\n\rab".to_vec()),
            1 => any::<u8>(),
        ], 0..300),
        style in style(),
        size in 1..50_usize,
    ) {
        let items = read(&source, &style.reading, Position::start(0), size);
        for (index, (item, position)) in items.iter().enumerate() {
            let row = match item {
                Ok(record) => record.row,
                Err(error) => error.row,
            };
            prop_assert!(row == index as u64 + 1 || row == 0);
            prop_assert!(position.offset <= source.len() as u64);
        }
        prop_assert!(items.windows(2).all(|two| two[0].1.offset < two[1].1.offset));
    }
}

#[test]
fn lines_are_counted_by_every_line_end_and_inside_quotes() {
    let text = "n,t\r\n1,a\r2,\"b\r\nc\rd\n\"\n\n\r\n3,e";
    assert_eq!(
        outline(text, &Reading::default()),
        ["2 1 1/a", "3 2 2/b\r\nc\rd\n", "9 3 3/e"]
    );
}

#[test]
fn cells_left_out_at_the_end_are_empty_and_empty_ones_beyond_are_nothing() {
    let text = "a,b,c\n1,2\n1\n1,2,3,\n1,2,3, ,,\n,,,\n";
    assert_eq!(
        outline(text, &Reading::default()),
        ["2 1 1/2/", "3 2 1//", "4 3 1/2/3", "5 4 1/2/3", "6 5 //"]
    );
    // A header with empty names at its end.
    assert_eq!(
        outline("a,b,,\n1\n1,2,,,,\n", &Reading::default()),
        ["2 1 1///", "3 2 1/2//"]
    );
}

#[test]
fn a_cell_beyond_the_columns_is_told_with_its_place_and_nothing_is_shifted() {
    let text = b"a,b,c\n1,2,3,,x\n1,2,3\n";
    let items = read(text, &Reading::default(), Position::start(0), 5);
    let long = items[0].0.as_ref().unwrap_err();
    assert_eq!(
        (
            long.code.as_str(),
            long.line,
            long.cells.as_ref().unwrap().len()
        ),
        ("row_too_long", 2, 5)
    );
    assert_eq!(
        long.detail,
        "the row has 5 cells, there are 3 columns; cell 5 beyond them is \"x\""
    );
    assert!(items[1].0.is_ok());
}

#[test]
fn without_a_header_the_first_row_may_leave_out_its_last_cells() {
    let detected = detect(
        b"a@b.example\nc@d.example,Ben\n",
        true,
        "a.csv",
        &FileSettings::default(),
    );
    assert!(!detected.reading.header);
    assert_eq!(
        outline("a@b.example\nc@d.example,Ben\n", &detected.reading),
        ["1 1 a@b.example/", "2 2 c@d.example/Ben"]
    );
}

#[test]
fn formulas_that_are_texts_are_the_texts() {
    let reading = Reading {
        formulas: Formulas::Text,
        ..Reading::default()
    };
    let text =
        "=\"id\",note\n=\"01067\",\"=\"\"text \"\"\"\"quoted\"\"\"\"\"\"\"\n\"=\"\"007\"\"\",=A1\n";
    assert_eq!(
        outline(text, &reading),
        ["2 1 01067/text \"quoted\"", "3 2 007/=A1"]
    );
    let kept = outline(text, &Reading::default());
    assert_eq!(kept[1], "3 2 =\"007\"/=A1");
}

#[test]
fn a_reports_own_columns_are_left_out() {
    let text = "_outcome;_file;_line;_code;_column;_reason;mail;name\r\n\
        failed;a.csv;2;invalid_email;mail;why;a@b.example;\"Ann; Bell\"\r\n\
        failed;a.csv;3;row_too_long;;why;c@d.example\r\n";
    // What was said of the other file is not about this one.
    let settings: FileSettings = serde_json::from_str(
        r#"{"delimiter": "|", "header": false, "skip_rows": 3, "quote": "single", "format": "json_lines"}"#,
    )
    .unwrap();
    let detected = detect(text.as_bytes(), true, "failed.csv", &settings);
    assert_eq!(
        outline(text, &detected.reading),
        ["2 1 a@b.example/Ann; Bell", "3 2 c@d.example/"]
    );
    let mut records = Records::new(&detected.reading, Position::start(0));
    records.feed(text.as_bytes(), true);
    records.next_record();
    assert_eq!(records.columns(), ["mail", "name"]);
    // Nor are the marks that the report put before what could be a formula.
    let text = "_outcome,_file,_line,_code,_column,_reason,mail,note\n\
        failed,a.csv,2,x,,'-why,'+49 30 1,''=A1\nfailed,a.csv,3,x,,why,'tis,+5\n";
    let detected = detect(text.as_bytes(), true, "failed.csv", &settings);
    assert_eq!(
        outline(text, &detected.reading),
        ["2 1 +49 30 1/'=A1", "3 2 'tis/+5"]
    );
}

#[test]
fn a_report_of_json_has_its_records() {
    let text = "_outcome,_file,_line,_code,_column,_reason,record\n\
        failed,a.jsonl,2,invalid_email,mail,why,\"{\"\"mail\"\":\"\"a@b.example\"\"}\"\n\
        failed,a.jsonl,3,json_broken,,why,{\n";
    let detected = detect(
        text.as_bytes(),
        true,
        "failed.csv",
        &FileSettings::default(),
    );
    assert!(detected.reading.has_objects());
    let items = read(text.as_bytes(), &detected.reading, Position::start(0), 9);
    let record = items[0].0.as_ref().unwrap();
    assert_eq!(record.content.object().unwrap()["mail"], "a@b.example");
    let broken = items[1].0.as_ref().unwrap_err();
    assert_eq!((broken.code.as_str(), broken.line), ("json_broken", 3));
}

#[test]
fn a_quote_that_never_closes_costs_one_row() {
    let text = "a,b\n1,2\n3,\"4\n5,6\n7,8\n";
    assert_eq!(
        outline(text, &Reading::default()),
        ["2 1 1/2", "3 2 quote_not_closed", "4 3 5/6", "5 4 7/8"]
    );
    // The quote that opens on the last line of a row of several lines.
    let text = "a,b\n\"1\n1\",\"2\n3,4\n";
    assert_eq!(
        outline(text, &Reading::default()),
        ["3 1 quote_not_closed", "4 2 3/4"]
    );
}

#[test]
fn a_quote_that_closes_in_the_middle_of_a_later_cell_costs_one_row() {
    let text = "a,b\n1,\"2\n3,4\n5,\"6\"\n7,8\n";
    assert_eq!(
        outline(text, &Reading::default()),
        ["2 1 quote_not_closed", "3 2 3/4", "4 3 5/6", "5 4 7/8"]
    );
}

#[test]
fn a_quote_that_never_closes_in_a_big_file_is_found_by_the_limit() {
    let mut text = "a,b\n1,\"2\n".to_owned();
    for row in 0..300_000 {
        text.push_str(&format!("{row},x\n"));
    }
    let items = read(
        text.as_bytes(),
        &Reading::default(),
        Position::start(0),
        1 << 20,
    );
    assert_eq!(items.len(), 300_001);
    let error = items[0].0.as_ref().unwrap_err();
    assert_eq!((error.code.as_str(), error.line), ("quote_not_closed", 2));
    assert_eq!(error.text.as_deref(), Some("1,\"2"));
    assert!(items[1..].iter().all(|(item, _)| item.is_ok()));
    assert_eq!(items[1].0.as_ref().unwrap().line, 3);
}

#[test]
fn quotes_that_open_again_and_again_are_read_in_time() {
    // Each line opens a quote that the next line closes and opens again.
    let text = "\"x\"y,\"z\n".repeat(400_000);
    let started = std::time::Instant::now();
    let items = read(text.as_bytes(), &bare(), Position::start(0), 1 << 20);
    assert!(!items.is_empty());
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn a_row_that_is_too_large_is_left_out_and_kept_out_of_memory() {
    let mut records = Records::new(&bare(), Position::start(0));
    records.feed(b"1,2\n", false);
    assert!(records.next_record().unwrap().is_ok());
    let piece = vec![b'x'; 1 << 20];
    let stored = records.position().clone();
    for _ in 0..1_024 {
        records.feed(&piece, false);
        assert!(records.next_record().is_none());
        assert_eq!(
            records.position(),
            &stored,
            "nothing is lost by a crash here"
        );
    }
    records.feed(b"\r\n3,4\n", true);
    let error = records.next_record().unwrap().unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.line, error.row),
        ("record_too_large", 2, 2)
    );
    assert_eq!(error.offset_after, 4 + (1 << 30) + 2);
    assert_eq!(error.text.unwrap().len(), 1_024);
    let record = records.next_record().unwrap().unwrap();
    assert_eq!((record.line, record.row), (3, 3));
    assert!(records.next_record().is_none() && records.finished());
}

#[test]
fn the_limit_is_exact_whatever_the_pieces() {
    for (extra, fine) in [(0, true), (1, false)] {
        let text = format!("{},y\n1,2\n", "x".repeat((1 << 20) - 2 + extra));
        for size in [1_000, 1 << 20, 3 << 20] {
            let items = read(text.as_bytes(), &bare(), Position::start(0), size);
            assert_eq!(items[0].0.is_ok(), fine, "{extra} {size}");
            assert_eq!(items.len(), 2);
        }
    }
}

#[test]
fn a_quoted_line_break_where_the_limit_falls_is_counted_once() {
    for line_end in ["\n", "\r", "\r\n"] {
        for shift in 0..6 {
            let first = format!(
                "\"{}{line_end}{}\"",
                "x".repeat((1 << 20) - 4 + shift),
                "y".repeat(9)
            );
            let text = format!("{first}\na\n");
            let items = read(text.as_bytes(), &bare(), Position::start(0), 4_096);
            let last = items.last().unwrap().0.as_ref().unwrap();
            assert_eq!(last.line, 3, "{line_end:?} {shift}");
        }
    }
}

#[test]
fn more_cells_than_can_be_kept_are_counted() {
    let text = format!("a,b\n{}\n1,2\n", ",".repeat(200_000));
    let items = read(
        text.as_bytes(),
        &Reading::default(),
        Position::start(0),
        1 << 20,
    );
    let error = items[0].0.as_ref().unwrap_err();
    assert_eq!(
        error.detail,
        "the row has 200001 cells, there are 2 columns"
    );
    assert_eq!(error.cells.as_ref().unwrap().len(), 16_384);
    assert!(items[1].0.is_ok());
}

#[test]
fn a_header_that_cannot_be_read_ends_it() {
    for header in [
        format!("{}\n", ",".repeat(20_000)),
        "\"a,b\n".to_owned(),
        "x".repeat(2 << 20),
    ] {
        let items = read(
            format!("{header}1,2\n").as_bytes(),
            &Reading::default(),
            Position::start(0),
            1 << 20,
        );
        assert_eq!(items.len(), 1);
        let error = items[0].0.as_ref().unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.fatal, error.row),
            ("header_broken", true, 0)
        );
    }
}

#[test]
fn invalid_bytes_are_replaced_and_counted() {
    let mut records = Records::new(&bare(), Position::start(0));
    // The halves of a character in two cells are not a character.
    records.feed(b"a\xc3,\xa9b\n\xff,\xc3\xa9\n", true);
    let record = records.next_record().unwrap().unwrap();
    let cells: Vec<&str> = record.content.cells().unwrap().iter().collect();
    assert_eq!(cells, ["a\u{fffd}", "\u{fffd}b"]);
    assert_eq!(record.replaced, 2);
    assert_eq!(record.warnings[0].code.as_str(), "letters_lost");
    let record = records.next_record().unwrap().unwrap();
    assert_eq!(record.content.cells().unwrap().get(1), Some("é"));
    assert_eq!(records.replaced(), 3);
}

#[test]
fn lines_before_the_header_are_left_out() {
    let reading = Reading {
        skip_rows: 2,
        ..Reading::default()
    };
    for line_end in ["\n", "\r", "\r\n"] {
        let text = ["Report \"May", "", "a,b", "1,2"].join(line_end);
        assert_eq!(outline(&text, &reading), ["4 1 1/2"]);
    }
    assert_eq!(outline("one line", &reading), Vec::<String>::new());
}

#[test]
fn columns_have_names_without_a_header_too() {
    let mut records = Records::new(&Reading::default(), Position::start(0));
    records.feed("\u{feff}email, ,email\n".as_bytes(), true);
    assert!(records.next_record().is_none());
    assert_eq!(records.columns(), ["email", "column 2", "email (2)"]);
    let mut records = Records::new(&bare(), Position::start(0));
    records.feed(b"x,y", true);
    assert!(records.next_record().is_some());
    assert_eq!(records.columns(), ["column 1", "column 2"]);
}

#[test]
fn backslashes_escape_inside_quotes_only() {
    let reading = Reading {
        escape: Escape::Backslash,
        ..bare()
    };
    assert_eq!(
        outline(r#"a\,"b\"c\\d""e",f"#, &reading),
        [r#"1 1 a\/b"c\d"e/f"#]
    );
    let reading = Reading {
        quote: Quote::None,
        ..bare()
    };
    assert_eq!(
        outline("\"a,b\"\nc,d\n", &reading),
        ["1 1 \"a/b\"", "2 2 c/d"]
    );
}

#[test]
fn a_position_is_small_json() {
    let position = Position::start(3);
    let text = serde_json::to_string(&position).unwrap();
    assert_eq!(
        text,
        r#"{"offset":3,"line":1,"row":0,"columns":0,"place":"start"}"#
    );
    assert_eq!(serde_json::from_str::<Position>(&text).unwrap(), position);
}
