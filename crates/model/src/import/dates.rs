//! Formats of dates, as people name them for the columns of a file.

use crate::Code;
use crate::day::shown;
use crate::error::{Invalid, excerpt};
use crate::time::Timestamp;
use jiff::civil::{self, Date};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::Offset;

/// The longest format, in characters.
pub const MAX_FORMAT_CHARS: usize = 64;
/// A year before this is a short one that was read by a format with a long
/// one: the year 90 is nobody's year of birth.
const FIRST_YEAR: i16 = 1000;

/// Which century a year of two digits belongs to: the last one that puts the date into
/// the past, or the nearest.
#[derive(Clone, Copy, Debug)]
pub struct Century {
    today: Date,
    past: bool,
}

impl Century {
    /// By the present, and whether dates lie in the past.
    pub fn new(now: Timestamp, past: bool) -> Self {
        let today = shown(now, Offset::UTC).date();
        Century { today, past }
    }

    /// The date with its year moved by whole centuries.
    fn place(self, date: Date) -> Date {
        let century = self.today.year().div_euclid(100);
        let dates = (-1..=1).filter_map(|by| {
            let year = (century + by) * 100 + date.year().rem_euclid(100);
            Date::new(year, date.month(), date.day()).ok()
        });
        // Somewhere it is tomorrow already.
        let last = self.today.tomorrow().unwrap_or(self.today);
        let days = |date: &Date| (*date - self.today).get_days().abs();
        let found = if self.past {
            dates.filter(|date| *date <= last).max()
        } else {
            dates.min_by_key(days)
        };
        found.unwrap_or(date)
    }
}

/// A format of dates in the notation of `strptime`, such as `%d.%m.%Y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    has_time: bool,
    short_year: bool,
}

