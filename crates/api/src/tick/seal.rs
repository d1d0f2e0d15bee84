//! Seals secrets that are stored plain, or with an older key of `secrets_key`.

use crate::sealing;
use roster_http::Problem;
use roster_model::Timestamp;
use roster_seal::Purpose;
use roster_store::sealing::{SecretPlace, seal_some};
use roster_store::spin::Pool;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many rows are written by one tick.
const WRITTEN: usize = 1000;

/// For how long nothing is looked for after nothing was found, in milliseconds: only a
/// server without the key writes more.
const RESTING_MS: i64 = 10 * 60 * 1000;

/// When this instance last looked through everything.
static LOOKED: AtomicI64 = AtomicI64::new(0);

/// Does some of what there is to do. Others write between the rounds.
pub(super) async fn behind(pool: &'static Pool, now: Timestamp) -> Result<(), Problem> {
    if now.ms().saturating_sub(LOOKED.load(Ordering::Relaxed)) < RESTING_MS {
        return Ok(());
    }
    let keys = sealing::opening().await?;
    let Some(mark) = keys.mark() else {
        return Ok(());
    };
    let mut written = 0;
    for place in SecretPlace::ALL {
        let purpose = purpose(place);
        let seal = |stored: &str| keys.renew(purpose, stored);
        let mut after = Some(place.first());
        while let Some(from) = after {
            let sql = pool.lend_slice().await?;
            let round = seal_some(&sql, place, &from, &mark, &seal).await?;
            drop(sql);
            written += round.written;
            if written >= WRITTEN {
                return Ok(());
            }
            after = round.next;
        }
    }
    LOOKED.store(now.ms(), Ordering::Relaxed);
    Ok(())
}

/// What secrets of a place are for.
const fn purpose(place: SecretPlace) -> Purpose {
    match place {
        SecretPlace::Hooks => Purpose::Hook,
        SecretPlace::Watchers => Purpose::Watcher,
        SecretPlace::Schedules => Purpose::Schedule,
        SecretPlace::Headers => Purpose::ScheduleHeader,
        SecretPlace::AppKeys => Purpose::AppKey,
        SecretPlace::Connectors => Purpose::Connector,
    }
}
