//! XLSX, XLS and ODS become CSV.

mod support;

use roster_intake::{FileSettings, Limits, UnpackError};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use support::office::{BIFF, ods, ods_sheet, packed, string, xls, xlsx};
use support::unpack::{UnpackResult, unpack, unpack_with};

const XLS: &[u8] = include_bytes!("data/people.xls");

fn one_text(file: &[u8], name: &str) -> String {
    let mut unpacked = unpack(file, name, 10_000).unwrap();
    assert_eq!(unpacked.sources.len(), 1);
    unpacked.sources.remove(0).text
}

fn code(result: Result<UnpackResult, UnpackError>) -> &'static str {
    result.err().map_or("fine", |error| error.code.as_str())
}

/// What `data/people.xls` holds; an Excel 97 file by another program.
fn people() -> String {
    let mut text = "\nname,born,seen,at,n,f,ok,note\n".to_owned();
    for row in 1..31 {
        let letter = if row % 2 == 1 { "x" } else { "ж" };
        text += &format!(
            "Анна Müller {row},1980-01-{:02},2024-05-31T12:30:{row:02},01:02:03,{row}000000,\
             {row}.25,{},\"line\nbreak, \"\"q\"\"; {}\"\n",
            1 + row % 28,
            row % 2 == 1,
            letter.repeat(row * 20),
        );
    }
    text + "\n,,gap,,,,,\n"
}

/// The same as XLSX.
fn people_xlsx() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Empty").unwrap();
    let sheet = book.add_worksheet().set_name("Люди").unwrap();
    let format = |code: &str| Format::new().set_num_format(code);
    let (day, both, time) = (
        format("yyyy-mm-dd"),
        format("d/m/yy h:mm"),
        format("h:mm:ss"),
    );
    let header = ["name", "born", "seen", "at", "n", "f", "ok", "note"];
    for (name, column) in header.into_iter().zip(1..) {
        sheet.write(1, column, name).unwrap();
    }
    for n in 1..31_u8 {
        let row = u32::from(n) + 1;
        let date = ExcelDateTime::from_ymd(1980, 1, 1 + n % 28).unwrap();
        let seen = ExcelDateTime::from_ymd(2024, 5, 31).unwrap();
        let letter = if n % 2 == 1 { "x" } else { "ж" };
        sheet.write(row, 1, format!("Анна Müller {n}")).unwrap();
        sheet.write_with_format(row, 2, &date, &day).unwrap();
        let seen = seen.and_hms(12, 30, n).unwrap();
        sheet.write_with_format(row, 3, &seen, &both).unwrap();
        let at = ExcelDateTime::from_hms(1, 2, 3).unwrap();
        sheet.write_with_format(row, 4, &at, &time).unwrap();
        sheet.write(row, 5, u32::from(n) * 1_000_000).unwrap();
        sheet.write(row, 6, f64::from(n) + 0.25).unwrap();
        sheet.write(row, 7, n % 2 == 1).unwrap();
        let note = format!("line\nbreak, \"q\"; {}", letter.repeat(usize::from(n) * 20));
        sheet.write(row, 8, note).unwrap();
    }
    sheet.write(33, 3, "gap").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn xls_and_xlsx_hold_the_same() {
    for (name, file) in [
        ("people.xls", XLS.to_vec()),
        ("people.xlsx", people_xlsx()),
        ("x", people_xlsx()),
    ] {
        for size in [1_000, 1 << 20] {
            let unpacked = unpack(&file, name, size).unwrap();
            let source = &unpacked.sources[0];
            assert_eq!(source.text, people(), "{name}");
            assert_eq!(source.begin.sheet.as_deref(), Some("Люди"));
            assert_eq!(source.begin.sheets, ["Empty", "Люди"]);
            assert_eq!(source.end.encoding, None);
        }
    }
}

