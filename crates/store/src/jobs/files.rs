//! The files of jobs: what was uploaded, what was unpacked, what was made.
//! Their bytes lie in pieces, so that nobody holds a file whole.

use roster_model::{DatabaseId, JobId, Timestamp};
use serde_json::{Value, json};

use crate::packed::corrupt;
use crate::{Cell, Error, Sql};

/// What a file is to its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// As it came.
    Upload,
    /// Plain text in UTF-8, unpacked from an upload.
    Source,
    /// Made by the job, to be fetched.
    Result,
}

impl Role {
    /// The name, as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Source => "source",
            Self::Result => "result",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let all = [Self::Upload, Self::Source, Self::Result];
        all.into_iter().find(|role| role.as_str() == text)
    }
}

/// A file of a job.
#[derive(Clone, Debug)]
pub struct File {
    /// Its number within the job.
    pub file: i64,
    /// What it is to the job.
    pub role: Role,
    /// Its name; no path.
    pub name: String,
    /// How many bytes it has.
    pub size: i64,
    /// What else is known of it; its shape is the job's.
    pub about: Value,
}

impl File {
    pub(super) fn to_row(&self) -> Value {
        json!([
            self.file,
            self.role.as_str(),
            self.name,
            self.size,
            self.about.to_string()
        ])
    }
}

/// A piece of a file that is to be written.
#[derive(Debug)]
pub struct Piece {
    /// The file's number.
    pub file: i64,
    /// The place of its first byte.
    pub begins: i64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A piece of a file as it was read.
#[derive(Debug)]
pub struct Chunk {
    /// The place of its first byte.
    pub begins: i64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Writes what is known of a file.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put_file(sql: &impl Sql, job: JobId, file: &File) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Integer(file.file),
        Cell::from(file.role.as_str()),
        Cell::from(file.name.as_str()),
        Cell::Integer(file.size),
        Cell::Text(file.about.to_string()),
    ];
    sql.query(include_str!("../sql/jobs/put_file.sql"), parameters)
        .await?;
    Ok(())
}

/// The files of a job, by number.
///
/// # Errors
/// As [`Sql::query`].
pub async fn files(sql: &impl Sql, job: JobId) -> Result<Vec<File>, Error> {
    let parameters = vec![Cell::Integer(job.get())];
    let mut rows = sql
        .query(include_str!("../sql/jobs/files.sql"), parameters)
        .await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    let packed: Vec<(i64, String, String, i64, Value)> =
        serde_json::from_str(&row.text(0)?).map_err(corrupt)?;
    packed
        .into_iter()
        .map(|(file, role, name, size, about)| {
            Ok(File {
                file,
                role: Role::parse(&role).ok_or_else(|| corrupt("a file's role"))?,
                name,
                size,
                about,
            })
        })
        .collect()
}

/// Adds a piece to a file of a job that is still uploading; pieces don't
/// overlap and leave no gaps.
///
/// # Errors
/// As [`Sql::query`].
pub async fn put_chunk(sql: &impl Sql, job: JobId, piece: Piece) -> Result<(), Error> {
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Integer(piece.file),
        Cell::Integer(piece.begins),
        Cell::Blob(piece.bytes),
    ];
    sql.query(include_str!("../sql/jobs/put_chunk.sql"), parameters)
        .await?;
    Ok(())
}

/// The piece of a file in which the byte `at` lies; none behind its end.
///
/// # Errors
/// As [`Sql::query`].
pub async fn chunk(sql: &impl Sql, job: JobId, file: i64, at: i64) -> Result<Option<Chunk>, Error> {
    let parameters = vec![
        Cell::Integer(job.get()),
        Cell::Integer(file),
        Cell::Integer(at),
    ];
    let mut rows = sql
        .query(include_str!("../sql/jobs/chunk.sql"), parameters)
        .await?;
    let Some(row) = rows.first_mut() else {
        return Ok(None);
    };
    let chunk = Chunk {
        begins: row.integer(0)?,
        bytes: row.blob(1)?,
    };
    let ends = chunk
        .begins
        .saturating_add_unsigned(chunk.bytes.len() as u64);
    Ok((at < ends).then_some(chunk))
}

