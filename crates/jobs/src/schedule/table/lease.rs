//! The lease on a run, which is renewed while its database is waited for.

use super::super::download::{FetchError, later};
use super::super::{Host, World};
use futures_util::future::{Either, select};
use roster_model::Code;
use roster_source::SourceError;
use roster_store::Sql;
use roster_store::schedules::{self, Run};
use std::cell::Cell;
use std::pin::pin;

/// How often the lease is renewed, in milliseconds.
const RENEWED_MS: u64 = 10_000;

/// How long the lease holds, in milliseconds: then the try counts as lost.
pub(super) const LEASE_MS: i64 = 30_000;

/// How long one question may take, in milliseconds: more than the database gives itself.
const ASKING_MS: u64 = (roster_source::STATEMENT_SECONDS as u64 + 10) * 1000;

/// What `work` gives, while the run is held. `quiet` is for how many milliseconds the database has
/// said nothing; `work` may set it back.
pub(super) async fn hold_while<F: Host, T>(
    sql: &impl Sql,
    world: &World<'_, F>,
    run: &Run,
    quiet: &Cell<u64>,
    work: impl Future<Output = T>,
) -> Result<T, FetchError> {
    let mut work = pin!(work);
    loop {
        match select(work.as_mut(), pin!(world.fetch.pause(RENEWED_MS))).await {
            Either::Left((done, _)) => return Ok(done),
            Either::Right(((), _)) => {
                quiet.set(quiet.get().saturating_add(RENEWED_MS));
                if quiet.get() > ASKING_MS {
                    let seconds = ASKING_MS / 1000;
                    let detail = format!("The database did not answer within {seconds} s.");
                    return Err(SourceError::temporary(Code::TooSlow, detail).into());
                }
                if !schedules::hold(sql, run, later((world.now)(), LEASE_MS)).await? {
                    return Err(FetchError::Lost);
                }
            }
        }
    }
}
