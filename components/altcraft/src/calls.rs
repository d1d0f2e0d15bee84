//! Methods of v1.1: HTTP 200 whatever happens, and what happened in `error`.

use crate::in_process::InProcess;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use roster_altcraft::{AltAnswer, Envelope, Failure, Format, HttpCall, MAX_BYTES};
use roster_http::{Reply, Request, kinds, whole};

/// Answers a call.
pub(crate) async fn answer(request: Request) -> Reply {
    let (parts, body) = whole(request, MAX_BYTES).await;
    let text = |name: HeaderName| text(&parts.headers, &name);
    let body = match body {
        Ok(_) if is_encoded(&parts.headers) => Err(Failure::encoded()),
        Ok(body) => Ok(body),
        Err(problem) if problem.kind == kinds::BODY_TOO_LARGE => Err(Failure::too_large()),
        Err(_) => Err(Failure::incomplete()),
    };
    let answer = match body {
        Err(failure) => AltAnswer::refusal(failure, Format::Json),
        Ok(body) => {
            let http = HttpCall {
                verb: parts.method.as_str(),
                path: parts.uri.path(),
                query: parts.uri.query().unwrap_or_default(),
                content_type: text(header::CONTENT_TYPE),
                authorization: text(header::AUTHORIZATION),
                body: &body,
            };
            match Envelope::open(http) {
                Ok(envelope) => opened(envelope).await,
                Err((failure, format)) => AltAnswer::refusal(failure, format),
            }
        }
    };
    reply(answer)
}

async fn opened(envelope: Envelope<'_>) -> AltAnswer {
    let format = envelope.format();
    let known = match envelope.app_token() {
        Some(token) => InProcess::of_resource(token).await,
        None => InProcess::of(envelope.token()).await.map(|api| (api, None)),
    };
    let (api, resource) = match known {
        Ok(known) => known,
        Err(failure) => return AltAnswer::refusal(failure, format),
    };
    match envelope.read() {
        Ok(mut call) => {
            // The token is one resource's, whatever the call says.
            let resource = resource.map(|id| ("resource_id".to_owned(), id.get().into()));
            call.members.extend(resource);
            roster_altcraft::answer(&api, call).await
        }
        Err(failure) => AltAnswer::refusal(failure, format),
    }
}

/// An answer as it is sent.
pub(crate) fn reply(answer: AltAnswer) -> Reply {
    let kind = HeaderValue::from_static(answer.content_type);
    Reply::new(answer.body).header(header::CONTENT_TYPE, kind)
}

/// A header as text; empty where it is none.
pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// Whether a body is packed, which no client of this API does.
pub(crate) fn is_encoded(headers: &HeaderMap) -> bool {
    let encoding = text(headers, &header::CONTENT_ENCODING).trim();
    !encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity")
}
