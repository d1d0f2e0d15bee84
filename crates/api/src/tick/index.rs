//! Keeps the search index: takes in text that waits, and puts the vocabulary in order.

use roster_http::Problem;
use roster_store::search::{pending, vocabulary};
use roster_store::spin::Pool;

/// How many slices of profiles are listed in one tick.
const SLICES: usize = 100;

/// How many slices of the vocabulary are swept in one tick.
const SWEEPS: usize = 10;

/// Does some of what there is to do. Others write between the slices.
pub(super) async fn keep(pool: &'static Pool) -> Result<(), Problem> {
    let sql = pool.lend_slice().await?;
    let upkeep = vocabulary::upkeep(&sql).await?;
    if upkeep.waiting {
        pending::fold_some(&sql).await?;
    }
    drop(sql);
    let mut unlisted = upkeep.unlisted;
    for _ in 0..SLICES {
        let Some(before) = unlisted else { break };
        unlisted = vocabulary::list_some(&pool.lend_slice().await?, before).await?;
    }
    if upkeep.stale {
        for _ in 0..SWEEPS {
            let sql = pool.lend_slice().await?;
            vocabulary::sweep_some(&sql).await?;
            if !vocabulary::upkeep(&sql).await?.stale {
                break;
            }
        }
    }
    Ok(())
}
