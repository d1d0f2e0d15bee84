//! Changes: each is one transaction, and one that came with a key happens once.

use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use crate::reply::Reply;
use http::header::{HeaderName, HeaderValue};
use roster_store::catalogue::Author;
use roster_store::idempotency::{self, Answer, KeyLookup, KeyedRequest};
use roster_store::spin::Transaction;
use roster_store::{Error, Sql};
use std::convert::Infallible;

impl Call {
    /// Who history says made a change.
    pub fn author(&self) -> Author<'_> {
        Author {
            actor: &self.caller.actor,
            interface: self.caller.interface(),
            at: self.now,
        }
    }

    /// Does `work` in one transaction, which an error of it undoes, and once more if the
    /// store takes it back. It may be
    /// long, and no two go on at once in a store: so it takes the connection for
    /// long work.
    ///
    /// # Errors
    /// What `work` gives, and what the store meets.
    pub async fn change<T>(
        &self,
        work: impl AsyncFnMut(&Transaction) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.pool.lend_slice().await?.transaction(work).await
    }

    /// Does `work` as [`Call::change`] does, and keeps nothing of it: for a preview that only
    /// the work itself can give.
    ///
    /// # Errors
    /// As [`Call::change`].
    pub async fn rehearse<T>(
        &self,
        mut work: impl AsyncFnMut(&Transaction) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let mut loan = self.pool.lend_slice().await?;
        let end = loan.transaction(async |sql| -> Result<Infallible, Rehearsal<T>> {
            Err(match work(sql).await {
                Ok(done) => Rehearsal::Done(done),
                Err(problem) => Rehearsal::Refused(problem),
            })
        });
        match end.await {
            Ok(never) => match never {},
            Err(Rehearsal::Done(done)) => Ok(done),
            Err(Rehearsal::Refused(problem)) => Err(problem),
        }
    }

    /// [`Call::change`] that answers. With an `Idempotency-Key` the answer is kept
    /// in the same transaction, and given again instead of doing the work a
    /// second time; errors are not kept, so what failed may be tried again.
    ///
    /// # Errors
    /// [`kinds::IDEMPOTENCY_MISMATCH`], and as [`Call::change`].
    pub async fn once(
        &self,
        mut work: impl AsyncFnMut(&Transaction) -> Result<Reply, Problem>,
    ) -> Result<Reply, Problem> {
        let Some(asked) = self.idempotency()? else {
            return self.change(work).await;
        };
        self.change(async |sql| {
            if let Some(reply) = self.found(sql, &asked).await? {
                return Ok(reply);
            }
            let reply = work(sql).await?;
            self.keep(sql, &reply).await?;
            Ok(reply)
        })
        .await
    }

    /// What was answered before, if this request came with a key: for what checks
    /// something, or does a part, before its transaction.
    ///
    /// # Errors
    /// As [`Call::once`].
    pub async fn replay(&self) -> Result<Option<Reply>, Problem> {
        let Some(asked) = self.idempotency()? else {
            return Ok(None);
        };
        let sql = self.pool.lend().await?;
        self.found(&sql, &asked).await
    }

    /// Keeps an answer, if this request came with a key; in the transaction that does
    /// the work, or the last part of it.
    ///
    /// # Errors
    /// What the store meets.
    pub async fn keep(&self, sql: &Transaction, reply: &Reply) -> Result<(), Problem> {
        let Some(asked) = self.idempotency()? else {
            return Ok(());
        };
        let answer = Answer {
            status: reply.status(),
            body: String::from_utf8_lossy(reply.body()).into_owned(),
        };
        Ok(idempotency::keep(sql, &asked, &answer, self.now).await?)
    }

    async fn found(&self, sql: &impl Sql, asked: &KeyedRequest) -> Result<Option<Reply>, Problem> {
        match idempotency::find(sql, asked, self.now).await? {
            KeyLookup::Answer(answer) => Ok(Some(replayed(answer))),
            KeyLookup::Other => Err(mismatch()),
            KeyLookup::Nothing => Ok(None),
        }
    }
}

/// How a rehearsal ended: always so that nothing of it is kept.
enum Rehearsal<T> {
    Done(T),
    Refused(Problem),
}

impl<T> From<Error> for Rehearsal<T> {
    fn from(error: Error) -> Self {
        Rehearsal::Refused(error.into())
    }
}

/// A kept answer, given again; the header `idempotency-replayed` says so.
pub fn replayed(answer: Answer) -> Reply {
    as_replayed(Reply::kept(answer))
}

/// An answer that says that it is given again.
pub fn as_replayed(reply: Reply) -> Reply {
    reply.header(
        HeaderName::from_static("idempotency-replayed"),
        HeaderValue::from_static("true"),
    )
}

/// [`kinds::IDEMPOTENCY_MISMATCH`].
pub fn mismatch() -> Problem {
    Problem::new(
        kinds::IDEMPOTENCY_MISMATCH,
        "Use another Idempotency-Key for another request.",
    )
}
