//! Elements of workbooks are told by namespace and place: what stands elsewhere under
//! the same name means something else.

mod support;

use support::office::{MAIN, ODS, RELATIONS, ods, ods_sheet, packed, xlsx_parts, xlsx_workbook};
use support::unpack::unpack;

/// A namespace that is none of ours.
const OTHER: &str = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main";

fn text(file: &[u8], name: &str) -> String {
    unpack(file, name, 10_000).unwrap().sources.remove(0).text
}

fn sheet(main: &str, inside: &str) -> String {
    format!("<worksheet xmlns=\"{main}\" xmlns:o=\"{OTHER}\">{inside}</worksheet>")
}

/// A day, in a style that shows days.
const DAY: &str = "<sheetData><row><c s=\"1\"><v>43981</v></c></row></sheetData>";

fn styles(main: &str) -> String {
    format!(
        "<styleSheet xmlns=\"{main}\" xmlns:o=\"{OTHER}\"><numFmts>\
         <numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\"/>\
         <o:numFmt numFmtId=\"164\" formatCode=\"0\"/></numFmts>\
         <cellStyleXfs><xf numFmtId=\"0\"/><xf numFmtId=\"0\"/></cellStyleXfs>\
         <cellXfs><xf numFmtId=\"0\"><o:xf numFmtId=\"9\"/><extLst><ext><xf numFmtId=\"9\"/></ext>\
         </extLst></xf><xf numFmtId=\"164\"/></cellXfs>\
         <dxfs><dxf><numFmt numFmtId=\"164\" formatCode=\"0.00\"/></dxf></dxfs>\
         <extLst><ext><o:cellXfs><xf numFmtId=\"9\"/></o:cellXfs></ext></extLst></styleSheet>"
    )
}

#[test]
fn the_calendar_is_that_of_the_workbook_and_of_no_extension() {
    for which in [0, 1] {
        let main = MAIN[which];
        let parts = [
            ("xl/worksheets/sheet1.xml", sheet(main, DAY)),
            ("xl/styles.xml", styles(main)),
        ];
        let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (*n, t.as_str())).collect();
        for (more, day) in [
            ("", "2020-05-30"),
            ("<workbookPr date1904=\"1\"/>", "2024-05-31"),
            (
                "<workbookPr date1904=\"true\"/><extLst><ext uri=\"x\"><workbookPr date1904=\"0\"/></ext></extLst>",
                "2024-05-31",
            ),
            (
                &format!(
                    "<workbookPr date1904=\"1\"/><extLst><ext><o:workbookPr xmlns:o=\"{OTHER}\"/></ext></extLst><o:workbookPr xmlns:o=\"{OTHER}\" chartTrackingRefBase=\"1\"/>"
                ),
                "2024-05-31",
            ),
            (
                &format!("<o:workbookPr xmlns:o=\"{OTHER}\" date1904=\"1\"/>"),
                "2020-05-30",
            ),
            (
                &format!("<workbookPr o:date1904=\"1\" xmlns:o=\"{OTHER}\"/>"),
                "2020-05-30",
            ),
        ] {
            let file = xlsx_workbook(which, more, &parts);
            assert_eq!(text(&file, "x.xlsx"), format!("{day}\n"), "{which} {more}");
        }
    }
}

#[test]
fn sheets_of_another_kind_are_none() {
    let main = MAIN[0];
    let more = format!(
        "<o:sheets xmlns:o=\"{OTHER}\"><sheet name=\"a\" r:id=\"rId1\"/></o:sheets>\
         <extLst><ext><sheets><sheet name=\"b\" r:id=\"rId1\"/></sheets></ext></extLst>"
    );
    let rows = "<sheetData><row><c><v>1</v></c></row></sheetData>";
    let file = xlsx_workbook(
        0,
        &more,
        &[("xl/worksheets/sheet1.xml", &sheet(main, rows))],
    );
    let unpacked = unpack(&file, "x.xlsx", 10_000).unwrap();
    assert_eq!(unpacked.sources[0].begin.sheets, ["Sheet 1"]);
}

