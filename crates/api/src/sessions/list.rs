//! `GET /v1/sessions`

use super::shape::{browser, unkept};
use roster_http::{Call, Problem, Reply, route};
use roster_model::{SessionId, Timestamp};
use roster_store::sessions;
use serde::Serialize;

/// One of one's sessions.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SessionItem {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: SessionId,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was used last, to a few minutes.
    #[schema(value_type = String, format = DateTime)]
    last_seen_at: Timestamp,
    /// The browser.
    #[schema(example = "Firefox, Linux")]
    agent: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// All of one's sessions: they are few.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OwnSessions {
    /// The sessions, the one that was used last first.
    items: Vec<SessionItem>,
}

/// One's own sessions, wherever one signed in.
#[route(get, "/v1/sessions", Person, id = "listSessions", answer = OwnSessions)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let sql = call.pool.lend().await?;
    let items = sessions::of_user(&sql, own.user, call.now).await?;
    let items = items.into_iter().map(|one| SessionItem {
        id: one.id,
        created_at: one.created_at,
        last_seen_at: one.last_seen_at,
        agent: browser(&one.agent),
        current: one.id == own.id,
    });
    Ok(unkept(Reply::ok(&OwnSessions {
        items: items.collect(),
    })))
}
