//! `GET /v1/databases/{db}/profiles/{id}/relations`

use crate::profiles::{gone, profile_path};
use crate::relations::shape::ShownRelation;
use roster_http::{Call, Problem, Reply, Scope, route};
use roster_model::relation::Side;
use roster_model::{DatabaseId, ProfileId, RelationTypeId};
use roster_store::relations::ProfileName;
use roster_store::{profiles, relations};
use serde::Serialize;

/// How many relations of each type and side are shown.
const SHOWN: i64 = 100;

/// All relations of a profile.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ProfileRelations {
    /// By type and side; those without any are left out.
    items: Vec<SideRelations>,
}

/// The relations of a type in which a profile stands on one side.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = SideRelations)]
struct SideRelations {
    /// The type.
    #[schema(value_type = String, example = "1")]
    relation_type_id: RelationTypeId,
    /// Its name.
    name: String,
    /// The side on which the profile stands.
    side: Side,
    /// How many it has.
    total: i64,
    /// The first 100 of them; the list of the type has the others.
    relations: Vec<RelationAcross>,
}

/// A relation, and who stands across.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RelationAcross)]
struct RelationAcross {
    #[serde(flatten)]
    relation: ShownRelation,
    /// Who stands across.
    across: RelatedProfile,
}

/// What a related profile is called.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RelatedProfile)]
struct RelatedProfile {
    /// Its id.
    #[schema(value_type = String)]
    id: ProfileId,
    /// Its database.
    #[schema(value_type = String, example = "1")]
    database_id: DatabaseId,
    /// First and last name, as far as they are known.
    #[schema(required, example = "Ann Lee")]
    name: Option<String>,
    /// Its e-mail address, or else its first phone number.
    #[schema(required, example = "ann@example.org")]
    contact: Option<String>,
}

impl From<ProfileName> for RelatedProfile {
    fn from(one: ProfileName) -> Self {
        RelatedProfile {
            id: one.id,
            database_id: one.database,
            name: one.name,
            contact: one.contact,
        }
    }
}

/// The relations of a profile, on both sides, with who stands across. A token for some databases sees those of types
/// that lie wholly in them.
#[route(
    get, "/v1/databases/{db}/profiles/{id}/relations", RelationsRead, id = "profileRelations",
    answer = ProfileRelations,
)]
pub(crate) async fn list(call: Call) -> Result<Reply, Problem> {
    call.caller.require(Scope::ProfilesRead)?;
    let (database, id) = profile_path(&call)?;
    let definitions = call.definitions(database).await?;
    let sql = call.pool.lend().await?;
    if profiles::get(&sql, database, id).await?.is_none() {
        return Err(gone(&call, &sql, database, id).await?);
    }
    let found = relations::of_profile(&sql, database, id, SHOWN).await?;
    drop(sql);
    let types = &definitions.relation_types;
    let known = |id: RelationTypeId| types.iter().find(|one| one.id == id);
    // A type may be newer than what is remembered.
    let fresh = if found.iter().any(|one| known(one.relation_type).is_none()) {
        call.current(database).await?
    } else {
        definitions.clone()
    };
    let items = found.into_iter().filter_map(|one| {
        let all = fresh.relation_types.iter();
        let mut mine = all.filter(|known| {
            call.caller.may_see(known.database_a) && call.caller.may_see(known.database_b)
        });
        let known = mine.find(|known| known.id == one.relation_type)?;
        Some(SideRelations {
            relation_type_id: one.relation_type,
            name: known.name.clone(),
            side: one.side,
            total: one.page.total,
            relations: one
                .page
                .relations
                .into_iter()
                .zip(one.across)
                .map(|(relation, across)| RelationAcross {
                    relation: relation.into(),
                    across: across.into(),
                })
                .collect(),
        })
    });
    Ok(Reply::ok(&ProfileRelations {
        items: items.collect(),
    }))
}
