//! Preparing what concerns one subscription of a profile that is known by id.

use super::Schema;
use super::command::{Action, Command, SubscriptionRef, Target};
use super::edits::ReadOptions;
use super::leniency::lenience;
use super::prepare::{object, reason_of, several};
use super::refusal::Refusal;
use super::subscribe::{identity, subscription};
use crate::contact::Contact;
use crate::id::{ProfileId, ResourceId};
use serde_json::Value;

/// Prepares making or changing one subscription of a profile; `body` is like
/// an element of `subscriptions` in a write, and may have `invalid` and
/// `line_breaks` beside. Pointers are inside it.
pub fn prepare_subscription_set(
    id: ProfileId,
    body: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Command, Refusal> {
    let mut members = object(body)?.clone();
    let (leniency, join_lines) = lenience(&members).map_err(several)?;
    for name in ["invalid", "line_breaks"] {
        members.remove(name);
    }
    let reading = ReadOptions {
        leniency,
        join_lines,
        ..ReadOptions::default()
    };
    match subscription(&Value::Object(members), None, schema, reading) {
        Ok((mut edit, left_out)) => {
            // Whose subscription it is, the route says.
            for field in &mut edit.fields {
                field.outright = true;
            }
            let reason = reason_of(std::slice::from_ref(&edit));
            let action = Action::SubscriptionSet {
                target: Target { id, if_revision },
                edit: Box::new(edit),
            };
            let mut command = Command::of(action, schema);
            command.because(reason);
            command.left_out = left_out;
            command.leniency = leniency;
            Ok(command)
        }
        Err(errors) => Err(several(errors)),
    }
}

/// Prepares asking once more for a confirmation of one subscription, which must
/// be there and neither be subscribed nor complained of: code `not_waiting`
/// (409). Nothing of the profile changes.
pub fn prepare_ask(
    id: ProfileId,
    resource: ResourceId,
    contact: Contact,
    schema: &Schema,
) -> Command {
    let target = Target {
        id,
        if_revision: None,
    };
    let action = Action::Ask {
        target,
        resource,
        contact,
    };
    Command::of(action, schema)
}

/// Prepares the soft deletion of one subscription, named by `resource_id`,
/// `channel` and contact, or by the `id` that answers show. Pointers are
/// inside `body`.
pub fn prepare_subscription_delete(
    id: ProfileId,
    body: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Command, Refusal> {
    prepare_deleted(Target { id, if_revision }, body, true, schema)
}

/// Prepares the return of a subscription that was deleted softly, named as in
/// [`prepare_subscription_delete`].
pub fn prepare_subscription_restore(
    id: ProfileId,
    body: &Value,
    if_revision: Option<i64>,
    schema: &Schema,
) -> Result<Command, Refusal> {
    prepare_deleted(Target { id, if_revision }, body, false, schema)
}

fn prepare_deleted(
    target: Target,
    body: &Value,
    deleted: bool,
    schema: &Schema,
) -> Result<Command, Refusal> {
    let members = object(body)?;
    let which = match members.get("id") {
        Some(Value::String(id)) if !members.contains_key("resource_id") => {
            SubscriptionRef::HashId(id.clone())
        }
        _ => {
            let (resource, contact) = identity(members, schema).map_err(several)?;
            SubscriptionRef::Identity(resource.id, contact)
        }
    };
    let action = Action::SubscriptionDeleted {
        target,
        which,
        deleted,
    };
    Ok(Command::of(action, schema))
}
