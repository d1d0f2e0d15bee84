//! `subscription/push/update`: a device has another token. Its subscription goes over to that,
//! as it stands, for all who have it.

use super::device::Device;
use super::error::Refusal;
use super::holders;
use super::http::{AppContext, Reply, Request};
use super::person::Person;
use super::profile::text;
use super::replacement::Replacement;
use crate::api::Api;
use crate::members::optional_text;
use serde_json::{Map, Value};

/// Moves a subscription to a new token.
///
/// Where the old token is nobody's there is nothing to move, and that is no error: with the token
/// of a resource some SDKs subscribe nobody until this goes well.
pub(super) async fn update(
    api: &impl Api,
    app: &AppContext,
    request: Request<'_>,
) -> Result<Reply, Refusal> {
    let body = request.json()?;
    let (old, new) = devices(&body, &request)?;
    let Some(old) = old.filter(|old| *old != new) else {
        return Ok(Reply::noting(
            "There is no old token that could be replaced.",
        ));
    };
    let mut all = Vec::new();
    for (database, id) in whom(api, app, &old).await? {
        let one = Replacement::look(api, app.resource, (&old, &new), (&database, &id)).await?;
        all.extend(one);
    }
    if all.is_empty() {
        return Ok(Reply::noting(
            "Nobody has the old token: nothing is changed.",
        ));
    }
    if app.person.is_none() && is_others(api, app, &new, &all).await? {
        all.iter_mut().for_each(Replacement::leave_the_new);
    }
    // All have the new one before anybody loses the old: a request that breaks off here finds
    // them all again.
    for one in &mut all {
        one.carry(api).await?;
    }
    let mut notes = Vec::new();
    for one in all {
        notes.extend(one.finish(api).await?);
    }
    notes.dedup();
    Ok(match notes.is_empty() {
        true => Reply::done(),
        false => Reply::noting(text(notes)),
    })
}

/// The old device, if the request names one, and the new one.
fn devices(
    body: &Map<String, Value>,
    request: &Request<'_>,
) -> Result<(Option<Device>, Device), Refusal> {
    let text = |name: &str| optional_text(body, name);
    let query = |name: &str| request.query(name).map(str::to_owned);
    let new_provider = text("new_provider")?.or_else(|| query("provider"));
    let old_token = text("old_token")?.or_else(|| query("subscription_id"));
    let old_provider = text("old_provider")?.or_else(|| new_provider.clone());
    let new = device(new_provider, text("new_token")?).ok_or_else(|| {
        Refusal::member("new_token", "this member is needed, and new_provider too.")
    })?;
    Ok((device(old_provider, old_token), new))
}

fn device(provider: Option<String>, token: Option<String>) -> Option<Device> {
    let (provider, token) = provider.zip(token)?;
    let is_said = !provider.is_empty() && !token.is_empty();
    is_said.then_some(Device { provider, token })
}

/// Whose subscription it is, by database and id: with the token of a resource all who have the
/// old token, or a no of one of them would stay with a token that is dead.
async fn whom(
    api: &impl Api,
    app: &AppContext,
    old: &Device,
) -> Result<Vec<(String, String)>, Refusal> {
    if app.person.is_some() {
        let (person, profile) = Person::find(api, app, Some(old)).await?;
        let id = profile.and_then(|profile| profile["id"].as_str().map(str::to_owned));
        return Ok(id.map(|id| (person.database, id)).into_iter().collect());
    }
    let mut all = Vec::new();
    for database in app.databases.iter().map(i64::to_string) {
        let ids = holders::ids(api, &database, old, app.resource).await?;
        all.extend(ids.into_iter().map(|id| (database.clone(), id)));
    }
    Ok(all)
}

/// Whether somebody else has the new token already where tokens alone say who is meant: with one
/// more nobody would be.
async fn is_others(
    api: &impl Api,
    app: &AppContext,
    new: &Device,
    all: &[Replacement<'_>],
) -> Result<bool, Refusal> {
    for database in app.databases.iter().map(i64::to_string) {
        let ids = holders::ids(api, &database, new, app.resource).await?;
        let is_one = |id: &String| all.iter().any(|one| one.is_of(&database, id));
        if !ids.iter().all(is_one) {
            return Ok(true);
        }
    }
    Ok(false)
}
