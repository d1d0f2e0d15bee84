//! Writing what a delivery asks for, together with the delivery; or keeping why
//! nothing was written.
//!
//! What was applied is marked by the sender's id in the statement that writes,
//! so it is done once however often and however simultaneously it comes. What
//! was skipped or failed is not marked: it is tried again.

use roster_model::Code;
use std::cell::Cell;
use std::sync::Arc;

use roster_http::writing::{WriteContext, WriteOutcome};
use roster_http::{Call, Problem};
use roster_model::Origin;
use roster_model::write::{Outcome, OutcomeKind, Refusal, Schema};
use roster_store::deliveries::{self, Delivery};
use roster_store::hooks::{Hook, short_id};
use roster_store::write::{ItemResult, MakeDelivery};
use roster_webhook::MappingOutcome;
use serde_json::{Map, Value, json};

use crate::pending_write::PendingWrite;
use crate::{INTERFACE, ParsedDelivery};

/// How a delivery came.
#[derive(Clone, Copy, Debug)]
pub enum DeliveryOrigin<'a> {
    /// From its sender.
    Sent,
    /// From what was kept.
    Replayed {
        /// Who asked for it: the name of a token.
        by: &'a str,
        /// Whether what was applied is applied once more.
        again: bool,
    },
}

/// What became of a delivery.
#[derive(Clone, Debug)]
pub enum DeliveryOutcome {
    /// It was written.
    Applied(Outcome),
    /// It had been applied before, and nothing was done.
    Repeated,
    /// It asks for nothing, or something newer is known.
    Skipped {
        /// Why.
        reason: String,
    },
    /// It is wrong in itself, and kept.
    Failed(Box<Refusal>),
    /// The profiles that there are stand against it, and it is kept.
    Refused(Box<Refusal>),
}

/// Applies a delivery; `request` is what is kept of it. Whatever becomes of it
/// is stored when this returns.
///
/// # Errors
/// What the store meets: then nothing was written and nothing is kept, and the
/// sender must send it again.
pub async fn apply(
    call: &Call,
    hook: &Hook,
    read: ParsedDelivery,
    request: Value,
    how: DeliveryOrigin<'_>,
) -> Result<DeliveryOutcome, Problem> {
    let template = Delivery {
        hook: hook.id.clone(),
        sender_id: read.sender_id,
        received_at: call.now,
        outcome: deliveries::Outcome::Failed,
        profile: None,
        detail: Value::Null,
        request,
    };
    let failed = |wrong| Refusal::all(wrong).unwrap_or_else(unknown);
    let mut wish = match read.mapped {
        Ok(MappingOutcome::Write {
            request,
            data,
            at,
            left_out,
            not_subscribed,
            ..
        }) => PendingWrite {
            hook: hook.id.clone(),
            request,
            data,
            at: at.map(|at| at.min(call.now)),
            about: about(hook, &template.sender_id, how),
            once: Some(template.sender_id.clone()),
            left_out,
            not_subscribed,
        },
        Ok(MappingOutcome::Skip { reason }) => return keep(call, template, Err(reason)).await,
        Err(wrong) => return keep(call, template, Ok(failed(wrong))).await,
    };
    let template = Arc::new(template);
    let (mut result, mut is_sound) = write(call, hook, &wish, &template).await?;
    if let (Err(error), DeliveryOrigin::Replayed { again: true, .. }) = (&result, how)
        && error.code == Code::Repeated
    {
        wish.once = None;
        (result, is_sound) = write(call, hook, &wish, &template).await?;
    }
    let template = Arc::unwrap_or_clone(template);
    match result {
        Ok(outcome) => Ok(DeliveryOutcome::Applied(outcome)),
        Err(error) if error.code == Code::Repeated => Ok(DeliveryOutcome::Repeated),
        Err(error) if error.code == Code::Late => keep(call, template, Err(error.detail)).await,
        Err(error) => match keep(call, template, Ok(error)).await? {
            DeliveryOutcome::Failed(error) if is_sound => Ok(DeliveryOutcome::Refused(error)),
            became => Ok(became),
        },
    }
}

/// What history keeps of it.
fn about(hook: &Hook, sender_id: &str, how: DeliveryOrigin<'_>) -> Map<String, Value> {
    let mut about = Map::from_iter([
        ("hook".to_owned(), short_id(&hook.id).into()),
        ("delivery".to_owned(), sender_id.into()),
    ]);
    if let DeliveryOrigin::Replayed { by, .. } = how {
        about.insert("replayed_by".to_owned(), by.into());
    }
    about
}

/// Writes the profile and its delivery in one statement; and whether what is wrong
/// then is not the delivery's own fault.
async fn write(
    call: &Call,
    hook: &Hook,
    wish: &PendingWrite,
    template: &Arc<Delivery>,
) -> Result<(ItemResult, bool), Problem> {
    let act = WriteContext {
        database: hook.database,
        actor: &hook.name,
        interface: INTERFACE,
        origin: Origin::Webhook,
        atomic: false,
        repeatable: None,
    };
    let is_sound = Cell::new(false);
    let prepare = |schema: &Schema<'_>| {
        let command = wish.prepare(schema);
        is_sound.set(command.is_ok());
        vec![command]
    };
    let delivery = || {
        let template = Arc::clone(template);
        Some(MakeDelivery(Box::new(move |results| match results {
            [Ok(outcome)] => Some(applied(&template, outcome)),
            _ => None,
        })))
    };
    match call.write_items(&act, prepare, delivery).await? {
        WriteOutcome::Results(results) => {
            let result = results.into_iter().next();
            let result = result.ok_or_else(|| Problem::internal(&"a write without a result"));
            Ok((result?, is_sound.get()))
        }
        WriteOutcome::Repeated(_) => Err(Problem::internal(&"an answer nobody asked for")),
    }
}

/// The delivery that an outcome came of.
fn applied(template: &Delivery, outcome: &Outcome) -> Delivery {
    Delivery {
        outcome: match outcome.kind {
            OutcomeKind::Created => deliveries::Outcome::Created,
            // A webhook deletes nobody.
            OutcomeKind::Updated | OutcomeKind::Deleted => deliveries::Outcome::Updated,
            OutcomeKind::Unchanged => deliveries::Outcome::Unchanged,
        },
        profile: Some(outcome.id),
        detail: json!({
            "revision": outcome.revision,
            "skipped": outcome.skipped,
            "notes": outcome.notes,
        }),
        ..template.clone()
    }
}

/// Keeps what wrote nobody: the error of what failed, or why it was skipped.
async fn keep(
    call: &Call,
    mut delivery: Delivery,
    why: Result<Refusal, String>,
) -> Result<DeliveryOutcome, Problem> {
    (delivery.outcome, delivery.detail) = match &why {
        Ok(error) => (
            deliveries::Outcome::Failed,
            json!({
                "code": error.code,
                "errors": error.errors,
                "candidates": error.candidates.iter().map(ToString::to_string).collect::<Vec<_>>(),
            }),
        ),
        Err(reason) => (deliveries::Outcome::Skipped, json!({ "reason": reason })),
    };
    if !deliveries::put(call.pool, &delivery).await? {
        return Ok(DeliveryOutcome::Repeated);
    }
    Ok(match why {
        Ok(error) => DeliveryOutcome::Failed(Box::new(error)),
        Err(reason) => DeliveryOutcome::Skipped { reason },
    })
}

/// The refusal of a mapping that gives no reason.
fn unknown() -> Refusal {
    Refusal::invalid(Code::NotMapped, "The delivery can't be mapped.")
}
