//! Files in archives and encodings become plain text.

mod support;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use roster_intake::{Event, FileSettings, Limits, UnpackError, Unpacker};
use std::io::Write;
use support::unpack::{UnpackResult, unpack, unpack_with};
use zip::write::SimpleFileOptions;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)
}

fn deflated() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated)
}

fn zip_of(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if let Some(name) = name.strip_suffix('/') {
            writer.add_directory(name, options).unwrap();
            continue;
        }
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// As tools write it that can't go back: sizes stand behind the files.
fn streamed_zip(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn names_and_texts(unpacked: &UnpackResult) -> Vec<(&str, &str)> {
    unpacked
        .sources
        .iter()
        .map(|source| (source.begin.name.as_str(), source.text.as_str()))
        .collect()
}

fn code(result: Result<UnpackResult, UnpackError>) -> &'static str {
    result.err().map_or("fine", |error| error.code.as_str())
}

#[test]
fn files_come_out_of_every_archive() {
    let long = "x/".repeat(80) + "people.csv";
    let big = "имя,город\n".repeat(30_000);
    let files: [(&str, &[u8]); 3] = [
        ("a.csv", b"a,b\n1,2\n"),
        (&long, big.as_bytes()),
        ("empty.csv", b""),
    ];
    let archives = [
        ("x.zip", zip_of(&files, stored())),
        ("x.zip", zip_of(&files, deflated())),
        ("x.zip", zip_of(&files, deflated().large_file(true))),
        ("x.zip", streamed_zip(&files, deflated())),
        ("x.zip", streamed_zip(&files, deflated().large_file(true))),
        ("x.tar", tar_of(&files)),
        ("x.tar.gz", gzip(&tar_of(&files))),
        ("x.tgz", gzip(&tar_of(&files))),
        ("without a name that helps", gzip(&tar_of(&files))),
    ];
    for (name, archive) in archives {
        for size in [7, 1_000, 1 << 20] {
            let unpacked = unpack(&archive, name, size).unwrap();
            let expected = files.map(|(name, bytes)| (name, str::from_utf8(bytes).unwrap()));
            assert_eq!(names_and_texts(&unpacked), expected, "{name}");
        }
    }
}

#[test]
fn gzip_may_have_several_members_and_zeros_behind() {
    let mut file = gzip(b"a,b\n");
    file.extend(gzip(b"1,2\n"));
    file.extend([0; 100]);
    let unpacked = unpack(&file, "people.csv.gz", 3).unwrap();
    assert_eq!(names_and_texts(&unpacked), [("people.csv", "a,b\n1,2\n")]);
    file.extend(b"rubbish");
    assert_eq!(code(unpack(&file, "people.csv.gz", 3)), "archive_broken");
}

#[test]
fn what_is_no_data_is_left_out_and_reported() {
    let files: [(&str, &[u8]); 7] = [
        ("folder/", b""),
        ("folder/a.csv", b"a\n"),
        ("__MACOSX/folder/._a.csv", b"\0\0"),
        ("folder/.DS_Store", b"\0"),
        ("Thumbs.db", b"\0"),
        ("photo.csv", b"\x89PNG\r\n"),
        ("terms.pdf", b"%PDF-1.7"),
    ];
    let unpacked = unpack(&zip_of(&files, deflated()), "x.zip", 100).unwrap();
    assert_eq!(names_and_texts(&unpacked), [("folder/a.csv", "a\n")]);
    let skipped: Vec<&str> = unpacked
        .skipped
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        skipped,
        [
            "__MACOSX/folder/._a.csv",
            "folder/.DS_Store",
            "Thumbs.db",
            "photo.csv",
            "terms.pdf"
        ]
    );
    let nothing = zip_of(&[(".hidden", b"a")], stored());
    assert_eq!(code(unpack(&nothing, "x.zip", 100)), "nothing_to_read");
}

#[test]
fn an_archive_in_an_archive_is_refused() {
    let inner = zip_of(&[("a.csv", b"a\n")], deflated());
    for (name, file) in [
        ("x.zip", zip_of(&[("inner.zip", &inner)], stored())),
        ("x.zip", zip_of(&[("a.csv.gz", &gzip(b"a\n"))], stored())),
        (
            "x.tar",
            tar_of(&[("inner.tar", &tar_of(&[("a.csv", b"a\n")]))]),
        ),
        ("x.zip.gz", gzip(&inner)),
        ("x.csv.gz.gz", gzip(&gzip(b"a\n"))),
    ] {
        let error = unpack(&file, name, 50).unwrap_err();
        assert_eq!(error.code.as_str(), "nested_archive", "{name}");
    }
    let error = unpack(&zip_of(&[("b/inner.zip", &inner)], stored()), "x.zip", 50).unwrap_err();
    assert_eq!(error.file.as_deref(), Some("b/inner.zip"));
}

