//! Scheduled imports within a tick: what is due, and meanwhile what becomes due.

use crate::reach::Reach;
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use roster_http::{Problem, now};
use roster_jobs::schedule;
use roster_model::Timestamp;
use roster_post::beside;
use roster_store::Error;
use roster_store::spin::Pool;
use std::pin::pin;
use std::time::Duration;

/// How many sources are read side by side.
const SIDE_BY_SIDE: usize = 8;

/// How many of them are tables, at most: they may take long, and files find room beside them.
const TABLES: usize = 4;

/// How long to wait between two looks at what is due, while sources are read.
const PAUSE: Duration = Duration::from_secs(1);

/// Does what is due for schedules, and while sources are read what becomes due meanwhile; begins to
/// read no more after `last`. Gives how many runs began.
///
/// # Errors
/// The first error of several, after all are over.
pub(super) async fn due(pool: &'static Pool, last: Timestamp) -> Result<i64, Problem> {
    let reach = Reach::of_variables().await?;
    let world = reach.world();
    let mut reading = FuturesUnordered::new();
    let (mut begun, mut tables, mut failed) = (0, 0, None);
    loop {
        if reading.is_empty() || now() < last {
            // One that reads may hold the connection that the look waits for.
            let look = schedule::look(pool, &world, reading.len() < SIDE_BY_SIDE);
            let looked = beside(
                look,
                &mut reading,
                |(is_table, tried): (bool, Result<(), Error>)| {
                    tables -= usize::from(is_table);
                    failed = failed.take().or(tried.err());
                },
            );
            match looked.await {
                Ok((done, tries)) => {
                    begun += done.begun;
                    for due in tries {
                        // The others stay due.
                        if reading.len() >= SIDE_BY_SIDE {
                            break;
                        }
                        if due.reads_rows && tables >= TABLES {
                            continue;
                        }
                        tables += usize::from(due.reads_rows);
                        let world = &world;
                        reading.push(async move {
                            (
                                due.reads_rows,
                                schedule::attempt(pool, world, due.run).await,
                            )
                        });
                    }
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if reading.is_empty() {
            return failed.map_or(Ok(begun), |error| Err(error.into()));
        }
        let pause = pin!(spin_sdk::time::sleep(PAUSE));
        if let Either::Left((Some((is_table, tried)), _)) = select(reading.next(), pause).await {
            tables -= usize::from(is_table);
            failed = failed.or(tried.err());
        }
        if reading.is_empty() && now() >= last {
            return failed.map_or(Ok(begun), |error| Err(error.into()));
        }
    }
}
