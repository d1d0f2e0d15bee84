//! Number formats: what of a number a sheet shows.
//!
//! Days and times are shown by the calendar. A number is a code where its format pads
//! it with zeros (`00000`), puts signs between its digits (`000-00-0000`) or a mark in
//! front of it (`+0`, `"ID-"0`): then its text is what the sheet shows. All others are
//! amounts, whose text is the bare number: how many decimals, which groups of digits,
//! which currency is a matter of taste, and half a percent is 0.005.

use super::code::{Code, marks};
use super::strings::too_large;
use crate::unpack::error::UnpackError;
use std::collections::HashMap;

/// The most styles; Excel has fewer.
const STYLES: usize = 100_000;
/// Bytes of all formats together.
const CODES_BYTES: usize = 1 << 20;

/// What is shown of a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Shape {
    /// The number.
    #[default]
    Amount,
    /// A number that stands for something: its digits in a pattern.
    Code(Code),
    /// The day alone.
    Day,
    /// A day and a time.
    DayTime,
    /// A time of day.
    Time,
    /// Hours, minutes and seconds, also beyond a day.
    Duration,
}

/// The formats of a workbook, and which of its styles has which.
#[derive(Debug, Default)]
pub(crate) struct Formats {
    /// By their numbers: those that the workbook defines.
    formats: HashMap<u32, Format>,
    /// The number of each style's format.
    styles: Vec<u32>,
    bytes: usize,
}

impl Formats {
    /// Takes the format with a number.
    pub(crate) fn define(&mut self, number: u32, code: &str) -> Result<(), UnpackError> {
        self.bytes = self.bytes.saturating_add(code.len() + size_of::<Format>());
        if self.bytes > CODES_BYTES {
            return Err(too_large());
        }
        self.formats.insert(number, Format::parse(code));
        Ok(())
    }

    /// Takes the next style.
    pub(crate) fn style(&mut self, format: u32) -> Result<(), UnpackError> {
        self.styles.push(format);
        if self.styles.len() > STYLES {
            return Err(too_large());
        }
        Ok(())
    }

    /// What a style shows of a number.
    pub(crate) fn shape(&self, style: usize, value: f64) -> NumberDisplay<'_> {
        let number = self.styles.get(style).copied().unwrap_or_default();
        match self.formats.get(&number) {
            Some(format) => format.shape(value),
            None => NumberDisplay {
                shape: built_in(number),
                minus: true,
            },
        }
    }
}

/// What is shown of one number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NumberDisplay<'a> {
    pub(crate) shape: &'a Shape,
    /// A number below zero has a minus in front; otherwise the format says what it has.
    pub(crate) minus: bool,
}

/// The shape of a format that has a number and no code in the file.
fn built_in(number: u32) -> &'static Shape {
    match number {
        14..=17 | 27..=31 | 34..=36 | 50..=54 | 57..=58 | 71..=74 | 81 => &Shape::Day,
        18..=21 | 32..=33 | 45 | 47 | 55..=56 | 75..=76 | 78 | 80 => &Shape::Time,
        22 | 77 => &Shape::DayTime,
        46 | 79 => &Shape::Duration,
        _ => &Shape::Amount,
    }
}

/// A number format: one section for all numbers, or several, each for some.
#[derive(Clone, Debug, Default)]
pub(crate) struct Format {
    sections: Vec<Section>,
}

#[derive(Clone, Debug)]
struct Section {
    /// For which numbers, where that is said.
    limit: Option<Limit>,
    shape: Shape,
}

/// A comparison with a number: `[<=9999999]`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limit {
    less: bool,
    equal: bool,
    greater: bool,
    than: f64,
}

impl Format {
    /// Reads a format's code. Nothing is no code: what isn't understood is an amount.
    pub(crate) fn parse(code: &str) -> Self {
        let mut sections = Vec::new();
        for text in split(code).into_iter().take(3) {
            let (limit, shape) = section(text);
            sections.push(Section { limit, shape });
        }
        Format { sections }
    }

    /// What is shown of a number.
    pub(crate) fn shape(&self, value: f64) -> NumberDisplay<'_> {
        let count = self.sections.len();
        let limited = self.sections.iter().any(|s| s.limit.is_some());
        let holds = |(index, section): &(usize, &Section)| match (section.limit, limited) {
            (Some(limit), _) => limit.holds(value),
            (None, true) => index + 1 == count || (*index == 0 && value > 0.0),
            (None, false) => match (count, index) {
                (0 | 1, _) | (2, 1) | (_, 2) => true,
                (2, _) => value >= 0.0,
                (_, 0) => value > 0.0,
                _ => value < 0.0,
            },
        };
        let found = self.sections.iter().enumerate().find(holds);
        NumberDisplay {
            shape: found.map_or(&Shape::Amount, |(_, section)| &section.shape),
            minus: found.is_none_or(|(index, _)| index == 0),
        }
    }
}

impl Limit {
    fn parse(inside: &str) -> Option<Self> {
        let digits = inside.trim_start_matches(['<', '>', '=']);
        let sign = inside.strip_suffix(digits)?;
        let (less, equal, greater) = match sign {
            "<" => (true, false, false),
            "<=" => (true, true, false),
            "=" => (false, true, false),
            ">=" => (false, true, true),
            ">" => (false, false, true),
            "<>" => (true, false, true),
            _ => return None,
        };
        Some(Limit {
            less,
            equal,
            greater,
            than: digits.trim().parse().ok()?,
        })
    }

