//! `GET /v1/search`

use std::collections::HashMap;

use roster_http::{Call, DEFINITION_TRIES, Paging, Problem, Reply, kinds, page_budget, route};
use roster_model::profile::Profile;
use roster_model::search::{Hit, Query, QueryError, Scope, Tier};
use roster_model::{Database, DatabaseId, ProfileId, Status, Subscription, Timestamp};
use roster_store::pace::PAGE_BYTES;
use roster_store::search::{Page, Position, Request, read_phones, search};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::search::snapshot::{DatabaseSnapshot, forget, snapshot};

/// How many hits a page has if nobody says.
const DEFAULT_LIMIT: usize = 20;

/// A page of hits.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SearchPage {
    /// The hits, best first.
    items: Vec<Item>,
    /// The cursor of the next page; `null` after the last. A page may have
    /// fewer hits than asked for and still not be the last.
    next: Option<String>,
    /// Opens the same search again.
    #[schema(example = "/v1/search?q=maria")]
    link: String,
}

/// One hit.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SearchHit)]
pub(crate) struct Item {
    /// The database that holds the profile.
    database: DatabaseName,
    /// The profile.
    profile: FoundProfile,
    /// Where it was found.
    matches: Vec<Place>,
}

/// A database by name.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DatabaseName {
    /// Its id.
    #[schema(value_type = String)]
    id: DatabaseId,
    /// Its name.
    name: String,
}

/// A profile.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundProfile {
    /// Its id.
    #[schema(value_type = String)]
    id: ProfileId,
    /// Its database.
    #[schema(value_type = String)]
    database_id: DatabaseId,
    /// Counts its changes from 1.
    revision: i64,
    /// Its global status.
    #[schema(value_type = String)]
    status: Status,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// Its values by field.
    data: Map<String, Value>,
    /// Its subscriptions.
    #[schema(value_type = Vec<crate::profiles::ShownSubscription>)]
    subscriptions: Vec<Subscription>,
}

/// Where a query was found.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SearchMatch)]
pub(crate) struct Place {
    /// The field's name, `id`, `_status` or `subscriptions/<channel>`.
    field: String,
    /// The text that holds it.
    value: String,
    /// Where in it: from and to (not included), in Unicode characters. Empty
    /// when the value as a whole is meant.
    ranges: Vec<[u32; 2]>,
}

/// Finds people by what is known of them.
#[route(
    get, "/v1/search", SearchRead, id = "search",
    query = crate::search::openapi::SearchQuery,
    paged,
    answer = SearchPage,
)]
pub(crate) async fn find(call: Call) -> Result<Reply, Problem> {
    let text = call
        .query("q")
        .ok_or_else(|| Problem::parameter("q", "q is what to look for."))?;
    let scope = match call.query("in") {
        None | Some("all") => Scope::All,
        Some("profiles") => Scope::Profiles,
        Some("subscriptions") => Scope::Subscriptions,
        Some(_) => {
            let detail = "in must be profiles, subscriptions or all.";
            return Err(Problem::parameter("in", detail));
        }
    };
    let database = call
        .query("database")
        .map(|id| id.parse::<DatabaseId>())
        .transpose()
        .map_err(|_| Problem::not_found("database"))?;
    let paging: Paging<(u8, i64)> = call.paging()?;
    let limit = match call.query("limit") {
        Some(_) => paging.limit,
        None => DEFAULT_LIMIT,
    };
    let after = paging.after.map(position).transpose()?;
    let budget = page_budget();
    for _ in 0..DEFINITION_TRIES {
        let snapshot = snapshot(call.pool).await?;
        let databases = visible(&call, &snapshot, database);
        if database.is_some() && databases.is_empty() {
            // It may be newer than what this instance remembers.
            if is_current(call.pool, &snapshot).await? {
                return Err(Problem::not_found("database"));
            }
            forget();
            continue;
        }
        let is_field =
            |name: &str| name == "_status" || databases.values().any(|db| db.field(name).is_some());
        let mut query = Query::parse(text, is_field).map_err(wrong)?;
        read_phones(&mut query, databases.values().map(|db| db.region));
        let request = Request {
            query: &query,
            scope,
            all: databases.len() == snapshot.databases.len(),
            databases: &databases,
            version: snapshot.version,
            limit,
            bytes: PAGE_BYTES,
            budget,
            after,
        };
        match search(call.pool, &request).await? {
            Some(page) => return Ok(answer(&call, &databases, page, &paging)),
            None => forget(),
        }
    }
    Err(roster_store::Error::Busy.into())
}

