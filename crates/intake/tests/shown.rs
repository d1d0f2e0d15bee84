//! What a sheet shows is what is read: the same in XLSX, XLS and ODS, no matter who wrote it.
//! Files come from two writers (`rust_xlsxwriter`, and a small one of the tests), are
//! converted by LibreOffice, and compared with what that shows, where it is installed.

mod support;

use roster_intake::FileSettings;
use rust_xlsxwriter::{Format, Workbook};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::office::{ods_sheet, ods_styled, xls_formatted, xlsx};
use support::unpack::unpack;

/// A cell: its number, its format, how it is read, and whether that is to the letter what
/// the sheet shows. (Amounts are read as bare numbers, and days in ISO 8601.)
const CELLS: [(f64, &str, &str, bool); 34] = [
    (1067.0, "00000", "01067", true),
    (1067.0, "[$-407]00000", "01067", true),
    (99.0, "0000000000", "0000000099", true),
    (78_051_120.0, "000-00-0000", "078-05-1120", true),
    (78_051_120.0, "000\\-00\\-0000", "078-05-1120", true),
    (21_343_455.0, "00000\\-0000", "02134-3455", true),
    (7.0, "\"ID-\"0000", "ID-0007", true),
    (7.0, "0000\" (alt)\"", "0007 (alt)", true),
    (-42.0, "00000", "-00042", true),
    (-42.0, "00000;\"minus \"00000", "minus 00042", true),
    (0.0, "00000;-00000;\"none\"", "0", false),
    (
        5_551_234.0,
        "[<=9999999]###\\-####;(###) ###\\-####",
        "555-1234",
        true,
    ),
    (
        5_551_234_567.0,
        "[<=9999999]###\\-####;\\(###\\) ###\\-####",
        "(555) 123-4567",
        true,
    ),
    (1066.5, "00000", "01067", true),
    (7.5, "00.00", "07.50", true),
    (
        612_345_678.0,
        "00\\ 00\\ 00\\ 00\\ 00",
        "06 12 34 56 78",
        true,
    ),
    (491_701_234_567.0, "\\+0", "+491701234567", true),
    (1234.5, "#,##0.00", "1234.5", false),
    (1_234_567.0, "#,##0", "1234567", false),
    (12.7, "0", "12.7", false),
    (0.5, "0%", "0.5", false),
    (0.125, "0.0%", "0.125", false),
    (1234.0, "#,##0.00\\ [$€-407]", "1234", false),
    (1234.0, "0\" kg\"", "1234", false),
    (12_345.0, "0.00E+00", "12345", false),
    (0.25, "# ?/?", "0.25", false),
    (1234.0, "General", "1234", true),
    (45_443.0, "yyyy\\-mm\\-dd", "2024-05-31", true),
    (45_443.0, "dd\\.mm\\.yyyy", "2024-05-31", false),
    (45_443.75, "dd\\.mm\\.yyyy", "2024-05-31", false),
    (45_443.75, "hh:mm:ss", "18:00:00", true),
    (0.75, "h:mm", "18:00:00", false),
    (1.75, "[h]:mm:ss", "42:00:00", true),
    (59.0, "yyyy\\-mm\\-dd", "1900-02-27", false),
];

/// What comes out of a file of these cells, one in a row behind its place. Excel's 29
/// February 1900 is not in the other programs' calendar.
fn expected(count_as_excel: bool) -> String {
    let line = |(place, (_, _, text, _)): (usize, &(f64, &str, &str, bool))| match place {
        33 if count_as_excel => format!("{place},1900-02-28\n"),
        _ => format!("{place},{text}\n"),
    };
    CELLS.iter().enumerate().map(line).collect()
}

fn text(file: &[u8], name: &str) -> String {
    unpack(file, name, 10_000).unwrap().sources.remove(0).text
}

