//! Whether the day of a stored date is one of certain days of the year, in a
//! time zone.
//!
//! SQLite knows no zones, so the zone's offsets come along as a table by year
//! ([`roster_model::offsets`]). For the instant in question its year's changes
//! are looked up, the last one before it says how far to move it. Few instants
//! need that: no clock is a whole day ahead or behind, so where the days before
//! and after are alike, the day in UTC is enough.

use roster_model::offsets::Offsets;
use serde_json::{Value, json};

use crate::Cell;

/// The expression that says whether the canonical date that `value` is an
/// expression for is of one of these days, each like `05-31`; NULL is none.
pub(super) fn is_one_of(
    value: &str,
    days: &[String],
    offsets: &Offsets,
    mut bind: impl FnMut(Cell) -> String,
) -> String {
    let list = |days: &[String]| Cell::Text(Value::from(days.to_vec()).to_string());
    let plain = format!("substr({value}, 6, 5)");
    let among = |day: &str, days: &str| format!("{day} IN (SELECT value FROM json_each({days}))");
    let asked = bind(list(days));
    if offsets.years.is_empty() && offsets.before == 0 {
        return format!("coalesce({}, 0)", among(&plain, &asked));
    }
    let (surely, maybe) = around(days);
    let (surely, maybe) = (bind(list(&surely)), bind(list(&maybe)));
    let moved = moved_day(value, offsets, &mut bind);
    format!(
        "CASE WHEN length({value}) = 10 THEN {} WHEN {} THEN 1 WHEN {} THEN {} ELSE 0 END",
        among(&plain, &asked),
        among(&plain, &surely),
        among(&plain, &maybe),
        // Beyond the year 9999 there is no day to move to.
        among(&format!("coalesce({moved}, {plain})"), &asked),
    )
}

/// The days that are meant whether the clock is ahead or behind, and those
/// that may be.
fn around(days: &[String]) -> (Vec<String>, Vec<String>) {
    let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months = (1..).zip(lengths);
    let year: Vec<String> = months
        .flat_map(|(month, length)| (1..=length).map(move |day| format!("{month:02}-{day:02}")))
        .collect();
    let meant: Vec<bool> = year.iter().map(|day| days.contains(day)).collect();
    let (mut surely, mut maybe) = (Vec::new(), Vec::new());
    for (index, day) in year.iter().enumerate() {
        // In a year without 29 February its neighbours are each other's.
        let (before, after) = match day.as_str() {
            "02-28" => (1, 2),
            "03-01" => (2, 1),
            _ => (1, 1),
        };
        let here = year.len() + index;
        let near = here - before..=here + after;
        let near: Vec<bool> = near
            .filter_map(|index| meant.get(index % year.len()).copied())
            .collect();
        if near.iter().all(|meant| *meant) {
            surely.push(day.clone());
        } else if near.contains(&true) {
            maybe.push(day.clone());
        }
    }
    (surely, maybe)
}

/// The expression that gives the day, as `05-31`, of an instant.
fn moved_day(value: &str, offsets: &Offsets, mut bind: impl FnMut(Cell) -> String) -> String {
    let before = bind(Cell::Text(moved(offsets.before)));
    let offset = if offsets.years.is_empty() {
        before
    } else {
        let years = offsets.years.iter().map(|changes| {
            let changes = changes.iter();
            let changes = changes.map(|(from, offset)| json!([from, moved(*offset)]));
            Value::from(changes.collect::<Vec<_>>())
        });
        let first = bind(Cell::Integer(offsets.first_year));
        let table = bind(Cell::Text(
            Value::from(years.collect::<Vec<_>>()).to_string(),
        ));
        let year = format!("CAST(substr({value}, 1, 4) AS INTEGER)");
        let (last, period) = (Offsets::LAST_YEAR, Offsets::PERIOD);
        let repeats = last + 1 - period;
        let year = format!(
            "iif({year} > {last}, {repeats} + ({year} - {repeats}) % {period}, {year}) - {first}"
        );
        // The table is parsed once for the statement, not for each row.
        format!(
            "CASE WHEN CAST(substr({value}, 1, 4) AS INTEGER) < {first} THEN {before} ELSE (
                SELECT change.value ->> 1
                FROM json_each((SELECT jsonb({table})) -> ('$[' || ({year}) || ']')) AS change
                WHERE change.value ->> 0 <= substr({value}, 6)
                ORDER BY change.key DESC
                LIMIT 1
            ) END"
        )
    };
    format!("strftime('%m-%d', {value}, {offset})")
}

/// An offset as SQLite's modifier of a time.
fn moved(seconds: i64) -> String {
    format!("{seconds:+} seconds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_at_an_edge_may_be_either() {
        let days = |from: u8, to: u8| {
            (from..=to)
                .map(|day| format!("05-{day:02}"))
                .collect::<Vec<_>>()
        };
        let (surely, maybe) = around(&days(1, 31));
        assert_eq!(surely, days(2, 30));
        assert_eq!(maybe, ["04-30", "05-01", "05-31", "06-01"]);
        let (surely, maybe) = around(&["02-29".to_owned()]);
        assert_eq!(surely, [""; 0]);
        assert_eq!(maybe, ["02-28", "02-29", "03-01"]);
        let (_, maybe) = around(&["01-01".to_owned()]);
        assert_eq!(maybe, ["01-01", "01-02", "12-31"]);
    }
}
