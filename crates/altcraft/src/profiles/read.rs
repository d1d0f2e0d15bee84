//! `profiles/get` and `profiles/delete`: one profile that matching names.

use crate::answer::{Outcome, data, payload};
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::ids::of_xxh;
use crate::members::{id, present};
use crate::profile::{known_id, shown};
use crate::reference::{Reference, find, values};
use serde_json::{Map, Value};

/// Shows a profile.
pub(crate) async fn get(api: &impl Api, call: AltCall) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let reference = who(&call.members)?;
    let profile = find(api, &database, &reference).await?;
    // Only now: what is remembered is not older than what was read.
    let fields = Fields::ask(api, &database).await?;
    Ok(data(shown(profile, &fields)))
}

/// Deletes a profile.
pub(crate) async fn delete(api: &impl Api, call: AltCall) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let reference = who(&call.members)?;
    let profile = find(api, &database, &reference).await?;
    let own = profile["id"].as_str().unwrap_or_default();
    ask(
        api,
        ApiRequest::delete(format!("/v1/databases/{database}/profiles/{own}")),
    )
    .await?;
    Ok(data(payload("profile_id", known_id(&profile))))
}

/// Who is meant: by the members beside `data`, or else by those in it.
pub(crate) fn who(members: &Map<String, Value>) -> Result<Reference, Failure> {
    let mut reference = Reference::unspelled(members)?.existing();
    if !reference.has_value()
        && let Some(Value::Object(inner)) = members.get("data")
    {
        let mut all = inner.clone();
        for name in ["matching", "field_name", "resource_id"] {
            if let Some(said) = members.get(name) {
                all.insert(name.to_owned(), said.clone());
            }
        }
        if let Some(phone) = inner.get("phones").and_then(|phones| phones.get(0)) {
            all.entry("phone").or_insert_with(|| phone.clone());
        }
        let named = members.get("field_name").and_then(Value::as_str);
        if let Some(value) = named.and_then(|name| inner.get(name)) {
            all.entry("field_value").or_insert_with(|| value.clone());
        }
        reference = Reference::unspelled(&all)?.existing();
    }
    if !reference.has_value()
        && let Some(given) = present(members, "xxh").or_else(|| present(members, "_xxh"))
    {
        let text = "it has 16 hexadecimal digits.";
        let id = of_xxh(given).ok_or_else(|| Failure::member("xxh", text))?;
        return Ok(Reference::of_id(&id));
    }
    match reference.has_value() {
        true => Ok(reference),
        false => Err(Failure::missing(
            values(reference.mode).first().unwrap_or(&"email"),
        )),
    }
}
