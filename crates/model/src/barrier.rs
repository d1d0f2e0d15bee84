//! What keeps messages from a subscription beside its own status. It goes along in
//! exports, so that the subscription is no more wherever it comes to.

use crate::Code;
use crate::error::{Invalid, excerpt};
use crate::origin::Party;
use crate::readers::text_of;
use crate::time::Timestamp;
use serde_json::Value;

/// Why a subscription gets no messages, whatever its status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barrier {
    /// The contact left, in another profile or in one that is gone.
    LeftElsewhere {
        /// Who ended it.
        by: Party,
        /// When.
        at: Timestamp,
    },
    /// The contact stands on a suppression list.
    Suppressed,
    /// The profile as a whole gets no messages.
    GlobalStatus,
    /// The profile is in the control group, which doesn't get these.
    ControlGroup,
}

impl Barrier {
    /// The word for it, the same as among the reasons of deliverability.
    pub fn as_str(self) -> &'static str {
        match self {
            Barrier::LeftElsewhere { .. } => LEFT_ELSEWHERE,
            Barrier::Suppressed => SUPPRESSED,
            Barrier::GlobalStatus => GLOBAL_STATUS,
            Barrier::ControlGroup => CONTROL_GROUP,
        }
    }

    /// Who ended it and when, where that is known.
    pub fn left(self) -> Option<(Party, Timestamp)> {
        match self {
            Barrier::LeftElsewhere { by, at } => Some((by, at)),
            Barrier::Suppressed | Barrier::GlobalStatus | Barrier::ControlGroup => None,
        }
    }
}

const LEFT_ELSEWHERE: &str = "left_elsewhere";
const SUPPRESSED: &str = "suppressed";
const GLOBAL_STATUS: &str = "global_status";
pub(crate) const CONTROL_GROUP: &str = "control_group";

/// What a write says of a barrier that there was where the data comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceBarrier {
    /// Something stood against the contact.
    Contact,
    /// Only that the profile as a whole got no messages: what it says of itself
    /// says enough.
    Profile,
}

/// Reads `withheld`: a barrier's word, or `true` for any. `null`, `false` and an empty
/// text say that there was none. Being in a control group is nobody's will: where the data
/// comes to, lots are drawn as they are there. Code: `not_an_option`.
pub(crate) fn withheld(given: &Value) -> Result<Option<SourceBarrier>, Invalid> {
    let word = match given {
        Value::Null | Value::Bool(false) => return Ok(None),
        Value::Bool(true) => return Ok(Some(SourceBarrier::Contact)),
        given => text_of(given)?.trim(),
    };
    match &*word.to_ascii_lowercase() {
        "" | "false" | CONTROL_GROUP => Ok(None),
        "true" | LEFT_ELSEWHERE | SUPPRESSED => Ok(Some(SourceBarrier::Contact)),
        GLOBAL_STATUS => Ok(Some(SourceBarrier::Profile)),
        _ => {
            let detail = format!(
                "{} keeps no messages back: withheld is {LEFT_ELSEWHERE}, {SUPPRESSED}, {GLOBAL_STATUS}, {CONTROL_GROUP}, true or false.",
                excerpt(word)
            );
            Err(Invalid::new(Code::NotAnOption, detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn being_in_a_control_group_elsewhere_holds_nothing_back_here() {
        for none in [json!(null), json!(""), json!(CONTROL_GROUP), json!(false)] {
            assert_eq!(withheld(&none), Ok(None), "{none}");
        }
        let contact = Ok(Some(SourceBarrier::Contact));
        assert_eq!(withheld(&json!(SUPPRESSED)), contact);
        assert!(withheld(&json!("control")).is_err());
    }
}
