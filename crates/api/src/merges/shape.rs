//! What answers look like, and what several handlers share.

use crate::profiles::ShownProfile;
use roster_http::writing::{WriteContext, refused_at};
use roster_http::{Call, Caller, Problem, Reply};
use roster_model::Origin;
use roster_model::unite::ValueConflict;
use roster_model::write::{Command, Outcome, Refusal, RevertConflict, Schema};
use roster_model::{DatabaseId, Invalid, MergeId, Profile, ProfileId, Timestamp};
use roster_store::merges::MergeRow;
use roster_store::write::{MakeAnswer, Repeatable};
use serde::Serialize;
use serde_json::Value;

/// A field of which a source had another value than the one that was kept.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = ValueConflict)]
pub(crate) struct ShownConflict<'a> {
    /// The field's name.
    field: &'a str,
    /// The value that the result has.
    kept: &'a Value,
    /// The one that was dropped.
    dropped: &'a Value,
    /// The source that had it.
    #[schema(value_type = String)]
    profile: ProfileId,
}

impl<'a> From<&'a ValueConflict> for ShownConflict<'a> {
    fn from(one: &'a ValueConflict) -> Self {
        ShownConflict {
            field: &one.field,
            kept: &one.kept,
            dropped: &one.dropped,
            profile: one.profile,
        }
    }
}

/// What a merge did, or would do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MergeResult<'a> {
    /// `created` where the destination is new, else `updated`.
    #[schema(value_type = String, example = "updated")]
    outcome: &'static str,
    /// The merge, by which it can be undone; of a dry run it means nothing.
    #[schema(value_type = String)]
    id: MergeId,
    /// The profile that they are now.
    profile: ShownProfile,
    /// Those that are part of it.
    #[schema(value_type = Vec<String>)]
    sources: &'a [ProfileId],
    /// Values that differed: merged in another order, the result would have another one.
    conflicts: Vec<ShownConflict<'a>>,
    /// What the destination's database can't hold, by its place among the sources.
    #[schema(value_type = Vec<Invalid>)]
    skipped: &'a [Invalid],
}

impl<'a> MergeResult<'a> {
    /// What an outcome looks like; none where it is of no merge.
    pub(crate) fn of(outcome: &'a Outcome) -> Option<Self> {
        let merge = outcome.merge.as_deref()?;
        Some(MergeResult {
            outcome: outcome.kind.as_str(),
            id: merge.id,
            profile: shown(&merge.profile)?,
            sources: &merge.sources,
            conflicts: merge.conflicts.iter().map(ShownConflict::from).collect(),
            skipped: &outcome.skipped,
        })
    }
}

/// What a split did, or would do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SplitResult {
    /// What is left of the profile.
    source: ShownProfile,
    /// Those that took something of it, in the order of the request.
    destinations: Vec<ShownProfile>,
}

impl SplitResult {
    /// What an outcome looks like; none where it is of no split.
    pub(crate) fn of(outcome: &Outcome) -> Option<Self> {
        let split = outcome.split.as_deref()?;
        let destinations = split.destinations.iter().map(shown);
        Some(SplitResult {
            source: shown(&split.source)?,
            destinations: destinations.collect::<Option<_>>()?,
        })
    }
}

/// Something that undoing left as it is.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = RevertConflict)]
pub(crate) struct ShownRevertConflict<'a> {
    /// The profile.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// What it is, as histories name it.
    field: &'a str,
    /// As it is, and stays.
    value: &'a Value,
    /// As it was before.
    before: &'a Value,
    /// `changed_since`: somebody has changed it. `would_wake`: it would make somebody
    /// reachable who is not. `does_not_fit`: the field is another one now, or gone.
    #[schema(value_type = String, example = "changed_since")]
    reason: &'static str,
}

