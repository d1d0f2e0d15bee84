//! Workbooks that can't be read say why: other documents, bombs, broken files.

mod support;

use proptest::prelude::*;
use roster_intake::UnpackError;
use std::io::Write;
use support::office::{
    MAIN, ODS, PACKAGE, RELATIONS, document, ods, ods_content, ods_sheet, packed, xls, xlsx,
    xlsx_parts, xlsx_sheet,
};
use support::unpack::{UnpackResult, unpack};

const XLS: &[u8] = include_bytes!("data/people.xls");

fn code(result: Result<UnpackResult, UnpackError>) -> &'static str {
    result.err().map_or("fine", |error| error.code.as_str())
}

#[test]
fn other_office_documents_are_named() {
    let compound = |stream: &str| document(&[(stream, b"x")]);
    let password = format!(
        "<manifest:manifest {ODS}><manifest:file-entry><manifest:encryption-data/>\
         </manifest:file-entry></manifest:manifest>"
    );
    let letter = format!(
        "<office:document-content {ODS}><office:body><office:text/></office:body>\
         </office:document-content>"
    );
    for (file, name, expected) in [
        (compound("/EncryptedPackage"), "x.xlsx", "encrypted"),
        (compound("/WordDocument"), "x.doc", "unsupported_format"),
        (compound("/Book"), "x.xls", "unsupported_format"),
        (xls(&[(0x002f, vec![0; 4])], &[]), "x.xls", "encrypted"),
        (
            packed(&[
                ("[Content_Types].xml", b"<Types/>"),
                ("word/document.xml", b"<d/>"),
            ]),
            "x.docx",
            "unsupported_format",
        ),
        (
            packed(&[
                ("[Content_Types].xml", b"<Types/>"),
                ("xl/workbook.bin", b"x"),
            ]),
            "x.xlsb",
            "unsupported_format",
        ),
        (
            packed(&[
                ("mimetype", b"application/vnd.oasis.opendocument.text"),
                ("content.xml", letter.as_bytes()),
            ]),
            "x.odt",
            "unsupported_format",
        ),
        (
            packed(&[
                ("mimetype", b"application/"),
                ("META-INF/manifest.xml", password.as_bytes()),
                ("content.xml", b"?"),
            ]),
            "x.ods",
            "encrypted",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            "x.xls",
            "workbook_broken",
        ),
        (XLS[..9_000].to_vec(), "x.xls", "workbook_broken"),
    ] {
        let result = unpack(&file, name, 1 << 20);
        assert_eq!(code(result), expected, "{name}");
    }
}

