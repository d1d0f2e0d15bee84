//! Who is put in or taken out by hand, and what is known of a profile's place.

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::readers::text_of;
use crate::time::Timestamp;
use serde_json::{Value, json};

/// Where a profile stands in the control group of its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ControlState {
    /// Since when it is in; none if it isn't.
    pub entered_at: Option<Timestamp>,
    /// Whether the lot would have it in.
    pub is_drawn: bool,
    /// Whether it was put in (true) or taken out (false) by hand.
    pub by_hand: Option<bool>,
}

impl ControlState {
    /// Whether it is in.
    pub fn is_member(self) -> bool {
        self.entered_at.is_some()
    }

    /// As history has it.
    pub fn to_history(self) -> Value {
        json!({ "member": self.is_member(), "by_hand": self.by_hand.is_some() })
    }

    /// As it is shown with a profile: `null` unless it is in.
    pub fn to_json(self) -> Value {
        match self.entered_at {
            Some(at) => json!({ "entered_at": at, "by_hand": self.by_hand == Some(true) }),
            None => Value::Null,
        }
    }
}

/// What is done by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlAct {
    /// Puts somebody in, whatever their lot is.
    Add,
    /// Takes somebody out.
    Remove,
    /// The lot counts again.
    Clear,
}

impl ControlAct {
    /// Reads `add`, `remove` or `clear`. Codes: `wrong_type`, `invalid_action`.
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        match text_of(value)? {
            "add" => Ok(ControlAct::Add),
            "remove" => Ok(ControlAct::Remove),
            "clear" => Ok(ControlAct::Clear),
            other => {
                let detail = format!("{} is no action: add, remove or clear.", excerpt(other));
                Err(Invalid::new(Code::InvalidAction, detail))
            }
        }
    }

    /// What stands in the store then: in, out, or nothing.
    pub fn by_hand(self) -> Option<bool> {
        match self {
            ControlAct::Add => Some(true),
            ControlAct::Remove => Some(false),
            ControlAct::Clear => None,
        }
    }

    /// Where a profile stands afterwards; `is_running` says whether there is a set in force.
    pub fn apply(self, before: ControlState, is_running: bool, now: Timestamp) -> ControlState {
        let is_in = is_running && self.by_hand().unwrap_or(before.is_drawn);
        ControlState {
            entered_at: is_in.then(|| before.entered_at.unwrap_or(now)),
            is_drawn: before.is_drawn,
            by_hand: self.by_hand(),
        }
    }
}
