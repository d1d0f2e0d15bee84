//! `POST /v1/outbox/rotate-keys`

use roster_http::{Call, Problem, Reply, kinds, route};
use roster_store::link_keys;
use serde::Serialize;

/// Another key.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = LinkKey)]
pub(crate) struct ShownLinkKey {
    /// Its number.
    #[schema(example = 2)]
    key: u32,
}

/// Signs new links with a new key. Links that were sent stay good. For tokens
/// without a limit.
#[route(post, "/v1/outbox/rotate-keys", OutboxWrite, id = "rotateLinkKeys", answer = ShownLinkKey)]
pub(crate) async fn rotate(call: Call) -> Result<Reply, Problem> {
    if call.caller.databases.is_some() {
        let detail = "Links of all databases are signed with it: the token must not be limited.";
        return Err(Problem::new(kinds::FORBIDDEN, detail));
    }
    let sql = call.pool.lend().await?;
    let key = link_keys::rotate(&sql, random()?, call.now).await?;
    Ok(Reply::ok(&ShownLinkKey { key }))
}

/// Bytes that nobody can guess.
pub(crate) fn random() -> Result<[u8; 32], Problem> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Problem::internal(&error))?;
    Ok(bytes)
}
