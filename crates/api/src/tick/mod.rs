//! `POST /v1/tick`
//!
//! Does a bounded slice of whatever is due. Any scheduler can call it: where
//! Roster runs with `cargo up`, the runner does. A file that a schedule began to
//! fetch is fetched to its end, so a tick may take longer than it was asked to (half
//! an hour at most); everything else is done meanwhile as it becomes due.

mod deliver;
mod index;
mod rotate;
mod schedules;
mod seal;

use crate::segments;
use crate::worker::work_until;
use futures_util::future::join4;
use roster_http::{Call, Problem, Reply, Table, now, route};
use roster_jobs::schedule::LONGEST_MS;
use roster_model::Code;
use roster_model::{Invalid, Timestamp};
use roster_post::wake;
use roster_store::spin::Pool;
use roster_store::{expiry, jobs};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::time::Duration;

/// The routes of this noun.
pub const ROUTES: Table = Table {
    tag: "jobs",
    about: "Work that outlives a request",
    routes: &[tick],
};

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

/// How long to wait for messages while files are being fetched.
const LOOK: Duration = Duration::from_millis(500);

/// How many jobs' files are removed by one tick.
const EXPIRING: i64 = 8;

/// How many old messages, deliveries and the like are forgotten by one tick, of
/// each.
const FORGOTTEN: i64 = 1000;

/// What a tick is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[derive(utoipa::ToSchema)]
pub(crate) struct Tick {
    /// How many seconds it may work: 1 to 60, or 5 if absent. It ends at once
    /// when nothing is left to do.
    seconds: Option<i64>,
}

/// What a tick did.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct TickReport {
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
    /// What is wrong with `secrets_key` and the variables for sending messages: `{pointer,
    /// code, detail}`, where the pointer names the variable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Option<Vec<Invalid>>, nullable = false)]
    wrong_settings: Vec<Invalid>,
}

/// Does due work of every kind for some seconds.
#[route(post, "/v1/tick", JobsRun, id = "tick", body = Option<Tick>, answer = TickReport)]
pub(crate) async fn tick(call: Call) -> Result<Reply, Problem> {
    let asked: Tick = call.json_or_none()?.unwrap_or_default();
    let seconds = asked.seconds.unwrap_or(SECONDS);
    if !(1..=MOST_SECONDS).contains(&seconds) {
        let detail = format!("This must be a number from 1 to {MOST_SECONDS}.");
        return Err(Invalid::new(Code::OutOfRange, detail).at("seconds").into());
    }
    let until = Timestamp::from_ms(call.now.ms().saturating_add(seconds * 1000));
    let refreshing = segments::refresh::begin_due(call.pool, call.now).await;
    // A source may be slow, and so may anyone who gets messages: nobody waits for
    // another, and what one meets does not stop the others.
    let fetching = Cell::new(true);
    let last = Timestamp::from_ms(until.ms().saturating_add(LONGEST_MS));
    // What is begun here is worked on below.
    rotate::due(&call).await?;
    let due = async {
        let begun = schedules::due(call.pool, last).await;
        fetching.set(false);
        begun
    };
    let working = work(call.pool, until, &fetching);
    let sending = send(call.pool, until, &fetching);
    let tidying = tidy(&call);
    let (scheduled, worked, sent, tidied) = join4(due, working, sending, tidying).await;
    refreshing?;
    let mut ticked = worked?;
    ticked.scheduled = scheduled?;
    (ticked.sent, ticked.wrong_settings) = sent?;
    (ticked.woken, ticked.expired) = tidied?;
    Ok(Reply::ok(&ticked))
}

/// Ends suspensions whose time is up and forgets what is old. Gives how many of the
/// former, and how many jobs' files.
async fn tidy(call: &Call) -> Result<(i64, usize), Problem> {
    let sql = call.pool.lend_slice().await?;
    let woken = wake(&sql, now()).await;
    if woken.is_err() {
        // It may be inside a transaction.
        sql.discard();
    }
    let woken = woken?;
    let expired = jobs::expire(&sql, call.now, EXPIRING).await?;
    expiry::expire(&sql, call.now, FORGOTTEN).await?;
    drop(sql);
    seal::behind(call.pool, call.now).await?;
    index::keep(call.pool).await?;
    Ok((woken, expired))
}

/// Sends messages until nothing is left or the time comes, but as long as files
/// are being fetched. Gives how many, and what is wrong with the variables.
async fn send(
    pool: &'static Pool,
    until: Timestamp,
    fetching: &Cell<bool>,
) -> Result<(i64, Vec<Invalid>), Problem> {
    let mut sent = 0;
    loop {
        let turn = Timestamp::from_ms(now().ms().saturating_add(TURN_MS));
        let done = deliver::due(pool, until.max(turn)).await;
        let more = matches!(done, Ok((some, _)) if some > 0);
        match done {
            // A store that is busy is no reason to leave messages for minutes.
            Err(_) if fetching.get() => {}
            Err(problem) => return Err(problem),
            Ok((some, wrong)) => {
                sent += some;
                if !fetching.get() && (!more || now() >= until) {
                    return Ok((sent, wrong));
                }
            }
        }
        if !more {
            spin_sdk::time::sleep(LOOK).await;
        }
    }
}

/// Works on jobs until nothing is left or the time comes, but as long as files
/// are being fetched.
async fn work(
    pool: &'static Pool,
    until: Timestamp,
    fetching: &Cell<bool>,
) -> Result<TickReport, Problem> {
    let mut ticked = TickReport::default();
    loop {
        let due = match jobs::due(pool, now(), ROUND).await {
            Ok(due) => due,
            Err(_) if fetching.get() => {
                spin_sdk::time::sleep(WAIT).await;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        ticked.left = due.left;
        let mut worked = false;
        for (job, _) in due.jobs {
            let turn = Timestamp::from_ms(now().ms().saturating_add(TURN_MS));
            let turn = if fetching.get() {
                turn
            } else {
                turn.min(until)
            };
            match work_until(pool, job, turn).await {
                Ok(true) => {
                    ticked.worked += 1;
                    worked = true;
                }
                Ok(false) => {}
                Err(_) if fetching.get() => {}
                Err(problem) => return Err(problem),
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
