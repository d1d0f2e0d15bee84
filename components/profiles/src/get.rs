//! `GET /v1/databases/{db}/profiles/{id}`

use std::cell::OnceCell;

use roster_http::{Call, Problem, Reply};
use roster_model::{DatabaseId, ProfileId};
use roster_store::profiles::{Shown, Single};
use roster_store::reader::Reader;

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
    show(&call, database, id, &sparse, 200).await
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

thread_local! {
    /// The reads that wait in this instance.
    static READER: OnceCell<Reader> = const { OnceCell::new() };
}

/// One profile, if it is there, and the version of the definitions.
pub(crate) async fn single(call: &Call, single: Single) -> Result<(Option<Shown>, i64), Problem> {
    let reader = READER.with(|reader| reader.get_or_init(Reader::default).clone());
    Ok(reader.read(call.pool, single).await?)
}

/// The answer that shows a profile.
pub(crate) async fn show(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    sparse: &Sparse,
    status: u16,
) -> Result<Reply, Problem> {
    Ok(shown(call, database, id, sparse).await?.reply(status))
}

/// A profile as it is shown.
pub(crate) async fn shown(
    call: &Call,
    database: DatabaseId,
    id: ProfileId,
    sparse: &Sparse,
) -> Result<ShownProfile, Problem> {
    let shown = found(call, database, id).await?;
    ShownProfile::read(shown, sparse).map_err(|error| Problem::internal(&error))
}
