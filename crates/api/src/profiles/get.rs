//! `GET /v1/databases/{db}/profiles/{id}`

use std::cell::OnceCell;
use std::time::Duration;

use roster_http::{Call, Problem, Reply, kinds, route};
use roster_model::{DatabaseId, ProfileId};
use roster_store::profiles::{ProfileRow, Single};
use roster_store::reader::Reader;
use roster_store::{Error, Sql, merges};
use spin_sdk::time::sleep;

use crate::profiles::as_of::as_of;
use crate::profiles::filter::check_names;
use crate::profiles::shape::{ShownProfile, SparseFields};

/// One profile, as it is or, with `at`, as it was.
#[route(
    get, "/v1/databases/{db}/profiles/{id}", ProfilesRead, id = "getProfile",
    query = crate::profiles::openapi::Fields,
    query = crate::profiles::openapi::Moment,
    answer = ShownProfile,
)]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    let sparse = SparseFields::parse(call.query("fields"));
    let (database, id) = profile_path(&call)?;
    if !sparse.names().is_empty() {
        check_names(&call, database, sparse.names()).await?;
    }
    if let Some(at) = call.time("at")?.filter(|at| *at < call.now) {
        // Not what the ETag stands for, which is the profile as it is.
        let shown = as_of(&call, database, id, at, &sparse).await?;
        return Ok(Reply::ok(&shown));
    }
    let profile = found(&call, database, id).await?;
    Ok(shown(profile, &sparse)?.reply())
}

/// The database and the profile that a path names.
pub(crate) fn profile_path(call: &Call) -> Result<(DatabaseId, ProfileId), Problem> {
    Ok((call.database()?, call.id("id", "profile")?))
}

/// One profile that is there.
pub(crate) async fn found(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
) -> Result<ProfileRow, Problem> {
    let (found, _) = single(call, Single::Id(database, id)).await?;
    match found {
        Some(found) => Ok(found),
        None => {
            let sql = call.pool.lend().await?;
            Err(gone(call, &sql, database, id).await?)
        }
    }
}

/// That there is no such profile, or into which it was merged.
pub(crate) async fn gone(
    call: &Call,
    sql: &impl Sql,
    database: DatabaseId,
    id: ProfileId,
) -> Result<Problem, Problem> {
    let into = merges::into(sql, database, id).await?;
    Ok(
        match into.filter(|(there, _)| call.caller.may_see(*there)) {
            Some((there, into)) => {
                let detail = format!("The profile was merged into {into}.");
                let problem = Problem::new(kinds::MERGED, detail).with("into", into.to_string());
                match there == database {
                    true => problem,
                    false => problem.with("database_id", there.to_string()),
                }
            }
            None => Problem::not_found("profile"),
        },
    )
}

/// How long a replica of the store is waited for, in milliseconds: about two seconds.
const PAUSES_MS: [u64; 8] = [10, 20, 40, 80, 160, 320, 640, 640];

/// A profile that was just written, at least as the revision `written` has it. Behind a
/// replica of the store a read may be of the moment before.
pub(crate) async fn found_written(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    written: Option<i64>,
) -> Result<ProfileRow, Problem> {
    let mut pauses = PAUSES_MS.into_iter();
    loop {
        let (found, _) = single(call, Single::Id(database, id)).await?;
        let revision = found.as_ref().map(|found| found.revision);
        let behind = written.is_some() && revision < written;
        match (found, behind.then(|| pauses.next()).flatten()) {
            (_, Some(pause)) => sleep(Duration::from_millis(pause)).await,
            (Some(_), None) if behind => {
                let text = "a replica that is behind by seconds".to_owned();
                return Err(Error::Lost(text).into());
            }
            (Some(found), None) => return Ok(found),
            // Somebody has deleted it since.
            (None, None) => return Err(Problem::not_found("profile")),
        }
    }
}

thread_local! {
    /// The reads that wait in this instance.
    static READER: OnceCell<Reader> = const { OnceCell::new() };
}

/// One profile, if it is there, and the version of the definitions.
pub(crate) async fn single(
    call: &Call,
    single: Single,
) -> Result<(Option<ProfileRow>, i64), Problem> {
    let reader = READER.with(|reader| reader.get_or_init(Reader::default).clone());
    Ok(reader.read(call.pool, single).await?)
}

/// A profile as it is shown.
pub(crate) fn shown(profile: ProfileRow, sparse: &SparseFields) -> Result<ShownProfile, Problem> {
    ShownProfile::read(profile, sparse).map_err(|error| Problem::internal(&error))
}
