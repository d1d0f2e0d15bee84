//! `GET …/profiles/{id}/history` and `GET …/profiles/history`

use roster_http::{Call, Paging, Problem, Reply};
use roster_model::history::{KINDS, kind};
use roster_model::{DatabaseId, ProfileId, Timestamp};
use roster_store::history::{Entry, Filter, list};
use roster_store::profiles;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::get::profile_path;

/// One change.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = HistoryEntry))]
pub(crate) struct ShownEntry {
    /// Its id; greater than every earlier one's.
    id: String,
    /// The profile; `null` for a change of the database itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    profile_id: Option<ProfileId>,
    /// When.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    at: Timestamp,
    /// `profile.created`, `profile.updated`, `profile.deleted`, `field.created`, …
    #[cfg_attr(feature = "openapi", schema(example = "profile.created"))]
    kind: String,
    /// The name of the token that made it.
    actor: String,
    /// The interface that it was made through.
    #[cfg_attr(feature = "openapi", schema(example = "api"))]
    interface: String,
    /// What changed: `[{field, before, after}, …]`.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    changes: Box<RawValue>,
    /// What is known of the act: `consent` (`act`, `ip`, `user_agent`, `url`,
    /// `wording`), `reason`, `event`; `null` where nothing is.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    about: Option<Box<RawValue>>,
}

/// A page of history.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = HistoryPage))]
pub(crate) struct History {
    /// The changes, newest first.
    items: Vec<ShownEntry>,
    /// The cursor of the next page; `null` after the last.
    next: Option<String>,
}

/// What happened to one profile, newest first.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/profiles/{id}/history", tag = "profiles", operation_id = "profileHistory",
    params(
        crate::openapi::ProfilePath,
        crate::openapi::HistoryParameters,
        roster_http::openapi::PageQuery,
    ),
    responses((status = 200, body = History)),
))]
pub(crate) async fn of_profile(call: Call) -> Result<Reply, Problem> {
    let (database, id) = profile_path(&call)?;
    answer(&call, database, Some(id)).await
}

/// What happened in a database, newest first.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/profiles/history", tag = "profiles", operation_id = "databaseHistory",
    params(
        crate::openapi::DatabasePath,
        crate::openapi::HistoryParameters,
        roster_http::openapi::PageQuery,
    ),
    responses((status = 200, body = History)),
))]
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
    call.only(&["kind", "from", "to", "limit", "cursor"])?;
    let paging: Paging<i64> = call.paging()?;
    let filter = Filter {
        kind: asked_kind(call)?.map(str::to_owned),
        from: time(call, "from")?,
        to: time(call, "to")?,
        before: paging.after,
        limit: paging.limit as i64 + 1,
    };
    let sql = call.pool.lend().await?;
    let entries = list(&sql, database, profile, &filter).await?;
    if entries.is_empty()
        && let Some(profile) = profile
        && profiles::get(&sql, database, profile).await?.is_none()
    {
        return Err(Problem::not_found("profile"));
    }
    let page = paging.page(entries, |entry| entry.id);
    Ok(Reply::ok(&History {
        items: page.items.into_iter().map(shown).collect(),
        next: page.next,
    }))
}

fn asked_kind(call: &Call) -> Result<Option<&'static str>, Problem> {
    let found = call.query("kind").map(kind).transpose();
    found.map_err(|odd| Problem::parameter("kind", odd.detail).with("allowed", json!(KINDS)))
}

fn time(call: &Call, name: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    let time = text.parse::<Timestamp>();
    time.map(Some)
        .map_err(|invalid| Problem::parameter(name, format!("{name}: {}", invalid.detail)))
}

fn shown(entry: Entry) -> ShownEntry {
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
