//! `GET /v1/databases/{db}/profiles`
//!
//! In order of creation, so that pages stay as they are while people are added; in
//! another order, and by a saved view, it is a query.
//! A condition on a field with match keys is answered by them. One without is
//! looked for in bounded slices: a page may then hold fewer profiles than asked
//! for, even none, and `next` says where to go on.

use std::collections::HashMap;

use roster_http::{Call, Paging, Problem, Reply, page_budget, route};
use roster_model::profile::Profile;
use roster_model::{Database, DatabaseId, Sort};
use roster_store::pace::{PAGE_BYTES, Pace};
use roster_store::profiles::{Single, SizeLimit, by_key, first, page, values};
use roster_store::segments;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::profiles::filter::{Condition, check_names};
use crate::profiles::get::single;
use crate::profiles::query::answer;
use crate::profiles::shape::{ShownProfile, SparseFields};

/// How many profiles the first slice of a walk passes, and any at most.
const FIRST_SLICE: i64 = 2_000;
const SLICE: i64 = 20_000;
/// How many whole profiles are read at first where most are passed over, and
/// later.
const PASSED: i64 = 500;
const MOST_PASSED: i64 = 2_000;

/// A page of profiles.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ProfilePage)]
pub(crate) struct Profiles {
    /// The profiles.
    items: Vec<ShownProfile>,
    /// The cursor of the next page; `null` after the last. A page may have fewer
    /// profiles than asked for and still not be the last.
    next: Option<String>,
}

/// Profiles in order of creation or in the one that `sort` asks for, all or those that meet
/// every condition.
#[route(
    get, "/v1/databases/{db}/profiles", ProfilesRead, id = "listProfiles",
    query = crate::profiles::openapi::Fields,
    query = crate::profiles::openapi::Conditions,
    paged,
    any_query,
    answer = Profiles,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let id = call.database()?;
    if call.query("view").is_some() || call.query("sort").is_some() {
        let body = call
            .by_definitions(id, |definitions| query_body(&call, &definitions.database))
            .await?;
        return answer(&call, body).await;
    }
    let paging: Paging<i64> = call.paging()?;
    let sparse = SparseFields::parse(call.query("fields"));
    if !sparse.names().is_empty() {
        check_names(&call, id, sparse.names()).await?;
    }
    let mut fresh = false;
    let (items, last) = loop {
        let definitions = call.definitions(id).await?;
        let conditions = match conditions(&call, &definitions.database) {
            Ok(conditions) => conditions,
            Err(problem) if fresh => return Err(problem),
            // The field may be newer than what this instance remembers.
            Err(_) => {
                call.catalogue.forget(id);
                fresh = true;
                continue;
            }
        };
        if let [condition] = conditions.as_slice()
            && paging.after.is_none()
            && let Some(key) = condition.unique_key()
        {
            let (found, version) = single(&call, Single::Key(id, key)).await?;
            if version != definitions.version {
                call.catalogue.forget(id);
                continue;
            }
            let items = found
                .into_iter()
                .map(|profile| ShownProfile::read(profile, &sparse))
                .collect::<Result<_, _>>()
                .map_err(|error| Problem::internal(&error))?;
            return Ok(Reply::ok(&Profiles { items, next: None }));
        }
        match read(&call, id, &conditions, &paging, definitions.version).await? {
            Some(found) => break found,
            None => call.catalogue.forget(id),
        }
    };
    let next = last.map(|last| paging.cursor(&last));
    let items = shown(&call, id, items, &sparse).await?;
    Ok(Reply::ok(&Profiles { items, next }))
}

/// The query that a list by a view, or in an order, is.
fn query_body(call: &Call, database: &Database) -> Result<Value, Problem> {
    let limit = call.paging::<IgnoredAny>()?.limit;
    let mut body = json!({ "limit": limit, "cursor": call.query("cursor") });
    if let Some(text) = call.query("sort") {
        Sort::parse(text, database)
            .map_err(|wrong| Problem::parameter("sort", format!("sort: {}", wrong.detail)))?;
        body["sort"] = json!(text);
    }
    if let Some(view) = call.query("view") {
        call.only(&["view", "sort", "fields", "limit", "cursor"])?;
        body["view"] = json!(view);
    } else {
        let all: Vec<Value> = conditions(call, database)?
            .iter()
            .map(Condition::to_json)
            .collect();
        if !all.is_empty() {
            body["condition"] = json!({ "all": all });
        }
    }
    if call.query("fields").is_some() {
        body["fields"] = json!(SparseFields::parse(call.query("fields")).names());
    }
    Ok(body)
}

