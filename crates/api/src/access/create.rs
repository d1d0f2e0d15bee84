//! `POST /v1/tokens`

use crate::access::shape::{ShownToken, may_give};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use roster_http::{Call, Problem, Reply, Scope, Scopes, route, secret_hash};
use roster_model::Code;
use roster_model::error::valid;
use roster_model::{DatabaseId, Invalid, Timestamp, text};
use roster_store::tokens::{self, NewToken};
use roster_store::{Sql, databases};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 200;
/// The most databases a token may be limited to.
const MAX_DATABASES: usize = 500;
/// How many characters of the secret are kept to know it by: the prefix that
/// all have, and four that only hint at it.
const SHOWN_CHARS: usize = 8;

/// A token to be made.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
#[schema(as = NewToken, example = json!({
    "name": "website", "scopes": ["profiles:write"], "databases": ["1"],
    "expires_at": "2099-12-31T00:00:00Z",
}))]
pub(crate) struct NewTokenBody {
    /// What people and history call it.
    #[schema(example = "website", max_length = 200)]
    name: String,
    /// What it may do: `databases:read`, `profiles:write` and so on;
    /// `<noun>:admin` stands for reading and writing.
    #[schema(example = json!(["profiles:write"]))]
    scopes: Vec<String>,
    /// The databases it may know of; all, if absent.
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 500)]
    #[serde(default)]
    databases: Option<Vec<Value>>,
    /// When it ends by itself, RFC 3339; never, if absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default)]
    expires_at: Option<Value>,
}

/// A token with its secret, which is shown this once.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct TokenWithSecret {
    /// The token.
    #[serde(flatten)]
    token: ShownToken,
    /// The secret, for `Authorization: Bearer`; `null` when an answer is
    /// repeated for an `Idempotency-Key`, since it is kept nowhere.
    #[schema(example = "rst_4fZkQ0mVtWvUe1hQx2yL8aJrN6pBsC3dGoHi5kTuEwY")]
    secret: Option<String>,
}

/// Makes a token. It can do no more than the token that makes it.
#[route(
    post, "/v1/tokens", TokensWrite, id = "createToken",
    once,
    body = NewTokenBody,
    made = TokenWithSecret,
)]
pub(crate) async fn create(call: Call) -> Result<Reply, Problem> {
    let wanted = TokenRequest::read(call.json()?, call.now)?;
    may_give(&call.caller, wanted.scopes, wanted.databases.as_deref())?;
    let secret = new_secret()?;
    let mut made = None;
    let reply = call
        .once(async |sql| {
            wanted.check_databases(sql).await?;
            let token = wanted.make(sql, &secret, &call).await?;
            // What is kept for a repetition has no secret in it.
            let shown = TokenWithSecret {
                token,
                secret: None,
            };
            let reply = Reply::created(&shown);
            made = Some(shown);
            Ok(reply)
        })
        .await?;
    Ok(match made {
        None => reply,
        Some(shown) => Reply::created(&TokenWithSecret {
            secret: Some(secret),
            ..shown
        }),
    })
}

/// What a checked body asks for.
struct TokenRequest {
    name: String,
    scopes: Scopes,
    databases: Option<Vec<DatabaseId>>,
    expires_at: Option<Timestamp>,
}

impl TokenRequest {
    /// Checks everything that can be checked without the store, and reports all
    /// that is wrong at once.
    fn read(body: NewTokenBody, now: Timestamp) -> Result<Self, Problem> {
        let mut wrong = Vec::new();
        let name = text::clean(body.name.trim(), MAX_NAME_CHARS).unwrap_or_else(|invalid| {
            wrong.push(invalid.at("name"));
            String::from("?")
        });
        if name.is_empty() {
            wrong.push(Invalid::new(Code::Empty, "A name must not be empty.").at("name"));
        }
        let mut scopes = Scopes::default();
        for (index, given) in body.scopes.iter().enumerate() {
            if !scopes.add_named(given) {
                let all = Scope::ALL.map(Scope::as_str).join(", ");
                let detail = format!("There is no such scope; there are {all}.");
                wrong.push(
                    Invalid::new(Code::NotAnOption, detail)
                        .at_index(index)
                        .at("scopes"),
                );
            }
        }
        if body.scopes.is_empty() {
            let detail = "A token without scopes could do nothing.";
            wrong.push(Invalid::new(Code::Required, detail).at("scopes"));
        }
        let databases = body.databases.map(|given| database_ids(&given, &mut wrong));
        let expires_at = body.expires_at.and_then(|given| {
            let read = expiry(&given, now).map_err(|invalid| wrong.push(invalid.at("expires_at")));
            read.ok()
        });
        let request = TokenRequest {
            name,
            scopes,
            databases,
            expires_at,
        };
        Ok(valid(request, wrong)?)
    }

    async fn check_databases(&self, sql: &impl Sql) -> Result<(), Problem> {
        let Some(wanted) = &self.databases else {
            return Ok(());
        };
        let existing = databases::existing(sql, wanted).await?;
        let mut wrong = Vec::new();
        for (index, id) in wanted.iter().enumerate() {
            if !existing.contains(id) {
                let detail = format!("There is no database {id}.");
                let invalid = Invalid::new(Code::UnknownDatabase, detail);
                wrong.push(invalid.at_index(index).at("databases"));
            }
        }
        Ok(valid((), wrong)?)
    }

    async fn make(&self, sql: &impl Sql, secret: &str, call: &Call) -> Result<ShownToken, Problem> {
        let scopes: Vec<&str> = self.scopes.iter().map(Scope::as_str).collect();
        let new = NewToken {
            name: &self.name,
            secret: secret_hash(secret),
            prefix: secret.get(..SHOWN_CHARS).unwrap_or_default(),
            scopes: &scopes,
            databases: self.databases.as_deref(),
            expires_at: self.expires_at,
            created_by: &call.caller.actor,
        };
        Ok(tokens::create(sql, &new, &call.author()).await?.into())
    }
}

fn database_ids(given: &[Value], wrong: &mut Vec<Invalid>) -> Vec<DatabaseId> {
    let mut ids = Vec::new();
    if given.is_empty() || given.len() > MAX_DATABASES {
        let detail = format!(
            "A limited token names 1 to {MAX_DATABASES} databases; leave databases out for all."
        );
        wrong.push(Invalid::new(Code::OutOfRange, detail).at("databases"));
        return ids;
    }
    for (index, id) in given.iter().enumerate() {
        match DatabaseId::from_json(id) {
            Ok(id) if !ids.contains(&id) => ids.push(id),
            Ok(_) => {}
            Err(invalid) => wrong.push(invalid.at_index(index).at("databases")),
        }
    }
    ids
}

/// A time in the future.
fn expiry(given: &Value, now: Timestamp) -> Result<Timestamp, Invalid> {
    let Some(text) = given.as_str() else {
        return Err(Invalid::new(
            Code::WrongType,
            "This must be a time in RFC 3339.",
        ));
    };
    let at: Timestamp = text.parse()?;
    if at <= now {
        return Err(Invalid::new(Code::OutOfRange, "This time is past."));
    }
    Ok(at)
}

/// A new secret: 256 random bits.
fn new_secret() -> Result<String, Problem> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Problem::internal(&error))?;
    Ok(format!(
        "{}{}",
        tokens::PREFIX,
        URL_SAFE_NO_PAD.encode(random)
    ))
}