#[test]
fn bombs_of_every_kind_are_stopped() {
    let spaces = " ".repeat(100 << 20);
    let row = |cells: &str| format!("<row>{cells}</row>");
    let cell = "<c><v>1</v></c>";
    let entities = "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]>";
    let wide = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>".to_owned()
        + &row(&format!("<c r=\"A{}\"><v>1</v></c>", 2)).repeat(50_000);
    let strings = format!("<si><t>{}</t></si>", "x".repeat(1_000)).repeat(20_000);
    let everywhere = ods_sheet(
        "x",
        "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
         table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell>\
         </table:table-row>",
    );
    for (what, file, expected) in [
        ("white space", xlsx(&spaces, "", ""), "workbook_bomb"),
        (
            "white space in strings",
            xlsx(&row(cell), &spaces, ""),
            "workbook_bomb",
        ),
        ("wide rows", xlsx(&wide, "", ""), "workbook_bomb"),
        ("repeated cells", ods(&everywhere), "workbook_bomb"),
        (
            "many strings",
            xlsx(&row(cell), &strings, ""),
            "workbook_too_large",
        ),
        (
            "a long text",
            xlsx(
                &row(&format!("<c t=\"str\"><v>{}</v></c>", "x".repeat(2 << 20))),
                "",
                "",
            ),
            "workbook_broken",
        ),
        (
            "a long tag",
            xlsx(&row(&format!("<c a=\"{}\"/>", "x".repeat(2 << 20))), "", ""),
            "workbook_broken",
        ),
        (
            "a long text in runs",
            xlsx(
                &row(&format!(
                    "<c t=\"inlineStr\"><is>{}</is></c>",
                    format!("<t>{}</t>", "x".repeat(9_000)).repeat(200)
                )),
                "",
                "",
            ),
            "workbook_too_large",
        ),
        (
            "deep XML",
            xlsx(&"<row>".repeat(10_000), "", ""),
            "workbook_broken",
        ),
        (
            "many styles",
            xlsx(
                "",
                "",
                &format!("<cellXfs>{}</cellXfs>", "<xf/>".repeat(200_000)),
            ),
            "workbook_too_large",
        ),
        (
            "entities",
            xlsx_parts(&[(
                "xl/worksheets/sheet1.xml",
                &format!("{entities}{}", xlsx_sheet(&row(cell))),
            )]),
            "workbook_broken",
        ),
    ] {
        let result = unpack(&file, "x", 1 << 20);
        assert_eq!(code(result), expected, "{what}");
    }
    // What can't be compressed and is too large as it is.
    let mut noise = 88_172_645_463_325_252_u64;
    let mut random = || {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise.to_le_bytes()
    };
    let bytes: Vec<u8> = (0..(17 << 20) / 8).flat_map(|_| random()).collect();
    let file = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/worksheets/sheet1.xml", &bytes),
    ]);
    assert_eq!(code(unpack(&file, "x.xlsx", 1 << 20)), "workbook_too_large");
    let pictures = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/media/a.png", &bytes),
    ]);
    assert_eq!(
        code(unpack(&pictures, "x.xlsx", 1 << 20)),
        "unsupported_format"
    );
    let file = [XLS, &bytes].concat();
    assert_eq!(code(unpack(&file, "x.xls", 1 << 20)), "workbook_too_large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn broken_workbooks_end_in_errors(
        which in 0..3_usize,
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let mut file = match which {
            0 => XLS.to_vec(),
            // Stored, so that the XML is hit and not the compression.
            1 => stored(&[
                ("[Content_Types].xml", "<Types/>"),
                ("xl/workbook.xml", &format!("<workbook xmlns=\"{}\" xmlns:r=\"{}\"><sheets><sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>", MAIN[0], RELATIONS[0])),
                ("xl/_rels/workbook.xml.rels", &format!("<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" Type=\"{}/worksheet\" Target=\"worksheets/1.xml\"/></Relationships>", RELATIONS[0])),
                ("xl/worksheets/1.xml", &xlsx_sheet("<row r=\"2\"><c r=\"B2\" t=\"str\"><v>x&amp;</v></c></row>")),
            ]),
            _ => stored(&[
                ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
                ("content.xml", &ods_content("", &ods_sheet("a", "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"3\"><text:p>x<text:s text:c=\"2\"/></text:p></table:table-cell></table:table-row>"))),
            ]),
        };
        for (at, byte) in broken {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        if which > 0 {
            mend_checksums(&mut file);
        }
        let whole = unpack(&file, "x", 1 << 20);
        prop_assert_eq!(unpack(&file, "x", 4_096), whole);
    }
}

/// A zip archive of parts that aren't compressed.
fn stored(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Puts the right checksum before every file whose header is still whole.
fn mend_checksums(file: &mut [u8]) {
    let number = |file: &[u8], at: usize, length: usize| -> Option<usize> {
        let bytes = file.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |n, &b| n << 8 | usize::from(b)))
    };
    let mut at = 0;
    while file.get(at..at + 4) == Some(b"PK\x03\x04") {
        let Some((length, name, extra)) = number(file, at + 18, 4)
            .zip(number(file, at + 26, 2))
            .zip(number(file, at + 28, 2))
            .map(|((length, name), extra)| (length, name, extra))
        else {
            return;
        };
        let start = at + 30 + name + extra;
        let Some(data) = file.get(start..start + length) else {
            return;
        };
        let mut crc = flate2::Crc::new();
        crc.update(data);
        let sum = crc.sum().to_le_bytes();
        file[at + 14..at + 18].copy_from_slice(&sum);
        at = start + length;
    }
}