#[test]
fn workbooks_may_be_packed_again() {
    let files: [(&str, &[u8]); 2] = [("people.xlsx", &people_xlsx()), ("old/people.xls", XLS)];
    let archive = packed(&files);
    let unpacked = unpack(&archive, "people.zip", 999).unwrap();
    let names: Vec<&str> = unpacked
        .sources
        .iter()
        .map(|s| s.begin.name.as_str())
        .collect();
    assert_eq!(names, ["people.xlsx", "old/people.xls"]);
    assert!(
        unpacked
            .sources
            .iter()
            .all(|source| source.text == people())
    );
}

#[test]
fn a_sheet_can_be_chosen_by_its_name() {
    let chosen = |sheet: &str| {
        let settings = FileSettings {
            sheet: Some(sheet.to_owned()),
            ..FileSettings::default()
        };
        unpack_with(XLS, "people.xls", 1 << 20, &settings, Limits::default())
    };
    assert_eq!(chosen("Люди").unwrap().sources[0].text, people());
    assert_eq!(chosen("Empty").unwrap().sources[0].text, "");
    let error = chosen("Люди ").unwrap_err();
    assert_eq!(error.code.as_str(), "sheet_not_found");
    assert!(error.detail.contains("\"Empty\", \"Люди\""), "{error}");
}

#[test]
fn every_kind_of_xlsx_cell_is_text() {
    let shared = "<si><t>plain &amp; simple</t></si>\
        <si><r><t>rich </t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">text</t></r>\
        <rPh><t>reading</t></rPh></si><si><t/></si><si><t>a_x000D_b</t></si>";
    let styles = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\.mm\\.yyyy\"/></numFmts>\
        <cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"46\"/></cellXfs>";
    let cells = [
        ("t=\"s\"", "<v>0</v>", "plain & simple"),
        ("t=\"s\"", "<v>1</v>", "rich text"),
        ("t=\"s\"", "<v>2</v>", ""),
        ("t=\"s\"", "<v>3</v>", "\"a\rb\""),
        ("t=\"s\"", "<v>99</v>", ""),
        (
            "t=\"inlineStr\"",
            "<is><t>in </t><r><t>line&#10;</t></r></is>",
            "\"in line\n\"",
        ),
        (
            "t=\"str\"",
            "<f>A1&amp;B1</f><v>for&lt;mula</v>",
            "for<mula",
        ),
        ("t=\"b\"", "<v>1</v>", "true"),
        ("t=\"b\"", "<v>0</v>", "false"),
        ("t=\"e\"", "<v>#REF!</v>", "#REF!"),
        ("t=\"d\"", "<v>2024-05-31</v>", "2024-05-31"),
        ("t=\"n\"", "<v>5.0</v>", "5"),
        ("t=\"n\"", "<v>+1</v>", "1"),
        ("", "<v>12345678901234567890</v>", "12345678901234567890"),
        ("", "<v>0.30000000000000004</v>", "0.3"),
        ("", "<v>1E3</v>", "1000"),
        ("s=\"1\"", "<v>45443</v>", "2024-05-31"),
        ("s=\"2\"", "<v>1.5</v>", "36:00:00"),
        ("s=\"77\"", "<v>7</v>", "7"),
        ("s=\"1\"", "<v>text</v>", "text"),
        ("", "", ""),
        ("", "<f>1+1</f>", "#CALC!"),
        ("t=\"str\"", "<f>A1</f><v></v>", ""),
        ("t=\"e\"", "<v>#WHAT!</v>", "#ERROR!"),
    ];
    let rows: String = cells
        .iter()
        .map(|(attributes, value, _)| {
            format!(
                "<row><c t=\"inlineStr\"><is><t>|</t></is></c><c {attributes}>{value}</c></row>"
            )
        })
        .collect();
    let expected: String = cells
        .iter()
        .map(|(_, _, text)| format!("|,{text}\n"))
        .collect();
    let file = xlsx(&rows, shared, styles);
    assert_eq!(one_text(&file, "x.xlsx"), expected);
}

