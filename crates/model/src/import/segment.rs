//! The segment into which an import puts profiles.

use super::reader::list;
use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::id::SegmentId;
use crate::read::Members;
use crate::readers::{name_text, text_of};
use crate::write::Schema;
use serde_json::Value;

/// A static segment, and which profiles of an import it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentGoal {
    /// Which segment.
    pub segment: SegmentChoice,
    /// The profiles of rows that ended so; distinct, in the order of
    /// [`RowOutcome::ALL`].
    pub outcomes: Vec<RowOutcome>,
}

/// A segment that is there or is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentChoice {
    /// One of the database's.
    Existing(SegmentId),
    /// A new one of this name.
    Create(String),
}

/// How a row that has a profile ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowOutcome {
    /// It made a profile.
    Created,
    /// It changed one.
    Updated,
    /// It found one that was so already.
    Unchanged,
    /// One of its subscriptions was left out as invalid, whatever became of the
    /// profile.
    FailedToSubscribe,
}

impl RowOutcome {
    /// All of them.
    pub const ALL: [RowOutcome; 4] = [
        RowOutcome::Created,
        RowOutcome::Updated,
        RowOutcome::Unchanged,
        RowOutcome::FailedToSubscribe,
    ];

    /// The name, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            RowOutcome::Created => "created",
            RowOutcome::Updated => "updated",
            RowOutcome::Unchanged => "unchanged",
            RowOutcome::FailedToSubscribe => "failed_to_subscribe",
        }
    }
}

impl SegmentGoal {
    /// Reads `{id, outcomes}` or `{create, outcomes}`. `outcomes` is an array
    /// of names or `"all"`, which is also what it is without being given.
    ///
    /// Codes: `required` (neither id nor create), `contradiction` (both),
    /// `invalid_id`, `unknown_segment`, `segment_not_static`, `not_an_option`, and those of names.
    pub fn parse(value: &Value, schema: &Schema) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(value)?;
        let id = members.optional("id", |v| schema.static_segment(v));
        let name = members.optional("create", name_text);
        let outcomes = members.optional("outcomes", outcomes);
        members.finish()?;
        let segment = match (id, name) {
            (Some(id), None) => SegmentChoice::Existing(id),
            (None, Some(name)) => SegmentChoice::Create(name),
            (Some(_), Some(_)) => {
                let detail = "A segment is either there, with an id, or to be made.";
                return Err(vec![Invalid::new(Code::Contradiction, detail).at("create")]);
            }
            (None, None) => {
                let detail = "A segment needs id, or create with the name of a new one.";
                return Err(vec![Invalid::new(Code::Required, detail).at("id")]);
            }
        };
        Ok(SegmentGoal {
            segment,
            outcomes: outcomes.unwrap_or_else(|| RowOutcome::ALL.to_vec()),
        })
    }
}

fn outcomes(value: &Value) -> Result<Vec<RowOutcome>, Vec<Invalid>> {
    if value.as_str() == Some("all") {
        return Ok(RowOutcome::ALL.to_vec());
    }
    let mut outcomes = list(value, |item| {
        let text = text_of(item)?;
        let found = RowOutcome::ALL.into_iter().find(|o| o.as_str() == text);
        found.ok_or_else(|| {
            let detail = format!(
                "{} is no outcome of a row: it must be one of {}.",
                excerpt(text),
                RowOutcome::ALL.map(RowOutcome::as_str).join(", ")
            );
            Invalid::new(Code::NotAnOption, detail)
        })
    })?;
    if outcomes.is_empty() {
        let detail = "At least one outcome must be named.";
        return Err(vec![Invalid::new(Code::Empty, detail)]);
    }
    outcomes.sort_unstable();
    outcomes.dedup();
    Ok(outcomes)
}
