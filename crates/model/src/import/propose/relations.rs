//! Columns as an export names those of relations.

use super::{Clue, Confidence, Idea, Proposer};
use crate::export::{RelationPart, relation_column};
use serde_json::json;

impl Proposer<'_> {
    /// What a column is that an export wrote of relations; nothing if it is none.
    pub(super) fn related(&self, header: &str) -> Option<Idea> {
        if self.schema.database.field(header).is_some() {
            return None;
        }
        let (id, side, part) = match relation_column(header.trim(), self.schema)? {
            Ok(read) => read,
            Err(invalid) => {
                return Some(Idea::ignore(Clue::RelationsOfNone {
                    problem: invalid.detail,
                }));
            }
        };
        Some(match part {
            RelationPart::Count => Idea::ignore(Clue::RelationsCounted {
                column: header.to_owned(),
            }),
            RelationPart::Each => Idea {
                field: None,
                other: Some(json!({
                    "relation": {"type": id, "side": side, "with": {"matching": "profile_id"}},
                })),
                reasons: vec![Clue::Relations],
                confidence: Confidence::Medium,
            },
        })
    }
}
