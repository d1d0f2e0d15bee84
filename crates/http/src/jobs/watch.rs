//! Watching a job until it ends: as server-sent events for a page, or as lines
//! of text for a terminal.
//!
//! A request that waits may do the work itself: between two looks it is
//! [`Drive`]n for a moment, and others who work on the job are let work.

use super::ShownJob;
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::scope::Scope;
use crate::stream::{SIGN_OF_LIFE, Source};
use bytes::Bytes;
use roster_model::JobId;
use roster_store::jobs::{self, Job, Kind, State};
use roster_store::spin::Pool;
use serde_json::json;
use std::time::Duration;

/// How long to wait between two looks at a job that somebody else works on.
const PAUSE: Duration = Duration::from_millis(250);

/// After how many looks without news a sign of life is sent.
const QUIET: u32 = 40;

/// Works on a job for a moment; false if there was nothing to do.
pub trait Drive {
    /// Does some steps of the job.
    fn drive(&self, pool: &'static Pool, job: JobId)
    -> impl Future<Output = Result<bool, Problem>>;
}

impl Drive for () {
    async fn drive(&self, _: &'static Pool, _: JobId) -> Result<bool, Problem> {
        Ok(false)
    }
}

/// How progress is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Server-sent events: `progress` with the job as it is shown, and `end`
    /// with the last one.
    Events,
    /// A line of text for each change, and a summary at the end.
    Lines,
}

impl Call {
    /// Tells of the progress of the job that the path names until its end, in the
    /// form that the query parameter `form` asks for. The work is driven only for
    /// callers who have the scope `may_work`: anyone who only looks does no work, or
    /// a token that may read could write.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`](crate::kinds::INVALID_PARAMETER), and not
    /// found.
    pub async fn watch_job(
        &self,
        kind: Kind,
        may_work: Scope,
        drive: impl Drive + 'static,
    ) -> Result<Reply, Problem> {
        let form = match self.query("form") {
            None | Some("events") => Form::Events,
            Some("lines") => Form::Lines,
            Some(_) => {
                let detail = "form must be events or lines.";
                let problem = Problem::parameter("form", detail);
                return Err(problem.with("allowed", json!(["events", "lines"])));
            }
        };
        let job = self.job(kind).await?;
        if self.caller.require(may_work).is_ok() {
            return Ok(watch(self, &job, form, drive));
        }
        Ok(watch(self, &job, form, ()))
    }
}

/// An answer that tells of a job's progress until it ends or is paused.
pub fn watch(call: &Call, job: &Job, form: Form, drive: impl Drive + 'static) -> Reply {
    watch_after(String::new(), call, job, form, drive)
}

/// The same after some lines of text.
pub fn watch_after(
    first: String,
    call: &Call,
    job: &Job,
    form: Form,
    drive: impl Drive + 'static,
) -> Reply {
    let content_type = match form {
        Form::Events => "text/event-stream",
        Form::Lines => "text/plain; charset=utf-8",
    };
    let watch = Watch {
        pool: call.pool,
        job: job.id,
        form,
        drive,
        first,
        last: String::new(),
        quiet: 0,
        over: false,
    };
    Reply::news(content_type, watch)
}

struct Watch<D> {
    pool: &'static Pool,
    job: JobId,
    form: Form,
    drive: D,
    /// What is told before anything else.
    first: String,
    /// What was told last, so that nothing is told twice.
    last: String,
    quiet: u32,
    over: bool,
}

impl<D: Drive + 'static> Source for Watch<D> {
    const LIVE: bool = true;

    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        if self.over {
            return Ok(None);
        }
        if !self.first.is_empty() {
            let first = std::mem::take(&mut self.first);
            return Ok(Some((Bytes::from(first), self)));
        }
        loop {
            let sql = self.pool.lend().await?;
            let job = jobs::get(&sql, self.job).await?;
            drop(sql);
            let Some(job) = job else {
                return Ok(None);
            };
            self.over = job.state.is_over() || (job.state == State::Paused);
            let waits = matches!(job.state, State::Queued | State::Running);
            let told = tell(job, self.form, self.over)?;
            if told != self.last || self.over {
                self.last.clone_from(&told);
                self.quiet = 0;
                return Ok(Some((Bytes::from(told), self)));
            }
            self.quiet += 1;
            if self.quiet.is_multiple_of(QUIET) && self.form == Form::Events {
                return Ok(Some((Bytes::from_static(SIGN_OF_LIFE), self)));
            }
            // A locked store is no reason to stop watching.
            let worked = waits && self.drive.drive(self.pool, self.job).await.unwrap_or(false);
            if !worked {
                spin_sdk::time::sleep(PAUSE).await;
            }
        }
    }
}

