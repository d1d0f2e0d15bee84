//! Which delimiter and which quotes a text is written with.

use super::kind::{Kind, kind};
use super::{Clue, Reasons, extension};
use crate::records::line;
use crate::settings::{Escape, FileSettings, Quote, check_delimiter};

/// What cells are told apart by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: Quote,
    pub(crate) escape: Escape,
}

/// Delimiters that are tried, the likeliest first.
const DELIMITERS: [u8; 8] = [b',', b';', b'\t', b'|', b':', b'^', b'~', 0x1f];
/// How many rows are looked at.
const ROWS: usize = 500;
/// How many cells are looked at for what they hold.
const CELLS: usize = 4_000;
/// How many quotes that never close are passed over: each is searched for to the end.
const OPEN: usize = 20;

/// Tries every dialect that the settings leave open and takes the one whose rows
/// are most alike.
pub(crate) fn find(
    text: &[u8],
    whole: bool,
    name: &str,
    settings: &FileSettings,
    reasons: &mut Reasons,
) -> Dialect {
    let said = settings
        .delimiter
        .and_then(|delimiter| u8::try_from(delimiter).ok());
    let mut delimiters: Vec<u8> = said.map_or(DELIMITERS.to_vec(), |said| vec![said]);
    if matches!(extension(name).as_str(), "tsv" | "tab") && said.is_none() {
        delimiters.sort_by_key(|&delimiter| delimiter != b'\t');
    }
    let quotes = settings
        .quote
        .map_or(vec![Quote::Double, Quote::Single, Quote::None], |q| vec![q]);
    let escapes = settings
        .escape
        .map_or(vec![Escape::Doubled, Escape::Backslash], |e| vec![e]);

    let mut best: Option<(Dialect, Tally)> = None;
    for &delimiter in &delimiters {
        for &quote in &quotes {
            for &escape in &escapes {
                let dialect = Dialect {
                    delimiter,
                    quote,
                    escape,
                };
                if check_delimiter(char::from(delimiter), quote, escape).is_err() {
                    continue;
                }
                let tally = Tally::of(text, whole, dialect);
                if best
                    .as_ref()
                    .is_none_or(|(_, best)| tally.score > best.score + 1e-6)
                {
                    best = Some((dialect, tally));
                }
            }
        }
    }
    let (mut dialect, tally) = best.unwrap_or((
        Dialect {
            delimiter: b',',
            quote: Quote::Double,
            escape: Escape::Doubled,
        },
        Tally::default(),
    ));
    if said.is_none() {
        let delimiter = dialect.delimiter;
        if tally.columns > 1 {
            reasons.add(
                "delimiter",
                Clue::RowsAlike {
                    delimiter: char::from(delimiter),
                    alike: tally.alike,
                    rows: tally.rows,
                    cells: tally.columns,
                },
            );
        } else {
            // One column: a delimiter that isn't there keeps its cells whole.
            let unused = |delimiter: &&u8| memchr::memchr(**delimiter, text).is_none();
            dialect.delimiter = *delimiters.iter().find(unused).unwrap_or(&delimiter);
            reasons.add("delimiter", Clue::OneColumn);
        }
    }
    if settings.quote.is_none() {
        let reason = match dialect.quote {
            Quote::None => Clue::QuotesInside,
            _ if tally.quoted == 0 => Clue::NoneQuoted,
            Quote::Double => Clue::Quoted {
                quote: '"',
                count: tally.quoted,
            },
            Quote::Single => Clue::Quoted {
                quote: '\'',
                count: tally.quoted,
            },
        };
        reasons.add("quote", reason);
    }
    if settings.escape.is_none() && dialect.escape == Escape::Backslash {
        reasons.add("escape", Clue::Backslashes);
    }
    dialect
}

/// How a text looks when it is read by a dialect.
#[derive(Debug, Default)]
struct Tally {
    rows: usize,
    /// How many rows have `columns` cells.
    alike: usize,
    /// The commonest number of cells.
    columns: usize,
    /// Cells in quotes.
    quoted: usize,
    /// All cells.
    cells: usize,
    /// Quotes inside cells that are written as the dialect says.
    escaped: usize,
    /// Cells that begin with a quote and go on after it closes.
    strayed: usize,
    score: f64,
}

