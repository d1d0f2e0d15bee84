//! A profile as Altcraft shows it.

use crate::digest::md5;
use crate::fields::{Fields, LEGACY_ID};
use crate::members::number;
use crate::{statuses, subscription};
use serde_json::{Map, Value};

/// The id by which the world knows a profile: the one from before, where it has one.
pub(crate) fn known_id(profile: &Value) -> Value {
    let legacy = &profile["data"][LEGACY_ID];
    if legacy.is_string() {
        legacy.clone()
    } else {
        profile["id"].clone()
    }
}

/// A profile of `/v1` with all that is computed of it.
pub(crate) fn shown(mut profile: Value, fields: &Fields) -> Map<String, Value> {
    let id = known_id(&profile);
    let mut shown = match profile["data"].take() {
        Value::Object(data) => data,
        _ => Map::new(),
    };
    for (name, value) in &mut shown {
        *value = fields.shown(name, value.take());
    }
    shown.remove(LEGACY_ID);
    if let Some(all @ Value::Array(_)) = profile.get_mut("subscriptions").map(Value::take) {
        let all: Vec<Value> = match all {
            Value::Array(all) => all.into_iter().map(subscription::shown).collect(),
            _ => Vec::new(),
        };
        shown.insert("subscriptions".to_owned(), all.into());
    }
    let text = id.as_str().unwrap_or_default();
    let email = match shown.get("email").and_then(Value::as_str) {
        Some(email) => email.to_owned(),
        None => format!("{text}@localhost"),
    };
    let domain = email
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain)
        .to_lowercase();
    // The row's key, which the first 16 digits of an id are.
    let own = profile["id"].as_str().unwrap_or_default();
    let key: String = own.chars().take(16).collect();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("_md5", md5(&email.to_lowercase()).into());
    put("_emaildomain", domain.into());
    put("_domaingroup", "other".into());
    put("email", email.into());
    put("_xxh", key.into());
    put("_status", statuses::number(&profile["status"]));
    put("_createtime", profile["created_at"].take());
    put("db_id", number(&profile["database_id"]));
    put("id", id);
    shown
}
