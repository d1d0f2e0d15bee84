//! `GET /v1/outbox/{id}`

use crate::outbox::shape::{ShownMessage, found};
use roster_http::{Call, Problem, Reply, Scope, route, variable};
use roster_post::{Letter, Settings, Variables, preview};
use serde::Serialize;
use std::collections::BTreeMap;

/// A message, and how a person would read it.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WholeMessage {
    /// The message.
    #[serde(flatten)]
    message: ShownMessage,
    /// How it reads, only for a token with the scope `links:write`: its links work.
    /// `null` for other tokens, for messages to watchers, whose `body` says all, and
    /// where what it is about is gone.
    #[schema(required)]
    letter: Option<ShownLetter>,
}

/// How a message reads.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Letter)]
pub(crate) struct ShownLetter {
    /// The subject; only mail has one.
    #[schema(example = "Please confirm")]
    subject: String,
    /// The text.
    text: String,
    /// The same as HTML; only for mail.
    html: String,
    /// Where it is confirmed.
    #[schema(example = "https://example.org/s/confirm/…")]
    link: String,
    /// From when on the link is no longer good.
    #[schema(value_type = String, format = DateTime)]
    link_expires_at: roster_model::Timestamp,
    /// Headers of a mail.
    #[schema(value_type = Object)]
    headers: BTreeMap<String, String>,
}

impl From<Letter> for ShownLetter {
    fn from(letter: Letter) -> Self {
        ShownLetter {
            subject: letter.subject,
            text: letter.text,
            html: letter.html,
            link: letter.link,
            link_expires_at: letter.expires_at,
            headers: letter.headers.into_iter().collect(),
        }
    }
}

/// One message, and with the scope `links:write` how a person would read it. The
/// links in it work, so this is how double opt-in can be tried without sending
/// anything.
#[route(get, "/v1/outbox/{id}", OutboxRead, id = "getMessage", answer = WholeMessage)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let public_url = variable("public_url").await?;
    // What is wrong with it is told by the tick, which sends.
    let (settings, _) = Settings::read(&Variables {
        public_url: &public_url,
        ..Variables::default()
    });
    let sql = call.pool.lend().await?;
    let message = found(&sql, &call).await?;
    // Anyone who reads it could confirm in the person's name.
    let letter = match call.caller.scopes.has(Scope::LinksWrite) {
        true => preview(&sql, &settings, &message).await?,
        false => None,
    };
    Ok(Reply::ok(&WholeMessage {
        message: message.into(),
        letter: letter.map(Into::into),
    }))
}
