//! Moving profiles in and out of a static segment by their ids.

use crate::Code;
use crate::error::Invalid;
use crate::id::ProfileId;
use crate::read::Members;
use crate::readers::{each, text_of};
use serde_json::Value;
use std::collections::HashSet;

/// The most profiles that one request may name, in each list.
pub const MAX_MOVED: usize = 10_000;

/// Profiles that enter a segment and profiles that leave it, by id; nobody is in
/// both lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moves {
    /// Those who enter; ids may repeat.
    pub add: Vec<ProfileId>,
    /// Those who leave; ids may repeat.
    pub remove: Vec<ProfileId>,
}

impl Moves {
    /// Reads `{add: [ids], remove: [ids]}`; each list may be absent or `null`.
    /// Whether there are such profiles is the store's question.
    ///
    /// Codes: `wrong_type`, `too_many`, `invalid_profile_id`, `contradiction` (an id
    /// is in both lists), `unknown_field`.
    pub fn parse(json: &Value) -> Result<Self, Vec<Invalid>> {
        let mut members = Members::of(json)?;
        let add = members.optional("add", ids);
        let remove = members.optional("remove", ids);
        let moves = Moves {
            add: add.unwrap_or_default(),
            remove: remove.unwrap_or_default(),
        };
        let entering: HashSet<&ProfileId> = moves.add.iter().collect();
        for (index, id) in moves.remove.iter().enumerate() {
            if entering.contains(id) {
                let detail = format!("Profile {id} is in add too: it must be in one of the two.");
                let invalid = Invalid::new(Code::Contradiction, detail);
                members.refuse("remove", invalid.at_index(index));
            }
        }
        members.finish()?;
        Ok(moves)
    }
}

fn ids(value: &Value) -> Result<Vec<ProfileId>, Vec<Invalid>> {
    let Value::Array(items) = value else {
        return Err(vec![Invalid::wrong_type(
            value,
            "an array of profiles' ids",
        )]);
    };
    if items.len() > MAX_MOVED {
        let detail = format!("{} ids: at most {MAX_MOVED} fit.", items.len());
        return Err(vec![Invalid::new(Code::TooMany, detail)]);
    }
    each(items, |item| text_of(item).and_then(str::parse))
}