#[test]
fn archives_that_cannot_be_read_say_why() {
    let good = zip_of(&[("a.csv", b"a,b\n1,2\n")], deflated());
    let mut encrypted = good.clone();
    encrypted[6] |= 1;
    let mut method = good.clone();
    method[8] = 93;
    let mut damaged = zip_of(&[("a.csv", b"a,b\n1,2\n")], stored());
    damaged[36] ^= 1;
    let mut broken_tar = tar_of(&[("a.csv", b"a\n")]);
    broken_tar[0] ^= 1;
    for (file, expected) in [
        (encrypted, "encrypted"),
        (method, "unsupported_compression"),
        (damaged, "archive_broken"),
        (good[..good.len() / 3].to_vec(), "archive_broken"),
        (good[..40].to_vec(), "archive_broken"),
        (broken_tar, "archive_broken"),
        (
            tar_of(&[("a.csv", &[b'a'; 5_000])])[..3_000].to_vec(),
            "archive_broken",
        ),
        (gzip(b"a,b\n")[..12].to_vec(), "archive_broken"),
        (
            streamed_zip(&[("a.csv", b"a\n")], stored()),
            "zip_not_streamable",
        ),
        (b"%PDF-1.7\n".to_vec(), "unsupported_format"),
        (b"<html><table>".to_vec(), "unsupported_format"),
        (b"\x7fELF\0\0\0\0\x01\x02".to_vec(), "unsupported_format"),
    ] {
        for size in [1, 1 << 20] {
            let result = unpack(&file, "x", size);
            assert_eq!(code(result), expected, "{:?}", &file[..8]);
        }
    }
}

#[test]
fn too_many_files_are_refused() {
    let names: Vec<String> = (0..1_001).map(|n| format!("{n}.csv")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"a\n"[..]))
        .collect();
    assert_eq!(
        unpack(&zip_of(&files[..1_000], stored()), "x.zip", 9_999)
            .unwrap()
            .sources
            .len(),
        1_000
    );
    assert_eq!(
        code(unpack(&zip_of(&files, stored()), "x.zip", 9_999)),
        "too_many_files"
    );
}

/// Zeros, compressed a thousand times.
fn zeros_in_gzip(mebibytes: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![b'0'; 1 << 20];
    for _ in 0..mebibytes {
        encoder.write_all(&piece).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_is_stopped_before_it_is_large() {
    let bomb = zeros_in_gzip(200);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("a.csv", deflated()).unwrap();
    for _ in 0..200 {
        writer.write_all(&vec![b'0'; 1 << 20]).unwrap();
    }
    let zip_bomb = writer.finish().unwrap().into_inner();
    let mut hidden_size = zip_bomb.clone();
    hidden_size[22..26].copy_from_slice(&1_000_u32.to_le_bytes());
    for (name, bomb) in [
        ("a.csv.gz", bomb),
        ("a.zip", zip_bomb),
        ("a.zip", hidden_size),
    ] {
        let mut unpacker =
            Unpacker::new(name, &FileSettings::default(), Limits::default()).unwrap();
        let mut seen = 0;
        let error = 'bomb: {
            for piece in bomb.chunks(1 << 20) {
                unpacker.feed(piece, false);
                loop {
                    match unpacker.next_event() {
                        Ok(Some(Event::Bytes(bytes))) => {
                            assert!(bytes.len() <= 256 << 10);
                            seen += bytes.len();
                        }
                        Ok(Some(_)) => {}
                        Ok(None) => break,
                        Err(error) => break 'bomb error,
                    }
                }
            }
            panic!("it was no bomb");
        };
        assert_eq!(error.code.as_str(), "archive_bomb");
        assert_eq!(unpacker.next_event().unwrap_err(), error);
        assert!(seen <= 65 << 20, "{seen}");
    }
}

#[test]
fn what_is_large_and_compresses_well_is_no_bomb() {
    let file = zeros_in_gzip(60);
    let unpacked = unpack(&file, "a.csv.gz", 1 << 20).unwrap();
    assert_eq!(unpacked.sources[0].end.bytes, 60 << 20);
    let limits = Limits {
        unpacked_bytes: 10 << 20,
        ..Limits::default()
    };
    let result = unpack_with(&file, "a.csv.gz", 1 << 20, &FileSettings::default(), limits);
    assert_eq!(code(result), "archive_bomb");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn broken_archives_end_in_errors_whatever_the_pieces(
        which in 0..5_usize,
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        size in 1..600_usize,
    ) {
        let files: [(&str, &[u8]); 3] = [("a.csv", b"a,b\n1,2\n"), (".x", b"x"), ("b.csv", b"\xff\n")];
        let mut file = match which {
            0 => zip_of(&files, stored()),
            1 => zip_of(&files, deflated()),
            2 => streamed_zip(&files, deflated()),
            3 => tar_of(&files),
            _ => gzip(&tar_of(&files)),
        };
        for (at, byte) in broken {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let whole = unpack(&file, "x", 1 << 20);
        prop_assert_eq!(unpack(&file, "x", size), whole);
    }

    #[test]
    fn any_bytes_are_unpacked_to_their_end(
        start in prop::sample::select(vec![
            &b""[..], b"PK\x03\x04", b"\x1f\x8b\x08\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe",
            b"\xfe\xff", b"\xef\xbb\xbf",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..700),
        size in 1..600_usize,
    ) {
        let file = [start, &rest].concat();
        let whole = unpack(&file, "x", 1 << 20);
        prop_assert_eq!(unpack(&file, "x", size), whole);
    }
}
