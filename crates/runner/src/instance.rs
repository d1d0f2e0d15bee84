//! How long an instance lives and how many requests it takes: Spin's defaults.

use std::{
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use tokio::sync::OnceCell;
use tokio::time::{Sleep, sleep};
use wasmtime::{
    Engine, Store, StoreContextMut,
    component::{GuestTaskId, Linker},
};
use wasmtime_wasi_http::{
    WasiHttpView,
    handler::{
        HandlerState, Instance, Proxy, ShouldAccept, WorkerExpiration, WorkerState, WorkerStatus,
    },
    p3::bindings::ServicePre,
};

use crate::engine;
use crate::host::{ComponentConfig, State};

/// Requests one instance takes in its life, on Spin.
pub const MAX_REQUESTS: usize = 128;

/// Requests one instance takes at the same time.
const MAX_CONCURRENT: usize = 16;

/// How long an instance without requests is kept.
const MAX_IDLE: Duration = Duration::from_secs(1);

/// Makes instances of one component.
pub struct Factory {
    /// The engine it was compiled for.
    pub engine: Engine,
    /// The host interfaces.
    pub linker: Arc<Linker<State>>,
    /// Its .wasm file.
    pub source: PathBuf,
    /// The component, compiled and linked when it is first needed.
    pub service: OnceCell<ServicePre<State>>,
    /// What its instances may use.
    pub component: Arc<ComponentConfig>,
    /// Requests one instance takes in its life.
    pub max_requests: usize,
    /// Set when the server ends: instances that go then have not failed.
    pub ending: Arc<AtomicBool>,
}

impl Factory {
    /// The component, ready to be instantiated. Compiling takes seconds where the cache
    /// doesn't have it.
    ///
    /// # Errors
    /// What compiling and linking meet.
    pub async fn service(&self) -> anyhow::Result<&ServicePre<State>> {
        let compiled = async || {
            let (engine, linker) = (self.engine.clone(), self.linker.clone());
            let source = self.source.clone();
            let compile = move || {
                let compiled = engine::compile(&engine, &source)?;
                let linked = linker.instantiate_pre(&compiled).and_then(ServicePre::new);
                linked.map_err(anyhow::Error::from)
            };
            tokio::task::spawn_blocking(compile).await?
        };
        let service = self.service.get_or_try_init(compiled).await;
        service.with_context(|| format!("component {}", self.component.id))
    }
}

impl Factory {
    /// A new instance.
    ///
    /// # Errors
    /// What compiling, linking and instantiating meet.
    pub async fn instance(&self) -> wasmtime::Result<(Store<State>, Proxy)> {
        let service = self.service().await.map_err(wasmtime::Error::from_anyhow)?;
        let mut store = Store::new(&self.engine, State::new(self.component.clone()));
        let proxy = Proxy::P3(service.instantiate_async(&mut store).await?);
        Ok((store, proxy))
    }
}

/// Says that an instance failed, unless the server ends and takes its instances with it.
pub fn report(
    component: &ComponentConfig,
    ending: &AtomicBool,
    result: Result<(), wasmtime::Error>,
) {
    if let Err(error) = result
        && !ending.load(Ordering::Relaxed)
    {
        eprintln!("[{}] the instance failed: {error:?}", component.id);
    }
}

impl HandlerState for Factory {
    type StoreData = State;
    type WorkerExpiration = Expiration;
    type WorkerState = Limits;

    async fn instantiate(&self) -> wasmtime::Result<Instance<State, Expiration, Limits>> {
        let (store, proxy) = self.instance().await?;
        Ok(Instance {
            store,
            proxy,
            view: State::http,
            expiration: Expiration {
                deadline: None,
                sleep: Box::pin(sleep(Duration::ZERO)),
            },
            state: Limits {
                component: self.component.clone(),
                max_requests: self.max_requests,
                ending: self.ending.clone(),
            },
        })
    }
}

/// Ends an instance that has been idle for [`MAX_IDLE`]. A request itself has
/// no time limit.
pub struct Expiration {
    /// What `sleep` is set to.
    deadline: Option<Instant>,
    sleep: Pin<Box<Sleep>>,
}

impl WorkerExpiration for Expiration {
    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        status: WorkerStatus,
        since: Instant,
    ) -> Poll<()> {
        let deadline = match status {
            WorkerStatus::Idle => since + MAX_IDLE,
            WorkerStatus::Requests | WorkerStatus::PostReturn => return Poll::Pending,
        };
        if self.deadline != Some(deadline) {
            self.deadline = Some(deadline);
            self.sleep.as_mut().reset(deadline.into());
        }
        self.sleep.as_mut().poll(cx)
    }
}

/// Decides whether an instance takes another request.
pub struct Limits {
    component: Arc<ComponentConfig>,
    max_requests: usize,
    ending: Arc<AtomicBool>,
}

impl WorkerState for Limits {
    type StoreData = State;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= self.max_requests {
            ShouldAccept::Never
        } else if concurrent >= MAX_CONCURRENT {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, State>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        Box::pin(std::future::pending())
    }

    fn drop(&self, store: Store<State>, result: Result<(), wasmtime::Error>) {
        report(&self.component, &self.ending, result);
        drop(store);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_sixteen_at_once_and_128_in_all() {
        let limits = Limits {
            component: Arc::default(),
            max_requests: MAX_REQUESTS,
            ending: Arc::default(),
        };
        assert!(matches!(
            limits.should_accept_request(15, 127),
            ShouldAccept::Yes
        ));
        assert!(matches!(
            limits.should_accept_request(16, 100),
            ShouldAccept::No
        ));
        assert!(matches!(
            limits.should_accept_request(0, 128),
            ShouldAccept::Never
        ));
    }

    #[tokio::test]
    async fn expires_after_a_second_without_requests() {
        let mut expiration = Box::pin(Expiration {
            deadline: None,
            sleep: Box::pin(sleep(Duration::ZERO)),
        });
        // As if it had begun to idle most of a second ago.
        let Some(since) = Instant::now().checked_sub(MAX_IDLE - Duration::from_millis(100)) else {
            return;
        };
        let mut poll = async |status| {
            std::future::poll_fn(|cx| Poll::Ready(expiration.as_mut().poll(cx, status, since)))
                .await
        };
        assert!(poll(WorkerStatus::Idle).await.is_pending());
        sleep(Duration::from_millis(150)).await;
        assert!(poll(WorkerStatus::Requests).await.is_pending());
        assert!(poll(WorkerStatus::PostReturn).await.is_pending());
        assert!(poll(WorkerStatus::Idle).await.is_ready());
    }
}
