//! `POST /v1/suppressions/{id}/clear`

use crate::suppressions::delete::RemovedSuppression;
use crate::suppressions::shape::{ListAccess, found, list_id};
use crate::suppressions::values::noted;
use roster_http::{Call, Problem, Reply, route};
use roster_store::suppressions::changes::{self, ChangeContext};
use roster_store::suppressions::history::Action;
use serde::Deserialize;

/// Why a list is cleared.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = ClearSuppression)]
pub(crate) struct ClearRequest {
    /// The reason that history tells; at most 500 characters.
    #[schema(example = "tests are over")]
    reason: Option<String>,
}

/// Takes all entries off a suppression list; its history keeps them. Needs a
/// confirmation.
///
/// They go in slices, so that other requests get their turn. If that is broken
/// off, some are gone: repeat it.
#[route(
    post, "/v1/suppressions/{id}/clear", SuppressionsWrite, id = "clearSuppression",
    query = crate::queries::ConfirmQuery,
    body = Option<ClearRequest>,
    answer = RemovedSuppression,
)]
pub(crate) async fn clear(call: Call) -> Result<Reply, Problem> {
    let asked: ClearRequest = call.json_or_none()?.unwrap_or_default();
    let reason = noted("reason", asked.reason.as_deref())?;
    let id = list_id(&call)?;
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Change).await?.list;
    drop(sql);
    call.confirmed(&list.name)?;
    let why = ChangeContext {
        action: Action::Cleared,
        reason: &reason,
        author: call.author(),
    };
    let (mut after, mut entries) = (String::new(), 0);
    loop {
        let slice = call
            .change(async |sql| {
                found(sql, &call, ListAccess::Change).await?;
                Ok::<_, Problem>(changes::clear_slice(sql, id, &after, &why).await?)
            })
            .await?;
        let Some(slice) = slice else {
            return Ok(Reply::ok(&RemovedSuppression { id, entries }));
        };
        entries += slice.removed;
        after = slice.last;
    }
}
