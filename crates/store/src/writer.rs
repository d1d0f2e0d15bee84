//! Group commit: requests that wait in one instance at the same moment are
//! written together.
//!
//! A commit costs much more than what it commits, and a statement's way to the
//! host and back more than most of what it does. So the first request that
//! comes starts a task that takes all jobs that wait, runs them as one group
//! ([`crate::write::run`]), hands each its result, and goes on until none are
//! left. Alone, a request is a group of one at the same cost as before.

use std::cell::RefCell;
use std::rc::Rc;

use spin_sdk::wasip3::wit_bindgen::{spawn, yield_async};

use crate::Error;
use crate::spin::Pool;
use crate::wake::{Sender, channel};
use crate::write::{Done, Job, run};

type Waiting = (Job, Sender<Result<Done, Error>>);

/// The jobs that wait in one instance.
#[derive(Clone, Default)]
pub struct Writer(Rc<RefCell<Queue>>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    led: bool,
}

/// A group takes no further jobs when it has this many items: it would hold
/// the write lock, and the answers of its first ones, for too long.
const MOST_ITEMS: usize = 1000;

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Writes a job, together with others that wait.
    ///
    /// # Errors
    /// As [`run`]; [`crate::Guard::Catalogue`] asks for preparing anew.
    pub async fn write(&self, pool: &'static Pool, job: Job) -> Result<Done, Error> {
        let (result, receiver) = channel();
        let leads = {
            let mut queue = self.0.borrow_mut();
            queue.waiting.push((job, result));
            !std::mem::replace(&mut queue.led, true)
        };
        if leads {
            let writer = self.clone();
            // A task of its own, so that this request's answer doesn't wait
            // for those that come after it.
            spawn(async move { writer.lead(pool).await });
        }
        receiver
            .receive()
            .await
            .unwrap_or_else(|| Err(Error::Database("a group of writes was given up".to_owned())))
    }

    async fn lead(self, pool: &'static Pool) {
        loop {
            // Lets the requests that are ready in this moment join.
            yield_async().await;
            let group = self.take();
            if group.is_empty() {
                self.0.borrow_mut().led = false;
                return;
            }
            let (jobs, results): (Vec<Job>, Vec<_>) = group.into_iter().unzip();
            let done = write_group(pool, &jobs).await;
            for (result, done) in results.into_iter().zip(done) {
                // Whoever no longer waits doesn't want to know.
                let _ = result.send(done);
            }
        }
    }

    /// The jobs of the next group: as many as fit, one at least.
    fn take(&self) -> Vec<Waiting> {
        let mut queue = self.0.borrow_mut();
        let mut items = 0;
        let count = queue
            .waiting
            .iter()
            .take_while(|(job, _)| {
                let first = items == 0;
                items += job.items.len().max(1);
                first || items <= MOST_ITEMS
            })
            .count();
        queue.waiting.drain(..count).collect()
    }
}

async fn write_group(pool: &Pool, jobs: &[Job]) -> Vec<Result<Done, Error>> {
    let mut loan = match pool.lend().await {
        Ok(loan) => loan,
        Err(error) => return jobs.iter().map(|_| Err(error.clone())).collect(),
    };
    let jobs: Vec<&Job> = jobs.iter().collect();
    let done = run(&loan, &jobs).await;
    if done.iter().any(Result::is_err) {
        // Whatever state it left the connection in, nobody shall meet it.
        loan.discard();
    }
    done
}
