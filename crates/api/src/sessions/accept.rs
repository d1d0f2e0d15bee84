//! `POST /v1/invitation/accept`

use super::invitation::invited;
use super::password;
use super::shape::{NewSession, check_sender};
use super::sign_in::BODY_BYTES;
use crate::public::client::Client;
use crate::users::shape::email_taken;
use roster_http::{CONSOLE, Call, Problem, Reply, give_way, route};
use roster_model::error::valid;
use roster_model::user::{Password, language, own_name};
use roster_store::catalogue::Author;
use roster_store::{passkeys, sessions, users};
use serde::Deserialize;
use serde_json::Value;

/// What somebody chooses who comes by an invitation.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "Zf0m3Qy1tWvUe1hQx2yL8aJrN6pBsC3dGoHi5kTuEwY", "name": "Mary Adeyemi",
    "password": "correct horse battery", "language": "en"
}))]
pub(crate) struct Acceptance {
    /// What stands behind `#` in the link.
    token: String,
    /// What history calls them: 1 to 200 characters.
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Value,
    /// Their password: 12 to 200 characters.
    #[schema(min_length = 12, max_length = 200)]
    password: String,
    /// In which language they see the console; as it was, if absent.
    #[schema(value_type = Option<roster_model::user::Language>, nullable = false)]
    #[serde(default)]
    language: Option<Value>,
}

/// Accepts an invitation: it is used up, the password is set, and a session begins; all
/// others of the same user end, and their passkeys go.
#[route(
    post, "/v1/invitation/accept", Anybody, id = "acceptInvitation",
    max_bytes = BODY_BYTES,
    body = Acceptance,
    made = super::shape::SessionBody,
)]
pub(crate) async fn accept(call: Call) -> Result<Reply, Problem> {
    check_sender(&call).await?;
    let body: Acceptance = call.json()?;
    // Before the work of a hash: what is no invitation costs one look.
    {
        let sql = call.pool.lend().await?;
        invited(&sql, &body.token, call.now).await?;
    }
    let mut wrong = Vec::new();
    let name = own_name(&body.name).map_err(|invalid| wrong.push(invalid.at("name")));
    let password =
        Password::parse(&body.password).map_err(|invalid| wrong.push(invalid.at("password")));
    let language = body.language.as_ref().and_then(|given| {
        let read = language(given).map_err(|invalid| wrong.push(invalid.at("language")));
        read.ok()
    });
    valid((), wrong)?;
    let (Ok(name), Ok(password)) = (name, password) else {
        return Err(Problem::internal(&"what is wrong was not noted"));
    };
    let client = Client::of(&call).await?;
    give_way().await;
    let hash = password::hash(&password)?;
    let new = NewSession::of(&client).await?;
    let begun = call
        .change(async |sql| {
            // Somebody else may have been first with the same link.
            let mut user = invited(sql, &body.token, call.now).await?;
            let author = Author {
                actor: &name,
                interface: CONSOLE,
                at: call.now,
            };
            let mut settings = user.settings.clone();
            settings.name.clone_from(&name);
            settings.language = language.unwrap_or(settings.language);
            if settings != user.settings {
                let changed = users::update(sql, &user, settings, &author).await?;
                user = changed.ok_or_else(email_taken)?;
            }
            users::set_password(sql, &user, &hash, &author).await?;
            // Who has lost the password may have lost the device too.
            passkeys::take_away_all(sql, &user, &author).await?;
            sessions::end_all(sql, user.id).await?;
            new.begin(sql, user.id, call.now).await
        })
        .await?;
    new.reply(&begun)
}
