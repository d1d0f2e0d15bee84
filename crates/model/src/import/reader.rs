//! How the text of a cell becomes a value: what a person said of the file's
//! dates, numbers, words and empty cells.

use super::cell;
use super::convert::Conversion;
use super::dates::{Century, DateFormat};
use super::formula::restore;
use super::number;
use super::sheet_error;
use super::words::{self, NO, YES};
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::json;
use crate::read::Members;
use crate::readers::{choice, each, flag, text_of};
use crate::text::{canonical, fold, one_line, same};
use crate::time::Timestamp;
use crate::value;
use crate::write::LINE_BREAKS;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;

/// The longest separator of the elements of a list, in characters.
pub const MAX_SEPARATOR_CHARS: usize = 10;
/// The most words, formats or empty values that can be named, each.
pub const MAX_WORDS: usize = 100;

/// The words of `decimal`.
pub const DECIMALS: [(&str, char); 2] = [(".", '.'), (",", ',')];

/// The words of `empty`, and whether an empty cell clears a value.
pub const EMPTY_CELLS: [(&str, bool); 2] = [("skip", false), ("clear", true)];

/// The words of `apostrophes`, and whether those that exports put there are taken away.
pub const APOSTROPHES: [(&str, bool); 2] = [("restore", true), ("keep", false)];

/// One cell of a row, or one member of a record.
#[derive(Clone, Copy)]
pub(super) enum Cell<'a> {
    /// There is none.
    Missing,
    /// Text, as files have it.
    Text(&'a str),
    /// JSON, never a string.
    Json(&'a Value),
}

/// What is known of all cells of a file.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    separator: String,
    dates: Vec<DateFormat>,
    decimal: char,
    /// Folded words that mean yes and no.
    words: HashMap<String, bool>,
    /// Whether an empty cell clears a value; else it leaves it.
    pub clear: bool,
    empty_values: Vec<String>,
    trim: bool,
    pub join_lines: bool,
    restore: bool,
    /// Whether numbers are written as programs do, with a point, because the
    /// file knows numbers.
    pub numbers_are_plain: bool,
    /// The present, which tells the century of short years.
    pub now: Option<Timestamp>,
}

impl Reader {
    /// Reads the members of the settings that say how cells are read.
    pub fn take(members: &mut Members) -> Self {
        let mut reader = Reader {
            separator: ",".to_owned(),
            dates: Vec::new(),
            decimal: '.',
            words: HashMap::new(),
            clear: false,
            empty_values: Vec::new(),
            trim: false,
            join_lines: true,
            restore: true,
            numbers_are_plain: false,
            now: None,
        };
        if let Some(separator) = members.optional("separator", separator) {
            reader.separator = separator;
        }
        if let Some(dates) = members.optional("date_formats", |v| {
            list(v, |item| DateFormat::parse(text_of(item)?))
        }) {
            reader.dates = dates;
        }
        if let Some(decimal) = members.optional("decimal", |v| choice(v, &DECIMALS)) {
            reader.decimal = decimal;
        }
        let mut named = |name, defaults: &[&str]| {
            let given = members.optional(name, |v| list(v, word));
            given.unwrap_or_else(|| defaults.iter().map(|word| fold(word)).collect())
        };
        let yes: Vec<String> = named("true_values", &YES);
        let no: Vec<String> = named("false_values", &NO);
        if let Some(index) = no.iter().position(|word| yes.contains(word)) {
            let detail = "A word can't mean both true and false.";
            members.refuse(
                "false_values",
                Invalid::new(Code::Contradiction, detail).at_index(index),
            );
        }
        reader.words = yes.into_iter().map(|word| (word, true)).collect();
        reader
            .words
            .extend(no.into_iter().map(|word| (word, false)));
        if let Some(clear) = members.optional("empty", |v| choice(v, &EMPTY_CELLS)) {
            reader.clear = clear;
        }
        if let Some(values) = members.optional("empty_values", |v| {
            list(v, |item| Ok(text_of(item)?.trim().to_owned()))
        }) {
            reader.empty_values = values;
        }
        if let Some(trim) = members.optional("trim", flag) {
            reader.trim = trim;
        }
        if let Some(join) = members.optional("line_breaks", |v| choice(v, &LINE_BREAKS)) {
            reader.join_lines = join;
        }
        if let Some(restore) = members.optional("apostrophes", |v| choice(v, &APOSTROPHES)) {
            reader.restore = restore;
        }
        reader
    }

