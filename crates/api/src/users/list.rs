//! `GET /v1/users`

use super::shape::{UserBody, is_seen};
use roster_http::{Call, Problem, Reply, route};
use roster_store::Sql;
use roster_store::users::{self, User};
use serde::Serialize;

/// How many users are read at once to count those that a limited caller sees.
const COUNTED_ROWS: i64 = 1000;

/// A page of users.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UserPage {
    /// The users.
    items: Vec<UserBody>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    next: Option<String>,
    /// How many there are on all pages.
    #[schema(example = 3)]
    total: i64,
}

/// Users, in order of creation. A caller who is limited to some databases sees only those
/// who are limited to the same ones.
#[route(get, "/v1/users", UsersRead, id = "listUsers", paged, answer = UserPage)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<i64>()?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&i64>, rows| {
        users::page(&sql, after.copied().unwrap_or(0), rows).await
    };
    let show = |user: User| {
        let seen = is_seen(&call.caller, &user);
        Ok(seen.then(|| UserBody::from(user)))
    };
    let page = paging.read(read, |user| user.id.get(), show).await?;
    let total = total(&sql, &call).await?;
    Ok(Reply::ok(&UserPage {
        items: page.items.into_iter().flatten().collect(),
        next: page.next,
        total,
    }))
}

/// How many users a caller sees.
async fn total(sql: &impl Sql, call: &Call) -> Result<i64, Problem> {
    if call.caller.databases.is_none() {
        return Ok(users::count(sql).await?);
    }
    let (mut total, mut after) = (0, 0);
    loop {
        let page = users::page(sql, after, COUNTED_ROWS).await?;
        let Some(last) = page.last() else {
            return Ok(total);
        };
        after = last.id.get();
        let seen = page.iter().filter(|user| is_seen(&call.caller, user));
        total += i64::try_from(seen.count()).unwrap_or(i64::MAX);
    }
}
