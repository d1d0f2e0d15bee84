//! Putting a profile into the control group or taking it out by hand: what a request says.

use super::Schema;
use super::command::{Action, Command};
use super::refusal::Refusal;
use super::relate::{REFERENCE_MEMBERS, one_profile};
use crate::Code;
use crate::control::ControlAct;
use crate::error::Invalid;
use crate::matching::Selector;
use crate::read::{Members, any};
use crate::readers::text_of;
use crate::text::clean;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The longest reason, in characters.
const MAX_REASON_CHARS: usize = 500;

/// What is done by hand, and with whom.
#[derive(Clone, Debug)]
pub struct ControlMove {
    /// What.
    pub act: ControlAct,
    /// With whom.
    pub selector: Selector,
    /// Why.
    pub reason: String,
}

/// Reads `{"action", "reason"}` with what names one profile, as matching does. A reason is
/// needed but for `clear`.
///
/// Codes: `wrong_type`, `required`, `unknown_field`, `invalid_action`, `empty`, `too_long`,
/// `not_supported` (the database has no control group), and those of matching.
///
/// # Errors
/// What is wrong, by pointer.
pub fn prepare_control(body: &Value, schema: &Schema) -> Result<Command, Refusal> {
    let read = || -> Result<ControlMove, Vec<Invalid>> {
        let mut members = Members::of(body)?;
        for name in REFERENCE_MEMBERS {
            members.optional(name, any);
        }
        let act = members.required("action", ControlAct::from_json);
        let why = |given: &Value| {
            let reason = clean(text_of(given)?.trim(), MAX_REASON_CHARS)?;
            if reason.is_empty() {
                return Err(Invalid::new(Code::Empty, "A reason must not be empty."));
            }
            Ok(reason)
        };
        let reason = match act {
            Some(ControlAct::Add | ControlAct::Remove) => members.required("reason", why),
            Some(ControlAct::Clear) | None => members.optional("reason", why),
        };
        members.finish()?;
        let reference: Map<String, Value> = body
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| REFERENCE_MEMBERS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        // What is missing was noted, so that `finish` has refused it.
        let missing = || vec![Invalid::new(Code::Required, "A member is missing.")];
        Ok(ControlMove {
            act: act.ok_or_else(missing)?,
            selector: one_profile(reference, schema)?,
            reason: reason.unwrap_or_default(),
        })
    };
    match read() {
        Ok(moved) => {
            let about = match moved.reason.as_str() {
                "" => None,
                reason => Some(Arc::new(json!({ "reason": reason }))),
            };
            let mut command = Command::of(Action::Control(Box::new(moved)), schema);
            command.about = about;
            Ok(command)
        }
        Err(wrong) => Err(Refusal::all(wrong).unwrap_or_else(|| {
            Refusal::invalid(Code::Invalid, "This is no change of a control group.")
        })),
    }
}
