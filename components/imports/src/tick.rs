//! `POST /v1/tick`
//!
//! Does a bounded slice of whatever is due. Any scheduler can call it: where
//! Roster runs with `cargo up`, the runner does. A file that a schedule began to
//! fetch is fetched to its end, so a tick may take longer than it was asked to;
//! it works on jobs and sends messages meanwhile.

use crate::deliver;
use crate::schedules;
use crate::worker::work_until;
use futures_util::future::join3;
use roster_http::{Call, Problem, Reply, now};
use roster_model::{Invalid, Timestamp};
use roster_post::wake;
use roster_store::spin::Pool;
use roster_store::{expiry, jobs};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::time::Duration;

/// How long a tick works if nobody says, in seconds.
const SECONDS: i64 = 5;

/// How long a tick works at most, in seconds.
const MOST_SECONDS: i64 = 60;

/// How long one job is worked on before the next has its turn, in milliseconds.
const TURN_MS: i64 = 1000;

/// How many jobs are looked at in one round.
const ROUND: i64 = 16;

/// How long to wait for work while files are being fetched.
const WAIT: Duration = Duration::from_millis(100);

/// How many jobs' files are removed by one tick.
const EXPIRING: i64 = 8;

/// How many old messages, deliveries and the like are forgotten by one tick, of
/// each.
const FORGOTTEN: i64 = 1000;

/// What a tick is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Tick {
    /// How many seconds it may work: 1 to 60, or 5 if absent. It ends at once
    /// when nothing is left to do.
    seconds: Option<i64>,
}

/// What a tick did.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Ticked {
    /// How many turns at jobs it took.
    worked: i64,
    /// How many jobs still wait or run.
    left: i64,
    /// How many runs of schedules it began.
    scheduled: i64,
    /// How many jobs' files and reports were removed, because their time is up.
    expired: usize,
    /// How many messages were sent.
    sent: i64,
    /// How many suspensions of subscriptions ended.
    woken: i64,
    /// What is wrong with the variables for sending messages: `{pointer, code,
    /// detail}`, where the pointer names the variable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<Object>>, nullable = false))]
    wrong_settings: Vec<Invalid>,
}

/// Does due work of every kind for some seconds.
#[cfg_attr(feature = "openapi", utoipa::path(
    post, path = "/v1/tick", tag = "jobs", operation_id = "tick",
    request_body = Option<Tick>,
    responses((status = 200, body = Ticked)),
))]
pub(crate) async fn tick(call: Call) -> Result<Reply, Problem> {
    call.only(&[])?;
    let asked: Tick = call.json_or_none()?.unwrap_or_default();
    let seconds = asked.seconds.unwrap_or(SECONDS);
    if !(1..=MOST_SECONDS).contains(&seconds) {
        let detail = format!("This must be a number from 1 to {MOST_SECONDS}.");
        return Err(Invalid::new("out_of_range", detail).at("seconds").into());
    }
    let until = Timestamp::from_ms(call.now.ms().saturating_add(seconds * 1000));
    // A source may be slow; jobs don't wait for it.
    let fetching = Cell::new(true);
    let due = async {
        let done = schedules::due(call.pool).await;
        fetching.set(false);
        done
    };
    let working = work(call.pool, until, &fetching);
    let sending = deliver::due(call.pool, until);
    let (scheduled, worked, sent) = join3(due, working, sending).await;
    let mut ticked = worked?;
    ticked.scheduled = scheduled?.begun;
    (ticked.sent, ticked.wrong_settings) = sent?;
    let sql = call.pool.lend().await?;
    let woken = wake(&sql, now()).await;
    if woken.is_err() {
        // It may be inside a transaction.
        sql.discard();
    }
    ticked.woken = woken?;
    ticked.expired = jobs::expire(&sql, call.now, EXPIRING).await?;
    expiry::expire(&sql, call.now, FORGOTTEN).await?;
    Ok(Reply::ok(&ticked))
}

/// Works on jobs until nothing is left or the time comes, but as long as files
/// are being fetched.
async fn work(
    pool: &'static Pool,
    until: Timestamp,
    fetching: &Cell<bool>,
) -> Result<Ticked, Problem> {
    let mut ticked = Ticked::default();
    loop {
        let due = jobs::due(pool, now(), ROUND).await?;
        ticked.left = due.left;
        let mut worked = false;
        for (job, _) in due.jobs {
            let turn = Timestamp::from_ms(now().ms().saturating_add(TURN_MS));
            let turn = if fetching.get() {
                turn
            } else {
                turn.min(until)
            };
            if work_until(pool, job, turn).await? {
                ticked.worked += 1;
                worked = true;
            }
            if now() >= until && !fetching.get() {
                break;
            }
        }
        if fetching.get() {
            if !worked {
                spin_sdk::time::sleep(WAIT).await;
            }
        } else if !worked || now() >= until {
            return Ok(ticked);
        }
    }
}
