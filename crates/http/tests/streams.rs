//! Answers that are made while they are sent: short ones are whole.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use roster_http::{Call, Problem, Reply, Route, Service, Settings, Source, Table};
use std::future::{Future as _, pending};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Pieces of so many bytes; `0` never comes, a negative one is an error.
struct Pieces<const LIVE: bool>(Vec<i64>);

impl<const LIVE: bool> Source for Pieces<LIVE> {
    const LIVE: bool = LIVE;

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        let Some(size) = self.0.pop() else {
            return Ok(None);
        };
        match usize::try_from(size) {
            Ok(0) => pending().await,
            Ok(size) => Ok(Some((vec![b'x'; size].into(), self))),
            Err(_) => Err(Problem::internal(&"it broke")),
        }
    }
}

async fn pieces(call: Call) -> Result<Reply, Problem> {
    let sizes = call.query("sizes").unwrap_or_default();
    let sizes = sizes.split(',').rev().filter_map(|size| size.parse().ok());
    let sizes = sizes.collect();
    Ok(match call.query("live") {
        Some(_) => Reply::stream("text/plain", Pieces::<true>(sizes)),
        None => Reply::stream("text/plain", Pieces::<false>(sizes)),
    })
}

const TABLES: &[Table] = &[Table {
    tag: "things",
    about: "Things",
    routes: &[Route::public("/pieces", &pieces)],
}];

/// The answer's status and what of its body is whole; none while it waits.
fn ask(query: &str) -> Option<(u16, usize)> {
    let settings = Settings::new("secret", "normal", "").unwrap();
    let service = Box::leak(Box::new(Service::with_settings(TABLES, settings)));
    let request = Request::get(format!("/pieces?{query}")).body(Full::new(Bytes::new()));
    match pin!(service.serve(request.unwrap())).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(reply) => Some((reply.status(), reply.body().len())),
        Poll::Pending => None,
    }
}

#[test]
fn what_is_short_is_whole_in_however_many_pieces() {
    assert_eq!(ask("sizes="), Some((200, 0)));
    assert_eq!(ask("sizes=9"), Some((200, 9)));
    assert_eq!(ask("sizes=9,1,30000"), Some((200, 30_010)));
    // It waits for what is to come.
    assert_eq!(ask("sizes=9,0"), None);
}

#[test]
fn what_is_long_is_sent_as_it_is_made() {
    assert_eq!(ask("sizes=65536"), Some((200, 0)));
    assert_eq!(ask("sizes=40000,40000,0"), Some((200, 0)));
}

#[test]
fn news_wait_for_nothing() {
    assert_eq!(ask("live&sizes=9"), Some((200, 9)));
    assert_eq!(ask("live&sizes=9,0"), Some((200, 0)));
    assert_eq!(ask("live&sizes=0"), None);
}

#[test]
fn what_fails_in_its_beginning_is_a_problem_with_its_status() {
    for sizes in ["-1", "9,-1"] {
        let (status, body) = ask(&format!("sizes={sizes}")).unwrap();
        assert!(status == 500 && body > 9, "{sizes}: {body}");
    }
    // Later there is nothing left to say but that it broke off.
    assert_eq!(ask("sizes=70000,-1"), Some((200, 0)));
}