    /// For a file whose cells know more than text: nothing was neutralised in
    /// it, and its numbers have a point.
    pub fn knows_types(&mut self) {
        self.restore = false;
        self.numbers_are_plain = true;
    }

    /// What stands between the elements of a list.
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// The text of a cell, or what else a record has there; `None` if it is
    /// empty. White space alone is empty.
    pub fn content<'a>(&self, cell: Cell<'a>) -> Option<Cell<'a>> {
        match cell {
            Cell::Text(text) => {
                let text = if self.restore { restore(text) } else { text };
                let empty =
                    canonical(text).is_empty() || self.empty_values.iter().any(|e| same(e, text));
                (!empty).then_some(Cell::Text(text))
            }
            Cell::Json(Value::Null) | Cell::Missing => None,
            Cell::Json(_) => Some(cell),
        }
    }

    /// What a cell says; `None` if it is empty. What can't be read is left to
    /// the field to refuse, or refused here with the field's code.
    pub fn value(&self, convert: &Conversion, cell: Cell) -> Result<Option<Value>, Invalid> {
        let Some(content) = self.content(cell) else {
            return Ok(None);
        };
        let text = match content {
            Cell::Text(text) => text,
            Cell::Json(value) => return self.json(convert, value).map(Some),
            Cell::Missing => return Ok(None),
        };
        if sheet_error::is_error(text) {
            let detail = format!(
                "{} is what a spreadsheet shows for an error: the cell has no value.",
                excerpt(text)
            );
            return Err(Invalid::new(Code::SheetError, detail));
        }
        match convert {
            Conversion::Text => Ok(Value::from(self.text(text))),
            Conversion::Integer => self.integer(text),
            Conversion::Float => match self.plain_number(text) {
                Some(number) => value::float(&Value::from(number)),
                None => Err(self.no_number(text, "a number")),
            },
            Conversion::Boolean => self.truth(text).map(Value::Bool),
            Conversion::Lines => Ok(Value::from(if self.trim { text.trim() } else { text })),
            Conversion::OptIn => self.opt_in(text),
            Conversion::Date { past } => self.date(text, *past),
            Conversion::Choice(options) => {
                let found = options.get(&fold(&canonical(text)));
                Ok(Value::from(found.map_or(text, String::as_str)))
            }
            Conversion::List => {
                let mut items = Vec::new();
                self.elements(text, |item| items.push(Value::from(item)));
                Ok(Value::Array(items))
            }
            // The place of what is wrong is the cell.
            Conversion::Json => json::read(text.as_bytes()).map_err(|wrong| {
                Invalid::new(wrong.code, format!("{}: {}", excerpt(text), wrong.detail))
            }),
        }
        .map(Some)
    }

    /// Gives each element of a cell that holds several.
    pub fn elements<'a>(&self, text: &'a str, mut give: impl FnMut(Cow<'a, str>)) {
        cell::split(text, &self.separator, |item| give(self.lines_joined(item)));
    }

    /// What a member of a record says that is no string: the same, but for a
    /// status that is told by true or false.
    fn json(&self, convert: &Conversion, value: &Value) -> Result<Value, Invalid> {
        match (convert, value) {
            (Conversion::OptIn, Value::Bool(truth)) => Ok(opted(*truth)),
            (Conversion::OptIn, _) => self.opt_in(&value.to_string()),
            _ => Ok(value.clone()),
        }
    }

    fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let text = if self.trim { text.trim() } else { text };
        self.lines_joined(Cow::Borrowed(text))
    }

    /// Most values hold no line breaks and tabs.
    fn lines_joined<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        match (self.join_lines, text) {
            (true, Cow::Borrowed(text)) => one_line(text),
            (true, Cow::Owned(text)) => Cow::Owned(one_line(&text).into_owned()),
            (false, text) => text,
        }
    }

    fn plain_number<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let text = text.trim();
        // As a program writes it, which knows no other way.
        let is_plain = |n: f64| n.to_string() == text;
        if self.numbers_are_plain && text.parse().is_ok_and(is_plain) {
            return Some(Cow::Borrowed(text));
        }
        number::plain(text, self.decimal)
    }

    fn no_number(&self, text: &str, want: &str) -> Invalid {
        let detail = format!(
            "{} is not {want}: digits may be grouped by three, and {} stands before the fraction.",
            excerpt(text),
            excerpt(&self.decimal.to_string())
        );
        Invalid::new(Code::WrongType, detail)
    }

    fn integer(&self, text: &str) -> Result<Value, Invalid> {
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Value::from(number));
        }
        let number = self.plain_number(text);
        let number = number.ok_or_else(|| self.no_number(text, "a whole number"))?;
        // Programs write whole numbers with a fraction that is none.
        let whole = match number.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
            _ => &number,
        };
        value::integer(&Value::from(whole))
    }

    fn truth(&self, text: &str) -> Result<bool, Invalid> {
        let truth = self.words.get(&fold(&canonical(text))).copied();
        truth.ok_or_else(|| {
            let mut words = words::listed(self.words.iter());
            words.insert_str(0, &format!("{} is neither true nor false: ", excerpt(text)));
            Invalid::new(Code::WrongType, words)
        })
    }

    fn opt_in(&self, text: &str) -> Result<Value, Invalid> {
        let truth = self.truth(text);
        truth
            .map(opted)
            .map_err(|invalid| Invalid::new(Code::OptInUnknown, invalid.detail))
    }

    fn date(&self, text: &str, past: bool) -> Result<Value, Invalid> {
        let century = self.now.map(|now| Century::new(now, past));
        let mut formats = self.dates.iter();
        let read = formats.find_map(|format| format.read(text, century));
        match read {
            Some(date) => Ok(Value::from(date)),
            // ISO, which the field reads, or nothing; then the message should
            // name the formats.
            None if self.dates.is_empty() || looks_iso(text) => Ok(Value::from(text)),
            None => {
                let formats: Vec<&str> = self.dates.iter().map(DateFormat::as_str).collect();
                let detail = format!(
                    "{} is no date: it must be like 2001-12-31, 2001-12-31T22:00:00Z, or have one of the formats {}.",
                    excerpt(text),
                    formats.join(", ")
                );
                Err(Invalid::new(Code::InvalidDate, detail))
            }
        }
    }
}

