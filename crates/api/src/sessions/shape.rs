//! What sessions look like, and how one begins.

use super::secret::Secret;
use crate::public::client::Client;
use crate::users::shape::UserBody;
use http::header::{self, HeaderName, HeaderValue};
use roster_http::{Call, Problem, Reply, Site, cross_origin, variable};
use roster_model::session::{self, SessionCookie};
use roster_model::{Timestamp, UserId, agent};
use roster_store::spin::Transaction;
use roster_store::{sessions, users};
use serde::Serialize;

/// How much of what a browser calls itself is kept, in characters.
const AGENT_CHARS: usize = 300;

/// Somebody's session.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// Whose it is.
    pub(crate) user: UserBody,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
    /// When it ends by itself, if nothing more is asked with it.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
}

/// What nobody on the way may keep.
pub(crate) fn unkept(reply: Reply) -> Reply {
    reply.header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// The cookie that sessions have here.
pub(crate) async fn cookie() -> Result<SessionCookie, Problem> {
    Ok(SessionCookie::of(&variable("public_url").await?))
}

/// A header `Set-Cookie`.
pub(crate) fn set_cookie(value: &str) -> Result<(HeaderName, HeaderValue), Problem> {
    let value = HeaderValue::try_from(value).map_err(|error| Problem::internal(&error))?;
    Ok((header::SET_COOKIE, value))
}

/// Refuses what another website sends: it could sign somebody in as somebody else.
pub(crate) async fn check_sender(call: &Call) -> Result<(), Problem> {
    match Site::of(call).await?.is_sender(&call.headers) {
        true => Ok(()),
        false => Err(cross_origin()),
    }
}

/// A session to be begun: its secret, and the browser that gets it.
pub(crate) struct NewSession {
    secret: Secret,
    agent: String,
    cookie: SessionCookie,
}

impl NewSession {
    /// A session for the browser of a request.
    pub(crate) async fn of(client: &Client) -> Result<Self, Problem> {
        let agent = client.user_agent.as_deref().unwrap_or_default();
        Ok(NewSession {
            secret: Secret::random()?,
            agent: agent.chars().take(AGENT_CHARS).collect(),
            cookie: cookie().await?,
        })
    }

    /// Begins it for a user, and shows it.
    pub(crate) async fn begin(
        &self,
        sql: &Transaction,
        user: UserId,
        now: Timestamp,
    ) -> Result<SessionBody, Problem> {
        sessions::create(sql, user, &self.secret.hash(), &self.agent, now).await?;
        let user = users::get(sql, user).await?;
        Ok(SessionBody {
            user: user.ok_or_else(|| Problem::not_found("user"))?.into(),
            created_at: now,
            expires_at: session::end(now, now),
        })
    }

    /// 201 with the cookie.
    pub(crate) fn reply(&self, begun: &SessionBody) -> Result<Reply, Problem> {
        let (name, value) = set_cookie(&self.cookie.set(self.secret.text()))?;
        Ok(unkept(Reply::created(begun)).header(name, value))
    }
}

/// A browser in a few words: `Firefox, Linux`; what it calls itself where it is none that is
/// known.
pub(crate) fn browser(given: &str) -> String {
    let known: Vec<&str> = [agent::browser(given), agent::system(given)]
        .into_iter()
        .flatten()
        .collect();
    match known.is_empty() {
        true => given.chars().take(100).collect(),
        false => known.join(", "),
    }
}
