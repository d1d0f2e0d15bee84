//! What answers look like, and what several handlers share.

use roster_http::{Call, Caller, Meaning, Problem, Reply, kinds};
use roster_model::{
    Code, Context, Invalid, Resource, ResourceId, ResourceSettings, Timestamp, Zone,
};
use roster_store::Sql;
use roster_store::resources::{self, ResourceRow};
use serde::Serialize;
use serde_json::json;

/// A subscription resource.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Resource)]
pub(crate) struct ShownResource {
    /// Its id.
    #[schema(value_type = String, example = "1")]
    id: ResourceId,
    #[serde(flatten)]
    settings: ResourceSettings,
    /// Counts its changes from 1; also the `ETag`.
    revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl ShownResource {
    /// A resource as this caller may see it.
    pub(crate) fn new(found: ResourceRow, caller: &Caller) -> Self {
        let resource = found.resource;
        let mut settings = resource.settings;
        settings.databases.retain(|id| caller.may_see(*id));
        ShownResource {
            id: resource.id,
            settings,
            revision: found.revision,
            created_at: resource.created_at,
            updated_at: resource.updated_at,
        }
    }

    /// The answer that shows it.
    pub(crate) fn reply(self) -> Reply {
        Reply::ok(&self).etag(self.revision)
    }

    /// 201 with its place.
    pub(crate) fn created(self) -> Reply {
        let path = format!("/v1/resources/{}", self.id);
        self.reply().meaning(Meaning::Created).location(&path)
    }
}

/// What a resource's fields are read with: a resource has no region or zone.
pub(crate) fn with_context<T>(read: impl FnOnce(&Context<'_>) -> T) -> T {
    let zone = Zone::utc();
    read(&Context {
        zone: &zone,
        region: None,
    })
}

/// The resource of the path, which must be there.
pub(crate) async fn found(sql: &impl Sql, id: ResourceId) -> Result<ResourceRow, Problem> {
    let found = resources::get(sql, id).await?;
    found.ok_or_else(|| Problem::not_found("resource"))
}

/// The id in the path.
pub(crate) fn resource_id(call: &Call) -> Result<ResourceId, Problem> {
    call.id("id", "resource")
}

/// Refuses databases that don't exist or that the caller may not know of: the
/// answer is the same, so that ids can't be guessed. A token for some databases
/// must name one, or it could not change the resource itself.
pub(crate) async fn check_databases(
    sql: &impl Sql,
    settings: &ResourceSettings,
    caller: &Caller,
) -> Result<(), Problem> {
    let mut wrong = caller.unknown_databases(sql, &settings.databases).await?;
    if wrong.is_empty() && !caller.may_have(&settings.databases) {
        let detail = "This token is for some databases: the resource must serve one of them.";
        wrong.push(Invalid::new(Code::Required, detail).at("databases"));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

/// How many bytes the resources of one database may have: anyone who reads its definitions
/// reads them all.
const MAX_DEFINITION_BYTES: i64 = 2_000_000;

/// Refuses settings of a resource, new or the one that is named, that are too large
/// beside those of the others which serve the same database.
pub(crate) async fn check_room(
    sql: &impl Sql,
    settings: &ResourceSettings,
    id: Option<ResourceId>,
) -> Result<(), Problem> {
    let own = i64::try_from(json!(settings).to_string().len()).unwrap_or(i64::MAX);
    for database in &settings.databases {
        let others = resources::size(sql, *database, id).await?;
        if others.saturating_add(own) > MAX_DEFINITION_BYTES {
            let detail = format!(
                "The resources of database {database} have at most {MAX_DEFINITION_BYTES} bytes together, texts and options of fields included."
            );
            return Err(Problem::from(Invalid::new(Code::TooLong, detail)));
        }
    }
    Ok(())
}

/// Refuses a change of a resource that serves databases which the caller may
/// not see: it would concern them too. One that serves none belongs to nobody in
/// particular.
pub(crate) fn may_change(settings: &ResourceSettings, caller: &Caller) -> Result<(), Problem> {
    if caller.may_have(&settings.databases) {
        return Ok(());
    }
    Err(not_yours())
}

/// Refuses to delete a resource that profiles of databases which the caller may
/// not see once subscribed to: their subscriptions would go with it, though it
/// serves those databases no more.
pub(crate) async fn may_delete(
    sql: &impl Sql,
    resource: &Resource,
    caller: &Caller,
) -> Result<(), Problem> {
    may_change(resource, caller)?;
    if let Some(own) = &caller.databases
        && resources::has_elsewhere(sql, resource.id, own).await?
    {
        return Err(not_yours());
    }
    Ok(())
}

fn not_yours() -> Problem {
    let detail = "The resource is for databases that this token may not change.";
    Problem::new(kinds::FORBIDDEN, detail)
}

/// Another resource has the name.
pub(crate) fn name_taken() -> Problem {
    Problem::new(kinds::NAME_TAKEN, "Another resource has this name.").with("field", "name")
}
