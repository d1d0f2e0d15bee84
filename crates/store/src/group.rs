//! What waits in one instance at the same moment is done together.
//!
//! A statement's way to the host and back costs more than most of what it does.
//! So while one job runs, those that come meanwhile wait, and are then run as
//! one group. A job that comes alone runs at once and costs nothing more.

use std::cell::RefCell;
use std::rc::Rc;

use spin_sdk::wasip3::wit_bindgen::{spawn, yield_async};

use crate::wake::{Sender, channel};

/// Jobs of one kind that wait in one instance, each for a result.
pub(crate) struct Group<J, R>(Rc<RefCell<Queue<J, R>>>);

struct Queue<J, R> {
    waiting: Vec<(J, Sender<R>)>,
    led: bool,
}

impl<J, R> Clone for Group<J, R> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<J, R> Default for Group<J, R> {
    fn default() -> Self {
        Self(Rc::new(RefCell::new(Queue {
            waiting: Vec::new(),
            led: false,
        })))
    }
}

impl<J: 'static, R: 'static> Group<J, R> {
    /// Does a job together with others that wait: `run` gets them and gives a
    /// result for each, in order. A group's jobs weigh `most` together, or it
    /// has only one. None if `run` gave no result for it.
    pub(crate) async fn join(
        &self,
        job: J,
        weight: fn(&J) -> usize,
        most: usize,
        run: impl AsyncFn(Vec<J>) -> Vec<R> + 'static,
    ) -> Option<R> {
        let receiver = {
            let mut queue = self.0.borrow_mut();
            if queue.led {
                let (result, receiver) = channel();
                queue.waiting.push((job, result));
                Ok(receiver)
            } else {
                queue.led = true;
                Err(job)
            }
        };
        match receiver {
            Ok(mut receiver) => receiver.receive().await,
            Err(job) => {
                let done = run(vec![job]).await.pop();
                self.lead(weight, most, run);
                done
            }
        }
    }

    /// Runs those that wait by now, until none are left. In a task of its own,
    /// so that the answer of the request that leads doesn't wait for them.
    fn lead(
        &self,
        weight: fn(&J) -> usize,
        most: usize,
        run: impl AsyncFn(Vec<J>) -> Vec<R> + 'static,
    ) {
        let group = self.clone();
        if group.is_done() {
            return;
        }
        spawn(async move {
            while !group.is_done() {
                let (jobs, results) = group.take(weight, most);
                let done = run(jobs).await;
                for (result, done) in results.into_iter().zip(done) {
                    // Anyone who no longer waits doesn't want to know.
                    let _ = result.send(done);
                }
                // Lets those that were answered go first, and others join.
                yield_async().await;
            }
        });
    }

    /// Whether nobody waits; then nobody leads either.
    fn is_done(&self) -> bool {
        let mut queue = self.0.borrow_mut();
        queue.led = !queue.waiting.is_empty();
        !queue.led
    }

    fn take(&self, weight: fn(&J) -> usize, most: usize) -> (Vec<J>, Vec<Sender<R>>) {
        let mut queue = self.0.borrow_mut();
        let mut total = 0;
        let count = queue
            .waiting
            .iter()
            .take_while(|(job, _)| {
                let first = total == 0;
                total += weight(job).max(1);
                first || total <= most
            })
            .count();
        queue.waiting.drain(..count).unzip()
    }
}