/// Removes files and reports that are no longer kept, of at most `limit` jobs;
/// the jobs themselves stay. How many jobs that were.
///
/// # Errors
/// As [`Sql::query`].
pub async fn expire(sql: &impl Sql, at: Timestamp, limit: i64) -> Result<usize, Error> {
    let parameters = vec![Cell::Integer(at.ms()), Cell::Integer(limit)];
    let jobs = ids(sql, include_str!("../sql/jobs/expired.sql"), parameters).await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    clear(sql, &jobs).await?;
    let parameters = vec![Cell::Text(crate::json(&jobs)?), Cell::Integer(at.ms())];
    sql.query(include_str!("../sql/jobs/emptied.sql"), parameters)
        .await?;
    Ok(jobs.len())
}

/// Removes the files and the report of one job that is over.
///
/// # Errors
/// As [`Sql::query`].
pub async fn empty(sql: &impl Sql, job: JobId, at: Timestamp) -> Result<(), Error> {
    let jobs = [job.get()];
    clear(sql, &jobs).await?;
    let parameters = vec![Cell::Text(crate::json(&jobs)?), Cell::Integer(at.ms())];
    sql.query(include_str!("../sql/jobs/emptied.sql"), parameters)
        .await?;
    Ok(())
}

/// Removes a job that was never started, as if it had not been.
///
/// # Errors
/// As [`Sql::query`].
pub async fn forget(sql: &impl Sql, job: JobId) -> Result<(), Error> {
    let jobs = [job.get()];
    clear(sql, &jobs).await?;
    let parameters = vec![Cell::Text(crate::json(&jobs)?)];
    sql.query(include_str!("../sql/jobs/delete.sql"), parameters)
        .await?;
    Ok(())
}

/// Removes all jobs of a database that goes, in the transaction of that.
///
/// # Errors
/// As [`Sql::query`].
pub async fn delete_of_database(sql: &impl Sql, database: DatabaseId) -> Result<(), Error> {
    let parameters = vec![Cell::Integer(database.get())];
    let jobs = ids(sql, include_str!("../sql/jobs/of_database.sql"), parameters).await?;
    if jobs.is_empty() {
        return Ok(());
    }
    clear(sql, &jobs).await?;
    let parameters = vec![Cell::Text(crate::json(&jobs)?)];
    sql.query(include_str!("../sql/jobs/delete.sql"), parameters)
        .await?;
    Ok(())
}

/// Removes what a run of a job left beside its uploads: its report, and what was unpacked.
pub(super) async fn forget_run(sql: &impl Sql, job: JobId) -> Result<(), Error> {
    for statement in [
        include_str!("../sql/jobs/delete_source_chunks.sql"),
        include_str!("../sql/jobs/delete_sources.sql"),
        include_str!("../sql/jobs/as_uploaded.sql"),
    ] {
        sql.query(statement, vec![Cell::Integer(job.get())]).await?;
    }
    let jobs = crate::json(&[job.get()])?;
    for statement in [
        include_str!("../sql/jobs/delete_failures.sql"),
        include_str!("../sql/jobs/delete_results.sql"),
    ] {
        sql.query(statement, vec![Cell::from(jobs.as_str())])
            .await?;
    }
    Ok(())
}

async fn ids(sql: &impl Sql, statement: &str, parameters: Vec<Cell>) -> Result<Vec<i64>, Error> {
    let mut rows = sql.query(statement, parameters).await?;
    let row = rows.first_mut().ok_or_else(|| corrupt("no answer"))?;
    serde_json::from_str(&row.text(0)?).map_err(corrupt)
}

async fn clear(sql: &impl Sql, jobs: &[i64]) -> Result<(), Error> {
    let jobs = crate::json(jobs)?;
    for statement in [
        include_str!("../sql/jobs/delete_chunks.sql"),
        include_str!("../sql/jobs/delete_files.sql"),
        include_str!("../sql/jobs/delete_failures.sql"),
        include_str!("../sql/jobs/delete_results.sql"),
        include_str!("../sql/jobs/delete_undone.sql"),
    ] {
        sql.query(statement, vec![Cell::from(jobs.as_str())])
            .await?;
    }
    Ok(())
}
