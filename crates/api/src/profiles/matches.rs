//! `POST /v1/databases/{db}/profiles/match`

use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::Code;
use roster_model::{Invalid, Selector};
use roster_store::write::matching;
use serde_json::{Map, Value};

use crate::profiles::list::shown;
use crate::profiles::shape::SparseFields;
use crate::profiles::write::known;
use crate::profiles::writing::refused;

/// Finds the one profile that a matching mode means.
#[route(
    post, "/v1/databases/{db}/profiles/match", ProfilesRead, id = "matchProfile",
    body = crate::profiles::openapi::Match,
    answer = crate::profiles::shape::ShownProfile,
)]
pub(crate) async fn find(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let mut members: Map<String, Value> = call.json()?;
    let data = match members.remove("data") {
        None | Some(Value::Null) => None,
        Some(Value::Object(data)) => Some(data),
        Some(_) => {
            let detail = "This must be an object.";
            return Err(Invalid::new(Code::WrongType, detail).at("data").into());
        }
    };
    known(&members, &[])?;
    // Definitions that are too old may refuse what is right by now, or look in
    // the wrong place: then once more with those of the moment.
    let mut fresh = false;
    loop {
        let definitions = call.definitions(database).await?;
        let schema = definitions.schema();
        let selector = match Selector::parse(&members, data.as_ref(), &schema) {
            Ok(selector) => selector,
            Err(error) if fresh => return Err(refused(error)),
            Err(_) => {
                call.catalogue.forget(database);
                fresh = true;
                continue;
            }
        };
        let sql = call.pool.lend().await?;
        let (mut profiles, version) = matching(&sql, &definitions.database, &selector).await?;
        if version != definitions.version {
            call.catalogue.forget(database);
            continue;
        }
        let ids: Vec<String> = profiles.iter().map(|one| one.id.to_string()).collect();
        return match (profiles.pop(), profiles.is_empty()) {
            (None, _) => Err(Problem::not_found("profile")),
            // Also one into which the one that was named was merged.
            (Some(profile), true) => {
                // Another statement needs the connection.
                drop(sql);
                let shown = shown(&call, database, vec![profile], &SparseFields::default()).await?;
                let shown = shown.first().ok_or_else(|| Problem::not_found("profile"))?;
                Ok(shown.reply())
            }
            _ => {
                let detail = format!("{} profiles match.", ids.len());
                Err(Problem::new(kinds::AMBIGUOUS_MATCH, detail).with("candidates", ids))
            }
        };
    }
}
