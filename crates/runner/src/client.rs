//! Outgoing requests. Connections are kept and used again, and Nagle's algorithm
//! stays on, as in Spin: what a component writes in two pieces waits for the
//! receiver's acknowledgement of the first.

use std::{
    error::Error as _,
    io,
    pin::Pin,
    sync::LazyLock,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, builderstates::WantsSchemes};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::{Interval, interval, timeout};
use wasmtime_wasi_http::{Error as HttpError, RequestOptions, WasiBody};

#[cfg(test)]
mod tests;

/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// How long anything may take of which a component says nothing: Spin's time.
const PATIENCE: Duration = Duration::from_secs(600);

/// How unused connections are kept.
#[derive(Clone, Copy, Debug)]
struct IdleLimits {
    /// For how long.
    time: Duration,
    /// How many for one host and port. As many as are needed may be in use.
    per_host: usize,
}

impl Default for IdleLimits {
    /// Spin's time; Spin has no limit for a host, and nobody here needs as many.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(90),
            per_host: 64,
        }
    }
}

/// The client of all components, as they share Spin's.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let roots = HttpsConnectorBuilder::new().with_webpki_roots();
    Client::new(roots, IdleLimits::default())
});

/// Sends a request; its answer's body is still to come.
///
/// # Errors
/// Why no answer came.
pub async fn send(
    request: Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response<WasiBody>, HttpError> {
    CLIENT.send(request, options).await
}

/// A client with its kept connections. A request that could not be written to a kept
/// connection, since the peer had closed it, goes to a new one; what may have arrived
/// is never sent a second time.
struct Client(legacy::Client<HttpsConnector<HttpConnector>, WasiBody>);

impl Client {
    fn new(tls: HttpsConnectorBuilder<WantsSchemes>, idle: IdleLimits) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECTING));
        let connector = tls.https_or_http().enable_all_versions();
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(idle.time)
            .pool_max_idle_per_host(idle.per_host)
            .build(connector.wrap_connector(tcp));
        Self(client)
    }

    async fn send(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> Result<Response<WasiBody>, HttpError> {
        let first_byte = options.and_then(|options| options.first_byte_timeout);
        let between = options.and_then(|options| options.between_bytes_timeout);
        let answer = timeout(first_byte.unwrap_or(PATIENCE), self.0.request(request)).await;
        let answer = answer.map_err(|_| HttpError::ConnectionReadTimeout)?;
        let answer = answer.map_err(|error| reason(&error))?;
        Ok(answer.map(|body| {
            // An interval of no time is a panic.
            let mut pause = interval(between.unwrap_or(PATIENCE).max(Duration::from_nanos(1)));
            pause.reset();
            IdleTimeoutBody { body, pause }.boxed_unsync()
        }))
    }
}

/// A body whose pieces may not be too far apart.
struct IdleTimeoutBody {
    body: Incoming,
    pause: Interval,
}

impl Body for IdleTimeoutBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.pause.reset();
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                ready!(self.pause.poll_tick(cx));
                Poll::Ready(Some(Err(HttpError::ConnectionReadTimeout)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Why no answer came: what the client's error has in its depth.
fn reason(error: &legacy::Error) -> HttpError {
    if !error.is_connect() {
        // The receiver hung up, or what it said is no HTTP.
        return HttpError::ConnectionTerminated;
    }
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            let copy = io::Error::new(error.kind(), error.to_string());
            return match error.kind() {
                // What TLS met is handed on as it is, or wrapped once more.
                io::ErrorKind::InvalidData | io::ErrorKind::Other => HttpError::Tls(copy),
                io::ErrorKind::TimedOut => HttpError::ConnectionTimeout,
                _ => HttpError::Connect(copy),
            };
        }
        cause = error.source();
    }
    HttpError::DestinationUnavailable
}
