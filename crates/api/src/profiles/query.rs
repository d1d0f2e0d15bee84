//! `POST /v1/databases/{db}/profiles/query`
//!
//! In order of creation unless another order is asked for. Where match keys or a segment
//! lead to the profiles that are meant, a page costs what it shows. Otherwise profiles are
//! looked through in slices: a page may then hold fewer than asked for, even none, and
//! `next` says where to go on.

use roster_http::{
    Call, DEFINITION_TRIES, Paging, Problem, RawSelection, Reply, kinds, page_budget, route,
    whole_budget,
};
use roster_model::Code;
use roster_model::error::{excerpt, valid};
use roster_model::profile::Profile;
use roster_model::read::Members;
use roster_model::readers::{flag, text_of};
use roster_model::{DatabaseId, Invalid, Sort};
use roster_store::conditions::{Limits, Selection, SortPlace, Total};
use roster_store::pace::{PAGE_BYTES, Pace};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::profiles::list::shown;
use crate::profiles::shape::{PARTS, ShownProfile, SparseFields};
use crate::profiles::sorted;
use crate::views::with_view;

/// How many profiles the first slice of a request looks at, and any at most.
const FIRST_SLICE: i64 = 2_000;
const SLICE: i64 = 20_000;
/// A page of the profiles that meet a condition.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FoundProfiles {
    /// The profiles.
    items: Vec<ShownProfile>,
    /// The cursor of the next page; `null` after the last. A page may have
    /// fewer profiles than asked for and still not be the last.
    next: Option<String>,
    /// How many there are altogether, if that was asked for; `null` where counting
    /// them takes longer than a request may.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Option<i64>>,
}

/// Profiles that meet a condition, in order of creation or in the one that `sort` asks for.
#[route(
    post, "/v1/databases/{db}/profiles/query", ProfilesRead, id = "queryProfiles",
    body = crate::profiles::openapi::Query,
    answer = FoundProfiles,
)]
pub(crate) async fn query(call: Call) -> Result<Reply, Problem> {
    answer(&call, call.json()?).await
}

/// What a list shows of every profile.
const ALWAYS: [&str; 4] = ["id", "_status", "created_at", "updated_at"];

/// The page that a body asks for, perhaps by a saved view.
pub(crate) async fn answer(call: &Call, mut body: Value) -> Result<Reply, Problem> {
    let id = call.database()?;
    if with_view(call, id, &mut body).await?
        && let Some(Value::Array(names)) = body.get_mut("fields")
    {
        names.retain(|name| !name.as_str().is_some_and(|name| ALWAYS.contains(&name)));
    }
    let mut members = Members::of(&body)?;
    let asked = RawSelection::take(&mut members);
    let paging: Paging<PageCursor> = Paging::take(&mut members)?;
    let sort = members.optional("sort", text_of);
    let fields = members.optional("fields", names);
    let total = members.optional("total", flag).unwrap_or(false);
    members.finish()?;
    if let Some(names) = &fields {
        check(call, id, names).await?;
    }
    let sort = match &sort {
        Some(text) => order(call, id, text).await?,
        None => Sort::CREATION,
    };
    let after = after(&paging, &sort)?;
    let sparse = SparseFields::of(fields);
    let budget = whole_budget();
    for _ in 0..DEFINITION_TRIES {
        let (selection, version) = asked.read(call, id).await?;
        let found = match &after {
            Place::InCreation(after) => {
                let (limit, after) = (paging.limit, *after);
                let page = page(call, &selection, &Paging { limit, after }, version).await?;
                page.map(|(profiles, last)| (profiles, last.map(PageCursor::InCreation)))
            }
            Place::Sorted(after) => {
                let after = after.clone();
                let page =
                    sorted::page(call, &selection, &sort, after, paging.limit, version).await?;
                page.map(|(profiles, last)| {
                    let last = last.map(|place| PageCursor::Sorted(sort.to_string(), place));
                    (profiles, last)
                })
            }
        };
        let Some((profiles, last)) = found else {
            call.catalogue.forget(id);
            continue;
        };
        let counted = if total {
            match selection.total(call.pool, version, 0, &budget).await? {
                Total::Whole(total) => Some(Some(total)),
                Total::Part { .. } => Some(None),
                Total::Stale => {
                    call.catalogue.forget(id);
                    continue;
                }
            }
        } else {
            None
        };
        return Ok(Reply::ok(&FoundProfiles {
            items: shown(call, id, profiles, &sparse).await?,
            next: last.map(|last| paging.cursor(&last)),
            total: counted,
        }));
    }
    Err(roster_store::Error::Busy.into())
}