impl<'a> From<&'a RevertConflict> for ShownRevertConflict<'a> {
    fn from(one: &'a RevertConflict) -> Self {
        ShownRevertConflict {
            profile: one.profile,
            field: &one.field,
            value: &one.value,
            before: &one.before,
            reason: one.reason,
        }
    }
}

/// What undoing a merge did, or would do.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct UndoneMerge<'a> {
    /// The profile that they had become.
    #[schema(value_type = String)]
    profile: ProfileId,
    /// The profiles that are there again.
    #[schema(value_type = Vec<String>)]
    restored: &'a [ProfileId],
    /// What stays as it is, and why.
    kept: Vec<ShownRevertConflict<'a>>,
}

impl<'a> UndoneMerge<'a> {
    /// What an outcome looks like; none where nothing was undone.
    pub(crate) fn of(outcome: &'a Outcome) -> Option<Self> {
        let undo = outcome.undo.as_deref()?;
        Some(UndoneMerge {
            profile: outcome.id,
            restored: &undo.restored,
            kept: undo.kept.iter().map(ShownRevertConflict::from).collect(),
        })
    }
}

/// A merge.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Merge)]
pub(crate) struct ShownMerge {
    /// Its id.
    #[schema(value_type = String)]
    id: MergeId,
    /// The profile that stayed.
    #[schema(value_type = String)]
    destination: ProfileId,
    /// Those that are part of it; none once it was undone. A token for some databases sees
    /// those of these.
    #[schema(value_type = Vec<String>)]
    sources: Vec<ProfileId>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it.
    actor: String,
    /// When it was undone.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    undone_at: Option<Timestamp>,
}

impl ShownMerge {
    /// As somebody sees it: those in databases that aren't theirs are left out.
    pub(crate) fn of(row: MergeRow, caller: &Caller) -> Self {
        let sources = row.sources.into_iter();
        let theirs = sources.filter(|(database, _)| caller.may_see(*database));
        ShownMerge {
            id: row.id,
            destination: row.destination,
            sources: theirs.map(|(_, source)| source).collect(),
            at: row.at,
            actor: row.actor,
            undone_at: row.undone_at,
        }
    }
}

/// A profile without the segments that it is in.
fn shown(profile: &Profile) -> Option<ShownProfile> {
    ShownProfile::whole(profile.clone()).ok()
}

/// Writes the one command that `prepare` makes of the schemas of `database` and of those
/// beside it, and answers with what `answer` makes of it. A dry run writes nothing.
pub(crate) async fn write(
    call: &Call,
    database: DatabaseId,
    beside: &[DatabaseId],
    dry: bool,
    prepare: impl Fn(&[Schema<'_>]) -> Result<Command, Refusal>,
    answer: MakeAnswer,
) -> Result<Reply, Problem> {
    // A preview is kept under none; a wrong one is refused all the same.
    let asked = call.idempotency()?.filter(|_| !dry);
    let act = WriteContext {
        database,
        actor: &call.caller.actor,
        interface: call.caller.interface(),
        origin: Origin::Api,
        atomic: false,
        repeatable: asked.map(|asked| Repeatable { asked, answer }),
    };
    let prepare = |schemas: &[Schema<'_>]| vec![prepare(schemas)];
    let written = call.write_across(&act, beside, dry, prepare).await?;
    written.reply(answer, refused_at)
}

/// The revision that the header `If-Match` asks for, of a profile that the body names.
pub(crate) fn if_revision(call: &Call) -> Result<Option<i64>, Problem> {
    match call.if_match()?.revisions() {
        None => Ok(None),
        Some([revision]) => Ok(Some(*revision)),
        // No revision is 0.
        Some([]) => Ok(Some(0)),
        Some(_) => {
            let detail = "If-Match must name one revision here: the profile's ETag.";
            Err(Problem::new(roster_http::kinds::INVALID_HEADER, detail))
        }
    }
}

/// Whether a body asks for a dry run.
pub(crate) fn is_dry(body: &Value) -> bool {
    body.get("dry_run").is_some_and(|dry| dry == true)
}
