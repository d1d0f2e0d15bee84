//! `GET /v1/standing/keys`

use super::shape::for_all;
use roster_http::{Call, Problem, Reply, route};
use roster_store::standing;
use serde::Serialize;

/// A key.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StandingKey)]
pub(crate) struct ShownKey {
    /// Its name, the same in every installation that has it.
    name: String,
    /// The secret, 64 hexadecimal digits. Anyone who has it and the entries can try out
    /// contacts.
    secret: String,
    /// Whether this installation makes its own entries with it.
    own: bool,
}

/// The keys.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StandingKeys)]
pub(crate) struct ShownKeys {
    /// This installation's own first.
    items: Vec<ShownKey>,
}

/// The keys that contacts are hashed with, secrets included: for moving what is kept
/// to another installation.
#[route(get, "/v1/standing/keys", SuppressionsWrite, id = "listStandingKeys", answer = ShownKeys)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    for_all(&call)?;
    let sql = call.pool.lend().await?;
    let keys = standing::load(&sql).await?.keys.into_iter();
    let items = keys.map(|key| ShownKey {
        secret: key
            .secret
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        name: key.name,
        own: key.is_own,
    });
    Ok(Reply::ok(&ShownKeys {
        items: items.collect(),
    }))
}
