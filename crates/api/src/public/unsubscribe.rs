//! `/s/unsubscribe/{token}`: out with one click (RFC 8058), or with one button.

use crate::public::client::Client;
use crate::public::shown::{page, private, problem, with_error_page};
use crate::public::stray;
use crate::public::visit::{NoVisit, Visit, form, named};
use roster_http::Site;
use roster_http::{Call, Problem, Reply, route};
use roster_links::Purpose;
use roster_model::Status;
use roster_model::write::SubscriptionChange;
use roster_pages::{ProblemKind, Unsubscribe, UnsubscribeState};

/// Asks the one who opens an unsubscribe link. Links are opened by programs too, so this
/// changes nothing.
#[route(
    get, "/s/unsubscribe/{token}", Anybody, id = "showUnsubscribe",
    responses( (status = 200, description = "The page.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn show(call: Call) -> Result<Reply, Problem> {
    with_error_page(shown(call).await)
}

async fn shown(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Unsubscribe).await? {
        Ok(visit) if visit.subscription().is_some() => visit,
        Ok(_) => return stray::show(&call).await,
        Err(NoVisit::Gone(_)) => return stray::show(&call).await,
        Err(none) => return Ok(none.page()),
    };
    let path = format!("/s/unsubscribe/{}", call.parameter("token"));
    answer(&visit, |status| match status {
        Status::Unsubscribed | Status::Complained => UnsubscribeState::Already,
        _ => UnsubscribeState::Ask(form(path.clone())),
    })
}

fn answer(visit: &Visit, state: impl Fn(Status) -> UnsubscribeState) -> Result<Reply, Problem> {
    let Some((subscription, resource)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    let view = Unsubscribe {
        frame: visit.frame(),
        named: Some(named(subscription, resource)),
        manager: Some(visit.manager()),
        state: state(subscription.status),
    };
    Ok(page(view.render(), ""))
}

/// Ends the subscription: a mail program's one click (RFC 8058), which gets no page and
/// needs no cookie; or the page's button.
#[route(
    post, "/s/unsubscribe/{token}", Anybody, id = "unsubscribeByLink",
    request_body(content = crate::public::openapi::OneClick, content_type = "application/x-www-form-urlencoded"),
    max_bytes = super::SMALL,
    responses( (status = 200, description = "They left, or had left already.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn unsubscribe(call: Call) -> Result<Reply, Problem> {
    with_error_page(unsubscribed(call).await)
}

async fn unsubscribed(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Unsubscribe).await? {
        Ok(visit) => Some(visit),
        Err(NoVisit::Gone(_)) => None,
        Err(none) => return Ok(none.page()),
    };
    let one_click = is_one_click(&call.body);
    if !one_click && !Site::of(&call).await?.is_sender(&call.headers) {
        let frame = visit.as_ref().map(Visit::frame).unwrap_or_default();
        return Ok(problem(frame, ProblemKind::BadForm));
    }
    let Some(mut visit) = visit.filter(|visit| visit.subscription().is_some()) else {
        return stray::leave(&call, one_click).await;
    };
    let Some((subscription, _)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    let before = subscription.status;
    if !matches!(before, Status::Unsubscribed | Status::Complained) {
        let change = SubscriptionChange::of(subscription).status(Status::Unsubscribed);
        let act = if one_click {
            "one_click"
        } else {
            "unsubscribe_button"
        };
        let consent = Client::of(&call)
            .await?
            .consent(act, "/s/unsubscribe", None);
        let interface = if one_click {
            "one_click"
        } else {
            "unsubscribe"
        };
        visit
            .change(&call, interface, &change.into(), &consent)
            .await?;
    }
    if one_click {
        return Ok(private(Reply::new("")));
    }
    answer(&visit, |_| match before {
        Status::Unsubscribed | Status::Complained => UnsubscribeState::Already,
        _ => UnsubscribeState::Done,
    })
}

/// Whether the body is what RFC 8058 makes mail programs send, urlencoded or as
/// multipart form data.
fn is_one_click(body: &[u8]) -> bool {
    let mut pairs = form_urlencoded::parse(body);
    if pairs.any(|(name, value)| name == "List-Unsubscribe" && value == "One-Click") {
        return true;
    }
    let text = String::from_utf8_lossy(body);
    text.contains("name=\"List-Unsubscribe\"") && text.contains("One-Click")
}
