//! `POST …/profiles/{id}/subscriptions/confirmation`: asks for the confirmation of
//! subscriptions that wait for one.

use roster_http::writing::{WriteOutcome, refused};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Subscription;
use roster_model::write::{Schema, prepare_asks};
use roster_store::outbox::{self, Kind, Message};
use roster_store::write::{ItemResult, recipient};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::profiles::get::{found, profile_path};
use crate::profiles::writing::write;

/// The most messages that are looked through for those that were written.
const MOST: i64 = 1000;

/// What became of the questions.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Confirmations {
    /// One for each subscription that was named, or that waits.
    items: Vec<Confirmation>,
}

/// What became of the question for one subscription.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Confirmation {
    /// The subscription: its `id`, `resource_id`, `channel` and contact.
    #[schema(value_type = Object)]
    subscription: Map<String, Value>,
    /// `queued`; `held`, where the contact was asked too often or is suppressed; or
    /// `refused`.
    #[schema(example = "queued")]
    state: &'static str,
    /// Why it is not queued: `contact_limit`, `suppressed`, `double_opt_in_off`,
    /// `not_waiting`, `status_protected`.
    reason: Option<String>,
    /// The message in the outbox.
    message_id: Option<String>,
}

/// Asks for the confirmation of subscriptions that are `unconfirmed`, also of people
/// who came with a file: the one named by `id` or by `resource_id`, `channel` and
/// contact, or all that wait. One contact is asked three times in 24 hours at most,
/// no matter who asks; who said no is never asked.
#[route(
    post, "/v1/databases/{db}/profiles/{id}/subscriptions/confirmation", ProfilesWrite, id = "askConfirmation",
    body = Option<crate::profiles::openapi::ConfirmationBody>,
    answer = Confirmations,
)]
pub(crate) async fn ask(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    let body = call.json_or_none::<Value>()?;
    let body = body.unwrap_or_else(|| Value::Object(Map::new()));
    let subscriptions = found(&call, database, id).await?.subscriptions;
    let definitions = call.definitions(database).await?;
    let asks = prepare_asks(id, &subscriptions, &body, &definitions.schema()).map_err(refused)?;
    let named: Vec<&Subscription> = asks.into_iter().map(|(one, _)| one).collect();
    let prepare = |schema: &Schema<'_>| match prepare_asks(id, &subscriptions, &body, schema) {
        Ok(asks) => asks.into_iter().map(|(_, command)| Ok(command)).collect(),
        Err(error) => vec![Err(error)],
    };
    let results = match write(&call, false, prepare, None).await? {
        WriteOutcome::Results(results) => results,
        WriteOutcome::Repeated(_) => return Err(Problem::internal(&"an answer nobody asked for")),
    };
    // One that was named by itself is refused by itself.
    let alone = body.as_object().is_some_and(|members| !members.is_empty());
    if let ([Err(error)], true) = (results.as_slice(), alone) {
        return Err(refused(error.clone()));
    }
    let asked = outbox::MessageFilter {
        kind: Some(Kind::Confirmation),
        database: Some(database),
        profile: Some(id),
        ..outbox::MessageFilter::default()
    };
    let sql = call.pool.lend().await?;
    let messages = outbox::page(&sql, &asked, None, MOST).await?;
    let items = named.into_iter().zip(&results);
    let items = items.map(|(one, result)| Confirmation::of(one, result, &messages));
    Ok(Reply::ok(&Confirmations {
        items: items.collect(),
    }))
}

impl Confirmation {
    /// `messages` are those of the profile, newest first.
    fn of(one: &Subscription, result: &ItemResult, messages: &[Message]) -> Self {
        let mut subscription = one.to_identity();
        subscription.insert("id".to_owned(), one.hash_id().into());
        let mut confirmation = Confirmation {
            subscription,
            state: "refused",
            reason: None,
            message_id: None,
        };
        if let Err(error) = result {
            confirmation.reason = Some(error.code.as_str().to_owned());
            return confirmation;
        }
        let to = recipient(&one.contact);
        let resource = Value::from(one.resource.to_string());
        let mut own = messages.iter().filter(|message| {
            let about = &message.body;
            message.recipient == to
                && about.get("resource_id") == Some(&resource)
                && about.get("reminder").and_then(Value::as_i64) == Some(0)
        });
        if let Some(message) = own.next() {
            confirmation.state = message.state.as_str();
            confirmation.reason = Some(message.detail.clone()).filter(|why| !why.is_empty());
            confirmation.message_id = Some(message.id.to_string());
        }
        confirmation
    }
}
