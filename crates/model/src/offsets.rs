//! How far a zone's clock is ahead of UTC, as a table by year, for a store
//! that knows nothing of zones and has to tell the day of an instant.

use crate::day::shown;
use crate::time::{EPOCH, Timestamp, Zone};
use jiff::tz::Offset;

/// From this year on a zone's rules repeat, as the calendar does, every
/// [`Offsets::PERIOD`] years.
const REPEATS_FROM: i64 = 2100;

/// A zone's offsets as far as days are concerned: instant and offset added give
/// the date of the instant's day (see [`Zone::day_of`]). This is what the clock
/// shows but where it was put back across midnight: there the offset counts
/// until midnight comes again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// The offset in all years before `first_year`, in seconds.
    pub before: i64,
    /// The year (UTC) of the first change.
    pub first_year: i64,
    /// For each year from `first_year` to [`Offsets::LAST_YEAR`] the changes in
    /// order: from where on in the year (as `05-31T22:00:00.000Z`, the first
    /// one empty for the year's beginning), and the offset in seconds. Empty
    /// if the offset never changes.
    pub years: Vec<Vec<(String, i64)>>,
}

impl Offsets {
    /// The last year of the table. A later one is like the year that lies whole
    /// periods before, in the table's last period.
    pub const LAST_YEAR: i64 = REPEATS_FROM + Self::PERIOD - 1;

    /// After so many years the calendar repeats itself, weekdays too.
    pub const PERIOD: i64 = 400;

    /// The offsets of a zone; nothing but 0 for UTC.
    pub fn of(zone: &Zone) -> Self {
        let first = zone.offset_at(Timestamp::from_ms(i64::MIN));
        let changes = changes(zone, first);
        let before = i64::from(first.seconds());
        let first_year = changes.first().map_or(REPEATS_FROM, |(at, _)| year(*at));
        let mut table = Offsets {
            before,
            first_year,
            years: Vec::new(),
        };
        if changes.is_empty() {
            return table;
        }
        let mut offset = before;
        let mut rest = changes.as_slice();
        for number in first_year..=Self::LAST_YEAR {
            let count = rest
                .iter()
                .take_while(|(at, _)| year(*at) == number)
                .count();
            let (here, after) = rest.split_at(count);
            let mut entries = vec![(String::new(), offset)];
            for (at, seconds) in here {
                let text = at.to_string();
                let within = text.split_once('-').map_or("", |(_, within)| within);
                entries.push((within.to_owned(), *seconds));
                offset = *seconds;
            }
            table.years.push(entries);
            rest = after;
        }
        table
    }
}

/// All changes of the offset up to the table's end.
fn changes(zone: &Zone, first: Offset) -> Vec<(Timestamp, i64)> {
    let Some(tables) = zone.tables().filter(|_| !zone.is_utc()) else {
        return Vec::new();
    };
    let mut changes: Vec<(Timestamp, i64)> = Vec::new();
    let mut before = first;
    for change in tables.following(jiff::Timestamp::MIN) {
        let (mut at, after) = (change.timestamp().as_millisecond(), change.offset());
        let day = shown(Timestamp::from_ms(at - 1), before).date();
        if shown(Timestamp::from_ms(at), after).date() < day {
            // The day goes on until midnight comes again.
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let again = midnight.duration_since(EPOCH).as_millis();
            at = i64::try_from(again).unwrap_or(at) - i64::from(after.seconds()) * 1000;
        }
        let at = Timestamp::from_ms(at);
        if year(at) > Offsets::LAST_YEAR {
            break;
        }
        if after != before {
            changes.push((at, i64::from(after.seconds())));
        }
        before = after;
    }
    changes
}

fn year(at: Timestamp) -> i64 {
    i64::from(shown(at, Offset::UTC).year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use proptest::prelude::*;

    const ZONES: [&str; 14] = [
        "UTC",
        "Etc/GMT+9",
        "Europe/Berlin",
        "Europe/Moscow",
        "Europe/Dublin",
        "America/St_Johns",
        "America/Toronto",
        "America/Sao_Paulo",
        "America/Juneau",
        "Pacific/Apia",
        "Asia/Manila",
        "Africa/Casablanca",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
    ];

    /// The day of an instant by the table alone, as a statement finds it.
    fn day(table: &Offsets, at: Timestamp) -> String {
        let text = at.to_string();
        let (number, within) = text.split_once('-').unwrap();
        let mut number: i64 = number.parse().unwrap();
        if number > Offsets::LAST_YEAR {
            number = REPEATS_FROM + (number - REPEATS_FROM) % Offsets::PERIOD;
        }
        let entries = usize::try_from(number - table.first_year)
            .ok()
            .and_then(|index| table.years.get(index));
        let offset = match entries {
            Some(entries) => {
                let mut since = entries.iter().rev();
                since.find(|(from, _)| from.as_str() <= within).unwrap().1
            }
            None => table.before,
        };
        let offset = Offset::from_seconds(i32::try_from(offset).unwrap()).unwrap();
        shown(at, offset).date().to_string()
    }

    #[test]
    fn around_every_change_the_table_tells_the_day() {
        for name in ZONES {
            let zone = Zone::parse(name).unwrap();
            let table = Offsets::of(&zone);
            let first = zone.offset_at(Timestamp::from_ms(i64::MIN));
            for (at, _) in changes(&zone, first) {
                for hours in -30..=30 {
                    for ms in [-1, 0, 1_799_999] {
                        let at = Timestamp::from_ms(at.ms() + hours * 3_600_000 + ms);
                        assert_eq!(day(&table, at), zone.day_of(at).to_string(), "{at} {name}");
                    }
                }
            }
        }
    }

    #[test]
    fn utc_never_changes() {
        let table = Offsets::of(&Zone::utc());
        assert_eq!((table.before, table.years.len()), (0, 0));
    }

    proptest! {
        #[test]
        fn at_any_time_the_table_tells_the_day(
            zone in 0..ZONES.len(), ms in -62_135_596_800_000_i64..253_402_300_799_999,
        ) {
            let zone = Zone::parse(ZONES[zone]).unwrap();
            let at = Timestamp::from_ms(ms);
            let found = day(&Offsets::of(&zone), at);
            prop_assert_eq!(Day::read(&found), Some(zone.day_of(at)));
        }

        #[test]
        fn days_begin_where_the_table_says(
            zone in 0..ZONES.len(), ms in -2_000_000_000_000_i64..20_000_000_000_000,
        ) {
            let zone = Zone::parse(ZONES[zone]).unwrap();
            let start = zone.start_of(zone.day_of(Timestamp::from_ms(ms)));
            let table = Offsets::of(&zone);
            let before = Timestamp::from_ms(start.ms() - 1);
            prop_assert_eq!(day(&table, start), zone.day_of(start).to_string());
            prop_assert_eq!(day(&table, before), zone.day_of(before).to_string());
            prop_assert!(day(&table, before) < day(&table, start));
        }
    }
}
