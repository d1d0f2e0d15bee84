//! Numbers, dates and times of spreadsheets as text.

use super::format::{NumberDisplay, Shape};
use super::grid::Cell;
use jiff::{Span, civil::Date};

const SECONDS: f64 = 86_400.0;
/// 31 December 9999, the last day that spreadsheets know.
const LAST_DAY: f64 = 2_958_465.0;

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
pub(crate) fn number_text(text: &str) -> String {
    let exact = digits(text).map(str::to_owned);
    exact.unwrap_or_else(|| text.parse().map_or_else(|_| text.to_owned(), number))
}

/// A number's text, if that is digits alone. They are kept to the last: they may be an
/// id that is longer than a number can be.
pub(crate) fn digits(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// A day, or a day and a time, in ISO 8601 as a sheet shows it.
pub(crate) fn show_date(date: &str, shape: &Shape, cell: &mut Cell) {
    let date = match date.rsplit_once('.') {
        Some((date, zeros)) if zeros.bytes().all(|b| b == b'0') => date,
        _ => date,
    };
    cell.text = match date.split_once('T') {
        Some((day, _)) if *shape == Shape::Day => day.to_owned(),
        Some((day, "00:00" | "00:00:00")) => {
            cell.time = Some(false);
            format!("{day}T00:00:00")
        }
        Some(_) => {
            cell.time = Some(true);
            date.to_owned()
        }
        None => date.to_owned(),
    };
}

/// A number as a sheet shows it; `exact` are its digits, where they are known to the
/// last. Days are counted from 1900, or from 1904.
pub(crate) fn show(
    value: f64,
    exact: Option<&str>,
    shown: NumberDisplay<'_>,
    from_1904: bool,
    cell: &mut Cell,
) {
    let plain = || exact.map_or_else(|| number(value), str::to_owned);
    let calendar = match shown.shape {
        Shape::Amount => None,
        Shape::Code(code) => {
            cell.text = code.show(value, exact, shown.minus);
            return;
        }
        shape => Moment::of(value).map(|moment| (shape, moment)),
    };
    let Some((shape, moment)) = calendar else {
        cell.text = plain();
        return;
    };
    cell.text = match shape {
        Shape::Duration => moment.clock(moment.days * 24),
        Shape::Time => moment.clock(0),
        _ => match (date(moment.days, from_1904), shape) {
            (None, _) => plain(),
            (Some(date), Shape::DayTime) => {
                cell.time = Some(moment.seconds > 0);
                format!("{date}T{}", moment.clock(0))
            }
            (Some(date), _) => date.to_string(),
        },
    };
}

/// What a number is by the calendar.
struct Moment {
    days: i64,
    seconds: i64,
}

impl Moment {
    fn of(value: f64) -> Option<Self> {
        if !(0.0..=LAST_DAY + 1.0).contains(&value) {
            return None;
        }
        let seconds = (value.fract() * SECONDS).round();
        let (days, seconds) = if seconds >= SECONDS {
            (value.trunc() + 1.0, 0.0)
        } else {
            (value.trunc(), seconds)
        };
        Some(Moment {
            days: whole(days),
            seconds: whole(seconds),
        })
    }

    /// Its time, so many hours later.
    fn clock(&self, hours: i64) -> String {
        let (minutes, seconds) = (self.seconds / 60 % 60, self.seconds % 60);
        format!(
            "{:02}:{minutes:02}:{seconds:02}",
            hours + self.seconds / 3_600
        )
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
    fn dates_are_cut_to_what_is_shown() {
        for (date, shape, text, time) in [
            ("2024-05-31", Shape::DayTime, "2024-05-31", None),
            (
                "2024-05-31T01:02:03.000",
                Shape::DayTime,
                "2024-05-31T01:02:03",
                Some(true),
            ),
            (
                "2024-05-31T01:02:03.5",
                Shape::Amount,
                "2024-05-31T01:02:03.5",
                Some(true),
            ),
            (
                "2024-05-31T00:00:00.0",
                Shape::Amount,
                "2024-05-31T00:00:00",
                Some(false),
            ),
            ("2024-05-31T12:30:00", Shape::Day, "2024-05-31", None),
        ] {
            let mut cell = Cell::default();
            show_date(date, &shape, &mut cell);
            assert_eq!((cell.text.as_str(), cell.time), (text, time), "{date}");
        }
    }

    #[test]
    fn days_and_times_are_iso_text() {
        let shown = |value: f64, shape: &Shape, from_1904: bool| {
            let mut cell = Cell::default();
            let shown = NumberDisplay { shape, minus: true };
            show(value, None, shown, from_1904, &mut cell);
            (cell.text, cell.time)
        };
        for (value, shape, text, time) in [
            (45_443.0, Shape::Day, "2024-05-31", None),
            (45_443.0, Shape::DayTime, "2024-05-31T00:00:00", Some(false)),
            // What the sheet shows of it is the day.
            (45_443.520_833_333_3, Shape::Day, "2024-05-31", None),
            (
                45_443.520_833_333_3,
                Shape::DayTime,
                "2024-05-31T12:30:00",
                Some(true),
            ),
            (
                45_443.999_999_9,
                Shape::DayTime,
                "2024-06-01T00:00:00",
                Some(false),
            ),
            (0.75, Shape::Time, "18:00:00", None),
            (45_443.75, Shape::Time, "18:00:00", None),
            (1.75, Shape::Duration, "42:00:00", None),
            (1.0, Shape::Day, "1900-01-01", None),
            (59.0, Shape::Day, "1900-02-28", None),
            (60.0, Shape::Day, "1900-02-28", None),
            (61.0, Shape::Day, "1900-03-01", None),
            (2_958_465.0, Shape::Day, "9999-12-31", None),
            (2_958_466.0, Shape::Day, "2958466", None),
            (-1.0, Shape::Day, "-1", None),
            (f64::NAN, Shape::Day, "", None),
            (0.5, Shape::Amount, "0.5", None),
        ] {
            assert_eq!(
                shown(value, &shape, false),
                (text.to_owned(), time),
                "{value} {shape:?}"
            );
        }
        assert_eq!(shown(0.0, &Shape::Day, true).0, "1904-01-01");
        assert_eq!(shown(43_981.0, &Shape::Day, true).0, "2024-05-31");
    }
}