#[test]
fn rows_and_columns_stand_where_they_say() {
    let rows = "<row r=\"2\"><c r=\"C2\"><v>1</v></c><c><v>2</v></c></row>\
        <row r=\"5\"><c r=\"F5\"><v>3</v></c><c r=\"C5\"><v>4</v></c></row><row/>\
        <row><c r=\"D7\"><v>5</v></c></row>";
    let text = one_text(&xlsx(rows, "", ""), "x.xlsx");
    assert_eq!(text, "\n1,2,,\n\n\n4,,,3\n\n,5,,\n");
    let backwards = "<row r=\"2\"><c><v>1</v></c></row><row r=\"1\"><c><v>2</v></c></row>";
    assert_eq!(
        code(unpack(&xlsx(backwards, "", ""), "x.xlsx", 99)),
        "workbook_broken"
    );
}

#[test]
fn every_kind_of_ods_cell_is_text() {
    let cells = [
        (
            "office:value-type=\"string\"",
            "<text:p>a<text:s text:c=\"2\"/>b</text:p><text:p>c<text:tab/><text:span>d</text:span></text:p>",
            "\"a  b\nc\td\"",
        ),
        (
            "office:value-type=\"string\" office:string-value=\"said\"",
            "<text:p>shown</text:p>",
            "said",
        ),
        (
            "office:value-type=\"float\" office:value=\"1234.50\"",
            "<text:p>1.234,5 €</text:p>",
            "1234.5",
        ),
        (
            "office:value-type=\"percentage\" office:value=\"0.5\"",
            "<text:p>50%</text:p>",
            "0.5",
        ),
        (
            "office:value-type=\"date\" office:date-value=\"2024-05-31\"",
            "<text:p>31.05.24</text:p>",
            "2024-05-31",
        ),
        (
            "office:value-type=\"date\" office:date-value=\"2024-05-31T01:02:03.000\"",
            "",
            "2024-05-31T01:02:03",
        ),
        (
            "office:value-type=\"time\" office:time-value=\"PT01H02M03S\"",
            "",
            "01:02:03",
        ),
        (
            "office:value-type=\"boolean\" office:boolean-value=\"true\"",
            "<text:p>WAHR</text:p>",
            "true",
        ),
        (
            "office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"",
            "<text:p>#REF!</text:p>",
            "#REF!",
        ),
        (
            "",
            "<office:annotation><text:p>a comment</text:p></office:annotation><text:p>x</text:p>",
            "x",
        ),
        (
            "",
            "<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>",
            "",
        ),
    ];
    let rows: String = cells
        .iter()
        .map(|(attributes, content, _)| {
            format!(
                "<table:table-row><table:table-cell><text:p>|</text:p></table:table-cell>\
                 <table:table-cell {attributes}>{content}</table:table-cell></table:table-row>"
            )
        })
        .collect();
    let expected: String = cells
        .iter()
        .map(|(_, _, text)| format!("|,{text}\n"))
        .collect();
    let file = ods(&ods_sheet("Tabelle1", &rows));
    assert_eq!(one_text(&file, "x.ods"), expected);
    assert_eq!(one_text(&file, "without a name that helps"), expected);
}

#[test]
fn what_is_repeated_in_ods_is_there_as_often() {
    let rows = "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row>\
        <table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
        table:number-columns-repeated=\"3\"/><table:table-cell table:number-columns-repeated=\"2\">\
        <text:p>x</text:p></table:table-cell><table:covered-table-cell/><table:table-cell>\
        <text:p>y</text:p></table:table-cell></table:table-row>\
        <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell/></table:table-row>";
    let empty = ods_sheet(
        "Empty",
        "<table:table-row><table:table-cell/></table:table-row>",
    );
    let shapes = "<table:shapes><draw:frame><text:p>no cell</text:p></draw:frame></table:shapes>";
    let file = ods(&(empty + &ods_sheet("Zwei", &format!("{shapes}{rows}"))));
    let unpacked = unpack(&file, "x.ods", 500).unwrap();
    assert_eq!(unpacked.sources[0].text, "\n\nx,x,,y\nx,x,,y\n");
    assert_eq!(unpacked.sources[0].begin.sheet.as_deref(), Some("Zwei"));
    assert_eq!(unpacked.sources[0].begin.sheets, ["Empty", "Zwei"]);
}

