//! Contacts of a profile that stand beside its data, or in it by the name that matching has for
//! them.

use crate::fields::Fields;
use crate::item::localhost;
use crate::members::{is_blank, present};
use serde_json::{Map, Value, json};

/// Puts contacts beside the data of a profile that is made into it, where it has none.
pub(super) fn add(data: &mut Map<String, Value>, members: &Map<String, Value>, fields: &Fields) {
    let beside = |name: &str| present(members, name).cloned();
    if let Some(email) = beside("email").filter(|email| localhost(email).is_none()) {
        data.entry("email").or_insert(email);
    }
    if let Some(one) = beside("phone") {
        data.entry("phones")
            .or_insert_with(|| Value::Array(vec![fields.phone(one)]));
    }
}

/// The same for a profile that may be there already, of the contacts by which it isn't matched
/// (`matched` has the others' names): the address is its address, the phone one more.
pub(super) fn add_unmatched(
    data: &mut Map<String, Value>,
    members: &Map<String, Value>,
    matched: &[&str],
    fields: &Fields,
) {
    let beside = |name: &str| present(members, name).filter(|_| !matched.contains(&name));
    if let Some(email) = beside("email").filter(|email| localhost(email).is_none()) {
        data.entry("email").or_insert_with(|| email.clone());
    }
    if let Some(one) = beside("phone") {
        data.entry("phones")
            .or_insert_with(|| json!({"action": "add", "value": [fields.phone(one.clone())]}));
    }
}

/// What data calls `phone` where the database has no such field: a phone beside those that the
/// profile has, or the only one where that says who is meant (`is_whole`). Where `phones` are
/// changed in another way, `/v1` says that there is no such field.
pub(super) fn settle_phone(data: &mut Map<String, Value>, is_whole: bool, fields: &Fields) {
    if fields.kind("phone").is_some() {
        return;
    }
    let Some(one) = data.remove("phone").filter(|one| !is_blank(one)) else {
        return;
    };
    let one = fields.phone(one);
    match data.get_mut("phones") {
        None if is_whole => {
            data.insert("phones".to_owned(), Value::Array(vec![one]));
        }
        None => {
            let added = json!({"action": "add", "value": [one]});
            data.insert("phones".to_owned(), added);
        }
        Some(Value::Array(all)) if all.contains(&one) => {}
        Some(Value::Array(all)) => all.push(one),
        Some(_) => {
            data.insert("phone".to_owned(), one);
        }
    }
}
