//! The file of an import that grows while its rows are read.

use super::super::{Host, World, import};
use roster_model::JobId;
use roster_model::Timestamp;
use roster_source::SourceError;
use roster_store::jobs::{self, File, Role, State};
use roster_store::schedules::{Run, Schedule, SourcePage, keep_page};
use roster_store::{Error, Sql};
use serde_json::{Value, json};

/// The file, and the import that takes it in.
#[derive(Debug)]
pub(super) struct GrowingFile {
    job: Option<JobId>,
    /// How much of it the import may read.
    size: i64,
    /// How much was written: more where rows are hidden still.
    written: i64,
    /// Whether the import was started.
    started: bool,
}

impl GrowingFile {
    /// The file of a run, as far as it is.
    pub async fn of(sql: &impl Sql, run: &Run) -> Result<Self, Error> {
        let mut file = GrowingFile {
            job: run.job,
            size: 0,
            written: 0,
            started: false,
        };
        if let Some(id) = run.job {
            let files = jobs::files(sql, id).await?;
            let upload = files.iter().find(|file| file.role == Role::Upload);
            file.size = upload.map_or(0, |upload| upload.size);
            file.written = file.size;
            let job = jobs::get(sql, id).await?;
            let waits =
                job.is_some_and(|job| matches!(job.state, State::Uploading | State::Uploaded));
            file.started = !waits;
        }
        Ok(file)
    }

    pub fn job(&self) -> Option<JobId> {
        self.job
    }

    pub fn is_started(&self) -> bool {
        self.started
    }

    pub fn size(&self) -> i64 {
        self.size
    }

    /// Forgets rows that the import hasn't seen.
    pub fn restart(&mut self) {
        self.written = self.size;
    }

    /// Makes the import, if there is none yet; its file is called `name`.
    pub async fn begin<F: Host>(
        &mut self,
        sql: &impl Sql,
        world: &World<'_, F>,
        schedule: &Schedule,
        name: &str,
    ) -> Result<(), Error> {
        if self.job.is_some() {
            return Ok(());
        }
        let job = import::make(sql, schedule, name, (world.now)()).await?;
        let file = File {
            file: 0,
            role: Role::Upload,
            name: name.to_owned(),
            size: 0,
            about: about(true),
        };
        jobs::put_file(sql, job, &file).await?;
        self.job = Some(job);
        Ok(())
    }

    /// Adds rows that the import may read at once; with `last` no more come.
    #[allow(clippy::too_many_arguments, reason = "they are what a page is of")]
    pub async fn keep(
        &mut self,
        sql: &impl Sql,
        run: &Run,
        detail: &Value,
        bytes: Vec<u8>,
        hashes: &[(i64, i64)],
        last: bool,
        until: Timestamp,
    ) -> Result<(), Error> {
        let written = self.written.saturating_add_unsigned(bytes.len() as u64);
        let page = SourcePage {
            until,
            detail,
            job: self.job,
            bytes: (!bytes.is_empty()).then_some((self.written, bytes)),
            size: written,
            about: &about(!last),
            hashes,
        };
        keep_page(sql, run, page).await?;
        (self.size, self.written) = (written, written);
        Ok(())
    }

    /// Adds rows that the import sees when all are there.
    pub async fn keep_hidden(
        &mut self,
        sql: &impl Sql,
        run: &Run,
        detail: &Value,
        bytes: Vec<u8>,
        until: Timestamp,
    ) -> Result<(), Error> {
        let begins = self.written;
        let written = begins.saturating_add_unsigned(bytes.len() as u64);
        let page = SourcePage {
            until,
            detail,
            job: self.job,
            bytes: Some((begins, bytes)),
            size: self.size,
            about: &about(true),
            hashes: &[],
        };
        keep_page(sql, run, page).await?;
        self.written = written;
        Ok(())
    }

    /// Puts the import into the queue, if it has rows and isn't there yet.
    pub async fn start(
        &mut self,
        sql: &impl Sql,
        schedule: &Schedule,
        settings: &Value,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(job) = self.job.filter(|_| !self.started && self.size > 0) else {
            return Ok(());
        };
        import::uploaded(sql, job, now).await?;
        let mut settings = settings.clone();
        if let Some(members) = settings.as_object_mut() {
            members.insert("file".to_owned(), json!({ "format": "json_lines" }));
        }
        import::start(sql, job, schedule, &settings, now).await?;
        self.started = true;
        Ok(())
    }

    /// Ends the file where its source failed: the import takes in what came, and fails then.
    pub async fn fail(
        &mut self,
        sql: &impl Sql,
        run: &Run,
        error: &SourceError,
        until: Timestamp,
    ) -> Result<(), Error> {
        let mut about = about(false);
        if let Some(members) = about.as_object_mut() {
            let why = json!({ "code": error.code, "detail": error.detail });
            members.insert("failed".to_owned(), why);
        }
        let page = SourcePage {
            until,
            detail: &run.detail,
            job: self.job,
            bytes: None,
            size: self.size,
            about: &about,
            hashes: &[],
        };
        keep_page(sql, run, page).await
    }
}

/// What is known of the file: lines of JSON in UTF-8 from the first byte on, and whether more
/// come.
fn about(open: bool) -> Value {
    let mut about = json!({ "probe": { "kind": "text", "plain": 0, "report": false } });
    if let Some(members) = about.as_object_mut()
        && open
    {
        members.insert("open".to_owned(), json!(true));
    }
    about
}
