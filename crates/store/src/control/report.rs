//! What the control group and the rest did: how many there were, and what happened to them,
//! by the time of each event.

use std::collections::{BTreeMap, HashSet};

use roster_model::control::Figures;
use roster_model::{DatabaseId, Timestamp, first_pk};

use crate::packed::corrupt;
use crate::{Cell, Error, Sql, json};

/// From when to before when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// How many profiles there were in a period; who changed sides counts on both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// In the control group.
    pub control: i64,
    /// Outside of it.
    pub rest: i64,
}

/// How many profiles were in the group and outside in a period.
///
/// # Errors
/// As [`Sql::query`].
pub async fn sizes(sql: &impl Sql, database: DatabaseId, period: Period) -> Result<Sizes, Error> {
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(period.from.ms()),
        Cell::Integer(period.to.ms()),
    ];
    let rows = sql
        .query(include_str!("../sql/control/sizes.sql"), parameters)
        .await?;
    let row = rows.first().ok_or_else(|| corrupt("no answer"))?;
    let (all, control, always) = (row.integer(0)?, row.integer(1)?, row.integer(2)?);
    Ok(Sizes {
        control,
        rest: (all - always).max(0),
    })
}

/// What happened, by type: in the group and outside.
#[derive(Debug, Default)]
pub struct EventFigures {
    by_type: BTreeMap<String, [Tally; 2]>,
}

#[derive(Debug, Default)]
struct Tally {
    people: HashSet<i64>,
    events: i64,
    value: f64,
}

impl Tally {
    fn figures(&self) -> Figures {
        Figures {
            people: i64::try_from(self.people.len()).unwrap_or(i64::MAX),
            events: self.events,
            value: self.value,
        }
    }
}

impl EventFigures {
    /// Types that are shown though nothing happened.
    pub fn expect(&mut self, types: &[String]) {
        for name in types {
            self.by_type.entry(name.clone()).or_default();
        }
    }

    /// By type: the figures of the control group and those of the rest.
    pub fn figures(&self) -> impl Iterator<Item = (&str, Figures, Figures)> {
        let all = self.by_type.iter();
        all.map(|(name, [rest, control])| (name.as_str(), control.figures(), rest.figures()))
    }
}

/// How far events were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventSlice {
    /// After which entry to go on; none when there is nothing more.
    pub next: Option<i64>,
}

/// How much earlier than its own time an event may be written down, in milliseconds: twice
/// what is taken of the future.
const EARLY_MS: i64 = 10 * 60 * 1000;

/// Looks at some entries of a database's history after one (0 for all), and adds what
/// happened in a period.
///
/// # Errors
/// As [`Sql::query`].
pub async fn events(
    sql: &impl Sql,
    database: DatabaseId,
    period: Period,
    types: &[String],
    (after, look): (i64, i64),
    figures: &mut EventFigures,
) -> Result<EventSlice, Error> {
    // No event is written down before it happens, but for clocks that differ a little.
    let first = first_pk(period.from.ms().saturating_sub(EARLY_MS), 0);
    let parameters = vec![
        Cell::Integer(database.get()),
        Cell::Integer(after.max(first.saturating_sub(1))),
        Cell::Integer(look),
        Cell::Text(period.from.to_string()),
        Cell::Text(period.to.to_string()),
        match types.is_empty() {
            true => Cell::Null,
            false => Cell::Text(json(types)?),
        },
    ];
    let mut rows = sql
        .query(include_str!("../sql/control/events.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let found: Vec<(String, usize, i64, i64, f64)> =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    for (name, is_in, profile, events, value) in found {
        let tallies = figures.by_type.entry(name).or_default();
        let tally = tallies.get_mut(is_in).ok_or_else(|| corrupt("a side"))?;
        tally.people.insert(profile);
        tally.events += events;
        tally.value += value;
    }
    Ok(EventSlice {
        next: row.optional_integer(1)?,
    })
}
