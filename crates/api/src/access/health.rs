//! `GET /health`

use roster_http::{Call, Meaning, Problem, Reply, route};
use roster_store::{Error, health, migrate};
use serde::Serialize;

/// Whether the application works.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// `ok` or `unavailable`.
    #[schema(example = "ok")]
    status: &'static str,
    /// `ok`, `busy`, `too_new` (written by a newer version), `full` (the disk is full or
    /// read-only: nothing can be written) or `unreachable`.
    #[schema(example = "ok")]
    store: &'static str,
    /// The schema version of the store; `null` where it is not known.
    #[schema(example = 2)]
    schema_version: Option<i64>,
}

/// Whether the store answers and takes writes, and its schema version. A write of its
/// own is tried at most every ten seconds.
#[route(
    get, "/health", Anybody, id = "getHealth",
    responses((status = 200, body = Health), (status = 503, body = Health)),
)]
pub(crate) async fn health(call: Call) -> Result<Reply, Problem> {
    let checked = async {
        let sql = call.pool.lend().await?;
        let version = migrate::version(&sql).await?;
        health::check(&sql, call.now).await?;
        Ok(version)
    };
    Ok(match checked.await {
        Ok(version) => Reply::ok(&Health {
            status: "ok",
            store: "ok",
            schema_version: Some(version),
        }),
        Err(error) => {
            eprintln!("error: health: {error}");
            let (store, schema_version) = match error {
                Error::Busy => ("busy", None),
                Error::Newer { file, .. } => ("too_new", Some(file)),
                Error::Full(_) => ("full", None),
                _ => ("unreachable", None),
            };
            let health = Health {
                status: "unavailable",
                store,
                schema_version,
            };
            Reply::ok(&health).meaning(Meaning::Unavailable)
        }
    })
}
