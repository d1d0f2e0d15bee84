//! Which segments a condition names, as it was given: it need not fit its database.

use crate::id::SegmentId;
use serde_json::Value;

/// The segments of its own database that a condition names, without those that these name.
pub fn named_segments(condition: &Value) -> Vec<SegmentId> {
    let (mut found, mut left) = (Vec::new(), vec![condition]);
    while let Some(part) = left.pop() {
        for (kind, value) in part.as_object().into_iter().flatten() {
            match (kind.as_str(), value) {
                ("all" | "any", Value::Array(parts)) => left.extend(parts),
                ("not", part) => left.push(part),
                ("segment", given) => found.extend(SegmentId::from_json(given)),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn they_are_found_wherever_they_stand() {
        let condition = json!({"all": [
            {"any": [{"segment": "1"}, {"not": {"segment": 2}}]},
            {"field": "segment", "eq": "3"},
            {"relation": {"type": "1", "with": {"segment": "4"}}},
            5
        ]});
        let ids: Vec<i64> = named_segments(&condition)
            .iter()
            .map(|id| id.get())
            .collect();
        assert_eq!(ids.len(), 2);
        assert!(ids.contains(&1) && ids.contains(&2));
    }
}
