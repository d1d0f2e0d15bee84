//! `PATCH /v1/suppressions/{id}`

use crate::suppressions::shape::{
    ListAccess, ShownList, check_databases, check_limit, found, name_taken,
};
use roster_http::{Call, Problem, Reply, route};
use roster_store::suppressions;
use serde_json::Value;

/// Renames a suppression list, changes its description, or attaches it to other
/// databases, as a JSON merge patch says.
#[route(
    patch, "/v1/suppressions/{id}", SuppressionsWrite, id = "updateSuppression",
    if_match,
    once,
    patch = roster_model::suppression::SuppressionSettings,
    answer = ShownList,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let mut found = found(sql, &call, ListAccess::Change).await?;
        if_match.check(found.revision)?;
        let before = &found.list;
        let settings = before.settings.patch(&patch, before.is_global)?;
        if settings.databases != before.databases {
            check_databases(sql, &settings, &call.caller).await?;
            check_limit(sql, &settings).await?;
        }
        if settings != before.settings {
            let holder = suppressions::named(sql, &settings.name).await?;
            if holder.is_some_and(|holder| holder != before.id) {
                return Err(name_taken());
            }
            found.revision =
                suppressions::update(sql, &found.list, &settings, &call.author()).await?;
            found.list.settings = settings;
            found.list.updated_at = call.now;
        }
        Ok(ShownList::from(found).reply())
    })
    .await
}
