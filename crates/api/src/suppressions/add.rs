//! `POST /v1/suppressions/{id}/entries`

use crate::suppressions::shape::{ListAccess, found};
use crate::suppressions::values::{Values, WrongSuppressionValue, noted};
use roster_http::{Call, INTERFACE, Problem, Reply, route};
use roster_model::suppression::Entry;
use roster_store::Sql;
use roster_store::suppressions::changes::{self, AddCounts, ChangeContext, SLICE};
use roster_store::suppressions::history::Action;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Values, why they are added, and where they come from.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddRequest<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    reason: Option<String>,
    source: Option<String>,
    region: Option<String>,
}

/// What became of the values; each is counted once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AddedEntries {
    /// How many there were.
    total: usize,
    /// How many are new.
    added: usize,
    /// How many were there and have another reason or meaning now.
    updated: usize,
    /// How many were there just so, or stood here several times.
    repeated: usize,
    /// How many are wrong.
    failed: usize,
    /// The first thousand of those.
    errors: Vec<WrongSuppressionValue>,
}

/// Puts entries on a suppression list, 100,000 at most. What is wrong is left
/// out and told.
///
/// With an `Idempotency-Key` all of them are one transaction. Without, they come
/// 20,000 at a time, so that other requests get their turn; repeating it does no
/// harm.
#[route(
    post, "/v1/suppressions/{id}/entries", SuppressionsWrite, id = "addSuppressed",
    once,
    body = crate::suppressions::openapi::NewEntries,
    max_bytes = super::VALUES_BODY,
    answer = AddedEntries,
)]
pub(crate) async fn add(call: Call) -> Result<Reply, Problem> {
    let asked: AddRequest = call.json()?;
    let reason = noted("reason", asked.reason.as_deref())?;
    let source = match noted("source", asked.source.as_deref())? {
        source if source.is_empty() => INTERFACE.to_owned(),
        source => source,
    };
    let Values {
        entries,
        failed,
        errors,
    } = Values::read(&asked.entries, asked.region.as_deref()).await?;
    let why = ChangeContext {
        action: Action::Added,
        reason: &reason,
        author: call.author(),
    };
    let show = |done: AddCounts| AddedEntries {
        total: asked.entries.len(),
        added: done.added,
        updated: done.updated,
        repeated: done.repeated,
        failed,
        errors: errors.clone(),
    };
    if call.idempotency()?.is_some() {
        return call
            .once(async |sql| {
                Ok(Reply::ok(&show(
                    put(sql, &call, &entries, &source, &why).await?,
                )))
            })
            .await;
    }
    let mut done = AddCounts::default();
    // At least one look, for the list may not be there.
    let mut rest = &entries[..];
    loop {
        let (slice, behind) = rest.split_at_checked(SLICE).unwrap_or((rest, &[]));
        rest = behind;
        let added = call
            .change(async |sql| put(sql, &call, slice, &source, &why).await)
            .await?;
        done.count(added);
        if rest.is_empty() {
            return Ok(Reply::ok(&show(done)));
        }
    }
}

/// Puts entries on the list of the path.
pub(crate) async fn put(
    sql: &impl Sql,
    call: &Call,
    entries: &[Entry],
    source: &str,
    why: &ChangeContext<'_>,
) -> Result<AddCounts, Problem> {
    let mut list = found(sql, call, ListAccess::Change).await?.list;
    let mut done = AddCounts::default();
    for slice in entries.chunks(SLICE) {
        done.count(changes::add(sql, &mut list, slice, source, why).await?);
    }
    Ok(done)
}
