//! A list or an export by a saved view.

use crate::define::DatabaseDefinition;
use http::Method;
use roster_http::{Call, Problem, Scope};
use roster_model::{Code, DatabaseId, Invalid, ViewSettings};
use roster_store::definitions;
use serde_json::{Value, json};

/// Where a body names a `view`, puts the view's condition and columns into it: both
/// conditions must hold, and `fields` that are given stand in place of the columns.
/// Whether it named one.
///
/// # Errors
/// The scope `views:read` is missing, or there is no such view.
pub(crate) async fn with_view(
    call: &Call,
    database: DatabaseId,
    body: &mut Value,
) -> Result<bool, Problem> {
    let Some(body) = body.as_object_mut() else {
        return Ok(false);
    };
    let given = match body.remove("view") {
        None | Some(Value::Null) => return Ok(false),
        Some(given) => given,
    };
    let Some(given) = given.as_str() else {
        let detail = "A view is named by its id, a string.";
        return Err(Invalid::new(Code::WrongType, detail).at("view").into());
    };
    call.caller.require(Scope::ViewsRead)?;
    let missing = || Problem::not_found("view");
    let id: i64 = given.parse().map_err(|_| missing())?;
    let sql = call.pool.lend().await?;
    let found = definitions::get::<ViewSettings>(&sql, database, id).await?;
    let view = found.ok_or_else(missing)?.settings;
    drop(sql);
    // The database may have changed since it was saved.
    let known = call.current(database).await?;
    if let Err(wrong) = view.check(&known) {
        // A query has no places to point to.
        if let (true, Some(first)) = (call.method == Method::GET, wrong.first()) {
            let detail = format!("The view no longer fits its database: {}", first.detail);
            return Err(Problem::parameter("view", detail));
        }
        let wrong: Vec<Invalid> = wrong.into_iter().map(|one| one.at("view")).collect();
        return Err(wrong.into());
    }
    let condition = match body.remove("condition") {
        None | Some(Value::Null) => view.condition,
        Some(own) => json!({ "all": [view.condition, own] }),
    };
    body.insert("condition".to_owned(), condition);
    if !view.columns.is_empty() && body.get("fields").is_none_or(Value::is_null) {
        body.insert("fields".to_owned(), json!(view.columns));
    }
    Ok(true)
}
