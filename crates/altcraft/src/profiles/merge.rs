//! `profiles/merge` and `profiles/split`.

use super::contacts;
use super::read::who;
use crate::answer::{Outcome, data, payload};
use crate::api::{Api, ApiRequest, ask};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::fields::Fields;
use crate::item;
use crate::members::{flag, id, list, object, optional_id};
use crate::profile::known_id;
use crate::reference::{Reference, look};
use serde_json::{Map, Value, json};

/// Where subscriptions lead.
const CHANNELS: [&str; 7] = [
    "email",
    "sms",
    "push",
    "telegram_bot",
    "whatsapp",
    "viber",
    "notify",
];

/// Makes one profile of several.
pub(crate) async fn merge(api: &impl Api, mut call: AltCall) -> Outcome {
    let database = id(&call.members, "db_id")?;
    let sources = list(&mut call.members, "source")?;
    let target = object(&mut call.members, "destination")?;
    let target = target.ok_or_else(|| Failure::missing("destination"))?;
    let fields = Fields::current(api, &database).await?;
    let mut body = json!({"sources": []});
    let mut given = Vec::new();
    for (index, source) in sources.into_iter().enumerate() {
        let place = format!("source[{index}]");
        let source = located(&source, &database, &place)?;
        given.push(known(api, source).await?);
    }
    body["sources"] = given.into();
    for (theirs, ours, usual) in [
        ("history", "history", true),
        ("subscriptions", "subscriptions", true),
        ("static_segments", "segments", false),
    ] {
        body[ours] = flag(&call.members, theirs)?.unwrap_or(usual).into();
    }
    let mut own = match object(&mut call.members, "data")? {
        Some(own) => item::data(own, &fields, call.is_xml).0,
        None => Map::new(),
    };
    let (place, members) = read_place(&Value::Object(target.clone()), &database, "destination")?;
    body["destination"] = match existing(api, &place, &members).await? {
        Some(profile) => {
            json!({"database_id": place, "matching": "profile_id", "profile_id": profile["id"]})
        }
        None => {
            contacts::add(&mut own, &members, &fields);
            json!({"database_id": place, "new": true})
        }
    };
    if !own.is_empty() {
        body["data"] = Value::Object(own);
    }
    let path = format!("/v1/databases/{database}/profiles/merge");
    let merged = ask(api, ApiRequest::post(path, body)).await?;
    Ok(payload("profile_id", known_id(&merged["profile"])))
}

