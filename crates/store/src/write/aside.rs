//! What is done with the parts of a write beside writing profiles: looking what
//! one would do, and moving members of segments where nothing else changes.

use std::collections::HashMap;

use roster_model::history::Entry;
use roster_model::write::{Changes, Env};
use roster_model::{ProfileId, Timestamp, first_pk};

use super::decision::apply_batch;
use super::{Batch, ItemResult, apply, known, rows};
use crate::jobs::Step;
use crate::packed::corrupt;
use crate::{Cell, Error, Guard, Sql, json};

/// What a batch would do at this moment: the results of its items, and the
/// history of those that change something, in order. Nothing is written.
///
/// # Errors
/// [`Error::Stale`] with [`Guard::Catalogue`] when the batch was prepared against
/// other definitions than there are, and as [`Sql::query`].
pub async fn preview(
    sql: &impl Sql,
    batch: &Batch,
) -> Result<(Vec<ItemResult>, Vec<Entry>), Error> {
    let mut known = known::look_up(sql, &[batch], batch.now).await?;
    if batch.definitions.version != known.version {
        return Err(Error::Stale(Guard::Catalogue));
    }
    let mut working = known.image();
    let mut next = first_pk(batch.now.ms(), 0);
    let nobody = ProfileId::from_pk(next).ok_or_else(|| corrupt("no id"))?;
    let mut env = Env {
        now: batch.now,
        next_id: &mut || {
            next = next.saturating_add(1);
            ProfileId::from_pk(next).unwrap_or(nobody)
        },
        actor: &batch.actor,
        interface: batch.interface,
        origin: batch.origin,
        speaks_for_all: batch.speaks_for_all,
    };
    let results = apply_batch(&mut working, batch, &mut env);
    Ok((results, working.finish().history))
}

/// Moves members of segments with a step of a job, all or nothing: `moves` has
/// no other changes. `seen` are the profiles with their revisions; if one of
/// them has changed or is gone, nothing is done.
///
/// # Errors
/// [`Error::Stale`]: [`Guard::Catalogue`] when the definitions are no longer of
/// the version, [`Guard::Profiles`] when a profile has changed, [`Guard::Job`]
/// when the job is no longer held; and as [`Sql::query`].
pub async fn move_members(
    sql: &impl Sql,
    version: i64,
    seen: &[(i64, i64)],
    moves: &Changes,
    step: &Step,
    at: Timestamp,
) -> Result<(), Error> {
    let parameters = [
        vec![
            Cell::Integer(version),
            Cell::Integer(at.ms()),
            Cell::Text(json(seen)?),
            Cell::from("[]"),
        ],
        rows::of(moves, &HashMap::new())?,
        vec![Cell::from("[]"), Cell::Text(json(&[step.to_row()])?)],
    ]
    .concat();
    apply(sql, parameters).await
}
