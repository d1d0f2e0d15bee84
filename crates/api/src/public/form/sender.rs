//! The website that sends a form: whether it may, and whether its script may read
//! the answer (CORS).

use http::header::{self, HeaderValue};
use roster_http::Site;
use roster_http::{Call, Problem, Reply};
use roster_store::forms::Form;

/// How long browsers may remember what a website may do, in seconds.
const REMEMBERED_SECONDS: &str = "7200";

/// Who sends a form, as browsers say.
pub(super) struct Sender {
    /// The website; none of a client that says nothing of one.
    origin: Option<HeaderValue>,
    /// Whether it may send the form.
    pub may_send: bool,
}

impl Sender {
    /// The sender of a request to a form.
    pub async fn of(call: &Call, form: &Form) -> Result<Self, Problem> {
        let origin = call.headers.get(header::ORIGIN);
        let text = origin.and_then(|origin| origin.to_str().ok());
        // What says nothing of a website is no browser on another one; but a form
        // for certain websites wants to hear it.
        let may_send = form.settings.allows(text) || {
            let site = Site::of(call).await?;
            text.is_some_and(|origin| site.is_own(origin))
        };
        Ok(Sender {
            origin: origin.cloned(),
            may_send,
        })
    }

    /// An answer that the website's own script may read, if it may send the form.
    pub fn shown(&self, reply: Reply) -> Reply {
        match &self.origin {
            Some(origin) if self.may_send => {
                reply.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone())
            }
            _ => reply,
        }
    }

    /// The answer to a browser that asks what the website may do.
    pub fn allowed(&self) -> Reply {
        let value = HeaderValue::from_static;
        let reply = Reply::new("")
            .header(
                header::ACCESS_CONTROL_ALLOW_METHODS,
                value("GET, HEAD, POST"),
            )
            .header(header::ACCESS_CONTROL_ALLOW_HEADERS, value("content-type"))
            .header(header::ACCESS_CONTROL_MAX_AGE, value(REMEMBERED_SECONDS));
        self.shown(reply)
    }
}
