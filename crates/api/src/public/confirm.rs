//! `/s/confirm/{token}`: the link in a double opt-in message.
//!
//! Opening it changes nothing, since programs that look into mail open links
//! too; the button does, unless the resource wants opening to be enough.

use crate::public::client::Client;
use crate::public::shown::{page, problem, redirect, with_error_page};
use crate::public::visit::{Visit, form, named, shown_contact};
use http::Method;
use roster_http::Site;
use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_links::Purpose;
use roster_model::opt_in::OptIn;
use roster_model::write::{Command, EventKind, LinkEvent, Schema, prepare_ask};
use roster_model::{Resource, Status, Subscription};
use roster_pages::{Confirm, ConfirmState, ProblemKind};
use roster_store::rates::{self, Limit};
use roster_store::write::{MAX_CONFIRMATIONS, recipient};

/// How history calls what happens here.
const INTERFACE: &str = "confirm";

/// One contact's further links in a day, and one address's.
const PER_CONTACT: Limit = Limit {
    most: MAX_CONFIRMATIONS,
    span_ms: 24 * 60 * 60 * 1000,
};
const PER_IP: Limit = Limit {
    most: 20,
    span_ms: 60 * 60 * 1000,
};

/// Asks the one who opens the link of a confirmation message. Opening it changes nothing,
/// unless the resource wants opening to be enough.
#[route(
    get, "/s/confirm/{token}", Anybody, id = "showConfirmation",
    responses( (status = 200, description = "The page.", content_type = "text/html", body = String), (status = 303, description = "Opening was enough, and the resource leads on."), ),
)]
pub(crate) async fn show(call: Call) -> Result<Reply, Problem> {
    with_error_page(shown(call).await)
}

async fn shown(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Confirm).await? {
        Ok(visit) => visit,
        Err(none) => return Ok(none.page()),
    };
    let Some((subscription, resource)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    let named = named(subscription, resource);
    let path = format!("/s/confirm/{}", call.parameter("token"));
    let opt_in = &resource.double_opt_in;
    let next = next(opt_in, resource);
    let state = match standing(&visit, subscription) {
        Standing::Done => ConfirmState::AlreadyConfirmed { named, next },
        Standing::Over => return Ok(visit.gone()),
        Standing::Waiting if visit.expired => ConfirmState::Expired {
            named,
            form: form(format!("{path}/again")),
        },
        Standing::Waiting if opt_in.confirm_on_open && call.method == Method::GET => {
            return done(&call, visit, "confirm_opened").await;
        }
        Standing::Waiting => {
            let texts = opt_in.texts(&visit.definitions.database.language);
            ConfirmState::Ask {
                named,
                form: form(path),
                lead: texts.map(|texts| texts.page.clone()).unwrap_or_default(),
                button: texts.map(|texts| texts.button.clone()).unwrap_or_default(),
            }
        }
    };
    let frame = visit.frame();
    Ok(page(Confirm { frame, state }.render(), &opt_in.redirect))
}

/// Confirms: the button of the page.
#[route(
    post, "/s/confirm/{token}", Anybody, id = "confirm",
    max_bytes = super::SMALL,
    responses( (status = 200, description = "It is confirmed, or was already.", content_type = "text/html", body = String), (status = 303, description = "It is confirmed, and the resource leads on."), ),
)]
pub(crate) async fn confirm(call: Call) -> Result<Reply, Problem> {
    with_error_page(confirmed(call).await)
}

async fn confirmed(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Confirm).await? {
        Ok(visit) => visit,
        Err(none) => return Ok(none.page()),
    };
    if !Site::of(&call).await?.is_sender(&call.headers) {
        return Ok(problem(visit.frame(), ProblemKind::BadForm));
    }
    let Some((subscription, resource)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    match standing(&visit, subscription) {
        Standing::Over => Ok(visit.gone()),
        Standing::Done => {
            let state = ConfirmState::AlreadyConfirmed {
                named: named(subscription, resource),
                next: next(&resource.double_opt_in, resource),
            };
            let frame = visit.frame();
            Ok(page(Confirm { frame, state }.render(), ""))
        }
        Standing::Waiting if visit.expired => shown(call).await,
        Standing::Waiting => done(&call, visit, "confirm_button").await,
    }
}

