//! `suppresses/*`: lists of whom nothing is sent to, and what stands on them.

use crate::answer::{Outcome, Payload, data, payload};
use crate::api::{Api, ApiRequest, ask, ask_all, object};
use crate::call::AltCall;
use crate::failure::{Failure, sentence};
use crate::fields::phone;
use crate::lists;
use crate::members::{id, number, optional_text, present, text};
use serde_json::{Map, Value, json};

/// What history says of values that went.
const REASON: &str = "Altcraft API";
/// How many pages of one kind of values a call takes off a list: a million.
const MAX_PAGES: usize = 1_000;
/// How many values `/v1` takes at once.
const MAX_VALUES: usize = 100_000;

/// What stands on a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Email,
    Domain,
    Phone,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Kind::Email => "email",
            Kind::Domain => "domain",
            Kind::Phone => "phone",
        }
    }

    /// As `suppresses/export` names them.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Kind::Email => "emails",
            Kind::Domain => "domains",
            Kind::Phone => "phones",
        }
    }

    /// The members that one value, and several, may stand in.
    const fn names(self) -> ([&'static str; 2], [&'static str; 2]) {
        match self {
            Kind::Email => (["email", "value"], ["emails", "values"]),
            Kind::Domain => (["domain", "value"], ["domains", "values"]),
            Kind::Phone => (["value", "phone"], ["values", "phones"]),
        }
    }

    /// The one value that a call names.
    fn value(self, members: &Map<String, Value>) -> Result<String, Failure> {
        let ([first, second], _) = self.names();
        let given = present(members, first).or_else(|| present(members, second));
        if let (Kind::Phone, Some(number @ Value::Number(_))) = (self, given)
            && let Value::String(text) = phone(number.clone(), false)
        {
            return Ok(text);
        }
        match optional_text(members, second)? {
            Some(value) if present(members, first).is_none() => Ok(value),
            _ => text(members, first),
        }
    }

    /// The values that a call names.
    fn values(self, members: &mut Map<String, Value>) -> Result<Vec<Value>, Failure> {
        let (_, [first, second]) = self.names();
        let name = if members.contains_key(first) {
            first
        } else {
            second
        };
        let name = if members.contains_key(name) {
            name
        } else {
            first
        };
        crate::members::list(members, name)
    }

    /// A value as `/v1` takes it; 32 hexadecimal digits are an MD5.
    fn entry(self, value: &Value) -> Value {
        let plain = value.as_str().map(str::trim);
        let is_md5 = plain
            .is_some_and(|text| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()));
        let text = match value {
            // A list is of no database, and so of no region.
            Value::Number(_) if self == Kind::Phone => phone(value.clone(), false),
            Value::Number(number) => number.to_string().into(),
            other => other.clone(),
        };
        match is_md5 {
            true => json!({"value": text, "type": self.as_str(), "hash": "md5"}),
            false => json!({"value": text, "type": self.as_str()}),
        }
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/suppressions/{id}{rest}")
}

/// `suppresses/add`.
pub(crate) async fn add(api: &impl Api, call: AltCall) -> Outcome {
    let name = text(&call.members, "name")?;
    let about = optional_text(&call.members, "description")?;
    let body = object([
        ("name", Some(name.into())),
        ("description", about.map(Value::from)),
    ]);
    let made = ask(api, ApiRequest::post("/v1/suppressions", body)).await?;
    Ok(data(json!({"saved_id": number(&made["id"])})))
}

/// `suppresses/get`.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let shown = ask(api, ApiRequest::get(path(&id, ""))).await?;
    Ok(data(json!({
        "id": number(&shown["id"]),
        "name": shown["name"],
        "is_global": shown["is_global"],
        "description": shown["description"],
    })))
}

/// `suppresses/list`.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let all = ask_all(api, "/v1/suppressions").await?;
    lists::page(&call.members, all, |one| lists::entry(one, "groups"))
}

/// `suppresses/update`.
pub(crate) async fn update(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let name = optional_text(&call.members, "name")?;
    let about = optional_text(&call.members, "description")?;
    let body = object([
        ("name", name.map(Value::from)),
        ("description", about.map(Value::from)),
    ]);
    let saved = ask(api, ApiRequest::patch(path(&id, ""), body)).await?;
    Ok(data(json!({"saved_id": number(&saved["id"])})))
}

/// `suppresses/delete`.
pub(crate) async fn delete(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let shown = ask(api, ApiRequest::get(path(&id, ""))).await?;
    let name = shown["name"].as_str().unwrap_or_default();
    ask(api, ApiRequest::delete(path(&id, "")).with("confirm", name)).await?;
    Ok(Payload::new())
}

async fn put(api: &impl Api, id: &str, entries: Vec<Value>) -> Result<Value, Failure> {
    let body = json!({"entries": entries, "reason": REASON});
    ask(api, ApiRequest::post(path(id, "/entries"), body)).await
}

