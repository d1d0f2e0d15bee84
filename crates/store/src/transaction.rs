//! Transactions that are done again as a whole.
//!
//! Whatever a transaction met before its end was asked for, nothing of it was kept: so
//! where that was no fault of its own, it is begun again. Only an end that broke off
//! ([`Error::Lost`]) may have been its end, and then nobody does anything again.

use std::cell::Cell as Flag;
use std::future::Future;
use std::time::{Duration, Instant};

use crate::{Cell, Error, Row, Sql};

/// How often a transaction is begun at most. Each beginning is itself tried for a while.
const TIMES: u32 = 4;

/// How old a request for one may be when it is begun again. One that takes long is
/// asked for again by those who want it, or each time would take as long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Does `work` in a transaction that has the write lock from its start: all of it is
/// kept when it gives `Ok`, none of it otherwise. `taken_back` says of an error of
/// `work` whether the store took the transaction back.
///
/// # Errors
/// What `work` gives, or what beginning and committing met.
pub async fn whole<T, E: From<Error>>(
    sql: &impl Sql,
    mut work: impl AsyncFnMut() -> Result<T, E>,
    taken_back: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let since = Instant::now();
    let mut left = TIMES;
    loop {
        left -= 1;
        sql.query("BEGIN IMMEDIATE", vec![]).await?;
        match work().await {
            Ok(done) => match sql.query("COMMIT", vec![]).await {
                Ok(_) => return Ok(done),
                Err(Error::Busy | Error::Closed(_)) if left > 0 && since.elapsed() < PATIENCE => {}
                Err(error) => return Err(error.into()),
            },
            Err(error) => {
                // The caller gets what went wrong; a failed rollback would only hide it.
                let _ = sql.query("ROLLBACK", vec![]).await;
                if left == 0 || since.elapsed() >= PATIENCE || !taken_back(&error) {
                    return Err(error);
                }
            }
        }
    }
}

/// Whether a statement that met this was not done, or not for good inside a transaction
/// that wasn't committed, through no fault of its own.
pub(crate) fn is_taken_back(error: &Error) -> bool {
    matches!(error, Error::Busy | Error::Closed(_) | Error::Lost(_))
}

/// A connection that remembers whether the store took back what it was doing.
#[derive(Debug)]
pub struct TrackedConnection<C> {
    connection: C,
    taken_back: Flag<bool>,
}

impl<C> TrackedConnection<C> {
    /// One that has seen nothing yet.
    pub fn new(connection: C) -> Self {
        Self {
            connection,
            taken_back: Flag::new(false),
        }
    }

    /// Whether the store took something back since this was asked last.
    pub fn was_taken_back(&self) -> bool {
        self.taken_back.take()
    }

    /// The connection itself.
    pub fn inner(&self) -> &C {
        &self.connection
    }

    /// The connection itself, for others.
    pub fn into_inner(self) -> C {
        self.connection
    }
}

impl<C: Sql> Sql for TrackedConnection<C> {
    async fn query(&self, statement: &str, parameters: Vec<Cell>) -> Result<Vec<Row>, Error> {
        let answer = self.connection.query(statement, parameters).await;
        if answer.as_ref().is_err_and(is_taken_back) {
            self.taken_back.set(true);
        }
        answer
    }
}

/// An answer, or [`Error::Lost`] when the time is up first.
pub async fn within<T>(
    time: impl Future<Output = ()>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let (mut time, mut work) = (std::pin::pin!(time), std::pin::pin!(work));
    std::future::poll_fn(|context| {
        use std::task::Poll::{Pending, Ready};
        if let Ready(answer) = work.as_mut().poll(context) {
            return Ready(answer);
        }
        match time.as_mut().poll(context) {
            Ready(()) => Ready(Err(Error::Lost("no answer in time".to_owned()))),
            Pending => Pending,
        }
    })
    .await
}
