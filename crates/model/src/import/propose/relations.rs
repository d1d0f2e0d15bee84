//! Columns as an export names those of relations.

use super::{Confidence, Idea, Proposer};
use crate::error::excerpt;
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
                return Some(Idea::ignore(format!(
                    "An export names relations so, but not of this database: {}",
                    invalid.detail
                )));
            }
        };
        Some(match part {
            RelationPart::Count => {
                Idea::ignore(format!("{} only counts relations.", excerpt(header)))
            }
            RelationPart::Each => Idea {
                field: None,
                other: Some(json!({
                    "relation": {"type": id, "side": side, "with": {"matching": "profile_id"}},
                })),
                reason: "The values are relations as an export writes them, with the ids of the profiles across."
                    .to_owned(),
                confidence: Confidence::Medium,
            },
        })
    }
}
