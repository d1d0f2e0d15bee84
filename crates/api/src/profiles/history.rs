//! `GET …/profiles/{id}/history` and `GET …/profiles/history`

use roster_http::{Call, Paging, Problem, Reply, page_budget, route};
use roster_model::history::{KINDS, kind};
use roster_model::{DatabaseId, ProfileId, Timestamp};
use roster_store::history::{Entry, Filter, Limits, list};
use roster_store::pace::{PAGE_BYTES, Pace};
use roster_store::profiles;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::profiles::get::{gone, profile_path};
use crate::relations::HistorySight;

/// How many entries the first statement looks at, and any at most.
const FIRST_LOOK: i64 = 2_000;
const LOOK: i64 = 50_000;

/// One change.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HistoryEntry)]
pub(crate) struct ShownEntry {
    /// Its id; greater than every earlier one's.
    id: String,
    /// The profile; `null` for a change of the database itself.
    #[schema(value_type = Option<String>)]
    profile_id: Option<ProfileId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `profile.created`, `profile.updated`, `profile.deleted`, `field.created`, …
    #[schema(example = "profile.created")]
    kind: String,
    /// The name of the token that made it.
    actor: String,
    /// The interface that it was made through.
    #[schema(example = "api")]
    interface: String,
    /// What changed: `[{field, before, after}, …]`.
    #[schema(value_type = Vec<roster_model::history::Change>)]
    changes: Box<RawValue>,
    /// What is known of the act: `consent` (`act`, `ip`, `user_agent`, `url`,
    /// `wording`), `reason`, `event`; `null` where nothing is.
    #[schema(value_type = Option<Object>)]
    about: Option<Box<RawValue>>,
}

/// A page of history.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HistoryPage)]
pub(crate) struct History {
    /// The changes, newest first.
    items: Vec<ShownEntry>,
    /// The cursor of the next page; `null` after the last. A page may have fewer
    /// changes than asked for and still not be the last.
    next: Option<String>,
}

/// What happened to one profile, newest first.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/history", ProfilesRead, id = "profileHistory",
    query = crate::profiles::openapi::HistoryParameters,
    paged,
    answer = History,
)]
pub(crate) async fn of_profile(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    answer(&call, database, Some(id)).await
}

/// What happened in a database, newest first.
#[route(
    get, "/v1/databases/{db}/profiles/history", ProfilesRead, id = "databaseHistory",
    query = crate::profiles::openapi::HistoryParameters,
    paged,
    answer = History,
)]
pub(crate) async fn of_database(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    call.definitions(database).await?;
    answer(&call, database, None).await
}

async fn answer(
    call: &Call,
    database: DatabaseId,
    profile: Option<ProfileId>,
) -> Result<Reply, Problem> {
    let paging: Paging<i64> = call.paging()?;
    let filter = Filter {
        kind: requested_kind(call)?.map(str::to_owned),
        from: call.time("from")?,
        to: call.time("to")?,
        before: paging.after,
    };
    let sight = HistorySight::of(call, database).await?;
    let (entries, next) = page(call, database, profile, filter, paging.limit, &sight).await?;
    if entries.is_empty()
        && let Some(profile) = profile
    {
        let sql = call.pool.lend().await?;
        if profiles::get(&sql, database, profile).await?.is_none() {
            return Err(gone(call, &sql, database, profile).await?);
        }
    }
    Ok(Reply::ok(&History {
        items: entries.into_iter().map(shown).collect(),
        next: next.map(|next| paging.cursor(&next)),
    }))
}

/// A page, and before which entry to go on. Of a rare kind it may have fewer
/// entries than asked for, even none.
async fn page(
    call: &Call,
    database: DatabaseId,
    profile: Option<ProfileId>,
    mut filter: Filter,
    limit: usize,
    sight: &HistorySight,
) -> Result<(Vec<Entry>, Option<i64>), Problem> {
    let budget = page_budget();
    let mut pace = Pace::new(FIRST_LOOK, LOOK);
    let mut bytes = PAGE_BYTES;
    let mut entries: Vec<Entry> = Vec::new();
    let mut looked = false;
    loop {
        // One too many shows that there is a next page.
        let take = (limit + 1 - entries.len()) as i64;
        let limits = Limits {
            take,
            // Only a kind passes over many.
            look: if filter.kind.is_some() {
                pace.rows().max(take)
            } else {
                take
            },
            bytes,
        };
        // The first look is short work; only a rare kind makes it long.
        let sql = if looked {
            call.pool.lend_slice().await?
        } else {
            call.pool.lend().await?
        };
        looked = true;
        let found = pace.slice(list(&sql, database, profile, &filter, limits));
        let mut found = found.await?;
        sight.mask(&sql, found.entries.iter_mut()).await?;
        drop(sql);
        for entry in found.entries.into_iter().filter(|one| sight.shows(one)) {
            if entries.len() == limit {
                let last = entries.last().map(|last| last.id);
                return Ok((entries, last));
            }
            bytes -= i64::try_from(entry.size()).unwrap_or(i64::MAX);
            entries.push(entry);
        }
        match found.next {
            Some(next) if bytes > 0 && !budget.is_spent() => filter.before = Some(next),
            next => return Ok((entries, next)),
        }
    }
}

/// The kind that the parameter `kind` names.
pub(crate) fn requested_kind(call: &Call) -> Result<Option<&'static str>, Problem> {
    let found = call.query("kind").map(kind).transpose();
    found.map_err(|odd| Problem::parameter("kind", odd.detail).with("allowed", json!(KINDS)))
}

/// An entry as it is shown.
pub(crate) fn shown(entry: Entry) -> ShownEntry {
    ShownEntry {
        id: entry.id.to_string(),
        profile_id: entry.profile,
        at: entry.at,
        kind: entry.kind,
        actor: entry.actor,
        interface: entry.interface,
        changes: entry.changes,
        about: entry.about,
    }
}
