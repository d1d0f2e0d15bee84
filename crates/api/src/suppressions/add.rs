//! `POST /v1/suppressions/{id}/entries`

use crate::suppressions::openapi::GivenEntry;
use crate::suppressions::shape::{ListAccess, found};
use crate::suppressions::values::{Values, WrongSuppressionValue, noted};
use roster_http::{Call, INTERFACE, Problem, Reply, route};
use roster_model::suppression::Entry;
use roster_store::Sql;
use roster_store::suppressions::changes::{self, AddCounts, ChangeContext, SLICE};
use roster_store::suppressions::history::Action;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Values to be put on a list.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "entries": ["ann@example.org", "*.example.net", {"value": "+4930901820", "type": "phone"}],
    "reason": "hard bounce"
}))]
struct NewEntries<'a> {
    /// Texts, or objects that say what they are.
    #[serde(borrow)]
    #[schema(value_type = Vec<GivenEntry>, min_items = 1, max_items = 100_000)]
    entries: Vec<&'a RawValue>,
    /// Why; at most 500 characters.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Where they come from; at most 500 characters.
    #[schema(max_length = 500)]
    source: Option<String>,
    /// Where numbers without `+` are dialled, an ISO 3166 code of two letters.
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
    body = NewEntries<'_>,
    max_bytes = super::VALUES_BODY,
    answer = AddedEntries,
)]
pub(crate) async fn add(call: Call) -> Result<Reply, Problem> {
    let asked: NewEntries = call.json()?;
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
