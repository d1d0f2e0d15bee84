//! Memory stays flat, whatever comes. One test in a file of its own: it counts what
//! the whole process allocates.

mod support;

use flate2::Compression;
use flate2::write::GzEncoder;
use peak_alloc::PeakAlloc;
use roster_intake::{
    Event, FileSettings, Format, Limits, Position, Reading, Records, Unpacker, detect,
};
use std::io::Write;
use support::office::{ods, ods_sheet, packed, xls, xlsx};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;

/// How many bytes more than before were allocated at any moment of `work`.
fn peak(work: impl FnOnce()) -> usize {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    work();
    ALLOCATED.peak_usage().saturating_sub(before)
}

/// Unpacks a file and reads the records of what comes out; how many there were, and
/// the code of the error that ended it.
fn import(file: impl Iterator<Item = Vec<u8>>, name: &str) -> (u64, Option<&'static str>) {
    let settings = FileSettings::default();
    let mut unpacker = Unpacker::new(name, &settings, Limits::default()).unwrap();
    let mut records: Option<Records> = None;
    let mut rows = 0;
    for piece in file.chain([Vec::new()]) {
        unpacker.feed(&piece, piece.is_empty());
        loop {
            match unpacker.next_event() {
                Ok(None) => break,
                Ok(Some(Event::Bytes(bytes))) => {
                    let records = records.get_or_insert_with(|| {
                        let detected = detect(&bytes, false, name, &settings);
                        Records::new(&detected.reading, Position::start(0))
                    });
                    records.feed(&bytes, false);
                    while records.next_record().is_some() {
                        rows += 1;
                    }
                }
                Ok(Some(_)) => {}
                Err(error) => return (rows, Some(error.code.as_str())),
            }
        }
    }
    (rows, None)
}

/// A file as it is fetched: in pieces of a MiB.
fn pieces(file: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    file.chunks(MIB).map(<[u8]>::to_vec)
}

fn rows(count: usize) -> Vec<u8> {
    let row = |n| format!("user{n}@example.org;Анна;Иванова {n};\"Москва; {n}\"\n");
    let rows: String = (0..count).map(row).collect();
    encoding_rs::WINDOWS_1251.encode(&rows).0.into_owned()
}

fn gzip(bytes: &[u8], times: usize, level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    for _ in 0..times {
        encoder.write_all(bytes).unwrap();
    }
    encoder.finish().unwrap()
}

/// Text that hardly compresses.
fn noise(bytes: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:016x}")
    };
    (0..bytes / 16).map(|_| next()).collect()
}

#[test]
fn memory_stays_flat() {
    let mut seen = Vec::new();
    let mut check = |what: &str, most: usize, expected, work: &dyn Fn() -> Option<&'static str>| {
        let mut result = None;
        let peak = peak(|| result = work());
        seen.push(format!("{what}: {} KiB", peak >> 10));
        assert_eq!(result, expected, "{what}");
        assert!(peak < most * MIB, "{what}: {} MiB", peak / MIB);
    };

    let part = rows(20_000);
    check("100 MiB of text in windows-1251", 8, None, &|| {
        let (count, code) = import((0..90).map(|_| part.clone()), "a.csv");
        assert_eq!(count, 90 * 20_000);
        code
    });
    let file = gzip(&part, 90, Compression::fast());
    check("the same in gzip", 8, None, &|| {
        import(pieces(&file), "a.csv.gz").1
    });
    let bomb = gzip(&[b'0'; MIB], 1_024, Compression::best());
    check("a bomb of 1 GiB", 8, Some("archive_bomb"), &|| {
        import(pieces(&bomb), "a.csv.gz").1
    });

    for format in [Format::Csv, Format::Json, Format::JsonLines] {
        let start: &[u8] = match format {
            Format::Csv => b"a,b\n\"",
            Format::Json => b"[{\"a\":\"",
            Format::JsonLines => b"{\"a\":\"",
        };
        check("a line of 256 MiB", 8, None, &|| {
            let reading = Reading {
                format,
                ..Reading::default()
            };
            let mut records = Records::new(&reading, Position::start(0));
            records.feed(start, false);
            for _ in 0..256 {
                assert!(records.next_record().is_none());
                records.feed(&vec![b'x'; MIB], false);
            }
            assert!(records.next_record().is_none());
            None
        });
    }
    check("deep JSON", 8, None, &|| {
        let mut records = Records::new(
            &Reading {
                format: Format::Json,
                ..Reading::default()
            },
            Position::start(0),
        );
        for _ in 0..64 {
            records.feed(&vec![b'['; MIB], false);
            assert!(records.next_record().is_none());
        }
        None
    });
    check("objects that are large in memory", 20, None, &|| {
        let inner = "{\"\":{}},".repeat(100_000);
        let source = format!("[{{\"a\":[{inner}0]}}]");
        let reading = Reading {
            format: Format::Json,
            ..Reading::default()
        };
        let mut records = Records::new(&reading, Position::start(0));
        records.feed(source.as_bytes(), true);
        assert!(records.next_record().is_some_and(|record| record.is_err()));
        None
    });

    // As large as is allowed: 12 MiB of sheet as it is compressed, 10 MiB of strings.
    let noise = noise(24 * MIB);
    let cell = |text: &str| format!("<row><c t=\"inlineStr\"><is><t>{text}</t></is></c></row>");
    let sheet: String = noise
        .as_bytes()
        .chunks(60)
        .take(350_000)
        .map(|text| cell(str::from_utf8(text).unwrap()))
        .collect();
    let shared = format!("<si><t>{}</t></si>", "x".repeat(500)).repeat(20_000);
    let file = xlsx(&sheet, &shared, "");
    assert!(file.len() > 11 * MIB, "{}", file.len());
    check("a large XLSX", 32, None, &|| {
        let (count, code) = import(pieces(&file), "a.xlsx");
        assert_eq!(count, 350_000 - 1);
        code
    });
    drop((file, sheet, noise));
    let many = format!("<si><t>{}</t></si>", "x".repeat(500)).repeat(60_000);
    let file = xlsx("", &many, "");
    check(
        "an XLSX with too many strings",
        32,
        Some("workbook_too_large"),
        &|| import(pieces(&file), "a.xlsx").1,
    );
    let row = "<table:table-row><table:table-cell><text:p>abc</text:p></table:table-cell></table:table-row>";
    let file = ods(&ods_sheet("a", &row.repeat(500_000)));
    check("a large ODS", 8, None, &|| import(pieces(&file), "a.ods").1);
    let cells: Vec<(u16, Vec<u8>)> = (0..60_000_u16)
        .flat_map(|row| (0..10_u16).map(move |column| (row, column)))
        .map(|(row, column)| {
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            (0x0203, [&place[..], &f64::from(row).to_le_bytes()].concat())
        })
        .collect();
    let file = xls(&[], &cells);
    drop(cells);
    assert!(file.len() > 10 * MIB);
    check("a large XLS", 24, None, &|| {
        import(pieces(&file), "a.xls").1
    });
    let empty = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/media/a.png", &[0; 60 * MIB]),
    ]);
    check(
        "a picture of 60 MiB",
        8,
        Some("unsupported_format"),
        &|| import(pieces(&empty), "a.xlsx").1,
    );
    println!("{}", seen.join("\n"));
}
