//! `GET /v1/databases/{db}/exports/{id}/file`

use crate::exports::name::attachment;
use crate::exports::range::{ByteRange, wanted};
use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use roster_http::jobs::wrong_state;
use roster_http::{Call, Meaning, Problem, Reply, Source, kinds, route};
use roster_jobs::export::FILE;
use roster_model::JobId;
use roster_store::jobs::{self, Job, Kind, State};
use roster_store::spin::Pool;
use serde_json::Value;

/// The file of an export that is whole; a range of it, if one is asked for.
#[route(
    get, "/v1/databases/{db}/exports/{id}/file", ExportsRead, id = "getExportFile",
    headers = crate::exports::openapi::RangeHeaders,
    responses( (status = 200, description = "The file.", content( (String = "text/csv"), (String = "application/jsonl"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/gzip"), )), (status = 206, description = "The range.", content( (String = "text/csv"), (String = "application/jsonl"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (Vec<u8> = "application/gzip"), )), (status = 304, description = "It is the file of `If-None-Match`."), ),
)]
pub(crate) async fn file(call: Call) -> Result<Reply, Problem> {
    let job = call.job(Kind::Export).await?;
    if job.state != State::Completed {
        return Err(wrong_state(&job));
    }
    let sql = call.pool.lend().await?;
    let files = jobs::files(&sql, job.id).await?;
    drop(sql);
    let kept = job.expires_at.is_some_and(|end| end > call.now);
    let file = files.into_iter().find(|file| file.file == FILE && kept);
    let file = file.ok_or_else(|| Problem::not_found("file any more: it was kept for 7 days"))?;
    let size = u64::try_from(file.size).unwrap_or_default();
    let etag = etag(&job);
    let given = |name: HeaderName| call.headers.get(name).and_then(|v| v.to_str().ok());
    let is_this = |tag: &str| tag.trim() == etag || tag.trim() == "*";
    if given(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(is_this)) {
        return Ok(with_etag(
            Reply::new("").meaning(Meaning::NotModified),
            &etag,
        ));
    }
    // A range of another file than the one that was begun is of no use.
    let range = given(header::RANGE)
        .filter(|_| given(header::IF_RANGE).is_none_or(|tag| tag.trim() == etag));
    let (meaning, first, length) = match wanted(range, size) {
        ByteRange::Whole => (Meaning::Ok, 0, size),
        ByteRange::Part(first, last) => (Meaning::Partial, first, last - first + 1),
        ByteRange::Nothing => {
            let problem = Problem::new(
                kinds::RANGE_NOT_SATISFIABLE,
                format!("The file has {size} bytes."),
            );
            return Err(problem.header(header::CONTENT_RANGE, text(format!("bytes */{size}"))));
        }
    };
    let piece = Piece {
        pool: call.pool,
        job: job.id,
        at: first,
        end: first + length,
    };
    let mut reply = Reply::stream("application/octet-stream", piece)
        .meaning(meaning)
        .header(header::CONTENT_LENGTH, HeaderValue::from(length))
        .header(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"))
        .header(header::CONTENT_DISPOSITION, attachment(&file.name));
    if let Some(Value::String(media_type)) = file.about.get("content_type") {
        reply = reply.header(header::CONTENT_TYPE, text(media_type.clone()));
    }
    if meaning == Meaning::Partial {
        let last = first + length - 1;
        let range = format!("bytes {first}-{last}/{size}");
        reply = reply.header(header::CONTENT_RANGE, text(range));
    }
    Ok(with_etag(reply, &etag))
}

/// A file never changes once it is whole; one that is made again ends later.
fn etag(job: &Job) -> String {
    let ended = job.ended_at.map_or(0, |at| at.ms());
    format!("\"{}-{ended:x}\"", job.id)
}

fn with_etag(reply: Reply, etag: &str) -> Reply {
    reply.header(header::ETAG, text(etag.to_owned()))
}

/// A header of our own making, which is visible ASCII.
fn text(value: String) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static(""))
}

/// The bytes that are still to be sent.
struct Piece {
    pool: &'static Pool,
    job: JobId,
    at: u64,
    end: u64,
}

impl Source for Piece {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        if self.at >= self.end {
            return Ok(None);
        }
        let sql = self.pool.lend().await?;
        let at = i64::try_from(self.at).unwrap_or(i64::MAX);
        let chunk = jobs::chunk(&sql, self.job, FILE, at).await?;
        drop(sql);
        let gone = || Problem::internal(&"a file's piece is gone");
        let chunk = chunk.ok_or_else(gone)?;
        let skip = usize::try_from(at - chunk.begins).map_err(|_| gone())?;
        let most = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let mut bytes = Bytes::from(chunk.bytes);
        if skip >= bytes.len() {
            return Err(gone());
        }
        bytes = bytes.slice(skip..);
        bytes.truncate(most);
        self.at += bytes.len() as u64;
        Ok(Some((bytes, self)))
    }
}
