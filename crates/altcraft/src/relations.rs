//! `relations/*`: two profiles, a type, and the weights of what joins them.

use crate::answer::{Outcome, data, in_silence, payload};
use crate::api::{Api, ApiRequest, Problem, ask, ask_all, attempt};
use crate::call::AltCall;
use crate::failure::Failure;
use crate::members::{id, limit, number, object};
use crate::profiles::who;
use crate::reference::{Reference, find};
use serde_json::{Map, Value, json};

/// A side of a pair.
fn side(members: &mut Map<String, Value>, name: &str) -> Result<Reference, Failure> {
    let given = object(members, name)?.ok_or_else(|| Failure::missing(name))?;
    who(&given).map_err(|failure| Failure {
        text: format!("{name}.{}", failure.text),
        ..failure
    })
}

/// `relations/attach`, `detach`, `strengthen`, `edit`.
pub(crate) async fn change(api: &impl Api, mut call: AltCall, action: &str) -> Outcome {
    let kind = id(&call.members, "rel_id")?;
    let a = side(&mut call.members, "profile_a")?;
    let b = side(&mut call.members, "profile_b")?;
    let weights = object(&mut call.members, "weights")?;
    if weights.is_none() && matches!(action, "strengthen" | "edit") {
        return Err(Failure::missing("weights"));
    }
    let path = format!("/v1/relation-types/{kind}/relations");
    let request = |a: &Reference, b: &Reference| {
        let mut body = json!({"action": action, "a": a.members, "b": b.members});
        if let Some(weights) = weights.as_ref().filter(|_| action != "detach") {
            body["weights"] = Value::Object(weights.clone());
        }
        ApiRequest::post(path.clone(), body)
    };
    // How it is read says the database, which the type knows.
    let first = match a.has_numeric_phone() || b.has_numeric_phone() {
        true => Err(unread_phone()),
        false => attempt(api, request(&a, &b)).await,
    };
    let done = match first {
        Ok(done) => done,
        Err(problem) if problem.is_no_profile() && is_to_be_found(&[&a, &b]) => {
            let (a, b) = own_ids(api, &kind, (&a, &b), problem).await?;
            attempt(api, request(&a, &b)).await.map_err(Failure::from)?
        }
        Err(problem) => return Err(of_sides(problem)),
    };
    let mut answer = payload("profile_a", done["a"].clone());
    answer.insert("profile_b".to_owned(), done["b"].clone());
    let text = |side: &str| done[side].as_str().unwrap_or_default();
    let relation = format!("{kind}_{}_{}", text("a"), text("b"));
    answer.insert("relation_id".to_owned(), relation.into());
    Ok(in_silence(answer))
}

/// With the names that clients have for the sides.
fn of_sides(mut problem: Problem) -> Failure {
    let theirs = |pointer: &str| {
        let side = ["/a", "/b"]
            .into_iter()
            .find(|side| pointer == *side || pointer.starts_with(&format!("{side}/")));
        side.map(|side| format!("/profile_{}{}", &side[1..], &pointer[2..]))
    };
    if let Some(pointer) = problem.body["pointer"].as_str().and_then(theirs) {
        problem.body["pointer"] = pointer.into();
    }
    if let Some(pointer) = problem.body["errors"][0]["pointer"]
        .as_str()
        .and_then(theirs)
    {
        problem.body["errors"][0]["pointer"] = pointer.into();
    }
    problem.into()
}

/// As if `/v1` hadn't found a side: both are looked for in their databases then.
fn unread_phone() -> Problem {
    Problem {
        status: 404,
        body: json!({"code": "not_found", "detail": "There is no such relation type."}),
    }
}

/// Whether a side is named by what only its database can read: an id, perhaps from before, or a
/// phone that came as a number.
fn is_to_be_found(sides: &[&Reference]) -> bool {
    let is = |side: &&Reference| side.mode == "profile_id" || side.has_numeric_phone();
    sides.iter().any(is)
}

/// Both sides by ids of ours, where one had an id from before.
async fn own_ids(
    api: &impl Api,
    kind: &str,
    sides: (&Reference, &Reference),
    problem: Problem,
) -> Result<(Reference, Reference), Failure> {
    let shown = attempt(api, ApiRequest::get(format!("/v1/relation-types/{kind}"))).await;
    let shown = shown.map_err(|_| of_sides(problem))?;
    let mut found = Vec::new();
    for (side, name, given) in [
        ("database_a", "profile_a", sides.0),
        ("database_b", "profile_b", sides.1),
    ] {
        let database = shown[side].as_str().unwrap_or_default();
        let profile = find(api, database, given)
            .await
            .map_err(|failure| Failure {
                text: format!("{name}: {}", failure.text),
                ..failure
            })?;
        found.push(Reference::of_id(profile["id"].as_str().unwrap_or_default()));
    }
    match (found.pop(), found.pop()) {
        (Some(b), Some(a)) => Ok((a, b)),
        _ => Err(Failure::not_found("There is no such profile.")),
    }
}

/// `relations/get`: those of a profile of side A; with `profile_b` one pair.
pub(crate) async fn get(api: &impl Api, mut call: AltCall) -> Outcome {
    let kind = id(&call.members, "rel_id")?;
    let limit = limit(&call.members)?;
    let a = match call.members.contains_key("profile_a") {
        true => side(&mut call.members, "profile_a")?,
        false => who(&call.members)?,
    };
    let b = match call.members.contains_key("profile_b") {
        true => Some(side(&mut call.members, "profile_b")?),
        false => None,
    };
    let shown = ask(api, ApiRequest::get(format!("/v1/relation-types/{kind}"))).await?;
    let database = |side: &str| shown[side].as_str().unwrap_or_default().to_owned();
    let a = find(api, &database("database_a"), &a).await?;
    let own = a["id"].as_str().unwrap_or_default();
    let base = format!("/v1/relation-types/{kind}/relations");
    let other = number(&shown["database_b"]);
    if let Some(b) = b {
        let b = find(api, &database("database_b"), &b).await?;
        let across = b["id"].as_str().unwrap_or_default();
        let pair = ask(api, ApiRequest::get(format!("{base}/{own}/{across}"))).await?;
        return Ok(data(relation(&pair, &other)));
    }
    let request = ApiRequest::get(base)
        .with("side", "a")
        .with("profile_id", own);
    let page = ask(api, request.with("limit", limit.to_string())).await?;
    let items = page["items"].as_array().into_iter().flatten();
    let items: Vec<Value> = items.map(|one| relation(one, &other)).collect();
    let mut answer = data(items);
    answer.insert("total_count".to_owned(), page["total"].clone());
    Ok(answer)
}

fn relation(one: &Value, database: &Value) -> Value {
    let key = |side: &str| {
        let id = one[side].as_str().unwrap_or_default();
        id.chars().take(16).collect::<String>()
    };
    let weights = one["weights"].as_object().into_iter().flatten();
    let props = weights.map(|(name, value)| (name.clone(), json!({"value": value})));
    json!({
        "profile_id_a": one["a"],
        "xxh_a": key("a"),
        "profile_id_b": one["b"],
        "xxh_b": key("b"),
        "db_b": database,
        "props": Value::Object(props.collect()),
    })
}

/// `relations/list`: the types, which have no method of their own in the documents.
pub(crate) async fn list(api: &impl Api, call: AltCall) -> Outcome {
    let all = ask_all(api, "/v1/relation-types").await?;
    crate::lists::page(&call.members, all, |one| {
        json!({
            "id": number(&one["id"]),
            "name": one["name"],
            "db_a": number(&one["database_a"]),
            "db_b": number(&one["database_b"]),
        })
    })
}
