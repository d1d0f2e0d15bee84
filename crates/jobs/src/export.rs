//! An export: writes profiles into a file, piece by piece.
//!
//! A step reads some thousands of profiles and writes their rows as one piece
//! of the file, together with where it goes on: how far the walk came, and the
//! state of the suspended writer. Pieces put one after the other are the file.

mod request;
mod table;
mod walk;

pub use request::Request;
pub use table::{Table, value_cell};
pub use walk::Walk;

use crate::{Held, Why};
use roster_model::{Invalid, Timestamp};
use roster_sheets::{State as Suspended, Writer};
use roster_store::jobs::{File, Piece, Progress, Role, Step};
use roster_store::{Error, Sql, catalogue, databases};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long a file is kept: 7 days, in milliseconds.
pub const FILE_KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// The number of the file among those of its job.
pub const FILE: i64 = 1;

/// A step ends when it has so many rows, or so many bytes.
const STEP_ROWS: usize = 4000;
const STEP_BYTES: usize = 1024 * 1024;

/// Where an export goes on.
#[derive(Serialize, Deserialize)]
struct At {
    walk: Walk,
    /// The columns that were asked for when it started: fields may come and go.
    columns: Vec<roster_model::export::Column>,
    /// How many bytes the file has.
    size: i64,
    writer: Suspended,
}

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`Why`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut Held<'_>) -> Result<(), Why> {
    let known = catalogue::load(sql, held.job.database).await?;
    let known =
        known.ok_or_else(|| Why::Failed("not_found", "The database is gone.".to_owned()))?;
    let at = match &held.job.progress.at {
        Value::Null => None,
        at => Some(serde_json::from_value::<At>(at.clone()).map_err(lost)?),
    };
    let mut request = Request::parse(&held.job.settings, &known.schema()).map_err(refused)?;
    let mut at = match at {
        Some(at) => {
            request.columns.clone_from(&at.columns);
            at
        }
        None => start(sql, held, &request).await?,
    };
    while held.env.has_time() {
        match step(sql, held, &request, at).await? {
            Some(next) => at = next,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// The place before the first row.
async fn start(sql: &impl Sql, held: &mut Held<'_>, request: &Request) -> Result<At, Why> {
    let walk = Walk::start(sql, held.job.database, request).await?;
    let counts = databases::counters(sql, held.job.database).await?;
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    held.job.progress.total = request.limit.map_or(all, |limit| limit.min(all));
    let names = Table::new(request).names();
    let writer = Writer::begin(&request.options, &names).map_err(unwritable)?;
    let (begun, writer) = writer.suspend().map_err(unwritable)?;
    let at = At {
        walk,
        columns: request.columns.clone(),
        size: begun.len() as i64,
        writer,
    };
    let progress = Progress {
        phase: "writing".to_owned(),
        at: json!(at),
        ..held.job.progress.clone()
    };
    let step = held.step(progress);
    write(sql, held, step, request, 0, begun, at.size).await?;
    Ok(at)
}

/// Writes the next piece; none after the last.
async fn step(
    sql: &impl Sql,
    held: &mut Held<'_>,
    request: &Request,
    at: At,
) -> Result<Option<At>, Why> {
    let begun = (held.env.now)();
    let table = Table::new(request);
    let mut walk = at.walk;
    let mut writer =
        Writer::resume(&request.options, &table.names(), at.writer).map_err(unwritable)?;
    let (mut rows, mut over) = (0, false);
    while rows < STEP_ROWS && writer.ready() < STEP_BYTES {
        let Some(profiles) = walk.next(sql, request).await? else {
            over = true;
            break;
        };
        for profile in &profiles {
            table.write(profile, &mut writer).map_err(unwritable)?;
        }
        rows += profiles.len();
    }
    let mut progress = held.job.progress.clone();
    progress.counts.read += rows as i64;
    progress.counts.unchanged += rows as i64;
    progress.done = progress.done.saturating_add(rows as i64);
    progress.busy_ms += ((held.env.now)().ms() - begun.ms()).max(0);
    if over {
        let piece = writer.finish().map_err(unwritable)?;
        let size = at.size + piece.len() as i64;
        progress.phase = "done".to_owned();
        progress.total = progress.done;
        progress.at = Value::Null;
        let kept_until = (held.env.now)().ms().saturating_add(FILE_KEPT_MS);
        let step = Step {
            expires_at: Some(Timestamp::from_ms(kept_until)),
            ..held.last_step(progress)
        };
        write(sql, held, step, request, at.size, piece, size).await?;
        return Ok(None);
    }
    let (piece, writer) = writer.suspend().map_err(unwritable)?;
    let next = At {
        walk,
        columns: at.columns,
        size: at.size + piece.len() as i64,
        writer,
    };
    progress.at = json!(next);
    let step = held.step(progress);
    write(sql, held, step, request, at.size, piece, next.size).await?;
    Ok(Some(next))
}

/// Writes a step with a piece of the file from its byte `begins` on; `size` is
/// that of the file afterwards.
async fn write(
    sql: &impl Sql,
    held: &mut Held<'_>,
    step: Step,
    request: &Request,
    begins: i64,
    bytes: Vec<u8>,
    size: i64,
) -> Result<(), Error> {
    let file = File {
        file: FILE,
        role: Role::Result,
        name: format!("{}.{}", held.job.name, request.options.extension()),
        size,
        about: json!({ "content_type": request.options.media_type() }),
    };
    let piece = (!bytes.is_empty()).then_some(Piece {
        file: FILE,
        begins,
        bytes,
    });
    held.write(sql, step, &[file], piece).await
}

/// What was asked for no longer fits the database.
fn refused(wrong: Vec<Invalid>) -> Why {
    let wrong: Vec<String> = wrong.iter().map(Invalid::to_string).collect();
    Why::Failed("validation_failed", wrong.join(" "))
}

fn unwritable(error: roster_sheets::Error) -> Why {
    Why::Failed("too_large", error.to_string())
}

fn lost(error: serde_json::Error) -> Why {
    Why::Store(Error::Corrupt(error.to_string()))
}
