//! What keys look like, and what their handlers share.

use crate::sessions::secret::Secret;
use roster_http::{Call, Problem, Scope, kinds};
use roster_jwt::{Algorithm, Key, KeyFlaw};
use roster_model::error::{excerpt, valid};
use roster_model::{AppKeyId, AppKeySettings, Code, DatabaseId, Invalid, Timestamp};
use roster_store::apps::{self, AppKeyRow};
use roster_store::{Sql, resources};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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

/// A key to be made.
#[derive(Deserialize, utoipa::ToSchema)]
#[allow(
    dead_code,
    reason = "describes the body, which is read member by member"
)]
#[schema(as = NewAppKey, example = json!({
    "name": "2027", "algorithm": "HS256", "resource_id": "1",
    "secret": "fP8mN2vQ7xRtY4wZ1kLc6hJ9bD3sGaEu"
}))]
pub(crate) struct NewAppKeyBody {
    /// `HS256`, with `secret`, or `RS256`, with `public_key`.
    #[schema(example = "HS256")]
    algorithm: String,
    /// What both sides sign with: 32 to 1,024 bytes of UTF-8. One is made if none is given, and
    /// shown this once.
    #[schema(required = false, min_length = 32, max_length = 1024)]
    secret: Option<String>,
    /// The public half of a pair of RSA keys, 2,048 to 4,096 bits, in PEM.
    #[schema(required = false)]
    public_key: Option<String>,
    /// What people choose for it.
    #[serde(flatten)]
    settings: AppKeySettings,
}

/// What a body asks for, as far as it can be read without the store.
pub(super) struct KeyMaterial {
    pub key: Key,
    /// The secret that was made here.
    pub made: Option<String>,
}

impl KeyMaterial {
    /// Takes what belongs to the key out of the members of a body.
    pub fn take(members: &mut Map<String, Value>) -> Result<Self, Problem> {
        let algorithm = members.remove("algorithm");
        let mut given = |name: &str| members.remove(name).filter(|value| !value.is_null());
        let (secret, public) = (given("secret"), given("public_key"));
        match algorithm_of(algorithm.as_ref())? {
            Algorithm::Hs256 => {
                refuse("public_key", public, "HS256 is signed by a secret alone.")?;
                let made = match &secret {
                    Some(_) => None,
                    None => Some(Secret::random()?.text().to_owned()),
                };
                let text = match (&secret, &made) {
                    (Some(value), _) => text("secret", value)?,
                    (None, made) => made.as_deref().unwrap_or_default(),
                };
                let key = Key::secret(text.as_bytes());
                let key = key.map_err(|flaw| wrong(flaw, Code::InvalidSecret, "secret"))?;
                Ok(KeyMaterial { key, made })
            }
            Algorithm::Rs256 => {
                refuse("secret", secret, "RS256 is checked by a public key alone.")?;
                let detail = "RS256 needs the public key.";
                let missing = || Invalid::new(Code::Required, detail).at("public_key");
                let public = public.ok_or_else(missing)?;
                let key = Key::public(text("public_key", &public)?);
                let code = Code::InvalidPublicKey;
                let key = key.map_err(|flaw| wrong(flaw, code, "public_key"))?;
                Ok(KeyMaterial { key, made: None })
            }
        }
    }
}

fn algorithm_of(given: Option<&Value>) -> Result<Algorithm, Problem> {
    let Some(given) = given.filter(|value| !value.is_null()) else {
        let detail = "algorithm is HS256 or RS256.";
        return Err(Invalid::new(Code::Required, detail).at("algorithm").into());
    };
    let name = text("algorithm", given)?;
    Algorithm::named(name).ok_or_else(|| {
        let detail = format!("{} must be HS256 or RS256.", excerpt(name));
        Invalid::new(Code::NotAnOption, detail)
            .at("algorithm")
            .into()
    })
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Invalid> {
    roster_model::readers::text_of(value).map_err(|invalid| invalid.at(name))
}

fn refuse(name: &str, given: Option<Value>, detail: &str) -> Result<(), Invalid> {
    match given {
        None => Ok(()),
        Some(_) => Err(Invalid::new(Code::Contradiction, detail).at(name)),
    }
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
    if keys.is_empty()
        && roster_store::databases::existing(sql, &[database])
            .await?
            .is_empty()
    {
        return Err(Problem::not_found("database"));
    }
    Ok(keys)
}

/// Another key of the database has the name.
pub(super) fn name_taken() -> Problem {
    let detail = "Another key of the database has this name.";
    Problem::new(kinds::NAME_TAKEN, detail).with("field", "name")
}
