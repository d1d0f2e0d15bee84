//! Who is asking, and what they may do.
//!
//! A secret is compared as its SHA-256: the digests have one length, are
//! compared in constant time, and are what the table of tokens is keyed by. The
//! admin token is known from the application's variable, so it costs no SQL.
//!
//! Somebody who signed in to the console carries a cookie instead. What their role may do is
//! read with the session, in one statement, so that a change of it counts at once.

use crate::kinds;
use crate::problem::Problem;
use crate::role::role_scopes;
use crate::scope::{Scope, Scopes};
use crate::site;
use http::header::{self, HeaderValue};
use http::{HeaderMap, Method};
use roster_model::Code;
use roster_model::session::{SEEN_MS, SessionCookie};
use roster_model::{DatabaseId, Invalid, SessionId, Timestamp, UserId};
use roster_store::spin::{Durability, Pool};
use roster_store::{Sql, databases, sessions, tokens};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The sender of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// What history calls them: the token's name, the person's, or `admin`.
    pub actor: String,
    /// What tells callers apart even if their names are equal.
    pub id: String,
    /// What they may do.
    pub scopes: Scopes,
    /// The databases they may know of; none for all.
    pub databases: Option<Vec<DatabaseId>>,
    /// The session of somebody who signed in; none for a token.
    pub session: Option<PersonSession>,
}

/// Somebody who signed in, and the session that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonSession {
    /// Who it is.
    pub user: UserId,
    /// Their session.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, to a few minutes.
    pub last_seen_at: Timestamp,
}

impl Caller {
    /// The holder of the admin token.
    pub fn admin() -> Self {
        Caller {
            actor: "admin".to_owned(),
            id: "admin".to_owned(),
            scopes: Scopes::all(),
            databases: None,
            session: None,
        }
    }

    /// Anybody, on a public route.
    pub(crate) fn anybody() -> Self {
        Caller {
            actor: String::new(),
            id: String::new(),
            scopes: Scopes::default(),
            databases: None,
            session: None,
        }
    }

    /// Whether they may know of a database.
    pub fn may_see(&self, database: DatabaseId) -> bool {
        self.databases
            .as_ref()
            .is_none_or(|only| only.contains(&database))
    }

    /// Whether what they say of a contact holds in every database. What comes by a public
    /// route holds where the link or the form belongs.
    pub fn speaks_for_all(&self) -> bool {
        self.databases.is_none() && !self.id.is_empty()
    }

    /// Whether they may know of something that belongs to these databases: all of
    /// them must be theirs, and for a token for some databases there must be one.
    pub fn may_have(&self, databases: &[DatabaseId]) -> bool {
        self.databases.is_none()
            || (!databases.is_empty() && databases.iter().all(|id| self.may_see(*id)))
    }

    /// What is wrong with a list `databases` that they sent: those that don't exist
    /// or that they may not know of. The answer is the same, so that ids can't be
    /// guessed.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn unknown_databases(
        &self,
        sql: &impl Sql,
        named: &[DatabaseId],
    ) -> Result<Vec<Invalid>, Problem> {
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let existing = databases::existing(sql, named).await?;
        let named = named.iter().enumerate();
        let unknown = named.filter(|(_, id)| !existing.contains(id) || !self.may_see(**id));
        let wrong = unknown.map(|(index, id)| {
            let invalid =
                Invalid::new(Code::UnknownDatabase, format!("There is no database {id}."));
            invalid.at_index(index).at("databases")
        });
        Ok(wrong.collect())
    }

    /// Refuses with [`kinds::MISSING_SCOPE`] unless they have the scope.
    pub fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.has(scope) {
            return Ok(());
        }
        let name = scope.as_str();
        let who = match self.session {
            Some(_) => "Your role",
            None => "The token",
        };
        Err(Problem::new(
            kinds::MISSING_SCOPE,
            format!("{who} must have the scope {name} for this."),
        )
        .with("scope", name))
    }

    /// Their session, on a route of somebody's own.
    ///
    /// # Errors
    /// [`kinds::UNAUTHORIZED`] for a token, which is nobody in particular.
    pub fn require_person(&self) -> Result<PersonSession, Problem> {
        let detail = "This belongs to somebody who signed in; a token is not a person.";
        self.session
            .ok_or_else(|| Problem::new(kinds::UNAUTHORIZED, detail))
    }

    /// What history calls the way by which their changes came.
    pub fn interface(&self) -> &'static str {
        match self.session {
            Some(_) => crate::CONSOLE,
            None => crate::INTERFACE,
        }
    }
}