fn tell(job: Job, form: Form, over: bool) -> Result<String, Problem> {
    match form {
        Form::Events => {
            let event = if over { "end" } else { "progress" };
            let data = serde_json::to_string(&ShownJob::from(job));
            let data = data.map_err(|error| Problem::internal(&error))?;
            Ok(format!("event: {event}\ndata: {data}\n\n"))
        }
        Form::Lines => Ok(line(&job, over)),
    }
}

/// One line of progress, or the summary.
fn line(job: &Job, over: bool) -> String {
    let counts = job.progress.counts;
    let mut text = format!("{:>9}", job.state.as_str());
    match job.progress.percent() {
        Some(percent) if !over => text.push_str(&format!(" {percent:>5.1} %")),
        _ if over => text.push(':'),
        _ => text.push_str("       "),
    }
    text.push_str(&format!(
        "  {} read, {} created, {} updated, {} unchanged, {} skipped, {} failed",
        counts.read,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed
    ));
    if counts.deleted > 0 {
        text.push_str(&format!(", {} deleted", counts.deleted));
    }
    if let (Some(rate), false) = (job.progress.rate(), over) {
        text.push_str(&format!(", {rate} rows/s"));
    }
    if let (Some(left), false) = (job.progress.seconds_left(), over) {
        text.push_str(&format!(", {left} s left"));
    }
    text.push('\n');
    if over {
        if let Some(detail) = job
            .problem
            .as_ref()
            .and_then(|problem| problem.get("detail")?.as_str())
        {
            text.push_str(&format!("{detail}\n"));
        }
        if counts.failed + counts.skipped + counts.warnings > 0 {
            let (database, id) = (job.database, job.id);
            let kind = job.kind.as_str();
            text.push_str(&format!(
                "The reasons: /v1/databases/{database}/{kind}s/{id}/failed.csv?outcome=all\n"
            ));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use roster_model::{DatabaseId, Timestamp};
    use roster_store::jobs::Progress;

    fn job(state: State) -> Job {
        let at = Timestamp::from_ms(0);
        let mut progress = Progress {
            done: 1,
            total: 4,
            busy_ms: 1000,
            ..Progress::default()
        };
        progress.counts.read = 3;
        progress.counts.created = 2;
        progress.counts.failed = 1;
        Job {
            id: JobId::new(7).unwrap(),
            kind: Kind::Import,
            database: DatabaseId::new(1).unwrap(),
            state,
            name: "people.csv".to_owned(),
            actor: "admin".to_owned(),
            speaks_for_all: true,
            interface: "api".to_owned(),
            created_at: at,
            updated_at: at,
            started_at: Some(at),
            ended_at: None,
            expires_at: None,
            settings: json!({}),
            progress,
            problem: None,
            step: 1,
            leased_until: at,
        }
    }

    #[test]
    fn a_terminal_gets_lines_and_a_summary() {
        assert_eq!(
            tell(job(State::Running), Form::Lines, false).unwrap(),
            "  running  25.0 %  3 read, 2 created, 0 updated, 0 unchanged, 0 skipped, 1 failed, 3 rows/s, 3 s left\n"
        );
        assert_eq!(
            tell(job(State::Completed), Form::Lines, true).unwrap(),
            "completed:  3 read, 2 created, 0 updated, 0 unchanged, 0 skipped, 1 failed\n\
             The reasons: /v1/databases/1/imports/7/failed.csv?outcome=all\n"
        );
    }

    #[test]
    fn a_page_gets_events() {
        let told = tell(job(State::Running), Form::Events, false).unwrap();
        let data = told.strip_prefix("event: progress\ndata: ").unwrap();
        let shown: serde_json::Value = serde_json::from_str(data.trim()).unwrap();
        assert_eq!(shown["percent"], 25.0);
        assert_eq!(shown["counts"]["created"], 2);
    }
}
