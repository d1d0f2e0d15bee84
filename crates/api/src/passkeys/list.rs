//! `GET /v1/passkeys`

use super::shape::PasskeyBody;
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, route};
use roster_store::passkeys;
use serde::Serialize;

/// All of one's passkeys: they are few.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OwnPasskeys {
    /// The passkeys, in order of creation.
    items: Vec<PasskeyBody>,
}

/// One's own passkeys.
#[route(get, "/v1/passkeys", Person, id = "listPasskeys", answer = OwnPasskeys)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let own = call.caller.require_person()?;
    let sql = call.pool.lend().await?;
    let items = passkeys::of_user(&sql, own.user).await?;
    let items = items.into_iter().map(PasskeyBody::from).collect();
    Ok(unkept(Reply::ok(&OwnPasskeys { items })))
}
