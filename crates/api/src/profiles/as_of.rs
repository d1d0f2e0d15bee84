//! `GET /v1/databases/{db}/profiles/{id}?at=…`: a profile as it was.

use crate::profiles::get::gone;
use crate::profiles::shape::{ShownProfile, SparseFields};
use roster_http::{Call, Problem, kinds, page_budget};
use roster_model::history::{Change, Kind};
use roster_model::rewind::{Past, PastEntry, Rewind};
use roster_model::{DatabaseId, ProfileId, Timestamp};
use roster_store::history::{Entry, Filter, Limits, list};
use roster_store::profiles;
use serde_json::Value;

/// How many entries of a history are read at once.
const ENTRIES: i64 = 500;
/// About how many bytes of them.
const BYTES: i64 = 2 * 1024 * 1024;

/// What a profile was at a time. Segments, relations and the control group are not part of it.
pub(super) async fn as_of(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    at: Timestamp,
    sparse: &SparseFields,
) -> Result<ShownProfile, Problem> {
    let profile = {
        let sql = call.pool.lend().await?;
        let found = profiles::many(&sql, &[id.pk()]).await?.pop();
        match found.filter(|one| one.database == database) {
            Some(found) => found,
            None => return Err(gone(call, &sql, database, id).await?),
        }
    };
    if at < profile.created_at {
        return Err(before(profile.created_at));
    }
    let mut rewind = Rewind::new(profile, at);
    let mut filter = Filter::default();
    let budget = page_budget();
    'walk: loop {
        let limits = Limits {
            take: ENTRIES,
            look: ENTRIES,
            bytes: BYTES,
        };
        let stretch = {
            let sql = call.pool.lend_slice().await?;
            list(&sql, database, Some(id), &filter, limits).await?
        };
        for entry in &stretch.entries {
            if pass(&mut rewind, entry)? {
                break 'walk;
            }
        }
        match stretch.next {
            Some(_) if budget.is_spent() => {
                let detail = "So much has happened since that it takes longer than a request may: read the history.";
                return Err(Problem::took_too_long(detail));
            }
            Some(next) => filter.before = Some(next),
            None => break,
        }
    }
    match rewind.end() {
        Past::There(profile) => {
            let shown = ShownProfile::as_it_was(*profile, sparse);
            shown.map_err(|error| Problem::internal(&error))
        }
        Past::Away(Some(into)) => {
            let detail = format!("The profile was part of {into} then.");
            Err(Problem::new(kinds::MERGED, detail).with("into", into.to_string()))
        }
        Past::Away(None) => Err(Problem::not_found("profile")),
        Past::Unknown(first) => Err(before(first)),
    }
}

fn pass(rewind: &mut Rewind, entry: &Entry) -> Result<bool, Problem> {
    let Ok(kind) = entry.kind.parse::<Kind>() else {
        return Ok(false);
    };
    let odd = |error: serde_json::Error| Problem::internal(&error);
    let changes: Vec<Change> = serde_json::from_str(entry.changes.get()).map_err(odd)?;
    let about = entry.about.as_ref();
    let about: Option<Value> = about
        .map(|about| serde_json::from_str(about.get()))
        .transpose()
        .map_err(odd)?;
    Ok(rewind.pass(&PastEntry {
        at: entry.at,
        kind,
        changes: &changes,
        about: about.as_ref(),
    }))
}

fn before(first: Timestamp) -> Problem {
    let detail = format!("What is known of the profile begins at {first}.");
    Problem::new(kinds::BEFORE_HISTORY, detail).with("first", first.to_string())
}
