//! Segments as conditions and writes know them.

use super::SegmentKind;
use crate::id::SegmentId;
use crate::range::Range;
use serde_json::Value;

/// A segment of a database: its kind, and what makes people members of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownSegment {
    /// Its id.
    pub id: SegmentId,
    /// How people become members.
    pub kind: SegmentKind,
    /// Who belongs to it; none for a static one.
    pub rule: Option<SegmentRule>,
}

/// Who belongs to a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentRule {
    /// What they meet, as it was given.
    pub condition: Value,
    /// Only those in this window of the database.
    pub range: Range,
}

impl KnownSegment {
    /// A static one.
    pub fn of_static(id: SegmentId) -> Self {
        KnownSegment {
            id,
            kind: SegmentKind::Static,
            rule: None,
        }
    }
}

impl SegmentRule {
    /// As it is stored: what was checked when it was given.
    pub fn of_stored(condition: Value, range: &Value) -> Self {
        SegmentRule {
            condition,
            range: range_of(range),
        }
    }
}

/// A window that was checked when it was given; everybody if none is.
pub(super) fn range_of(value: &Value) -> Range {
    match value {
        Value::Null => Range::ALL,
        given => Range::parse(given).unwrap_or(Range::ALL),
    }
}
