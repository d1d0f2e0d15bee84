//! What a profile had of another one while that was merged into it. The merge was undone, but
//! its history still tells of it, and so do the records of other merges.

use crate::history::Change;
use crate::profile::Profile;
use serde_json::Value;
use std::collections::BTreeMap;

/// Values that came by a merge, by field: what the profile had itself, and what it had then.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loan {
    fields: BTreeMap<String, (Value, Value)>,
}

impl Loan {
    /// Adds what a merge gave to a profile: the changes of its entry in the history. What the
    /// profile has to this day, by `is_kept`, is its own.
    pub fn add(&mut self, changes: &[Change], is_kept: impl Fn(&str) -> bool) {
        for change in changes {
            // A status says nothing of whose it was, and may still hold.
            if change.field == "_status" || is_kept(&change.field) {
                continue;
            }
            let values = (change.before.clone(), change.after.clone());
            self.fields.entry(change.field.clone()).or_insert(values);
        }
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Puts the profile's own values in the place of those that came. A change that is none
    /// any more goes. Whether there was anything to do.
    pub fn take_out(&self, changes: &mut Vec<Change>) -> bool {
        let mut any = false;
        changes.retain_mut(|change| {
            let own = |value: &Value| self.own(&change.field, value);
            let (before, after) = (own(&change.before), own(&change.after));
            if before.is_none() && after.is_none() {
                return true;
            }
            any = true;
            change.before = before.unwrap_or(std::mem::take(&mut change.before));
            change.after = after.unwrap_or(std::mem::take(&mut change.after));
            change.before != change.after
        });
        any
    }

    /// The same with a profile as it was meanwhile.
    pub fn take_out_of(&self, profile: &mut Profile) {
        let names: Vec<String> = profile.data.keys().cloned().collect();
        for name in names {
            let own = profile.data.get(&name).and_then(|now| self.own(&name, now));
            match own {
                Some(Value::Null) => {
                    profile.data.remove(&name);
                }
                Some(own) => {
                    profile.data.insert(name, own);
                }
                None => {}
            }
        }
        profile.subscriptions.retain(|one| {
            let came = self.fields.get(&one.history_field());
            !came.is_some_and(|(own, _)| own.is_null())
        });
    }

    /// What the profile had in the place of a value; none where the value is its own.
    fn own(&self, field: &str, value: &Value) -> Option<Value> {
        let (own, came) = self.fields.get(field)?;
        if value == own {
            return None;
        }
        // The name of such a field has the contact in it.
        let is_whole = own.is_null() && field.starts_with("subscriptions/");
        if value == came || is_whole {
            return Some(own.clone());
        }
        let (Value::Array(items), Value::Array(came)) = (value, came) else {
            return None;
        };
        let owned = own.as_array().map_or(&[][..], Vec::as_slice);
        let stays = |item: &&Value| !came.contains(item) || owned.contains(item);
        let left: Vec<Value> = items.iter().filter(stays).cloned().collect();
        (left.len() < items.len()).then(|| match left.is_empty() && own.is_null() {
            true => Value::Null,
            false => Value::Array(left),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(field: &str, before: Value, after: Value) -> Change {
        Change {
            field: field.to_owned(),
            before,
            after,
        }
    }

    fn loan() -> Loan {
        let mut loan = Loan::default();
        let merge = [
            change("_status", json!("subscribed"), json!("unsubscribed")),
            change("_fname", json!(null), json!("Zed")),
            change("phones", json!(["+1"]), json!(["+1", "+2"])),
            change(
                "subscriptions/1/email/z@x.org",
                json!(null),
                json!({"priority": 0}),
            ),
            change(
                "subscriptions/1/email/k@x.org",
                json!(null),
                json!({"priority": 0}),
            ),
        ];
        loan.add(&merge, |field| field.ends_with("k@x.org"));
        loan
    }

    #[test]
    fn a_history_reads_as_if_nothing_had_come() {
        let loan = loan();
        let mut changes = vec![
            change("_status", json!("subscribed"), json!("unsubscribed")),
            change("_fname", json!("Zed"), json!("Ann")),
            change("_lname", json!("Zed"), json!("Lee")),
            change("phones", json!(["+1", "+2"]), json!(["+1", "+2", "+3"])),
            change(
                "subscriptions/1/email/z@x.org",
                json!({"priority": 0}),
                json!({"priority": 5}),
            ),
            change(
                "subscriptions/1/email/k@x.org",
                json!({"priority": 0}),
                json!({"priority": 5}),
            ),
        ];
        assert!(loan.take_out(&mut changes));
        let own = [
            change("_status", json!("subscribed"), json!("unsubscribed")),
            change("_fname", json!(null), json!("Ann")),
            change("_lname", json!("Zed"), json!("Lee")),
            change("phones", json!(["+1"]), json!(["+1", "+3"])),
            change(
                "subscriptions/1/email/k@x.org",
                json!({"priority": 0}),
                json!({"priority": 5}),
            ),
        ];
        assert_eq!(changes, own);
        assert!(!loan.take_out(&mut changes));
    }

    #[test]
    fn what_a_merge_gave_and_its_undo_took_are_no_changes_any_more() {
        let loan = loan();
        for (before, after) in [(json!(null), json!("Zed")), (json!("Zed"), json!(null))] {
            let mut changes = vec![change("_fname", before, after)];
            assert!(loan.take_out(&mut changes));
            assert_eq!(changes, []);
        }
    }
}
