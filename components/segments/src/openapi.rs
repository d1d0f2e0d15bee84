//! This component's part of the OpenAPI document: bodies and parameters that
//! the handlers read as plain JSON or text, and the list of handlers.

use crate::shape::ShownSegment;
use serde_json::{Map, Value};
use utoipa::{IntoParams, OpenApi, ToSchema};

/// A new segment's settings.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Guests of May"}))]
#[allow(dead_code, reason = "describes SegmentSettings::create")]
pub(crate) struct NewSegment {
    /// 1 to 200 characters, unique among the segments of the database.
    #[schema(max_length = 200)]
    name: String,
    /// At most 2,000 characters.
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// Changed settings: what is absent stays, `null` goes back to the default.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Guests of June"}))]
#[allow(dead_code, reason = "describes SegmentSettings::patch")]
pub(crate) struct SegmentPatch {
    /// 1 to 200 characters, unique among the segments of the database.
    #[schema(max_length = 200, nullable = false)]
    name: Option<String>,
    /// At most 2,000 characters.
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// A page of segments.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page<ShownSegment>")]
pub(crate) struct SegmentPage {
    /// The segments.
    items: Vec<ShownSegment>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    next: Option<String>,
}

/// A member of a segment: its id alone, or the whole profile.
#[derive(ToSchema)]
#[schema(example = json!({"id": "1a20967479554ede711e88dc"}))]
#[allow(dead_code, reason = "describes Member")]
pub(crate) struct SegmentMember {
    /// The profile's id.
    id: String,
    /// With `profiles=true`: its values by field. What else a profile shows is
    /// there too.
    #[schema(nullable = false)]
    data: Option<Map<String, Value>>,
}

/// A page of members.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes Page<Member>")]
pub(crate) struct MemberPage {
    /// The members.
    items: Vec<SegmentMember>,
    /// The cursor of the next page; `null` after the last.
    #[schema(required)]
    next: Option<String>,
}

/// Who enters and who leaves a segment; no profile may be in both lists.
#[derive(ToSchema)]
#[schema(example = json!({"add": ["1a20967479554ede711e88dc"]}))]
#[allow(dead_code, reason = "describes Moves::parse")]
pub(crate) struct MemberChange {
    /// Ids of profiles, at most 10,000.
    #[schema(max_items = 10000)]
    add: Option<Vec<String>>,
    /// Ids of profiles, at most 10,000.
    #[schema(max_items = 10000)]
    remove: Option<Vec<String>>,
}

/// Names a database.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes Call::database")]
pub(crate) struct DatabasePath {
    /// The database's id.
    #[param(example = "1")]
    db: String,
}

/// Names a segment.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[allow(dead_code, reason = "describes path parameters")]
pub(crate) struct SegmentPath {
    /// The database's id.
    #[param(example = "1")]
    db: String,
    /// The segment's id.
    #[param(example = "1")]
    id: String,
}

/// How members are shown.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes a query")]
pub(crate) struct MembersQuery {
    /// Whether the whole profiles are shown; takes the scope `profiles:read` too.
    profiles: Option<bool>,
}

/// Confirms what can't be undone.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes Call::confirmed")]
pub(crate) struct Confirm {
    /// The name of the segment; needed while it has members.
    confirm: Option<String>,
}

#[derive(OpenApi)]
#[openapi(
    tags((name = "segments", description = "Static segments: profiles that somebody put together")),
    paths(
        crate::list::list,
        crate::create::create,
        crate::get::get,
        crate::update::update,
        crate::delete::delete,
        crate::members::list,
        crate::change_members::change,
    )
)]
struct Document;

/// This component's paths and schemas.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
