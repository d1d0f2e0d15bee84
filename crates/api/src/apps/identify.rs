//! Who an app is: by the token of its resource, which all copies of an app carry, or by a JWT
//! that somebody's own server signed for one person.
//!
//! Neither opens `/v1`: what comes of them is a caller that the endpoints for apps speak for,
//! and whom such a token is about is part of it.

use crate::sealing;
use http::HeaderValue;
use roster_http::{Caller, Problem, Scope, Scopes, kinds, secret_hash};
use roster_jwt::{Algorithm, Flaw, Key, Token};
use roster_model::app::may_be_app_token;
use roster_model::{DatabaseId, Matching, ResourceId, Timestamp};
use roster_seal::{Keyring, OpenError, Purpose};
use roster_store::apps::CheckingKey;
use roster_store::{Sql, apps};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What the token of a resource begins with in the header.
const OF_RESOURCE: &str = "rtoken@";

/// All that an app may do, by endpoints that say what of it.
const SCOPES: [Scope; 5] = [
    Scope::DatabasesRead,
    Scope::ResourcesRead,
    Scope::ProfilesRead,
    Scope::ProfilesWrite,
    Scope::EventsWrite,
];

/// An app that was let in.
#[derive(Clone, Debug, PartialEq)]
pub struct App {
    /// Who it is for `/v1`: somebody who may know of these databases alone.
    pub caller: Caller,
    /// What it subscribes its people to.
    pub resource: ResourceId,
    /// Where its people are, the first first.
    pub databases: Vec<DatabaseId>,
    /// Whom its JWT is about: `matching` and its values. None for the token of a resource,
    /// whose requests name a device.
    pub person: Option<Map<String, Value>>,
}

/// The app that shows this header `Authorization`. One statement.
///
/// # Errors
/// [`kinds::TOKEN_MISSING`], [`kinds::INVALID_TOKEN`] with what is wrong,
/// [`kinds::FORBIDDEN`] where the resource serves no database,
/// [`kinds::SECRET_UNREADABLE`] where the key that may have signed it can't be opened, and
/// what the store meets.
pub async fn identify(
    authorization: Option<&HeaderValue>,
    sql: &impl Sql,
    now: Timestamp,
) -> Result<App, Problem> {
    let given = authorization.ok_or_else(|| {
        let detail = "Send the header Authorization: Bearer rtoken@<token>, or Bearer <JWT>.";
        Problem::new(kinds::TOKEN_MISSING, detail)
    })?;
    let token = bearer(given).ok_or_else(|| refused("The header must be Bearer and a token."))?;
    match token.strip_prefix(OF_RESOURCE) {
        Some(token) => of_resource(token, sql).await,
        None => of_person(token, sql, now).await,
    }
}

/// The app that has this token of a resource, without `rtoken@`. One statement.
///
/// # Errors
/// As [`identify`].
pub async fn of_resource(token: &str, sql: &impl Sql) -> Result<App, Problem> {
    let unknown = || refused("No resource has this token.");
    // What can't be one is not worth a question to the store.
    if !may_be_app_token(token) {
        return Err(unknown());
    }
    let found = apps::find_token(sql, &secret_hash(token)).await?;
    let found = found.ok_or_else(unknown)?;
    if found.databases.is_empty() {
        let detail = "The resource of this token serves no database.";
        return Err(Problem::new(kinds::FORBIDDEN, detail));
    }
    Ok(App {
        caller: caller(
            format!("app of {}", found.name),
            format!("app of resource {}", found.id),
            found.databases.clone(),
        ),
        resource: found.id,
        databases: found.databases,
        person: None,
    })
}

