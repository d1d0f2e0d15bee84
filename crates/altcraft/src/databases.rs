//! `databases/*`.

use crate::answer::{Outcome, data};
use crate::api::{Api, ApiRequest, ask, ask_all, attempt};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::no_database;
use crate::lists::{self, counters};
use crate::members::{id, number};
use crate::tasks::{self, Kind};
use serde_json::{Value, json};

/// `databases/list`.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let all = ask_all(api, "/v1/databases").await?;
    lists::page(&call.members, all, |one| lists::entry(one, "Groups"))
}

async fn one(api: &impl Api, id: &str) -> Result<Value, Failure> {
    let shown = attempt(api, ApiRequest::get(format!("/v1/databases/{id}"))).await;
    shown.map_err(|problem| match problem.status {
        404 => Failure {
            text: no_database(id).text.replace("db_id", "id"),
            error: 404,
        },
        _ => problem.into(),
    })
}

/// `databases/get`.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let shown = one(api, &id).await?;
    // The global list holds for every database; one of its own comes first.
    let lists = ask_all(api, "/v1/suppressions").await.unwrap_or_default();
    let own = lists.iter().find(|list| {
        let all = list["databases"].as_array();
        all.is_some_and(|all| all.iter().any(|one| *one == *id))
    });
    let list = own.map_or(Value::from(1), |list| number(&list["id"]));
    Ok(data(json!({
        "id": number(&shown["id"]),
        "name": shown["name"],
        "suppress_id": list,
        "description": shown["description"],
    })))
}

/// `databases/fields_get`.
pub(crate) async fn fields_get(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let shown = one(api, &id).await?;
    let fields = shown["fields"].as_array().into_iter().flatten();
    let fields = fields.filter(|field| field["name"] != crate::fields::LEGACY_ID);
    Ok(data(fields.map(field).collect::<Vec<Value>>()))
}

/// A field as Altcraft describes it.
pub(crate) fn field(field: &Value) -> Value {
    let is_own = field["standard"] == true || field["system"] == true;
    let kind = match field["type"].as_str() {
        Some("integer") => "int",
        Some("boolean") => "bool",
        Some("string" | "email") => "unicode",
        Some("objects") => "arr_object",
        Some(other) => other,
        None => "unicode",
    };
    let mut shown = json!({
        "category": if is_own { "system" } else { "custom" },
        "title": field["title"],
        "name": field["name"],
        "required": field["required"] == true,
        "type": kind,
    });
    if let Some(options) = field["options"]
        .as_array()
        .filter(|options| !options.is_empty())
    {
        shown["options"] = options.clone().into();
    }
    shown
}

/// `databases/get_counters`: of one resource, by channel.
pub(crate) async fn get_counters(api: &impl Api, call: AltCall) -> Outcome {
    let database = id(&call.members, "id")?;
    let resource = id(&call.members, "resource_id")?;
    let shown = ask(api, ApiRequest::get(format!("/v1/resources/{resource}"))).await?;
    let serves = shown["databases"].as_array();
    if !serves.is_some_and(|all| all.iter().any(|one| *one == *database)) {
        let text = format!("resource_id: resource {resource} does not serve database {database}.");
        return Err(Failure::not_found(text));
    }
    let path = format!("/v1/resources/{resource}/counters");
    let counted = ask(api, ApiRequest::get(path).with("sendable", "true")).await?;
    Ok(data(counters(&counted)))
}

/// `databases/refresh_counters`: they are always fresh.
pub(crate) async fn refresh_counters(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    one(api, &id).await?;
    Ok(tasks::done(Kind::Database, &id))
}

/// `databases/wipe`, where it is allowed.
pub(crate) async fn wipe(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    if !api.allows_wipe().await {
        return Err(Failure {
            error: 403,
            text: "Databases are not wiped here: the variable allow_data_wipe says so.".to_owned(),
        });
    }
    let shown = one(api, &id).await?;
    let name = shown["name"].as_str().unwrap_or_default();
    let request = ApiRequest::post(format!("/v1/databases/{id}/wipe"), Value::Null);
    let wiped = ask(api, request.with("confirm", name)).await?;
    Ok(data(
        json!({"count_action": 0, "count_profile": wiped["profiles"]}),
    ))
}
