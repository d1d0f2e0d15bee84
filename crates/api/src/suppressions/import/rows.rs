//! From what an unpacked file consists of to entries: sources one after the
//! other, each looked at first, then read row by row.

use super::report::{Report, WrongRow};
use super::table::Table;
use roster_intake::detect::SAMPLE_BYTES;
use roster_intake::{
    Begin, Content, Event, FileSettings, Position, Record, RecordError, Records, detect,
};
use roster_model::suppression::Entry;
use roster_model::{Invalid, Region};
use serde_json::Value;

/// Reads the sources of one upload. Holds the beginning of a source until it is
/// known how to read it, then one piece.
pub(super) struct Rows {
    region: Option<Region>,
    /// The present source.
    name: String,
    reading: SourceState,
}

enum SourceState {
    /// What has come of a source that is not understood yet.
    Beginning(Vec<u8>),
    /// A source that is being read.
    Rows(Box<Records>, Table),
}

impl Rows {
    pub(super) fn new(region: Option<Region>) -> Self {
        Rows {
            region,
            name: String::new(),
            reading: SourceState::Beginning(Vec::new()),
        }
    }

    /// Takes the next part of the upload: adds what its rows have to `entries`.
    pub(super) fn take(&mut self, event: Event, entries: &mut Vec<Entry>, report: &mut Report) {
        match event {
            Event::Begin(begin) => {
                self.name = shown(begin);
                self.reading = SourceState::Beginning(Vec::new());
            }
            Event::Bytes(bytes) => {
                if let SourceState::Beginning(sample) = &mut self.reading {
                    sample.extend_from_slice(&bytes);
                    if sample.len() >= SAMPLE_BYTES {
                        self.understand(false);
                        self.read(entries, report);
                    }
                } else {
                    self.feed(&bytes, false);
                    self.read(entries, report);
                }
            }
            Event::End(_) => {
                if matches!(self.reading, SourceState::Beginning(_)) {
                    self.understand(true);
                } else {
                    self.feed(&[], true);
                }
                self.read(entries, report);
            }
            Event::Skipped { name, reason } => report.skip(name, reason),
        }
    }

    /// Finds out how a source is read; `whole` says that all of it has come.
    fn understand(&mut self, whole: bool) {
        let SourceState::Beginning(sample) = &mut self.reading else {
            return;
        };
        let sample = std::mem::take(sample);
        // The first row may have values as well: a table finds out itself.
        let settings = FileSettings {
            header: Some(false),
            ..FileSettings::default()
        };
        let found = detect(&sample, whole, &self.name, &settings);
        let mut records = Records::new(&found.reading, Position::start(0));
        records.feed(&sample, whole);
        self.reading = SourceState::Rows(Box::new(records), Table::new(self.region));
    }

    fn feed(&mut self, bytes: &[u8], end: bool) {
        if let SourceState::Rows(records, _) = &mut self.reading {
            records.feed(bytes, end);
        }
    }

    fn read(&mut self, entries: &mut Vec<Entry>, report: &mut Report) {
        let SourceState::Rows(records, table) = &mut self.reading else {
            return;
        };
        while let Some(record) = records.next_record() {
            let (line, read) = match record {
                Ok(record) => (record.line, of_record(table, &record, entries)),
                Err(error) => (error.line, of_error(table, *error, entries)),
            };
            match read {
                None => {}
                Some(Ok(())) => report.row(),
                Some(Err(invalid)) => {
                    report.row();
                    report.fail(|| WrongRow {
                        file: self.name.clone(),
                        line,
                        code: invalid.code,
                        detail: invalid.detail,
                    });
                }
            }
        }
    }
}

/// None for a row that counts for nothing.
type RowResult = Option<Result<(), Invalid>>;

fn of_record(table: &mut Table, record: &Record, entries: &mut Vec<Entry>) -> RowResult {
    match &record.content {
        Content::Cells(cells) => {
            let cells: Vec<&str> = cells.iter().collect();
            table.row(&cells, entries)
        }
        Content::Object(object) => {
            let text = |value: &Value| match value {
                Value::String(text) => text.clone(),
                Value::Number(_) | Value::Bool(_) => value.to_string(),
                _ => String::new(),
            };
            let names: Vec<&str> = object.keys().map(String::as_str).collect();
            let cells: Vec<String> = object.values().map(text).collect();
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            table.object(&names, &cells, entries)
        }
    }
}

