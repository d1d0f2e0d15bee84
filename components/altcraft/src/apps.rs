//! What apps on people's devices ask for: answered by HTTP status, for an app that its token
//! lets in.

use crate::calls::{is_encoded, text};
use crate::in_process::{API, InProcess};
use http::header::{self, HeaderName, HeaderValue};
use roster_altcraft::mobile::{self, AppContext, HttpAnswer, MAX_BYTES, MobileCall};
use roster_api::apps::App;
use roster_http::{Problem, Reply, Request, now, whole};

/// The same for a request that is tried again.
const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");

/// Answers a request.
pub(crate) async fn answer(request: Request) -> Reply {
    reply(match answered(request).await {
        Ok(answer) => answer,
        Err(problem) => refused(problem),
    })
}

async fn answered(request: Request) -> Result<HttpAnswer, Problem> {
    let now = now();
    let authorization = request.headers().get(header::AUTHORIZATION).cloned();
    // Nobody makes this read a body without the right to send it.
    let app = {
        let sql = API.lend().await?;
        roster_api::apps::identify(authorization.as_ref(), &sql, now).await?
    };
    let (parts, body) = whole(request, MAX_BYTES).await;
    let body = body?;
    if is_encoded(&parts.headers) {
        return Ok(mobile::refusal(
            415,
            "The body must be sent without a content encoding.",
        ));
    }
    let call = MobileCall {
        verb: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        content_type: text(&parts.headers, &header::CONTENT_TYPE),
        request_id: text(&parts.headers, &REQUEST_ID),
        now_ms: now.ms(),
        body: &body,
    };
    let (context, api) = for_app(app);
    Ok(mobile::answer(&api, &context, call).await)
}

fn for_app(app: App) -> (AppContext, InProcess) {
    let context = AppContext {
        databases: app.databases.iter().map(|id| id.get()).collect(),
        resource: app.resource.get(),
        person: app.person,
    };
    (context, InProcess { caller: app.caller })
}

/// What is no answer of the translation's, in the shape of one.
fn refused(problem: Problem) -> HttpAnswer {
    let reply = problem.into_reply();
    let body: serde_json::Value = serde_json::from_slice(reply.body()).unwrap_or_default();
    let detail = body["detail"].as_str().or(body["title"].as_str());
    mobile::refusal(reply.status(), detail.unwrap_or("The request was refused."))
}

fn reply(answer: HttpAnswer) -> Reply {
    let kind = HeaderValue::from_static(answer.content_type);
    let reply = Reply::new(answer.body).with_status(answer.status);
    let reply = reply.header(header::CONTENT_TYPE, kind);
    match answer.retry_after {
        Some(seconds) => reply.header(header::RETRY_AFTER, HeaderValue::from(seconds)),
        None => reply,
    }
}
