//! `POST /v1/suppressions/{id}/entries/remove`

use crate::suppressions::shape::{ListAccess, found};
use crate::suppressions::values::{Values, WrongSuppressionValue, noted};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::suppression::Entry;
use roster_store::Sql;
use roster_store::suppressions::changes::{self, ChangeContext, SLICE};
use roster_store::suppressions::history::Action;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Values, and why they are taken off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RemoveRequest<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    reason: Option<String>,
    region: Option<String>,
}

/// What became of the values.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedEntries {
    /// How many there were.
    total: usize,
    /// How many entries went; a value may have stood there in several forms.
    removed: usize,
    /// How many values are wrong.
    failed: usize,
    /// The first thousand of those.
    errors: Vec<WrongSuppressionValue>,
}

/// Takes entries off a suppression list, 100,000 values at most: a plain value
/// takes its hashes along, a hash itself. A reason must be given; the list's
/// history keeps it with every key.
///
/// With an `Idempotency-Key` all of them are one transaction. Without, they go
/// 20,000 at a time, so that other requests get their turn; repeating it does no
/// harm.
#[route(
    post, "/v1/suppressions/{id}/entries/remove", SuppressionsWrite, id = "removeSuppressed",
    once,
    body = crate::suppressions::openapi::RemoveEntries,
    max_bytes = super::VALUES_BODY,
    answer = RemovedEntries,
)]
pub(crate) async fn remove(call: Call) -> Result<Reply, Problem> {
    let asked: RemoveRequest = call.json()?;
    let reason = noted("reason", asked.reason.as_deref())?;
    if reason.is_empty() {
        let detail = "reason must be there: say why they may be written to again.";
        return Err(Invalid::new(Code::Required, detail).at("reason").into());
    }
    let Values {
        entries,
        failed,
        errors,
    } = Values::read(&asked.entries, asked.region.as_deref()).await?;
    let why = ChangeContext {
        action: Action::Removed,
        reason: &reason,
        author: call.author(),
    };
    let show = |removed| RemovedEntries {
        total: asked.entries.len(),
        removed,
        failed,
        errors: errors.clone(),
    };
    if call.idempotency()?.is_some() {
        return call
            .once(async |sql| {
                Ok(Reply::ok(&show(
                    take_off(sql, &call, &entries, &why).await?,
                )))
            })
            .await;
    }
    let mut removed = 0;
    let mut rest = &entries[..];
    loop {
        let (slice, behind) = rest.split_at_checked(SLICE).unwrap_or((rest, &[]));
        rest = behind;
        removed += call
            .change(async |sql| take_off(sql, &call, slice, &why).await)
            .await?;
        if rest.is_empty() {
            return Ok(Reply::ok(&show(removed)));
        }
    }
}

async fn take_off(
    sql: &impl Sql,
    call: &Call,
    entries: &[Entry],
    why: &ChangeContext<'_>,
) -> Result<usize, Problem> {
    let list = found(sql, call, ListAccess::Change).await?.list;
    let mut removed = 0;
    for slice in entries.chunks(SLICE) {
        let keys: Vec<String> = slice.iter().flat_map(|one| one.same(list.forms)).collect();
        for keys in keys.chunks(SLICE) {
            removed += changes::remove(sql, list.id, keys, why).await?;
        }
    }
    Ok(removed)
}
