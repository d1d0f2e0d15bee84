//! What answers look like.

use roster_http::Reply;
use roster_model::{DatabaseId, ProfileId, Timestamp};
use roster_receive::{HookSettings, secrets};
use roster_seal::Keyring;
use roster_store::deliveries::DeliveryRow;
use roster_store::hooks::{Hook, HookSecret};
use serde::Serialize;
use serde_json::Value;

/// A webhook: where a sender posts to, and what becomes of that.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Hook)]
pub(crate) struct ShownHook {
    /// Its id.
    #[schema(example = "q0Wm3yTzJc1nV5uXb8LrPdGk7sEaHf2i")]
    id: String,
    /// Its name, unique in the database; history calls it so.
    #[schema(example = "Billing")]
    name: String,
    /// The database that it writes to.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// Whether deliveries are taken; if not, they are answered with 404.
    enabled: bool,
    /// Where the sender posts to, on this host.
    #[schema(example = "/hooks/q0Wm3yTzJc1nV5uXb8LrPdGk7sEaHf2i")]
    url: String,
    /// How deliveries are verified, without the secrets.
    #[schema(value_type = Object, example = json!({"scheme": "standard"}))]
    verification: Value,
    /// The secrets that hold, the oldest first.
    secrets: Vec<ShownSecret>,
    /// The preset that the mapping began as.
    preset: Option<&'static str>,
    /// The mapping, whole.
    #[schema(value_type = Object, example = json!({"fields": {"email": "/email"}}))]
    mapping: Value,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// What is shown of a secret.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = HookSecret)]
struct ShownSecret {
    /// Its last four characters; `null` where it is sealed with a key that `secrets_key`
    /// doesn't have, so that nothing can be verified with it.
    #[schema(example = "Kx0=", required)]
    ends_with: Option<String>,
    /// Since when it holds.
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
    /// Until when it holds; `null` for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
}

impl ShownSecret {
    fn new(kept: &HookSecret, keys: &Keyring) -> Self {
        ShownSecret {
            ends_with: secrets::ending(keys, kept),
            added_at: kept.added_at,
            expires_at: kept.expires_at,
        }
    }
}

impl ShownHook {
    /// What is shown of a webhook at a time.
    pub(crate) fn new(hook: Hook, settings: HookSettings, keys: &Keyring, now: Timestamp) -> Self {
        let holding = hook.secrets.iter().filter(|secret| secret.holds(now));
        let holding = holding.map(|kept| ShownSecret::new(kept, keys));
        ShownHook {
            url: format!("/hooks/{}", hook.id),
            secrets: holding.collect(),
            id: hook.id,
            name: hook.name,
            database_id: hook.database,
            enabled: settings.enabled,
            verification: settings.verification,
            preset: settings.preset,
            mapping: settings.mapping_definition,
            revision: hook.revision,
            created_at: hook.created_at,
            updated_at: hook.updated_at,
        }
    }

    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }
}

/// A webhook with a new secret, which is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct HookWithSecret {
    /// The webhook.
    #[serde(flatten)]
    pub(crate) hook: ShownHook,
    /// The secret, if it was made here; `null` when an answer is repeated for an
    /// `Idempotency-Key`.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwH2W4bEKx0c8=")]
    pub(crate) secret: Option<String>,
}

impl HookWithSecret {
    /// 201 with its place.
    pub(crate) fn reply(&self) -> Reply {
        let path = format!("/v1/hooks/{}", self.hook.id);
        Reply::created(self)
            .etag(self.hook.revision)
            .location(&path)
    }
}

/// A delivery.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct ShownDelivery {
    /// Its id.
    #[schema(example = "12")]
    id: String,
    /// The sender's id of it, or the SHA-256 of its body.
    #[schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")]
    sender_id: String,
    /// When it first came.
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
    /// `created`, `updated`, `unchanged`, `skipped` or `failed`.
    #[schema(value_type = String, example = "created")]
    outcome: &'static str,
    /// The profile.
    #[schema(value_type = Option<String>)]
    profile_id: Option<ProfileId>,
    /// More about it: `reason`; `code`, `errors` and `candidates`; `revision`,
    /// `skipped` and `notes`.
    #[schema(value_type = Object)]
    detail: Value,
    /// How often it came and was tried; repeats of what was applied don't count.
    times: i64,
    /// What came: `content_type`, `headers` (secrets hidden), and `body`, or
    /// `body_base64` if that is no UTF-8. Lists leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    request: Option<Value>,
}

impl From<DeliveryRow> for ShownDelivery {
    fn from(kept: DeliveryRow) -> Self {
        let delivery = kept.delivery;
        ShownDelivery {
            id: kept.id.to_string(),
            sender_id: delivery.sender_id,
            received_at: delivery.received_at,
            outcome: delivery.outcome.as_str(),
            profile_id: delivery.profile,
            detail: delivery.detail,
            times: kept.times,
            request: Some(delivery.request).filter(|request| !request.is_null()),
        }
    }
}
