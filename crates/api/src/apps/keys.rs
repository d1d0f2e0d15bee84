//! `/v1/databases/{db}/app-keys`

use super::key_shape::{KeyMaterial, ShownAppKey, all, check_resource, found, name_taken, own};
use crate::sealing;
use crate::sessions::shape::unkept;
use roster_http::{Call, Problem, Reply, route};
use roster_model::app::MAX_APP_KEYS;
use roster_model::define::Settings;
use roster_model::{AppKeySettings, Code, Invalid, NewAppKeySettings};
use roster_store::apps;
use serde::Serialize;
use serde_json::Value;

/// All keys of a database: they are few.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AppKeys {
    /// The keys, in order of creation.
    items: Vec<ShownAppKey>,
}

/// A key with its secret, which is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AppKeyWithSecret {
    #[serde(flatten)]
    key: ShownAppKey,
    /// The secret that was made; `null` where one was given, there is none, or an answer is
    /// repeated for an `Idempotency-Key`.
    #[schema(example = "fP8mN2vQ7xRtY4wZ1kLc6hJ9bD3sGaEuVi5oXp0TqWn", required)]
    secret: Option<String>,
}

/// The keys by which the tokens of a database's apps are checked.
#[route(
    get, "/v1/databases/{db}/app-keys", DatabasesRead, id = "listAppKeys",
    answer = AppKeys,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let sql = call.pool.lend().await?;
    let keys = all(&sql, database).await?;
    let items = keys.into_iter().map(ShownAppKey::from).collect();
    Ok(Reply::ok(&AppKeys { items }))
}

/// Makes a key, at most ten for a database: a server that has its other half lets an app in as
/// one person. Takes `profiles:write` and `events:write` too.
#[route(
    post, "/v1/databases/{db}/app-keys", DatabasesWrite, id = "createAppKey",
    once,
    new = roster_model::NewAppKeySettings,
    made = AppKeyWithSecret,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let database = own(&call)?;
    let body: Value = call.json()?;
    sealing::refuse_sealed(&body, "secret")?;
    let new = NewAppKeySettings::create(&body)?;
    let material = KeyMaterial::of(&new)?;
    let settings = AppKeySettings::from(new);
    let stored = material.to_stored(&sealing::keyring().await?)?;
    let algorithm = material.key.algorithm().as_str();
    let mut made = None;
    let reply = call
        .once(async |sql| {
            let count = all(sql, database).await?.len();
            if i64::try_from(count).unwrap_or(i64::MAX) >= MAX_APP_KEYS {
                let detail = format!("A database has at most {MAX_APP_KEYS} keys.");
                return Err(Invalid::new(Code::TooMany, detail).into());
            }
            check_resource(sql, database, &settings).await?;
            let (settings, key, author) = (settings.clone(), stored.clone(), call.author());
            let key = apps::create_key(sql, database, settings, algorithm, key, &author).await?;
            let key = key.ok_or_else(name_taken)?;
            let path = format!("{}/{}", call.path, key.id);
            // What is kept for a repetition has no secret in it.
            let shown = AppKeyWithSecret {
                key: key.into(),
                secret: None,
            };
            let reply = Reply::created(&shown).location(&path);
            made = Some((shown, path));
            Ok(reply)
        })
        .await?;
    Ok(unkept(match made {
        None => reply,
        Some((shown, path)) => {
            let secret = material.made;
            Reply::created(&AppKeyWithSecret { secret, ..shown }).location(&path)
        }
    }))
}

/// Changes what was chosen for a key, as a JSON merge patch says: when it ends, for instance.
/// The key itself stays. Takes `profiles:write` and `events:write` too.
#[route(
    patch, "/v1/databases/{db}/app-keys/{id}", DatabasesWrite, id = "updateAppKey",
    once,
    patch = roster_model::AppKeySettings,
    answer = ShownAppKey,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let database = own(&call)?;
    let patch: Value = call.json()?;
    call.once(async |sql| {
        let before = found(&call, all(sql, database).await?)?;
        let settings = before.settings.patch(&patch)?;
        if settings == before.settings {
            return Ok(Reply::ok(&ShownAppKey::from(before)));
        }
        if settings.resource_id != before.settings.resource_id {
            check_resource(sql, database, &settings).await?;
        }
        let changed = apps::update_key(sql, database, before, settings, &call.author()).await?;
        Ok(Reply::ok(&ShownAppKey::from(
            changed.ok_or_else(name_taken)?,
        )))
    })
    .await
}

/// Deletes a key: what it signed opens nothing any more. Takes `profiles:write` and
/// `events:write` too.
#[route(
    delete, "/v1/databases/{db}/app-keys/{id}", DatabasesWrite, id = "deleteAppKey",
    responses((status = 204, description = "It is deleted.")),
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let database = own(&call)?;
    call.change(async |sql| {
        let key = found(&call, all(sql, database).await?)?;
        Ok(apps::delete_key(sql, database, &key, &call.author()).await?)
    })
    .await?;
    Ok(Reply::done())
}
