//! `GET /v1/suppressions/{id}/history`

use crate::suppressions::shape::{ListAccess, found};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Timestamp;
use roster_store::suppressions::history::{self, HistoryEntry};
use serde::Serialize;

/// How many items a page has at most when they have their keys: a thousand each.
const WITH_KEYS: usize = 20;

/// Entries that came or went.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SuppressionChange)]
pub(crate) struct ShownChange {
    /// Its id; newer ones are greater.
    #[schema(example = "1")]
    id: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who.
    actor: String,
    /// By which interface.
    interface: String,
    /// `added`, `imported`, `removed` or `cleared`.
    #[schema(example = "removed")]
    action: String,
    /// Why.
    reason: String,
    /// How many entries.
    count: i64,
    /// With `keys=true`: their values, all that went, at most a thousand of
    /// those that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<String>>,
}

impl From<HistoryEntry> for ShownChange {
    fn from(told: HistoryEntry) -> Self {
        ShownChange {
            id: told.id.to_string(),
            at: told.at,
            actor: told.actor,
            interface: told.interface,
            action: told.action,
            reason: told.reason,
            count: told.count,
            keys: told.keys,
        }
    }
}

/// What came to a suppression list and what went from it, newest first. A large
/// removal is told a thousand entries at a time; with their values a page has 20
/// items at most.
#[route(
    get, "/v1/suppressions/{id}/history", SuppressionsRead, id = "listSuppressionHistory",
    query = crate::suppressions::openapi::HistoryQuery,
    page = crate::suppressions::history::ShownChange,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let keys = call.flag("keys")?;
    let mut paging = call.paging::<i64>()?;
    if keys {
        paging.limit = paging.limit.min(WITH_KEYS);
    }
    let sql = call.pool.lend().await?;
    let list = found(&sql, &call, ListAccess::Read).await?.list;
    let read = async |before: Option<&i64>, rows| {
        let before = before.copied().unwrap_or(i64::MAX);
        history::page(&sql, list.id, before, rows, keys).await
    };
    let page = paging.read(read, |one| one.id, |one| Ok(ShownChange::from(one)));
    Ok(Reply::ok(&page.await?))
}
