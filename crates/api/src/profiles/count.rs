//! `POST /v1/databases/{db}/profiles/count`

use roster_http::{
    Call, DEFINITION_TRIES, Paging, Problem, RawSelection, Reply, route, take_cursor, whole_budget,
};
use roster_model::read::Members;
use roster_model::readers::text_of;
use roster_model::{Code, Invalid};
use roster_store::conditions::Total;
use serde::Serialize;
use serde_json::Value;

use super::groups::{self, Group};

/// How many profiles there are.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ProfileCount)]
pub(crate) struct Count {
    /// The number.
    pub(super) count: i64,
    /// How many have which value, the most first, if that was asked for. Who has several values
    /// counts for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) groups: Option<Vec<Group>>,
    /// How many have values that are not among `groups`, where there are more than 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) others: Option<i64>,
}

/// How many profiles meet a condition. All of them are looked at, unless match
/// keys, a segment or the counters know better. Where that takes more than 10 s,
/// the answer is 503 `took_too_long`: it has how many were `counted` so far, and a
/// `cursor` that counts the rest.
#[route(
    post, "/v1/databases/{db}/profiles/count", ProfilesRead, id = "countProfiles",
    body = crate::profiles::openapi::CountQuery,
    answer = Count,
)]
pub(crate) async fn count(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    let body: Value = call.json()?;
    let mut members = Members::of(&body)?;
    let asked = RawSelection::take(&mut members);
    let after: Option<i64> = take_cursor(&mut members)?;
    let group_by = members.optional("group_by", text_of);
    if group_by.is_some() && after.is_some() {
        let detail = "Groups are counted at once: leave the cursor out.";
        members.refuse("cursor", Invalid::new(Code::UnknownMember, detail));
    }
    members.finish()?;
    let budget = whole_budget();
    if let Some(text) = group_by {
        return groups::answer(&call, id, &asked, text, &budget).await;
    }
    for _ in 0..DEFINITION_TRIES {
        let (selection, version) = asked.read(&call, id).await?;
        let total = selection.total(call.pool, version, after.unwrap_or(0), &budget);
        match total.await? {
            Total::Whole(count) => return Ok(Reply::ok(&Count::of(count))),
            Total::Part { counted, after } => return Err(unfinished(counted, after)),
            Total::Stale => call.catalogue.forget(id),
        }
    }
    Err(roster_store::Error::Busy.into())
}

impl Count {
    fn of(total: i64) -> Self {
        Count {
            count: total,
            groups: None,
            others: None,
        }
    }
}

/// [`roster_http::kinds::TOOK_TOO_LONG`], with where to go on.
fn unfinished(counted: i64, after: i64) -> Problem {
    let place = Paging {
        limit: 1,
        after: None,
    };
    Problem::took_too_long(
        "Not all could be counted in the time that one request has. Send the same with \
         the cursor to count the rest, and add what was counted; or make the condition \
         simpler.",
    )
    .with("counted", counted)
    .with("cursor", place.cursor(&after))
}
