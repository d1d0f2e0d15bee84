//! `GET /v1/standing`

use super::shape::{ShownStanding, categories, contact, for_all};
use roster_http::{Call, Page, Problem, Reply, route};
use roster_model::Invalid;
use roster_store::standing::{self, ledger};

/// How contacts stand: that their owners left, complained or bounced. With a contact
/// (`email`, `phone` in E.164, `provider` and `subscription_id`, or `id` of a Telegram
/// chat, and `channel` where a number is of another one than `sms`) what is kept of
/// that one; a token for some databases hears what was told in those. Without one,
/// all of it, as hashes.
#[route(
    get, "/v1/standing", SuppressionsRead, id = "listStanding",
    query = crate::suppressions::openapi::StandingQuery,
    page = ShownStanding,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let paging = call.paging::<ledger::EntryPlace>()?;
    let asked = contact(|name| call.query(name)).map_err(of_query)?;
    let Some(contact) = asked else {
        for_all(&call)?;
        let sql = call.pool.lend().await?;
        let read =
            async |after: Option<&ledger::EntryPlace>, rows| ledger::page(&sql, after, rows).await;
        let show = |entry| Ok(ShownStanding::from(entry));
        let page = paging
            .read(read, ledger::StandingEntry::place, show)
            .await?;
        return Ok(Reply::ok(&page));
    };
    let sql = call.pool.lend().await?;
    let keys = standing::load(&sql).await?;
    let categories = categories(&sql, None).await?;
    let mut entries = ledger::of_contact(&sql, &keys, &contact, &categories).await?;
    entries.retain(|entry| match entry.told_in {
        Some(database) => call.caller.may_see(database),
        None => call.caller.databases.is_none(),
    });
    Ok(Reply::ok(&Page {
        items: entries.into_iter().map(ShownStanding::from).collect(),
        next: None,
    }))
}

/// What is wrong with a contact in the query is a wrong parameter.
fn of_query(invalid: Invalid) -> Problem {
    let name = invalid.pointer.split('/').nth(1).unwrap_or("channel");
    Problem::parameter(name, invalid.detail.as_str())
}
