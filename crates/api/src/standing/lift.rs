//! `POST /v1/standing/lift`

use super::shape::{CONTACT, ShownStanding, categories, contact, for_all};
use crate::suppressions::values::noted;
use roster_http::{Call, Problem, Reply, route};
use roster_model::Code;
use roster_model::Invalid;
use roster_model::ResourceId;
use roster_model::history::Change;
use roster_store::catalogue::{self, Target};
use roster_store::standing::{self, ledger};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What was lifted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct LiftedStanding {
    /// What counted until now.
    items: Vec<ShownStanding>,
}

/// Lifts what stands against a contact: for `resource_id`, or without one whatever
/// stands. A `reason` must be given; it is kept in the contact's place and in the
/// history. Subscriptions stay as they are: anyone who left is subscribed again with
/// `resubscribe`, or by themselves.
#[route(
    post, "/v1/standing/lift", SuppressionsWrite, id = "liftStanding",
    once,
    body = crate::suppressions::openapi::LiftStanding,
    answer = LiftedStanding,
)]
pub(crate) async fn lift(call: Call) -> Result<Reply, Problem> {
    for_all(&call)?;
    let body: Map<String, Value> = call.json()?;
    let asked = asked(&body)?;
    call.once(async |sql| {
        let keys = standing::load(sql).await?;
        let (resource, reason) = (asked.resource, &*asked.reason);
        let categories = categories(sql, resource).await?;
        let contact = &asked.contact;
        let lifted =
            ledger::lift(sql, &keys, contact, &categories, resource, reason, call.now).await?;
        if lifted.is_empty() {
            return Err(Problem::not_found("standing of the contact"));
        }
        let changes: Vec<Change> = lifted
            .iter()
            .cloned()
            .map(|entry| Change {
                // Of somebody who is erased nothing can be read here.
                field: format!("standing/{}", entry.hash),
                before: json!(ShownStanding::from(entry)),
                after: json!({ "reason": asked.reason, "resource_id": resource }),
            })
            .collect();
        let author = call.author();
        catalogue::record(sql, Target::All, "standing.lifted", &changes, &author).await?;
        let items = lifted.into_iter().map(ShownStanding::from).collect();
        Ok(Reply::ok(&LiftedStanding { items }))
    })
    .await
}

/// What a body asks for.
struct LiftRequest {
    contact: roster_model::Contact,
    resource: Option<ResourceId>,
    reason: String,
}

fn asked(body: &Map<String, Value>) -> Result<LiftRequest, Problem> {
    let mut wrong = Vec::new();
    for (name, value) in body {
        let known = CONTACT.contains(&name.as_str()) || name == "resource_id" || name == "reason";
        if !known {
            let detail = "There is no such member here.";
            wrong.push(Invalid::new(Code::UnknownMember, detail).at(name));
        } else if !value.is_string() && !value.is_null() {
            wrong.push(Invalid::new(Code::WrongType, "This must be a string.").at(name));
        }
    }
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let resource = text("resource_id").map(|text| {
        text.parse::<ResourceId>()
            .map_err(|invalid| invalid.at("resource_id"))
    });
    let resource = match resource.transpose() {
        Ok(resource) => resource,
        Err(invalid) => {
            wrong.push(invalid);
            None
        }
    };
    if text("reason").is_none_or(|reason| reason.trim().is_empty()) {
        let detail = "reason must be there: say how it is known that they agreed again.";
        wrong.push(Invalid::new(Code::Required, detail).at("reason"));
    }
    if !wrong.is_empty() {
        return Err(wrong.into());
    }
    let Some(contact) = contact(text)? else {
        let detail = "Name a contact: email, phone, provider and subscription_id, or id.";
        return Err(Invalid::new(Code::ContactMissing, detail).into());
    };
    Ok(LiftRequest {
        contact,
        resource,
        reason: noted("reason", text("reason"))?,
    })
}
