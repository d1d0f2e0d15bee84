//! `GET /v1/databases/{db}/profiles/{id}?at=…`: a profile as it was.

use crate::profiles::get::gone;
use crate::profiles::shape::{ShownProfile, SparseFields};
use roster_http::{Call, Problem, kinds, page_budget};
use roster_model::history::{Change, Kind};
use roster_model::rewind::rewind;
use roster_model::{DatabaseId, Profile, ProfileId, Timestamp};
use roster_store::history::{Entry, Filter, Limits, list};
use roster_store::profiles;

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
    let found = {
        let sql = call.pool.lend().await?;
        profiles::many(&sql, &[id.pk()]).await?.pop()
    };
    let found = found.filter(|one| one.database == database);
    let Some(mut profile) = found else {
        return Err(gone(call, database, id).await?);
    };
    if at < profile.created_at {
        return Err(before(profile.created_at));
    }
    let mut filter = Filter::default();
    let budget = page_budget();
    loop {
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
            if entry.at <= at {
                profile.updated_at = entry.at;
                return shown(profile, sparse);
            }
            take_back(&mut profile, entry)?;
        }
        match stretch.next {
            Some(_) if budget.is_spent() => {
                let detail = "So much has happened since that it takes longer than a request may: read the history.";
                return Err(Problem::took_too_long(detail));
            }
            Some(next) => filter.before = Some(next),
            // Its creation is the first entry, unless it came to be before there was history.
            None => return Err(before(profile.created_at)),
        }
    }
}

fn take_back(profile: &mut Profile, entry: &Entry) -> Result<(), Problem> {
    // What came by a merge happened to another profile.
    let came = entry.about.as_ref();
    if came.is_some_and(|about| about.get().contains("\"merged_from\":")) {
        return Ok(());
    }
    let Ok(kind) = entry.kind.parse::<Kind>() else {
        return Ok(());
    };
    let changes: Vec<Change> =
        serde_json::from_str(entry.changes.get()).map_err(|error| Problem::internal(&error))?;
    rewind(profile, kind, &changes);
    Ok(())
}

fn shown(profile: Profile, sparse: &SparseFields) -> Result<ShownProfile, Problem> {
    let shown = ShownProfile::as_it_was(profile, sparse);
    shown.map_err(|error| Problem::internal(&error))
}

fn before(first: Timestamp) -> Problem {
    let detail = format!("The profile came to be at {first}: there is nothing to show before.");
    Problem::new(kinds::BEFORE_HISTORY, detail).with("first", first.to_string())
}