/// Confirms, and says so.
async fn done(call: &Call, visit: Visit, act: &str) -> Result<Reply, Problem> {
    let Some((subscription, resource)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    let client = Client::of(call).await?;
    let opt_in = &resource.double_opt_in;
    let texts = opt_in.texts(&visit.definitions.database.language);
    let wording = texts.map(|texts| texts.page.as_str());
    let wording = wording.filter(|wording| !wording.is_empty());
    // The token opens more than history should: only its beginning is kept.
    let consent = client.consent(act, "/s/confirm", wording);
    let event = LinkEvent {
        kind: EventKind::Confirmed,
        profile: visit.profile.id,
        subscription: Some(subscription),
        ip: client.ip.as_deref(),
        user_agent: client.user_agent.as_deref(),
        url: None,
        message_id: None,
    };
    let act = visit.act(INTERFACE);
    let prepare = |schema: &Schema<'_>| {
        let command = Command::link_event(event.clone(), call.now, schema)?;
        Ok(command.about(&consent))
    };
    call.write_item(&act, prepare).await?;
    if let Some(reply) = Some(opt_in.redirect.as_str())
        .filter(|url| !url.is_empty())
        .and_then(redirect)
    {
        return Ok(reply);
    }
    let state = ConfirmState::Confirmed {
        named: named(subscription, resource),
        next: next(opt_in, resource),
        lead: texts.map(|texts| texts.thanks.clone()).unwrap_or_default(),
    };
    let frame = visit.frame();
    Ok(page(Confirm { frame, state }.render(), ""))
}

/// Sends a new link instead of one whose time is over.
#[route(
    post, "/s/confirm/{token}/again", Anybody, id = "askForAnotherLink",
    max_bytes = super::SMALL,
    responses( (status = 200, description = "It was sent.", content_type = "text/html", body = String), (status = 429, description = "There were too many.", content_type = "text/html", body = String), ),
)]
pub(crate) async fn again(call: Call) -> Result<Reply, Problem> {
    with_error_page(asked_again(call).await)
}

async fn asked_again(call: Call) -> Result<Reply, Problem> {
    let visit = match Visit::of(&call, Purpose::Confirm).await? {
        Ok(visit) => visit,
        Err(none) => return Ok(none.page()),
    };
    if !Site::of(&call).await?.is_sender(&call.headers) {
        return Ok(problem(visit.frame(), ProblemKind::BadForm));
    }
    let Some((subscription, _)) = visit.subscription() else {
        return Ok(visit.gone());
    };
    if !matches!(standing(&visit, subscription), Standing::Waiting) {
        return shown(call).await;
    }
    let contact = shown_contact(subscription);
    let within = ask(&call, &visit, subscription).await?;
    let (meaning, state) = if within {
        (Meaning::Ok, ConfirmState::Sent { contact })
    } else {
        let state = ConfirmState::LimitReached { contact };
        (Meaning::TooManyRequests, state)
    };
    let frame = visit.frame();
    Ok(page(Confirm { frame, state }.render(), "").meaning(meaning))
}

/// Has one more confirmation message written; false where there were too many.
pub(crate) async fn ask(
    call: &Call,
    visit: &Visit,
    subscription: &Subscription,
) -> Result<bool, Problem> {
    let ip = Client::of(call).await?.ip.unwrap_or_default();
    let contact = recipient(&subscription.contact);
    {
        let sql = call.pool.lend().await?;
        let from = format!("again/{ip}");
        let to = format!("again/{contact}");
        if !rates::hit(&sql, &from, PER_IP, call.now).await?
            || !rates::hit(&sql, &to, PER_CONTACT, call.now).await?
        {
            return Ok(false);
        }
    }
    let (id, resource) = (visit.profile.id, subscription.resource);
    let contact = &subscription.contact;
    let prepare = |schema: &Schema<'_>| Ok(prepare_ask(id, resource, contact.clone(), schema));
    call.write_item(&visit.act(INTERFACE), prepare).await?;
    Ok(true)
}

/// Where a subscription stands, for a confirmation link.
enum Standing {
    Waiting,
    Done,
    Over,
}

fn standing(visit: &Visit, subscription: &Subscription) -> Standing {
    match subscription.status {
        Status::Subscribed | Status::Suspended => Standing::Done,
        Status::Unconfirmed => Standing::Waiting,
        // They left, and then asked to come back by a form: only a link that was
        // made after they left brings them back.
        Status::Unsubscribed => {
            let left = subscription.status_at;
            let made = visit.made_at();
            match (left, made) {
                (Some(left), Some(made)) if left >= made => Standing::Over,
                (_, Some(_)) => Standing::Waiting,
                (_, None) => Standing::Over,
            }
        }
        Status::Complained | Status::Hardbounced | Status::Invalid => Standing::Over,
    }
}

/// Where to go on.
fn next(opt_in: &OptIn, resource: &Resource) -> Option<String> {
    [&opt_in.redirect, &resource.url]
        .into_iter()
        .find(|url| !url.is_empty())
        .cloned()
}
