//! Jobs over HTTP: how one is shown, watched, stopped and resumed; the same for
//! every kind.

mod watch;

use crate::call::Call;
use crate::kinds;
use crate::paging::Paging;
use crate::problem::Problem;
use crate::reply::Reply;
use roster_model::{DatabaseId, JobId, Timestamp};
use roster_store::jobs::{self, Counts, Job, Kind, State};
use serde::Serialize;
use serde_json::{Value, json};

pub use watch::{Drive, Form, watch, watch_after};

/// How much a job did.
#[derive(utoipa::ToSchema)]
#[allow(missing_debug_implementations, reason = "describes the store's Counts")]
#[allow(dead_code, reason = "describes the store's Counts")]
pub struct JobCounts {
    /// Rows or profiles that were looked at.
    read: i64,
    /// Profiles that came to be.
    created: i64,
    /// Profiles that changed.
    updated: i64,
    /// Those that were already as asked.
    unchanged: i64,
    /// Those that are gone now.
    deleted: i64,
    /// Those that were left alone, each with a reason in the report.
    skipped: i64,
    /// Those that were refused, each with a reason in the report.
    failed: i64,
    /// Things to know about rows that were applied all the same.
    warnings: i64,
    /// Values, and whole subscriptions, that were left out of those: at least one for each
    /// warning.
    skipped_values: i64,
    /// Confirmations that people were asked for.
    asked: i64,
    /// Who entered a segment that is refreshed; they are among `updated`, as the next.
    #[schema(nullable = false)]
    entered: Option<i64>,
    /// Who left it.
    #[schema(nullable = false)]
    left: Option<i64>,
}

/// A job as it is shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Job)]
pub struct ShownJob {
    /// Its id.
    #[schema(value_type = String)]
    pub id: JobId,
    /// `import`, `update`, `export` or `refresh`.
    #[schema(value_type = String, example = "import")]
    pub kind: &'static str,
    /// Its database.
    #[schema(value_type = String)]
    pub database_id: DatabaseId,
    /// What people call it.
    pub name: String,
    /// `uploading`, `uploaded`, `queued`, `running`, `paused`, `completed`,
    /// `failed` or `cancelled`.
    #[schema(value_type = String, example = "running")]
    pub state: &'static str,
    /// Who started it: the name of the token.
    pub started_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last moved.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When work on it began.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Until when its files and its report are kept.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// What it does at the moment.
    pub phase: String,
    /// What it counted: `read` is the sum of `created`, `updated`, `unchanged`,
    /// `deleted`, `skipped` and `failed`.
    #[schema(value_type = JobCounts)]
    pub counts: Counts,
    /// How much is done, from 0 to 100; `null` while the whole is not known.
    pub percent: Option<f64>,
    /// How many rows a second were done.
    pub rows_per_second: Option<i64>,
    /// How many more seconds of work there are.
    pub seconds_left: Option<i64>,
    /// Why it failed: `{code, detail}`.
    #[schema(value_type = Option<Object>)]
    pub problem: Option<Value>,
    /// What it was asked to do.
    #[schema(value_type = Object)]
    pub settings: Value,
    /// What else there is to show of this kind.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: serde_json::Map<String, Value>,
}

impl From<Job> for ShownJob {
    fn from(job: Job) -> Self {
        let over = job.state.is_over();
        ShownJob {
            id: job.id,
            kind: job.kind.as_str(),
            database_id: job.database,
            name: job.name,
            state: job.state.as_str(),
            started_by: job.actor,
            created_at: job.created_at,
            updated_at: job.updated_at,
            started_at: job.started_at,
            ended_at: job.ended_at,
            expires_at: job.expires_at,
            counts: job.progress.counts,
            percent: if job.state == State::Completed {
                Some(100.0)
            } else {
                job.progress.percent()
            },
            rows_per_second: job.progress.rate(),
            seconds_left: (!over).then(|| job.progress.seconds_left()).flatten(),
            phase: job.progress.phase,
            problem: job.problem,
            settings: job.settings,
            more: serde_json::Map::new(),
        }
    }
}

/// A page of jobs.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = JobPage)]
pub struct Jobs {
    /// The jobs, newest first.
    pub items: Vec<ShownJob>,
    /// The cursor of the next page; `null` after the last.
    pub next: Option<String>,
}

impl Call {
    /// The job of this kind that the path names by `id`.
    ///
    /// # Errors
    /// [`kinds::NOT_FOUND`] if the database has no such job.
    pub async fn job(&self, kind: Kind) -> Result<Job, Problem> {
        let database = self.database()?;
        let id: JobId = self.id("id", kind.as_str())?;
        let sql = self.pool.lend().await?;
        let found = jobs::get(&sql, id).await?;
        found
            .filter(|job| job.database == database && job.kind == kind)
            .ok_or_else(|| Problem::not_found(kind.as_str()))
    }

