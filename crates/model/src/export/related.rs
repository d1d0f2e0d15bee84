//! The columns of an export that tell of relations.

use crate::error::Invalid;
use crate::id::{ProfileId, RelationTypeId};
use crate::relation::{Side, Weights};
use crate::write::{Schema, no_relation_type};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many relations of a profile a cell names: beside it stands how many there are.
pub const MAX_RELATIONS_SHOWN: usize = 100;

/// What a column has of the relations of a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationPart {
    /// Each with the profile across and its weights, the first [`MAX_RELATIONS_SHOWN`].
    #[default]
    Each,
    /// How many there are.
    Count,
}

impl RelationPart {
    /// What follows in the column's name.
    pub fn suffix(self) -> &'static str {
        match self {
            RelationPart::Each => "",
            RelationPart::Count => "/count",
        }
    }
}

/// The relations that a profile has by one side of a type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelationSummary {
    /// How many.
    pub count: i64,
    /// The first of them: with whom, and the weights.
    pub first: Vec<(ProfileId, Weights)>,
}

impl RelationSummary {
    /// What stands in a column; nothing where there are none, but for their count.
    pub(super) fn value(held: Option<&Self>, part: RelationPart) -> Option<Value> {
        match part {
            RelationPart::Count => Some(Value::from(held.map_or(0, |held| held.count))),
            RelationPart::Each => {
                let first = held.map(|held| held.first.as_slice()).unwrap_or_default();
                let each = first
                    .iter()
                    .map(|(with, weights)| json!({"profile_id": with, "weights": weights}));
                let each: Vec<Value> = each.collect();
                (!each.is_empty()).then_some(Value::Array(each))
            }
        }
    }
}

/// Reads `relations/<type>`, `relations/<type>/<side>`, each with `/count`; none where a
/// name begins otherwise. The side may be left out where one alone is of the database.
///
/// Codes: `unknown_relation_type`, and those of [`RelationType::side_of`].
pub(crate) fn named(
    name: &str,
    schema: &Schema,
) -> Option<Result<(RelationTypeId, Side, RelationPart), Invalid>> {
    let rest = name.strip_prefix("relations/")?;
    let (rest, part) = match rest.strip_suffix("/count") {
        Some(rest) => (rest, RelationPart::Count),
        None => (rest, RelationPart::Each),
    };
    let (id, side) = match rest.split_once('/') {
        Some((id, side)) => (id, Some(side)),
        None => (rest, None),
    };
    Some(read(id, side, schema).map(|(id, side)| (id, side, part)))
}

fn read(id: &str, side: Option<&str>, schema: &Schema) -> Result<(RelationTypeId, Side), Invalid> {
    let known: RelationTypeId = id.parse().map_err(|_| no_relation_type(&id))?;
    let known = schema.relation_type(known)?;
    let side = side.map(str::parse).transpose()?;
    Ok((known.id, known.side_of(schema.database.id, side)?))
}
