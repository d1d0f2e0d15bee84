//! `GET /v1/databases/{db}/profiles/{id}`

use std::cell::OnceCell;

use roster_http::{Call, Problem, Reply};
use roster_model::{DatabaseId, ProfileId};
use roster_store::profiles::{Shown, Single, singles};
use roster_store::reader::Reader;
use roster_store::spin::Spin;

use crate::filter::check_names;
use crate::shape::{ShownProfile, Sparse};

/// One profile.
#[cfg_attr(feature = "openapi", utoipa::path(
    get, path = "/v1/databases/{db}/profiles/{id}", tag = "profiles", operation_id = "getProfile",
    params(crate::openapi::ProfilePath, crate::openapi::Fields),
    responses((status = 200, body = ShownProfile)),
))]
pub(crate) async fn get(call: Call) -> Result<Reply, Problem> {
    call.only(&["fields"])?;
    let sparse = Sparse::parse(call.query("fields"));
    let (database, id) = profile_path(&call)?;
    if !sparse.names().is_empty() {
        check_names(&call, database, sparse.names()).await?;
    }
    let profile = found(&call, database, id).await?;
    Ok(shown(profile, &sparse)?.reply(200))
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
) -> Result<Shown, Problem> {
    let (found, _) = single(call, Single::Id(database, id)).await?;
    found.ok_or_else(|| Problem::not_found("profile"))
}

/// A profile that was just written, at least as the revision `written` has it. Behind a
/// replica of the store a read may be of the moment before; a transaction is on what
/// takes writes.
pub(crate) async fn found_written(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    written: Option<i64>,
) -> Result<Shown, Problem> {
    let asked = Single::Id(database, id);
    let (found, _) = single(call, asked.clone()).await?;
    if let Some(found) = found.filter(|found| Some(found.revision) >= written) {
        return Ok(found);
    }
    let mut sql = call.pool.lend().await?;
    let read = async |sql: &Spin| singles(sql, &[asked]).await;
    let (found, _) = sql.transaction(read).await?;
    let found = found.into_iter().next().flatten();
    found.ok_or_else(|| Problem::not_found("profile"))
}

thread_local! {
    /// The reads that wait in this instance.
    static READER: OnceCell<Reader> = const { OnceCell::new() };
}

/// One profile, if it is there, and the version of the definitions.
pub(crate) async fn single(call: &Call, single: Single) -> Result<(Option<Shown>, i64), Problem> {
    let reader = READER.with(|reader| reader.get_or_init(Reader::default).clone());
    Ok(reader.read(call.pool, single).await?)
}

/// A profile as it is shown.
pub(crate) fn shown(profile: Shown, sparse: &Sparse) -> Result<ShownProfile, Problem> {
    ShownProfile::read(profile, sparse).map_err(|error| Problem::internal(&error))
}
