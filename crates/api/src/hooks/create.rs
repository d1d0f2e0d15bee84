//! `POST /v1/hooks`

use super::check::check;
use super::shape::{HookWithSecret, ShownHook};
use super::{MOST, VERIFICATION, name_taken, random};
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::{DatabaseId, Invalid};
use roster_receive::{HookSettings, NewHook, secrets};
use roster_store::hooks::{self, HookData};
use roster_store::{Sql, catalogue};
use serde_json::Value;

/// Makes a webhook. The mapping is the preset's, changed as `mapping` says. For
/// `standard`, `hmac` and `bearer` a secret is made if none is given, and shown
/// this once. Where the sender makes it, add it later: until then every delivery
/// is refused.
#[route(
    post, "/v1/hooks", HooksWrite, id = "createHook",
    once,
    body = crate::hooks::openapi::NewHook,
    made = HookWithSecret,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let body: Value = call.json()?;
    sealing::refuse_sealed(&body, VERIFICATION)?;
    let NewHook {
        settings,
        database,
        secrets: mut given,
    } = HookSettings::create(&body)?;
    let keys = sealing::keyring().await?;
    let mut shown_once = None;
    if given.is_empty() && secrets::can_be_made(&settings.scheme) {
        let secret = random::secret(&settings.scheme)?;
        shown_once = Some(secret.reveal().to_owned());
        given.push(secret);
    }
    let kept = secrets::to_keep(&keys, &given, call.now);
    let (id, kept) = (
        random::id()?,
        kept.map_err(|error| sealing::unkept(&error))?,
    );
    let mut made = None;
    let reply = call
        .once(async |sql| {
            check_database(sql, &call, database, &settings).await?;
            let put = HookData {
                name: &settings.name,
                definition: &settings.definition(),
                secrets: &kept,
            };
            let hook = hooks::create(sql, database, &id, put, &call.author()).await?;
            let hook = hook.ok_or_else(name_taken)?;
            // What is kept for a repetition has no secret in it.
            let shown = HookWithSecret {
                hook: ShownHook::new(hook, settings.clone(), &keys, call.now),
                secret: None,
            };
            let reply = shown.reply();
            made = Some(shown);
            Ok(reply)
        })
        .await?;
    Ok(match made {
        None => reply,
        Some(mut shown) => {
            shown.secret = shown_once;
            shown.reply()
        }
    })
}

/// Refuses a database that doesn't exist or that the caller may not know of, one
/// that has enough webhooks, and one that the mapping doesn't fit.
async fn check_database(
    sql: &impl Sql,
    call: &Call,
    database: DatabaseId,
    settings: &HookSettings,
) -> Result<(), Problem> {
    let definitions = match call.caller.may_see(database) {
        true => catalogue::load(sql, database).await?,
        false => None,
    };
    let definitions = definitions.ok_or_else(|| {
        let detail = format!("There is no database {database}.");
        Invalid::new(Code::UnknownDatabase, detail).at("database_id")
    })?;
    check(&settings.mapping, &definitions)?;
    if hooks::count(sql, database).await? >= MOST {
        let detail = format!("A database has at most {MOST} webhooks.");
        return Err(Invalid::new(Code::TooMany, detail).into());
    }
    Ok(())
}