impl From<tokens::Token> for Caller {
    fn from(token: tokens::Token) -> Self {
        Caller {
            id: format!("token {}", token.id),
            actor: token.name,
            scopes: token.scopes.iter().collect(),
            databases: token.databases,
            session: None,
        }
    }
}

impl From<sessions::SessionWithUser> for Caller {
    fn from(found: sessions::SessionWithUser) -> Self {
        let settings = found.settings;
        Caller {
            id: format!("user {}", found.user),
            // Nobody has an empty name after accepting an invitation.
            actor: match settings.name.is_empty() {
                true => settings.email,
                false => settings.name,
            },
            scopes: role_scopes(settings.role),
            databases: settings.databases,
            session: Some(PersonSession {
                user: found.user,
                id: found.id,
                created_at: found.created_at,
                last_seen_at: found.last_seen_at,
            }),
        }
    }
}

/// The application's variables, read once per instance.
#[derive(Clone, Debug)]
pub struct Settings {
    admin: Option<[u8; 32]>,
    /// The variable `durability`.
    pub durability: Durability,
    /// The variable `public_url`; empty where the component takes no callers.
    public_url: String,
    /// The cookie that sessions have there.
    cookie: SessionCookie,
}

impl Settings {
    /// Settings with these variables. An empty admin token is none; a
    /// durability that is not a word of [`Durability`] is refused with a
    /// sentence that says so.
    pub fn new(admin_token: &str, durability: &str, public_url: &str) -> Result<Self, String> {
        let admin_token = admin_token.trim();
        Ok(Settings {
            admin: (!admin_token.is_empty()).then(|| secret_hash(admin_token)),
            durability: Durability::parse(durability.trim()).ok_or_else(|| {
                format!("the variable durability must be normal or full, not {durability:?}")
            })?,
            public_url: public_url.trim().to_owned(),
            cookie: SessionCookie::of(public_url),
        })
    }

    /// Reads the variables of the component.
    pub(crate) async fn read(takes_callers: bool) -> Result<Self, Problem> {
        let (admin_token, public_url) = if takes_callers {
            (
                variable("admin_token").await?,
                variable("public_url").await?,
            )
        } else {
            (String::new(), String::new())
        };
        let durability = variable("durability").await?;
        let settings = Settings::new(&admin_token, &durability, &public_url);
        settings.map_err(|error| Problem::internal(&error))
    }
}

/// A variable of the component.
///
/// # Errors
/// [`kinds::INTERNAL`] when the manifest gives it none of this name.
pub async fn variable(name: &str) -> Result<String, Problem> {
    let read = spin_sdk::variables::get(name).await;
    read.map_err(|error| Problem::internal(&format!("variable {name}: {error}")))
}

/// SHA-256 of a token's secret.
pub fn secret_hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Finds out who sent a request with these headers. A token counts before a cookie, since
/// browsers send cookies by themselves.
pub(crate) async fn identify(
    method: &Method,
    headers: &HeaderMap,
    settings: &Settings,
    pool: &Pool,
    now: Timestamp,
) -> Result<Caller, Problem> {
    if let Some(given) = headers.get(header::AUTHORIZATION) {
        return bearer_of(given, settings, pool, now).await;
    }
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let Some(secret) = settings.cookie.find(cookies) else {
        return Err(nobody(settings));
    };
    if !site::is_meant(method, headers, &settings.public_url) {
        return Err(cross_origin());
    }
    let loan = pool.lend().await?;
    let found = sessions::find(&loan, &secret_hash(secret), now).await?;
    let mut found = found.ok_or_else(no_session)?;
    if now.ms().saturating_sub(found.last_seen_at.ms()) >= SEEN_MS {
        match sessions::seen(&loan, &found, now).await {
            Ok(()) => found.last_seen_at = now,
            // Another request says it again soon; this one is worth answering all the same.
            Err(error) => eprintln!("warning: a session's last use is not noted: {error}"),
        }
    }
    Ok(Caller::from(found))
}

