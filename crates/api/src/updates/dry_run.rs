//! What a bulk update would do: how many profiles it means, and what would
//! become of the first of them. Nothing is written.

use roster_http::{Call, DEFINITION_TRIES, Problem, Reply, Scope, whole_budget};
use roster_jobs::update::selection;
use roster_model::history::{Change, Entry};
use roster_model::{BulkUpdate, DatabaseId, Invalid, ProfileId, SegmentId};
use roster_store::catalogue::Definitions;
use roster_store::conditions::{Limits, Selection, Total};
use roster_store::pace::Pace;
use roster_store::segments::of_profiles;
use roster_store::write::{Batch, ItemResult, preview};
use roster_store::{Error, Guard, Sql};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// How many profiles are shown.
const SAMPLE: i64 = 10;

/// At how many candidates one statement looks to find them.
const FIRST_LOOK: i64 = 2_000;
const LOOK: i64 = 20_000;

/// What to do where counting takes too long.
const TOO_MANY: &str = "Not all profiles could be looked at in the time that one request has: \
    start the update, which has no such limit, or make the condition simpler.";

/// What a bulk update would do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DryRun {
    /// How many profiles it means, the limit included.
    matched: i64,
    /// What would become of the first of them, at most 10.
    sample: Vec<DryRunProfile>,
}

/// What would become of one profile.
#[derive(Serialize, utoipa::ToSchema)]
struct DryRunProfile {
    /// The profile.
    #[schema(value_type = String)]
    id: ProfileId,
    /// `updated`, `unchanged`, `deleted`, `skipped` or `failed`.
    #[schema(value_type = String, example = "updated")]
    outcome: &'static str,
    /// What would change, as history tells it.
    #[schema(value_type = Vec<Change>)]
    changes: Vec<Change>,
    /// Segments that it would enter.
    #[schema(value_type = Vec<String>)]
    enters: Vec<SegmentId>,
    /// Segments that it would leave.
    #[schema(value_type = Vec<String>)]
    leaves: Vec<SegmentId>,
    /// Why it would be refused, or which subscriptions would be left out.
    #[schema(value_type = Vec<Invalid>)]
    reasons: Vec<Invalid>,
}

/// The answer to a bulk update that is only to be looked at.
pub(super) async fn answer(
    call: &Call,
    database: DatabaseId,
    settings: &Value,
) -> Result<Reply, Problem> {
    // It tells what profiles are like.
    call.caller.require(Scope::ProfilesRead)?;
    let budget = whole_budget();
    for _ in 0..DEFINITION_TRIES {
        let definitions = call.definitions(database).await?;
        let update = super::parsed(settings, &definitions)?;
        let selection = selection(&definitions, &update, call.now);
        let total = selection.total(call.pool, definitions.version, 0, &budget);
        let total = match total.await? {
            Total::Whole(total) => total,
            Total::Part { .. } => return Err(Problem::took_too_long(TOO_MANY)),
            Total::Stale => {
                call.catalogue.forget(database);
                continue;
            }
        };
        let sql = call.pool.lend_slice().await?;
        let found = look(call, &sql, &definitions, &update, total).await;
        if found.is_err() {
            sql.discard();
        }
        match found {
            Ok(Some(found)) => return Ok(Reply::ok(&found)),
            Ok(None) | Err(Error::Stale(Guard::Catalogue)) => call.catalogue.forget(database),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Busy.into())
}

/// None when the definitions have changed.
async fn look(
    call: &Call,
    sql: &impl Sql,
    definitions: &Arc<Definitions>,
    update: &BulkUpdate,
    total: i64,
) -> Result<Option<DryRun>, Error> {
    let selection = selection(definitions, update, call.now);
    let matched = update.query.limit.map_or(total, |limit| total.min(limit));
    let Some(selected) = first(sql, &selection, definitions, matched.min(SAMPLE)).await? else {
        return Ok(None);
    };
    let schema = definitions.schema();
    let ids = selected
        .iter()
        .filter_map(|(pk, revision)| Some((ProfileId::from_pk(*pk)?, *revision)));
    let batch = Batch {
        beside: Vec::new(),
        definitions: Arc::clone(definitions),
        items: ids
            .map(|(id, revision)| Ok(update.bulk.prepare(id, revision, &schema)))
            .collect(),
        atomic: false,
        now: call.now,
        actor: call.caller.actor.clone(),
        interface: call.caller.interface(),
        origin: roster_model::Origin::Import,
        speaks_for_all: call.caller.speaks_for_all(),
        repeatable: None,
        step: None,
        delivery: None,
        dry: true,
    };
    let (results, entries) = preview(sql, &batch).await?;
    let pks: Vec<i64> = selected.iter().map(|(pk, _)| *pk).collect();
    let standing = match update.bulk.memberships() {
        Some(_) => of_profiles(sql, &pks).await?,
        None => HashMap::new(),
    };
    let mut entries: HashMap<i64, Entry> = entries
        .into_iter()
        .map(|entry| (entry.profile.pk(), entry))
        .collect();
    let sample = pks.into_iter().zip(results).filter_map(|(pk, result)| {
        let segments = standing.get(&pk).map_or(&[][..], Vec::as_slice);
        let changes = entries.remove(&pk).map(|entry| entry.changes);
        let id = ProfileId::from_pk(pk)?;
        Some(would(
            id,
            result,
            changes.unwrap_or_default(),
            segments,
            update,
        ))
    });
    Ok(Some(DryRun {
        matched,
        sample: sample.collect(),
    }))
}

/// The first profiles that are meant; none when the definitions have changed.
async fn first(
    sql: &impl Sql,
    selection: &Selection,
    definitions: &Definitions,
    most: i64,
) -> Result<Option<Vec<(i64, i64)>>, Error> {
    let mut selected = Vec::new();
    let mut after = 0;
    let mut pace = Pace::new(FIRST_LOOK, LOOK);
    while (selected.len() as i64) < most {
        let limits = Limits {
            take: most - selected.len() as i64,
            look: pace.rows(),
            bytes: i64::MAX,
        };
        let found = pace.slice(selection.revisions(sql, after, limits)).await?;
        if found.version != definitions.version {
            return Ok(None);
        }
        selected.extend(found.found);
        match found.next {
            Some(next) => after = next,
            None => break,
        }
    }
    Ok(Some(selected))
}

fn would(
    id: ProfileId,
    result: ItemResult,
    changes: Vec<Change>,
    segments: &[SegmentId],
    update: &BulkUpdate,
) -> DryRunProfile {
    let (mut enters, mut leaves) = (Vec::new(), Vec::new());
    if let (Ok(_), Some(memberships)) = (&result, update.bulk.memberships()) {
        let is_in = |segment: &&SegmentId| segments.contains(segment);
        let put = memberships.put.iter().filter(|one| !is_in(one));
        enters.extend(put.copied());
        leaves.extend(memberships.gone.iter().filter(is_in).copied());
    }
    let moves = !enters.is_empty() || !leaves.is_empty();
    let (outcome, reasons) = match result {
        Ok(outcome) => {
            let word = match outcome.kind.as_str() {
                "unchanged" if moves => "updated",
                "unchanged" if !outcome.skipped.is_empty() => "skipped",
                word => word,
            };
            (word, outcome.skipped)
        }
        Err(error) => ("failed", error.errors.into_vec()),
    };
    DryRunProfile {
        id,
        outcome,
        changes,
        enters,
        leaves,
        reasons,
    }
}
