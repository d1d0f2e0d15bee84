//! What answers look like, and what several handlers share.

use roster_http::{Call, Caller, Meaning, Problem, Reply, kinds};
use roster_model::relation::Weights;
use roster_model::write::{Outcome, Relation, RelationKey};
use roster_model::{
    Code, Invalid, ProfileId, RelationType, RelationTypeId, RelationTypeSettings, Timestamp,
};
use roster_store::relation_types::{self, RelationTypeRow};
use roster_store::relations::KeyedRelation;
use roster_store::{Sql, databases};
use serde::Serialize;
use serde_json::{Value, json};

/// A relation type.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RelationType)]
pub(crate) struct ShownRelationType {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: RelationTypeId,
    #[serde(flatten)]
    settings: RelationTypeSettings,
    /// How many relations it has.
    relations: i64,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ShownRelationType {
    pub(crate) fn new(found: RelationTypeRow) -> Self {
        let one = found.relation_type;
        ShownRelationType {
            id: one.id,
            settings: one.settings,
            relations: found.relations,
            revision: found.revision,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }

    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(self) -> Reply {
        let path = format!("/v1/relation-types/{}", self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// What was deleted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RemovedRelationType {
    /// The relation type.
    #[schema(value_type = String, example = "1")]
    pub id: RelationTypeId,
    /// How many relations went with it.
    pub relations: i64,
}

/// A relation of two profiles.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Relation)]
pub(crate) struct ShownRelation {
    /// Its type.
    #[schema(value_type = String, example = "1")]
    relation_type_id: RelationTypeId,
    /// Who stands on side A.
    #[schema(value_type = String)]
    a: ProfileId,
    /// Who stands on side B.
    #[schema(value_type = String)]
    b: ProfileId,
    /// Its weights by property; those without a value are left out.
    #[schema(value_type = Object, example = json!({"orders": 3}))]
    weights: Weights,
    /// When the two were related.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When its weights changed last.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ShownRelation {
    pub(crate) fn new(key: RelationKey, relation: Relation) -> Self {
        ShownRelation {
            relation_type_id: key.relation_type,
            a: key.a,
            b: key.b,
            weights: relation.weights,
            created_at: relation.created_at,
            updated_at: relation.updated_at,
        }
    }
}

impl From<KeyedRelation> for ShownRelation {
    fn from((key, relation): KeyedRelation) -> Self {
        ShownRelation::new(key, relation)
    }
}

/// A page of relations.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RelationPage)]
pub(crate) struct ShownRelationPage {
    /// How many there are in all.
    pub total: i64,
    /// The relations.
    pub items: Vec<ShownRelation>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    pub next: Option<String>,
}

/// What became of a pair.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RelationResult {
    /// `created`, `updated`, `unchanged` or `deleted`.
    #[schema(value_type = String, example = "created")]
    pub outcome: &'static str,
    /// Who stands on side A.
    #[schema(value_type = String)]
    a: ProfileId,
    /// Who stands on side B.
    #[schema(value_type = String)]
    b: ProfileId,
    /// The relation as it is now; `null` if it is gone.
    #[schema(required)]
    relation: Option<ShownRelation>,
}

impl RelationResult {
    /// What an outcome looks like; none where it is of no relation.
    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        let about = outcome.relation.as_deref()?;
        let relation = about.relation.clone();
        Some(RelationResult {
            outcome: outcome.kind.as_str(),
            a: about.key.a,
            b: about.key.b,
            relation: relation.map(|one| ShownRelation::new(about.key, one)),
        })
    }
}

/// The id in the path.
pub(crate) fn relation_type_id(call: &Call) -> Result<RelationTypeId, Problem> {
    call.id("id", "relation type")
}

/// The relation type of an id, if both its databases are ones that the caller may see.
pub(crate) async fn found(
    sql: &impl Sql,
    id: RelationTypeId,
    caller: &Caller,
) -> Result<RelationTypeRow, Problem> {
    let found = relation_types::get(sql, id).await?;
    let mine = |one: &RelationTypeRow| {
        let settings = &one.relation_type.settings;
        caller.may_see(settings.database_a) && caller.may_see(settings.database_b)
    };
    found
        .filter(mine)
        .ok_or_else(|| Problem::not_found("relation type"))
}

/// Refuses databases that don't exist or that the caller may not know of: the answer is the
/// same, so that ids can't be guessed.
pub(crate) async fn check_databases(
    sql: &impl Sql,
    settings: &RelationTypeSettings,
    caller: &Caller,
) -> Result<(), Problem> {
    let named = [settings.database_a, settings.database_b];
    let existing = databases::existing(sql, &named).await?;
    let sides = ["database_a", "database_b"].into_iter().zip(named);
    let wrong: Vec<Invalid> = sides
        .filter(|(_, id)| !existing.contains(id) || !caller.may_see(*id))
        .map(|(name, id)| {
            let detail = format!("There is no database {id}.");
            Invalid::new(Code::UnknownDatabase, detail).at(name)
        })
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

/// Refuses to take a property away, or to give it another type, while relations have a
/// value of it: with how many they are, and some of them.
pub(crate) async fn check_values(
    sql: &impl Sql,
    before: &RelationType,
    after: &RelationTypeSettings,
) -> Result<(), Problem> {
    for property in before.settings.touched(after) {
        let (count, some) = relation_types::with_value(sql, before.id, property).await?;
        if count > 0 {
            let examples = some.iter().map(|(a, b)| json!({ "a": a, "b": b }));
            let examples: Vec<Value> = examples.collect();
            let detail = format!(
                "{count} relations have a value of {}. Nothing was changed.",
                property.name
            );
            return Err(Problem::new(kinds::FIELD_VALUES_CONFLICT, detail)
                .with("member", property.name.as_str())
                .with("count", count)
                .with("examples", examples));
        }
    }
    Ok(())
}

/// Another relation type of the same databases has the name.
pub(crate) fn name_taken() -> Problem {
    let detail = "Another relation type of the same databases has this name.";
    Problem::new(kinds::NAME_TAKEN, detail).with("field", "name")
}
