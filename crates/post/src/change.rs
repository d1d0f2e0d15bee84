//! Telling a watcher of a change: a request as Standard Webhooks have it.

use crate::deliver::PreparedRequest;
use crate::judge::{later, untried};
use crate::public_id;
use crate::settings::Settings;
use roster_model::Code;
use roster_model::Timestamp;
use roster_outbox::{Endpoint, Format, OutgoingRequest};
use roster_seal::{OpenError, Plain, Purpose};
use roster_store::outbox::{Message, Outcome, State};
use roster_store::watchers::WatcherRow;
use roster_webhook::{Secret, sign};
use url::Url;

/// The request that tells a watcher, or what becomes of the message without one: it ends,
/// with a code or a sentence that says why, or waits for another try.
pub(crate) fn notice(
    settings: &Settings,
    message: &Message,
    watcher: Option<&WatcherRow>,
    now: Timestamp,
) -> Result<PreparedRequest, Outcome> {
    let cancelled = |why: &str| Err(untried(State::Cancelled, why.to_owned()));
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
) -> Result<PreparedRequest, Outcome> {
    let dead = |code: Code, detail: &str| untried(State::Dead, format!("{code}: {detail}"));
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
    let secrets = secrets(settings, watcher).map_err(|error| {
        // Somebody may set the key again.
        let detail = format!("{}: {error}", Code::SecretUnreadable);
        later(message, 0, &detail, None, now)
    })?;
    let secrets: Result<Vec<Secret>, _> = secrets
        .iter()
        .map(|plain| Secret::standard(plain))
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

/// What messages to a watcher are signed with: of its secrets those that can be opened, since
/// one of them is enough for a receiver that knows it.
fn secrets(settings: &Settings, watcher: &WatcherRow) -> Result<Vec<Plain>, OpenError> {
    let mut opened = Vec::new();
    let mut trouble = None;
    for kept in &watcher.secrets {
        match settings.keys.open(Purpose::Watcher, &kept.0) {
            Ok(plain) => opened.push(plain),
            Err(error) => trouble = trouble.or(Some(error)),
        }
    }
    match trouble.filter(|_| opened.is_empty()) {
        Some(error) => Err(error),
        None => Ok(opened),
    }
}
