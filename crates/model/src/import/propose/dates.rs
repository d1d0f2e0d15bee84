//! Guessing in which format a column's dates are.

use crate::import::dates::DateFormat;
use crate::time::{Zone, parse_date};
use serde_json::Value;
use std::sync::LazyLock;

/// Formats that files have. Where a text fits two, the earlier one wins; days
/// before months, as most of the world writes them.
const FORMATS: [&str; 26] = [
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
];

static PARSED: LazyLock<Vec<DateFormat>> = LazyLock::new(|| {
    let parsed = FORMATS.iter().map(|text| DateFormat::parse(text));
    parsed.filter_map(Result::ok).collect()
});

/// How many values have each format.
#[derive(Debug, Default)]
pub(super) struct Guess {
    iso: usize,
    /// One count for each of the formats.
    counts: Vec<usize>,
    /// The values that are not ISO.
    others: Vec<String>,
}

impl Guess {
    pub fn add(&mut self, value: &str) {
        self.counts.resize(PARSED.len(), 0);
        // Nothing without digits is a date, and looking costs.
        if !value.bytes().any(|b| b.is_ascii_digit()) || value.len() > 40 {
            return;
        }
        if parse_date(&Value::from(value), &Zone::utc()).is_ok() {
            self.iso += 1;
            return;
        }
        self.others.push(value.to_owned());
        for (count, format) in self.counts.iter_mut().zip(PARSED.iter()) {
            *count += usize::from(format.read(value, None).is_some());
        }
    }

    /// The format that most values have, `None` for ISO 8601, and how many.
    /// The count is of those that are ISO or have it.
    pub fn best(&self) -> (Option<&'static DateFormat>, usize) {
        let best = self.counts.iter().enumerate();
        let best = best.max_by_key(|(index, count)| (**count, std::cmp::Reverse(*index)));
        match best {
            Some((index, count)) if *count > 0 => (PARSED.get(index), self.iso + count),
            _ => (None, self.iso),
        }
    }

    /// Another format that as many values have as the best one, and that makes
    /// other days of them: then only a person can say which it is.
    pub fn rival(&self) -> Option<&'static DateFormat> {
        let best = self.best().0?;
        let most = self.counts.iter().max()?;
        let day = |format: &DateFormat, value: &str| {
            let read = format.read(value, None)?;
            read.get(..10).map(str::to_owned)
        };
        let differs = |format: &DateFormat| {
            let mut values = self.others.iter();
            values.any(|value| day(format, value) != day(best, value))
        };
        let equal = self.counts.iter().zip(PARSED.iter());
        equal
            .filter(|(count, _)| *count == most)
            .map(|(_, format)| format)
            .find(|format| differs(format))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(values: &[&str]) -> (Option<&'static str>, usize, Option<&'static str>) {
        let mut guess = Guess::default();
        values.iter().for_each(|value| guess.add(value));
        let (format, count) = guess.best();
        let text = |format: &'static DateFormat| format.as_str();
        (format.map(text), count, guess.rival().map(text))
    }

    #[test]
    fn formats_are_guessed_and_doubt_is_said() {
        assert_eq!(PARSED.len(), FORMATS.len());
        for (values, expected) in [
            (vec!["31.12.1990", "1.2.2001"], (Some("%d.%m.%Y"), 2, None)),
            (vec!["1990-12-31", "2001-02-01"], (None, 2, None)),
            (vec!["12/31/1990", "1/2/2001"], (Some("%m/%d/%Y"), 2, None)),
            (
                vec!["1/2/2001", "3/4/2001"],
                (Some("%d/%m/%Y"), 2, Some("%m/%d/%Y")),
            ),
            (vec!["31.12.90"], (Some("%d.%m.%y"), 1, None)),
            (vec!["December 31, 1990"], (Some("%B %d, %Y"), 1, None)),
            (vec!["31.12.1990 23:59"], (Some("%d.%m.%Y %H:%M"), 1, None)),
            (vec!["31.12.1990 0:00:00"], (Some("%d.%m.%Y"), 1, None)),
            (vec!["1 May 2020"], (Some("%d %B %Y"), 1, None)),
            (vec!["hello", "12", ""], (None, 0, None)),
        ] {
            assert_eq!(best(&values), expected, "{values:?}");
        }
    }
}