/// Profiles of a database as they are shown. Where it has segments, one more
/// statement says who is in which.
pub(crate) async fn shown(
    call: &Call,
    database: DatabaseId,
    profiles: Vec<Profile>,
    sparse: &SparseFields,
) -> Result<Vec<ShownProfile>, Problem> {
    let mut memberships = HashMap::new();
    if sparse.shows_segments()
        && !profiles.is_empty()
        && !call.definitions(database).await?.segments.is_empty()
    {
        let pks: Vec<i64> = profiles.iter().map(|profile| profile.id.pk()).collect();
        let sql = call.pool.lend().await?;
        memberships = segments::of_profiles(&sql, &pks).await?;
    }
    profiles
        .into_iter()
        .map(|profile| {
            let segments = memberships.remove(&profile.id.pk()).unwrap_or_default();
            ShownProfile::of(profile, segments, sparse)
        })
        .collect::<Result<_, _>>()
        .map_err(|error| Problem::internal(&error))
}

fn conditions<'a>(call: &Call, database: &'a Database) -> Result<Vec<Condition<'a>>, Problem> {
    call.query_pairs()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "limit" | "cursor" | "fields" | "sort"))
        .map(|(name, text)| Condition::parse(name, text, database))
        .collect()
}

/// A page, and the key to go on after; none when the definitions are not of
/// this version.
async fn read(
    call: &Call,
    database: DatabaseId,
    conditions: &[Condition<'_>],
    paging: &Paging<i64>,
    version: i64,
) -> Result<Option<(Vec<Profile>, Option<i64>)>, Problem> {
    let key = conditions.iter().find_map(Condition::key);
    let sliced = conditions.iter().find(|c| c.field_name().is_some());
    let mut items: Vec<Profile> = Vec::new();
    let mut after = paging.after.unwrap_or(0);
    let mut bytes = PAGE_BYTES;
    let mut pace = Pace::new(FIRST_SLICE, SLICE);
    let mut passed = PASSED;
    let budget = page_budget();
    loop {
        // One too many shows that there is a next page.
        let wanted = paging.limit - items.len() + 1;
        let (found, end) = match (&key, sliced) {
            (None, Some(condition)) => {
                let name = condition.field_name().unwrap_or_default();
                let most = SizeLimit {
                    rows: pace.rows(),
                    bytes: PAGE_BYTES,
                };
                let sql = call.pool.lend_slice().await?;
                let slice = pace.slice(values(&sql, database, name, after, most));
                let slice = slice.await?;
                if slice.version != version {
                    return Ok(None);
                }
                let mut pks: Vec<i64> = slice
                    .values
                    .iter()
                    .filter(|(_, value)| condition.accepts(value))
                    .map(|(pk, _)| *pk)
                    .collect();
                pks.sort_unstable();
                let more = pks.len() > wanted;
                pks.truncate(wanted);
                let last = pks.last().copied();
                let (mut found, rest) = first(&sql, &pks, bytes).await?;
                found.sort_unstable_by_key(|profile| profile.id);
                let end = match rest.first() {
                    Some(next) => Some(next - 1),
                    None if more => last,
                    None => slice.next,
                };
                (found, end)
            }
            (key, _) => {
                // Of profiles with a status, most are passed over.
                let all = conditions.is_empty() || (conditions.len() == 1 && key.is_some());
                let most = SizeLimit {
                    rows: if all {
                        wanted as i64
                    } else {
                        passed.max(wanted as i64)
                    },
                    bytes: if all { bytes } else { PAGE_BYTES },
                };
                let sql = if all {
                    call.pool.lend().await?
                } else {
                    call.pool.lend_slice().await?
                };
                let found = match key {
                    Some(key) => by_key(&sql, database, key, after, most).await?,
                    None => page(&sql, database, after, most).await?,
                };
                passed = MOST_PASSED;
                if found.version != version {
                    return Ok(None);
                }
                (found.profiles, found.next)
            }
        };
        for profile in found {
            if !conditions.iter().all(|condition| condition.holds(&profile)) {
                continue;
            }
            if items.len() == paging.limit || bytes <= 0 {
                let last = items.last().map(|last| last.id.pk());
                return Ok(Some((items, last)));
            }
            let size = profile.data_size() + profile.subscriptions_size();
            bytes -= i64::try_from(size).unwrap_or(i64::MAX);
            items.push(profile);
        }
        match end {
            Some(end) if bytes <= 0 || budget.is_spent() => return Ok(Some((items, Some(end)))),
            Some(end) => after = end,
            None => return Ok(Some((items, None))),
        }
    }
}