/// The holder of the token in a header `Authorization`.
async fn bearer_of(
    given: &HeaderValue,
    settings: &Settings,
    pool: &Pool,
    now: Timestamp,
) -> Result<Caller, Problem> {
    let secret = bearer(given).ok_or_else(invalid)?;
    holder_of(secret, settings, pool, now).await
}

/// The holder of a token.
pub(crate) async fn holder_of(
    secret: &str,
    settings: &Settings,
    pool: &Pool,
    now: Timestamp,
) -> Result<Caller, Problem> {
    let hash = secret_hash(secret);
    if let Some(admin) = &settings.admin
        && bool::from(admin.ct_eq(&hash))
    {
        return Ok(Caller::admin());
    }
    // What can't be a token's secret is not worth a question to the store.
    if !secret.starts_with(tokens::PREFIX) {
        return Err(if settings.admin.is_none() {
            nobody(settings)
        } else {
            invalid()
        });
    }
    let loan = pool.lend().await?;
    let token = tokens::find(&loan, &hash).await?;
    drop(loan);
    token
        .filter(|token| token.expires_at.is_none_or(|end| end > now))
        .map(Caller::from)
        .ok_or_else(invalid)
}

/// The secret in `Bearer <secret>`.
fn bearer(header: &HeaderValue) -> Option<&str> {
    let (scheme, secret) = header.to_str().ok()?.trim().split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}

fn nobody(settings: &Settings) -> Problem {
    let problem = match settings.admin {
        Some(_) => Problem::new(
            kinds::TOKEN_MISSING,
            "Send the header Authorization: Bearer with the admin token or an API token.",
        ),
        None => Problem::new(
            kinds::ADMIN_TOKEN_MISSING,
            "Start the application with one: spin up --variable admin_token=…, or set \
             SPIN_VARIABLE_ADMIN_TOKEN in the environment; cargo up makes one by itself. Then \
             send the header Authorization: Bearer with it.",
        ),
    };
    challenge(problem, "Bearer realm=\"roster\"")
}

/// The cookie's session has ended.
fn no_session() -> Problem {
    Problem::new(kinds::UNAUTHORIZED, "The session has ended: sign in.")
}

/// Somebody else's page sent a request along with the cookie.
pub fn cross_origin() -> Problem {
    Problem::new(
        kinds::CROSS_ORIGIN,
        "With a session's cookie only pages of this application may ask: Sec-Fetch-Site or \
         Origin says that none of them did.",
    )
}

fn invalid() -> Problem {
    challenge(
        Problem::new(
            kinds::INVALID_TOKEN,
            "The token is unknown, revoked or expired.",
        ),
        "Bearer realm=\"roster\", error=\"invalid_token\"",
    )
}

fn challenge(problem: Problem, value: &'static str) -> Problem {
    problem.header(header::WWW_AUTHENTICATE, HeaderValue::from_static(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearer_reads_the_secret_and_nothing_else() {
        let read = |text| bearer(&HeaderValue::from_static(text)).map(str::to_owned);
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer  abc ").as_deref(), Some("abc"));
        for odd in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn settings_refuse_a_durability_that_is_none() {
        assert!(Settings::new("", "normal", "").unwrap().admin.is_none());
        assert!(Settings::new(" x ", "full", "").unwrap().admin.is_some());
        assert!(Settings::new("x", "sometimes", "").is_err());
    }
}
