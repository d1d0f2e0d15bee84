//! JSON arrays and JSON Lines, right and wrong, in pieces of any sizes.

mod support;

use proptest::prelude::*;
use roster_intake::{Format, Place, Position, Reading, Records};
use serde_json::{Map, Value, json};
use support::read;

fn reading(format: Format) -> Reading {
    Reading {
        format,
        ..Reading::default()
    }
}

/// Line, row, and the record or the code (with `!` where nothing follows).
fn outline(format: Format, source: &str) -> Vec<String> {
    let items = read(source.as_bytes(), &reading(format), Position::start(0), 3);
    let whole = read(
        source.as_bytes(),
        &reading(format),
        Position::start(0),
        1 << 20,
    );
    assert_eq!(items, whole);
    let show = |item: &support::Item| match item {
        Ok(record) => {
            let object = Value::Object(record.content.object().unwrap().clone());
            format!("{} {} {object}", record.line, record.row)
        }
        Err(error) => {
            let end = if error.fatal { "!" } else { "" };
            format!("{} {} {}{end}", error.line, error.row, error.code.as_str())
        }
    };
    items.iter().map(|(item, _)| show(item)).collect()
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop::collection::vec(
        prop::sample::select(
            "{}[],:\"\\/\n\r\u{0}\u{e9}\u{1f600}ab "
                .chars()
                .collect::<Vec<_>>(),
        ),
        0..5,
    )
    .prop_map(String::from_iter);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z{\"]{0,3}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Vec<Map<String, Value>>> {
    let object = prop::collection::btree_map("[a-z]{1,3}", value(), 0..4);
    prop::collection::vec(object.prop_map(|map| map.into_iter().collect()), 0..6)
}

/// The objects as a source, with line ends where they may stand.
fn write(objects: &[Map<String, Value>], format: Format, pretty: bool, line_end: &str) -> String {
    let text = |object| {
        if pretty && format == Format::Json {
            serde_json::to_string_pretty(object)
                .unwrap()
                .replace('\n', line_end)
        } else {
            serde_json::to_string(object).unwrap()
        }
    };
    let texts: Vec<String> = objects.iter().map(text).collect();
    match format {
        Format::Json => format!(
            "[{line_end}{}{line_end}]{line_end}",
            texts.join(&format!(",{line_end}"))
        ),
        _ => texts.join(line_end),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn objects_come_back(
        objects in objects(),
        array in any::<bool>(),
        pretty in any::<bool>(),
        line_end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
    ) {
        let format = if array { Format::Json } else { Format::JsonLines };
        let source = write(&objects, format, pretty, line_end);
        let items = read(source.as_bytes(), &reading(format), Position::start(0), 1 << 20);
        let found: Vec<_> = items.into_iter()
            .map(|(item, _)| item.unwrap().content.object().unwrap().clone())
            .collect();
        prop_assert_eq!(found, objects);
    }

    #[test]
    fn pieces_and_stored_positions_make_no_difference(
        objects in objects(),
        array in any::<bool>(),
        pretty in any::<bool>(),
        line_end in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        size in 1..40_usize,
        from in any::<prop::sample::Index>(),
    ) {
        let format = if array { Format::Json } else { Format::JsonLines };
        let mut source = write(&objects, format, pretty, line_end).into_bytes();
        for (at, byte) in broken {
            if !source.is_empty() {
                let at = at.index(source.len());
                source[at] = byte;
            }
        }
        let reading = reading(format);
        let whole = read(&source, &reading, Position::start(0), 1 << 20);
        prop_assert_eq!(&read(&source, &reading, Position::start(0), size), &whole);
        if !whole.is_empty() {
            let from = from.index(whole.len());
            let position = whole[from].1.clone();
            prop_assert_eq!(&read(&source, &reading, position, size), &whole[from + 1..]);
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(
        source in prop::collection::vec(prop_oneof![
            4 => prop::sample::select(b"{}[],:\"\\ \n\r1at".to_vec()),
            1 => any::<u8>(),
        ], 0..200),
        array in any::<bool>(),
        size in 1..50_usize,
    ) {
        let format = if array { Format::Json } else { Format::JsonLines };
        let source = if array { [b"[", &source[..]].concat() } else { source };
        let items = read(&source, &reading(format), Position::start(0), size);
        prop_assert!(items.len() <= source.len() + 1);
        prop_assert_eq!(&items, &read(&source, &reading(format), Position::start(0), 1 << 20));
    }
}

#[test]
fn a_line_that_is_wrong_harms_no_other() {
    let source = "{\"a\":1}\n\n{\"a\":}\r\n[1]\r3\n{\"a\":1} x\n{\"b\":\"c\"}";
    assert_eq!(
        outline(Format::JsonLines, source),
        [
            "1 1 {\"a\":1}",
            "3 2 json_broken",
            "4 3 json_not_object",
            "5 4 json_not_object",
            "6 5 json_broken",
            "7 6 {\"b\":\"c\"}",
        ]
    );
}

#[test]
fn an_element_that_is_wrong_harms_no_other_where_its_end_is_sure() {
    let source =
        "[{\"a\":1},\n{\"a\":},\n7, \"x]\",, [{}], tru,\n{'a':1},{\"t\":\"x\ny\"}\n{\"b\":2},]";
    assert_eq!(
        outline(Format::Json, source),
        [
            "1 1 {\"a\":1}",
            "2 2 json_broken",
            "3 3 json_not_object",
            "3 4 json_not_object",
            "3 5 json_broken",
            "3 6 json_not_object",
            "3 7 json_broken",
            "4 8 json_broken",
            "4 9 json_broken",
            "6 10 {\"b\":2}",
        ]
    );
}

#[test]
fn an_array_ends_where_nothing_is_sure_any_more() {
    for (source, expected) in [
        ("[{\"a\":1},{\"b\":[2}},{}]", "1 2 json_broken!"),
        (
            "[{\"a\":1},{\"b\":\"x},\n{\"b\":\"y\"},{}]",
            "1 2 json_broken!",
        ),
        ("[{\"a\":1},{\"b\":", "1 2 json_broken!"),
        ("[{\"a\":1},\n", "2 0 json_broken!"),
        ("[{\"a\":1}]\n[{}]", "2 0 json_broken!"),
        ("[{\"a\":1}\n}]", "2 0 json_broken!"),
    ] {
        assert_eq!(
            outline(Format::Json, source),
            ["1 1 {\"a\":1}", expected],
            "{source}"
        );
    }
    assert_eq!(outline(Format::Json, "{\"a\":1}"), ["1 0 json_broken!"]);
    for source in ["", " \n", "[]", "\u{feff}[ ]\n"] {
        assert_eq!(outline(Format::Json, source), Vec::<String>::new());
    }
}

#[test]
fn nesting_has_a_limit_and_costs_nothing() {
    let nested = |levels: usize| {
        format!(
            "{{\"a\":{}1{}}}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        )
    };
    for (levels, code) in [
        (64, None),
        (65, Some("json_too_deep")),
        (10_000, Some("json_too_deep")),
    ] {
        for (format, source) in [
            (Format::Json, format!("[{},{{\"b\":1}}]", nested(levels))),
            (
                Format::JsonLines,
                format!("{}\n{{\"b\":1}}", nested(levels)),
            ),
        ] {
            let items = read(
                source.as_bytes(),
                &reading(format),
                Position::start(0),
                1_000,
            );
            assert_eq!(
                items[0].0.as_ref().err().map(|error| error.code.as_str()),
                code
            );
            assert!(items[1].0.is_ok());
        }
    }
    // Deeper than a stack could go, and never closed.
    let mut records = Records::new(&reading(Format::Json), Position::start(0));
    for _ in 0..64 {
        records.feed(&[b'['; 1 << 20], false);
        assert!(records.next_record().is_none());
    }
    records.feed(&[], true);
    let error = records.next_record().unwrap().unwrap_err();
    assert_eq!((error.code.as_str(), error.fatal), ("json_too_deep", true));
}

#[test]
fn a_record_that_is_too_large_is_left_out_and_kept_out_of_memory() {
    for (format, start, end) in [
        (Format::Json, "[{\"a\":1},{\"b\":\"", "\"},\r\n{\"c\":1}]"),
        (
            Format::JsonLines,
            "{\"a\":1}\n{\"b\":\"",
            "\"}\r\n{\"c\":1}",
        ),
    ] {
        let mut records = Records::new(&reading(format), Position::start(0));
        records.feed(start.as_bytes(), false);
        assert!(records.next_record().unwrap().is_ok());
        let stored = records.position().clone();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..1_024 {
            records.feed(&piece, false);
            assert!(records.next_record().is_none());
            assert_eq!(records.position(), &stored);
        }
        records.feed(end.as_bytes(), true);
        let error = records.next_record().unwrap().unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.row, error.fatal),
            ("record_too_large", 2, false)
        );
        let record = records.next_record().unwrap().unwrap();
        assert_eq!(record.content.object().unwrap()["c"], json!(1));
        assert!(records.next_record().is_none() && records.finished());
    }
}

#[test]
fn values_that_take_many_times_their_text_in_memory_have_a_limit() {
    for filling in ["{\"\":0},".repeat(100_000), "0,".repeat(200_000)] {
        let source = format!("[{{\"a\":[{filling}0]}},{{\"b\":1}}]");
        let items = read(
            source.as_bytes(),
            &reading(Format::Json),
            Position::start(0),
            1 << 20,
        );
        assert_eq!(
            items[0].0.as_ref().unwrap_err().code.as_str(),
            "record_too_large"
        );
        assert!(items[1].0.is_ok());
    }
}

#[test]
fn invalid_bytes_are_replaced_and_counted() {
    let source = b"[{\"a\":\"\xff\xc3\"}]";
    let items = read(source, &reading(Format::Json), Position::start(0), 2);
    let record = items[0].0.as_ref().unwrap();
    assert_eq!(record.replaced, 2);
    assert_eq!(
        record.content.object().unwrap()["a"],
        json!("\u{fffd}\u{fffd}")
    );
    assert_eq!(items[0].1.place, Place::Tail);
}
