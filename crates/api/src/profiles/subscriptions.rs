//! `…/profiles/{id}/subscriptions`: what one profile is subscribed to.

use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_model::subscription::Subscription;
use roster_model::write::{
    prepare_subscription_delete, prepare_subscription_restore, prepare_subscription_set,
};
use roster_model::{DatabaseId, ProfileId};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::profiles::get::{found, found_written, profile_path};
use crate::profiles::shape::WriteResult;
use crate::profiles::update::if_revision;
use crate::profiles::writing::{ChangeOutcome, mark_replayed, write_one};

/// The subscriptions of a profile.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Subscriptions {
    /// The subscriptions, deleted ones marked as such.
    #[schema(value_type = Vec<crate::profiles::ShownSubscription>)]
    items: Vec<Subscription>,
    /// Always `null`: they come all at once.
    next: Option<String>,
}

/// What a change of a subscription did, and how they are now.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SubscriptionResult {
    #[serde(flatten)]
    #[schema(value_type = WriteResult)]
    result: Map<String, Value>,
    /// All subscriptions of the profile.
    #[schema(value_type = Vec<crate::profiles::ShownSubscription>)]
    subscriptions: Vec<Subscription>,
}

/// What one profile is subscribed to.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/subscriptions", ProfilesRead, id = "listSubscriptions",
    answer = Subscriptions,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let profile = found(&call, database, id).await?;
    Ok(Reply::ok(&Subscriptions {
        items: profile.subscriptions,
        next: None,
    })
    .etag(profile.revision))
}

/// Makes or changes one subscription, named by resource, channel and contact.
#[route(
    put, "/v1/databases/{db}/profiles/{id}/subscriptions", ProfilesWrite, id = "setSubscription",
    if_match,
    once,
    body = crate::profiles::openapi::SubscriptionBody,
    responses((status = 200, body = SubscriptionResult), (status = 201, body = SubscriptionResult)),
)]
pub(crate) async fn set(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let body: Value = call.json()?;
    let before = found(&call, database, id).await?.subscriptions.len();
    let revision = if_revision(&call, database, id).await?;
    let outcome = write_one(&call, |schema| {
        prepare_subscription_set(id, &body, revision, schema)
    })
    .await?;
    changed(&call, database, id, outcome, Some(before)).await
}

/// Deletes one subscription, named in the query or the body by its `id` or by
/// `resource_id`, `channel` and contact. It can be restored.
#[route(
    delete, "/v1/databases/{db}/profiles/{id}/subscriptions", ProfilesWrite, id = "deleteSubscription",
    query = crate::profiles::openapi::SubscriptionName,
    if_match,
    once,
    max_bytes = roster_http::DEFAULT_BODY,
    answer = SubscriptionResult,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let body = named(&call)?;
    let revision = if_revision(&call, database, id).await?;
    let outcome = write_one(&call, |schema| {
        prepare_subscription_delete(id, &body, revision, schema)
    })
    .await?;
    changed(&call, database, id, outcome, None).await
}

/// Brings back a subscription that was deleted.
#[route(
    post, "/v1/databases/{db}/profiles/{id}/subscriptions/restore", ProfilesWrite, id = "restoreSubscription",
    query = crate::profiles::openapi::SubscriptionName,
    if_match,
    once,
    body = crate::profiles::openapi::SubscriptionBody,
    answer = SubscriptionResult,
)]
pub(crate) async fn restore(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let body = named(&call)?;
    let revision = if_revision(&call, database, id).await?;
    let outcome = write_one(&call, |schema| {
        prepare_subscription_restore(id, &body, revision, schema)
    })
    .await?;
    changed(&call, database, id, outcome, None).await
}

/// Which subscription is meant: the members of the body, or the parameters of
/// the query, where `id` or `phone` stand for what `cc_data` would hold too.
fn named(call: &Call) -> Result<Value, Problem> {
    if let Some(body) = call.json_or_none::<Value>()? {
        call.no_query()?;
        return Ok(body);
    }
    let mut members: Map<String, Value> = call
        .query_pairs()
        .iter()
        .map(|(name, text)| (name.clone(), Value::from(text.as_str())))
        .collect();
    if let Some(chat) = members.remove("chat_id") {
        members.insert("cc_data".to_owned(), serde_json::json!({ "id": chat }));
    }
    Ok(Value::Object(members))
}

async fn changed(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    done: ChangeOutcome,
    before: Option<usize>,
) -> Result<Reply, Problem> {
    let (result, again) = done.into_members();
    let revision = result.get("revision").and_then(Value::as_i64);
    let profile = found_written(call, database, id, revision).await?;
    let made = before.is_some_and(|before| profile.subscriptions.len() > before);
    let changed = SubscriptionResult {
        result,
        subscriptions: profile.subscriptions,
    };
    let meaning = if made { Meaning::Created } else { Meaning::Ok };
    let reply = Reply::ok(&changed).meaning(meaning);
    let reply = reply.etag(revision.unwrap_or(profile.revision));
    Ok(mark_replayed(reply, again))
}