    fn holds(self, value: f64) -> bool {
        (self.less && value < self.than)
            || (self.equal && value == self.than)
            || (self.greater && value > self.than)
    }
}

/// The sections of a code: between semicolons that are not quoted.
fn split(code: &str) -> Vec<&str> {
    let mut sections = Vec::new();
    let (mut begins, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '_' | '*' => escaped = true,
            ';' => {
                sections.push(code.get(begins..at).unwrap_or_default());
                begins = at + 1;
            }
            _ => {}
        }
    }
    sections.push(code.get(begins..).unwrap_or_default());
    sections
}

/// For which numbers a section is, and what it shows of them.
fn section(text: &str) -> (Option<Limit>, Shape) {
    let (mut day, mut time, mut month) = (false, false, false);
    let mut limit = None;
    let general = ["general", "standard"];
    let is_general = |rest: &str| {
        let begins = |word: &&str| {
            let start = rest.get(..word.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(word))
        };
        general.iter().any(begins)
    };
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                chars.by_ref().find(|&(_, c)| c == '"');
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside = chars.by_ref().map(|(_, c)| c).take_while(|&c| c != ']');
                let inside = inside.collect::<String>().to_ascii_lowercase();
                let elapsed = |unit: char| inside.chars().all(|c| c == unit);
                if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(elapsed) {
                    return (limit, Shape::Duration);
                }
                limit = limit.or(Limit::parse(&inside));
            }
            'g' | 'G' | 's' | 'S' if is_general(text.get(at..).unwrap_or_default()) => {
                return (limit, Shape::Amount);
            }
            'y' | 'Y' | 'd' | 'D' => day = true,
            'h' | 'H' | 's' | 'S' => time = true,
            'm' | 'M' => month = true,
            _ => {}
        }
    }
    let shape = match (day, time) {
        (true, true) => Shape::DayTime,
        (true, false) => Shape::Day,
        (false, true) => Shape::Time,
        (false, false) if month => Shape::Day,
        (false, false) => Code::of(&marks(text)).map_or(Shape::Amount, Shape::Code),
    };
    (limit, shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(code: &str, value: f64) -> Shape {
        Format::parse(code).shape(value).shape.clone()
    }

    #[test]
    fn formats_say_what_a_number_is() {
        for (code, expected) in [
            ("General", Shape::Amount),
            ("Standard", Shape::Amount),
            ("", Shape::Amount),
            ("@", Shape::Amount),
            ("yyyy\\-mm\\-dd", Shape::Day),
            ("[$-419]d mmmm yyyy\"г.\";@", Shape::Day),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", Shape::Day),
            ("mmm", Shape::Day),
            ("dd.mm.yyyy hh:mm", Shape::DayTime),
            ("h:mm AM/PM", Shape::Time),
            ("mm:ss.0", Shape::Time),
            ("[h]:mm:ss", Shape::Duration),
            ("[$-407][ss]", Shape::Duration),
            ("#,##0.00\" days\"", Shape::Amount),
            ("[Red]0;\"d\"0", Shape::Amount),
            ("0.00E+00", Shape::Amount),
        ] {
            assert_eq!(shape(code, 1.0), expected, "{code}");
        }
        for (number, expected) in [
            (0, Shape::Amount),
            (14, Shape::Day),
            (22, Shape::DayTime),
            (46, Shape::Duration),
            (49, Shape::Amount),
        ] {
            assert_eq!(*built_in(number), expected, "{number}");
        }
        let mut formats = Formats::default();
        formats.define(14, "0").unwrap();
        formats.style(14).unwrap();
        formats.style(22).unwrap();
        assert_eq!(*formats.shape(0, 1.0).shape, Shape::Amount);
        assert_eq!(*formats.shape(1, 1.0).shape, Shape::DayTime);
        assert_eq!(*formats.shape(9, 1.0).shape, Shape::Amount);
    }

    #[test]
    fn each_number_has_its_section() {
        for (code, value, is_day, minus) in [
            ("0;yyyy", -1.0, true, false),
            ("0;yyyy", 0.0, false, true),
            ("0;0;yyyy", 0.0, true, false),
            ("0;yyyy;0", -1.0, true, false),
            ("yyyy;0;0", 1.0, true, true),
            ("[=0]\"\";yyyy", 5.0, true, false),
            ("[=0]\"\";yyyy", 0.0, false, true),
            ("[<=10]0;[>20]yyyy;0", 21.0, true, false),
            ("[<=10]0;[>20]yyyy;0", 15.0, false, false),
            ("yyyy;[<-5]0;0", 1.0, true, true),
            ("\"a;b\"yyyy\\;0", -1.0, true, true),
        ] {
            let format = Format::parse(code);
            let shown = format.shape(value);
            assert_eq!(*shown.shape == Shape::Day, is_day, "{code} {value}");
            assert_eq!(shown.minus, minus, "{code} {value}");
        }
    }

    #[test]
    fn formats_take_no_more_memory_than_is_meant() {
        let mut formats = Formats::default();
        let code = "0-".repeat(100_000);
        let defined = (0..99).try_for_each(|number| formats.define(number, &code));
        assert_eq!(defined.unwrap_err().code.as_str(), "workbook_too_large");
        let mut formats = Formats::default();
        let styles = (0..200_000).try_for_each(|_| formats.style(1));
        assert_eq!(styles.unwrap_err().code.as_str(), "workbook_too_large");
    }
}
