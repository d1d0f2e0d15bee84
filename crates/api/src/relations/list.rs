//! `GET /v1/relation-types/{id}/relations`

use crate::relations::shape::{ShownRelation, ShownRelationPage, found, relation_type_id};
use roster_http::{Call, Problem, Reply, route};
use roster_model::ProfileId;
use roster_model::relation::Side;
use roster_store::relations;

/// The relations of a type, by side A; or those of one profile, in order of the creation of
/// the others.
#[route(
    get, "/v1/relation-types/{id}/relations", RelationsRead, id = "listRelations",
    query = crate::relations::openapi::RelationFilter,
    paged,
    answer = ShownRelationPage,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    let id = relation_type_id(&call)?;
    let profile = profile(&call)?;
    let paging = call.paging::<(ProfileId, ProfileId)>()?;
    let sql = call.pool.lend().await?;
    found(&sql, id, &call.caller).await?;
    let rows = paging.rows();
    let page = match profile {
        None => relations::page(&sql, id, paging.after, rows).await?,
        Some((side, profile)) => {
            let after = paging.after.map(|(a, b)| match side {
                Side::A => b,
                Side::B => a,
            });
            relations::page_of_side(&sql, id, (side, profile), after, rows).await?
        }
    };
    let total = page.total;
    let page = paging.page(page.relations, |(key, _)| (key.a, key.b));
    let page = page.map(ShownRelation::from);
    Ok(Reply::ok(&ShownRelationPage {
        total,
        items: page.items,
        next: page.next,
    }))
}

/// The side and the profile that the query names, if it names one.
fn profile(call: &Call) -> Result<Option<(Side, ProfileId)>, Problem> {
    let side = call.query("side").map(str::parse::<Side>).transpose();
    let side = side.map_err(|wrong| Problem::parameter("side", wrong.detail))?;
    let profile = call
        .query("profile_id")
        .map(str::parse::<ProfileId>)
        .transpose();
    let profile = profile.map_err(|wrong| {
        let detail = format!("profile_id must be an id. {}", wrong.detail);
        Problem::parameter("profile_id", detail)
    })?;
    match (side, profile) {
        (None, None) => Ok(None),
        (Some(side), Some(profile)) => Ok(Some((side, profile))),
        (Some(_), None) => {
            let detail = "Say whose relations: profile_id. Without side, all are listed.";
            Err(Problem::parameter("profile_id", detail))
        }
        (None, Some(_)) => {
            let detail = "Say on which side the profile stands: side is a or b.";
            Err(Problem::parameter("side", detail))
        }
    }
}
