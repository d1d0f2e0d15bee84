//! Small workbooks, made by hand.

use std::io::{Cursor, Write};

/// The beginning of a part of an XLS file, of Excel 97.
pub const BIFF: [u8; 16] = [0, 6, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The namespaces of XLSX: of the parts themselves, and of how they refer to each other.
/// The strict ones stand behind the transitional ones.
pub const MAIN: [&str; 2] = [
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
];
pub const RELATIONS: [&str; 2] = [
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
];
pub const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Those of ODS, as attributes.
pub const ODS: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
    xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" \
    xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" \
    xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" \
    xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\"";

/// What the parts of an XLSX file are; some programs look there.
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
    <Override PartName=\"/xl/workbook.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
    <Override PartName=\"/xl/worksheets/sheet1.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
    <Override PartName=\"/xl/styles.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>";

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
    let main = MAIN[0];
    format!(
        "<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData><pageMargins left=\"1\"/>\
         </worksheet>"
    )
}

/// An XLSX file of one sheet.
pub fn xlsx(rows: &str, shared: &str, styles: &str) -> Vec<u8> {
    let main = MAIN[0];
    xlsx_parts(&[
        ("xl/worksheets/sheet1.xml", &xlsx_sheet(rows)),
        (
            "xl/sharedStrings.xml",
            &format!("<sst xmlns=\"{main}\" uniqueCount=\"99999999999\">{shared}</sst>"),
        ),
        (
            "xl/styles.xml",
            &format!("<styleSheet xmlns=\"{main}\">{styles}</styleSheet>"),
        ),
    ])
}

/// An XLSX file of one sheet, whose parts are given.
pub fn xlsx_parts(parts: &[(&str, &str)]) -> Vec<u8> {
    xlsx_workbook(0, "", parts)
}

/// An XLSX file of one sheet in the transitional (0) or strict (1) namespaces, with
/// what else stands in its workbook part.
pub fn xlsx_workbook(which: usize, more: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let (main, kind) = (MAIN[which], RELATIONS[which]);
    let package = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
         Type=\"{kind}/officeDocument\"/></Relationships>"
    );
    let workbook = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{kind}\">{more}<sheets>\
         <sheet name=\"Sheet 1\" sheetId=\"1\" r:id=\"rId1\"/>\
         <sheet name=\"Chart\" sheetId=\"2\" r:id=\"rId4\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{kind}/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{kind}/styles\" \
         Target=\"/xl/styles.xml\"/><Relationship Id=\"rId3\" Type=\"{kind}/sharedStrings\" \
         Target=\"sharedStrings.xml\"/><Relationship Id=\"rId4\" Type=\"{kind}/chartsheet\" \
         Target=\"chartsheets/sheet1.xml\"/></Relationships>"
    );
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
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
    ods_styled("", sheets)
}

/// The content of an ODS file with these automatic styles and sheets.
pub fn ods_content(styles: &str, sheets: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><office:document-content {ODS}><office:automatic-styles>{styles}\
         </office:automatic-styles><office:body><office:spreadsheet>{sheets}\
         </office:spreadsheet></office:body></office:document-content>"
    )
}

/// An ODS file with these automatic styles and sheets.
pub fn ods_styled(styles: &str, sheets: &str) -> Vec<u8> {
    packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", ods_content(styles, sheets).as_bytes()),
        (
            "META-INF/manifest.xml",
            format!("<manifest:manifest {ODS}/>").as_bytes(),
        ),
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
    xls_formatted(&["yyyy-mm-dd"], globals, cells)
}

/// An XLS file of one sheet with these records; style 0 has no format, the others have
/// these.
pub fn xls_formatted(
    formats: &[&str],
    globals: &[(u16, Vec<u8>)],
    cells: &[(u16, Vec<u8>)],
) -> Vec<u8> {
    let records = |records: &[(u16, Vec<u8>)]| -> Vec<u8> {
        let record = |(id, data): &(u16, Vec<u8>)| {
            let length = u16::try_from(data.len()).unwrap().to_le_bytes();
            [&id.to_le_bytes()[..], &length, data].concat()
        };
        records.iter().flat_map(record).collect()
    };
    let mut before = vec![(0x0809, BIFF.to_vec())];
    let mut styles = vec![(0x00e0, vec![0; 20])];
    for (format, number) in formats.iter().zip(164_u16..) {
        let number = number.to_le_bytes();
        before.push((0x041e, [&number[..], &string(format, 0)].concat()));
        styles.push((0x00e0, [&[0, 0][..], &number, &[0; 16]].concat()));
    }
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
