//! A subscription in both directions: flat or nested contacts come in, nested ones go out.

use crate::digest::md5;
use crate::item::localhost;
use crate::members::{is_blank, number, whole};
use serde_json::{Map, Value, json};

/// What answers show of a subscription and nobody writes.
const COMPUTED: [&str; 9] = [
    "id",
    "hash_id",
    "is_delete",
    "deleted",
    "created_at",
    "updated_at",
    "_xxh",
    "db_id",
    "profile_id",
];

/// One as a client sends it, in the words of `/v1`. One that an answer showed as deleted
/// stays so, and is left out.
pub(crate) fn spelled(given: Value) -> Option<Value> {
    let Value::Object(given) = given else {
        // `/v1` says that it is none.
        return Some(given);
    };
    if given.get("is_delete") == Some(&Value::Bool(true)) {
        return None;
    }
    Some(Value::Object(members(given)))
}

/// The members of one: without what says nothing, with numbers where text came of XML.
pub(crate) fn members(given: Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    for (name, value) in given {
        if is_blank(&value) || COMPUTED.contains(&&*name) {
            continue;
        }
        let value = match &*name {
            "status" | "priority" => match (&value, whole(&value)) {
                (Value::String(_), Some(number)) => number.into(),
                _ => value,
            },
            "resource_id" => match whole(&value) {
                Some(id) => id.to_string().into(),
                None => value,
            },
            "cats" if value.is_string() => Value::Array(vec![value]),
            "email" if localhost(&value).is_some() => continue,
            _ => value,
        };
        members.insert(name, value);
    }
    if !members.contains_key("channel")
        && let Some(channel) = channel(&members)
    {
        members.insert("channel".to_owned(), channel.into());
    }
    members
}

/// The channel that a contact says, where nothing else does.
fn channel(members: &Map<String, Value>) -> Option<&'static str> {
    let has = |name: &str| members.contains_key(name);
    if has("email") || has("email_data") {
        Some("email")
    } else if has("provider") || has("push_data") {
        Some("push")
    } else if has("phone") || has("sms_data") {
        Some("sms")
    } else {
        let id = members.get("cc_data").and_then(|data| data.get("id"));
        id.map(|_| "telegram_bot")
    }
}

/// Whether a subscription is the one that a contact names. Both are in the words of `/v1`,
/// `named` perhaps spelled otherwise.
pub(crate) fn is_named(one: &Value, named: &Map<String, Value>) -> bool {
    let part = |name: &str, inner: &[&str]| -> Option<Value> {
        let flat = named.get(name).cloned();
        flat.or_else(|| {
            inner
                .iter()
                .find_map(|data| named.get(*data)?.get(name).cloned())
        })
    };
    let same = |shown: &Value, given: &Value| {
        let plain = |value: &Value| match value {
            Value::String(text) => text.trim().to_lowercase(),
            other => other.to_string(),
        };
        plain(shown).trim_start_matches('+') == plain(given).trim_start_matches('+')
    };
    if one["channel"] != *named.get("channel").unwrap_or(&Value::Null) {
        return false;
    }
    let contact: [(&Value, Option<Value>); 2] = match one["channel"].as_str() {
        Some("email") => [
            (&one["email"], part("email", &["email_data"])),
            (&Value::Null, None),
        ],
        Some("sms") => [
            (&one["phone"], part("phone", &["sms_data", "cc_data"])),
            (&Value::Null, None),
        ],
        Some("push") => [
            (
                &one["subscription_id"],
                part("subscription_id", &["push_data"]),
            ),
            (&one["provider"], part("provider", &["push_data"])),
        ],
        Some("telegram_bot") => [
            (&one["cc_data"]["id"], part("id", &["cc_data"])),
            (&Value::Null, None),
        ],
        _ => [
            (&one["cc_data"]["phone"], part("phone", &["cc_data"])),
            (&Value::Null, None),
        ],
    };
    let mut given = contact
        .into_iter()
        .filter_map(|(shown, given)| Some((shown, given?)));
    // Without a contact, the first of the channel is meant.
    given.all(|(shown, given)| same(shown, &given))
}

/// One as profiles show it: the contact nested, the status a word.
pub(crate) fn shown(mut one: Value) -> Value {
    let channel = one["channel"].as_str().unwrap_or_default().to_owned();
    let mut shown = common(&mut one);
    let (name, contact) = match &*channel {
        "email" => ("email_data", email_data(&one["email"])),
        "sms" => ("sms_data", json!({"phone": one["phone"].take()})),
        "push" => (
            "push_data",
            json!({"provider": one["provider"].take(), "subscription_id": one["subscription_id"].take()}),
        ),
        _ => ("cc_data", one["cc_data"].take()),
    };
    shown[name] = contact;
    shown["reg_info"] =
        json!({"date": one["reg_info"]["date"].take(), "ip": one["reg_info"]["ip"].take()});
    shown["hash_id"] = one["id"].take();
    shown["is_delete"] = Value::Bool(one["deleted"] == true);
    shown
}

/// One as lists of subscriptions show it: the contact flat.
pub(crate) fn flat(mut one: Value) -> Value {
    let mut shown = common(&mut one);
    for name in ["email", "phone", "provider", "subscription_id", "cc_data"] {
        if !one[name].is_null() {
            shown[name] = one[name].take();
        }
    }
    shown["hash_id"] = one["id"].take();
    shown["is_delete"] = Value::Bool(one["deleted"] == true);
    shown
}

fn common(one: &mut Value) -> Value {
    json!({
        "resource_id": number(&one["resource_id"]),
        "channel": one["channel"].take(),
        "priority": one["priority"].take(),
        "status": one["status"].take(),
        "custom_fields": one["custom_fields"].take(),
        "cats": one["cats"].take(),
    })
}

fn email_data(email: &Value) -> Value {
    let text = email.as_str().unwrap_or_default();
    let domain = text.rsplit_once('@').map_or("", |(_, domain)| domain);
    json!({
        "email": text,
        "domain": domain.to_lowercase(),
        "domain_group": "other",
        "md5": md5(&text.to_lowercase()),
    })
}
