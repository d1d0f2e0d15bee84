//! What users and invitations look like, and what several handlers share.

use crate::access::shape::{may_give, may_see};
use crate::sessions::secret::Secret;
use roster_http::{Call, Caller, Problem, Reply, Scopes, kinds, role_scopes, variable};
use roster_model::error::valid;
use roster_model::session::INVITATION_MS;
use roster_model::{Timestamp, UserId, UserSettings};
use roster_store::Sql;
use roster_store::users::{self, Invitation, User};
use serde::Serialize;

/// Whether somebody has come yet.
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UserState {
    /// They have no password yet.
    Invited,
    /// They can sign in.
    Active,
}

/// Somebody who signs in to the console.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody {
    /// Their id.
    #[schema(value_type = String, example = "1")]
    pub(crate) id: UserId,
    #[serde(flatten)]
    settings: UserSettings,
    /// What their role may do.
    #[schema(value_type = Vec<String>, example = json!(["profiles:read"]))]
    scopes: Scopes,
    /// Whether they have come yet.
    state: UserState,
    /// Counts the changes from 1; also the `ETag`.
    revision: i64,
    /// When they were made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
    /// When they were last here, to a few minutes; `null` for never.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    last_seen_at: Option<Timestamp>,
    /// How many passkeys they sign in by.
    #[schema(example = 1)]
    passkeys: i64,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        UserBody {
            id: user.id,
            scopes: role_scopes(user.settings.role),
            settings: user.settings,
            state: match user.is_active {
                true => UserState::Active,
                false => UserState::Invited,
            },
            revision: user.revision,
            created_at: user.created_at,
            updated_at: user.updated_at,
            last_seen_at: user.last_seen_at,
            passkeys: user.passkeys,
        }
    }
}

impl UserBody {
    /// The answer that shows them.
    pub(crate) fn reply(&self) -> Reply {
        Reply::ok(self).etag(self.revision)
    }
}

/// A way in for somebody who has no password, or forgot it. It is shown this once.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[schema(as = InvitationLink)]
pub(crate) struct LinkBody {
    /// The page where they choose a password.
    #[schema(example = "https://crm.example.org/console/invitation#0Xg…")]
    link: String,
    /// Until when it is good; it can be used once.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// A user with an invitation.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UserWithInvitation {
    /// The user.
    #[serde(flatten)]
    pub(crate) user: UserBody,
    /// How they come in; `null` when an answer is repeated for an `Idempotency-Key`, since it
    /// is kept nowhere.
    #[schema(required)]
    pub(crate) invitation: Option<LinkBody>,
}

impl UserWithInvitation {
    /// 201 with its place.
    pub(crate) fn created(&self) -> Reply {
        let path = format!("/v1/users/{}", self.user.id);
        let reply = Reply::created(self).etag(self.user.revision);
        reply.location(&path)
    }
}

/// A new invitation: what the store keeps of it, and what is shown.
pub(crate) async fn new_invitation(now: Timestamp) -> Result<(Invitation, LinkBody), Problem> {
    let public_url = variable("public_url").await?;
    let secret = Secret::random()?;
    let ends = Timestamp::from_ms(now.ms().saturating_add(INVITATION_MS));
    let invitation = Invitation {
        secret: secret.hash(),
        ends,
    };
    // A fragment is sent to no server and stands in no log.
    let link = LinkBody {
        link: format!(
            "{}/console/invitation#{}",
            public_url.trim().trim_end_matches('/'),
            secret.text()
        ),
        expires_at: ends,
    };
    Ok((invitation, link))
}

/// The user of the path, if the caller may know of them.
pub(crate) async fn found(sql: &impl Sql, call: &Call) -> Result<User, Problem> {
    let missing = || Problem::not_found("user");
    let found = users::get(sql, call.id("id", "user")?).await?;
    let found = found.ok_or_else(missing)?;
    match is_seen(&call.caller, &found) {
        true => Ok(found),
        false => Err(missing()),
    }
}

/// [`found`], if the caller may do all that the user may: who changes or invites somebody
/// stronger could become them.
pub(crate) async fn managed(sql: &impl Sql, call: &Call) -> Result<User, Problem> {
    let user = found(sql, call).await?;
    may_make(&call.caller, &user.settings)?;
    Ok(user)
}

/// Whether a caller may know of a user.
pub(crate) fn is_seen(caller: &Caller, user: &User) -> bool {
    may_see(caller, user.settings.databases.as_deref())
}

/// Refuses a user who could do more than the caller.
pub(crate) fn may_make(caller: &Caller, settings: &UserSettings) -> Result<(), Problem> {
    let databases = settings.databases.as_deref();
    may_give(caller, role_scopes(settings.role), databases)
}

/// Refuses databases that don't exist.
pub(crate) async fn check_databases(
    sql: &impl Sql,
    settings: &UserSettings,
    caller: &Caller,
) -> Result<(), Problem> {
    let named = settings.databases.as_deref().unwrap_or_default();
    Ok(valid((), caller.unknown_databases(sql, named).await?)?)
}

/// Refuses to take away the last one who can sign in and may manage everything.
pub(crate) async fn check_admins(sql: &impl Sql, lost: &User) -> Result<(), Problem> {
    if !lost.is_active || !lost.settings.is_full_admin() {
        return Ok(());
    }
    if users::other_admins(sql, lost.id).await? > 0 {
        return Ok(());
    }
    let detail = "Nobody else can sign in as an admin for all databases.";
    Err(Problem::new(kinds::LAST_ADMIN, detail))
}

/// Somebody else has the e-mail.
pub(crate) fn email_taken() -> Problem {
    Problem::new(kinds::EMAIL_TAKEN, "Another user has this e-mail.").with("field", "email")
}
