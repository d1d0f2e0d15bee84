//! A suppression list itself: settings, and to which databases it is attached.

use super::forms::Forms;
use crate::Code;
use crate::define::{Settings, settings};
use crate::error::Invalid;
use crate::id::{DatabaseId, SuppressionId};
use crate::read::Members;
use crate::readers::{database_ids, description_text, name_text};
use crate::text::clean;
use crate::time::Timestamp;
use serde_json::{Value, json};
use std::ops::Deref;

/// The most lists that may be attached to a database, and to none.
pub const MAX_LISTS: i64 = 1000;
/// The number of the list that holds for every database.
pub const GLOBAL: i64 = 1;
/// The longest reason or source of an entry, in characters.
const MAX_NOTE_CHARS: usize = 500;

/// A suppression list as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// Its settings.
    pub settings: SuppressionSettings,
    /// Whether it holds for every database.
    pub is_global: bool,
    /// What kinds of entries it has ever held.
    pub forms: Forms,
    /// How many entries it has.
    pub entries: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its settings were last changed.
    pub updated_at: Timestamp,
}

/// A list is used mostly for its settings, so they are reached without naming
/// them: `list.name`.
impl Deref for Suppression {
    type Target = SuppressionSettings;

    fn deref(&self) -> &SuppressionSettings {
        &self.settings
    }
}

settings! {
    /// What people choose for a list.
    #[derive(Eq)]
    #[schema(example = json!({"name": "Bounces", "databases": ["1"]}))]
    pub struct SuppressionSettings {
        /// 1 to 200 characters, unique among lists.
        #[schema(max_length = 200, example = "Complaints")]
        pub name: String = needed(name_text),
        /// At most 2,000 characters.
        #[schema(max_length = 2000)]
        pub description: String = optional(String::new(), description_text),
        /// The databases that it holds for, distinct; empty for the global list, which
        /// holds for all.
        #[schema(value_type = Vec<String>, example = json!(["1"]))]
        pub databases: Vec<DatabaseId> = optional(Vec::new(), database_ids),
    }
}

impl SuppressionSettings {
    /// Reads a new list's settings; `null` counts as absent. A new list is never global.
    /// Everything that is wrong is reported at once.
    pub fn create(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let settings = Self::read_new(&mut members);
        members.fixed("is_global", &Value::Bool(false));
        members.finish()?;
        let missing = || vec![Invalid::new(Code::Required, "A list has a name.")];
        settings.ok_or_else(missing)
    }

    /// The settings as a JSON merge patch (RFC 7396) changes them: absent
    /// members stay, `null` goes back to what a new list has, and `databases`
    /// replaces the whole list. The global list stays global.
    pub fn patch(&self, patch: &Value, is_global: bool) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(patch)?;
        let mut settings = self.clone();
        settings.read_patch(&mut members);
        members.fixed("is_global", &Value::Bool(is_global));
        if is_global {
            members.fixed("databases", &json!([]));
        }
        members.finish()?;
        Ok(settings)
    }
}

/// Why entries stand on a list, or where they came from: a text of one line, at
/// most 500 characters, white space around it dropped. Codes: `too_long`,
/// `control_character`.
pub fn note(text: &str) -> Result<String, Invalid> {
    clean(text.trim(), MAX_NOTE_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(result: Result<SuppressionSettings, Vec<Invalid>>) -> String {
        let wrong = result.unwrap_err().into_iter();
        let wrong = wrong.map(|one| format!("{} {}", one.code.as_str(), one.pointer));
        wrong.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_list_has_a_name_and_distinct_databases() {
        let given = json!({"name": " Bounces ", "description": "a", "databases": ["2", 1, "2"]});
        let made = SuppressionSettings::create(&given).unwrap();
        let ids: Vec<i64> = made.databases.iter().map(|id| id.get()).collect();
        assert_eq!((&*made.name, ids), ("Bounces", vec![2, 1]));
        for (wrong, want) in [
            (json!({}), "required /name"),
            (
                json!({"name": "x", "is_global": true}),
                "read_only /is_global",
            ),
            (
                json!({"name": "x", "databases": 1}),
                "wrong_type /databases",
            ),
            (
                json!({"name": "x", "databases": ["1", "x", 0]}),
                "invalid_id /databases/1, invalid_id /databases/2",
            ),
            (
                json!({"name": "x", "databases": vec![1; 501]}),
                "too_many /databases",
            ),
            (json!({"name": "x", "entries": 5}), "unknown_field /entries"),
        ] {
            assert_eq!(codes(SuppressionSettings::create(&wrong)), want, "{wrong}");
        }
    }

    #[test]
    fn the_global_list_may_be_renamed_and_stays_global() {
        let made = SuppressionSettings::create(&json!({"name": "Global"})).unwrap();
        let same = json!({"is_global": true, "databases": []});
        assert_eq!(made.patch(&same, true).as_ref(), Ok(&made));
        let renamed = made.patch(&json!({"name": "Everywhere"}), true).unwrap();
        assert_eq!(renamed.name, "Everywhere");
        let wrong = json!({"is_global": false, "databases": ["1"]});
        assert_eq!(
            codes(made.patch(&wrong, true)),
            "read_only /is_global, read_only /databases"
        );
        let other = made.patch(&json!({"databases": ["1"]}), false).unwrap();
        assert_eq!(other.databases.len(), 1);
        let none = other.patch(&json!({"databases": null}), false).unwrap();
        assert_eq!(none.databases, []);
    }

    #[test]
    fn a_note_is_one_line() {
        assert_eq!(note(" hard bounce ").unwrap(), "hard bounce");
        assert_eq!(note("a\nb").unwrap_err().code.as_str(), "control_character");
        assert_eq!(
            note(&"x".repeat(501)).unwrap_err().code.as_str(),
            "too_long"
        );
    }
}