/// The profile that a destination names; none where it is to be made.
async fn existing(
    api: &impl Api,
    database: &str,
    members: &Map<String, Value>,
) -> Result<Option<Value>, Failure> {
    let reference = match who(members) {
        Ok(reference) => reference,
        // Nothing says who.
        Err(failure) if failure.is_missing() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    match look(api, database, &reference).await {
        Ok(profile) => Ok(Some(profile)),
        Err(problem) if problem.is_no_profile() && reference.mode != "profile_id" => Ok(None),
        Err(problem) => Err(problem.into()),
    }
}

/// A reference with the database that it is in.
fn located(given: &Value, database: &str, place: &str) -> Result<(String, Reference), Failure> {
    let (database, members) = read_place(given, database, place)?;
    let reference = who(&members).map_err(|failure| Failure {
        text: format!("{place}.{}", failure.text),
        ..failure
    })?;
    Ok((database, reference))
}

fn read_place(
    given: &Value,
    database: &str,
    place: &str,
) -> Result<(String, Map<String, Value>), Failure> {
    let Value::Object(members) = given else {
        return Err(Failure::member(place, "it must be an object."));
    };
    let own = optional_id(members, "db_id")?;
    Ok((own.unwrap_or_else(|| database.to_owned()), members.clone()))
}

/// The members that name a profile to `/v1`; an id may be the one from before.
async fn known(api: &impl Api, source: (String, Reference)) -> Result<Value, Failure> {
    let (database, reference) = source;
    let mut members = match reference.mode {
        "profile_id" => {
            let found = look(api, &database, &reference).await?;
            json!({"matching": "profile_id", "profile_id": found["id"]})
        }
        _ if reference.has_numeric_phone() => {
            let fields = Fields::current(api, &database).await?;
            Value::Object(reference.spelled(&fields).members)
        }
        _ => Value::Object(reference.members),
    };
    members["database_id"] = database.into();
    Ok(members)
}

/// Parts a profile that is several people.
pub(crate) async fn split(api: &impl Api, mut call: AltCall) -> Outcome {
    let source = object(&mut call.members, "source")?;
    let source = Value::Object(source.ok_or_else(|| Failure::missing("source"))?);
    let beside = optional_id(&call.members, "db_id")?.unwrap_or_default();
    let (database, reference) = located(&source, &beside, "source")?;
    if database.is_empty() {
        return Err(Failure::missing("source.db_id"));
    }
    let fields = Fields::current(api, &database).await?;
    let history = flag(&call.members, "history")?.unwrap_or(true);
    let segments = flag(&call.members, "static_segments")?.unwrap_or(false);
    let moves = flag(&call.members, "subscriptions")?.unwrap_or(true);
    let shared = object(&mut call.members, "data")?.unwrap_or_default();
    let mut destinations = Vec::new();
    for (index, given) in list(&mut call.members, "destination")?
        .into_iter()
        .enumerate()
    {
        let place = format!("destination[{index}]");
        let Value::Object(mut members) = given else {
            return Err(Failure::member(&place, "it must be an object."));
        };
        if optional_id(&members, "db_id")?.is_some_and(|own| own != database) {
            let text = "a profile is split into profiles of its own database.";
            return Err(Failure::member(&format!("{place}.db_id"), text));
        }
        let mut own = shared.clone();
        own.extend(object(&mut members, "data")?.unwrap_or_default());
        let (mut own, _) = item::data(own, &fields, call.is_xml);
        let found = existing(api, &database, &members).await;
        let found = found.map_err(|failure| Failure {
            text: format!("{place}: {}", failure.text),
            ..failure
        })?;
        let mut target = match found {
            Some(profile) => json!({"matching": "profile_id", "profile_id": profile["id"]}),
            None => {
                contacts::add(&mut own, &members, &fields);
                json!({"new": true})
            }
        };
        target["data"] = Value::Object(own);
        target["history"] = flag(&members, "history")?.unwrap_or(history).into();
        target["segments"] = flag(&members, "static_segments")?
            .unwrap_or(segments)
            .into();
        let takes = moves && destinations.is_empty();
        target["subscriptions"] = filters(&mut members, takes, &fields)?;
        destinations.push(target);
    }
    let source = without_database(known(api, (database.clone(), reference)).await?);
    let body = json!({"source": source, "destinations": destinations});
    let path = format!("/v1/databases/{database}/profiles/split");
    let mut parted = ask(api, ApiRequest::post(path, body)).await?;
    let made = match parted["destinations"].take() {
        Value::Array(made) => made.iter().map(known_id).collect(),
        _ => Vec::new(),
    };
    let source = known_id(&parted["source"]);
    let mut answer = data(json!({"source": source, "destination": Value::Array(made)}));
    answer.insert("profile_id".to_owned(), source);
    Ok(answer)
}

fn without_database(mut source: Value) -> Value {
    if let Value::Object(members) = &mut source {
        members.remove("database_id");
    }
    source
}

/// Which subscriptions a destination takes: those of one filter, or of several one of which
/// is enough. Without any the first destination takes all.
fn filters(
    members: &mut Map<String, Value>,
    takes: bool,
    fields: &Fields,
) -> Result<Value, Failure> {
    let all = match members.remove("subscription_filters") {
        None | Some(Value::Null) if takes => {
            return Ok(CHANNELS
                .iter()
                .map(|channel| json!({"channel": channel}))
                .collect());
        }
        None | Some(Value::Null) => return Ok(json!([])),
        Some(Value::Array(all)) => all,
        Some(one) => vec![one],
    };
    let all = all.into_iter().map(|one| match one {
        Value::Object(one) => Ok(Value::Object(crate::subscription::members_in(one, fields))),
        _ => Err(Failure::member(
            "subscription_filters",
            "a filter must be an object.",
        )),
    });
    all.collect()
}
