//! A workbook as spreadsheet programs and libraries write it, with all that is odd about
//! such files at once: the parts are made here, byte for byte the same each time.

use super::typed::TypedRow;
use serde_json::json;
use std::io::{Cursor, Write as _};

/// The names of the columns, and the fields that they become.
pub const COLUMNS: [(&str, &str); 11] = [
    ("Account", "account"),
    ("E-mail", "email"),
    ("First name", "_fname"),
    ("City", "_city"),
    ("Postcode", "_postal_code"),
    ("Mobile", "phones"),
    ("Birthday", "_bdate"),
    ("Renewal", "renewal"),
    ("Last visit", "visit"),
    ("Points", "points"),
    ("Member", "member"),
];

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Of an extension, whose elements have the names of ours.
const OTHER: &str = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main";

/// The formats of the styles from 1 on.
const FORMATS: [&str; 9] = [
    "00000",
    "[$-407]00000",
    "000000",
    "yyyy\\-mm\\-dd\\ hh:mm:ss",
    "dd\\.mm\\.yyyy",
    "\\+0",
    "#,##0",
    "0000\\ 00000000",
    "[$-407]d/\\ mmmm\\ yyyy;@",
];

fn shared(place: usize) -> String {
    format!(" t=\"s\"><v>{place}</v></c>")
}

fn inline(text: &str) -> String {
    format!(" t=\"inlineStr\"><is><r><t xml:space=\"preserve\">{text}</t></r></is></c>")
}

fn number(style: usize, value: impl std::fmt::Display) -> String {
    format!(" s=\"{style}\"><v>{value}</v></c>")
}

fn error(text: &str) -> String {
    format!(" t=\"e\"><v>{text}</v></c>")
}

/// Shared texts, each with how it is read aloud or in pieces.
const SHARED: [(&str, &str); 4] = [
    ("<t>Łukasz</t>", "Łukasz"),
    (
        "<r><t>Vě</t></r><r><t xml:space=\"preserve\">ra </t></r>",
        "Věra",
    ),
    (
        "<t>小明</t><rPh sb=\"0\" eb=\"2\"><t>シャオミン</t></rPh>",
        "小明",
    ),
    ("<t>Zo_x00EB_</t>", "Zoë"),
];

/// The days since the first one of 1904, of 1 January of some year.
fn new_year(year: i64) -> i64 {
    (year - 1904) * 365 + (year - 1904 + 3) / 4
}

/// The cells of a row, from `<c`'s name of its place on; none where it is left out.
fn cells(row: usize, typed: &mut TypedRow) -> Vec<Option<String>> {
    let account = format!("{row:06}");
    typed.set("account", account.clone());
    let account = match row % 4 {
        0 => number(3, row),
        1 => inline(&account),
        2 => inline(&format!("{account}\u{a0}")),
        _ => format!(" t=\"str\"><f>TEXT({row},\"000000\")</f><v>{account}</v></c>"),
    };
    typed.set("email", format!("w{row}@example.com"));
    let mail = if row % 50 == 7 {
        typed.fails = Some("sheet_error");
        error("#N/A")
    } else {
        match row % 3 {
            0 => inline(&format!("w{row}@example.com")),
            1 => inline(&format!(" w{row}@\u{200b}example.com")),
            _ => format!(" t=\"str\"><f>A1</f><v>w{row}@example.com</v></c>"),
        }
    };
    let (_, name) = SHARED[row % SHARED.len()];
    typed.set("_fname", name);
    let name = shared(row % SHARED.len());
    let city = match row / 3 % 4 {
        0 => {
            typed.set("_city", "Köln");
            Some(inline("Ko\u{308}ln"))
        }
        1 => {
            typed.leave_out("sheet_error");
            Some(error("#REF!"))
        }
        2 => {
            typed.leave_out("sheet_error");
            Some(" t=\"str\"><f>VLOOKUP(1,A:A,1)</f><v>#N/A</v></c>".to_owned())
        }
        _ => None,
    };
    typed.set("_postal_code", format!("{:05}", 1067 + row));
    let postcode = match row / 5 % 3 {
        0 => number(1, 1067 + row),
        1 => number(2, format!("{}.0", 1067 + row)),
        _ => inline(&format!("{:05}", 1067 + row)),
    };
    let e164 = format!("+491512345{row:04}");
    typed.set("phones", json!([e164]));
    let digits = &e164[1..];
    let phone = match row % 7 {
        0 => number(0, digits),
        1 => number(0, format!("{digits}.0")),
        2 => number(6, digits),
        3 => number(0, &e164[3..]),
        4 => number(8, &e164[3..]),
        5 => inline(&format!("{digits}.0")),
        _ => inline(&e164),
    };
    // What pandas and openpyxl write for a day: an instant at midnight.
    let year = 1930 + (row % 90) as i64;
    typed.set("_bdate", format!("{year}-01-11"));
    let birthday = match row % 5 {
        4 => inline(&format!("{year}-01-11 00:00:00")),
        _ => number(4, new_year(year) + 10),
    };
    typed.set("renewal", "2031-01-02");
    let renewal = match row % 3 {
        0 => number(5, new_year(2031) + 1),
        1 => number(9, format!("{}.75", new_year(2031) + 1)),
        _ => " t=\"d\" s=\"5\"><v>2031-01-02</v></c>".to_owned(),
    };
    let visit = match row % 3 {
        0 => {
            typed.set("visit", "2024-01-31T11:30:00.000Z");
            Some(number(4, format!("{}.520833333333", new_year(2024) + 30)))
        }
        1 => {
            typed.leave_out("sheet_error");
            Some(error("#VALUE!"))
        }
        _ => None,
    };
    typed.set("points", 1234);
    let points = match row % 4 {
        0 => number(7, 1234),
        1 => number(0, "1234.0"),
        2 => number(0, "1.234E3"),
        _ => inline("1234"),
    };
    let member = match row % 4 {
        0 => {
            typed.set("member", true);
            Some(" t=\"b\"><v>1</v></c>".to_owned())
        }
        1 => {
            typed.set("member", false);
            Some(" t=\"b\"><v>0</v></c>".to_owned())
        }
        2 => {
            typed.set("member", true);
            Some(number(0, 1))
        }
        _ => None,
    };
    vec![
        Some(account),
        Some(mail),
        Some(name),
        city,
        Some(postcode),
        Some(phone),
        Some(birthday),
        Some(renewal),
        visit,
        Some(points),
        member,
    ]
}

