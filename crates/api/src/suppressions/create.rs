//! `POST /v1/suppressions`

use crate::suppressions::shape::{ShownList, check_databases, check_limit, name_taken};
use roster_http::{Call, Problem, Reply, route};
use roster_model::suppression::SuppressionSettings;
use roster_store::suppressions;
use serde_json::Value;

/// Makes a suppression list without entries.
#[route(
    post, "/v1/suppressions", SuppressionsWrite, id = "createSuppression",
    once,
    new = roster_model::suppression::SuppressionSettings,
    made = ShownList,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let settings = SuppressionSettings::create(&call.json::<Value>()?)?;
    call.once(async |sql| {
        check_databases(sql, &settings, &call.caller).await?;
        check_limit(sql, &settings).await?;
        let made = suppressions::create(sql, settings.clone(), &call.author()).await?;
        Ok(ShownList::from(made.ok_or_else(name_taken)?).created())
    })
    .await
}
