//! Which profiles of a database a job is about.

use crate::Code;
use crate::condition::Condition;
use crate::error::{Invalid, excerpt_json};
use crate::range::Range;
use crate::read::Members;
use crate::write::Schema;
use serde_json::Value;

/// Which profiles are asked for: those in the range that meet the condition, up
/// to the limit, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ProfileQuery {
    /// What they must meet.
    pub condition: Condition,
    /// Only those in this window of the whole database, chosen before the
    /// condition is looked at.
    pub range: Range,
    /// At most so many of those who meet the condition.
    pub limit: Option<i64>,
}

impl ProfileQuery {
    /// Reads `condition`, `segment` (only its members), `range` and `limit`;
    /// without any of them everybody is meant.
    ///
    /// Codes: `unknown_segment`, `out_of_range`, and those of [`Condition::parse`]
    /// and [`Range::parse`].
    pub fn take(members: &mut Members, schema: &Schema) -> Self {
        let condition = members.take("condition", |v| Condition::parse(v, schema));
        let mut condition = condition.flatten().unwrap_or_else(Condition::everybody);
        if let Some(members) = members.optional("segment", |v| Condition::of_members(v, schema)) {
            condition = condition.within(members);
        }
        let range = members.optional("range", Range::parse);
        ProfileQuery {
            condition,
            range: range.unwrap_or(Range::ALL),
            limit: members.optional("limit", limit),
        }
    }

    /// Whether nothing narrows it, so that everybody is meant.
    pub fn is_everybody(&self) -> bool {
        self.condition.is_everybody() && self.range == Range::ALL && self.limit.is_none()
    }
}

fn limit(value: &Value) -> Result<i64, Invalid> {
    let given = value.as_i64().filter(|limit| *limit > 0);
    given.ok_or_else(|| {
        let detail = format!(
            "This must be a whole number above 0, not {}.",
            excerpt_json(value)
        );
        Invalid::new(Code::OutOfRange, detail)
    })
}
