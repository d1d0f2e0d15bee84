//! `POST /v1/databases/{db}/control-group/members`

use crate::control_group::openapi::ControlMembership;
use roster_http::writing::{WriteContext, kept_outcome, only_outcome, refused};
use roster_http::{Call, Problem, Reply, route};
use roster_model::write::prepare_control;
use roster_model::{Origin, ProfileId};
use roster_store::idempotency::Answer;
use roster_store::write::{ItemResult, Repeatable};
use serde::Serialize;
use serde_json::Value;

/// What became of a profile that was put in or taken out.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ControlMoveResult {
    /// The profile.
    #[schema(value_type = String)]
    profile_id: ProfileId,
    /// `updated`, or `unchanged` where that was so already.
    #[schema(value_type = String, example = "updated")]
    outcome: &'static str,
    /// Where it stands now: since when it is in, and whether by hand; `null` if it isn't.
    #[schema(value_type = Option<ControlMembership>)]
    control_group: Value,
}

/// Puts a profile into the control group or takes it out, whatever its lot, or lets the lot
/// count again. It stays so when all are drawn again.
#[route(
    post, "/v1/databases/{db}/control-group/members", ControlGroupsWrite,
    id = "changeControlGroupMember",
    once,
    body = crate::control_group::openapi::ControlMove,
    answer = ControlMoveResult,
)]
pub(crate) async fn change(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let body: Value = call.json()?;
    let asked = call.idempotency()?;
    let act = WriteContext {
        database,
        actor: &call.caller.actor,
        interface: call.caller.interface(),
        origin: Origin::Api,
        atomic: false,
        repeatable: asked.map(|asked| Repeatable { asked, answer }),
    };
    let written = call
        .write_items(&act, |schema| vec![prepare_control(&body, schema)], || None)
        .await?;
    written.reply(answer, refused)
}

/// The answer to the one move of such a request; errors are not kept.
fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    let shown = ControlMoveResult {
        profile_id: outcome.id,
        outcome: outcome.kind.as_str(),
        control_group: outcome.control?.to_json(),
    };
    kept_outcome(outcome, &shown)
}
