//! `POST /v1/databases/{db}/profiles`

use roster_http::writing::{kept_outcome, only_outcome};
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::write::{REQUEST_MEMBERS, Schema, prepare_write};
use roster_store::idempotency::Answer;
use roster_store::write::ItemResult;
use serde_json::{Map, Value};

use crate::profiles::shape::WriteResult;
use crate::profiles::writing::{refused, write as write_items};

/// Imports, adds or updates one profile.
#[route(
    post, "/v1/databases/{db}/profiles", ProfilesWrite, id = "writeProfile",
    once,
    body = crate::profiles::openapi::Write,
    responses((status = 200, body = WriteResult), (status = 201, body = WriteResult)),
)]
pub(crate) async fn write(call: Call) -> Result<Reply, Problem> {
    let mut members: Map<String, Value> = call.json()?;
    let data = members.remove("data").unwrap_or(Value::Object(Map::new()));
    known(&members, &[])?;
    let prepare = |schema: &Schema<'_>| vec![prepare_write(&members, &data, schema)];
    let written = write_items(&call, false, prepare, Some(answer)).await?;
    written.reply(answer, refused)
}

/// The answer to the one item of such a request; errors are not kept.
fn answer(results: &[ItemResult]) -> Option<Answer> {
    let outcome = only_outcome(results)?;
    kept_outcome(outcome, &WriteResult::of(outcome))
}

/// Refuses members of a request that no rule knows, so that a misspelt one is
/// not lost in silence.
pub(crate) fn known(members: &Map<String, Value>, also: &[&str]) -> Result<(), Problem> {
    let unknown: Vec<Invalid> = members
        .keys()
        .filter(|name| !REQUEST_MEMBERS.contains(&name.as_str()) && !also.contains(&name.as_str()))
        .map(|name| {
            let detail = format!(
                "A request has data beside {}; fields stand inside data.",
                REQUEST_MEMBERS.join(", ")
            );
            Invalid::new(Code::UnknownMember, detail).at(name)
        })
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(Problem::from(unknown))
    }
}
