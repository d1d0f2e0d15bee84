//! `profiles/list`: profiles that meet a filter, a page at a time.

use crate::answer::{Outcome, data};
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::members::{id, limit, object, optional_text};
use crate::profile::shown;
use crate::query::condition;
use serde_json::{Map, Value, json};

/// Where the last page leads to: clients go on until a page is empty, so there must be one.
pub(crate) const END: &str = "end";

/// What is computed of a profile, and asked of `/v1` in no list of fields.
const COMPUTED: [&str; 9] = [
    "id",
    "_id",
    "db_id",
    "_md5",
    "_xxh",
    "_status",
    "_createtime",
    "_emaildomain",
    "_domaingroup",
];

/// Lists profiles.
pub(crate) async fn list(api: &impl Api, mut call: AltCall) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let limit = limit(&call.members)?;
    let from = optional_text(&call.members, "from_id")?;
    let asked = names(&call.members)?;
    let query = object(&mut call.members, "query")?.unwrap_or_default();
    let fields = Fields::for_values(api, &database, &query).await?;
    let condition = condition(query, &fields)?;
    let keeps_ids = fields.has_legacy_ids();
    if from.as_deref() == Some(END) {
        return Ok(page(Vec::new(), END.into()));
    }
    let mut body = json!({"condition": condition, "limit": limit});
    if let Some(from) = from {
        body["cursor"] = from.into();
    }
    if let Some(asked) = &asked {
        let own = asked.iter().filter(|name| !COMPUTED.contains(&&***name));
        let mut own: Vec<&str> = own.map(String::as_str).collect();
        // What the address is computed from, and the id from before.
        let mut always = vec!["email"];
        if keeps_ids {
            always.push(crate::fields::LEGACY_ID);
        }
        own.extend(always);
        own.sort_unstable();
        own.dedup();
        body["fields"] = own.into();
    }
    let path = format!("/v1/databases/{database}/profiles/query");
    let (items, next) = filled(api, &path, body).await?;
    // What is remembered now is not older than what was read.
    let fields = Fields::ask(api, &database).await?;
    let items = items.into_iter().map(|profile| {
        let mut shown = shown(profile, &fields);
        if let Some(asked) = &asked {
            project(&mut shown, asked);
        }
        Value::Object(shown)
    });
    Ok(page(items.collect(), next.unwrap_or_else(|| END.into())))
}

/// How many pages in which nobody is found are gone through for one that is shown.
const EMPTY_PAGES: usize = 20;

/// The next page that has somebody in it, and where the one after it begins. `/v1` gives
/// empty ones where looking takes long, and those would end a client's loop.
pub(crate) async fn filled(
    api: &impl Api,
    path: &str,
    mut body: Value,
) -> Result<(Vec<Value>, Option<Value>), Failure> {
    for _ in 0..EMPTY_PAGES {
        let mut found = ask(api, ApiRequest::post(path, body.clone())).await?;
        let next = Some(found["next"].take()).filter(|next| !next.is_null());
        match (found["items"].take(), next) {
            (Value::Array(items), Some(next)) if items.is_empty() => body["cursor"] = next,
            (Value::Array(items), next) => return Ok((items, next)),
            (_, next) => return Ok((Vec::new(), next)),
        }
    }
    Err(Failure {
        error: 500,
        text:
            "Looking for profiles takes too long: ask for fewer, or by a field that is matched by."
                .to_owned(),
    })
}

/// A page, and where the next one begins.
pub(crate) fn page(items: Vec<Value>, next: Value) -> Map<String, Value> {
    let mut page = data(items);
    page.insert("next_from_id".to_owned(), next);
    page
}

/// Leaves what was asked for; the id is always there.
fn project(shown: &mut Map<String, Value>, asked: &[String]) {
    shown.retain(|name, _| name == "id" || asked.contains(name));
    if asked.iter().any(|name| name == "_id")
        && let Some(id) = shown.get("id").cloned()
    {
        shown.insert("_id".to_owned(), id);
    }
}

/// The names that are asked for: a list, a text with commas, or what MongoDB calls a projection.
fn names(members: &Map<String, Value>) -> Result<Option<Vec<String>>, Failure> {
    let wrong = || Failure::member("fields", "it must be a list of names.");
    let text = |name: &Value| name.as_str().map(str::to_owned).ok_or_else(wrong);
    let names: Vec<String> = match members.get("fields") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(names)) => names.iter().map(text).collect::<Result<_, _>>()?,
        Some(Value::String(names)) => names
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        Some(Value::Object(names)) => names.keys().cloned().collect(),
        Some(_) => return Err(wrong()),
    };
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    Ok(Some(names).filter(|names| !names.is_empty()))
}
