//! Group commit: the writes that wait in one instance are one group
//! ([`crate::write::run`]), and one commit serves them all.

use crate::Error;
use crate::group::Group;
use crate::spin::Pool;
use crate::write::{Batch, BatchOutcome, run};

/// The writes that wait in one instance.
#[derive(Clone, Default)]
pub struct Writer(Group<Batch, Result<BatchOutcome, Error>>);

/// A group takes no further batches when it has this many items: it would hold
/// the write lock, and the answers of its first ones, for too long.
const MOST_ITEMS: usize = 1000;

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Writes a batch, together with others that wait.
    ///
    /// # Errors
    /// As [`run`]; [`crate::Guard::Catalogue`] asks for preparing again.
    pub async fn write(&self, pool: &'static Pool, batch: Batch) -> Result<BatchOutcome, Error> {
        let run = async move |batches: Vec<Batch>| write_group(pool, &batches).await;
        let done = self
            .0
            .join(batch, |batch| batch.items.len(), MOST_ITEMS, run);
        done.await
            .unwrap_or_else(|| Err(Error::Database("a group of writes was given up".to_owned())))
    }
}

async fn write_group(pool: &Pool, batches: &[Batch]) -> Vec<Result<BatchOutcome, Error>> {
    let loan = match pool.lend().await {
        Ok(loan) => loan,
        Err(error) => return batches.iter().map(|_| Err(error.clone())).collect(),
    };
    let batches: Vec<&Batch> = batches.iter().collect();
    let done = run(&loan, &batches).await;
    if done.iter().any(Result::is_err) {
        // Whatever state it left the connection in, nobody shall meet it.
        loan.discard();
    }
    done
}
