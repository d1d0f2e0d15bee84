//! `POST /v1/databases/{db}/imports/{id}/segment`
//!
//! Puts the profiles of an import into a static segment afterwards, those of
//! chosen outcomes. A segment has everybody once, so asking again does no harm.

use crate::segments::shape::of_kind;
use roster_http::jobs::wrong_state;
use roster_http::{Call, Problem, Reply, Scope, kinds, route};
use roster_jobs::import::outcomes_of;
use roster_model::import::{RowOutcome, SegmentChoice, SegmentGoal};
use roster_model::segment::SegmentSettings;
use roster_model::{DatabaseId, ProfileId, SegmentId, SegmentKind};
use roster_store::Sql;
use roster_store::jobs::{Kind, results};
use roster_store::segments::{self, MembershipResult};
use serde::Serialize;
use serde_json::Value;

/// How many profiles are put in with one transaction.
const TOGETHER: usize = 5000;

/// What became of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SegmentAdditions {
    /// The segment.
    #[schema(value_type = String)]
    segment_id: SegmentId,
    /// How many entered.
    added: usize,
    /// How many were in it already.
    unchanged: usize,
    /// How many are gone since the import.
    gone: usize,
}

/// Puts an import's profiles into a segment, an existing or a new one. It takes `members:write`
/// too, and for a new one `segments:write`.
#[route(
    post, "/v1/databases/{db}/imports/{id}/segment", ImportsWrite, id = "importIntoSegment",
    body = crate::imports::openapi::settings::IntoSegmentBody,
    answer = SegmentAdditions,
)]
pub(crate) async fn segment(call: Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Import).await?;
    if !job.state.is_over() {
        return Err(wrong_state(&job));
    }
    let body: Value = call.json()?;
    let goal = call.by_definitions(job.database, |known| {
        SegmentGoal::parse(&body, &known.schema())
    });
    let goal = goal.await?;
    may_fill(&call, &goal)?;
    let id = match goal.segment {
        SegmentChoice::Existing(id) => id,
        SegmentChoice::Create(name) => {
            call.change(async |sql| create(&call, sql, job.database, &name).await)
                .await?
        }
    };
    let mut done = SegmentAdditions {
        segment_id: id,
        added: 0,
        unchanged: 0,
        gone: 0,
    };
    let mut step = 0;
    let mut chosen: Vec<ProfileId> = Vec::new();
    loop {
        let sql = call.pool.lend().await?;
        let rows = results(&sql, job.id, step).await?;
        drop(sql);
        let last = rows.is_none();
        if let Some(rows) = rows {
            step = rows.step + 1;
            let meant = rows
                .results
                .into_iter()
                .filter(|(_, code)| is_meant(&goal.outcomes, *code));
            chosen.extend(meant.filter_map(|(pk, _)| ProfileId::from_pk(pk)));
        }
        if !chosen.is_empty() && (last || chosen.len() >= TOGETHER) {
            let moved: MembershipResult = call
                .change(async |sql| {
                    let found = segments::get(sql, job.database, id).await?;
                    let found = found.ok_or_else(|| Problem::not_found("segment"))?;
                    of_kind(&found, SegmentKind::Static)?;
                    Ok::<_, Problem>(segments::change(sql, &found.segment, &chosen, &[]).await?)
                })
                .await?;
            done.added += moved.added;
            done.unchanged += moved.unchanged;
            done.gone += moved.unknown.len();
            chosen.clear();
        }
        if last {
            return Ok(Reply::ok(&done));
        }
    }
}

/// Refuses to fill a segment, or to make one, where the caller may not.
fn may_fill(call: &Call, goal: &SegmentGoal) -> Result<(), Problem> {
    call.caller.require(match goal.segment {
        SegmentChoice::Existing(_) => Scope::MembersWrite,
        SegmentChoice::Create(_) => Scope::SegmentsWrite,
    })
}

fn is_meant(outcomes: &[RowOutcome], code: u8) -> bool {
    let (outcome, left_out) = outcomes_of(code);
    outcomes.contains(&outcome) || (left_out && outcomes.contains(&RowOutcome::FailedToSubscribe))
}

/// Makes a segment, in a transaction.
pub(crate) async fn create(
    call: &Call,
    sql: &impl Sql,
    database: DatabaseId,
    name: &str,
) -> Result<SegmentId, Problem> {
    let settings = SegmentSettings::of_name(name.to_owned());
    let made = segments::create(sql, database, settings, &call.author()).await?;
    let made = made.ok_or_else(|| {
        Problem::new(
            kinds::NAME_TAKEN,
            "Another segment of the database has this name.",
        )
        .with("name", name)
    })?;
    Ok(made.segment.id)
}
