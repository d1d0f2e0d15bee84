//! The HTTP server: takes connections, finds the component, hands it the
//! request, and ends in good order.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{Request, Response, StatusCode, Uri, header, uri};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};
use wasmtime_wasi_http::{Error as HttpError, WasiBody, handler::ProxyHandler};

use crate::{
    instance::Factory,
    routes::{self, Routes},
};

/// How long running requests may take to end after a signal.
const GRACE: Duration = Duration::from_secs(5);

/// How long to wait after a failed accept (too many open files, say).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What is served.
pub struct App {
    /// The routes; a target's `component` is a position in `handlers`.
    pub routes: Routes,
    /// One per component.
    pub handlers: Vec<ProxyHandler<Factory>>,
}

/// Serves until `stop` resolves, then lets running requests end.
pub async fn serve(app: Arc<App>, listener: TcpListener, stop: impl Future<Output = ()>) {
    // Each connection holds a sender: when all are gone, all connections are.
    let (alive, mut all_gone) = mpsc::channel::<()>(1);
    let (stopping_to, stopping) = watch::channel(false);
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, client)) => {
                let connection =
                    serve_connection(app.clone(), stream, client, stopping.clone(), alive.clone());
                tokio::spawn(connection);
            }
            Err(error) => {
                eprintln!("cannot accept a connection: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    drop(alive);
    // Fails only if no connection listens any more.
    let _ = stopping_to.send(true);
    if tokio::time::timeout(GRACE, all_gone.recv()).await.is_err() {
        eprintln!(
            "requests still running after {} s are cut off",
            GRACE.as_secs()
        );
    }
}

/// Serves one connection; Nagle's algorithm stays on, as in Spin.
async fn serve_connection(
    app: Arc<App>,
    stream: TcpStream,
    client: SocketAddr,
    mut stopping: watch::Receiver<bool>,
    _alive: mpsc::Sender<()>,
) {
    let service = service_fn(move |request| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(app.answer(request, client).await) }
    });
    let mut connection =
        pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    // A connection that breaks off is the client's affair, so errors end here.
    tokio::select! {
        _ = connection.as_mut() => {}
        // The block lets go of the channel's lock before the wait below.
        () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

impl App {
    async fn answer(&self, request: Request<Incoming>, client: SocketAddr) -> Response<WasiBody> {
        let (parts, body) = request.into_parts();
        let body = body.map_err(HttpError::from).boxed_unsync();
        self.handle(Request::from_parts(parts, body), client).await
    }

    /// The answer of the component that a request's path leads to.
    pub async fn handle(
        &self,
        request: Request<WasiBody>,
        client: SocketAddr,
    ) -> Response<WasiBody> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let Some(found) = self.routes.find(&path) else {
            return plain(StatusCode::NOT_FOUND, "");
        };
        let Some(handler) = self.handlers.get(found.handler().component) else {
            return plain(StatusCode::NOT_FOUND, "");
        };
        parts.uri = match absolute(&parts) {
            Ok(uri) => uri,
            Err(reason) => return plain(StatusCode::BAD_REQUEST, reason),
        };
        // Only this hop's business.
        parts.headers.remove(header::CONNECTION);
        routes::add_headers(&mut parts.headers, &found, &parts.uri, client);
        let request = Request::from_parts(parts, body);
        match handler.handle((), request).await {
            Ok(response) => response,
            Err(error) => {
                let id = &handler.state().component.id;
                eprintln!("[{id}] {path} failed: {error:#}");
                plain(StatusCode::INTERNAL_SERVER_ERROR, "")
            }
        }
    }
}

/// The request's full address, from its line and its Host header.
fn absolute(parts: &http::request::Parts) -> Result<Uri, &'static str> {
    let host = match parts.headers.get(header::HOST) {
        None => None,
        Some(value) => Some(
            uri::Authority::try_from(value.as_bytes())
                .map_err(|_| "The Host header is not valid.")?,
        ),
    };
    let mut uri = parts.uri.clone().into_parts();
    uri.scheme = Some(uri::Scheme::HTTP);
    uri.authority = match (host, uri.authority) {
        (Some(host), Some(target)) if host != target => {
            return Err("The Host header and the request's address differ.");
        }
        (Some(authority), _) | (None, Some(authority)) => Some(authority),
        (None, None) => return Err("There is no Host header."),
    };
    Uri::from_parts(uri).map_err(|_| "The address is not valid.")
}

fn plain(status: StatusCode, text: &'static str) -> Response<WasiBody> {
    let body = Full::new(Bytes::from_static(text.as_bytes()))
        .map_err(|never: Infallible| match never {})
        .boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// Resolves at Ctrl-C, and at SIGTERM where there is such a thing.
pub fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for signals")?;
        let mut terminate = signal(SignalKind::terminate()).context("cannot wait for signals")?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, host: Option<&str>) -> http::request::Parts {
        let mut request = Request::builder().uri(uri);
        if let Some(host) = host {
            request = request.header(header::HOST, host);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_address_is_made_whole() {
        let uri = |target, host| absolute(&parts(target, host)).map(|uri| uri.to_string());
        assert_eq!(
            uri("/a?b=c", Some("localhost:3000")).unwrap(),
            "http://localhost:3000/a?b=c"
        );
        assert_eq!(uri("http://x/a", None).unwrap(), "http://x/a");
        assert_eq!(uri("http://x/a", Some("x")).unwrap(), "http://x/a");
        assert!(uri("http://x/a", Some("y")).is_err());
        assert!(uri("/a", None).is_err());
        assert!(uri("/a", Some("a b")).is_err());
    }
}
