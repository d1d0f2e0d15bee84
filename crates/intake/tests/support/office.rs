//! Small workbooks, made by hand.

use std::io::{Cursor, Write};

/// The beginning of a part of an XLS file, of Excel 97.
pub const BIFF: [u8; 16] = [0, 6, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A zip archive of compressed parts.
pub fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, bytes) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A sheet of an XLSX file with these rows.
pub fn xlsx_sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData><pageMargins left=\"1\"/></worksheet>")
}

/// An XLSX file of one sheet.
pub fn xlsx(rows: &str, shared: &str, styles: &str) -> Vec<u8> {
    xlsx_parts(&[
        ("xl/worksheets/sheet1.xml", &xlsx_sheet(rows)),
        (
            "xl/sharedStrings.xml",
            &format!("<sst uniqueCount=\"99999999999\">{shared}</sst>"),
        ),
        (
            "xl/styles.xml",
            &format!("<styleSheet>{styles}</styleSheet>"),
        ),
    ])
}

/// An XLSX file of one sheet, whose parts are given.
pub fn xlsx_parts(parts: &[(&str, &str)]) -> Vec<u8> {
    let package = "<Relationships><Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
        Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/>\
        </Relationships>";
    let workbook = "<workbook><sheets><sheet name=\"Sheet 1\" sheetId=\"1\" r:id=\"rId1\"/>\
        <sheet name=\"Chart\" sheetId=\"2\" r:id=\"rId4\"/></sheets></workbook>";
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relations = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{kind}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{kind}/styles\" \
         Target=\"/xl/styles.xml\"/><Relationship Id=\"rId3\" Type=\"{kind}/sharedStrings\" \
         Target=\"sharedStrings.xml\"/><Relationship Id=\"rId4\" Type=\"{kind}/chartsheet\" \
         Target=\"chartsheets/sheet1.xml\"/></Relationships>"
    );
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
    ];
    all.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    packed(&all)
}

/// A sheet of an ODS file with these rows.
pub fn ods_sheet(name: &str, rows: &str) -> String {
    format!("<table:table table:name=\"{name}\"><table:table-column/>{rows}</table:table>")
}

/// An ODS file with these sheets.
pub fn ods(sheets: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>{sheets}\
         </office:spreadsheet></office:body></office:document-content>"
    );
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
    ])
}

/// A compound file with these streams.
pub fn document(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        file.create_stream(name).unwrap().write_all(bytes).unwrap();
    }
    file.into_inner().into_inner()
}

/// A text as it stands in records, one byte a character.
pub fn string(text: &str, flags: u8) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_le_bytes();
    [&length, &[flags][..], text.as_bytes()].concat()
}

/// An XLS file of one sheet with these records; style 1 is a date.
pub fn xls(globals: &[(u16, Vec<u8>)], cells: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let records = |records: &[(u16, Vec<u8>)]| -> Vec<u8> {
        let record = |(id, data): &(u16, Vec<u8>)| {
            let length = u16::try_from(data.len()).unwrap().to_le_bytes();
            [&id.to_le_bytes()[..], &length, data].concat()
        };
        records.iter().flat_map(record).collect()
    };
    let styles = [
        (
            0x041e,
            [&164_u16.to_le_bytes()[..], &string("yyyy-mm-dd", 0)].concat(),
        ),
        (0x00e0, vec![0; 20]),
        (0x00e0, [&[0, 0, 164, 0][..], &[0; 16]].concat()),
    ];
    let mut before = vec![(0x0809, BIFF.to_vec())];
    before.extend(styles);
    let mut after = globals.to_vec();
    after.push((0x000a, Vec::new()));
    let sheet_record = |start: u32| {
        let data = [&start.to_le_bytes()[..], &[0, 0, 1, 0, b'A']].concat();
        (0x0085_u16, data)
    };
    let length = records(&before).len() + records(&[sheet_record(0)]).len() + records(&after).len();
    before.push(sheet_record(u32::try_from(length).unwrap()));
    let mut sheet = vec![(0x0809, BIFF.to_vec())];
    sheet.extend(cells.iter().cloned());
    sheet.push((0x000a, Vec::new()));
    let workbook = [records(&before), records(&after), records(&sheet)].concat();
    document(&[("/Workbook", &workbook)])
}