/// A page, and the key to go on after; none when the definitions are not of
/// this version.
pub(crate) async fn page(
    call: &Call,
    selection: &Selection,
    paging: &Paging<i64>,
    version: i64,
) -> Result<Option<(Vec<Profile>, Option<i64>)>, Problem> {
    let mut items: Vec<Profile> = Vec::new();
    let mut after = paging.after.unwrap_or(0);
    let mut bytes = PAGE_BYTES;
    let mut pace = Pace::new(FIRST_SLICE, SLICE);
    let budget = page_budget();
    loop {
        // One too many shows that there is a next page.
        let limits = Limits {
            take: (paging.limit - items.len() + 1) as i64,
            look: pace.rows(),
            bytes,
        };
        let sql = call.pool.lend_slice().await?;
        let slice = pace.slice(selection.profiles(&sql, after, limits)).await?;
        drop(sql);
        if slice.version != version {
            return Ok(None);
        }
        for profile in slice.found {
            if items.len() == paging.limit {
                let last = items.last().map(|last| last.id.pk());
                return Ok(Some((items, last)));
            }
            let size = profile.data_size() + profile.subscriptions_size();
            bytes -= i64::try_from(size).unwrap_or(i64::MAX);
            items.push(profile);
        }
        match slice.next {
            Some(next) if bytes <= 0 || budget.is_spent() => {
                return Ok(Some((items, Some(next))));
            }
            Some(next) => after = next,
            None => return Ok(Some((items, None))),
        }
    }
}

/// Where a page begins: a key, or a place in an order, whose name comes along.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum PageCursor {
    InCreation(i64),
    Sorted(String, SortPlace),
}

/// Where a page begins, in the order that is asked for.
enum Place {
    InCreation(Option<i64>),
    Sorted(Option<SortPlace>),
}

/// Where the page begins; a cursor of another order is none of this list's.
fn after(paging: &Paging<PageCursor>, sort: &Sort) -> Result<Place, Problem> {
    match (&paging.after, *sort == Sort::CREATION) {
        (None, true) => Ok(Place::InCreation(None)),
        (None, false) => Ok(Place::Sorted(None)),
        (Some(PageCursor::InCreation(pk)), true) => Ok(Place::InCreation(Some(*pk))),
        (Some(PageCursor::Sorted(of, place)), false) if *of == sort.to_string() => {
            Ok(Place::Sorted(Some(place.clone())))
        }
        (Some(_), _) => Err(Problem::new(
            kinds::INVALID_CURSOR,
            "The cursor is of a list in another order.",
        )),
    }
}

/// The member `sort`.
async fn order(call: &Call, id: DatabaseId, text: &str) -> Result<Sort, Problem> {
    call.by_definitions(id, |definitions| {
        let sort = Sort::parse(text, &definitions.database);
        sort.map_err(|wrong| vec![wrong.at("sort")])
    })
    .await
}

/// The member `fields`.
fn names(value: &Value) -> Result<Vec<String>, Vec<Invalid>> {
    let items = value.as_array().and_then(|items| {
        let names = items.iter().map(|item| item.as_str().map(str::to_owned));
        names.collect::<Option<Vec<_>>>()
    });
    items.ok_or_else(|| {
        let detail = "This must be an array of names of fields.";
        vec![Invalid::new(Code::WrongType, detail)]
    })
}

/// Refuses names that are no field's, so that a misspelt one is not lost.
async fn check(call: &Call, id: DatabaseId, names: &[String]) -> Result<(), Problem> {
    call.by_definitions(id, |definitions| {
        let unknown = names.iter().enumerate().filter(|(_, name)| {
            !PARTS.contains(&name.as_str()) && definitions.database.field(name).is_none()
        });
        let wrong = unknown.map(|(index, name)| {
            let detail = format!("The database has no field {}.", excerpt(name));
            Invalid::new(Code::UnknownField, detail)
                .at_index(index)
                .at("fields")
        });
        let wrong: Vec<Invalid> = wrong.take(roster_model::write::MAX_ERRORS).collect();
        valid((), wrong)
    })
    .await
}