/// The cells as `rust_xlsxwriter` writes them.
fn by_library() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for ((value, format, ..), row) in CELLS.iter().zip(0..) {
        let format = Format::new().set_num_format(*format);
        sheet.write(row, 0, row).unwrap();
        sheet.write_with_format(row, 1, *value, &format).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

/// The cells as the tests write them.
fn by_hand() -> Vec<u8> {
    let (mut formats, mut styles, mut rows) = (String::new(), String::new(), String::new());
    for ((place, (value, format, ..)), id) in CELLS.iter().enumerate().zip(200..) {
        let code = escaped(format);
        formats += &format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>");
        styles += &format!("<xf numFmtId=\"{id}\" applyNumberFormat=\"1\"/>");
        let style = place + 1;
        rows += &format!("<row><c><v>{place}</v></c><c s=\"{style}\"><v>{value}</v></c></row>");
    }
    let styles = format!(
        "<numFmts>{formats}</numFmts><fonts><font/></fonts><fills><fill/></fills>\
         <borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs>\
         <cellXfs><xf/>{styles}</cellXfs>"
    );
    xlsx(&rows, "", &styles)
}

#[test]
fn xlsx_is_read_as_it_is_shown_whoever_wrote_it() {
    assert_eq!(text(&by_library(), "a.xlsx"), expected(true));
    assert_eq!(text(&by_hand(), "a.xlsx"), expected(true));
}

#[test]
fn xls_is_read_as_it_is_shown() {
    // Texts of one byte a character are Latin-1 there.
    let cells = || CELLS.iter().filter(|(_, format, ..)| format.is_ascii());
    let formats: Vec<&str> = cells().map(|(_, format, ..)| *format).collect();
    let records: Vec<(u16, Vec<u8>)> = cells()
        .zip(0_u16..)
        .map(|((value, ..), row)| {
            let head = [row, 0, row + 1].map(u16::to_le_bytes).concat();
            (0x0203, [&head[..], &value.to_le_bytes()].concat())
        })
        .collect();
    let shown: String = cells()
        .map(|(value, _, text, _)| match value {
            59.0 => "1900-02-28\n".to_owned(),
            _ => format!("{text}\n"),
        })
        .collect();
    let file = xls_formatted(&formats, &[], &records);
    assert_eq!(text(&file, "a.xls"), shown);
}

#[test]
fn ods_is_read_as_it_is_shown() {
    let number = |name: &str, inside: &str| {
        format!(
            "<number:number-style style:name=\"{name}\">{inside}</number:number-style>\
             <style:style style:name=\"c{name}\" style:family=\"table-cell\" \
             style:data-style-name=\"{name}\"/>"
        )
    };
    let digits = |count: usize, more: &str| {
        format!("<number:number number:min-integer-digits=\"{count}\" {more}/>")
    };
    let styles = [
        number("five", &digits(5, "number:decimal-places=\"0\"")),
        number(
            "amount",
            &digits(1, "number:decimal-places=\"2\" number:grouping=\"true\""),
        ),
        number(
            "ssn",
            "<number:number number:min-integer-digits=\"9\">\
             <number:embedded-text number:position=\"4\">-</number:embedded-text>\
             <number:embedded-text number:position=\"6\">-</number:embedded-text></number:number>",
        ),
        number(
            "signed",
            &format!(
                "<number:text>minus </number:text>{}<style:map style:condition=\"value()&gt;=0\" \
                 style:apply-style-name=\"five\"/>",
                digits(5, "")
            ),
        ),
        "<number:date-style style:name=\"day\"><number:year/><number:month/><number:day/>\
         </number:date-style><style:style style:name=\"cday\" style:family=\"table-cell\" \
         style:data-style-name=\"day\"/><style:style style:name=\"child\" \
         style:family=\"table-cell\" style:parent-style-name=\"cfive\"/>"
            .to_owned(),
        "<style:style style:name=\"off\" style:family=\"table\"><style:table-properties \
         table:display=\"false\"/></style:style>"
            .to_owned(),
    ]
    .concat();
    let float = |style: &str, value: &str| {
        let style = match style {
            "" => String::new(),
            style => format!("table:style-name=\"{style}\""),
        };
        format!(
            "<table:table-cell {style} office:value-type=\"float\" office:value=\"{value}\">\
             <text:p>?</text:p></table:table-cell>"
        )
    };
    let row = |style: &str, cells: &[String]| {
        format!(
            "<table:table-row {style}><table:table-cell><text:p>|</text:p></table:table-cell>{}\
             </table:table-row>",
            cells.concat()
        )
    };
    let date = "<table:table-cell table:style-name=\"cday\" office:value-type=\"date\" \
        office:date-value=\"2024-05-31T12:30:00\"/>";
    let rows = [
        row("", &[float("cfive", "1067"), float("camount", "1234.5")]),
        row("", &[float("cssn", "78051120"), float("child", "9")]),
        row("", &[float("csigned", "-42"), float("csigned", "42")]),
        row("", &[date.to_owned(), float("", "5")]),
        row(
            "table:default-cell-style-name=\"cssn\"",
            &[float("", "78051120"), float("cfive", "1")],
        ),
    ]
    .concat();
    let columns = "<table:table-column/><table:table-column-group><table:table-column/>\
        </table:table-column-group><table:table-column table:number-columns-repeated=\"2\" \
        table:default-cell-style-name=\"cfive\"/>";
    let hidden = ods_sheet("hidden", &row("", &[]))
        .replace("<table:table ", "<table:table table:style-name=\"off\" ");
    let sheet = ods_sheet(
        "shown",
        &format!("{columns}<table:table-header-rows>{rows}</table:table-header-rows>"),
    )
    .replacen("<table:table-column/>", "", 1);
    let file = ods_styled(&styles, &format!("{hidden}{sheet}"));
    let unpacked = unpack(&file, "a.ods", 10_000).unwrap();
    assert_eq!(unpacked.sources[0].begin.sheet.as_deref(), Some("shown"));
    assert_eq!(
        unpacked.sources[0].text,
        "|,01067,1234.5\n|,078-05-1120,00009\n|,minus 00042,00042\n|,2024-05-31,00005\n\
         |,078-05-1120,00001\n"
    );
}

#[test]
fn a_column_of_midnights_holds_days() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let format = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let cells = [["born", "seen"], ["", ""], ["", ""]];
    for (row, (born, seen)) in [(32_964.0, 45_443.5), (33_000.0, 45_444.0)]
        .into_iter()
        .enumerate()
    {
        let row = u32::try_from(row + 1).unwrap();
        sheet.write_with_format(row, 0, born, &format).unwrap();
        sheet.write_with_format(row, 1, seen, &format).unwrap();
    }
    for (column, name) in cells[0].iter().enumerate() {
        sheet
            .write(0, u16::try_from(column).unwrap(), *name)
            .unwrap();
    }
    let file = book.save_to_buffer().unwrap();
    assert_eq!(
        text(&file, "a.xlsx"),
        "born,seen\n1990-04-01,2024-05-31T12:00:00\n1990-05-07,2024-06-01T00:00:00\n"
    );
    let cell = |date: &str| {
        format!("<table:table-cell office:value-type=\"date\" office:date-value=\"{date}\"/>")
    };
    let rows = format!(
        "<table:table-row>{}{}</table:table-row><table:table-row>{}{}</table:table-row>",
        cell("1990-04-01T00:00:00"),
        cell("2024-05-31T12:00:00"),
        cell("1990-05-07"),
        cell("2024-06-01T00:00:00"),
    );
    let file = ods_styled("", &ods_sheet("a", &rows));
    assert_eq!(
        text(&file, "a.ods"),
        "1990-04-01,2024-05-31T12:00:00\n1990-05-07,2024-06-01T00:00:00\n"
    );
    let rows = "<row><c t=\"d\"><v>1990-04-01T00:00:00</v></c></row>";
    assert_eq!(text(&xlsx(rows, "", ""), "a.xlsx"), "1990-04-01\n");
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("roster-sheets-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Has LibreOffice convert a file; `None` where there is none.
    fn convert(&self, from: &Path, to: &str) -> Option<PathBuf> {
        let profile = format!(
            "-env:UserInstallation=file://{}",
            self.0.join("profile").display()
        );
        let ran = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", to, "--outdir"])
            .arg(&self.0)
            .arg(from)
            .output();
        let ran = match ran {
            Ok(ran) => ran,
            Err(error) => {
                eprintln!("skipped: LibreOffice can't be run ({error})");
                return None;
            }
        };
        let kind = to.split(':').next().unwrap();
        let made = self.0.join(from.with_extension(kind).file_name().unwrap());
        assert!(made.exists(), "{}", String::from_utf8_lossy(&ran.stderr));
        Some(made)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_libreoffice_shows_is_what_is_read() {
    let folder = Folder::new();
    for (name, file) in [("library.xlsx", by_library()), ("hand.xlsx", by_hand())] {
        let written = folder.0.join(name);
        std::fs::write(&written, file).unwrap();
        let as_shown = "csv:Text - txt - csv (StarCalc):44,34,76";
        let Some(shown) = folder.convert(&written, as_shown) else {
            return;
        };
        let shown = std::fs::read_to_string(shown).unwrap();
        let shown: Vec<&str> = shown.lines().collect();
        assert_eq!(shown.len(), CELLS.len(), "{name}");
        for (place, (line, (_, format, text, same))) in shown.iter().zip(CELLS).enumerate() {
            if same {
                let line = line.replace('"', "");
                assert_eq!(line, format!("{place},{text}"), "{name}: {format}");
            }
        }
        // What it makes of the file in other formats is read alike.
        for (kind, count_as_excel) in [("ods", false), ("xls", false), ("xlsx", false)] {
            let source = folder.0.join(format!("{kind}-{name}"));
            std::fs::copy(&written, &source).unwrap();
            let Some(made) = folder.convert(&source, kind) else {
                return;
            };
            let made = std::fs::read(made).unwrap();
            let found = text(&made, &format!("a.{kind}"));
            let found: Vec<&str> = found.lines().collect();
            for (line, wanted) in found.iter().zip(expected(count_as_excel).lines()) {
                // It counts the first days of 1900 otherwise than Excel.
                if !wanted.starts_with("33,") {
                    assert_eq!(*line, wanted, "{kind} of {name}");
                }
            }
            assert_eq!(found.len(), CELLS.len());
        }
    }
}

#[test]
fn a_sheet_that_is_said_is_read_though_it_is_hidden() {
    let style = "<style:style style:name=\"off\" style:family=\"table\"><style:table-properties \
        table:display=\"false\"/></style:style>";
    let row = "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>\
        </table:table-row>";
    let hidden =
        ods_sheet("hidden", row).replace("<table:table ", "<table:table table:style-name=\"off\" ");
    let file = ods_styled(style, &hidden);
    assert_eq!(text(&file, "a.ods"), "x\n");
    let settings = FileSettings {
        sheet: Some("hidden".to_owned()),
        ..FileSettings::default()
    };
    let limits = roster_intake::Limits::default();
    let unpacked = support::unpack::unpack_with(&file, "a.ods", 999, &settings, limits).unwrap();
    assert_eq!(unpacked.sources[0].text, "x\n");
}
