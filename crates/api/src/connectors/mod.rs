//! Connectors: `/v1/connectors`

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod openapi;
pub(crate) mod shape;
pub(crate) mod test;
pub(crate) mod update;

use crate::sealing;
use roster_http::{Problem, Table, kinds};
use roster_model::schedule::SecretChange;
use roster_model::{Code, Invalid};
use roster_seal::Purpose;
use roster_store::schedules::StoredSecret;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "connectors",
    about: "Other databases, whose rows schedules import",
    routes: &[
        list::list,
        create::create,
        get::get,
        update::update,
        delete::delete,
        test::test,
    ],
};

/// What becomes of a connector's secret in the store, sealed: without a key for that there is
/// none.
async fn sealed(
    secret: SecretChange,
    before: Option<&StoredSecret>,
) -> Result<Option<StoredSecret>, Problem> {
    match secret {
        SecretChange::Keep => Ok(before.cloned()),
        SecretChange::Clear => Ok(None),
        SecretChange::Set(text) => {
            let keyring = sealing::keyring().await?;
            if keyring.is_empty() {
                let detail = "This server keeps no secrets of connectors, since it has no key for them: its operator sets the variable secrets_key (openssl rand -hex 32).";
                let invalid = Invalid::new(Code::SecretsKeyMissing, detail);
                return Err(invalid.at("secret").into());
            }
            let stored = before.map(|kept| kept.0.as_str());
            let kept = keyring.keep(Purpose::Connector, stored, &text);
            let kept = kept.map_err(|error| sealing::unkept(&error))?;
            Ok(Some(StoredSecret(kept)))
        }
    }
}

/// Another connector has the name.
fn name_taken() -> Problem {
    Problem::new(kinds::NAME_TAKEN, "Another connector has this name.").with("field", "name")
}