#[test]
fn rows_and_cells_stand_in_the_sheet() {
    let inside = "<o:ext><sheetData><row><c><v>9</v></c></row></sheetData></o:ext>\
        <sheetData><o:row><c><v>8</v></c></o:row>\
        <row r=\"1\"><c r=\"A1\"><v>1</v><extLst><ext><v>7</v><o:v>6</o:v></ext></extLst></c>\
        <o:c r=\"B1\"><v>5</v></o:c>\
        <c r=\"C1\" t=\"inlineStr\"><is><t>a</t><rPh><t>reading</t></rPh><o:t>x</o:t><r><t>b</t></r></is></c>\
        <c r=\"D1\" o:t=\"s\" o:r=\"Z9\"><v>4</v></c></row></sheetData>\
        <extLst><ext><sheetData><row r=\"9\"><c><v>3</v></c></row></sheetData></ext></extLst>";
    let shared = format!(
        "<sst xmlns=\"{0}\"><si><t>c</t><phoneticPr/><rPh><t>no</t></rPh></si></sst>",
        MAIN[0]
    );
    let parts = [
        ("xl/worksheets/sheet1.xml", sheet(MAIN[0], inside)),
        ("xl/sharedStrings.xml", shared),
    ];
    let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (*n, t.as_str())).collect();
    assert_eq!(text(&xlsx_parts(&parts), "x.xlsx"), "1,,ab,4\n");
    // A sheet in no namespace is no sheet.
    let bare = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    let file = xlsx_parts(&[("xl/worksheets/sheet1.xml", bare)]);
    assert_eq!(text(&file, "x.xlsx"), "");
}

#[test]
fn any_prefix_will_do() {
    let (main, kind) = (MAIN[0], RELATIONS[0]);
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let workbook = format!(
        "<q:workbook xmlns:q=\"{main}\" xmlns:id=\"{kind}\"><q:sheets>\
         <q:sheet name=\"S\" id:id=\"w\"/></q:sheets></q:workbook>"
    );
    let relations = format!(
        "<p:Relationships xmlns:p=\"{package}\"><p:Relationship Id=\"w\" Type=\"{kind}/worksheet\" \
         Target=\"s.xml\"/><p:Relationship Id=\"e\" TargetMode=\"External\" Type=\"{kind}/styles\" \
         Target=\"http://x.org/styles.xml\"/></p:Relationships>"
    );
    let rows = format!(
        "<q:worksheet xmlns:q=\"{main}\"><q:sheetData><q:row><q:c><q:v>1</q:v></q:c></q:row>\
         </q:sheetData></q:worksheet>"
    );
    let file = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/s.xml", rows.as_bytes()),
    ]);
    assert_eq!(text(&file, "x.xlsx"), "1\n");
    let prefixed = ODS
        .replace("xmlns:table=", "xmlns:t=")
        .replace("xmlns:text=", "xmlns:x=");
    let content = format!(
        "<office:document-content {prefixed}><office:body><office:spreadsheet>\
         <t:table t:name=\"S\"><t:table-row><t:table-cell office:value-type=\"string\">\
         <x:p>a</x:p></t:table-cell></t:table-row></t:table></office:spreadsheet>\
         </office:body></office:document-content>"
    );
    let file = packed(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ]);
    assert_eq!(text(&file, "x.ods"), "a\n");
}

#[test]
fn tables_of_ods_that_are_no_sheets_are_none() {
    let row = |text: &str| {
        format!(
            "<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell>\
             </table:table-row>"
        )
    };
    let cell = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"1\">\
        <office:annotation><dc:date xmlns:dc=\"http://purl.org/dc/elements/1.1/\">2024</dc:date>\
        <text:p>a comment</text:p></office:annotation><text:p>1</text:p>\
        <table:table table:name=\"inner\"><table:table-row><table:table-cell><text:p>no</text:p>\
        </table:table-cell></table:table-row></table:table></table:table-cell>\
        <table:table-cell><office:annotation><text:p>alone</text:p></office:annotation>\
        </table:table-cell><table:table-cell><text:p>a\n   <text:span>b</text:span> <text:s/>c \
        <text:note><text:note-body><text:p>n</text:p></text:note-body></text:note></text:p>\
        </table:table-cell></table:table-row>";
    let links = format!(
        "<table:dde-links><table:dde-link>{}</table:dde-link></table:dde-links>",
        ods_sheet("linked", &row("linked"))
    );
    let cache = ods_sheet("'file:///a.ods'#$Sheet1", &row("cached")).replace(
        "<table:table ",
        "<table:table table:style-name=\"ta_extref\" ",
    );
    let group = format!(
        "<table:table-row-group>{}</table:table-row-group>",
        row("grouped")
    );
    let sheets = format!(
        "{links}{cache}{}",
        ods_sheet("S", &format!("{cell}{group}"))
    );
    let unpacked = unpack(&ods(&sheets), "x.ods", 10_000).unwrap();
    assert_eq!(unpacked.sources[0].begin.sheets, ["S"]);
    assert_eq!(unpacked.sources[0].text, "1,,a b  c\ngrouped,,\n");
}
