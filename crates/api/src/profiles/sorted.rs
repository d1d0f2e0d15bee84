//! A page of profiles in an order that is asked for.
//!
//! The newest first costs what a page costs. For any other order all profiles that are meant
//! are looked at, a slice at a time, while others have their turn between two slices; what can't
//! be sorted in the time of a request is refused, with what to do instead.

use std::collections::HashMap;

use roster_http::{Call, Problem, page_budget, whole_budget};
use roster_model::profile::Profile;
use roster_model::{Sort, SortKey};
use roster_store::conditions::{Selection, SortPlace, SortValue};
use roster_store::pace::{PAGE_BYTES, Pace};
use roster_store::profiles::first;

/// How many profiles the first slice looks at, and any at most.
const FIRST_SLICE: i64 = 2_000;
const SLICE: i64 = 50_000;

/// The page behind a place: its profiles, and where the next begins, if there is one; none when
/// the definitions are not of this version.
pub(crate) async fn page(
    call: &Call,
    selection: &Selection,
    sort: &Sort,
    after: Option<SortPlace>,
    limit: usize,
    version: i64,
) -> Result<Option<(Vec<Profile>, Option<SortPlace>)>, Problem> {
    let newest_first = sort.descending && sort.key == SortKey::Created;
    let places = if newest_first && selection.walks_back() {
        newest(call, selection, after.as_ref(), limit, version).await?
    } else {
        ranked(call, selection, sort, after, limit, version).await?
    };
    let Some((places, more)) = places else {
        return Ok(None);
    };
    let pks: Vec<i64> = places.iter().map(|SortPlace(_, pk)| *pk).collect();
    let sql = call.pool.lend().await?;
    let (mut profiles, rest) = first(&sql, &pks, PAGE_BYTES).await?;
    drop(sql);
    let next = if rest.is_empty() {
        more
    } else {
        let shown = pks.len() - rest.len();
        places.get(shown.saturating_sub(1)).cloned()
    };
    let ranks: HashMap<i64, usize> = pks.iter().copied().zip(0..).collect();
    profiles.sort_unstable_by_key(|profile| ranks.get(&profile.id.pk()).copied());
    Ok(Some((profiles, next)))
}

/// The places of a page, and the one behind which the next begins, if there is one; none when
/// the definitions are of another version.
type Places = Option<(Vec<SortPlace>, Option<SortPlace>)>;

/// Those that were made last. A page may have fewer than asked for, as one in order of creation.
async fn newest(
    call: &Call,
    selection: &Selection,
    after: Option<&SortPlace>,
    limit: usize,
    version: i64,
) -> Result<Places, Problem> {
    let place = |pk: i64| SortPlace(SortValue::Whole(pk), pk);
    let mut before = after.map_or(i64::MAX, |SortPlace(_, pk)| *pk);
    let mut places: Vec<SortPlace> = Vec::new();
    let mut pace = Pace::new(FIRST_SLICE, SLICE);
    let budget = page_budget();
    loop {
        // One too many shows that there is a next page.
        let take = (limit - places.len() + 1) as i64;
        let sql = call.pool.lend_slice().await?;
        let rows = pace.rows();
        let slice = pace.slice(selection.newest(&sql, before, rows, take));
        let slice = slice.await?;
        drop(sql);
        if slice.version != version {
            return Ok(None);
        }
        places.extend(slice.found.into_iter().map(place));
        if places.len() > limit {
            places.truncate(limit);
            let last = places.last().cloned();
            return Ok(Some((places, last)));
        }
        match slice.next {
            None => return Ok(Some((places, None))),
            Some(next) if budget.is_spent() => return Ok(Some((places, Some(place(next))))),
            Some(next) => before = next,
        }
    }
}

/// The first in an order, of all that are meant.
async fn ranked(
    call: &Call,
    selection: &Selection,
    sort: &Sort,
    after: Option<SortPlace>,
    limit: usize,
    version: i64,
) -> Result<Places, Problem> {
    let take = limit + 1;
    let mut best: Vec<SortPlace> = Vec::new();
    let mut from = 0;
    let mut pace = Pace::new(FIRST_SLICE, SLICE);
    let budget = whole_budget();
    loop {
        let sql = call.pool.lend_slice().await?;
        let rows = pace.rows();
        let slice = selection.sorted(&sql, sort, after.as_ref(), from, rows, take as i64);
        let slice = pace.slice(slice).await?;
        drop(sql);
        if slice.version != version {
            return Ok(None);
        }
        best.extend(slice.found);
        best.sort_unstable_by(|a, b| a.compare(b, sort.descending));
        best.truncate(take);
        match slice.next {
            None => break,
            Some(_) if budget.is_spent() => {
                return Err(Problem::took_too_long(
                    "There are too many profiles to sort in the time that one request has. Ask \
                     for fewer with a condition or a segment, or for -created_at, which needs no \
                     sorting.",
                ));
            }
            Some(next) => from = next,
        }
    }
    let more = best.len() > limit;
    best.truncate(limit);
    let last = if more { best.last().cloned() } else { None };
    Ok(Some((best, last)))
}
