//! A static segment: profiles of one database that somebody put together.

use crate::Code;
use crate::define::settings;
use crate::error::Invalid;
use crate::id::{DatabaseId, ProfileId, SegmentId};
use crate::read::Members;
use crate::readers::{description_text, each, name_text, text_of};
use crate::time::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;
use std::ops::Deref;

/// The most segments a database may have.
pub const MAX_SEGMENTS: i64 = 10_000;
/// The most profiles that one request may name, in each list.
pub const MAX_MOVED: usize = 10_000;

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

settings! {
    /// What people choose for a segment.
    #[derive(Eq)]
    #[schema(example = json!({"name": "Guests of May", "description": "who came"}))]
    pub struct SegmentSettings {
        /// 1 to 200 characters, unique among the segments of the database.
        #[schema(max_length = 200, example = "VIP")]
        pub name: String = needed(name_text),
        /// At most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
    }
}

/// Profiles that enter a segment and profiles that leave it, by id; nobody is in
/// both lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Those who enter; ids may repeat.
    pub add: Vec<ProfileId>,
    /// Those who leave; ids may repeat.
    pub remove: Vec<ProfileId>,
}

impl Moves {
    /// Reads `{add: [ids], remove: [ids]}`; each list may be absent or `null`.
    /// Whether there are such profiles is the store's question.
    ///
    /// Codes: `wrong_type`, `too_many`, `invalid_profile_id`, `contradiction` (an id
    /// is in both lists), `unknown_field`.
    pub fn parse(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let add = members.optional("add", ids);
        let remove = members.optional("remove", ids);
        let moves = Moves {
            add: add.unwrap_or_default(),
            remove: remove.unwrap_or_default(),
        };
        let entering: HashSet<&ProfileId> = moves.add.iter().collect();
        for (index, id) in moves.remove.iter().enumerate() {
            if entering.contains(id) {
                let detail = format!("Profile {id} is in add too: it must be in one of the two.");
                let invalid = Invalid::new(Code::Contradiction, detail);
                members.refuse("remove", invalid.at_index(index));
            }
        }
        members.finish()?;
        Ok(moves)
    }
}

fn ids(value: &Value) -> Result<Vec<ProfileId>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(
            value,
            "an array of profiles' ids",
        )]);
    };
    if items.len() > MAX_MOVED {
        let detail = format!("{} ids: at most {MAX_MOVED} fit.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, |item| text_of(item).and_then(str::parse))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::Settings;
    use serde_json::json;

    fn codes(result: Result<SegmentSettings, Vec<Invalid>>) -> Vec<(&'static str, String)> {
        let wrong = result.unwrap_err().into_iter();
        wrong.map(|one| (one.code.as_str(), one.pointer)).collect()
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

    #[test]
    fn moves_name_profiles_and_nobody_twice_over() {
        let id = |pk| ProfileId::from_pk(pk).unwrap();
        let given = json!({"add": [id(1), id(2), id(1)], "remove": [id(3)]});
        assert_eq!(
            Moves::parse(&given).unwrap(),
            Moves {
                add: vec![id(1), id(2), id(1)],
                remove: vec![id(3)]
            }
        );
        assert_eq!(Moves::parse(&json!({"add": null})), Ok(Moves::default()));
        let codes = |given: Value| {
            let wrong = Moves::parse(&given).unwrap_err().into_iter();
            let wrong = wrong.map(|one| format!("{} {}", one.code.as_str(), one.pointer));
            wrong.collect::<Vec<_>>().join(", ")
        };
        let odd = json!({"add": [id(1), "x", 5], "remove": [id(1)], "segment": 5});
        assert_eq!(
            codes(odd),
            "invalid_profile_id /add/1, wrong_type /add/2, unknown_field /segment"
        );
        let both = json!({"add": [id(1), id(2)], "remove": [id(3), id(2)]});
        assert_eq!(codes(both), "contradiction /remove/1");
        assert_eq!(codes(json!({"add": "all"})), "wrong_type /add");
        let many = json!({"remove": vec![id(1); 10_001]});
        assert_eq!(codes(many), "too_many /remove");
    }
}
