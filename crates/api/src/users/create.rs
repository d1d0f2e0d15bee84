//! `POST /v1/users`

use super::shape::{UserWithInvitation, check_databases, email_taken, may_make, new_invitation};
use roster_http::{Call, Problem, Reply, route};
use roster_model::define::Settings;
use roster_model::user::MAX_USERS;
use roster_model::{Code, Invalid, UserSettings};
use roster_store::users;
use serde_json::Value;

/// Invites somebody. The link is shown this once; it is yours to send. Nobody makes a user
/// who may do more than they may themselves.
#[route(
    post, "/v1/users", UsersWrite, id = "createUser",
    once,
    new = roster_model::UserSettings,
    made = UserWithInvitation,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let settings = UserSettings::create(&call.json::<Value>()?)?;
    may_make(&call.caller, &settings)?;
    let (invitation, link) = new_invitation(call.now).await?;
    let mut made = None;
    let reply = call
        .once(async |sql| {
            check_databases(sql, &settings, &call.caller).await?;
            if users::count(sql).await? >= MAX_USERS {
                let detail = format!("There are at most {MAX_USERS} users.");
                return Err(Invalid::new(Code::TooMany, detail).into());
            }
            let author = call.author();
            let user = users::create(sql, settings.clone(), &invitation, &author).await?;
            // What is kept for a repetition has no secret in it.
            let shown = UserWithInvitation {
                user: user.ok_or_else(email_taken)?.into(),
                invitation: None,
            };
            let reply = shown.created();
            made = Some(shown.user);
            Ok(reply)
        })
        .await?;
    Ok(match made {
        None => reply,
        Some(user) => UserWithInvitation {
            user,
            invitation: Some(link),
        }
        .created(),
    })
}
