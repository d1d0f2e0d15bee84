//! What keys look like, and what their handlers share.

use crate::sealing;
use crate::sessions::secret::Secret;
use roster_http::{Call, Problem, Scope, kinds};
use roster_jwt::{Algorithm, Key, KeyFlaw};
use roster_model::error::valid;
use roster_model::{
    AppKeyId, AppKeySettings, Code, DatabaseId, Invalid, NewAppKeySettings, Timestamp,
};
use roster_seal::{Keyring, Purpose};
use roster_store::apps::{self, AppKeyRow};
use roster_store::{Sql, resources};
use serde::Serialize;

/// A key by which tokens of an app are checked. The key itself is never shown.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AppKey)]
pub(crate) struct ShownAppKey {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: AppKeyId,
    /// `HS256` or `RS256`.
    #[schema(example = "HS256")]
    algorithm: String,
    #[serde(flatten)]
    settings: AppKeySettings,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<AppKeyRow> for ShownAppKey {
    fn from(row: AppKeyRow) -> Self {
        ShownAppKey {
            id: row.id,
            algorithm: row.algorithm,
            settings: row.settings,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The key that a body brings or asks for.
pub(super) struct KeyMaterial {
    pub key: Key,
    /// The secret that it is, unless it is public.
    secret: Option<String>,
    /// The secret that was made here.
    pub made: Option<String>,
}

impl KeyMaterial {
    /// Reads the key itself; makes a secret where none is given.
    pub fn of(new: &NewAppKeySettings) -> Result<Self, Problem> {
        match (
            Algorithm::named(&new.algorithm),
            &new.secret,
            &new.public_key,
        ) {
            (Some(Algorithm::Hs256), _, Some(_)) => {
                Err(surplus("public_key", "HS256 is signed by a secret alone."))
            }
            (Some(Algorithm::Hs256), Some(secret), None) => Self::secret(secret, None),
            (Some(Algorithm::Hs256), None, None) => {
                let made = Secret::random()?;
                Self::secret(made.text(), Some(made.text().to_owned()))
            }
            (_, Some(_), _) => Err(surplus("secret", "RS256 is checked by a public key alone.")),
            (_, None, None) => {
                let detail = "RS256 needs the public key.";
                Err(Invalid::new(Code::Required, detail).at("public_key").into())
            }
            (_, None, Some(pem)) => {
                let wrong = |flaw| wrong(flaw, Code::InvalidPublicKey, "public_key");
                let key = Key::public(pem).map_err(wrong)?;
                Ok(KeyMaterial {
                    key,
                    secret: None,
                    made: None,
                })
            }
        }
    }

    /// What is stored: a secret is sealed if there is a key for it, a public key never is.
    pub fn to_stored(&self, keys: &Keyring) -> Result<Vec<u8>, Problem> {
        match &self.secret {
            Some(secret) => {
                let stored = keys.seal_if_any(Purpose::AppKey, secret);
                let stored = stored.map_err(|error| sealing::unkept(&error))?;
                Ok(stored.into_bytes())
            }
            None => {
                let stored = self.key.to_stored();
                stored.map_err(|flaw| Problem::internal(&flaw))
            }
        }
    }

    fn secret(text: &str, made: Option<String>) -> Result<Self, Problem> {
        let wrong = |flaw| wrong(flaw, Code::InvalidSecret, "secret");
        let key = Key::secret(text.as_bytes()).map_err(wrong)?;
        Ok(KeyMaterial {
            key,
            secret: Some(text.to_owned()),
            made,
        })
    }
}

fn surplus(name: &str, detail: &str) -> Problem {
    Invalid::new(Code::Contradiction, detail).at(name).into()
}

fn wrong(flaw: KeyFlaw, code: Code, name: &str) -> Invalid {
    Invalid::new(code, flaw.to_string()).at(name)
}

/// The database of the path, whose keys this caller may change. What a key opens is writing
/// profiles and telling of events, so who may not do that themselves gives it to nobody.
pub(super) fn own(call: &Call) -> Result<DatabaseId, Problem> {
    call.caller.require(Scope::ProfilesWrite)?;
    call.caller.require(Scope::EventsWrite)?;
    call.database()
}

/// The key of the path among those of a database.
pub(super) fn found(call: &Call, keys: Vec<AppKeyRow>) -> Result<AppKeyRow, Problem> {
    let id: AppKeyId = call.id("id", "key")?;
    let found = keys.into_iter().find(|key| key.id == id);
    found.ok_or_else(|| Problem::not_found("key"))
}

/// Refuses a resource that isn't there, or doesn't serve the database.
pub(super) async fn check_resource(
    sql: &impl Sql,
    database: DatabaseId,
    settings: &AppKeySettings,
) -> Result<(), Problem> {
    let id = settings.resource_id;
    let found = resources::get(sql, id).await?;
    let invalid = match found {
        None => Some(Invalid::new(
            Code::UnknownResource,
            format!("There is no resource {id}."),
        )),
        Some(row) if !row.resource.settings.databases.contains(&database) => Some(Invalid::new(
            Code::ResourceNotForDatabase,
            format!("Resource {id} does not serve database {database}."),
        )),
        Some(_) => None,
    };
    let wrong = invalid.map(|invalid| invalid.at("resource_id"));
    Ok(valid((), wrong.into_iter().collect())?)
}

/// All keys of a database, which must be there.
pub(super) async fn all(sql: &impl Sql, database: DatabaseId) -> Result<Vec<AppKeyRow>, Problem> {
    let keys = apps::keys(sql, database).await?;
    keys.ok_or_else(|| Problem::not_found("database"))
}

/// Another key of the database has the name.
pub(super) fn name_taken() -> Problem {
    let detail = "Another key of the database has this name.";
    Problem::new(kinds::NAME_TAKEN, detail).with("field", "name")
}
