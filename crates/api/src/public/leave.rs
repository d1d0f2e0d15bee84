//! `/s/manage/{token}/leave`: the step before leaving everything.

use crate::public::client::Client;
use crate::public::shown::{page, problem, with_error_page};
use crate::public::stray;
use crate::public::visit::{NoVisit, Visit, form, named};
use roster_http::Site;
use roster_http::{Call, Problem, Reply, route};
use roster_links::Purpose;
use roster_model::Status;
use roster_model::write::{ProfileChange, SubscriptionChange};
use roster_pages::{Leave, LeaveState, ProblemKind, SubscriptionLabel};

/// Says what would end.
#[route(
    get, "/s/manage/{token}/leave", Anybody, id = "showLeaving",
    responses( (status = 200, description = "The page.", content_type = "text/html", body = String), (status = 303, description = "The profile is gone: on to the page for leaving."), ),
)]
pub(crate) async fn show(call: Call) -> Result<Reply, Problem> {
    with_error_page(shown(call).await)
}

async fn shown(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Manage).await? {
        Ok(visit) => visit,
        Err(NoVisit::Gone(page)) => return stray::from_manager(&call, page).await,
        Err(none) => return Ok(none.page()),
    };
    let token = call.parameter("token");
    let state = LeaveState::Ask {
        subscriptions: living(&visit),
        form: form(format!("/s/manage/{token}/leave")),
    };
    Ok(answer(&visit, token, state))
}

/// Ends all subscriptions.
#[route(
    post, "/s/manage/{token}/leave", Anybody, id = "leaveEverything",
    max_bytes = super::SMALL,
    responses( (status = 200, description = "They left.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn leave(call: Call) -> Result<Reply, Problem> {
    with_error_page(left(call).await)
}

async fn left(call: Call) -> Result<Reply, Problem> {
    let mut visit = match Visit::of(&call, Purpose::Manage).await? {
        Ok(visit) => visit,
        Err(none) => return Ok(none.page()),
    };
    if !Site::of(&call).await?.is_sender(&call.headers) {
        return Ok(problem(visit.frame(), ProblemKind::BadForm));
    }
    let ended = living(&visit);
    let live = visit.profile.subscriptions.iter().filter(|s| !s.deleted);
    // Of a resource that serves the database no more, nothing can be written.
    let known = live.filter(|s| {
        visit
            .resource(s)
            .is_some_and(|r| r.databases.contains(&visit.profile.database))
    });
    let subscriptions = known.map(|one| SubscriptionChange::of(one).status(Status::Unsubscribed));
    let change = ProfileChange {
        status: Some(Status::Unsubscribed),
        subscriptions: subscriptions.collect(),
    };
    let consent = Client::of(&call).await?;
    let consent = consent.consent("leave_everything", "/s/manage", None);
    visit.change(&call, "manager", &change, &consent).await?;
    let state = LeaveState::Done {
        subscriptions: ended,
    };
    Ok(answer(&visit, call.parameter("token"), state))
}

fn answer(visit: &Visit, token: &str, state: LeaveState) -> Reply {
    let view = Leave {
        frame: visit.frame(),
        manager: format!("/s/manage/{token}"),
        state,
    };
    page(view.render(), "")
}

/// The subscriptions that can still be left.
fn living(visit: &Visit) -> Vec<SubscriptionLabel> {
    let all = visit.profile.subscriptions.iter();
    let living = all
        .filter(|s| !s.deleted && !matches!(s.status, Status::Unsubscribed | Status::Complained));
    living
        .filter_map(|s| Some(named(s, visit.resource(s)?)))
        .collect()
}
