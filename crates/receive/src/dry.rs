//! What a delivery would do. Nothing is written.

use roster_http::{Call, Problem};
use roster_model::Code;
use roster_model::history::Change;
use roster_model::{Invalid, Origin, ProfileId, Timestamp};
use roster_store::hooks::Hook;
use roster_store::write::{Batch, preview};
use roster_store::{Error, Guard};
use roster_webhook::MappingOutcome;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::pending_write::PendingWrite;
use crate::{INTERFACE, ParsedDelivery};

/// How often definitions may change under one request.
const TRIES: usize = 5;

/// What a delivery would do.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
#[schema(as = WouldReceive)]
pub struct DryRunResult {
    /// `created`, `updated`, `unchanged`, `skipped` or `failed`.
    #[schema(value_type = String, example = "created")]
    pub outcome: &'static str,
    /// The sender's id of it, as far as it can be told without a signature.
    pub sender_id: String,
    /// When it says that it happened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The write that it is mapped to, without its data.
    #[schema(value_type = Option<Object>)]
    pub request: Option<Map<String, Value>>,
    /// The data of that write.
    #[schema(value_type = Option<Object>)]
    pub data: Option<Value>,
    /// Why it would be skipped.
    pub reason: Option<String>,
    /// The profile that would change.
    #[schema(value_type = Option<String>)]
    pub profile_id: Option<ProfileId>,
    /// What would change, as history tells it.
    #[schema(value_type = Vec<Object>)]
    pub changes: Vec<Change>,
    /// Values and subscriptions that would be left out, and statuses that would stay.
    #[schema(value_type = Vec<Object>)]
    pub skipped: Vec<Invalid>,
    /// Why it would fail.
    #[schema(value_type = Vec<Object>)]
    pub errors: Vec<Invalid>,
}

/// What a delivery would do, had it come now for the first time.
///
/// # Errors
/// [`roster_http::kinds::NOT_FOUND`] if the database is gone, and what the store
/// meets.
pub async fn dry_run(
    call: &Call,
    hook: &Hook,
    read: ParsedDelivery,
) -> Result<DryRunResult, Problem> {
    let mut would = DryRunResult {
        sender_id: read.sender_id,
        ..DryRunResult::default()
    };
    let wish = match read.mapped {
        Ok(MappingOutcome::Write {
            request,
            data,
            at,
            left_out,
            not_subscribed,
            ..
        }) => {
            would.at = at;
            would.request = Some(request.clone());
            would.data = Some(data.clone());
            PendingWrite {
                hook: hook.id.clone(),
                request,
                data,
                at: at.map(|at| at.min(call.now)),
                about: Map::new(),
                once: None,
                left_out,
                not_subscribed,
            }
        }
        Ok(MappingOutcome::Skip { reason }) => {
            would.outcome = "skipped";
            would.reason = Some(reason);
            return Ok(would);
        }
        Err(wrong) => {
            would.outcome = "failed";
            would.errors = wrong;
            return Ok(would);
        }
    };
    for _ in 0..TRIES {
        let definitions = call.definitions(hook.database).await?;
        let batch = Batch {
            items: vec![wish.prepare(&definitions.schema())],
            definitions,
            beside: Vec::new(),
            atomic: false,
            now: call.now,
            actor: hook.name.clone(),
            interface: INTERFACE,
            origin: Origin::Webhook,
            speaks_for_all: false,
            repeatable: None,
            step: None,
            delivery: None,
            dry: true,
        };
        let (results, entries) = match preview(call.pool, &batch).await {
            Err(Error::Stale(Guard::Catalogue)) => {
                call.catalogue.forget(hook.database);
                continue;
            }
            other => other?,
        };
        match results.into_iter().next() {
            Some(Ok(outcome)) => {
                would.outcome = outcome.kind.as_str();
                // The id of somebody new is not known yet.
                would.profile_id = (would.outcome != "created").then_some(outcome.id);
                would.skipped = outcome.skipped;
            }
            Some(Err(error)) if error.code == Code::Late => {
                would.outcome = "skipped";
                would.reason = Some(error.detail);
            }
            Some(Err(error)) => {
                would.outcome = "failed";
                would.errors = error.errors.into_vec();
            }
            None => {}
        }
        let entries = entries.into_iter();
        would.changes = entries.flat_map(|entry| entry.changes).collect();
        return Ok(would);
    }
    Err(Error::Busy.into())
}
