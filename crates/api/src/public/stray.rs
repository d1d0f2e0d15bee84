//! A link whose profile or subscription is gone. It can't show what it was for, but
//! it still ends it: for anyone who has the address now, or brings it back later.

use crate::public::client::Client;
use crate::public::shown::{page, private, problem, redirect};
use crate::public::visit::{form, frame, keys};
use roster_http::writing::WriteContext;
use roster_http::{Call, Problem, Reply, kinds};
use roster_links::{Extra, LinkClaims, LinkError, Purpose};
use roster_model::Origin;
use roster_pages::{Frame, ProblemKind, Unsubscribe, UnsubscribeState};

/// What a link of the path says of one subscription, however old it is.
async fn opened(call: &Call, purpose: Purpose) -> Result<Option<LinkClaims>, Problem> {
    let keys = keys(call).await?;
    let opened = match keys.read(call.parameter("token"), purpose, call.now) {
        Ok(opened) | Err(LinkError::Expired(opened)) => opened,
        Err(LinkError::Malformed | LinkError::Forged | LinkError::OtherPurpose) => return Ok(None),
    };
    Ok(Some(opened).filter(|opened| !opened.subject.subscription.is_none()))
}

/// What is around a page of the link's database, as far as it is still there.
async fn around(call: &Call, opened: Option<&LinkClaims>) -> Result<Frame, Problem> {
    let Some(opened) = opened else {
        return Ok(Frame::default());
    };
    match call.definitions(opened.subject.database).await {
        Ok(definitions) => Ok(frame(&definitions)),
        Err(problem) if problem.is(kinds::NOT_FOUND) => Ok(Frame::default()),
        Err(problem) => Err(problem),
    }
}

/// `GET` of an unsubscribe link: asks, without saying for whom.
pub(crate) async fn show(call: &Call) -> Result<Reply, Problem> {
    let opened = opened(call, Purpose::Unsubscribe).await?;
    let frame = around(call, opened.as_ref()).await?;
    if opened.is_none() {
        return Ok(problem(frame, ProblemKind::Gone));
    }
    let path = format!("/s/unsubscribe/{}", call.parameter("token"));
    Ok(answer(frame, UnsubscribeState::Ask(form(path))))
}

/// `POST` of it: they left. Whether it comes from our own page was looked at.
pub(crate) async fn leave(call: &Call, one_click: bool) -> Result<Reply, Problem> {
    let opened = opened(call, Purpose::Unsubscribe).await?;
    let frame = around(call, opened.as_ref()).await?;
    let Some(opened) = opened else {
        return Ok(problem(frame, ProblemKind::Gone));
    };
    let (how, interface) = if one_click {
        ("one_click", "one_click")
    } else {
        ("unsubscribe_button", "unsubscribe")
    };
    let client = Client::of(call).await?;
    let consent = client.consent(how, "/s/unsubscribe", None);
    let act = WriteContext {
        database: opened.subject.database,
        actor: "person",
        interface,
        origin: Origin::Person,
        atomic: false,
        repeatable: None,
    };
    let digest = opened.subject.subscription;
    call.leave_by_digest(digest.as_bytes(), &act, &consent)
        .await?;
    if one_click {
        return Ok(private(Reply::new("")));
    }
    Ok(answer(frame, UnsubscribeState::Done))
}

/// `GET` of a manager's link: there is nothing to manage, but what to leave.
pub(crate) async fn from_manager(call: &Call, gone: Reply) -> Result<Reply, Problem> {
    let Some(opened) = opened(call, Purpose::Manage).await? else {
        return Ok(gone);
    };
    let keys = keys(call).await?;
    let token = keys.sign(Purpose::Unsubscribe, &opened.subject, None, &Extra::NONE);
    Ok(redirect(&format!("/s/unsubscribe/{token}")).unwrap_or(gone))
}

fn answer(frame: Frame, state: UnsubscribeState) -> Reply {
    let view = Unsubscribe {
        frame,
        named: None,
        manager: None,
        state,
    };
    page(view.render(), "")
}
