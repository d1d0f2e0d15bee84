//! The password of somebody who signed in, asked for once more: a session that was left open,
//! or taken along, must not be enough for what outlives it.

use super::attempts::Attempt;
use super::password;
use crate::public::client::Client;
use roster_http::{Call, Problem, give_way};
use roster_model::user::Password;
use roster_model::{Code, Invalid};
use roster_store::users;

/// A password that somebody says is theirs.
pub(crate) struct OwnPassword<'a> {
    /// The text.
    pub(crate) given: &'a str,
    /// The member of the body that it stands in.
    pub(crate) member: &'a str,
}

impl OwnPassword<'_> {
    /// Checks it, and gives what is stored of it. Wrong ones are counted like at the door.
    ///
    /// # Errors
    /// 422 with [`Code::WrongPassword`]; 429 where there were too many.
    pub(crate) async fn check(&self, call: &Call, client: &Client) -> Result<String, Problem> {
        let own = call.caller.require_person()?;
        // Anyone who sits down at an open session finds no password by trying.
        let account = format!("user {}", own.user);
        let attempt = Attempt::new(&account, client.ip.as_deref());
        attempt.count(call).await?;
        let stored = {
            let sql = call.pool.lend().await?;
            users::password(&sql, own.user).await?
        };
        give_way().await;
        let is_right = password::is_right(&Password::given(self.given), stored.as_deref())?;
        let Some(stored) = stored.filter(|_| is_right) else {
            let wrong = Invalid::new(Code::WrongPassword, "This is not the password so far.");
            return Err(wrong.at(self.member).into());
        };
        attempt.take_back(call).await?;
        Ok(stored)
    }
}