impl Tally {
    fn of(text: &[u8], whole: bool, dialect: Dialect) -> Self {
        let mut tally = Tally::default();
        let mut counts: Vec<usize> = Vec::new();
        let (mut typed, mut seen) = (0, 0);
        let mut open = 0;
        let mut rest = text;
        while counts.len() < ROWS && !rest.is_empty() {
            if let [b'\n' | b'\r', tail @ ..] = rest {
                rest = tail;
                continue;
            }
            let mut cells = 0;
            loop {
                let cell = Cell::read(rest, dialect);
                if cell.open {
                    // It was cut off, or its quote never closes: neither for nor
                    // against. In that case reading goes on with the next line.
                    cells = 0;
                    open += 1;
                    let next = line::find(rest).filter(|_| whole && open <= OPEN);
                    rest = next.and_then(|next| rest.get(next..)).unwrap_or_default();
                    break;
                }
                cells += 1;
                tally.cells += 1;
                tally.quoted += usize::from(cell.quoted);
                tally.strayed += usize::from(cell.strayed);
                tally.escaped += cell.escaped;
                if seen < CELLS {
                    seen += 1;
                    let known = str::from_utf8(cell.text).map(kind);
                    typed += usize::from(!matches!(known, Ok(Kind::Text) | Err(_)));
                }
                let next = rest.get(cell.end).copied();
                rest = rest.get(cell.end + 1..).unwrap_or_default();
                if next != Some(dialect.delimiter) {
                    break;
                }
            }
            if cells > 0 {
                counts.push(cells);
            }
        }
        tally.rows = counts.len();
        counts.sort_unstable();
        for group in counts.chunk_by(|a, b| a == b) {
            // Of two that are as common the larger: a title stands before a table.
            if group.len() >= tally.alike {
                tally.alike = group.len();
                tally.columns = group.first().copied().unwrap_or_default();
            }
        }
        tally.score = tally.score(ratio(typed, seen), dialect);
        tally
    }

    fn score(&self, typed: f64, dialect: Dialect) -> f64 {
        if self.rows == 0 {
            return 0.0;
        }
        let alike = ratio(self.alike, self.rows);
        // Rows that differ more often than not speak for no delimiter at all.
        let shape = if self.columns > 1 && alike >= 0.5 {
            let columns = f64::from(u32::try_from(self.columns.min(64)).unwrap_or(64));
            let doubt = match dialect.delimiter {
                b':' | b'^' | b'~' => 0.7,
                _ => 1.0,
            };
            alike * alike * doubt * (0.8 + 0.05 * columns.ln()) + 0.15 * typed
        } else {
            0.1
        };
        let quoted = ratio(self.quoted, self.quoted + self.strayed);
        let quotes = match (dialect.quote, self.quoted + self.strayed) {
            // Apostrophes are common in names: two quoted cells are the least.
            (Quote::Single, _) if self.quoted < 2 => return 0.5 * shape,
            (Quote::None, _) => -0.03,
            (Quote::Single, _) => 0.1 * quoted - 0.1 + 0.1 * ratio(self.quoted, self.cells),
            (Quote::Double, 0) => 0.0,
            (Quote::Double, _) => 0.2 * quoted - 0.1,
        };
        let escapes = if dialect.escape == Escape::Backslash && self.escaped == 0 {
            -0.01
        } else {
            0.0
        };
        shape + quotes + escapes
    }
}

fn ratio(part: usize, of: usize) -> f64 {
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if of == 0 {
        0.0
    } else {
        float(part) / float(of)
    }
}

/// One cell at the front of a text.
struct Cell<'a> {
    /// What it holds, without the quotes around it.
    text: &'a [u8],
    /// Index of the delimiter or line end after it, or the text's length.
    end: usize,
    quoted: bool,
    strayed: bool,
    open: bool,
    escaped: usize,
}

impl<'a> Cell<'a> {
    fn read(rest: &'a [u8], dialect: Dialect) -> Self {
        let ends = |c: u8| c == dialect.delimiter || c == b'\n' || c == b'\r';
        let mut cell = Cell {
            text: &[],
            end: 0,
            quoted: false,
            strayed: false,
            open: false,
            escaped: 0,
        };
        let quote = dialect.quote.byte();
        let mut from = 0;
        if let Some(quote) = quote.filter(|quote| rest.first() == Some(quote)) {
            let backslash = dialect.escape == Escape::Backslash;
            let mut at = 1;
            loop {
                let Some(&byte) = rest.get(at) else {
                    cell.open = true;
                    cell.end = rest.len();
                    return cell;
                };
                let pair = rest.get(at + 1) == Some(&quote);
                if pair && (byte == quote || (backslash && byte == b'\\')) {
                    cell.escaped += usize::from((byte == b'\\') == backslash);
                    at += 2;
                } else if backslash && byte == b'\\' {
                    at += 2;
                } else if byte == quote {
                    break;
                } else {
                    at += 1;
                }
            }
            cell.text = rest.get(1..at).unwrap_or_default();
            from = at + 1;
            cell.quoted = rest.get(from).is_none_or(|&c| ends(c));
            cell.strayed = !cell.quoted;
        }
        let tail = rest.get(from..).unwrap_or_default();
        let length = tail.iter().position(|&c| ends(c)).unwrap_or(tail.len());
        cell.end = from + length;
        if !cell.quoted {
            cell.text = rest.get(..cell.end).unwrap_or_default();
        }
        cell
    }
}
