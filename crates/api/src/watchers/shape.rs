//! What watchers look like, and what several handlers share.

use crate::outbox::keys::random;
use crate::sealing;
use roster_http::{Call, Caller, Problem, Reply, kinds, variable};
use roster_model::Code;
use roster_model::error::valid;
use roster_model::schedule::AllowedHosts;
use roster_model::{Invalid, Timestamp, WatcherId, WatcherSettings};
use roster_seal::Purpose;
use roster_store::Sql;
use roster_store::schedules::StoredSecret;
use roster_store::watchers::{self, WatcherRow};
use roster_webhook::Secret;
use serde::Serialize;

/// A watcher: a system that is told of changes.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Watcher)]
pub(crate) struct ShownWatcher {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: WatcherId,
    #[serde(flatten)]
    settings: WatcherSettings,
    /// How many secrets its messages are signed with.
    #[schema(example = 1)]
    secrets: usize,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A watcher with a secret that is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WatcherWithSecret {
    /// The watcher.
    #[serde(flatten)]
    pub watcher: ShownWatcher,
    /// The secret that its messages are signed with by Standard Webhooks; `null`
    /// when an answer is repeated for an `Idempotency-Key`.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", required)]
    pub secret: Option<String>,
}

impl From<WatcherRow> for ShownWatcher {
    fn from(found: WatcherRow) -> Self {
        ShownWatcher {
            id: found.watcher.id,
            settings: found.watcher.settings,
            secrets: found.secrets.len(),
            revision: found.revision,
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

impl ShownWatcher {
    /// The answer that shows it.
    pub(crate) fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }
}

impl WatcherWithSecret {
    /// 201 with its place.
    pub(crate) fn created(&self) -> Reply {
        let path = format!("/v1/watchers/{}", self.watcher.id);
        let reply = Reply::created(self).etag(self.watcher.revision);
        reply.location(&path)
    }
}

/// The watcher of the path, if the caller may know of it.
pub(crate) async fn found(sql: &impl Sql, call: &Call) -> Result<WatcherRow, Problem> {
    let missing = || Problem::not_found("watcher");
    let id: WatcherId = call.id("id", "watcher")?;
    let found = watchers::get(sql, id).await?.ok_or_else(missing)?;
    if may_have(&found.watcher.settings, &call.caller) {
        Ok(found)
    } else {
        Err(missing())
    }
}

/// Whether a watcher with these settings is one that the caller may know of: it
/// is told of their databases only.
pub(crate) fn may_have(settings: &WatcherSettings, caller: &Caller) -> bool {
    caller.may_have(&settings.databases)
}

/// Refuses databases that don't exist or that the caller may not know of; a
/// token for some databases must name one, or the watcher would be told of all.
pub(crate) async fn check_databases(
    sql: &impl Sql,
    settings: &WatcherSettings,
    caller: &Caller,
) -> Result<(), Problem> {
    let mut wrong = caller.unknown_databases(sql, &settings.databases).await?;
    if wrong.is_empty() && !may_have(settings, caller) {
        let detail = "This token is for some databases: the watcher must name one of them.";
        wrong.push(Invalid::new(Code::Required, detail).at("databases"));
    }
    Ok(valid((), wrong)?)
}

/// Refuses an address that messages are not sent to, since its host is not among
/// those that the variable `notify_hosts` names.
pub(crate) async fn check_host(settings: &WatcherSettings) -> Result<(), Problem> {
    let variable = variable("notify_hosts").await?;
    let allowed = AllowedHosts::of_variable("notify_hosts", &variable);
    Ok(settings.check_host(&allowed)?)
}

/// Refuses one more watcher of the same databases where there are enough, itself
/// left out.
pub(crate) async fn check_limit(
    sql: &impl Sql,
    settings: &WatcherSettings,
    own: Option<WatcherId>,
) -> Result<(), Problem> {
    let all = watchers::all(sql).await?;
    let others = all.iter().map(|one| &one.watcher);
    let others = others.filter(|other| Some(other.id) != own);
    Ok(settings.check_limit(others.map(|other| &other.settings))?)
}

/// A new secret.
pub(crate) struct NewSecret {
    /// What its receiver gets.
    pub shown: String,
    /// What is kept of it.
    pub stored: StoredSecret,
}

impl NewSecret {
    /// One from the host's random source.
    pub(crate) async fn make() -> Result<Self, Problem> {
        let keys = sealing::keyring().await?;
        let secret = Secret::from_bytes(&random()?);
        let secret = secret.map_err(|invalid| Problem::internal(&invalid.detail))?;
        let stored = keys.seal_if_any(Purpose::Watcher, secret.reveal());
        Ok(NewSecret {
            shown: secret.reveal().to_owned(),
            stored: StoredSecret(stored.map_err(|error| sealing::unkept(&error))?),
        })
    }
}

/// Another watcher has the name.
pub(crate) fn name_taken() -> Problem {
    Problem::new(kinds::NAME_TAKEN, "Another watcher has this name.").with("field", "name")
}