    /// A page of the database's jobs of this kind, newest first.
    ///
    /// # Errors
    /// Those of paging, and what the store meets.
    pub async fn jobs(&self, kind: Kind) -> Result<Reply, Problem> {
        let database = self.database()?;
        let paging: Paging<i64> = self.paging()?;
        let sql = self.pool.lend().await?;
        let read = async |before: Option<&i64>, rows| {
            jobs::page(&sql, database, kind, before.copied(), rows).await
        };
        let page = paging.read(read, |job| job.id.get(), |job| Ok(ShownJob::from(job)));
        Ok(Reply::ok(&page.await?))
    }

    /// Pauses the job that the path names.
    ///
    /// # Errors
    /// [`kinds::WRONG_STATE`] unless it waits or runs.
    pub async fn pause_job(&self, kind: Kind) -> Result<Reply, Problem> {
        self.turn(kind, &[State::Queued, State::Running], State::Paused, None)
            .await
    }

    /// Lets the job that the path names go on.
    ///
    /// # Errors
    /// [`kinds::WRONG_STATE`] unless it is paused.
    pub async fn resume_job(&self, kind: Kind) -> Result<Reply, Problem> {
        self.turn(kind, &[State::Paused], State::Queued, None).await
    }

    /// Ends the job that the path names; what it has done stays. Its report is
    /// kept until `kept_until`.
    ///
    /// # Errors
    /// [`kinds::WRONG_STATE`] if it is over.
    pub async fn cancel_job(&self, kind: Kind, kept_until: Timestamp) -> Result<Reply, Problem> {
        let open: Vec<State> = State::ALL.into_iter().filter(|s| !s.is_over()).collect();
        self.turn(kind, &open, State::Cancelled, Some(kept_until))
            .await
    }

    /// Removes the files and the report of the job that the path names; the job
    /// itself stays in the list.
    ///
    /// # Errors
    /// [`kinds::WRONG_STATE`] unless it is over.
    pub async fn empty_job(&self, kind: Kind) -> Result<(), Problem> {
        let job = self.job(kind).await?;
        if !job.state.is_over() {
            return Err(wrong_state(&job));
        }
        self.change(async |sql| Ok(jobs::empty(sql, job.id, self.now).await?))
            .await
    }

    /// The query parameter `outcome`: which rows of a job's report are asked for;
    /// those that failed if it is absent.
    ///
    /// # Errors
    /// [`kinds::INVALID_PARAMETER`].
    pub fn reported(&self) -> Result<&'static [&'static str], Problem> {
        match self.query("outcome") {
            None | Some("failed") => Ok(&["failed"]),
            Some("skipped") => Ok(&["skipped"]),
            Some("warning") => Ok(&["warning"]),
            Some("all") => Ok(&["failed", "skipped", "warning"]),
            Some(_) => {
                let allowed = json!(["failed", "skipped", "warning", "all"]);
                let detail = "outcome must be failed, skipped, warning or all.";
                Err(Problem::parameter("outcome", detail).with("allowed", allowed))
            }
        }
    }

    async fn turn(
        &self,
        kind: Kind,
        from: &[State],
        to: State,
        expires_at: Option<Timestamp>,
    ) -> Result<Reply, Problem> {
        let job = self.job(kind).await?;
        self.turn_job(&job, from, to, expires_at).await
    }

    /// Turns a job to another state.
    ///
    /// # Errors
    /// [`kinds::WRONG_STATE`] if it is in none of `from`.
    pub async fn turn_job(
        &self,
        job: &Job,
        from: &[State],
        to: State,
        expires_at: Option<Timestamp>,
    ) -> Result<Reply, Problem> {
        let sql = self.pool.lend().await?;
        let turned = jobs::turn(&sql, job.id, from, to, self.now, expires_at).await?;
        let job = match turned {
            Some(job) => job,
            None => jobs::get(&sql, job.id)
                .await?
                .ok_or_else(|| Problem::not_found(job.kind.as_str()))?,
        };
        drop(sql);
        // Asking for what is so already is no mistake.
        if job.state == to {
            return Ok(Reply::ok(&ShownJob::from(job)));
        }
        Err(wrong_state(&job))
    }
}

/// [`kinds::WRONG_STATE`]: this can't be done to the job as it stands.
pub fn wrong_state(job: &Job) -> Problem {
    let state = job.state.as_str();
    Problem::new(
        kinds::WRONG_STATE,
        format!("This can't be done while the job is {state}."),
    )
    .with("state", state)
}
