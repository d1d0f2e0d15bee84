//! Hands requests to instances of a component: few, and the one that was used last first,
//! so that what it holds (memory, connections, what waits to be written together) is warm.
//!
//! Instances take requests from one queue, each when it has nothing to compute. A request
//! that nobody takes within a moment gets an instance more: so a long one holds up no other.

use std::{
    collections::VecDeque,
    future::{pending, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http::{Request, Response};
use tokio::time::{Instant, sleep};
use wasmtime::{AsContextMut as _, Store, component::Accessor};
use wasmtime_wasi_http::{
    WasiBody, WasiHttpView as _,
    handler::{Prepared, Proxy},
};

use crate::{
    host::State,
    instance::{self, Factory},
};

/// Requests one instance works at: the others wait for something meanwhile.
const MAX_CONCURRENT: usize = 16;

/// Instances of one component at the most.
const MAX_INSTANCES: usize = 64;

/// How long nobody takes a request that waits, before there is one instance more.
const MOMENT: Duration = Duration::from_millis(2);

/// How long an instance without requests is kept.
const MAX_IDLE: Duration = Duration::from_secs(20);

/// An instance with more memory takes no request more: it never gets smaller.
const MAX_MEMORY: usize = 64 << 20;

/// Hands requests to the instances of one component.
pub struct Dispatcher(Arc<Shared>);

struct Shared {
    factory: Factory,
    /// How many instances can compute at the same time.
    cores: usize,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<QueuedRequest>,
    /// Instances that can take one at once: the last that came goes first.
    idle: Vec<IdleInstance>,
    instances: usize,
    /// How many requests were taken so far.
    taken: u64,
}

/// An instance that waits, with what to call it by.
struct IdleInstance {
    worker: Arc<Flags>,
    waker: Waker,
}

struct QueuedRequest {
    request: Request<WasiBody>,
    answer: oneshot::Sender<Result<Response<WasiBody>, wasmtime::Error>>,
}

impl Dispatcher {
    /// For a component, with no instances yet.
    pub fn new(factory: Factory) -> Self {
        Self(Arc::new(Shared {
            factory,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            queue: Mutex::default(),
        }))
    }

    /// The component.
    pub fn factory(&self) -> &Factory {
        &self.0.factory
    }

    /// The component's answer.
    ///
    /// # Errors
    /// What making an instance met, or that it failed before it answered.
    pub async fn handle(
        &self,
        request: Request<WasiBody>,
    ) -> Result<Response<WasiBody>, wasmtime::Error> {
        let (answer, mut answered) = oneshot::channel();
        let failed = |_| wasmtime::format_err!("the instance failed before it answered");
        let mut taken = match self.0.push(QueuedRequest { request, answer }) {
            None => return answered.await.map_err(failed)?,
            Some(taken) => taken,
        };
        let mut pause = MOMENT;
        loop {
            tokio::select! {
                biased;
                answer = &mut answered => return answer.map_err(failed)?,
                () = sleep(pause) => {}
            }
            match self.0.help(taken) {
                None => return answered.await.map_err(failed)?,
                Some(now) => taken = now,
            }
            pause *= 2;
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request into the queue. None if an instance is on its way to take it, else how
    /// many were taken so far.
    fn push(self: &Arc<Self>, job: QueuedRequest) -> Option<u64> {
        let mut queue = self.queue();
        queue.waiting.push_back(job);
        if queue.call() {
            return None;
        }
        if queue.instances < self.cores {
            self.add(&mut queue);
        }
        Some(queue.taken)
    }

    /// Makes one more instance if requests wait and none was taken since there were `taken`.
    /// None if none waits, else how many were taken so far.
    fn help(self: &Arc<Self>, taken: u64) -> Option<u64> {
        let mut queue = self.queue();
        if queue.waiting.is_empty() {
            return None;
        }
        if queue.taken == taken {
            self.call_or_add(&mut queue);
        }
        Some(queue.taken)
    }

    fn call_or_add(self: &Arc<Self>, queue: &mut Queue) {
        if !queue.call() && queue.instances < MAX_INSTANCES {
            self.add(queue);
        }
    }

    fn add(self: &Arc<Self>, queue: &mut Queue) {
        // There is none when the process ends.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        queue.instances += 1;
        let worker = Worker {
            shared: self.clone(),
            left: AtomicUsize::new(self.factory.max_requests),
            flags: Arc::new(Flags {
                called: AtomicBool::new(true),
                room: AtomicBool::new(true),
                busy: AtomicBool::new(true),
                looked: AtomicBool::new(true),
            }),
        };
        runtime.spawn(worker.run());
    }
}

impl Queue {
    /// Calls the instance that was used last of those that wait; false if there is none.
    fn call(&mut self) -> bool {
        let Some(instance) = self.idle.pop() else {
            return false;
        };
        instance.worker.called.store(true, Ordering::Relaxed);
        instance.waker.wake();
        true
    }

    fn take(&mut self) -> Option<QueuedRequest> {
        let job = self.waiting.pop_front()?;
        self.taken += 1;
        Some(job)
    }
}

/// What runs one instance.
struct Worker {
    shared: Arc<Shared>,
    flags: Arc<Flags>,
    /// Requests that it may still take.
    left: AtomicUsize,
}

/// How an instance stands.
struct Flags {
    /// It may take a request now: it was called, or has nothing to compute.
    called: AtomicBool,
    /// It can take a request beside those that it has.
    room: AtomicBool,
    /// It has something to do.
    busy: AtomicBool,
    /// It looked after its requests when it had its turn last.
    looked: AtomicBool,
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.unpark();
        let mut queue = self.shared.queue();
        queue.instances -= 1;
        if !queue.waiting.is_empty() && !self.shared.factory.ending.load(Ordering::Relaxed) {
            self.shared.call_or_add(&mut queue);
        }
    }
}

type Work<'a> = Pin<Box<dyn Future<Output = wasmtime::Result<bool>> + Send + 'a>>;

impl Worker {
    async fn run(self) {
        let factory = &self.shared.factory;
        match factory.instance().await {
            Ok((mut store, proxy)) => {
                store.limiter(|state| &mut state.memory);
                let result = self.work(&mut store, &proxy).await;
                instance::report(&factory.component, &factory.ending, result);
            }
            Err(error) => {
                // They would wait for nothing.
                let waiting = std::mem::take(&mut self.shared.queue().waiting);
                for job in waiting {
                    let error = wasmtime::format_err!("{error:#}");
                    // Anyone who no longer waits doesn't want to know.
                    let _ = job.answer.send(Err(error));
                }
            }
        }
    }

    /// Takes and answers requests until there are none for a while, or the instance fails.
    async fn work(&self, store: &mut Store<State>, proxy: &Proxy) -> wasmtime::Result<()> {
        let mut idle = pin!(sleep(MAX_IDLE));
        let mut since = Instant::now();
        let mut work = pin!(store.run_concurrent(async |accessor| {
            let mut requests = FuturesUnordered::new();
            poll_fn(|cx| self.poll(cx, accessor, proxy, &mut requests)).await
        }));
        poll_fn(|cx| {
            self.unpark();
            loop {
                self.flags.looked.store(false, Ordering::Relaxed);
                if let Poll::Ready(done) = work.as_mut().poll(cx) {
                    return Poll::Ready(done?);
                }
                if !self.flags.looked.load(Ordering::Relaxed) {
                    // A call that it waits for holds all of it: nothing else can go on.
                    self.hand_on();
                    return Poll::Pending;
                }
                // Everything in it waits for something.
                if !self.park(cx) {
                    continue;
                }
                if self.flags.busy.load(Ordering::Relaxed) {
                    since = Instant::now();
                } else if since.elapsed() >= MAX_IDLE {
                    return Poll::Ready(Ok(()));
                }
                while idle.as_mut().poll(cx).is_ready() {
                    idle.as_mut().reset(since + MAX_IDLE);
                }
                return Poll::Pending;
            }
        })
        .await
    }

    /// Answers the requests that the instance has, and takes one more if it may.
    fn poll<'a>(
        &self,
        cx: &mut Context<'_>,
        accessor: &'a Accessor<State>,
        proxy: &'a Proxy,
        requests: &mut FuturesUnordered<Work<'a>>,
    ) -> Poll<wasmtime::Result<()>> {
        self.flags.looked.store(true, Ordering::Relaxed);
        loop {
            match requests.poll_next_unpin(cx) {
                Poll::Ready(Some(Ok(_))) => continue,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                Poll::Ready(None) | Poll::Pending => {}
            }
            let left = self.left.load(Ordering::Relaxed);
            let ends = left == 0 || accessor.with(|mut access| access.get().memory.0 > MAX_MEMORY);
            let room = !ends && requests.len() < MAX_CONCURRENT && is_ready(accessor, proxy, cx);
            self.flags.room.store(room, Ordering::Relaxed);
            if room
                && self.flags.called.swap(false, Ordering::Relaxed)
                && let Some(job) = self.shared.queue().take()
            {
                self.left.store(left - 1, Ordering::Relaxed);
                let prepared = accessor.with(|mut store| {
                    let store = store.as_context_mut();
                    Prepared::new(store, proxy, job.request, State::http, job.answer)
                });
                match prepared {
                    Ok(prepared) => {
                        requests.push(Box::pin(prepared.run(accessor, pending())));
                        continue;
                    }
                    Err(error) => return Poll::Ready(Err(error)),
                }
            }
            let busy = !requests.is_empty() || accessor.poll_no_interesting_tasks(cx).is_pending();
            self.flags.busy.store(busy, Ordering::Relaxed);
            if ends && !busy {
                return Poll::Ready(Ok(()));
            }
            return Poll::Pending;
        }
    }

    /// Waits for a call, if there is room for a request more; false if one is there.
    fn park(&self, cx: &Context<'_>) -> bool {
        if !self.flags.room.load(Ordering::Relaxed) {
            self.hand_on();
            return true;
        }
        let mut queue = self.shared.queue();
        if !queue.waiting.is_empty() {
            self.flags.called.store(true, Ordering::Relaxed);
            return false;
        }
        queue.idle.push(IdleInstance {
            worker: self.flags.clone(),
            waker: cx.waker().clone(),
        });
        true
    }

    /// Lets another take what this one was called for and can't.
    fn hand_on(&self) {
        if self.flags.called.swap(false, Ordering::Relaxed) {
            let mut queue = self.shared.queue();
            if !queue.waiting.is_empty() {
                self.shared.call_or_add(&mut queue);
            }
        }
    }

    /// No longer waits for a call, if it did.
    fn unpark(&self) {
        let mut queue = self.shared.queue();
        let this = |instance: &IdleInstance| Arc::ptr_eq(&instance.worker, &self.flags);
        if let Some(place) = queue.idle.iter().rposition(this) {
            queue.idle.remove(place);
        }
    }
}

/// Whether the instance takes a call at once: it may hold calls back.
fn is_ready(accessor: &Accessor<State>, proxy: &Proxy, cx: &mut Context<'_>) -> bool {
    let Proxy::P3(service) = proxy;
    let handler = *service.wasi_http_handler().func_handle().func();
    accessor
        .poll_ready_for_concurrent_call(handler, cx)
        .is_ready()
}
