//! What imports look like.

use crate::worker::Worker;
use roster_http::Meaning;
use roster_http::jobs::{Form, ShownJob, watch_after};
use roster_http::{Call, Problem, Reply};
use roster_jobs::import::FileWarning;
use roster_model::{DatabaseId, JobId};
use roster_store::jobs::{self, File, Job};
use serde_json::{Value, json};

/// The answer that shows an import, or where `form` is given tells of its
/// progress until it ends. `warnings` are what is not sure about its file.
pub(crate) async fn shown(
    call: &Call,
    database: DatabaseId,
    id: JobId,
    meaning: Meaning,
    form: Option<Form>,
    warnings: &[FileWarning],
) -> Result<Reply, Problem> {
    let sql = call.pool.lend().await?;
    let job = jobs::get(&sql, id).await?;
    let job = job
        .filter(|job| job.database == database)
        .ok_or_else(|| Problem::not_found("import"))?;
    if let Some(form) = form {
        drop(sql);
        let lines: String = warnings.iter().map(line).collect();
        return Ok(watch_after(lines, call, &job, form, Worker));
    }
    let files = jobs::files(&sql, id).await?;
    let mut shown = with_files(job, &files);
    if !warnings.is_empty() {
        shown.more.insert("warnings".to_owned(), json!(warnings));
    }
    Ok(Reply::ok(&shown).meaning(meaning))
}

/// A warning for a terminal.
fn line(warning: &FileWarning) -> String {
    let mut line = format!("warning: {} {:?}", warning.detail, warning.doubt.sample);
    for other in &warning.doubt.alternatives {
        line.push_str(&format!(", in {} {:?}", other.encoding, other.sample));
    }
    line.push('\n');
    line
}

/// An import with its files.
pub(crate) fn with_files(job: Job, files: &[File]) -> ShownJob {
    let mut shown = ShownJob::from(job);
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            json!({
                "name": file.name,
                "role": file.role.as_str(),
                "size": file.size,
                "about": file.about,
            })
        })
        .collect();
    shown.more.insert("files".to_owned(), files.into());
    shown
}
