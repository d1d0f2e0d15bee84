//! Dates in conditions. Fields hold plain dates and instants side by side, and
//! conditions name both.
//!
//! Where two dates are compared and one of them is a plain date, days are
//! compared, and an instant counts with its day in the database's time zone:
//! `{"eq": "2026-05-01"}` holds for every instant of that day, `lt` for what
//! lies before it, `gt` for what lies behind it. Two instants are compared to
//! the millisecond.

use crate::day::{Day, Span};
use crate::time::{Timestamp, Zone};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// When and where a condition is looked at: what `last`, `next` and birthdays
/// start from, and whose days count.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The present.
    pub now: Timestamp,
    /// The database's time zone.
    pub zone: Zone,
}

/// How two values must stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Less, or before.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Equal.
    Equal,
    /// Greater or equal.
    GreaterOrEqual,
    /// Greater, or after.
    Greater,
}

impl Order {
    /// Whether a comparison came out so.
    pub fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Order::Less => ordering.is_lt(),
            Order::LessOrEqual => ordering.is_le(),
            Order::Equal => ordering.is_eq(),
            Order::GreaterOrEqual => ordering.is_ge(),
            Order::Greater => ordering.is_gt(),
        }
    }
}

/// A date as a profile holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateValue {
    /// A plain date.
    Day(Day),
    /// An instant.
    At(Timestamp),
}

impl DateValue {
    /// Reads the canonical text of a date; none if it is something else.
    pub fn read(text: &str) -> Option<Self> {
        match Day::read(text) {
            Some(day) => Some(DateValue::Day(day)),
            None => text.parse().ok().map(DateValue::At),
        }
    }

    /// The day it is, or that it belongs to.
    pub fn day(self, zone: &Zone) -> Day {
        match self {
            DateValue::Day(day) => day,
            DateValue::At(at) => zone.day_of(at),
        }
    }

    /// How it stands to another one: by days, unless both are instants.
    pub fn compare(self, other: DateValue, zone: &Zone) -> Ordering {
        match (self, other) {
            (DateValue::At(a), DateValue::At(b)) => a.cmp(&b),
            (a, b) => a.day(zone).cmp(&b.day(zone)),
        }
    }
}

/// A test of a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateTest {
    /// Stands so to another date.
    Compare(Order, DateValue),
    /// Lies between so long ago and now, both included.
    Last(Span),
    /// Lies between now and so far ahead, both included.
    Next(Span),
    /// Lies longer ago.
    OlderThan(Span),
    /// Lies further ahead.
    LaterThan(Span),
    /// Is of certain days of the year.
    Calendar(Calendar),
}

/// Days of the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// Those of these months (bit 1 is January) that have one of these numbers
    /// (bit 1 is the first).
    Days {
        /// The months.
        months: u16,
        /// The days of the month.
        days: u32,
    },
    /// Those that come round today or within so many days. 29 February comes
    /// round on 28 February in a year that has none.
    Birthday {
        /// How many days, at most 366.
        within: u16,
    },
}

/// The dates that pass a test, as half-open intervals of canonical text: plain
/// dates from one day to before another, instants from one to before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From which plain date on, and before which.
    pub days: [String; 2],
    /// From which instant on and before which, in milliseconds since 1970.
    pub instants: [i64; 2],
}

/// Sorts after every date.
const NEVER: &str = "~";

impl DateTest {
    /// Whether a date passes.
    pub fn accepts(&self, value: DateValue, moment: &Moment) -> bool {
        match self {
            DateTest::Calendar(calendar) => {
                let day = value.day(&moment.zone);
                calendar.accepts(moment, day.month(), day.day())
            }
            _ => self
                .bounds(moment)
                .into_iter()
                .all(|(order, bound)| order.accepts(value.compare(bound, &moment.zone))),
        }
    }

    /// The dates that pass; none for days of the year.
    pub fn window(&self, moment: &Moment) -> Option<Window> {
        if let DateTest::Calendar(_) = self {
            return None;
        }
        let mut window = Window::all();
        for (order, bound) in self.bounds(moment) {
            window.narrow(order, bound, &moment.zone);
        }
        Some(window)
    }

