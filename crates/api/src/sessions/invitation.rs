//! `POST /v1/invitation`

use super::shape::unkept;
use super::sign_in::BODY_BYTES;
use roster_http::{Call, Problem, Reply, kinds, route, secret_hash};
use roster_model::Timestamp;
use roster_model::user::{Language, Role};
use roster_store::Sql;
use roster_store::users::{self, User};
use serde::{Deserialize, Serialize};

/// The secret of an invitation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "Zf0m3Qy1tWvUe1hQx2yL8aJrN6pBsC3dGoHi5kTuEwY"}))]
pub(crate) struct InvitationToken {
    /// What stands behind `#` in the link.
    token: String,
}

/// Who is invited to what.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationBody {
    /// With what they will sign in.
    #[schema(example = "mary@example.org")]
    email: String,
    /// Their name, if somebody gave one.
    #[schema(example = "Mary Adeyemi")]
    name: String,
    /// What they may do.
    role: Role,
    /// Their language.
    language: Language,
    /// Until when it is good.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Looks at an invitation, and uses nothing up. By POST, so that its secret stands in no
/// address.
#[route(
    post, "/v1/invitation", Anybody, id = "lookAtInvitation",
    max_bytes = BODY_BYTES,
    body = InvitationToken,
    answer = InvitationBody,
)]
pub(crate) async fn look(call: Call) -> Result<Reply, Problem> {
    let body: InvitationToken = call.json()?;
    let sql = call.pool.lend().await?;
    let user = invited(&sql, &body.token, call.now).await?;
    Ok(unkept(Reply::ok(&InvitationBody {
        email: user.settings.email,
        name: user.settings.name,
        role: user.settings.role,
        language: user.settings.language,
        expires_at: user.invitation_ends.unwrap_or(call.now),
    })))
}

/// The user whom a token invites.
pub(super) async fn invited(sql: &impl Sql, token: &str, now: Timestamp) -> Result<User, Problem> {
    let found = users::invited(sql, &secret_hash(token.trim()), now).await?;
    found.ok_or_else(|| {
        let detail = "It was used or replaced, its time is over, or it was never made.";
        Problem::new(kinds::INVITATION_NOT_FOUND, detail)
    })
}
