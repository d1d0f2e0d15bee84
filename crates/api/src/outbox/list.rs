//! `GET /v1/outbox`

use crate::outbox::shape::ShownMessage;
use roster_http::{Call, Problem, Reply, route};
use roster_store::outbox::{Kind, MessageFilter, Position, State, page};
use std::str::FromStr;

/// The messages, newest first. Those that ended are kept for 30 days.
#[route(
    get, "/v1/outbox", OutboxRead, id = "listMessages",
    query = crate::outbox::openapi::MessagesQuery,
    page = ShownMessage,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let asked = MessageFilter {
        state: named(&call, "state", State::named, &State::ALL.map(State::as_str))?,
        kind: named(&call, "kind", Kind::named, &Kind::ALL.map(Kind::as_str))?,
        database: parsed(&call, "database")?,
        profile: parsed(&call, "profile")?,
        recipient: call.query("recipient").map(str::to_owned),
        seen: call.caller.databases.clone(),
    };
    answer(&call, &asked).await
}

/// A page of what is asked for.
pub(crate) async fn answer(call: &Call, asked: &MessageFilter) -> Result<Reply, Problem> {
    let paging = call.paging::<Position>()?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&Position>, rows| page(&sql, asked, after.copied(), rows).await;
    let show = |message| Ok(ShownMessage::from(message));
    let page = paging
        .read(read, |message| Position::from(message), show)
        .await?;
    Ok(Reply::ok(&page))
}

/// A query parameter that is one of some words.
fn named<T>(
    call: &Call,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
    words: &[&str],
) -> Result<Option<T>, Problem> {
    let Some(given) = call.query(name) else {
        return Ok(None);
    };
    let found = read(given).map(Some);
    found.ok_or_else(|| {
        let detail = format!("{name} must be one of {}.", words.join(", "));
        Problem::parameter(name, detail)
    })
}

/// A query parameter that is an id.
fn parsed<T: FromStr>(call: &Call, name: &str) -> Result<Option<T>, Problem> {
    let given = call.query(name).map(str::parse).transpose();
    given.map_err(|_| Problem::parameter(name, format!("{name} must be an id.")))
}
