//! Files that tasks made: answered by HTTP status, since what comes with 200 is kept as the file.

use crate::calls;
use crate::in_process::{API, InProcess};
use bytes::Bytes;
use http::Method;
use http::header;
use roster_altcraft::{AltAnswer, Failure, Format, bearer};
use roster_http::{Reply, Request, kinds};
use spin_sdk::http::FullBody;

/// Sends the file that `/v1` has at a path.
pub(crate) async fn answer(request: Request, file: &str) -> Reply {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let failure = Failure::wrong("A file is asked for by GET.");
        return refuse(failure, kinds::METHOD_NOT_ALLOWED.status);
    }
    let headers = request.headers();
    let query = request.uri().query().unwrap_or_default();
    let of_query = || {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| matches!(&**name, "token" | "t"));
        found.map(|(_, token)| token.into_owned())
    };
    let token = bearer(calls::text(headers, &header::AUTHORIZATION)).or_else(of_query);
    let api = match InProcess::of(token.as_deref()).await {
        Ok(api) => api,
        Err(failure) => {
            let status = failure.error;
            return refuse(failure, status);
        }
    };
    let mut asked = http::Request::new(FullBody::new(Bytes::new()));
    *asked.method_mut() = request.method().clone();
    match file.parse() {
        Ok(uri) => *asked.uri_mut() = uri,
        Err(_) => return refuse(Failure::not_found("There is no such file."), 404),
    }
    // A download that broke off goes on.
    for name in [header::RANGE, header::IF_RANGE, header::IF_NONE_MATCH] {
        if let Some(value) = headers.get(&name) {
            asked.headers_mut().insert(name, value.clone());
        }
    }
    let reply = API.serve_as(api.caller, asked).await;
    match reply.status() {
        status @ 400.. => {
            let problem = serde_json::from_slice(reply.body()).unwrap_or_default();
            refuse(Failure::of_problem(status, problem), status)
        }
        _ => reply,
    }
}

fn refuse(failure: Failure, status: u16) -> Reply {
    calls::reply(AltAnswer::refusal(failure, Format::Json)).with_status(status)
}