/// `suppresses/email_add` and its like.
pub(crate) async fn add_one(api: &impl Api, call: AltCall, kind: Kind) -> Outcome {
    let id = id(&call.members, "id")?;
    let value = kind.value(&call.members)?;
    let added = put(api, &id, vec![kind.entry(&value.clone().into())]).await?;
    if added["failed"] != 0 {
        let ([name, _], _) = kind.names();
        return Err(Failure::member(name, &sentence(&added["errors"][0])));
    }
    Ok(match kind {
        Kind::Phone => data(Map::from_iter([(value, true.into())])),
        Kind::Email | Kind::Domain => Payload::new(),
    })
}

/// `suppresses/emails_add` and its like.
pub(crate) async fn add_many(api: &impl Api, mut call: AltCall, kind: Kind) -> Outcome {
    let id = id(&call.members, "id")?;
    let values = kind.values(&mut call.members)?;
    if values.len() > MAX_VALUES {
        let (_, [name, _]) = kind.names();
        let text = format!("at most {MAX_VALUES} are put on a list at once.");
        return Err(Failure::member(name, &text));
    }
    let entries = values.iter().map(|value| kind.entry(value)).collect();
    let added = put(api, &id, entries).await?;
    let mut counts = Payload::new();
    for (theirs, ours) in [
        ("total_count", "total"),
        ("total_duplicated", "repeated"),
        ("total_imported", "added"),
        ("total_updated", "updated"),
        ("total_invalid", "failed"),
    ] {
        counts.insert(theirs.to_owned(), added[ours].clone());
    }
    Ok(counts)
}

/// `suppresses/email_check` and its like.
pub(crate) async fn check(api: &impl Api, call: AltCall, kind: Kind) -> Outcome {
    let id = id(&call.members, "id")?;
    let value = kind.value(&call.members)?;
    let body = json!({"values": [kind.entry(&value.into())]});
    let checked = ask(api, ApiRequest::post(path(&id, "/check"), body)).await?;
    let one = &checked["items"][0];
    if one["error"].is_object() {
        let ([name, _], _) = kind.names();
        return Err(Failure::member(name, &sentence(&one["error"])));
    }
    let mut answer = Payload::new();
    for name in [
        "email_matched",
        "domain_matched",
        "phone_matched",
        "matched",
    ] {
        answer.insert(name.to_owned(), Value::Bool(one[name] == true));
    }
    Ok(answer)
}

async fn take(api: &impl Api, id: &str, entries: Vec<Value>) -> Result<Value, Failure> {
    let body = json!({"entries": entries, "reason": REASON});
    ask(api, ApiRequest::post(path(id, "/entries/remove"), body)).await
}

/// `suppresses/email_remove` and its like: plain or as its MD5. What isn't there is off it.
pub(crate) async fn remove_one(api: &impl Api, call: AltCall, kind: Kind) -> Outcome {
    let id = id(&call.members, "id")?;
    let value = kind.value(&call.members)?;
    let removed = take(api, &id, vec![kind.entry(&value.into())]).await?;
    if removed["failed"] != 0 {
        let ([name, _], _) = kind.names();
        return Err(Failure::member(name, &sentence(&removed["errors"][0])));
    }
    Ok(match kind {
        Kind::Email => Payload::new(),
        Kind::Domain | Kind::Phone => data(Value::Null),
    })
}

/// `suppresses/emails_remove` and its like: all of a kind.
pub(crate) async fn remove_all(api: &impl Api, call: AltCall, kind: Kind) -> Outcome {
    let id = id(&call.members, "id")?;
    let mut count = 0;
    let mut kept = Vec::new();
    for _ in 0..MAX_PAGES {
        let request = ApiRequest::get(path(&id, "/entries"));
        let request = request.with("type", kind.as_str()).with("limit", "1000");
        let page = ask(api, request).await?;
        let items = page["items"].as_array().into_iter().flatten();
        let entries = items.map(|one| {
            let hash = Some(one["hash"].clone()).filter(|hash| !hash.is_null());
            let (value, kind) = (Some(one["value"].clone()), Some(one["type"].clone()));
            object([("value", value), ("type", kind), ("hash", hash)])
        });
        let entries: Vec<Value> = entries.collect();
        if entries.is_empty() {
            return Ok(payload("removed_count", count));
        }
        // What was read and is gone by now, somebody else removed: there may be more behind it.
        // Unless it is still there.
        if entries == kept {
            break;
        }
        let removed = take(api, &id, entries.clone()).await?["removed"]
            .as_u64()
            .unwrap_or_default();
        count += removed;
        kept = match removed {
            0 => entries,
            _ => Vec::new(),
        };
    }
    Err(Failure {
        error: 500,
        text: format!("{count} are off the list, and there are more: call again."),
    })
}
