//! A job whose lease one worker holds, and how its steps are written.

use crate::Env;
use roster_model::Code;
use roster_model::Timestamp;
use roster_store::jobs::{self, File, Job, KEPT_MS, LEASE_MS, Piece, Progress, State, Step};
use roster_store::{Error, Sql};
use serde_json::json;

/// Why work on a job stops before its end.
#[derive(Debug)]
pub enum JobError {
    /// The store can't go on now; the job goes on later.
    Store(Error),
    /// The job can never go on: a stable code, and a sentence for people.
    Failed(Code, String),
}

impl From<Error> for JobError {
    fn from(error: Error) -> Self {
        JobError::Store(error)
    }
}

/// A job that this worker holds.
#[derive(Debug)]
pub struct LeasedJob<'a> {
    /// The job, with the progress of its last step.
    pub job: Job,
    /// What the work depends on.
    pub env: &'a Env<'a>,
}

impl<'a> LeasedJob<'a> {
    /// A job whose lease was just taken.
    #[must_use]
    pub fn new(job: Job, env: &'a Env<'a>) -> Self {
        LeasedJob { job, env }
    }

    /// The next step, which leaves the job running with this progress.
    #[must_use]
    pub fn step(&self, progress: Progress) -> Step {
        Step {
            job: self.job.id,
            holder: self.env.holder.clone(),
            step: self.job.step,
            state: State::Running,
            progress,
            problem: None,
            leased_until: Timestamp::from_ms((self.env.now)().ms().saturating_add(LEASE_MS)),
            expires_at: None,
            results: Vec::new(),
            failures: Vec::new(),
            members: Vec::new(),
        }
    }

    /// The last step, which ends the job as completed.
    #[must_use]
    pub fn last_step(&self, progress: Progress) -> Step {
        Step {
            state: State::Completed,
            expires_at: Some(self.kept_until()),
            ..self.step(progress)
        }
    }

    /// Until when files and report are kept if the job ends now.
    #[must_use]
    pub fn kept_until(&self) -> Timestamp {
        Timestamp::from_ms((self.env.now)().ms().saturating_add(KEPT_MS))
    }

    /// Notes that a step was written, by this worker or with a batch of writes.
    pub fn written(&mut self, state: State, progress: Progress) {
        self.job.step += 1;
        self.job.state = state;
        self.job.progress = progress;
    }

    /// Writes a step that changes no profiles.
    ///
    /// # Errors
    /// As [`jobs::step`].
    pub async fn write(
        &mut self,
        sql: &impl Sql,
        step: Step,
        files: &[File],
        piece: Option<Piece>,
    ) -> Result<(), Error> {
        jobs::step(sql, &step, (self.env.now)(), files, piece).await?;
        self.written(step.state, step.progress);
        Ok(())
    }

    /// Ends the job as failed.
    ///
    /// # Errors
    /// As [`jobs::step`].
    pub async fn fail(&mut self, sql: &impl Sql, code: Code, detail: &str) -> Result<(), Error> {
        let step = Step {
            state: State::Failed,
            problem: Some(json!({ "code": code, "detail": detail })),
            ..self.last_step(self.job.progress.clone())
        };
        self.write(sql, step, &[], None).await
    }
}
