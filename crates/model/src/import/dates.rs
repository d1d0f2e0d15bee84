//! Formats of dates, as people name them for the columns of a file.

use crate::error::{Invalid, excerpt};
use crate::time::Timestamp;
use jiff::civil;
use jiff::fmt::strtime::{self, BrokenDownTime};

/// The longest format, in characters.
pub const MAX_FORMAT_CHARS: usize = 64;
/// A year before this is a short one that was read by a format with a long
/// one: the year 90 is nobody's year of birth.
const FIRST_YEAR: i16 = 1000;

/// A format of dates in the notation of `strptime`, such as `%d.%m.%Y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    text: String,
    has_time: bool,
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
            Invalid::new("invalid_date_format", detail)
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
        };
        let day = |text: &str| text.get(..10).map(str::to_owned);
        match format.read(&written).as_deref().and_then(day) {
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
    /// that has none: programs that know no dates without times write it.
    pub fn read(&self, text: &str) -> Option<String> {
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
        let date = read.to_date().ok()?;
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

fn without_midnight(text: &str) -> &str {
    let ends = [" 00:00:00", " 0:00:00", "T00:00:00", " 00:00", " 0:00"];
    let cut = ends.iter().find_map(|end| text.strip_suffix(end));
    cut.map_or(text, str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<String> {
        DateFormat::parse(format).unwrap().read(text)
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
            let code = DateFormat::parse(wrong).unwrap_err().code;
            assert_eq!(code, "invalid_date_format", "{wrong}");
        }
    }
}
