//! `PATCH /v1/hooks/{id}`

use super::check::check;
use super::shape::ShownHook;
use super::{VERIFICATION, found, name_taken};
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::{Invalid, Timestamp};
use roster_receive::{HookSettings, secrets};
use roster_seal::Keyring;
use roster_store::catalogue;
use roster_store::hooks::{self, HookData, HookSecret};
use roster_webhook::Secret;
use serde_json::Value;

/// Changes a webhook, as a JSON merge patch says: `mapping` is merged with the
/// one there is, so that a rule that is `null` goes; `preset` puts another one in
/// its place; `verification` is replaced as a whole. Secrets stay unless others
/// are given.
#[route(
    patch, "/v1/hooks/{id}", HooksWrite, id = "updateHook",
    if_match,
    once,
    body = crate::hooks::openapi::HookPatch,
    answer = ShownHook,
)]
pub(crate) async fn update(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let patch: Value = call.json()?;
    let keys = sealing::for_patch(&patch, VERIFICATION).await?;
    call.once(async |sql| {
        let (mut hook, before) = found(sql, &call).await?;
        if_match.check(hook.revision)?;
        let (settings, given) = before.patch(&patch, hook.database)?;
        let there = (&before, &hook.secrets[..]);
        let kept = kept(&keys, &settings, there, given, call.now)?;
        if settings.mapping != before.mapping
            && let Some(definitions) = catalogue::load(sql, hook.database).await?
        {
            check(&settings.mapping, &definitions)?;
        }
        if settings != before || kept != hook.secrets {
            let holder = hooks::named(sql, hook.database, &settings.name).await?;
            if holder.is_some_and(|holder| holder != hook.id) {
                return Err(name_taken());
            }
            let put = HookData {
                name: &settings.name,
                definition: &settings.definition(),
                secrets: &kept,
            };
            hook = hooks::update(sql, &hook, put, &call.author()).await?;
        }
        Ok(ShownHook::new(hook, settings, &keys, call.now).reply())
    })
    .await
}

/// The secrets as they are to be: those that were given, else those that there
/// are, which must fit the scheme.
fn kept(
    keys: &Keyring,
    settings: &HookSettings,
    (before, kept): (&HookSettings, &[HookSecret]),
    given: Option<Vec<Secret>>,
    now: Timestamp,
) -> Result<Vec<HookSecret>, Problem> {
    let scheme = &settings.scheme;
    if let Some(given) = given {
        let kept = secrets::to_keep(keys, &given, now);
        return kept.map_err(|error| sealing::unkept(&error));
    }
    if !scheme.needs_secret() {
        return Ok(Vec::new());
    }
    let fit = secrets::fit(keys, scheme, &before.scheme, kept);
    if !fit || (kept.is_empty() && secrets::can_be_made(scheme)) {
        let detail = format!("The scheme {} needs another secret.", scheme.name());
        let invalid = Invalid::new(Code::Required, detail).at("secret");
        return Err(invalid.at("verification").into());
    }
    Ok(kept.to_vec())
}
