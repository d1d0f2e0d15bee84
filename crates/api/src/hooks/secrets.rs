//! `POST /v1/hooks/{id}/secrets`

use super::shape::{HookWithSecret, ShownHook};
use super::{found, random};
use crate::sealing;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::read::{Members, any};
use roster_model::{Invalid, Timestamp};
use roster_receive::secrets::{self, MOST};
use roster_store::hooks::{self, HookData};
use roster_webhook::{Scheme, Secret};
use serde_json::{Value, json};

/// How long older secrets hold if nobody says, in hours.
const KEEP_HOURS: i64 = 24;
/// How long older secrets hold at most, in hours: 30 days.
const MOST_HOURS: i64 = 720;

/// Adds a secret: the one that is given, or for `standard`, `hmac` and `bearer` a
/// new one, which is shown this once. Older ones hold for `keep_hours` longer, so
/// that the sender can change over.
#[route(
    post, "/v1/hooks/{id}/secrets", HooksWrite, id = "addHookSecret",
    if_match,
    once,
    body = Option<crate::hooks::openapi::NewHookSecret>,
    made = HookWithSecret,
)]
pub(crate) async fn add(call: Call) -> Result<Reply, Problem> {
    let if_match = call.if_match()?;
    let body: Value = call.json_or_none()?.unwrap_or_else(|| json!({}));
    sealing::refuse_sealed(&body, "secret")?;
    let keys = sealing::keyring().await?;
    let mut members = Members::of(&body)?;
    let given = members.optional("secret", any);
    let hours = members.optional("keep_hours", hours);
    members.finish()?;
    let kept_ms = hours.unwrap_or(KEEP_HOURS).saturating_mul(60 * 60 * 1000);
    let end = Timestamp::from_ms(call.now.ms().saturating_add(kept_ms));
    let mut made = None;
    let reply = call
        .once(async |sql| {
            let (hook, settings) = found(sql, &call).await?;
            if_match.check(hook.revision)?;
            let (secret, is_new) = chosen(&settings.scheme, given)?;
            let kept = secrets::renewed(&keys, &hook.secrets, &secret, call.now, end);
            let kept = kept.map_err(|error| sealing::unkept(&error))?;
            if kept.len() > MOST {
                let detail = format!("At most {MOST} secrets hold at a time.");
                return Err(Invalid::new(Code::TooMany, detail).into());
            }
            let put = HookData {
                name: &hook.name,
                definition: &hook.definition,
                secrets: &kept,
            };
            let hook = hooks::update(sql, &hook, put, &call.author()).await?;
            // What is kept for a repetition has no secret in it.
            let shown = HookWithSecret {
                hook: ShownHook::new(hook, settings, &keys, call.now),
                secret: None,
            };
            let reply = shown.reply();
            made = Some((shown, is_new.then(|| secret.reveal().to_owned())));
            Ok(reply)
        })
        .await?;
    Ok(match made {
        None => reply,
        Some((mut shown, secret)) => {
            shown.secret = secret;
            shown.reply()
        }
    })
}

/// The secret that is added, and whether it was made here.
fn chosen(scheme: &Scheme, given: Option<&Value>) -> Result<(Secret, bool), Problem> {
    if let Some(given) = given {
        let read = secrets::read(scheme, given);
        return Ok((read.map_err(|invalid| invalid.at("secret"))?, false));
    }
    if secrets::can_be_made(scheme) {
        return Ok((random::secret(scheme)?, true));
    }
    let detail = match scheme.needs_secret() {
        true => "The sender makes this secret: it must be given.".to_owned(),
        false => format!("The scheme {} has no secret.", scheme.name()),
    };
    Err(Invalid::new(Code::Required, detail).at("secret").into())
}

fn hours(value: &Value) -> Result<i64, Invalid> {
    let hours = value.as_i64();
    let hours = hours.filter(|hours| (0..=MOST_HOURS).contains(hours));
    hours.ok_or_else(|| {
        let detail = format!("This must be a number from 0 to {MOST_HOURS}.");
        Invalid::new(Code::OutOfRange, detail)
    })
}
