//! A calendar day as people write it.

use crate::language::Language;

const EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];

/// A calendar day that exists in every year's calendar form: month 1 to 12,
/// day 1 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`, also at the start of a longer text such as an
    /// RFC 3339 instant, whose day it then is in the instant's own offset.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.get(..10)?.splitn(3, '-');
        let mut number = |digits: usize| {
            let part = parts.next()?;
            let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok())?
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let date = Date {
            year,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        };
        ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then_some(date)
    }

    /// In words: `14 March 2026`, `14 марта 2026 г.`
    pub fn in_words(self, language: Language) -> String {
        let names = match language {
            Language::En => EN,
            Language::Ru => RU,
        };
        let month = usize::from(self.month).checked_sub(1);
        let month = month.and_then(|m| names.get(m)).copied();
        let (day, month, year) = (self.day, month.unwrap_or_default(), self.year);
        match language {
            Language::En => format!("{day}\u{a0}{month} {year}"),
            Language::Ru => format!("{day}\u{a0}{month} {year}\u{a0}г."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written_in_words() {
        let date = Date::parse("2026-03-04T10:00:00.000Z").unwrap();
        assert_eq!(date.in_words(Language::En), "4\u{a0}March 2026");
        assert_eq!(date.in_words(Language::Ru), "4\u{a0}марта 2026\u{a0}г.");
        for wrong in [
            "",
            "2026",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-32",
            "+026-01-01",
            "2026-1-011",
            "марта марта",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }
}
