//! Reading which profiles a request means: the members `condition` and `range`
//! of its body.

use crate::call::Call;
use crate::problem::Problem;
use roster_model::condition::Moment;
use roster_model::read::{Members, any};
use roster_model::{Condition, DatabaseId, Invalid, Range};
use roster_store::conditions::Selection;
use serde_json::Value;

/// Which profiles of a database a request means, as far as that can be read
/// without the database's definitions.
#[derive(Clone, Debug)]
pub struct RawSelection<'a> {
    condition: Option<&'a Value>,
    range: Range,
}

impl<'a> RawSelection<'a> {
    /// Takes `condition` and `range` from a body; absent ones mean everybody.
    pub fn take(members: &mut Members<'a>) -> Self {
        let condition = members.optional("condition", any);
        let range = members.optional("range", Range::parse);
        RawSelection {
            condition,
            range: range.unwrap_or(Range::ALL),
        }
    }

    /// The profiles as the store finds them at this moment, and the version of
    /// the definitions that the condition was checked against. If what is found
    /// is of another version, it means nothing: then forget the definitions and
    /// read again.
    ///
    /// # Errors
    /// [`crate::kinds::NOT_FOUND`] if there is no such database, and what is
    /// wrong with the condition, by pointer from `/condition`.
    pub async fn read(&self, call: &Call, id: DatabaseId) -> Result<(Selection, i64), Problem> {
        call.by_definitions(id, |definitions| {
            let condition = match self.condition {
                Some(json) => Condition::parse(json, &definitions.schema()).map_err(under)?,
                None => Condition::everybody(),
            };
            let moment = Moment {
                now: call.now,
                zone: definitions.database.time_zone.clone(),
            };
            let selection = Selection::new(id, &condition, self.range, &moment);
            Ok::<_, Vec<Invalid>>((selection, definitions.version))
        })
        .await
    }
}

fn under(wrong: Vec<Invalid>) -> Vec<Invalid> {
    let wrong = wrong.into_iter();
    wrong.map(|one| one.at("condition")).collect()
}
