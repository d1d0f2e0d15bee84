//! Changes: each is one transaction, and a POST with a key happens once.

use crate::call::Call;
use crate::kinds;
use crate::problem::Problem;
use crate::reply::Reply;
use http::header::{HeaderName, HeaderValue};
use roster_store::catalogue::Author;
use roster_store::idempotency::{self, Answer, Asked, Found};
use roster_store::spin::Spin;

impl Call {
    /// Who history says made a change.
    pub fn author(&self) -> Author<'_> {
        Author {
            actor: &self.caller.actor,
            interface: crate::INTERFACE,
            at: self.now,
        }
    }

    /// Does `work` in one transaction, which an error of it undoes. It may be
    /// long, and no two go on at once in a store: so it takes the connection for
    /// long work.
    ///
    /// # Errors
    /// What `work` gives, and what the store meets.
    pub async fn change<T>(
        &self,
        work: impl AsyncFnOnce(&Spin) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.pool.lend_slice().await?.transaction(work).await
    }

    /// [`Call::change`] for a POST. With an `Idempotency-Key` the answer is kept
    /// in the same transaction, and given again instead of doing the work a
    /// second time; errors are not kept, so what failed may be tried again.
    ///
    /// # Errors
    /// [`kinds::IDEMPOTENCY_MISMATCH`], and as [`Call::change`].
    pub async fn once(
        &self,
        work: impl AsyncFnOnce(&Spin) -> Result<Reply, Problem>,
    ) -> Result<Reply, Problem> {
        let Some(asked) = self.idempotency()? else {
            return self.change(work).await;
        };
        self.change(async |sql| {
            match idempotency::find(sql, &asked, self.now).await? {
                Found::Answer(answer) => return Ok(replayed(answer)),
                Found::Other => return Err(mismatch()),
                Found::Nothing => {}
            }
            let reply = work(sql).await?;
            keep(sql, &asked, &reply, self).await?;
            Ok(reply)
        })
        .await
    }
}

async fn keep(sql: &Spin, asked: &Asked, reply: &Reply, call: &Call) -> Result<(), Problem> {
    let answer = Answer {
        status: reply.status(),
        body: String::from_utf8_lossy(reply.body()).into_owned(),
    };
    Ok(idempotency::keep(sql, asked, &answer, call.now).await?)
}

/// A kept answer, given again; the header `idempotency-replayed` says so.
pub fn replayed(answer: Answer) -> Reply {
    Reply::json_text(answer.status, answer.body).header(
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
