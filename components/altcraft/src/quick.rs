//! Quick import: what happened is said by the HTTP status, and by a line of plain text.

use crate::calls::{is_encoded, text};
use crate::in_process::InProcess;
use http::header::{self, HeaderName, HeaderValue};
use roster_altcraft::{Failure, HttpCall, QuickAnswer, QuickCall};
use roster_http::{DEFAULT_BODY, Reply, Request, kinds, whole};

/// Answers a quick import.
pub(crate) async fn answer(request: Request) -> Reply {
    let (parts, body) = whole(request, DEFAULT_BODY).await;
    let text = |name: HeaderName| text(&parts.headers, &name);
    let body = match body {
        Ok(_) if is_encoded(&parts.headers) => Err(Failure::encoded()),
        Ok(body) => Ok(body),
        Err(problem) if problem.kind == kinds::BODY_TOO_LARGE => {
            let text = format!("The body has more than {DEFAULT_BODY} bytes.");
            Err(Failure::wrong(text))
        }
        Err(_) => Err(Failure::incomplete()),
    };
    let body = match body {
        Ok(body) => body,
        Err(failure) => return reply(QuickAnswer::refusal(failure)),
    };
    let http = HttpCall {
        verb: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        content_type: text(header::CONTENT_TYPE),
        authorization: text(header::AUTHORIZATION),
        body: &body,
    };
    reply(match QuickCall::open(http, text(header::REFERER)) {
        Ok(call) => match InProcess::of(call.token()).await {
            Ok(api) => roster_altcraft::quick_import(&api, call).await,
            Err(failure) => QuickAnswer::refusal(failure),
        },
        Err(refused) => refused,
    })
}

fn reply(answer: QuickAnswer) -> Reply {
    let kind = HeaderValue::from_static(answer.content_type);
    let reply = Reply::new(answer.body.into_bytes()).header(header::CONTENT_TYPE, kind);
    reply.with_status(answer.status)
}