/// The status of somebody who said yes or no.
fn opted(yes: bool) -> Value {
    Value::from(if yes { "subscribed" } else { "unsubscribed" })
}

/// Whether a text begins as dates in ISO 8601 do.
fn looks_iso(text: &str) -> bool {
    let text = text.trim().as_bytes();
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    digits == 4 && text.get(4) == Some(&b'-')
}

/// A list in which each element is read by `read`.
pub(super) fn list<T>(
    value: &Value,
    read: impl Fn(&Value) -> Result<T, Invalid>,
) -> Result<Vec<T>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::new(
            Code::WrongType,
            "This must be an array.",
        )]);
    };
    if items.len() > MAX_WORDS {
        let detail = format!("{} elements: at most {MAX_WORDS} fit.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, read)
}

fn separator(value: &Value) -> Result<String, Invalid> {
    let text = text_of(value)?;
    let chars = text.chars().count();
    if (1..=MAX_SEPARATOR_CHARS).contains(&chars) && !text.contains('"') {
        return Ok(text.to_owned());
    }
    let detail = format!(
        "{} is no separator: it must be 1 to {MAX_SEPARATOR_CHARS} characters and no quotation mark.",
        excerpt(text)
    );
    Err(Invalid::new(Code::InvalidSeparator, detail))
}

fn word(value: &Value) -> Result<String, Invalid> {
    let folded = fold(&canonical(text_of(value)?));
    if folded.is_empty() {
        return Err(Invalid::new(Code::Empty, "A word must not be empty."));
    }
    Ok(folded)
}
