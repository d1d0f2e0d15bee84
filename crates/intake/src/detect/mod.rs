//! Finding out how a text is to be read, from its beginning.

mod clue;
mod dialect;
mod header;
mod kind;

use crate::records::line;
use crate::report;
use crate::settings::{FileSettings, Format, Formulas, Reading};
pub use clue::Clue;
use dialect::Dialect;
use serde::{Deserialize, Serialize};

/// How much of a sample is looked at, in bytes; more does no harm.
pub const SAMPLE_BYTES: usize = 256 << 10;

/// What was found out about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detection {
    /// How to read it: what was detected, with the settings put over it.
    pub reading: Reading,
    /// How its lines end. Nobody has to set it: all kinds are read in any mixture.
    pub line_end: LineEnd,
    /// Why, one for each thing that was decided.
    pub reasons: Vec<Reason>,
}

/// Why something was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The setting: `format`, `delimiter`, `quote`, `escape`, `header`, `skip_rows`.
    pub setting: String,
    /// A sentence for people.
    pub reason: String,
    /// The same in parts.
    #[serde(flatten)]
    pub clue: Clue,
}

/// What stands at the end of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineEnd {
    /// `\n`, and where there is only one line.
    Lf,
    /// `\r\n`
    Crlf,
    /// `\r`
    Cr,
    /// More than one kind, line breaks inside cells included.
    Mixed,
}

/// Detects how a plain UTF-8 text is read from how it begins. `whole` says that
/// `sample` is the whole text; otherwise a line that is cut off is left out.
/// `name` is the file's name, a hint only. What `settings` say is taken as it is
/// and helps to find the rest. A bad delimiter in them is not looked at here:
/// see [`FileSettings::check`].
pub fn detect(sample: &[u8], whole: bool, name: &str, settings: &FileSettings) -> Detection {
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
    let whole = whole && sample.len() <= SAMPLE_BYTES;
    let mut sample = sample.get(..SAMPLE_BYTES).unwrap_or(sample);
    if !whole && let Some(at) = memchr::memrchr2(b'\n', b'\r', sample) {
        sample = sample.get(..=at).unwrap_or(sample);
    }
    let mut reasons = Reasons(Vec::new());
    let said = settings
        .format
        .filter(|_| report::recognise(sample).is_none());
    let mut reading = Reading {
        format: said.unwrap_or_else(|| format(sample, name, &mut reasons)),
        ..Reading::default()
    };
    if reading.format == Format::Csv {
        reading.formulas = Formulas::Text;
        let mut settings = settings.clone();
        reading.report = report::recognise(sample);
        if reading.report.is_some() {
            // What was said is about the file that the report is of.
            settings = FileSettings {
                header: Some(true),
                formulas: settings.formulas,
                ..FileSettings::default()
            };
            reasons.add("header", Clue::ImportReport);
        }
        separator_line(sample, &mut settings, &mut reasons);
        let text = skip(sample, settings.skip_rows.unwrap_or_default());
        let found = dialect::find(text, whole, name, &settings, &mut reasons);
        let Dialect {
            delimiter,
            quote,
            escape,
        } = found;
        reading = Reading {
            delimiter: char::from(delimiter),
            quote,
            escape,
            header: false,
            ..reading
        }
        .with(&settings);
        if settings.header.is_none() {
            reading.header = header::find(text, whole, &reading, &mut reasons);
        }
        if !reading.header {
            reading.columns = header::widest(text, whole, &reading);
        }
    } else {
        reading = reading.with(settings);
    }
    Detection {
        reading,
        line_end: line_end(sample),
        reasons: reasons.0,
    }
}

/// Collects reasons.
pub(crate) struct Reasons(Vec<Reason>);

impl Reasons {
    pub(crate) fn add(&mut self, setting: &str, clue: Clue) {
        self.0.push(Reason {
            setting: setting.to_owned(),
            reason: clue.text(),
            clue,
        });
    }
}

/// JSON begins with a bracket that more of JSON follows; everything else is CSV.
fn format(sample: &[u8], name: &str, reasons: &mut Reasons) -> Format {
    let text = sample.trim_ascii_start();
    let after = |count: usize| text.get(count..).unwrap_or_default().trim_ascii_start();
    let (format, reason) = match text.first() {
        Some(b'[') if matches!(after(1).first(), Some(b'{' | b'[' | b']') | None) => {
            (Format::Json, Clue::JsonArray)
        }
        Some(b'{') if matches!(after(1).first(), Some(b'"' | b'}') | None) => {
            (Format::JsonLines, Clue::JsonObject)
        }
        Some(b'[') if extension(name) == "json" => (Format::Json, Clue::NamedJson),
        _ => (Format::Csv, Clue::NotJson),
    };
    reasons.add("format", reason);
    format
}

/// What stands after the last dot of a name, in lower case.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .unwrap_or_default()
}

/// Excel writes `sep=;` as the first line where somebody asked it to. Programs that
/// don't know it save it as a row: in quotes, and with a delimiter for each of the
/// other columns.
fn separator_line(sample: &[u8], settings: &mut FileSettings, reasons: &mut Reasons) {
    if settings.skip_rows.is_some() {
        return;
    }
    let first = sample.get(..line::find(sample).unwrap_or(sample.len()));
    let Some(delimiter) = separator(first.unwrap_or_default()) else {
        return;
    };
    settings.skip_rows = Some(1);
    reasons.add("skip_rows", Clue::SeparatorLine);
    if settings.delimiter.is_none() {
        settings.delimiter = Some(char::from(delimiter));
        reasons.add("delimiter", Clue::SeparatorNamed);
    }
}

/// The delimiter that a line names, if that is all it does.
fn separator(line: &[u8]) -> Option<u8> {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let quote = line.first().copied().filter(|c| matches!(c, b'"' | b'\''));
    let text = line.get(usize::from(quote.is_some())..)?;
    let (name, rest) = text.split_at_checked(4)?;
    if !name.eq_ignore_ascii_case(b"sep=") {
        return None;
    }
    let (&delimiter, rest) = rest.split_first()?;
    let rest = match quote {
        Some(quote) => rest.strip_prefix(&[quote])?,
        None => rest,
    };
    let empty = |c: &u8| *c == delimiter || matches!(c, b',' | b';' | b'\t' | b'|' | b' ');
    (delimiter.is_ascii() && delimiter != b'"' && rest.iter().all(empty)).then_some(delimiter)
}

/// What stands after `count` lines.
fn skip(sample: &[u8], count: u32) -> &[u8] {
    let mut rest = sample;
    for _ in 0..count {
        match line::find(rest) {
            Some(end) => rest = rest.get(end..).unwrap_or_default(),
            None => return &[],
        }
    }
    rest
}

fn line_end(sample: &[u8]) -> LineEnd {
    let mut found = [false; 3];
    let mut rest = sample;
    while let Some(end) = line::find(rest) {
        let (head, tail) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        found[if head.ends_with(b"\r\n") {
            1
        } else if head.ends_with(b"\r") {
            2
        } else {
            0
        }] = true;
        rest = tail;
    }
    match found {
        [_, false, false] => LineEnd::Lf,
        [false, true, false] => LineEnd::Crlf,
        [false, false, true] => LineEnd::Cr,
        _ => LineEnd::Mixed,
    }
}
