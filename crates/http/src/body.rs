//! Reading a request's body, never more of it than the route allows.

use crate::kinds;
use crate::problem::Problem;
use bytes::Bytes;
use http::HeaderMap;
use http::header;
use http_body::Body;
use std::future::poll_fn;
use std::pin::pin;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// [`kinds::BODY_TOO_LARGE`] as soon as it is known, [`kinds::INCOMPLETE_BODY`]
/// when the client stops in the middle.
pub(crate) async fn read<B: Body<Data = Bytes>>(
    headers: &HeaderMap,
    body: B,
    limit: usize,
) -> Result<Bytes, Problem> {
    let announced = check_announced(headers, limit as u64)?;
    let announced = announced.and_then(|length| usize::try_from(length).ok());
    let mut body = pin!(body);
    // Most bodies arrive in one piece, which then needs no copy.
    let mut first = Bytes::new();
    let mut rest: Vec<u8> = Vec::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let frame = frame.map_err(|_| {
            Problem::new(
                kinds::INCOMPLETE_BODY,
                "The connection gave up in the middle of the body.",
            )
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.len() + rest.len() + data.len() > limit {
            return Err(too_large(limit as u64));
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
        } else {
            if rest.is_empty() {
                rest.reserve(announced.unwrap_or(0).max(first.len() + data.len()));
                rest.extend_from_slice(&first);
                first = Bytes::new();
            }
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.into() })
}

/// The parts of a request and its body, of at most `limit` bytes: for a component that
/// speaks another API than `/v1`, where nobody is known before the body is.
///
/// # Errors
/// As routes answer: [`kinds::BODY_TOO_LARGE`] and [`kinds::INCOMPLETE_BODY`].
pub async fn whole<B: Body<Data = Bytes>>(
    request: http::Request<B>,
    limit: usize,
) -> (http::request::Parts, Result<Bytes, Problem>) {
    let (parts, body) = request.into_parts();
    let body = read(&parts.headers, body, limit).await;
    (parts, body)
}

/// The body's length, where the request says it.
///
/// # Errors
/// [`kinds::BODY_TOO_LARGE`] when it is above the limit.
pub(crate) fn check_announced(headers: &HeaderMap, limit: u64) -> Result<Option<u64>, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    Ok(announced)
}

pub(crate) fn too_large(limit: u64) -> Problem {
    Problem::new(
        kinds::BODY_TOO_LARGE,
        format!("A body has at most {limit} bytes here."),
    )
    .with("limit", limit)
}
