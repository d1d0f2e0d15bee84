//! `GET, POST /v1/databases/{db}/profiles/{id}/links`: the links that messages of
//! one subscription carry.

use crate::profiles::gone;
use roster_http::{Call, Problem, Reply, route, variable};
use roster_links::{Click, Context, Digest, Extra, Key, Keys, Purpose, Subject};
use roster_model::Code;
use roster_model::opt_in::LINK_DAYS;
use roster_model::{Invalid, ProfileId, Status, Timestamp};
use roster_store::{Sql, link_keys, profiles};
use serde::{Deserialize, Serialize};

/// The most clicks of one request.
const MAX_CLICKS: usize = 200;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What links are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = LinksWanted)]
pub(crate) struct LinksRequest {
    /// The subscription's `id`, as answers show it.
    #[schema(example = "9f2c41d0")]
    subscription_id: String,
    /// The sender's id of the message, kept with what its reader does.
    #[serde(default)]
    #[schema(example = "news-2026-11")]
    message_id: Option<String>,
    /// Where links in the message lead: each becomes one that counts clicks.
    #[serde(default)]
    #[schema(example = json!(["https://example.org/sale"]))]
    clicks: Vec<String>,
}

/// The links of a subscription.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Links {
    /// The subscription manager.
    manage: String,
    /// Where a subscription that is unconfirmed is confirmed; it lives as long as the
    /// resource's confirmation links.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<String>,
    /// Out: a page with a button, and one click for mail programs.
    unsubscribe: String,
    /// The value of the header `List-Unsubscribe` (RFC 2369).
    list_unsubscribe: String,
    /// The value of the header `List-Unsubscribe-Post` (RFC 8058).
    list_unsubscribe_post: &'static str,
    /// A picture that tells that the message was opened.
    open: String,
    /// The counting links, in order.
    clicks: Vec<String>,
}

/// The links of a subscription.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/links", LinksWrite, id = "getLinks",
    query = crate::consent::openapi::LinksQuery,
    answer = Links,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let wanted = LinksRequest {
        subscription_id: call.query("subscription").unwrap_or_default().to_owned(),
        message_id: call.query("message_id").map(str::to_owned),
        clicks: Vec::new(),
    };
    links(&call, &wanted).await
}

/// The links of a subscription, with links that count clicks. Nothing is kept for
/// them: what a link says is signed.
#[route(
    post, "/v1/databases/{db}/profiles/{id}/links", LinksWrite, id = "makeLinks",
    body = LinksRequest,
    answer = Links,
)]
pub(crate) async fn make(call: Call) -> Result<Reply, Problem> {
    let wanted: LinksRequest = call.json()?;
    links(&call, &wanted).await
}

async fn links(call: &Call, wanted: &LinksRequest) -> Result<Reply, Problem> {
    let database = call.database()?;
    let id: ProfileId = call.id("id", "profile")?;
    if wanted.clicks.len() > MAX_CLICKS {
        let detail = format!("At most {MAX_CLICKS} clicks at once.");
        return Err(Invalid::new(Code::TooMany, detail).at("clicks").into());
    }
    let base = variable("public_url").await?;
    let base = base.trim().trim_end_matches('/').to_owned();
    let sql = call.pool.lend().await?;
    let profile = profiles::followed(&sql, database, id).await?;
    let Some(profile) = profile else {
        return Err(gone(call, &sql, database, id).await?);
    };
    let mut live = profile.subscriptions.iter().filter(|one| !one.deleted);
    let subscription = live.find(|one| one.hash_id() == wanted.subscription_id);
    let subscription = subscription.ok_or_else(|| Problem::not_found("subscription"))?;
    let keys = keys(&sql).await?;
    let subject = Subject {
        database,
        profile: id,
        subscription: Digest::of_subscription(subscription),
    };
    let sign = |purpose, extra: &Extra| keys.sign(purpose, &subject, None, extra);
    let context = Context {
        message: wanted.message_id.clone(),
    };
    let about = context.to_extra().map_err(|one| one.at("message_id"))?;
    let mut clicks = Vec::with_capacity(wanted.clicks.len());
    for (index, url) in wanted.clicks.iter().enumerate() {
        let click = Click {
            url: url.clone(),
            context: context.clone(),
        };
        let extra = click.to_extra().map_err(|mut one| {
            // The place is in the list, not in what was made of it.
            one.pointer.clear();
            one.at_index(index).at("clicks")
        })?;
        clicks.push(format!("{base}/e/{}", sign(Purpose::Click, &extra)));
    }
    let confirm = match subscription.status {
        Status::Unconfirmed => {
            let definitions = call.definitions(database).await?;
            let mut resources = definitions.resources.iter();
            let resource = resources.find(|one| one.id == subscription.resource);
            let days = resource.map_or(LINK_DAYS, |one| one.double_opt_in.link_days);
            let life = days.saturating_mul(DAY_MS);
            let expires = Timestamp::from_ms(call.now.ms().saturating_add(life));
            // When it was made: who leaves after that does not come back by it.
            let made = Extra::new(call.now.ms().to_be_bytes().to_vec()).unwrap_or_default();
            let token = keys.sign(Purpose::Confirm, &subject, Some(expires), &made);
            Some(format!("{base}/s/confirm/{token}"))
        }
        _ => None,
    };
    let unsubscribe = format!(
        "{base}/s/unsubscribe/{}",
        sign(Purpose::Unsubscribe, &Extra::NONE)
    );
    Ok(Reply::ok(&Links {
        manage: format!("{base}/s/manage/{}", sign(Purpose::Manage, &Extra::NONE)),
        confirm,
        list_unsubscribe: format!("<{unsubscribe}>"),
        unsubscribe,
        list_unsubscribe_post: "List-Unsubscribe=One-Click",
        open: format!("{base}/e/{}.gif", sign(Purpose::Open, &about)),
        clicks,
    }))
}

/// What links are signed with.
pub(crate) async fn keys(sql: &impl Sql) -> Result<Keys, Problem> {
    let keys = link_keys::all(sql).await?.into_iter();
    let keys = Keys::new(keys.map(|key| Key {
        id: key.id,
        secret: key.secret,
    }));
    keys.ok_or_else(|| Problem::internal(&"no key for links"))
}
