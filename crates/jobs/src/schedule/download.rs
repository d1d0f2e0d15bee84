//! Taking a fetched file into the store, piece by piece, as an import that
//! waits to be started.

use super::fetch::{Answer, Body, Fetch, SourceResponse, find, name, within};
use super::secrets::SourceWithSecrets;
use super::{Host, World, import};
use crate::import::UploadWriter;
use roster_model::Code;
use roster_model::schedule::FileSource;
use roster_model::{JobId, Timestamp};
use roster_source::SourceError;
use roster_store::jobs;
use roster_store::schedules::{self, Run, Schedule};
use roster_store::{Error, Sql};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use url::Url;

/// The largest file that is fetched: 2 GiB.
const MOST_BYTES: i64 = 2 << 30;

/// How long a source may take until it begins to answer, wherever it sends us, in
/// milliseconds; less than a try counts as lost after.
const ASKING_MS: u64 = 60_000;

/// How long a source may pause between two pieces, in milliseconds.
const QUIET_MS: u64 = 30_000;

/// How long a file may take as a whole, in milliseconds: a quarter of an hour.
pub const LONGEST_MS: i64 = 15 * 60 * 1000;

/// How long the lease on a try holds, in milliseconds: then it counts as lost.
pub(super) const LEASE_MS: i64 = 120_000;

/// How often the lease is renewed, in milliseconds.
const RENEWED_MS: i64 = 20_000;

/// Why fetching ended without a file.
#[derive(Debug)]
pub(super) enum FetchError {
    /// The source could not be fetched from.
    Source(SourceError),
    /// Somebody else has the run by now.
    Lost,
    /// The store can't go on.
    Store(Error),
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        FetchError::Store(error)
    }
}

impl From<SourceError> for FetchError {
    fn from(error: SourceError) -> Self {
        FetchError::Source(error)
    }
}

/// What fetching gave.
#[derive(Debug)]
pub(super) enum FetchOutcome {
    /// What the source has was imported before.
    Unchanged,
    /// A file, in an import that waits to be started.
    File {
        job: JobId,
        name: String,
        bytes: i64,
        /// What to compare with the next time: `{etag, last_modified, hash}`.
        seen: Value,
    },
}

/// Fetches a schedule's file.
pub(super) async fn download<F: Host>(
    sql: &impl Sql,
    world: &World<'_, F>,
    schedule: &Schedule,
    source: &FileSource,
    run: &Run,
) -> Result<FetchOutcome, FetchError> {
    let settings = &schedule.settings;
    let before = settings.skip_unchanged.then_some(&schedule.seen);
    let asked = SourceWithSecrets::of(source, schedule.secret.as_ref(), world.keys)?;
    let found = find(world.fetch, world.hosts, &asked, before);
    let found = within(world.fetch, ASKING_MS, found).await;
    let found = found.ok_or_else(|| {
        let seconds = ASKING_MS / 1000;
        SourceError::temporary(
            Code::TooSlow,
            format!("The source did not answer within {seconds} s."),
        )
    })?;
    let (answer, url) = match found? {
        SourceResponse::File(answer, url) => (answer, url),
        SourceResponse::Unchanged => return Ok(FetchOutcome::Unchanged),
    };
    let job = import::make(sql, schedule, &name(&url), (world.now)()).await?;
    let taken = match take(sql, world, run, job, &url, answer).await {
        Ok(taken) => taken,
        Err(ended) => {
            // If the store can't be written now, it goes when it expires.
            let _ = jobs::forget(sql, job).await;
            return Err(ended);
        }
    };
    let hash = |seen: &Value| seen.get("hash").and_then(Value::as_str).map(str::to_owned);
    if before.is_some_and(|before| hash(before).is_some() && hash(before) == hash(&taken.seen)) {
        jobs::forget(sql, job).await?;
        return Ok(FetchOutcome::Unchanged);
    }
    import::uploaded(sql, job, (world.now)()).await?;
    Ok(FetchOutcome::File {
        job,
        name: name(&url),
        bytes: taken.bytes,
        seen: taken.seen,
    })
}

/// A file that was taken in.
struct ReceivedFile {
    bytes: i64,
    seen: Value,
}

async fn take<F: Fetch>(
    sql: &impl Sql,
    world: &World<'_, F>,
    run: &Run,
    job: JobId,
    url: &Url,
    mut answer: Answer<F::Body>,
) -> Result<ReceivedFile, FetchError> {
    let announced = answer.header("content-length");
    let announced: Option<i64> = announced.and_then(|text| text.parse().ok());
    let too_large = || {
        let detail = format!("The file is larger than {MOST_BYTES} bytes.");
        FetchError::from(SourceError::permanent(Code::TooLarge, detail))
    };
    if announced.is_some_and(|bytes| bytes > MOST_BYTES) {
        return Err(too_large());
    }
    let mut file = UploadWriter::new(sql, job, 0);
    let mut sum = Sha256::new();
    let began = (world.now)();
    let mut heard = began;
    loop {
        let piece = within(world.fetch, QUIET_MS, answer.body.next()).await;
        let piece = piece.ok_or_else(|| {
            let seconds = QUIET_MS / 1000;
            SourceError::temporary(
                Code::TooSlow,
                format!("The source paused for more than {seconds} s."),
            )
        })?;
        let piece = piece.map_err(|why| SourceError::temporary(Code::BrokenOff, why))?;
        let Some(piece) = piece else { break };
        sum.update(&piece);
        file.take(&piece).await?;
        if file.bytes() > MOST_BYTES {
            return Err(too_large());
        }
        let now = (world.now)();
        if now.ms() - began.ms() > LONGEST_MS {
            let minutes = LONGEST_MS / 60_000;
            let detail = format!("The file did not come within {minutes} minutes.");
            return Err(SourceError::temporary(Code::TooSlow, detail).into());
        }
        if now.ms() - heard.ms() >= RENEWED_MS {
            if !schedules::hold(sql, run, later(now, LEASE_MS)).await? {
                return Err(FetchError::Lost);
            }
            heard = now;
        }
    }
    let bytes = file.bytes();
    if announced.is_some_and(|announced| announced != bytes) {
        let detail = "The file ended before its end: fewer bytes came than were announced.";
        return Err(SourceError::temporary(Code::BrokenOff, detail).into());
    }
    if file.end(&name(url)).await? == 0 {
        return Err(SourceError::temporary(Code::EmptyFile, "The file is empty.").into());
    }
    let mut hash = String::with_capacity(64);
    for byte in sum.finalize() {
        // Writing to a text can't fail.
        let _ = write!(hash, "{byte:02x}");
    }
    let mut seen = Map::from_iter([("hash".to_owned(), Value::from(hash))]);
    for (header, name) in [("etag", "etag"), ("last-modified", "last_modified")] {
        if let Some(value) = answer.header(header) {
            seen.insert(name.to_owned(), Value::from(value));
        }
    }
    Ok(ReceivedFile {
        bytes,
        seen: Value::Object(seen),
    })
}

pub(super) fn later(at: Timestamp, ms: i64) -> Timestamp {
    Timestamp::from_ms(at.ms().saturating_add(ms))
}
