//! `segments/*`. Altcraft's segments have ids of their own; those of `/v1` stand in their
//! databases, so the one with an id is looked for in each.

use crate::answer::{Outcome, Payload, data};
use crate::api::{Api, ApiRequest, ask, ask_all, attempt};
use crate::call::AltCall;
use crate::conditions::definition;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::lists;
use crate::members::{flag, id, number, optional_id, optional_text, present, text};
use crate::tasks::{self, Kind};
use serde_json::{Map, Value, json};

/// The ids of all databases.
async fn databases(api: &impl Api) -> Result<Vec<String>, Failure> {
    let all = ask_all(api, "/v1/databases").await?;
    let ids = all
        .iter()
        .filter_map(|one| one["id"].as_str().map(str::to_owned));
    Ok(ids.collect())
}

/// Path and definition of the segment with an id.
async fn find(api: &impl Api, call: &AltCall) -> Result<(String, Value), Failure> {
    let id = id(&call.members, "id")?;
    let hint = match optional_id(&call.members, "db_id")? {
        Some(database) => Some(database),
        None => optional_id(&call.members, "list_id")?,
    };
    let places = match hint {
        Some(database) => vec![database],
        None => databases(api).await?,
    };
    for database in places {
        let path = format!("/v1/databases/{database}/segments/{id}");
        match attempt(api, ApiRequest::get(path.clone())).await {
            Ok(shown) => return Ok((path, shown)),
            Err(problem) if problem.status == 404 => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Err(Failure::not_found(format!("id: there is no segment {id}.")))
}

/// The database that a segment is of.
pub(crate) async fn database_of(api: &impl Api, id: &str) -> Result<String, Failure> {
    for database in databases(api).await? {
        let path = format!("/v1/databases/{database}/segments/{id}");
        match attempt(api, ApiRequest::get(path)).await {
            Ok(_) => return Ok(database),
            Err(problem) if problem.status == 404 => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Err(Failure::not_found(format!(
        "source_id: there is no segment {id}."
    )))
}

fn saved(shown: &Value) -> Payload {
    data(json!({"saved_id": number(&shown["id"])}))
}

/// The database that a segment is of: `list_id`, or what its conditions say.
fn database(members: &Map<String, Value>) -> Result<String, Failure> {
    let own = match optional_id(members, "list_id")? {
        Some(own) => Some(own),
        None => optional_id(members, "db_id")?,
    };
    let conditions = match present(members, "segment") {
        Some(Value::Array(all)) => all.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut found = own;
    for one in conditions.iter().filter_map(Value::as_object) {
        match (optional_id(one, "list_id")?, &found) {
            (None, _) => {}
            (Some(inner), Some(known)) if inner != *known => {
                let text = "a segment is of one database here: make one for each.";
                return Err(Failure::member("segment", text));
            }
            (inner, _) => found = inner,
        }
    }
    found.ok_or_else(|| Failure::missing("list_id"))
}

/// `segments/add`.
pub(crate) async fn add(api: &impl Api, call: AltCall) -> Outcome {
    let name = text(&call.members, "name")?;
    let is_static = flag(&call.members, "is_static")?.unwrap_or(false);
    let database = database(&call.members)?;
    let fields = Fields::current(api, &database).await?;
    let given = definition(&call.members, &fields)?;
    let kind = match (is_static, &given) {
        (true, None) => "static",
        (true, Some(_)) => "updatable",
        (false, Some(_)) => "dynamic",
        (false, None) => return Err(Failure::missing("segment")),
    };
    let mut body = given.unwrap_or_default();
    body.insert("name".to_owned(), name.into());
    body.insert("kind".to_owned(), kind.into());
    match kind {
        "updatable" => refresh(&call.members, &mut body)?,
        // Only who is kept can be so many.
        _ => drop(body.remove("limit")),
    }
    let path = format!("/v1/databases/{database}/segments");
    Ok(saved(
        &ask(api, ApiRequest::post(path, Value::Object(body))).await?,
    ))
}

fn refresh(members: &Map<String, Value>, body: &mut Map<String, Value>) -> Result<(), Failure> {
    if let Some(daily) = flag(members, "is_refresh_daily")? {
        let when = if daily { "daily".into() } else { Value::Null };
        body.insert("refresh".to_owned(), when);
    }
    Ok(())
}

/// `segments/update`. The database stays.
pub(crate) async fn update(api: &impl Api, mut call: AltCall) -> Outcome {
    let list = call.members.remove("list_id");
    let (path, shown) = find(api, &call).await?;
    let own = number(&shown["database_id"]);
    if list.is_some_and(|list| !list.is_null() && number(&list) != own) {
        let text = "the database of a segment can't be changed.";
        return Err(Failure::member("list_id", text));
    }
    let own = shown["database_id"].as_str().unwrap_or_default();
    let fields = Fields::current(api, own).await?;
    let mut body = definition(&call.members, &fields)?.unwrap_or_default();
    if let Some(name) = optional_text(&call.members, "name")? {
        body.insert("name".to_owned(), name.into());
    }
    let stays_static = shown["kind"] == "static" && !body.contains_key("condition");
    if shown["kind"] == "dynamic" || stays_static {
        body.remove("limit");
    } else {
        refresh(&call.members, &mut body)?;
    }
    Ok(saved(
        &ask(api, ApiRequest::patch(path, Value::Object(body))).await?,
    ))
}

/// `segments/list`: those of all databases, or of one.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let places = match optional_id(&call.members, "db_id")? {
        Some(database) => vec![database],
        None => databases(api).await?,
    };
    let mut all = Vec::new();
    for database in places {
        all.extend(ask_all(api, &format!("/v1/databases/{database}/segments")).await?);
    }
    lists::page(&call.members, all, |one| {
        let mut shown = lists::entry(one, "Groups");
        shown["list_id"] = number(&one["database_id"]);
        shown
    })
}

/// `segments/get`.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let (_, shown) = find(api, &call).await?;
    Ok(data(json!({
        "id": number(&shown["id"]),
        "name": shown["name"],
        "list_id": number(&shown["database_id"]),
        "is_static": shown["kind"] != "dynamic",
        "is_refresh_daily": shown["refresh"] == "daily",
        "segment": shown["condition"],
        "total": shown["members"],
    })))
}

/// `segments/delete`: its members stay what they are.
pub(crate) async fn delete(api: &impl Api, call: AltCall) -> Outcome {
    let (path, shown) = find(api, &call).await?;
    let name = shown["name"].as_str().unwrap_or_default();
    ask(api, ApiRequest::delete(path).with("confirm", name)).await?;
    Ok(Payload::new())
}

/// `segments/refresh`: begins; a dynamic one is as it should be.
pub(crate) async fn refresh_one(api: &impl Api, call: AltCall) -> Outcome {
    let (path, shown) = find(api, &call).await?;
    if shown["kind"] == "updatable" {
        ask(
            api,
            ApiRequest::post(format!("{path}/refresh"), Value::Null),
        )
        .await?;
    }
    let id = shown["id"].as_str().unwrap_or_default();
    Ok(tasks::done(Kind::Segment, id))
}

/// `segments/get_counters`.
pub(crate) async fn get_counters(api: &impl Api, call: AltCall) -> Outcome {
    let resource = id(&call.members, "resource_id")?;
    let (path, _) = find(api, &call).await?;
    let request = ApiRequest::get(format!("{path}/counters"));
    let counted = ask(api, request.with("resource_id", resource)).await?;
    let channels = counted["channels"].as_object().into_iter().flatten();
    let shown = channels.map(|(channel, counts)| {
        json!({"channel": channel, "status": {
            "subscribed_sendable": counts["sendable"],
            "unconfirmed_sendable": counts["unconfirmed"],
        }})
    });
    Ok(data(shown.collect::<Vec<Value>>()))
}
