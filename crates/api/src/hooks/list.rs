//! `GET /v1/hooks`

use super::settings;
use super::shape::ShownHook;
use crate::sealing;
use roster_http::{Call, Paging, Problem, Reply, route};
use roster_model::DatabaseId;
use roster_store::hooks::{self, Hook};

/// The webhooks in order of creation, of one database or of all that the token
/// may know of.
#[route(
    get, "/v1/hooks", HooksRead, id = "listHooks",
    query = crate::hooks::openapi::HooksQuery,
    page = ShownHook,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging: Paging<(i64, String)> = call.paging()?;
    let asked: Option<DatabaseId> = call
        .query("database")
        .map(str::parse)
        .transpose()
        .map_err(|_| Problem::not_found("database"))?;
    if asked.is_some_and(|id| !call.caller.may_see(id)) {
        return Err(Problem::not_found("database"));
    }
    let one = asked.map(|id| vec![id]);
    let only = one.as_deref().or(call.caller.databases.as_deref());
    let read = async |after: Option<&(i64, String)>, rows| {
        let after = after.map(|(at, id)| (*at, id.as_str()));
        Ok(hooks::page(call.pool, after, rows, only).await?)
    };
    let keys = sealing::opening().await?;
    let show = |hook| {
        let settings = settings(&hook)?;
        Ok::<_, Problem>(ShownHook::new(hook, settings, &keys, call.now))
    };
    let place = |hook: &Hook| (hook.created_at.ms(), hook.id.clone());
    let page = paging.read(read, place, show).await?;
    Ok(Reply::ok(&page))
}
