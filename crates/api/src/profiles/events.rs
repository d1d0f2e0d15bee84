//! `GET …/profiles/events`: the history of a database as it is written.
//!
//! A reader who comes again says which entry it had last, and misses nothing: entries
//! get their ids in the order in which they are written.

use std::time::{Duration, Instant};

use bytes::Bytes;
use roster_http::{Call, Problem, Reply, SIGN_OF_LIFE, Source, kinds, query, route};
use roster_model::DatabaseId;
use roster_store::history::{self, Span};
use roster_store::spin::Pool;

use crate::profiles::history::{requested_kind, shown};
use crate::relations::HistorySight;

/// How long to wait between two looks at a database in which nothing happened.
const PAUSE: Duration = Duration::from_secs(1);

/// After how many looks without news a sign of life is sent.
const QUIET: u32 = 10;

/// How long an answer goes on if nothing is said, and at most, in seconds. It ends soon
/// and is asked for again, so that a reader whose token or session is gone learns no more.
const WAIT: u64 = 30;
const MOST_WAIT: u64 = 60;

/// How many entries are read at once, and how many bytes they may have.
const PAGE: i64 = 500;
const PAGE_BYTES: i64 = 256 * 1024;

/// From where on, which changes, and for how long.
#[query]
#[allow(dead_code, reason = "describes what the handler asks a call for")]
pub(crate) struct EventsQuery {
    /// Changes after the one with this id; `0` for all that are kept. If nothing is said,
    /// those from now on.
    #[param(example = "0")]
    after: Option<String>,
    /// Only changes of this kind.
    #[param(example = "profile.updated", schema_with = crate::words::change)]
    kind: Option<String>,
    /// For how many seconds changes are waited for, from 0 to 60; 30 if nothing is said.
    /// With 0 the answer has what there is.
    #[param(example = 0, minimum = 0, maximum = 60)]
    wait: Option<i64>,
}

/// Where a reader goes on.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes what the handler asks a call for")]
pub(crate) struct LastEvent {
    /// The id of the last change that came, as `EventSource` sends it; stronger than `after`.
    #[param(rename = "Last-Event-ID")]
    last_event_id: Option<String>,
}

/// Sends the changes of a database and its profiles as they are made, as server-sent events. Each has
/// the change's kind as its name, its id, and the entry of the history as its data. The answer
/// ends after a while: come again with the last id, and nothing is missed.
#[route(
    get, "/v1/databases/{db}/profiles/events", ProfilesRead, id = "watchProfiles",
    query = EventsQuery,
    headers = LastEvent,
    responses((status = 200, content_type = "text/event-stream", body = String)),
)]
pub(crate) async fn watch(call: Call) -> Result<Reply, Problem> {
    let database = call.database()?;
    call.definitions(database).await?;
    let after = last_event(&call)?.or(after(&call)?);
    let kinds = requested_kind(&call)?.map(str::to_owned);
    let wait = wait(&call)?;
    let sight = HistorySight::of(&call, database).await?;
    let after = match after {
        Some(after) => after,
        None => history::newest(&call.pool.lend().await?, database).await?,
    };
    let news = News {
        pool: call.pool,
        sight,
        database,
        span: Span {
            after,
            until: i64::MAX - 1,
            from: None,
            to: None,
            kinds: kinds.into_iter().collect(),
            fields: Vec::new(),
        },
        end: Instant::now() + wait,
        stop: Instant::now() + Duration::from_secs(MOST_WAIT),
        // Who is cut off before the first change still knows where to go on.
        first: Some(format!("id: {after}\nretry: 1000\n\n")),
        sent: after,
        quiet: 0,
    };
    Ok(Reply::news("text/event-stream", news))
}

/// The changes that are still to come.
struct News {
    pool: &'static Pool,
    sight: HistorySight,
    database: DatabaseId,
    span: Span,
    /// Until when changes are waited for.
    end: Instant,
    /// When it ends although there is more.
    stop: Instant,
    /// What is sent before anything else.
    first: Option<String>,
    /// The last change that the reader knows of.
    sent: i64,
    quiet: u32,
}

impl Source for News {
    const LIVE: bool = true;

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        if let Some(first) = self.first.take() {
            return Ok(Some((Bytes::from(first), self)));
        }
        while Instant::now() < self.stop {
            let (text, more) = self.look().await?;
            if !text.is_empty() {
                self.quiet = 0;
                self.sent = self.span.after;
                return Ok(Some((Bytes::from(text), self)));
            }
            if more {
                continue;
            }
            let left = self.end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            spin_sdk::time::sleep(PAUSE.min(left)).await;
            self.quiet += 1;
            if self.quiet.is_multiple_of(QUIET) {
                return Ok(Some((Bytes::from_static(SIGN_OF_LIFE), self)));
            }
        }
        if self.sent < self.span.after {
            self.sent = self.span.after;
            return Ok(Some((Bytes::from(passed_over(self.sent)), self)));
        }
        Ok(None)
    }
}

impl News {
    /// What was written since the last look, and whether there may be more already.
    async fn look(&mut self) -> Result<(String, bool), Problem> {
        let sql = self.pool.lend().await?;
        let found = history::in_order(&sql, self.database, &self.span, PAGE, PAGE_BYTES).await;
        let mut found = found?;
        let entries = found.entries.iter_mut().map(|(entry, _)| entry);
        self.sight.mask(&sql, entries).await?;
        drop(sql);
        let Some(last) = found.last else {
            return Ok((String::new(), false));
        };
        self.span.after = last;
        let (mut text, mut sent) = (String::new(), 0);
        for (entry, _) in found.entries {
            if !self.sight.shows(&entry) {
                continue;
            }
            let (id, kind) = (entry.id, entry.kind.clone());
            let data = serde_json::to_string(&shown(entry));
            let data = data.map_err(|error| Problem::internal(&error))?;
            text.push_str(&format!("id: {id}\nevent: {kind}\ndata: {data}\n\n"));
            sent = id;
        }
        if !text.is_empty() && sent < last {
            text.push_str(&passed_over(last));
        }
        Ok((text, true))
    }
}

/// An event without data: from this change on a reader goes on, though the ones up to it weren't
/// asked for.
fn passed_over(id: i64) -> String {
    format!("id: {id}\n\n")
}

/// Which change the reader had last, as its header says.
fn last_event(call: &Call) -> Result<Option<i64>, Problem> {
    let Some(value) = call.headers.get("last-event-id") else {
        return Ok(None);
    };
    let id = value.to_str().ok().and_then(entry_id);
    let wrong = "Last-Event-ID must be the id of a change.";
    id.map(Some)
        .ok_or_else(|| Problem::new(kinds::INVALID_HEADER, wrong))
}

fn after(call: &Call) -> Result<Option<i64>, Problem> {
    let Some(text) = call.query("after") else {
        return Ok(None);
    };
    let wrong = "after must be the id of a change, or 0.";
    entry_id(text)
        .map(Some)
        .ok_or_else(|| Problem::parameter("after", wrong))
}

fn entry_id(text: &str) -> Option<i64> {
    text.parse().ok().filter(|id| (0..i64::MAX).contains(id))
}

fn wait(call: &Call) -> Result<Duration, Problem> {
    let Some(text) = call.query("wait") else {
        return Ok(Duration::from_secs(WAIT));
    };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MOST_WAIT);
    seconds.map(Duration::from_secs).ok_or_else(|| {
        let detail = format!("wait must be a whole number of seconds from 0 to {MOST_WAIT}.");
        Problem::parameter("wait", detail)
    })
}
