//! Who enters and who leaves static segments with a write. These memberships are no
//! part of a profile: they change neither its revision nor its history.

use super::Schema;
use crate::Code;
use crate::contact::present;
use crate::error::Invalid;
use crate::id::{ProfileId, SegmentId};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most segments that one list may name.
pub const MAX_LISTED: usize = 500;

const PUT: &str = "add_to_segments";
const GONE: &str = "remove_from_segments";

/// The members of a request that name segments.
pub(crate) const MEMBERS: [&str; 2] = [PUT, GONE];

/// The static segments that profiles enter and leave; no segment is in both
/// lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memberships {
    /// Those that profiles enter, distinct.
    pub put: Vec<SegmentId>,
    /// Those that profiles leave, distinct.
    pub gone: Vec<SegmentId>,
}

impl Memberships {
    /// Reads `add_to_segments` and `remove_from_segments` of a request; none if
    /// neither names a segment. Pointers are inside the request.
    ///
    /// Codes: `wrong_type`, `too_many`, `invalid_id`, `unknown_segment`, `segment_not_static`,
    /// `contradiction` (a segment is in both lists).
    pub fn parse(
        members: &Map<String, Value>,
        schema: &Schema,
    ) -> Result<Option<Arc<Self>>, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut read = |name| match present(members, name) {
            Some(given) => list(given, schema, &mut wrong, name),
            None => Vec::new(),
        };
        let (put, gone) = (read(PUT), read(GONE));
        for (index, id) in gone.iter().enumerate() {
            if let Some(id) = id
                && put.contains(&Some(*id))
            {
                let detail = format!("Segment {id} is in {PUT} too: it must be in one of the two.");
                let invalid = Invalid::new(Code::Contradiction, detail);
                wrong.push(invalid.at_index(index).at(GONE));
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let (put, gone) = (distinct(put), distinct(gone));
        let any = !put.is_empty() || !gone.is_empty();
        Ok(any.then(|| Arc::new(Memberships { put, gone })))
    }
}

/// The ids of a list; none in the places of those that are wrong.
fn list(
    given: &Value,
    schema: &Schema,
    wrong: &mut Vec<Invalid>,
    name: &str,
) -> Vec<Option<SegmentId>> {
    let Value::Array(items) = given else {
        wrong.push(Invalid::wrong_type(given, "an array of segments' ids").at(name));
        return Vec::new();
    };
    if items.len() > MAX_LISTED {
        let detail = format!("{} segments: at most {MAX_LISTED} fit.", items.len());
        wrong.push(Invalid::new(Code::TooMany, detail).at(name));
        return Vec::new();
    }
    let mut ids = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let read = schema.static_segment(item);
        ids.push(match read {
            Ok(id) => Some(id),
            Err(invalid) => {
                wrong.push(invalid.at_index(index).at(name));
                None
            }
        });
    }
    ids
}

fn distinct(ids: Vec<Option<SegmentId>>) -> Vec<SegmentId> {
    let mut ids: Vec<SegmentId> = ids.into_iter().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Memberships that items of a group have changed, in their order.
#[derive(Debug, Default)]
pub(crate) struct Moves(Vec<(SegmentId, ProfileId, bool)>);

/// What moves come to: who leaves, and who enters.
pub(crate) type MembershipDelta = (Vec<(SegmentId, ProfileId)>, Vec<(SegmentId, ProfileId)>);

impl Moves {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets the moves after the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    pub fn add(&mut self, memberships: &Memberships, profile: ProfileId) {
        let gone = memberships.gone.iter().map(|id| (*id, profile, false));
        let put = memberships.put.iter().map(|id| (*id, profile, true));
        self.0.extend(gone.chain(put));
    }

    /// The last move of each profile and segment, of profiles that there are.
    pub fn net(self, exists: impl Fn(ProfileId) -> bool) -> MembershipDelta {
        let last: BTreeMap<(SegmentId, ProfileId), bool> = self
            .0
            .into_iter()
            .map(|(segment, profile, enters)| ((segment, profile), enters))
            .collect();
        let (mut gone, mut put) = MembershipDelta::default();
        for (pair, enters) in last {
            if exists(pair.1) {
                if enters { &mut put } else { &mut gone }.push(pair);
            }
        }
        (gone, put)
    }
}
