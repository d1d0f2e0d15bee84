//! Numbers, dates and times of spreadsheets as text.

use jiff::{Span, civil::Date};

const SECONDS: f64 = 86_400.0;
/// 31 December 9999, the last day that spreadsheets know.
const LAST_DAY: f64 = 2_958_465.0;

/// What a number format shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    #[default]
    Number,
    /// A day, with a time where the number has one.
    Date,
    /// A day and a time, also at midnight.
    DateTime,
    /// A time of day.
    Time,
    /// Hours, minutes and seconds, also beyond a day.
    Duration,
}

impl Style {
    /// By a format's number and, where the workbook defines it, its code.
    pub(crate) fn of(id: u32, code: Option<&str>) -> Self {
        match (code, id) {
            (Some(code), _) => Style::by_code(code),
            (None, 14..=17 | 27..=31 | 34..=36 | 50..=54 | 57..=58) => Style::Date,
            (None, 18..=21 | 32..=33 | 45 | 47 | 55..=56) => Style::Time,
            (None, 22) => Style::DateTime,
            (None, 46) => Style::Duration,
            (None, _) => Style::Number,
        }
    }

    fn by_code(code: &str) -> Self {
        let (mut day, mut time, mut month) = (false, false, false);
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                // Only what is shown for positive numbers counts.
                ';' => break,
                '"' => {
                    chars.by_ref().find(|&c| c == '"');
                }
                '\\' | '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                    let inside = inside.to_ascii_lowercase();
                    let elapsed = |unit: char| inside.chars().all(|c| c == unit);
                    if !inside.is_empty() && ['h', 'm', 's'].into_iter().any(elapsed) {
                        return Style::Duration;
                    }
                }
                'y' | 'Y' | 'd' | 'D' => day = true,
                'h' | 'H' | 's' | 'S' => time = true,
                'm' | 'M' => month = true,
                _ => {}
            }
        }
        match (day, time) {
            (true, true) => Style::DateTime,
            (true, false) => Style::Date,
            (false, true) => Style::Time,
            (false, false) if month => Style::Date,
            (false, false) => Style::Number,
        }
    }
}

/// A number as people read it: 15 digits, as spreadsheets show it, no `.0`, no
/// exponent.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 {
            "0".to_owned()
        } else {
            String::new()
        };
    }
    let rounded = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// A number as it stands in a file, tidied up; as it stands where it isn't one.
/// Digits alone are kept to the last: they may be an id that is longer than a
/// number can be.
pub(crate) fn number_text(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    text.parse().map_or_else(|_| text.to_owned(), number)
}

/// A number that is shown in a style. Days are counted from 1900, or from 1904.
pub(crate) fn styled(value: f64, style: Style, from_1904: bool) -> String {
    if style == Style::Number || !(0.0..=LAST_DAY + 1.0).contains(&value) {
        return number(value);
    }
    let seconds = (value.fract() * SECONDS).round();
    let (days, seconds) = if seconds >= SECONDS {
        (value.trunc() + 1.0, 0.0)
    } else {
        (value.trunc(), seconds)
    };
    let (days, seconds) = (whole(days), whole(seconds));
    let clock = |hours: i64| format!("{hours:02}:{:02}:{:02}", seconds / 60 % 60, seconds % 60);
    let time = clock(seconds / 3_600);
    if style == Style::Duration {
        return clock(days * 24 + seconds / 3_600);
    }
    if style == Style::Time && days == 0 {
        return time;
    }
    let Some(date) = date(days, from_1904) else {
        return number(value);
    };
    if style == Style::Date && seconds == 0 {
        date.to_string()
    } else {
        format!("{date}T{time}")
    }
}

/// The day of a number. 1900 has a 29 February there, day 60, which never was: it
/// is shown as the day before.
fn date(days: i64, from_1904: bool) -> Option<Date> {
    let (epoch, days) = match (from_1904, days) {
        (true, _) => (Date::constant(1904, 1, 1), days),
        (false, 0..=60) => (Date::constant(1899, 12, 31), days.min(59)),
        (false, _) => (Date::constant(1899, 12, 30), days),
    };
    epoch.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// A number without a fraction that is surely small enough.
fn whole(value: f64) -> i64 {
    format!("{value:.0}").parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_people_read_them() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-2.5, "-2.5"),
            (79_161_234_567.0, "79161234567"),
            (0.1 + 0.2, "0.3"),
            (1_234.099_999_999_999, "1234.1"),
            (1e-7, "0.0000001"),
            (f64::NAN, ""),
        ] {
            assert_eq!(number(value), text);
        }
        for (text, expected) in [
            ("12345678901234567890", "12345678901234567890"),
            ("1.50", "1.5"),
            ("1E+3", "1000"),
            ("x", "x"),
            ("-", "-"),
        ] {
            assert_eq!(number_text(text), expected);
        }
    }

    #[test]
    fn formats_say_what_a_number_is() {
        for (id, code, style) in [
            (0, None, Style::Number),
            (14, None, Style::Date),
            (22, None, Style::DateTime),
            (46, None, Style::Duration),
            (164, Some("General"), Style::Number),
            (164, Some("yyyy\\-mm\\-dd"), Style::Date),
            (164, Some("[$-419]d mmmm yyyy\"г.\";@"), Style::Date),
            (164, Some("mmm"), Style::Date),
            (164, Some("dd.mm.yyyy hh:mm"), Style::DateTime),
            (164, Some("h:mm AM/PM"), Style::Time),
            (164, Some("[h]:mm:ss"), Style::Duration),
            (164, Some("#,##0.00\" days\""), Style::Number),
            (164, Some("[Red]0;\"d\"0"), Style::Number),
            (164, Some("0.00E+00"), Style::Number),
            (14, Some("0"), Style::Number),
        ] {
            assert_eq!(Style::of(id, code), style, "{id} {code:?}");
        }
    }

    #[test]
    fn days_and_times_are_iso_text() {
        for (value, style, text) in [
            (45_443.0, Style::Date, "2024-05-31"),
            (45_443.0, Style::DateTime, "2024-05-31T00:00:00"),
            (45_443.520_833_333_3, Style::Date, "2024-05-31T12:30:00"),
            (45_443.999_999_9, Style::DateTime, "2024-06-01T00:00:00"),
            (0.75, Style::Time, "18:00:00"),
            (1.75, Style::Time, "1900-01-01T18:00:00"),
            (1.75, Style::Duration, "42:00:00"),
            (1.0, Style::Date, "1900-01-01"),
            (59.0, Style::Date, "1900-02-28"),
            (60.0, Style::Date, "1900-02-28"),
            (61.0, Style::Date, "1900-03-01"),
            (2_958_465.0, Style::Date, "9999-12-31"),
            (2_958_466.0, Style::Date, "2958466"),
            (-1.0, Style::Date, "-1"),
            (f64::NAN, Style::Date, ""),
        ] {
            assert_eq!(styled(value, style, false), text, "{value} {style:?}");
        }
        assert_eq!(styled(0.0, Style::Date, true), "1904-01-01");
        assert_eq!(styled(43_981.0, Style::Date, true), "2024-05-31");
    }
}
