//! Group commit: the writes that wait in one instance are one group
//! ([`crate::write::run`]), and one commit serves them all.

use std::cell::Cell;
use std::rc::Rc;

use roster_model::write::Command;
use spin_sdk::wasip3::wit_bindgen::spawn;

use crate::Error;
use crate::group::Group;
use crate::search::pending;
use crate::spin::Pool;
use crate::write::{Batch, BatchOutcome, run};

/// The writes that wait in one instance.
#[derive(Clone, Default)]
pub struct Writer {
    group: Group<Batch, Result<BatchOutcome, Error>>,
    /// How many were written since it was looked whether search text waits.
    written: Rc<Cell<usize>>,
}

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
        let done = self.group.join(batch, weight, MOST_ITEMS, run);
        let done = done.await;
        self.fold(pool);
        done.unwrap_or_else(|| Err(Error::Database("a group of writes was given up".to_owned())))
    }

    /// Takes search text into the index now and then, while the answer is on its way.
    fn fold(&self, pool: &'static Pool) {
        self.written.set(self.written.get() + 1);
        if self.written.get() < pending::LOOK {
            return;
        }
        self.written.set(0);
        spawn(async move {
            if let Ok(sql) = pool.lend_slice().await {
                // Whatever stood in the way, the next one or the tick does it.
                let _ = pending::fold_if_enough(&sql, pending::LOOK).await;
            }
        });
    }
}

/// What a batch weighs in a group. One that moves what is others' is alone: its statement moves
/// rows from profile to profile once, and not on.
fn weight(batch: &Batch) -> usize {
    let moves = batch.items.iter().flatten().any(Command::moves_profiles);
    match moves {
        true => MOST_ITEMS + 1,
        false => batch.items.len(),
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
