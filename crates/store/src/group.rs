//! What waits in one instance at the same moment is done together.
//!
//! A statement's way to the host and back costs more than most of what it does.
//! So the first request that comes starts a task that takes all jobs that wait,
//! runs them as one group, hands each its result, and goes on until none are
//! left. Alone, a request is a group of one at the same cost as before.

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
        let (result, receiver) = channel();
        let leads = {
            let mut queue = self.0.borrow_mut();
            queue.waiting.push((job, result));
            !std::mem::replace(&mut queue.led, true)
        };
        if leads {
            let group = self.clone();
            // A task of its own, so that this request's answer doesn't wait
            // for those that come after it.
            spawn(async move {
                loop {
                    // Lets the requests that are ready in this moment join.
                    yield_async().await;
                    let (jobs, results) = group.take(weight, most);
                    if jobs.is_empty() {
                        group.0.borrow_mut().led = false;
                        return;
                    }
                    let done = run(jobs).await;
                    for (result, done) in results.into_iter().zip(done) {
                        // Whoever no longer waits doesn't want to know.
                        let _ = result.send(done);
                    }
                }
            });
        }
        receiver.receive().await
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
