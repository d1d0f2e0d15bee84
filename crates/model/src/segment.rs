//! A static segment: profiles of one database that somebody put together.

use crate::definition::{MAX_DESCRIPTION_CHARS, clean_lines, name_text, text_of};
use crate::error::Invalid;
use crate::id::{DatabaseId, SegmentId};
use crate::read::Members;
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::ops::Deref;

/// The most segments a database may have.
pub const MAX_SEGMENTS: usize = 10_000;

/// A segment as it is stored and shown; who is in it is another question.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// The database whose profiles it has.
    pub database: DatabaseId,
    /// Its settings, shown beside the id.
    #[serde(flatten)]
    pub settings: SegmentSettings,
    /// How many profiles are in it.
    pub members: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings were last changed.
    pub updated_at: Timestamp,
}

/// A segment is used mostly for its settings, so they are reached without
/// naming them: `segment.name`.
impl Deref for Segment {
    type Target = SegmentSettings;

    fn deref(&self) -> &SegmentSettings {
        &self.settings
    }
}

/// What people choose for a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SegmentSettings {
    /// 1 to 200 characters; unique among the segments of a database, which the
    /// store checks.
    pub name: String,
    /// At most 2,000 characters.
    pub description: String,
}

impl SegmentSettings {
    /// Reads a new segment's settings: a JSON object with `name`, and perhaps
    /// `description`; `null` counts as absent. Everything that is wrong is
    /// reported at once.
    pub fn create(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let mut settings = SegmentSettings {
            name: String::new(),
            description: String::new(),
        };
        if let Some(name) = members.required("name", name_text) {
            settings.name = name;
        }
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them: absent
    /// members stay, `null` goes back to what a new segment has.
    pub fn patch(&self, patch: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        if let Some(name) = members.not_null("name", name_text) {
            settings.name = name;
        }
        settings.take(&mut members);
        members.finish()?;
        Ok(settings)
    }

    fn take(&mut self, members: &mut Members) {
        members.put("description", &mut self.description, |v| {
            clean_lines(text_of(v)?, MAX_DESCRIPTION_CHARS)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn codes(result: Result<SegmentSettings, Vec<Invalid>>) -> Vec<(&'static str, String)> {
        let wrong = result.unwrap_err().into_iter();
        wrong.map(|one| (one.code, one.pointer)).collect()
    }

    #[test]
    fn a_segment_has_a_clean_name_and_perhaps_a_description() {
        let made = SegmentSettings::create(&json!({"name": "  Guests ", "description": "a\r\nb"}));
        let made = made.unwrap();
        assert_eq!((&*made.name, &*made.description), ("Guests", "a\nb"));
        let none = SegmentSettings::create(&json!({"name": "G", "description": null}));
        assert_eq!(none.unwrap().description, "");
        for (wrong, code, pointer) in [
            (json!({}), "required", "/name"),
            (json!({"name": " "}), "empty", "/name"),
            (json!({"name": 5}), "wrong_type", "/name"),
            (json!({"name": "x".repeat(201)}), "too_long", "/name"),
            (
                json!({"name": "x", "members": 5}),
                "unknown_field",
                "/members",
            ),
            (
                json!({"name": "x", "description": []}),
                "wrong_type",
                "/description",
            ),
            (json!([]), "wrong_type", ""),
        ] {
            let found = codes(SegmentSettings::create(&wrong));
            assert_eq!(found, [(code, pointer.to_owned())], "{wrong}");
        }
    }

    #[test]
    fn a_patch_changes_what_it_names() {
        let made = SegmentSettings::create(&json!({"name": "A", "description": "d"})).unwrap();
        let same = made.patch(&json!({})).unwrap();
        assert_eq!(same, made);
        let renamed = made.patch(&json!({"name": "B"})).unwrap();
        assert_eq!((&*renamed.name, &*renamed.description), ("B", "d"));
        let cleared = made.patch(&json!({"description": null})).unwrap();
        assert_eq!((&*cleared.name, &*cleared.description), ("A", ""));
        let wrong = made.patch(&json!({"name": null}));
        assert_eq!(codes(wrong), [("required", "/name".to_owned())]);
    }
}