#[test]
fn every_kind_of_xls_cell_is_text() {
    let cell = |id: u16, row: u16, xf: u16, rest: &[u8]| {
        let head = [row.to_le_bytes(), 0_u16.to_le_bytes(), xf.to_le_bytes()].concat();
        (id, [&head, rest].concat())
    };
    let float = |value: f64| value.to_le_bytes().to_vec();
    let special = |kind: u8, value: u8| [kind, 0, value, 0, 0, 0, 0xff, 0xff];
    let long_text = "ж".repeat(5_000);
    let mut long_first: Vec<u8> = vec![0x88, 0x13, 1];
    long_first.extend("ж".repeat(4_000).encode_utf16().flat_map(u16::to_le_bytes));
    let mut long_second: Vec<u8> = vec![1];
    long_second.extend("ж".repeat(1_000).encode_utf16().flat_map(u16::to_le_bytes));
    let mut cells = vec![
        cell(0x00fd, 0, 0, &0_u32.to_le_bytes()),
        cell(0x00fd, 1, 0, &1_u32.to_le_bytes()),
        cell(0x0203, 2, 0, &float(0.1 + 0.2)),
        cell(0x0203, 3, 1, &float(45_443.0)),
        cell(0x027e, 4, 0, &0x0000_0006_u32.to_le_bytes()),
        cell(0x0205, 5, 0, &[1, 0]),
        cell(0x0205, 6, 0, &[0x17, 1]),
        cell(0x0006, 7, 0, &float(2.5)),
        cell(0x0006, 8, 0, &special(1, 1)),
        cell(0x0006, 9, 0, &special(2, 0x07)),
        cell(0x0006, 10, 0, &special(3, 0)),
        cell(0x0006, 11, 0, &special(0, 0)),
        (0x0207, [&[2_u8, 0, 0][..], b"ok"].concat()),
        cell(0x0006, 12, 0, &special(0, 0)),
        (0x0207, long_first),
        (0x003c, long_second),
        cell(0x0204, 13, 0, &[3, 0, 0, b'o', b'l', b'd']),
        // A chart in between has cells of its own.
        (0x0809, BIFF.to_vec()),
        cell(0x0203, 3, 0, &float(99.0)),
        (0x000a, Vec::new()),
        cell(0x0201, 14, 0, &[]),
    ];
    // MULRK: three numbers beside each other.
    let mut many = [15_u16.to_le_bytes(), 0_u16.to_le_bytes()].concat();
    for n in 1_u32..4 {
        many.extend([0, 0]);
        many.extend(((n << 2) | 2).to_le_bytes());
    }
    many.extend(2_u16.to_le_bytes());
    cells.push((0x00bd, many));
    let mut texts = vec![2, 0, 0, 0, 2, 0, 0, 0];
    texts.extend(string("shared", 0));
    // Rich text in two bytes a unit, with what stands behind it.
    texts.extend([2, 0, 0x0d, 1, 0, 4, 0, 0, 0]);
    texts.extend("öж".encode_utf16().flat_map(u16::to_le_bytes));
    texts.extend([0; 8]);
    let file = xls(&[(0x00fc, texts)], &cells);
    let expected = format!(
        "shared,,\nöж,,\n0.3,,\n2024-05-31,,\n1,,\ntrue,,\n#REF!,,\n2.5,,\ntrue,,\n#DIV/0!,,\n\nok,,\n\
         {long_text},,\nold,,\n\n1,2,3\n"
    );
    assert_eq!(one_text(&file, "x.xls"), expected);
}

#[test]
fn a_large_sheet_comes_out_in_bounded_pieces() {
    let rows: String = (0..50_000)
        .map(|n| {
            format!("<row><c><v>{n}</v></c><c t=\"inlineStr\"><is><t>name {n}</t></is></c></row>")
        })
        .collect();
    let text = one_text(&xlsx(&rows, "", ""), "x.xlsx");
    assert_eq!(text.lines().count(), 50_000);
    assert!(text.ends_with("\n49999,name 49999\n"));
}
