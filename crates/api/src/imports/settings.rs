//! Saved import settings: `/v1/databases/{db}/import-settings/{name}`
//!
//! What starts an import (file settings under `file`, mapping, matching, …) kept
//! under a name, to be used again for the next file of the same kind.

use crate::imports::start::ImportRequest;
use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_model::Code;
use roster_model::{DatabaseId, Invalid, Timestamp};
use roster_store::import_settings::{self, SavedSettings};
use serde::Serialize;
use serde_json::Value;

/// The longest name, in characters.
const NAME_CHARS: usize = 100;

/// The most settings that one database keeps.
const MOST: i64 = 1000;

/// Saved settings as they are shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ImportSettings)]
pub(crate) struct ShownSettings {
    /// Their name.
    name: String,
    /// Counts their changes from 1; also the `ETag`.
    revision: i64,
    /// When they were first saved.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When they last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// As they were given.
    #[schema(value_type = Object)]
    settings: Value,
}

impl From<SavedSettings> for ShownSettings {
    fn from(saved: SavedSettings) -> Self {
        ShownSettings {
            name: saved.name,
            revision: saved.revision,
            created_at: saved.created_at,
            updated_at: saved.updated_at,
            settings: saved.settings,
        }
    }
}

/// The saved import settings of a database, by name.
#[route(
    get, "/v1/databases/{db}/import-settings", ImportsRead, id = "listImportSettings",
    page = crate::imports::settings::ShownSettings,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let paging = call.paging::<String>()?;
    call.definitions(database).await?;
    let sql = call.pool.lend().await?;
    let read = async |after: Option<&String>, rows| {
        import_settings::page(&sql, database, after.map_or("", String::as_str), rows).await
    };
    let show = |saved| Ok(ShownSettings::from(saved));
    let page = paging.read(read, |saved| saved.name.clone(), show).await?;
    Ok(Reply::ok(&page))
}

/// Saved import settings.
#[route(
    get, "/v1/databases/{db}/import-settings/{name}", ImportsRead, id = "getImportSettings",
    answer = ShownSettings,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let sql = call.pool.lend().await?;
    let saved = import_settings::get(&sql, database, call.parameter("name")).await?;
    let saved = saved.ok_or_else(|| Problem::not_found("import settings"))?;
    let revision = saved.revision;
    Ok(Reply::ok(&ShownSettings::from(saved)).etag(revision))
}

/// Saves import settings under a name, new or not, after checking them.
#[route(
    put, "/v1/databases/{db}/import-settings/{name}", ImportsWrite, id = "saveImportSettings",
    if_match,
    once,
    request_body( content = crate::imports::openapi::StartImport, description = "What starts an import, but not `settings`, the name of others.", example = json!({ "mapping": [{"column": "E-mail", "to": {"field": "email"}}], "separator": ";" }), ),
    responses((status = 200, body = ShownSettings), (status = 201, body = ShownSettings)),
)]
pub(crate) async fn put(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let name = call.parameter("name").trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        let detail = format!("A name has 1 to {NAME_CHARS} characters and no control characters.");
        return Err(Invalid::new(Code::InvalidName, detail).into());
    }
    let settings: Value = call.json()?;
    if settings.get("settings").is_some() {
        let detail = "Settings that are saved can't be the name of others.";
        return Err(Invalid::new(Code::ReadOnly, detail).at("settings").into());
    }
    ImportRequest::of(&call, database, settings.clone()).await?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let before = import_settings::get(sql, database, &name).await?;
        if_match.check(before.as_ref().map_or(0, |saved| saved.revision))?;
        if before.is_none() && import_settings::count(sql, database).await? >= MOST {
            let detail = format!("A database keeps at most {MOST} import settings.");
            return Err(Problem::from(Invalid::new(Code::TooMany, detail)));
        }
        let (before, author) = (before.as_ref(), call.author());
        import_settings::put(sql, database, &name, before, &settings, &author).await?;
        let saved = import_settings::get(sql, database, &name).await?;
        let saved = saved.ok_or_else(|| Problem::not_found("import settings"))?;
        let revision = saved.revision;
        let meaning = match before {
            None => Meaning::Created,
            Some(_) => Meaning::Ok,
        };
        let reply = Reply::ok(&ShownSettings::from(saved)).meaning(meaning);
        Ok(reply.etag(revision))
    })
    .await
}

/// Forgets saved import settings.
#[route(
    delete, "/v1/databases/{db}/import-settings/{name}", ImportsWrite, id = "deleteImportSettings",
    answer = ShownSettings,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let name = call.parameter("name");
    call.once(async |sql| {
        let saved = import_settings::get(sql, database, name).await?;
        let saved = saved.ok_or_else(|| Problem::not_found("import settings"))?;
        import_settings::delete(sql, database, &saved, &call.author()).await?;
        Ok(Reply::ok(&ShownSettings::from(saved)))
    })
    .await
}

/// The settings that were saved under a name.
pub(crate) async fn saved_settings(
    call: &Call,
    database: DatabaseId,
    name: &str,
) -> Result<Value, Problem> {
    let sql = call.pool.lend().await?;
    let saved = import_settings::get(&sql, database, name).await?;
    let saved = saved.ok_or_else(|| {
        let shown = roster_model::error::excerpt(name);
        let detail = format!("The database has no import settings {shown}.");
        Invalid::new(Code::UnknownSettings, detail).at("settings")
    })?;
    Ok(saved.settings)
}