impl DateFormat {
    /// Reads a format. Refuses, with code `invalid_date_format`, what can't be
    /// read with, and what leaves day, month or year open.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = |why: String| {
            let detail = format!(
                "{} is no date format: {why}. One is like %d.%m.%Y or %m/%d/%Y %H:%M.",
                excerpt(text)
            );
            Invalid::new(Code::InvalidDateFormat, detail)
        };
        if text.chars().count() > MAX_FORMAT_CHARS {
            return Err(refuse(format!(
                "it is longer than {MAX_FORMAT_CHARS} characters"
            )));
        }
        // The only way to learn whether a format can be read with is to write
        // a time with it and read that.
        let sample = civil::date(2026, 11, 23).at(15, 40, 50, 0);
        let sample = sample
            .to_zoned_datetime(jiff::tz::TimeZone::UTC)
            .map_err(|e| refuse(e.to_string()))?;
        let written = strtime::format(text, &sample).map_err(|e| refuse(e.to_string()))?;
        let read = strtime::parse(text, &written).map_err(|e| refuse(e.to_string()))?;
        let has_time = read.hour().is_some() || read.timestamp().is_some();
        let format = DateFormat {
            text: text.to_owned(),
            has_time,
            short_year: has_short_year(text),
        };
        let day = |text: &str| text.get(..10).map(str::to_owned);
        match format.read(&written, None).as_deref().and_then(day) {
            Some(read) if read == "2026-11-23" => Ok(format),
            _ => Err(refuse("it must say day, month and year".to_owned())),
        }
    }

    /// The format as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Reads a date: `2001-12-31` if the format has no hour, else RFC 3339,
    /// without an offset unless the format has one. `None` if the text has
    /// another form. Midnight after a date counts as no time, for a format
    /// that has none: programs that know no dates without times write it. A year
    /// of two digits lies in the century that is given, or else from 1969 to 2068.
    pub fn read(&self, text: &str, century: Option<Century>) -> Option<String> {
        let text = text.trim();
        let text = if self.has_time {
            text
        } else {
            without_midnight(text)
        };
        let read = BrokenDownTime::parse(&self.text, text).ok()?;
        if let Some(at) = read.timestamp() {
            return Some(Timestamp::from_ms(at.as_millisecond()).to_string());
        }
        let mut date = read.to_date().ok()?;
        if let Some(century) = century.filter(|_| self.short_year) {
            date = century.place(date);
        }
        if date.year() < FIRST_YEAR {
            return None;
        }
        if !self.has_time {
            return Some(date.to_string());
        }
        if read.iana_time_zone().is_some() {
            let at = read.to_timestamp().ok()?;
            return Some(Timestamp::from_ms(at.as_millisecond()).to_string());
        }
        let time = read.to_time().ok()?;
        Some(match read.offset() {
            Some(offset) => {
                let seconds = offset.seconds();
                let sign = if seconds < 0 { '-' } else { '+' };
                let minutes = seconds.abs() / 60;
                format!("{date}T{time}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            None => format!("{date}T{time}"),
        })
    }
}

/// Whether a format reads years of two digits.
fn has_short_year(format: &str) -> bool {
    let mut rest = format.chars();
    let mut short = false;
    while let Some(c) = rest.next() {
        if c != '%' {
            continue;
        }
        let is_flag = |c: &char| matches!(c, '-' | '_' | '^' | '#' | '0'..='9' | ':' | '.');
        match rest.find(|c| !is_flag(c)) {
            Some('y' | 'D') => short = true,
            Some('Y' | 'C' | 'F' | 'G' | 's') => return false,
            _ => {}
        }
    }
    short
}

fn without_midnight(text: &str) -> &str {
    let ends = [" 00:00:00", " 0:00:00", "T00:00:00", " 00:00", " 0:00"];
    let cut = ends.iter().find_map(|end| text.strip_suffix(end));
    cut.map_or(text, str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<String> {
        DateFormat::parse(format).unwrap().read(text, None)
    }

    #[test]
    fn dates_are_read_by_their_format() {
        for (format, text, date) in [
            ("%d.%m.%Y", "31.12.1990", "1990-12-31"),
            ("%d.%m.%Y", " 1.2.1990 ", "1990-02-01"),
            ("%d.%m.%Y", "31.12.1990 0:00:00", "1990-12-31"),
            ("%m/%d/%Y", "12/31/1990", "1990-12-31"),
            ("%d.%m.%y", "31.12.69", "1969-12-31"),
            ("%d.%m.%y", "31.12.68", "2068-12-31"),
            ("%B %d, %Y", "december 31, 1990", "1990-12-31"),
            ("%Y%m%d", "19901231", "1990-12-31"),
            ("%d.%m.%Y %H:%M", "31.12.1990 23:59", "1990-12-31T23:59:00"),
            (
                "%m/%d/%Y %I:%M %p",
                "12/31/1990 01:05 pm",
                "1990-12-31T13:05:00",
            ),
            (
                "%d.%m.%Y %H:%M %z",
                "31.12.1990 23:59 -0330",
                "1990-12-31T23:59:00-03:30",
            ),
            ("%s", "0", "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(read(format, text).as_deref(), Some(date), "{format}");
        }
        for (format, text) in [
            ("%d.%m.%Y", "12/31/1990"),
            ("%d.%m.%Y", "31.13.1990"),
            ("%d.%m.%Y", "31.12.90"),
            ("%d.%m.%Y", "31.12.1990 12:00"),
            ("%d.%m.%Y", ""),
            ("%d.%m.%Y %H:%M", "31.12.1990"),
        ] {
            assert_eq!(read(format, text), None, "{text}");
        }
    }

    #[test]
    fn short_years_lie_in_the_century_that_is_meant() {
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        for (format, text, past, date) in [
            ("%d.%m.%y", "31.12.68", true, "1968-12-31"),
            ("%d.%m.%y", "31.12.68", false, "2068-12-31"),
            ("%d.%m.%y", "31.12.80", false, "1980-12-31"),
            ("%d.%m.%y", "27.11.26", true, "2026-11-27"),
            ("%d.%m.%y", "29.11.26", true, "2026-11-29"),
            ("%d.%m.%y", "30.11.26", true, "1926-11-30"),
            ("%d.%m.%y", "30.11.26", false, "2026-11-30"),
            ("%d.%m.%y", "29.02.00", true, "2000-02-29"),
            ("%D", "12/31/45", true, "1945-12-31"),
            (
                "%d.%m.%y %H:%M",
                "31.12.45 23:59",
                true,
                "1945-12-31T23:59:00",
            ),
            ("%d.%m.%Y", "31.12.2045", true, "2045-12-31"),
        ] {
            let read = DateFormat::parse(format).unwrap();
            let read = read.read(text, Some(Century::new(now, past)));
            assert_eq!(read.as_deref(), Some(date), "{format} {text} {past}");
        }
    }

    #[test]
    fn formats_that_say_no_date_are_refused() {
        let long = "%Y-%m-%d".repeat(10);
        for wrong in [
            "",
            "dd.mm.yyyy",
            "%d.%m",
            "%H:%M",
            "%",
            "%Y-%m-%d %Z",
            "%c",
            &*long,
        ] {
            let code = DateFormat::parse(wrong).unwrap_err().code.as_str();
            assert_eq!(code, "invalid_date_format", "{wrong}");
        }
    }
}
