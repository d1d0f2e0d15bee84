//! A subscription in both directions: flat or nested contacts come in, nested ones go out.

use crate::digest::md5;
use crate::fields::Fields;
use crate::item::localhost;
use crate::members::{flag, is_blank, number, whole};
use serde_json::{Map, Value, json};

/// What answers show of a subscription and nobody writes.
const COMPUTED: [&str; 7] = [
    "id",
    "hash_id",
    "created_at",
    "updated_at",
    "_xxh",
    "db_id",
    "profile_id",
];

/// How answers say that one is deleted: Altcraft's, and `/v1`'s own.
const DELETED: [&str; 2] = ["is_delete", "deleted"];

/// The objects in which contacts stand, with the parts that are looked for.
const NESTED: [(&str, &[&str]); 7] = [
    ("email_data", &["email"]),
    ("sms_data", &["phone"]),
    ("push_data", &["provider", "subscription_id"]),
    ("telegram_bot_data", &[]),
    ("whatsapp_data", &[]),
    ("viber_data", &[]),
    ("notify_data", &[]),
];

/// Puts one that a client sent into the words of `/v1`. One that an answer showed as deleted
/// stays so, and is left out.
pub(crate) fn spell(given: &mut Value, fields: &Fields) -> bool {
    match given {
        Value::Object(one) if is_deleted(one) == Some(true) => false,
        Value::Object(one) => {
            spell_members(one, fields);
            true
        }
        // `/v1` says that it is none.
        _ => true,
    }
}

/// Whether one is said to be deleted, in the spelling of any kind of body; nothing where that can't
/// be read. It stays among the members then, for `/v1` to refuse: written, it would be brought back.
pub(crate) fn is_deleted(one: &Map<String, Value>) -> Option<bool> {
    let mut is_deleted = false;
    for name in DELETED {
        is_deleted |= flag(one, name).ok()?.unwrap_or(false);
    }
    Some(is_deleted)
}

/// The members of one: without what says nothing, with numbers where text came of XML.
pub(crate) fn members(given: Map<String, Value>) -> Map<String, Value> {
    members_in(given, &Fields::default())
}

/// The same in a database, whose region phones are in that came as numbers.
pub(crate) fn members_in(mut given: Map<String, Value>, fields: &Fields) -> Map<String, Value> {
    spell_members(&mut given, fields);
    given
}

/// Whether the contact of one is a phone that came as a number.
pub(crate) fn has_numeric_phone(members: &Map<String, Value>) -> bool {
    let inside = ["cc_data"].into_iter().chain(NESTED.map(|(name, _)| name));
    let mut inner = inside.filter_map(|name| members.get(name)?.get("phone"));
    inner.any(Value::is_number) || members.get("phone").is_some_and(Value::is_number)
}

fn spell_members(members: &mut Map<String, Value>, fields: &Fields) {
    let is_readable = is_deleted(members).is_some();
    members.retain(|name, value| {
        if is_blank(value) || COMPUTED.contains(&&**name) {
            return false;
        }
        if DELETED.contains(&&**name) {
            return !is_readable;
        }
        match &**name {
            "status" | "priority" if value.is_string() || value.is_f64() => {
                if let Some(number) = whole(value) {
                    *value = number.into();
                }
            }
            "resource_id" => {
                if let Some(id) = whole(value) {
                    *value = id.to_string().into();
                }
            }
            // What has no value is shown, and is empty in XML.
            "reg_info" => {
                if let Value::Object(inner) = value {
                    inner.retain(|_, one| !is_blank(one));
                    return !inner.is_empty();
                }
            }
            "cc_data" => {
                if let Value::Object(inner) = value {
                    inner.retain(|_, one| !is_blank(one));
                }
                if let Some(one) = value.get_mut("phone") {
                    *one = fields.phone(one.take());
                }
            }
            "cats" if value.is_string() => *value = Value::Array(vec![value.take()]),
            "email" => return localhost(value).is_none(),
            "phone" => *value = fields.phone(value.take()),
            _ => {}
        }
        true
    });
    for (name, parts) in NESTED {
        flatten(members, name, parts, fields);
    }
    if !members.contains_key("channel")
        && let Some(channel) = channel(members)
    {
        members.insert("channel".to_owned(), channel.into());
    }
}

/// Takes a contact out of the object in which answers show it. What stands in both places
/// and differs stays, so that `/v1` says so.
fn flatten(members: &mut Map<String, Value>, name: &str, parts: &[&str], fields: &Fields) {
    let Some(Value::Object(inner)) = members.get(name) else {
        return;
    };
    if parts.is_empty() {
        let mut data = members.remove(name).unwrap_or_default();
        if let Value::Object(inner) = &mut data {
            inner.retain(|_, one| !is_blank(one));
        }
        if let Some(one) = data.get_mut("phone") {
            *one = fields.phone(one.take());
        }
        members.entry("cc_data").or_insert(data);
        return;
    }
    let parts = parts
        .iter()
        .filter_map(|part| Some((*part, inner.get(*part)?.clone())))
        .map(|(part, value)| match part {
            "phone" => (part, fields.phone(value)),
            _ => (part, value),
        });
    // An address at localhost counts as none.
    let said = parts.filter(|(_, value)| !is_blank(value) && localhost(value).is_none());
    let said: Vec<(&str, Value)> = said.collect();
    let differs =
        |(part, value): &(&str, Value)| members.get(*part).is_some_and(|flat| flat != value);
    if !said.iter().any(differs) {
        members.remove(name);
        members.extend(
            said.into_iter()
                .map(|(part, value)| (part.to_owned(), value)),
        );
    }
}

/// The channel that a contact says, where nothing else does.
fn channel(members: &Map<String, Value>) -> Option<&'static str> {
    let has = |name: &str| members.contains_key(name);
    if has("email") {
        Some("email")
    } else if has("provider") {
        Some("push")
    } else if has("phone") {
        Some("sms")
    } else {
        let id = members.get("cc_data").and_then(|data| data.get("id"));
        id.map(|_| "telegram_bot")
    }
}

/// Whether a subscription is the one that a contact names; without one, the first of the
/// channel is.
pub(crate) fn is_named(one: &Value, named: &Map<String, Value>) -> bool {
    let same = |shown: &Value, given: &Value| {
        let plain = |value: &Value| match value {
            Value::String(text) => text.trim().to_lowercase(),
            other => other.to_string(),
        };
        plain(shown).trim_start_matches('+') == plain(given).trim_start_matches('+')
    };
    let is = |name: &str, shown: &Value| named.get(name).is_none_or(|given| same(shown, given));
    let is_part = |part: &str, shown: &Value| {
        let given = named.get("cc_data").and_then(|data| data.get(part));
        given.is_none_or(|given| same(shown, given))
    };
    // A messenger's number stands in its `cc_data`.
    let phone = match &one["phone"] {
        Value::Null => &one["cc_data"]["phone"],
        flat => flat,
    };
    one["channel"] == *named.get("channel").unwrap_or(&Value::Null)
        && is("email", &one["email"])
        && is("provider", &one["provider"])
        && is("subscription_id", &one["subscription_id"])
        && is("phone", phone)
        && is_part("phone", phone)
        && is_part("id", &one["cc_data"]["id"])
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
