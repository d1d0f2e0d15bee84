//! Telling a watcher of a change: a request as Standard Webhooks have it.

use crate::deliver::PreparedRequest;
use crate::public_id;
use crate::settings::Settings;
use roster_model::Code;
use roster_model::Timestamp;
use roster_outbox::{Endpoint, Format, OutgoingRequest};
use roster_store::outbox::{Message, State};
use roster_store::watchers::WatcherRow;
use roster_webhook::{Secret, sign};
use url::Url;

/// The request that tells a watcher, or why it is not told: the state in which
/// the message ends, and a code or a sentence.
pub(crate) fn notice(
    settings: &Settings,
    message: &Message,
    watcher: Option<&WatcherRow>,
    now: Timestamp,
) -> Result<PreparedRequest, (State, String)> {
    let cancelled = |why: &str| Err((State::Cancelled, why.to_owned()));
    match watcher {
        None => cancelled("watcher_gone"),
        Some(watcher) if !watcher.watcher.settings.enabled => cancelled("watcher_disabled"),
        Some(watcher) => signed(settings, message, watcher, now),
    }
}

fn signed(
    settings: &Settings,
    message: &Message,
    watcher: &WatcherRow,
    now: Timestamp,
) -> Result<PreparedRequest, (State, String)> {
    let dead = |code: Code, detail: &str| (State::Dead, format!("{code}: {detail}"));
    let given = &watcher.watcher.settings.url;
    let url = Url::parse(given).map_err(|error| dead(Code::InvalidUrl, &error.to_string()))?;
    settings
        .hosts
        .check(&url)
        .map_err(|invalid| dead(invalid.code, &invalid.detail))?;
    let complaint = |wrong: Vec<roster_model::Invalid>| {
        let first = wrong.into_iter().next();
        first.map_or_else(
            || dead(Code::InvalidUrl, given),
            |invalid| dead(invalid.code, &invalid.detail),
        )
    };
    // Our own format judges answers by their status alone.
    let endpoint = Endpoint::parse(Format::Json, given, None).map_err(complaint)?;
    let secrets: Result<Vec<Secret>, _> = watcher
        .secrets
        .iter()
        .map(|kept| Secret::standard(&kept.0))
        .collect();
    let secrets = secrets.map_err(|invalid| complaint(vec![invalid]))?;
    let body = message.body.to_string().into_bytes();
    let id = public_id(message.id);
    let signed = sign(&id, now, &body, &secrets).map_err(|invalid| complaint(vec![invalid]))?;
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let own = signed.headers().into_iter();
    headers.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(PreparedRequest {
        request: OutgoingRequest {
            method: "POST",
            url,
            headers,
            body,
        },
        endpoint,
    })
}
