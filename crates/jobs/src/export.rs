//! An export: writes profiles into a file, piece by piece.
//!
//! A step reads some thousands of profiles and writes their rows as one piece
//! of the file, together with where it goes on: how far the walk came, and the
//! state of the suspended writer. Pieces put one after the other are the file.

mod request;
mod table;
mod walk;

pub use request::{Request, separator};
pub use table::{Table, value_cell};
pub use walk::{Place, Walk};

use crate::{JobError, LeasedJob};
use roster_model::Code;
use roster_model::export::Column;
use roster_model::{Timestamp, first_pk};
use roster_sheets::{State as Suspended, Writer};
use roster_store::catalogue::{self, Definitions};
use roster_store::jobs::{File, Piece, Progress, Role, Step};
use roster_store::{Error, Sql};
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
struct Checkpoint {
    place: Place,
    /// The columns that were asked for when it started: fields may come and go.
    columns: Vec<Column>,
    /// How many bytes the file has.
    size: i64,
    writer: Suspended,
}

/// Does steps until the job ends or the time is up.
///
/// # Errors
/// [`JobError`] the work stopped.
pub async fn run(sql: &impl Sql, held: &mut LeasedJob<'_>) -> Result<(), JobError> {
    let known = catalogue::load(sql, held.job.database).await?;
    let known = known.ok_or_else(walk::gone)?;
    let at = match &held.job.progress.at {
        Value::Null => None,
        at => Some(serde_json::from_value::<Checkpoint>(at.clone()).map_err(lost)?),
    };
    let body = held.job.settings.clone();
    let request = match &at {
        Some(at) => Request::resume(&body, &at.columns, &known.schema()),
        None => Request::parse(&body, &known.schema()),
    };
    let request = request.map_err(walk::refused)?;
    let mut at = match at {
        Some(at) => at,
        None => start(sql, held, &request, &known).await?,
    };
    let mut walk = Walk::new(&known, &request, &body, at.place);
    while held.env.has_time() {
        match step(sql, held, &request, &known, &mut walk, at).await? {
            Some(next) => at = next,
            None => return Ok(()),
        }
    }
    Ok(())
}

/// The place before the first row.
async fn start(
    sql: &impl Sql,
    held: &mut LeasedJob<'_>,
    request: &Request,
    known: &Definitions,
) -> Result<Checkpoint, JobError> {
    let place = Place::start(sql, held.job.database, request, (held.env.now)()).await?;
    let names = Table::new(request).names();
    let writer = Writer::begin(&request.options, &names).map_err(unwritable)?;
    let (begun, writer) = writer.suspend().map_err(unwritable)?;
    let at = Checkpoint {
        place,
        columns: request.columns.clone(),
        size: begun.len() as i64,
        writer,
    };
    let (done, total) = done(known, &place);
    let progress = Progress {
        phase: "writing".to_owned(),
        done,
        total,
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
    held: &mut LeasedJob<'_>,
    request: &Request,
    known: &Definitions,
    walk: &mut Walk,
    at: Checkpoint,
) -> Result<Option<Checkpoint>, JobError> {
    let begun = (held.env.now)();
    let table = Table::new(request);
    let mut writer =
        Writer::resume(&request.options, &table.names(), at.writer).map_err(unwritable)?;
    let (mut rows, mut over) = (0, false);
    while rows < STEP_ROWS && writer.ready() < STEP_BYTES {
        let Some(profiles) = walk.next(sql).await? else {
            over = true;
            break;
        };
        for profile in &profiles {
            let outlook = walk.outlook();
            table
                .write(profile, outlook, &mut writer)
                .map_err(unwritable)?;
        }
        rows += profiles.len();
    }
    let mut progress = held.job.progress.clone();
    progress.counts.read += rows as i64;
    progress.counts.unchanged += rows as i64;
    progress.busy_ms += ((held.env.now)().ms() - begun.ms()).max(0);
    if over {
        let piece = writer.finish().map_err(unwritable)?;
        let size = at.size + piece.len() as i64;
        progress.phase = "done".to_owned();
        progress.done = progress.total;
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
    (progress.done, progress.total) = done(known, &walk.place());
    let next = Checkpoint {
        place: walk.place(),
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
    held: &mut LeasedJob<'_>,
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

/// How much of the way is done, and how much there is: in keys, which grow with
/// the time of creation, since how many profiles are meant is not known before
/// all have been looked at.
fn done(known: &Definitions, place: &Place) -> (i64, i64) {
    let begin = first_pk(known.database.created_at.ms(), 0);
    let since = |key: i64| key.saturating_sub(begin).max(0);
    (since(place.after), since(place.until).max(1))
}

fn unwritable(error: roster_sheets::Error) -> JobError {
    JobError::Failed(Code::TooLarge, error.to_string())
}

fn lost(error: serde_json::Error) -> JobError {
    JobError::Store(Error::Corrupt(error.to_string()))
}
