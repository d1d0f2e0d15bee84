//! `POST /v1/suppressions/{id}/entries/remove`

use crate::suppressions::openapi::GivenEntry;
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

/// Values to be taken off a list.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"entries": ["ann@example.org"], "reason": "she asked for it"}))]
struct RemoveEntries<'a> {
    /// As they are added.
    #[serde(borrow)]
    #[schema(value_type = Vec<GivenEntry>, min_items = 1, max_items = 100_000)]
    entries: Vec<&'a RawValue>,
    /// Why; at most 500 characters.
    #[schema(value_type = String, min_length = 1, max_length = 500)]
    reason: Option<String>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
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
    body = RemoveEntries<'_>,
    max_bytes = super::VALUES_BODY,
    answer = RemovedEntries,
)]
pub(crate) async fn remove(call: Call) -> Result<Reply, Problem> {
    let asked: RemoveEntries = call.json()?;
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
