//! `/e/{token}` and `/e/{token}.gif`: a click that leads on, and a picture that
//! tells that a message was opened.
//!
//! What is told here must never keep anybody from where they wanted to go: a
//! click leads on even if it could not be noted.

use crate::public::client::Client;
use crate::public::shown::{found, private, problem};
use crate::public::visit::Visit;
use http::Method;
use http::header::{self, HeaderValue};
use roster_http::writing::WriteContext;
use roster_http::{Call, Problem, Reply, route};
use roster_links::{Click, Context, Purpose};
use roster_model::Origin;
use roster_model::write::{Command, EventKind, LinkEvent, Mark, Schema};
use roster_pages::{Frame, ProblemKind};
use sha2::{Digest, Sha256};

/// The smallest picture there is: one transparent point.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// In how many milliseconds the same link counts once: mail programs fetch a
/// picture several times, and people click twice.
const ONCE_MS: i64 = 10 * 60 * 1000;

/// Leads on to where a link in a message leads, and counts the click; as a picture, counts
/// that the message was opened. `HEAD` tells nothing.
#[route(
    get, "/e/{token}", Anybody, id = "track",
    responses( (status = 200, description = "The picture.", content_type = "image/gif", body = Vec<u8>), (status = 302, description = "On to where the link leads."), ),
)]
pub(crate) async fn track(call: Call) -> Result<Reply, Problem> {
    let given = call.parameter("token");
    match given.strip_suffix(".gif") {
        Some(token) => opened(&call, token).await,
        None => clicked(&call, given).await,
    }
}

/// A picture, whatever the token: a broken one in a message would only puzzle.
async fn opened(call: &Call, token: &str) -> Result<Reply, Problem> {
    if let Ok(Ok(visit)) = Visit::by(call, token, Purpose::Open).await
        && call.method == Method::GET
        && !visit.expired
    {
        let context = Context::from_extra(&visit.opened.extra);
        let message = context.and_then(|context| context.message);
        note(
            call,
            &visit,
            token,
            EventKind::Opened,
            None,
            message.as_deref(),
        )
        .await;
    }
    let pixel =
        Reply::new(PIXEL).header(header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    Ok(private(pixel))
}

/// On to where the link leads, which its signature vouches for.
async fn clicked(call: &Call, token: &str) -> Result<Reply, Problem> {
    // Anyone who was deleted still gets where the link leads.
    let keys = crate::public::visit::keys(call).await?;
    let opened = match keys.read(token, Purpose::Click, call.now) {
        Ok(opened) | Err(roster_links::LinkError::Expired(opened)) => opened,
        Err(_) => return Ok(problem(Frame::default(), ProblemKind::InvalidLink)),
    };
    let click = Click::from_extra(&opened.extra);
    let Some((click, reply)) =
        click.and_then(|click| found(&click.url).map(|reply| (click, reply)))
    else {
        return Ok(problem(Frame::default(), ProblemKind::InvalidLink));
    };
    if call.method == Method::GET
        && let Ok(Ok(visit)) = Visit::by_keys(call, keys, token, Purpose::Click).await
    {
        let message = click.context.message;
        let url = Some(click.url.as_str());
        note(
            call,
            &visit,
            token,
            EventKind::Clicked,
            url,
            message.as_deref(),
        )
        .await;
    }
    Ok(reply)
}

/// Notes an event. What hinders that is logged by the store's own errors; the
/// reader is not told.
async fn note(
    call: &Call,
    visit: &Visit,
    token: &str,
    kind: EventKind,
    url: Option<&str>,
    message_id: Option<&str>,
) {
    let Ok(client) = Client::of(call).await else {
        return;
    };
    let event = LinkEvent {
        kind,
        profile: visit.profile.id,
        subscription: visit.subscription().map(|(subscription, _)| subscription),
        ip: client.ip.as_deref(),
        user_agent: client.user_agent.as_deref(),
        url,
        message_id,
    };
    let digest = Sha256::digest(token.as_bytes());
    let digest: String = digest.iter().take(12).map(|b| format!("{b:02x}")).collect();
    let span = call.now.ms() / ONCE_MS;
    let prepare = |schema: &Schema<'_>| {
        let command = Command::link_event(event.clone(), call.now, schema)?;
        Ok(command.once(Mark {
            scope: "link".to_owned(),
            key: format!("{digest}/{span}"),
        }))
    };
    let act = WriteContext {
        database: visit.profile.database,
        actor: "person",
        interface: "tracking",
        origin: Origin::Provider,
        atomic: false,
        repeatable: None,
    };
    if let Err(problem) = call.write_item(&act, prepare).await
        && problem.is_server_fault()
    {
        eprintln!("an event was not noted: {problem:?}");
    }
}