/// A row that has more or fewer cells than the first has its values all the same.
fn of_error(table: &mut Table, error: RecordError, entries: &mut Vec<Entry>) -> RowResult {
    match error.cells {
        Some(cells) => {
            let cells: Vec<&str> = cells.iter().collect();
            table.row(&cells, entries)
        }
        None => Some(Err(Invalid::new(error.code, error.detail))),
    }
}

/// How a source is told: the file, and the sheet of a workbook.
fn shown(begin: Begin) -> String {
    match begin.sheet {
        Some(sheet) => format!("{}, {sheet}", begin.name),
        None => begin.name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_intake::{Limits, Unpacker};

    /// The keys in a file that comes in pieces, and what is told of it.
    fn read(name: &str, file: &[u8], piece: usize) -> (String, Report) {
        let settings = FileSettings::default();
        let mut unpacker = Unpacker::new(name, &settings, Limits::default()).unwrap();
        let mut rows = Rows::new(Some("DE".parse().unwrap()));
        let (mut entries, mut report) = (Vec::new(), Report::default());
        for bytes in file.chunks(piece).chain([&[][..]]) {
            unpacker.feed(bytes, bytes.is_empty());
            while let Some(event) = unpacker.next_event().unwrap() {
                rows.take(event, &mut entries, &mut report);
            }
        }
        let star = |entry: &Entry| if entry.subdomains { "*." } else { "" };
        let keys: Vec<String> = entries
            .iter()
            .map(|entry| format!("{}{}", star(entry), entry.key))
            .collect();
        (keys.join(" "), report)
    }

    #[test]
    fn a_list_of_lines_needs_no_header() {
        let file = b"Ann@x.org\r\n*.y.org\r\n\r\n+49 30 901820\r\nnobody\r\n030 901820\n";
        for piece in [1, 7, 1000] {
            let (keys, report) = read("list.txt", file, piece);
            assert_eq!(keys, "ann@x.org *.y.org +4930901820 +4930901820");
            let failed = vec![("list.txt", 5, "unrecognised")];
            assert_eq!(report.seen(), (5, 1, failed));
        }
    }

    #[test]
    fn a_table_has_values_in_its_known_columns_or_in_any() {
        let known = b"name;e-mail;site\nAnn;a@x.org;shop.example\nBen;;ben.example\n";
        let (keys, report) = read("a.csv", known, 9);
        assert_eq!(keys, "a@x.org");
        assert_eq!(report.seen(), (1, 0, vec![]));
        let any = b"who,where\nAnn <3,a@x.org\nb@x.org,c@x.org\nD,E\n";
        let (keys, report) = read("a.csv", any, 9);
        assert_eq!(keys, "a@x.org b@x.org c@x.org");
        assert_eq!(report.seen(), (3, 1, vec![("a.csv", 4, "unrecognised")]));
    }

    #[test]
    fn what_was_exported_is_read_again() {
        let md5 = "900150983cd24fb0d6963f7d28e17f72";
        let file = format!(
            "value,type,hash,subdomains,added_at,reason,source\r\n\
             '+4930901820,phone,,false,2026-01-01T00:00:00.000Z,asked.for,api\r\n\
             *.x.org,domain,,true,2026-01-01T00:00:00.000Z,,api\r\n\
             {md5},domain,md5,true,2026-01-01T00:00:00.000Z,,api\r\n"
        );
        let (keys, report) = read("suppression-1.csv", file.as_bytes(), 50);
        assert_eq!(keys, format!("+4930901820 *.x.org *.{md5}"));
        assert_eq!(report.seen(), (3, 0, vec![]));
    }

    #[test]
    fn objects_have_values_by_name() {
        let file = b"{\"email\": \"a@x.org\", \"site\": \"y.org\"}\n{\"phone\": 4930901820}\n{\"x\": []}\n{\n";
        let (keys, report) = read("a.jsonl", file, 9);
        assert_eq!(keys, "a@x.org +4930901820");
        assert_eq!(report.seen(), (3, 1, vec![("a.jsonl", 4, "json_broken")]));
    }

    #[test]
    fn a_long_file_is_read_beyond_its_sample() {
        let mut file = String::from("email\n");
        for n in 0..40_000 {
            file.push_str(&format!("p{n}@example.org\n"));
        }
        let (keys, report) = read("long.csv", file.as_bytes(), 65_536);
        assert_eq!(keys.split(' ').count(), 40_000);
        assert_eq!(report.seen(), (40_000, 0, vec![]));
    }
}
