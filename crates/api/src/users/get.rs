//! `GET /v1/users/{id}`

use super::shape::{UserBody, found};
use roster_http::{Call, Problem, Reply, route};

/// One user.
#[route(get, "/v1/users/{id}", UsersRead, id = "getUser", answer = UserBody)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    Ok(UserBody::from(found(&sql, &call).await?).reply())
}