fn sheet(rows: &[Vec<Option<String>>]) -> String {
    let mut text = String::new();
    for (cells, place) in rows.iter().zip(1..) {
        // Hidden rows are rows, and empty ones none.
        let hidden = if place % 10 == 5 { " hidden=\"1\"" } else { "" };
        text += &format!("<row r=\"{}\"{hidden}>", place * 2 - 1);
        for (cell, column) in cells.iter().zip('A'..) {
            if let Some(cell) = cell {
                text += &format!("<c r=\"{column}{}\"{cell}", place * 2 - 1);
            }
        }
        if place % 11 == 3 {
            text += &format!("<c r=\"N{}\" s=\"5\"/>", place * 2 - 1);
        }
        text += "<o:c r=\"Z1\"><v>9</v></o:c></row>";
    }
    format!(
        "<worksheet xmlns=\"{MAIN}\" xmlns:o=\"{OTHER}\"><sheetData>{text}</sheetData>\
         <extLst><ext><sheetData><row r=\"1\"><c r=\"A1\"><v>7</v></c></row></sheetData></ext>\
         </extLst></worksheet>"
    )
}

fn styles() -> String {
    let (mut formats, mut cells) = (String::new(), String::new());
    for (format, id) in FORMATS.iter().zip(164..) {
        formats += &format!("<numFmt numFmtId=\"{id}\" formatCode=\"{format}\"/>");
        cells += &format!("<xf numFmtId=\"{id}\" applyNumberFormat=\"1\"/>");
    }
    format!(
        "<styleSheet xmlns=\"{MAIN}\" xmlns:o=\"{OTHER}\"><numFmts>{formats}\
         <o:numFmt numFmtId=\"164\" formatCode=\"0\"/></numFmts>\
         <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
         <cellXfs><xf numFmtId=\"0\"/>{cells}</cellXfs></styleSheet>"
    )
}

/// A workbook of so many rows, whose days count from 1904 although an extension says
/// nothing of it, and what a person would have typed.
pub fn file(count: usize) -> (Vec<u8>, Vec<TypedRow>) {
    let header = COLUMNS.map(|(name, _)| Some(inline(name)));
    let mut rows = vec![header.to_vec()];
    let mut people = Vec::new();
    for row in 0..count {
        let mut typed = TypedRow::default();
        rows.push(cells(row, &mut typed));
        people.push(typed);
    }
    let texts: String = SHARED
        .iter()
        .map(|(xml, _)| format!("<si>{xml}</si>"))
        .collect();
    let workbook = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\" xmlns:o=\"{OTHER}\">\
         <workbookPr date1904=\"1\"/><sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"rId1\"/>\
         </sheets><extLst><ext uri=\"x\"><o:workbookPr chartTrackingRefBase=\"1\"/>\
         <workbookPr date1904=\"0\"/></ext></extLst></workbook>"
    );
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inside: &[String]| {
        let inside = inside.concat();
        format!("<Relationships xmlns=\"{PACKAGE}\">{inside}</Relationships>")
    };
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            relations(&[relation(1, "officeDocument", "xl/workbook.xml")]),
        ),
        ("xl/workbook.xml", workbook),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                relation(1, "worksheet", "worksheets/sheet1.xml"),
                relation(2, "styles", "styles.xml"),
                relation(3, "sharedStrings", "sharedStrings.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", sheet(&rows)),
        ("xl/styles.xml", styles()),
        (
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\">{texts}</sst>"),
        ),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in parts {
        writer.start_file(name, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    (writer.finish().unwrap().into_inner(), people)
}
