//! `GET`, `PUT` and `DELETE /v1/databases/{db}/control-group`

use crate::control_group::shape::{ShownControlGroup, found};
use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_model::control::Rule;
use roster_model::define::Settings as _;
use roster_model::{Code, ControlGroupSettings, Invalid};
use roster_store::catalogue::Definitions;
use roster_store::control;
use serde_json::Value;

/// The control group of a database: its settings, how many are in it, and the draw that is
/// going on.
#[route(
    get, "/v1/databases/{db}/control-group", ControlGroupsRead, id = "getControlGroup",
    answer = ShownControlGroup,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let sql = call.pool.lend().await?;
    Ok(ShownControlGroup::from(found(&sql, database).await?).reply())
}

/// Gives a database a control group, or its group other settings; what isn't given is as
/// for a new one. Where the share or the exclusion changes, who is in is drawn by a job, and
/// until it is done those who were in before are.
#[route(
    put, "/v1/databases/{db}/control-group", ControlGroupsWrite, id = "putControlGroup",
    if_match,
    once,
    new = ControlGroupSettings,
    responses((status = 200, body = ShownControlGroup), (status = 201, body = ShownControlGroup)),
)]
pub(crate) async fn put(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let if_match = call.if_match()?;
    let settings = ControlGroupSettings::create(&call.json::<Value>()?)?;
    if let Some(reply) = call.replay().await? {
        return Ok(reply);
    }
    let known = call
        .by_definitions(database, |known| {
            check(&settings, known)?;
            Ok::<_, Vec<Invalid>>(known.database.clone())
        })
        .await?;
    call.once(async |sql| {
        let before = control::get(sql, database).await?;
        if_match.check(before.as_ref().map_or(0, |before| before.revision))?;
        let meaning = match before {
            None => Meaning::Created,
            Some(_) => Meaning::Ok,
        };
        let stays = before.as_ref().is_some_and(|before| {
            before.settings == settings && before.next.as_ref().is_none_or(|next| !next.is_stuck())
        });
        if !stays {
            control::put(sql, &known, before, &settings, &call.author()).await?;
        }
        let after = ShownControlGroup::from(found(sql, database).await?);
        Ok(after.reply().meaning(meaning))
    })
    .await
}

/// Whether settings fit the database.
fn check(settings: &ControlGroupSettings, known: &Definitions) -> Result<(), Vec<Invalid>> {
    let mut wrong = match Rule::read(&settings.rule(), &known.schema()) {
        Ok(_) => Vec::new(),
        Err(wrong) => wrong,
    };
    for (index, id) in settings.resources.exempt.iter().enumerate() {
        if !known.resources.iter().any(|resource| resource.id == *id) {
            let detail = format!("There is no resource {id}.");
            let invalid = Invalid::new(Code::UnknownResource, detail);
            wrong.push(invalid.at_index(index).at("exempt").at("resources"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(wrong),
    }
}

/// Deletes the control group, with all that is known of who was in it and what was done by
/// hand. Everybody gets messages again, and a new group draws other lots.
#[route(
    delete, "/v1/databases/{db}/control-group", ControlGroupsWrite, id = "deleteControlGroup",
    if_match,
    once,
    answer = ShownControlGroup,
)]
pub(crate) async fn delete(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    let if_match = call.if_match()?;
    call.once(async |sql| {
        let before = found(sql, database).await?;
        if_match.check(before.revision)?;
        control::delete(sql, before.clone(), &call.author()).await?;
        Ok(ShownControlGroup::from(before).reply())
    })
    .await
}