async fn is_current(
    sql: &impl roster_store::Sql,
    snapshot: &DatabaseSnapshot,
) -> Result<bool, Problem> {
    Ok(roster_store::catalogue::version(sql).await? == snapshot.version)
}

/// The databases that the caller may see, or the one of them that is asked for.
fn visible<'a>(
    call: &Call,
    snapshot: &'a DatabaseSnapshot,
    only: Option<DatabaseId>,
) -> HashMap<DatabaseId, &'a Database> {
    snapshot
        .databases
        .iter()
        .filter(|(id, _)| only.is_none_or(|only| only == **id) && call.caller.may_see(**id))
        .map(|(id, database)| (*id, database))
        .collect()
}

fn position((tier, pk): (u8, i64)) -> Result<Position, Problem> {
    let tier = match tier {
        0 => Tier::Exact,
        1 => Tier::Prefix,
        2 => Tier::Inside,
        _ => {
            let detail = "Send a cursor as it stood in next.";
            return Err(Problem::new(kinds::INVALID_CURSOR, detail));
        }
    };
    Ok(Position { tier, pk })
}

fn wrong(error: QueryError) -> Problem {
    let (kind, detail) = match error {
        QueryError::TooShort => (
            kinds::QUERY_TOO_SHORT,
            "q needs a word of two or more letters or digits.".to_owned(),
        ),
        QueryError::TooLong => (
            kinds::QUERY_TOO_LONG,
            format!("q has more than {} characters.", Query::MAX_CHARS),
        ),
        QueryError::TooManyTerms => (
            kinds::QUERY_TOO_LONG,
            format!("q has more than {} words.", Query::MAX_TERMS),
        ),
    };
    Problem::new(kind, detail).with("parameter", "q")
}

fn answer(
    call: &Call,
    databases: &HashMap<DatabaseId, &Database>,
    page: Page,
    paging: &Paging<(u8, i64)>,
) -> Reply {
    let items = page
        .hits
        .into_iter()
        .map(|(profile, hit)| item(databases, profile, hit))
        .collect();
    let next = page
        .next
        .map(|position| paging.cursor(&(position.tier as u8, position.pk)));
    let link = link(call);
    Reply::ok(&SearchPage { items, next, link })
}

fn item(databases: &HashMap<DatabaseId, &Database>, profile: Profile, hit: Hit) -> Item {
    let name = databases
        .get(&profile.database)
        .map(|database| database.name.clone());
    Item {
        database: DatabaseName {
            id: profile.database,
            name: name.unwrap_or_default(),
        },
        profile: FoundProfile {
            id: profile.id,
            database_id: profile.database,
            revision: profile.revision,
            status: profile.status,
            created_at: profile.created_at,
            updated_at: profile.updated_at,
            data: profile.data,
            subscriptions: profile.subscriptions,
        },
        matches: hit
            .matches
            .into_iter()
            .map(|place| Place {
                field: place.field,
                value: place.value,
                ranges: place.ranges.into_iter().map(|(a, b)| [a, b]).collect(),
            })
            .collect(),
    }
}

/// The address that opens this search again: where the runtime tells its own
/// address, with it.
fn link(call: &Call) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["q", "database", "in", "limit"] {
        if let Some(value) = call.query(name) {
            query.append_pair(name, value);
        }
    }
    let full = call
        .headers
        .get_all("spin-full-url")
        .iter()
        // What a client sends under this name comes before what the runtime adds.
        .next_back()
        .and_then(|url| url.to_str().ok());
    let origin = full
        .and_then(|url| url.find(&call.path).and_then(|end| url.get(..end)))
        .unwrap_or_default();
    format!("{origin}{}?{}", call.path, query.finish())
}
