//! `resources/*`.

use crate::answer::{Outcome, data};
use crate::api::{Api, ApiRequest, ask, ask_all};
use crate::call::AltCall;
use crate::databases::field;
use crate::failure::Failure;
use crate::lists::{self, counters};
use crate::members::{id, number, text};
use crate::tasks::{self, Kind};
use serde_json::{Value, json};

/// `resources/list`.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let all = ask_all(api, "/v1/resources").await?;
    lists::page(
        &call.members,
        all,
        |one| json!({"id": number(&one["id"]), "name": one["name"], "groups": []}),
    )
}

async fn one(api: &impl Api, id: &str) -> Result<Value, Failure> {
    let shown = ask(api, ApiRequest::get(format!("/v1/resources/{id}"))).await;
    shown.map_err(|failure| match failure.error {
        404 => Failure::not_found(format!("id: there is no resource {id}.")),
        _ => failure,
    })
}

/// `resources/get`.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let shown = one(api, &id).await?;
    let databases = shown["databases"].as_array().into_iter().flatten();
    Ok(data(json!({
        "id": number(&shown["id"]),
        "name": shown["name"],
        "channels": shown["channels"],
        "dbs_ids": databases.map(number).collect::<Vec<Value>>(),
        "trk_domain": "",
        "url": shown["url"],
    })))
}

/// `resources/fields_get`: the fields of subscriptions by one channel.
pub(crate) async fn fields_get(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let channel = text(&call.members, "channel")?;
    let shown = one(api, &id).await?;
    let fields = shown["fields"].as_array().into_iter().flatten();
    let fields = fields.filter(|field| field["channel"] == *channel);
    Ok(data(fields.map(field).collect::<Vec<Value>>()))
}

/// `resources/get_counters`.
pub(crate) async fn get_counters(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    let path = format!("/v1/resources/{id}/counters");
    let counted = ask(api, ApiRequest::get(path).with("sendable", "true")).await?;
    Ok(data(counters(&counted)))
}

/// `resources/refresh_counters`: they are always fresh.
pub(crate) async fn refresh_counters(api: &impl Api, call: AltCall) -> Outcome {
    let id = id(&call.members, "id")?;
    one(api, &id).await?;
    Ok(tasks::done(Kind::Resource, &id))
}