async fn of_person(text: &str, sql: &impl Sql, now: Timestamp) -> Result<App, Problem> {
    let token = Token::read(text).map_err(flawed)?;
    let (database, person) = claim(token.unproven())?;
    let algorithm = token.algorithm();
    let mut known = apps::checking(sql, database, algorithm.as_str()).await?;
    known.retain(|one| one.settings.ends_at.is_none_or(|end| end > now));
    let opened = OpenedKeys::of(known, algorithm, &sealing::opening().await?)?;
    let signer = token.signer(&opened.keys).ok();
    let signer = signer.and_then(|place| opened.known.get(place));
    let signer = signer.ok_or_else(|| match &opened.unreadable {
        // It may be signed with the one that isn't known here: it is to be tried again.
        Some(error) => sealing::unreadable_outside(error),
        None => flawed(Flaw::Signature),
    })?;
    let seconds = now.ms().div_euclid(1000);
    let holds = token.holds(seconds, signer.settings.endless);
    holds.map_err(flawed)?;
    Ok(App {
        caller: caller(
            format!("app by {}", signer.settings.name),
            format!("app by key {}", signer.id),
            vec![database],
        ),
        resource: signer.settings.resource_id,
        databases: vec![database],
        person: Some(person),
    })
}

/// Keys of a database that can be used, and what is known of each in the same place.
struct OpenedKeys {
    keys: Vec<Key>,
    known: Vec<CheckingKey>,
    /// Why another one can't be used.
    unreadable: Option<OpenError>,
}

impl OpenedKeys {
    fn of(
        stored: Vec<CheckingKey>,
        algorithm: Algorithm,
        keyring: &Keyring,
    ) -> Result<Self, Problem> {
        let mut opened = OpenedKeys {
            keys: Vec::new(),
            known: Vec::new(),
            unreadable: None,
        };
        for one in stored {
            match plain(keyring, algorithm, &one.key) {
                Ok(bytes) => {
                    let key = Key::stored(algorithm, &bytes);
                    opened
                        .keys
                        .push(key.map_err(|flaw| Problem::internal(&flaw))?);
                    opened.known.push(one);
                }
                Err(error) => opened.unreadable = Some(error),
            }
        }
        Ok(opened)
    }
}

/// A key as it is used: a secret may be stored sealed, a public key never is.
fn plain<'a>(
    keyring: &Keyring,
    algorithm: Algorithm,
    stored: &'a [u8],
) -> Result<Cow<'a, [u8]>, OpenError> {
    match (algorithm, std::str::from_utf8(stored)) {
        (Algorithm::Hs256, Ok(text)) => {
            let plain = keyring.open(Purpose::AppKey, text)?;
            Ok(Cow::Owned(plain.reveal().as_bytes().to_vec()))
        }
        (Algorithm::Hs256, Err(_)) | (Algorithm::Rs256, _) => Ok(Cow::Borrowed(stored)),
    }
}

/// The claim `matching`, an object or its JSON as a text: its database, and whom it is about.
fn claim(claims: &Map<String, Value>) -> Result<(DatabaseId, Map<String, Value>), Problem> {
    let wrong = "The claim matching must be an object with db_id, matching and its values.";
    let parsed = match claims.get("matching") {
        Some(Value::Object(members)) => Some(members.clone()),
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        _ => None,
    };
    let mut members = parsed.ok_or_else(|| refused(wrong))?;
    let database = members.remove("db_id").unwrap_or_default();
    let database = DatabaseId::from_json(&database).map_err(|_| refused(wrong))?;
    let mode = members.get("matching").and_then(Value::as_str);
    let mode = mode.and_then(|mode| Matching::ALL.into_iter().find(|one| one.as_str() == mode));
    mode.ok_or_else(|| refused(wrong))?;
    Ok((database, members))
}

fn caller(actor: String, id: String, databases: Vec<DatabaseId>) -> Caller {
    let mut scopes = Scopes::default();
    SCOPES.into_iter().for_each(|scope| scopes.add(scope));
    Caller {
        actor,
        id,
        scopes,
        databases: Some(databases),
        session: None,
    }
}

/// The token in `Bearer <token>`.
fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, token) = header.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn flawed(flaw: Flaw) -> Problem {
    refused(&flaw.to_string())
}

fn refused(detail: &str) -> Problem {
    Problem::new(kinds::INVALID_TOKEN, detail)
}
