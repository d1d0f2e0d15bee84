//! Statements that are done within a moment, on the thread that asks for them.

use std::time::Duration;

use rusqlite::ErrorCode;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    MOMENT,
    database::{BUSY_TIMEOUT, OpenConnection},
    statement::{self, Answer, Failure},
};
use crate::bindings::sqlite::Value;

/// Bytes of the parameters of a statement that may be short.
const SMALL: usize = 64 << 10;

/// Bytes of the rows of a short statement that reads.
const FEW: usize = 256 << 10;

/// What came of trying to run a statement at once.
pub enum Outcome {
    /// It is done.
    Done(Answer),
    /// It is to be run on a thread of its own, with the permit to write if it needs one.
    Thread(Option<OwnedSemaphorePermit>),
}

/// Whether parameters leave a chance that their statement is short.
pub fn is_small(parameters: &[Value]) -> bool {
    parameters.iter().map(statement::value_size).sum::<usize>() <= SMALL
}

/// Runs a statement; none if it was given up and nothing came of it: it reads and takes
/// longer than a moment, or somebody else has the lock.
pub fn run(open: &OpenConnection, sql: &str, parameters: &[Value], writes: bool) -> Option<Answer> {
    if open.is_altered() {
        return None;
    }
    // Who has SQLite's lock is waited for on a thread: it may need this one to go on.
    open.sqlite.busy_timeout(Duration::ZERO).ok()?;
    let most = if writes {
        statement::MAX_RESULT_BYTES
    } else {
        open.give_up_after(Some(MOMENT));
        FEW
    };
    let done = statement::collect(&open.sqlite, sql, parameters, most);
    open.give_up_after(None);
    open.sqlite.busy_timeout(BUSY_TIMEOUT).ok()?;
    let again = match &done.outcome {
        // It asked for what is not so here.
        Ok(()) => !writes && open.is_altered(),
        Err(failure) => can_be_begun_again(failure, writes),
    };
    (!again).then_some(done)
}

/// Whether a statement that failed did nothing and may be run once more: it reads, or it
/// did not get the lock. SQLite takes back what a statement did before it found the file
/// locked.
fn can_be_begun_again(failure: &Failure, writes: bool) -> bool {
    match failure {
        Failure::Sqlite(error) => match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => !writes,
            Some(ErrorCode::DatabaseBusy) => true,
            _ => false,
        },
        Failure::Large => !writes,
        Failure::Row(_) => false,
    }
}