    /// What a date must fulfil, but for days of the year.
    fn bounds(&self, moment: &Moment) -> Vec<(Order, DateValue)> {
        let ahead = |span: Span| DateValue::At(moment.zone.ahead(moment.now, span));
        let now = DateValue::At(moment.now);
        match self {
            DateTest::Compare(order, bound) => vec![(*order, *bound)],
            DateTest::Last(span) => vec![
                (Order::GreaterOrEqual, ahead(span.back())),
                (Order::LessOrEqual, now),
            ],
            DateTest::Next(span) => vec![
                (Order::GreaterOrEqual, now),
                (Order::LessOrEqual, ahead(*span)),
            ],
            DateTest::OlderThan(span) => vec![(Order::Less, ahead(span.back()))],
            DateTest::LaterThan(span) => vec![(Order::Greater, ahead(*span))],
            DateTest::Calendar(_) => Vec::new(),
        }
    }
}

impl Window {
    fn all() -> Self {
        Window {
            days: [String::new(), NEVER.to_owned()],
            instants: [i64::MIN, i64::MAX],
        }
    }

    /// The interval of instants as canonical text.
    pub fn instant_texts(&self) -> [String; 2] {
        self.instants.map(|ms| match Timestamp::from_ms(ms) {
            at if at.ms() == ms => at.to_string(),
            at if at.ms() > ms => String::new(),
            _ => NEVER.to_owned(),
        })
    }

    fn narrow(&mut self, order: Order, bound: DateValue, zone: &Zone) {
        let day = bound.day(zone);
        let after = day.next();
        let (start, end) = match bound {
            DateValue::At(at) => (at.ms(), at.ms() + 1),
            DateValue::Day(day) => (
                zone.start_of(day).ms(),
                after.map_or(i64::MAX, |after| zone.start_of(after).ms()),
            ),
        };
        let after = after.map_or_else(|| NEVER.to_owned(), |after| after.to_string());
        let day = day.to_string();
        let [first_day, day_after] = &mut self.days;
        let [from, until] = &mut self.instants;
        match order {
            Order::Less => {
                *day_after = day.min(std::mem::take(day_after));
                *until = start.min(*until);
            }
            Order::LessOrEqual => {
                *day_after = after.min(std::mem::take(day_after));
                *until = end.min(*until);
            }
            Order::GreaterOrEqual => {
                *first_day = day.max(std::mem::take(first_day));
                *from = start.max(*from);
            }
            Order::Greater => {
                *first_day = after.max(std::mem::take(first_day));
                *from = end.max(*from);
            }
            Order::Equal => {
                self.narrow(Order::GreaterOrEqual, bound, zone);
                self.narrow(Order::LessOrEqual, bound, zone);
            }
        }
    }
}

impl Calendar {
    /// Whether a day of the year is one of them.
    pub fn accepts(&self, moment: &Moment, month: u8, day: u8) -> bool {
        match self {
            Calendar::Days { months, days } => (months >> month) & 1 == 1 && (days >> day) & 1 == 1,
            Calendar::Birthday { within } => coming(moment, *within).any(|today| {
                let comes = (today.month(), today.day());
                let leap = comes == (2, 28) && !today.in_leap_year();
                comes == (month, day) || (leap && (month, day) == (2, 29))
            }),
        }
    }

    /// All of them, as `05-31`.
    pub fn days(&self, moment: &Moment) -> Vec<String> {
        let mut found = BTreeSet::new();
        match self {
            Calendar::Days { .. } => {
                let all = (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day)));
                found.extend(all.filter(|(month, day)| self.accepts(moment, *month, *day)));
            }
            Calendar::Birthday { within } => {
                for today in coming(moment, *within) {
                    found.insert((today.month(), today.day()));
                    if (today.month(), today.day()) == (2, 28) && !today.in_leap_year() {
                        found.insert((2, 29));
                    }
                }
            }
        }
        let found = found.into_iter();
        found
            .map(|(month, day)| format!("{month:02}-{day:02}"))
            .collect()
    }
}

/// Today and so many days that come after it.
fn coming(moment: &Moment, within: u16) -> impl Iterator<Item = Day> {
    let today = moment.zone.day_of(moment.now);
    let days = std::iter::successors(Some(today), |day| day.next());
    days.take(usize::from(within) + 1)
}
