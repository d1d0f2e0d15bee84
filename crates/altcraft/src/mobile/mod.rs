//! What apps on people's devices ask for, by the SDKs for them. Unlike the rest it is answered
//! by HTTP status, and an SDK decides by it alone: 2xx is done, 5xx is tried again, and anything
//! else is dropped for good. So what a moment decides (a lock, a limit, a lost race) is 503, and
//! what stays wrong is not.
//!
//! All is done before it is answered, `sync=false` or not: so nothing is lost.

mod choice;
mod companion;
mod device;
mod error;
mod holders;
mod http;
mod others;
mod parts;
mod person;
mod post;
mod profile;
mod push_event;
mod replacement;
mod rotate;
mod shown;
mod status;
mod subscribe;
mod unsuspend;
mod wish;

pub use error::refusal;
pub use http::{AppContext, HttpAnswer, MobileCall};

use crate::api::Api;
use error::Refusal;
use http::Reply;

/// The largest body of a request: an SDK sends a few kB.
pub const MAX_BYTES: usize = 256 << 10;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Endpoint {
    Subscribe,
    Update,
    Status,
    Unsuspend,
    Delivery,
    Open,
    Post,
    Profile,
}

impl Endpoint {
    /// The endpoint of a path. Apps have the address of a host of its own for these, or one that
    /// ends on `/api`, perhaps with a version.
    fn of(path: &str) -> Option<Self> {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        if parts.first() == Some(&"api") {
            parts.remove(0);
            if matches!(parts.first(), Some(&("v1.0" | "v1.1"))) {
                parts.remove(0);
            }
        }
        match parts.as_slice() {
            ["subscription", "push", "subscribe"] => Some(Endpoint::Subscribe),
            ["subscription", "push", "update"] => Some(Endpoint::Update),
            ["subscription", "push", "status"] => Some(Endpoint::Status),
            ["subscription", "push", "unsuspend"] => Some(Endpoint::Unsuspend),
            ["event", "push", "delivery"] => Some(Endpoint::Delivery),
            ["event", "push", "open"] => Some(Endpoint::Open),
            ["event", "post"] => Some(Endpoint::Post),
            ["profile", "update"] => Some(Endpoint::Profile),
            _ => None,
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Endpoint::Status => "GET",
            _ => "POST",
        }
    }
}

/// Whether a path is one of these.
#[must_use]
pub fn is_mobile(path: &str) -> bool {
    Endpoint::of(path).is_some()
}

/// Answers a request of an app that was let in. `api` speaks for the app: it has the rights of
/// apps, and knows of the app's databases alone.
pub async fn answer(api: &impl Api, app: &AppContext, call: MobileCall<'_>) -> HttpAnswer {
    match outcome(api, app, call).await {
        Ok(reply) => reply.into_answer(),
        Err(refused) => refused.into_answer(),
    }
}

async fn outcome(api: &impl Api, app: &AppContext, call: MobileCall<'_>) -> Result<Reply, Refusal> {
    let endpoint = Endpoint::of(call.path);
    let endpoint = endpoint.ok_or_else(|| Refusal::new(404, "There is no such endpoint."))?;
    if call.verb != endpoint.verb() {
        let text = format!("This is asked for by {}.", endpoint.verb());
        return Err(Refusal::new(405, text));
    }
    if call.body.len() > MAX_BYTES {
        let text = format!("The body has more than {MAX_BYTES} bytes.");
        return Err(Refusal::new(413, text));
    }
    let request = http::Request::read(call);
    match endpoint {
        Endpoint::Subscribe => subscribe::subscribe(api, app, request).await,
        Endpoint::Update => rotate::update(api, app, request).await,
        Endpoint::Status => status::status(api, app, request).await,
        Endpoint::Unsuspend => unsuspend::unsuspend(api, app, request).await,
        Endpoint::Delivery => push_event::tell(api, app, request, "delivered").await,
        Endpoint::Open => push_event::tell(api, app, request, "opened").await,
        Endpoint::Post => post::post(api, app, request).await,
        Endpoint::Profile => profile::update(api, app, request).await,
    }
}
